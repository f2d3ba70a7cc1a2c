"""The seconds of a person's speech that an engine clones a voice from."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Passage:
    """Seconds of one person's speech, and its words.

    Attributes:
        waveform: float32 (samples,) in [−1, 1].
        text: what is said, as a person would write it; "" where nobody knows.
        origin: what people should know of it, for the table [origin] of the voice: dataset, seconds, recordings.
    """

    waveform: np.ndarray
    sample_rate: int
    text: str
    origin: dict[str, Any] = field(default_factory=dict)

    @property
    def duration_s(self) -> float:
        return len(self.waveform) / self.sample_rate
