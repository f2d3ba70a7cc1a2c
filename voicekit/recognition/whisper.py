"""Whisper: OpenAI's speech recognition by faster-whisper, with weights that are already on this machine."""

import os
import re
import zlib
from collections.abc import Sequence
from functools import cached_property
from itertools import chain
from pathlib import Path

import numpy as np

from voicekit.core.documents import parse_json, read_document
from voicekit.core.errors import DatasetError
from voicekit.text.language_names import short_code

SAMPLE_RATE = 16_000
#: The environment variable that names a folder of weights, used where the command line names none.
SETTING = "VOICEKIT_ASR_MODEL"
#: The files in a folder of weights, and their names.
_FILES = {
    "the weights": ("model.bin",),
    "the configuration": ("config.json",),
    "the vocabulary": ("vocabulary.json", "vocabulary.txt"),
    "the tokenizer": ("tokenizer.json",),
}
_SIZES = ("large-v3-turbo", "large-v3", "medium", "small", "base", "tiny")
_GET = "python -c \"import faster_whisper as f; f.WhisperModel('tiny')\""
_SIZES_TOLD = "tiny is 75 MB, once; small, about 0.5 GB, hears far better"
_FRAMES_PER_S = 100
_WINDOW_S = 30
#: The encoder gets utterances with this much silence after them instead of padded to 30 s: three times as fast, and with no
#: more errors (tiny.en on 17 LibriSpeech utterances: WER 0.138 padded to 30 s, 0.117 like this; without the silence it stops
#: too early).
_SHORTEST_FRAMES, _SILENT_FRAMES = 1000, 200
#: Tokens a second in the languages that need the most; a longer transcript has begun to repeat itself.
_MOST_TOKENS_PER_S = 40
#: Text that compresses by more than this repeats itself, as in Whisper's own decoding.
_MOST_REPETITIVE = 2.4
#: Words with a mean log probability below the first are made up; so are those below the second where nobody seems to speak.
#: Of 88 noises and pieces of music none scored above −0.9, of 400 utterances none below −1.0.
_MADE_UP, _UNSURE, _NO_SPEECH = -1.5, -0.5, 0.6
_LEAST_PROBABILITY = 1e-9
#: A language that is less probable is not taken for the one that is spoken.
_SURE_LANGUAGE = 0.6
#: Any speech has a moment at which silero-vad is surer than this.
_SPEECH = 0.5


