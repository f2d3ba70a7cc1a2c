"""Engines that speak as somebody does after a passage of their speech, each in an environment of its own.

A voice of such an engine is a folder with the passage, and its text in voice.toml:

  passage.flac
  voice.toml      [ENGINE] passage, text, sample_rate
"""

import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import soundfile

from voicekit.core.errors import CheckpointError, ConfigError, PluginError, VoicekitError
from voicekit.core.files import atomic, digest
from voicekit.core.reporter import SILENT, Reporter
from voicekit.engines.adapter import Ability, AdaptedEngine
from voicekit.engines.host.environment import make_environment
from voicekit.engines.host.host import Host
from voicekit.engines.host.model import HostedModel, known_by, setup_of, shared
from voicekit.engines.passage import Passage
from voicekit.engines.store import card_of, installed
from voicekit.engines.voice import read_settings, save_adapted_voice
from voicekit.speech.device import choose_device
from voicekit.speech.voices import engine_folder, read_voice
from voicekit.text.language_names import language_name, sample_sentence, short_code
from voicekit.text.phonemes.lexicon import lexicon_beside

_PASSAGE = "passage.flac"
#: A passage may be this much longer or shorter than an engine likes.
_TOLERANCE_S = 0.5
_LOOK_EVERY_S = 5.0


@dataclass(frozen=True)
class PassageSettings:
    """The table [ENGINE] of a voice.

    Attributes:
        passage: a sound beside it.
        text: what is said there.
        sample_rate: of what the engine says, in Hz.
    """

    passage: str = _PASSAGE
    text: str = ""
    sample_rate: int = 0


