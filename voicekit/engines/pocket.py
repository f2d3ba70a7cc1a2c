"""Pocket-TTS 4: small, quick on a CPU, and it speaks as the person in a passage does. In our process, by its own package."""

import json
import logging
import os
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import soxr

from voicekit.core.errors import CheckpointError, PluginError
from voicekit.core.files import digest
from voicekit.core.reporter import SILENT, Reporter
from voicekit.engines.adapter import Ability, AdaptedEngine, Model, Reply, Request
from voicekit.engines.passage import Passage
from voicekit.engines.pocket_weights import (
    LANGUAGES,
    Weights,
    check_agreed,
    check_whole,
    fetch_weights,
    find_weights,
    languages_in,
    resolved,
)
from voicekit.engines.store import installed
from voicekit.engines.voice import read_settings, save_adapted_voice
from voicekit.speech.voices import engine_folder, read_voice
from voicekit.text.phonemes.lexicon import lexicon_beside

if TYPE_CHECKING:
    import torch
    from pocket_tts import TTSModel

_ENGINE = "pocket"
_GET = "pip install 'voicekit[pocket]'"
_STATE = "state.safetensors"
#: Raise this when the same sentence is said otherwise.
_VERSION = 1
#: A sentence whose end the model does not find is begun anew, so often.
_TRIES = 3
#: The package draws its chance from torch's, of which there is one for all.
_ALONE = threading.Lock()


@dataclass(frozen=True)
class PocketSettings:
    """The table [pocket] of a voice.

    Attributes:
        weights: names the weights that the voice was made with; it is none with others.
    """

    weights: str = ""


class Pocket(Model):
    """Pocket-TTS with the state that a passage left it in. Each sentence begins in that state, so that no text drifts."""

    ability = Ability(chance=True)

    def __init__(self, model: "TTSModel", state: dict[str, dict[str, "torch.Tensor"]], language: str, told: str) -> None:
        """`told`: of weights and state, for the fingerprint."""
        self._model, self._state = model, state
        self.sample_rate, self.language = int(model.sample_rate), language
        self.fingerprint = digest(f"{_VERSION} {told}")

    def speak(self, request: Request) -> Reply:
        for attempt in range(_TRIES):
            try:
                with _chance(request.seed + attempt, self._model.device.type), _endless_fails(attempt < _TRIES - 1):
                    return Reply(self._said(request.text))
            except Exception as error:  # whatever a stranger's package raises
                if "EOS" not in str(error):
                    raise _explained(error, f"“{request.text[:60]}”") from error
        raise AssertionError("the last attempt is taken as it is")

    def _said(self, text: str) -> np.ndarray:
        stop = threading.Event()
        try:
            pieces = list(self._model.generate_audio_stream(self._state, text, stop=stop))
        finally:
            stop.set()  # where Ctrl-C came: its threads end
        return np.concatenate([piece.float().cpu().numpy() for piece in pieces] or [np.zeros(0, np.float32)])


def load(folder: Path, device: str) -> AdaptedEngine:
    """The plug-in of the kind `engines`."""
    added = installed(_ENGINE)
    settings = read_settings(folder, _ENGINE, PocketSettings())
    language = read_voice(folder).language
    _import()
    weights = find_weights(_place(added.weights), language)
    known = weights.digest
    if known != settings.weights:
        raise CheckpointError(
            f"the voice in {folder} was made with other weights of Pocket-TTS than those at {weights.model}; make it "
            "again with: voicekit train … --engine pocket, or add those it was made with: "
            "voicekit engines add pocket --weights FOLDER"
        )
    model = load_model(weights, device)
    state = _read_state(folder / _STATE, model)
    told = f"{known} {digest((folder / _STATE).read_bytes())}"
    return AdaptedEngine(Pocket(model, state, language, told), lexicon_beside(folder))


