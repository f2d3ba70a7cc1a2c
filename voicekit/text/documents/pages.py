"""Web pages as text: paragraphs, headings, lists and tables."""

import html
import re
from collections import Counter
from collections.abc import Iterator

from voicekit.core.patterns import lazy_pattern
from voicekit.text.documents.paragraphs import Paragraphs

_SKIPPED = frozenset((
    "head", "script", "style", "nav", "noscript", "svg", "math", "template", "button", "select", "textarea",
    "iframe", "object", "audio", "video", "canvas", "rt", "rp",
))  # fmt: skip
_BLOCKS = frozenset((
    "p", "div", "section", "article", "main", "header", "footer", "aside", "blockquote", "pre", "ul", "ol", "dl",
    "dt", "dd", "li", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "figure", "figcaption", "address", "form",
    "fieldset", "body", "center", "details", "summary", "table", "tr", "td", "th", "caption",
))  # fmt: skip
_EMPTY = frozenset(["br", "hr", "img", "input", "meta", "link", "area", "base", "col", "embed", "source", "track", "wbr"])
#: What a person calls what is left out of a page.
FOOTNOTES, NOTE_MARKS, PAGE_NUMBERS = "footnotes", "marks of footnotes", "page numbers"
CONTENTS, PICTURES = "tables of contents", "pictures"
#: Parts of a book that are not read out: the types of EPUB, and the classes that makers of books give them.
_TYPES = {
    "footnote": FOOTNOTES, "footnotes": FOOTNOTES, "endnote": FOOTNOTES, "endnotes": FOOTNOTES, "rearnote": FOOTNOTES,
    "rearnotes": FOOTNOTES, "noteref": NOTE_MARKS, "backlink": NOTE_MARKS, "pagebreak": PAGE_NUMBERS,
    "page-list": PAGE_NUMBERS, "toc": CONTENTS,
}  # fmt: skip
_CLASSES = {
    "footnote": FOOTNOTES, "footnotes": FOOTNOTES, "endnote": FOOTNOTES, "endnotes": FOOTNOTES, "noteref": NOTE_MARKS,
    "footnote-ref": NOTE_MARKS, "footnoteref": NOTE_MARKS, "fnref": NOTE_MARKS, "fnanchor": NOTE_MARKS,
    "footnote-back": NOTE_MARKS, "pagenum": PAGE_NUMBERS, "pageno": PAGE_NUMBERS, "page-number": PAGE_NUMBERS,
    "pagenumber": PAGE_NUMBERS,
}  # fmt: skip


#: A tag; it holds no other one, so that what is left open is not read again and again.
_TAG = lazy_pattern(
    r"<(?:(?P<end>/?)(?P<tag>[a-zA-Z][a-zA-Z0-9:-]*+)(?P<attributes>(?:[^<>\"']++|\"[^\"<>]*+\"|'[^'<>]*+')*+)|[!?][^<>]*+)>"
)
#: Of a length that entities have; Python counts no number of thousands of digits.
_ENTITY = lazy_pattern(r"&(?:#\d{1,7}|#[xX][\da-fA-F]{1,6}|[A-Za-z]\w{1,30});?")
_KIND = lazy_pattern(r"(?:epub:type|role)\s*+=\s*+[\"']([^\"'<>]*+)[\"']")
_CLASS = lazy_pattern(r"(?<![\w-])class\s*+=\s*+[\"']([^\"'<>]*+)[\"']")
_PLACE = lazy_pattern(r"(?<![\w:-])(?:id|name)\s*+=\s*+[\"']([^\"'<>]*+)[\"']")
#: What stands in a raised word or a link that only leads to a note: “1”, “[12]”, “*”.
_MARK = lazy_pattern(r"[\[(]?(?:\d{1,4}|[*†‡§¶#↩\ufe0e]{1,4})[\])]?|[\[(][a-z][\])]")
_HIDDEN = lazy_pattern(r"\shidden(?=[\s=/]|$)|aria-hidden\s*+=\s*+[\"']true[\"']")


def page_text(page: str) -> str:
    """The words of a page in HTML."""
    return read_page(page).paragraphs.text()


def read_page(page: str) -> "Page":
    """A page in HTML, read."""
    reader = Page()
    for tag, attributes, words in elements(page):
        if tag.startswith("/"):
            reader.close(tag[1:])
        elif tag:
            reader.open(tag, attributes)
        else:
            reader.data(words)
    reader.paragraphs.end_if_any()
    return reader


