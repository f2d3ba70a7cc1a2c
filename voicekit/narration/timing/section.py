"""A stretch of film and the lines that are to be spoken in it: how fast each is, and when.

Three questions, one after another:

1. How much must the lines be compressed so that they fit, none across a cut that could stay between two? The least level
   for all is found by bisection; whether a level is enough, by placing line after line as early as it can be (`_earliest`).
2. Which shot does each line belong to? The one it falls into when the silence is shared out evenly, as far as that fits.
3. Which lines need less compression than the others? What fixes the level is a run of lines without a gap between a start
   and an end that are given. They share their load evenly; the lines before and after them are looked at by themselves.
   This is the schedule of Yao, Demers & Shenker 1995, "A scheduling model for reduced CPU energy", for jobs in a given
   order: no other has a smaller largest load, nor a smaller second largest beside it, and so on.

Times are on the film's clock.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

#: The voice speaks at most this much faster, and its sound is then stretched by at most this much.
MAX_PACE, MAX_STRETCH = 1.2, 1.1
#: A little more than the plan uses, because the voice's own lengths are never quite as planned.
UTMOST_STRETCH = MAX_STRETCH * 1.02
#: No pause inside a line becomes shorter: 80 ms of it remain even where its sound is stretched the most.
SHORTEST_PAUSE_S = 0.08 * UTMOST_STRETCH
#: The level at which all of the compression is used.
MAX_LEVEL = 3.0
#: The least silence between two lines.
MIN_GAP_S = 0.12
#: A line that goes on for less after a cut does not cross it.
_CUT_TOLERANCE_S = 0.04
_TOLERANCE_S = 1e-6
#: The partial placements that are followed at once: each crosses fewer cuts than the next, and ends later.
_WAYS = 16
_BISECTIONS = 14
_SHIFTS = (1.0, 0.9, 0.75, 0.5, 0.25, 0.0)


@dataclass(frozen=True)
class TimeCompression:
    """How a line is made shorter: by its pauses first, then by the voice's own durations, then by stretching its sound.

    Attributes:
        pauses: how much is taken of what its pauses can lose, in [0, 1].
        pace: the voice's own, in [1, MAX_PACE].
        stretch: of the sound, pitch kept, in [1, MAX_STRETCH].
    """

    pauses: float = 0.0
    pace: float = 1.0
    stretch: float = 1.0

    @classmethod
    def at(cls, level: float) -> "TimeCompression":
        """One figure for all of it, in [0, MAX_LEVEL]: up to 1 the pauses, up to 2 the pace, up to 3 the sound."""
        first, second, third = (min(max(level - start, 0.0), 1.0) for start in range(3))
        return cls(first, 1 + second * (MAX_PACE - 1), 1 + third * (MAX_STRETCH - 1))

    @property
    def speed(self) -> float:
        """How much faster the words are heard than the voice would say them."""
        return self.pace * self.stretch

    def length_s(self, speech_s: float, pauses_s: float) -> float:
        """Of a line of `speech_s`, and `pauses_s` that its pauses can lose beside."""
        return speech_s / self.speed + (1 - self.pauses) * pauses_s


NO_COMPRESSION = TimeCompression()


@dataclass(frozen=True)
class Line:
    """What is to be spoken.

    Attributes:
        speech_s, pauses_s: its length at the voice's own pace is their sum; by the second its pauses can be shortened.
    """

    speech_s: float
    pauses_s: float = 0.0

    def length_s(self, level: float) -> float:
        return TimeCompression.at(level).length_s(self.speech_s, self.pauses_s)


@dataclass(frozen=True)
class Spot:
    """When a line is spoken, and how much it is compressed for that, in [0, MAX_LEVEL]."""

    start_s: float
    end_s: float
    level: float


@dataclass(frozen=True)
class _Window:
    """Between what a line must be spoken."""

    begin_s: float
    end_s: float


@dataclass(frozen=True)
class Section:
    """A stretch of film to fill with lines, in their order.

    Attributes:
        start_s, limit_s: nothing is spoken before and after.
        anchored: the first line starts exactly at start_s.
        cuts_s: of the film, in order.
        margins: how much silence there is before the first and behind the last line, where there is enough, as a part of
            that between two lines.
    """

    start_s: float
    limit_s: float
    anchored: bool = False
    cuts_s: Sequence[float] = ()
    margins: tuple[float, float] = (0.5, 0.5)
    _cuts: list[float] = field(init=False, repr=False, default_factory=list)

    def __post_init__(self) -> None:
        self._cuts.extend(cut for cut in self.cuts_s if self.start_s < cut < self.limit_s)

    def fill(self, lines: Sequence[Line]) -> list[Spot] | None:
        """The best places for lines; None where they do not fit."""
        fullest = self._earliest(lines, MAX_LEVEL)
        if fullest is None:
            return None
        crossings = fullest.crossings
        level = _least(lambda level: self._earliest(lines, level, crossings) is not None, MAX_LEVEL)
        wanted_s = self._spread(lines, level)
        # As near to being spread evenly as can be: all the way to the times wanted, or less, or as early as can be.
        way = fullest
        for shift in _SHIFTS:
            nearer = self._earliest(lines, level, crossings, self.start_s + shift * (wanted_s - self.start_s))
            if nearer:
                way = nearer
                break
        windows = self._windows(way)
        levels = _levels(lines, windows)
        return _spots(lines, levels, windows, wanted_s)

    def overfill(self, lines: Sequence[Line]) -> list[Spot]:
        """Lines that do not fit, one behind the other, at the utmost compression: the last ones go on past the limit."""
        spots, free_s = [], self.start_s
        for line in lines:
            spots.append(Spot(free_s, free_s + line.length_s(MAX_LEVEL), MAX_LEVEL))
            free_s = spots[-1].end_s + MIN_GAP_S
        return spots

    def _earliest(
        self, lines: Sequence[Line], level: float, crossings: float = np.inf, releases_s: np.ndarray | None = None
    ) -> "_Way | None":
        """The way to speak the lines at a level that crosses the fewest cuts and ends first; None where none fits.

        Args:
            crossings: no more may cross a cut.
            releases_s: (lines,) no line may start earlier.
        """
        ways = [_Way(0, self.start_s - MIN_GAP_S)]
        for number, line in enumerate(lines):
            length_s = line.length_s(level)
            release_s = self.start_s if releases_s is None else releases_s[number]
            following = []
            for way in ways:
                start_s = max(release_s, way.end_s + MIN_GAP_S)
                following += self._places(way, start_s, length_s, fixed=self.anchored and number == 0)
            ways = _best(way for way in following if way.crossings <= crossings)
            if not ways:
                return None
        return ways[0]

    def _places(self, way: "_Way", start_s: float, length_s: float, fixed: bool) -> list["_Way"]:
        """Where a line can go next: at once, and, if that crosses a cut, into the first shot from there on that holds it."""
        places = []
        cut, last_s = self._next_cut(start_s), self.limit_s + _TOLERANCE_S
        crosses = start_s + length_s > cut + _CUT_TOLERANCE_S
        if start_s + length_s <= last_s:
            places.append(_Way(way.crossings + crosses, start_s + length_s, way, start_s))
        if crosses and not fixed:
            number = bisect_left(self._cuts, cut)
            while number < len(self._cuts) and self._cuts[number] + length_s <= last_s:
                start_s = self._cuts[number]
                if start_s + length_s <= self._next_cut(start_s) + _CUT_TOLERANCE_S:
                    places.append(_Way(way.crossings, start_s + length_s, way, start_s))
                    break
                number += 1
        return places

    def _next_cut(self, time_s: float) -> float:
        """The first cut after a time, or infinity."""
        number = bisect_right(self._cuts, time_s + _CUT_TOLERANCE_S)
        return self._cuts[number] if number < len(self._cuts) else np.inf

    def _spread(self, lines: Sequence[Line], level: float) -> np.ndarray:
        """(lines,) starts that share the silence out evenly, whatever the cuts."""
        lengths_s = np.array([line.length_s(level) for line in lines])
        before, behind = self.margins
        before = 0.0 if self.anchored else before
        silence_s = self.limit_s - self.start_s - lengths_s.sum()
        gap_s = silence_s / max(len(lines) - 1 + before + behind, 1e-9)
        if gap_s < MIN_GAP_S:  # tight: nothing to share at the edges
            gap_s, before = MIN_GAP_S, 0.0
        return self.start_s + before * gap_s + np.concatenate(([0.0], np.cumsum(lengths_s + gap_s)[:-1]))

    def _windows(self, way: "_Way") -> list[_Window]:
        """Between which cuts, or edges of the section, each line is spoken."""
        edges = [self.start_s, *self._cuts, self.limit_s]
        windows: list[_Window] = []
        for one in way.back():
            if one.end_s > self._next_cut(one.start_s) + _CUT_TOLERANCE_S:  # it crosses a cut
                windows.append(_Window(self.start_s, self.limit_s))
            else:
                number = max(bisect_right(edges, one.start_s + _CUT_TOLERANCE_S) - 1, 0)
                windows.append(_Window(edges[number], min(self._next_cut(one.start_s) + _CUT_TOLERANCE_S, self.limit_s)))
        windows.reverse()
        if self.anchored:  # its start is its own
            windows[0] = _Window(self.start_s, windows[0].end_s)
        return windows


@dataclass(frozen=True)
class _Way:
    """Lines placed so far: how many cross a cut, where the last one is, and the way before it."""

    crossings: int
    end_s: float
    before: "_Way | None" = None
    start_s: float = 0.0

    def back(self) -> Iterator["_Way"]:
        """This and those before it, the last line first."""
        way = self
        while way.before is not None:
            yield way
            way = way.before


def _best(ways: Iterable[_Way]) -> list[_Way]:
    """Those that no other one beats in both crossings and end."""
    kept: list[_Way] = []
    for way in sorted(ways, key=lambda w: (w.crossings, w.end_s)):
        if not kept or way.end_s < kept[-1].end_s - _TOLERANCE_S:
            kept.append(way)
    return kept[:_WAYS]


def _least(enough, most: float) -> float:
    """The least figure in [0, most] that is enough, if `most` is."""
    if enough(0.0):
        return 0.0
    low, high = 0.0, most
    for _ in range(_BISECTIONS):
        middle = (low + high) / 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high


def _levels(lines: Sequence[Line], windows: Sequence[_Window]) -> np.ndarray:
    """(lines,) levels: within their windows, the largest as small as can be, then the second largest, and so on."""
    levels = np.zeros(len(lines))
    begins = np.array([window.begin_s for window in windows])
    ends = np.array([window.end_s for window in windows])
    todo = [(0, len(lines))]
    while todo:
        first, last = todo.pop()
        if first == last:
            continue
        part = slice(first, last)

        def early(level: float, part=part) -> tuple[np.ndarray, np.ndarray]:
            lengths = np.array([line.length_s(level) for line in lines[part]])
            return _forward(begins[part], lengths), lengths

        def enough(level: float, part=part, early=early) -> bool:
            starts, lengths = early(level)
            return bool((starts + lengths <= ends[part] + _TOLERANCE_S).all())

        level = _least(enough, MAX_LEVEL)
        if level == 0:
            continue
        # The run that fixes the level: it ends at an end that is given, and begins where a line waits for nobody.
        starts, lengths = early(level)
        tight = int(np.argmax(starts + lengths - ends[part]))
        head = tight
        while head > 0 and starts[head] > begins[part][head] + _TOLERANCE_S:
            head -= 1
        levels[first + head : first + tight + 1] = level
        ends[first : first + head] = np.minimum(ends[first : first + head], starts[head] - MIN_GAP_S)
        free_s = starts[tight] + lengths[tight] + MIN_GAP_S
        begins[first + tight + 1 : last] = np.maximum(begins[first + tight + 1 : last], free_s)
        todo += [(first, first + head), (first + tight + 1, last)]
    return levels


def _forward(begins: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """The earliest starts of lines behind one another, none before its begin."""
    gone = np.concatenate(([0.0], np.cumsum(lengths + MIN_GAP_S)[:-1]))
    return gone + np.maximum.accumulate(begins - gone)


def _spots(lines: Sequence[Line], levels: np.ndarray, windows: Sequence[_Window], wanted_s: np.ndarray) -> list[Spot]:
    """Each line as near to the time wanted as its window and the lines around it allow."""
    lengths = np.array([line.length_s(level) for line, level in zip(lines, levels, strict=True)])
    ends = np.array([window.end_s for window in windows])
    latest = -_forward(-ends[::-1], lengths[::-1])[::-1] - lengths
    spots: list[Spot] = []
    for number, window in enumerate(windows):
        free_s = spots[-1].end_s + MIN_GAP_S if spots else -np.inf
        start_s = max(window.begin_s, free_s, min(wanted_s[number], latest[number]))
        spots.append(Spot(float(start_s), float(start_s + lengths[number]), float(levels[number])))
    return spots
