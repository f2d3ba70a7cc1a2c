"""The time left of work of several phases, beside the time that it really took."""

from dataclasses import dataclass, field

import numpy as np
import pytest
from reporters import Told

from voicekit.core import reporter as reporters
from voicekit.core.reporter import Reporter, Whole


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


def test_a_phase_that_is_over_is_over(clock):
    work(clock, whole_of(clock, {"reading": 10, "speaking": 10}), {"reading": 1})
    assert clock.shown[-1][1:] == ("reading", 1.0, None)


def test_what_a_phase_knows_itself_is_believed(clock):
    whole = whole_of(clock, {"learning": 1000, "judging": 40})
    clock.now_s = 10
    whole.progress("learning the sound, settled", 0.9, left_s=5)
    assert clock.shown[-1][3] == pytest.approx(45)


def test_the_longest_words_name_the_phase(clock):
    whole = whole_of(clock, {"speaking": 10, "speaking faster": 90})
    whole.progress("speaking faster", 0.0)
    assert clock.shown[-1][3] == 90


def test_work_that_was_not_foreseen_is_told_as_it_is():
    heard = Told()
    whole = whole_of(heard, {"reading": 10})
    whole.progress("take.wav: decoding", 0.5)
    whole.say("a line")
    assert heard.shares == {"take.wav: decoding": [0.5]} and heard.lines == ["a line"]
