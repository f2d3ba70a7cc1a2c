import errno

import pytest

from voicekit.errors import VoicekitError
from voicekit.files import alone, atomic, check_writable, write_text


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


def test_a_folder_below_a_file(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(VoicekitError, match="cannot write"):
        write_text(tmp_path / "file" / "x.txt", "text")


def test_what_a_killed_run_left_is_cleared_away_but_not_what_another_is_writing(tmp_path):
    import os

    abandoned, fresh = tmp_path / ".out.1a2b3c4d.partial.txt", tmp_path / ".out.5e6f7a8b.partial.txt"
    for partial in (abandoned, fresh):
        partial.write_text("half")
    os.utime(abandoned, (0, 0))
    write_text(tmp_path / "out.txt", "whole")
    assert sorted(p.name for p in tmp_path.iterdir()) == [fresh.name, "out.txt"]


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
