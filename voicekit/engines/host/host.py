"""One host for engines in environments of their own: loads an engine once, and starts it again once where it breaks."""

import json
import os
import threading
import weakref
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import numpy as np

from voicekit.core.documents import shown
from voicekit.core.errors import PluginError
from voicekit.engines.host.process import Broken, Worker
from voicekit.engines.workers import frames

_WORKERS = Path(frames.__file__).parent
#: A sentence is far shorter; a pipe takes as much at once, so that a worker that is stuck keeps nobody waiting.
_MOST_REQUEST_BYTES = 50_000
#: Of one sentence: 20 minutes at 48 kHz.
_MOST_SAMPLES = 1 << 26
_LOWEST_HZ, _HIGHEST_HZ = 8000, 192_000
#: Of a sentence; and of what is quoted of last words, in characters.
_MOST_SIGNS, _MOST_QUOTED = 20_000, 500
#: What packages of this kind send home or ask for, they do not here.
_QUIET = {
    "HF_HUB_DISABLE_TELEMETRY": "1", "GRADIO_ANALYTICS_ENABLED": "False", "WANDB_MODE": "disabled", "DO_NOT_TRACK": "1",
    "TOKENIZERS_PARALLELISM": "false", "CUBLAS_WORKSPACE_CONFIG": ":4096:8",
}  # fmt: skip
Result = TypeVar("Result")


@dataclass(frozen=True)
class Limits:
    """How long a worker may take, in seconds.

    Attributes:
        start_s: to say that it is there.
        load_s: to load its weights, which it may have to fetch.
        speak_s: to say a sentence.
        silent_s: without a sign of life while it is at work.
        idle_s: after which it ends because nobody wants anything.
    """

    start_s: float = 120.0
    load_s: float = 4 * 3600.0
    speak_s: float = 1800.0
    silent_s: float = 120.0
    idle_s: float = 600.0


LIMITS = Limits()


@dataclass(frozen=True)
class Sign:
    """A sign of phones, in IPA, and when it is heard."""

    text: str
    start_s: float
    end_s: float


