"""Reads files that it is told of, in a process of its own, because a decoder may die of what it is given.

A line in, "KIND<tab>PATH"; a line out, a JSON object: `wrong`, [signature, what was seen] for each fault; `refused`,
what people are told; `lines`, the lines of voicekit that ran for the first time for this kind; `peak_mb`, how much more
memory was taken than before; `now_mb`.
"""

import contextlib
import faulthandler
import io
import json
import os
import re
import resource
import sys
import traceback
import warnings
from collections import defaultdict
from contextlib import suppress
from pathlib import Path

import voicekit

#: Bytes of address space; FFmpeg's threads and Python's libraries take one and a half of it.
LIMIT_BYTES = 6 << 30
_PACKAGE = str(Path(voicekit.__file__).parent) + os.sep


#: Lines are looked at for the first so many steps of a case only: it takes ten times as long.
_STEPS = 50_000


class Lines:
    """Which lines of voicekit have run.

    Attributes:
        new: those that ran for the first time since `begin`.
        cases: how often it was begun.
    """

    def __init__(self) -> None:
        self._seen: set[tuple[str, int]] = set()
        self.new: list[int] = []
        self._left = self.cases = 0

    def begin(self) -> None:
        self.new = []
        # The first case imports what it needs, which takes minutes when each step is looked at.
        self._left = _STEPS if self.cases else 0
        self.cases += 1
        sys.settrace(self.trace if self._left else None)

    def trace(self, frame, event, arg):
        return self._line if self._left and frame.f_code.co_filename.startswith(_PACKAGE) else None

    def _line(self, frame, event, arg):
        if not self._left:
            return None
        self._left -= 1
        place = frame.f_code.co_filename, frame.f_lineno
        if place not in self._seen:
            self._seen.add(place)
            self.new.append(hash(place) & 0xFFFFFFFF)
        return self._line


def answer(kind: str, path: Path, lines: Lines) -> dict:
    from readers import read

    before_mb = _reset_peak()
    lines.begin()
    try:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            refused, wrong = read(kind, path)
    finally:
        sys.settrace(None)
    status = _status()
    peak_mb = status["VmHWM"] - before_mb
    return {
        "wrong": [_told(error) for error in wrong],
        "refused": refused,
        "lines": lines.new,
        "peak_mb": peak_mb if lines.cases > 1 else 0,
        "now_mb": status["VmRSS"],
    }


def _told(error: BaseException) -> tuple[str, str]:
    """What tells a fault from another, and where it went wrong, innermost first."""
    stack = traceback.extract_tb(error.__traceback__)
    frames = [f for f in reversed(stack) if f.filename.startswith(_PACKAGE)] or list(reversed(stack))
    names = [f"{'/'.join(Path(f.filename).parts[-2:])}:{f.lineno} {f.name}" for f in frames[:4]]
    first = names[0] if names else ""
    return f"{type(error).__name__} at {re.sub(r':[0-9]+', '', first)}", f"{str(error)[:200]!r} at {' < '.join(names)}"


def _status() -> dict[str, int]:
    """Megabytes by their names in Linux's account of this process; nothing where there is none."""
    found = {"VmHWM": 0, "VmRSS": 0}
    with suppress(OSError):
        found |= {k: int(v) // 1024 for k, v in re.findall(r"(\w+):\s*(\d+) kB", Path("/proc/self/status").read_text())}
    return found


def _reset_peak() -> int:
    """Forgets the most memory taken so far; how much is taken now."""
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")
    return _status()["VmRSS"]


def main() -> None:
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what a library prints is no answer
    warnings.simplefilter("error")
    resource.setrlimit(resource.RLIMIT_AS, (LIMIT_BYTES, LIMIT_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    faulthandler.enable()
    lines: dict[str, Lines] = defaultdict(Lines)
    for request in sys.stdin:
        kind, path = request.rstrip("\n").split("\t")
        print(json.dumps(answer(kind, Path(path), lines[kind])), file=answers, flush=True)


if __name__ == "__main__":
    main()
