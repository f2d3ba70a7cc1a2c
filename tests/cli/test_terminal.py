"""What the command line shows of long work."""

import pytest
from reporters import Told

from voicekit.cli import terminal
from voicekit.cli.terminal import Screen, Terminal
from voicekit.core.reporter import SILENT, Relay


def test_what_is_tracked_is_told_and_ends():
    heard = Told()
    assert list(heard.track("abc", "spelling", total=3)) == ["a", "b", "c"]
    assert heard.shares["spelling"] == [0.0, pytest.approx(1 / 3), pytest.approx(2 / 3), 0.999, 1.0]


def test_what_is_broken_off_is_over_too():
    heard = Told()
    with pytest.raises(ZeroDivisionError):
        for _ in heard.track("abc", "spelling", total=3):
            raise ZeroDivisionError
    assert heard.shares["spelling"][-1] == 1.0


def test_items_count_by_their_size_where_they_have_one():
    heard = Told()
    assert list(heard.track(["a", "bbb"], "reading", total=4, size=len)) == ["a", "bbb"]
    assert heard.shares["reading"] == [0.0, 0.25, 0.999, 1.0]


def test_a_relay_passes_everything_on():
    heard = Told()
    relay = Relay(heard)
    relay.say("made")
    relay.note("guessed")
    relay.progress("work", 0.5)
    assert heard.lines == ["made", "guessed"] and heard.shares == {"work": [0.5]}


def test_nobody_has_to_listen(capsys):
    SILENT.say("done")
    SILENT.note("left out")
    assert list(SILENT.track([1, 2], "counting", total=2)) == [1, 2]
    assert capsys.readouterr() == ("", "")


def test_results_go_to_stdout_and_notes_to_stderr(capsys):
    with Terminal() as shown:
        shown.say("made it")
        shown.note("a word was guessed")
        for _ in shown.track(range(3), "counting", total=3):
            pass
    out, err = capsys.readouterr()
    assert out == "made it\n" and err == "note: a word was guessed\n"


def test_bars_show_the_time_left_and_go_away(monkeypatch, capsys):
    monkeypatch.setenv("FORCE_COLOR", "1")  # rich takes it for a terminal
    monkeypatch.setenv("COLUMNS", "100")
    with Terminal() as shown:
        shown.progress("training", 0.25, left_s=7200, numbers={"step": 12, "held_out": 0.5})
        shown.screen._bars.refresh()
        drawn = capsys.readouterr().err
        assert "training" in drawn and "25%" in drawn and "2.0 h left" in drawn
        assert "step" not in drawn and "0.5" not in drawn  # numbers are for programs
        shown.progress("training", 1.0)
        shown.screen._bars.refresh()
        assert "training" not in capsys.readouterr().err.rpartition("\r")[2]


def test_there_is_one_bar_under_the_name_of_what_is_done_now(monkeypatch, capsys):
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "100")
    with Terminal() as shown:
        shown.expect([("reading", 10), ("speaking", 10)])
        for task in ("reading [a].txt", "speaking"):
            shown.progress(task, 0.0)
            shown.screen._bars.refresh()
            drawn = capsys.readouterr().err.rpartition("\r")[2]
            assert task in drawn and drawn.count("%") == 1
            shown.progress(task, 1.0)
        assert len(shown.screen._bars.tasks) == 1


def test_without_a_terminal_a_line_now_and_then(monkeypatch, capsys):
    now = [0.0]
    monkeypatch.setattr(terminal.time, "monotonic", lambda: now[0])
    with Terminal() as shown:
        for share in (0.1, 0.2, 0.3, 0.4):
            now[0] += 20
            shown.progress("training", share)
    lines = capsys.readouterr().err.splitlines()
    assert [line.split("  ")[0] for line in lines] == ["training: 20%", "training: 40%"]
    assert lines[0].endswith(" left")


@pytest.mark.parametrize(
    ("left_s", "gone_s", "shown_s"),
    [
        (30, 10, "20 s left"),  # it runs on
        (5, 60, "30 s left"),  # overdue: not nearly done
        (None, 60, ""),
        (0.4, 0, ""),
    ],
)
def test_a_time_left_that_stands_is_no_promise(monkeypatch, left_s, gone_s, shown_s):
    now = [100.0]
    monkeypatch.setattr(terminal.time, "monotonic", lambda: now[0])
    screen = Screen()
    screen.progress("work", 0.5, left_s)
    now[0] += gone_s
    assert terminal._in_words(screen.shown.left_by(now[0])) == shown_s
