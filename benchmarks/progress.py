"""Is the time left that the command line shows the time that is really left?

    python benchmarks/progress.py [--out seen.csv] train datasets/me --quick

Runs a command of voicekit as it would be run, looks twice a second at what its bars show, and compares that with when it
really ended. Where several bars are shown, the longest time is the one a person waits for. Told are the median error after
the first fifth, how often less than a tenth of the rest was shown, and how often nothing was.
"""

import argparse
import csv
import threading
import time
from pathlib import Path
from typing import ClassVar

import numpy as np

from voicekit.cli import terminal
from voicekit.cli.terminal import Terminal

EVERY_S = 0.5


class Watched(Terminal):
    """A terminal that is looked at."""

    open_now: ClassVar[list["Watched"]] = []

    def __enter__(self) -> "Watched":
        self.open_now.append(self)
        return self

    def __exit__(self, *error: object) -> None:
        super().__exit__(*error)
        self.open_now.remove(self)

    def left_s(self) -> float | None:
        tasks = list(self._tasks.values())
        left_s = [left for task in tasks if (left := task.left_by(time.monotonic())) is not None]
        return max(left_s, default=None)

    def share(self) -> float:
        return max((task.share for task in list(self._tasks.values())), default=0.0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, help="CSV of what was seen: seconds, share, seconds left")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    arguments = parser.parse_args()
    terminal.Terminal = Watched
    from voicekit.cli import cli as voicekit

    seen: list[tuple[float, float, float | None]] = []
    over = threading.Event()
    began_s = time.monotonic()

    def look() -> None:
        while not over.wait(EVERY_S):
            if Watched.open_now:
                shown = Watched.open_now[-1]
                seen.append((time.monotonic() - began_s, shown.share(), shown.left_s()))

    watcher = threading.Thread(target=look, daemon=True)
    watcher.start()
    voicekit(arguments.command, standalone_mode=False)
    over.set()
    watcher.join()
    ended_s = time.monotonic() - began_s
    if arguments.out:
        with arguments.out.open("w", newline="") as file:
            csv.writer(file).writerows([("seconds", "share", "left_s"), *seen])
    later = [(ended_s - at_s, left_s) for at_s, _, left_s in seen if 0.2 * ended_s < at_s < ended_s - 1]
    shown_s = np.array([left_s for _, left_s in later if left_s is not None])
    rest_s = np.array([rest for rest, left_s in later if left_s is not None])
    print(f"{' '.join(arguments.command)}: {ended_s:.0f} s, looked {len(seen)} times, {len(later)} after the first fifth")
    if len(shown_s):
        error = np.abs(shown_s / rest_s - 1)
        print(f"median error {np.median(error):.0%}; less than a tenth of the rest {np.mean(shown_s < 0.1 * rest_s):.1%}")
    print(f"nothing shown {1 - len(shown_s) / max(len(later), 1):.0%}")


if __name__ == "__main__":
    main()
