"""What the library reports while it works. It neither prints nor draws nor exits: the caller listens, or nobody does."""

import time
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


class Whole(Relay):
    """Tells work of several phases as one: share and time left are those of all of it, under the phase's name.

    A phase is known by words in the names of its tasks, of several by the longest. What each is expected to take is
    corrected while it runs, and the later ones by what those before them took; phases that never come cost nothing once a
    later one has begun.
    """

    def __init__(self, reporter: Reporter, expected_s: Mapping[str, float]) -> None:
        """`expected_s`: of each phase, in their order, by words that are in the names of its tasks."""
        super().__init__(reporter)
        self._expected_s = dict(expected_s)
        self._began_s = self._phase_began_s = time.monotonic()
        self._phase = ""
        self._gone: dict[str, float] = {}  # phase → how long it took
        self._timed: set[str] = set()  # phases that know their own end: they say nothing of the machine's speed
        self._share = 0.0

    def progress(
        self, task: str, share: float, left_s: float | None = None, numbers: Mapping[str, float] | None = None
    ) -> None:
        phase = max((words for words in self._expected_s if words in task), key=len, default="")
        if not phase:
            self.reporter.progress(task, share, left_s, numbers)
            return
        now_s = time.monotonic()
        if phase != self._phase:
            self._phase, self._phase_began_s = phase, now_s - self._gone.get(phase, 0.0)
        if share >= 1:
            self._gone[phase] = now_s - self._phase_began_s
            self.reporter.progress(task, 1.0)
            return
        if left_s is not None:
            self._timed.add(phase)
        left_s = self._rest_of_phase_s(share, left_s, now_s) + self._later_s(share, now_s)
        gone_s = now_s - self._began_s
        self._share = max(self._share, min(gone_s / max(gone_s + left_s, 1e-9), 0.999))
        self.reporter.progress(task, self._share, left_s, numbers)

    def _rest_of_phase_s(self, share: float, left_s: float | None, now_s: float) -> float:
        """What the phase says itself, or what is expected of it, and more and more what it has taken so far."""
        if left_s is not None:
            return left_s
        expected_s = self._expected_s[self._phase] * (1 - share)
        if share <= 0:
            return expected_s
        measured_s = (now_s - self._phase_began_s) * (1 - share) / share
        trust = min(3 * share, 1.0)
        return trust * measured_s + (1 - trust) * expected_s

    def _later_s(self, share: float, now_s: float) -> float:
        """What is expected of the phases to come, as much longer or shorter as those so far were."""
        names = list(self._expected_s)
        place = names.index(self._phase)
        known = [name for name in names[:place] if name in self._gone.keys() - self._timed]
        took_s = sum(self._gone[name] for name in known)
        expected_s = sum(self._expected_s[name] for name in known)
        if self._phase not in self._timed:
            took_s += now_s - self._phase_began_s
            expected_s += share * self._expected_s[self._phase]
        later_s = sum(self._expected_s[name] for name in names[place + 1 :])
        prior_s = later_s / 4  # a short phase that took twice its time says little of a long one
        return later_s * (took_s + prior_s) / max(expected_s + prior_s, 1e-9)


#: The default: discards everything.
SILENT = Reporter()
