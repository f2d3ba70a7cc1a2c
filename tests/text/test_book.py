"""Books: their chapters, what they say of themselves, and what of them is not read out."""

from pathlib import Path

import pytest
from books import LOCK, PARAGRAPH, WORDS, epub, nav, picture

from voicekit.core.errors import ScriptError
from voicekit.text.book.book import HEADING, SCENE, Book
from voicekit.text.book.book import PARAGRAPH as TEXT
from voicekit.text.book.read import read_book


def written(tmp_path: Path, text: str, name: str = "book.md") -> Path:
    (tmp_path / name).write_text(text)
    return tmp_path / name


def titles(book: Book) -> list[str]:
    return [chapter.title for chapter in book.chapters]


def said(book: Book, number: int = 0) -> list[str]:
    return [block.text for block in book.chapters[number].blocks]


def told(book: Book) -> str:
    return "\n".join(book.notes)


# EPUB


def test_a_book_says_its_title_author_language_and_cover(tmp_path):
    about = (
        "<dc:title>The  Lamp</dc:title><dc:creator id='a'>Ada Quill</dc:creator><dc:creator id='b'>Ivo Brush</dc:creator>"
        "<meta refines='#b' property='role'>ill</meta><dc:creator role='trl'>Tom</dc:creator>"
        "<dc:language>de-AT</dc:language>"
    )
    cover = picture()
    book = read_book(epub(tmp_path / "a.epub", {"one": PARAGRAPH}, about=about, cover=cover))
    assert (book.title, book.authors, book.language) == ("The Lamp", ("Ada Quill",), "de-AT") and book.cover == cover


def test_chapters_are_those_of_the_table_of_contents(tmp_path):
    """Pages that it does not name go on with the chapter before."""
    pages = {"one": f"<h1>One</h1>{PARAGRAPH}", "more": PARAGRAPH, "two": f"<h1>Two</h1>{PARAGRAPH}"}
    book = read_book(epub(tmp_path / "a.epub", pages, nav(("one.xhtml", "One"), ("two.xhtml", "Two"))))
    assert titles(book) == ["One", "Two"] and said(book) == ["One", WORDS, WORDS]


def test_a_table_may_lead_into_pages_and_have_parts(tmp_path):
    page = (
        f"<div id='p'><h1>Part One</h1></div><section id='a'><h2>The Road</h2>{PARAGRAPH}</section>"
        f"<p id='b'><b>The River</b></p>{PARAGRAPH}<h1 id='q'>Part Two</h1><h2 id='c'>The Sea</h2>{PARAGRAPH}"
    )
    table = (
        "<nav epub:type='toc'><ol><li><a href='all.xhtml#p'>Part One</a><ol><li><a href='all.xhtml#a'>The Road</a></li>"
        "<li><a href='all.xhtml#b'>The <i>River</i></a></li></ol></li><li><a href='all.xhtml#q'>Part Two</a><ol>"
        "<li><a href='all.xhtml#c'>The Sea</a></li></ol></li></ol></nav>"
    )
    book = read_book(epub(tmp_path / "a.epub", {"all": page}, table))
    assert titles(book) == ["The Road", "The River", "Part Two: The Sea"]
    assert said(book) == ["Part One", "The Road", WORDS] and said(book, 1) == ["The River", WORDS]
    assert book.chapters[1].blocks[0].kind == HEADING, "set as a paragraph, it is its heading"


@pytest.mark.parametrize(
    ("title", "text", "is_heading"),
    [
        ("One", "One evening she came.", False),
        ("Chapter 1", "Chapter 1: The Road", True),
        ("Chapter 1: The Road", "CHAPTER 1", True),
        ("Chapter 1: The Road", "The road", True),
        ("Notes from nowhere", "No.", False),
        ("The Road", "The road was long.", False),
        ("A", "He wrote a letter.", False),
    ],
)
def test_a_paragraph_that_says_the_title_is_the_heading(tmp_path, title, text, is_heading):
    page = f"<p>{text}</p>{PARAGRAPH}"
    book = read_book(epub(tmp_path / "a.epub", {"x": page, "y": PARAGRAPH}, nav(("x.xhtml", title), ("y.xhtml", "End"))))
    assert said(book) == ([text, WORDS] if is_heading else [title, text, WORDS])


