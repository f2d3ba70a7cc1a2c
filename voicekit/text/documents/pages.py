"""Web pages and EPUB books as text: paragraphs, headings, lists and tables, a chapter after the other."""

import html
import posixpath
import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote

from voicekit.core.documents import read_xml
from voicekit.core.errors import ScriptError
from voicekit.text.documents.archive import Archive
from voicekit.text.documents.paragraphs import Paragraphs
from voicekit.text.read import Note, decode, unheard

_SKIPPED = frozenset(
    [
        "head",
        "script",
        "style",
        "nav",
        "noscript",
        "svg",
        "math",
        "template",
        "button",
        "select",
        "textarea",
        "iframe",
        "object",
        "audio",
        "video",
        "canvas",
        "rt",
        "rp",
    ]
)
_BLOCKS = frozenset(
    [
        "p",
        "div",
        "section",
        "article",
        "main",
        "header",
        "footer",
        "aside",
        "blockquote",
        "pre",
        "ul",
        "ol",
        "dl",
        "dt",
        "dd",
        "li",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "figure",
        "figcaption",
        "address",
        "form",
        "fieldset",
        "body",
        "center",
        "details",
        "summary",
        "table",
        "tr",
        "td",
        "th",
        "caption",
    ]
)
_EMPTY = frozenset(["br", "hr", "img", "input", "meta", "link", "area", "base", "col", "embed", "source", "track", "wbr"])
#: Parts of a book that are not read out.
_APART = frozenset(
    [
        "footnote",
        "footnotes",
        "endnote",
        "endnotes",
        "rearnote",
        "noteref",
        "pagebreak",
        "toc",
        "page-list",
        "doc-noteref",
        "doc-pagebreak",
    ]
)


#: A tag; it holds no other one, so that what is left open is not read again and again.
_TAG = re.compile(
    r"<(?:(?P<end>/?)(?P<tag>[a-zA-Z][a-zA-Z0-9:-]*+)(?P<attributes>(?:[^<>\"']++|\"[^\"<>]*+\"|'[^'<>]*+')*+)|[!?][^<>]*+)>"
)
#: Of a length that entities have; Python counts no number of thousands of digits.
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][\da-fA-F]{1,6}|[A-Za-z]\w{1,30});?")
_KIND = re.compile(r"(?:epub:type|role)\s*+=\s*+[\"']([^\"'<>]*+)[\"']")
_HIDDEN = re.compile(r"\shidden(?=[\s=/]|$)|aria-hidden\s*+=\s*+[\"']true[\"']")


def page_text(page: str) -> str:
    """The words of a page in HTML."""
    reader, end = _Page(), 0
    page = _without(_without(page, "<!--", "-->"), "<![CDATA[", "]]>")
    for tag in _TAG.finditer(page):
        reader.data(_unescaped(page[end : tag.start()]))
        end = tag.end()
        if tag["end"]:
            reader.close(tag["tag"].lower())
        elif tag["tag"]:
            reader.open(tag["tag"].lower(), tag["attributes"])
            if tag["attributes"].endswith("/") and tag["tag"].lower() not in _EMPTY:
                reader.close(tag["tag"].lower())
    reader.data(_unescaped(page[end:]))
    reader.paragraphs.end_if_any()
    return reader.paragraphs.text()


def _unescaped(words: str) -> str:
    return _ENTITY.sub(lambda entity: html.unescape(entity[0]), words) if "&" in words else words


def _without(text: str, opening: str, closing: str) -> str:
    """Without what stands between two signs, and without them."""
    pieces, end = [], 0
    while (begin := text.find(opening, end)) >= 0 and (after := text.find(closing, begin)) >= 0:
        pieces.append(text[end:begin])
        end = after + len(closing)
    return "".join([*pieces, text[end:]])


def read_epub(path: Path, note: Note) -> str:
    """The words of a book, a chapter after the other in the order they are read. Raises ScriptError where it is damaged."""
    with Archive(path) as archive:
        try:
            chapters = _chapters(archive)
        except ValueError as error:
            raise ScriptError(f"{path} is damaged ({error}); save it again, or as plain text") from error
        if "META-INF/rights.xml" in archive.names or "META-INF/license.lcpl" in archive.names:
            raise ScriptError(f"{path} is locked by its seller (DRM) and cannot be read; use a copy without a lock")
        texts = [page_text(decode(archive.read(name), f"{path}, {name}", unheard)) for name in chapters]
    texts = [text for text in texts if text.strip()]
    if not texts:
        raise ScriptError(f"{path} has no words to speak; is it a book of pictures?")
    note(f"{path}: read as a book of {len(texts)} parts")
    return "\n\n".join(texts)


def _chapters(archive: Archive) -> list[str]:
    """The names of the parts with text, in their order."""
    container = _Tags("rootfile")
    read_xml(archive.read("META-INF/container.xml"), container)
    package_name = next((one.get("full-path", "") for one in container.found["rootfile"]), "")
    package = _Tags("item", "itemref")
    read_xml(archive.read(package_name), package)
    folder = posixpath.dirname(package_name)
    items = {one.get("id", ""): one for one in package.found["item"]}
    found = []
    for reference in package.found["itemref"]:
        item = items.get(reference.get("idref", ""), {})
        name = posixpath.normpath(posixpath.join(folder, unquote(item.get("href", ""))))
        is_page = "html" in item.get("media-type", "") and "nav" not in item.get("properties", "").split()
        if is_page and reference.get("linear") != "no" and name in archive.names:
            found.append(name)
    return found


class _Tags:
    """The attributes of some elements."""

    def __init__(self, *tags: str) -> None:
        self.found: dict[str, list[Mapping[str, str]]] = {tag: [] for tag in tags}

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag in self.found:
            self.found[tag].append(dict(attributes))

    def end(self, tag: str) -> None:
        pass

    def data(self, text: str) -> None:
        pass


class _Page:
    def __init__(self) -> None:
        self.paragraphs = Paragraphs()
        self._skipped: list[str] = []
        self._style = ""
        self._preformatted = 0

    def open(self, tag: str, attributes: str) -> None:
        """A tag begins."""
        if tag in _EMPTY:
            if tag == "br" and not self._skipped:
                self.paragraphs.add("\n")
            return
        kinds = {word for kind in _KIND.findall(attributes) for word in kind.split()}
        apart = tag in _SKIPPED or tag == "sup" or bool(kinds & _APART) or _HIDDEN.search(attributes) is not None
        if self._skipped or apart:
            if not self._skipped or tag == self._skipped[0]:
                self._skipped.append(tag)
            return
        if tag in _BLOCKS:
            self._end()
            if re.fullmatch("h[1-6]", tag):
                self._style = "#" * int(tag[1])
            self._preformatted += tag == "pre"
        if tag == "li":
            self.paragraphs.add("- ")
        elif tag == "table":
            self.paragraphs.begin_table()
        elif tag == "tr":
            self.paragraphs.begin_row()
        elif tag in ("td", "th"):
            self.paragraphs.begin_cell()

    def close(self, tag: str) -> None:
        """A tag ends."""
        if self._skipped:
            if tag == self._skipped[0]:
                self._skipped.pop()
        elif tag in _BLOCKS:
            self._end()
            self._preformatted -= tag == "pre" and self._preformatted > 0
            if tag == "table":
                self.paragraphs.end_table()

    def data(self, words: str) -> None:
        """Words between tags."""
        if words and not self._skipped:
            self.paragraphs.add(words if self._preformatted else re.sub(r"[ \t\r\n]+", " ", words))

    def _end(self) -> None:
        self.paragraphs.end_if_any(self._style)
        self._style = ""
