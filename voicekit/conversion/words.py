"""Where somebody speaks in a recording, and what they say: from a text that is given, or from listening."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np

from voicekit.audio.features import SAMPLE_RATE
from voicekit.core.errors import DatasetError, ScriptError
from voicekit.core.reporter import Reporter
from voicekit.core.wording import cut
from voicekit.dataset import chapter, recording
from voicekit.dataset.guesses import LEAST_SURE
from voicekit.dataset.manifest import evenly
from voicekit.dataset.recording import Recording, Segment, read_segment
from voicekit.recognition import text_check, transcribe
from voicekit.recognition.sphinx import resampled
from voicekit.text.language import language_of
from voicekit.text.language_names import espeak_code, is_other, language_name
from voicekit.text.script.cue import clock

FINDING_WORDS = "finding the words"
#: So many stretches tell the language.
_MOST_HEARD = 5
_ELSE = "give the text that is said, or leave --text out to have it transcribed"


class Listener:
    """Writes down what is said in stretches of which no text is known.

    Raises:
        DatasetError: nobody here can transcribe the language.
        PluginError: there is no transcriber of that name.
    """

    def __init__(self, name: str | None, language: str, asr_model: Path | None, reporter: Reporter) -> None:
        try:
            self.name = transcribe.choose(name, language, asr_model)
        except DatasetError as error:
            raise DatasetError(f"{error}; or give what is said: --text FILE") from error
        self.language = language
        self._transcriber = transcribe.load(self.name, language, asr_model)
        reporter.say(f"what is said is written down by {self.name}; --text FILE gives it the right words")
        if self._transcriber.note:
            reporter.note("the words are pocketsphinx's guesses, one in three of them wrong, and are said like that: give "
                          "what is said with --text FILE, or let Whisper listen")  # fmt: skip

    def text_of(self, waveform: np.ndarray) -> tuple[str, str | None]:
        """What is said in a 24 kHz waveform (samples,), "" for nothing; and why that is doubtful."""
        guess = transcribe.guess(self._transcriber, resampled(waveform, SAMPLE_RATE))
        doubt = "its words are guesses, and most of them wrong" if guess.sureness < LEAST_SURE else None
        return " ".join(guess.text.split()), doubt

    def spoken_language(self, waveforms: Sequence[np.ndarray]) -> str | None:
        """The code of another language than its own that most of some stretches are in, where it can tell."""
        tell = getattr(self._transcriber, "language_of", None)
        heard = [tell(resampled(waveform, SAMPLE_RATE)) for waveform in waveforms] if tell else []
        others = [one for one in heard if one and is_other(one, self.language)]
        return max(set(others), key=others.count) if 2 * len(others) > len(heard) else None


def choose_language(given: str | None, text: str | None, voice: str, reporter: Reporter) -> str:
    """The language that is spoken, an espeak code: `given`, else that of the text, else the voice's."""
    if given:
        return given
    its = language_of(text) if text else None
    if its and is_other(its, voice):
        reporter.note(f"the text is {language_name(its)}, and taken as that; if it is not, name it with --language")
        return espeak_code(its)
    return voice


def tell_other_language(listener: Listener, found: Recording, stretches: Sequence[Segment], reporter: Reporter) -> None:
    """Tells where another language is heard than the one that is listened for."""
    heard = [read_segment(found.scratch, one) for one in evenly(stretches, _MOST_HEARD)]
    if other := listener.spoken_language(heard):
        reporter.note(f"{language_name(other)} is spoken, as {listener.name} hears it, and its words are written down as "
                      f"{language_name(listener.language)}; if it is right: --language {espeak_code(other)}")  # fmt: skip


def find_stretches(found: Recording, text: str | None, language: str, folder: Path, reporter: Reporter) -> list[Segment]:
    """The stretches of speech, of at most 12 s, with what is said in each as far as the text tells; "" where it does not.

    Args:
        folder: where the recogniser keeps what it learns of the text.
        reporter: told which words of the text are not heard, and where something else is said.

    Raises:
        ScriptError: the text is not what is said.
    """
    curves = found.speech, found.level_db, found.noise_floor_db
    whole = recording.whole(*curves) if text else None
    if not text:
        return recording.segment(*curves)
    if whole and whole.duration_s <= recording.MAX_S:
        if problem := text_check.disagreement(read_segment(found.scratch, whole), SAMPLE_RATE, text, language):
            raise ScriptError(f"{problem}; {_ELSE}")
        return [replace(whole, text=" ".join(text.split()))]
    known = chapter.Chapter.learn(text, language, folder)
    segments = recording.segment(*curves)
    heard = map(partial(chapter.hear, folder, found.scratch), segments) if known.can_be_heard else ([] for _ in segments)
    placed = known.align(found.scratch, segments, list(reporter.track(heard, FINDING_WORDS, len(segments))))
    if all(one.problem for one in placed):
        raise ScriptError(f"the text is not what is said: hardly a word of it is heard; {_ELSE}")
    for one in placed:
        if one.problem and one.duration_s:
            reporter.note(f"at {clock(one.start_s)} something else is said than the text says: it is not taken from there")
        elif one.problem:
            reporter.note(f"of the text “{cut(one.text)}” is not heard, and left out")
    return [replace(one, text="" if one.problem else one.text, problem=None) for one in placed if one.duration_s]
