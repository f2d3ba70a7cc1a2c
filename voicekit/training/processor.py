"""How much of the processors a training got of what it asked for: beside other programs it makes fewer steps."""

import math
import time
from dataclasses import dataclass
from pathlib import Path

#: Of less processor time nothing can be told; below this share a voice is noticeably less than it could be.
_LEAST_S, _ENOUGH = 5.0, 0.7
_NS = 1e9


@dataclass(frozen=True)
class ProcessorTime:
    """Seconds of the threads of this process: those that they `ran_s`, and those that they `waited_s`, ready to run, while
    others ran.
    """

    ran_s: float = 0.0
    waited_s: float = 0.0

    def __add__(self, other: "ProcessorTime") -> "ProcessorTime":
        return ProcessorTime(self.ran_s + other.ran_s, self.waited_s + other.waited_s)

    def since(self, before: "ProcessorTime") -> "ProcessorTime":
        """What came to it; a thread that has ended takes its seconds along."""
        return ProcessorTime(max(self.ran_s - before.ran_s, 0.0), max(self.waited_s - before.waited_s, 0.0))

    @property
    def lost(self) -> float | None:
        """The share of the time asked for that others had, where it is so large that it has to be told; else None."""
        asked_s = self.ran_s + self.waited_s
        return self.waited_s / asked_s if asked_s >= _LEAST_S and self.ran_s < _ENOUGH * asked_s else None


def processor_time() -> ProcessorTime:
    """That of this process so far.

    Linux tells how long a thread was kept waiting. Elsewhere this thread stands for all: while the others work it works too.
    """
    try:
        lines = [path.read_text() for path in Path("/proc/self/task").glob("*/schedstat")]
        ran_ns, waited_ns = (sum(int(line.split()[which]) for line in lines) for which in (0, 1))
    except (OSError, ValueError, IndexError):
        ran_ns = waited_ns = 0
    if ran_ns:
        return ProcessorTime(ran_ns / _NS, waited_ns / _NS)
    ran_s = time.thread_time()
    return ProcessorTime(ran_s, max(time.monotonic() - ran_s, 0.0))


def told_meanwhile(used: ProcessorTime, minutes: float) -> str | None:
    """What to do while a training of so many minutes runs beside other programs; None where it has the machine."""
    if used.lost is None:
        return None
    return (
        f"{_got(used.lost)}, and makes so many fewer steps. Close them; or press Ctrl-C, and give the same command with"
        f" --minutes {_longer(minutes, used.lost)}: it goes on"
    )


def told_afterwards(used: ProcessorTime, n_steps: int, minutes: float) -> str | None:
    """What to know of a voice whose training ran beside other programs; None where it had the machine."""
    if used.lost is None:
        return None
    fitting = 10 * round(n_steps / (1 - used.lost) / 10)
    again = f"Train it again with --minutes {_longer(minutes, used.lost)}"
    return f"{_got(used.lost)}: {n_steps:,} steps where about {fitting:,} fit. {again}"


def _got(lost: float) -> str:
    return f"the machine was busy with other programs: training got {1 - lost:.0%} of the processor time that it asked for"


def _longer(minutes: float, lost: float) -> int:
    return math.ceil(minutes / (1 - lost))
