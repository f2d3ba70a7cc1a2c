"""Books to audiobooks: chapters, tags, cover, room tone, and runs that were stopped."""

import json
import os
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest
from books import epub, picture
from clips import FakeVoice
from reporters import Told

from voicekit.audio.check import check as check_rules
from voicekit.audio.loudness import measure_sound
from voicekit.audio.presets import find_preset
from voicekit.core.errors import ConfigError, MediaError, VoicekitError
from voicekit.media import load_audio, open_sound, write_sound
from voicekit.media.tags import Tags, read_tags
from voicekit.narration.audiobook.credits import with_credits
from voicekit.narration.audiobook.job import AudiobookOptions, file_name
from voicekit.narration.audiobook.make import HEAD_S, LIST_NAME, make_audiobook
from voicekit.text.book.book import Block, Chapter

ACX = AudiobookOptions(preset="acx")
#: Each word takes its time.
WORDS, PARAGRAPH = "It was late then.", "<p>It was late then.</p>"


@pytest.fixture
def book(tmp_path):
    pages = {name: f"<h1>{name}</h1>{PARAGRAPH}<p>* * *</p><p>Short.</p>" for name in ("one", "two")}
    return epub(tmp_path / "lamp.epub", pages, cover=picture())


def made(book: Path, out: str, options=ACX, engine=None, told=None):
    options = options if options.cache_folder else replace(options, cache_folder=book.parent / "cache")
    return make_audiobook(book, book.parent / out, engine or FakeVoice(), options, told or Told())


def test_one_file_has_chapters_tags_and_the_cover(book):
    outcome = made(book, "lamp.m4b", AudiobookOptions(narrator="Tom Reed"))
    tags = read_tags(outcome.files[0])
    wanted = {"title": "The Lamp", "album": "The Lamp", "artist": "Ada Quill", "composer": "Tom Reed", "genre": "Audiobook",
              "language": "eng"}  # fmt: skip
    assert dict(tags.texts).items() >= wanted.items() and tags.covers == (("mjpeg", picture()),)
    assert [title for _, _, title in tags.chapters] == ["Opening Credits", "One", "Two", "Closing Credits"]
    for (start_s, end_s, _), (told_start_s, told_end_s, _) in zip(tags.chapters, outcome.chapters, strict=True):
        assert (start_s, end_s) == pytest.approx((told_start_s, told_end_s), abs=0.002)
    sound = load_audio(outcome.files[0], 24_000)[0]
    assert len(sound) / 24_000 == pytest.approx(outcome.duration_s, abs=0.1)
    for start_s, _, _ in outcome.chapters:  # a chapter begins where its mark is, behind its head
        heard = np.flatnonzero(np.abs(sound[round(start_s * 24_000) :]) > 0.05)[0] / 24_000
        assert heard == pytest.approx(HEAD_S, abs=0.05)


def test_no_word_is_lost_and_none_is_new(book):
    engine = FakeVoice()
    made(book, "lamp.m4b", engine=engine)
    opening, chapter = ["The Lamp.", "Written by Ada Quill."], [WORDS, "Short."]
    assert [text for text, _ in engine.said] == [*opening, "one", *chapter, "two", "The end."]


@pytest.mark.parametrize("suffix", ["m4a", "mp3", "flac", "opus", "wav"])
def test_other_formats_have_chapters_as_far_as_they_can(book, suffix):
    told = Told()
    outcome = made(book, f"lamp.{suffix}", AudiobookOptions(), told=told)
    n_chapters = len(read_tags(outcome.files[0]).chapters)
    assert n_chapters == (0 if suffix == "wav" else 4) and any("cannot hold" in line for line in told.lines) == (
        n_chapters == 0
    )


def test_a_folder_has_a_file_a_chapter_as_acx_wants_them(book):
    outcome = made(book, "chapters")
    names = ["01 - Opening Credits", "02 - One", "03 - Two", "04 - Closing Credits"]
    assert [file.name for file in outcome.files] == [f"{name}.mp3" for name in names] and outcome.failing == ()
    assert sorted(os.listdir(book.parent / "chapters")) == sorted([f"{name}.mp3" for name in names] + [LIST_NAME])
    for number, file in enumerate(outcome.files, start=1):
        measured = measure_sound(open_sound(file))
        assert all(row.passed for row in check_rules(measured, find_preset("acx"))), check_rules(
            measured, find_preset("acx")
        )
        assert 0.5 <= measured.lead_s <= 1.0 and 1.0 <= measured.tail_s <= 5.0 and -80 < measured.noise_floor_db < -60
        tags = dict(read_tags(file).texts)
        assert tags["track"] == f"{number}/4" and tags["album"] == "The Lamp" and tags["title"] in file.name
        with av.open(str(file)) as container:
            stream = container.streams.audio[0]
            assert (stream.bit_rate, stream.rate, stream.layout.name) == (192_000, 44_100, "mono")


