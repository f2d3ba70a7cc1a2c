"""A storyboard's Markdown as sections with fields: a heading, and below it labels with what follows them.

A field ends at the next label, heading or rule (---), and at a blank line followed by a paragraph that is not indented.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from voicekit.core.patterns import lazy_pattern
from voicekit.text.script.cue import has_word
from voicekit.text.script.fields import kind_of
from voicekit.text.script.heading import heading_of
from voicekit.text.script.strip_markup import NOTHING
from voicekit.text.script.tables import cells, table_rows

_QUOTE = r"(?:>[^\S\n]?)*"
_BULLET = r"(?:[-*+•]|\d+[.)])[^\S\n]+"
#: Emoji and arrows.
PICTURES = (
    r"(?:[\u2190-\u2bff\U0001f000-\U0001faff\ufe0f\u200d\u20e3][\u2190-\u2bff\U0001f000-\U0001faff\ufe0f\u200d\u20e3\s]*+)?+"
)
_WORD = r"(?:clip|scene|shot|szene|einstellung|bild|frame|sequence|sequenz)"
_BOLD_HEADING = lazy_pattern(
    rf"(?P<indent>\s*)(?:{_BULLET})?\*\*{PICTURES}(?P<title>{_WORD}\s*#?\d.*)"
    r"|(?P<indent2>\s*)\d+[.)]\s+(?P<title2>\*\*[^*]*[^*:：\s]\*\*(?:\s*[(\[|–—-].*)?)",
    re.IGNORECASE,
)
_BARE_HEADING = lazy_pattern(
    r"(?:Clip|Scene|Shot|Szene|Einstellung|CLIP|SCENE|SHOT|SZENE|EINSTELLUNG)\s*#?\d+\w?\s*(?:[:.(\[|–—-].*)?"
)
_NUMBERED_ITEM = lazy_pattern(r"\s{0,3}\d+[.)]\s+(?P<title>[^\s*].*)")
_UNDERLINE = lazy_pattern(r"\s{0,3}(=+|-{2,})\s*")
_LABEL = lazy_pattern(
    rf"(?P<indent>\s*){_QUOTE}(?P<bullet>{_BULLET})?{PICTURES}(?P<bold>\*\*|__|\*|_)?{PICTURES}"
    r"(?P<name>[^\W\d_](?:[^:：*_()\[\]]|\([^()]*\)|\[[^\[\]]*\]){0,60}?)\s*"
    r"(?(bold)(?:(?P<colon>[:：])\s*(?P=bold)|(?P=bold)\s*+(?:(?P<colon2>[:：])|[–—-]\s|$))|[:：])\s*(?P<rest>.*)"
)
_LIST_ITEM = lazy_pattern(rf"(\s*){_QUOTE}{_BULLET}")
#: The start of a line before its text: quote marks, a bullet.
MARGIN = lazy_pattern(rf"^\s*{_QUOTE}(?:{_BULLET})?", re.MULTILINE)
_RULE = lazy_pattern(r"\s*([-*_])(?:\s*\1){2,}\s*")
#: “Clip 3”, and other ways to number a title.
NUMBERED = lazy_pattern(rf"{_WORD}\s*+#?\s*+\d+\w?", re.IGNORECASE)
NUMBER = lazy_pattern(rf"{NUMBERED.pattern}|{_WORD}(?=\s*[:–—-])|\d+(?=\s*[:.)–—-](?:\s|$))|#?\d+(?=$)", re.IGNORECASE)
#: The number of a row, in front of its title.
ROW_NUMBER = lazy_pattern(r"#?\d+[.):]?\s+(?=\S)")
_TOTAL = lazy_pattern(r"(?:total|gesamt|sum(?:me)?)\b", re.IGNORECASE)
_QUOTES = tuple('>"“„«»')


@dataclass
class Field:
    """What stands behind a label.

    Attributes:
        begin, end: where in the text.
        indent: how far the label is indented.
        line: of the label, and `label` what it says.
        bulleted: the label is an item of a list.
        block: nothing stands behind the label on its line.
        further: the line of a second paragraph that may be part of it.
        waiting: there is no word in it yet.
        opening: its first sign that is no blank.
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
    waiting: bool = True
    opening: str = ""
    _read: int = field(default=0, init=False)

    def read(self, text: str) -> None:
        """Looks at what has come to it since it was last read."""
        new = text[max(self.begin, self._read) : self.end]
        self._read = self.end
        self.waiting = self.waiting and not has_word(new)
        self.opening = self.opening or new.lstrip()[:1]


