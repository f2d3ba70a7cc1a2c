"""What the library reports while it works. It neither prints nor draws nor exits: the caller listens, or nobody does."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeVar

Item = TypeVar("Item")


class Reporter:
    """Hears what happens, and is silent about it. Derive from it, and override what you want to know.

    The command line draws it (`voicekit.cli.terminal`), a server would stream it. All methods are called from the thread
    that does the work; what they raise ends the work, so that a listener can cancel it.
    """

    def say(self, line: str) -> None:
        """Tells what is done now, or what came out."""

    def note(self, line: str) -> None:
        """Tells what was left out, guessed or changed: what the person did not ask for, or may not expect."""

    def progress(
        self, task: str, share: float, left_s: float | None = None, numbers: Mapping[str, float] | None = None
    ) -> None:
        """Tells how far a piece of work is that takes more than a few seconds.

        Args:
            task: what is done, in a few words; the same words each time.
            share: how much of it is done, 0 to 1; at 1 the task is over.
            left_s: seconds until it is done, where the work knows better than its share of the time gone by tells.
            numbers: of the moment, by name, such as losses; the most telling first.
        """

    def track(
        self, items: Iterable[Item], task: str, total: float, size: Callable[[Item], float] = lambda item: 1
    ) -> Iterator[Item]:
        """Yields `items` and tells the progress after each; the task is over however it ends.

        Args:
            total: about how many there are, or the sum of their sizes.
            size: what an item counts.
        """
        self.progress(task, 0.0)
        done = 0.0
        try:
            for item in items:
                yield item
                done += size(item)
                self.progress(task, min(done / max(total, 1), 0.999))
        finally:
            self.progress(task, 1.0)


class Relay(Reporter):
    """Passes on what it hears; derive from it to change a part of that."""

    def __init__(self, reporter: Reporter) -> None:
        self.reporter = reporter

    def say(self, line: str) -> None:
        self.reporter.say(line)

    def note(self, line: str) -> None:
        self.reporter.note(line)

    def progress(
        self, task: str, share: float, left_s: float | None = None, numbers: Mapping[str, float] | None = None
    ) -> None:
        self.reporter.progress(task, share, left_s, numbers)


class NotesOnce(Relay):
    """Passes on what is told; the same note once, whatever number of clips it holds for."""

    def __init__(self, reporter: Reporter) -> None:
        super().__init__(reporter)
        self.noted: set[str] = set()

    def note(self, line: str) -> None:
        if line not in self.noted:
            self.noted.add(line)
            super().note(line)


#: The default: discards everything.
SILENT = Reporter()
