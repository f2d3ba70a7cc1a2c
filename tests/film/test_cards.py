import itertools
import unicodedata
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from listener import Listener
from PIL import Image

import voicekit
from voicekit.core.errors import ConfigError, MediaError, ScriptError
from voicekit.film.drawing.brush import Dice
from voicekit.film.drawing.palettes import PALETTES, mood_of
from voicekit.film.pictures import typeset
from voicekit.film.pictures.description import description_of, read_description
from voicekit.film.pictures.title import drawable, told
from voicekit.film.pictures.typeset import Lettering
from voicekit.film.scenery.cards import Cards, CardsOptions, card
from voicekit.film.scenery.scenery import SCENERIES, drawn
from voicekit.film.scenery.subjects import Scene, scene_of
from voicekit.film.stage import Context
from voicekit.film.vocabulary.mentions import Mention
from voicekit.text.script.cue import Clip

SMALL = CardsOptions(width=320, height=180)


def pixels(picture):
    return np.asarray(picture).astype(int)


def lettered(title, options=SMALL, **changes):
    """Where the letters of a card are: its difference from the same one without them."""
    from dataclasses import replace

    options = replace(options, scenery="hills", theme="night", **changes)
    bare = pixels(card(title, "", replace(options, title=False)))
    return np.abs(pixels(card(title, "", options)) - bare).sum(-1) > 150


def test_the_stage(tmp_path):
    (tmp_path / "clip.txt").write_text("Kick-off at the orbital stadium\nwide shot of a stadium in space;\nslow zoom in\n")
    Cards().run([tmp_path / "clip.txt"], tmp_path / "clip.png", CardsOptions(), Context())
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
        ("The sea at Vig", "nets", "sea"),
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


@pytest.mark.parametrize(
    ("title", "visual"),
    [("Untold", "nothing"), ("The harbour", "boats"), ("A quiet evening", ""), ("Two robots", ""), ("City", "")],
)
def test_clips_in_a_row_differ(title, visual):
    """In their colours, or, where the words tell those, in what stands behind."""
    cards = [card(title, visual, CardsOptions(160, 90, title=False), Context(seed=100 * clip)) for clip in range(6)]
    for one, following in itertools.pairwise(map(pixels, cards)):
        assert (np.abs(one - following).sum(-1) > 20).mean() > 0.1


@pytest.mark.parametrize(("one", "other"), [("Untold", "The harbour"), ("The harbour", "The village"), ("Nothing", "Told")])
def test_clips_in_a_row_have_other_colours_whatever_is_seen(one, other):
    assert all(scene_of(one, "", 100 * n).palette != scene_of(other, "", 100 * n + 100).palette for n in range(20))


def test_takes_differ_in_composition():
    """Also where the words say both what is to be seen and in which light."""
    words = "The lighthouse at night", "a lighthouse, the moon"
    assert scene_of(*words, 300) == scene_of(*words, 301)
    one, other = (pixels(card(*words, CardsOptions(320, 180, title=False), Context(seed=seed))) for seed in (300, 301))
    assert (np.abs(one - other).sum(-1) > 60).mean() > 0.05


def test_moods_look_different():
    means = {name: pixels(card("Untold", "", CardsOptions(96, 64, "hills", name))).mean((0, 1)) for name in PALETTES}
    assert all(np.abs(one - other).max() > 4 for one, other in itertools.combinations(means.values(), 2))


@pytest.mark.parametrize("scenery", SCENERIES)
@pytest.mark.parametrize(("width", "height"), [(320, 180), (180, 320), (64, 64), (800, 100)])
def test_sceneries_are_drawn_in_any_shape(scenery, width, height):
    """Also with figures in them."""
    for visual in ("", "three red robots, a dog and a boat"):
        one, again = (card("A", visual, CardsOptions(width, height, scenery, "dusk", False)) for _ in range(2))
        assert one.size == (width, height) and one.tobytes() == again.tobytes()
        assert pixels(one).std() > 8


@pytest.mark.parametrize("scenery", SCENERIES)
def test_it_is_quiet_where_the_title_stands(scenery):
    for seed in (100, 101, 102):
        picture = pixels(card("A", "", CardsOptions(320, 180, scenery, "dusk", False), Context(seed=seed))).mean(-1)
        there = picture[45:85, 26:130]
        assert (np.abs(np.diff(there, axis=1)) > 24).mean() < 0.02


@pytest.mark.parametrize(
    "visual",
    [
        *("a woman", "five robots", "eleven players, a goal, a ball, soccer", "two buses and a train", "a crowd, a singer"),
        *("three fish under water", "a castle, a king and a horse", "three planes over the city", "three birds"),
        *(
            "a family at the lake, a boat",
            "a piano and a child",
            "four rockets in space",
            "two laptops, a chart and a phone",
        ),
        *("twelve wind turbines", "trees and houses and cows", "two teams, soccer, red team, blue team", "seven robots"),
    ],
)
def test_figures_stand_where_no_title_is(visual):
    """Nothing of them is in the title's place: its columns, above what is below it."""
    for seed in (100, 201, 302):
        with_them = pixels(card("A", visual, CardsOptions(320, 180, "hills", "dusk", False), Context(seed=seed))).mean(-1)
        there = with_them[20:100, 26:195]
        assert (np.abs(np.diff(there, axis=1)) > 24).mean() < 0.01


