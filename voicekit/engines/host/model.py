"""An engine of its own environment as a Model, and which of them run: voices of one engine share a process."""

import hashlib
import threading
import weakref
from collections.abc import Iterator, Mapping
from pathlib import Path

from voicekit.core.errors import PluginError
from voicekit.core.files import digest
from voicekit.engines.adapter import Ability, Model, Reply, Request
from voicekit.engines.host.environment import lock_of, python_of
from voicekit.engines.host.host import Host, Setup
from voicekit.engines.host.signs import edges_of_words
from voicekit.engines.workers import frames
from voicekit.speech.voices import engine_folder

#: Raise this when the same sentence is asked for otherwise.
_VERSION = 2
_BRACKETS = str.maketrans(dict.fromkeys("()[]{}<>", " , "))
_STOPS = ".,;:!?…"
#: Of a file of weights this much is read at its beginning, middle and end, to know it again.
_SAMPLE_BYTES = 1 << 16
_MOST_FILES = 200

_RUNNING: "weakref.WeakValueDictionary[Setup, Host]" = weakref.WeakValueDictionary()
_LOCK = threading.Lock()


class HostedModel(Model):
    """A model that speaks in another environment."""

    def __init__(
        self, host: Host, voice: Mapping[str, object], language: str, sample_rate: int, fingerprint: str, ability: Ability
    ) -> None:
        """
        Args:
            voice: what the engine's worker has to know of the voice.
            fingerprint: of the voice and the weights.
        """
        self.host, self.voice = host, voice
        self.language, self.sample_rate, self.ability = language, sample_rate, ability
        self.fingerprint = digest(f"{_VERSION} {lock_of(host.setup.engine)} {host.setup.device} {fingerprint}")

    def speak(self, request: Request) -> Reply:
        said = self.host.speak(plain(request.text), request.pace, request.seed, self.voice)
        if said.sample_rate != self.sample_rate:
            raise PluginError(
                f"the engine '{self.host.setup.engine}' speaks at {said.sample_rate} Hz, its voice was made for "
                f"{self.sample_rate}: its weights are others now; make the voice again"
            )
        return Reply(said.waveform, edges_of_words(request.phonemes, said.signs), said.notes)


def setup_of(engine: str, weights: str, device: str, online: bool = False) -> Setup:
    """How an engine that was added is run.

    Args:
        online: it may fetch weights.

    Raises:
        PluginError: its environment is missing.
    """
    variables = {"HF_HOME": str(engine_folder(engine) / "weights")}
    if not online:
        variables |= {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1"}
    module = Path(frames.__file__).with_name(f"{engine}.py")
    return Setup(engine, python_of(engine), module, weights, device, tuple(variables.items()))


def shared(setup: Setup) -> Host:
    """The one that runs like this, or another: it ends when nothing speaks through it any more."""
    with _LOCK:
        host = _RUNNING.get(setup)
        if host is None:
            _RUNNING[setup] = host = Host(setup)
        return host


def plain(text: str) -> str:
    """A sentence without brackets, between which some engines look for orders: what is said in them goes between commas."""
    marked = text.translate(_BRACKETS)
    if marked == text:
        return text
    words: list[str] = []
    for word in marked.split():
        if word[0] not in _STOPS:
            words.append(word)
        elif words and word != ",":
            words[-1] = words[-1].rstrip(",") + word
        elif words and words[-1][-1] not in _STOPS:
            words[-1] += ","
    return " ".join(words).rstrip(",")


def known_by(weights: Path) -> str:
    """A name for the weights in a file or folder, made of their sizes and a little of their content."""
    known = hashlib.sha256()
    for path in _files(weights):
        size = path.stat().st_size
        known.update(f"{path.relative_to(weights)} {size}\n".encode())
        with path.open("rb") as file:
            for start in (0, size // 2, max(size - _SAMPLE_BYTES, 0)):
                file.seek(start)
                known.update(file.read(_SAMPLE_BYTES))
    return known.hexdigest()


def _files(weights: Path) -> Iterator[Path]:
    if weights.is_file():
        yield weights
        return
    paths = sorted(path for path in weights.rglob("*") if path.is_file() and ".cache" not in path.parts)
    yield from paths[:_MOST_FILES]
