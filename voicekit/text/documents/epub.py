"""EPUB books: what they say of themselves, their table of contents, and their pages in the order they are read."""

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

from voicekit.core.documents import read_xml
from voicekit.core.errors import ScriptError
from voicekit.core.patterns import lazy_pattern
from voicekit.core.wording import some
from voicekit.text.documents.archive import Archive
from voicekit.text.documents.pages import elements, page_text
from voicekit.text.read import Note, decode, unheard

#: Fonts alone are locked so; every reader opens them.
_OF_FONTS = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC")
_LOCKS = ("META-INF/rights.xml", "META-INF/license.lcpl")
#: A table of contents has no more entries; those of a Bible with its verses have 31,000.
_MOST_ENTRIES = 40_000
_HREF = lazy_pattern(r"(?<![\w-])href\s*+=\s*+[\"']([^\"'<>]*+)[\"']")


@dataclass(frozen=True)
class Entry:
    """A line of a table of contents.

    Attributes:
        level: 1 for those that lie in no other.
        part: the page that it leads to, by its name in the archive.
        place: the id of an element of it; "" for its beginning.
    """

    level: int
    title: str
    part: str
    place: str = ""


@dataclass(frozen=True)
class Package:
    """What a book says of itself.

    Attributes:
        language: its code, as it stands there; "" where it says none.
        cover: the part that is its picture; "" where it has none.
        spine: the pages in the order they are read, by their names in the archive.
        entries: of its table of contents, in their order; none where it has none that can be read.
        guide: page → what it says that it is: “copyright-page”.
        notes: what is wrong with it and does no harm.
    """

    title: str
    authors: tuple[str, ...]
    language: str
    cover: str
    spine: tuple[str, ...]
    entries: tuple[Entry, ...]
    guide: Mapping[str, str]
    notes: tuple[str, ...] = ()


def read_epub(path: Path, note: Note) -> str:
    """The words of a book, a chapter after the other in the order they are read. Raises ScriptError where it is damaged."""
    with Archive(path) as archive:
        package = read_package(archive, path)
        texts = [page_text(page_of(archive, path, name)) for name in package.spine]
    texts = [text for text in texts if text.strip()]
    if not texts:
        raise ScriptError(f"{path} has no words to speak; its pages may be pictures")
    if len(texts) > 1:
        note(f"{path}: read as a book of {len(texts)} parts")
    return "\n\n".join(texts)


def page_of(archive: Archive, path: Path, name: str) -> str:
    """A page of the book at `path`, as HTML."""
    return decode(archive.read(name), f"{path}, {name}", unheard)


def read_package(archive: Archive, path: Path) -> Package:
    """What the book at `path` says of itself.

    Raises:
        ScriptError: it is locked or damaged.
    """
    if any(name in archive.names for name in _LOCKS):
        raise _locked(path)
    try:
        container = _Opf()
        read_xml(archive.read("META-INF/container.xml"), container)
        name = next((one.get("full-path", "") for one in container.found["rootfile"]), "")
        opf = _Opf()
        read_xml(archive.read(name), opf)
        locked = _locked_parts(archive)
    except ValueError as error:
        raise ScriptError(f"{path} is damaged ({error}); save it again, or as plain text") from error
    folder = posixpath.dirname(name)
    spine = tuple(part for part in opf.spine(folder) if part in archive.names)
    if locked & {*spine}:
        raise _locked(path)
    missing = [part for part in opf.spine(folder) if part not in archive.names]
    entries, notes = _entries(archive, opf, folder)
    if missing:
        notes.append(f"{len(missing)} of its pages are missing from the file: {some(missing, 3)}; save it again")
    return Package(
        " ".join(next(iter(opf.texts["title"]), "").split()),
        opf.authors(),
        next(iter(opf.texts["language"]), "").strip(),
        next((part for part in opf.covers(folder) if part in archive.names), ""),
        spine,
        entries,
        {_joined(folder, one.get("href", ""))[0]: one.get("type", "").lower() for one in opf.found["reference"]},
        tuple(notes),
    )


def _locked(path: Path) -> ScriptError:
    return ScriptError(f"{path} is locked by its seller (DRM) and cannot be read; use a copy without a lock")


def _locked_parts(archive: Archive) -> set[str]:
    """The parts that are locked, but for fonts. Raises ValueError."""
    if "META-INF/encryption.xml" not in archive.names:
        return set()
    reader = _Encryption()
    read_xml(archive.read("META-INF/encryption.xml"), reader)
    return reader.locked


def _entries(archive: Archive, opf: "_Opf", folder: str) -> tuple[tuple[Entry, ...], list[str]]:
    """The table of contents: that of EPUB 3, else that of EPUB 2; and what is wrong with it."""
    wrong: list[str] = []
    for name in opf.tables(folder):
        if name not in archive.names:
            continue
        data = archive.read(name)
        if name.lower().endswith(".ncx"):
            ncx = _Ncx(posixpath.dirname(name))
            try:
                read_xml(data, ncx)
            except ValueError as error:
                wrong.append(f"its table of contents ({name}) is damaged ({error})")
            found = ncx.entries
        else:
            found = nav_entries(decode(data, name, unheard), posixpath.dirname(name))
        if any(entry.title for entry in found):
            return tuple(found[:_MOST_ENTRIES]), wrong
    return (), wrong


