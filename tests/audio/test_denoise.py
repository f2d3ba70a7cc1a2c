import numpy as np
import pytest

from voicekit.audio.denoise import MAX_REDUCTION_DB, denoise, wanted_reduction_db
from voicekit.audio.loudness import from_db, rms_db

RATE = 24_000


def voice(seconds: float = 3.0) -> np.ndarray:
    """Harmonics of 120 Hz that come and go; the second half of each second is silent."""
    t = np.arange(round(seconds * RATE)) / RATE
    wave = sum(np.sin(2 * np.pi * 120 * k * t + k * k) / k for k in range(1, 30))
    return (0.1 * wave / wave.std() * (t % 1 < 0.5)).astype(np.float32)


def hiss(seconds: float, db: float, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(0, from_db(db), round(seconds * RATE)).astype(np.float32)


def distortion_db(estimate: np.ndarray, reference: np.ndarray) -> float:
    """What is not the reference at its best gain, relative to it (negative SI-SDR)."""
    part = estimate @ reference / (reference @ reference) * reference
    return rms_db(estimate - part) - rms_db(part)


def test_a_clean_recording_is_not_touched():
    waveform = voice()
    assert wanted_reduction_db(speech_db=-28, noise_floor_db=-60) == 0
    assert denoise(waveform, hiss(1, -60, 1), RATE, 0.0) is waveform


@pytest.mark.parametrize(("floor_db", "expected"), [(-54.5, 0.0), (-50.0, 4.0), (-20.0, MAX_REDUCTION_DB)])
def test_noise_is_lowered_only_as_far_as_it_is_heard(floor_db, expected):
    assert wanted_reduction_db(-28.0, floor_db) == pytest.approx(expected)


def test_pauses_become_quieter_by_what_was_asked_and_no_more():
    noisy = voice() + hiss(3, -45, 1)
    cleaned = denoise(noisy, hiss(2, -45, 2), RATE, 6.0)
    pause = np.arange(len(noisy)) / RATE % 1 > 0.6
    lowered_db = rms_db(noisy[pause]) - rms_db(cleaned[pause])
    assert 4 < lowered_db < 6.5


def test_the_voice_is_nearer_to_the_clean_one_than_before():
    clean = voice()
    noisy = clean + hiss(3, -40, 1)
    cleaned = denoise(noisy, hiss(2, -40, 2), RATE, MAX_REDUCTION_DB)
    assert distortion_db(cleaned, clean) < distortion_db(noisy, clean) - 0.5


def test_length_and_type_stay():
    for samples in (24_000, 24_001, 31_337):
        waveform = hiss(2, -30, 0)[:samples]
        cleaned = denoise(waveform, hiss(1, -30, 1), RATE, 6.0)
        assert cleaned.shape == (samples,) and cleaned.dtype == np.float32


def test_too_short_a_profile_says_nothing_so_nothing_is_done():
    waveform = voice()
    assert denoise(waveform, hiss(0.2, -30, 1), RATE, 6.0) is waveform
    assert denoise(waveform, np.zeros(0, np.float32), RATE, 6.0) is waveform
