"""A film from a brief, in pictures the size of stamps."""

from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
import pytest
from click.testing import CliRunner
from clips import FakeVoice
from listener import Listener
from PIL import Image

from voicekit.cli.produce import command
from voicekit.cli.stages import command as stages_command
from voicekit.core import plugins
from voicekit.core.errors import ConfigError, MediaError, PluginError, ScriptError, VoicekitError
from voicekit.core.files import alone
from voicekit.film.pipeline.produce import Production
from voicekit.film.pipeline.settings import ProductionSettings
from voicekit.film.stage import Stage
from voicekit.media import load_audio
from voicekit.media.film import read_pictures, write_film
from voicekit.media.write import write_sound
from voicekit.narration.job import NarrationOptions
from voicekit.speech import voices
from voicekit.text.script.script import parse

BRIEF = "One two three four. Five six seven.\n\nEight nine ten eleven twelve.\n"
BOARD = """\
## Clip 1: The gate (2 seconds)
- **Visual:** an iron gate, slow zoom in
- **Narration:** One two.

## Clip 2: The yard (1.5 seconds)
- **Visual:** an empty yard

## Clip 3: The door (2 seconds)
- **Visual:** a red door, pan left
- **Narration:** Three four.
"""
SMALL = {"width": 112, "height": 64, "fps": 12.5}


