"""Piper: small voices in many languages, and those that people trained themselves. GPL-3.0, and so in an environment of its
own, which voicekit talks to, and never imports."""

import difflib
import logging
from dataclasses import dataclass
from pathlib import Path

from voicekit.core.errors import CheckpointError, ConfigError, PluginError
from voicekit.core.reporter import SILENT, Reporter
from voicekit.core.wording import some
from voicekit.engines.adapter import Ability, AdaptedEngine
from voicekit.engines.host.environment import make_environment
from voicekit.engines.host.host import Host
from voicekit.engines.host.model import HostedModel, known_by, setup_of, shared
from voicekit.engines.piper_voices import (
    PiperVoice,
    fetch_list,
    fetch_voice,
    language_of,
    published_in,
    read_piper_voice,
    voices_in,
)
from voicekit.engines.store import installed
from voicekit.engines.voice import Presets, read_settings, save_adapted_voice
from voicekit.speech.voices import engine_folder
from voicekit.text.language_names import sample_sentence
from voicekit.text.phonemes.lexicon import lexicon_beside

_ENGINE = "piper"
#: Beyond these paces it slurs; the rest is made by stretching.
_ABILITY = Ability(slowest=0.6, fastest=1.7, chance=True, words=True)
#: The licence of a voice that comes without one.
_UNTOLD = "one that no MODEL_CARD tells"
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class PiperSettings:
    """The table [piper] of a voice.

    Attributes:
        voice: a name of `voicekit voices --engine piper`.
        speaker: of a voice with several, one by name; "" for its first.
    """

    voice: str = ""
    speaker: str = ""


class PiperPresets(Presets):
    """Piper's voices. One of several speakers is NAME#SPEAKER."""

    engine = _ENGINE

    def languages(self) -> dict[str, str]:
        there, published = voices_in(_weights()), published_in(_weights())
        spoken = {name: voice.language for name, voice in map(_read, there.items()) if voice.is_spoken}
        return {**{name: language_of(name) for name in published if name not in there}, **spoken}

    def left_out(self) -> str:
        unspoken = [name for name, voice in map(_read, voices_in(_weights()).items()) if not voice.is_spoken]
        return f"voices that do not read espeak's phones are left out: {some(unspoken)}" if unspoken else ""

    def folder(self, name: str) -> Path:
        base, _, speaker = name.partition("#")
        known = self.languages()
        if base not in known:
            return super().folder(base)  # which tells the nearest
        folder = engine_folder(self.engine) / "voices" / base
        if speaker and not speaker.replace("_", "").replace("-", "").isalnum():
            raise ConfigError(f"a speaker of '{base}' is written with letters and digits, not as '{speaker}'")
        if speaker:
            folder = folder.with_name(f"{base}#{speaker}")
        if not (folder / "voice.toml").is_file():
            voice = read_piper_voice(_model(base))
            _number_of(speaker, voice, f"{self.engine}:{base}")
            licence = {"weights": voice.licence or _UNTOLD, "may_be_sold": voice.may_be_sold}
            save_adapted_voice(folder, self.engine, known[base], {"voice": base, "speaker": speaker}, licence=licence)
        return folder


PRESETS = PiperPresets()


def load(folder: Path, device: str) -> AdaptedEngine:
    """The plug-in of the kind `engines`. Piper speaks on the processor, whatever the device."""
    _weights()
    settings = read_settings(folder, _ENGINE, PiperSettings())
    try:
        voice = read_piper_voice(_model(settings.voice))
    except ConfigError as error:
        raise CheckpointError(f"{folder / 'voice.toml'}: {error}") from error
    return AdaptedEngine(_speaking(voice, settings.speaker, shared(setup_of(_ENGINE, "", "cpu"))), lexicon_beside(folder))


def prepare(weights: Path | None, reporter: Reporter = SILENT) -> Path:
    """Makes Piper's environment, finds the voices in a folder or the list of those published, and lets one say a sentence.
    See `engines.install`."""
    make_environment(_ENGINE, reporter)
    place = weights or engine_folder(_ENGINE) / "weights"
    if weights is None:
        fetch_list(place)
    there = {name: voice for name, voice in map(_read, voices_in(place).items()) if voice.is_spoken}
    if weights is not None and not there:
        raise PluginError(f"there is no Piper voice in {weights}: a voice is NAME.onnx with NAME.onnx.json beside it")
    host = Host(setup_of(_ENGINE, "", "cpu"))
    try:
        notes = [*host.load()]
        for name, voice in list(there.items())[:1]:
            notes += host.speak(sample_sentence(voice.language) or "A, B, C.", 1.0, 0, _worker_voice(voice, "")).notes
            reporter.say(f"the voice {name} speaks")
    finally:
        host.close()
    for note in notes:
        reporter.note(note)
    others = published_in(place).keys() - there.keys()
    reporter.say(f"voices there: {len(there)}" + (f"; fetched when they are first used: {len(others)}" if others else ""))
    return place


def _speaking(voice: PiperVoice, speaker: str, host: Host) -> HostedModel:
    known = f"{known_by(voice.model)} {_number_of(speaker, voice, voice.model.stem)}"
    return HostedModel(host, _worker_voice(voice, speaker), voice.language, voice.sample_rate, known, _ABILITY)


def _worker_voice(voice: PiperVoice, speaker: str) -> dict[str, object]:
    return {"model": str(voice.model.absolute()), "speaker": _number_of(speaker, voice, voice.model.stem)}


def _number_of(speaker: str, voice: PiperVoice, name: str) -> int | None:
    """Raises ConfigError where a voice has no such speaker."""
    if not speaker:
        return None
    if speaker not in voice.speakers:
        near = difflib.get_close_matches(speaker, voice.speakers, n=1)
        hint = f"; did you mean '{name}#{near[0]}'?" if near else "."
        raise ConfigError(
            f"the voice '{name}' has no speaker '{speaker}'{hint} It has: {some(voice.speakers, 20) or 'only one voice'}"
        )
    return voice.speakers[speaker]


def _model(name: str) -> Path:
    """The network of a voice, fetched where it is published and not there yet."""
    place = _weights()
    if found := voices_in(place).get(name):
        return found
    published = published_in(place)
    if name not in published:
        raise ConfigError(f"there is no Piper voice '{name}' in {place}; list them: voicekit voices --engine {_ENGINE}")
    _LOG.warning("the Piper voice %s is fetched, which is done once", name)
    return fetch_voice(name, published[name], place)


def _weights() -> Path:
    """Where the voices lie. Raises PluginError where Piper was not added."""
    return Path(installed(_ENGINE).weights)


def _read(found: tuple[str, Path]) -> tuple[str, PiperVoice]:
    return found[0], read_piper_voice(found[1])
