"""How sound is sent: as it is, or in server-sent events."""

import asyncio
import base64
import json
from collections import deque
from typing import IO, Any

from starlette.types import Send

from voicekit.core.reporter import Relay, Reporter
from voicekit.server.errors import Refusal, body_of
from voicekit.server.request import MEDIA_TYPES, SpeechRequest

#: Who takes nothing for so long is taken for gone: they hold a place.
TAKEN_S = 60.0
_PIECE_BYTES = 1 << 16
#: Of a header; clients refuse larger ones.
_MOST_NOTES_BYTES = 4000


class Gone(Exception):
    """The answer has no end: whoever asked takes nothing, or speaking failed in its midst."""


class Notes(Reporter):
    """Keeps what is told of one request."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def note(self, line: str) -> None:
        self.lines.append(line)

    def as_header(self) -> dict[str, str]:
        """A list in JSON, as ASCII, of as many as a header holds."""
        lines = list(self.lines)
        while len(json.dumps(lines)) > _MOST_NOTES_BYTES:
            lines.pop()
        return {"x-voicekit-notes": json.dumps(lines)} if lines else {}


class Lately(Relay):
    """Passes on what is told; not what was told just before, as most of what is told of requests was."""

    def __init__(self, reporter: Reporter) -> None:
        super().__init__(reporter)
        self._told: deque[str] = deque(maxlen=100)

    def note(self, line: str) -> None:
        if line not in self._told:
            self._told.append(line)
            super().note(line)


class Outlet:
    """Sends an answer. It begins with the first byte of sound, so that until then an error can still be one."""

    def __init__(self, send: Send, wanted: SpeechRequest, voice: str, notes: Notes) -> None:
        self._send, self._wanted, self._voice, self._notes = send, wanted, voice, notes
        self._in_events = wanted.stream_format == "sse"
        self._begun = False

    async def send(self, data: bytes) -> None:
        """Raises Gone where nobody takes it."""
        if not data:
            return
        await self._begin()
        if self._in_events:
            data = _event({"type": "speech.audio.delta", "audio": base64.b64encode(data).decode()})
        await self._body(data)

    async def send_file(self, file: IO[bytes]) -> None:
        """A file that is finished, from its beginning; its length is told before."""
        length = file.seek(0, 2)
        file.seek(0)
        await self._begin({} if self._in_events else {"content-length": str(length)})
        while data := file.read(_PIECE_BYTES):
            await self.send(data)

    async def end(self) -> None:
        if self._in_events:  # OpenAI counts tokens; here there are none, and characters are counted
            n = len(self._wanted.input)
            usage = {"input_tokens": n, "output_tokens": 0, "total_tokens": n}
            await self._body(_event({"type": "speech.audio.done", "usage": usage}))
        await self._body(b"", more=False)

    async def fail(self, refusal: Refusal) -> None:
        """Raises `refusal` where it can still be answered, else Gone: a sound that just ended would pass for a whole one.
        Where there are events, one tells."""
        if not self._begun:
            raise refusal from None
        if not self._in_events:
            raise Gone
        await self._body(_event({"type": "error"} | body_of(refusal.status_code, str(refusal.detail))))
        await self._body(b"", more=False)

    async def _begin(self, more: dict[str, str] | None = None) -> None:
        if self._begun:
            return
        self._begun = True
        kind = "text/event-stream" if self._in_events else MEDIA_TYPES[self._wanted.response_format]
        voice = json.dumps(self._voice)[1:-1]  # a header has no letters but ASCII
        headers = {"content-type": kind, "cache-control": "no-store", "x-voicekit-voice": voice}
        headers |= self._notes.as_header() | (more or {})
        raw = [(name.encode(), value.encode()) for name, value in headers.items()]
        await self._taken({"type": "http.response.start", "status": 200, "headers": raw})

    async def _body(self, data: bytes, more: bool = True) -> None:
        await self._taken({"type": "http.response.body", "body": data, "more_body": more})

    async def _taken(self, message: dict[str, Any]) -> None:
        try:
            async with asyncio.timeout(TAKEN_S):
                await self._send(message)
        except TimeoutError:
            raise Gone from None


def _event(told: dict[str, Any]) -> bytes:
    return f"data: {json.dumps(told)}\n\n".encode()
