"""Sounds at their places in a film, block by block: memory holds what is heard at the moment, and no more."""

from collections.abc import Iterable, Iterator

import numpy as np

from voicekit.film.soundtrack.effects import Stroke
from voicekit.film.soundtrack.instruments import RATE


def placed(strokes: Iterable[Stroke], seconds: float) -> Iterator[np.ndarray]:
    """A film's sound, float32 (2, samples) at RATE in blocks of a second.

    Args:
        strokes: in the order in which they begin, in seconds from the film's start; what is heard past its end is cut off.
    """
    coming = iter(strokes)
    stroke = next(coming, None)
    total = round(seconds * RATE)
    held = np.zeros((2, 0))
    for begin in range(0, total, RATE):
        count = min(RATE, total - begin)
        held = np.pad(held, ((0, 0), (0, max(0, count - held.shape[1]))))
        while stroke and round(stroke.start_s * RATE) < begin + count:
            start = max(0, round(stroke.start_s * RATE) - begin)
            held = np.pad(held, ((0, 0), (0, max(0, start + stroke.waveform.shape[1] - held.shape[1]))))
            held[:, start : start + stroke.waveform.shape[1]] += stroke.waveform
            stroke = next(coming, None)
        yield held[:, :count].astype(np.float32)
        held = held[:, count:]
