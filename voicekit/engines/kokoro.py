"""Kokoro-82M: small, quick, and among the best-liked of the free models. It clones nobody; it comes with voices."""

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from voicekit.core.download import download
from voicekit.core.errors import CheckpointError, ConfigError, PluginError
from voicekit.core.files import digest
from voicekit.core.reporter import SILENT, Reporter
from voicekit.core.wording import some
from voicekit.engines.adapter import Ability, AdaptedEngine, Model, Reply, Request
from voicekit.engines.kokoro_network import SAMPLE_RATE, Network
from voicekit.engines.kokoro_phones import LANGUAGES, MOST_TOKENS, UNSPOKEN, Spelling, spellings
from voicekit.engines.kokoro_weights import PUBLISHED, Weights, find_weights
from voicekit.engines.store import installed
from voicekit.engines.voice import Presets, read_settings
from voicekit.engines.words import heard_span
from voicekit.speech.voices import engine_folder, read_voice
from voicekit.text.phonemes.lexicon import lexicon_beside
from voicekit.text.phonemes.phonemise import Phonemes, phonemise

_ENGINE = "kokoro"
#: P.808 3.92, beside 3.54 of the built-in voice; see docs/kokoro.md.
_DEFAULT = "af_heart"
#: Raise this when the same sentence is spelled otherwise.
_VERSION = 1
#: Beyond these speeds it swallows phones; the rest is made by stretching.
_SLOWEST, _FASTEST = 0.6, 1.6
#: The silence between two parts of a sentence that is too long for one.
_BREATH_S = 0.15
_NAME = re.compile(r"([a-z])[fm]_\w+")
_TRIED = "Hello there."


@dataclass(frozen=True)
class KokoroSettings:
    """The table [kokoro] of a voice.

    Attributes:
        voice: one of Kokoro's own.
    """

    voice: str = _DEFAULT


class Kokoro(Model):
    """Kokoro with one of its voices."""

    sample_rate = SAMPLE_RATE

    def __init__(self, weights: Weights, voice: str, language: str, device: str = "cpu") -> None:
        """
        Raises:
            PluginError: the weights are missing, half, or of another version, or have no such voice.
        """
        self._style = weights.style(voice)
        self._network = Network(weights.network, device)
        self.language = language
        self.fingerprint = digest(f"{_VERSION} {self._network.fingerprint} {digest(self._style.tobytes())}")
        slowest, fastest = (_SLOWEST, _FASTEST) if self._network.has_speed else (1.0, 1.0)
        self.ability = Ability(slowest, fastest, phones=True, words=True)

    def speak(self, request: Request) -> Reply:
        parts = [self._say(one, request) for one in spellings(request.phonemes, self.language) if one.text.strip()]
        if len(parts) == 1:
            return parts[0]
        waveforms: list[np.ndarray] = []
        edges: list[np.ndarray] = []
        gone_s = 0.0
        for part in parts:
            start_s, end_s = heard_span(part.waveform, SAMPLE_RATE)
            heard = part.waveform[round(start_s * SAMPLE_RATE) : round(end_s * SAMPLE_RATE)]
            waveforms += [heard, np.zeros(round(_BREATH_S * SAMPLE_RATE), np.float32)]
            if part.word_edges is not None:
                edges.append(np.clip(part.word_edges - start_s, 0.0, end_s - start_s) + gone_s)
            gone_s += len(heard) / SAMPLE_RATE + _BREATH_S
        known = len(edges) == len(parts)
        return Reply(np.concatenate(waveforms), np.concatenate(edges) if known else None)

    def _say(self, spelling: Spelling, request: Request) -> Reply:
        tokens = spelling.tokens
        style = self._style[min(len(spelling.text), MOST_TOKENS, len(self._style)) - 1]
        waveform, edges_s = self._network.speak(tokens, style, request.pace)
        return Reply(waveform, None if edges_s is None else _word_edges(spelling, request.phonemes, edges_s))


def _word_edges(spelling: Spelling, phonemes: Phonemes, edges_s: np.ndarray) -> np.ndarray:
    """(words, 2) start and end of the words that lie in a part of a sentence; token 0 is the silence before it."""
    after = spelling.first + len(spelling.edges) - 1
    places = [
        (max(first, spelling.first) - spelling.first, min(last, after) - spelling.first)
        for _, first, last in phonemes.words
        if spelling.first <= first < after
    ]
    return np.array([[edges_s[spelling.edges[one] + 1] for one in place] for place in places]).reshape(-1, 2)


class KokoroPresets(Presets):
    """Kokoro's voices; the first letter of a name is its language."""

    engine = _ENGINE
    default = _DEFAULT

    def languages(self) -> dict[str, str]:
        names = _weights().names()
        return {name: LANGUAGES[letter] for name in names if (letter := _letter(name)) in LANGUAGES}

    def left_out(self) -> str:
        return _unspoken(_weights().names())

    def folder(self, name: str) -> Path:
        if _letter(name) in UNSPOKEN and name in _weights().names():
            raise ConfigError(f"{_unspoken([name])}; list those that speak: voicekit voices --engine {self.engine}")
        return super().folder(name)


PRESETS = KokoroPresets()


def load(folder: Path, device: str) -> AdaptedEngine:
    """The plug-in of the kind `engines`."""
    weights = _weights()
    settings = read_settings(folder, _ENGINE, KokoroSettings())
    language = read_voice(folder).language
    if language not in LANGUAGES.values():
        raise CheckpointError(
            f"{folder / 'voice.toml'}: Kokoro does not speak '{language}'; it speaks {', '.join(LANGUAGES.values())}"
        )
    return AdaptedEngine(Kokoro(weights, settings.voice, language, device), lexicon_beside(folder))


def prepare(weights: Path | None, reporter: Reporter = SILENT) -> Path:
    """Finds or fetches the weights, and lets them say two words; where they lie. See `engines.install`."""
    place = weights or engine_folder(_ENGINE) / "weights"
    if weights is None:
        for published in PUBLISHED:
            otherwise = (
                "fetch it and voices-v1.0.bin by other means into a folder: voicekit engines add kokoro --weights FOLDER"
            )
            download(published, place, reporter, otherwise)
    found = find_weights(place)
    names = found.names()
    if left := _unspoken(names):
        reporter.note(left)
    spoken = [name for name in names if _letter(name) in LANGUAGES]
    if not spoken:
        raise PluginError(f"{found.voices} has no voice that voicekit can let speak; it has {some(names) or 'none'}")
    phonemes = phonemise(_TRIED, LANGUAGES["a"])
    Kokoro(found, spoken[0], LANGUAGES["a"]).speak(Request(_TRIED, phonemes, 1.0, 0))
    reporter.say(f"{found.network} speaks, with {len(spoken)} voices")
    return place


def _weights() -> Weights:
    place = Path(installed(_ENGINE).weights)
    if not place.exists():
        raise PluginError(f"the weights of Kokoro are no longer at {place}; voicekit engines add kokoro")
    return find_weights(place)


def _letter(name: str) -> str:
    """Of the language of a voice; "" where the name does not tell it."""
    match = _NAME.fullmatch(name)
    return match[1] if match else ""


def _unspoken(names: list[str]) -> str:
    """Which voices want phones that we cannot make; "" where there are none."""
    left = [name for name in names if _letter(name) in UNSPOKEN]
    languages = dict.fromkeys(UNSPOKEN[_letter(name)] for name in left)
    return f"left out, because their phones cannot be made: {' and '.join(languages)} ({some(left)})" if left else ""
