"""The limiter looks ahead: its gain is down before a peak comes, and the peak it sees is the true one, between samples."""

from collections.abc import Iterator

import numpy as np

from voicekit.audio.loudness import from_db, to_db, true_peaks
from voicekit.media.sound import Blocks, windows

#: Gains are worked out once a hop.
_HOP_S = 0.001
#: The gain starts to fall this many hops before a peak.
_LOOK_AHEAD_HOPS = 5
_RELEASE_DB_PER_HOP = 0.06
_WINDOW_HOPS = 2000
#: The length of the blocks that `limited` yields.
BLOCK_S = _WINDOW_HOPS * _HOP_S
_CONTEXT_HOPS = 2 * _LOOK_AHEAD_HOPS + 2


def limited(blocks: Blocks, sample_rate: int, gain_db: float, ceiling_db: float) -> Iterator[np.ndarray]:
    """Amplifies and limits a stream.

    Args:
        blocks: float32 (channels, samples) of any lengths.

    Yields:
        float32 (channels, samples): as many samples in all, none delayed, true peak at most `ceiling_db`.
    """
    hop = round(_HOP_S * sample_rate)
    gain, ceiling = np.float32(from_db(gain_db)), from_db(ceiling_db)
    release_from_db = 0.0  # the gain at the hop before the window
    for window, n_samples in windows(blocks, _WINDOW_HOPS * hop, _CONTEXT_HOPS * hop):
        window = window * gain
        needed_db = np.minimum(0.0, ceiling_db - to_db(true_peaks(window, hop, ceiling)))
        gains_db, release_from_db = _smooth(needed_db, release_from_db)
        centres = (np.arange(len(gains_db)) + 0.5) * hop
        start = _CONTEXT_HOPS * hop
        middle = window[:, start : start + n_samples]
        if gains_db.min() < 0:
            middle *= from_db(np.interp(np.arange(start, start + n_samples), centres, gains_db)).astype(np.float32)
        yield middle


def _smooth(needed_db: np.ndarray, release_from_db: float) -> tuple[np.ndarray, float]:
    """Gains that lie under `needed_db`, fall over the look-ahead and rise slowly. See Giannoulis et al. 2012.

    Args:
        needed_db: (hops,) of a window with context.
        release_from_db: what the last call returned.

    Returns:
        Gains (hops,), right where no context is missing, and what the next window's call needs.
    """
    reach = _LOOK_AHEAD_HOPS
    # One hop farther than the average below reaches, because gains are drawn from hop centre to hop centre.
    around = np.pad(needed_db, reach + 1, mode="edge")
    lowest = np.lib.stride_tricks.sliding_window_view(around, 2 * (reach + 1) + 1).min(axis=1)
    # Rising by a fixed slope from the lowest so far: a running minimum of the gain less the slope.
    slope = _RELEASE_DB_PER_HOP * np.arange(1, len(lowest) + 1)
    released = np.minimum.accumulate(np.minimum(lowest - slope, release_from_db)) + slope
    average = np.hanning(2 * reach + 3)[1:-1]
    gains_db = np.convolve(np.pad(released, reach, mode="edge"), average / average.sum(), mode="valid")
    return gains_db, float(released[_WINDOW_HOPS - 1])
