"""Word's .docx and OpenDocument's .odt as text: paragraphs, headings and tables."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from voicekit.core.documents import read_xml
from voicekit.core.errors import ScriptError
from voicekit.text.documents.archive import Archive
from voicekit.text.documents.pages import CONTENTS, FOOTNOTES, PICTURES
from voicekit.text.documents.paragraphs import Paragraphs
from voicekit.text.read import Note

#: What of a Word document is no text of it: what was moved away or hidden, and what other programs are to show instead.
_SKIPPED = frozenset(
    ["moveFrom", "del", "Fallback", "instrText", "tabs", "footnoteReference", "endnoteReference", "txbxContent"]
)
_SKIPPED_OPEN = frozenset(["tracked-changes", "annotation", "note", "table-of-content", "text-box"])
#: Of these, those whose words a person may miss.
_TOLD = {
    "txbxContent": "text boxes",
    "text-box": "text boxes",
    "footnoteReference": FOOTNOTES,
    "endnoteReference": FOOTNOTES,
    "note": FOOTNOTES,
    "moveFrom": "words that were moved away",
    "del": "deleted words",
    "tracked-changes": "deleted words",
    "annotation": "comments",
    "table-of-content": CONTENTS,
    "toc": CONTENTS,
    "drawing": PICTURES,
    "image": PICTURES,
}
_OUTLINES = ("toc", "table of contents", "inhaltsverzeichnis")


def read_docx(path: Path, note: Note) -> str:
    """The text of a Word document. Raises ScriptError where it is damaged."""
    document = docx_document(path)
    _tell(document.left, path, note)
    return document.paragraphs.text()


def read_odt(path: Path, note: Note) -> str:
    """The text of an OpenDocument. Raises ScriptError where it is damaged."""
    document = odt_document(path)
    _tell(document.left, path, note)
    return document.paragraphs.text()


@dataclass(frozen=True)
class Document:
    """What a document of a word processor holds.

    Attributes:
        left: what is left out of it, by what a person calls it, and how often.
        title, author, language: as it says itself; "" where it does not.
    """

    paragraphs: Paragraphs
    left: Counter[str]
    title: str
    author: str
    language: str


def docx_document(path: Path) -> Document:
    """A Word document. Raises ScriptError where it is damaged."""
    with Archive(path) as archive:
        if "word/document.xml" not in archive.names:
            raise ScriptError(f"{path} is not a Word document; save it as .docx or as plain text")
        styles = _Styles()
        try:
            if "word/styles.xml" in archive.names:
                read_xml(archive.read("word/styles.xml"), styles)
            document = _Word(styles.names)
            read_xml(archive.read("word/document.xml"), document)
            about = _about(archive, "docProps/core.xml")
        except ValueError as error:
            raise ScriptError(f"{path} is damaged ({error}); save it again, or as plain text") from error
    return _document(document, about)


def odt_document(path: Path) -> Document:
    """An OpenDocument. Raises ScriptError where it is damaged."""
    with Archive(path) as archive:
        document = _OpenDocument()
        try:
            read_xml(archive.read("content.xml"), document)
            about = _about(archive, "meta.xml")
        except ValueError as error:
            raise ScriptError(f"{path} is damaged ({error}); save it again, or as plain text") from error
    return _document(document, about)


def _document(read: "_Word | _OpenDocument", about: "_About") -> Document:
    left: Counter[str] = Counter()
    for tag, times in read.left.items():
        if tag in _TOLD and times:
            left[_TOLD[tag]] += times
    author = about.texts["creator"] if "initial-creator" not in about.texts else about.texts["initial-creator"]
    return Document(read.paragraphs, left, about.texts["title"], author, about.texts["language"])


def _about(archive: Archive, name: str) -> "_About":
    """What a document says of itself in its part `name`. Raises ValueError where that is damaged."""
    about = _About()
    if name in archive.names:
        read_xml(archive.read(name), about)
    return about


class _About:
    def __init__(self) -> None:
        self.texts = {"title": "", "creator": "", "language": ""}
        self._open = ""

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self._open = tag if tag in (*self.texts, "initial-creator") else ""
        if self._open:
            self.texts[tag] = ""

    def end(self, tag: str) -> None:
        self._open = ""

    def data(self, text: str) -> None:
        if self._open:
            self.texts[self._open] += text


def _tell(left: Mapping[str, int], path: Path, note: Note) -> None:
    if told := sorted(set(left) - {CONTENTS, PICTURES}):
        note(f"{path}: {', '.join(told)} are not read")


class _Styles:
    """The names of the styles of a Word document, by the short ones that its paragraphs have."""

    def __init__(self) -> None:
        self.names: dict[str, str] = {}
        self._style = ""

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "style":
            self._style = attributes.get("styleId", "")
        elif tag == "name" and self._style:
            self.names[self._style] = attributes.get("val", "").lower()

    def end(self, tag: str) -> None:
        if tag == "style":
            self._style = ""

    def data(self, text: str) -> None:
        pass


class _Word:
    def __init__(self, styles: Mapping[str, str]) -> None:
        self.paragraphs = Paragraphs()
        self._styles, self._style = styles, ""
        self.left: Counter[str] = Counter()
        self._skipped = 0
        self._in_text = self._hidden = False

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag in _SKIPPED or self._skipped:
            self.left[tag] += not self._skipped
            self._skipped += 1
        elif tag == "drawing":
            self.left[tag] += 1
        elif tag == "pStyle":
            self._style = self._styles.get(attributes.get("val", ""), attributes.get("val", "").lower())
        elif tag == "r":
            self._hidden = False
        elif tag == "vanish":
            self._hidden = attributes.get("val", "true") not in ("0", "false")
        elif tag == "t":
            self._in_text = True
        elif tag == "tab":
            self.paragraphs.add("\t")
        elif (tag == "br" and attributes.get("type") in (None, "textWrapping")) or tag == "cr":
            self.paragraphs.add("\n")
        elif tag == "noBreakHyphen":
            self.paragraphs.add("-")
        elif tag == "tbl":
            self.paragraphs.begin_table()
        elif tag == "tr":
            self.paragraphs.begin_row()
        elif tag == "tc":
            self.paragraphs.begin_cell()

    def end(self, tag: str) -> None:
        if self._skipped:
            self._skipped -= 1
        elif tag == "t":
            self._in_text = False
        elif tag == "p":
            style = _style(self._style)
            if style is None:
                self.paragraphs.drop()
                self.left["toc"] = 1
            else:
                self.paragraphs.end(style)
            self._style = ""
        elif tag == "tbl":
            self.paragraphs.end_table()

    def data(self, text: str) -> None:
        if self._in_text and not self._skipped and not self._hidden:
            self.paragraphs.add(text)


def _style(name: str) -> str | None:
    """The style of a paragraph as `Paragraphs` calls it; None where its words are not the author's."""
    if name.startswith(_OUTLINES):
        return None
    level = name.rsplit(" ", 1)[-1].removeprefix("heading")
    if name.startswith("heading") and level.isdigit():
        return "#" * min(int(level), 6)
    return "#" if name == "title" else name


