"""Plans when each cue is spoken, and how fast. Nothing is read, spoken or written here.

A given time is a promise: such a cue starts exactly there, and a given end is the end of its own stretch of film. Given
times cut the film into *sections*, each from one to the next; the clips of a storyboard are sections too. The other cues
fill the section they are in. Cues are always heard in the order in which they are written. What is too long for its section
is, in this order,

1. set closer together: all the silence around is used,
2. spoken with shorter pauses, 3. spoken faster by the voice itself, 4. stretched (see `TimeCompression`), all cues that
   share the lack of time alike; so that no cue crosses a cut that can stay within its shot (see `Section`),
5. left whole and as it is, never cut short: the next given time is late by as little as can be, and those after it hold
   again as soon as they can; the last cue goes on past the film's end. The placement says by how much.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import ceil

import numpy as np

from voicekit.core.errors import ScriptError
from voicekit.narration.timing.section import MIN_GAP_S, NO_COMPRESSION, Line, Section, Spot, TimeCompression
from voicekit.text.script.cue import Clip, Cue, clock

#: Nobody hears that speech goes on for so little too long, or begins so little late.
UNHEARD_S = 0.05
#: Nobody hears, or sees, so short a piece on the other side of a cut.
_AT_ONCE_S = 0.05
#: Durations in headings are rounded: the clip really ends at a cut this close.
_SNAP_S = 0.5
#: Between two who speak to each other: most answer after about 0.2 s (Stivers et al. 2009, in ten languages).
TURN_GAP_S = 0.25
#: The time a clip is assumed to need beside its narration; a silent one needs only this.
_AROUND_S = 1.0


@dataclass(frozen=True)
class Spoken:
    """A cue as the voice says it at its own pace: `speech_s` in all, and `pauses_s` more that can be left out."""

    cue: Cue
    speech_s: float
    pauses_s: float = 0.0

    @property
    def line(self) -> Line:
        return Line(self.speech_s, self.pauses_s)


#: Of TURN_GAP_S, what may be left out is left out first.
_TURN_GAP = Spoken(Cue(""), MIN_GAP_S, TURN_GAP_S - MIN_GAP_S)


@dataclass(frozen=True)
class _Dialogue:
    """Cues that follow one another at once; mostly it is one alone.

    Attributes:
        turns: in their order; the time of the first is that of all.
    """

    turns: tuple[Spoken, ...]

    @property
    def cue(self) -> Cue:
        return self.turns[0].cue

    @property
    def line(self) -> Line:
        lines = [one.line for one in (*self.turns, *self._gaps)]
        return Line(sum(line.speech_s for line in lines), sum(line.pauses_s for line in lines))

    @property
    def _gaps(self) -> list[Spoken]:
        """The silences between turns; that which the script asks for stays."""
        asked_s = [sum(one.cue.marks.pauses_s[-1:]) for one in self.turns[:-1]]
        return [Spoken(self.cue, gap_s) if gap_s else _TURN_GAP for gap_s in asked_s]

    def placements(self, spot: Spot, excess_s: float) -> Iterator["Placement"]:
        """Where each turn is, in the spot of all; each has its share of what is too long."""
        compression, start_s = TimeCompression.at(spot.level), spot.start_s
        gaps_s = [compression.length_s(gap.speech_s, gap.pauses_s) for gap in self._gaps]
        lengths_s = [compression.length_s(one.speech_s, one.pauses_s) for one in self.turns]
        lengths_s[-1] = spot.end_s - spot.start_s - sum(gaps_s) - sum(lengths_s[:-1])
        for one, length_s, gap_s in zip(self.turns, lengths_s, [*gaps_s, 0.0], strict=True):
            share = length_s / sum(lengths_s)
            yield Placement(one.cue, start_s, start_s + length_s, compression, excess_s * share)
            start_s += length_s + gap_s


def _dialogues(spoken: Sequence[Spoken]) -> list[_Dialogue]:
    found: list[list[Spoken]] = []
    for one in spoken:
        if one.cue.turn and found:
            found[-1].append(one)
        else:
            found.append([one])
    return [_Dialogue(tuple(turns)) for turns in found]


@dataclass(frozen=True)
class Placement:
    """When a cue is spoken.

    Attributes:
        start_s, end_s: on the film's clock.
        compression: what makes it as short as that.
        overrun_s: by how much it is too long for where it should be over (its own end, the next given time, the end of
            its clip or of the film); where several cues are too long together, its share.
        crosses_cut: it is heard on both sides of one.
    """

    cue: Cue
    start_s: float
    end_s: float
    compression: TimeCompression = NO_COMPRESSION
    overrun_s: float = 0.0
    crosses_cut: bool = False

    @property
    def words_to_cut(self) -> int:
        """How many words fewer would let the cue fit; 0 where it does."""
        if not self.overrun_s:
            return 0
        n_words = len(self.cue.text.split())
        spoken_s = self.end_s - self.start_s - sum(self.cue.marks.pauses_s)
        return min(ceil(self.overrun_s / max(spoken_s / n_words, 0.1)), n_words)

    @property
    def late_s(self) -> float:
        """How much later than its given time it starts."""
        return 0.0 if self.cue.start_s is None else self.start_s - self.cue.start_s


@dataclass(frozen=True)
class Slot:
    """A clip's stretch of the film."""

    start_s: float
    end_s: float


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


