"""Noise reduction by the isolator: only where it is noisy, and never silence."""

import numpy as np
import pytest

from voicekit.audio.loudness import rms_db
from voicekit.media.sound import Sound
from voicekit.separation.isolator import separate
from voicekit.separation.isolator_denoise import REDUCTION, denoise
from voicekit.speech.voices import find_voice, load_engine


def as_sound(waveform: np.ndarray, rate: int = 24000) -> Sound:
    return Sound(rate, len(waveform), waveform.shape[1] / rate, lambda: iter([waveform]))


@pytest.fixture(scope="module")
def speech() -> np.ndarray:
    """(1, samples) at 24 kHz, of the voice that voicekit ships."""
    engine = load_engine(find_voice("base"), "cpu")
    said = engine.synthesize("The lights come on, and somebody walks slowly across the empty stage.").waveform
    pause = np.zeros(12000, np.float32)
    return np.concatenate([pause, said, pause])[None]


def si_sdr(estimate: np.ndarray, reference: np.ndarray) -> float:
    part = np.sum(estimate * reference) / np.sum(reference**2) * reference
    return rms_db(part) - rms_db(estimate - part)


def noisy(clean: np.ndarray, snr_db: float) -> np.ndarray:
    noise = np.random.default_rng(0).standard_normal(clean.shape)
    return (clean + noise * np.std(clean) / np.std(noise) * 10 ** (-snr_db / 20)).astype(np.float32)


def test_a_clean_recording_is_left_alone(speech):
    treatment = denoise(as_sound(speech))
    assert treatment.apply is None
    assert "clean, left as it is" in treatment.said[0]


@pytest.mark.parametrize("snr_db", [0, 10])
def test_noise_comes_down_and_the_voice_gets_clearer(speech, snr_db):
    mixture = noisy(speech, snr_db)
    treatment = denoise(as_sound(mixture))
    cleaned = np.concatenate(list(treatment.apply([mixture])), 1)
    assert cleaned.shape == mixture.shape
    assert si_sdr(cleaned, speech) > si_sdr(mixture, speech) + 3
    pause = slice(2000, 10000)
    assert 10 < rms_db(mixture[:, pause]) - rms_db(cleaned[:, pause]) < REDUCTION.max_db + 1


def test_as_far_as_asked(speech):
    mixture = noisy(speech, 5)
    cleaned = np.concatenate(list(denoise(as_sound(mixture), 6.0).apply([mixture])), 1)
    pause = slice(2000, 10000)
    assert rms_db(mixture[:, pause]) - rms_db(cleaned[:, pause]) == pytest.approx(6, abs=1.5)


def test_speech_is_separated_from_noise(speech):
    mixture = noisy(speech, 0)
    stems = np.concatenate(list(separate(as_sound(mixture)).apply([mixture])), 2)
    np.testing.assert_allclose(stems.sum(0), mixture, atol=1e-6)
    assert si_sdr(stems[0], speech) > si_sdr(mixture, speech) + 5


@pytest.mark.parametrize("waveform", [np.zeros((1, 24000)), np.zeros((2, 1)), np.zeros((1, 0)), np.full((1, 9000), 0.3)])
def test_no_speech_at_all(waveform):
    waveform = waveform.astype(np.float32)
    treatment = denoise(as_sound(waveform))
    if treatment.apply:
        assert np.concatenate(list(treatment.apply([waveform])), 1).shape == waveform.shape