def elements(page: str) -> Iterator[tuple[str, str, str]]:
    """The tags and words of a page: (tag, attributes, ""), ("/tag", "", ""), or ("", "", words)."""
    end = 0
    page = _without(_without(page, "<!--", "-->"), "<![CDATA[", "]]>")
    for tag in _TAG.finditer(page):
        yield "", "", _unescaped(page[end : tag.start()])
        end = tag.end()
        if tag["end"]:
            yield f"/{tag['tag'].lower()}", "", ""
        elif tag["tag"]:
            yield tag["tag"].lower(), tag["attributes"], ""
            if tag["attributes"].endswith("/") and tag["tag"].lower() not in _EMPTY:
                yield f"/{tag['tag'].lower()}", "", ""
    yield "", "", _unescaped(page[end:])


def _unescaped(words: str) -> str:
    return _ENTITY.sub(lambda entity: html.unescape(entity[0]), words) if "&" in words else words


def _without(text: str, opening: str, closing: str) -> str:
    """Without what stands between two signs, and without them."""
    pieces, end = [], 0
    while (begin := text.find(opening, end)) >= 0 and (after := text.find(closing, begin)) >= 0:
        pieces.append(text[end:begin])
        end = after + len(closing)
    return "".join([*pieces, text[end:]])


class Page:
    """A page as it is read from its beginning to its end.

    Attributes:
        paragraphs: what it says.
        places: the id of an element → the number of the paragraph that begins there or in which it stands.
        kinds: what the page, or its first part, says it is: “copyright-page”, “chapter”.
        left: what is left out of it, by what a person calls it, and how often.
    """

    def __init__(self) -> None:
        self.paragraphs = Paragraphs()
        self.places: dict[str, int] = {}
        self.kinds: set[str] = set()
        self.left: Counter[str] = Counter()
        self._skipped: list[str] = []
        self._skipped_as = ""  # what a person calls what is being skipped, where it is worth telling
        self._items = 0  # of a list that is being skipped
        self._style = ""
        self._preformatted = 0
        self._raised: tuple[str, list[str]] | None = None  # the tag of a raised word or link, and its words so far

    def open(self, tag: str, attributes: str) -> None:
        """A tag begins."""
        if self._skipped == ["p"] and tag in _BLOCKS:  # a paragraph ends where the next block begins
            self._end_skipped()
        if self._skipped:
            if tag == self._skipped[0]:
                self._skipped.append(tag)
            self._items += tag == "li"
            return
        kinds = {word.removeprefix("doc-") for kind in _KIND.findall(attributes) for word in kind.split()}
        classes = {word for names in _CLASS.findall(attributes) for word in names.split()}
        named = [_TYPES[kind] for kind in kinds & _TYPES.keys()] + [_CLASSES[name] for name in classes & _CLASSES.keys()]
        apart = min(named, default="")
        if tag in _EMPTY:
            self._empty(tag, apart)
            return
        is_skipped = bool(apart) or tag in _SKIPPED or _HIDDEN.search(attributes) is not None
        if tag in _BLOCKS and not is_skipped:
            self._begin(tag)
        for place in _PLACE.findall(attributes):
            self.places.setdefault(place, len(self.paragraphs.written))
        if is_skipped:
            self._skipped, self._skipped_as, self._items = [tag], apart, 0
            return
        if not self.paragraphs.written:
            self.kinds |= kinds
        if self._raised is None and (tag == "sup" or (tag == "a" and "#" in attributes)):
            self._raised = tag, []

    def _empty(self, tag: str, apart: str) -> None:
        if apart:
            self.left[apart] += 1
        elif tag == "br":
            self._add("\n")
        elif tag == "hr":
            self._end()
            self.paragraphs.rule()
        elif tag == "img":
            self.left[PICTURES] += 1

    def _end_skipped(self) -> None:
        self._skipped.pop()
        if not self._skipped and self._skipped_as:
            self.left[self._skipped_as] += max(self._items, 1) if self._skipped_as == FOOTNOTES else 1

    def _begin(self, tag: str) -> None:
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
                self._end_skipped()
        elif self._raised and tag == self._raised[0]:
            self._lower()
        elif tag in _BLOCKS:
            self._end()
            self._preformatted -= tag == "pre" and self._preformatted > 0
            if tag == "table":
                self.paragraphs.end_table()

    def data(self, words: str) -> None:
        """Words between tags."""
        if words and not self._skipped:
            self._add(words if self._preformatted else re.sub(r"[ \t\r\n]+", " ", words))

    def _add(self, words: str) -> None:
        if self._raised:
            self._raised[1].append(words)
        else:
            self.paragraphs.add(words)

    def _lower(self) -> None:
        """A raised word or a link is over: it is read unless it is the mark of a note."""
        if self._raised:
            words = "".join(self._raised[1])
            self._raised = None
            if _MARK.fullmatch(words.strip()):
                self.left[NOTE_MARKS] += 1
            else:
                self.paragraphs.add(words)

    def _end(self) -> None:
        self._lower()
        self.paragraphs.end_if_any(self._style)
        self._style = ""
