"""A book from a file: EPUB, HTML, Word, OpenDocument, Markdown or plain text."""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from operator import itemgetter
from pathlib import Path

from voicekit.core.errors import ScriptError
from voicekit.core.patterns import lazy_pattern
from voicekit.core.wording import some
from voicekit.text.book.book import HEADING, Block, Book, Section, count_words
from voicekit.text.book.divide import by_headings, chapters_of, n_inside
from voicekit.text.book.manuscript import Manuscript, is_list_of_chapters, of_paragraphs, of_text
from voicekit.text.book.matter import is_imprint, matter_called, matter_of, within_gutenberg
from voicekit.text.documents.archive import Archive
from voicekit.text.documents.epub import Package, page_of, read_package
from voicekit.text.documents.pages import CONTENTS, FOOTNOTES, read_page
from voicekit.text.documents.word import docx_document, odt_document
from voicekit.text.language_names import code_named
from voicekit.text.read import decode, read_bytes, read_text

#: The endings of what a book is read from; any other file is read as plain text.
DOCUMENTS = (".epub", ".docx", ".docm", ".odt", ".html", ".htm", ".xhtml", ".md", ".markdown", ".txt", ".text")
#: No book has more: the Bible has 1,189.
_MOST_CHAPTERS = 5_000
#: A picture of a cover is no larger.
_MOST_COVER_BYTES = 20_000_000
#: A title page has no more words.
_TITLE_PAGE_WORDS = 60
_BY = lazy_pattern(r"(?:by|von|par|por|di|door)\s+(\S.{1,80})", re.IGNORECASE)


def read_book(path: Path, whole: bool = False) -> Book:
    """The book in a file, without what nobody reads out.

    Args:
        whole: title pages, imprint, contents, notes and index are chapters as well; footnotes and page numbers are not.

    Raises:
        ScriptError: the file is missing, damaged, locked, or has no words; or a mark in it is wrong.
    """
    suffix = path.suffix.lower()
    if not path.is_file():
        read_bytes(path)  # says what is wrong
    if suffix == ".epub":
        book = _epub(path, whole)
    else:
        notes: list[str] = []
        book = _of_manuscript(_manuscript(path, suffix, notes), path, whole, notes)
    if len(book.chapters) > _MOST_CHAPTERS:
        raise ScriptError(f"{path} has {len(book.chapters)} chapters, and no book more than {_MOST_CHAPTERS}; part it")
    return book


def _manuscript(path: Path, suffix: str, notes: list[str]) -> Manuscript:
    if suffix in (".docx", ".docm", ".odt"):
        document = odt_document(path) if suffix == ".odt" else docx_document(path)
        found = of_paragraphs(document.paragraphs.written, str(path), marked=True)
        about = {"title": document.title, "author": document.author, "language": document.language}
        found.about |= {key: " ".join(value.split()) for key, value in about.items() if value.strip()}
        found.left += document.left
        return found
    if suffix in (".html", ".htm", ".xhtml"):
        text = decode(read_bytes(path), path, notes.append)
        page = read_page(text)
        found = of_paragraphs(page.paragraphs.written)
        found.left += page.left
        if title := re.search(r"<title[^<>]{0,200}>([^<>]{1,300})</title", text, re.IGNORECASE):
            found.about["title"] = " ".join(title[1].split())
        return found
    return of_text(read_text(path, notes.append), str(path))


def _of_manuscript(found: Manuscript, path: Path, whole: bool, notes: list[str]) -> Book:
    blocks, levels, title = found.blocks, found.levels, found.about.get("title", "")
    begin, end = (0, len(blocks)) if whole else within_gutenberg(blocks)
    if begin or end < len(blocks):
        notes.append(_left_out("what Project Gutenberg says around the book", [*blocks[:begin], *blocks[end:]]))
        blocks, levels = blocks[begin:end], levels[begin:end]
    kept = [whole or not is_list_of_chapters(block.text) for block in blocks]
    found.left[CONTENTS] += kept.count(False)
    blocks = [block for block, keep in zip(blocks, kept, strict=True) if keep]
    levels = [level for level, keep in zip(levels, kept, strict=True) if keep]
    author = found.about.get("author", "")
    tops = [level for level in levels if level]
    if tops and levels[0] == min(tops) and tops.count(levels[0]) == 1 and len(tops) > 1:  # one heading above all others
        title = title or " ".join(blocks[0].text.split())
        blocks, levels = blocks[1:], levels[1:]
        if blocks and not levels[0] and (by := _BY.fullmatch(blocks[0].text)):
            author = author or by[1]
            blocks, levels = blocks[1:], levels[1:]
    sections = by_headings(blocks, levels)
    authors = (author,) if author else ()
    if not whole:
        sections = _without_matter(sections, title, authors, notes)
    about = {"title": title, "language": code_named(found.about.get("language", ""))}
    return _book(sections, found.left, about, authors, None, path, notes)


