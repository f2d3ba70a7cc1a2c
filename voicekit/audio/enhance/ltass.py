"""The long-term average speech spectrum of 12 languages: Byrne et al. 1994, JASA 96(4), table II.

Levels in third octaves, of 70 dB in all. Men and women differ only below 200 Hz, where the pitch of the voice lies.
"""

import numpy as np

THIRD_OCTAVES_HZ = np.array(
    [63, 80, 100, 125, 160, 200, 250, 315, 400, 500, 630, 800, 1000, 1250, 1600, 2000, 2500, 3150, 4000, 5000, 6300, 8000,
     10000, 12500, 16000], float,
)  # fmt: skip
MALE_DB = np.array(
    [38.6, 43.5, 54.4, 57.7, 56.8, 58.2, 59.7, 60.0, 62.4, 62.6, 60.6, 55.7, 53.1, 53.7, 52.3, 48.7, 48.9, 47.0, 46.0, 44.4,
     43.3, 42.4, 41.9, 39.8, 40.4],
)  # fmt: skip
FEMALE_DB = np.array(
    [37.0, 36.0, 37.5, 40.1, 53.4, 62.2, 60.9, 58.1, 61.7, 61.7, 60.4, 58.0, 54.3, 52.3, 51.7, 48.8, 47.3, 46.7, 45.3, 44.6,
     45.2, 44.9, 45.0, 42.8, 41.1],
)  # fmt: skip


def band_levels_db(power: np.ndarray, hz: np.ndarray) -> np.ndarray:
    """A power spectrum (bins,) at the frequencies `hz` as the levels of THIRD_OCTAVES_HZ, (25,), at least −120 dB."""
    below = np.cumsum(power)  # up to half a bin above its frequency; in between, bands may cut through bins
    edges = THIRD_OCTAVES_HZ[:, None] * 2.0 ** np.array([-1 / 6, 1 / 6])
    low, high = np.interp(edges, hz + hz[1] / 2, below).T
    return 10 * np.log10(np.maximum(high - low, 1e-12))
