"""Clips put together: times are kept to the picture and to the sample."""

from fractions import Fraction

import numpy as np
import pytest
from listener import Listener

from voicekit.core.errors import ConfigError, MediaError
from voicekit.film.assembly.assemble import Cut, CutOptions, letterboxed
from voicekit.film.stage import Context, Stage
from voicekit.media import probe
from voicekit.media.film import read_pictures, write_film
from voicekit.media.read import load_audio
from voicekit.media.write import write_sound

RATE = 48_000
GREYS = (60, 120, 180, 90)


def clip(path, n_pictures, *, fps=25, size=(48, 64), grey=100, flash=None, sound=None):
    """Grey pictures, white at the number `flash` with a click in its middle; silent without `sound`."""
    pictures = [np.full((*size, 3), 255 if number == flash else grey, np.uint8) for number in range(n_pictures)]
    blocks = []
    if sound is not None:
        heard = np.full((2, round(n_pictures / fps * RATE)), 0.0, np.float32)
        heard += sound * np.sin(np.arange(heard.shape[1]) * 2 * np.pi * 300 / RATE).astype(np.float32)
        if flash is not None:
            at = round((flash + 0.5) / fps * RATE)
            heard[:, at : at + 48] = 0.9
        blocks = [heard]
    write_film(path, pictures, fps, blocks, RATE)
    return path


def cut(out, clips, context=None, **options):
    Cut().run(clips, out, CutOptions(**options), context or Context())
    return [picture.pixels for picture in read_pictures(out)]


def greys(pictures):
    return np.array([picture.mean() for picture in pictures])


def test_it_is_a_stage():
    assert isinstance(Cut(), Stage)
    assert (Cut.name, Cut.kind, Cut.gives) == ("cut", "assemble", ".mp4")


@pytest.mark.parametrize("dissolve", [0.0, 0.2])
def test_flash_and_click_stay_together(tmp_path, dissolve):
    lengths, flashes = (25, 17, 30), (10, 8, 15)
    clips = [
        clip(tmp_path / f"{n}.mp4", length, flash=flash, sound=0.0)
        for n, (length, flash) in enumerate(zip(lengths, flashes, strict=True))
    ]
    pictures = cut(tmp_path / "film.mp4", clips, dissolve=dissolve)
    assert len(pictures) == sum(lengths)
    wanted = np.cumsum([0, *lengths[:-1]]) + flashes
    assert np.flatnonzero(greys(pictures) > 180).tolist() == wanted.tolist()
    heard = np.abs(load_audio(tmp_path / "film.mp4", RATE)[0])
    clicks = [np.argmax(heard[(at - 3) * 1920 : (at + 4) * 1920]) + (at - 3) * 1920 for at in wanted]
    assert np.abs(np.array(clicks) / RATE - (wanted + 0.5) / 25).max() < 0.005


def test_cuts_lie_at_the_sums_of_the_lengths(tmp_path):
    lengths = (13, 20, 9, 16)
    clips = [clip(tmp_path / f"{n}.mp4", k, grey=g) for n, (k, g) in enumerate(zip(lengths, GREYS, strict=True))]
    hard = greys(cut(tmp_path / "hard.mp4", clips))
    assert np.abs(hard - np.repeat(GREYS, lengths)).max() < 3
    soft = greys(cut(tmp_path / "soft.mp4", clips, dissolve=0.24))
    assert len(soft) == sum(lengths)
    for number, at in enumerate(np.cumsum(lengths)[:-1]):
        a, b = GREYS[number], GREYS[number + 1]
        assert soft[at - 4] == pytest.approx(a, abs=3) and soft[at + 3] == pytest.approx(b, abs=3)
        # In the middle of the dissolve lies the cut: as much before it as behind it.
        assert soft[at - 1] + soft[at] == pytest.approx(a + b, abs=5)
        assert soft[at - 1 : at + 1] == pytest.approx([a + (b - a) * 5 / 12, a + (b - a) * 7 / 12], abs=4)
    assert not probe(tmp_path / "hard.mp4").has_audio