@dataclass(frozen=True)
class Said:
    """What an engine said of a sentence.

    Attributes:
        waveform: float32 (samples,).
        sample_rate: in Hz.
        signs: of the phones, as far as it tells them.
        notes: what a person should know: that the engine broke, and was started again.
    """

    waveform: np.ndarray
    sample_rate: int
    signs: tuple[Sign, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Setup:
    """How an engine is run.

    Attributes:
        engine: its name.
        python: of its environment.
        module: the file of its worker's module.
        weights: their folder or file; "" where its package finds them by itself.
        device: "cpu" or "cuda".
        variables: of its environment, over ours.
        script: that speaks with us there, and runs the module.
    """

    engine: str
    python: Path
    module: Path
    weights: str
    device: str
    variables: tuple[tuple[str, str], ...] = ()
    script: Path = _WORKERS / "worker.py"


class Host:
    """An engine in its own environment. Threads take turns. Its process ends with this object, or with this program."""

    def __init__(self, setup: Setup, limits: Limits = LIMITS) -> None:
        self.setup, self.limits = setup, limits
        self._lock = threading.Lock()
        self._workers: list[Worker] = []  # the one that runs, or none
        self._id = 0
        self._finalize = weakref.finalize(self, _end_all, self._workers)

    def load(self, on_alive: Callable[[], None] | None = None) -> tuple[str, ...]:
        """Starts it where it does not run, which speaking does too.

        Args:
            on_alive: called every second or so.

        Returns:
            What a person should know; see `Said`.

        Raises:
            PluginError: it cannot be started or loaded; with its last words, and what to do.
        """
        with self._lock:
            return self._twice("load", lambda: self._running(on_alive))[1]

    def speak(self, text: str, pace: float, seed: int, voice: Mapping[str, object]) -> Said:
        """A sentence.

        Args:
            pace: 1.2 is 20 % faster.
            voice: what the engine has to know of the voice.

        Raises:
            PluginError: it failed, or broke twice; with its last words, and what to do.
        """
        request = {"kind": "speak", "text": text, "pace": pace, "seed": seed, "voice": dict(voice)}
        if len(json.dumps(request)) > _MOST_REQUEST_BYTES:
            raise PluginError(
                f"a sentence is too long for the engine '{self.setup.engine}': “{text[:60]}…”; put full stops in"
            )
        with self._lock:
            said, notes = self._twice(f"say “{text[:60]}”", lambda: self._speak(request))
        return replace(said, notes=notes)

    def close(self) -> None:
        """Ends its process; speaking starts another one."""
        with self._lock:
            _end_all(self._workers)

    def _twice(self, what: str, work: Callable[[], Result]) -> tuple[Result, tuple[str, ...]]:
        """What `work` gives, tried again once where the worker broke, which is noted."""
        try:
            return self._tried(what, work), ()
        except Broken as error:
            notes = (f"{error}; it was started again",)
        try:
            return self._tried(what, work), notes
        except Broken as error:
            name = self.setup.engine
            raise PluginError(
                f"{error}, twice. Try another sentence or --device cpu; if nothing helps, make its environment anew: "
                f"voicekit engines remove {name}, then voicekit engines add {name}"
            ) from error

    def _tried(self, what: str, work: Callable[[], Result]) -> Result:
        try:
            return work()
        except Broken as error:
            worker = self._workers[0] if self._workers else None
            how = worker.how_it_ended() if worker and str(error) == "ended" else ""
            _end_all(self._workers)
            words = worker.last_words() if worker else ""
            raise Broken(
                f"the engine '{self.setup.engine}' {error}{how and f' ({how})'} when it was to {what}"
                f"{words and f'; its last words: {_last_lines(words)}'}"
            ) from error
        except PluginError:  # it is well, but cannot do that
            raise
        except BaseException:  # stopped in the middle: what it says next would be taken for the next answer
            _end_all(self._workers)
            raise

    def _running(self, on_alive: Callable[[], None] | None = None) -> Worker:
        """The worker, loaded."""
        if self._workers and not (self._workers[0].is_ours and not self._workers[0].is_over):
            _end_all(self._workers)  # it has ended because nobody wanted anything, or belongs to whom we were forked from
        if self._workers:
            return self._workers[0]
        setup, limits = self.setup, self.limits
        command = [str(setup.python), "-I", "-X", "utf8", str(setup.script), str(setup.module), str(limits.idle_s)]
        worker = Worker(command, _variables(setup), setup.module.parent)
        self._workers.append(worker)
        hello = worker.receive(limits.start_s, limits.start_s)
        if hello.header["kind"] != "hello" or hello.header.get("protocol") != frames.PROTOCOL:
            raise Broken(f"speaks another protocol ({shown(hello.header)})")
        self._id += 1
        worker.send({"kind": "load", "id": self._id, "weights": setup.weights, "device": setup.device})
        try:
            self._answer(worker, limits.load_s, "ready", "be loaded", on_alive)
        except PluginError:
            _end_all(self._workers)  # the next one is to load it, too
            raise
        return worker

    def _speak(self, request: dict) -> Said:
        worker = self._running()
        self._id += 1
        worker.send({**request, "id": self._id})
        pieces: list[bytes] = []
        n_bytes, sample_rate = 0, 0
        while True:
            frame = self._answer(worker, self.limits.speak_s, "sound", f"say “{request['text'][:60]}”")
            if frame.header["kind"] == "done":
                break
            rate = frame.header.get("sample_rate")
            if type(rate) is not int or not _LOWEST_HZ <= rate <= _HIGHEST_HZ or sample_rate not in (0, rate):
                raise Broken(f"sent sound at a sample rate of {shown(rate)}")
            sample_rate, n_bytes = rate, n_bytes + len(frame.body)
            if n_bytes > 4 * _MOST_SAMPLES:
                raise Broken(f"sent more than {_MOST_SAMPLES} samples for a sentence")
            pieces.append(frame.body)
        if not sample_rate:
            raise Broken("sent no sound")
        waveform = np.frombuffer(b"".join(pieces), "<f4").astype(np.float32)
        return Said(waveform, sample_rate, _signs(frame.header.get("signs"), len(waveform) / sample_rate))

    def _answer(
        self, worker: Worker, limit_s: float, wanted: str, what: str, on_alive: Callable[[], None] | None = None
    ) -> frames.Frame:
        frame = worker.receive(limit_s, self.limits.silent_s, on_alive)
        kind = frame.header["kind"]
        if kind == "bye":
            raise Broken("ended because nobody wanted anything")
        if (
            frame.header.get("id") != self._id
            or kind not in ("failed", "done", wanted)
            or (kind, wanted) == ("done", "ready")
        ):
            raise Broken(f"answered what it was not asked ({shown(frame.header)})")
        if kind == "failed":
            raise PluginError(self._why(str(frame.header.get("error")), what))
        return frame

    def _why(self, error: str, what: str) -> str:
        name = self.setup.engine
        told = f"the engine '{name}' cannot {what}: {_last_lines(error)}"
        if "out of memory" in error.lower():
            return f"{told}. Its memory is full: take --device cpu, or end what else uses it"
        if what == "be loaded" or "offline" in error.lower():
            return f"{told}. Add it again, which looks for what is missing: voicekit engines add {name}"
        return f"{told}. Say it in other words, or take another voice"


def _end_all(workers: list[Worker]) -> None:
    while workers:
        workers.pop().close()


def _variables(setup: Setup) -> dict[str, str]:
    """Those of our own environment that do not lead its Python to our packages, and those that keep it offline and quiet."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV"))}
    return {**ours, **_QUIET, **dict(setup.variables)}


def _signs(told: object, duration_s: float) -> tuple[Sign, ...]:
    """As a worker tells them; none where they cannot be."""
    if not isinstance(told, list) or len(told) > _MOST_SIGNS:
        return ()
    signs, before_s = [], 0.0
    for one in told:
        if not (isinstance(one, list) and len(one) == 3 and isinstance(one[0], str)):
            return ()
        start_s, end_s = one[1:]
        if (
            not all(isinstance(edge, int | float) for edge in one[1:])
            or not before_s <= start_s <= end_s <= duration_s + 0.1
        ):
            return ()
        signs.append(Sign(one[0], start_s, end_s))
        before_s = start_s
    return tuple(signs)


def _last_lines(text: str) -> str:
    """What tells most of an error, in one line of bearable length."""
    lines = [line.strip() for line in text.splitlines() if line.strip()][-3:]
    line = " | ".join("".join(filter(str.isprintable, line)) for line in lines)
    return line if len(line) <= _MOST_QUOTED else f"…{line[-_MOST_QUOTED:]}"
