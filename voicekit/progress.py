"""Progress with the time left, for work that takes more than a few seconds."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

Item = TypeVar("Item")


def track(items: Iterable[Item], description: str, total: int) -> Iterator[Item]:
    """Yields `items`, about `total` of them, under a progress bar."""
    with bar(description) as update:
        for number, item in enumerate(items, start=1):
            yield item
            update(number / max(total, 1))


@contextmanager
def bar(description: str) -> Iterator[Callable[[float], None]]:
    """A progress bar on stderr that goes away when done; silent when stderr is no terminal.

    Yields:
        What to tell the share of the work that is done, 0…1.
    """
    import rich.console
    import rich.progress as rich_bar

    columns = (
        rich_bar.TextColumn("{task.description}"),
        rich_bar.BarColumn(),
        rich_bar.TaskProgressColumn(),
        rich_bar.TimeRemainingColumn(),
    )
    console = rich.console.Console(stderr=True)
    with rich_bar.Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(description, total=1.0)
        yield lambda share: progress.update(task, completed=share)