def test_a_run_that_was_stopped_goes_on_and_the_result_is_the_same(book):
    class Killed(FakeVoice):
        def stream(self, text, **how):
            if text == "two":
                raise KeyboardInterrupt
            yield from super().stream(text, **how)

    with pytest.raises(KeyboardInterrupt):
        made(book, "lamp.m4b", engine=Killed())
    assert not (book.parent / "lamp.m4b").exists()
    told = Told()
    made(book, "lamp.m4b", told=told)
    assert "9 of 11 passages were spoken before, and are kept" in told.lines
    made(book, "whole.m4b", replace(ACX, cache_folder=book.parent / "other"))
    assert (book.parent / "lamp.m4b").read_bytes() == (book.parent / "whole.m4b").read_bytes()


def test_files_of_a_folder_that_are_as_they_were_are_kept(book):
    outcome = made(book, "chapters")
    times = [file.stat().st_mtime_ns for file in outcome.files]
    told = Told()
    made(book, "chapters", told=told)
    assert [
        file.stat().st_mtime_ns for file in outcome.files
    ] == times and "4 of 4 files are as they were, and are kept" in told.lines
    epub(book, {"one": f"<h1>one</h1>{PARAGRAPH}<p>* * *</p><p>Short.</p>"}, cover=picture())
    told = Told()
    made(book, "chapters", told=told)
    assert any(
        "no longer part of the book: 03 - Two.mp3, 04 - Closing Credits.mp3; remove them" in line for line in told.lines
    )
    assert outcome.files[1].stat().st_mtime_ns != times[1], "it says of how many it is one"
    known = json.loads((book.parent / "chapters" / LIST_NAME).read_text())
    assert sorted(known) == ["01 - Opening Credits.mp3", "02 - One.mp3", "03 - Closing Credits.mp3"]


def test_a_folder_of_more_files_than_may_be_open(tmp_path, monkeypatch):
    """A thousand chapters take no thousand locks."""
    resource = pytest.importorskip("resource")
    book = epub(tmp_path / "a.epub", {f"c{n}": "<p>Hm.</p>" for n in range(60)})
    monkeypatch.setattr("voicekit.narration.audiobook.make.write_sound", lambda path, *_, **__: Path(path).write_bytes(b"x"))
    n_open = len(os.listdir("/proc/self/fd")) if Path("/proc/self/fd").is_dir() else 100
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (n_open + 30, hard))
    try:
        assert len(made(book, "chapters", AudiobookOptions()).files) == 62
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_a_book_that_cannot_be_read_leaves_no_folder(tmp_path):
    (tmp_path / "a.epub").write_bytes(b"PK")
    with pytest.raises(VoicekitError, match="is damaged"):
        made(tmp_path / "a.epub", "chapters")
    assert not (tmp_path / "chapters").exists()


def test_files_of_others_are_not_overwritten(book):
    (book.parent / "chapters").mkdir()
    (book.parent / "chapters" / "02 - One.mp3").write_bytes(b"mine")
    with pytest.raises(ConfigError, match="is there already, and not of an earlier run"):
        made(book, "chapters")
    assert (book.parent / "chapters" / "02 - One.mp3").read_bytes() == b"mine"


def test_some_chapters_alone(book):
    outcome = made(book, "lamp.m4b", replace(ACX, chapters=frozenset({2})))
    assert [title for _, _, title in outcome.chapters] == ["Two"]
    with pytest.raises(ConfigError, match=r"has no chapter 9, only 2"):
        made(book, "lamp.m4b", replace(ACX, chapters=frozenset({9})))


def test_what_a_person_says_of_the_book_counts(book, tmp_path):
    (tmp_path / "own.webp").write_bytes(picture("WEBP"))
    options = AudiobookOptions(title="Lamps", author="A. Q.", cover=tmp_path / "own.webp")
    tags = read_tags(made(book, "lamp.m4b", options).files[0])
    assert dict(tags.texts)["title"] == "Lamps" and dict(tags.texts)["artist"] == "A. Q." and tags.covers[0][0] == "png"


