"""Sides that cancel, dead ones, and others: nothing is lost in a mix, and what is left out is told."""

import numpy as np
import pytest

from voicekit.media.channels import mixed
from voicekit.media.sound import Sound

RATE = 16_000


def voice(duration_s: float = 3.0, level: float = 0.1, seed: int = 0) -> np.ndarray:
    """Noise that comes and goes, as speech does."""
    n = round(duration_s * RATE)
    rng = np.random.default_rng(seed)
    return (level * rng.normal(0, 1, n) * (np.sin(2 * np.pi * 0.7 * np.arange(n) / RATE + seed) > -0.3)).astype(np.float32)


def mono(*channels: np.ndarray, layout: tuple[str, ...] = ("FL", "FR")) -> tuple[np.ndarray, tuple[str, ...]]:
    waveform = np.stack(channels).astype(np.float32)
    sound = Sound(RATE, len(waveform), waveform.shape[1] / RATE, lambda: iter(np.array_split(waveform, 7, axis=1)), layout)
    out = mixed(sound, 1)
    return np.concatenate(list(out.read()), axis=1)[0], out.notes


def rms(sound: np.ndarray) -> float:
    return float(np.sqrt(np.mean(sound.astype(np.float64) ** 2)))


@pytest.mark.parametrize("gain", [-1.0, -0.7, -0.98])
def test_of_sides_that_cancel_the_louder_is_taken_and_told(gain):
    left = voice()
    got, notes = mono(left, gain * left)
    np.testing.assert_allclose(got, left, atol=1e-5)
    assert notes == ("the right side cancels the left side (is it wired the wrong way round?): left out of the mix",)


def test_the_louder_of_sides_that_cancel_may_be_the_right_one():
    got, notes = mono(-0.7 * voice(), voice())
    np.testing.assert_allclose(got, voice(), atol=1e-5)
    assert notes[0].startswith("the left side cancels the right side")


def test_sides_that_cancel_under_a_hiss_of_their_own():
    left, rng = voice(), np.random.default_rng(5)
    hiss = rng.normal(0, 0.003, (2, len(left)))
    got, notes = mono(left + hiss[0], -left + hiss[1])
    assert rms(got) == pytest.approx(rms(left), rel=0.05) and "cancels" in notes[0]


def test_sides_that_cancel_for_a_while_only():
    """A plug that was turned round in the middle."""
    left = voice(6)
    right = np.where(np.arange(len(left)) < len(left) // 2, left, -left)
    got, notes = mono(left, right)
    assert rms(got[len(left) // 2 :]) == pytest.approx(rms(left[len(left) // 2 :]), rel=0.05)
    assert "cancels" in notes[0]


def test_a_dead_side_takes_no_level_from_the_other():
    left = voice()
    for other in (np.zeros_like(left), 1e-5 * voice(seed=3)):
        got, notes = mono(left, other)
        assert rms(got) == pytest.approx(rms(left), rel=0.01)
        assert notes == ("only the left side of 2 holds sound: nothing else is mixed in",)


def test_a_side_with_a_constant_voltage_is_dead():
    left = voice()
    got, notes = mono(left, np.full_like(left, 0.2))
    assert rms(got) == pytest.approx(rms(left), rel=0.01) and "only the left side" in notes[0]


@pytest.mark.parametrize("right", ["same", "other", "quieter"])
def test_ordinary_stereo_is_mixed_without_a_word(right):
    left = voice()
    right = {"same": left, "other": voice(seed=2), "quieter": 0.3 * left}[right]
    got, notes = mono(left, right)
    np.testing.assert_allclose(got, (left + right) / 2, atol=1e-5)
    assert notes == ()


def test_silence_is_silence():
    got, notes = mono(np.zeros(RATE), np.zeros(RATE))
    assert not got.any() and notes == ()


def test_of_many_unnamed_channels_those_that_hold_sound_are_mixed():
    left, none = voice(), np.zeros(3 * RATE)
    got, notes = mono(left, none, none, none, none, none, none, -left, layout=("",) * 8)
    assert rms(got) == pytest.approx(rms(left), rel=0.01)
    assert "channel 8 cancels channel 1" in notes[0]


def test_speech_in_the_channel_of_low_frequencies_alone_is_heard():
    left, none = voice(), np.zeros(3 * RATE)
    got, notes = mono(none, none, left, layout=("FL", "FR", "LFE"))
    assert rms(got) == pytest.approx(rms(left), rel=0.01) and "only channel 3 of 3" in notes[0]
