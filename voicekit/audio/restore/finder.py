"""The parts of every repair: a finder that listens to the recording, and windows that are repaired one by one."""

from collections.abc import Callable, Iterator
from typing import Protocol

import numpy as np

from voicekit.audio.treatment import Treatment
from voicekit.media.sound import Blocks, windows

#: The hop between frames; the hops of a window, and of the contexts around it in which nothing is judged.
_HOP_S = 0.016
_WINDOW_HOPS, _CONTEXT_HOPS = 125, 32


class Finder(Protocol):
    """Listens to a recording for one kind of damage."""

    def hear(self, window: np.ndarray, middle: slice) -> None:
        """Takes the next window.

        Args:
            window: float32 (channels, samples), never to be changed.
            middle: the samples that no other window has in its middle.
        """

    def verdict(self) -> Treatment:
        """What was found, after the last window, and the repair."""


def hop_samples(sample_rate: int) -> int:
    """By how many samples frames advance: windows, which hold whole hops, then cut a recording into the same frames."""
    return round(_HOP_S * sample_rate)


def heard(blocks: Blocks, sample_rate: int) -> Iterator[tuple[np.ndarray, slice]]:
    """A stream in windows of two seconds between half seconds of context: each with where its middle is."""
    hop = hop_samples(sample_rate)
    context = _CONTEXT_HOPS * hop
    for window, n_samples in windows(blocks, _WINDOW_HOPS * hop, context):
        yield window, slice(context, context + n_samples)


def mended(blocks: Blocks, sample_rate: int, mend: Callable[[np.ndarray], None]) -> Iterator[np.ndarray]:
    """A stream after each window of it went through `mend`, which changes it in place.

    What `mend` does to a sample may depend on half a second around it and on nothing else, so that windows meet without a
    seam.
    """
    for window, middle in heard(blocks, sample_rate):
        window = window.copy()
        mend(window)
        yield window[:, middle]


def runs(wanted: np.ndarray) -> np.ndarray:
    """Where `wanted` (samples,), of truth values, is true: (runs, 2), each run's first sample and the one after its last."""
    edges = np.flatnonzero(np.diff(wanted.astype(np.int8), prepend=0, append=0))
    return edges.reshape(-1, 2)
