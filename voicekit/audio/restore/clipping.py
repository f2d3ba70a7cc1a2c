"""Clipping: finds tops cut flat at a ceiling, and rebuilds them from what is left.

A clipped frame has many lines in its spectrum, and the original had few. So the tops that fit the fewest lines, and lie
above the ceiling, are sought as in Kitić, Bertin and Gribonval 2015, "Sparsity and cosparsity for audio declipping: a
flexible non-convex approach", with a falling threshold instead of a growing number of lines, which takes no sorting.
"""

import heapq
import itertools
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from voicekit.audio.loudness import from_db, to_db, true_peak_db
from voicekit.audio.restore.finder import hop_samples, mended, runs
from voicekit.audio.treatment import Treatment
from voicekit.media.sound import Blocks

#: Samples within this ratio of one another are flat; a larger step beside them, of the second ratio, is an edge and marks a
#: clipped top.
_FLAT, _EDGE = 1e-4, 1e-3
_MIN_RUN = 3
#: The range and the resolution of the level histogram.
_LOWEST_DB, _HIGHEST_DB, _STEP_DB = -50.0, 30.0, 0.1
#: A ceiling has at least this many flat samples, and this many times as many as there are samples in the dB below or above
#: it.
_MIN_FLAT, _MIN_RATIO = 30, 2.0
#: The windows that are hit worst tell how high the rebuilt tops rise; the others may rise by this much more.
_WORST, _MARGIN_DB = 3, 1.0

#: Hops per frame.
_OVERLAP = 4
_ITERATIONS = 64
#: This many frames at a time stay in the processor's cache.
_BATCH = 16
#: The threshold falls from the strongest line to this far below it.
_DEPTH_DB = 50.0


class ClippingFinder:
    """Listens for flat tops; see `Finder`."""

    def __init__(self, sample_rate: int, channels: int) -> None:
        self.sample_rate = sample_rate
        self.sides = [(_Levels(), _Levels()) for _ in range(channels)]  # above and below zero
        self.worst: list[tuple[int, int, np.ndarray]] = []
        self.n_windows = 0
        self.n_samples = 0
        self.sums = np.zeros(channels)

    def hear(self, window: np.ndarray, middle: slice) -> None:
        n_flat = 0
        for samples, (above, below) in zip(window[:, middle], self.sides, strict=True):
            n_flat += above.count(samples) + below.count(-samples)
        self.sums += window[:, middle].sum(axis=1, dtype=np.float64)
        self.n_windows += 1
        self.n_samples += middle.stop - middle.start
        if n_flat:
            heapq.heappush(self.worst, (n_flat, self.n_windows, window.copy()))
            if len(self.worst) > _WORST:
                heapq.heappop(self.worst)

    def verdict(self) -> Treatment:
        self.ceilings = np.array([[side.ceiling() for side in sides] for sides in self.sides])
        if not np.isfinite(self.ceilings).any():
            return Treatment(())
        clipped = sum(side.n_at_ceiling() for sides in self.sides for side in sides) / (len(self.sides) * self.n_samples)
        self.gain = 1.0
        peak_db = max(self._rebuilt_peak_db(window) for _, _, window in self.worst) + _MARGIN_DB
        said = f"clipping at {to_db(self.ceilings.min()):.1f} dB, {100 * clipped:.1f} % of all samples: tops rebuilt"
        if peak_db > 0:
            self.gain = from_db(-peak_db)
            said += f", and all lowered by {peak_db:.1f} dB to make room for them"
        return Treatment((said,), self.apply)

    def apply(self, blocks: Blocks) -> Iterator[np.ndarray]:
        return mended(blocks, self.sample_rate, self._mend)

    def _rebuilt_peak_db(self, window: np.ndarray) -> float:
        window = window.copy()
        self._mend(window)
        return true_peak_db(window)

    def _mend(self, window: np.ndarray) -> None:
        # An offset is the strongest line of all, but no sound that tells how strong others are.
        offsets = (self.sums / self.n_samples).astype(np.float32)
        for channel, (above, below), offset in zip(window, self.ceilings, offsets, strict=True):
            rebuild(channel, above, below, offset, self.sample_rate)
        window *= np.float32(self.gain)