class Whisper:
    """faster-whisper with one model, loaded.

    Attributes:
        note: nothing; its texts are good.
        weights: the folder they lie in.
    """

    note = None

    def __init__(self, language: str, model: Path | None = None) -> None:
        """See `find_weights`.

        Raises:
            DatasetError: there are no weights, or they are damaged.
        """
        folder = None if (missing := self.missing(language, model)) else find_weights(language, model)
        if folder is None:
            raise DatasetError(f"cannot transcribe: {missing}")
        import faster_whisper

        self.weights, self._language = folder, short_code(language)
        try:
            self._model = faster_whisper.WhisperModel(str(folder), **_machine())
        except Exception as error:  # whatever CTranslate2 and the tokenizer raise about a broken file
            raise DatasetError(f"{folder}: the weights do not load ({_line(error)}); copy or download them again") from error

    @staticmethod
    def missing(language: str, model: Path | None = None) -> str | None:
        """What is missing to transcribe `language` here, and how to get it; None when all is there.

        Raises:
            DatasetError: the folder that the person named holds no weights, or none for the language.
        """
        try:
            folder = find_weights(language, model)
        except ImportError as error:
            if (error.name or "").partition(".")[0] == "faster_whisper":
                get = f"pip install 'voicekit[whisper]' && {_GET}"
                return f"faster-whisper is not installed; get it and its smallest model ({_SIZES_TOLD}) with: {get}"
            return f"faster-whisper does not load ({_line(error)}); pip install --force-reinstall faster-whisper ctranslate2"
        if folder is None:
            name = f"name their folder with --asr-model or {SETTING}"
            lacks = f"faster-whisper has no weights for '{language}' here"
            return f"{lacks}; {name}, or get the smallest ({_SIZES_TOLD}) with: {_GET}"
        return None

    def transcribe(self, waveform: np.ndarray) -> str:
        """What is said in one utterance, float32 (samples,) at 16 kHz; "" where no words are heard."""
        if not _holds_speech(waveform):
            return ""
        if _is_long(waveform):
            segments, _ = self._model.transcribe(
                waveform, language=self._language, condition_on_previous_text=False, temperature=0.0, vad_filter=True
            )
            return _tidy(" ".join(segment.text.strip() for segment in segments if not _repeats(segment.text)))
        encoded = self._encode(waveform)
        text = self._decode(encoded, len(waveform))
        if _repeats(text):
            text = self._decode(encoded, len(waveform), no_repeat_ngram_size=3)
        return "" if _repeats(text) else _tidy(text)

    def language_of(self, waveform: np.ndarray) -> str | None:
        """The language spoken in the first half minute, float32 (samples,) at 16 kHz; None where that is not sure.

        Weights of English alone cannot tell.
        """
        if not self._model.model.is_multilingual or not _holds_speech(waveform):
            return None
        language, probability, _ = self._model.detect_language(waveform)
        return str(language) if probability >= _SURE_LANGUAGE else None

    def log_probabilities(self, waveform: np.ndarray, texts: Sequence[str]) -> list[float]:
        """The natural logarithms of how likely each text is to be what is said in one utterance of at most 28 s.

        They are for comparing texts that differ in a word: that of a text is far from that of another in other spelling.

        Raises:
            ValueError: the utterance is longer.
        """
        if _is_long(waveform):
            raise ValueError("an utterance of more than 28 s has no single probability")
        encoded = self._encode(waveform)
        n_frames = len(waveform) * _FRAMES_PER_S // SAMPLE_RATE
        found = []
        for text in texts:
            tokens = self._tokenizer.encode(f" {text.strip()}")
            (result,) = self._model.model.align(encoded, self._tokenizer.sot_sequence, [tokens], n_frames)
            found.append(float(np.log(np.maximum(result.text_token_probs, _LEAST_PROBABILITY)).sum()))
        return found

    @cached_property
    def _tokenizer(self):
        from faster_whisper.tokenizer import Tokenizer

        multilingual = self._model.model.is_multilingual
        return Tokenizer(self._model.hf_tokenizer, multilingual, task="transcribe", language=self._language)

    def _encode(self, waveform: np.ndarray):
        features = self._model.feature_extractor(waveform)
        n_frames = max(_SHORTEST_FRAMES, features.shape[1] + _SILENT_FRAMES) // 2 * 2
        return self._model.encode(np.pad(features, ((0, 0), (0, n_frames - features.shape[1]))))

    def _decode(self, encoded, n_samples: int, **options) -> str:
        """The most likely text; "" where nobody seems to speak. Always the same for the same sound: nothing is drawn."""
        prompt = self._model.get_prompt(self._tokenizer, [], without_timestamps=True)
        most = min(self._model.max_length - len(prompt), 32 + round(_MOST_TOKENS_PER_S * n_samples / SAMPLE_RATE))
        (result,) = self._model.model.generate(
            encoded, [prompt], beam_size=5, max_length=most, return_scores=True, return_no_speech_prob=True, **options
        )
        lowest = _UNSURE if result.no_speech_prob > _NO_SPEECH else _MADE_UP
        if result.scores[0] < lowest:
            return ""
        return self._tokenizer.decode(result.sequences_ids[0])


