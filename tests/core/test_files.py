import errno
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from voicekit.core.errors import VoicekitError
from voicekit.core.files import alone, atomic, check_writable, claimed, name_in, place_in, write_text


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
from voicekit.core.files import atomic
with atomic(Path(sys.argv[1])) as partial:
    partial.mkdir() if len(sys.argv) > 2 else partial.write_text("half")
    print("writing", flush=True)
    time.sleep(60)
"""


@contextmanager
def writing(path, *what):
    """Another run that is in the middle of it; killed with -9."""
    command = [sys.executable, "-c", WRITING, str(path), *what]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as run:
        try:
            assert run.stdout.readline() == "writing\n"
            yield
        finally:
            run.kill()


@pytest.mark.parametrize("what", [(), ("folder",)])
def test_what_a_killed_run_left_is_cleared_away_but_not_what_another_is_writing(tmp_path, what):
    with writing(tmp_path / "a.txt", *what), writing(tmp_path / "made-before.mp4", *what):
        left = sorted(path.name for path in tmp_path.iterdir())
        assert len(left) == 4
        write_text(tmp_path / "out.txt", "whole")
        assert sorted(path.name for path in tmp_path.iterdir()) == [*left, "out.txt"]
    write_text(tmp_path / "out.txt", "whole")
    assert [path.name for path in tmp_path.iterdir()] == ["out.txt"]


def test_what_a_killed_run_left_goes_away_below_a_folder_in_which_nothing_is_written(tmp_path):
    with writing(tmp_path / "film" / "made" / "clip.mp4"):
        pass
    assert len(list((tmp_path / "film" / "made").iterdir())) == 2
    with alone(tmp_path / "film"):
        assert not list((tmp_path / "film" / "made").iterdir())
    assert [path.name for path in (tmp_path / "film").iterdir()] == ["made"]


def test_two_runs_do_not_write_one_file(tmp_path):
    path = tmp_path / "out.txt"
    with writing(path):
        begun_s = time.monotonic()
        for write in (lambda: check_writable(path), lambda: write_text(path, "mine")):
            with pytest.raises(VoicekitError, match=r"another run of voicekit is writing .*out.txt; wait"):
                write()
        with pytest.raises(VoicekitError, match="another run"), claimed(tmp_path / "other.txt", path):
            pytest.fail("it was claimed by two")
        assert time.monotonic() - begun_s < 30
    write_text(path, "mine")
    assert path.read_text() == "mine" and [path.name for path in tmp_path.iterdir()] == ["out.txt"]


def test_what_a_run_has_claimed_is_its_own_until_it_ends(tmp_path):
    path, refused = tmp_path / "out.txt", []

    def meanwhile():
        with pytest.raises(VoicekitError, match="another run"):
            write_text(path, "theirs")
        refused.append(True)

    with claimed(path):
        other = threading.Thread(target=meanwhile)
        other.start()
        other.join()
        write_text(path, "mine")
    assert refused and path.read_text() == "mine" and [path.name for path in tmp_path.iterdir()] == ["out.txt"]


def test_one_run_does_not_write_one_name_twice(tmp_path):
    with pytest.raises(VoicekitError, match=r"out.txt would be written twice"), claimed(*2 * [tmp_path / "out.txt"]):
        pytest.fail("it was claimed twice")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("code", [errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS])
@pytest.mark.skipif(sys.platform == "win32", reason="its locks are others")
def test_on_a_disk_without_locks_what_is_written_is_left_alone_for_an_hour(tmp_path, monkeypatch, code):
    def flock(*_):
        raise OSError(code, "no locks here")

    monkeypatch.setattr("fcntl.flock", flock)
    for name in ("out.txt", "other.txt"):
        (tmp_path / f".{name}.1a2b3c4d.partial.txt").write_text("half")
    (tmp_path / ".notes.partial.txt").write_text("a person's own")
    left = sorted(path.name for path in tmp_path.iterdir())
    write_text(tmp_path / "out.txt", "whole")
    assert sorted(path.name for path in tmp_path.iterdir()) == [*left, "out.txt"]
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
        assert inner == outer
    assert [path.name for path in tmp_path.iterdir()] == ["film.mp4"]


def test_a_name_of_ones_own_with_partial_in_it_is_written_whole_as_well(tmp_path):
    path = tmp_path / "film.partial.txt"
    path.write_text("before")
    with pytest.raises(RuntimeError), atomic(path) as partial:
        partial.write_text("half")
        raise RuntimeError
    assert path.read_text() == "before" and list(tmp_path.iterdir()) == [path]


def test_what_a_file_calls_another_does_not_tell_where_it_lies(tmp_path, monkeypatch):
    folder = tmp_path / "NAMEOFUSER" / "films"
    assert name_in(folder, folder / "a" / "film.srt") == "a/film.srt"
    assert name_in(folder, tmp_path / "NAMEOFUSER" / "clip.mp4") == "clip.mp4"
    monkeypatch.chdir(tmp_path)
    assert name_in(Path("NAMEOFUSER/films"), folder / "film.srt") == "film.srt"


def test_a_place_is_known_again_when_both_are_moved(tmp_path):
    places = [place_in(top / "datasets" / "me", top / "recordings") for top in (tmp_path / "NAMEOFUSER", tmp_path / "b")]
    assert places[0] == places[1] and places[0].startswith("recordings ") and "NAMEOFUSER" not in places[0]
    assert place_in(tmp_path / "b" / "datasets" / "me", tmp_path / "recordings") != places[0]