def slots_of(
    clips: Sequence[Clip], spoken: Sequence[Spoken], film_s: float, cuts_s: Sequence[float], name: str = "script"
) -> tuple[Slot, ...]:
    """One slot a clip, one behind the other.

    Where the headings say durations, those; else the film's cuts, of which those are chosen that leave each clip as near as
    can be to the share of the film that its narration has of all.

    Raises:
        ScriptError: the durations go past the film's end, or the film has fewer shots than the storyboard clips.
    """
    if not clips:
        return ()
    ends_s = (
        _by_durations(clips, film_s, cuts_s, name) if clips[0].duration_s else _by_cuts(clips, spoken, film_s, cuts_s, name)
    )
    return tuple(Slot(start_s, end_s) for start_s, end_s in zip([0.0, *ends_s[:-1]], ends_s, strict=True))


def _by_durations(clips: Sequence[Clip], film_s: float, cuts_s: Sequence[float], name: str) -> list[float]:
    ends_s: list[float] = []
    total_s = 0.0
    for clip in clips:
        total_s += clip.duration_s or 0.0
        if total_s > film_s + _SNAP_S:
            raise ScriptError(
                f"{name}, line {clip.line}: the clip “{clip.title}” ends at {clock(total_s)}, after the film's end at "
                f"{clock(film_s)}; shorten the durations"
            )
        nearest_s = min(cuts_s, key=lambda cut: abs(cut - total_s), default=total_s)
        end_s = nearest_s if abs(nearest_s - total_s) <= _SNAP_S else total_s
        ends_s.append(min(max(end_s, ends_s[-1] if ends_s else 0.0), film_s))
    return ends_s


def _by_cuts(
    clips: Sequence[Clip], spoken: Sequence[Spoken], film_s: float, cuts_s: Sequence[float], name: str
) -> list[float]:
    if len(cuts_s) + 1 < len(clips):
        shots = "one shot" if not cuts_s else f"{len(cuts_s) + 1} shots"
        raise ScriptError(
            f"{name}: the storyboard has {len(clips)} clips without durations, and the film {shots}; write how long each "
            "is after its title, e.g. (6 seconds)"
        )
    wanted_s = np.full(len(clips), _AROUND_S)
    for item in spoken:
        if item.cue.clip is not None:
            wanted_s[item.cue.clip] += item.speech_s + item.pauses_s
    wanted_s *= film_s / wanted_s.sum()
    # best[m]: the least sum of squared differences when the clips so far end at edge m, and where the last one began.
    edges_s = np.array([0.0, *cuts_s, film_s])
    lengths_s = edges_s[None, :] - edges_s[:, None]
    best = np.where(np.arange(len(edges_s)) == 0, 0.0, np.inf)
    begins = []
    for wanted in wanted_s:
        costs = best[:, None] + np.where(lengths_s > 0, (lengths_s - wanted) ** 2, np.inf)
        begins.append(costs.argmin(0))
        best = costs.min(0)
    chosen = [len(edges_s) - 1]
    for begin in reversed(begins[1:]):
        chosen.append(int(begin[chosen[-1]]))
    return [float(edges_s[edge]) for edge in reversed(chosen)]


