"""A voice of another engine on disk: a folder with a `voice.toml` like any voice's, and a table of the engine's own."""

from pathlib import Path
from typing import Any

import tomli_w

from voicekit.core.errors import CheckpointError, ConfigError
from voicekit.core.files import write_text
from voicekit.core.settings import Config, overlay
from voicekit.engines.store import card_of, installed
from voicekit.model.voice_file import read_voice_toml
from voicekit.speech.voices import engine_folder


def save_adapted_voice(
    folder: Path,
    engine: str,
    language: str,
    settings: dict[str, Any],
    origin: dict[str, Any] | None = None,
    licence: dict[str, Any] | None = None,
) -> None:
    """Makes `folder` a voice of an engine that was added. Other files of it are to be written before.

    Args:
        settings: what the engine has to know; becomes the table [ENGINE].
        origin: what people should know: dataset, seconds, consent.
        licence: of this voice's weights, where it is not the engine's: weights, may_be_sold; the latter is None where nobody
            knows.

    Raises:
        PluginError: the engine was not added.
        VoicekitError: the folder cannot be written.
    """
    card, added = card_of(engine), installed(engine)
    terms = {"weights": card.licence, "may_be_sold": card.may_be_sold, "agreed": added.agreed, **(licence or {})}
    table = {
        "name": folder.name,
        "engine": engine,
        "language": language,
        "licence": {key: value for key, value in terms.items() if value is not None},
        engine: settings,
        "origin": {"made_by": card.title, **(origin or {})},
    }
    write_text(folder / "README.md", _model_card(folder.name, engine, origin or {}))
    write_text(folder / "voice.toml", tomli_w.dumps(table))


def read_settings(folder: Path, engine: str, defaults: Config) -> Config:
    """The table [ENGINE] of a voice, over `defaults`, a dataclass.

    Raises:
        CheckpointError: it is missing, damaged, or has keys that nobody knows.
    """
    values = read_voice_toml(folder).get(engine, {})
    try:
        return overlay(defaults, values, f"{folder / 'voice.toml'}, [{engine}]")
    except ConfigError as error:
        raise CheckpointError(f"{error}; make the voice again or copy it again") from error


class Presets:
    """The voices that an engine comes with. The plug-in of the kind `presets` of an engine derives from it."""

    engine: str
    #: Which of them speaks where the person asks for none and has no voice of their own; "" where it does not sound better
    #: than the built-in voice, as measured.
    default: str = ""

    def languages(self) -> dict[str, str]:
        """The name of each voice → its language.

        Raises:
            PluginError: the engine was not added, or its weights are not there.
        """
        raise NotImplementedError

    def left_out(self) -> str:
        """Which voices there are besides that voicekit cannot let speak, and why; "" for none. Raises as `languages`."""
        return ""

    def folder(self, name: str) -> Path:
        """The folder of one of them, made where it is not there yet.

        Raises:
            ConfigError: there is no such voice; the nearest is named.
            PluginError: see `languages`.
        """
        import difflib

        known = self.languages()
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"; did you mean '{self.engine}:{near[0]}'?" if near else "."
            raise ConfigError(
                f"the engine '{self.engine}' has no voice '{name}'{hint} List them: voicekit voices --engine {self.engine}"
            )
        folder = engine_folder(self.engine) / "voices" / name
        if not (folder / "voice.toml").is_file():
            save_adapted_voice(folder, self.engine, known[name], {"voice": name})
        return folder


def _model_card(name: str, engine: str, origin: dict[str, Any]) -> str:
    card = card_of(engine)
    consent = ""
    if card.clones:
        heard = f"{origin['seconds']} s of `{origin.get('dataset', name)}`" if "seconds" in origin else "the passage"
        consent = f"\nIt speaks as the person in {heard} does. Use it only with that person's consent.\n"
    return f"""# {name}

A voice of {card.title}, which others trained: {card.published_at}

{card.terms}.
{consent}
Settings and origin: `voice.toml`.
"""
