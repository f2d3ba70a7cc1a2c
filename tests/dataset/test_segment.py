from itertools import pairwise

import numpy as np
import pytest

from voicekit.dataset.recording import FRAME_S, MARGIN_S, MAX_S, MIN_S, Segment, segment, speech_runs, whole

FLOOR_DB = -60.0


def curves(*parts: tuple[str, float]) -> tuple[np.ndarray, np.ndarray, float]:
    """Speech probability and level of ("speech" | "pause" | "faint" | "dip", seconds) parts."""
    values = {"speech": (0.95, -25.0), "pause": (0.02, FLOOR_DB), "faint": (0.1, -45.0), "dip": (0.9, -40.0)}
    frames = [values[kind] for kind, duration_s in parts for _ in range(round(duration_s / FRAME_S))]
    speech, level_db = np.array(frames, dtype=float).reshape(-1, 2).T
    return speech, level_db, FLOOR_DB


def test_pauses_end_utterances_and_a_little_silence_stays():
    spans = segment(*curves(("pause", 1), ("speech", 4), ("pause", 1), ("speech", 5), ("pause", 1)))
    assert [round(span.duration_s) for span in spans] == [4, 5]
    assert spans[0].start_s == pytest.approx(1 - MARGIN_S, abs=2 * FRAME_S)
    assert spans[0].end_s == pytest.approx(5 + MARGIN_S, abs=2 * FRAME_S)


def test_a_short_pause_does_not_end_an_utterance():
    assert len(segment(*curves(("speech", 3), ("pause", 0.2), ("speech", 3)))) == 1


@pytest.mark.parametrize("seed", range(12))
def test_whatever_comes_spans_are_in_order_apart_and_not_too_long(seed):
    rng = np.random.default_rng(seed)
    parts = []
    for _ in range(30):
        parts += [("pause", rng.uniform(0, 2)), ("speech", rng.uniform(0.05, 20 if rng.random() < 0.2 else 3))]
    speech, level_db, floor_db = curves(*parts)
    level_db = level_db + rng.normal(0, 3, len(level_db))
    spans = segment(speech, level_db, floor_db)
    assert all(a.end_s <= b.start_s + 1e-9 for a, b in pairwise(spans))
    assert all(span.start_s >= 0 and span.duration_s <= MAX_S + 1e-9 for span in spans)
    assert spans[-1].end_s <= len(speech) * FRAME_S + 1e-9
    times = (np.arange(len(speech)) + 0.5) * FRAME_S
    inside = np.zeros(len(speech), bool)
    for span in spans:
        inside |= (times > span.start_s) & (times < span.end_s)
    assert inside[speech > 0.5].all()  # no speech is lost


def test_a_long_stretch_is_cut_at_its_longest_pause_first():
    spans = segment(*curves(("speech", 7), ("pause", 0.3), ("speech", 5), ("pause", 0.12), ("speech", 3)))
    assert len(spans) == 2
    assert 7 < (spans[0].end_s + spans[1].start_s) / 2 < 7.4


def test_of_two_pauses_the_longer_is_cut():
    spans = segment(*curves(("speech", 5), ("pause", 0.15), ("speech", 4), ("pause", 0.3), ("speech", 5)))
    assert len(spans) == 2 and spans[0].end_s == pytest.approx(9.3, abs=0.06)


def test_a_long_stretch_without_pause_is_cut_where_it_is_quietest():
    spans = segment(*curves(("speech", 8), ("dip", 0.1), ("speech", 8)))
    assert len(spans) == 2
    assert 8 - FRAME_S <= spans[0].end_s <= 8.1 + FRAME_S
    assert spans[0].end_s == pytest.approx(spans[1].start_s)


def test_short_pieces_join_the_nearer_neighbour():
    spans = segment(*curves(("speech", 4), ("pause", 1), ("speech", 0.6), ("pause", 0.5), ("speech", 4)))
    assert [round(span.duration_s, 1) for span in spans] == [pytest.approx(4.2, abs=0.2), pytest.approx(5.2, abs=0.2)]


def test_short_pieces_stay_alone_when_the_neighbour_is_far_or_full():
    far = segment(*curves(("speech", 4), ("pause", 3), ("speech", 1.2), ("pause", 3), ("speech", 4)))
    full = segment(*curves(("speech", 11.2), ("pause", 0.6), ("speech", 1.2)))
    assert len(far) == 3 and len(full) == 2


def test_a_word_on_its_own_gets_more_silence_so_that_it_is_long_enough():
    (span,) = segment(*curves(("pause", 2), ("speech", 0.5), ("pause", 2)))
    assert span.duration_s >= MIN_S


def test_faint_sounds_at_the_edges_are_kept():
    first, last = speech_runs(*curves(("pause", 1), ("faint", 0.16), ("speech", 2), ("faint", 0.16), ("pause", 1)))[0]
    assert first * FRAME_S == pytest.approx(1, abs=FRAME_S)
    assert last * FRAME_S == pytest.approx(3.32, abs=2 * FRAME_S)


def test_margins_share_the_pause_between_them():
    spans = segment(*curves(("speech", 8), ("pause", 0.4), ("speech", 8)))
    assert spans[0].end_s <= spans[1].start_s


def test_whole_leaves_out_only_the_silence_around():
    span = whole(*curves(("pause", 1), ("speech", 2), ("pause", 2), ("speech", 1), ("pause", 1)))
    assert span.start_s == pytest.approx(0.85, abs=0.05) and span.end_s == pytest.approx(6.15, abs=0.07)


def test_silence_has_no_spans():
    assert segment(*curves(("pause", 5))) == []
    assert whole(*curves(("pause", 5))) is None


def test_a_span_knows_its_length():
    assert Segment(1.5, 4.0).duration_s == 2.5
