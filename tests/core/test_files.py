import errno
import subprocess
import sys
import time

import pytest

from voicekit.core.errors import VoicekitError
from voicekit.core.files import alone, atomic, check_writable, write_text


def test_nothing_is_left_of_a_failed_write(tmp_path):
    path = tmp_path / "out.txt"
    path.write_text("old")
    with pytest.raises(RuntimeError), atomic(path) as partial:
        partial.write_text("half")
        raise RuntimeError
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_folders_are_made(tmp_path):
    write_text(tmp_path / "a" / "b.txt", "text")
    assert (tmp_path / "a" / "b.txt").read_text() == "text"


@pytest.mark.parametrize(("code", "advice"), [(errno.ENOSPC, "disk is full"), (errno.EROFS, "read-only")])
def test_system_errors_become_advice(tmp_path, code, advice):
    with pytest.raises(VoicekitError, match=advice), atomic(tmp_path / "x"):
        raise OSError(code, "system words")


@pytest.mark.parametrize(
    "error",
    [
        OSError("no_such_symbol: the library does not load"),
        FileNotFoundError(2, "gone", "x.wav"),
        ConnectionRefusedError(errno.ECONNREFUSED, "Connection refused"),
        OSError(errno.ENOMEM, "Cannot allocate memory"),
        ChildProcessError(errno.ECHILD, "No child processes"),
    ],
)
def test_an_error_that_is_of_something_else_is_not_told_as_one_of_writing(tmp_path, error):
    path = tmp_path / "out.txt"
    path.write_text("old")
    with pytest.raises(OSError) as raised, atomic(path) as partial:
        partial.write_text("half")
        raise error
    assert raised.value is error
    assert path.read_text() == "old" and list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("below", ["", "deeper/x.txt"])
def test_what_is_made_of_a_folder_is_written_too(tmp_path, monkeypatch, below):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(VoicekitError, match=r"cannot write made/out: no folder can be made"), atomic("made/out") as partial:
        (partial / "part.txt" if below else partial).joinpath(below).read_text()


def test_a_folder_below_a_file(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(VoicekitError, match="cannot write"):
        write_text(tmp_path / "file" / "x.txt", "text")


WRITING = """
import sys, time
from pathlib import Path
from voicekit.files import atomic
with atomic(Path(sys.argv[1])) as partial:
    partial.mkdir() if len(sys.argv) > 2 else partial.write_text("half")
    print(flush=True)
    time.sleep(60)
"""


@pytest.mark.parametrize("what", [(), ("folder",)])
def test_what_a_killed_run_left_is_cleared_away_but_not_what_another_is_writing(tmp_path, what):
    runs = [
        subprocess.Popen([sys.executable, "-c", WRITING, str(tmp_path / name), *what], stdout=subprocess.PIPE)
        for name in ("out.txt", "made-before.mp4")
    ]
    for run in runs:
        run.stdout.readline()
    left = sorted(path.name for path in tmp_path.iterdir())
    write_text(tmp_path / "out.txt", "whole")
    assert sorted(path.name for path in tmp_path.iterdir()) == [*left, "out.txt"]
    for run in runs:
        run.kill()
        run.communicate()
    write_text(tmp_path / "out.txt", "whole")
    assert [path.name for path in tmp_path.iterdir()] == ["out.txt"]


def test_what_another_machine_writes_is_left_alone_for_an_hour(tmp_path, monkeypatch):
    theirs = tmp_path / ".out.0badcafe-999999-1a2b3c4d.partial.txt"
    theirs.write_text("half")
    (tmp_path / ".notes.partial.txt").write_text("a person's own")
    write_text(tmp_path / "out.txt", "whole")
    assert theirs.exists()
    later_s = time.time() + 3700
    monkeypatch.setattr("voicekit.core.files.time.time", lambda: later_s)
    write_text(tmp_path / "out.txt", "whole")
    assert sorted(path.name for path in tmp_path.iterdir()) == [".notes.partial.txt", "out.txt"]


def test_two_runs_do_not_work_in_one_folder(tmp_path):
    with alone(tmp_path / "run"):
        with (
            pytest.raises(VoicekitError, match=r"another run of voicekit is at work in .*run; wait"),
            alone(tmp_path / "run"),
        ):
            pass
        with alone(tmp_path / "other"):
            pass
    with alone(tmp_path / "run"):
        pass


@pytest.mark.skipif(sys.platform == "win32", reason="its locks are others")
@pytest.mark.parametrize("code", [errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS])
def test_a_disk_that_knows_no_locks_keeps_nobody_out(tmp_path, monkeypatch, code):
    def flock(*_):
        raise OSError(code, "no locks here")

    monkeypatch.setattr("fcntl.flock", flock)
    for _ in range(2):  # and nothing stays behind that would
        with alone(tmp_path / "run"):
            pass


def test_a_name_that_is_too_long_is_told_before_any_work(tmp_path):
    check_writable(tmp_path / ("a" * 200 + ".mp4"))
    with pytest.raises(VoicekitError, match="the name is too long"):
        check_writable(tmp_path / ("ü" * 120 + ".mp4"))


def test_within_a_write_another_one_of_the_same_file_is_no_other(tmp_path):
    with atomic(tmp_path / "film.mp4") as outer:
        with atomic(outer) as inner:
            inner.write_text("x")
        assert [path.name for path in tmp_path.iterdir()] == [outer.name]
    assert [path.name for path in tmp_path.iterdir()] == ["film.mp4"]


def test_a_name_of_ones_own_with_partial_in_it_is_written_whole_as_well(tmp_path):
    path = tmp_path / "film.partial.txt"
    path.write_text("before")
    with pytest.raises(RuntimeError), atomic(path) as partial:
        partial.write_text("half")
        raise RuntimeError
    assert path.read_text() == "before" and list(tmp_path.iterdir()) == [path]
