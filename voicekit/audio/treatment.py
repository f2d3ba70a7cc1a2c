"""What a step found in a sound, and what it will do about it: nothing is changed without being reported."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from voicekit.core.reporter import SILENT, Reporter
from voicekit.media.sound import Blocks, Sound


@dataclass(frozen=True)
class Treatment:
    """What a step found in a sound, and what it will do to it.

    Attributes:
        said: a line for each thing found or done, for the person.
        apply: takes blocks and gives as many samples back, none shifted; the edges of the blocks make no difference. None
            where the sound is better left alone.
    """

    said: tuple[str, ...]
    apply: Callable[[Blocks], Iterator[np.ndarray]] | None = None


@dataclass(frozen=True)
class Separation:
    """What a separator makes of a sound.

    Attributes:
        stems: their names, in the order in which they come.
        apply: takes blocks (channels, samples), gives blocks (stems, channels, samples): as many samples, none shifted.
    """

    stems: tuple[str, ...]
    apply: Callable[[Blocks], Iterator[np.ndarray]]


class Denoiser(Protocol):
    """Looks at a sound and says how much noise it will take out: `reduction_db`, or as much as is right."""

    def __call__(self, sound: Sound, reduction_db: float | None = None) -> Treatment: ...


class Separator(Protocol):
    """Looks at a sound and says what it will be taken apart into."""

    def __call__(self, sound: Sound, *, reporter: Reporter = SILENT) -> Separation: ...
