"""Commands in messages work where they are pasted."""

import shlex
import sys
from pathlib import Path

import pytest

from voicekit.cli import paste
from voicekit.narration.mend import Mending, Offer


@pytest.fixture(autouse=True)
def _forget():
    paste.voicekit.cache_clear()
    paste.pip.cache_clear()
    yield
    paste.voicekit.cache_clear()
    paste.pip.cache_clear()


@pytest.fixture
def program(tmp_path):
    """A voicekit in a folder with a space in its name."""
    path = tmp_path / "my films" / ".venv" / "bin" / "voicekit"
    path.parent.mkdir(parents=True)
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


def test_voicekit_is_called_as_it_was(monkeypatch, program):
    monkeypatch.setattr(sys, "argv", [str(program), "narrate"])
    monkeypatch.setenv("PATH", "/usr/bin")
    assert paste.pasteable("train one with: voicekit train") == f"train one with: {shlex.quote(str(program))} train"
    paste.voicekit.cache_clear()
    monkeypatch.setenv("PATH", str(program.parent))
    assert paste.pasteable("train one with: voicekit train") == "train one with: voicekit train"


def test_a_relative_way_to_it_stays_relative(monkeypatch, program):
    monkeypatch.chdir(program.parents[2])
    monkeypatch.setenv("PATH", "/usr/bin")
    monkeypatch.setattr(sys, "argv", [".venv/bin/voicekit", "narrate", "a b.txt", "--only", "2", "--video", "c.mp4"])
    assert paste.pasteable("run voicekit prepare again") == "run .venv/bin/voicekit prepare again"
    assert paste.command_line(without="--only") == ".venv/bin/voicekit narrate 'a b.txt' --video c.mp4"


def test_as_a_module(monkeypatch):
    monkeypatch.setattr(sys, "argv", ["/somewhere/voicekit/__main__.py", "train"])
    line = paste.pasteable("voicekit train, or pip install 'voicekit[whisper]'")
    assert line.startswith(f"{shlex.quote(sys.executable)} -m voicekit train")
    assert paste.pasteable(line) == line  # what made it may tell a reporter that makes it, too


@pytest.mark.parametrize(
    "line",
    [
        "another run of voicekit is writing film.mp4",
        "this voicekit reads format 4",
        "cannot write /home/me/voicekit train/film.mp4",
        "my-voicekit train is no command",
        "voicekit training is fun",
        "apip install x",
        "use pip to install",
    ],
)
def test_what_is_no_command_stays(monkeypatch, program, line):
    monkeypatch.setattr(sys, "argv", [str(program)])
    monkeypatch.setenv("PATH", "/usr/bin")
    assert paste.pasteable(line) == line


def test_pip_is_that_of_this_environment(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", "/usr/bin")
    monkeypatch.setattr(sys, "executable", "/my films/bin/python")
    line = "install it with: pip install 'voicekit[whisper]'"
    assert paste.pasteable(line) == "install it with: '/my films/bin/python' -m pip install 'voicekit[whisper]'"
    paste.pip.cache_clear()
    (tmp_path / "pip").write_text("")
    (tmp_path / "pip").chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    monkeypatch.setenv("PATH", str(tmp_path))
    assert paste.pasteable(line) == line


def test_errors_and_notes_can_be_pasted(monkeypatch, program, capsys, tmp_path):
    from voicekit.cli.terminal import Terminal

    monkeypatch.setattr(sys, "argv", [str(program)])
    monkeypatch.setenv("PATH", "/usr/bin")
    Terminal().note("there is none; voicekit train makes one")
    assert shlex.quote(str(program)) in capsys.readouterr().err


def test_how_to_open_what_was_made(monkeypatch, capsys):
    film = Path("my films/a.mp4")
    paste.tell_how_to_open(film)
    assert capsys.readouterr().out == ""  # no terminal
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    for platform, display, line in [
        ("darwin", "", "open it:  open 'my films/a.mp4'\n"),
        ("linux", ":0", "open it:  xdg-open 'my films/a.mp4'\n"),
        ("linux", "", ""),
    ]:
        monkeypatch.setattr(sys, "platform", platform)
        monkeypatch.setenv("DISPLAY", display)
        monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
        monkeypatch.setattr(paste.shutil, "which", lambda name: f"/usr/bin/{name}")
        paste.tell_how_to_open(film)
        assert capsys.readouterr().out == line
    monkeypatch.setattr(sys, "platform", "darwin")
    paste.tell_how_to_open(Path("-a.mp4"))
    assert capsys.readouterr().out == "open it:  open ./-a.mp4\n"


def test_what_mends_a_cue_is_written_out(monkeypatch):
    class Cue:
        number, line = 2, 7
        mending = Mending((Offer("Nguyen", "[say: Nguyen|win]", 'Nguyen = "win"'),), "Then [say: Nguyen|win] sings.")

    class Fine:
        number, line, mending = 1, 1, None

    class Outcome:
        cues = (Fine, Cue)

    monkeypatch.setattr(sys, "argv", ["voicekit", "narrate", "my script.txt", "--only=2", "--video", "c.mp4"])
    assert list(paste.lines_to_paste(Outcome, Path("my script.txt"), Path("lexicon.toml"))) == [
        "cue 2, line 7, so that it is understood:",
        "  in my script.txt:  Then [say: Nguyen|win] sings.",
        '  or in lexicon.toml:  Nguyen = "win"',
        "then run:  voicekit narrate 'my script.txt' --video c.mp4",
    ]
    Cue.mending = Mending((Offer("Nguyen", "[say: Nguyen|win]", 'Nguyen = "win"'),))  # the line has markup of its own
    lines = list(paste.lines_to_paste(Outcome, Path("s.txt"), Path("lexicon.toml")))
    assert lines[1] == "  in s.txt:  [say: Nguyen|win]  for “Nguyen”"
    Outcome.cues = (Fine,)
    assert not list(paste.lines_to_paste(Outcome, Path("s.txt"), Path("lexicon.toml")))
