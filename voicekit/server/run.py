"""Runs the server until it is told to stop."""

import asyncio
import errno
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn

from voicekit.core.errors import ConfigError
from voicekit.core.reporter import SILENT, Reporter
from voicekit.server.app import create_app
from voicekit.server.options import ServerOptions
from voicekit.server.turns import Turns
from voicekit.server.voices import Voices

#: Connections beyond those that may wait are answered that they may not, and those beyond these not at all.
_CONNECTIONS_MORE = 200
#: Told to stop, the server speaks what it has begun for so long.
_GRACE_S = 10


def serve(
    options: ServerOptions, reporter: Reporter = SILENT, ready: Callable[[uvicorn.Server, str], None] = lambda *_: None
) -> None:
    """Serves until SIGINT, SIGTERM or SIGHUP comes, or `should_exit` of the server is set.

    Args:
        reporter: told a line for each request, without its text; called from the thread that serves.
        ready: called with the server and its address when it takes requests.

    Raises:
        ConfigError: the address is none of this machine, or taken; there is no such voice.
        CheckpointError, PluginError, ScriptError: the default voice cannot be loaded.
    """
    asyncio.run(_serve(options, reporter, ready))


async def _serve(options: ServerOptions, reporter: Reporter, ready: Callable[[uvicorn.Server, str], None]) -> None:
    voices, turns = Voices(options, reporter), Turns(options.most_waiting)
    with _bound(options) as bound:
        try:
            await turns.run(lambda: voices.engine(voices.default))
            config = uvicorn.Config(
                create_app(options, voices, turns, reporter), log_config=None, log_level="critical", access_log=False,
                lifespan="off", server_header=False, proxy_headers=False, ws="none", http="h11",
                limit_concurrency=options.most_waiting + _CONNECTIONS_MORE, timeout_graceful_shutdown=_GRACE_S,
            )  # fmt: skip
            await _Server(config, lambda server: ready(server, _address(bound))).serve(sockets=[bound])
        finally:
            turns.close()


def _bound(options: ServerOptions) -> socket.socket:
    """A socket at the address. Raises ConfigError where there is no such, or it is taken."""
    try:
        family, _, _, _, place = socket.getaddrinfo(options.host, options.port, type=socket.SOCK_STREAM)[0]
        return socket.create_server(place[:2], family=family, backlog=1024)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            told = f"port {options.port} of {options.host} is taken; choose another one with --port, or --port 0 for any"
        elif error.errno == errno.EACCES:
            told = f"port {options.port} is kept for the system; choose one from 1024 on with --port"
        else:
            told = f"{options.host} is no address of this machine ({error.strerror or error}); choose another with --host"
        raise ConfigError(told) from error


def _address(bound: socket.socket) -> str:
    host, port = bound.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


class _Server(uvicorn.Server):
    """Stops on signals without raising them again: being told to stop is the way a server ends."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[uvicorn.Server], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._ready(self)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        loop, caught = asyncio.get_running_loop(), []
        for name in ("SIGINT", "SIGTERM", "SIGHUP"):
            number = getattr(signal, name, None)
            if number is None or signal.getsignal(number) == signal.SIG_IGN:
                continue
            try:
                loop.add_signal_handler(number, self.handle_exit, number, None)
                caught.append(number)
            except (NotImplementedError, ValueError, RuntimeError):  # Windows, or not in the main thread
                pass
        try:
            yield
        finally:
            for number in caught:
                loop.remove_signal_handler(number)
