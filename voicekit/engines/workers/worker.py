"""Runs another engine in its own environment: python -I worker.py ENGINE_MODULE, spoken to through its pipes (frames.py).

The engine's module has a class `Speaker(weights, device)` with `speak(text, pace, seed, voice)`, which yields, piece by
piece, a float32 waveform (samples,), its sample rate, and where it knows them the signs of the phones in it, each with its
start and end in seconds. It is loaded once; what it prints goes to stderr. The worker ends when its parent does, when its
pipe is closed, or when nobody has wanted anything for a while.
"""

import importlib.util
import os
import queue
import sys
import threading
import time
import traceback
from pathlib import Path

_ALIVE_EVERY_S = 1.0
#: Samples of a message: 20 s at 48 kHz.
_PIECE = 1 << 20


def module_at(path, name):
    """The module in a file, which need not be where Python looks for modules."""
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec and spec.loader, "a file of Python has a loader"
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


frames = module_at(Path(__file__).with_name("frames.py"), "voicekit_frames")


class Pipes:
    """What comes from and goes to voicekit. File descriptors 0 and 1 are taken away from everybody else."""

    def __init__(self):
        self._incoming = os.fdopen(os.dup(0), "rb")
        self._outgoing = os.fdopen(os.dup(1), "wb")
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.close(nothing)
        os.dup2(2, 1)
        self._lock = threading.Lock()
        self.messages: queue.Queue[dict] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def send(self, body=b"", **header):
        try:
            with self._lock:
                frames.write_frame(self._outgoing, frames.Frame(header, body))
        except OSError:  # nobody is there any more
            os._exit(0)

    def _read(self):
        """In a thread of its own: an engine at work is to end with its parent, too."""
        try:
            while (frame := frames.read_frame(self._incoming)) is not None:
                self.messages.put(frame.header)
        except (ValueError, EOFError, OSError) as error:
            print(f"voicekit says what this worker does not understand: {error}", file=sys.stderr, flush=True)
        os._exit(0)


class Heartbeat:
    """Tells voicekit, while a block runs, that this process is not stuck."""

    def __init__(self, pipes):
        self._pipes, self._at_work = pipes, threading.Event()
        threading.Thread(target=self._beat, daemon=True).start()

    def __enter__(self):
        self._at_work.set()

    def __exit__(self, *_):
        self._at_work.clear()

    def _beat(self):
        while self._at_work.wait():
            self._pipes.send(kind="alive")
            time.sleep(_ALIVE_EVERY_S)


def answer(message, pipes, speaker, path):
    """The speaker, which `load` makes."""
    about = {"id": message.get("id", 0)}
    try:
        if message["kind"] == "load":
            speaker = module_at(Path(path), "voicekit_engine").Speaker(message["weights"], message["device"])
            pipes.send(kind="ready", **about)
        elif message["kind"] == "speak":
            signs, gone_s = [], 0.0
            for waveform, rate, *told in speaker.speak(message["text"], message["pace"], message["seed"], message["voice"]):
                n_samples = send_sound(waveform, rate, pipes, about)
                signs += [(sign, start_s + gone_s, end_s + gone_s) for sign, start_s, end_s in (told[0] if told else [])]
                gone_s += n_samples / rate
            pipes.send(kind="done", signs=signs, **about)
        else:
            raise ValueError(f"there is no message '{message['kind']}'")
    except Exception as error:  # whatever a stranger's package raises
        traceback.print_exc()
        sys.stderr.flush()
        pipes.send(kind="failed", error=f"{type(error).__name__}: {error}"[:2000], **about)
    return speaker


def send_sound(waveform, rate, pipes, about):
    """The number of its samples."""
    import numpy as np

    samples = np.ascontiguousarray(np.asarray(waveform).reshape(-1), dtype="<f4")
    for start in range(0, len(samples), _PIECE):
        pipes.send(samples[start : start + _PIECE].tobytes(), kind="sound", sample_rate=int(rate), **about)
    return len(samples)


def end_with_parent():
    """On Linux even a worker that is stuck, or that holds all of Python, ends with whoever started it."""
    if sys.platform == "linux":
        import ctypes
        import signal

        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG


def main(path, idle_s):
    end_with_parent()  # where it is gone already, the pipe is closed
    pipes = Pipes()
    pipes.send(kind="hello", protocol=frames.PROTOCOL)
    heartbeat, speaker = Heartbeat(pipes), None
    while True:
        try:
            message = pipes.messages.get(timeout=idle_s)
        except queue.Empty:
            pipes.send(kind="bye")
            os._exit(0)
        with heartbeat:
            speaker = answer(message, pipes, speaker, path)


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]))
