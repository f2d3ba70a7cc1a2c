"""The Reporter of the command line: results on stdout, notes on stderr, and a bar with the time left for each task."""

import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from voicekit.cli.paste import pasteable
from voicekit.core.reporter import Reporter

if TYPE_CHECKING:
    from rich.progress import Progress, Task, TaskID

#: Where stderr is not a terminal, a line at this interval replaces the bars.
LINE_EVERY_S = 30.0
#: From this share on, what is left is not to be told from the share: totals are mostly guesses.
_NEARLY = 0.99
#: Below this share it is not either, but for what has gone on for so long: a beginning is mostly what comes once.
_BARELY, _LONG_S = 0.03, 60.0


@dataclass
class _Task:
    """A task under way, and what was told of it last."""

    began_s: float
    told_s: float
    share: float = 0.0
    left_s: float | None = None
    bar: "TaskID | None" = None

    def left_by(self, now_s: float) -> float | None:
        """Seconds: the time runs on while nothing is told, and what takes longer than it was to take is not nearly done."""
        silent_s = now_s - self.told_s
        if self.left_s is not None:
            return max(self.left_s - silent_s, silent_s / 2)
        known = self.share >= _BARELY or now_s - self.began_s >= _LONG_S
        if known and 0 < self.share < _NEARLY:
            return (now_s - self.began_s) * (1 - self.share) / self.share
        return None


class Terminal(Reporter):
    """Draws on the terminal that it was entered on. Bars go away when their task is over."""

    def __init__(self) -> None:
        self._tasks: dict[str, _Task] = {}
        self._bars: Progress | None = None  # rich takes its time to load: only once there is something to draw
        self._drawn = False
        self._told_s = time.monotonic()

    def __enter__(self) -> "Terminal":
        return self

    def __exit__(self, *_: object) -> None:
        if self._bars:
            self._bars.stop()

    def say(self, line: str) -> None:
        self._echo(pasteable(line), err=False)

    def note(self, line: str) -> None:
        self._echo(f"note: {pasteable(line)}", err=True)

    def progress(
        self, task: str, share: float, left_s: float | None = None, numbers: Mapping[str, float] | None = None
    ) -> None:
        now_s = time.monotonic()
        known = self._tasks.setdefault(task, _Task(now_s, now_s))
        if share >= 1:
            self._forget(task)
            return
        known.told_s, known.share, known.left_s = now_s, share, left_s
        bars = self._opened()
        if self._drawn:
            if known.bar is None:
                known.bar = bars.add_task(task, total=1.0, known=known)
            bars.update(known.bar, completed=share)
        elif now_s - self._told_s >= LINE_EVERY_S:
            self._told_s = now_s
            click.echo(f"{task}: {share:.0%}  {_in_words(known.left_by(now_s))}".rstrip(), err=True)

    def _opened(self) -> "Progress":
        if self._bars is None:
            from rich.console import Console
            from rich.progress import BarColumn, Progress, ProgressColumn, TaskProgressColumn, TextColumn
            from rich.text import Text

            class TimeLeft(ProgressColumn):
                def render(self, task: "Task") -> Text:
                    return Text(_in_words(task.fields["known"].left_by(time.monotonic())))

            console = Console(stderr=True)
            self._drawn = console.is_terminal
            columns = (
                TextColumn("{task.description}"),
                BarColumn(),
                TaskProgressColumn(),
                TimeLeft(),
            )
            self._bars = Progress(*columns, console=console, transient=True, disable=not self._drawn)
            self._bars.start()
        return self._bars

    def _forget(self, task: str) -> None:
        bar = self._tasks.pop(task).bar
        if self._bars and bar is not None:
            self._bars.remove_task(bar)

    def _echo(self, line: str, err: bool) -> None:
        """Above the bars, where there are any; what goes into a file or a pipe stays clear of them."""
        if self._drawn and self._bars and (err or sys.stdout.isatty()):
            self._bars.console.print(line, markup=False, highlight=False, soft_wrap=True)
        else:
            click.echo(line, err=err)


def _in_words(left_s: float | None) -> str:
    if left_s is None or left_s < 1:
        return ""
    if left_s < 90:
        return f"{left_s:.0f} s left"
    return f"{left_s / 60:.1f} min left" if left_s < 5400 else f"{left_s / 3600:.1f} h left"
