"""Reporters that remember: each step of a training, which they may break off, and what a person would read."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from voicekit.core.reporter import Reporter
from voicekit.training.tasks import TITLES


@dataclass(frozen=True)
class Step:
    task: str
    share: float
    left_s: float
    numbers: dict[str, float]

    @property
    def number(self) -> int:
        return int(self.numbers["step"])


@dataclass
class Steps(Reporter):
    at_step: Callable[[Step], None] = lambda step: None
    seen: list[Step] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def note(self, line: str) -> None:
        self.notes.append(line)

    def progress(self, task: str, share: float, left_s: float | None = None,
                 numbers: Mapping[str, float] | None = None) -> None:  # fmt: skip
        if numbers:
            name = next((name for name, title in TITLES.items() if task.startswith(title)), task)
            self.seen.append(Step(name, share, left_s or 0.0, dict(numbers)))
            self.at_step(self.seen[-1])


@dataclass
class Told(Reporter):
    """Remembers what a person would read, in order, the shares of each task, and the words of those that were expected."""

    lines: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    shares: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    def say(self, line: str) -> None:
        self.lines.append(line)

    note = say

    def expect(self, tasks: Iterable[tuple[str, float]]) -> None:
        for words, seconds in tasks:
            assert seconds > 0, f"{words} is expected to take no time"
            self.words.append(words)

    @property
    def unexpected(self) -> list[str]:
        """The tasks that nobody expected, which come on top of the time left."""
        return [task for task in self.shares if not any(words in task for words in self.words)]

    def progress(self, task: str, share: float, left_s: float | None = None,
                 numbers: Mapping[str, float] | None = None) -> None:  # fmt: skip
        self.shares[task].append(share)
