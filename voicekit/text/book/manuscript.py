"""A book in plain text, Markdown or a document of a word processor, as headings and paragraphs."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from voicekit.core.patterns import lazy_pattern
from voicekit.text.book.book import HEADING, PARAGRAPH, SCENE, Block
from voicekit.text.documents.pages import FOOTNOTES, NOTE_MARKS, PAGE_NUMBERS, PICTURES
from voicekit.text.documents.paragraphs import BREAK
from voicekit.text.script.heading import heading_of
from voicekit.text.script.marks import NO_MARKS
from voicekit.text.script.markup import read_markup
from voicekit.text.script.source import Source
from voicekit.text.script.strip_markup import NOTHING, strip_markup, without_citations
from voicekit.text.script.tables import table_rows

#: Signs alone between two paragraphs: another scene begins.
_SCENE = lazy_pattern(r"\s*(?:[*\-_=~─━═—–•·#+⁂✦❖◆◇★☆❦❧◦]\s*){1,20}")
_UNDERLINE = lazy_pattern(r" {0,3}(?:={2,}|-{2,})\s*")
_QUOTE = lazy_pattern(r" {0,3}(?:>[^\S\n]?)+")
_FOOTNOTE = lazy_pattern(r" {0,3}\[\^[^\[\]\s]+\]:")
_NOTE = lazy_pattern(r"\[\^[^\[\]\s]+\](?!:)")
_PICTURE = lazy_pattern(r"!\[[^\[\]]{0,500}\]\(")
_ILLUSTRATION = lazy_pattern(r"\s*\[(?:illustration|image|picture|abbildung|bild)\b[^\[\]]{0,2000}\]\s*", re.IGNORECASE)
_ABOUT = lazy_pattern(r"\s*(title|author|by|language|lang|titel|autor)\s*:\s*(\S.{0,200})", re.IGNORECASE)
_KEYS = {"titel": "title", "autor": "author", "by": "author", "lang": "language"}
_FENCE = lazy_pattern(r"---\s*")
_MOST_ABOUT = 60
_ROMAN = r"(?=[ivxlc])(?:c{0,3}(?:xc|xl|l?x{0,3})(?:ix|iv|v?i{0,3}))"
_NUMBER_WORDS = (
    "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|"
    "nineteen|twenty(?:[ -]\\w{3,5})?|thirty(?:[ -]\\w{3,5})?|first|second|third|the \\w{4,10}|eins|zwei|drei|vier|fünf|"
    "sechs|sieben|acht|neun|zehn|elf|zwölf"
)
_NUMBER = rf"(?:\d{{1,3}}|{_ROMAN}|{_NUMBER_WORDS})"
_PART = lazy_pattern(
    rf"(?:part|book|volume|teil|buch|band|partie|livre|parte|libro|deel|часть)\s+{_NUMBER}(?:\s*[.:—–-].{{0,80}})?\.?",
    re.IGNORECASE,
)
_CHAPTER = lazy_pattern(
    rf"(?:(?:chapter|kapitel|chapitre|capítulo|capitulo|capitolo|hoofdstuk|rozdział|глава)\s+{_NUMBER}(?:\s*[.:—–-].{{0,80}}|\s\S.{{0,60}})?"
    r"|(?:prologue|epilogue|prolog|epilog|prólogo|epílogo|foreword|preface|introduction|afterword|interlude|vorwort|nachwort|"
    r"einleitung)(?:\s*[.:—–-].{0,80})?)\.?",
    re.IGNORECASE,
)
_LONE_NUMBER = lazy_pattern(rf"(?:(\d{{1,3}})|({_ROMAN}))\.?", re.IGNORECASE)
_PAGE_NUMBER = lazy_pattern(
    r"\s*(?:[-–—]\s*\d{1,4}\s*[-–—]|(?<=\s{8})\d{1,4}|page \d{1,4}(?: of \d{1,4})?|seite \d{1,4}|"
    r"\[(?:pg|page) ?\d{1,4}\])\s*",
    re.IGNORECASE,
)
_ALONE, _LEAST_PAGES = lazy_pattern(r"\d{1,4}"), 3
_LONGEST_HEADING = 120


@dataclass
class Manuscript:
    """A text as headings and paragraphs.

    Attributes:
        blocks: in their order.
        levels: how deep a heading each of them is, 0 of what is none.
        origins: which paragraph of the document each of them is, or which line of the text.
        about: what it says of itself above its beginning: “title”, “author”, “language”.
        left: what is left out of it, by what a person calls it, and how often.
    """

    blocks: list[Block] = field(default_factory=list)
    levels: list[int] = field(default_factory=list)
    origins: list[int] = field(default_factory=list)
    about: dict[str, str] = field(default_factory=dict)
    left: Counter[str] = field(default_factory=Counter)

    def add(self, block: Block, origin: int, level: int = 0) -> None:
        self.blocks.append(block)
        self.origins.append(origin)
        self.levels.append(level)

    def drop_page_numbers(self) -> None:
        """Leaves out numbers that stand alone, where there are several and they ascend."""
        alone = [index for index, block in enumerate(self.blocks) if not self.levels[index] and _ALONE.fullmatch(block.text)]
        numbers = [int(self.blocks[index].text) for index in alone]
        if len(numbers) < _LEAST_PAGES or sorted({*numbers}) != numbers:
            return
        self.left[PAGE_NUMBERS] += len(alone)
        for index in reversed(alone):
            del self.blocks[index], self.levels[index], self.origins[index]


def of_text(text: str, name: str) -> Manuscript:
    """A book in plain text or Markdown, with the marks of scripts.

    Raises:
        ScriptError: a mark is wrong; the message says where in `text`.
    """
    found = Manuscript()
    raw = "\n".join(text.splitlines())
    found.left[NOTE_MARKS] = len(_NOTE.findall(raw))
    found.left[PICTURES] = len(_PICTURE.findall(raw))
    source = Source(without_citations(strip_markup(raw)), name)
    lines = source.text.split("\n")
    first = _read_about(lines, found)
    paragraphs = list(_paragraphs(lines, first, found))
    without = [text for _, text, level in paragraphs if not level]
    chapters = _chapter_levels(without) if len(without) == len(paragraphs) else [0] * len(without)
    starts = [0]
    for written in lines:
        starts.append(starts[-1] + len(written) + 1)
    plain = 0
    for line, words, level in paragraphs:
        if not level:
            level = chapters[plain]
            plain += 1
        if _SCENE.fullmatch(words) and not level:
            found.add(Block("", SCENE), line)
            continue
        if _ILLUSTRATION.fullmatch(words):
            found.left[PICTURES] += 1
            continue
        reading = read_markup(source, words, starts[line])
        if read := reading.text.strip():
            found.add(Block(read, HEADING if level else PARAGRAPH, reading.marks()), line, level)
    found.drop_page_numbers()
    return found


def of_paragraphs(written: Iterable[tuple[str, str]], name: str = "", marked: bool = False) -> Manuscript:
    """A document of a word processor or a page, by the styles of its paragraphs.

    Args:
        marked: it may have the marks of scripts, which pages of a book have not.
        name: of the document, in messages.
    """
    found = Manuscript()
    paragraphs = [(number, *one) for number, one in enumerate(written) if one[1].strip() or one[0] == BREAK]
    plain = [words for _, style, words in paragraphs if not style.startswith("#")]
    has_headings = len(plain) < len(paragraphs)
    levels = iter([0] * len(plain) if has_headings else _chapter_levels(plain))
    for number, style, words in paragraphs:
        level = len(style) if style.startswith("#") else next(levels)
        words = _row(words) if style == "|" else words.removeprefix("- ")
        if style == BREAK or (not level and _SCENE.fullmatch(words)):
            found.add(Block("", SCENE), number)
        elif _PAGE_NUMBER.fullmatch(words):
            found.left[PAGE_NUMBERS] += 1
        elif words:
            marks = NO_MARKS
            if marked:
                reading = read_markup(Source(words, f"{name}, paragraph {number + 1}"), words)
                words, marks = reading.text, reading.marks()
            found.add(Block(words, HEADING if level else PARAGRAPH, marks), number, level)
    found.drop_page_numbers()
    return found


def _row(line: str) -> str:
    """A row of a table as a sentence; the one below its head is none."""
    cells = [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line.strip().strip("|"))]
    words = [cell for cell in cells if re.search(r"[^\W_]", cell)]
    return ", ".join(words) + "." if words else ""


def _read_about(lines: list[str], found: Manuscript) -> int:
    """Reads what a text says of itself above its beginning; the number of the line at which it begins."""
    first = next((number for number, line in enumerate(lines) if line.strip()), 0)
    last = min(len(lines), first + _MOST_ABOUT)
    begin, above = first, range(first, last)
    if lines and _FENCE.fullmatch(lines[first]):
        end = next((number for number in range(first + 1, last) if _FENCE.fullmatch(lines[number])), first)
        begin, above = (end + 1, range(first, end)) if end > first else (first, range(0))
    else:
        while begin < last and _ABOUT.fullmatch(lines[begin]):
            begin += 1
    for number in above:
        if about := _ABOUT.fullmatch(lines[number].replace(NOTHING, "")):
            key = _KEYS.get(about[1].lower(), about[1].lower())
            found.about.setdefault(key, about[2].strip().strip("\"'"))
    return begin


def _paragraphs(lines: Sequence[str], first: int, found: Manuscript) -> Iterator[tuple[int, str, int]]:
    """(number of its first line, words, how deep a heading) of each paragraph; words are as long as in the text."""
    begin, open_ = first, False
    in_footnote, table_end = False, 0

    def words(end: int) -> tuple[int, str, int]:
        return begin, "\n".join(_bare(line) for line in lines[begin:end]), 0

    for number in range(first, len(lines)):
        line = lines[number]
        in_footnote = bool(_FOOTNOTE.match(line)) or (in_footnote and line[:1] in (" ", "\t"))
        heading = heading_of(line)
        rows = table_rows(list(lines[number : number + 400]), 0) if "|" in line and number >= table_end else 0
        table_end = max(table_end, number + rows) if rows else table_end
        alone = open_ and number == begin + 1
        if alone and _UNDERLINE.fullmatch(line) and re.search(r"[^\W_]", lines[begin]):
            yield begin, lines[begin], 1 if "=" in line else 2
            open_ = False
        elif (
            in_footnote or not line.strip(f" \t{NOTHING}>") or heading or number < table_end or _PAGE_NUMBER.fullmatch(line)
        ):
            if open_:
                yield words(number)
                open_ = False
            found.left[FOOTNOTES] += bool(_FOOTNOTE.match(line))
            if heading and heading[1]:
                yield number, " " * line.find(heading[1]) + heading[1], heading[0]
            elif number < table_end and not in_footnote:
                if row := _row(line):
                    yield number, row, 0
            elif line.strip() and _PAGE_NUMBER.fullmatch(line):
                found.left[PAGE_NUMBERS] += 1
        elif not open_:
            begin, open_ = number, True
    if open_:
        yield words(len(lines))


def _bare(line: str) -> str:
    """A line without the marks of a quotation, as long as before."""
    quote = _QUOTE.match(line)
    return NOTHING * quote.end() + line[quote.end() :] if quote else line


def _chapter_levels(paragraphs: Sequence[str]) -> list[int]:
    """How deep a heading each paragraph is, by its words alone: 1 a part, 2 a chapter, 0 none.

    A list of chapters is none; a number alone is one where it is the next.
    """
    levels: list[int] = []
    wanted = 1
    for text in paragraphs:
        plain = text.replace(NOTHING, "").strip()
        lines = [line.strip(" *_#\t") for line in plain.split("\n")]
        level = 0
        if len(plain) <= _LONGEST_HEADING and len(lines) <= 3:
            one = _LONE_NUMBER.fullmatch(plain)
            if _PART.fullmatch(lines[0]):
                level = 1
            elif _CHAPTER.fullmatch(lines[0]) and not (lines[0][-1:] in ".," and len(lines[0]) > 80):
                level = 2
            elif one and (int(one[1]) if one[1] else _roman(one[2])) == wanted:
                level, wanted = 3, wanted + 1
        levels.append(level)
    if wanted <= 2:  # one number alone is no chapter
        levels = [0 if level == 3 else level for level in levels]
    return [2 if level == 3 and 2 not in levels else level for level in levels]


def is_list_of_chapters(text: str) -> bool:
    """Whether a paragraph is a table of contents: lines that are headings of chapters, and hardly anything else."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    found = sum(_CHAPTER.match(line) is not None or _PART.match(line) is not None for line in lines)
    return len(lines) >= 3 and found >= 0.6 * len(lines)


def _roman(numeral: str) -> int:
    values = [{"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}[sign] for sign in numeral.lower()]
    return sum(-value if value < max(values[n:]) else value for n, value in enumerate(values))
