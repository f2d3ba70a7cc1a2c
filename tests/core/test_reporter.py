"""The time left of work of several phases, beside the time that it really took."""

from dataclasses import dataclass, field

import numpy as np
import pytest
from reporters import Told

from voicekit.core import reporter as reporters
from voicekit.core.reporter import NotesOnce, Reporter, Whole


@dataclass
class Clock(Reporter):
    """A clock of its own, and what was shown at which time."""

    now_s: float = 0.0
    shown: list[tuple[float, str, float, float | None]] = field(default_factory=list)

    def monotonic(self) -> float:
        return self.now_s

    def progress(self, task, share, left_s=None, numbers=None):
        self.shown.append((self.now_s, task, share, left_s))

    def errors(self) -> np.ndarray:
        """Shown ÷ real time left, after the first fifth."""
        ends_s = self.now_s
        told = [(at_s, left_s) for at_s, _, share, left_s in self.shown if share < 1 and 0.2 * ends_s < at_s < 0.99 * ends_s]
        return np.array([left_s / (ends_s - at_s) for at_s, left_s in told])


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(reporters, "time", clock)
    return clock


def whole_of(reporter, expected):
    whole = Whole(reporter)
    whole.expect(expected.items())
    return whole


def work(clock, whole, phases, steps=40):
    for task, took_s in phases.items():
        for _ in whole.track(range(steps), task, total=steps):
            clock.now_s += took_s / steps


@pytest.mark.parametrize(
    "took_s",
    [
        {"reading": 10, "speaking": 100, "writing": 50},
        {"reading": 20, "speaking": 200, "writing": 100},  # a slower machine
        {"reading": 3, "speaking": 30, "writing": 15},
        {"reading": 40, "speaking": 100, "writing": 50},
        {"reading": 10, "speaking": 180, "writing": 40},
        {"speaking": 100, "writing": 50},
    ],
)
def test_the_time_left_is_that_of_the_whole(clock, took_s):
    work(clock, whole_of(clock, {"reading": 10, "speaking": 100, "writing": 50}), took_s)
    errors = clock.errors()
    assert np.median(np.abs(errors - 1)) < 0.25 and errors.min() > 0.1


def test_the_share_is_that_of_the_whole_and_never_falls(clock):
    work(clock, whole_of(clock, {"reading": 10, "speaking": 10}), {"reading": 10, "speaking": 50})
    shares = [share for _, _, share, _ in clock.shown if share < 1]
    assert shares == sorted(shares) and shares[0] == 0
    assert [share for _, task, share, _ in clock.shown if task == "reading"][-2] == pytest.approx(0.5, abs=0.02)
    assert [share for _, task, share, _ in clock.shown if task == "speaking"][-1] == 1


def test_a_task_that_is_over_is_shown_until_the_next_one_begins(clock):
    whole = whole_of(clock, {"reading": 10, "speaking": 10})
    work(clock, whole, {"reading": 10})
    _, task, share, left_s = clock.shown[-1]
    assert (task, share, left_s) == ("reading", pytest.approx(0.5, abs=0.02), pytest.approx(10, rel=0.05))
    whole.progress("speaking", 0.0)
    assert [task for _, task, share, _ in clock.shown if share == 1] == ["reading"]
    work(clock, whole, {"speaking": 10})
    assert clock.shown[-1][1:] == ("speaking", 1.0, None)


def test_what_is_still_shown_can_be_ended(clock):
    whole = whole_of(clock, {"reading": 10, "speaking": 10})
    work(clock, whole, {"reading": 10})
    whole.close()
    whole.close()
    assert [task for _, task, share, _ in clock.shown if share == 1] == ["reading"]


def test_what_a_phase_knows_itself_is_believed(clock):
    whole = whole_of(clock, {"learning": 1000, "judging": 40})
    clock.now_s = 10
    whole.progress("learning the sound, settled", 0.9, left_s=5)
    assert clock.shown[-1][3] == pytest.approx(45)


def test_a_task_that_takes_another_name_goes_on(clock):
    whole = whole_of(clock, {"learning": 100, "judging": 50})
    whole.progress("learning", 0.4, left_s=60)
    whole.progress("learning", 1.0)
    whole.progress("learning, settled", 0.4, left_s=20)
    assert clock.shown[-1][3] == pytest.approx(70)


def test_the_longest_words_name_the_phase(clock):
    whole = whole_of(clock, {"speaking": 10, "speaking faster": 90})
    work(clock, whole, {"speaking faster": 90})
    assert np.abs(clock.errors() - 1).max() < 0.05


def test_no_time_is_told_before_something_was_measured(clock):
    whole = whole_of(clock, {"loading": 10, "speaking": 100})
    whole.progress("loading", 0.0)
    clock.now_s = 30
    whole.progress("speaking", 0.0)
    assert [left_s for _, _, share, left_s in clock.shown if share < 1] == [None, None]
    clock.now_s = 50
    whole.progress("speaking", 0.2)
    assert clock.shown[-1][3] is not None


def test_a_slow_start_is_no_pace(clock):
    whole = whole_of(clock, {"preparing": 100})
    whole.progress("preparing", 0.0)
    clock.now_s = 60
    for _ in range(10):
        clock.now_s += 2
        whole.progress("preparing", (clock.now_s - 60) / 100)
    assert clock.shown[-1][3] == pytest.approx(80, rel=0.2)


