"""What a person has added of others' engines: where the weights lie, and what was agreed to.

~/.local/share/voicekit/engines/NAME/
  engine.toml      where the weights lie, their licence, and when it was agreed to
  weights/         where they were fetched by voicekit
  env/             the environment of its own, where it needs one
  voices/          its own voices, as far as somebody used them
"""

import shutil
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

import tomli_w

from voicekit.core.documents import parse_toml, read_document
from voicekit.core.errors import ConfigError, PluginError
from voicekit.core.files import as_text, explain_os_error, write_text
from voicekit.core.settings import overlay
from voicekit.engines.catalogue import CATALOGUE, EngineCard
from voicekit.speech.voices import engine_folder

_FILE = "engine.toml"


@dataclass(frozen=True)
class Installed:
    """An engine that was added.

    Attributes:
        weights: the folder or file of its weights; "" where its package finds them by itself.
        licence: what was agreed to, in a line.
        agreed: the day of it, as 2026-11-29.
    """

    weights: str
    licence: str
    agreed: str


def card_of(name: str) -> EngineCard:
    """Raises ConfigError where voicekit knows no such engine."""
    if name not in CATALOGUE:
        raise ConfigError(f"there is no engine '{name}'; there are: {', '.join(CATALOGUE)}")
    return CATALOGUE[name]


def addable(name: str) -> EngineCard:
    """The same of one that has something to be added.

    Raises:
        ConfigError: voicekit knows no such engine, or nothing of it is to be added.
    """
    card = card_of(name)
    if card.used_by:
        raise ConfigError(f"nothing of the engine '{name}' is to be added; make a voice of it: {card.used_by}")
    return card


def find_installed(name: str) -> Installed | None:
    """What was added of an engine; None where it was not.

    Raises:
        PluginError: what was noted of it is damaged.
    """
    path = engine_folder(name) / _FILE
    if not path.is_file():
        return None
    try:
        return overlay(Installed("", "", ""), read_document(path, parse_toml), str(path))
    except (OSError, ValueError, ConfigError) as error:
        raise PluginError(f"{path} is damaged ({error}); add the engine again: voicekit engines add {name}") from error


def installed(name: str) -> Installed:
    """What was added of an engine, whose licence was so agreed to.

    Raises:
        PluginError: it was not added; the message holds its licence, and the command.
    """
    found = find_installed(name)
    if found is None:
        raise PluginError(
            f"the engine '{name}' was not added yet. {card_of(name).terms}. Add it with: voicekit engines add {name}"
        )
    return found


def note_installed(name: str, weights: Path | None) -> None:
    """Notes that a person agreed to the licence of an engine today, and where its weights lie."""
    where = as_text(weights.resolve()) if weights else ""
    noted = Installed(where, card_of(name).terms, date.today().isoformat())
    write_text(engine_folder(name) / _FILE, tomli_w.dumps(asdict(noted)))


def remove_installed(name: str) -> list[Path]:
    """Removes what was added of an engine, but no weights that lie elsewhere; what was removed.

    Raises:
        ConfigError: nothing of it was added.
        VoicekitError: it cannot be removed.
    """
    folder = engine_folder(name)
    if not folder.is_dir():
        raise ConfigError(f"nothing of the engine '{name}' was added")
    try:
        shutil.rmtree(folder)
    except OSError as error:
        raise explain_os_error(error, folder) from error
    return [folder]
