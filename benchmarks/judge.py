"""Other people's models that judge speech: a recogniser, a quality predictor, a speaker encoder.

    pip install speechmos onnxruntime webrtcvad-wheels && pip install --no-deps resemblyzer

All take float32 mono waveforms (samples,).
"""

import re
from dataclasses import dataclass

import numpy as np
import soxr


@dataclass(frozen=True)
class Judgement:
    """Means over the sentences judged: WER in [0, 1], DNSMOS in [1, 5], similarity (cosine) in [−1, 1]."""

    wer: float
    sig: float
    bak: float
    ovrl: float
    p808: float
    similarity: float


class Judges:
    """Loads the three models once."""

    def __init__(self) -> None:
        import pocketsphinx
        from resemblyzer import VoiceEncoder

        self._recogniser = pocketsphinx.Decoder(loglevel="FATAL")
        self._encoder = VoiceEncoder("cpu", verbose=False)

    def embedding(self, waveform: np.ndarray, rate: int) -> np.ndarray:
        from resemblyzer import preprocess_wav

        return self._encoder.embed_utterance(preprocess_wav(waveform, source_sr=rate))

    def judge(self, spoken: list[tuple[np.ndarray, int, str]], speaker: np.ndarray) -> Judgement:
        """Judges (waveform, sample_rate, text) triples against the mean embedding `speaker`."""
        from speechmos import dnsmos

        errors = words = 0
        marks, similarities = [], []
        for waveform, rate, text in spoken:
            samples = soxr.resample(waveform, rate, 16_000)
            said, meant = _words(self._recognise(samples)), _words(text)
            errors += edit_distance(said, meant)
            words += len(meant)
            marks.append(dnsmos.run(np.clip(samples, -1, 1), 16_000))
            embedding = self.embedding(waveform, rate)
            similarities.append(float(embedding @ speaker / np.linalg.norm(embedding) / np.linalg.norm(speaker)))
        mean = {key: float(np.mean([m[f"{key}_mos"] for m in marks])) for key in ("sig", "bak", "ovrl", "p808")}
        return Judgement(errors / max(words, 1), **mean, similarity=float(np.mean(similarities)))

    def _recognise(self, samples: np.ndarray) -> str:
        self._recogniser.start_utt()
        self._recogniser.process_raw((samples.clip(-1, 1) * 32767).astype(np.int16).tobytes(), full_utt=True)
        self._recogniser.end_utt()
        best = self._recogniser.hyp()
        return best.hypstr if best else ""


def _words(text: str) -> list[str]:
    return re.sub(r"[^\w' ]", " ", text.lower()).split()


def edit_distance(a: list[str], b: list[str]) -> int:
    """Insertions, deletions and substitutions between two word sequences (Levenshtein 1966)."""
    row = list(range(len(b) + 1))
    for i, word in enumerate(a, start=1):
        previous, row[0] = row[0], i
        for j, other in enumerate(b, start=1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (word != other))
    return row[-1]
