"""What a program takes, together with all programs that it has started: an engine may work in a process of its own."""

import time
from contextlib import suppress

import psutil

#: How often memory is looked at; a rise that is over sooner is missed.
_LOOK_EVERY_S = 0.02


class Family:
    """A process and its descendants.

    Args:
        pid: of the process; without it, this one.
    """

    def __init__(self, pid: int | None = None) -> None:
        self._process = psutil.Process(pid)

    def busy_s(self) -> float:
        """Processor time of all of them so far, of those that ended and were waited for too."""
        return sum(sum(one.cpu_times()[:4]) for one in self._members())

    def peak_mb(self) -> float:
        """The most memory of all of them together at a time, until the process ends; what they share counts in each."""
        peak = 0
        while self._process.is_running() and self._process.status() != psutil.STATUS_ZOMBIE:
            now = 0
            for one in self._members():
                with suppress(psutil.NoSuchProcess):
                    now += one.memory_info().rss
            peak = max(peak, now)
            time.sleep(_LOOK_EVERY_S)
        return peak / 2**20

    def _members(self) -> list[psutil.Process]:
        return [self._process, *self._process.children(recursive=True)]
