"""What the library reports while it works. It neither prints nor draws nor exits: the caller listens, or nobody does."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

Item = TypeVar("Item")

#: From this share on, what is left is not to be told from the share: totals are mostly guesses.
_NEARLY = 0.99
#: No time is told until so much of the work was measured, as a share and in seconds, but where it has gone on for so long.
_BARELY, _LEAST_S, _LONG_S = 0.03, 2.0, 60.0


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
            left_s: seconds until it is done, where the work knows better than its share of the time gone by tells; at 1
                how long it goes on under another name.
            numbers: of the moment, by name, such as losses; the most telling first.
        """

    def expect(self, tasks: Iterable[tuple[str, float]]) -> None:
        """Tells what is still to be done, before it begins; `Whole` makes one piece of work of it.

        Args:
            tasks: in their order, words that are in the name of the task, and seconds that it takes on two CPU cores, about.
                A task that comes several times is named as often; those named before, and not yet begun, are replaced. What
                nobody named before comes next, where work is under way.
        """

    @contextmanager
    def during(self, task: str) -> Iterator[None]:
        """Tells of work that does not know how far it is, such as loading."""
        self.progress(task, 0.0)
        try:
            yield
        finally:
            self.progress(task, 1.0)

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

    def expect(self, tasks: Iterable[tuple[str, float]]) -> None:
        self.reporter.expect(tasks)


class NotesOnce(Relay):
    """Passes on what is told; the same note once, whatever number of clips it holds for."""

    def __init__(self, reporter: Reporter) -> None:
        super().__init__(reporter)
        self.noted: set[str] = set()

    def note(self, line: str) -> None:
        if line not in self.noted:
            self.noted.add(line)
            super().note(line)


@dataclass(eq=False)
class _Phase:
    """A task of the whole, what was expected of it, and what it told.

    Attributes:
        words: in the name of its task.
        expected_s: None where nobody foresaw it.
        took_s: how long it has taken so far.
        steps: how often it has told its share since its first sign of life.
        first: `took_s` and `share` at its first sign of life: what came before was mostly its start.
        left_s: what it last told of itself.
        passed: a later one has begun: it will hardly come.
    """

    words: str
    expected_s: float | None = None
    share: float = 0.0
    took_s: float = 0.0
    steps: int = 0
    first: tuple[float, float] | None = None
    left_s: float | None = None
    begun: bool = False
    over: bool = False
    passed: bool = False

    @property
    def kind(self) -> str:
        """Tasks of one kind take as long as each other: "take.wav: decoding" as "other.wav: decoding", clip 2 as clip 1."""
        return self.words.rpartition(": ")[2].rstrip("0123456789 ")

    @property
    def rest_s(self) -> float:
        return 0.0 if self.over or self.passed else (self.expected_s or 0.0) * (1 - self.share)

    def measured(self) -> tuple[float, float]:
        """Seconds that it took, and those that were expected for as much; of one that tells its end itself, nothing."""
        if not self.expected_s or self.left_s is not None:
            return 0.0, 0.0
        if self.over:
            return self.took_s, self.expected_s
        took_s, share = self.first or (self.took_s, self.share)
        trust = min(self.steps / 4, 1.0)
        return trust * (self.took_s - took_s), trust * self.expected_s * (self.share - share)

    def left_by_pace(self, pace: float) -> float | None:
        """Seconds: what it says itself, or what is expected of it, and more and more what it has taken so far.

        Args:
            pace: of its kind so far; see `_pace`.
        """
        if self.left_s is not None:
            return self.left_s
        expected_s = None if self.expected_s is None else self.expected_s * pace
        if self.first is None:
            return None if expected_s is None else expected_s * (1 - self.share)
        took_s, share = self.first
        whole_s = took_s / share  # with its start, which tells the more, the more was done by then
        if expected_s is not None:
            trust = min(2.5 * share, 1.0) if took_s else 0.0
            whole_s = trust * whole_s + (1 - trust) * expected_s
        if self.share > share:
            trust = min(5 * (self.share - share), self.steps / 4, 1.0) if took_s or expected_s is not None else 1.0
            whole_s = trust * (self.took_s - took_s) / (self.share - share) + (1 - trust) * whole_s
        return whole_s * (1 - self.share)