@dataclass(frozen=True)
class Cloner:
    """An engine that clones from a passage.

    Attributes:
        engine: its name.
        languages: ISO 639-1 code → what the engine calls it; empty where it takes any by its code.
        ability: what it does by itself.
        needed: what has to be in a folder of its weights, each as a pattern; "" stands for the folder itself.
    """

    engine: str
    languages: Mapping[str, str]
    ability: Ability
    needed: tuple[str, ...]

    def load(self, folder: Path, device: str) -> AdaptedEngine:
        """The plug-in of the kind `engines`."""
        added = installed(self.engine)
        settings, language = read_settings(folder, self.engine, PassageSettings()), read_voice(folder).language
        passage = folder / settings.passage
        if Path(settings.passage).name != settings.passage or not passage.is_file() or not settings.sample_rate:
            raise CheckpointError(f"{folder / 'voice.toml'} names no passage that lies beside it; make the voice again")
        voice = self._voice(passage.absolute(), settings.text, language)
        host = shared(setup_of(self.engine, added.weights, choose_device(device)))
        weights = known_by(Path(added.weights)) if added.weights else ""
        told = f"{weights} {digest(passage.read_bytes())} {settings.text} {voice['language']}"
        model = HostedModel(host, voice, language, settings.sample_rate, told, self.ability)
        return AdaptedEngine(model, lexicon_beside(folder))

    def prepare(self, weights: Path | None, reporter: Reporter = SILENT) -> Path | None:
        """Makes its environment, and loads its weights from a folder, or from where its makers publish them, which fetches
        them. See `engines.install`."""
        if weights is not None:
            if missing := [one for one in self.needed if not any(weights.glob(one))]:
                raise PluginError(
                    f"{weights} lacks {', '.join(missing)}; copy the whole folder from {card_of(self.engine).published_at}"
                )
            weights = weights.absolute()
        make_environment(self.engine, reporter)
        host = Host(setup_of(self.engine, str(weights or ""), choose_device("auto"), online=weights is None))
        try:
            for note in host.load(_Fetching(self.engine, reporter) if weights is None else None):
                reporter.note(note)
        finally:
            host.close()
            reporter.progress(_task(self.engine), 1.0)
        reporter.say(f"{card_of(self.engine).title} is loaded and ready")
        return weights

    def clone(
        self, passage: Passage, language: str, folder: Path, device: str = "auto", reporter: Reporter = SILENT
    ) -> None:
        """Makes `folder` a voice that speaks as the passage does, and has it say a sentence first.

        Args:
            passage: its text too; best as long as the engine's card says.
            language: an espeak code.
            folder: has no voice in it yet.

        Raises:
            ConfigError: the engine does not speak the language, the passage is too short or too long, or has no text, or
                there is a voice in the folder.
            PluginError: the engine was not added, or fails.
            VoicekitError: the folder cannot be written.
        """
        added = installed(self.engine)
        self._check(passage, language, folder)
        setup = setup_of(self.engine, added.weights, choose_device(device), online=not added.weights)
        reporter.say(f"{card_of(self.engine).title} makes the voice '{folder.name}' of {_length_s(passage):.1f} s")
        host = Host(setup)
        try:
            with tempfile.TemporaryDirectory(prefix="voicekit-") as place:
                sound = Path(place) / _PASSAGE
                _write(sound, passage)
                notes = host.load(_Fetching(self.engine, reporter) if not added.weights else None)
                said = host.speak(
                    sample_sentence(language) or passage.text, 1.0, 0, self._voice(sound, passage.text, language)
                )
        finally:
            host.close()
            reporter.progress(_task(self.engine), 1.0)
        for note in (*notes, *said.notes):
            reporter.note(note)
        with atomic(folder / _PASSAGE) as partial:
            _write(partial, passage)
        settings = {"passage": _PASSAGE, "text": passage.text, "sample_rate": said.sample_rate}
        save_adapted_voice(
            folder, self.engine, language, settings, {"seconds": round(_length_s(passage), 1), **passage.origin}
        )

    def _check(self, passage: Passage, language: str, folder: Path) -> None:
        title = card_of(self.engine).title
        if (folder / "voice.toml").is_file():
            raise ConfigError(f"there is already a voice in {folder}; choose another name")
        if self.languages and short_code(language) not in self.languages:
            known = ", ".join(sorted(map(language_name, self.languages)))
            raise ConfigError(f"{title} does not speak {language_name(language)}; it speaks {known}")
        shortest_s, longest_s = card_of(self.engine).passage_s
        if not shortest_s - _TOLERANCE_S <= _length_s(passage) <= longest_s + _TOLERANCE_S:
            raise ConfigError(
                f"the passage has {_length_s(passage):.1f} s; {title} clones from {shortest_s:.0f} to {longest_s:.0f} s: "
                "choose another one"
            )
        if not passage.text.strip():
            raise ConfigError(f"{title} needs the text of the passage: write down what is said in it")

    def _voice(self, passage: Path, text: str, language: str) -> dict[str, object]:
        code = short_code(language)
        return {"passage": str(passage), "text": text, "language": self.languages.get(code, code)}


class _Fetching:
    """Tells how much of the weights is there, at each sign of life."""

    def __init__(self, engine: str, reporter: Reporter) -> None:
        self._engine, self._reporter = engine, reporter
        self._told_s = -_LOOK_EVERY_S

    def __call__(self) -> None:
        if time.monotonic() - self._told_s < _LOOK_EVERY_S:
            return
        self._told_s = time.monotonic()
        place = engine_folder(self._engine) / "weights"
        n_bytes = sum(path.stat().st_size for path in place.rglob("*") if path.is_file() and not path.is_symlink())
        self._reporter.progress(_task(self._engine), min(n_bytes / (card_of(self._engine).size_mb * 1e6), 0.999))


def _task(engine: str) -> str:
    return f"fetching and loading {engine}"


def _length_s(passage: Passage) -> float:
    return len(passage.waveform) / passage.sample_rate


def _write(path: Path, passage: Passage) -> None:
    try:
        soundfile.write(path, passage.waveform, passage.sample_rate, format="FLAC", subtype="PCM_24")
    except soundfile.LibsndfileError as error:
        raise VoicekitError(f"cannot write {path}: {error}") from error
