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
def steps(description: str, count: int) -> Iterator[Callable[[str], Callable[[float], None]]]:
    """Two progress bars on stderr, of `count` steps of work and of the one that is at hand; as `bar` else.

    Yields:
        What begins a step, by its name, and returns what to tell the share of it that is done, 0…1.
    """
    with _progress() as progress:
        whole, part = progress.add_task(description, total=count), progress.add_task("", total=1.0)
        begun = 0

        def begin(name: str) -> Callable[[float], None]:
            nonlocal begun
            done, begun = begun, begun + 1
            progress.reset(part, description=name)
            progress.update(whole, completed=done)

            def update(share: float) -> None:
                progress.update(part, completed=share)
                progress.update(whole, completed=done + share)

            return update

        yield begin


@contextmanager
def bar(description: str) -> Iterator[Callable[[float], None]]:
    """A progress bar on stderr that goes away when done; silent when stderr is no terminal.

    Yields:
        What to tell the share of the work that is done, 0…1.
    """
    with _progress() as progress:
        task = progress.add_task(description, total=1.0)
        yield lambda share: progress.update(task, completed=share)


def _progress():
    import rich.console
    import rich.progress as rich_bar

    columns = (
        rich_bar.TextColumn("{task.description}"),
        rich_bar.BarColumn(),
        rich_bar.TaskProgressColumn(),
        rich_bar.TimeRemainingColumn(),
    )
    console = rich.console.Console(stderr=True)
    return rich_bar.Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
