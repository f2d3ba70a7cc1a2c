"""Speaks cues, or takes them from the cache, and cuts the silence off around the speech."""

from dataclasses import dataclass

import numpy as np

from voicekit.engines.base import Engine, Speech, Word
from voicekit.errors import PluginError, ScriptError
from voicekit.narrate.cache import SpeechCache
from voicekit.text.script import Cue

#: Quieter than the loudest 10 ms by this much is not speech. Fricatives lie up to 30 dB below vowels, and a voice's own
#: noise 40 dB: taken for speech, it would make a cue with a given time be heard late.
_SILENCE_BELOW_DB = 35.0
#: Kept before the first sound and behind the last.
_BEFORE_S, _AFTER_S = 0.01, 0.08
#: Sound this much earlier than the first word is not the first word.
_BREATH_S = 0.15


@dataclass(frozen=True)
class Take:
    """A cue as it was spoken. Its sound stays in the cache until it is asked for: an hour of speech is much memory.

    Attributes:
        pace: at which it was spoken.
        start_s, duration_s: which part of the cached speech is heard; the rest is silence.
        words: timed from the start of what is heard.
        was_cached: nothing had to be spoken.
    """

    cue: Cue
    pace: float
    start_s: float
    duration_s: float
    words: tuple[Word, ...]
    was_cached: bool
    fingerprint: str

    def waveform(self, cache: SpeechCache, sample_rate: int) -> np.ndarray:
        """What is heard, float32 (samples,) at `sample_rate`.

        Raises:
            PluginError: somebody emptied the cache meanwhile.
        """
        import soxr

        speech = cache.get(self.cue.text, self.pace, self.fingerprint)
        if speech is None:
            raise PluginError(f"speech vanished from {cache.folder} while it was used; run the same command again")
        start = round(self.start_s * speech.sample_rate)
        heard = speech.waveform[start : start + round(self.duration_s * speech.sample_rate)]
        # Faded over the silence that was kept: noise that starts at once is heard as a click.
        times_s = np.arange(len(heard)) / speech.sample_rate
        heard = heard * np.clip(times_s / _BEFORE_S, 0, 1) * np.clip((times_s[-1] - times_s) / _AFTER_S, 0, 1)
        return soxr.resample(heard.astype(np.float32), speech.sample_rate, sample_rate)


def speak(cue: Cue, pace: float, engine: Engine, cache: SpeechCache) -> Take:
    """Speaks a cue at a pace, unless the cache has it.

    Raises:
        ScriptError: there is nothing to pronounce; the message names the line.
        PluginError: what the engine made is no speech.
    """
    pace = round(pace, 3)
    speech = cache.get(cue.text, pace, engine.fingerprint)
    was_cached = speech is not None
    if speech is None:
        try:
            speech = engine.synthesize(cue.text, pace=pace)
        except ScriptError as error:
            raise ScriptError(f"line {cue.line} of the script: {error}") from error
        _check(speech, cue)
        speech = cache.put(cue.text, pace, engine.fingerprint, speech)
    start_s, end_s = heard_span_s(speech)
    words = tuple(Word(w.text, max(0.0, w.start_s - start_s), min(w.end_s, end_s) - start_s) for w in speech.words)
    return Take(cue, pace, start_s, end_s - start_s, words, was_cached, engine.fingerprint)


def heard_span_s(speech: Speech) -> tuple[float, float]:
    """From when to when there is speech, by its level, with a little silence kept around."""
    hop = max(1, speech.sample_rate // 100)
    n_hops = -(-len(speech.waveform) // hop)
    padded = np.pad(speech.waveform.astype(np.float64), (0, n_hops * hop - len(speech.waveform)))
    power = np.square(padded).reshape(n_hops, hop).mean(axis=1)
    loud = np.flatnonzero(power > power.max() * 10 ** (-_SILENCE_BELOW_DB / 10))
    start_s, end_s = loud[0] * hop / speech.sample_rate, (loud[-1] + 1) * hop / speech.sample_rate
    if speech.words and start_s < speech.words[0].start_s - _BREATH_S:
        start_s = speech.words[0].start_s
    return max(0.0, start_s - _BEFORE_S), min(speech.duration_s, end_s + _AFTER_S)


def _check(speech: Speech, cue: Cue) -> None:
    if not np.isfinite(speech.waveform).all():
        raise PluginError(f"line {cue.line} of the script: the voice made no valid sound; train it on or choose another")
    if np.abs(speech.waveform).max(initial=0.0) < 1e-4:
        raise PluginError(f"line {cue.line} of the script: the voice stayed silent; change the text or the voice")
