import random
from itertools import pairwise

import pytest

from voicekit.core.errors import ScriptError
from voicekit.narration.timing.section import MAX_LEVEL, MAX_PACE, MAX_STRETCH
from voicekit.narration.timing.section import MIN_GAP_S as GAP
from voicekit.narration.timing.timeline import UNHEARD_S, Slot, Spoken, check_times, plan, slots_of
from voicekit.text.script.cue import Clip, Cue

FASTEST = MAX_PACE * MAX_STRETCH


def cue(name, start_s=None, end_s=None, line=1, clip=None):
    return Cue(name, start_s, end_s, line, clip=clip)


def laid_out(film_s, *items, cuts_s=(), slots=()):
    """The plan for (cue, duration) pairs."""
    return plan([Spoken(c, d) for c, d in items], film_s, cuts_s, slots)


def assert_apart(placements):
    for before, after in pairwise(sorted(placements, key=lambda p: p.start_s)):
        assert after.start_s >= before.end_s


def test_given_times_are_kept_and_the_rest_is_spread():
    a, b, c, d, e = cue("a"), cue("b"), cue("c", 10.0), cue("d"), cue("e")
    placed = laid_out(30.0, (a, 2.0), (b, 2.0), (c, 2.0), (d, 2.0), (e, 2.0))
    assert [p.cue for p in placed] == [a, b, c, d, e]
    assert placed[2].start_s == 10.0
    assert all(p.compression.speed == 1 and not p.overrun_s for p in placed)
    assert_apart(placed)
    gaps = [placed[3].start_s - placed[2].end_s, placed[4].start_s - placed[3].end_s, 30 - placed[4].end_s]
    assert gaps == pytest.approx([5.6, 5.6, 2.8])


def test_a_given_end_compresses_its_cue_only_as_much_as_it_must():
    a, b = cue("a", 2.0, 4.0), cue("b")
    first, second = laid_out(20.0, (a, 2.2), (b, 2.0))
    assert first.start_s == 2.0 and first.end_s == pytest.approx(4.0)
    assert first.compression.pace == pytest.approx(1.1, abs=0.01)
    assert second.compression.speed == 1 and second.start_s > 4.0
    assert first.overrun_s == 0


def test_a_given_end_at_the_next_given_time():
    a, b = cue("a", 0.0, 4.0), cue("b", 4.0)
    first, second = laid_out(20.0, (a, 4.0), (b, 1.0))
    assert second.start_s == 4.0 and first.end_s < 4.0 and not first.overrun_s


def test_a_section_that_is_too_full_is_compressed_alike():
    a, b, c = cue("a", 0.0), cue("b"), cue("c", 5.0)
    placed = laid_out(20.0, (a, 2.6), (b, 2.6), (c, 1.0))
    assert placed[0].compression == placed[1].compression and placed[0].compression.pace == pytest.approx(1.1, abs=0.03)
    assert placed[2].start_s == 5.0 and placed[2].compression.speed == 1
    assert_apart(placed)


def test_pauses_go_before_the_voice_speeds_up():
    (placed,) = plan([Spoken(cue("a", 0.0, 2.0), 1.9, 0.4)], 10.0)
    assert placed.compression.pauses == pytest.approx(0.75, abs=0.1) and placed.compression.speed == 1


def test_lines_are_heard_in_the_order_written():
    a, b, c, d = cue("a"), cue("b"), cue("c", 3.0), cue("d", 6.0)
    placed = laid_out(20.0, (a, 2.0), (b, 2.6), (c, 1.0), (d, 1.0))
    assert [p.cue for p in placed] == [a, b, c, d]
    # The two share the blame for c, which is late by as little as can be; d is on time.
    assert [p.overrun_s > 0 for p in placed] == [True, True, False, False]
    assert placed[2].late_s == pytest.approx(4.6 / FASTEST + 2 * GAP - 3.0)
    assert sum(p.overrun_s for p in placed) == pytest.approx(placed[2].late_s)
    assert placed[3].start_s == 6.0
    assert_apart(placed)


def test_a_line_before_a_time_that_comes_too_early():
    a, b = cue("a"), cue("b", 0.5)
    placed = laid_out(20.0, (a, 2.0), (b, 1.0))
    assert [p.cue for p in placed] == [a, b]
    assert placed[0].overrun_s == pytest.approx(placed[1].late_s) and not placed[1].overrun_s


def test_a_last_line_is_not_blamed_for_those_before():
    lines = [(cue(str(n), 5.0 * n), 4.0) for n in range(4)] + [(cue("long"), 6.0), (cue("tomorrow", 28.0), 1.6)]
    placed = laid_out(30.0, *lines)
    assert [p.overrun_s for p in placed] == [0.0] * 6
    assert placed[-1].start_s == 28.0 and placed[-1].compression.speed == 1


def earliest_s(items):
    """When each line could start at the very earliest, were all others spoken as fast as can be, in their order."""
    starts_s, free_s = [], 0.0
    for spoken in items:
        starts_s.append(max(free_s, spoken.cue.start_s or 0.0))
        free_s = starts_s[-1] + spoken.line.length_s(MAX_LEVEL) + GAP
        if spoken.cue.end_s is not None:  # its own, and a gap where a time leaves one
            later_s = [item.cue.start_s for item in items[len(starts_s) :] if item.cue.start_s is not None]
            free_s = max(free_s, min([spoken.cue.end_s + GAP, *later_s]))
    return starts_s