def plan(
    spoken: Sequence[Spoken], film_s: float, cuts_s: Sequence[float] = (), slots: Sequence[Slot] = ()
) -> tuple[Placement, ...]:
    """Lays out cues over a film, in their order.

    Args:
        spoken: in the order of the script, with the given times in order.
        cuts_s: of the film, in order.
        slots: of the clips of a storyboard.
    """
    placements: list[Placement] = []
    free_s = 0.0
    dialogues = _dialogues(spoken)
    for stretch in _clips(dialogues, slots) if slots else _sections(dialogues, film_s):
        if not stretch.dialogues:
            continue
        start_s = max(free_s, stretch.start_s)
        is_last = stretch.limit_s >= film_s
        section = Section(
            start_s,
            stretch.limit_s if is_last or slots else stretch.limit_s - MIN_GAP_S,
            stretch.anchored,
            cuts_s,
            margins=(1.0 if start_s > 0 else 0.5, 0.5 if is_last else 1.0),
        )
        # What a cue before took of the time is no fault of those here.
        late_s = start_s - stretch.start_s
        for one in _filled(section, stretch.dialogues, section.limit_s + late_s):
            crosses = any(one.start_s + _AT_ONCE_S < cut < one.end_s - _AT_ONCE_S for cut in cuts_s)
            placements.append(replace(one, crosses_cut=crosses))
            free_s = one.end_s + MIN_GAP_S
        if stretch.ends:
            free_s = max(free_s, stretch.limit_s)
    return tuple(placements)


def _filled(section: Section, group: Sequence[_Dialogue], limit_s: float) -> list[Placement]:
    """Cues in a section; where they do not fit, each with its share of what goes on past the limit."""
    lines = [item.line for item in group]
    spots, excess_s = section.fill(lines), 0.0
    if spots is None:
        spots = section.overfill(lines)
        excess_s = spots[-1].end_s - limit_s
    excess_s = excess_s if excess_s > UNHEARD_S else 0.0
    spoken_s = sum(spot.end_s - spot.start_s for spot in spots)
    return [
        placement
        for item, spot in zip(group, spots, strict=True)
        for placement in item.placements(spot, excess_s * (spot.end_s - spot.start_s) / spoken_s)
    ]


@dataclass(frozen=True)
class _Stretch:
    """A stretch of film and the cues that the script has there.

    Attributes:
        anchored: the first cue starts at start_s.
        ends: it is one cue's own, which the script says the end of.
    """

    dialogues: list[_Dialogue]
    start_s: float
    limit_s: float
    anchored: bool = False
    ends: bool = False


def _sections(spoken: Sequence[_Dialogue], film_s: float) -> list[_Stretch]:
    """From each given time to the next; a cue with a given end has a stretch of its own."""
    starts_s = [item.cue.start_s for item in spoken if item.cue.start_s is not None]
    stretches = [_Stretch([], 0.0, min([*starts_s, film_s]))]
    for item in spoken:
        if item.cue.start_s is None:
            stretches[-1].dialogues.append(item)
            continue
        starts_s.pop(0)
        limit_s, end_s = min([*starts_s, film_s]), item.cue.end_s
        if end_s is not None:
            # Its end is its own; where the next cue starts then, a gap is left as before any other.
            own_s = min(end_s + MIN_GAP_S, limit_s)
            stretches.append(_Stretch([item], item.cue.start_s, own_s, anchored=True, ends=True))
            stretches.append(_Stretch([], own_s, limit_s))
        else:
            stretches.append(_Stretch([item], item.cue.start_s, limit_s, anchored=True))
    return stretches


def _clips(spoken: Sequence[_Dialogue], slots: Sequence[Slot]) -> list[_Stretch]:
    return [
        _Stretch([item for item in spoken if item.cue.clip == number], slot.start_s, slot.end_s)
        for number, slot in enumerate(slots)
    ]
