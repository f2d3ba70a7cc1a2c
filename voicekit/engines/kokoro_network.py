"""Kokoro's network in ONNX Runtime: tokens, a style and a speed in, sound and the frames of each token out."""

from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from voicekit.core.errors import CheckpointError, PluginError
from voicekit.core.files import digest
from voicekit.engines.kokoro_weights import ADVICE

SAMPLE_RATE = 24_000
#: Of a frame, in which durations are counted.
FRAME_SAMPLES = 600
#: A token is heard so many frames before its durations say: measured on two voices and 74 words against forced alignment
#: (median 3.4 frames); the makers take off the same.
_EARLY_FRAMES = 3
#: Exports that do not give the durations know them all the same, under this name.
_HIDDEN_DURATIONS = "/encoder/Clip_output_0"
#: Kokoro has 330 MB in full precision.
_MOST_BYTES = 1 << 30
#: Seconds a token, at most: what takes longer is no speech.
_MOST_TOKEN_S = 5.0
_WANTED = "it must take tokens (or input_ids), style and speed, and give sound"


class Network:
    """The network, loaded.

    Attributes:
        fingerprint: of its file.
        has_speed: it takes any speed, not whole ones alone.
    """

    def __init__(self, path: Path, device: str = "cpu") -> None:
        """
        Raises:
            PluginError: the file is missing, half, or another network.
        """
        self._path = path
        data = _read(path)
        self.fingerprint = digest(data)
        self._session = _session(data, path, device)
        inputs = {one.name: one for one in self._session.get_inputs()}
        outputs = [one.name for one in self._session.get_outputs()]
        self._tokens = next((name for name in ("tokens", "input_ids") if name in inputs), "")
        if set(inputs) != {self._tokens, "style", "speed"} or not outputs:
            raise PluginError(f"{path} is another network than Kokoro: {_WANTED}; it takes {', '.join(inputs)}; {ADVICE}")
        self._kinds = {name: _KINDS.get(one.type, np.float32) for name, one in inputs.items()}
        self.has_speed = np.issubdtype(self._kinds["speed"], np.floating)
        self._sound = next((name for name in outputs if name in ("audio", "waveform")), outputs[0])
        self._durations = next((name for name in outputs if "dur" in name or name == _HIDDEN_DURATIONS), "")

    def speak(self, tokens: list[int], style: np.ndarray, speed: float) -> tuple[np.ndarray, np.ndarray | None]:
        """Sound, float32 (samples,), and where in it each token begins and the last ends, in seconds; None if unknown.

        Args:
            tokens: with the silence around them.
            style: a row of `Weights.style`.

        Raises:
            PluginError: the network fails, or does not give sound.
        """
        given: dict[str, Any] = {self._tokens: [tokens], "style": style[None], "speed": [speed]}
        wanted = [self._sound, self._durations] if self._durations else [self._sound]
        try:
            results = self._session.run(wanted, {name: np.array(value, self._kinds[name]) for name, value in given.items()})
            waveform = np.asarray(results[0], np.float32).reshape(-1)
        except Exception as error:  # ONNX Runtime's own classes have no common base
            raise PluginError(f"{self._path} fails: {str(error).splitlines()[0]}; {ADVICE}") from error
        if not 0 < len(waveform) <= _MOST_TOKEN_S * SAMPLE_RATE * len(tokens):
            raise PluginError(f"{self._path} makes {len(waveform)} samples of {len(tokens)} tokens: {_WANTED}; {ADVICE}")
        return waveform, _edges(results[1:], len(tokens), len(waveform))


def _edges(durations: list, n_tokens: int, n_samples: int) -> np.ndarray | None:
    """Seconds at which each token begins and the last ends; None where what the network tells does not fit its sound."""
    if not durations:
        return None
    frames = np.asarray(durations[0], np.float64).reshape(-1)
    if len(frames) != n_tokens or (frames < 0).any() or abs(frames.sum() * FRAME_SAMPLES - n_samples) > 2 * FRAME_SAMPLES:
        return None
    edges = np.concatenate([[0.0], np.cumsum(frames)]) - _EARLY_FRAMES
    return edges.clip(0.0) * (FRAME_SAMPLES / SAMPLE_RATE)


_KINDS: dict[str, Any] = {
    "tensor(int64)": np.int64,
    "tensor(int32)": np.int32,
    "tensor(float)": np.float32,
    "tensor(float16)": np.float16,
    "tensor(double)": np.float64,
}


def _session(data: bytes, path: Path, device: str) -> Any:
    """With the durations of the tokens among what it gives, if it knows them.

    Raises:
        PluginError: it is no network.
    """
    from voicekit.model.onnx_networks import open_session

    # In whole numbers: loads in 0.4 s of work rather than 1.0, and speaks as fast.
    is_quantised = b"DynamicQuantizeLinear" in data
    if _HIDDEN_DURATIONS.encode() in data:
        with suppress(CheckpointError):
            return open_session(_with_output(data, _HIDDEN_DURATIONS), path.name, device, is_quantised)
    try:
        return open_session(data, path.name, device, is_quantised)
    except CheckpointError as error:
        raise PluginError(f"{path} is no ONNX network, or is damaged; {ADVICE}") from error


def _with_output(data: bytes, name: str) -> bytes:
    """A network that gives one more of its values.

    In protocol buffers a message that comes twice is merged: a graph (field 7 of a model) with one output (field 12), that
    has a name (field 1), behind a network adds the output to its graph.
    """
    return data + _field(7, _field(12, _field(1, name.encode())))


def _field(number: int, content: bytes) -> bytes:
    assert number < 16 and len(content) < 128, "numbers of one byte each"
    return bytes([number << 3 | 2, len(content)]) + content


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise PluginError(f"{path} is larger than any Kokoro; {ADVICE}")
        return path.read_bytes()
    except OSError as error:
        raise PluginError(f"{path} cannot be read: {error.strerror}; {ADVICE}") from error