@pytest.mark.parametrize("seed", range(60))
def test_no_plan_in_this_order_has_a_line_less_late(seed):
    rng = random.Random(seed)
    items, now_s = [], 0.0
    for number in range(rng.randint(2, 12)):
        length_s = rng.uniform(0.5, 4.0)
        start_s = now_s if rng.random() < 0.6 else None
        end_s = now_s + length_s * rng.uniform(0.6, 1.2) if start_s is not None and rng.random() < 0.3 else None
        items.append(Spoken(cue(str(number), start_s, end_s), length_s, rng.uniform(0, 0.3)))
        now_s = max(now_s + length_s * rng.uniform(0.4, 1.6), end_s or 0.0)
    placed = plan(items, now_s, [now_s / 3, now_s / 2])
    assert [p.cue for p in placed] == [item.cue for item in items]
    assert_apart(placed)
    for one, least_s in zip(placed, earliest_s(items), strict=True):
        if one.cue.start_s is not None:
            assert one.late_s == pytest.approx(max(least_s - one.cue.start_s, 0.0), abs=1e-3)
    late = any(p.late_s > UNHEARD_S for p in placed) or placed[-1].end_s > now_s + UNHEARD_S
    too_long = [p for p in placed if p.overrun_s]
    assert bool(too_long) >= late  # whenever something is late, somebody is named for it
    assert all(p.compression.speed == pytest.approx(FASTEST) for p in too_long)


def test_a_given_time_waits_only_for_the_end_of_another():
    a, b = cue("a", 1.0), cue("b", 2.0)
    first, second = laid_out(20.0, (a, 3.0), (b, 1.0))
    assert first.start_s == 1.0 and first.compression.speed == pytest.approx(FASTEST)
    assert first.end_s - first.start_s == pytest.approx(3.0 / FASTEST)
    assert first.overrun_s == pytest.approx(second.late_s)
    assert second.late_s == pytest.approx(first.end_s + 0.12 - 2.0)
    assert not second.overrun_s  # it is late, but not too long
    assert_apart([first, second])


def test_speech_longer_than_the_film_goes_on_past_it():
    placed = laid_out(6.0, *[(cue(str(n)), 3.0) for n in range(4)])
    assert all(p.compression.speed == pytest.approx(FASTEST) for p in placed)
    assert placed[0].start_s == 0
    assert [p.overrun_s for p in placed] == pytest.approx([(placed[-1].end_s - 6.0) / 4] * 4)
    assert sum(p.end_s - p.start_s for p in placed) == pytest.approx(12.0 / FASTEST)
    assert_apart(placed)


def test_a_cue_stays_within_its_shot():
    a, b = cue("a"), cue("b")
    placed = laid_out(12.0, (a, 3.0), (b, 3.0), cuts_s=[5.0, 7.0])
    assert not any(p.crosses_cut for p in placed)
    (long,) = laid_out(12.0, (cue("long"), 8.0), cuts_s=[5.0, 7.0])
    assert long.crosses_cut and long.compression.speed == 1


def test_narration_stays_in_its_clip():
    a, b = cue("a", clip=0), cue("b", clip=2)
    slots = [Slot(0.0, 4.0), Slot(4.0, 8.0), Slot(8.0, 12.0)]
    placed = laid_out(12.0, (a, 2.0), (b, 4.4), slots=slots)
    assert placed[0].start_s >= 0 and placed[0].end_s <= 4.0
    assert placed[1].start_s >= 8.0 and placed[1].end_s <= 12.0 and placed[1].compression.pace > 1.05
    late = laid_out(12.0, (a, 6.0), (cue("c", clip=1), 1.0), slots=slots)
    assert late[0].overrun_s == pytest.approx(late[0].end_s - 4.0) and late[0].overrun_s > 0
    assert late[1].start_s >= late[0].end_s and late[1].end_s <= 8.0


def clips(*durations):
    return [Clip(f"clip {n}", d, line=3 * n + 1) for n, d in enumerate(durations)]


def test_durations_in_headings_are_the_slots_and_snap_to_cuts():
    slots = slots_of(clips(6.0, 6.0, 4.0), [], 16.0, [5.8, 9.0, 12.3])
    assert [(s.start_s, s.end_s) for s in slots] == [(0.0, 5.8), (5.8, 12.3), (12.3, 16.0)]
    assert slots_of([], [], 16.0, [1.0]) == ()


def test_without_durations_the_films_cuts_are_the_slots():
    spoken = [Spoken(cue("a", clip=0), 2.0), Spoken(cue("b", clip=1), 8.0)]
    slots = slots_of(clips(None, None), spoken, 20.0, [5.0, 10.0, 15.0])
    assert [(s.start_s, s.end_s) for s in slots] == [(0.0, 5.0), (5.0, 20.0)]
    # A silent clip has a shot as well.
    three = slots_of(clips(None, None, None), spoken, 20.0, [5.0, 15.0])
    assert [s.end_s for s in three] == [5.0, 15.0, 20.0]


@pytest.mark.parametrize(
    ("durations", "cuts_s", "message"),
    [
        ((10.0, 10.0, 3.0), [], r"board\.md, line 7: the clip “clip 2” ends at 00:23, after the film's end"),
        ((None, None, None), [4.0], r"board\.md: the storyboard has 3 clips without durations, and the film 2 shots"),
        ((None, None), [], "and the film one shot; write how long each"),
    ],
)
def test_storyboards_that_do_not_fit_the_film(durations, cuts_s, message):
    with pytest.raises(ScriptError, match=message):
        slots_of(clips(*durations), [], 20.0, cuts_s, "board.md")


@pytest.mark.parametrize(
    ("late", "message"),
    [(cue("x", 30.0, line=7), r"s\.txt, line 7: the time 00:30 lies past"), (cue("x", 28.0, 31.0, 3), "line 3: .*00:30")],
)
def test_times_past_the_end_are_refused(late, message):
    with pytest.raises(ScriptError, match=message):
        check_times([cue("a"), late], 30.0, "s.txt")
    check_times([cue("a", 29.0, 30.05)], 30.0)
