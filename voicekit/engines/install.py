"""Adding an engine: what it needs is installed, its weights are found or fetched and looked at, and it is noted."""

import importlib
from pathlib import Path
from typing import Protocol

from voicekit.core.errors import ConfigError
from voicekit.core.reporter import SILENT, Reporter
from voicekit.engines.store import addable, note_installed


class _Module(Protocol):
    """What the module `voicekit.engines.NAME` of an engine offers for adding it."""

    def prepare(self, weights: Path | None, reporter: Reporter) -> Path | None:
        """Makes sure that the engine can run: its packages, and its weights in `weights` or fetched from their makers.

        Returns:
            Where the weights lie; None where the engine finds them by itself.

        Raises:
            PluginError: a package is missing, or the weights are not there, half, or of another version.
        """
        ...


def install(name: str, weights: Path | None = None, reporter: Reporter = SILENT) -> None:
    """Adds the engine `name`, to whose licence the person agreed.

    Args:
        weights: a folder, or file, of its weights; without it they are fetched from where their makers publish them.

    Raises:
        ConfigError: there is no such engine, nothing of it is to be added, or nothing lies at `weights`.
        PluginError: see `_Module.prepare`.
    """
    addable(name)
    if weights is not None and not weights.exists():
        raise ConfigError(f"there is nothing at {weights}; name the folder or file of the weights")
    module: _Module = importlib.import_module(f"voicekit.engines.{name}")
    note_installed(name, module.prepare(weights, reporter))
