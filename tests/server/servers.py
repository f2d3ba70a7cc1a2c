"""A server of the code under test on a free port, and what asks it."""

import http.client
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import numpy as np

from voicekit.core.errors import ScriptError
from voicekit.core.reporter import Reporter
from voicekit.server.options import ServerOptions
from voicekit.server.run import serve
from voicekit.speech.engine import Engine, Speech, Word


@dataclass
class Log(Reporter):
    lines: list[str] = field(default_factory=list)

    def say(self, line: str) -> None:
        self.lines.append(line)

    note = say


@dataclass
class Running:
    """A server that runs."""

    address: str
    log: Log

    def connect(self, timeout_s: float = 10) -> http.client.HTTPConnection:
        return http.client.HTTPConnection(urlsplit(self.address).netloc, timeout=timeout_s)

    def ask(self, method: str, path: str, body: bytes | str | dict | None = None, **headers: str):
        """(status, headers, body) of a request; bodies that are no bytes or text are sent as JSON."""
        connection = self.connect()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            connection.request(method, path, json.dumps(body) if isinstance(body, dict) else body, named)
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            connection.close()

    def speak(self, **wanted):
        return self.ask("POST", "/v1/audio/speech", {"input": "The lights come on.", "response_format": "pcm"} | wanted)

    def refused(self, *asked, **headers) -> tuple[int, dict]:
        """(status, what is told) of a request that is not served."""
        status, _, body = self.ask(*asked, **headers)
        error = json.loads(body)["error"]
        assert set(error) == {"message", "type", "param", "code"}
        return status, error

    def wait(self, met, timeout_s: float = 5) -> None:
        """Until `met` of the server's health is."""
        until_s = time.monotonic() + timeout_s
        while not met(json.loads(self.ask("GET", "/health")[2])):
            assert time.monotonic() < until_s
            time.sleep(0.01)


@contextmanager
def running(**options) -> Iterator[Running]:
    """A server that ends with the block."""
    began, log, told = threading.Event(), Log(), {}

    def ready(server, address):
        told.update(server=server, address=address)
        began.set()

    def work():
        try:
            serve(ServerOptions(**({"port": 0, "device": "cpu"} | options)), log, ready)
        except BaseException as error:
            told["error"] = error
        began.set()

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    assert began.wait(20)
    if "error" in told:
        raise told["error"]
    try:
        yield Running(told["address"], log)
    finally:
        told["server"].should_exit = True
        thread.join(20)
        assert not thread.is_alive() and "error" not in told


class Puppet(Engine):
    """Says each word of a text as a sentence of a tenth of a second, when it may.

    Attributes:
        gate: it waits for this before each sentence.
        said: the words so far, in the order in which they were spoken.
        closed: how many streams were given up before their end.
    """

    sample_rate, language, fingerprint = 24_000, "en-us", "puppet"

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.gate.set()
        self.said: list[str] = []
        self.closed = 0
        self._inside = threading.Lock()

    def stream(self, text, *, pace=1.0, marks=None, seed=0):
        done = False
        try:
            for number, word in enumerate(text.split()):
                yield self._say(word, number)
            done = True
        finally:
            self.closed += not done

    def _say(self, word: str, number: int) -> Speech:
        assert self._inside.acquire(blocking=False), "two speak at once"
        try:
            self.gate.wait(10)
            if word == "broken" and number:
                raise ScriptError("this word cannot be said")
            if word == "bug":
                raise ZeroDivisionError
            self.said.append(word)
            return self._speech(word)
        finally:
            self._inside.release()

    def _speech(self, word: str) -> Speech:
        level = (sum(word.encode()) % 100 + 1) / 200
        return Speech(np.full(2400, level, np.float32), self.sample_rate, (Word(word, 0.0, 0.1),))


def level_of(pcm: bytes) -> set[int]:
    """The values of the samples in 16-bit PCM: each word of a Puppet has one of its own."""
    return set(np.frombuffer(pcm, "<i2").tolist())
