"""Settings: frozen dataclasses with defaults, a TOML file over them, the command line over both.

What a value may be stands at its field, `batch: Annotated[int, Range(1, 4096)]`, and is checked however the dataclass is
made, if it derives from `Bounded`.
"""

import difflib
import sys
from collections.abc import Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import cache
from pathlib import Path
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from voicekit.core.documents import parse_toml, read_document, shown
from voicekit.core.errors import ConfigError
from voicekit.core.wording import decimal

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Config = TypeVar("Config", bound="DataclassInstance")

#: Of a text, and values of a list, where the field has no Range that says otherwise.
MOST_LONG = 10_000


@dataclass(frozen=True)
class Range:
    """What a number may be, or how long a text or a tuple: from `least` to `most`, in steps of `step` where there is one."""

    least: float
    most: float
    step: int = 0

    def __contains__(self, number: float) -> bool:
        return self.least <= number <= self.most and not (self.step and (number - self.least) % self.step)

    def __str__(self) -> str:
        if self.least == self.most:
            return decimal(self.least)
        return f"from {decimal(self.least)} to {decimal(self.most)}" + (f" in steps of {self.step}" if self.step else "")


class Bounded:
    """A dataclass that checks the ranges of its fields. Raises ConfigError when it is made with another value."""

    def __post_init__(self) -> None:
        own: Any = type(self)
        for name, kind in _kinds(own).items():
            value = getattr(self, name)
            for bounds in (part for part in get_args(kind) if isinstance(part, Range)):
                if isinstance(value, str | tuple):
                    if len(value) not in bounds:
                        raise ConfigError(f"the length of '{name}' must be {bounds}, not {len(value)}")
                elif value is not None and value not in bounds:
                    raise ConfigError(f"'{name}' must be {bounds}, not {shown(value)}")


def read_toml(path: Path, defaults: Config) -> Config:
    """`defaults` with what the TOML file at `path` says laid over them.

    Raises:
        ConfigError: the file is missing, too large or no TOML, a key is unknown (the nearest known one is named), a value is
            of the wrong type or out of its range.
    """
    return overlay(defaults, read_tables(path), str(path))


def read_tables(path: Path) -> dict[str, Any]:
    """The TOML file at `path`, whatever its keys. Raises ConfigError where it is missing, too large or no TOML."""
    try:
        return read_document(path, parse_toml)
    except OSError as error:
        raise ConfigError(f"cannot read {path}: {error.strerror}") from error
    except ValueError as error:
        raise ConfigError(f"{path} is not valid TOML: {error}") from error


def overlay(config: Config, values: Any, where: str) -> Config:
    """`config` with `values` in place of its own; tables go into nested dataclasses. Raises ConfigError as read_toml."""
    if not isinstance(values, dict):
        raise ConfigError(f"{where} is no table")
    known = [f.name for f in fields(config)]
    kinds = _kinds(type(config))
    changes: dict[str, Any] = {}
    for key, value in values.items():
        check_key(key, known, where)
        current = getattr(config, key)
        if is_dataclass(current) and not isinstance(current, type):
            if not isinstance(value, dict):
                raise ConfigError(f"{where}: '{key}' is a table with the keys {', '.join(f.name for f in fields(current))}")
            changes[key] = overlay(current, value, f"{where}: [{key}]")
        else:
            try:
                changes[key] = _fitted(kinds.get(key, type(current)), value)
            except ValueError as error:
                raise ConfigError(f"{where}: '{key}' is {error}, not {shown(value)}") from error
    try:
        return replace(config, **changes)
    except ConfigError as error:
        raise ConfigError(f"{where}: {error}") from error


def check_key(key: str, known: Sequence[str], where: str) -> None:
    """Raises ConfigError where a key is not known; it names the nearest that is."""
    if key not in known:
        near = difflib.get_close_matches(key[:100], known, n=1, cutoff=0.0)
        raise ConfigError(f"{where}: unknown key {shown(key)}; did you mean '{near[0]}'?")


@cache
def _kinds(config: Any) -> dict[str, Any]:
    """The types of a dataclass's fields by name; none where they are named by words that mean nothing here."""
    try:
        return get_type_hints(config, include_extras=True)
    except (NameError, TypeError, AttributeError):  # a plug-in's, of names that only its type checker knows
        return {}


def _fitted(kind: Any, value: Any) -> Any:
    """`value` as a field of the type `kind` holds it. Raises ValueError, which says what it has to be."""
    origin, parts = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return _fitted(parts[0], value)
    if origin in (Union, UnionType):
        if value is None and NoneType in parts:
            return None
        return _fitted(next(part for part in parts if part is not NoneType), value)
    if origin is Literal:
        return _checked(value, value in parts, f"one of {', '.join(map(repr, parts))}")
    if kind is bool:
        return _checked(value, isinstance(value, bool), "true or false")
    if kind in (int, float):
        number = isinstance(value, float | int) and not isinstance(value, bool) and abs(value) <= sys.float_info.max
        _checked(value, number, "a number")
        return kind(_checked(value, kind is float or value == int(value), "a whole number"))
    if origin in (tuple, list):
        _checked(value, isinstance(value, list | tuple) and len(value) <= MOST_LONG, f"a list of at most {MOST_LONG} values")
        return origin(_fitted(parts[0] if parts else Any, part) for part in value)
    if kind is str:
        _checked(value, isinstance(value, str), "text")
        return _checked(value, len(value) <= MOST_LONG, f"text of at most {MOST_LONG} characters")
    if kind is Path:
        return Path(_fitted(str, value))
    kind = origin or kind
    name = "a table" if kind is dict else f"a {getattr(kind, '__name__', kind)}"
    return _checked(value, not isinstance(kind, type) or isinstance(value, kind), name)


def _checked(value: Any, fits: bool, what: str) -> Any:
    if not fits:
        raise ValueError(what)
    return value
