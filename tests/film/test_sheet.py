"""Contact sheets: every clip is on them, with the picture from its middle and its words."""

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from voicekit.core.errors import ConfigError, MediaError
from voicekit.film.pictures.sheet import Shown, contact_sheet, takes_sheet, write_sheet
from voicekit.film.pictures.typeset import Lettering, plain
from voicekit.media.film import write_film

COLOURS = [(220, 40, 40), (40, 220, 40), (40, 40, 220), (220, 220, 40), (40, 220, 220)]


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    """Five clips of a second, each of one colour but for its first and last pictures."""
    path = tmp_path_factory.mktemp("sheet") / "film.mp4"
    pictures = []
    for colour in COLOURS:
        pictures += [np.zeros((36, 64, 3), np.uint8)] * 4 + [np.full((36, 64, 3), colour, np.uint8)] * 2
        pictures += [np.zeros((36, 64, 3), np.uint8)] * 4
    write_film(path, pictures, 10)
    return path


def clips(count, narration="Nobody knows who will win."):
    return [Shown(5 * n / count, 5 * (n + 1) / count, f"Clip number {n + 1}", narration) for n in range(count)]


def near(sheet, colour):
    """How much of the sheet is of a colour."""
    return float((np.abs(np.asarray(sheet).astype(int) - colour).max(axis=2) < 30).mean())


def test_each_clip_is_shown_from_its_middle(film):
    sheet = contact_sheet(film, clips(5))
    shares = [near(sheet, colour) for colour in COLOURS]
    assert min(shares) > 0.05 and max(shares) < 1.1 * min(shares)


@pytest.mark.parametrize("count", [1, 2, 60])
def test_few_and_many_clips(film, count):
    sheet = contact_sheet(film, clips(count))
    assert 900 < sheet.width < 3000
    assert sheet.height < 5000


def test_it_says_where_pictures_are_from(film):
    """Below each clip, and at its foot what holds for all of them."""
    bare = contact_sheet(film, clips(2))
    told = contact_sheet(film, [replace(clip, origin="drawn: stadium, two robots") for clip in clips(2)])
    footed = contact_sheet(film, clips(2), "real pictures: --pictures FOLDER")
    assert told.width == footed.width == bare.width and told.height > bare.height and footed.height > bare.height
    assert (np.asarray(footed)[bare.height - 20 :].max(axis=2) > 120).any()
    long = contact_sheet(film, [replace(clip, origin="drawn: " + "robots, " * 60) for clip in clips(2)], "word " * 400)
    assert long.width == bare.width and long.height < bare.height + 200


def test_words_stay_within_their_card():
    lettering = Lettering(["Nobody knows who will win. Donaudampfschifffahrtsgesellschaft 0123456789…"])
    text = "Nobody knows who will win. " * 10
    lines = lettering.wrapped(text, 16, 200, 99)
    assert " ".join(lines) == plain(text)
    assert max(lettering.length(line, 16) for line in lines) <= 200
    few = lettering.wrapped(text, 16, 200, 3)
    assert len(few) == 3 and few[:2] == lines[:2] and few[2].endswith("…") and lettering.length(few[2], 16) <= 200
    long = lettering.wrapped("Donaudampfschifffahrtsgesellschaft" * 3, 16, 200, 99)
    assert "".join(long) == "Donaudampfschifffahrtsgesellschaft" * 3
    assert lettering.wrapped("", 16, 200, 3) == []


def test_scripts_without_spaces_are_wrapped():
    text = "未来の試合は静けさの中で始まる。誰も知らない。"
    lettering = Lettering([text])
    lines = lettering.wrapped(text, 16, 120, 99)
    assert "".join(lines) == text and len(lines) > 2
    assert not any(line.startswith("。") for line in lines)


def test_any_text_is_no_reason_to_fail(film):
    odd = ["", "مرحبا بكم 12 Hello", "日本語 and Русский", "🏆", "\n\t", "\U00012000\U00012001", "a" * 500]
    contact_sheet(film, [Shown(0, 1, text, text) for text in odd])


def test_it_is_written_whole(film, tmp_path):
    path = tmp_path / "new" / "sheet.png"
    write_sheet(path, film, clips(3))
    with Image.open(path) as picture:
        picture.load()
    assert [one.name for one in path.parent.iterdir()] == ["sheet.png"]


def test_takes_to_pick_from(tmp_path):
    lying = Image.new("RGB", (64, 36), COLOURS[0])
    lying.save(tmp_path / "one.png")
    lying.save(tmp_path / "two.png")
    turned = Image.new("RGB", (64, 36), COLOURS[1])
    exif = turned.getexif()
    exif[0x0112] = 6  # the camera was held upright
    turned.save(tmp_path / "three.png", exif=exif)
    sheet = takes_sheet([tmp_path / f"{name}.png" for name in ("one", "two", "three")], ["take 1", "take 2", "take 3"])
    assert near(sheet, COLOURS[0]) == pytest.approx(2 * near(sheet, COLOURS[1]), rel=0.01) and near(sheet, COLOURS[1]) > 0.1
    of_it = np.abs(np.asarray(sheet).astype(int) - COLOURS[1]).max(axis=2) < 25
    assert of_it.any(axis=1).sum() > 1.5 * of_it.any(axis=0).sum()  # it stands


def test_bad_input(film, tmp_path):
    with pytest.raises(ConfigError, match="no clip"):
        contact_sheet(film, [])
    with pytest.raises(ConfigError, match="1 pictures and 2 labels"):
        takes_sheet([tmp_path / "a.png"], ["a", "b"])
    (tmp_path / "text.png").write_text("no picture")
    with pytest.raises(MediaError, match=r"text\.png is not a readable picture"):
        takes_sheet([tmp_path / "text.png"], ["a"])
    with pytest.raises(MediaError, match="not a sound or film"):
        contact_sheet(tmp_path / "text.png", clips(1))
    # Clips behind the film's end show what is last.
    contact_sheet(film, [Shown(50, 60, "far behind")])
