"""Engines, transcribers and stages by name, through entry points. Nothing is imported before it is asked for."""

from importlib.metadata import entry_points
from typing import Any

from voicekit.errors import PluginError


def names(kind: str) -> list[str]:
    """The names registered for `kind`, e.g. "engines", sorted."""
    return sorted(entry_points(group=f"voicekit.{kind}").names)


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
