"""Training as the terminal shows it."""

import time
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

if TYPE_CHECKING:
    from voicekit.training.trainer import Progress as TrainingProgress

#: Where stderr is a file, a line this often takes the place of the bar.
LINE_EVERY_S = 30


class TrainingWatch:
    """A bar a stage, with the time left until the voice is ready and the losses; plain lines where there is no terminal."""

    def __init__(self) -> None:
        console = Console(stderr=True)
        self._plain = not console.is_terminal
        columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TextColumn("{task.fields[said]}"))
        self._bars = Progress(*columns, console=console, disable=self._plain)
        self._tasks: dict[str, int] = {}
        self._told_at = 0.0

    def __enter__(self) -> "TrainingWatch":
        self._bars.start()
        return self

    def __exit__(self, kind: type | None, *_) -> None:
        if kind is None:
            self._finish_bars()
        self._bars.stop()

    def __call__(self, progress: "TrainingProgress") -> None:
        position, said = progress.position, _said(progress)
        if progress.note:
            self._bars.console.print(f"{position.stage}: {progress.note}", markup=False, highlight=False, soft_wrap=True)
        if self._plain:
            if time.monotonic() - self._told_at >= LINE_EVERY_S:
                self._told_at = time.monotonic()
                click.echo(f"{position.stage}: {said}", err=True)
            return
        if position.stage not in self._tasks:
            self._finish_bars()
            self._tasks[position.stage] = self._bars.add_task(position.stage, total=progress.budget_s, said="")
        self._bars.update(self._tasks[position.stage], completed=position.elapsed_s, said=said)

    def _finish_bars(self) -> None:
        """A stage that ended early is over too, and has no time left to show."""
        for task in self._bars.tasks:
            self._bars.update(task.id, completed=task.total, said="")


def _said(progress: "TrainingProgress") -> str:
    left = f"{progress.left_s / 60:.1f} min left" if progress.left_s < 5400 else f"{progress.left_s / 3600:.1f} h left"
    held_out = "" if progress.held_out is None else f"  held out {progress.held_out:.3f}"
    shown = "  ".join(f"{name} {value:.3f}" for name, value in list(progress.losses.items())[:3])
    return f"{left}  step {progress.position.step}{held_out}  {shown}"
