"""The available voices: those in `voices/` of the current folder, and the one that comes with voicekit."""

import importlib.resources
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from voicekit.core import plugins
from voicekit.core.errors import CheckpointError, ConfigError
from voicekit.core.reporter import SILENT, Reporter
from voicekit.model.voice_file import load_info, read_voice_toml
from voicekit.text.phonemes.lexicon import find_lexicon

if TYPE_CHECKING:
    from voicekit.speech.engine import Engine

VOICES_FOLDER = Path("voices")
BUILT_IN = "base"


@dataclass(frozen=True)
class Voice:
    """A voice on disk, not yet loaded.

    Attributes:
        name: by which `--voice` finds it.
        folder: where it lies.
        engine: the plug-in that speaks it.
        language: an espeak language code.
        origin: what its maker recorded of it: dataset, minutes, base, date.
        built_in: it came with voicekit.
    """

    name: str
    folder: Path
    engine: str
    language: str
    origin: dict[str, Any]
    built_in: bool = False


def list_voices(folder: Path = VOICES_FOLDER, reporter: Reporter = SILENT) -> list[Voice]:
    """All finished voices, the newest first, the built-in one last. Damaged ones are left out, and told."""
    found = sorted(folder.glob("*/voice.toml"), key=lambda path: path.stat().st_mtime, reverse=True)
    voices = []
    for path in [*found, built_in_folder() / "voice.toml"]:
        try:
            voices.append(read_voice(path.parent))
        except CheckpointError as error:
            reporter.note(f"left out: {error}")
    return voices


def find_voice(name: str | None = None, folder: Path = VOICES_FOLDER, reporter: Reporter = SILENT) -> Voice:
    """The voice called `name`, or in the folder `name`; without a name the newest, which may be the built-in one.

    Args:
        reporter: told which voices are left out, where any is wanted.

    Raises:
        ConfigError: there is no such voice; the known ones are named.
        CheckpointError: its folder is damaged.
    """
    if name is None:
        voices = list_voices(folder, reporter)
        if not voices:
            raise ConfigError("there is no voice; train one with: voicekit train")
        return voices[0]
    for candidate in (folder / name, Path(name)):
        if (candidate / "voice.toml").is_file():
            return read_voice(candidate)
    if name == BUILT_IN:
        return read_voice(built_in_folder())
    known = ", ".join(voice.name for voice in list_voices(folder)) or "none"
    raise ConfigError(f"there is no voice '{name}'; known voices: {known}")


def read_voice(folder: Path) -> Voice:
    """What `voice.toml` in `folder` says, without loading any weights.

    Raises:
        CheckpointError: it is damaged; so is a voice of our own engine with sizes that no network has.
    """
    values = {"origin": {}, **read_voice_toml(folder)}
    for key, kind in (("engine", str), ("language", str), ("origin", dict)):
        if not isinstance(values.get(key), kind):
            raise CheckpointError(f"{folder / 'voice.toml'} has no valid '{key}'; train the voice again or copy it again")
    if values["engine"] == "native":
        load_info(folder)
    return Voice(
        name=BUILT_IN if folder == built_in_folder() else folder.name,
        folder=folder,
        engine=values["engine"],
        language=values["language"],
        origin=values["origin"],
        built_in=folder == built_in_folder(),
    )


def built_in_folder() -> Path:
    return Path(str(importlib.resources.files("voicekit"))) / "builtin" / BUILT_IN


def load_engine(voice: Voice, device: str = "auto") -> "Engine":
    """The voice, ready to speak.

    Args:
        device: "auto" takes a GPU where there is one; else "cpu", "cuda", …

    Raises:
        CheckpointError: its files are damaged or of another version.
        PluginError: its engine is not installed.
        ConfigError: the device is not there.
    """
    return plugins.load("engines", voice.engine)(voice.folder, choose_device(device))


