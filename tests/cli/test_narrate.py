import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner
from clips import FakeVoice, make_clip, make_sound

import voicekit.cli
from voicekit.cli.narrate import command
from voicekit.speech import voices


@pytest.fixture
def desk(tmp_path, monkeypatch):
    (tmp_path / "script.txt").write_text("One.\n\n[00:02] Two, a little longer.\n")
    make_clip(tmp_path / "clip.mp4", 4.0, make_sound(4.0))
    (tmp_path / "folder.mp4").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VOICEKIT_CACHE", str(tmp_path / "cache"))
    voice = voices.Voice("fake", tmp_path, "fake", "en", {})
    monkeypatch.setattr(voices, "find_voice", lambda name=None, **_: voice)
    monkeypatch.setattr(voices, "load_engine", lambda voice, device="auto": FakeVoice())
    return tmp_path


def test_the_main_job(desk):
    result = CliRunner().invoke(command, ["script.txt", "--video", "clip.mp4"])
    assert result.exit_code == 0, result.output
    assert (desk / "clip.narrated.mp4").exists()
    assert "00:02" in result.output and "Two, a little longer." in result.output
    assert "clip.narrated.mp4: 4.0 s in the voice 'fake', 2 of 2 cues newly spoken, -16.0 LUFS" in result.output
    assert "0 of 2 cues newly spoken" in CliRunner().invoke(command, ["script.txt", "--video", "clip.mp4"]).output


def test_what_does_not_fit_is_said(desk):
    Path("script.txt").write_text("[00:01] One two three four five.\n\n[00:02] Six.")
    arguments = ["script.txt", "--video", "clip.mp4", "-o", "film.mkv"]
    assert "line 1, at 00:01, is 0.6 s too long" in str(CliRunner().invoke(command, arguments).exception)
    result = CliRunner().invoke(command, [*arguments, "--overrun", "film"])
    assert "line 1: did not fit" in result.output and "line 3: starts" in result.output


def test_the_lexicon_beside_the_script_and_the_one_given(desk, monkeypatch, tiny_voice):
    from voicekit.speech.native import load

    monkeypatch.setattr(voices, "load_engine", lambda voice, device="auto": load(tiny_voice))
    arguments = ["script.txt", "--video", "clip.mp4", "-o", "film.mp4"]
    Path("script.txt").write_text("One.\n\nTwo.")
    for lexicon, more, spoken in (
        (None, [], 2),
        ('One = "sea"', [], 2),
        ('One = "sea"', [], 0),
        ('One = "sea"', ["--lexicon", "mine.toml"], 2),
        ('One = "sea"', ["--lexicon", "mine.toml"], 0),
    ):
        if lexicon:
            Path("lexicon.toml").write_text(lexicon)
        Path("mine.toml").write_text('Two = "tea"')
        result = CliRunner().invoke(command, arguments + more)
        assert f"{spoken} of 2 cues newly spoken" in result.output, result.output
        os.remove("film.mp4")
    Path("lexicon.toml").write_text("One, sea")
    assert "lexicon.toml, line 1" in str(CliRunner().invoke(command, arguments).exception)


def run_main(monkeypatch, capsys, *arguments):
    monkeypatch.setattr(sys, "argv", ["voicekit", *arguments])
    with pytest.raises(SystemExit) as stopped:
        voicekit.cli.main()
    out, err = capsys.readouterr()
    return stopped.value.code, out, err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["none.txt", "--video", "clip.mp4"], "none.txt does not exist"),
        (["script.txt", "--video", "none.mp4"], "none.mp4 does not exist"),
        (["script.txt", "--video", "script.txt"], "script.txt is not a sound or film file"),
        (["script.txt", "--video", "clip.mp4", "-o", "clip.mp4"], "clip.mp4 would be overwritten"),
        (["script.txt", "--video", "clip.mp4", "-o", "/dev/null/film.mp4"], "cannot write /dev/null/film.mp4"),
        (["script.txt", "--video", "clip.mp4", "-o", "folder.mp4"], "folder.mp4 is a folder"),
    ],
)
def test_bad_input_is_one_line(desk, monkeypatch, capsys, arguments, message):
    before = sorted(desk.rglob("*"))
    code, out, err = run_main(monkeypatch, capsys, "narrate", *arguments)
    assert code == 1 and out == ""
    assert err.count("\n") == 1 and err.startswith("voicekit: ") and message in err
    assert sorted(desk.rglob("*")) == before


def test_killed_midway_leaves_no_film(desk):
    """A voice that never comes back, and kill −9."""
    program = (
        "import sys, time; sys.path.insert(0, sys.argv[1]); from clips import FakeVoice\n"
        "from voicekit.narration import narrate as n\n"
        "from voicekit.narration.job import NarrationOptions, check\n"
        "real = n.mux\n"
        "def slow(video, blocks, rate, out, **how):\n"
        "    def drip():\n"
        "        for block in blocks: yield block; print('writing', flush=True); time.sleep(60)\n"
        "    real(video, drip(), rate, out, **how)\n"
        "n.mux = slow\n"
        "job = check('script.txt', 'clip.mp4', 'film.mp4', NarrationOptions(verify=False))\n"
        "n.narrate_job(job, FakeVoice())\n"
    )
    tests = str(Path(__file__).parent.parent)
    process = subprocess.Popen([sys.executable, "-c", program, tests], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout.readline() == "writing\n"
        time.sleep(0.1)
    finally:
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
    assert not [path for path in desk.iterdir() if path.name.startswith("film")]


def test_help_has_an_example():
    result = CliRunner().invoke(command, ["--help"])
    assert "Example: voicekit narrate script.txt --video clip.mp4" in result.output


@pytest.mark.parametrize(
    ("only", "message"), [("0", "neither a number from 1"), ("3-1", "nor a range"), ("x", "nor a range"), ("5", "no cue 5")]
)
def test_cues_that_do_not_exist(desk, monkeypatch, capsys, only, message):
    code, out, err = run_main(monkeypatch, capsys, "narrate", "script.txt", "--video", "clip.mp4", "--only", only)
    assert code in (1, 2) and out == "" and message in err


def test_only_some_cues_anew(desk):
    arguments = ["script.txt", "--video", "clip.mp4", "--no-verify"]
    CliRunner().invoke(command, arguments)
    assert "1 of 2 cues newly spoken" in CliRunner().invoke(command, [*arguments, "--only", "2"]).output
    assert "2 of 2 cues newly spoken" in CliRunner().invoke(command, [*arguments, "--only", "1-2"]).output
