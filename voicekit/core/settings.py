"""Settings: frozen dataclasses with defaults, a TOML file over them, the command line over both."""

import difflib
import sys
import tomllib
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from voicekit.core.errors import ConfigError

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Config = TypeVar("Config", bound="DataclassInstance")


def read_toml(path: Path, defaults: Config) -> Config:
    """`defaults` with what the TOML file at `path` says laid over them.

    Raises:
        ConfigError: the file is missing or no TOML, a key is unknown (the nearest known one is named), a value has
            the wrong type.
    """
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"cannot read {path}: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"{path} is not valid TOML: {error}") from error
    return overlay(defaults, values, str(path))


def overlay(config: Config, values: dict[str, Any], where: str) -> Config:
    """`config` with `values` in place of its own; tables go into nested dataclasses."""
    known = {f.name: getattr(config, f.name) for f in fields(config)}
    whole = {f.name for f in fields(config) if f.type is int}
    changes: dict[str, Any] = {}
    for key, value in values.items():
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1, cutoff=0.0)
            raise ConfigError(f"{where}: unknown key '{key}'; did you mean '{near[0]}'?")
        current = known[key]
        if is_dataclass(current) and not isinstance(current, type):
            if not isinstance(value, dict):
                raise ConfigError(f"{where}: '{key}' is a table with the keys {', '.join(f.name for f in fields(current))}")
            changes[key] = overlay(current, value, f"{where}: [{key}]")
        elif isinstance(current, float | int) and not isinstance(current, bool):
            if isinstance(value, bool) or not isinstance(value, float | int) or not abs(value) <= sys.float_info.max:
                raise ConfigError(f"{where}: '{key}' is a number, not {value!r}")
            if key in whole and value != int(value):
                raise ConfigError(f"{where}: '{key}' is a whole number, not {value!r}")
            changes[key] = type(current)(value) if isinstance(current, float) or value == int(value) else value
        elif not isinstance(value, type(current)):
            raise ConfigError(f"{where}: '{key}' is a {type(current).__name__}, not {value!r}")
        else:
            changes[key] = value
    try:
        return replace(config, **changes)
    except ConfigError as error:
        raise ConfigError(f"{where}: {error}") from error


def at_least(config: Any, **least: float) -> None:
    """Raises ConfigError where a setting is below its lowest value."""
    for name, lowest in least.items():
        if not getattr(config, name) >= lowest:
            raise ConfigError(f"'{name}' must be at least {lowest}, not {getattr(config, name)}")
