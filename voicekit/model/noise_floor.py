"""A voice's own noise is taken out of the mels that it is about to speak.

A voice learns the hiss of its recordings with all else, adds to it where it is unsure, and says it between and under its
words. Spectral subtraction (Boll 1979), with more taken than there is and never more than so many decibels (Berouti,
Schwartz & Makhoul 1979): it costs some arithmetic on mels, where a denoiser behind the vocoder would cost more than all of
the networks.
"""

import numpy as np

from voicekit.audio.features import LOG_FLOOR, N_MELS
from voicekit.model.voice_file import NOISE_BANDS, Calibration

#: So many times the noise's power is taken, as what is louder than most of it is noise too. Chosen with the calibration's
#: usual reduction on 20 sentences: less leaves noise, more takes likeness (recipes/RUNS.md, run 30).
OVERSUBTRACTION = 3.0
LOG_MEL_FLOOR = float(np.log(LOG_FLOOR))
_NEPER_PER_DB = np.log(10) / 20


def without_noise(mel: np.ndarray, calibration: Calibration) -> np.ndarray:
    """(N_MELS, T) log-mel without the noise that a calibration tells of; as it is where that tells of none."""
    if not takes_noise(calibration):
        return mel
    kept = 1 - OVERSUBTRACTION * np.exp(2 * (noise_floor(calibration) - mel).clip(max=0))
    lowered = mel + np.log(kept.clip(least_power(calibration))) / 2
    return np.maximum(lowered, LOG_MEL_FLOOR).astype(np.float32)


def takes_noise(calibration: Calibration) -> bool:
    return bool(calibration.noise_db) and calibration.noise_reduction_db > 0


def noise_floor(calibration: Calibration) -> np.ndarray:
    """(N_MELS, 1) natural log of the noise's magnitudes, on lines between the bands that the calibration has."""
    bands = np.interp(np.arange(N_MELS), np.linspace(0, N_MELS - 1, NOISE_BANDS), calibration.noise_db)
    return (bands * _NEPER_PER_DB).astype(np.float32)[:, None]


def least_power(calibration: Calibration) -> float:
    """The part of a power that is left at least."""
    return float(10 ** (-calibration.noise_reduction_db / 10))


def noise_bands(mel: np.ndarray, quantile: float) -> tuple[float, ...]:
    """What `Calibration.noise_db` is of speech whose log-mels are (N_MELS, T): the quantile of each band over time."""
    floor = np.quantile(mel, quantile, axis=1) / _NEPER_PER_DB
    bands = np.interp(np.linspace(0, N_MELS - 1, NOISE_BANDS), np.arange(N_MELS), floor)
    return tuple(round(float(level), 1) for level in bands)
