"""The engine `openai`: voices of any server that speaks OpenAI's form, POST /v1/audio/speech.

GPT-SoVITS wrappers, vLLM, Kokoro-FastAPI, OpenAI itself, and `voicekit serve` on another machine. Nothing is installed. The
licence is that of what the server speaks with, which voicekit cannot know: a person says whether they may sell what it says.
"""

import os
import re
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

import tomli_w

from voicekit.core.errors import CheckpointError, ConfigError, PluginError
from voicekit.core.files import digest, write_text
from voicekit.core.reporter import SILENT, Reporter
from voicekit.core.settings import Bounded, Range
from voicekit.core.wording import quoted
from voicekit.engines.adapter import Ability, AdaptedEngine, Model, Reply, Request
from voicekit.engines.catalogue import CATALOGUE
from voicekit.engines.speech_api import SpeechServer, checked_url, terms_of
from voicekit.engines.voice import read_settings
from voicekit.speech.voices import BUILT_IN, VOICES_FOLDER, engine_folder, read_voice, remember
from voicekit.text.language_names import sample_sentence
from voicekit.text.phonemes.espeak import check_language
from voicekit.text.phonemes.lexicon import lexicon_beside

ENGINE = "openai"
#: A server is asked for this pace to see whether it can, which it does where it then is faster by at least so much.
_TRIED_PACE, _FASTER = 1.5, 1.25
#: What OpenAI's API allows, as far as speech is still understood.
_SLOWEST, _FASTEST = 0.5, 2.0
_ANY_SENTENCE = "1, 2, 3, 4, 5."


@dataclass(frozen=True)
class ServerSettings(Bounded):
    """The table [openai] of a voice.

    Attributes:
        url: the base of the API.
        voice, model: as the server calls them.
        key_variable: the name of the environment variable that holds the key; never the key itself.
        response_format: what is asked for; whatever sound comes is taken.
        sample_rate: of what the engine says, in Hz.
        speed: the server can be asked for a pace; else the sound is played faster or slower.
        instructions: how it is to speak, for models that take that.
        timeout_s: for a sentence.
        more: further fields of each request, for servers that know others.
    """

    url: str = ""
    voice: str = ""
    model: str = "tts-1"
    key_variable: str = ""
    response_format: Literal["wav", "flac", "mp3", "opus", "aac"] = "wav"
    sample_rate: Annotated[int, Range(8000, 192_000)] = 24_000
    speed: bool = False
    instructions: str = ""
    timeout_s: Annotated[float, Range(1, 3600)] = 120.0
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def server(self) -> SpeechServer:
        """The server, with the key that the environment holds now.

        Raises:
            ConfigError: the url is none.
            PluginError: the key is not there, or is none.
        """
        return SpeechServer(checked_url(self.url), _key(self.key_variable), self.key_variable, self.timeout_s)

    def request(self, text: str, pace: float = 1.0) -> dict[str, Any]:
        """What the server is asked."""
        wanted: dict[str, Any] = {"model": self.model, "input": text, "voice": self.voice}
        wanted["response_format"] = self.response_format
        if self.speed:
            wanted["speed"] = round(pace, 3)
        if self.instructions:
            wanted["instructions"] = self.instructions
        return self.more | wanted


class ServerModel(Model):
    """A voice of a server."""

    def __init__(self, settings: ServerSettings, language: str) -> None:
        self.settings, self.language = settings, language
        self.sample_rate = settings.sample_rate
        self.ability = Ability(_SLOWEST, _FASTEST) if settings.speed else Ability()
        self.fingerprint = digest(repr(replace(settings, timeout_s=1.0, key_variable="")))
        self._server = settings.server

    def speak(self, request: Request) -> Reply:
        wanted = self.settings.request(request.text, request.pace)
        return Reply(self._server.speak(wanted, self.sample_rate).waveform)


def load(folder: Path, device: str = "cpu") -> AdaptedEngine:
    """The voice in `folder`, whose server need not be there before it speaks.

    Raises:
        CheckpointError: the voice is damaged.
        ConfigError: its url is none.
        PluginError: its key is not there, or nobody has agreed to send texts to its server.
        ScriptError: its lexicon cannot be read.
    """
    settings = read_settings(folder, ENGINE, ServerSettings())
    if not settings.voice or not settings.url:
        raise CheckpointError(f"{folder / 'voice.toml'} names no url or no voice below [openai]; make the voice again")
    language = read_voice(folder).language
    check_language(language)
    _check_agreed(folder.name, settings, language)
    return AdaptedEngine(ServerModel(settings, language), lexicon_beside(folder))


