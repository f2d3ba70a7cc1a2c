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
from voicekit.cli.terminal import Shown, Terminal

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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, help="CSV of what was seen: seconds, share, seconds left")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    arguments = parser.parse_args()
    terminal.Terminal = Watched
    from voicekit.cli import cli as voicekit

    seen: list[tuple[float, float, float | None, str]] = []
    over = threading.Event()
    began_s = time.monotonic()

    def look() -> None:
        while not over.wait(EVERY_S):
            if Watched.open_now:
                shown = Watched.open_now[-1]
                shown = shown.screen.shown or Shown("", 0.0, None, 0.0)
                seen.append((time.monotonic() - began_s, shown.share, shown.left_by(time.monotonic()), shown.task))

    watcher = threading.Thread(target=look, daemon=True)
    watcher.start()
    voicekit(arguments.command, standalone_mode=False)
    over.set()
    watcher.join()
    ended_s = time.monotonic() - began_s
    if arguments.out:
        with arguments.out.open("w", newline="") as file:
            csv.writer(file).writerows([("seconds", "share", "left_s", "task"), *seen])
    later = [(ended_s - at_s, left_s) for at_s, _, left_s, _ in seen if 0.1 * ended_s < at_s < ended_s - 1]
    shown_s = np.array([left_s for _, left_s in later if left_s is not None])
    rest_s = np.array([rest for rest, left_s in later if left_s is not None])
    median = np.median(np.abs(shown_s / rest_s - 1)) if len(shown_s) else float("nan")
    least = np.min(shown_s / rest_s) if len(shown_s) else float("nan")
    still, since, was = 0.0, 0.0, None
    for at_s, share, left_s, task in [*seen, (ended_s, 1.0, 0.0, "over")]:
        now = (round(share, 3), task)
        if now != was:
            still, since, was = max(still, at_s - since), at_s, now
    print(f"RESULT {' '.join(arguments.command)[:70]} | {ended_s:.0f} s | median {median:.0%} | least {least:.2f} | <0.1: {np.mean(shown_s < 0.1 * rest_s) if len(shown_s) else 0:.1%} | none {1 - len(shown_s) / max(len(later), 1):.0%} | still {still:.1f} s")


if __name__ == "__main__":
    main()
