"""The one limiter: true peaks stay below the ceiling, and nothing else is touched. Streams: see test_master."""

import numpy as np

from voicekit.audio.limiter import limited
from voicekit.audio.loudness import from_db, true_peak_db

RATE = 24_000


def noise(seconds: float, db: float) -> np.ndarray:
    return np.random.default_rng(0).normal(0, from_db(db), round(seconds * RATE)).astype(np.float32)


def pressed(waveform: np.ndarray, ceiling_db: float) -> np.ndarray:
    return np.concatenate([*limited([waveform[None].copy()], RATE, 0.0, ceiling_db)], axis=1)[0]


def test_what_is_below_the_ceiling_is_left_alone():
    waveform = noise(1, -30)
    assert np.array_equal(pressed(waveform, -3.0), waveform)


def test_peaks_between_the_samples_are_taken():
    # A sine at a quarter of the rate, sampled off its crests: 3 dB lower on the samples than between them.
    waveform = (0.9 * np.sin(2 * np.pi * np.arange(RATE) / 4 + np.pi / 4)).astype(np.float32)
    assert np.abs(waveform).max() < from_db(-3.0) and true_peak_db(waveform) > -3.0
    assert true_peak_db(pressed(waveform, -3.2)) <= -3.0


def test_only_the_neighbourhood_of_a_peak_is_touched():
    waveform = noise(1, -30)
    waveform[12_000] = 1.0
    made = pressed(waveform, -3.0)
    offset_s = (np.arange(RATE) - 12_000) / RATE
    far = (offset_s < -0.013) | (offset_s > 0.08)  # it lets go by 60 dB a second
    np.testing.assert_array_equal(made[far], waveform[far])
    assert true_peak_db(made) <= -3.0 + 1e-3
    assert np.abs(made - waveform)[~far].max() > 0.1