class _Levels:
    """How often each level comes on one side of zero, and how often in a flat top."""

    def __init__(self) -> None:
        n_levels = round((_HIGHEST_DB - _LOWEST_DB) / _STEP_DB)
        self.all, self.flat = np.zeros((2, n_levels), dtype=np.int64)
        self.lowest = np.full(n_levels, np.inf)  # of the flat samples of each level

    def count(self, samples: np.ndarray) -> int:
        """Counts (samples,) of which those above zero matter; returns how many are in flat tops."""
        heard = samples[samples > from_db(_LOWEST_DB)]
        self.all += np.bincount(self._level(heard), minlength=len(self.all))
        flat = samples[_in_flat_tops(samples)]
        levels = self._level(flat)
        self.flat += np.bincount(levels, minlength=len(self.flat))
        np.minimum.at(self.lowest, levels, flat)
        return len(flat)

    def _level(self, samples: np.ndarray) -> np.ndarray:
        return np.clip((to_db(samples) - _LOWEST_DB) / _STEP_DB, 0, len(self.all) - 1).astype(np.int64)

    def ceiling(self) -> float:
        """The level at which this side was clipped; infinite where it was not."""
        top = int(self.flat.argmax())
        below = self.all[max(0, top - round(1 / _STEP_DB)) : max(0, top - 1)].sum()
        others = max(below, self.all[top + 2 :].sum())
        if self.flat[top] < max(_MIN_FLAT, _MIN_RATIO * others):
            return np.inf
        return float(self.lowest[max(0, top - 1) : top + 2].min())

    def n_at_ceiling(self) -> int:
        top = int(self.flat.argmax())
        return int(self.all[max(0, top - 1) :].sum()) if np.isfinite(self.ceiling()) else 0


def _in_flat_tops(samples: np.ndarray) -> np.ndarray:
    """Which of (samples,) lie in a top cut flat: some in a row alike, above zero, and a sharp edge beside them."""
    steps = np.abs(np.diff(samples))
    alike = (steps <= _FLAT * samples[1:]) & (samples[1:] > from_db(_LOWEST_DB))
    if not alike.any():
        return np.zeros(len(samples), dtype=bool)
    found = runs(alike)
    found = found[found[:, 1] - found[:, 0] >= _MIN_RUN - 1]
    padded = np.pad(steps, 1)  # step before sample n is padded[n]
    edge = np.maximum(padded[found[:, 0]], padded[found[:, 1] + 1])
    found = found[edge > _EDGE * samples[found[:, 0]]]
    marks = np.zeros(len(samples) + 1, dtype=np.int8)
    marks[found[:, 0]] = 1
    marks[found[:, 1] + 1] -= 1
    return np.cumsum(marks[:-1]) > 0


def rebuild(samples: np.ndarray, above: float, below: float, offset: float, sample_rate: int) -> None:
    """Rebuilds the tops of (samples,) that were cut at `above`, and at `below` under zero (both positive), in place.

    Args:
        offset: the level that (samples,) swing around.
    """
    hop = hop_samples(sample_rate)
    size = hop * _OVERLAP
    n_hops = -(-len(samples) // hop)
    around = (size - hop, n_hops * hop - len(samples) + size - hop)
    padded = np.pad(samples - offset, around)
    cut = np.pad((samples >= above) | (samples <= -below), around)
    every = np.lib.stride_tricks.sliding_window_view(padded, size)[::hop]
    every_cut = np.lib.stride_tricks.sliding_window_view(cut, size)[::hop]
    hit = np.flatnonzero(every_cut.any(axis=1))
    if not len(hit):
        return
    taper = np.sqrt(np.hanning(size + 1)[:-1] + 1e-4).astype(np.float32)
    total, weight = np.zeros((2, len(padded)), dtype=np.float32)
    batches = np.array_split(hit, -(-len(hit) // _BATCH))
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        rebuilt = pool.map(lambda some: _sparsest(every[some] * taper, every_cut[some]), batches)
        for start, frame in zip(hit * hop, itertools.chain.from_iterable(rebuilt), strict=True):
            total[start : start + size] += frame * taper
            weight[start : start + size] += taper**2
    total[cut] /= weight[cut]
    inner = slice(size - hop, size - hop + len(samples))
    samples[cut[inner]] = total[inner][cut[inner]] + offset


def _sparsest(frames: np.ndarray, cut: np.ndarray) -> np.ndarray:
    """Frames (frames, samples) with the fewest lines in their spectra: `cut` samples lie as far from zero or farther."""
    import scipy.fft

    lowest = np.where(cut & (frames < 0), -np.inf, frames)
    highest = np.where(cut & (frames > 0), np.inf, frames)
    spectra = scipy.fft.rfft(frames, axis=1)
    strongest = (spectra.real**2 + spectra.imag**2).max(axis=1, keepdims=True)
    owed = np.zeros_like(spectra)  # what the constraint took from the lines so far: the multiplier of ADMM
    for depth_db in np.linspace(0, _DEPTH_DB, _ITERATIONS + 1)[1:]:
        wanted = spectra + owed
        lines = wanted * (wanted.real**2 + wanted.imag**2 >= strongest * from_db(-2 * depth_db))
        rebuilt = np.clip(scipy.fft.irfft(lines - owed, frames.shape[1], axis=1), lowest, highest)
        spectra = scipy.fft.rfft(rebuilt, axis=1)
        owed += spectra - lines
    return rebuilt