def test_a_first_step_of_few_that_took_far_longer_than_expected_is_believed(clock):
    whole = whole_of(clock, {"judging": 20})
    whole.progress("judging", 0.0)
    clock.now_s = 85
    whole.progress("judging", 0.2)
    assert 120 < clock.shown[-1][3] < 340


def test_one_quick_step_is_no_pace(clock):
    whole = whole_of(clock, {"separating": 100})
    for clock.now_s, share in ((0.0, 0.0), (10.0, 0.1), (10.1, 0.3)):
        whole.progress("separating", share)
    assert clock.shown[-1][3] > 50


def test_tasks_of_a_kind_take_as_long_as_each_other(clock):
    """Decoding takes a fifth of what was expected, finding words four times as long: each as it did the first time."""
    takes = {"decoding": 2, "finding words": 40}
    expected = [(f"{name}.wav: {task}", 10) for name in "abcde" for task in takes]
    whole = Whole(clock)
    whole.expect(expected)
    work(clock, whole, {task: takes[task.partition(": ")[2]] for task, _ in expected})
    errors = clock.errors()
    assert np.median(np.abs(errors - 1)) < 0.1 and errors.min() > 0.4


def test_a_task_that_comes_several_times_is_expected_as_often(clock):
    whole = Whole(clock)
    whole.expect([("listening", 10)] * 4 + [("writing", 10)])
    for task in ["listening"] * 4 + ["writing"]:
        work(clock, whole, {task: 10})
    assert np.abs(clock.errors() - 1).max() < 0.05


def test_rounds_that_never_come_cost_nothing_and_more_than_expected_are_counted_as_they_come(clock):
    for rounds in (1, 5):
        whole, clock.shown = Whole(clock), []
        whole.expect([("listening", 10)] * 3 + [("writing", 20)])
        for task, took_s in [("listening", 10)] * rounds + [("writing", 20)]:
            work(clock, whole, {task: took_s})
        left_s = [left_s for _, task, share, left_s in clock.shown if task == "writing" and share < 1]
        assert left_s[20] == pytest.approx(10, rel=0.1)
        assert clock.shown[-1][1:3] == ("writing", 1.0)


def test_what_is_told_anew_replaces_what_is_still_to_come(clock):
    whole = Whole(clock)
    whole.expect([("drawing", 10), ("speaking", 10), ("mixing", 10), ("a sheet", 5)])
    work(clock, whole, {"drawing": 10})
    whole.expect([("speaking", 100), ("mixing", 100)])
    work(clock, whole, {"speaking": 100, "mixing": 100})
    assert clock.shown[-1][3] == pytest.approx(5, rel=0.1)
    work(clock, whole, {"a sheet": 5})
    assert clock.shown[-1][2] == 1


def test_what_nobody_expected_comes_on_top_and_the_rest_goes_on_after_it(clock):
    whole = whole_of(clock, {"reading": 10, "separating": 10, "writing": 100})
    work(clock, whole, {"reading": 10})
    whole.progress("separating", 0.0)
    work(clock, whole, {"fetching weights": 200})
    fetched = [(at_s, left_s) for at_s, task, share, left_s in clock.shown if task == "fetching weights" and left_s]
    assert len(fetched) > 30 and all(left_s == pytest.approx(210 - at_s + 110, rel=0.1) for at_s, left_s in fetched[3:])
    work(clock, whole, {"separating": 10})
    assert clock.shown[-1][3] == pytest.approx(100, rel=0.3)


def test_without_expectations_each_task_is_told_by_its_own_share(clock):
    whole = Whole(clock)
    work(clock, whole, {"take.wav: decoding": 10, "other": 30})
    shares = [share for _, task, share, _ in clock.shown if task == "other"]
    assert shares[0] == 0 and shares[-1] == 1 and shares[20] == pytest.approx(0.5, abs=0.03)
    assert next(left_s for at_s, _, _, left_s in clock.shown if at_s == pytest.approx(25)) == pytest.approx(15)


def test_the_bar_does_not_jump_where_a_task_goes_on_under_another_name(clock):
    whole = whole_of(clock, {"learning": 100, "judging": 0.2})
    for second in range(101):
        name = "learning" if second < 30 else "learning, still getting better"
        if second == 30:
            whole.progress("learning", 1.0, 70)
        whole.progress(name, second / 100, 100 - second)
        clock.now_s += 1
    shares = {at_s: share for at_s, task, share, _ in clock.shown if task.startswith("learning") and share < 1}
    left_s = {at_s: left_s for at_s, _, _, left_s in clock.shown if left_s}
    begun_s = min(shares)
    assert shares[begun_s + 31] == pytest.approx(0.31, abs=0.1) and shares[begun_s + 60] < 0.65
    assert left_s[begun_s + 31] == pytest.approx(69, rel=0.1)


def test_a_total_that_was_guessed_promises_nothing_at_its_end(clock):
    whole = Whole(clock)
    whole.progress("counting", 0.5)
    clock.now_s += 300
    whole.progress("counting", 0.999)
    assert clock.shown[-1][3] is None


def test_relays_pass_on_what_is_expected(clock):
    whole = Whole(clock)
    NotesOnce(whole).expect([("reading", 10), ("writing", 30)])
    work(clock, whole, {"reading": 10})
    assert clock.shown[-1][3] == pytest.approx(30, rel=0.05)


def test_work_during_which_nothing_is_known_ends_also_where_it_fails():
    heard = Told()
    with pytest.raises(ZeroDivisionError), heard.during("loading"):
        raise ZeroDivisionError
    assert heard.shares == {"loading": [0.0, 1.0]}
