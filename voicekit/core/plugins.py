"""Plug-ins by name, through entry points; every kind and its contract. Nothing is imported before it is asked for."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

from voicekit.core.errors import PluginError

#: The denoiser used where nobody names another.
DENOISER = "deepfilternet"


@dataclass(frozen=True)
class Kind:
    """What can be plugged in.

    Attributes:
        does: what a plug-in of this kind does.
        entry_point: what the object behind an entry point of the group `voicekit.KIND` is called as, and gives.
        contract: where the Protocol stands that it, or what it gives, keeps.
        check: the function of `voicekit.testing` that tells whether it does.
    """

    does: str
    entry_point: str
    contract: str
    check: str


#: Built-ins register in pyproject.toml the same way as anyone's.
KINDS = {
    "engines": Kind(
        "speaks", "load(folder: Path, device: str) -> Engine", "voicekit.speech.engine.Engine", "check_engine"
    ),
    "presets": Kind(
        "knows the voices that an engine of the same name comes with", "Presets", "voicekit.engines.voice.Presets",
        "check_presets",
    ),
    "transcribers": Kind(
        "transcribes speech, which also tells whether a text was said", "Transcriber(language: str)",
        "voicekit.recognition.transcribe.Transcriber", "check_transcriber",
    ),
    "denoisers": Kind(
        "takes noise out of a sound", "denoise(sound: Sound, reduction_db: float | None = None) -> Treatment",
        "voicekit.audio.treatment.Denoiser", "check_denoiser",
    ),
    "separators": Kind(
        "takes a sound apart", "separate(sound: Sound, *, reporter: Reporter) -> Separation",
        "voicekit.audio.treatment.Separator", "check_separator",
    ),
    "stages": Kind("does one step of a film", "Stage()", "voicekit.film.stage.Stage", "check_stage"),
}  # fmt: skip


def names(kind: str) -> list[str]:
    """The names registered for `kind`, e.g. "engines", sorted."""
    return sorted(entry_points(group=f"voicekit.{kind}").names)


def with_model(engine: Callable, name: str, model: Path | None) -> Callable:
    """The engine with weights of one's own; itself where none are given.

    Raises:
        PluginError: it takes none.
    """
    if model is None:
        return engine
    if "model" not in inspect.signature(engine).parameters:
        raise PluginError(f"the engine '{name}' takes no model; leave out --model, or choose another --engine")
    return partial(engine, model=model)


def load(kind: str, name: str) -> Any:
    """The object registered under `name` for `kind`.

    Raises:
        PluginError: nobody registered the name, or its package does not import.
    """
    found = entry_points(group=f"voicekit.{kind}", name=name)
    if not found:
        known = ", ".join(names(kind)) or "none"
        raise PluginError(f"no {kind} plug-in named '{name}'; installed: {known}")
    try:
        return next(iter(found)).load()
    except Exception as error:  # whatever a stranger's package raises at import
        raise PluginError(f"the {kind} plug-in '{name}' does not load: {error}") from error
