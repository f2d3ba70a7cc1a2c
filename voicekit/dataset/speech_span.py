"""How a waveform in memory is spoken: from where to where, with which pauses, at which level."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import soxr

from voicekit.audio.features import SAMPLE_RATE
from voicekit.audio.loudness import to_db
from voicekit.dataset.recording import FRAME_S, speech_runs
from voicekit.recognition import speech

#: The detector bridges the closures of plosives; a gap of this length that it leaves is a pause.
MIN_PAUSE_S = 0.15
#: What lies this far below the loudest speech is as good as silence. Without it the digital silence between the sentences of
#: a voice would make sounds of their faintest ends.
_FLOOR_DB = 50.0


@dataclass(frozen=True)
class SpeechSpan:
    """Speech in a waveform.

    Attributes:
        start_s, end_s: of its first and its last sound.
        pauses: from when to when, of each pause in between.
        level_db: RMS of the speech without its pauses.
    """

    start_s: float
    end_s: float
    pauses: tuple[tuple[float, float], ...]
    level_db: float

    @property
    def pauses_s(self) -> tuple[float, ...]:
        """How long each of them is."""
        return tuple(end - start for start, end in self.pauses)

    @property
    def speech_s(self) -> float:
        """How long is spoken, without the pauses."""
        return self.end_s - self.start_s - sum(self.pauses_s)


def speech_span(waveform: np.ndarray) -> SpeechSpan | None:
    """Looks for speech in a 24 kHz mono waveform (samples,); None where there is none."""
    samples = soxr.resample(waveform, SAMPLE_RATE, speech.SAMPLE_RATE)
    samples = np.pad(samples, (0, -len(samples) % speech.FRAME_LENGTH))
    level_db = to_db(np.sqrt(np.square(samples.reshape(-1, speech.FRAME_LENGTH)).mean(axis=1)))
    probability = np.concatenate(list(speech.find_speech([samples])))
    floor_db = max(float(np.percentile(level_db, 5)), float(level_db.max()) - _FLOOR_DB)
    runs = speech_runs(probability, level_db, floor_db)
    if not runs:
        return None
    gaps = [(before[1] * FRAME_S, after[0] * FRAME_S) for before, after in pairwise(runs)]
    power = np.concatenate([10 ** (level_db[start:end] / 10) for start, end in runs])
    return SpeechSpan(
        start_s=runs[0][0] * FRAME_S,
        end_s=runs[-1][1] * FRAME_S,
        pauses=tuple((start, end) for start, end in gaps if end - start >= MIN_PAUSE_S),
        level_db=float(10 * np.log10(power.mean())),
    )
