"""The answer to a request for speech, sent while it is spoken; it ends when whoever asked hangs up."""

import asyncio
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from typing import IO

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from voicekit.core.errors import VoicekitError
from voicekit.core.reporter import Reporter
from voicekit.server.errors import refusal_of
from voicekit.server.outlet import Gone, Notes, Outlet
from voicekit.server.request import SpeechRequest
from voicekit.server.sound import Pipe, speak, write
from voicekit.server.turns import Turns
from voicekit.server.voices import Voices
from voicekit.speech.engine import Speech
from voicekit.speech.voices import Voice


class SpokenResponse(Response):
    """Speaks while it is sent."""

    background = None

    def __init__(self, wanted: SpeechRequest, voices: Voices, turns: Turns, reporter: Reporter) -> None:
        self.wanted, self.voices, self.turns, self.reporter = wanted, voices, turns, reporter
        self.notes = Notes()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Raises Refusal before anything is sent; what fails later breaks the answer off."""
        answer, gone = asyncio.create_task(self._answer(send)), asyncio.create_task(_hung_up(receive))
        try:
            await asyncio.wait((answer, gone), return_when=asyncio.FIRST_COMPLETED)
            if answer.done():
                await answer
        except Gone:  # the server closes a connection whose answer has no end
            pass
        finally:
            answer.cancel()
            gone.cancel()
            await asyncio.gather(answer, gone, return_exceptions=True)

    async def _answer(self, send: Send) -> None:
        wanted = self.wanted
        with self.turns.place():
            began_s = time.monotonic()
            voice = await asyncio.to_thread(self.voices.named, wanted.voice_name, self.notes)
            if wanted.left_out:
                self.notes.note(f"left out: {', '.join(wanted.left_out)[:200]}")
            outlet = Outlet(send, wanted, voice.name, self.notes)
            work, how = _Work(Pipe() if wanted.stream else tempfile.TemporaryFile()), "broken off after"  # noqa: SIM115 - of `work`
            try:
                await self.turns.run(partial(self._begin, work, voice))
                await self._send(work, outlet)
                how = "in"
            except VoicekitError as error:
                how = "failed after"
                self.notes.note(str(error))
                await outlet.fail(refusal_of(error))
            finally:
                self.turns.later(work.close)
                sound = f"{len(wanted.input)} characters, {work.seconds:.1f} s of {wanted.response_format}"
                self.reporter.say(f"{voice.name}: {sound} {how} {time.monotonic() - began_s:.1f} s")
                for line in self.notes.lines:
                    self.reporter.note(line)

    def _begin(self, work: "_Work", voice: Voice) -> None:
        engine = self.voices.engine(voice)
        speeches = work.heard(speak(self.wanted.input, engine, self.wanted.speed, self.notes))
        work.steps = write(speeches, self.wanted.response_format, engine.sample_rate, work.file)

    async def _send(self, work: "_Work", outlet: Outlet) -> None:
        goes_on = True
        while goes_on:
            goes_on, data = await self.turns.run(work.step)
            await outlet.send(data)
        if not isinstance(work.file, Pipe):
            await outlet.send_file(work.file)
        await outlet.end()


@dataclass
class _Work:
    """A request under way.

    Attributes:
        file: takes the sound.
        steps: each speaks a sentence into `file`.
        seconds: of sound so far.
    """

    file: IO[bytes] | Pipe
    steps: Iterator[None] = field(default_factory=lambda: iter(()))
    seconds: float = 0.0

    def heard(self, speeches: Iterator[Speech]) -> Iterator[Speech]:
        for speech in speeches:
            self.seconds += speech.duration_s
            yield speech

    def step(self) -> tuple[bool, bytes]:
        """Speaks a sentence; whether there may be another one, and what can be sent."""
        goes_on = any(True for _ in islice(self.steps, 1))
        return goes_on, self.file.take() if isinstance(self.file, Pipe) else b""

    def close(self) -> None:
        """Lets the engine know that no more is wanted."""
        if close := getattr(self.steps, "close", None):
            close()
        if not isinstance(self.file, Pipe):
            self.file.close()


async def _hung_up(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
