"""Word's .docx and OpenDocument's .odt as text: paragraphs, headings and tables."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from voicekit.core.documents import read_xml
from voicekit.core.errors import ScriptError
from voicekit.text.documents.archive import Archive
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
    "footnoteReference": "footnotes",
    "endnoteReference": "footnotes",
    "note": "footnotes",
    "moveFrom": "words that were moved away",
    "del": "deleted words",
    "tracked-changes": "deleted words",
    "annotation": "comments",
}
_OUTLINES = ("toc", "table of contents", "inhaltsverzeichnis")


def read_docx(path: Path, note: Note) -> str:
    """The text of a Word document. Raises ScriptError where it is damaged."""
    with Archive(path) as archive:
        if "word/document.xml" not in archive.names:
            raise ScriptError(f"{path} is not a Word document; save it as .docx or as plain text")
        styles = _Styles()
        try:
            if "word/styles.xml" in archive.names:
                read_xml(archive.read("word/styles.xml"), styles)
            document = _Word(styles.names)
            read_xml(archive.read("word/document.xml"), document)
        except ValueError as error:
            raise ScriptError(f"{path} is damaged ({error}); save it again, or as plain text") from error
    _tell(document.left, path, note)
    return document.paragraphs.text()


def read_odt(path: Path, note: Note) -> str:
    """The text of an OpenDocument. Raises ScriptError where it is damaged."""
    with Archive(path) as archive:
        document = _OpenDocument()
        try:
            read_xml(archive.read("content.xml"), document)
        except ValueError as error:
            raise ScriptError(f"{path} is damaged ({error}); save it again, or as plain text") from error
    _tell(document.left, path, note)
    return document.paragraphs.text()


def _tell(left: Iterable[str], path: Path, note: Note) -> None:
    if told := sorted({_TOLD[tag] for tag in left if tag in _TOLD}):
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
        self.left: set[str] = set()
        self._skipped = 0
        self._in_text = self._hidden = False

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag in _SKIPPED or self._skipped:
            self._skipped += 1
            self.left.add(tag)
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
        self.left: set[str] = set()
        self._skipped = 0
        self._level = 1

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag in _SKIPPED_OPEN or self._skipped:
            self._skipped += 1
            self.left.add(tag)
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