def prepare(weights: Path | None, reporter: Reporter = SILENT) -> Path:
    """Looks whether the engine can run, and whether its weights may be fetched; where they lie. See `engines.install`.

    The weights of a language are fetched when its first voice is made: there are seven of them, of 400 MB each.
    """
    _import()
    if weights is None:
        check_agreed()
        reporter.say("the weights of a language (about 400 MB) are fetched with its first voice")
        return engine_folder(_ENGINE) / "weights"
    names = languages_in(weights)
    found = [find_weights(weights, LANGUAGES.get(name, name)) for name in names]
    if not found:
        find_weights(weights, LANGUAGES["english"])  # says what is missing
    for one in found:
        check_whole(one)
    load_model(found[0], "cpu")
    reporter.say(f"{weights}: {', '.join(names)}")
    return weights


def clone(passage: Passage, language: str, folder: Path, device: str = "cpu", reporter: Reporter = SILENT) -> None:
    """Makes `folder` a voice that speaks as the person in the passage.

    Kept is the state that the passage leaves the model in, from which no recording can be had back; not the passage.

    Raises:
        PluginError: the engine was not added, its weights cannot be had, or they cannot clone.
        VoicekitError: the folder cannot be written.
    """
    import torch

    from voicekit.model.checkpoint import save_tensors

    added = installed(_ENGINE)
    _import()
    place = _place(added.weights)
    own = place == engine_folder(_ENGINE) / "weights"
    weights = fetch_weights(language, place, reporter) if own else find_weights(place, language)
    with reporter.during("loading Pocket-TTS"):
        model = load_model(weights, device)
    _check_clones(model, weights)
    waveform = soxr.resample(passage.waveform, passage.sample_rate, model.sample_rate).astype(np.float32)
    with reporter.during("listening to the passage"):
        try:
            with _chance(0, model.device.type):
                state = model.get_state_for_audio_prompt(torch.from_numpy(waveform)[None].to(model.device))
        except Exception as error:  # whatever a stranger's package raises
            raise _explained(error, "the passage") from error
    save_tensors(
        folder / _STATE, {f"{name}/{key}": t.cpu().contiguous() for name, part in state.items() for key, t in part.items()}
    )
    save_adapted_voice(folder, _ENGINE, language, {"weights": weights.digest}, dict(passage.origin))


def load_model(weights: Weights, device: str) -> "TTSModel":
    """The model, ready to speak.

    Raises:
        PluginError: the weights are half or of another version, or there is no memory for them.
    """
    package = _import()
    with _chance(0, "cpu"):  # networks draw their first values
        check_whole(weights)
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "config.yaml"
        config.write_text(json.dumps(resolved(weights)), encoding="utf-8")  # JSON is YAML
        try:
            with _quiet(), _chance(0, "cpu"):
                model = package.load_model(config=config).to(device)
        except Exception as error:  # of torch, safetensors, tokenizers and pydantic, each with errors of their own
            raise _explained(error, f"its weights at {weights.model}") from error
    model.max_decoder_frames_per_call = 1  # else how many it decodes at once, and so the last bit, is a matter of time
    return model.eval()


def _import() -> "type[TTSModel]":
    """Its package, which sets torch to one thread when it is imported; that is taken back."""
    import torch

    threads = torch.get_num_threads()
    try:
        from pocket_tts import TTSModel
    except Exception as error:  # ImportError, or whatever a stranger's package raises
        raise PluginError(f"the engine 'pocket' needs its package ({error}); install it with: {_GET}") from error
    finally:
        torch.set_num_threads(threads)
    own = logging.getLogger("pocket_tts")
    own.propagate = False  # how long each step took is not for the person
    if not own.handlers:
        own.addHandler(logging.NullHandler())
    return TTSModel


@contextmanager
def _quiet() -> Iterator[None]:
    """Its loading writes to the root logger, which the first such line would make print everything from then on."""
    root, silent = logging.getLogger(), logging.NullHandler()
    root.addHandler(silent)
    try:
        yield
    finally:
        root.removeHandler(silent)