@dataclass
class Section:
    """A heading and what is below it; `loose` are lines that stand under no label."""

    title: str
    level: int
    line: int
    fields: list[Field] = field(default_factory=list)
    loose: list[str] = field(default_factory=list)

    def of(self, *kinds: str) -> list[Field]:
        return [one for one in self.fields if one.kind in kinds]


def sections_of(text: str) -> list[Section]:
    """All headings and the rows of tables that are clips, with their fields, in the order of the text."""
    sections: list[Section] = []
    current: Field | None = None
    offset, table_end = 0, 0
    lines = text.split("\n")
    for index, line in enumerate(lines):
        number, end = index + 1, offset + len(line)
        if current:
            current.read(text)
        waiting = current is not None and current.waiting
        indent = len(line) - len(line.lstrip())
        after_blank = index > 0 and not lines[index - 1].strip()
        if index < table_end:
            pass
        elif rows := table_rows(lines, index):
            table_end, current = index + rows, None
            _put_table(lines[index:table_end], number, offset, text, sections)
        elif (heading := heading_in(lines, index, current)) and (kind := _kind(heading[0])):  # "### Narration" is a label
            current = Field(kind, end, end, 0, number, heading[0], block=True)
            _put(current, sections)
        elif heading and (inline := label_in(heading[0], None)) and sections and sections[-1].level < heading[1] <= 6:
            begin = offset + line.index(inline[0]["rest"]) if inline[0]["rest"] else end
            current = Field(inline[1], begin, end, 0, number, inline[0]["name"])
            _put(current, sections)
        elif heading:
            sections.append(Section(heading[0], heading[1], number))
            current = None
        elif _RULE.fullmatch(line):
            if current:
                current.further = 0  # the rule says where it ends
            current = None
        elif found := label_in(line, current, waiting):
            label, kind = found
            begin = offset + label.start("rest")
            block, bulleted = not label["rest"].strip(), bool(label["bullet"])
            current = Field(kind, begin, end, len(label["indent"]), number, label["name"], bulleted, block)
            _put(current, sections)
        elif current and line.strip():
            item = _LIST_ITEM.match(line)
            if indent > current.indent or line.lstrip()[:1] == ">":
                current.end = end
            elif (item or after_blank) and not _goes_on(current, after_blank, line):
                current = None
                _put_loose(line, sections)
            else:
                if after_blank and not waiting and not current.further and line[:1] not in _QUOTES:
                    current.further = number
                current.end = end
        elif line.strip():
            _put_loose(line, sections)
        offset = end + 1
    return sections


def words_of(text: str, one: Field) -> str:
    """What stands in a field, on one line and without marks of lists and quotes."""
    return " ".join(MARGIN.sub("", text[one.begin : one.end]).replace(NOTHING, "").split())


def _goes_on(current: Field, after_blank: bool, line: str) -> bool:
    """Whether a paragraph or item of a list that is not indented belongs to the field above it."""
    if current.bulleted:
        return current.waiting and not after_blank
    if current.opening in _QUOTES and not current.waiting:  # several paragraphs, each in quotes
        return line[:1] == current.opening
    return current.waiting or current.block