class _OpenDocument:
    def __init__(self) -> None:
        self.paragraphs = Paragraphs()
        self._open: list[str] = []
        self.left: Counter[str] = Counter()
        self._skipped = 0
        self._level = 1

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag in _SKIPPED_OPEN or self._skipped:
            self.left[tag] += not self._skipped
            self._skipped += 1
        elif tag == "image":
            self.left[tag] += 1
        elif tag in ("p", "h"):
            self._open.append(tag)
            self._level = min(int(attributes.get("outline-level", "1")[:2] or 1), 6) if tag == "h" else 0
        elif tag == "s":
            self.paragraphs.add(" " * min(int(attributes.get("c", "1")[:3] or 1), 200))
        elif tag == "tab":
            self.paragraphs.add("\t")
        elif tag == "line-break":
            self.paragraphs.add("\n")
        elif tag == "table":
            self.paragraphs.begin_table()
        elif tag == "table-row":
            self.paragraphs.begin_row()
        elif tag == "table-cell":
            self.paragraphs.begin_cell()

    def end(self, tag: str) -> None:
        if self._skipped:
            self._skipped -= 1
        elif tag in ("p", "h") and self._open:
            self._open.pop()
            self.paragraphs.end("#" * self._level if tag == "h" else "")
        elif tag == "table":
            self.paragraphs.end_table()

    def data(self, text: str) -> None:
        if self._open and not self._skipped:
            self.paragraphs.add(" ".join(text.split("\n")))