@pytest.fixture
def desk(tmp_path, monkeypatch):
    (tmp_path / "brief.txt").write_text(BRIEF, encoding="utf-8")
    (tmp_path / "board.md").write_text(BOARD, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VOICEKIT_CACHE", str(tmp_path / "cache"))
    return tmp_path


def production(desk, source="board.md", notes=None, **how):
    options = NarrationOptions(subtitles="soft", chapters=True, verify=False)
    settings = ProductionSettings(**SMALL | how)
    return Production(desk / source, desk / "film.mp4", settings, FakeVoice(), options, "cpu", Listener(notes))


def test_a_storyboard_becomes_a_film(desk):
    outcome = production(desk).run()
    assert [clip.end_s for clip in outcome.clips] == pytest.approx([2.0, 3.52, 5.52])
    assert outcome.cues[0].end_s <= 2.0 and outcome.cues[1].start_s >= 3.5
    beside = {path.name for path in desk.iterdir() if path.is_file()}
    assert {f"film.{end}" for end in ("mp4", "srt", "vtt", "ass", "report.json", "report.html", "sheet.png")} <= beside
    with av.open(str(desk / "film.mp4")) as film:
        assert film.streams.video[0].frames == 69 and [c["metadata"]["title"] for c in film.chapters()][1] == "The yard"
    assert (desk / "board.md").read_text(encoding="utf-8") == BOARD
    assert [c.duration_s for c in parse((desk / "film/storyboard.md").read_text()).clips] == [2.0, 1.52, 2.0]


def test_a_brief_becomes_a_film_as_long_as_its_voice_needs(desk):
    outcome = production(desk, "brief.txt").run()
    assert len(outcome.clips) >= 2 and not any(cue.overrun_s for cue in outcome.cues)
    spoken = " ".join(cue.text for cue in outcome.cues)
    assert spoken.split() == BRIEF.split()


def test_only_what_changed_is_made_again(desk):
    production(desk).run()
    before = {path: path.stat().st_mtime_ns for path in (desk / "film/made").iterdir()}
    (desk / "board.md").write_text(BOARD.replace("an empty yard", "a garden, tilt up"), encoding="utf-8")
    plan = {one.what: one.state for one in production(desk).plan()}
    assert plan["clip 1: The gate"] == plan["clip 3: The door"] == "there already"
    assert plan["clip 2: The yard"] == plan["film"] == "to be made"
    assert plan["narrated film"] == "2 of 2 lines are spoken already"
    production(desk).run()
    after = {path: path.stat().st_mtime_ns for path in (desk / "film/made").iterdir()}
    assert before.items() <= after.items()
    assert sorted(path.name.split("-")[0] for path in after.keys() - before.keys()) == ["camera", "cards", "cut"]


def test_ones_own_pictures_come_first(desk):
    (desk / "pictures").mkdir()
    Image.new("RGB", (200, 120), (10, 200, 30)).save(desk / "pictures/2 yard.png")
    told = []
    production(desk, notes=told, pictures=desk / "pictures").run()
    assert len(list((desk / "film/made").glob("cards-*"))) == 2
    with av.open(str(desk / "film.mp4")) as film:
        frames = [f.to_ndarray(format="rgb24").mean((0, 1)) for f in film.decode(video=0)]
    green = [i for i, colour in enumerate(frames) if colour[1] > 150 and colour[0] < 60]
    assert green == list(range(25, 44))
    assert any("clips 1, 3" in line for line in told)


def test_a_folder_of_pictures_with_a_script(desk):
    folder = desk / "mine"
    folder.mkdir()
    (folder / "storyboard.md").write_text(BOARD)
    for number in (1, 2, 3):
        Image.new("RGB", (112, 64), (80 * number, 0, 0)).save(folder / f"{number}.jpg")
    production(desk, "mine").run()
    assert not list((desk / "film/made").glob("cards-*"))
    (folder / "storyboard.md").unlink()
    with pytest.raises(ScriptError, match=r"mine holds no storyboard\.md or script\.md"):
        production(desk, "mine")


def test_takes_to_pick_from(desk):
    told = []
    production(desk, notes=told, takes=2).run()
    first = (desk / "film.mp4").read_bytes()
    assert (desk / "film.takes.png").exists() and any("--pick" in line for line in told)
    assert len(list((desk / "film/made").glob("cards-*"))) == 6
    production(desk, takes=2, picks={1: 2}).run()
    assert (desk / "film.mp4").read_bytes() != first


class Moody(Stage):
    """A stranger's stage that cannot do doors."""

    name, kind, takes, gives = "moody", "stills", (".txt",), ".png"

    def run(self, inputs, out, options, context):
        if "door" in inputs[0].read_text():
            raise RuntimeError("no doors today")
        Image.fromarray(np.full((64, 112, 3), 90, np.uint8)).save(out)


def test_a_stage_that_fails_is_named_with_its_clip_and_the_rest_is_kept(desk, monkeypatch):
    names, load = plugins.names, plugins.load
    monkeypatch.setattr(plugins, "names", lambda kind: [*names(kind), "moody"])
    monkeypatch.setattr(plugins, "load", lambda kind, name: Moody if name == "moody" else load(kind, name))
    with pytest.raises(PluginError, match=r"clip 3: the stage 'moody' failed: RuntimeError: no doors.*the other"):
        production(desk, stills="moody").run()
    assert len(list((desk / "film/made").glob("camera-*"))) == 2 and not (desk / "film.mp4").exists()


@pytest.mark.parametrize(
    ("how", "error", "message"),
    [
        ({"stills": "crads"}, PluginError, "no stage 'crads'; did you mean cards"),
        ({"stills": "camera"}, PluginError, "'camera' is one for animate, not for stills"),
        ({"options": {"camera": {"sconds": "3"}}}, ConfigError, "unknown key 'sconds'; did you mean 'seconds'"),
        ({"options": {"filters": {"sharpen": "1"}}}, ConfigError, "stage 'filters', which this film does not use"),
        ({"beats": True}, ConfigError, "only where there is music"),
        ({"takes": 0}, ConfigError, "1 to 16 takes"),
        ({"takes": 2, "picks": {1: 3}}, ConfigError, "take 3 of clip 1 is picked, but --takes is 2"),
        ({"music": Path("none.mp3")}, MediaError, "none.mp3 does not exist"),
    ],
)
def test_what_cannot_be_is_told_before_anything_is_made(desk, how, error, message):
    with pytest.raises(error, match=message):
        production(desk, **how)
    assert not (desk / "film").exists()


@pytest.mark.parametrize(("text", "message"), [("", "is empty"), (" \n", "is empty")])
def test_an_empty_brief(desk, text, message):
    (desk / "brief.txt").write_text(text)
    with pytest.raises(ScriptError, match=message):
        production(desk, "brief.txt")


def test_the_command(desk, monkeypatch):
    monkeypatch.setattr(voices, "find_voice", lambda name=None, **_: voices.Voice("fake", desk, "fake", "en", {}))
    monkeypatch.setattr(voices, "load_engine", lambda voice, device="auto": FakeVoice())
    plan = CliRunner().invoke(command, ["board.md", "-o", "film.mp4", "--size", "112x64", "--fps", "12.5", "--dry-run"])
    assert plan.exit_code == 0 and "clip 3: The door" in plan.output and not (desk / "film.mp4").exists()
    for arguments, message in [
        (["board.md", "--size", "95x64"], "two even numbers"),
        (["board.md", "--pick", "x"], "CLIP=TAKE"),
        (["board.md", "--set", "amount=1"], "STAGE.KEY=VALUE"),
    ]:
        assert message in CliRunner().invoke(command, arguments).output
    assert "none.txt does not exist" in str(CliRunner().invoke(command, ["none.txt"]).exception)


def test_the_stages_that_there_are(monkeypatch):
    listed = CliRunner().invoke(stages_command)
    assert listed.exit_code == 0 and all(name in listed.output for name in ("split", "cards", "camera", "cut", "filters"))
    monkeypatch.setenv("OPENAI_BASE_URL", "http://me:secret@localhost:1/v1")
    one = CliRunner().invoke(stages_command, ["chat"])
    assert "--set temperature=0.7  0 to 2" in one.output and "secret" not in one.output
    assert "did you mean camera?" in str(CliRunner().invoke(stages_command, ["camra"]).exception)


def test_another_model_is_other_work(desk, monkeypatch):
    """What one model wrote is not taken for what another one would write, whether an option or the environment names it."""
    keys = []
    for model in ("one", "two"):
        monkeypatch.setenv("VOICEKIT_CHAT_MODEL", model)
        keys.append(ProductionSettings("chat").stage_run("storyboard", [desk / "brief.txt"]).key)
    named = ProductionSettings("chat", options={"chat": {"model": "one"}}).stage_run("storyboard", [desk / "brief.txt"]).key
    assert keys[0] != keys[1] and keys[0] == named


LONG = "a kite, " * 60


def test_a_long_description(desk):
    (desk / "board.md").write_text(BOARD.replace("an iron gate", LONG), encoding="utf-8")
    assert len(production(desk).run().clips) == 3


class Greedy(Stage):
    """Does what no stage may."""

    name, kind, takes, gives = "greedy", "enhance", (".mp4",), ".mp4"

    def __init__(self, fault=""):
        self.fault = fault

    def run(self, inputs, out, options, context):
        if self.fault == "deletes":
            out.write_bytes(inputs[0].read_bytes())
            inputs[0].unlink()
        if self.fault == "misses":
            raise FileNotFoundError(2, "No such file or directory", "weights.bin")
        if self.fault == "shortens":
            pictures = [picture.pixels for picture in read_pictures(inputs[0])]
            write_film(out, pictures[: len(pictures) // 2], 12.5)


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ("deletes", "'greedy' changed its input"),
        ("misses", "'greedy' failed: FileNotFoundError.*weights.bin"),
        ("shortens", r"'greedy' made 2.7 s of picture instead of 5.5 s"),
    ],
)
def test_what_a_stage_may_not_do_is_told_with_its_name(desk, monkeypatch, fault, message):
    names, load = plugins.names, plugins.load
    monkeypatch.setattr(plugins, "names", lambda kind: [*names(kind), "greedy"])
    stages = {"greedy": lambda: Greedy(fault)}
    monkeypatch.setattr(plugins, "load", lambda kind, name: stages.get(name) or load(kind, name))
    with pytest.raises(PluginError, match=message):
        production(desk, enhance="greedy").run()
    assert not (desk / "film.mp4").exists()


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"options": {"cards": {"scenery": "mooon"}}}, "there is no scenery 'mooon'"),
        ({"options": {"split": {"seconds": "nan"}}}, "'seconds' is a number, not nan"),
        ({"options": {"camera": {"amount": "-1"}}}, "'amount' must be 0 to 3"),
        ({"storyboard": "chat", "options": {"chat": {"retries": "99"}}}, "retries from 0 to 20"),
        ({"stills": "images", "options": {"images": {"size": "large"}}}, "'large' is not a picture's size"),
        ({"stills": "diffusers-stills", "width": 854, "height": 480}, "width 854 does not suit"),
    ],
)
def test_settings_are_checked_before_any_work(desk, settings, message):
    with pytest.raises(ConfigError, match=message):
        production(desk, **settings)
    assert not (desk / "film").exists()


