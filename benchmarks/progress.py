"""Is the time left that the command line shows the time that is really left?

    python benchmarks/progress.py [--processor] [--out seen.csv] train datasets/me --quick

Runs a command of voicekit as it would be run, looks twice a second at what its bar shows, and compares that with when it
really ended. Told are, after the first tenth, the median error of the time left, its least ratio to the time that was really
left, and how often none was shown; and how long the bar stood still at most under the same words.

On a machine that others use, the clock tells of them: --processor takes the processor time of this one process for time, so
that the same run gives about the same figures. Work in other processes counts for nothing there: give --jobs 1.
"""

import argparse
import csv
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import numpy as np

from voicekit.cli import terminal
from voicekit.cli.terminal import Terminal
from voicekit.core import reporter

EVERY_S = 0.5
#: The start that is left out, as a share of the whole, and the last seconds, in which a ratio says nothing.
FIRST, LAST_S = 0.1, 1.0


@dataclass(frozen=True)
class Look:
    """What was shown at a time; nothing where no bar was there."""

    at_s: float
    task: str = ""
    share: float = 0.0
    left_s: float | None = None


class Watched(Terminal):
    """A terminal that is looked at."""

    last: "Watched | None" = None
    clock: Callable[[], float] = time.monotonic

    def __enter__(self) -> "Watched":
        Watched.last = self
        return self

    def look(self, began_s: float) -> Look:
        now_s, shown = Watched.clock(), self.screen.shown
        if shown is None:
            return Look(now_s - began_s)
        return Look(now_s - began_s, shown.task, shown.share, shown.left_by(now_s))


def summary(looks: Sequence[Look], ended_s: float) -> str:
    """The figures of one run."""
    later = [look for look in looks if FIRST * ended_s < look.at_s < ended_s - LAST_S]
    ratios = np.array([look.left_s / (ended_s - look.at_s) for look in later if look.left_s is not None])
    stood_s = since_s = 0.0
    before: tuple[str, float] | None = None
    for look in (*looks, Look(ended_s, "over")):
        if (look.task, round(look.share, 3)) != before:
            stood_s, since_s, before = max(stood_s, look.at_s - since_s), look.at_s, (look.task, round(look.share, 3))
    if not len(ratios):
        return f"{ended_s:.0f} s: no time was shown; stood still for {stood_s:.1f} s at most"
    return (
        f"{ended_s:.0f} s: median error {np.median(np.abs(ratios - 1)):.0%}, least ratio {ratios.min():.2f}, below a tenth "
        f"{np.mean(ratios < 0.1):.1%}, none shown {1 - len(ratios) / len(later):.0%}; stood still for "
        f"{stood_s:.1f} s at most"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, help="CSV of what was seen: seconds, task, share, seconds left")
    parser.add_argument("--processor", action="store_true", help="processor time in place of the clock's")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    arguments = parser.parse_args()
    terminal.Terminal = Watched
    if arguments.processor:
        Watched.clock = time.process_time
        reporter.time = terminal.time = SimpleNamespace(monotonic=time.process_time)
    from voicekit.cli import cli as voicekit

    looks: list[Look] = []
    over = threading.Event()
    began_s = Watched.clock()

    def watch() -> None:
        while not over.wait(EVERY_S):
            looks.append(Watched.last.look(began_s) if Watched.last else Look(Watched.clock() - began_s))

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    voicekit(arguments.command, standalone_mode=False)
    over.set()
    watcher.join()
    ended_s = Watched.clock() - began_s
    if arguments.out:
        with arguments.out.open("w", newline="") as file:
            rows = [(look.at_s, look.task, look.share, look.left_s) for look in looks]
            csv.writer(file).writerows([("seconds", "task", "share", "left_s"), *rows])
    print(f"{' '.join(arguments.command)}: {summary(looks, ended_s)}")


if __name__ == "__main__":
    main()
