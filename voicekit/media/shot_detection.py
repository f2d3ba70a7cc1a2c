"""Finds the cuts of a film, from small pictures of its frames."""

from collections import deque

import numpy as np

from voicekit.media.planes import depth, views

#: The small picture has about this many cells each way.
_CELLS = 24
#: In levels of 8 bits, mean over the cells: a difference above the first is always a cut; one above the second is a cut if
#: the frames before it differed this many times less.
_CERTAIN, _LEAST, _TIMES = 28.0, 6.0, 5.0


def small(frame) -> np.ndarray:
    """The brightness of a frame, coarsely, in levels of 8 bits: four pixels a cell."""
    luma = views(frame)[0]
    step = max(2, len(luma) // _CELLS) // 2
    samples = luma[step // 2 :: step, step // 2 :: step].astype(np.float32) / (1 << (depth(frame) - 8))
    samples = samples[: len(samples) // 2 * 2, : samples.shape[1] // 2 * 2]
    return (samples[::2, ::2] + samples[1::2, ::2] + samples[::2, 1::2] + samples[1::2, 1::2]) / 4


class Cuts:
    """Asked frame by frame whether a new shot begins, or a flash, or the end of one."""

    def __init__(self) -> None:
        self._before: np.ndarray | None = None
        self._recent: deque[float] = deque(maxlen=6)

    def at(self, frame) -> bool:
        """Whether this frame does not go on from the one before."""
        now, before = small(frame), self._before
        self._before = now
        if before is None:
            return False
        difference = float(np.abs(now - before).mean())
        usual = float(np.median(self._recent)) if self._recent else 0.0
        cut = difference > _CERTAIN or (difference > _LEAST and difference > _TIMES * usual and len(self._recent) > 1)
        if not cut:
            self._recent.append(difference)
        return cut