def test_sections_of_chapters_are_no_chapters(tmp_path):
    page = f"<h1 id='a'>One</h1>{PARAGRAPH * 2}<h2 id='b'>Of lamps</h2>{PARAGRAPH}<h1 id='c'>Two</h1>{PARAGRAPH}"
    table = (
        "<nav epub:type='toc'><ol><li><a href='x.xhtml#a'>One</a><ol><li><a href='x.xhtml#b'>Of lamps</a></li></ol></li>"
        "<li><a href='x.xhtml#c'>Two</a></li></ol></nav>"
    )
    book = read_book(epub(tmp_path / "a.epub", {"x": page}, table))
    assert titles(book) == ["One", "Two"] and said(book) == ["One", WORDS, WORDS, "Of lamps", WORDS]


def test_an_older_book_has_its_table_as_ncx(tmp_path):
    ncx = (
        "<ncx><docTitle><text>X</text></docTitle><navMap><navPoint><navLabel><text>One</text></navLabel>"
        "<content src='a.xhtml'/></navPoint><navPoint><navLabel><text>Two</text></navLabel><content src='b.xhtml#z'/>"
        "</navPoint></navMap></ncx>"
    )
    path = epub(tmp_path / "a.epub", {"a": PARAGRAPH, "b": PARAGRAPH}, "", more={"OEBPS/toc.ncx": ncx})
    opf = (
        "<package xmlns:dc='d'><metadata><dc:title>X</dc:title></metadata><manifest>"
        "<item id='n' href='toc.ncx' media-type='application/x-dtbncx+xml'/>"
        "<item id='a' href='a.xhtml' media-type='application/xhtml+xml'/>"
        "<item id='b' href='b.xhtml' media-type='application/xhtml+xml'/></manifest>"
        "<spine toc='n'><itemref idref='a'/><itemref idref='b'/></spine></package>"
    )
    path = epub(path, {"a": PARAGRAPH, "b": PARAGRAPH}, "", more={"OEBPS/toc.ncx": ncx, "OEBPS/book.opf": opf})
    assert titles(read_book(path)) == ["One", "Two"]
    path = epub(path, {"a": f"<h1>Eins</h1>{PARAGRAPH}", "b": f"<h1>Zwei</h1>{PARAGRAPH}"}, "",
                more={"OEBPS/toc.ncx": ncx[:150], "OEBPS/book.opf": opf})  # fmt: skip
    book = read_book(path)
    assert titles(book) == ["Eins", "Zwei"] and "toc.ncx) is damaged" in told(book)


def test_without_a_table_headings_are_the_chapters_else_pages(tmp_path):
    pages = {"a": f"<h2>One</h2>{PARAGRAPH}", "b": PARAGRAPH, "c": f"<h2>Two</h2>{PARAGRAPH}"}
    book = read_book(epub(tmp_path / "a.epub", pages, ""))
    assert titles(book) == ["One", "Two"] and "its headings are taken for the chapters" in told(book)
    book = read_book(epub(tmp_path / "a.epub", {"a": PARAGRAPH, "b": PARAGRAPH}, ""))
    assert titles(book) == ["1", "2"] and "each of its 2 pages is a chapter" in told(book)
    broken = "<nav epub:type='toc'><ol><li><a href='a.xhtml'>One<li><a href='c.xhtml'>Two &amp; more"
    assert titles(read_book(epub(tmp_path / "a.epub", pages, broken))) == ["One", "Two & more"]


def test_what_nobody_reads_out_is_left_out_and_told(tmp_path):
    imprint = "<p>Copyright © 2024 Ada Quill</p><p>All rights reserved.</p><p>ISBN 978-3-16-148410-0</p>"
    pages = {
        "title": "<h1>The Lamp</h1><p>by Ada Quill</p>",
        "rights": imprint,
        "contents": "<h1>Contents</h1><p>One 1</p><p>Two 9</p>",
        "one": f"<h1>One</h1><p>The lamp.<sup>1</sup> The 21<sup>st</sup> night<a href='#n'>[2]</a>"
        f"<span epub:type='pagebreak'>12</span>.</p><img alt='A lamp'/><p class='footnote'>1 See there.{PARAGRAPH}"
        "<aside epub:type='footnote' id='n'><p>2 And there.</p></aside>",
        "notes": "<h1>Notes</h1><p>1. See below.</p>",
        "index": "<h1>Index</h1><p>lamp, 3</p>",
    }
    book = read_book(epub(tmp_path / "a.epub", pages))
    assert titles(book) == ["One"] and said(book) == ["One", "The lamp. The 21st night.", WORDS]
    for line in (
        "left out: the imprint (10 words)",
        "left out: the title page (5 words)",
        "left out: the table of contents (5 words)",
        "left out: notes (4 words)",
        "left out: the index (3 words)",
        "footnotes are not read in One",
        "footnotes (2), marks of footnotes (2), page numbers (1), pictures (1)",
    ):
        assert line in told(book), line
    whole = read_book(tmp_path / "a.epub", whole=True)
    assert titles(whole) == ["Title", "Rights", "Contents", "One", "Notes", "Index"] and "left out" not in told(whole)


