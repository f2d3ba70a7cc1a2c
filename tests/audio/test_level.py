import numpy as np
import pytest

from voicekit.audio.level import TARGET_RMS_DB, gain_for, level, meets_rule
from voicekit.audio.loudness import from_db, rms_db, true_peak_db

RATE = 24_000


def noise(seconds: float, db: float, seed: int = 0) -> np.ndarray:
    return (np.random.default_rng(seed).normal(0, from_db(db), round(seconds * RATE))).astype(np.float32)


def spiky(db: float) -> np.ndarray:
    """Noise with a short burst far above it, twice a second: a crest factor that no gain alone can bring into the rule."""
    waveform = noise(3, db)
    for start in range(6000, len(waveform) - 200, 12_000):
        waveform[start : start + 100] *= 20
    return waveform


def as_stored(waveform: np.ndarray) -> np.ndarray:
    return (np.round(waveform * 32768) / 32768).astype(np.float32)


@pytest.mark.parametrize("db", [-70, -45, -30, -20, -8, 0])
def test_any_level_ends_within_the_rule(db):
    levelled = level(noise(2, db), RATE)
    assert meets_rule(as_stored(levelled.waveform))


@pytest.mark.parametrize("db", [-60, -30, -10])
def test_peaks_that_gain_alone_leaves_too_high_are_limited_into_the_rule(db):
    waveform = spiky(db)
    assert true_peak_db(waveform) - rms_db(waveform) > -3 + 23  # or the case would need no limiter
    levelled = level(waveform, RATE)
    assert levelled.limited_db > 0
    assert meets_rule(as_stored(levelled.waveform))


def test_what_needs_no_limiter_is_only_amplified():
    waveform = noise(1, -30)
    levelled = level(waveform, RATE)
    assert levelled.limited_db == 0
    np.testing.assert_allclose(levelled.waveform, waveform * from_db(levelled.gain_db), rtol=1e-5)


def test_the_gain_of_the_recording_is_kept_where_the_rule_allows_it():
    soft, loud = noise(1, -31.5), noise(1, -29.5)
    gain_db = gain_for(np.array([-31.5, -29.5]))
    difference_db = rms_db(level(loud, RATE, gain_db).waveform) - rms_db(level(soft, RATE, gain_db).waveform)
    assert difference_db == pytest.approx(2.0, abs=0.1)


def test_the_gain_of_the_recording_gives_way_to_the_rule():
    for db in (-50, -10):
        assert meets_rule(level(noise(1, db), RATE, gain_db=10.0).waveform)


def test_one_gain_brings_the_median_to_the_target():
    assert gain_for(np.array([-40.0, -30.0, -29.0])) == pytest.approx(TARGET_RMS_DB + 30)


def test_silence_has_no_level():
    assert level(np.zeros(RATE, np.float32), RATE) is None
    assert level(np.zeros(0, np.float32), RATE) is None


def test_a_click_in_silence_is_given_up_instead_of_blown_up():
    waveform = np.zeros(5 * RATE, np.float32)
    waveform[RATE] = 0.5
    assert level(waveform, RATE) is None
