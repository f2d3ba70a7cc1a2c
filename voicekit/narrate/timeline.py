"""When each cue is spoken, and how fast. A plan on paper: nothing is read, spoken or written here.

A given time is a promise: such a cue starts exactly there. It cuts the film into *sections*, each from one given time
to the next. The other cues fill the section they stand in, in their order, spread evenly over the silence that is left.
What is too long for its section is, in this order,

1. set closer together,
2. spoken faster, up to MAX_PACE, all cues of the section alike,
3. moved behind the next given time, if its own time is not given (the last cue of the section first),
4. left as it is, never cut short: a cue with a given time that is still speaking at the next given time lets that one
   start late; one at the end of the film goes on past it. The placement says by how much.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from voicekit.errors import ScriptError
from voicekit.text.script import Cue, clock

MAX_PACE = 1.2
#: The least silence between two cues.
MIN_GAP_S = 0.12
#: What is faster by less is not worth speaking again.
_TOLERANCE_S = 0.01


@dataclass(frozen=True)
class Spoken:
    """A cue as it was spoken at a pace: how long it took."""

    cue: Cue
    duration_s: float
    pace: float = 1.0


@dataclass(frozen=True)
class Placement:
    """When a cue is spoken.

    Attributes:
        start_s, end_s: on the film's clock.
        pace: at which it should be spoken; end_s counts on it.
        overrun_s: how far its end goes past where it should be over: its own end, the next given time, the film's end.
        moved: it stands behind a cue that follows it in the script.
    """

    cue: Cue
    start_s: float
    end_s: float
    pace: float
    overrun_s: float = 0.0
    moved: bool = False

    @property
    def late_s(self) -> float:
        """How much later than its given time it starts."""
        return 0.0 if self.cue.start_s is None else self.start_s - self.cue.start_s


def check_times(cues: Sequence[Cue], film_s: float, name: str = "script") -> None:
    """Makes sure that no given time lies past the film's end.

    Raises:
        ScriptError: one does.
    """
    for cue in cues:
        latest_s = max(cue.start_s or 0.0, (cue.end_s or 0.0) - 0.1)  # an end may be rounded up
        if cue.start_s is not None and latest_s >= film_s:
            raise ScriptError(
                f"{name}, line {cue.line}: the time {clock(latest_s)} lies past the end of the film at "
                f"{clock(film_s)}; choose an earlier one"
            )


def plan(spoken: Sequence[Spoken], film_s: float) -> tuple[Placement, ...]:
    """Lays spoken cues over a film, in the order they will be heard.

    Where a placement's pace differs from the cue's, speak it again at that pace and plan with what came out.

    Args:
        spoken: in the order of the script, given times ascending.
        film_s: the film's length.
    """
    placements: list[Placement] = []
    free_s = 0.0  # when the voice is silent again
    waiting: list[Spoken] = []  # moved out of the sections before
    for anchor, untimed, limit_s in _sections(spoken, film_s):
        start_s = free_s
        group = [*waiting, *untimed]
        moved = {id(item.cue) for item in waiting}
        if anchor:
            start_s = max(free_s, anchor.cue.start_s)
            if anchor.cue.end_s is None:
                group.insert(0, anchor)
            else:  # its own slot, then the rest
                (hurried,) = _hurried([anchor], anchor.cue.end_s - start_s)
                placements.append(_placement(hurried, start_s, anchor.cue.end_s))
                free_s = start_s = max(placements[-1].end_s, anchor.cue.end_s)
        section = _Section(start_s, limit_s, bool(anchor and anchor.cue.end_s is None), limit_s >= film_s)
        placed, waiting = section.fill(group)
        placements += [replace(one, moved=id(one.cue) in moved) for one in placed]
        free_s = placements[-1].end_s if placed else free_s
    return tuple(placements)


def _sections(spoken: Sequence[Spoken], film_s: float) -> list[tuple[Spoken | None, list[Spoken], float]]:
    """(the cue with the given time that opens it, the others, where it ends) for each section."""
    sections: list[tuple[Spoken | None, list[Spoken]]] = [(None, [])]
    for item in spoken:
        if item.cue.start_s is None:
            sections[-1][1].append(item)
        else:
            sections.append((item, []))
    limits = [anchor.cue.start_s for anchor, _ in sections[1:]] + [film_s]
    return [(anchor, untimed, limit) for (anchor, untimed), limit in zip(sections, limits, strict=True)]


@dataclass(frozen=True)
class _Section:
    """A stretch of film to fill with cues.

    Attributes:
        anchored: its first cue starts exactly at start_s.
        is_last: the film ends with it.
    """

    start_s: float
    limit_s: float
    anchored: bool
    is_last: bool

    def fill(self, group: list[Spoken]) -> tuple[list[Placement], list[Spoken]]:
        """Places as many cues of `group` as fit, in order; returns the others too."""
        n = len(group)
        while n:
            hurried = _hurried(group[:n], self._room_s(n))
            fits = _length_s(hurried) <= self._room_s(n) + _TOLERANCE_S
            if fits or self.is_last or (self.anchored and n == 1):
                return self._spread(hurried), group[n:]
            n -= 1
        return [], group

    def _room_s(self, n: int) -> float:
        """What is there for the speech of n cues, less the gaps between them and around."""
        n_gaps = n - 1 + (not self.is_last) + (not self.anchored and self.start_s > 0)
        return self.limit_s - self.start_s - n_gaps * MIN_GAP_S

    def _spread(self, group: list[Spoken]) -> list[Placement]:
        """Shares the silence out evenly; the film's start and end get half as much as the gaps between."""
        first = 0.0 if self.anchored else 1.0 if self.start_s > 0 else 0.5
        last = 0.5 if self.is_last else 1.0
        silence_s = self.limit_s - self.start_s - _length_s(group)
        gap_s = silence_s / (len(group) - 1 + first + last)
        if gap_s < MIN_GAP_S:  # tight: nothing to share at the edges
            gap_s, first = MIN_GAP_S, float(first == 1)
        placements = []
        start_s = self.start_s + first * gap_s
        for item in group:
            placements.append(_placement(item, start_s, self.limit_s))
            start_s = placements[-1].end_s + gap_s
        return placements


def _hurried(group: list[Spoken], room_s: float) -> list[Spoken]:
    """The cues as they would be at the pace, one for all, that makes them fit in `room_s`, or at MAX_PACE."""
    if _length_s(group) <= room_s + _TOLERANCE_S:
        return group
    at_pace_1_s = sum(item.duration_s * item.pace for item in group)
    # A little faster than it must be: speech never is exactly as long as asked for.
    wanted = min(MAX_PACE, 1.01 * at_pace_1_s / room_s) if room_s > 0 else MAX_PACE
    hurried = []
    for item in group:
        pace = max(wanted, item.pace)
        hurried.append(Spoken(item.cue, item.duration_s * item.pace / pace, pace))
    return hurried


def _length_s(group: list[Spoken]) -> float:
    return sum(item.duration_s for item in group)


def _placement(item: Spoken, start_s: float, limit_s: float) -> Placement:
    end_s = start_s + item.duration_s
    overrun_s = end_s - limit_s
    return Placement(item.cue, start_s, end_s, item.pace, overrun_s if overrun_s > _TOLERANCE_S else 0.0)