def test_what_a_page_says_it_is_counts(tmp_path):
    pages = {"a": "<section epub:type='titlepage'><p>Words of no matter.</p></section>", "b": PARAGRAPH}
    book = read_book(epub(tmp_path / "a.epub", pages))
    assert titles(book) == ["B"] and "the title page (4 words)" in told(book)


def test_a_novel_called_notes_is_read(tmp_path):
    """What would be most of the book is no matter beside it."""
    book = read_book(epub(tmp_path / "a.epub", {"notes": f"<h1>Notes</h1>{PARAGRAPH * 9}", "end": PARAGRAPH}))
    assert titles(book) == ["Notes", "End"]


def test_another_scene(tmp_path):
    page = f"{PARAGRAPH}<hr/>{PARAGRAPH}<p>* * *</p>{PARAGRAPH}<p>⁂</p>{PARAGRAPH}<hr epub:type='pagebreak'/>{PARAGRAPH}"
    kinds = [block.kind for block in read_book(epub(tmp_path / "a.epub", {"a": page})).chapters[0].blocks]
    assert kinds == [HEADING, TEXT, SCENE, TEXT, SCENE, TEXT, SCENE, TEXT, TEXT]


def test_chapters_of_nothing_are_told(tmp_path):
    pages = {"one": PARAGRAPH, "map": "<h1>Map</h1><img/>", "two": PARAGRAPH, "end": "<h1>The End</h1>"}
    book = read_book(epub(tmp_path / "a.epub", pages))
    assert titles(book) == ["One", "Two"] and "chapters without a word are left out (2): Map, End" in told(book)


def test_signs_that_are_marks_in_scripts_are_words_in_books(tmp_path):
    book = read_book(epub(tmp_path / "a.epub", {"a": "<p>He wrote [clam] and [pause 2s] *so*, at 00:12.</p>"}))
    assert said(book)[1] == "He wrote [clam] and [pause 2s] *so*, at 00:12."


def test_two_thousand_chapters(tmp_path):
    pages = {f"c{n}": f"<h1>Chapter {n}</h1><p>Short words.</p>" for n in range(2000)}
    assert len(read_book(epub(tmp_path / "a.epub", pages)).chapters) == 2000


def test_fonts_may_be_locked_and_pages_may_not(tmp_path):
    font = {"META-INF/encryption.xml": LOCK.format("http://www.idpf.org/2008/embedding", "OEBPS/font.otf")}
    assert titles(read_book(epub(tmp_path / "a.epub", {"one": PARAGRAPH}, more=font))) == ["One"]
    page = {"META-INF/encryption.xml": LOCK.format("http://www.w3.org/2001/04/xmlenc#aes128-cbc", "OEBPS/one.xhtml")}
    with pytest.raises(ScriptError, match=r"a\.epub is locked by its seller"):
        read_book(epub(tmp_path / "a.epub", {"one": PARAGRAPH}, more=page))


def test_pages_that_are_missing_are_told(tmp_path):
    path = epub(tmp_path / "a.epub", {"one": PARAGRAPH, "two": PARAGRAPH}, without=["OEBPS/two.xhtml"])
    book = read_book(path)
    assert titles(book) == ["One"] and "1 of its pages are missing from the file: OEBPS/two.xhtml" in told(book)


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"OEBPS/book.opf": "<package><manifest>"}, "is damaged"),
        ({"OEBPS/book.opf": "<!DOCTYPE x [<!ENTITY a 'ha'>]><package>&a;</package>"}, "entities of its own"),
        ({"META-INF/encryption.xml": "<broken"}, "is damaged"),
        ({"META-INF/rights.xml": "<x/>"}, "locked by its seller"),
        ({"OEBPS/one.xhtml": "<p>" + "a" * 41_000_000}, "too large to be a text"),
        ({"OEBPS/one.xhtml": "<img/>"}, "has no words to speak"),
    ],
)
def test_books_that_cannot_be_read_are_told_in_one_line(tmp_path, more, message):
    with pytest.raises(ScriptError, match=message) as caught:
        read_book(epub(tmp_path / "a.epub", {"one": PARAGRAPH}, more=more))
    assert "\n" not in str(caught.value) and "a.epub" in str(caught.value)


