"""What a voice is cloned from where an engine needs seconds alone."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Passage:
    """A passage of somebody's speech.

    Attributes:
        waveform: float32 (samples,) in [−1, 1].
        sample_rate: in Hz.
        text: what is said.
    """

    waveform: np.ndarray
    sample_rate: int
    text: str