def test_figures_are_seen():
    """And in the colour that is said of them."""

    def shown(*figures):
        return pixels(drawn(Scene("hills", "summer", figures), 320, 180, Dice("A")))

    for colour, channel in (("red", 0), ("blue", 2)):
        one = shown(Mention("car", 1, colour))
        there = np.abs(one - shown()).sum(-1) > 90
        assert there.mean() > 0.02 and not there[:100, :195].any()
        assert (one[there][:, channel] - one[there][:, 2 - channel] > 40).mean() > 0.2


def test_a_title_from_right_to_left_has_figures_on_its_left():
    title, visual = "שלום", "a red car"
    options = CardsOptions(320, 180, title=False)
    straight = drawn(scene_of(title, visual, 0), 320, 180, Dice(f"{title}\n{visual}\n0"))
    assert (pixels(card(title, visual, options)) == pixels(straight)[:, ::-1]).all()


@pytest.mark.parametrize("theme", PALETTES)
def test_titles_can_be_read(theme):
    title = "Kick-off at the orbital stadium"
    with_it, without = (pixels(card(title, "", CardsOptions(640, 360, "", theme, show))) for show in (True, False))
    assert contrast(with_it, without) > 2.7


def contrast(with_it, without) -> float:
    """Of letters to what is right beside them, as WCAG defines it."""
    changed = np.abs(with_it - without).sum(-1)
    letters = changed > 0.75 * changed.max()
    assert letters.mean() > 0.004
    near = np.roll(letters, 5, 0) | np.roll(letters, -5, 0) | np.roll(letters, 5, 1)
    light = (with_it / 255) ** 2.2 @ [0.2126, 0.7152, 0.0722]
    low, high = sorted((np.median(light[letters]), np.median(light[near & (changed < 0.4 * changed.max())])))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize(
    "title",
    ["Hi", "Kick-off at the orbital stadium", "word " * 60, "Donaudampfschifffahrtsgesellschaftskapitän" * 4, "W" * 500],
)
@pytest.mark.parametrize(("width", "height"), [(640, 360), (360, 640), (400, 400), (800, 100)])
def test_titles_keep_away_from_the_edges(title, width, height):
    rows, columns = np.nonzero(lettered(title, width=width, height=height))
    assert columns.min() > 0.07 * width and columns.max() < 0.72 * width
    assert rows.min() > 0.03 * height and rows.max() < 0.8 * height


@pytest.mark.parametrize("title", ["Привет, мир", "Καλημέρα", "Größe", "Привет, Größe und Καλημέρα"])
def test_other_writings(title):
    assert drawable(title) == (title, "")
    assert lettered(title).any()


@pytest.mark.parametrize("title", ["שלום עולם", "مرحبا بالعالم"])
def test_what_reads_leftward_stands_on_the_right(title):
    if drawable(title)[1]:
        pytest.skip("no font for it")
    assert np.nonzero(lettered(title))[1].min() > 100
    assert np.nonzero(lettered(title))[1].max() < 0.93 * 320


def test_each_writing_has_its_font(monkeypatch):
    """A title is whole also where no font has all of it."""
    real = typeset.font

    def one_script(text, size):
        if len({unicodedata.name(sign).split()[0] for sign in text if sign.isalpha()}) > 1:
            raise MediaError("no font")
        return real(text, size)

    monkeypatch.setattr(typeset, "font", one_script)
    title = "Größe мир Καλημέρα"
    assert drawable(title) == (title, "")
    lettering = Lettering([title])
    assert lettering.lacks(title) == "" and "□" not in "".join(part for part, _ in lettering.runs(title, 20))
    assert lettered(title).sum() > lettered("Größe").sum()


def test_signs_without_a_font_are_left_out(monkeypatch):
    real = typeset.font

    def poor(text, size):
        if set("港静") & set(text):
            raise MediaError("no font")
        return real(text, size)

    monkeypatch.setattr(typeset, "font", poor)
    said = []
    picture = card("Harbour 港", "", SMALL, Context(reporter=Listener(said)))
    assert picture.size == (320, 180) and "港" in said[0]
    assert drawable("Harbour 港") == ("Harbour", "港") and drawable("港静") == ("", "港静")
    card("港静", "", SMALL, Context(reporter=Listener(said)))  # without a title


def test_pictograms_are_left_out_and_that_is_said():
    said = []
    assert told("Goal ⚽", said.append) == "Goal" and "⚽" in said[0]
    assert told("", said.append) == told(" — ", said.append) == "" and len(said) == 1


