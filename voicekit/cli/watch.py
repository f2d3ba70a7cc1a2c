"""Training as the terminal shows it."""

import time
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

if TYPE_CHECKING:
    from voicekit.loop import Progress as TrainingProgress

#: Where stderr is a file, a line this often takes the place of the bar.
LINE_EVERY_S = 30


class TrainingWatch:
    """A bar a stage, with the time left and the losses; plain lines where there is no terminal."""

    def __init__(self) -> None:
        console = Console(stderr=True)
        self._plain = not console.is_terminal
        columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn(),
                   TimeRemainingColumn(), TextColumn("{task.fields[losses]}"))  # fmt: skip
        self._bars = Progress(*columns, console=console, disable=self._plain)
        self._tasks: dict[str, int] = {}
        self._told_at = 0.0

    def __enter__(self) -> "TrainingWatch":
        self._bars.start()
        return self

    def __exit__(self, *_) -> None:
        self._bars.stop()

    def __call__(self, progress: "TrainingProgress") -> None:
        position = progress.position
        shown = list(progress.losses.items())[:3]
        losses = f"step {position.step}  " + "  ".join(f"{name} {value:.3f}" for name, value in shown)
        if self._plain:
            if time.monotonic() - self._told_at >= LINE_EVERY_S:
                self._told_at = time.monotonic()
                left = max(progress.budget_s - position.elapsed_s, 0) / 60
                click.echo(f"{position.stage}: {left:.1f} min left  {losses}", err=True)
            return
        if position.stage not in self._tasks:
            self._tasks[position.stage] = self._bars.add_task(position.stage, total=progress.budget_s, losses="")
        self._bars.update(self._tasks[position.stage], completed=position.elapsed_s, losses=losses)