@pytest.mark.parametrize("wrong", [{"Options": None}, {"takes": ".mp4"}, {"kind": "sound"}, {"run": None}])
def test_what_is_no_stage_is_told(monkeypatch, wrong):
    monkeypatch.setattr(plugins, "names", lambda kind: ["greedy"])
    monkeypatch.setattr(plugins, "load", lambda kind, name: type("Other", (Greedy,), wrong))
    with pytest.raises(PluginError, match="'greedy' is not a stage"):
        ProductionSettings(enhance="greedy").stage_run("enhance", [])


def test_the_music_is_never_the_film(desk):
    write_film(desk / "film.mp4", [np.zeros((32, 32, 3), np.uint8)] * 5, 5, [np.zeros((2, 48000), np.float32)], 48000)
    before = (desk / "film.mp4").read_bytes()
    with pytest.raises(ConfigError, match=r"film.mp4.* is what the film is made of"):
        production(desk, music=desk / "film.mp4")
    assert (desk / "film.mp4").read_bytes() == before


def test_a_model_that_is_not_there_is_asked_twice_and_told_once(desk, monkeypatch):
    asked = []

    class Away(Greedy):
        name, kind, takes, gives = "away", "stills", (".txt",), ".png"

        def run(self, inputs, out, options, context):
            asked.append(inputs)
            context.note("asks a model far away")
            raise PluginError("nothing answers")

    names, load = plugins.names, plugins.load
    monkeypatch.setattr(plugins, "names", lambda kind: [*names(kind), "away"])
    monkeypatch.setattr(plugins, "load", lambda kind, name: Away if name == "away" else load(kind, name))
    said = []
    with pytest.raises(PluginError, match=r"clip 1 \(and 2\): nothing answers"):
        production(desk, stills="away", notes=said).run()
    assert len(asked) == 2 and said == ["asks a model far away"]


