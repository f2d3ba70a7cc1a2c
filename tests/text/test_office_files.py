"""Documents of other programs: what of them is read, and how the damaged are told."""

import zipfile
from pathlib import Path

import pytest

from voicekit.core.errors import ScriptError
from voicekit.text.read import read_text
from voicekit.text.script.script import read_script

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def zipped(path: Path, parts: dict[str, str]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return path


def docx(path: Path, body: str, styles: str = "") -> Path:
    document = f"<?xml version='1.0'?><w:document {_W}><w:body>{body}</w:body></w:document>"
    return zipped(path, {"word/document.xml": document, "word/styles.xml": f"<w:styles {_W}>{styles}</w:styles>"})


def paragraph(text: str, style: str = "") -> str:
    named = f'<w:pPr><w:pStyle w:val="{style}"/><w:tabs><w:tab w:pos="9"/></w:tabs></w:pPr>' if style else ""
    return f"<w:p>{named}<w:r><w:t>{text}</w:t></w:r></w:p>"


def epub(path: Path, chapters: dict[str, str], spine: str, more: dict[str, str] | None = None) -> Path:
    items = "".join(f'<item id="{name}" href="{name}.xhtml" media-type="application/xhtml+xml"/>' for name in chapters)
    package = f'<package xmlns="http://www.idpf.org/2007/opf"><manifest>{items}</manifest><spine>{spine}</spine></package>'
    container = '<container><rootfiles><rootfile full-path="OEBPS/book.opf"/></rootfiles></container>'
    pages = {
        f"OEBPS/{name}.xhtml": f"<!DOCTYPE html><html><head><title>x</title></head><body>{text}</body></html>"
        for name, text in chapters.items()
    }
    return zipped(path, {"META-INF/container.xml": container, "OEBPS/book.opf": package, **pages, **(more or {})})


def heard(path: Path) -> list[tuple[float | None, str]]:
    return [(cue.start_s, cue.text) for cue in read_script(path).cues]


def test_a_word_document_is_paragraphs_and_headings(tmp_path):
    body = paragraph("The Game", "berschrift1") + paragraph("The lights come on.") + paragraph("A door opens.")
    styles = '<w:style w:styleId="berschrift1"><w:name w:val="heading 1"/></w:style>'
    path = docx(tmp_path / "a.docx", body, styles)
    assert read_text(path, print) == "# The Game\n\nThe lights come on.\n\nA door opens."
    assert heard(path) == [(None, "The lights come on."), (None, "A door opens.")]


def test_empty_paragraphs_part_cues_where_a_person_wrote_so(tmp_path):
    body = (
        paragraph("[00:07]")
        + paragraph("The lights")
        + paragraph("come on.")
        + "<w:p/>"
        + paragraph("[00:15] A door opens.")
    )
    assert heard(docx(tmp_path / "a.docx", body)) == [(7.0, "The lights come on."), (15.0, "A door opens.")]


def test_a_table_of_a_word_document_is_a_table_with_times(tmp_path):
    rows = [
        ("Time", "Visual", "Narration"),
        ("0:07", "Stadium | wide", "The lights come on."),
        ("0:15", "Door", "A door opens."),
    ]
    cells = "".join("<w:tr>" + "".join(f"<w:tc>{paragraph(cell)}</w:tc>" for cell in row) + "</w:tr>" for row in rows)
    path = docx(tmp_path / "a.docx", f"<w:tbl>{cells}</w:tbl>")
    assert heard(path) == [(7.0, "The lights come on."), (15.0, "A door opens.")]
    assert read_script(path).kind == "table with times"


def test_a_screenplay_written_in_word_has_its_styles(tmp_path):
    body = paragraph("INT. HALL - DAY", "Scene Heading") + paragraph("Anna enters.", "Action")
    body += paragraph("ANNA", "Character") + paragraph("quietly", "Parenthetical") + paragraph("A door opens.", "Dialogue")
    assert heard(docx(tmp_path / "a.docx", body)) == [(None, "A door opens.")]


def test_what_is_no_longer_or_not_yet_in_a_word_document_is_not_spoken_and_told(tmp_path):
    body = (
        "<w:p><w:r><w:t>It </w:t></w:r>"
        "<w:del><w:r><w:delText>was</w:delText></w:r></w:del><w:ins><w:r><w:t>is</w:t></w:r></w:ins>"
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>hidden</w:t></w:r><w:r><w:t> late.</w:t></w:r>"
        "<w:moveFrom><w:r><w:t>Gone.</w:t></w:r></w:moveFrom></w:p>" + paragraph("Contents 3", "TOC1")
    )
    notes: list[str] = []
    styles = '<w:style w:styleId="TOC1"><w:name w:val="toc 1"/></w:style>'
    path = docx(tmp_path / "a.docx", body, styles)
    assert read_text(path, notes.append) == "It is late."
    assert notes == [f"{path}: deleted words, words that were moved away are not read"]


def test_an_open_document(tmp_path):
    names = 'xmlns:office="urn:o" xmlns:text="urn:t" xmlns:table="urn:b"'
    content = (
        f'<office:document-content {names}><office:body><office:text><text:h text:outline-level="2">The Game</text:h>'
        '<text:p>The<text:s text:c="2"/>lights come on.<text:note><text:p>A note.</text:p></text:note></text:p>'
        "<text:p>A <text:span>door</text:span> opens.</text:p></office:text></office:body></office:document-content>"
    )
    notes: list[str] = []
    text = read_text(zipped(tmp_path / "a.odt", {"content.xml": content}), notes.append)
    assert text == "## The Game\n\nThe  lights come on.\n\nA door opens." and "footnotes are not read" in notes[0]


def test_a_book_is_read_in_the_order_of_its_spine(tmp_path):
    chapters = {
        "two": "<h1>Two</h1><p>A door&nbsp;opens.</p>",
        "one": "<h1>One</h1><p>The lights<br/>come <b>on</b>.<sup>1</sup></p><aside "
        "epub:type='footnote'><p>Note.</p></aside><script>x()</script>",
        "cover": "<img src='x.png'/>",
        "apart": "<p>Advertisement.</p>",
    }
    spine = (
        "".join(f'<itemref idref="{name}"/>' for name in ("cover", "one", "two")) + '<itemref idref="apart" linear="no"/>'
    )
    notes: list[str] = []
    path = epub(tmp_path / "a.epub", chapters, spine)
    assert read_text(path, notes.append) == "# One\n\nThe lights\ncome on.\n\n# Two\n\nA door opens."
    assert notes == [f"{path}: read as a book of 2 parts"]


def test_a_page_has_lists_and_tables_and_no_navigation(tmp_path):
    path = tmp_path / "a.html"
    path.write_text(
        "<html><head><style>p{}</style></head><nav>Home</nav><div>The lights come on.</div><ul><li>One</li><li>Two</li></ul>"
        "<table><tr><th>Time</th><th>Text</th></tr><tr><td>0:07</td><td>A &amp; B</td></tr></table><p hidden>No.</p>"
    )
    assert read_text(path, print).split("\n\n") == [
        "The lights come on.",
        "- One",
        "- Two",
        "| Time | Text |\n|---|---|\n| 0:07 | A & B |",
    ]


def test_a_script_of_final_draft(tmp_path):
    def element(kind: str, *texts: str, more: str = "") -> str:
        return f'<Paragraph Type="{kind}">{more}' + "".join(f"<Text>{text}</Text>" for text in texts) + "</Paragraph>"

    pair = (
        element("Character", "ANNA")
        + element("Dialogue", "Hello.")
        + element("Character", "BEN")
        + element("Dialogue", "Hi.")
    )
    note = "<ScriptNote><Paragraph><Text>Check.</Text></Paragraph></ScriptNote>"
    content = (
        element("Scene Heading", "INT. HALL - DAY")
        + element("Action", "ANNA enters.")
        + element("Character", "NARRATOR (V.O.)")
        + element("Parenthetical", "(beat)")
        + element("Dialogue", "The lights ", "come on.", more=note)
        + f"<Paragraph><DualDialogue>{pair}</DualDialogue></Paragraph>"
        + element("Transition", "CUT TO:")
    )
    path = tmp_path / "a.fdx"
    page = "<TitlePage><Content><Paragraph><Text>The Game</Text></Paragraph></Content></TitlePage>"
    path.write_text(f"<FinalDraft><Content>{content}</Content>{page}</FinalDraft>")
    script = read_script(path)
    assert [cue.text for cue in script.cues] == ["The lights come on.", "Hello.", "Hi."]
    assert script.kind == "screenplay (Final Draft)" and "action is not spoken (1): “ANNA enters.”" in " ".join(script.notes)


_BOMB = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>'
_FILE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.docx", b"no archive", "is damaged"),
        ("a.docx", b"", "is damaged"),
        ("a.epub", b"PK\x03\x04 cut", "is damaged"),
        ("a.fdx", b"<FinalDraft><Content>", "is damaged"),
        ("a.fdx", b"<other/>", "is not a script of Final Draft"),
        ("a.fdx", _BOMB.encode(), "entities of its own"),
        ("a.fdx", _FILE.encode(), "entities of its own"),
        ("a.fdx", b"<x>" * 1000, "deep in each other"),
        ("a.fdx", bytes(range(256)), "is damaged"),
    ],
)
def test_what_is_damaged_is_told_in_one_line(tmp_path, name, data, message):
    (tmp_path / name).write_bytes(data)
    with pytest.raises(ScriptError, match=message) as caught:
        read_text(tmp_path / name, print)
    assert "\n" not in str(caught.value) and name in str(caught.value)