@contextmanager
def _chance(seed: int, device: str) -> Iterator[None]:
    """In it, torch draws what belongs to the seed; afterwards it goes on where it was."""
    import torch

    cuda = range(torch.cuda.device_count()) if device == "cuda" else ()
    with _ALONE, torch.random.fork_rng(devices=cuda):
        torch.default_generator.manual_seed(seed)
        if cuda:
            torch.cuda.manual_seed_all(seed)
        yield


@contextmanager
def _endless_fails(fails: bool) -> Iterator[None]:
    """Whether a sentence without an end is an error; the package asks its environment for that."""
    variable = "KPOCKET_TTS_ERROR_WITHOUT_EOS"
    before = os.environ.get(variable)
    os.environ[variable] = "1" if fails else "0"
    try:
        yield
    finally:
        if before is None:
            del os.environ[variable]
        else:
            os.environ[variable] = before


def _read_state(path: Path, model: "TTSModel") -> dict[str, dict[str, "torch.Tensor"]]:
    """What a passage left, held against what this model keeps."""
    from pocket_tts.modules.stateful_module import init_states

    from voicekit.model.checkpoint import load_tensors

    tensors = load_tensors(path, "make the voice again with: voicekit train … --engine pocket")
    wanted = {
        f"{name}/{key}": tensor for name, part in init_states(model.flow_lm, 1, 1).items() for key, tensor in part.items()
    }
    lengths = {tensors[name].shape[2] for name, tensor in wanted.items() if name in tensors and tensor.ndim == 5}
    if (
        tensors.keys() != wanted.keys()
        or len(lengths) > 1
        or not all(map(_fits, tensors.values(), (wanted[n] for n in tensors)))
    ):
        raise CheckpointError(
            f"{path} is no state of this model; make the voice again with: voicekit train … --engine pocket"
        )
    if any(not 0 <= int(offset) <= max(lengths, default=0) for name, t in tensors.items() if t.ndim == 1 for offset in t):
        raise CheckpointError(f"{path} is damaged; make the voice again with: voicekit train … --engine pocket")
    state: dict[str, dict[str, torch.Tensor]] = {}
    for name, tensor in tensors.items():
        module, _, key = name.partition("/")
        state.setdefault(module, {})[key] = tensor.to(model.device)
    return state


def _fits(given: "torch.Tensor", wanted: "torch.Tensor") -> bool:
    """The same kind and shape; but of a cache (2, 1, frames, heads, channels) the frames are the passage's."""
    shapes = [list(tensor.shape) for tensor in (given, wanted)]
    if len(shapes[0]) == len(shapes[1]) == 5:
        for shape in shapes:
            del shape[2]
    return given.dtype == wanted.dtype and shapes[0] == shapes[1]


def _check_clones(model: "TTSModel", weights: Weights) -> None:
    """Raises PluginError where the weights are those without cloning, in which what listens holds nothing."""
    listens = [*model.mimi.encoder.parameters(), model.flow_lm.speaker_proj_weight]
    if any(tensor.ndim > 1 and not tensor.any() for tensor in listens):
        raise PluginError(
            f"{weights.model} are the weights without cloning. Those that clone ask for an agreement: accept the terms at"
            " https://huggingface.co/kyutai/pocket-tts, log in with: hf auth login, and: voicekit engines add pocket"
        )


def _explained(error: Exception, what: str) -> PluginError:
    import torch

    line = " ".join(str(error).split())[:200] or type(error).__name__
    if isinstance(error, torch.OutOfMemoryError | MemoryError):
        return PluginError(
            f"there is not enough memory for Pocket-TTS and {what}; close other programs, or use --device cpu"
        )
    return PluginError(f"Pocket-TTS failed at {what} ({line})")


def _place(noted: str) -> Path:
    return Path(noted) if noted else engine_folder(_ENGINE) / "weights"