@pytest.mark.parametrize("text", ["", " \n ", "…\n—"])
def test_nothing_to_show(text, tmp_path):
    (tmp_path / "clip.txt").write_text(text)
    with pytest.raises(ScriptError, match="is empty"):
        Cards().run([tmp_path / "clip.txt"], tmp_path / "clip.png", SMALL, Context())
    assert not (tmp_path / "clip.png").exists()


def test_a_description_without_a_title(tmp_path):
    (tmp_path / "clip.txt").write_text("\nthe sea\n")
    assert read_description(tmp_path / "clip.txt") == ("", "the sea", "")
    Cards().run([tmp_path / "clip.txt"], tmp_path / "clip.png", SMALL, Context())


def test_a_description_says_what_film_it_is_of(tmp_path):
    clip, path = Clip(title="The striker", visual="shoots"), tmp_path / "clip.txt"
    path.write_text(description_of(clip, "Robots'\n football " + "a" * 5000))
    title, visual, film = read_description(path)
    assert (title, visual, film[:18]) == ("The striker", "shoots", "Robots' football a") and len(film) == 1000
    assert description_of(clip) == "The striker\nshoots\n"


@pytest.mark.parametrize("text", ["Film: a title", "A\nFilm: first\nthe sea", "A\nthe film: a dog"])
def test_only_a_last_line_is_of_the_film(text, tmp_path):
    (tmp_path / "clip.txt").write_text(text)
    assert read_description(tmp_path / "clip.txt").film == ""


@pytest.mark.parametrize(
    "changes", [{"width": 0}, {"height": -5}, {"width": 100_000}, {"theme": "dsuk"}, {"scenery": "lihgthouse"}]
)
def test_options_that_make_no_sense(changes):
    with pytest.raises(ConfigError, match="choose"):
        card("A", "", CardsOptions(**changes))


def test_nobody_draws_but_through_the_entry_point():
    package = Path(voicekit.__file__).parent
    rooms = ("drawing", "figures", "scenery", "vocabulary")
    inside = [package / "film" / room for room in rooms]
    names = [f"film.{room}" for room in rooms]
    users = [path for path in package.rglob("*.py") if any(name in path.read_text(encoding="utf-8") for name in names)]
    assert users and all(any(path.is_relative_to(room) for room in inside) for path in users)


def changed(one, other):
    """The rows and columns, as shares, of what differs between two pictures."""
    rows, columns = np.nonzero(np.abs(pixels(one) - pixels(other)).sum(-1) > 90)
    return rows / one.height, columns / one.width


@pytest.mark.parametrize("size", [(320, 180), (180, 320)])
@pytest.mark.parametrize(
    "figures",
    [
        (Mention("robot", 7), "walk"),
        (Mention("goalkeeper"), Mention("goal"), "save"),
        (Mention("turbine", 3), ""),
        (Mention("man"), Mention("trophy", 1, "golden"), "hold"),
        (Mention("car"), "sit"),
    ],
)
def test_figures_keep_from_the_edges_so_that_a_pan_does_not_cut_them(figures, size):
    *named, posture = figures
    bare, there = (drawn(Scene("hills", "summer", shown, "", posture), *size, Dice("A")) for shown in ((), tuple(named)))
    rows, columns = changed(bare, there)
    assert np.percentile(rows, 1) > 0.06 and np.percentile(rows, 99) < 0.93
    assert columns.min() > 0.06 and columns.max() < 0.94


@pytest.mark.parametrize("who", ["man", "robot", "child"])
def test_what_is_lifted_is_above_who_lifts_it(who):
    scenes = [
        Scene("hills", "summer", (Mention(who), Mention("trophy", 1, "golden")), "", posture)
        for posture in ("hold", "stand")
    ]
    lifted, beside = (pixels(drawn(one, 320, 180, Dice("A"))) for one in scenes)
    gold = [(one[..., 0] - one[..., 2] > 90).nonzero()[0] for one in (lifted, beside)]
    assert gold[0].size > 20 and np.median(gold[0]) < 90 < np.median(gold[1])


@pytest.mark.parametrize("scenery", ["mars", "mars_stadium"])
def test_night_is_dark_also_on_mars(scenery):
    night, day = (pixels(drawn(Scene(scenery, "mars", (), falls), 160, 90, Dice("A")))[:30] for falls in ("stars", ""))
    assert night.mean() < 0.6 * day.mean() and night[..., 2].mean() > night[..., 0].mean()


@pytest.mark.parametrize("falls", ["stars", "rain", "snow", "sparks"])
def test_what_is_told_of_the_weather_is_drawn(falls):
    for scenery in SCENERIES:
        scene = Scene(scenery, "dusk", (), falls)
        there, bare = (pixels(drawn(replace(scene, weather=one), 160, 90, Dice("A"))) for one in (falls, ""))
        told_of_it = scene.told != replace(scene, weather="").told
        always = falls == "stars" and scenery in ("space", "moon")
        seen = (np.abs(there - bare).sum(-1) > 20).sum() >= 10
        assert told_of_it == (seen or always), scenery