@pytest.mark.parametrize(
    ("name", "parts", "message"),
    [
        ("a.docx", {"other.xml": "<x/>"}, "is not a Word document"),
        ("a.docx", {"word/document.xml": _BOMB}, "entities of its own"),
        ("a.docx", {"word/document.xml": "<x>" + "a" * 41_000_000 + "</x>"}, "too large to be a text"),
        ("a.odt", {"other.xml": "<x/>"}, "content.xml is missing"),
        ("a.epub", {"META-INF/container.xml": "<x/>"}, "is damaged"),
        ("a.epub", {"mimetype": "x"}, "container.xml is missing"),
    ],
)
def test_archives_that_are_no_documents(tmp_path, name, parts, message):
    with pytest.raises(ScriptError, match=message) as caught:
        read_text(zipped(tmp_path / name, parts), print)
    assert "\n" not in str(caught.value)


def test_a_book_that_is_locked_or_has_no_words(tmp_path):
    locked = epub(tmp_path / "a.epub", {"one": "<p>Hi.</p>"}, '<itemref idref="one"/>', {"META-INF/rights.xml": "<x/>"})
    with pytest.raises(ScriptError, match="locked by its seller"):
        read_text(locked, print)
    with pytest.raises(ScriptError, match="no words to speak"):
        read_text(epub(tmp_path / "b.epub", {"one": "<img/>"}, '<itemref idref="one"/>'), print)


def test_a_missing_document_is_told_as_any_other(tmp_path):
    with pytest.raises(ScriptError, match="does not exist"):
        read_text(tmp_path / "none.docx", print)
