"""Brings an utterance to the level that voices are trained at: −23…−18 dB RMS, true peak at most −3 dB."""

from dataclasses import dataclass

import numpy as np

from voicekit.audio.loudness import SILENCE_DB, from_db, rms_db, true_peak_db

#: The rule for what lies on disk.
RMS_RANGE_DB = (-23.0, -18.0)
PEAK_CEILING_DB = -3.0

#: What we aim at, a little inside the rule, so that 16-bit rounding and another's oversampling filter cannot break it.
SAFE_RMS_RANGE_DB = (-22.5, -18.5)
SAFE_PEAK_CEILING_DB = -3.2
TARGET_RMS_DB = -20.5

_LOOKAHEAD_S = 0.005
_OVERSAMPLING = 4


@dataclass(frozen=True)
class Levelled:
    """A waveform (samples,) within the rule; how far it was amplified, and its peaks pressed down, to get there."""

    waveform: np.ndarray
    gain_db: float
    limited_db: float


def meets_rule(waveform: np.ndarray) -> bool:
    """Whether `waveform` (samples,) is within RMS_RANGE_DB and below PEAK_CEILING_DB."""
    return RMS_RANGE_DB[0] <= rms_db(waveform) <= RMS_RANGE_DB[1] and true_peak_db(waveform) <= PEAK_CEILING_DB


def level(waveform: np.ndarray, sample_rate: int, gain_db: float | None = None) -> Levelled | None:
    """Amplifies `waveform` (samples,) into the rule; limits its peaks only where amplification alone cannot.

    Args:
        gain_db: the gain of the whole recording, so that a sentence said softly stays softer than its neighbours. It is
            changed only as far as the rule demands. None aims at TARGET_RMS_DB.

    Returns:
        None where no gain and limit meet the rule: in silence, or a click in silence.
    """
    before_db = rms_db(waveform)
    if before_db <= SILENCE_DB:
        return None
    low_db, high_db = SAFE_RMS_RANGE_DB
    wanted_db = TARGET_RMS_DB if gain_db is None else before_db + gain_db
    wanted_db = min(max(wanted_db, low_db), high_db)
    peak_db = true_peak_db(waveform)
    if peak_db - before_db + wanted_db > SAFE_PEAK_CEILING_DB:  # rather a little softer than limited
        wanted_db = max(low_db, before_db + SAFE_PEAK_CEILING_DB - peak_db)
    gain = wanted_db - before_db
    for _ in range(8):
        amplified = (waveform * from_db(gain)).astype(np.float32)
        limited = limit_peaks(amplified, sample_rate, SAFE_PEAK_CEILING_DB)
        after_db = rms_db(limited)
        if after_db >= low_db - 0.05:
            gain_reduction_db = max(0.0, true_peak_db(amplified) - SAFE_PEAK_CEILING_DB)
            return Levelled(limited, gain, gain_reduction_db) if meets_rule(limited) else None
        gain += low_db - after_db  # limiting took away level: give it back, and limit again
    return None


def limit_peaks(waveform: np.ndarray, sample_rate: int, ceiling_db: float) -> np.ndarray:
    """A look-ahead limiter without delay: true peaks of `waveform` (samples,) come down to `ceiling_db`.

    The gain that each sample needs is spread to its neighbours (a moving minimum) and then smoothed by a window no wider
    than that spread, so that the smooth gain is never above the needed one and turns without a corner.
    """
    from scipy.ndimage import convolve1d, minimum_filter1d

    ceiling = from_db(ceiling_db)
    peaks = _peaks_between_samples(waveform)
    if peaks.max(initial=0.0) <= ceiling:
        return waveform
    needed = np.minimum(1.0, ceiling / np.maximum(peaks, 1e-9))
    reach = max(1, round(_LOOKAHEAD_S * sample_rate))
    window = np.hanning(2 * reach + 3)[1:-1]
    gain = convolve1d(minimum_filter1d(needed, 2 * reach + 1), window / window.sum(), mode="nearest")
    limited = (waveform * gain).astype(np.float32)
    # A gain that moves makes new peaks between the samples; they are tiny, and one factor takes them.
    excess_db = true_peak_db(limited) - ceiling_db
    return limited if excess_db <= 0 else (limited * from_db(-excess_db)).astype(np.float32)


def _peaks_between_samples(waveform: np.ndarray) -> np.ndarray:
    """The highest absolute value on and around each sample (samples,), 4-fold oversampled (BS.1770-4, annex 2)."""
    import soxr

    fine = np.abs(soxr.resample(waveform, 1, _OVERSAMPLING, quality="HQ"))
    fine = np.pad(fine, (0, max(0, _OVERSAMPLING * len(waveform) - len(fine))))[: _OVERSAMPLING * len(waveform)]
    peaks = np.maximum(fine.reshape(-1, _OVERSAMPLING).max(axis=1), np.abs(waveform))
    # The points between two samples belong to both.
    return np.maximum(peaks, np.pad(peaks, (1, 0))[:-1])


def gain_for(rms_values_db: np.ndarray) -> float:
    """One gain for all utterances of a recording: brings the median of their RMS levels to TARGET_RMS_DB."""
    return float(TARGET_RMS_DB - np.median(rms_values_db))
