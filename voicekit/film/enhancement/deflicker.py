"""Brightness that flickers from frame to frame, made even.

FFmpeg's filter of that name takes the mean of some frames, whatever they show: it spreads a flash over its neighbours and
lets a cut pump. Here a frame is levelled only with those that show the same at about the same brightness.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import numpy as np

from voicekit.media.planes import FULL_RANGE, copy_of, depth, views
from voicekit.media.shot_detection import small

if TYPE_CHECKING:
    from av import VideoFrame

#: The number of frames considered before and after.
_REACH = 4
#: The largest difference of two brightnesses that are still the same light, and of two pictures, as a share of their
#: brightness.
_FLICKER, _ALIKE = 0.2, 0.25


def steadied(frames: "Iterable[VideoFrame]", strength: float) -> "Iterator[VideoFrame]":
    """Frames with the flicker taken out, by a share in [0, 1]."""
    window: deque[tuple[VideoFrame, np.ndarray]] = deque()
    centre = 0  # in the window, the next frame to be given
    for frame in frames:
        window.append((frame, small(frame)))
        if len(window) - centre > _REACH:
            yield _levelled(window, centre, strength)
            centre += 1
        if centre > _REACH:
            window.popleft()
            centre -= 1
    for number in range(centre, len(window)):
        yield _levelled(window, number, strength)


def _levelled(window: "deque[tuple[VideoFrame, np.ndarray]]", centre: int, strength: float) -> "VideoFrame":
    frame, own = window[centre]
    black = 0 if frame.color_range == FULL_RANGE else 16
    light = max(1.0, float(own.mean()) - black)
    logs = []
    for number, (_, other) in enumerate(window):
        ratio = max(1.0, float(other.mean()) - black) / light
        if abs(number - centre) <= _REACH and abs(np.log(ratio)) < _FLICKER:
            unlike = np.abs((other - black) / ratio - (own - black)).mean() / light
            if unlike < _ALIKE:
                logs.append(np.log(ratio))
    gain = float(np.exp(strength * np.mean(logs)))
    if abs(gain - 1) < 1e-3:
        return frame
    unit, top = 1 << (depth(frame) - 8), (1 << depth(frame)) - 1
    levels = (np.arange(top + 1) - black * unit) * gain + black * unit
    made = copy_of(frame)
    luma = views(made)[0]
    luma[:] = np.clip(np.round(levels), 0, top).astype(luma.dtype)[luma]
    return made