def test_dissolve_holds_the_last_and_the_first_picture(tmp_path):
    a = clip(tmp_path / "a.mp4", 10, grey=50, flash=9)
    b = clip(tmp_path / "b.mp4", 10, grey=50, flash=0)
    film = greys(cut(tmp_path / "film.mp4", [a, b], dissolve=0.32))
    assert film[:6].max() < 60 and film[14:].max() < 60
    assert film[9] > 240 and film[10] > 240  # each over the other's flash
    rising = film[6:9]
    assert rising == pytest.approx(50 + 205 * np.array([1, 3, 5]) / 16, abs=6)  # the next one's first picture comes
    assert film[11:14] == pytest.approx(rising[::-1], abs=6)  # the last one's last picture goes


def test_short_clips_get_short_dissolves(tmp_path):
    said = []
    clips = [clip(tmp_path / f"{n}.mp4", k, grey=g) for n, (k, g) in enumerate(((10, 60), (2, 120), (10, 180)))]
    film = greys(cut(tmp_path / "film.mp4", clips, Context(reporter=Listener(said)), dissolve=1.0))
    assert len(film) == 22 and "2 of 2 dissolves" in said[0]
    assert film[9] < 90 and film[12] > 150


def test_rates_and_sizes_are_mixed(tmp_path):
    said = []
    clips = [
        clip(tmp_path / "a.mp4", 25, grey=100, flash=5),
        clip(tmp_path / "b.mp4", 60, fps=60, size=(64, 48), grey=100),
        clip(tmp_path / "c.mp4", 12, fps=12, size=(36, 64), grey=100, flash=6),
        clip(tmp_path / "d.mkv.mp4", 30, fps=Fraction(30000, 1001), grey=60),
    ]
    film = cut(tmp_path / "film.mp4", clips, Context(reporter=Listener(said)))
    assert {picture.shape for picture in film} == {(48, 64, 3)}
    assert len(film) == 25 * 4
    assert "2 of 4 clips differ in shape" in said[0]
    upright, wide = film[37], film[60]
    assert upright[:, :12].max() < 10 and upright[:, 20:44].min() > 90 and upright[:, 52:].max() < 10
    assert wide[:4].max() < 10 and wide[10:38].min() > 90 and wide[44:].max() < 10
    # What lasted a twelfth of a second lasts two or three twenty-fifths, in its place.
    bright = np.flatnonzero([picture[24, 32].mean() > 180 for picture in film])
    assert bright[0] == 5 and set(bright[1:]) == {63, 64}


def test_size_and_rate_as_wished(tmp_path):
    one = clip(tmp_path / "a.mp4", 10)
    film = cut(tmp_path / "film.mp4", [one], width=32, fps=50)
    assert film[0].shape == (24, 32, 3) and len(film) == 20
    assert probe(tmp_path / "film.mp4").fps == 50


def test_odd_rates_do_not_add_up(tmp_path):
    """Each clip of 7 pictures at 24 a second is 7.29 at 25: the rest is not lost forty times."""
    one = clip(tmp_path / "a.mp4", 7, fps=24)
    first = clip(tmp_path / "b.mp4", 5, fps=25)
    film = cut(tmp_path / "film.mp4", [first] + [one] * 40)
    assert len(film) == round((5 / 25 + 40 * 7 / 24) * 25)


def test_own_sound_stays_in_place(tmp_path):
    clips = [
        clip(tmp_path / "a.mp4", 10),
        clip(tmp_path / "b.mp4", 10, sound=0.3),
        clip(tmp_path / "c.mp4", 10),
    ]
    cut(tmp_path / "film.mp4", clips)
    heard = load_audio(tmp_path / "film.mp4", RATE)[0]
    level = [np.abs(heard[at : at + 1920]).max() for at in range(0, 30 * 1920, 1920)]
    assert max(level[:9]) < 0.02 and min(level[11:19]) > 0.25 and max(level[21:]) < 0.02