def nav_entries(page: str, folder: str) -> list[Entry]:
    """Those of the page with the table of contents of an EPUB 3."""
    entries: list[Entry] = []
    depth, in_table, href, words = 0, False, "", [""]
    for tag, attributes, text in elements(page):
        if href and tag in ("/a", "a", "li", "/li", "/nav"):
            entries.append(Entry(max(depth, 1), " ".join("".join(words).split()), *_joined(folder, href)))
            href = ""
        if tag == "nav":
            in_table = re.search(r"[\"'\s](?:doc-)?toc[\"'\s]", attributes) is not None
        elif tag == "/nav":
            in_table = False
        elif not in_table:
            continue
        elif tag == "ol":
            depth += 1
        elif tag == "/ol":
            depth -= 1
        elif tag == "a":
            found = _HREF.search(attributes)
            href, words = found[1] if found else "", [""]
        elif not tag:
            words.append(text)
    if href:
        entries.append(Entry(max(depth, 1), " ".join("".join(words).split()), *_joined(folder, href)))
    return entries


def _joined(folder: str, href: str) -> tuple[str, str]:
    """The part that an address in a part of `folder` leads to, and the place in it."""
    name, _, place = href.partition("#")
    return posixpath.normpath(posixpath.join(folder, unquote(name))), unquote(place)


@dataclass
class _Opf:
    """The package document, or the one that leads to it."""

    found: dict[str, list[Mapping[str, str]]] = field(
        default_factory=lambda: {tag: [] for tag in ("rootfile", "item", "itemref", "reference", "meta", "creator", "spine")}
    )
    texts: dict[str, list[str]] = field(
        default_factory=lambda: {tag: [] for tag in ("title", "creator", "language", "meta")}
    )
    _open: str = ""

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag in self.found:
            self.found[tag].append(dict(attributes))
        self._open = tag if tag in self.texts else ""
        if self._open:
            self.texts[tag].append("")

    def end(self, tag: str) -> None:
        self._open = ""

    def data(self, text: str) -> None:
        if self._open:
            self.texts[self._open][-1] += text

    @property
    def _items(self) -> dict[str, Mapping[str, str]]:
        return {one.get("id", ""): one for one in self.found["item"]}

    def spine(self, folder: str) -> list[str]:
        """The pages with text, in their order."""
        items, names = self._items, []
        for reference in self.found["itemref"]:
            item = items.get(reference.get("idref", ""), {})
            is_page = "html" in item.get("media-type", "") and "nav" not in item.get("properties", "").split()
            if is_page and reference.get("linear") != "no":
                names.append(_joined(folder, item.get("href", ""))[0])
        return list(dict.fromkeys(names))

    def tables(self, folder: str) -> list[str]:
        """Where tables of contents may be, the newest form first."""
        newer = [one for one in self.found["item"] if "nav" in one.get("properties", "").split()]
        named = {one.get("toc", "") for one in self.found["spine"]}
        older = [
            one
            for one in self.found["item"]
            if one.get("id", "") in named or one.get("media-type", "") == "application/x-dtbncx+xml"
        ]
        return [_joined(folder, one.get("href", ""))[0] for one in (*newer, *older)]

    def covers(self, folder: str) -> list[str]:
        """The parts that may be the picture of the cover."""
        items = self._items
        by_meta = [one.get("content", "") for one in self.found["meta"] if one.get("name", "").lower() == "cover"]
        found = [one for one in self.found["item"] if "cover-image" in one.get("properties", "").split()]
        found += [items[name] for name in by_meta if name in items]
        found += [one for one in self.found["item"] if "cover" in one.get("id", "").lower()]
        return [_joined(folder, one.get("href", ""))[0] for one in found if one.get("media-type", "").startswith("image/")]

    def authors(self) -> tuple[str, ...]:
        """Those who wrote it, not those who drew or translated it."""
        refined = {
            one.get("refines", "").removeprefix("#"): text.strip()
            for one, text in zip(self.found["meta"], self.texts["meta"], strict=True)
            if one.get("property") == "role"
        }
        names = [
            " ".join(name.split())
            for one, name in zip(self.found["creator"], self.texts["creator"], strict=True)
            if (one.get("role") or refined.get(one.get("id", ""), "") or "aut") == "aut"
        ]
        return tuple(dict.fromkeys(filter(None, names)))


@dataclass
class _Ncx:
    """The table of contents of an EPUB 2."""

    folder: str
    entries: list[Entry] = field(default_factory=list)
    _titles: list[str] = field(default_factory=list)
    _in_text: bool = False
    _in_map: bool = False

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "navMap":
            self._in_map = True
        elif tag == "navPoint" and self._in_map:
            self._titles.append("")
        elif tag == "text":
            self._in_text = True
        elif tag == "content" and self._titles:
            title = " ".join(self._titles[-1].split())
            self.entries.append(Entry(len(self._titles), title, *_joined(self.folder, attributes.get("src", ""))))

    def end(self, tag: str) -> None:
        if tag == "navMap":
            self._in_map = False
        elif tag == "navPoint" and self._titles:
            self._titles.pop()
        elif tag == "text":
            self._in_text = False

    def data(self, text: str) -> None:
        if self._in_text and self._titles:
            self._titles[-1] += text


@dataclass
class _Encryption:
    """What of a book is locked."""

    locked: set[str] = field(default_factory=set)
    _by: str = ""

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "EncryptedData":
            self._by = ""
        elif tag == "EncryptionMethod":
            self._by = attributes.get("Algorithm", "")
        elif tag == "CipherReference" and self._by not in _OF_FONTS:
            self.locked.add(posixpath.normpath(unquote(attributes.get("URI", ""))))

    def end(self, tag: str) -> None:
        pass

    def data(self, text: str) -> None:
        pass