def test_pictures_that_cost_money_stay_when_a_clip_is_put_in_front(desk, monkeypatch):
    class Costly(Greedy):
        name, kind, takes, gives = "costly", "stills", (".txt",), ".png"

        def run(self, inputs, out, options, context):
            asked.append(inputs[0].read_text().splitlines()[0])
            Image.new("RGB", (64, 64), (context.seed, 0, 0)).save(out)

    names, load, asked = plugins.names, plugins.load, []
    monkeypatch.setattr(plugins, "names", lambda kind: [*names(kind), "costly"])
    monkeypatch.setattr(plugins, "load", lambda kind, name: Costly if name == "costly" else load(kind, name))
    production(desk, stills="costly").run()
    first = "## Clip 0: The sea (1 second)\n- **Visual:** waves\n\n"
    (desk / "board.md").write_text(first + BOARD, encoding="utf-8")
    production(desk, stills="costly").run()
    assert asked == ["The gate", "The yard", "The door", "The sea"]


def test_a_stage_says_itself_that_it_carries_the_title(desk, monkeypatch):
    """A stranger's card is treated as ours: the camera sets its title, and each clip gets a card of its own."""

    @dataclass(frozen=True)
    class Options:
        title: bool = True

    class Plates(Greedy):
        name, kind, takes, gives, carries_title = "plates", "stills", (".txt",), ".png", True

        def run(self, inputs, out, options, context):
            asked.append((context.seed, options.title))
            Image.new("RGB", (64, 64), (0, 0, 90)).save(out)

    Plates.Options = Options
    names, load, asked = plugins.names, plugins.load, []
    monkeypatch.setattr(plugins, "names", lambda kind: [*names(kind), "plates"])
    monkeypatch.setattr(plugins, "load", lambda kind, name: Plates if name == "plates" else load(kind, name))
    made = production(desk, stills="plates")
    made.run()
    assert asked == [(100, False), (200, False), (300, False)]
    work = made.work(made.board())
    camera = work.clip_run(work.plans[0], desk / "board.md").options
    assert camera.title == "The gate" and camera.amount < 1


