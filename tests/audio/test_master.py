import numpy as np
import pytest

from voicekit.audio import master
from voicekit.audio.loudness import SILENCE_DB, from_db, integrated_lufs, true_peak_db

RATE = 48_000


def speech_like(duration_s=6.0, level=0.1, seed=0):
    """Bursts with sharp peaks, left and right alike but for a little noise."""
    rng = np.random.default_rng(seed)
    n = round(duration_s * RATE)
    t = np.arange(n) / RATE
    wave = sum(np.sin(2 * np.pi * 130 * k * t) / k for k in range(1, 20)) * np.abs(np.sin(2 * np.pi * 1.5 * t)) ** 3
    return (level * (wave + 0.02 * rng.normal(size=(2, n)))).astype(np.float32)


def blocks(sound, size=RATE):
    return (sound[:, start : start + size] for start in range(0, sound.shape[1], size))


def applied(sound, gain_db, ceiling_db=-2.0, size=RATE):
    return np.concatenate(list(master.apply(blocks(sound, size), RATE, gain_db, ceiling_db)), axis=1)


@pytest.mark.parametrize("level", [0.01, 0.1, 0.6])
def test_any_level_comes_to_the_target_below_the_ceiling(level):
    sound = speech_like(level=level)
    found = master.measure(lambda: blocks(sound), RATE)
    mastered = applied(sound, found.gain_db)
    assert integrated_lufs([mastered], RATE) == pytest.approx(-16, abs=0.15)
    assert true_peak_db(mastered) < -1.9
    assert found.loudness_lufs == pytest.approx(integrated_lufs([mastered], RATE), abs=0.01)
    assert found.true_peak_db == pytest.approx(true_peak_db(mastered), abs=0.1)
    assert found.before_lufs == pytest.approx(integrated_lufs([sound], RATE), abs=0.01)


def test_what_stays_below_the_ceiling_is_only_amplified():
    sound = speech_like(level=0.02)
    np.testing.assert_allclose(applied(sound, 6.0), sound * from_db(6.0), atol=1e-6)


def test_the_cut_into_blocks_makes_no_difference():
    sound = speech_like(5.3, 0.5)
    whole = applied(sound, 6.0, size=sound.shape[1])
    assert whole.shape == sound.shape
    for size in (RATE, 4_801):
        assert np.array_equal(applied(sound, 6.0, size=size), whole)


# The second peak is let go of across the border between two of the limiter's windows.
@pytest.mark.parametrize("peak", [RATE, 2 * RATE - RATE // 40])
def test_the_limiter_is_transparent_around_a_peak(peak):
    sound = np.full((1, 3 * RATE), 0.05, dtype=np.float32)
    sound[0, peak] = 2.0
    limited = applied(sound, 0.0)
    gain_db = 20 * np.log10(limited[0] / sound[0])
    assert gain_db[peak] == pytest.approx(-8, abs=0.1)
    assert np.abs(gain_db[: peak - RATE // 50]).max() < 1e-4  # not before the look-ahead
    assert np.abs(gain_db[peak + RATE // 5 :]).max() < 1e-4  # back within 200 ms
    assert np.abs(np.diff(gain_db)).max() < 0.1  # and no step that would click


def test_peaks_at_the_very_ends_are_caught():
    sound = np.zeros((1, RATE), dtype=np.float32)
    sound[0, [0, -1]] = 1.0
    assert true_peak_db(applied(sound, 0.0)) < -1.9


def test_silence_stays_silence():
    silent = np.zeros((2, RATE), dtype=np.float32)
    found = master.measure(lambda: blocks(silent), RATE)
    assert (found.gain_db, found.true_peak_db) == (0.0, SILENCE_DB)
    assert not applied(silent, found.gain_db).any()


def test_noise_is_not_blown_up():
    faint = speech_like(level=1e-4)
    assert master.measure(lambda: blocks(faint), RATE).gain_db <= master.MAX_GAIN_DB
