"""How loud a waveform is: RMS, true peak, loudness. All in decibels relative to full scale."""

import numpy as np
import soxr

#: What silence is given, instead of minus infinity.
SILENCE_DB = -120.0


def to_db(amplitude: float | np.ndarray) -> float | np.ndarray:
    """Amplitude (1 is full scale) to dB, floored at SILENCE_DB."""
    return 20 * np.log10(np.maximum(np.abs(amplitude), 10 ** (SILENCE_DB / 20)))


def from_db(db: float | np.ndarray) -> float | np.ndarray:
    """dB to amplitude."""
    return 10 ** (np.asarray(db) / 20) if isinstance(db, np.ndarray) else 10 ** (db / 20)


def rms_db(waveform: np.ndarray) -> float:
    """Root mean square over all samples and channels of `waveform`, in dB; a full-scale sine is −3.01 dB."""
    if waveform.size == 0:
        return SILENCE_DB
    return float(to_db(np.sqrt(np.mean(np.square(waveform, dtype=np.float64)))))


def true_peak_db(waveform: np.ndarray) -> float:
    """The highest level between and on the samples: 4-fold oversampled (ITU-R BS.1770-4, annex 2), in dB.

    Args:
        waveform: (samples,) or (channels, samples).
    """
    if waveform.size == 0:
        return SILENCE_DB
    channels = np.atleast_2d(waveform)
    # The ratio alone matters to the resampler, not the rate.
    peak = max(np.abs(soxr.resample(channel, 1, 4, quality="HQ")).max(initial=0.0) for channel in channels)
    return float(to_db(max(peak, np.abs(channels).max())))