def _epub(path: Path, whole: bool) -> Book:
    notes: list[str] = []
    left: Counter[str] = Counter()
    noted: list[str] = []
    pages: list[_Page] = []
    with Archive(path) as archive:
        package = read_package(archive, path)
        titles = {entry.part: entry.title for entry in reversed(package.entries)}
        notes += package.notes
        for name in package.spine:
            page = read_page(page_of(archive, path, name))
            found = of_paragraphs(page.paragraphs.written)
            left += page.left
            noted += [titles.get(name) or name] * (page.left[FOOTNOTES] > 0)
            is_named = matter_of([package.guide.get(name, ""), *page.kinds])
            matter = "" if whole else is_named or ("the imprint" if is_imprint(found.blocks) else "")
            if matter and found.blocks:
                notes.append(_left_out(matter, found.blocks))
            pages.append(_Page(name, Manuscript() if matter else found, page.places, bool(matter)))
        cover = archive.read(package.cover) if package.cover else None
    if cover and len(cover) > _MOST_COVER_BYTES:
        notes.append(f"the cover has {len(cover) / 1e6:.0f} MB, and is left out")
        cover = None
    if noted:
        notes.append(f"footnotes are not read in {some(noted, 3)}")
    sections = _sections(package, pages, whole, notes)
    if not whole:
        sections = _without_matter(sections, package.title, package.authors, notes)
    about = {"title": package.title, "language": package.language}
    return _book(sections, left, about, package.authors, cover, path, notes)


@dataclass(frozen=True)
class _Page:
    """A page of a book; `places` as in `documents.pages.Page`."""

    name: str
    found: Manuscript
    places: Mapping[str, int]
    is_left_out: bool

    def block_at(self, place: str) -> int:
        """The block that stands at a place of it, its first where there is no such place."""
        return bisect_left(self.found.origins, self.places.get(place, 0))


def _sections(package: Package, pages: Sequence[_Page], whole: bool, notes: list[str]) -> list[Section]:
    """By the table of contents; where there is none that leads anywhere, by headings, else by pages."""
    blocks = [block for page in pages for block in page.found.blocks]
    levels = [level for page in pages for level in page.found.levels]
    begin, end = (0, len(blocks)) if whole else within_gutenberg(blocks)
    if begin or end < len(blocks):
        notes.append(_left_out("what Project Gutenberg says around the book", [*blocks[:begin], *blocks[end:]]))
    by_name, starts = {page.name: page for page in pages}, {}
    n_before = 0
    for page in pages:
        starts[page.name] = n_before
        n_before += len(page.found.blocks)
    cuts = sorted(
        (
            (min(max(starts[entry.part] + by_name[entry.part].block_at(entry.place), begin), end), entry)
            for entry in package.entries
            if entry.part in by_name and not by_name[entry.part].is_left_out
        ),
        key=itemgetter(0),
    )
    n_headings = sum(level > 0 for level in levels[begin:end])
    if len({place for place, _ in cuts}) >= 2 or (cuts and n_headings < 2):
        places = [begin, *(place for place, _ in cuts), end]
        named = [(0, ""), *((entry.level, entry.title) for _, entry in cuts)]
        return [
            Section(level, title, tuple(blocks[here:after]))
            for (level, title), (here, after) in zip(named, pairwise(places), strict=True)
            if title or here < after
        ]
    if n_headings:
        notes.append("it has no table of contents that leads anywhere: its headings are taken for the chapters")
        return by_headings(blocks[begin:end], levels[begin:end])
    with_words = [page for page in pages if page.found.blocks]
    if len(with_words) > 1:
        notes.append(f"it has neither a table of contents nor headings: each of its {len(with_words)} pages is a chapter")
    return [Section(1, f"{n}", tuple(page.found.blocks)) for n, page in enumerate(with_words, start=1)]


def _without_matter(sections: Sequence[Section], title: str, authors: Sequence[str], notes: list[str]) -> list[Section]:
    """Without those that nobody reads out, and what lies in them."""
    n_words = sum(section.n_words for section in sections)
    kept: list[Section] = []
    gone: Section | None = None
    for number, section in enumerate(sections):
        if gone and section.level > gone.level > 0:
            notes.append(_left_out(f"“{section.title}”, a part of “{gone.title}”", section.blocks))
            continue
        heading = section.title or next((block.text for block in section.blocks if block.kind == HEADING), "")
        matter = matter_called(heading) or ("the imprint" if is_imprint(section.blocks) else "")
        if not matter and number == 0 and _is_title_page(section, title, authors):
            matter = "the title page"
        inside = n_inside(sections, number) if matter and section.level else 0
        if matter and 2 * sum(one.n_words for one in sections[number : number + 1 + inside]) <= n_words:
            notes.append(_left_out(matter, section.blocks))
            gone = section
        else:
            kept.append(section)
            gone = None
    return kept


def _is_title_page(section: Section, title: str, authors: Sequence[str]) -> bool:
    """Whether it says hardly more than who wrote what."""
    known = {*re.findall(r"\w+", f"{title} {' '.join(authors)}".casefold())}
    said = re.findall(r"\w+", " ".join(block.text for block in section.blocks).casefold())
    return 0 < len(said) <= _TITLE_PAGE_WORDS and 3 * sum(word in known for word in said) >= 2 * len(said)


def _left_out(what: str, blocks: Iterable[Block]) -> str:
    words = count_words(blocks)
    return f"left out: {what} ({words} {'word' if words == 1 else 'words'})"


def _book(
    sections: Sequence[Section],
    left: Mapping[str, int],
    about: Mapping[str, str],
    authors: Sequence[str],
    cover: bytes | None,
    path: Path,
    notes: Sequence[str],
) -> Book:
    """Raises ScriptError where it has no words."""
    chapters, empty = chapters_of(sections)
    if not chapters:
        raise ScriptError(f"{path} has no words to speak; its pages may be pictures")
    notes = [*notes]
    if counted := [f"{kind} ({times})" for kind, times in sorted(left.items()) if times > 0]:
        notes.append(f"not read out: {', '.join(counted)}")
    if empty:
        notes.append(f"chapters without a word are left out ({len(empty)}): {some(empty, 3)}")
    return Book(
        about["title"], tuple(authors), about["language"], cover, tuple(chapters), tuple(f"{path}: {note}" for note in notes)
    )