def test_books_that_are_not_there(tmp_path):
    with pytest.raises(ScriptError, match="does not exist"):
        read_book(tmp_path / "none.epub")
    (tmp_path / "folder.epub").mkdir()
    with pytest.raises(ScriptError, match="is a folder"):
        read_book(tmp_path / "folder.epub")


# Manuscripts


def test_markdown(tmp_path):
    book = read_book(
        written(
            tmp_path,
            "---\ntitle: The Lamp\nauthor: 'Ada Quill'\nlang: en\n---\n\n# Part One\n\n## The Road\n\nIt *was* late[^1]. "
            "[pause 2s] See [this](http://x.y/z).\n\n![A lamp](lamp.png)\n\n---\n\n- one\n- two\n\n| a | b |\n|---|---|\n"
            "| 1 | 2 |\n\n[^1]: A note.\n    Goes on.\n\n## The River\n\n> A quote\n> goes on.\n\n# Part Two\n\nThe Sea\n"
            "-------\n\nMore words.\n",
        )
    )
    assert (book.title, book.authors, book.language) == ("The Lamp", ("Ada Quill",), "en")
    assert titles(book) == ["The Road", "The River", "Part Two: The Sea"]
    assert said(book) == ["Part One", "The Road", "It was late. See this.", "", "- one\n- two", "a, b.", "1, 2."]
    assert book.chapters[0].blocks[2].marks.pauses_s[2] == 2.0 and book.chapters[0].blocks[2].marks.styles
    assert said(book, 1) == ["The River", "A quote\ngoes on."]
    assert "footnotes (1), marks of footnotes (1), pictures (1)" in told(book)


def test_one_heading_above_all_others_is_the_title(tmp_path):
    book = read_book(written(tmp_path, "# The Lamp\n\nby Ada Quill\n\n## One\n\nWords.\n\n## Two\n\nWords.\n"))
    assert (book.title, book.authors, titles(book)) == ("The Lamp", ("Ada Quill",), ["One", "Two"])


def test_where_there_are_headings_a_line_that_looks_like_one_is_none(tmp_path):
    book = read_book(written(tmp_path, "# Day\n\nIntroduction\n\nWords.\n\n# Night\n\nWords.\n"))
    assert titles(book) == ["Day", "Night"] and said(book) == ["Day", "Introduction", "Words."]


def test_a_wrong_mark_is_told_with_its_place(tmp_path):
    with pytest.raises(ScriptError, match=r"book\.md, line 3, column 5: \[puase 1s\] is not known"):
        read_book(written(tmp_path, "# One\n\nHm. [puase 1s] Words.\n"))


GUTENBERG = f"""The Project Gutenberg eBook of The Lamp

Title: The Lamp

Author: Ada Quill

Language: English

*** START OF THE PROJECT GUTENBERG EBOOK THE LAMP ***

THE LAMP

by Ada Quill

Contents

 CHAPTER I.   The Road
 CHAPTER II.  The River
 CHAPTER III. The Sea


CHAPTER I.
The Road

{WORDS}

* * * * *

{WORDS}

[Illustration: a lamp]

CHAPTER II.
The River

{WORDS}

                42

[Pg 43]

CHAPTER III. The Sea

{WORDS}

*** END OF THE PROJECT GUTENBERG EBOOK THE LAMP ***

Updated editions will replace the previous one.
"""


def test_a_plain_text_of_project_gutenberg(tmp_path):
    book = read_book(written(tmp_path, GUTENBERG, "lamp.txt"))
    assert (book.title, book.authors, book.language) == ("The Lamp", ("Ada Quill",), "en")
    assert titles(book) == ["CHAPTER I. The Road", "CHAPTER II. The River", "CHAPTER III. The Sea"]
    assert said(book) == ["CHAPTER I.\nThe Road", WORDS, "", WORDS] and said(book, 1) == ["CHAPTER II.\nThe River", WORDS]
    assert "left out: what Project Gutenberg says around the book" in told(book)
    assert "page numbers (2), pictures (1), tables of contents (1)" in told(book)