def heading_in(lines: Sequence[str], index: int, current: Field | None = None) -> tuple[str, int] | None:
    """The title in a line, and how deep it is."""
    line = lines[index]
    if heading := heading_of(line):
        level, title = heading
    elif found := _BOLD_HEADING.fullmatch(line):
        title, level = found["title"] or found["title2"], 7
        deeper = current and len(found["indent"] or found["indent2"] or "") > current.indent
        if deeper or (found["title2"] and _kind(re.split(r"\*\*", title)[1])):
            return None
    elif (item := _NUMBERED_ITEM.fullmatch(line)) and _is_above_label(lines, index):
        title, level = item["title"], 7
    elif index and lines[index - 1].strip() and not _RULE.fullmatch(lines[index - 1]):
        return None
    elif _BARE_HEADING.fullmatch(line):
        title, level = line, 7
    else:
        under = _UNDERLINE.fullmatch(lines[index + 1]) if index + 1 < len(lines) and has_word(line) else None
        if not under or "|" in line or label_in(line, None) or _LIST_ITEM.match(line):
            return None
        if under[1][0] == "-" and current and current.block and current.begin == current.end:
            return None
        title, level = line, 1 if under[1][0] == "=" else 2
    title = " ".join(title.replace("**", "").replace(NOTHING, "").split())
    return re.sub(rf"^{PICTURES}", "", title).strip(), level


def _is_above_label(lines: Sequence[str], index: int) -> bool:
    """Whether a line is none of a label, and the next one is."""
    if index + 1 >= len(lines) or label_in(lines[index], None):
        return False
    following = label_in(lines[index + 1], None)
    return following is not None and following[1] in PLACES


def label_in(line: str, current: Field | None, waiting: bool = False) -> tuple[re.Match, str] | None:
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
    return (label, kind) if kind and (kind in PLACES or (colon and short)) else None


#: The kinds of places that are read.
PLACES = ("visual", "audio", "narration", "text", "duration")


def _kind(title: str) -> str | None:
    """What a heading is for that is only a label."""
    kind = None if NUMBER.match(title) else kind_of(title.rstrip(": "), sure=False)
    return kind if kind in PLACES else None


def _put(found: Field, sections: list[Section]) -> None:
    if sections:  # what stands above the first heading is about the whole film
        sections[-1].fields.append(found)


def _put_loose(line: str, sections: list[Section]) -> None:
    if sections:
        sections[-1].loose.append(line.strip())


def columns_of(header: str) -> list[str] | None:
    """What each column of a table is for; None where its rows are not clips."""
    kinds = ["title" if header[a:b].strip("*. ") in ("#", "№") else kind_of(header[a:b]) for a, b in cells(header, 0)]
    known = [kind for kind in kinds if kind in (*PLACES, "times", "title")]
    return kinds if len(known) > 1 and {"visual", "narration", "text"} & set(known) else None


def _put_table(lines: Sequence[str], number: int, offset: int, text: str, sections: list[Section]) -> None:
    """The rows of a table as clips; or, where its first column has labels, as the fields of the clip above it."""
    columns = columns_of(lines[0])
    for index, line in enumerate(lines):
        spans = cells(line, offset)
        offset += len(line) + 1
        if index == 1 or not spans or (columns and index == 0):
            continue
        words = [text[a:b].strip("*_ ") for a, b in spans]
        if not columns:
            kind = kind_of(words[0]) if len(spans) > 1 else None
            if kind and kind != "title":
                _put(Field(kind, *spans[1], 0, number + index, words[0]), sections)
            continue
        if any(_TOTAL.match(word) for word in words[:2]) or not has_word(line):
            continue
        titles = [word for word, kind in zip(words, columns, strict=False) if kind == "title" and word]
        named = [title for title in titles if not title.isdigit()] or titles
        sections.append(Section(" ".join(named), 8, number + index))
        for span, kind, label in zip(spans, columns, cells(lines[0], 0), strict=False):
            if kind != "title" and has_word(text[slice(*span)]):
                _put(Field(kind, *span, 0, number + index, lines[0][slice(*label)]), sections)
        if len(spans) > len(columns):  # behind the row
            sections[-1].title += " " + words[len(columns)]
