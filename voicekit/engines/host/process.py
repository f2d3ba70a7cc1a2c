"""A worker: a process in another environment, what it says and its last words. It ends with us, however we end."""

import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from voicekit.core.documents import shown
from voicekit.engines.workers.frames import Frame, read_frame, write_frame

#: Of what a worker prints as much is kept as tells why it failed.
_KEPT_BYTES = 4000
#: Messages that wait to be read; a worker that sends more has to wait.
_MOST_WAITING = 64
#: How long what is read is waited for at a time: time in which this whole program stood still does not count.
_LOOK_EVERY_S = 1.0
_START_S = 60.0
#: How long a process whose pipe is closed may take to end.
_MOMENT_S = 1.0


class Broken(Exception):
    """A worker ended, is stuck, or says what nobody understands: it is of no use any more."""


class Worker:
    """A process that was started, and is spoken to by one thread at a time."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str], folder: Path) -> None:
        """
        Raises:
            Broken: it cannot be started.
        """
        self._owner = os.getpid()
        self._frames: queue.Queue[Frame | Exception | None] = queue.Queue(_MOST_WAITING)
        self._last = bytearray()
        self._started, self._closing = threading.Event(), threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._failure: OSError | None = None
        # Linux ends a worker with the very thread that started it, which therefore lives as long as the worker.
        self._reader = threading.Thread(target=self._run, args=(list(command), dict(environment), folder), daemon=True)
        self._reader.start()
        self._started.wait(_START_S)
        if self._process is None:
            raise Broken(f"cannot be started ({self._failure})")

    @property
    def is_ours(self) -> bool:
        """Whether this process started it: what was forked from that has the pipes, but no business with them."""
        return self._owner == os.getpid()

    @property
    def is_over(self) -> bool:
        return not self._reader.is_alive()

    def send(self, header: dict) -> None:
        """Raises Broken where it is gone."""
        assert self._process is not None and self._process.stdin is not None
        try:
            write_frame(self._process.stdin, Frame(header))
        except (OSError, ValueError) as error:
            raise Broken("is gone") from error

    def receive(self, limit_s: float, silent_s: float, on_alive: Callable[[], None] | None = None) -> Frame:
        """The next message, but signs of life.

        Args:
            limit_s: how long it may take.
            silent_s: how long there may be no sign of life.
            on_alive: called at each.

        Raises:
            Broken: there is none.
        """
        waited_s = heard_s = 0.0
        while True:
            began_s = time.monotonic()
            try:
                frame = self._frames.get(timeout=max(min(_LOOK_EVERY_S, limit_s - waited_s, silent_s - heard_s), 0.01))
            except queue.Empty:
                frame = Frame({"kind": ""})
            waited_s += (passed_s := min(time.monotonic() - began_s, 2 * _LOOK_EVERY_S))
            heard_s += passed_s
            if frame is None:
                raise Broken("ended")
            if isinstance(frame, Exception):
                raise Broken(f"sent what is no message of this protocol ({shown(str(frame))})")
            if frame.header["kind"] == "alive":
                heard_s = 0.0
                if on_alive:
                    on_alive()
            elif frame.header["kind"]:
                return frame
            if heard_s >= silent_s:
                raise Broken(f"gave no sign of life for {silent_s:.0f} s")
            if waited_s >= limit_s:
                raise Broken(f"did not answer within {limit_s:.0f} s")

    def last_words(self) -> str:
        """The end of what it printed, as lines that are text."""
        text = bytes(self._last).decode("utf-8", "replace")
        return "\n".join("".join(filter(str.isprintable, line)) for line in text.splitlines() if line.strip())

    def how_it_ended(self) -> str:
        """In a few words; "" while it runs."""
        code = self._process.poll() if self._process else None
        if code is None:
            return ""
        if code >= 0:
            return f"exit code {code}"
        with suppress(ValueError):
            return f"killed by {signal.Signals(-code).name}"
        return f"killed by signal {-code}"

    def close(self) -> None:
        """Ends it, whatever it does, and waits until it and its threads are gone."""
        if not self.is_ours:
            return
        self._closing.set()
        self._kill()
        if threading.current_thread() is not self._reader:  # where it is collected, whichever thread that is
            self._reader.join(timeout=10)

    def _kill(self) -> None:
        process = self._process
        if process is None or process.returncode is not None:
            return
        with suppress(OSError):
            if sys.platform == "win32":
                process.kill()
            else:
                os.killpg(process.pid, signal.SIGKILL)  # with what it started itself

    def _run(self, command: list[str], environment: dict[str, str], folder: Path) -> None:
        try:
            self._process = process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=environment,
                cwd=folder,
                start_new_session=True,  # Ctrl+C is for us to hear
            )
        except OSError as error:
            self._failure = error
            return
        finally:
            self._started.set()
        assert process.stdin and process.stdout and process.stderr
        listener = threading.Thread(target=self._listen, args=(process.stderr.fileno(),), daemon=True)
        listener.start()
        end: ValueError | None = None
        try:
            while (frame := read_frame(process.stdout)) is not None:
                self._put(frame)
        except ValueError as error:
            end = error
        except (EOFError, OSError):
            pass
        if end is None:
            _wait_a_moment(process)
        self._kill()  # also what it started itself
        process.wait()
        listener.join(timeout=_MOMENT_S)
        for pipe in (process.stdin, process.stdout, process.stderr):
            with suppress(OSError):
                pipe.close()
        self._put(end)

    def _put(self, frame: Frame | Exception | None) -> None:
        while not self._closing.is_set():
            with suppress(queue.Full):
                self._frames.put(frame, timeout=0.2)
                return

    def _listen(self, descriptor: int) -> None:
        with suppress(OSError):
            while data := os.read(descriptor, 1 << 16):
                self._last = (self._last + data)[-_KEPT_BYTES:]


def _wait_a_moment(process: subprocess.Popen[bytes]) -> None:
    """Until it has ended by itself, which keeps its exit code, but not for long: it may have closed its pipe and go on."""
    until_s = time.monotonic() + _MOMENT_S
    while time.monotonic() < until_s:
        if hasattr(os, "waitid"):  # leaves it to be waited for: until then nothing else can have its number
            if os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT):
                return
        elif process.poll() is not None:
            return
        time.sleep(0.01)
