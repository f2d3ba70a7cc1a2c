import numpy as np
import pytest

from voicekit.core.errors import CheckpointError
from voicekit.model.networks import Change, Figures, TokenProsody, check_finite, weights_digest, whole_frames

PAUSES = np.array([True, False, False, False, True])
OWN = TokenProsody(np.full(5, 8.0), np.array([0, 1, -1, 0.5, 0.0]), np.zeros(5))


def test_whole_frames_keep_the_length_of_the_sentence():
    frames = whole_frames(np.full(40, 5.3), np.zeros(40, bool))
    assert frames.dtype == np.int64 and abs(frames.sum() - 40 * 5.3) <= 2


def test_no_phone_is_lost_but_short_pauses_are():
    frames = whole_frames(np.array([0.1, 0.1, 4.0]), np.array([False, True, True]))
    assert frames[0] >= 1 and frames[1] == 0 and frames[2] >= 2


def test_pace_changes_the_length():
    slow, fast = (OWN.changed(Change(pace=pace), PAUSES).durations.sum() for pace in (0.8, 1.25))
    assert slow / fast == pytest.approx(1.25 / 0.8, rel=0.1)


def test_pitch_is_moved_of_all_tokens_or_of_one():
    up = OWN.changed(Change(pitch=1.0), PAUSES).pitch
    assert np.array_equal(up, OWN.changed(Change(pitch=np.ones(5)), PAUSES).pitch)
    assert np.array_equal(up, np.float32(OWN.pitch + 1))
    assert np.flatnonzero(OWN.changed(Change(pitch=np.eye(5)[3]), PAUSES).pitch != OWN.pitch).tolist() == [3]
    assert np.array_equal(OWN.changed(Change(liveliness=2.0), PAUSES).pitch, 2 * OWN.pitch)


def test_a_pause_that_is_asked_for_lasts_so_long():
    asked = np.array([np.nan, np.nan, np.nan, np.nan, 30.0])
    assert OWN.changed(Change(frames=asked), PAUSES).durations.tolist() == [8, 8, 8, 8, 30]


def test_what_is_no_number_is_told():
    with pytest.raises(CheckpointError, match="weights are damaged"):
        check_finite(np.zeros(3), np.array([1, np.inf]))
    for damaged in ((5, 0, 0, 1), (5, 1, 0, 0), (5, float("nan"), 0, 1)):
        with pytest.raises(CheckpointError, match="weights are damaged"):
            Figures(*damaged)


def test_the_digest_is_that_of_what_is_heard():
    weights = {"acoustic.a": np.float16([1, 2]), "vocoder.b": np.float32([3])}
    same = {"vocoder.b": np.float32([3]), "acoustic.a": np.float32([1, 2]), "acoustic.speaker_encoder.x": np.float32([9])}
    assert weights_digest(weights) == weights_digest(same)
    assert weights_digest(weights) != weights_digest(weights | {"vocoder.b": np.float32([4])})
    assert weights_digest(weights) != weights_digest({"acoustic.a": weights["acoustic.a"], "vocoder.c": np.float32([3])})
