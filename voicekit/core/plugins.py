"""Engines, transcribers and stages by name, through entry points. Nothing is imported before it is asked for."""

import inspect
from collections.abc import Callable
from functools import partial
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

from voicekit.core.errors import PluginError

#: What takes noise out where nobody names another.
DENOISER = "deepfilternet"


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
