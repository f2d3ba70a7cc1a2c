"""Where a picture is from: a drawn one says in its file what it shows, and a film's end says how to get real ones."""

import pytest
from PIL import Image

from voicekit.film.pictures.origin import ADVICE, closing_note, origin
from voicekit.film.scenery.cards import Cards, CardsOptions
from voicekit.film.stage import Context


def drawn(tmp_path, words):
    (tmp_path / "clip.txt").write_text(words, encoding="utf-8")
    Cards().run([tmp_path / "clip.txt"], tmp_path / "clip.png", CardsOptions(64, 64), Context())
    return tmp_path / "clip.png"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("The team\ntwo robots in a stadium\n", "drawn: stadium, two robots"),
        ("Our values\ntrust\n", "title card: nothing of it can be drawn"),
        ("Ärger\nein Fluss\n", "drawn: river"),
    ],
)
def test_a_card_says_what_it_shows(tmp_path, words, told):
    picture = drawn(tmp_path, words)
    assert origin(picture, own=False, stage="cards") == told
    assert origin(picture, own=True, stage="cards") == "your picture"


def test_pictures_of_other_stages_say_who_made_them(tmp_path):
    for name, form in (("a.png", "PNG"), ("b.png", "JPEG")):
        Image.new("RGB", (8, 8)).save(tmp_path / name, form)
        assert origin(tmp_path / name, own=False, stage="images") == "made by images"
    (tmp_path / "c.png").write_bytes(b"\x89PNG\r\n\x1a\nno picture")
    assert origin(tmp_path / "c.png", own=False, stage="images") == "made by images"
    assert origin(tmp_path / "none.png", own=False, stage="images") == "made by images"


def test_what_a_file_says_of_itself_is_read_within_limits(tmp_path):
    from voicekit.film.pictures.origin import description

    Image.new("RGB", (8, 8)).save(tmp_path / "a.png", pnginfo=description("a\n b" * 5000))
    told = origin(tmp_path / "a.png", own=False, stage="images")
    assert told.startswith("a ba b") and len(told) == 200


def test_the_closing_note_counts_and_says_what_to_do():
    note = closing_note(["drawn: river", "title card: nothing of it can be drawn", "your picture", "drawn: sea"])
    assert note.startswith("of 4 pictures, 2 are drawn and 1 is a plain title card; ") and note.endswith(ADVICE)
    assert "--pictures" in ADVICE and "--stills" in ADVICE
    assert closing_note(["drawn: sea"]).startswith("the one picture is drawn; ")
    assert closing_note(["your picture", "made by images"]) == closing_note([]) == ""
