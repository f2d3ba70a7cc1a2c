"""Speech to text, for recordings without a text. Plug-ins of the kind "transcribers"."""

import inspect
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from voicekit.core import plugins
from voicekit.core.errors import DatasetError, PluginError
from voicekit.recognition import sphinx
from voicekit.recognition.whisper import SAMPLE_RATE

#: The order in which they are tried when nobody chose one.
PREFERRED = ("whisper", "pocketsphinx")
_SILENT = 1e-4


@dataclass(frozen=True)
class Guess:
    """What a transcriber believes to hear.

    Attributes:
        text: "" where no words are heard.
        sureness: the share of its words that are probably right, 0 to 1; 1 where the transcriber does not say.
    """

    text: str
    sureness: float = 1.0


class Transcriber(Protocol):
    """What the object behind an entry point `voicekit.transcribers` is called as, with a language code.

    One that takes weights has a second parameter in both, `model: Path | None = None`, the folder of them. One that is
    often wrong may have a method `guess(waveform) -> Guess` beside `transcribe`, which tells how sure it is; one of many
    languages `language_of(waveform) -> str | None`, the code of two letters of the one that is spoken.

    Attributes:
        note: what a person should know about its texts; None where they are good enough to check others' texts by.
    """

    note: str | None

    def __init__(self, language: str) -> None: ...

    @staticmethod
    def missing(language: str) -> str | None:
        """What is missing to transcribe `language` here, and how to get it; None when all is there. Downloads nothing."""

    def transcribe(self, waveform: np.ndarray) -> str:
        """What is said in one utterance, float32 (samples,) at 16 kHz; "" where no words are heard."""


class Pocketsphinx:
    """pocketsphinx, whose English weights lie in its wheel: always there, and often wrong."""

    note = (
        "the texts are pocketsphinx's guesses, about one word in three of them wrong, and a voice learns their mistakes: "
        "write the right ones, or let Whisper listen"
    )
    #: The share of right words as a straight line of two figures: how well the words fit the sound (log score a frame, 0 the
    #: best) and each other (log score of the language model a second). Fitted to 192 utterances of eight languages, of
    #: which it explains 67 %; what comes of it: dataset.guesses.
    _RIGHT, _RIGHT_BY_SOUND, _RIGHT_BY_LANGUAGE = 2.34, 381.0, 4.0

    def __init__(self, language: str) -> None:
        missing = self.missing(language)
        if missing:
            raise DatasetError(f"cannot transcribe: {missing}")
        self._decoder = sphinx.new_decoder(cmn="batch")

    @staticmethod
    def missing(language: str) -> str | None:
        if language.startswith("en"):
            return None
        return f"pocketsphinx knows English only, not '{language}'; write the texts into metadata.csv (id|text)"

    def transcribe(self, waveform: np.ndarray) -> str:
        return self.guess(waveform).text

    def guess(self, waveform: np.ndarray) -> Guess:
        """What is said in one utterance, float32 (samples,) at 16 kHz, and how sure that is."""
        if np.abs(waveform).max(initial=0.0) < _SILENT:  # in which it hears words
            return Guess("")
        sphinx.decode(self._decoder, sphinx.to_pcm(waveform, SAMPLE_RATE))
        text = self._decoder.hyp().hypstr if self._decoder.hyp() else ""
        return Guess(f"{text[:1].upper()}{text[1:]}.", self._sureness()) if text else Guess("")

    def _sureness(self) -> float:
        fit = sphinx.fit_of_words(self._decoder)
        right = self._RIGHT + self._RIGHT_BY_SOUND * fit.sound + self._RIGHT_BY_LANGUAGE * fit.language
        return min(max(right, 0.0), 1.0)


def choose(name: str | None, language: str, model: Path | None = None) -> str:
    """The transcriber to use: `name` if it can work here, else the best that can.

    Args:
        model: the folder of weights to use, which only some take; Whisper's where no name is given.

    Raises:
        DatasetError: none can; it says why.
        PluginError: nobody registered `name`, or it takes no weights.
    """
    lacks = []
    for candidate in _candidates(name, model):
        missing = _missing(candidate, language, model)
        if missing is None:
            return candidate
        lacks.append(missing)
    raise DatasetError(f"recordings without a text cannot be transcribed: {'; '.join(lacks)}")


def find_checker(name: str | None, language: str, model: Path | None = None) -> str | None:
    """The transcriber that hears well enough to check a text that is given: `name`, or the best; None where none can.

    Raises:
        DatasetError, PluginError: as `choose`, about what the person named.
    """
    for candidate in _candidates(name, model):
        missing = _missing(candidate, language, model)
        if missing and model:
            raise DatasetError(f"{model} cannot be used: {missing}")
        if missing is None and plugins.load("transcribers", candidate).note is None:
            return candidate
    return None


def guess(transcriber: Transcriber, waveform: np.ndarray) -> Guess:
    """What is said in one utterance, and how sure that is where the transcriber tells; see Transcriber."""
    tells = getattr(transcriber, "guess", None)
    return tells(waveform) if tells else Guess(transcriber.transcribe(waveform))


@cache
def load(name: str, language: str, model: Path | None = None) -> Transcriber:
    """The transcriber `name`, once a process."""
    transcriber = plugins.load("transcribers", name)
    return transcriber(language, **_weights(transcriber, name, model))


def _candidates(name: str | None, model: Path | None) -> tuple[str, ...]:
    if name:
        return (name,)
    return PREFERRED[:1] if model else PREFERRED


def _missing(name: str, language: str, model: Path | None) -> str | None:
    transcriber = plugins.load("transcribers", name)
    return transcriber.missing(language, **_weights(transcriber, name, model))


def _weights(transcriber: Any, name: str, model: Path | None) -> dict[str, Path]:
    if model is None:
        return {}
    if "model" not in inspect.signature(transcriber).parameters:
        raise PluginError(f"the transcriber '{name}' takes no --asr-model; leave it out, or take --transcriber whisper")
    return {"model": model}
