"""Dropouts: the sound stops dead for some milliseconds, then goes on as if nothing had happened."""

from collections.abc import Iterator

import numpy as np

from voicekit.audio.restore.finder import mended, runs
from voicekit.audio.restore.interpolate import fill
from voicekit.audio.treatment import Treatment
from voicekit.media.sound import Blocks

_SHORTEST_S, _LONGEST_S = 0.0015, 0.06
#: Samples that differ by less than a 16-bit step count as constant.
_STILL = 2e-5
#: The sound right beside a dropout is nearly as loud as further away; before and after a pause it is not.
_BESIDE_S, _AROUND_S = 0.003, 0.05
_MIN_RATIO = 0.25
#: Softer surroundings need no repair.
_MIN_LEVEL = 1e-3
#: The prediction looks back over a few periods of a voice.
_ORDER_S, _CONTEXT_S = 0.02, 0.08


class DropoutFinder:
    """Listens for sound that stops and goes on; see `Finder`."""

    def __init__(self, sample_rate: int, channels: int) -> None:
        self.sample_rate = sample_rate
        self.found = 0
        self.longest = 0

    def hear(self, window: np.ndarray, middle: slice) -> None:
        for channel in window:
            found = dropouts(channel, self.sample_rate)
            found = found[(found[:, 0] >= middle.start) & (found[:, 0] < middle.stop)]
            self.found += len(found)
            self.longest = max(self.longest, int(np.diff(found).max(initial=0)))

    def verdict(self) -> Treatment:
        if not self.found:
            return Treatment(())
        longest_ms = 1000 * self.longest / self.sample_rate
        counted = "1 dropout of" if self.found == 1 else f"{self.found} dropouts of up to"
        return Treatment((f"{counted} {longest_ms:.0f} ms: filled from both sides",), self.apply)

    def apply(self, blocks: Blocks) -> Iterator[np.ndarray]:
        return mended(blocks, self.sample_rate, self._mend)

    def _mend(self, window: np.ndarray) -> None:
        context, order = round(_CONTEXT_S * self.sample_rate), round(_ORDER_S * self.sample_rate)
        for channel in window:
            fill(channel, dropouts(channel, self.sample_rate), context, order)


def dropouts(samples: np.ndarray, sample_rate: int) -> np.ndarray:
    """Dropouts in (samples,): (dropouts, 2), the first sample of each and the one after its last."""
    found = runs(np.abs(np.diff(samples)) <= _STILL) + np.array([0, 1])
    length = found[:, 1] - found[:, 0]
    found = found[(length >= max(8, _SHORTEST_S * sample_rate)) & (length <= _LONGEST_S * sample_rate)]
    around, beside = round(_AROUND_S * sample_rate), round(_BESIDE_S * sample_rate)
    amid = [_amid_sound(samples, start, stop, around, beside) for start, stop in found]
    return found[np.array(amid, dtype=bool)]


def _amid_sound(samples: np.ndarray, start: int, stop: int, around: int, beside: int) -> bool:
    before, after = samples[max(0, start - around) : start], samples[stop : stop + around]
    if abs(samples[start]) >= 0.9 * max(
        before.max(initial=0), after.max(initial=0), -before.min(initial=0), -after.min(initial=0)
    ):
        return False  # a top cut flat
    level = np.sqrt((np.square(before).sum() + np.square(after).sum()) / (2 * around))
    sides = (np.sqrt(np.square(side).mean()) if len(side) else 0.0 for side in (before[-beside:], after[:beside]))
    return level > _MIN_LEVEL and min(sides) > _MIN_RATIO * level
