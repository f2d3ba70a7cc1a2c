"""Speech to text, for recordings without a text. Plug-ins of the kind "transcribers"."""

import inspect
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


class Transcriber(Protocol):
    """What the object behind an entry point `voicekit.transcribers` is called as, with a language code.

    One that takes weights has a second parameter in both, `model: Path | None = None`, the folder of them.

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
        "the texts are pocketsphinx's guesses, about one word in five of them wrong; correct them in metadata.csv beside the"
        " recordings, or install faster-whisper (pip install 'voicekit[whisper]') and name its weights (--asr-model)"
    )

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
        if np.abs(waveform).max(initial=0.0) < _SILENT:  # in which it hears words
            return ""
        sphinx.decode(self._decoder, sphinx.to_pcm(waveform, SAMPLE_RATE))
        text = self._decoder.hyp().hypstr if self._decoder.hyp() else ""
        return f"{text[:1].upper()}{text[1:]}." if text else ""


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