def test_two_runs_at_once(desk):
    with alone(desk / "film"), pytest.raises(VoicekitError, match="another run"):
        production(desk).run()


def test_a_bed_of_our_own(desk):
    production(desk, music=Path("bed"), beats=True).run()
    heard = load_audio(desk / "film.mp4", 48000)[0]
    assert np.sqrt(np.mean(heard[-48000 // 2 :] ** 2)) > 1e-3  # nobody speaks there
    assert list((desk / "film/made").glob("music-*.flac"))


def test_beats_where_there_are_none(desk):
    noise = np.random.default_rng(0).normal(0, 0.1, (1, 8 * 48000)).astype(np.float32)
    write_sound(desk / "noise.wav", [noise], 48000)
    said = []
    production(desk, notes=said, music=desk / "noise.wav", beats=True).plan()
    assert any("no beats" in line for line in said)


def test_what_a_person_edits_is_used_and_kept(desk):
    production(desk, "brief.txt").run()
    board = desk / "film/storyboard.md"
    edited = board.read_text(encoding="utf-8").replace("## Clip 1: ", "## Clip 1: My own ")
    board.write_text(edited, encoding="utf-8")
    for _ in range(2):
        said = []
        outcome = production(desk, "brief.txt", said).run()
        assert outcome.clips[0].title.startswith("My own ") and board.read_text(encoding="utf-8") == edited
        assert any("storyboard.md was edited, and is used" in line for line in said)
    (desk / "other.txt").write_text("Another story altogether.", encoding="utf-8")
    with pytest.raises(ConfigError, match="edited since; choose another name"):
        production(desk, "other.txt")
    board.unlink()
    assert not production(desk, "brief.txt").run().clips[0].title.startswith("My own ")


def test_a_storyboard_that_nobody_edited_follows_its_brief(desk):
    production(desk, "brief.txt").run()
    (desk / "brief.txt").write_text("Thirteen fourteen fifteen.", encoding="utf-8")
    assert [cue.text for cue in production(desk, "brief.txt").run().cues] == ["Thirteen fourteen fifteen."]


def test_the_storyboard_of_the_films_own_folder_stays_as_it_is(desk):
    production(desk, "board.md").run()
    board = desk / "film/storyboard.md"
    board.write_text(
        "## Clip 1: Gate (2s)\n- **Narration:** One.\n## Clip 2: Yard\n- **Narration:** Two.\n", encoding="utf-8"
    )
    before = board.read_bytes()
    assert len(production(desk, "film/storyboard.md").run().clips) == 2 and board.read_bytes() == before


def test_a_film_is_never_made_in_the_folder_of_the_pictures(desk):
    (desk / "film").mkdir()
    (desk / "film/script.txt").write_text(BRIEF, encoding="utf-8")
    with pytest.raises(ConfigError, match="is your own"):
        production(desk, "film")


def test_a_stage_that_cannot_be_made_hides_no_other(monkeypatch):
    def broken():
        raise ValueError("cannot start")

    names, load = plugins.names, plugins.load
    monkeypatch.setattr(plugins, "names", lambda kind: [*names(kind), "broken"])
    monkeypatch.setattr(plugins, "load", lambda kind, name: broken if name == "broken" else load(kind, name))
    listed = CliRunner().invoke(stages_command)
    assert listed.exit_code == 0 and "camera" in listed.output and "ValueError: cannot start" in listed.output


class SlowVoice(FakeVoice):
    """Another voice, which needs twice the time."""

    fingerprint = "slow"
    WORD_S = 0.6


def in_voice(desk, voice, source, notes):
    options = NarrationOptions(subtitles="soft", chapters=True, verify=False, overrun="film")
    film = Production(desk / source, desk / "film.mp4", ProductionSettings(**SMALL), voice, options, "cpu", Listener(notes))
    return film.board()


MIXED = """\
## Clip 1: Gate (3s)
- **Narration:** One two three four.

## Clip 2: Yard
- **Narration:** Five six seven eight nine.
"""


def test_another_voice_is_told_of_where_a_storyboard_becomes_as_long_as_it_needs(desk):
    (desk / "mixed.md").write_text(MIXED.replace(" (3s)", ""))
    told = []
    first = [scene.clip.duration_s for scene in in_voice(desk, FakeVoice(), "mixed.md", told).scenes]
    in_voice(desk, FakeVoice(), "mixed.md", told)
    assert not told
    other = [scene.clip.duration_s for scene in in_voice(desk, SlowVoice(), "mixed.md", told).scenes]
    assert all(new > old for old, new in zip(first, other, strict=True)) and len(told) == 1
    assert "storyboard.md was written for another voice or lexicon; its clips are now as long as this one" in told[0]


@pytest.mark.parametrize("source", ["mixed.md", "film/storyboard.md"])
def test_another_voice_leaves_what_a_person_edited(desk, source):
    (desk / "mixed.md").write_text(MIXED)
    first = in_voice(desk, FakeVoice(), "mixed.md", [])
    assert first.scenes[0].clip.duration_s == pytest.approx(3, abs=0.1)
    shown = desk / "film/storyboard.md"
    edited = shown.read_text().replace("Yard", "My yard")
    shown.write_text(edited)
    told = []
    same = in_voice(desk, FakeVoice(), source, told)
    assert [s.clip.duration_s for s in same.scenes] == [s.clip.duration_s for s in first.scenes]
    assert not any("another voice" in line for line in told)
    for _ in range(2):
        told = []
        other = in_voice(desk, SlowVoice(), source, told)
        assert other.scenes[0].clip.duration_s == first.scenes[0].clip.duration_s  # a person said so
        assert other.scenes[1].clip.duration_s > first.scenes[1].clip.duration_s + 1
        assert any("1 of its 2 clips are as long as this one needs; what you edited stays" in line for line in told)
        assert shown.read_text() == edited
    shown.write_text(edited.replace("My yard (", "My yard (1"))  # now a person said how long that one is, too
    mine = in_voice(desk, SlowVoice(), source, told := [])
    assert mine.scenes[1].clip.duration_s > 10 and not any("another voice" in line for line in told)


def test_only_speaks_cues_anew_and_makes_no_picture_again(desk):
    production(desk).run()
    made = {path: path.stat().st_mtime_ns for path in (desk / "film/made").iterdir()}

    def only(*numbers):
        options = NarrationOptions(subtitles="soft", chapters=True, verify=False, only=frozenset(numbers))
        return Production(
            desk / "board.md", desk / "film.mp4", ProductionSettings(**SMALL), FakeVoice(), options, "cpu"
        ).run()

    assert [cue.was_cached for cue in only(2).cues] == [True, False]
    assert made == {path: path.stat().st_mtime_ns for path in (desk / "film/made").iterdir()}
    before = (desk / "film.mp4").read_bytes()
    with pytest.raises(ConfigError, match="has no cue 3, only 2 cues"):
        only(3)
    assert (desk / "film.mp4").read_bytes() == before
