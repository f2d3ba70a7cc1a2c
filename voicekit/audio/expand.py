"""A streaming downward expander: it lowers the softest sound, the noise between the words, and leaves the words."""

from collections.abc import Iterator

import numpy as np

from voicekit.audio.loudness import from_db, hop_samples, power_db, quietest_db
from voicekit.media.sound import Blocks, windows

#: A larger reduction is heard as pumping.
MAX_REDUCTION_DB = 12.0
#: Noise comes and goes: up to this far above its quietest half second it is still noise.
_NOISE_RANGE_DB = 6.0
#: The level is a mean over the first number of hops. The gain follows the highest level within the second number of hops to
#: each side, so that it is up before a word begins and stays up while it dies away.
_MEAN_HOPS, _HOLD_HOPS = 5, 10
#: The gain is smoothed over this many hops to each side, fewer than the hold, so that no word is caught half open.
_SMOOTH_HOPS = 6
_CONTEXT_HOPS = _MEAN_HOPS + _HOLD_HOPS + _SMOOTH_HOPS + 2
_WINDOW_HOPS = 200


def needed_reduction_db(powers: np.ndarray, wanted_db: float) -> float | None:
    """The least reduction that brings the noise floor down to `wanted_db`; None where MAX_REDUCTION_DB does not.

    Args:
        powers: mean squares (hops,), as in `LoudnessTrack`.
    """
    floor_db = quietest_db(powers)
    for reduction_db in np.arange(0.5, MAX_REDUCTION_DB + 0.5, 0.5):
        if quietest_db(powers * from_db(_gains_db(powers, floor_db, reduction_db)) ** 2) <= wanted_db:
            return float(reduction_db)
    return None


def expand(blocks: Blocks, sample_rate: int, noise_floor_db: float, reduction_db: float) -> Iterator[np.ndarray]:
    """Lowers noise by `reduction_db`, what is louder by less, 2 to 1, and sound not at all.

    Args:
        blocks: float32 (channels, samples) of any lengths.
        noise_floor_db: see `LoudnessStats`.

    Yields:
        float32 (channels, samples): as many samples in all, none delayed.
    """
    hop = hop_samples(sample_rate)
    context = _CONTEXT_HOPS * hop
    for window, n_samples in windows(blocks, _WINDOW_HOPS * hop, context):
        powers = np.square(window, dtype=np.float64).reshape(len(window), -1, hop).mean(axis=(0, 2))
        gains_db = _gains_db(powers, noise_floor_db, reduction_db)
        centres = (np.arange(len(gains_db)) + 0.5) * hop
        gains = from_db(np.interp(np.arange(context, context + n_samples), centres, gains_db))
        yield window[:, context : context + n_samples] * gains.astype(np.float32)


def _gains_db(powers: np.ndarray, noise_floor_db: float, reduction_db: float) -> np.ndarray:
    """The gain (hops,) of each hop, right where no context is missing."""
    from scipy.ndimage import maximum_filter1d

    means = np.convolve(powers, np.full(_MEAN_HOPS, 1 / _MEAN_HOPS), mode="same")
    levels_db = power_db(maximum_filter1d(means, 2 * _HOLD_HOPS + 1, mode="nearest"))
    open_db = noise_floor_db + _NOISE_RANGE_DB + reduction_db
    gains_db = -np.clip(open_db - levels_db, 0, reduction_db)
    average = np.hanning(2 * _SMOOTH_HOPS + 3)[1:-1]
    return np.convolve(np.pad(gains_db, _SMOOTH_HOPS, mode="edge"), average / average.sum(), mode="valid")
