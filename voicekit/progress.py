"""Progress with the time left, for work that takes more than a few seconds."""

from collections.abc import Iterable, Iterator
from typing import TypeVar

Item = TypeVar("Item")


def track(items: Iterable[Item], description: str, total: float | None = None) -> Iterator[Item]:
    """Yields `items` under a progress bar on stderr that goes away when done; silent when stderr is no terminal."""
    import rich.console
    import rich.progress as bar

    columns = (
        bar.TextColumn("{task.description}"),
        bar.BarColumn(),
        bar.TaskProgressColumn(),
        bar.TimeRemainingColumn(),
    )
    console = rich.console.Console(stderr=True)
    with bar.Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        yield from progress.track(items, description=description, total=total)
