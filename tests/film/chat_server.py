"""A server on the loopback that speaks the OpenAI API, as well or as badly as a test wants."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

KEY = "sk-secret-0123456789abcdef"


@dataclass
class Reply:
    """What the server does with one request.

    Attributes:
        cut: it promises more than it sends, and goes.
        wait_s: before it says anything.
    """

    body: bytes = b""
    status: int = 200
    headers: dict = field(default_factory=dict)
    kind: str = "application/json"
    cut: bool = False
    wait_s: float = 0.0


def says(text: str | None) -> Reply:
    """A chat completion."""
    message = {"role": "assistant", "content": text}
    choice = {"index": 0, "finish_reason": "stop", "message": message}
    body = {"id": "1", "object": "chat.completion", "created": 0, "model": "tiny", "choices": [choice]}
    return Reply(json.dumps(body).encode())


def fails(status: int, message: str = "no", **headers: str) -> Reply:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(json.dumps({"error": {"message": message}}).encode(), status, named)


@dataclass
class Endpoint:
    """`asked`: path, headers and JSON of each request. `files`: what a GET finds; `fetched`: the paths of those made."""

    url: str
    replies: list[Reply]
    asked: list = field(default_factory=list)
    files: dict = field(default_factory=dict)
    fetched: list = field(default_factory=list)

    @property
    def bodies(self) -> list[dict]:
        return [body for _, _, body in self.asked]


@contextmanager
def endpoint(*replies: Reply) -> Iterator[Endpoint]:
    """Answers request after request as told; the last reply goes for all that follow."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            there.asked.append((self.path, dict(self.headers), body))
            self._send(there.replies.pop(0) if len(there.replies) > 1 else there.replies[0])

        def do_GET(self):
            there.fetched.append(self.path)
            self._send(there.files.get(self.path, Reply(b"nothing", 404)))

        def _send(self, reply):
            time.sleep(reply.wait_s)
            try:
                self.send_response(reply.status)
                for name, value in {"content-type": reply.kind, **reply.headers}.items():
                    self.send_header(name, value)
                self.send_header("content-length", str(len(reply.body) + 1000 * reply.cut))
                self.end_headers()
                self.wfile.write(reply.body)
            except OSError:  # whoever asked has given up
                pass
            self.close_connection = True

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    there = Endpoint(f"http://127.0.0.1:{server.server_port}/v1", list(replies))
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield there
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
