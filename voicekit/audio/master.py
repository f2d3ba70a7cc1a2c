"""Brings a mix to a loudness without its peaks passing a ceiling, streaming.

The limiter looks ahead: its gain is down before the peak comes, and the peak it sees is the true one, between samples.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from voicekit.audio.loudness import SILENCE_DB, from_db, integrated_lufs, to_db
from voicekit.audio.sound import windows

TARGET_LUFS = -16.0
#: Lossy coding moves peaks; this far below −1 dB they stay below it.
CEILING_DB = -2.0
#: A mix is never amplified by more: below lies noise, not sound.
MAX_GAIN_DB = 30.0

#: Gains are worked out once a hop.
_HOP_S = 0.001
#: So many hops before a peak the gain starts to fall.
_LOOK_AHEAD_HOPS = 5
_RELEASE_DB_PER_HOP = 0.06
_WINDOW_HOPS = 2000
#: What `apply` yields is this long.
BLOCK_S = _WINDOW_HOPS * _HOP_S
_CONTEXT_HOPS = 2 * _LOOK_AHEAD_HOPS + 2


@dataclass(frozen=True)
class Mastering:
    """What was found out about a mix, and what to do to it.

    Attributes:
        gain_db: to apply before the limiter.
        before_lufs: loudness of the mix as it came.
        loudness_lufs, true_peak_db: after gain and limiter.
    """

    gain_db: float
    ceiling_db: float
    before_lufs: float
    loudness_lufs: float
    true_peak_db: float


def measure(
    read: Callable[[], Iterable[np.ndarray]],
    sample_rate: int,
    target_lufs: float = TARGET_LUFS,
    ceiling_db: float = CEILING_DB,
) -> Mastering:
    """Finds the gain that, limiter included, brings a mix to `target_lufs`. A silent mix keeps its level.

    Args:
        read: gives the mix from its start, in blocks (channels, samples); called two to four times.
    """
    before_lufs = integrated_lufs(read(), sample_rate)
    if before_lufs <= -70:
        return Mastering(0.0, ceiling_db, before_lufs, before_lufs, SILENCE_DB)
    gain_db = min(target_lufs - before_lufs, MAX_GAIN_DB)
    for _ in range(3):  # the limiter takes a little loudness away, which a little gain gives back
        peak = _Peak()
        mastered = peak.watch(apply(read(), sample_rate, gain_db, ceiling_db))
        loudness_lufs = integrated_lufs(mastered, sample_rate)
        missing_db = target_lufs - loudness_lufs
        if abs(missing_db) < 0.1 or gain_db + missing_db > MAX_GAIN_DB:
            break
        gain_db += missing_db
    return Mastering(gain_db, ceiling_db, before_lufs, loudness_lufs, peak.db)


def apply(
    blocks: Iterable[np.ndarray], sample_rate: int, gain_db: float, ceiling_db: float = CEILING_DB
) -> Iterator[np.ndarray]:
    """Amplifies and limits a stream.

    Args:
        blocks: float32 (channels, samples) of any lengths.

    Yields:
        float32 (channels, samples): as many samples in all, none delayed, true peak at most `ceiling_db`.
    """
    hop = round(_HOP_S * sample_rate)
    gain = np.float32(from_db(gain_db))
    release_from_db = 0.0  # the gain at the hop before the window
    for window, n_samples in windows(blocks, _WINDOW_HOPS * hop, _CONTEXT_HOPS * hop):
        window = window * gain
        needed_db = np.minimum(0.0, ceiling_db - to_db(_hop_peaks(window, hop)))
        gains_db, release_from_db = _smooth(needed_db, release_from_db)
        centres = (np.arange(len(gains_db)) + 0.5) * hop
        samples = np.arange(_CONTEXT_HOPS * hop, _CONTEXT_HOPS * hop + n_samples)
        if gains_db.min() < 0:
            window[:, samples] *= from_db(np.interp(samples, centres, gains_db)).astype(np.float32)
        yield window[:, samples]


def _hop_peaks(window: np.ndarray, hop: int) -> np.ndarray:
    """The true peak (4-fold oversampled, BS.1770-4 annex 2) of each hop over all channels, amplitude, (hops,)."""
    import scipy.signal

    peaks = np.abs(window).max(axis=0)
    if peaks.max(initial=0.0) > 0.25:  # between quieter samples no peak reaches a ceiling worth the name
        oversampled = scipy.signal.upfirdn(_interpolator(), window, up=4, axis=1)
        delay = len(_interpolator()) // 2
        oversampled = oversampled[:, delay : delay + 4 * window.shape[1]]
        peaks = np.maximum(peaks, np.abs(oversampled).max(axis=0).reshape(-1, 4).max(axis=1))
    return peaks.reshape(-1, hop).max(axis=1)


def _interpolator() -> np.ndarray:
    """A 4-fold interpolating low-pass of 24 samples, float32 (97,)."""
    t = np.arange(-48, 49) / 4
    return (np.sinc(t) * np.kaiser(len(t), 6)).astype(np.float32)


def _smooth(needed_db: np.ndarray, release_from_db: float) -> tuple[np.ndarray, float]:
    """Gains that lie under `needed_db`, fall over the look-ahead and rise slowly. See Giannoulis et al. 2012.

    Args:
        needed_db: (hops,) of a window with context.
        release_from_db: what the last call returned.

    Returns:
        Gains (hops,), right where no context is missing, and what the next window's call needs.
    """
    import scipy.ndimage

    reach = _LOOK_AHEAD_HOPS
    # One hop farther than the average below reaches, because gains are drawn from hop centre to hop centre.
    lowest = scipy.ndimage.minimum_filter1d(needed_db, 2 * (reach + 1) + 1, mode="nearest")
    # Rising by a fixed slope from the lowest so far: a running minimum of the gain less the slope.
    slope = _RELEASE_DB_PER_HOP * np.arange(1, len(lowest) + 1)
    released = np.minimum.accumulate(np.minimum(lowest - slope, release_from_db)) + slope
    average = np.hanning(2 * reach + 3)[1:-1]
    gains_db = np.convolve(np.pad(released, reach, mode="edge"), average / average.sum(), mode="valid")
    return gains_db, float(released[_WINDOW_HOPS - 1])


class _Peak:
    """Watches a stream pass for its true peak."""

    def __init__(self) -> None:
        self.db = SILENCE_DB

    def watch(self, blocks: Iterable[np.ndarray]) -> Iterator[np.ndarray]:
        for block in blocks:
            context = 48  # only silence is lost at a block's edge
            padded = np.pad(block, ((0, 0), (context, context)))
            self.db = max(self.db, float(to_db(_hop_peaks(padded, 1).max())))
            yield block