class Whole(Relay):
    """Tells work of several tasks as one: share and time left are those of all that was expected, under the task's name.

    What each task is expected to take is corrected while it runs, and the later ones by what those before them took, most by
    those of their kind. Tasks that never come cost nothing once a later one has begun; what nobody expected is told as it
    is. No time is told before some of the work was measured. A task that ends is shown until the next one begins.
    """

    def __init__(self, reporter: Reporter) -> None:
        super().__init__(reporter)
        self._phases: list[_Phase] = []
        self._current: _Phase | None = None
        self._began_s: float | None = None
        self._heard_s = self._told_s = 0.0
        self._share = 0.0
        self._ended: str | None = None  # a task that is over, and still shown

    def expect(self, tasks: Iterable[tuple[str, float]]) -> None:
        coming = [_Phase(words, max(seconds, 0.0)) for words, seconds in tasks]
        names = {phase.words for phase in coming}
        is_old = [not phase.begun and phase.words in names for phase in self._phases]
        begun = [number for number, phase in enumerate(self._phases, start=1) if phase.begun]
        place = is_old.index(True) if any(is_old) else max(begun, default=len(is_old))
        before = [phase for phase, old in zip(self._phases[:place], is_old[:place], strict=True) if not old]
        after = [phase for phase, old in zip(self._phases[place:], is_old[place:], strict=True) if not old]
        self._phases = [*before, *coming, *after]

    def progress(
        self, task: str, share: float, left_s: float | None = None, numbers: Mapping[str, float] | None = None
    ) -> None:
        now_s = time.monotonic()
        if self._began_s is None:
            self._began_s, self._told_s = now_s, 0.0
        if self._current and not self._current.over:
            self._current.took_s += now_s - self._heard_s
        self._heard_s = now_s
        phase = self._current = self._phase(task, share)
        if share >= 1:
            phase.over = not left_s
        else:
            phase.share, phase.left_s, phase.over = share, left_s, False
            if phase.first:
                phase.steps += 1
            elif share > 0:
                phase.first = phase.took_s, share
        if self._ended not in (None, task):
            self.reporter.progress(str(self._ended), 1.0)
        self._ended = task if share >= 1 else None
        if phase.over and not any(one.rest_s for one in self._phases):
            self.close()
            self._phases, self._current, self._began_s, self._share = [], None, None, 0.0  # what comes now is other work
        else:
            self._tell(task, phase, now_s - self._began_s, numbers)

    def close(self) -> None:
        """Ends what is still shown: what else was expected does not come."""
        if self._ended is not None:
            self.reporter.progress(self._ended, 1.0)
            self._ended = None

    def _tell(self, task: str, phase: _Phase, gone_s: float, numbers: Mapping[str, float] | None) -> None:
        left_s = self._left_s(phase)
        if not self._is_known(phase, left_s, gone_s):
            left_s = None
        if all(one.expected_s is None for one in self._phases):
            share = 0.999 if phase.over else phase.share
        else:
            if left_s is not None:  # what is left of the bar stands for the time that is left: it never stops or falls
                past_s = gone_s - self._told_s
                self._share += (1 - self._share) * past_s / max(past_s + left_s, 1e-9)
                self._told_s = gone_s
            share = min(self._share, 0.999)
        self.reporter.progress(task, share, left_s, numbers)

    def _phase(self, task: str, share: float) -> _Phase:
        """The one that the task is, begun now or before."""
        expected = (one.words for one in self._phases if one.expected_s is not None and one.words in task)
        words = max(expected, key=len, default=task)
        alike = [number for number, one in enumerate(self._phases) if one.words == words]
        running = [number for number in alike if self._phases[number].begun and not self._phases[number].over]
        waiting = [number for number in alike if not self._phases[number].begun]
        if running:
            return self._phases[running[0]]
        if alike and not waiting and (share >= 1 or 0 < share >= self._phases[alike[-1]].share):
            return self._phases[alike[-1]]  # under another name, of which the words are but a part
        if waiting:
            place = waiting[0]
            for one in self._phases[:place]:
                one.passed = not one.begun
        else:
            place = self._phases.index(self._current) + 1 if self._current else 0
            self._phases.insert(place, _Phase(words, self._phases[alike[-1]].expected_s if alike else None))
        phase = self._phases[place]
        phase.begun, phase.passed = True, False
        return phase

    def _left_s(self, current: _Phase) -> float | None:
        """About how long all of it still takes; None where one that nobody expected has yet shown nothing."""
        left_s = 0.0
        if not current.over:
            others = [one for one in self._phases if one is not current]
            own_s = current.left_by_pace(self._pace_of(current.kind, others))
            if own_s is None:
                return None
            left_s = own_s
        paces = {kind: self._pace_of(kind, self._phases) for kind in {one.kind for one in self._phases}}
        return left_s + sum(one.rest_s * paces[one.kind] for one in self._phases if one is not current)

    @staticmethod
    def _pace_of(kind: str, phases: list[_Phase]) -> float:
        """That of the phases of a kind, and of all where there are none."""
        alike = [one for one in phases if one.kind == kind]
        pace = _pace(phases, 1.0, sum(one.rest_s for one in phases) / 3)
        return _pace(alike, pace, sum(one.expected_s or 0.0 for one in alike) / 10)

    def _is_known(self, current: _Phase, left_s: float | None, gone_s: float) -> bool:
        """Whether the time left was measured rather than expected: a beginning is mostly what comes once."""
        if left_s is None or (current.expected_s is None and current.share >= _NEARLY):
            return False
        measured_s = sum(one.took_s for one in self._phases if one.over or one.first)
        return (
            current.left_s is not None or gone_s >= _LONG_S or measured_s >= max(_BARELY * (measured_s + left_s), _LEAST_S)
        )


def _pace(phases: Iterable[_Phase], prior: float, prior_s: float) -> float:
    """Seconds that a second of what was expected takes: a short phase that took twice its time says little of long ones."""
    measured = [phase.measured() for phase in phases]
    took_s, expected_s = sum(took for took, _ in measured), sum(expected for _, expected in measured)
    return (took_s + prior * prior_s) / (expected_s + prior_s) if expected_s + prior_s > 0 else prior


#: The default: discards everything.
SILENT = Reporter()
