"""Polarity: one side of a stereo sound is wired the wrong way round, so that both cancel when they are mixed to one."""

from collections.abc import Iterator

import numpy as np

from voicekit.audio.restore.finder import hop_samples
from voicekit.audio.treatment import Treatment
from voicekit.media.sound import Blocks

#: A frame counts where each side is louder than this (mean squares: −60 dB of full scale).
_AUDIBLE = 1e-6
#: Sides are opposed where they correlate by less than the first, in frames that hold at least the second as a share of the
#: energy: an effect, or a room, inverts a wide sound now and then, a miswired cable always does; pauses tell nothing.
_OPPOSED, _ALWAYS = -0.9, 0.9
#: At least this many frames, half a second, have to count.
_MIN_FRAMES = 31


class PolarityFinder:
    """Listens for sides that cancel each other; see `Finder`."""

    def __init__(self, sample_rate: int, channels: int) -> None:
        self.hop = hop_samples(sample_rate)
        self.stereo = channels == 2
        self.counted = 0
        self.energy = self.opposed = 0.0

    def hear(self, window: np.ndarray, middle: slice) -> None:
        if not self.stereo:
            return
        samples = window[:, middle]
        n_frames = samples.shape[1] // self.hop
        frames = samples[:, : n_frames * self.hop].reshape(2, n_frames, self.hop).astype(np.float64)
        left, right = frames - frames.mean(axis=2, keepdims=True)
        powers = np.square(left).mean(axis=1), np.square(right).mean(axis=1)
        quieter = np.minimum(*powers)
        counts = quieter > _AUDIBLE
        opposed = counts & ((left * right).mean(axis=1) < _OPPOSED * np.sqrt(powers[0] * powers[1]))
        self.counted += int(counts.sum())
        self.energy += float(quieter[counts].sum())
        self.opposed += float(quieter[opposed].sum())

    def verdict(self) -> Treatment:
        if self.counted < _MIN_FRAMES or self.opposed < _ALWAYS * self.energy:
            return Treatment(())
        return Treatment(("the right side cancels the left side (wired the wrong way round): inverted",), _turned)


def _turned(blocks: Blocks) -> Iterator[np.ndarray]:
    for block in blocks:
        yield block * np.array([[1.0], [-1.0]], np.float32)
