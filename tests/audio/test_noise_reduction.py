"""noisereduce and afftdn on streams."""

import numpy as np
import pytest

from voicekit.audio.denoise.filters import MAX_REDUCTION_DB, afftdn, noisereduce, wanted_reduction_db
from voicekit.media.filters import filtered
from voicekit.media.sound import Sound

RATE = 16000


def talk(seconds: float, noise_db: float, channels: int = 1) -> np.ndarray:
    """A buzz in bursts of a second, in white noise."""
    rng = np.random.default_rng(0)
    t = np.arange(round(seconds * RATE)) / RATE
    voice = 0.05 * sum(np.sin(2 * np.pi * 110 * k * t + k * k) for k in range(1, 60)) * (np.sin(np.pi * t) > 0)
    return (voice + rng.normal(0, 10 ** (noise_db / 20), (channels, len(t)))).astype(np.float32)


def sound(waveform: np.ndarray) -> Sound:
    return Sound(RATE, len(waveform), waveform.shape[1] / RATE, lambda: iter([waveform]))


def cut(waveform: np.ndarray, size: int) -> list[np.ndarray]:
    return [waveform[:, i : i + size] for i in range(0, waveform.shape[1], size)]


def floor_db(waveform: np.ndarray) -> float:
    pauses = waveform[:, [i for i in range(waveform.shape[1]) if 1.2 < i / RATE % 2 < 1.8]]
    return float(20 * np.log10(np.std(pauses)))


# Gating takes a part of the voice along, which is why it is not the default.
@pytest.mark.parametrize(("denoiser", "kept"), [(noisereduce, 0.6), (afftdn, 0.9)])
def test_noise_comes_down_and_the_voice_stays(denoiser, kept):
    noisy = talk(12, -35)
    treatment = denoiser(sound(noisy), 9.0)
    out = np.concatenate(list(treatment.apply(cut(noisy, 5000))), 1)
    assert out.shape == noisy.shape
    assert -14 < floor_db(out) - floor_db(noisy) < -5
    speaking = slice(RATE // 4, 3 * RATE // 4)
    assert kept < np.dot(out[0, speaking], noisy[0, speaking]) / np.sum(noisy[0, speaking] ** 2) < 1.1
    assert "lowered by 9 dB" in treatment.said[0]


@pytest.mark.parametrize("denoiser", [noisereduce, afftdn])
def test_a_clean_recording_is_left_alone(denoiser):
    assert denoiser(sound(talk(12, -75))).apply is None


@pytest.mark.parametrize("denoiser", [noisereduce, afftdn])
@pytest.mark.parametrize("waveform", [np.zeros((1, 5000)), np.zeros((2, 1)), np.full((1, 5000), 0.5)])
def test_silence_and_next_to_nothing(denoiser, waveform):
    waveform = waveform.astype(np.float32)
    treatment = denoiser(sound(waveform), None)
    if treatment.apply:
        assert np.concatenate(list(treatment.apply([waveform])), 1).shape == waveform.shape


@pytest.mark.parametrize("denoiser", [noisereduce, afftdn])
def test_the_edges_of_blocks_make_no_difference(denoiser):
    noisy = talk(45, -30, 2)
    apply = denoiser(sound(noisy), 9.0).apply
    at_once, in_pieces = (np.concatenate(list(apply(blocks)), 1) for blocks in ([noisy], cut(noisy, 7919)))
    assert 20 * np.log10(np.abs(at_once - in_pieces).max() + 1e-12) < -80


@pytest.mark.parametrize("size", [1, 777, 100_000])
def test_a_filter_shifts_nothing(size):
    impulses = np.zeros((2, 3000 if size == 1 else 50_000), np.float32)
    impulses[:, 1000::1000] = 0.5
    out = np.concatenate(list(filtered(cut(impulses, size), RATE, "volume", "0.5")), 1)
    np.testing.assert_allclose(out, impulses / 2, atol=1e-6)
    late = np.concatenate(list(filtered(cut(impulses, size), RATE, "adelay", "delays=10:all=1", RATE // 100)), 1)
    assert late.shape == impulses.shape
    np.testing.assert_allclose(late[:, 500:-500], impulses[:, 500:-500], atol=1e-6)


def test_a_filter_of_nothing():
    assert list(filtered([], RATE, "volume", "0.5")) == []


@pytest.mark.parametrize(("floor_db", "expected"), [(-54.5, 0.0), (-50.0, 4.0), (-20.0, MAX_REDUCTION_DB)])
def test_noise_is_lowered_only_as_far_as_it_is_heard(floor_db, expected):
    assert wanted_reduction_db(-28.0, floor_db) == pytest.approx(expected)
