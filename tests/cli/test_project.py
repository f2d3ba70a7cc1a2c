"""project.toml: what a film was made with is known at its next run."""

import os
import shutil
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner
from clips import FakeVoice, make_clip, make_sound

from voicekit.cli import produce
from voicekit.cli.narrate import command
from voicekit.cli.project import Project, _edited
from voicekit.core.errors import ConfigError
from voicekit.core.reporter import Reporter
from voicekit.speech import voices

BASE = ["script.txt", "--video", "clip.mp4"]


class Told(Reporter):
    def __init__(self):
        self.lines = []

    def note(self, line):
        self.lines.append(line)


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """A folder with a clip, a script, and the voices "old" and "new", which sound alike."""
    (tmp_path / "script.txt").write_text("One two.", encoding="utf-8")
    make_clip(tmp_path / "clip.mp4", 2.0, make_sound(2.0))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VOICEKIT_CACHE", str(tmp_path / "cache"))
    add_voice(tmp_path / "voices", "old", 1000)
    monkeypatch.setattr(voices, "load_engine", lambda voice, device="auto": FakeVoice())
    return tmp_path


def add_voice(folder: Path, name: str, at_s: float):
    (folder / name).mkdir(parents=True)
    about = folder / name / "voice.toml"
    about.write_text('format = 4\nengine = "fake"\nlanguage = "en-us"\n[origin]\n', encoding="utf-8")
    os.utime(about, (at_s, at_s))


@pytest.fixture(autouse=True)
def _any_voice(monkeypatch):
    monkeypatch.setattr(voices, "read_voice_toml", lambda folder: tomllib.loads((folder / "voice.toml").read_text()))


def settings(command, arguments: list[str], film: str) -> tuple[dict, list[str]]:
    """What the options of a command are, after what is remembered; and what is told of it."""
    told = Told()
    ctx = command.make_context("voicekit", list(arguments))
    with ctx:
        project = Project.of(Path(film), ctx)
        values = project.values(ctx, told)
        project.remember(voices.find_voice(values["voice"]), told)
    return values, told.lines


def film_of(name: str) -> dict:
    return tomllib.loads(Path("project.toml").read_text(encoding="utf-8"))["film"][name]


def test_a_film_is_made_again_as_it_was(desk):
    first = CliRunner().invoke(command, [*BASE, "--no-verify", "--for", "youtube", "--duck", "9"])
    assert first.exit_code == 0, first.output
    assert film_of("clip.narrated.mp4") == {"verify": False, "for": "youtube", "duck": 9.0, "voice": "old"}
    assert "remembered in project.toml: --duck 9, --for youtube, --no-verify, voice old" in first.output
    add_voice(desk / "voices", "new", 2e9)
    second = CliRunner().invoke(command, BASE)
    assert second.exit_code == 0, second.output
    assert "from project.toml: " in second.output and "voice old" in second.output and "remembered" not in second.output
    assert "-14.0 LUFS" in second.output and "0 of 1 cues newly spoken, " in second.output
    assert "'new' was trained since; --voice new" in second.output
    Path("project.toml").unlink()
    third = CliRunner().invoke(command, [*BASE, "--no-verify"])
    assert "'new'" in third.output and "-16.0 LUFS" in third.output


def test_the_command_line_goes_before_it_and_is_remembered(desk):
    settings(command, [*BASE, "--for", "youtube", "--chapters"], "film.mp4")
    values, told = settings(command, [*BASE, "--for", "film", "--no-chapters"], "film.mp4")
    assert values["preset"] == "film" and values["chapters"] is False
    assert told == [
        "from project.toml: voice old",
        "remembered in project.toml: --no-chapters (was true), --for film (was youtube)",
    ]
    values, _ = settings(command, BASE, "film.mp4")
    assert values["preset"] == "film" and values["chapters"] is False


def test_each_film_of_a_folder_has_its_own(desk):
    settings(command, [*BASE, "--for", "youtube"], "a.mp4")
    assert settings(command, BASE, "b.mp4")[0]["preset"] == "podcast"
    assert settings(command, BASE, "a.mp4")[0]["preset"] == "youtube"
    assert set(tomllib.loads(Path("project.toml").read_text())["film"]) == {"a.mp4", "b.mp4"}


