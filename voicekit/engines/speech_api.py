"""Asks a server for speech in the form of OpenAI's API: POST …/audio/speech. What goes wrong there is told in plain words.

The text, and the key, go to the host that a person named and nowhere else: no redirect is followed.
"""

import http.client
import json
import socket
import ssl
import tempfile
import time
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np

from voicekit.core.documents import parse_json
from voicekit.core.endpoint import is_local, retry_after_s, without_key
from voicekit.core.errors import ConfigError, MediaError, PluginError
from voicekit.core.wording import decimal
from voicekit.media import load_audio, probe

#: To be connected: whoever is there answers at once.
_CONNECT_S = 10.0
#: So often a sentence is asked for; a server that asks for a longer wait is given up.
_TRIES, _LONGEST_WAIT_S, _FIRST_WAIT_S = 4, 60.0, 0.5
#: A sentence has less: a minute in stereo at 48 kHz has 12 MB.
_MOST_BYTES, _PIECE_BYTES = 64 << 20, 1 << 16
_PATH = "/audio/speech"


@dataclass(frozen=True)
class Sound:
    """What a server said: float32 (samples,)."""

    waveform: np.ndarray
    sample_rate: int


class _Trouble(Exception):
    """What went wrong with one try.

    Attributes:
        told: of the server, in a few words that follow its address.
        again_s: after so long another try may help; None where none does.
    """

    def __init__(self, told: str, again_s: float | None = None) -> None:
        super().__init__(told)
        self.told, self.again_s = told, again_s


@dataclass(frozen=True)
class SpeechServer:
    """A server that speaks.

    Attributes:
        url: the base of its API, such as http://127.0.0.1:8880/v1.
        key: goes with each request; "" for none.
        key_variable: the name of the environment variable that it came from, for messages.
        timeout_s: for a whole answer.
    """

    url: str
    key: str = field(default="", repr=False)
    key_variable: str = ""
    timeout_s: float = 120.0

    @property
    def host(self) -> str:
        return urlsplit(self.url).netloc

    def speak(self, wanted: dict[str, Any], sample_rate: int | None = None) -> Sound:
        """What the server makes of a request, at `sample_rate` or its own.

        Raises:
            PluginError: it is down, slow, refuses, or answers with no whole sound.
        """
        tried = 0
        while True:
            tried += 1
            try:
                return _sound(self._answer(json.dumps(wanted).encode()), sample_rate)
            except _Trouble as trouble:
                wait_s = trouble.again_s
                if wait_s is None or wait_s > _LONGEST_WAIT_S or tried == _TRIES:
                    times = f" (tried {tried} times)" if tried > 1 else ""
                    raise PluginError(without_key(f"{self.host} {trouble.told}{times}", self.key)) from None
                time.sleep(max(wait_s, _FIRST_WAIT_S * 2 ** (tried - 1)))

    def _answer(self, body: bytes) -> bytes:
        headers = {"content-type": "application/json", "accept": "*/*", "connection": "close"}
        if self.key:
            headers["authorization"] = f"Bearer {self.key}"
        try:
            with closing(self._connected()) as connection:
                line = connection.sock
                line.settimeout(self.timeout_s)
                until_s = time.monotonic() + self.timeout_s
                connection.request("POST", urlsplit(self.url).path + _PATH, body, headers)
                with connection.getresponse() as answer:
                    data = _all_of(answer, line, until_s)
        except TimeoutError:
            raise _Trouble(
                f"did not answer within {decimal(self.timeout_s)} s; raise timeout_s in voice.toml, or shorten the sentence"
            ) from None
        except (http.client.HTTPException, OSError) as error:
            is_cut = isinstance(error, http.client.IncompleteRead | OSError)
            what = "cut its answer off" if is_cut else "does not speak HTTP"
            raise _Trouble(f"{what} ({_words_of(error)}); look at what the server prints", _FIRST_WAIT_S) from None
        self._check(answer, data)
        return data

    def _connected(self) -> http.client.HTTPConnection:
        parts = urlsplit(self.url)
        host, wait_s = parts.hostname or "", min(_CONNECT_S, self.timeout_s)
        connection = (
            http.client.HTTPSConnection(host, parts.port, timeout=wait_s, context=ssl.create_default_context())
            if parts.scheme == "https"
            else http.client.HTTPConnection(host, parts.port, timeout=wait_s)
        )
        try:
            connection.connect()
        except ssl.SSLError as error:
            raise _Trouble(f"has no valid certificate ({_words_of(error)}); check its address") from None
        except OSError as error:
            raise _Trouble(
                f"does not answer ({_words_of(error)}): start the server, or mend the url in voice.toml"
            ) from None
        return connection

    def _check(self, answer: http.client.HTTPResponse, data: bytes) -> None:
        """Raises _Trouble where an answer is not what was asked for."""
        status, said = answer.status, _said(data)
        if status in (401, 403):
            key = (
                f"the key in ${self.key_variable} is refused" if self.key else "it asks for a key, and the voice names none"
            )
            raise _Trouble(f"does not let voicekit in (error {status}){said}: {key}")
        if 300 <= status < 400:
            there = answer.headers.get("location", "")[:200]
            raise _Trouble(f"redirects to {there}, where your text is not sent; use that url in voice.toml if you trust it")
        if status in (404, 405):
            raise _Trouble(
                f"knows no {urlsplit(self.url).path}{_PATH}, or not the model or voice (error {status}){said}; check the url"
            )
        if status in (408, 429) or status >= 500:
            asked_s = retry_after_s(answer.headers.get("retry-after"))
            busy = status in (429, 503)
            what = "has too much to do, or your quota is used up" if busy else f"fails with error {status}"
            later = f", and asks to come back in {asked_s:.0f} s" if asked_s else ""
            told = f"{what}{later}{said}; try again later, or look at what the server prints"
            raise _Trouble(told, _FIRST_WAIT_S if asked_s is None else asked_s)
        if status != 200:
            raise _Trouble(f"refuses the request (error {status}){said}; check voice and model in voice.toml")
        kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind == "text/html" or data.lstrip()[:1] == b"<":
            raise _Trouble(
                "answers with a web page and no sound; the url has to be that of the API, which mostly ends in /v1"
            )
        if kind in ("application/json", "text/plain", "text/event-stream"):
            raise _Trouble(f"answers with text and no sound{said}; check the url, voice and model in voice.toml")