def make_voice(
    name: str, settings: ServerSettings, language: str, reporter: Reporter = SILENT, may_be_sold: bool = False
) -> Path:
    """Makes a voice of a server's, which says a sentence or two first: that shows whether it speaks, at which rate, and
    whether it can be asked for a pace.

    Args:
        may_be_sold: the person has the right to sell what it says; kept in its voice.toml, with the day.

    Returns:
        Its folder, in `voices/` of the current one.

    Raises:
        ConfigError: there is a voice of that name; url, language or the key's name are none.
        PluginError: the server does not speak.
        VoicekitError: nothing can be written there.
    """
    folder = VOICES_FOLDER / name
    if name == BUILT_IN or folder.exists():
        raise ConfigError(f"there is already a voice '{name}'; choose another name")
    check_language(language)
    settings = replace(settings, url=checked_url(settings.url))
    reporter.note(terms_of(settings.url, bool(settings.key_variable)))
    sentence = sample_sentence(language) or _ANY_SENTENCE
    server = settings.server
    plain = server.speak(settings.request(sentence))
    if not plain.waveform.any():
        raise PluginError(f"{server.host} stays silent in the voice '{settings.voice}'; choose another one of its voices")
    hurried = replace(settings, speed=True, sample_rate=plain.sample_rate)
    try:
        fast = server.speak(hurried.request(sentence, _TRIED_PACE), plain.sample_rate)
        can_hurry = len(plain.waveform) > _FASTER * len(fast.waveform)
    except PluginError:  # it takes no such field
        can_hurry = False
    found = replace(hurried, speed=can_hurry)
    how = "which it makes itself" if can_hurry else "which is made by stretching, as it makes none itself"
    reporter.note(f"{server.host} speaks at {plain.sample_rate} Hz; it can be slower and faster, {how}")
    _note_agreed(found)
    _write(folder, found, language, may_be_sold)
    remember(folder)
    return folder


def _write(folder: Path, settings: ServerSettings, language: str, may_be_sold: bool) -> None:
    defaults = asdict(ServerSettings())
    own = {
        key: value for key, value in asdict(settings).items() if value != defaults[key] or key in ("model", "sample_rate")
    }
    terms = terms_of(settings.url, bool(settings.key_variable))
    agreed = {"may_be_sold": True, "agreed": date.today().isoformat()} if may_be_sold else {}
    table = {
        "name": folder.name,
        "engine": ENGINE,
        "language": language,
        "licence": {"weights": CATALOGUE[ENGINE].licence, **agreed},
        ENGINE: own,
        "origin": {"made_by": settings.url},
    }
    write_text(
        folder / "README.md",
        f"# {folder.name}\n\nA voice of the server {settings.url}: {terms}.\n\nSettings: `voice.toml`.\n",
    )
    write_text(folder / "voice.toml", tomli_w.dumps(table))


def _key(variable: str) -> str:
    if not variable:
        return ""
    if not re.fullmatch(r"[A-Za-z_]\w*", variable):  # a key that was pasted there is not to be shown
        raise ConfigError(
            "key_variable is the name of an environment variable, such as OPENAI_API_KEY, and not the key itself"
        )
    key = os.environ.get(variable, "").strip()
    if not key:
        raise PluginError(f"the key of this voice is in no variable {variable}; run: export {variable}=THE_KEY")
    if any(not 32 < ord(sign) < 127 for sign in key):
        raise PluginError(f"the key in {variable} holds spaces or signs that no key has; copy it again")
    return key


def _agreed() -> Path:
    return engine_folder(ENGINE) / "servers.txt"


def _line(settings: ServerSettings) -> str:
    return f"{checked_url(settings.url)} {settings.key_variable}".strip()


def _known() -> list[str]:
    try:
        return _agreed().read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):
        return []


def _note_agreed(settings: ServerSettings) -> None:
    if _line(settings) not in _known():
        write_text(_agreed(), "".join(f"{line}\n" for line in [*_known(), _line(settings)]))


def _check_agreed(name: str, settings: ServerSettings, language: str) -> None:
    """A voice that somebody else made would send texts, and a key of whatever name, to a server of their choice.

    Raises:
        PluginError: nobody here has made a voice of this server, with this key.
    """
    if _line(settings) in _known():
        return
    key = ["--key-variable", settings.key_variable] if settings.key_variable else []
    words = ["voicekit", "voices", "add", f"{name}-2", "--engine", ENGINE, "--url", settings.url]
    words += ["--server-voice", settings.voice, "--model", settings.model, "--language", language, *key]
    sent = f"your texts and the key in ${settings.key_variable}" if key else "your texts"
    raise PluginError(
        f"the voice '{name}' was not made here, and would send {sent} to {settings.url}; if you want that: {quoted(words)}"
    )