@pytest.mark.parametrize(
    ("headings", "found"),
    [
        (["Chapter 1", "Chapter 2"], 2),
        (["CHAPTER ONE", "Chapter Twenty-One: The Road"], 2),
        (["Kapitel 1. Der Weg", "Kapitel 2"], 2),
        (["Chapitre IV", "Épilogue"], 1),
        (["Prologue", "Chapter 1", "Epilogue"], 3),
        (["I", "II.", "III"], 3),
        (["1", "2", "3"], 3),
        (["7", "7", "7"], 0),
        (["I", "Me"], 0),
        (["Chapter 1 was what she had read in the evening before the lamps were lit, and the one after it was gone by now.",
          "It said: chapter 2"], 0),
    ],
)  # fmt: skip
def test_lines_of_plain_text_that_are_headings(tmp_path, headings, found):
    book = read_book(written(tmp_path, "".join(f"{one}\n\n{WORDS}\n\n" for one in headings), "a.txt"))
    n_headings = sum(block.kind == HEADING for chapter in book.chapters for block in chapter.blocks)
    assert n_headings == found and len(book.chapters) == max(found, 1)


def test_a_text_without_chapters_is_one(tmp_path):
    book = read_book(written(tmp_path, f"{WORDS}\n\n{WORDS}\n", "a.txt"))
    assert said(book) == [WORDS, WORDS] and book.title == ""


def test_page_numbers_that_ascend(tmp_path):
    text = "".join(f"{WORDS}\n\n{page}\n\n" for page in (4, 5, 6))
    book = read_book(written(tmp_path, text, "a.txt"))
    assert said(book) == [WORDS] * 3 and "page numbers (3)" in told(book)
    assert said(read_book(written(tmp_path, f"{WORDS}\n\n1984\n\n{WORDS}", "b.txt"))) == [WORDS, "1984", WORDS]


def test_a_page_of_the_web(tmp_path):
    page = f"<html><head><title>The Lamp</title></head><body><h1>One</h1>{PARAGRAPH}<hr>{PARAGRAPH}<h1>Two</h1>{PARAGRAPH}"
    book = read_book(written(tmp_path, page, "a.html"))
    assert (book.title, titles(book), said(book)) == ("The Lamp", ["One", "Two"], ["One", WORDS, "", WORDS])


def test_documents_of_word_processors(tmp_path):
    import zipfile

    w = 'xmlns:w="urn:w"'
    body = "".join(
        f"<w:p><w:pPr><w:pStyle w:val='{style}'/></w:pPr><w:r><w:t>{text}</w:t></w:r>{more}</w:p>"
        for style, text, more in [
            ("Title", "The Lamp", ""), ("TOC1", "One 3", ""), ("h1", "One", ""),
            ("", "It was late.", "<w:r><w:footnoteReference/></w:r><w:r><w:drawing/></w:r>"), ("", "* * *", ""),
            ("", "[slow]Late[/slow] it was.", ""), ("h1", "Two", ""), ("", "More.", ""),
        ]
    )  # fmt: skip
    styles = f"<w:styles {w}>" + "".join(
        f"<w:style w:styleId='{key}'><w:name w:val='{name}'/></w:style>"
        for key, name in [("Title", "Title"), ("TOC1", "toc 1"), ("h1", "heading 1")]
    )
    core = "<cp xmlns:dc='d'><dc:title></dc:title><dc:creator>Ada Quill</dc:creator></cp>"
    with zipfile.ZipFile(tmp_path / "a.docx", "w") as archive:
        archive.writestr("word/document.xml", f"<w:document {w}><w:body>{body}</w:body></w:document>")
        archive.writestr("word/styles.xml", f"{styles}</w:styles>")
        archive.writestr("docProps/core.xml", core)
    book = read_book(tmp_path / "a.docx")
    assert (book.authors, titles(book)[-2:]) == (("Ada Quill",), ["One", "Two"])
    assert said(book) == ["One", "It was late.", "", "Late it was."] and book.chapters[0].blocks[3].marks.styles
    assert "footnotes (1), pictures (1), tables of contents (1)" in told(book)

    odt = (
        "<d xmlns:text='t' xmlns:draw='d'><text:h text:outline-level='1'>One</text:h><text:p>It was late."
        "<text:note><text:p>A note.</text:p></text:note></text:p><text:h text:outline-level='1'>Two</text:h>"
        "<text:p>More.</text:p></d>"
    )
    with zipfile.ZipFile(tmp_path / "a.odt", "w") as archive:
        archive.writestr("content.xml", odt)
        archive.writestr("meta.xml", "<m xmlns:dc='d'><dc:title>The Lamp</dc:title><dc:language>en-GB</dc:language></m>")
    book = read_book(tmp_path / "a.odt")
    assert (book.title, book.language, titles(book), said(book)) == (
        "The Lamp",
        "en-GB",
        ["One", "Two"],
        ["One", "It was late."],
    )
