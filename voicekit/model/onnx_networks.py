"""The networks of a voice as ONNX Runtime runs them: no torch, so that a voice speaks at once."""

import os
from collections.abc import Callable
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime

from voicekit.core.errors import CheckpointError
from voicekit.model.exported import ExportedVoice
from voicekit.model.networks import Figures, SpokenFrames, TokenProsody, check_finite, weights_digest
from voicekit.model.onnx_voice import voice_graph
from voicekit.model.voice_file import VoiceInfo, load_info

_PROSODY = ("predicted_durations", "predicted_pitch", "predicted_energy")
_FRAMES = ("decoded_mel", "log_f0", "voiced")
_FATAL = 4
_MOST_THREADS = 4


class OnnxNetworks:
    """See networks.Networks.

    Args:
        session: of a graph as onnx_voice writes it. What a part of it does not need is fed as a single frame.
        name: of the voice's file, in messages.
    """

    def __init__(self, session: Any, figures: Figures, digest: Callable[[], str], name: str) -> None:
        self.figures, self.name = figures, name
        self._session, self._digest = session, digest

    @cached_property
    def digest(self) -> str:
        return self._digest()

    def prosody(self, symbols: np.ndarray, stresses: np.ndarray) -> TokenProsody:
        return TokenProsody(*self._run(_PROSODY, symbols=symbols, stresses=stresses))

    def frames(self, symbols: np.ndarray, stresses: np.ndarray, prosody: TokenProsody) -> SpokenFrames:
        said = {"durations": prosody.durations, "pitch": prosody.pitch, "energy": prosody.energy}
        return SpokenFrames(*self._run(_FRAMES, symbols=symbols, stresses=stresses, **said))

    def waveform(self, mel: np.ndarray, f0: np.ndarray, noise: np.ndarray) -> np.ndarray:
        return self._run(("waveform",), mel=mel, f0=f0, noise=noise)[0]

    def _run(self, outputs: tuple[str, ...], **inputs: np.ndarray) -> list[np.ndarray]:
        try:
            made = self._session.run(outputs, inputs)
        except Exception as error:  # of ONNX Runtime, each with a class of its own
            raise CheckpointError(f"{self.name} does not run ({str(error)[:200]}); copy or export it again") from error
        check_finite(*made)
        return made


def open_session(model: bytes, name: str, device: str = "cpu", is_optimised: bool = False) -> Any:
    """An onnxruntime.InferenceSession, on the CPU where there is no other. Raises CheckpointError where `model` is none.

    Args:
        is_optimised: there is nothing left to be made quicker in its graph, and looking for it takes its time.
    """
    options = onnxruntime.SessionOptions()
    options.log_severity_level = _FATAL
    options.intra_op_num_threads = _threads()
    # They wait asleep, as everywhere (voicekit.cli).
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    if is_optimised:
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    wanted = ["CUDAExecutionProvider"] if device.startswith("cuda") else []
    providers = [one for one in [*wanted, "CPUExecutionProvider"] if one in onnxruntime.get_available_providers()]
    try:
        return onnxruntime.InferenceSession(model, options, providers=providers)
    except Exception as error:  # as above
        raise CheckpointError(
            f"{name} is damaged, or no model of a voice ({str(error)[:200]}); copy or export it again"
        ) from error


def _threads() -> int:
    """As many as OMP_NUM_THREADS says, which torch obeys, too; else a few: the matrices are small."""
    asked = os.environ.get("OMP_NUM_THREADS", "")
    return int(asked) if asked.isdecimal() and 0 < int(asked) < 1000 else min(os.cpu_count() or 1, _MOST_THREADS)


def run_voice(folder: Path) -> tuple[VoiceInfo, OnnxNetworks]:
    """The voice in `folder`: its graph is written anew from its weights, which takes a tenth of a second.

    Raises:
        CheckpointError: a file is missing, truncated, of another version, or does not fit the sizes it declares.
    """
    from voicekit.model.weights import read_weights  # an exported voice needs no safetensors

    info, path = load_info(folder), folder / "model.safetensors"
    weights = read_weights(path)
    try:
        graph, figures = voice_graph(info, weights)
    except ValueError as error:
        raise CheckpointError(
            f"{path} does not fit its voice.toml ({error}); train the voice again or copy both again"
        ) from error
    session = open_session(graph.serialise({}), str(path))
    return info, OnnxNetworks(session, figures, partial(weights_digest, weights), str(path))


def run_exported(voice: ExportedVoice, name: str) -> OnnxNetworks:
    """Raises CheckpointError where the graph in the file `name` is damaged."""
    return OnnxNetworks(open_session(voice.model, name), voice.figures, lambda: voice.digest, name)
