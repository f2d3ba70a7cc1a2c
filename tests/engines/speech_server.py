"""A server on the loopback that speaks OpenAI's speech API as well, or as badly, as a test wants."""

import io
import json
import threading
import time
import wave
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np


@dataclass
class Reply:
    """What the server does with one request.

    Attributes:
        cut: it promises so many bytes more than it sends, and goes.
        wait_s: before it says anything; `drip_s`, before each byte of the body.
    """

    body: bytes = b""
    status: int = 200
    kind: str = "audio/wav"
    headers: dict = field(default_factory=dict)
    cut: int = 0
    wait_s: float = 0.0
    drip_s: float = 0.0


def wav(waveform: np.ndarray, sample_rate: int = 24_000, channels: int = 1) -> bytes:
    """16-bit WAV of (samples,), the same in each channel."""
    memory = io.BytesIO()
    with wave.open(memory, "wb") as out:
        out.setnchannels(channels)
        out.setsampwidth(2)
        out.setframerate(sample_rate)
        out.writeframes(np.repeat((waveform * 32767).astype("<i2"), channels).tobytes())
    return memory.getvalue()


def tone(duration_s: float = 1.0, sample_rate: int = 24_000, f_hz: float = 220.0) -> np.ndarray:
    return (0.3 * np.sin(2 * np.pi * f_hz * np.arange(round(duration_s * sample_rate)) / sample_rate)).astype(np.float32)


def fails(status: int, message: str = "no", **headers: str) -> Reply:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(json.dumps({"error": {"message": message}}).encode(), status, "application/json", named)


@dataclass
class Endpoint:
    """`asked`: path, headers and JSON of each request."""

    url: str
    asked: list = field(default_factory=list)

    @property
    def bodies(self) -> list[dict]:
        return [body for _, _, body in self.asked]


@contextmanager
def endpoint(*replies: Reply | Callable[[dict], Reply]) -> Iterator[Endpoint]:
    """Answers request after request as told; the last reply goes for all that follow. One may be made of the request."""
    waiting = list(replies)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            there.asked.append((self.path, dict(self.headers), body))
            reply = waiting.pop(0) if len(waiting) > 1 else waiting[0]
            self._send(reply(body) if callable(reply) else reply)

        do_GET = do_POST

        def _send(self, reply):
            time.sleep(reply.wait_s)
            try:
                self.send_response(reply.status)
                for name, value in {"content-type": reply.kind, **reply.headers}.items():
                    self.send_header(name, value)
                self.send_header("content-length", str(len(reply.body) + reply.cut))
                self.end_headers()
                for begin in range(0, len(reply.body), 1 if reply.drip_s else max(len(reply.body), 1)):
                    time.sleep(reply.drip_s)
                    self.wfile.write(reply.body[begin : begin + 1] if reply.drip_s else reply.body)
            except OSError:  # whoever asked has given up
                pass
            self.close_connection = True

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    there = Endpoint(f"http://127.0.0.1:{server.server_port}/v1")
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield there
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
