import itertools
import random

import pytest

from voicekit.narration.timing.section import (
    MAX_LEVEL,
    MAX_PACE,
    MAX_STRETCH,
    MIN_GAP_S,
    NO_COMPRESSION,
    Line,
    Section,
    TimeCompression,
)

TOLERANCE_S = 0.04


def best_by_trying(section, lines, cuts):
    """(lines that cross a cut, level) of the best plan, found by trying every shot for every line; None where none fits."""
    edges = [section.start_s, *cuts, section.limit_s]
    shots = [(a, b + TOLERANCE_S) for a, b in itertools.pairwise(edges)]
    anywhere = (section.start_s, section.limit_s)

    def fits(windows, level):
        free_s = section.start_s
        for line, (begin_s, end_s) in zip(lines, windows, strict=True):
            start_s = max(free_s, begin_s)
            if section.anchored and line is lines[0] and start_s > section.start_s:
                return False
            if start_s + line.length_s(level) > min(end_s, section.limit_s) + 1e-6:
                return False
            free_s = start_s + line.length_s(level) + MIN_GAP_S
        return True

    best = None
    for windows in itertools.product([*shots, anywhere], repeat=len(lines)):
        crossings = sum(window is anywhere for window in windows)
        if (best and crossings > best[0]) or not fits(windows, MAX_LEVEL):
            continue
        low, high = 0.0, MAX_LEVEL
        for _ in range(20):
            middle = (low + high) / 2
            low, high = (low, middle) if fits(windows, middle) else (middle, high)
        best = min(best or (crossings, high), (crossings, high))
    return best


def crossings_of(spots, cuts):
    return sum(any(s.start_s + TOLERANCE_S < cut < s.end_s - TOLERANCE_S - 1e-4 for cut in cuts) for s in spots)


@pytest.mark.parametrize("seed", range(60))
def test_no_other_plan_crosses_fewer_cuts_or_needs_less_compression(seed):
    rng = random.Random(seed)
    lines = [Line(rng.uniform(0.8, 4), rng.choice([0, 0.2, 0.5])) for _ in range(rng.randint(1, 4))]
    length_s = sum(line.length_s(0) for line in lines) * rng.uniform(0.75, 1.6)
    cuts = sorted(rng.uniform(0.1, length_s - 0.1) for _ in range(rng.randint(0, 3)))
    section = Section(0.0, length_s, rng.random() < 0.4, cuts)
    best, spots = best_by_trying(section, lines, cuts), section.fill(lines)
    assert (spots is None) == (best is None)
    if spots is None:
        return
    assert crossings_of(spots, cuts) <= best[0]
    assert max(TimeCompression.at(s.level).speed for s in spots) <= 1.05 * TimeCompression.at(best[1]).speed
    assert max(s.level for s in spots) <= best[1] + 0.01
    for before, after in itertools.pairwise(spots):
        assert after.start_s >= before.end_s + MIN_GAP_S - 1e-6
    assert spots[0].start_s >= 0 and spots[-1].end_s <= length_s + 1e-5
    assert not section.anchored or spots[0].start_s == 0
    assert [s.end_s - s.start_s for s in spots] == pytest.approx(
        [ln.length_s(s.level) for ln, s in zip(lines, spots, strict=True)]
    )


def test_only_lines_that_lack_the_time_are_compressed():
    # The first three share too little time before the cut; the last has all the rest for itself.
    lines = [Line(2.0), Line(2.0), Line(2.0), Line(2.0)]
    spots = Section(0.0, 20.0, cuts_s=[5.6, 8.0]).fill(lines[:3] + lines[3:])
    assert sum(s.level for s in spots) == 0  # one of them simply waits for the next shot
    tight = Section(0.0, 8.0, cuts_s=[5.6]).fill(lines)
    assert tight[0].level == tight[1].level == tight[2].level > 1
    assert tight[3].level == 0


def test_a_line_waits_for_the_next_shot_rather_than_cross_a_cut():
    (spot,) = Section(0.0, 10.0, cuts_s=[1.0]).fill([Line(3.0)])
    assert spot.start_s >= 1.0 and spot.level == 0


def test_a_line_longer_than_every_shot_crosses_a_cut_at_its_own_pace():
    (spot,) = Section(0.0, 6.0, cuts_s=[2.0, 4.0]).fill([Line(4.5)])
    assert spot.level == 0 and spot.end_s - spot.start_s == pytest.approx(4.5)


def test_a_line_that_just_fits_its_shot_is_compressed_to_stay_in_it():
    (spot,) = Section(0.0, 4.0, anchored=True, cuts_s=[2.0]).fill([Line(2.2)])
    assert spot.start_s == 0 and spot.end_s == pytest.approx(2.0, abs=0.05)
    assert 1.05 < TimeCompression.at(spot.level).speed < 1.1


def test_the_means_are_used_in_their_order():
    assert TimeCompression.at(0) == NO_COMPRESSION
    assert TimeCompression.at(0.5) == TimeCompression(0.5, 1.0, 1.0)
    assert TimeCompression.at(1.5) == TimeCompression(1.0, 1.1, 1.0)
    assert TimeCompression.at(2.5).stretch == pytest.approx(1.05) and TimeCompression.at(2.5).pace == MAX_PACE
    assert TimeCompression.at(MAX_LEVEL).speed == pytest.approx(MAX_PACE * MAX_STRETCH)
    lengths = [Line(3.0, 0.4).length_s(level / 10) for level in range(31)]
    assert lengths == sorted(lengths, reverse=True) and lengths[0] == 3.4


def test_silence_is_shared_out_evenly():
    spots = Section(0.0, 12.0).fill([Line(2.0), Line(2.0), Line(2.0)])
    gaps = [spots[0].start_s, *(b.start_s - a.end_s for a, b in itertools.pairwise(spots)), 12 - spots[-1].end_s]
    assert gaps == pytest.approx([1.0, 2.0, 2.0, 1.0])


def test_too_much_is_told_and_never_cut():
    section = Section(0.0, 3.0)
    assert section.fill([Line(5.0)]) is None
    (spot,) = section.overfill([Line(5.0)])
    assert spot.end_s == pytest.approx(5.0 / (MAX_PACE * MAX_STRETCH))


def test_no_room_at_all():
    assert Section(5.0, 4.0).fill([Line(1.0)]) is None
    assert Section(0.0, 4.0).fill([]) == []