def test_picks_and_options_of_stages_are_added_to_one_another(desk):
    chosen = ["b.txt", "--takes", "4", "--pick", "3=2", "--set", "camera.amount=0.5", "--size", "1920x1080"]
    settings(produce.command, chosen, "film.mp4")
    values, _ = settings(produce.command, ["b.txt", "--pick", "5=1", "--pick", "3=4", "--set", "cards.x=1"], "film.mp4")
    assert values["picked"] == ("3=4", "5=1") and values["settings"] == ("camera.amount=0.5", "cards.x=1")
    assert values["takes"] == 4 and values["size"] == "1920x1080"


def test_what_is_of_a_run_or_a_machine_is_not_remembered(desk):
    settings(command, [*BASE, "--only", "1", "--device", "cpu", "-o", "film.mp4"], "film.mp4")
    assert film_of("film.mp4") == {"voice": "old"}


def test_files_are_found_when_all_is_moved_and_nothing_tells_where_it_was(desk, monkeypatch):
    (desk / "a b").mkdir()
    shutil.copytree(desk / "voices", desk / "a b" / "more")
    for name in ("song.flac", "word.toml", "m.onnx"):
        (desk / "a b" / name).touch()
    options = ["--music", str(desk / "a b/song.flac"), "--lexicon", "a b/word.toml", "--set", "onnx.model=a b/m.onnx"]
    settings(produce.command, ["b.txt", *options, "--voice", "a b/more/old"], "a b/film.mp4")
    text = Path("a b/project.toml").read_text()
    assert str(desk) not in text and desk.name not in text
    moved = desk.parent / "moved" / "deep"
    shutil.copytree(desk / "a b", moved)
    shutil.rmtree(desk / "a b")
    monkeypatch.chdir(moved.parent)
    values, _ = settings(produce.command, ["b.txt"], "deep/film.mp4")
    assert values["music"] == Path("deep/song.flac") and values["lexicon"] == Path("deep/word.toml")
    assert values["settings"] == ("onnx.model=deep/m.onnx",) and Path(values["voice"]) == Path("deep/more/old")


def test_a_file_outside(desk, tmp_path_factory):
    """One that was named in full stays as it was given; one that was named from here is found from here."""
    away = tmp_path_factory.mktemp("away") / "song.flac"
    away.touch()
    settings(produce.command, ["b.txt", "--music", str(away)], "films/a.mp4")
    assert settings(produce.command, ["b.txt"], "films/a.mp4")[0]["music"] == away
    Path("near.flac").touch()
    settings(produce.command, ["b.txt", "--music", "near.flac"], "films/b.mp4")
    assert '"../near.flac"' in Path("films/project.toml").read_text()
    assert settings(produce.command, ["b.txt"], "films/b.mp4")[0]["music"].samefile("near.flac")
    (desk / "bed").mkdir()
    settings(produce.command, ["b.txt", "--music", "bed"], "films/c.mp4")
    assert settings(produce.command, ["b.txt"], "films/c.mp4")[0]["music"] == Path("bed")


MINE = """\
# mine
[film."other.mp4"]  # the other
for = "ebu"

[film.'film.mp4']
# quiet
for = "film" # loud?
keep = "none"

[film.third]
set = [
  "a.b=1",
  "[c.d]=2",
]
"""


def test_what_a_person_writes_into_it_stays(desk):
    Path("project.toml").write_text(MINE)
    settings(command, [*BASE, "--for", "youtube"], "film.mp4")
    expected = MINE.replace('for = "film" # loud?', 'for = "youtube"').replace('"none"\n', '"none"\nvoice = "old"\n')
    assert Path("project.toml").read_text() == expected


def test_a_form_that_cannot_be_changed_line_by_line_is_written_anew(desk):
    Path("project.toml").write_text('film = {"a.mp4" = {for = "ebu"}}  # mine\n')
    _, told = settings(command, [*BASE, "--for", "film"], "a.mp4")
    assert film_of("a.mp4") == {"for": "film", "voice": "old"} and any("without its comments" in line for line in told)


