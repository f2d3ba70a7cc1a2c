"""A stretch of somebody's speech in another voice: what they say, as long, as high and as loud as they say it.

The phones of the words are aligned with the sound, so that each lasts as long in the other voice. F0 is moved to the range
of the other voice: the same mean and deviation of log F0 (Chappell & Hansen 1998, "Speaker-specific pitch contour modeling
and modification"), frame by frame; so is the level, phone by phone.
"""

from dataclasses import dataclass

import numpy as np

from voicekit.audio.features import SAMPLE_RATE, Features, extract
from voicekit.audio.limiter import limited
from voicekit.audio.loudness import rms_db
from voicekit.core.errors import ScriptError
from voicekit.model.networks import Figures, TokenProsody
from voicekit.recognition.sphinx import Aligner
from voicekit.recognition.text_check import fits
from voicekit.speech.native import NativeEngine
from voicekit.text.phonemes.phonemise import phonemise

#: F0 farther from a person's mean than so many deviations is mostly an octave that was missed.
_FARTHEST = 3.5
#: No peak is above this.
_CEILING_DB = -0.3


@dataclass(frozen=True)
class Imitated:
    """A stretch in the other voice.

    Attributes:
        waveform: float32 (samples,) at 24 kHz, as many as were heard.
        doubt: why a person should listen to it; None where there is no reason.
    """

    waveform: np.ndarray
    doubt: str | None = None


class Imitator:
    """Says in a voice what somebody says, as they say it.

    Args:
        engine: the voice.
        source: the range of whoever is heard.
        language: an espeak code, of what they say.
    """

    def __init__(self, engine: NativeEngine, source: Figures, language: str) -> None:
        self.engine, self.source, self.language = engine, source, language
        self._lexicon = engine.lexicon if language == engine.language else None
        self._aligner = Aligner()

    def imitate(self, waveform: np.ndarray, text: str) -> Imitated:
        """`text` as it is said in a 24 kHz waveform (samples,).

        Raises:
            ScriptError: there is nothing to pronounce in it, or its words and the sound cannot be brought together.
        """
        phonemes = phonemise(text, self.language, self._lexicon)
        alignment = self._aligner.align(waveform, phonemes)
        if alignment is None:
            raise ScriptError("its words and its sound cannot be brought together")
        heard = extract(waveform)
        prosody = self._prosody(heard, alignment.durations)
        made = self.engine.imitate(phonemes, prosody, self._melody(heard.f0))[: len(waveform)]
        doubt = None if fits(alignment, self.language) else "its words hardly fit its sound"
        return Imitated(_levelled(made, waveform), doubt)

    def _prosody(self, heard: Features, durations: np.ndarray) -> TokenProsody:
        """Of each token, as training measures it (training.tasks.measured_prosody)."""
        voiced = heard.f0 > 0
        level = (heard.mel.mean(0) - self.source.energy_mean) / self.source.energy_std
        pitch = _sums(self._deviations(heard.f0), durations) / _sums(voiced, durations).clip(1)
        energy = _sums(level, durations) / durations.clip(1)
        return TokenProsody(durations, pitch.astype(np.float32), energy.astype(np.float32))

    def _melody(self, f0: np.ndarray) -> np.ndarray:
        """(frames,) F0 in Hz to log F0 in the range of the voice, on lines where there is none."""
        voice, voiced = self.engine.networks.figures, f0 > 0
        if not voiced.any():
            return np.full(len(f0), voice.log_f0_mean)
        frames = np.arange(len(f0))
        line = np.interp(frames, frames[voiced], self._deviations(f0)[voiced])
        return line * voice.log_f0_std + voice.log_f0_mean

    def _deviations(self, f0: np.ndarray) -> np.ndarray:
        """(frames,) how many deviations log F0 is from the mean of whoever is heard; 0 where unvoiced."""
        found = (np.log(f0.clip(1)) - self.source.log_f0_mean) / self.source.log_f0_std
        return np.where(f0 > 0, found.clip(-_FARTHEST, _FARTHEST), 0)


def _sums(track: np.ndarray, durations: np.ndarray) -> np.ndarray:
    """(frames,) to (tokens,): the sum over the frames of each token."""
    ends = np.cumsum(durations)
    sums = np.concatenate(([0.0], np.cumsum(track)))
    return sums[ends] - sums[ends - durations]


def _levelled(made: np.ndarray, heard: np.ndarray) -> np.ndarray:
    """(samples,) at the level of what was heard, no peak above the ceiling."""
    gain_db = float(rms_db(heard) - rms_db(made))
    blocks = limited([made[None]], SAMPLE_RATE, gain_db, _CEILING_DB)
    return np.concatenate([block[0] for block in blocks]) if len(made) else made
