"""Speech to text, for recordings that nobody wrote down. Plug-ins of the kind "transcribers"."""

from functools import cache
from typing import Protocol

import numpy as np

from voicekit import plugins
from voicekit.errors import DatasetError

SAMPLE_RATE = 16_000
#: In the order they are tried when nobody chose one.
PREFERRED = ("whisper", "pocketsphinx")


class Transcriber(Protocol):
    """What the object behind an entry point `voicekit.transcribers` is called as, with a language code.

    Attributes:
        note: what a person should know about its texts, or None.
    """

    note: str | None

    def __init__(self, language: str) -> None: ...

    @staticmethod
    def missing(language: str) -> str | None:
        """What is missing to transcribe `language` here, and how to get it; None when all is there. Downloads nothing."""

    def transcribe(self, waveform: np.ndarray) -> str:
        """What is said in one utterance, float32 (samples,) at 16 kHz; "" where no words are heard."""


class Whisper:
    """faster-whisper (OpenAI's Whisper in CTranslate2), with weights that are on this machine already."""

    note = None
    _SIZES = ("large-v3-turbo", "large-v3", "medium", "small", "base", "tiny")

    def __init__(self, language: str) -> None:
        import faster_whisper

        path = self._weights(language)
        if path is None:
            raise DatasetError(f"cannot transcribe: {self.missing(language)}")
        self._language = language.split("-")[0]
        self._model = faster_whisper.WhisperModel(path, local_files_only=True)

    @classmethod
    def missing(cls, language: str) -> str | None:
        try:
            path = cls._weights(language)
        except ImportError:
            return "faster-whisper is not installed; install it with: pip install 'voicekit[whisper]'"
        if path is None:
            get = "python -c \"import faster_whisper as f; f.WhisperModel('small')\""
            return f"faster-whisper has no weights here; get them with: {get}"
        return None

    @classmethod
    def _weights(cls, language: str) -> str | None:
        """The folder of the largest model in the local cache."""
        from faster_whisper.utils import download_model

        for size in cls._SIZES:
            for name in (f"{size}.en", size) if language.startswith("en") else (size,):
                try:
                    return download_model(name, local_files_only=True)
                except Exception:  # not in the cache, or no model of that name: each version says so differently
                    continue
        return None

    def transcribe(self, waveform: np.ndarray) -> str:
        segments, _ = self._model.transcribe(waveform, language=self._language, condition_on_previous_text=False)
        return " ".join(segment.text.strip() for segment in segments)


class Pocketsphinx:
    """pocketsphinx, whose English weights lie in its wheel: always there, and often wrong."""

    note = (
        "the texts are pocketsphinx's guesses, about one word in five of them wrong; correct them in metadata.csv beside the"
        " recordings, or install faster-whisper (pip install 'voicekit[whisper]')"
    )

    def __init__(self, language: str) -> None:
        missing = self.missing(language)
        if missing:
            raise DatasetError(f"cannot transcribe: {missing}")
        import pocketsphinx

        self._decoder = pocketsphinx.Decoder(loglevel="FATAL", cmn="batch", bestpath=False)

    @staticmethod
    def missing(language: str) -> str | None:
        if language.startswith("en"):
            return None
        return f"pocketsphinx knows English only, not '{language}'; write the texts into metadata.csv (id|text)"

    def transcribe(self, waveform: np.ndarray) -> str:
        peak = max(np.abs(waveform).max(initial=0.0), 1e-4)
        self._decoder.start_utt()
        pcm = (waveform / peak * 0.5 * 32767).astype("<i2").tobytes()
        self._decoder.process_raw(pcm, no_search=False, full_utt=True)
        self._decoder.end_utt()
        text = self._decoder.hyp().hypstr if self._decoder.hyp() else ""
        return f"{text[:1].upper()}{text[1:]}." if text else ""


def choose(name: str | None, language: str) -> str:
    """The transcriber to use: `name` if it can work here, else the best that can.

    Raises:
        DatasetError: none can; it says why.
        PluginError: nobody registered `name`.
    """
    lacks = []
    for candidate in [name] if name else PREFERRED:
        missing = plugins.load("transcribers", candidate).missing(language)
        if missing is None:
            return candidate
        lacks.append(missing)
    raise DatasetError(f"recordings without a text cannot be transcribed: {'; '.join(lacks)}")


@cache
def load(name: str, language: str) -> Transcriber:
    """The transcriber `name`, once a process."""
    return plugins.load("transcribers", name)(language)
