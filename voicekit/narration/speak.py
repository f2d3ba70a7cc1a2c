"""Speaks cues, or takes them from the cache, listens whether each word is there, and speaks again what is not right."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np

from voicekit.core.errors import PluginError, ScriptError
from voicekit.narration.cache import Entry, Key, SpeechCache
from voicekit.narration.take import AFTER_S, BEFORE_S, Take, heard_span_s, pauses_between, pauses_of
from voicekit.narration.timing.timeline import Spoken
from voicekit.recognition import transcribe
from voicekit.recognition.verify import Verdict, verify
from voicekit.recognition.whisper import Whisper
from voicekit.speech.engine import Engine, Speech, Word
from voicekit.text.script.cue import Cue

#: Speaks a cue at most so often until every word is heard.
MAX_TRIES = 3


#: Listens to the speech of a cue that was spoken at a pace.
Listener = Callable[[Speech, Cue, float], Verdict]


def listener(engine: Engine, asr_model: Path | None = None) -> Listener | None:
    """Somebody who knows what the words of a voice sound like; None for a voice that does not tell its language.

    Args:
        asr_model: the folder of weights for the second pair of ears; see `whisper.find_weights`.

    Raises:
        DatasetError: the person named a folder, and there are no weights in it.
    """
    if not engine.language:
        return None
    lexicon = getattr(engine, "lexicon", None)  # only our own engine is known to have one
    second = transcribe.find_checker(None, engine.language, asr_model)
    # Loaded when something sounds wrong, which is seldom; but weights that somebody named are tried at once.
    ears = partial(transcribe.load, second, engine.language, asr_model) if second else None
    if ears and asr_model:
        ears()

    def listen(speech: Speech, cue: Cue, pace: float) -> Verdict:
        return verify(
            speech.waveform,
            speech.sample_rate,
            cue.text,
            engine.language,
            lexicon,
            pace=pace,
            said=cue.marks.said,
            asr=ears,
        )

    return listen


def about_listening(engine: Engine, asr_model: Path | None = None) -> str | None:
    """What a person should know of what is said to be misheard; None where nothing."""
    if not engine.language or transcribe.find_checker(None, engine.language, asr_model):
        return None
    get = Whisper.missing(engine.language, asr_model)
    return f"the words were heard by pocketsphinx, which is sometimes wrong about voices that it does not know; {get}"


@dataclass(frozen=True)
class Speaker:
    """Speaks cues in a voice.

    Attributes:
        listen: None where nobody checks what is said.
    """

    engine: Engine
    cache: SpeechCache
    listen: Listener | None = None

    def speak(self, cue: Cue, pace: float = 1.0, anew: bool = False) -> Take:
        """A cue at a pace, unless the cache has it.

        Args:
            anew: another take than the one in the cache.

        Raises:
            ScriptError: there is nothing to pronounce; the message names the line.
            PluginError: what the engine made is no speech.
        """
        key = self._key(cue, pace)
        entry = self.cache.get(key)
        if entry and not anew:
            if entry.faults != "" and self.listen:  # nobody listened, or somebody whose ears may have been worse
                entry = self.cache.put(key, replace(entry, faults=_faults(self.listen(entry.speech, cue, key.pace))))
            return _take(cue, key, entry, was_cached=True)
        best, highest, tries = None, 0.0, 0
        for seed in range(entry.seed + 1, entry.seed + 1 + MAX_TRIES) if entry else range(MAX_TRIES):
            tries += 1
            speech = self._synthesize(cue, key.pace, seed)
            if not self.listen:
                best = Entry(speech, seed)
                break
            verdict = self.listen(speech, cue, key.pace)
            if best is None or verdict.score > highest:
                best, highest = Entry(speech, seed, _faults(verdict)), verdict.score
            if verdict.ok:
                break
        return replace(_take(cue, key, self.cache.put(key, best), was_cached=False), tries=tries)

    def has_spoken(self, cue: Cue) -> bool:
        """Whether the cache has the cue at the voice's own pace, which every cue is spoken at first."""
        return self.cache.get(self._key(cue, 1.0)) is not None

    def _key(self, cue: Cue, pace: float) -> Key:
        return Key(cue.text, cue.marks, round(pace, 3), self.engine.fingerprint)

    def _synthesize(self, cue: Cue, pace: float, seed: int) -> Speech:
        try:
            speech = self.engine.synthesize(cue.text, pace=pace, marks=cue.marks, seed=seed)
        except ScriptError as error:
            raise ScriptError(f"line {cue.line} of the script: {error}") from error
        if not np.isfinite(speech.waveform).all():
            raise PluginError(f"line {cue.line} of the script: the voice made no valid sound; train it on or choose another")
        if np.abs(speech.waveform).max(initial=0.0) < 1e-4:
            raise PluginError(f"line {cue.line} of the script: the voice stayed silent; change the text or the voice")
        return speech


def _faults(verdict: Verdict) -> str:
    return "" if verdict.ok else verdict.describe()


def as_spoken(take: Take) -> Spoken:
    """What the planner has to know of a take, at the voice's own pace."""
    return Spoken(take.cue, (take.heard_s - take.pauses_s) * take.pace, take.pauses_s)


def estimated(cue: Cue, engine: Engine) -> Spoken:
    """The same before anything is spoken, as far as the voice can tell.

    Raises:
        ScriptError: there is nothing to pronounce; the message names the line.
    """
    try:
        words = engine.timing(cue.text, marks=cue.marks)
    except ScriptError as error:
        raise ScriptError(f"line {cue.line} of the script: {error}") from error
    pauses_s = pauses_between(words, cue)
    return Spoken(cue, words[-1].end_s - words[0].start_s + BEFORE_S + AFTER_S - pauses_s, pauses_s)


def _take(cue: Cue, key: Key, entry: Entry, was_cached: bool) -> Take:
    start_s, end_s = heard_span_s(entry.speech)
    pauses = tuple((a - start_s, b - start_s) for a, b in pauses_of(entry.speech, cue) if a > start_s and b < end_s)

    def heard(time_s: float) -> float:
        return min(max(time_s, start_s), end_s) - start_s

    words = tuple(Word(word.text, heard(word.start_s), heard(word.end_s)) for word in entry.speech.words)
    return Take(cue, key, entry.seed, start_s, end_s - start_s, pauses, words, was_cached, entry.faults)
