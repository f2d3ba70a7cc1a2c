from itertools import pairwise

import pytest

from voicekit.errors import ScriptError
from voicekit.narrate.timeline import MAX_PACE, Spoken, check_times, plan
from voicekit.text.script import Cue


def cue(name, start_s=None, end_s=None, line=1):
    return Cue(name, start_s, end_s, line)


def laid_out(film_s, *items):
    """The plan for (cue, duration) pairs, as the speaker and the planner settle on it."""
    spoken = [Spoken(c, d) for c, d in items]
    for _ in range(3):
        placements = plan(spoken, film_s)
        pace = {p.cue: p.pace for p in placements}
        spoken = [Spoken(s.cue, s.duration_s * s.pace / pace[s.cue], pace[s.cue]) for s in spoken]
    return plan(spoken, film_s)


def assert_apart(placements):
    for before, after in pairwise(sorted(placements, key=lambda p: p.start_s)):
        assert after.start_s >= before.end_s


def test_given_times_are_kept_and_the_rest_is_spread():
    a, b, c, d, e = cue("a"), cue("b"), cue("c", 10.0), cue("d"), cue("e")
    placed = laid_out(30.0, (a, 2.0), (b, 2.0), (c, 2.0), (d, 2.0), (e, 2.0))
    assert [p.cue for p in placed] == [a, b, c, d, e]
    assert placed[2].start_s == 10.0
    assert all(p.pace == 1 and not p.overrun_s and not p.moved for p in placed)
    assert_apart(placed)
    # 6 s of silence before the given time: half a share, one between, one before it.
    assert [p.start_s for p in placed[:2]] == pytest.approx([1.2, 5.6])
    gaps = [placed[3].start_s - placed[2].end_s, placed[4].start_s - placed[3].end_s, 30 - placed[4].end_s]
    assert gaps == pytest.approx([5.6, 5.6, 2.8])


def test_a_slot_hurries_its_cue_only_as_much_as_it_must():
    a, b = cue("a", 2.0, 4.0), cue("b")
    first, second = laid_out(20.0, (a, 2.2), (b, 2.0))
    assert first.start_s == 2.0 and first.end_s <= 4.01
    assert first.pace == pytest.approx(1.11, abs=0.02)
    assert second.pace == 1 and second.start_s > 4.0
    assert first.overrun_s == 0


def test_a_section_that_is_too_full_is_hurried_alike():
    a, b, c = cue("a", 0.0), cue("b"), cue("c", 5.0)
    placed = laid_out(20.0, (a, 2.6), (b, 2.6), (c, 1.0))
    assert placed[0].pace == placed[1].pace == pytest.approx(1.1, abs=0.03)
    assert placed[2].start_s == 5.0
    assert_apart(placed)


def test_what_does_not_fit_moves_behind_the_given_time():
    a, b, c, d = cue("a"), cue("b"), cue("c", 3.0), cue("d")
    placed = laid_out(20.0, (a, 2.0), (b, 2.0), (c, 1.0), (d, 1.0))
    assert [p.cue for p in placed] == [a, c, b, d]
    assert [p.moved for p in placed] == [False, False, True, False]
    assert placed[1].start_s == 3.0
    assert all(p.pace == 1 for p in placed)
    assert_apart(placed)


def test_nothing_fits_before_an_early_time():
    a, b = cue("a"), cue("b", 0.5)
    placed = laid_out(20.0, (a, 2.0), (b, 1.0))
    assert [p.cue for p in placed] == [b, a] and placed[0].start_s == 0.5


def test_a_given_time_waits_only_for_the_end_of_another():
    a, b = cue("a", 1.0), cue("b", 2.0)
    first, second = laid_out(20.0, (a, 3.0), (b, 1.0))
    assert first.start_s == 1.0 and first.pace == MAX_PACE
    assert first.overrun_s == pytest.approx(1.5)
    assert second.start_s == pytest.approx(3.5) and second.late_s == pytest.approx(1.5)
    assert_apart([first, second])


def test_speech_longer_than_the_film_goes_on_past_it():
    cues = [(cue(str(n)), 3.0) for n in range(4)]
    placed = laid_out(6.0, *cues)
    assert all(p.pace == MAX_PACE for p in placed)
    assert placed[0].start_s == 0
    assert placed[-1].overrun_s == pytest.approx(placed[-1].end_s - 6.0)
    assert sum(p.end_s - p.start_s for p in placed) == pytest.approx(10.0)
    assert_apart(placed)


def test_a_pace_once_taken_is_not_taken_back():
    placed = plan([Spoken(cue("a", 0.0), 1.8, 1.1), Spoken(cue("b", 2.0), 1.0)], 10.0)
    assert placed[0].pace == 1.1


def test_real_lengths_that_miss_the_plan_are_hurried_more():
    (placed,) = plan([Spoken(cue("a", 0.0, 2.0), 2.1, 1.1)], 10.0)
    assert placed.pace > 1.15


@pytest.mark.parametrize(
    ("late", "message"),
    [(cue("x", 30.0, line=7), r"s\.txt, line 7: the time 00:30 lies past"), (cue("x", 28.0, 31.0, 3), "line 3: .*00:30")],
)
def test_times_past_the_end_are_refused(late, message):
    with pytest.raises(ScriptError, match=message):
        check_times([cue("a"), late], 30.0, "s.txt")
    check_times([cue("a", 29.0, 30.05)], 30.0)
