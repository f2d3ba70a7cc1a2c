"""Several voices one after another, as one sound: at one sample rate and equally loud."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from re import search

import numpy as np

from voicekit.audio.loudness import SILENCE_DB, from_db, integrated_lufs
from voicekit.speech.cast import Part, Role
from voicekit.speech.company import Company
from voicekit.speech.engine import Speech
from voicekit.text.script.marks import Marks

#: The loudness of each voice: about that at which our own speak by themselves.
_LUFS = -20.0
#: A voice is measured over the first seconds of what it says; what comes later has the gain of those.
_MEASURED_S = 30.0
#: No sample comes higher than this, however soft a voice is.
_PEAK = 0.98
#: The silence between two who speak: within a paragraph, and between two.
_GAP_S, _PARAGRAPH_GAP_S = 0.25, 0.6
#: Where a paragraph ends, no more than these signs say so.
_LONGEST_BLANK = 100


def in_turns(
    stretches: Sequence[tuple[str, Marks, Part]], company: Company, pace: float, sample_rate: int
) -> Iterator[Speech]:
    """What each says, sentence by sentence.

    Raises:
        VoicekitError: a voice does not load, or has nothing to pronounce.
    """
    levels: dict[Role, _Level] = {}
    for number, (text, marks, part) in enumerate(stretches):
        level = levels.setdefault(part.role, _Level())
        for speech in company.engine(part.role).stream(text.strip(), pace=pace, marks=marks):
            waveform = level.levelled(_resampled(speech, sample_rate), sample_rate, marks.level_db)
            yield replace(speech, waveform=waveform, sample_rate=sample_rate)
        if number < len(stretches) - 1:
            gap_s = _PARAGRAPH_GAP_S if search(r"\n\s*\n\s*$", text[-_LONGEST_BLANK:]) else _GAP_S
            gap_s = max(gap_s, *marks.pauses_s[-1:], 0.0)  # what the script asks for behind its last word
            yield Speech(np.zeros(round(gap_s * sample_rate), np.float32), sample_rate)


def _resampled(speech: Speech, sample_rate: int) -> np.ndarray:
    import soxr

    if speech.sample_rate == sample_rate:
        return speech.waveform
    return soxr.resample(speech.waveform, speech.sample_rate, sample_rate).astype(np.float32)


class _Level:
    """The gain of a voice, by what it has said so far."""

    def __init__(self) -> None:
        self._heard: list[np.ndarray] = []
        self._heard_s = self._gain_db = 0.0

    def levelled(self, waveform: np.ndarray, sample_rate: int, wanted_db: float) -> np.ndarray:
        """A sentence as loud as all others; `wanted_db`: how much louder the script wants it."""
        if self._heard_s < _MEASURED_S:
            self._heard.append(waveform * np.float32(from_db(-wanted_db)))
            self._heard_s += len(waveform) / sample_rate
            lufs = integrated_lufs((piece[None] for piece in self._heard), sample_rate)
            self._gain_db = _LUFS - lufs if lufs > SILENCE_DB else self._gain_db
        gain = min(from_db(self._gain_db), _PEAK / max(float(np.abs(waveform).max(initial=0.0)), 1e-9))
        return waveform * np.float32(gain)
