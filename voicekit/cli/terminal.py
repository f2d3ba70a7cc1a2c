"""The Reporter of the command line: results on stdout, notes on stderr, and a bar with the time left for each task."""

import os
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from voicekit.cli.paste import pasteable
from voicekit.core.reporter import Reporter, Whole

if TYPE_CHECKING:
    from rich.progress import Progress, Task

#: Where stderr is not a terminal, a line at this interval replaces the bars.
LINE_EVERY_S = 30.0
#: With these variables of the environment rich draws wherever it is.
_FORCES = ("FORCE_COLOR", "TTY_COMPATIBLE")


@dataclass(frozen=True)
class Shown:
    """What was told last of the work under way, and when."""

    task: str
    share: float
    left_s: float | None
    told_s: float

    def left_by(self, now_s: float) -> float | None:
        """Seconds: the time runs on while nothing is told, and what takes longer than it was to take is not nearly done."""
        silent_s = now_s - self.told_s
        return None if self.left_s is None else max(self.left_s - silent_s, silent_s / 2)


class Screen(Reporter):
    """Draws what it is told on the terminal: one bar, which goes away when the work is over."""

    def __init__(self) -> None:
        self.shown: Shown | None = None
        self._bars: Progress | None = None  # rich takes its time to load: only once there is something to draw
        self._drawn = False
        self._lined_s = time.monotonic()

    def say(self, line: str) -> None:
        self._echo(pasteable(line), err=False)

    def note(self, line: str) -> None:
        self._echo(f"note: {pasteable(line)}", err=True)

    def progress(
        self, task: str, share: float, left_s: float | None = None, numbers: Mapping[str, float] | None = None
    ) -> None:
        now_s = time.monotonic()
        if share < 1:
            self.shown = Shown(task, share, left_s, now_s)
        elif self.shown and self.shown.task == task:
            self.shown = None
        bars = self._opened()
        if bars and self._drawn:
            bars.update(bars.task_ids[0], visible=self.shown is not None)
            if self.shown:
                bars.update(bars.task_ids[0], description=task, completed=self.shown.share)
        elif self.shown and now_s - self._lined_s >= LINE_EVERY_S:
            self._lined_s = now_s
            click.echo(f"{task}: {share:.0%}  {_in_words(self.shown.left_by(now_s))}".rstrip(), err=True)

    def close(self) -> None:
        if self._bars:
            self._bars.stop()
        self.shown = None

    def _opened(self) -> "Progress | None":
        """The bars; None where there is no terminal to draw them on: rich takes its time to load."""
        if self._bars is None and _may_draw():
            from rich.console import Console
            from rich.progress import BarColumn, Progress, ProgressColumn, TaskProgressColumn, TextColumn
            from rich.text import Text

            class TimeLeft(ProgressColumn):
                def render(_, task: "Task") -> Text:
                    shown = self.shown  # this is another thread
                    return Text(_in_words(shown.left_by(time.monotonic())) if shown else "")

            console = Console(stderr=True)
            self._drawn = console.is_terminal
            columns = (
                TextColumn("{task.description}", markup=False),
                BarColumn(),
                TaskProgressColumn(),
                TimeLeft(),
            )
            self._bars = Progress(*columns, console=console, transient=True, disable=not self._drawn)
            self._bars.add_task("", total=1.0, visible=False)
            self._bars.start()
        return self._bars

    def _echo(self, line: str, err: bool) -> None:
        """Above the bars, where there are any; what goes into a file or a pipe stays clear of them."""
        if self._drawn and self._bars and (err or sys.stdout.isatty()):
            self._bars.console.print(line, markup=False, highlight=False, soft_wrap=True)
        else:
            click.echo(line, err=err)


class Terminal(Whole):
    """Draws on the terminal that it was entered on, all work of a command as one."""

    def __init__(self) -> None:
        self.screen = Screen()
        super().__init__(self.screen)

    def __enter__(self) -> "Terminal":
        return self

    def __exit__(self, *_: object) -> None:
        self.screen.close()


def _may_draw() -> bool:
    """Whether rich may take stderr for a terminal."""
    return sys.stderr.isatty() or any(name in os.environ for name in _FORCES)


def _in_words(left_s: float | None) -> str:
    if left_s is None or left_s < 1:
        return ""
    if left_s < 90:
        return f"{left_s:.0f} s left"
    return f"{left_s / 60:.1f} min left" if left_s < 5400 else f"{left_s / 3600:.1f} h left"