def test_picture_and_music_fade(tmp_path):
    write_sound(tmp_path / "music.wav", [0.2 * np.random.default_rng(0).normal(size=(2, 5 * RATE)).astype(np.float32)], RATE)
    one = clip(tmp_path / "a.mp4", 75, grey=200)
    shares = []
    context = Context(reporter=Listener(shares=shares))
    options = {"music": str(tmp_path / "music.wav"), "fade_in": 1.0, "fade_out": 1.0}
    film = greys(cut(tmp_path / "film.mp4", [one], context, **options))
    assert film[0] < 10 and film[12] == pytest.approx(100, abs=5) and film[37] == pytest.approx(200, abs=3) and film[74] < 10
    heard = load_audio(tmp_path / "film.mp4", RATE)[0][: 3 * RATE]
    level = np.sqrt(np.square(heard).reshape(30, -1).mean(axis=1))
    assert level[0] < 0.3 * level[15] and level[-1] < 0.3 * level[15] and level[5] < level[15] * 0.9
    assert shares == sorted(shares) and shares[-1] == 1


def test_loud_clips_under_loud_music_are_limited(tmp_path):
    write_sound(tmp_path / "m.wav", [0.9 * np.sin(np.arange(2 * RATE) * 0.05)[None].astype(np.float32)], RATE)
    one = clip(tmp_path / "a.mp4", 25, sound=0.95)
    cut(tmp_path / "film.mp4", [one], music=str(tmp_path / "m.wav"), music_db=-10.0)
    assert np.abs(load_audio(tmp_path / "film.mp4", RATE)).max() < 0.97


def test_effects_are_laid_over_the_film_as_they_are(tmp_path):
    effects = np.zeros((2, 48_000), np.float32)
    effects[:, 24_000:36_000] = 0.1 * np.sin(0.1 * np.arange(12_000))
    write_sound(tmp_path / "effects.wav", [effects], 48_000)
    cut(tmp_path / "film.mp4", [clip(tmp_path / "a.mp4", 50)], effects=str(tmp_path / "effects.wav"))
    heard = np.asarray(load_audio(tmp_path / "film.mp4", 48_000)[0]).reshape(-1)
    assert np.abs(heard[26_000:34_000]).max() == pytest.approx(0.1, abs=0.02)  # no louder, no softer, no later
    assert np.abs(heard[:20_000]).max() < 0.005 and np.abs(heard[40_000:]).max() < 0.005


def test_letterbox_leaves_no_hairline():
    white = np.full((720, 1281, 3), 255, np.uint8)
    assert letterboxed(white, (72, 128)).min() == 255
    narrow = letterboxed(np.full((10, 10, 3), 255, np.uint8), (20, 40), aspect=0.5)
    assert narrow[:, 15:25].min() == 255 and narrow[:, :14].max() == 0


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"dissolve": -1}, "dissolve is -1"),
        ({"fps": 1000}, "fps is 1000"),
        ({"music_db": 3}, "music_db is 3"),
        ({"width": -2}, "width is -2"),
    ],
)
def test_options_that_make_no_sense(tmp_path, options, words):
    with pytest.raises(ConfigError, match=words):
        cut(tmp_path / "film.mp4", [clip(tmp_path / "a.mp4", 3)], **options)


def test_bad_clips(tmp_path):
    with pytest.raises(ConfigError, match="no clip"):
        cut(tmp_path / "film.mp4", [])
    good = clip(tmp_path / "good.mp4", 5)
    (tmp_path / "text.mp4").write_text("no film")
    write_sound(tmp_path / "sound.wav", [np.zeros((1, RATE), np.float32)], RATE)
    (tmp_path / "cut.mp4").write_bytes(good.read_bytes()[:600])
    for bad, words in (
        ("text.mp4", "not a sound or film"),
        ("sound.wav", "has no picture"),
        ("none.mp4", "not exist"),
        ("cut.mp4", "cut"),
    ):
        with pytest.raises(MediaError, match=words) as caught:
            cut(tmp_path / "film.mp4", [good, tmp_path / bad])
        assert bad in str(caught.value)
        assert not (tmp_path / "film.mp4").exists()
    for music, words in (("text.mp4", "not a sound"), ("good.mp4", "no sound to be the film's music")):
        with pytest.raises(MediaError, match=words):
            cut(tmp_path / "film.mp4", [good], music=str(tmp_path / music))
