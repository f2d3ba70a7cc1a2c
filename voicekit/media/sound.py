"""A sound of any length: something that can be read in blocks, as often as wanted."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from voicekit.core.reporter import Reporter

#: float32 (channels, samples) of any lengths, one after another.
Blocks = Iterable[np.ndarray]
#: The name of each channel; see voicekit.media.channels.
Layout = tuple[str, ...]


@dataclass(frozen=True)
class Sound:
    """A sound of any length that can be read as often as wanted.

    Attributes:
        sample_rate: in Hz.
        channels: 1 mono, 2 stereo, 6 for 5.1 (left, right, centre, low frequencies, back left, back right), or any.
        duration_s: about how long it is; for progress only.
        read: gives it from its start, in blocks.
        layout: where the channels belong; () for the usual places of so many.
        notes: a line for each thing that the person has to know of it before any work.
    """

    sample_rate: int
    channels: int
    duration_s: float
    read: Callable[[], Iterator[np.ndarray]]
    layout: Layout = ()
    notes: tuple[str, ...] = ()


def watched(sound: Sound, task: str, reporter: Reporter) -> Sound:
    """The same sound, which tells its reporter how far it is read."""
    total = sound.duration_s * sound.sample_rate
    return replace(sound, read=lambda: reporter.track(sound.read(), task, total, size=lambda block: block.shape[1]))


def regrouped(blocks: Blocks, size: int) -> Iterator[np.ndarray]:
    """The same samples in blocks of `size`, the last one shorter."""
    waiting: list[np.ndarray] = []
    n_waiting = 0
    for block in blocks:
        waiting.append(block)
        n_waiting += block.shape[1]
        if n_waiting >= size:
            joined = np.concatenate(waiting, axis=1)
            whole = n_waiting - n_waiting % size
            for start in range(0, whole, size):
                yield joined[:, start : start + size]
            waiting = [joined[:, whole:]]
            n_waiting -= whole
    if n_waiting:
        yield np.concatenate(waiting, axis=1)


def lasting(blocks: Blocks, n_samples: int, size: int, channels: int = 2) -> Iterator[np.ndarray]:
    """Blocks of `size`, the last one shorter, with `n_samples` in all: cut, or filled with silence."""
    source = regrouped(blocks, size)
    for begin in range(0, n_samples, size):
        count = min(size, n_samples - begin)
        block = next(source, np.zeros((channels, 0), np.float32))[:, :count]
        missing = count - block.shape[1]
        yield np.pad(block, ((0, 0), (0, missing))) if missing else block


def windows(blocks: Blocks, size: int, context: int) -> Iterator[tuple[np.ndarray, int]]:
    """Windows of context + size + context samples that advance by `size`; silence lies outside the stream.

    Yields:
        The window (channels, context + size + context) and how many samples of its middle are there: `size`, at the end
        fewer.
    """
    waiting = None
    for block in blocks:
        if waiting is None:
            waiting = np.zeros((len(block), context), dtype=np.float32)
        waiting = np.concatenate([waiting, block], axis=1)
        while waiting.shape[1] >= size + 2 * context:
            yield waiting[:, : size + 2 * context], size
            waiting = waiting[:, size:]
    if waiting is not None:
        while (left := waiting.shape[1] - context) > 0:
            missing = max(0, size + 2 * context - waiting.shape[1])
            window = np.pad(waiting[:, : size + 2 * context], ((0, 0), (0, missing)))
            yield window, min(left, size)
            waiting = waiting[:, size:]


def resampled(blocks: Blocks, rate: int, to_rate: int) -> Iterator[np.ndarray]:
    """Blocks (channels, samples) at another rate; not shifted, and as long as it takes."""
    import soxr

    stream = None
    for block in blocks:
        stream = stream or soxr.ResampleStream(rate, to_rate, len(block), dtype="float32")
        channels = len(block)
        out = stream.resample_chunk(np.ascontiguousarray(block.T, np.float32))
        if len(out):
            yield out.reshape(-1, channels).T
    if stream:
        out = stream.resample_chunk(np.zeros((0, channels), np.float32), last=True)
        if len(out):
            yield out.reshape(-1, channels).T
