"""Storyboards in Markdown: a heading for each clip, and below it what is seen, heard and spoken.

    ## Clip 3: Kick-off at the orbital stadium (6 seconds)
    - **Visual:** wide shot, slow zoom in, neon haze
    - **Audio:** crowd, low synth
    - **Narration:** [calm] Tomorrow's game begins in silence.

People write them in many ways: with bullets or without, bold or not, in English or German; as a table with a row for each
clip, or as a numbered list. A field ends at the next label, heading or rule (---), and at a blank line with a paragraph
behind it that is not indented.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from voicekit.errors import ScriptError
from voicekit.text.cue import LEADING_TIME, Clip, Cue, Script, has_word, with_text
from voicekit.text.durations import Length, check_title, cut_length, length_of
from voicekit.text.fields import UNKNOWN, is_spoken, kind_of
from voicekit.text.looks import NOTHING, without_looks
from voicekit.text.markup import read_markup
from voicekit.text.source import Source
from voicekit.text.tables import cells, table_rows

_QUOTE = r"(?:>[^\S\n]?)*"
_BULLET = r"(?:[-*+•]|\d+[.)])[^\S\n]+"
_PICTURES = r"(?:[\u2190-\u2bff\U0001f000-\U0001faff\ufe0f\u200d\u20e3]+\s*)*"
_WORD = r"(?:clip|scene|shot|szene)"
_HEADING = re.compile(r"\s{0,3}(#{1,6})\s+(.*?)(?:\s+#+)?\s*")
_BOLD_HEADING = re.compile(
    rf"(?P<indent>\s*)(?:{_BULLET})?\*\*{_PICTURES}(?P<title>{_WORD}\s*#?\d.*)"
    r"|(?P<indent2>\s*)\d+[.)]\s+(?P<title2>\*\*[^*]*[^*:：\s]\*\*(?:\s*[(\[|–—-].*)?)",
    re.IGNORECASE,
)
_BARE_HEADING = re.compile(r"(?:Clip|Scene|Shot|Szene|CLIP|SCENE|SHOT|SZENE)\s*#?\d+\w?\s*(?:[:.(\[|–—-].*)?")
_UNDERLINE = re.compile(r"\s{0,3}(=+|-{2,})\s*")
_LABEL = re.compile(
    rf"(?P<indent>\s*){_QUOTE}(?P<bullet>{_BULLET})?{_PICTURES}(?P<bold>\*\*|__|\*|_)?{_PICTURES}"
    r"(?P<name>[^\W\d_](?:[^:：*_()\[\]]|\([^()]*\)|\[[^\[\]]*\]){0,60}?)\s*"
    r"(?(bold)(?:(?P<colon>[:：])\s*(?P=bold)|(?P=bold)\s*(?:(?P<colon2>[:：])|[–—-]\s|(?=\s*$)))|[:：])\s*(?P<rest>.*)"
)
_LIST_ITEM = re.compile(rf"(\s*){_QUOTE}{_BULLET}")
MARGIN = re.compile(rf"^\s*{_QUOTE}(?:{_BULLET})?", re.MULTILINE)
_RULE = re.compile(r"\s*([-*_])(?:\s*\1){2,}\s*")
_NUMBERED = re.compile(rf"{_WORD}\s*#?\s*\d+\w?", re.IGNORECASE)
_NUMBER = re.compile(rf"{_NUMBERED.pattern}|{_WORD}(?=\s*[:–—-])|\d+(?=\s*[:.)–—-](?:\s|$))|#?\d+(?=$)", re.IGNORECASE)
_TOTAL = re.compile(r"(?:total|gesamt|sum(?:me)?)\b", re.IGNORECASE)
_BARE_SECONDS = re.compile(r"\((\d{1,3}(?:[.,]\d+)?)\)")
_NO_WORDS = (
    r"(?:none|n/a|nothing|silen(?:ce|t)|stille|stumm|keine?[rs]?|(?:no|without|keine?|ohne)\s+(?:spoken\s)?"
    r"(?:narration|narrator|dialog(?:ue)?|voice(?:[\s-]?over)?|vo|speech|words|text|sprecher\w*|erzähl\w*|kommentar))"
)
_MUSIC = r"(?:the\s+)?(?:background\s+)?(?:music|musik|ambien(?:ce|t sounds?)|atmo|sound effects|sfx)"
_ONLY_MUSIC = rf"(?:(?:just|only|nur)\s+{_MUSIC}|{_MUSIC}\s+only)"
#: What stands for no narration; in brackets more may stand behind it.
SILENT = re.compile(
    rf"[*_]*(?:(?:{_NO_WORDS}(?:\s*[-–—,;:/]\s*(?:{_ONLY_MUSIC}|{_MUSIC}))?|{_ONLY_MUSIC}|[(\[]\s*(?:{_NO_WORDS}\b[^()\[\]]*"
    rf"|{_ONLY_MUSIC}\.?|{_MUSIC})[)\]])\.?|[-–—]+|…|\.{{3,}})[*_]*",
    re.IGNORECASE,
)
TIME = re.compile(rf"(?:\[\s*(?:\d+:)?\d+:\d+[^\]]*\]|{LEADING_TIME})")
_PAIRS = {'"': '"', "“": "”", "„": "“”", "«": "»", "»": "«", "‘": "’", "'": "'", "*": "*", "_": "_"}
_QUOTES = tuple('>"“„«»')
#: Such text behind a label that is not known may be a narration: all of it in quotes, or a sentence.
_PROSE = re.compile(r"[\"“„«].*[\"”“»]|(?:\S+\s+){3,}.*[.!?…][*_)]*")


@dataclass
class _Field:
    """What stands behind a label.

    Attributes:
        begin, end: where in the text.
        indent: how far the label is indented.
        line: of the label, and `label` what it says.
        bulleted: the label is an item of a list.
        block: nothing stands behind the label on its line.
        further: the line of a second paragraph that may be part of it.
    """

    kind: str
    begin: int
    end: int
    indent: int = 0
    line: int = 0
    label: str = ""
    bulleted: bool = False
    block: bool = False
    further: int = 0


@dataclass
class _Section:
    """A heading and what is below it."""

    title: str
    level: int
    line: int
    fields: list[_Field] = field(default_factory=list)

    def of(self, *kinds: str) -> list[_Field]:
        return [one for one in self.fields if one.kind in kinds]


@dataclass(frozen=True)
class Part:
    """A clip, what is spoken in it, and the last of its lines; the first is `clip.line`."""

    clip: Clip
    cues: tuple[Cue, ...]
    last_line: int


def is_storyboard(text: str, hint: bool = False) -> bool:
    """Whether a text is a storyboard; `hint`: its name says that it is Markdown."""
    text = without_looks(text)
    lines = text.split("\n")
    tables = [index for index in range(len(lines)) if table_rows(lines, index)]
    labels = [label for line in lines if (label := _label(line, None)) and label[1] in ("visual", "narration")]
    if any(_columns(lines[index]) for index in tables):
        return True
    if (hint and tables) or any(_heading(lines, index) for index in range(len(lines))):
        return bool(labels) or hint
    return any(found["bold"] == "**" for found, _ in labels)


def parse_storyboard(text: str, name: str) -> Script:
    """The clips of a storyboard, and a cue for each narration.

    Raises:
        ScriptError: there is no narration; only some clips have a duration, or one is none; a narration has a time; a label
            is not known whose text may be one; or markup is wrong.
    """
    found = parts(text, name)
    cues = tuple(cue for part in found for cue in part.cues)
    if not cues:
        raise ScriptError(
            f"{name} is a storyboard without narration; write “- **Narration:** …” below the headings of clips that have "
            "one, as “## Clip 1: its title (6 seconds)”"
        )
    clips = tuple(part.clip for part in found)
    without = [clip for clip in clips if clip.duration_s is None]
    if 0 < len(without) < len(clips):
        raise ScriptError(
            f"{name}, line {without[0].line}: this clip has no duration but others have one; "
            "write (6 seconds) behind its title, or leave all durations out"
        )
    return Script(cues, clips)


def parts(text: str, name: str) -> tuple[Part, ...]:
    """Each clip and where it stands, whether all is there that a film takes or not.

    Raises:
        ScriptError: there are no headings, a duration is none, a narration has a time, a label is not known whose text may
            be a narration, or markup is wrong.
    """
    text = without_looks(text)
    source = Source(text, name)
    sections = _sections(text)
    if not sections:
        raise ScriptError(
            f"{name} is a storyboard without headings; write “## Clip 1: its title (6 seconds)” above each clip"
        )
    pairs = list(zip(sections, [*sections[1:], None], strict=True))
    clips = [(section, following) for section, following in pairs if _is_clip(section, following)]
    _take_bare_seconds([section for section, _ in clips])
    found: list[Part] = []
    lines = text.count("\n") + 1
    at_s: float | None = 0.0  # where the times of the clips so far end, as long as they are ranges one behind the other
    for section, following in clips:
        title, length = _length(section, text, f"{name}, line {section.line}")
        clip = _clip(section, title, length.seconds(at_s) if length else None, text, len(found) + 1)
        at_s = length.high if length and length.low is not None and length.low == at_s else None
        spoken = section.of("narration") or section.of("text")
        _check_unknown(section, text, name)
        if section is sections[-1] and spoken and spoken[-1] is section.fields[-1] and spoken[-1].further:
            raise ScriptError(
                f"{name}, line {spoken[-1].further}: it is not clear whether this is spoken; "
                "write it behind “- **Narration:**” if it is, else a line --- above it"
            )
        cues = [_cue(one, source, text, len(found)) for one in spoken]
        last_line = following.line - 1 if following else lines
        found.append(Part(clip, tuple(cue for cue in cues if cue), last_line))
    return tuple(found)


def _sections(text: str) -> list[_Section]:
    sections: list[_Section] = []
    current: _Field | None = None
    offset, table_end = 0, 0
    lines = text.split("\n")
    for index, line in enumerate(lines):
        number, end = index + 1, offset + len(line)
        waiting = current is not None and not has_word(text[current.begin : current.end])
        indent = len(line) - len(line.lstrip())
        after_blank = index > 0 and not lines[index - 1].strip()
        if index < table_end:
            pass
        elif rows := table_rows(lines, index):
            table_end, current = index + rows, None
            _put_table(lines[index:table_end], number, offset, text, sections)
        elif (heading := _heading(lines, index, current)) and (kind := _kind(heading[0])):  # "### Narration" is a label
            current = _Field(kind, end, end, 0, number, heading[0], block=True)
            _put(current, sections)
        elif heading and (inline := _label(heading[0], None)) and sections and sections[-1].level < heading[1] <= 6:
            begin = offset + line.index(inline[0]["rest"]) if inline[0]["rest"] else end
            current = _Field(inline[1], begin, end, 0, number, inline[0]["name"])
            _put(current, sections)
        elif heading:
            sections.append(_Section(heading[0], heading[1], number))
            current = None
        elif _RULE.fullmatch(line):
            if current:
                current.further = 0  # the rule says where it ends
            current = None
        elif found := _label(line, current, waiting):
            label, kind = found
            begin = offset + label.start("rest")
            block, bulleted = not label["rest"].strip(), bool(label["bullet"])
            current = _Field(kind, begin, end, len(label["indent"]), number, label["name"], bulleted, block)
            _put(current, sections)
        elif current and line.strip():
            item = _LIST_ITEM.match(line)
            if indent > current.indent or line.lstrip()[:1] == ">":
                current.end = end
            elif (item or after_blank) and not _goes_on(current, waiting, after_blank, line, text):
                current = None
            else:
                if after_blank and not waiting and not current.further and line[:1] not in _QUOTES:
                    current.further = number
                current.end = end
        offset = end + 1
    return sections


def _goes_on(current: _Field, waiting: bool, after_blank: bool, line: str, text: str) -> bool:
    """Whether a paragraph or item of a list that is not indented belongs to the field above it."""
    if current.bulleted:
        return waiting and not after_blank
    opening = text[current.begin : current.end].lstrip()[:1]
    if opening in _QUOTES and not waiting:  # several paragraphs, each in quotes
        return line[:1] == opening
    return waiting or current.block


def _heading(lines: Sequence[str], index: int, current: _Field | None = None) -> tuple[str, int] | None:
    """The title in a line, and how deep it is."""
    line = lines[index]
    if found := _HEADING.fullmatch(line):
        title, level = found[2], len(found[1])
    elif found := _BOLD_HEADING.fullmatch(line):
        title, level = found["title"] or found["title2"], 7
        deeper = current and len(found["indent"] or found["indent2"] or "") > current.indent
        if deeper or (found["title2"] and _kind(re.split(r"\*\*", title)[1])):
            return None
    elif index and lines[index - 1].strip() and not _RULE.fullmatch(lines[index - 1]):
        return None
    elif _BARE_HEADING.fullmatch(line):
        title, level = line, 7
    else:
        under = _UNDERLINE.fullmatch(lines[index + 1]) if index + 1 < len(lines) and has_word(line) else None
        plain = under and "|" not in line and not _label(line, None) and not _LIST_ITEM.match(line)
        if not plain or (under[1][0] == "-" and current and current.block and current.begin == current.end):
            return None
        title, level = line, 1 if under[1][0] == "=" else 2
    return re.sub(rf"^\s*{_PICTURES}", "", title.replace("**", "").replace(NOTHING, "")).strip(), level


def _label(line: str, current: _Field | None, waiting: bool = False) -> tuple[re.Match, str] | None:
    """The label in a line and what it is for; None where that is no label but text, of the field `current` perhaps."""
    label = _LABEL.fullmatch(line)
    if not label:
        return None
    nested = current is not None and len(label["indent"]) > current.indent
    sure = label["bold"] or (label["bullet"] and not nested and not (waiting and current))
    kind = kind_of(label["name"], bool(sure))
    if kind in ("title", None) and not label["bold"]:
        return None
    colon = not label["bold"] or label["colon"] or label["colon2"]
    short = len(re.sub(r"\([^()]*\)|\[[^\[\]]*\]", "", label["name"]).split()) <= 4
    return (label, kind) if kind and (kind in _PLACES or (colon and short)) else None


#: The kinds that are read.
_PLACES = ("visual", "audio", "narration", "text", "duration")


def _kind(title: str) -> str | None:
    """What a heading is for that is only a label."""
    kind = None if _NUMBER.match(title) else kind_of(title.rstrip(": "), sure=False)
    return kind if kind in _PLACES else None


def _put(found: _Field, sections: list[_Section]) -> None:
    if sections:  # what stands above the first heading is about the whole film
        sections[-1].fields.append(found)


def _columns(header: str) -> list[str | None] | None:
    """What each column of a table is for; None where its rows are not clips."""
    kinds = ["title" if header[a:b].strip("*. ") in ("#", "№") else kind_of(header[a:b]) for a, b in cells(header, 0)]
    known = [kind for kind in kinds if kind in (*_PLACES, "times", "title")]
    return kinds if len(known) > 1 and {"visual", "narration", "text"} & set(known) else None


def _put_table(lines: Sequence[str], number: int, offset: int, text: str, sections: list[_Section]) -> None:
    """The rows of a table as clips; or, where its first column has labels, as the fields of the clip above it."""
    columns = _columns(lines[0])
    for index, line in enumerate(lines):
        spans = cells(line, offset)
        offset += len(line) + 1
        if index == 1 or not spans or (columns and index == 0):
            continue
        words = [text[a:b].strip("*_ ") for a, b in spans]
        if not columns:
            kind = kind_of(words[0]) if len(spans) > 1 else None
            if kind and kind != "title":
                _put(_Field(kind, *spans[1], 0, number + index, words[0]), sections)
            continue
        if any(_TOTAL.match(word) for word in words[:2]) or not has_word(line):
            continue
        titles = [word for word, kind in zip(words, columns, strict=False) if kind == "title" and word]
        named = [title for title in titles if not title.isdigit()] or titles
        sections.append(_Section(" ".join(named), 8, number + index))
        for span, kind, label in zip(spans, columns, cells(lines[0], 0), strict=False):
            if kind != "title" and has_word(text[slice(*span)]):
                _put(_Field(kind, *span, 0, number + index, lines[0][slice(*label)]), sections)
        if len(spans) > len(columns):  # behind the row
            sections[-1].title += " " + words[len(columns)]


def _is_clip(section: _Section, following: _Section | None) -> bool:
    if section.of(*_PLACES) or section.level == 8:
        return True
    # Without anything below it, a clip; with headings of its own below it, a group of clips.
    is_group = following is not None and following.level > section.level
    timed = bool(section.fields) and cut_length(section.title, "")[1] is not None
    return (bool(_NUMBERED.match(section.title)) or timed) and not is_group


def _take_bare_seconds(clips: Sequence[_Section]) -> None:
    """“(6)” is a duration where every clip has such."""
    if all(_BARE_SECONDS.search(clip.title) and not cut_length(clip.title, "")[1] for clip in clips):
        for clip in clips:
            clip.title = _BARE_SECONDS.sub(r"(\1 s)", clip.title, count=1)


def _length(section: _Section, text: str, where: str) -> tuple[str, Length | None]:
    """The title without the duration of a clip, and that."""
    title, length = cut_length(section.title, where)
    for given in section.of("duration") if not length else ():
        if has_word(written := _line(text, given).strip("*_ ")):
            length = length or length_of(written, f"{where}, its duration")
    for given in section.of("times") if not length else ():  # "Time: dusk" is none
        length = length or cut_length(f"- {_line(text, given)}", where)[1]
    if not length:
        check_title(title, where)
    return title, length


def _clip(section: _Section, title: str, seconds: float | None, text: str, number: int) -> Clip:
    name = _NUMBER.match(title)
    rest = re.sub(rf"\s+{_PICTURES}$", "", title[name.end() :] if name else title)
    rest = rest.lstrip(" -–—:|,.)").rstrip(" -–—:|,.")
    given = re.sub(r"\s*#\s*", " ", name[0]) if name and name[0][:1].isalpha() else ""
    visual, audio = ("; ".join(_line(text, one) for one in section.of(kind)) for kind in ("visual", "audio"))
    return Clip(rest or given or f"Clip {number}", seconds, visual, audio, section.line)


def _check_unknown(section: _Section, text: str, name: str) -> None:
    """Raises ScriptError where a narration would be lost because its label is not known."""
    spoken = section.of("narration", "text")
    for one in section.of(UNKNOWN):
        if (not spoken or is_spoken(one.label)) and _PROSE.fullmatch(_line(text, one)):
            raise ScriptError(
                f"{name}, line {one.line}: the label “{one.label.strip()}” is not known; "
                "call it Narration if it is to be spoken"
            )


def _line(text: str, one: _Field) -> str:
    return " ".join(MARGIN.sub("", text[one.begin : one.end]).replace(NOTHING, "").split())


def _cue(spoken: _Field, source: Source, text: str, clip: int) -> Cue | None:
    """None where the clip is silent."""
    written = text[spoken.begin : spoken.end]
    first, newline, rest = written.partition("\n")
    rest = MARGIN.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), rest)
    plain = (first + newline + rest).replace("\n", " ").replace("\\|", NOTHING + "|")
    edited = unwrapped(plain)
    if not edited.strip() or SILENT.fullmatch(edited.strip()) or SILENT.fullmatch(plain.strip()):
        return None
    at = spoken.begin + len(edited) - len(edited.lstrip())
    reading = read_markup(source, edited, spoken.begin)
    if time := TIME.match(reading.text.lstrip()):
        raise source.error(at, f"storyboards take durations; remove {time[0]} and write (6 seconds) behind the clip's title")
    return with_text(Cue("", line=source.line(at), clip=clip), reading.text, reading.marks(), source.name)


def unwrapped(text: str) -> str:
    """`text`, as long as before, without the quotes or stars around all of it."""
    tags = re.match(r"(?:\s*\[[^\]]*\])*\s*", text).end()
    first, last = tags, len(text.rstrip()) - 1
    if first >= last or text[last] not in _PAIRS.get(text[first], ""):
        return text
    double = text[first] in "*_" and text[first : first + 2] == text[first] * 2 == text[last - 1 : last + 1]
    width = 2 if double else 1
    inside = text[first + width : last + 1 - width]
    if not has_word(inside) or text[first] in inside or text[last] in inside:
        return text
    return unwrapped(text[:first] + " " * width + inside + " " * width + text[last + 1 :])
