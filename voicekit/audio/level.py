"""Brings an utterance to the level that voices are trained at: −23…−18 dB RMS, true peak at most −3 dB."""

from dataclasses import dataclass

import numpy as np

from voicekit.audio.limiter import limited
from voicekit.audio.loudness import SILENCE_DB, from_db, rms_db, true_peak_db

#: The rule for sound on disk.
RMS_RANGE_DB = (-23.0, -18.0)
PEAK_CEILING_DB = -3.0

#: The target lies a little inside the rule, so that neither 16-bit rounding nor another program's oversampling filter breaks
#: it.
SAFE_RMS_RANGE_DB = (-22.5, -18.5)
SAFE_PEAK_CEILING_DB = -3.2
TARGET_RMS_DB = -20.5


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
        pressed = np.concatenate([*limited([amplified[None]], sample_rate, 0.0, SAFE_PEAK_CEILING_DB)], axis=1)[0]
        after_db = rms_db(pressed)
        if after_db >= low_db - 0.05:
            gain_reduction_db = max(0.0, true_peak_db(amplified) - SAFE_PEAK_CEILING_DB)
            return Levelled(pressed, gain, gain_reduction_db) if meets_rule(pressed) else None
        gain += low_db - after_db  # limiting took away level: give it back, and limit again
    return None


def gain_for(rms_values_db: np.ndarray) -> float:
    """One gain for all utterances of a recording: brings the median of their RMS levels to TARGET_RMS_DB."""
    return float(TARGET_RMS_DB - np.median(rms_values_db))
