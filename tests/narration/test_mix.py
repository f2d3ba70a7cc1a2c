import numpy as np
import pytest

from voicekit.narration.job import Ducking
from voicekit.narration.mix import BLOCK, SAMPLE_RATE, mix


def ducked_gain_db(voice, ducking):
    """What becomes of a constant film under a voice, in dB per sample."""
    film = np.full((2, len(voice)), 0.1, dtype=np.float32)

    def blocks(sound):
        return (sound[..., start : start + BLOCK] for start in range(0, len(voice), BLOCK))

    mixed = np.concatenate(list(mix(blocks(film), blocks(voice), 0.0, 0.0, ducking)), axis=1)
    return 20 * np.log10((mixed[0] - voice) / 0.1)


def at(gain_db, time_s):
    return gain_db[round(time_s * SAMPLE_RATE)]


def voice_between(start_s, end_s, level, duration_s=6.0):
    t = np.arange(round(duration_s * SAMPLE_RATE)) / SAMPLE_RATE
    return np.where((t >= start_s) & (t < end_s), level * np.sin(2 * np.pi * 500 * t), 0).astype(np.float32)


def test_the_film_makes_room_for_the_voice_and_comes_back():
    gain_db = ducked_gain_db(voice_between(2, 3, 0.2), Ducking(depth_db=12))
    assert at(gain_db, 1.8) == pytest.approx(0, abs=0.01)  # not before its time
    assert at(gain_db, 2.0) < -10  # down when the first word comes
    np.testing.assert_allclose(gain_db[2 * SAMPLE_RATE + 4800 : 3 * SAMPLE_RATE], -12, atol=0.5)
    assert at(gain_db, 3.1) < -11  # held between words
    assert at(gain_db, 5.5) == pytest.approx(0, abs=0.2)
    assert np.abs(np.diff(gain_db)).max() < 0.02  # no step that would click


def test_the_gain_follows_the_level_of_the_voice():
    depths = [-ducked_gain_db(voice_between(1, 4, level), Ducking()).min() for level in (0.003, 0.012, 0.03, 0.2)]
    assert depths[0] == 0
    assert 0 < depths[1] < depths[2] < depths[3] < 12.001
    assert -ducked_gain_db(voice_between(1, 4, 0.2), Ducking(depth_db=0)).min() == pytest.approx(0, abs=1e-4)