def test_a_cover_that_is_no_picture(tmp_path):
    book, told = epub(tmp_path / "a.epub", {"one": PARAGRAPH}, cover=b"no picture"), Told()
    tags = read_tags(made(book, "a.m4b", AudiobookOptions(), told=told).files[0])
    assert tags.covers == () and any("its cover is no picture" in line for line in told.lines)
    (tmp_path / "x.jpg").write_bytes(b"no picture")
    with pytest.raises(ConfigError, match=r"x\.jpg is no picture"):
        made(book, "a.m4b", AudiobookOptions(cover=tmp_path / "x.jpg"))
    with pytest.raises(ConfigError, match="cannot read the cover"):
        made(book, "a.m4b", AudiobookOptions(cover=tmp_path / "none.jpg"))


def test_a_book_without_a_title_has_no_credits(tmp_path):
    (tmp_path / "a.txt").write_text(f"Chapter 1\n\n{WORDS}\n")
    told = Told()
    outcome = made(tmp_path / "a.txt", "a.m4b", AudiobookOptions(), told=told)
    assert [title for _, _, title in outcome.chapters] == ["Chapter 1"] and any("--title" in line for line in told.lines)


def test_the_language_of_the_book_is_told_where_the_voice_has_another(tmp_path):
    german = "<p>Der Mond stand über dem alten Haus, und niemand kam an diesem Abend den Weg herauf.</p>"
    told = Told()
    made(
        epub(tmp_path / "a.epub", {"one": german}, about="<dc:language>de</dc:language>"),
        "a.m4b",
        AudiobookOptions(),
        told=told,
    )
    assert any("the text is German, but the voice speaks English" in line for line in told.lines)
    told = Told()
    made(
        epub(tmp_path / "a.epub", {"one": "<p>Hm.</p>"}, about="<dc:language>fi</dc:language>"),
        "b.m4b",
        AudiobookOptions(),
        told=told,
    )
    assert any("the text is Finnish" in line for line in told.lines), (
        "where its words do not tell, what it says of itself does"
    )


def test_a_thousand_chapters_are_all_marked(tmp_path):
    """The old kind of mark ends at 255."""
    chapters = tuple((n / 100, (n + 1) / 100, f"Chapter {n}") for n in range(1000))
    write_sound(tmp_path / "a.m4b", [np.zeros((1, 240_000), np.float32)], 24_000, tags=Tags(chapters=chapters))
    found = read_tags(tmp_path / "a.m4b").chapters
    assert [title for _, _, title in found] == [title for _, _, title in chapters]
    assert found[-1][0] == pytest.approx(9.99, abs=0.002)


@pytest.mark.parametrize(
    ("out", "options", "error", "message"),
    [
        ("a.avi", ACX, MediaError, "a.avi: sound can be written as"),
        ("lamp.epub", ACX, MediaError, "lamp.epub: sound can be written as"),
        ("a.m4b", AudiobookOptions(preset="acxx"), ConfigError, "unknown preset"),
        ("file/a.m4b", ACX, VoicekitError, "is a file, not a folder"),
    ],
)
def test_what_cannot_be_is_told_before_a_word_is_spoken(book, out, options, error, message):
    (book.parent / "file").write_text("")
    engine = FakeVoice()
    with pytest.raises(error, match=message):
        made(book, out, options, engine)
    assert engine.said == []


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("A/B: the \\ “end”?", "A B the “end”"),
        ("../../etc/passwd", "etc passwd"),
        ("...", "Chapter"),
        ("", "Chapter"),
        ("x" * 300, "x" * 80),
        ("日本" * 80, "日本" * 30),
        ("tab\tand\nline\x07", "tab and line"),
    ],
)
def test_names_of_files(title, name):
    assert file_name(title) == name


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en-gb", ["The Lamp.", "Written by Ada and Ivo.", "Narrated by Tom."]),
        ("de", ["The Lamp.", "Von Ada und Ivo.", "Gelesen von Tom."]),
        ("fi", ["The Lamp.", "Ada & Ivo.", "Tom."]),
    ],
)
def test_credits(language, said):
    chapters = with_credits((Chapter("One", (Block("Hm."),)),), "The Lamp", ("Ada", "Ivo"), "Tom", language)
    assert [block.text for block in chapters[0].blocks] == said and chapters[1].title == "One" and len(chapters) == 3
    assert [block.text for block in with_credits((), "Who?", (), "", "en")[0].blocks] == ["Who?"]