def _all_of(answer: http.client.HTTPResponse, line: socket.socket, until_s: float) -> bytes:
    """The body of an answer, as far as it comes until the moment `until_s`."""
    data = bytearray()
    while piece := answer.read1(_PIECE_BYTES):
        data += piece
        if len(data) > _MOST_BYTES:
            raise _Trouble(f"answers with more than {_MOST_BYTES >> 20} MB for one sentence; look at what the server prints")
        left_s = until_s - time.monotonic()
        if left_s <= 0:
            raise TimeoutError
        line.settimeout(left_s)
    if answer.length:
        raise http.client.IncompleteRead(bytes(data), answer.length)
    return bytes(data)


def checked_url(text: str) -> str:
    """The base URL of an API as a person wrote it. Raises ConfigError where it is none."""
    url = text.strip().rstrip("/").removesuffix(_PATH)
    try:
        parts = urlsplit(url)
        valid = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0 and url.isascii()
    except ValueError:
        valid = False
    if not valid or any(not 32 < ord(sign) < 127 for sign in url):
        raise ConfigError(f"{text[:100]!r} is no address of a server; write it as http://127.0.0.1:8880/v1")
    if parts.username is not None or parts.query or parts.fragment:
        raise ConfigError(
            "the url holds a name, password or question, which would be written down; a key is named with --key-variable"
        )
    return url


def terms_of(url: str, has_key: bool) -> str:
    """What a person should know before text is sent to a server."""
    parts = urlsplit(url)
    if is_local(parts.hostname or ""):
        return f"{parts.netloc} speaks: the licence of the model that it speaks with holds for what it says"
    open_key = "; your key goes there unencrypted" if has_key and parts.scheme == "http" else ""
    return (
        f"every text that this voice speaks is sent to {parts.netloc}, which may cost money; the terms of that service hold "
        f"for what it says{open_key}"
    )


def _sound(data: bytes, sample_rate: int | None) -> Sound:
    """Raises _Trouble where it is none, or half of one."""
    if not data:
        raise _Trouble("answers with nothing; look at what the server prints", _FIRST_WAIT_S)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "answer"
        path.write_bytes(data)
        try:
            about = probe(path)
            if about.notes:
                raise _Trouble("sent half a sound; look at what the server prints", _FIRST_WAIT_S)
            rate = sample_rate or about.sample_rate
            return Sound(load_audio(path, rate)[0], rate)
        except MediaError:
            raise _Trouble("answers with what is no sound; check voice and response_format in voice.toml") from None


def _said(data: bytes) -> str:
    """The server's own words, short, where it has some."""
    try:
        document = parse_json(data[:_PIECE_BYTES])
    except ValueError:
        return ""
    inner = (
        next((document[key] for key in ("error", "detail", "message") if key in document), None)
        if isinstance(document, dict)
        else None
    )
    text = inner.get("message") if isinstance(inner, dict) else inner
    return f": “{' '.join(text.split())[:160]}”" if isinstance(text, str) and text.strip() else ""


def _words_of(error: Exception) -> str:
    """An error of the network in a few words."""
    if isinstance(error, http.client.IncompleteRead):
        return f"{len(error.partial)} bytes came"
    return getattr(error, "strerror", None) or str(error)[:100] or type(error).__name__