def find_weights(language: str, model: Path | None = None) -> Path | None:
    """The folder of weights to use; None where there is none.

    The folder that is named comes first, then the one in SETTING, then the largest model in faster-whisper's own cache.

    Args:
        language: an espeak language code. Models of English alone are taken for English alone.
        model: the folder the person named.

    Raises:
        DatasetError: a named folder lacks something, or knows English only and another language was asked for.
        ImportError: faster-whisper is not installed.
    """
    from faster_whisper.utils import download_model

    if model is not None:
        folder = checked_weights(model)
        if not _knows(folder, language):
            raise DatasetError(f"{model} knows English only, not '{language}'; name a folder of multilingual weights")
        return folder
    if setting := os.environ.get(SETTING, "").strip():
        try:
            folder = checked_weights(Path(setting))
        except DatasetError as error:
            raise DatasetError(f"{error} (it is named by {SETTING})") from error
        if _knows(folder, language):
            return folder
    for size in _SIZES:
        for name in (f"{size}.en", size) if short_code(language) == "en" else (size,):
            try:
                return checked_weights(Path(download_model(name, local_files_only=True)))
            except Exception:  # not in the cache, or not whole there, or no model of that name: each says so differently
                continue
    return None


def checked_weights(folder: Path) -> Path:
    """The folder in which the weights of faster-whisper lie: `folder`, or its newest snapshot if it is one of a hub's cache.

    Raises:
        DatasetError: it is no such folder; the message says what is missing.
    """
    folder = folder.expanduser()
    if not folder.is_dir():
        what = "is a file" if folder.exists() else "does not exist"
        raise DatasetError(f"{folder} {what}; --asr-model takes the folder of a Whisper model for faster-whisper")
    snapshots = sorted(folder.glob("snapshots/*/model.bin"), key=lambda path: path.stat().st_mtime)
    if snapshots:
        folder = snapshots[-1].parent
    lacks = [f"{what} ({' or '.join(names)})" for what, names in _FILES.items() if not _any(folder, names)]
    if lacks:
        other = _any(folder, ("model.safetensors", "pytorch_model.bin"))
        advice = (
            "these are weights for transformers, which ct2-transformers-converter turns into weights for faster-whisper"
            if other
            else "name the folder of a Whisper model for faster-whisper, or copy it again"
        )
        raise DatasetError(f"{folder} lacks {', '.join(lacks)}; {advice}")
    return folder


def _any(folder: Path, names: tuple[str, ...]) -> bool:
    return any((folder / name).is_file() and (folder / name).stat().st_size for name in names)


def _knows(folder: Path, language: str) -> bool:
    """Whether the weights are of the language; a multilingual vocabulary is one token longer than the English one."""
    return short_code(language) == "en" or _vocabulary_size(folder) >= 51_865


def _vocabulary_size(folder: Path) -> int:
    try:
        if (folder / "vocabulary.json").is_file():
            return len(read_document(folder / "vocabulary.json", parse_json, most_bytes=1 << 26))
        return len((folder / "vocabulary.txt").read_bytes().splitlines())
    except (OSError, ValueError, TypeError) as error:
        raise DatasetError(f"{folder}: the vocabulary is damaged ({_line(error)}); copy the folder again") from error


def _machine() -> dict:
    """How the weights are computed with: in 8 bits on a CPU, in half precision on a GPU."""
    import ctranslate2

    if ctranslate2.get_cuda_device_count():
        return {"device": "cuda", "compute_type": "float16"}
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    # Where several processes share the machine, each is told by this variable how many threads are its own.
    return {"device": "cpu", "compute_type": "int8", "cpu_threads": int(os.environ.get("OMP_NUM_THREADS") or min(4, cores))}


def _is_long(waveform: np.ndarray) -> bool:
    return len(waveform) > (_WINDOW_S - _SILENT_FRAMES / _FRAMES_PER_S) * SAMPLE_RATE


def _holds_speech(waveform: np.ndarray) -> bool:
    from voicekit.recognition.speech import FRAME_LENGTH, find_speech

    padded = np.pad(waveform, (0, -len(waveform) % FRAME_LENGTH))
    return bool(max(chain.from_iterable(find_speech([padded])), default=0.0) > _SPEECH)


def _repeats(text: str) -> bool:
    packed = text.encode()
    return len(packed) / len(zlib.compress(packed)) > _MOST_REPETITIVE


def _tidy(text: str) -> str:
    """Without what Whisper writes about sounds that are no words: "[Music]", "(laughs)", "♪"."""
    return " ".join(re.sub(r"\[[^\]]*\]|\([^)]*\)|[♪♫]", " ", text).split())


def _line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:120]