def load_voice(
    name: str | Path | None = None, device: str = "auto", lexicon: Path | None = None, reporter: Reporter = SILENT
) -> "Engine":
    """A voice by its name, ready to speak.

    Args:
        name: of a voice in `voices/`, or "base" for the built-in one, or a voice's folder; None for the newest.
        device: "auto" takes a GPU where there is one; else "cpu", "cuda", …
        lexicon: a TOML file of words and how they are said.
        reporter: told which damaged voices are passed over, where the newest is wanted.

    Raises:
        ConfigError: there is no such voice or device.
        CheckpointError: its files are damaged or of another version.
        PluginError: its engine is not installed.
        ScriptError: the lexicon cannot be read.

    Example:
        >>> speech = load_voice("base", "cpu").synthesize("The lights come on.")
        >>> speech.sample_rate, speech.words[1].text
        (24000, 'lights')
    """
    return speaking(None if name is None else str(name), device, lexicon, reporter=reporter)[1]


def speaking(
    name: str | None,
    device: str = "auto",
    lexicon: Path | None = None,
    script: Path | None = None,
    reporter: Reporter = SILENT,
) -> tuple[Voice, "Engine"]:
    """A voice and its engine, which says words as the lexicons beside `script` and at `lexicon` want.

    Args:
        reporter: as `find_voice`.

    Raises:
        ConfigError, CheckpointError, PluginError: see `find_voice` and `load_engine`.
        ScriptError: a lexicon cannot be read.
    """
    own = find_lexicon(lexicon, script)
    voice = find_voice(name, reporter=reporter)
    engine = load_engine(voice, device)
    return voice, engine.with_lexicon(own) if own.entries else engine


def with_vocoder(voice: Path, vocos: Path, out: Path) -> Path:
    """The voice in the folder `voice` with the published Vocos at `vocos` for a vocoder, as a new voice in `out`.

    Returns:
        `out`.

    Raises:
        ConfigError: there is a voice in `out`, or `voice` is spoken by an engine of others.
        CheckpointError: the voice or the Vocos is not usable.
        VoicekitError: `out` cannot be written.
    """
    from voicekit.core.files import as_text, write_text
    from voicekit.model.checkpoint import load_networks, save_voice
    from voicekit.model.vocos_checkpoint import read_vocos

    if any((out / name).exists() for name in ("voice.toml", "training")):
        raise ConfigError(f"there is already a voice in {out}; choose another name")
    source = read_voice(voice)
    if source.engine != "native":
        raise ConfigError(f"the voice '{source.name}' is spoken by the engine '{source.engine}', which has its own vocoder")
    info, acoustic, _ = load_networks(voice)
    vocoder = read_vocos(vocos)
    origin = {**info.origin, "vocoder": as_text(vocos.resolve().name)}
    write_text(out / "README.md", _vocos_card(out.name, source.name, origin["vocoder"]))
    save_voice(out, replace(info, name=out.name, vocoder=vocoder.config, origin=origin), acoustic, vocoder)
    return out


def choose_device(device: str) -> str:
    """ "auto" as what it means on this machine."""
    import torch

    if device == "auto":
        return "cuda" if torch.cuda.is_available() else "cpu"
    if device.startswith("cuda") and not torch.cuda.is_available():
        raise ConfigError("there is no CUDA device on this machine; use --device cpu")
    try:
        torch.zeros(1, device=device).cpu()
    except RuntimeError as error:
        raise ConfigError(f"there is no device '{device}' on this machine; use auto, cpu or cuda") from error
    return device


def _vocos_card(name: str, source: str, vocoder: str) -> str:
    return f"""# {name}

The voice `{source}` with another vocoder instead of its own: the Vocos (Siuzdak 2023) from `{vocoder}`.

What the model card of `{source}` says of recordings and licence holds for this voice too, as does the licence of the
vocoder's weights. It speaks as the person in the recordings does. Use it only with that person's consent.

Sizes, phones and origin: `voice.toml`.
"""
