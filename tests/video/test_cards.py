import itertools

import numpy as np
import pytest
from PIL import Image

from voicekit.errors import ConfigError, MediaError, ScriptError
from voicekit.video import lettering
from voicekit.video.cards import Cards, Options, card, read_still
from voicekit.video.palettes import PALETTES, mood_of
from voicekit.video.stage import Context

SMALL = Options(width=320, height=180)


def pixels(picture):
    return np.asarray(picture).astype(int)


def lettered(title, options=SMALL, **changes):
    """Where the letters of a card are: its difference from the same one without them."""
    from dataclasses import replace

    options = replace(options, **changes)
    bare = pixels(card(title, "", replace(options, title=False)))
    return np.abs(pixels(card(title, "", options)) - bare).sum(-1) > 150


def test_the_stage(tmp_path):
    (tmp_path / "clip.txt").write_text("Kick-off at the orbital stadium\nwide shot of a stadium in space;\nslow zoom in\n")
    Cards().run([tmp_path / "clip.txt"], tmp_path / "clip.png", Options(), Context())
    with Image.open(tmp_path / "clip.png") as picture:
        assert picture.size == (1280, 720) and picture.mode == "RGB" and picture.format == "PNG"


def test_the_same_words_give_the_same_card():
    one, other = card("Dawn", "the sea", SMALL), card("Dawn", "the sea", SMALL)
    assert one.tobytes() == other.tobytes()
    assert card("Dawn", "the sea", SMALL, Context(seed=1)).tobytes() != one.tobytes()
    assert card("Dawn", "the lake", SMALL).tobytes() != one.tobytes()


@pytest.mark.parametrize(
    ("title", "visual", "mood"),
    [
        ("The harbour at Vig", "nets", "sea"),
        ("Burning", "flames", "fire"),
        ("First snow", "", "snow"),
        ("Der Wald", "Bäume", "forest"),
        ("海", "", "sea"),
        ("Forests", "a wave", "forest"),
        ("Accounting", "a table", ""),
        ("", "", ""),
    ],
)
def test_words_call_for_colours(title, visual, mood):
    assert mood_of(title, visual) == mood


def test_moods_look_different():
    means = {name: pixels(card("A", "", Options(96, 64, name))).mean((0, 1)) for name in PALETTES}
    assert all(np.abs(one - other).max() > 4 for one, other in itertools.combinations(means.values(), 2))


@pytest.mark.parametrize("theme", PALETTES)
def test_titles_can_be_read(theme):
    title = "Kick-off at the orbital stadium"
    with_it, without = (pixels(card(title, "", Options(640, 360, theme, show))) for show in (True, False))
    letters = np.abs(with_it - without).sum(-1) > 260
    assert letters.mean() > 0.01
    light = with_it @ [0.3, 0.59, 0.11]
    beside = np.roll(letters, 8, 0) & ~letters & (np.abs(with_it - without).sum(-1) < 90)
    assert abs(np.median(light[letters]) - np.median(light[beside])) > 60


@pytest.mark.parametrize(
    "title",
    ["Hi", "Kick-off at the orbital stadium", "word " * 60, "Donaudampfschifffahrtsgesellschaftskapitän" * 4, "W" * 500],
)
@pytest.mark.parametrize(("width", "height"), [(640, 360), (360, 640), (400, 400), (800, 100)])
def test_titles_keep_away_from_the_edges(title, width, height):
    rows, columns = np.nonzero(lettered(title, width=width, height=height))
    assert columns.min() > 0.07 * width and columns.max() < 0.8 * width
    assert rows.min() > 0.03 * height and rows.max() < 0.7 * height


def test_other_writings():
    for title in ("Привет, мир", "Καλημέρα", "Größe"):
        assert lettered(title).any()
    if _can("שלום עולם"):
        options = Options(320, 180, "dusk", False)
        bare = pixels(card("שלום עולם", "", options))[:, ::-1]  # the sun is on the other side
        letters = np.abs(pixels(card("שלום עולם", "", Options(320, 180, "dusk"))) - bare).sum(-1) > 150
        assert np.nonzero(letters)[1].min() > 100


def _can(text):
    try:
        lettering.font(text, 20)
    except MediaError:
        return False
    return True


def test_signs_without_a_font_are_left_out(monkeypatch):
    real = lettering.font

    def poor(text, size):
        if set("港静") & set(text):
            raise MediaError("no font")
        return real(text, size)

    monkeypatch.setattr(lettering, "font", poor)
    said = []
    picture = card("Harbour 港", "", SMALL, Context(say=said.append))
    assert picture.size == (320, 180) and "港" in said[0]
    assert lettering.drawable("Harbour 港") == ("Harbour", "港") and lettering.drawable("港静") == ("", "港静")
    card("港静", "", SMALL, Context(say=said.append))  # without a title


@pytest.mark.parametrize("text", ["", " \n ", "…\n—"])
def test_nothing_to_show(text, tmp_path):
    (tmp_path / "clip.txt").write_text(text)
    with pytest.raises(ScriptError, match="is empty"):
        Cards().run([tmp_path / "clip.txt"], tmp_path / "clip.png", SMALL, Context())
    assert not (tmp_path / "clip.png").exists()


def test_a_description_without_a_title(tmp_path):
    (tmp_path / "clip.txt").write_text("\nthe sea\n")
    assert read_still(tmp_path / "clip.txt") == ("", "the sea")
    Cards().run([tmp_path / "clip.txt"], tmp_path / "clip.png", SMALL, Context())


@pytest.mark.parametrize("changes", [{"width": 0}, {"height": -5}, {"width": 100_000}, {"theme": "dsuk"}])
def test_options_that_make_no_sense(changes):
    with pytest.raises(ConfigError, match="choose"):
        card("A", "", Options(**changes))
