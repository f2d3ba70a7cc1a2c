"""A voice with another vocoder instead of its own."""

from dataclasses import replace
from pathlib import Path

from voicekit.core.errors import ConfigError
from voicekit.core.files import alone, as_text, write_text
from voicekit.model.checkpoint import load_networks, save_voice
from voicekit.model.vocos_checkpoint import read_vocos
from voicekit.speech.voices import BUILT_IN, TRAINING, read_voice


def with_vocoder(voice: Path, vocos: Path, out: Path) -> Path:
    """The voice in the folder `voice` with the published Vocos at `vocos` for a vocoder, as a new voice in `out`.

    Returns:
        `out`.

    Raises:
        ConfigError: there is a voice in `out`, or `voice` is spoken by an engine of others.
        CheckpointError: the voice or the Vocos is not usable.
        VoicekitError: `out` cannot be written.
    """
    if out.name == BUILT_IN or any((out / name).exists() for name in ("voice.toml", TRAINING)):
        raise ConfigError(f"there is already a voice in {out}; choose another name")
    source = read_voice(voice)
    if source.engine != "native":
        raise ConfigError(f"the voice '{source.name}' is spoken by the engine '{source.engine}', which has its own vocoder")
    info, acoustic, _ = load_networks(voice)
    vocoder = read_vocos(vocos)
    origin = {**info.origin, "vocoder": as_text(vocos.resolve().name)}
    with alone(out):
        write_text(out / "README.md", _vocos_card(out.name, source.name, origin["vocoder"]))
        save_voice(out, replace(info, name=out.name, vocoder=vocoder.config, origin=origin), acoustic, vocoder)
    return out


def _vocos_card(name: str, source: str, vocoder: str) -> str:
    return f"""# {name}

The voice `{source}` with another vocoder instead of its own: the Vocos (Siuzdak 2023) from `{vocoder}`.

What the model card of `{source}` says of recordings and licence holds for this voice too, as does the licence of the
vocoder's weights. It speaks as the person in the recordings does. Use it only with that person's consent.

Sizes, phones and origin: `voice.toml`.
"""
