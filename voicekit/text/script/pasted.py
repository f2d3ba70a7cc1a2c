"""Text pasted into a script from Markdown, a web page, a PDF, a chat or a table: what each line is for.

Everything is edited in place: a text keeps its length, so that each word is still found where its author wrote it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import accumulate

from voicekit.core.patterns import lazy_pattern
from voicekit.core.wording import some
from voicekit.text.normalise.english_words import english_words
from voicekit.text.script.cue import has_word
from voicekit.text.script.directions import Directions, behind_music, is_title, label_of
from voicekit.text.script.heading import heading_of
from voicekit.text.script.marks import SpokenBy
from voicekit.text.script.markup import TONES, VOICE
from voicekit.text.script.reading import Turn
from voicekit.text.script.speakers import names_of, said_by
from voicekit.text.script.strip_markup import NOTHING, STOP, without_citations
from voicekit.text.script.tables import cells, table_rows
from voicekit.text.script.times import Head, Times

#: A page's metadata above its text: “title: The garden” between lines of three characters.
_FRONT = lazy_pattern(
    r"\A\s*(?:---[^\S\n]*\n(?:[\w-]+[^\S\n]*:[^\n]*\n(?:[^\n]*\n)*?)?(?:---|\.\.\.)|"
    r"\+\+\+[^\S\n]*\n(?:[^\n]*\n)*?\+\+\+)[^\S\n]*(?=\n|\Z)"
)
_UNDERLINE = lazy_pattern(r" {0,3}(?:={2,}|-{2,})[^\S\n]*")
_RULE = lazy_pattern(r"[^\S\n]*([-*_=~─━═—–•·#+⁂✦❖◆◇★☆])(?:[^\S\n]*\1){2,}[^\S\n]*|[^\S\n]*[⁂❦❧✦❖][^\S\n]*|[^\S\n]*:{3,}.*")
_QUOTE = lazy_pattern(r" {0,3}(?:>[^\S\n]?)+")
_FOOTNOTE = lazy_pattern(r" {0,3}\[\^[^\[\]\s]+\]:")
_ITEM = lazy_pattern(
    r"[^\S\n]*(?:[-*+–—•‣⁃●○▪▫■□◆►▶➤➔➜→✓✔✗✘✅☐☑☒·][^\S\n]+|(?=\(?\d{1,3}[.)][^\S\n]))"
    r"(?P<number>\(?\d{1,3}[.)][^\S\n]+)?(?P<task>\[[ xX✓]\][^\S\n]+)?"
)
_CHAT = lazy_pattern(
    r"\s*\[?(?:\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|"
    r"\d{4}-\d\d-\d\d),?\s+\d{1,2}[:.]\d\d(?:[:.]\d\d)?(?:\s?[AaPp]\.?[Mm]\.?)?\]?\s*(?:[-–—]\s*)?"
    r"(?P<name>[^:\n]{1,40}:\s+)?"
)
#: Lines above a text that say what it is.
_ABOUT = lazy_pattern(
    r"[\s*_]*(?P<key>title|client|product|brand|project|job(?: no| number| title)?|agency|writer|author|written by|"
    r"copywriter|date|draft|"
    r"version|length|duration|trt|run ?time|format|medium|script|voice(?: talent)?|talent|music|contact|copyright|"
    r"credit|source|episode|spot|"
    r"titel|kunde|projekt|autorin?|datum|fassung|länge|dauer)[*_]*\s?:[*_]*\s+\S.*",
    re.IGNORECASE,
)
#: Who speaks from here on: a mark that is a paragraph.
_STANDING = lazy_pattern(
    rf"[\s*_]*\[(?P<end>/?){VOICE.pattern.removesuffix(':')}(?::(?P<name>[^\[\]\n]*+))?\][\s*_]*", re.IGNORECASE
)
_ALL_BRACKETED = lazy_pattern(r"\[[^\W\d_][^\[\]]*+\]")
_REMARKS = lazy_pattern(r"[(\[]([^()\[\]\n]{1,40})[)\]]")
_BROKEN = lazy_pattern(r"(?<=[^\W\d_])([-\u2010\u00ad\ufffe\u00ac])[^\S\n]*\n[^\S\n]*(?=[^\W\d_])")
#: Spaces within one number: thin, narrow, or non-breaking.
_THIN = lazy_pattern(r"(?<=\d)[\u00a0\u2007\u2008\u2009\u202f](?=\d{3}(?!\d))")
_ESCAPE = lazy_pattern(r"\\(?=[#.+\-!>~`$|{}()^=&'\":;,?@%])")
_ENDED = tuple('.,;:!?…。！？；：—-"”’)')


@dataclass(frozen=True)
class Prose:
    """A plain text as a person reads it out.

    Attributes:
        text: as long as before.
        notes: what of it is left out, for the person to know.
        turns: who speaks from which sign on, as names in front of words say.
    """

    text: str
    notes: tuple[str, ...] = ()
    turns: tuple[Turn, ...] = ()


def as_prose(text: str, headings: bool, times: Times, in_cells: bool = False) -> Prose:
    """A plain text as a person reads it out.

    Args:
        headings: whether they are read as well.
        times: as they are written in its lines; they stay.
        in_cells: its lines are cells of what is spoken.
    """
    notes: list[str] = []
    text = _THIN.sub(NOTHING, _joined(_without_front(text, notes)))
    lines = _Lines(text, headings, notes, times, in_cells)
    text = lines.read()
    return Prose(_ESCAPE.sub(NOTHING, text), tuple(notes), tuple(lines.turns))


def _without_front(text: str, notes: list[str]) -> str:
    front = _FRONT.match(text)
    if not front or not has_word(front[0]):
        return text
    notes.append(f"what stands above the text is not spoken (lines 1 to {front[0].rstrip().count(chr(10)) + 1})")
    return re.sub(r"[^\n]", " ", front[0]) + text[front.end() :]


def _about(lines: list[str]) -> int:
    """How many lines at the top say what the text is: “Client: Acme” above “Length: 30 s”."""
    first = next((index for index, line in enumerate(lines) if line.strip()), 0)
    last = next((index for index in range(first, len(lines)) if not _ABOUT.fullmatch(lines[index])), len(lines))
    behind = last == len(lines) or not lines[last].strip()
    return last if last - first > 1 and behind else 0


def _joined(text: str) -> str:
    """Without the hyphens that the end of a line has put into words."""

    def whole(found: re.Match) -> str:
        before = re.split(r"[\W\d_]", text[max(0, found.start() - 40) : found.start()])[-1]
        after = re.split(r"[\W\d_]", text[found.end() : found.end() + 40])[0]
        if found[1] in "-\u2010" and not _is_one_word(before, after):
            return found[1].replace("\u2010", "-") + NOTHING * (len(found[0]) - 1)
        return NOTHING * len(found[0])

    return _BROKEN.sub(whole, text).replace("\ufffe", NOTHING)


def _is_one_word(before: str, after: str) -> bool:
    """Whether a hyphen between the two only ended a line: “gar-den”, but “well-known” and “twenty-one”."""
    if after[0].isupper():
        return False
    known = english_words()
    whole, parts = (before + after).lower() in known, before.lower() in known and after.lower() in known
    return whole or not parts


class _Lines:
    """The lines of a text, edited one after the other."""

    def __init__(self, text: str, headings: bool, notes: list[str], times: Times, in_cells: bool) -> None:
        self._lines, self._headings, self._notes, self._times = text.split("\n"), headings, notes, times
        self._starts = [0, *accumulate(len(line) + 1 for line in self._lines)]
        self.turns: list[Turn] = []
        self._standing: SpokenBy | None = None
        heads = [times.head(line) for line in self._lines]
        untimed = [line[head.end :] if head else line for line, head in zip(self._lines, heads, strict=True)]
        self._names = frozenset(
            name for name in names_of(_units(list(map(behind_music, untimed)))) if not label_of(f"{name}:")
        )
        self._directions = Directions(self._names, untimed)
        self._about = _about(self._lines)
        self._in_cells = in_cells
        self._bracketed = _in_brackets(self._lines)
        self._is_chat = sum(_CHAT.match(line) is not None for line in self._lines) > 1
        #: In a script with times “[12]” may be meant as one.
        self._cited = not any(heads)
        self._left: dict[str, list[str]] = {}
        self._named: set[str] = set()

    def read(self) -> str:
        # A chat has no other form.
        edited = [self._message(*one) for one in enumerate(self._lines)] if self._is_chat else self._edited()
        text = self._ended(edited)
        self._tell()
        return text

    def _edited(self) -> list[str]:
        edited: list[str] = []
        table_end, in_footnote = 0, False
        starts = self._starts
        for index, line in enumerate(self._lines):
            if not line.strip() and self.turns and self.turns[-1][1] is not self._standing:  # a name's words end here
                self.turns.append((starts[index], self._standing))
            quote = _QUOTE.match(line)
            bare = NOTHING * (quote.end() if quote else 0) + line[quote.end() if quote else 0 :]
            in_footnote = bool(_FOOTNOTE.match(line)) or (in_footnote and line[:1] in (" ", "\t"))
            if index < self._about:
                edited.append(self._without("lines above the text that say what it is", line, line))
            elif in_footnote:
                edited.append(self._without("footnotes", line))
            elif index < table_end or (rows := table_rows(self._lines, index)):
                table_end = table_end if index < table_end else index + rows
                edited.append(_row(line, starts[index], starts))
            elif self._is_standing(index):
                edited.append(" " * len(line))
            elif index in self._bracketed:
                edited.append(self._directions.without(line))
            elif (heading := self._heading(index)) and self._directions.is_whole(bare):
                edited.append(self._directions.without(bare))
            elif heading:
                time = self._time_of_heading(line)
                if time and has_word(line[time.end :]):
                    heading = line[time.end :]
                edited.append(bare if self._headings else self._without("headings", line, heading))
                if self._headings and (marks := re.match(r" {0,3}#{1,6}\s+", line)):
                    edited[-1] = " " * marks.end() + line[marks.end() :]
                if time and not self._headings:
                    edited[-1] = " " * time.begin + line[time.begin : time.end].ljust(len(line) - time.begin)
            elif (
                (quote and not bare.strip(f"{NOTHING} \t"))
                or _RULE.fullmatch(bare)
                or (index and self._heading(index - 1) and _UNDERLINE.fullmatch(line))
            ):
                edited.append(" " * len(line))
            else:
                beside = [*self._lines[max(index - 1, 0) : index], *self._lines[index + 1 : index + 2]]
                edited.append(self._words(index, bare, apart=not any(one.strip() for one in beside)))
        return edited

    def _time_of_heading(self, line: str) -> Head | None:
        """The time a heading begins with; what follows it is the heading."""
        begin = len(line) - len(line.lstrip("# "))
        head = self._times.head(line[begin:])
        return replace(head, begin=head.begin + begin, end=head.end + begin) if head else None

    def _heading(self, index: int) -> str | None:
        """What a heading says."""
        line = self._lines[index]
        if (heading := heading_of(line)) and heading[1]:
            return heading[1]
        after = self._lines[index + 1] if index + 1 < len(self._lines) else ""
        before = self._lines[index - 1] if index else ""
        alone = not before.strip() and has_word(line) and not _ITEM.match(line) and line[:1] not in ">[|"
        return line.strip() if alone and len(line) <= 80 and _UNDERLINE.fullmatch(after) else None

    def _is_standing(self, index: int) -> bool:
        """Whether a line is a paragraph that says who speaks from there on; takes note of it."""
        found = _STANDING.fullmatch(self._lines[index])
        beside = [*self._lines[max(index - 1, 0) : index], *self._lines[index + 1 : index + 2]]
        name = found["name"].strip() if found and found["name"] and not found["end"] else ""
        if not found or bool(found["end"]) == bool(name) or any(one.strip() for one in beside):
            return False
        self._standing = SpokenBy(name, "mark", index + 1) if name else None
        self.turns.append((self._starts[index], self._standing))
        return True

    def _named_from(self, index: int, begin: int, name: str) -> None:
        """From a sign of a line on `name` speaks."""
        self._left.setdefault("names", [])
        self._named.add(name)
        self.turns.append((self._starts[index] + begin, SpokenBy(name, "label", index + 1)))

    def _words(self, index: int, line: str, apart: bool) -> str:
        if self._directions.is_whole(line, apart) or (is_title(line) and not self._goes_on_below(index)):
            return self._directions.without(line)
        if time := self._times.head(line):  # bullets, numbers and stars around it go
            if time.name:
                self._named_from(index, 0, time.name)
            elif self.turns and self.turns[-1][1] is not self._standing:
                self.turns.append((self._starts[index], self._standing))
            line = " " * time.begin + line[time.begin : time.end].replace("*", " ").replace("_", " ") + line[time.end :]
        elif item := _ITEM.match(line):
            number = item["number"] or ""
            keep = item.start("number") if number else item.end()
            task = item["task"] or ""
            line = " " * keep + number + " " * len(task) + line[item.end() :]
        if (length := self._times.length(line)) and not (time and time.end > length.begin):
            self._left.setdefault("lengths at the ends of lines", []).append(length.written)
            line = line[: length.begin] + NOTHING * (len(line) - length.begin)
        at = time.end if time else len(line) - len(line.lstrip(f" \t{NOTHING}"))
        line = line[:at] + self._directions.without_music(line[at:])
        at += len(line[at:]) - len(line[at:].lstrip(f" {NOTHING}"))
        spoken = self._without_name(index, at, line[at:])
        led = time is not None or self._in_cells or spoken != line[at:]
        line = line[:at] + self._directions.take(spoken, led, apart)
        return without_citations(line) if self._cited else line[:1] + without_citations(line[1:])

    def _goes_on_below(self, index: int) -> bool:
        """Whether a line is the beginning of a sentence: the next one is in small letters, where others begin with large."""
        below = self._lines[index + 1] if index + 1 < len(self._lines) else ""
        others = (line.lstrip() for number, line in enumerate(self._lines) if number != index)
        return below[:1].islower() and any(line[:1].isupper() for line in others)

    def _without_name(self, index: int, begin: int, line: str) -> str:
        """The rest of a line from `begin` on without who says it; a time and a tone beside the name stay."""
        label = said_by(line, self._names)
        if not label.end:
            return line
        self._named_from(index, begin, label.name)
        kept = [NOTHING] * label.end
        for remark in _REMARKS.finditer(line, *label.remark):
            if self._times.head(remark[0]):
                kept[slice(*remark.span())] = remark[0]
            elif remark[1].strip().lower() in TONES:
                kept[slice(*remark.span())] = f"[{remark[1]}]"
        return "".join(kept) + line[label.end :]

    def _message(self, index: int, line: str) -> str:
        stamp = _CHAT.match(line)
        if not stamp:
            return line
        name = (stamp["name"] or "").strip(" :")
        self.turns.append((self._starts[index], SpokenBy(name, "label", index + 1) if name else None))
        self._left.setdefault("times of messages, and who wrote them,", []).append(stamp[0])
        return NOTHING * stamp.end() + line[stamp.end() :]

    def _without(self, kind: str, line: str, words: str = "") -> str:
        if has_word(line):
            self._left.setdefault(kind, []).append(words)
        return " " * len(line)

    def _ended(self, edited: list[str]) -> str:
        """The lines as one text; an item of a list ends before the next one."""
        ended: list[str] = []
        before = ""
        for written, line in zip(self._lines, edited, strict=True):
            begins = (_CHAT if self._is_chat else _ITEM).match(_QUOTE.sub("", written)) or said_by(written, self._names).end
            stripped = before.rstrip(" \t" + NOTHING)
            time = self._times.head(before)
            if (
                begins
                and has_word(line)
                and has_word(before[time.end :] if time else before)
                and not stripped.endswith(_ENDED)
            ):
                ended.append(stripped + STOP + NOTHING * (len(before) - len(stripped)))
            else:
                ended.append(before + "\n")
            before = line
        return "".join([*ended[1:], before])

    def _tell(self) -> None:
        if self._directions.left:
            self._left["directions"] = self._directions.left
        if pauses := self._directions.pauses:
            self._notes.append(f"pauses that are written out are silent ({len(pauses)}): {some(pauses, 3)}")
        for kind, words in self._left.items():
            if kind == "names":
                self._notes.append(f"names of speakers are not spoken: {', '.join(sorted(self._named))}")
            else:
                said = [" ".join(word.split())[:40] for word in words if word]
                shown = ": " + ", ".join(f"“{word}”" for word in said[:3]) + (" …" if len(said) > 3 else "") if said else ""
                self._notes.append(f"{kind} are not spoken ({len(words)}){shown}")


def _in_brackets(lines: list[str]) -> frozenset[int]:
    """The numbers of the lines in paragraphs of several lines that stand in one pair of square brackets."""
    found: set[int] = set()
    begin = 0
    for end, line in enumerate([*lines, ""]):
        if not line.strip():
            words = "\n".join(lines[begin:end]).strip(" \t*_")
            if end - begin > 1 and _ALL_BRACKETED.fullmatch(words):
                found.update(range(begin, end))
            begin = end + 1
    return frozenset(found)


def _units(lines: list[str]) -> Iterator[str]:
    """What stands between blank lines."""
    unit: list[str] = []
    for line in [*lines, ""]:
        if line.strip():
            unit.append(line)
        elif unit:
            yield "\n".join(unit)
            unit = []


def _row(line: str, begin: int, starts: list[int]) -> str:
    """A row of a table with commas between its cells and a point at its end."""
    if not has_word(line):
        return " " * len(line)
    edited = [" "] * len(line)
    spans = [(a - begin, b - begin) for a, b in cells(line, begin)]
    for number, (first, after) in enumerate(spans):
        edited[first:after] = line[first:after]
        sign = "." if number == len(spans) - 1 else ","
        if after < len(line) and first < after and line[after - 1] not in _ENDED:
            edited[after] = sign
    return "".join(edited)
