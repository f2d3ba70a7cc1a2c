"""Several voices, as a person meets them at the command line."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from clips import make_clip
from troupe import gather

from voicekit.cli.narrate import command as narrate
from voicekit.cli.produce import command as produce
from voicekit.cli.say import command as say
from voicekit.cli.script import command as script

SCRIPT = "[00:01] It is cold.\n\n[00:03] ANNA: Who is there?\n\n[00:05] BEN: I.\n"
CAST = '[anna]\nvoice = "anna"\n[ben]\nvoice = "ben"\npace = 0.9\n[narrator]\nvoice = "me"\n'


@pytest.fixture
def desk(tmp_path, monkeypatch):
    troupe = gather(tmp_path, monkeypatch)
    monkeypatch.setenv("VOICEKIT_CACHE", str(tmp_path / "cache"))
    (tmp_path / "script.txt").write_text(SCRIPT, encoding="utf-8")
    (tmp_path / "cast.toml").write_text(CAST, encoding="utf-8")
    return troupe


def run(command, *arguments: str):
    return CliRunner().invoke(command, arguments, catch_exceptions=False)


def test_a_cast_is_written_listed_and_never_written_over(desk):
    result = run(script, "cast", "script.txt", "--voice", "me", "-o", "mine.toml")
    assert "ANNA" in result.stdout and "me, the narrator's voice" in result.stdout
    assert '[ANNA]  # 1 line, 3 words, first in line 3\n# voice = "…"' in Path("mine.toml").read_text(encoding="utf-8")
    assert not desk.loaded, "nothing is spoken"
    with pytest.raises(Exception, match=r"mine.toml is there already"):
        run(script, "cast", "script.txt", "-o", "mine.toml")
    listed = json.loads(run(script, "cast", "script.txt", "--cast", "cast.toml", "--json").stdout)["speakers"]
    assert [(one["name"], one["spoken_by"]) for one in listed] == [
        ("", "me, the narrator's voice"),
        ("ANNA", "anna"),
        ("BEN", "ben, pace 0.9"),
    ]


def test_a_film_remembers_its_cast_and_whose_voice_narrates(desk):
    make_clip(Path("clip.mp4"), 7.0)
    first = run(
        narrate, "script.txt", "--video", "clip.mp4", "-o", "film.mp4", "--cast", "cast.toml", "--no-verify", "--names"
    )
    assert "who" in first.stdout and "ANNA" in first.stdout and "in the voice 'me'" in first.stdout
    project = Path("project.toml").read_text(encoding="utf-8")
    assert 'cast = "cast.toml"' in project and "names = true" in project and "voice =" not in project
    again = run(narrate, "script.txt", "--video", "clip.mp4", "-o", "film.mp4")
    assert "0 of 3 cues newly spoken" in again.stdout
    assert "ANNA: Who is there?" in Path("film.srt").read_text(encoding="utf-8")


def test_check_tells_who_speaks(desk):
    make_clip(Path("clip.mp4"), 7.0)
    arguments = ("check", "script.txt", "--video", "clip.mp4", "--cast", "cast.toml", "--json")
    lines = json.loads(run(script, *arguments).stdout)["lines"]
    assert [one["speaker"] for one in lines] == ["", "ANNA", "BEN"]
    assert desk.names == ["me", "anna", "ben"]


def test_say_speaks_a_file_and_a_text_with_a_cast(desk):
    result = run(say, "--file", "script.txt", "--cast", "cast.toml", "-o", "x.wav")
    assert "in the voice 'me'" in result.output and desk.names == ["me", "anna", "ben"]
    run(say, "[voice: carl] Hello.", "--voice", "ben", "-o", "y.wav")
    assert desk.names[3:] == ["ben", "carl"]


@pytest.mark.parametrize("command", [say, narrate, produce, script])
def test_a_cast_that_is_wrong_is_told_before_anything_else(desk, command):
    Path("cast.toml").write_text("[anna]\npase = 1", encoding="utf-8")
    arguments = {
        say: ("--file", "script.txt", "-o", "x.wav"),
        narrate: ("script.txt", "--video", "nothing.mp4"),
        produce: ("script.txt",),
        script: ("cast", "script.txt"),
    }[command]
    with pytest.raises(Exception, match=r"cast.toml: \[anna\]: unknown key 'pase'; did you mean 'pace'"):
        run(command, *arguments, "--cast", "cast.toml")
    assert not desk.loaded


BOARD = """\
## Clip 1: The gate
- **Visual:** an iron gate
- **Voice:** anna
- **Narration:** One two. [voice: ben] Three four.

## Clip 2: The door (4 seconds)
- **Visual:** a red door
- **Narration:** Five six.
"""


def test_a_storyboard_is_produced_in_several_voices(desk):
    Path("board.md").write_text(BOARD, encoding="utf-8")
    small = ("--size", "112x64", "--fps", "12.5", "--no-verify")
    planned = run(produce, "board.md", "-o", "film.mp4", "--cast", "cast.toml", "--dry-run", *small)
    assert "0 of 3 lines are spoken already" in planned.stdout
    run(produce, "board.md", "-o", "film.mp4", "--cast", "cast.toml", *small)
    report = json.loads(Path("film.report.json").read_text(encoding="utf-8"))
    assert [(cue["speaker"], cue["voice"]) for cue in report["cues"]] == [("anna", "anna"), ("ben", "ben"), ("", "")]
    assert report["clips"][0]["end_s"] > report["cues"][1]["end_s"], "the clip is as long as both need"
    assert sorted(set(desk.names)) == ["anna", "ben", "me"]
