"""Twice as many frames: between each two a third, of what moved half the way.

The motion is found and followed by FFmpeg's minterpolate. It is told nothing of times, so that a film with irregular ones
keeps them; and its own frames in place of those that were there are not taken, so that these stay as they are.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import chain

import numpy as np

from voicekit.media.graph import Running
from voicekit.media.planes import copy_of, told_like, views
from voicekit.media.shot_detection import Cuts

#: Blocks of 8 are 2 dB better than 16 on film, and as fast. No scene detection of the filter's own, because it misses the
#: end of a flash.
_CHAIN = [("minterpolate", "fps=2:mi_mode=mci:mc_mode=aobmc:me_mode=bilat:vsbmc=1:mb_size=8:scd=none")]
_HALF = Fraction(1, 2)
#: A block whose pixels differ by less than this, in levels of 8 bits and apart from all becoming lighter or darker, is the
#: mean of the two; one whose pixels differ by more follows the motion.
_BLOCK, _STILL = 16, 1.5


def doubled(frames: Iterable) -> Iterator:
    """2n frames of n: each at its time, and one in the middle between it and the next; at a cut, and behind the last one,
    the frame is held."""
    frames = iter(frames)
    first = next(frames, None)
    if first is None:
        return
    cuts, running, between = Cuts(), Running(_CHAIN, first, _eight_bit(first)), _Between()
    between.drop(running.push(first))  # it wants one before the first
    for frame in chain([first], frames):
        between.waiting.append((frame, cuts.at(frame)))
        yield from between.given(running.push(frame))
    last = between.waiting[-1][0]
    for _ in range(2):  # and two behind the last
        yield from between.given(running.push(last))
    yield from between.given(running.end())
    yield from between.rest()


class _Between:
    """Frames that were there and wait for the one that comes after them.

    Attributes:
        waiting: each, and whether it begins a new shot.
    """

    def __init__(self) -> None:
        self.waiting: deque = deque()
        self._number = 1  # of the first that waits, as minterpolate counts: the first one it got twice
        self._step = 0

    def drop(self, made: Iterable) -> None:
        deque(made, maxlen=0)

    def given(self, made: Iterable) -> Iterator:
        for number, frame in made:
            if number == self._number + _HALF and len(self.waiting) > 1:
                yield from self._pair(frame)

    def rest(self) -> Iterator:
        while len(self.waiting) > 1:  # should it ever give too few, the film does not get shorter
            yield from self._pair(None)
        last = self.waiting.popleft()[0]
        yield from self._at(last, copy_of(last), self._step or last.duration or 1)

    def _pair(self, made) -> Iterator:
        (frame, _), (following, cut) = self.waiting.popleft(), self.waiting[0]
        self._number += 1
        self._step = following.pts - frame.pts
        held = cut or made is None
        half_way = copy_of(frame) if held else _mixed(made.reformat(format=frame.format.name), frame, following)
        yield from self._at(frame, half_way, self._step)

    def _at(self, frame, made, step: int) -> Iterator:
        """A frame, and the other half a step later. In ticks of half the length a half step is a whole number."""
        told_like(made, frame)
        start, tick = 2 * frame.pts, frame.time_base / 2
        frame.pts, frame.time_base = start, tick
        yield frame
        made.pts, made.time_base = start + step, tick
        yield made


def _eight_bit(frame) -> str:
    """The kind of pixels that minterpolate takes."""
    return frame.format.name.removesuffix("10le")


def _mixed(made, before, after):
    """`made`, but where nothing moves the mean of the two: in a fade, motion is found that is none."""
    mixed = copy_of(before)
    planes = [views(frame) for frame in (mixed, made, before, after)]
    moving = _moving(planes[2][0], planes[3][0])
    for into, moved, one, other in zip(*planes, strict=True):
        down, across = (_BLOCK * n // m for n, m in zip(into.shape, planes[0][0].shape, strict=True))
        share = moving.repeat(down, axis=0).repeat(across, axis=1)[: len(into), : into.shape[1]]
        mean = (one.astype(np.float32) + other) / 2
        into[:] = np.round(mean + share * (moved - mean))
    return mixed


def _moving(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """(rows, columns) how much of each block is to be taken as it moved, in [0, 1]."""
    unit = 1 if before.dtype == np.uint8 else 4
    change = before.astype(np.float32) - after
    change = np.pad(change, [(0, -n % _BLOCK) for n in change.shape], mode="edge")
    blocks = change.reshape(len(change) // _BLOCK, _BLOCK, -1, _BLOCK)
    uneven = np.abs(blocks - blocks.mean(axis=(1, 3), keepdims=True)).mean(axis=(1, 3))
    return np.clip(2 * uneven / (_STILL * unit) - 1, 0, 1).astype(np.float32)
