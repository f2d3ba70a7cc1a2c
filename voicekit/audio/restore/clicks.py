"""Clicks: samples that can be predicted neither from those before them nor from those after them."""

from collections.abc import Iterator

import numpy as np

from voicekit.audio.loudness import from_db
from voicekit.audio.restore.finder import hop_samples, mended, runs
from voicekit.audio.restore.interpolate import fill, prediction_filters
from voicekit.audio.treatment import Treatment
from voicekit.media.sound import Blocks

#: A click exceeds what is usual around it by this factor (first for a clear one, then for a likely one). People and
#: instruments click too, so a recording has clicks only with this many clear ones a second and in all; then weaker ones are
#: repaired as well.
_CLEAR, _LIKELY = 10.0, 5.0
_MIN_PER_S = 1.0
_MIN_CLICKS = 3
#: A softer click is not heard.
_MIN_SURPRISE = from_db(-60.0)
#: Samples this near to a click that exceed the usual by this factor belong to it, across gaps this short.
_NEAR_S, _TAIL, _GAP_S = 0.002, 1.5, 0.0005
#: The usual level is the third highest of the cells before and after, leaving out a click's own cells: the pulses of a voice
#: come more often than that, clicks do not.
_CELL_S, _CELLS_AROUND, _CELLS_OWN, _RANK = 0.001, 25, 2, 3
#: A click is filled from this much sound on both sides.
_CONTEXT_S = 0.02
_ORDER_AT_16_KHZ = 20
#: A repair makes further clicks visible to the filters; the next round finds them.
_ROUNDS = 3


class ClickFinder:
    """Listens for clicks; see `Finder`."""

    def __init__(self, sample_rate: int, channels: int) -> None:
        self.sample_rate = sample_rate
        self.clicks = np.zeros(channels, dtype=np.int64)  # clear ones
        self.samples = 0

    def hear(self, window: np.ndarray, middle: slice) -> None:
        self.samples += middle.stop - middle.start
        for number, channel in enumerate(window):
            starts = clicks(channel, self.sample_rate, _CLEAR)[:, 0]
            self.clicks[number] += np.count_nonzero((starts >= middle.start) & (starts < middle.stop))

    def verdict(self) -> Treatment:
        enough = max(_MIN_CLICKS, _MIN_PER_S * self.samples / self.sample_rate)
        self.damaged = np.flatnonzero(self.clicks >= enough)  # channels
        if not len(self.damaged):
            return Treatment(())
        most = self.clicks.max()
        per_s = most * self.sample_rate / self.samples
        said = f"{most} clear clicks, {per_s:.1f} a second: replaced by what the sound around them foretells"
        return Treatment((said,), self.apply)

    def apply(self, blocks: Blocks) -> Iterator[np.ndarray]:
        return mended(blocks, self.sample_rate, self._mend)

    def _mend(self, window: np.ndarray) -> None:
        context, order = round(_CONTEXT_S * self.sample_rate), _order(self.sample_rate)
        for number in self.damaged:
            channel = window[number]
            for _ in range(_ROUNDS):
                fill(channel, clicks(channel, self.sample_rate, _LIKELY), context, order)


def _order(sample_rate: int) -> int:
    return round(_ORDER_AT_16_KHZ * max(1.0, (sample_rate / 16_000) ** 0.5))


def clicks(samples: np.ndarray, sample_rate: int, prominence: float) -> np.ndarray:
    """Clicks in (samples,): (clicks, 2), the first sample of each and the one after its last."""
    from scipy.ndimage import maximum_filter1d

    surprise = _surprise(samples, sample_rate)
    usual = _usual(surprise, round(_CELL_S * sample_rate))
    peaks = surprise > np.maximum(prominence * usual, _MIN_SURPRISE)
    if not peaks.any():
        return np.zeros((0, 2), dtype=np.int64)
    near, gap = round(_NEAR_S * sample_rate), round(_GAP_S * sample_rate)
    loud = surprise > np.maximum(_TAIL * usual, 0.1 * _MIN_SURPRISE)
    belonging = maximum_filter1d(peaks, 2 * near + 1, mode="constant") & loud
    found = runs(maximum_filter1d(belonging, 2 * gap + 1, mode="constant"))
    return found + np.array([gap - 1, 1 - gap])  # joined over small gaps, and a sample wider than seen


def _usual(surprise: np.ndarray, cell: int) -> np.ndarray:
    """What of surprise (samples,) is usual around each sample: the _RANKth highest of the cells near it, itself left out."""
    from scipy.ndimage import rank_filter

    n_cells = -(-len(surprise) // cell)
    highest = np.pad(surprise, (0, n_cells * cell - len(surprise))).reshape(-1, cell).max(axis=1)
    around = np.ones(2 * _CELLS_AROUND + 1, dtype=bool)
    around[_CELLS_AROUND - _CELLS_OWN : _CELLS_AROUND + _CELLS_OWN + 1] = False
    usual = rank_filter(highest, rank=-_RANK, footprint=around, mode="constant")
    return np.repeat(usual, cell)[: len(surprise)]


def _surprise(samples: np.ndarray, sample_rate: int) -> np.ndarray:
    """How far off each sample is (samples,) foretold from before or from behind, the smaller of the two.

    The error of the one starts with the click and outlasts it, of the other starts before it and ends with it: small are
    both only outside of it.
    """
    import scipy.fft

    hop, order = hop_samples(sample_rate), _order(sample_rate)
    n_hops = -(-len(samples) // hop)
    padded = np.pad(samples, (hop, (n_hops + 1) * hop - len(samples)))
    frames = np.lib.stride_tricks.sliding_window_view(padded, 3 * hop)[::hop]
    filters = prediction_filters(frames * np.hanning(3 * hop).astype(np.float32), order)
    n_fft = scipy.fft.next_fast_len(3 * hop + order, real=True)
    spectra = scipy.fft.rfft(frames, n_fft, axis=1)
    response = scipy.fft.rfft(filters.astype(np.float32), n_fft, axis=1)
    forwards = scipy.fft.irfft(spectra * response, n_fft, axis=1)[:, hop : 2 * hop]
    backwards = scipy.fft.irfft(spectra * response.conj(), n_fft, axis=1)[:, hop : 2 * hop]
    return np.minimum(np.abs(forwards), np.abs(backwards)).reshape(-1)[: len(samples)]
