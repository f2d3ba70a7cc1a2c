"""Reporters that remember: each step of a training, which they may break off, and what a person would read."""

from collections import defaultdict
from collections.abc import Callable, Mapping
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
    """Remembers what a person would read, in order, and the shares of each task."""

    lines: list[str] = field(default_factory=list)
    shares: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    def say(self, line: str) -> None:
        self.lines.append(line)

    note = say

    def progress(self, task: str, share: float, left_s: float | None = None,
                 numbers: Mapping[str, float] | None = None) -> None:  # fmt: skip
        self.shares[task].append(share)