@pytest.mark.parametrize(
    "name", ['a "b".mp4', "ä\\n.mp4", "a]b.mp4", "[x].mp4", "a.b.c.mp4", "#.mp4", "tab\t.mp4", "del\x7f.mp4"]
)
def test_any_name_of_a_film(desk, name):
    for preset in ("film", "ebu"):
        settings(command, [*BASE, "--for", preset], name)
        settings(command, BASE, "another.mp4")
    assert settings(command, BASE, name)[0]["preset"] == "ebu"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("voice = ", "is not valid TOML"),
        ("films = 2\n", "unknown key 'films'; did you mean 'film'?"),
        ("film = 3", "a film is a table"),
        ('[film]\n"film.mp4" = 1', "a film is a table"),
        ('[film."film.mp4"]\nvoise = "x"', "unknown key 'voise'; did you mean 'voice'?"),
        ('[film."film.mp4"]\nvoice = 3', "'voice' is text, not 3"),
        ('[film."film.mp4"]\nfor = ["x"]', "'for' is text"),
        ('[film."film.mp4"]\nkeep = "some"', "'some' is not one of 'all'"),
        ('[film."film.mp4"]\nduck = 900', "900"),
        ('[film."film.mp4"]\nduck = true', "'duck' is a number, not True"),
        ('[film."film.mp4"]\nduck = nan', "not a number"),
        ('[film."film.mp4"]\nchapters = "yes"', "'chapters' is true or false"),
        ('[film."film.mp4"]\nlexicon = 1', "'lexicon' is text"),
        ('[film."film.mp4"]\nvoice = "gone"', "the voice of this film is gone: there is no voice 'gone'"),
        ('[film."film.mp4"]\nvoice = "a\\u001bb"', "signs that no text has"),
        ("a" + ".a" * 5000 + " = 1", "deep in each other"),
        ("x" * (1 << 21), "larger than"),
        ("film.a.b.c = " + "[" * 50_000, "not valid TOML"),
    ],
)
def test_a_damaged_or_hostile_one_is_told_in_a_line_and_nothing_is_done(desk, exit_code, capsys, text, message):
    Path("project.toml").write_text(text, encoding="utf-8")
    before = sorted(desk.rglob("*"))
    assert exit_code("narrate", *BASE, "-o", "film.mp4") == 1
    err = capsys.readouterr().err.splitlines()
    assert err[-1].startswith("voicekit: project.toml") and message in err[-1]
    assert len([line for line in err if line.startswith("voicekit:")]) == 1
    assert sorted(desk.rglob("*")) == before and Path("project.toml").read_text(encoding="utf-8") == text


def test_a_folder_of_that_name(desk):
    Path("project.toml").mkdir()
    with pytest.raises(ConfigError, match="is not a file"):
        settings(command, BASE, "film.mp4")


def test_values_are_of_the_command_that_has_them(desk):
    Path("project.toml").write_text('[film."film.mp4"]\nduck = 3\nbeats = true\nfps = 30\nsize = "640x360"\nmusic = "bed"\n')
    assert settings(command, BASE, "film.mp4")[0]["duck_db"] == 3
    values, _ = settings(produce.command, ["b.txt"], "film.mp4")
    assert (values["beats"], values["fps"], values["size"], values["music"]) == (True, 30, "640x360", Path("bed"))
    Path("project.toml").write_text('[film."film.mp4"]\nsize = "640"\n')
    with pytest.raises(ConfigError, match="'size': '640' is not a size"):
        settings(produce.command, ["b.txt"], "film.mp4")


def test_the_edited_text_has_what_is_wanted():
    for text in ("", "[film.a]", "[film.a]\nx = 1", '[film.a] # x\n\n\n[film.b]\nfor="x"', "# only\n"):
        written = tomllib.loads(_edited(text, "a", {"for": "y", "set": ["q=1"], "fps": 25.0, "beats": True}))
        assert written["film"]["a"] | {"x": 0} == {"for": "y", "set": ["q=1"], "fps": 25.0, "beats": True, "x": 0}
