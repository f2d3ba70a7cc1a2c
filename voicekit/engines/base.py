"""What a speech engine is: text in, a waveform with the times of its words out."""

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np


@dataclass(frozen=True)
class Word:
    """One spoken word and when it is heard, in seconds from the start of its speech."""

    text: str
    start_s: float
    end_s: float


@dataclass(frozen=True)
class Speech:
    """What an engine said.

    Attributes:
        waveform: float32, shape (samples,), in [−1, 1], mono.
        sample_rate: in Hz.
        words: in the order spoken; times lie within the waveform and do not overlap.
    """

    waveform: np.ndarray
    sample_rate: int
    words: tuple[Word, ...] = ()

    @property
    def duration_s(self) -> float:
        return len(self.waveform) / self.sample_rate


@runtime_checkable
class Engine(Protocol):
    """A loaded voice that speaks. Built by the `voicekit.engines` entry point `load(folder, device)`."""

    sample_rate: int
    #: Changes whenever the same text would sound different; part of the key of cached speech.
    fingerprint: str

    def synthesize(self, text: str, *, pace: float = 1.0) -> Speech:
        """Speaks `text`; `pace` 1.2 is 20 % faster, with pitch kept, in [0.5, 2].

        Raises:
            ScriptError: there is nothing to pronounce in `text`.
        """
        ...
