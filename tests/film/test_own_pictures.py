import pytest
from listener import Listener
from PIL import Image

from voicekit.core.errors import MediaError
from voicekit.film.pictures.user_images import match
from voicekit.film.stage import Context
from voicekit.text.script.cue import Clip

CLIPS = [Clip("Dawn"), Clip("The old stadium"), Clip("Kick-off"), Clip("The new stadium"), Clip("Night falls over the town")]


def found(folder, *names):
    """What is matched, and what is told."""
    for name in names:
        Image.new("RGB", (4, 4)).save(folder / name, format="PNG")
    said = []
    return {number: path.name for number, path in match(folder, CLIPS, Context(reporter=Listener(said))).items()}, said


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("3.jpg", 3),
        ("03_stadium.png", 3),
        ("003.PNG", 3),
        ("clip 3 - kick-off.png", 3),
        ("Clip_3.webp", 3),
        ("scene3.jpeg", 3),
        ("Szene 3 Anstoß.jpg", 3),
        ("3-old stadium.png", 3),
        ("3a.png", 3),
        ("kick-off.png", 3),
        ("Kick_Off final.png", 3),
        ("dawn.tif", 1),
        ("old-stadium.png", 2),
        ("night in the town.png", 5),
        ("IMG_2041 dawn.jpg", 1),
    ],
)
def test_a_name_says_which_clip(tmp_path, name, number):
    assert found(tmp_path, name)[0] == {number: name}


def test_all_of_them(tmp_path):
    matched, said = found(tmp_path, "5.png", "1.png", "2.png", "3.png", "4.png")
    assert matched == {n: f"{n}.png" for n in range(1, 6)} and said == []


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("stadium.png", "clip 2 or 4"),
        ("holiday.png", "belongs to no clip"),
        ("9.png", "belongs to no clip"),
        ("0.png", "belongs to no clip"),
        ("IMG_2041.png", "belongs to no clip"),
        ("the.png", "belongs to no clip"),
    ],
)
def test_what_is_not_clear_is_told(tmp_path, name, message):
    matched, said = found(tmp_path, name)
    assert matched == {} and message in said[0] and name in said[0] and "number before" in said[0]
    assert "clips 1, 2, 3, 4, 5" in said[1]


def test_what_is_to_be_seen_tells_where_no_title_does(tmp_path):
    clips = [Clip("Dawn", visual="a misty forest, a red fox"), Clip("Noon", visual="a red barn by a lake"), Clip("The fox")]
    for name in ("forest.png", "red.png", "fox.png"):
        Image.new("RGB", (40, 30)).save(tmp_path / name)
    said = []
    assert match(tmp_path, clips, Context(reporter=Listener(said))) == {1: tmp_path / "forest.png", 3: tmp_path / "fox.png"}
    assert any("red.png is left out: it could belong to clip 1 or 2" in line for line in said)


def test_two_for_one(tmp_path):
    matched, said = found(tmp_path, "3.png", "3 kick-off.jpg", "1.png", "2.png", "4.png", "5.png")
    assert matched[3] == "3 kick-off.jpg" and said == ["3.png is left out: clip 3 has 3 kick-off.jpg already"]


def test_damaged_pictures_are_told(tmp_path):
    (tmp_path / "1.png").write_bytes(b"no picture")
    (tmp_path / "2.png").write_bytes(b"")
    (tmp_path / ".3.png").write_bytes(b"hidden")
    (tmp_path / "notes.txt").write_text("4")
    matched, said = found(tmp_path, "5.png")
    assert matched == {5: "5.png"} and "1.png is left out" in said[0] and "2.png" in said[1] and len(said) == 3


def test_kinds_that_cannot_be_read_are_told(tmp_path):
    (tmp_path / "9.HEIC").write_bytes(b"x")
    said = found(tmp_path, "5.png")[1]
    assert said[0] == "9.HEIC: pictures of this kind cannot be read; save them as JPEG or PNG"


def test_a_large_picture_is_taken_without_a_warning(tmp_path, recwarn):
    Image.new("1", (10_900, 10_900)).save(tmp_path / "2.png")
    assert match(tmp_path, CLIPS) == {2: tmp_path / "2.png"} and not recwarn


def test_no_pictures(tmp_path):
    with pytest.raises(MediaError, match="no folder"):
        match(tmp_path / "none", CLIPS)
    with pytest.raises(MediaError, match="no readable picture in"):
        match(tmp_path, CLIPS)
    (tmp_path / "1.png").write_bytes(b"")
    with pytest.raises(MediaError, match="no folder"):
        match(tmp_path / "1.png", CLIPS)
