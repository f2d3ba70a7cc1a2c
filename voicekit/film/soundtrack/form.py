"""The form of a music: its bars, so placed that each part begins with a clip, and the chord and the energy of each.

A film's music has an intro, a build, a variation, a breath, a climax and an end: a cadence, whose last chord ends with the
film. In a long film that comes again every two minutes, each time with other phrases. A part of another mood begins on a
bar, and the bar before leads to its key.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

import numpy as np

#: Roots as MIDI numbers, and the steps of their chords.
_MINOR, _MAJOR = (0, 3, 7), (0, 4, 7)
CHORDS = {
    "C": (48, _MAJOR), "Dm": (50, _MINOR), "Em": (52, _MINOR), "E": (52, _MAJOR), "F": (53, _MAJOR), "G": (43, _MAJOR),
    "Am": (45, _MINOR), "A": (45, _MAJOR), "Bb": (46, _MAJOR),
}  # fmt: skip


@dataclass(frozen=True)
class Mood:
    """How music of a mood goes.

    Attributes:
        beat_s: the length of a beat, about: a part has a whole number of them.
        phrases: of four chords each.
        home, leading: the chord that it ends on, and the one before.
        scale: of its melodies, as steps of an octave from C.
    """

    beat_s: float
    phrases: tuple[tuple[str, ...], ...]
    home: str
    leading: str
    scale: tuple[int, ...]


def _phrases(text: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(phrase.split()) for phrase in text.split("|"))


_PENTATONIC, _HARMONIC = (0, 2, 4, 7, 9), (0, 2, 4, 5, 8, 9, 11)
MOODS = {
    "calm": Mood(60 / 76, _phrases("C G Am F|F C G Am|Am F C G|F G Em Am|C Em F G"), "C", "G", _PENTATONIC),
    "epic": Mood(60 / 100, _phrases("Am F C G|Am G F E|F G Am Am|Dm Am F E|Am C G Dm"), "A", "G", _PENTATONIC),
    "tense": Mood(60 / 88, _phrases("Am Am Bb Am|Am Dm Am E|Am Bb Dm E|Dm Am Bb E"), "Am", "E", _HARMONIC),
    "playful": Mood(60 / 118, _phrases("C Am F G|C F C G|F G C Am|Dm G C C|C G F G"), "C", "G", _PENTATONIC),
}
#: A part's beats are four to the bar where they need not differ from the mood's own by more than this.
_BEND = 0.1
#: A part that is so nearly a whole number of beats long was made so: its beats stay as they are.
_EXACT = 0.003
#: The shape of a film's music: (share of its length, energy).
_SHAPE = ((0.0, 0.15), (0.1, 0.3), (0.35, 0.65), (0.5, 0.75), (0.62, 0.45), (0.85, 1.0), (0.95, 0.9), (1.0, 0.6))
_CYCLE_S = 120.0
#: A short film has no time for an intro: it begins with this energy; a new mood is to be heard at once, too.
_SHORT_S, _AT_ONCE = 20.0, 0.62


@dataclass(frozen=True)
class Part:
    """A stretch of the film with music of one mood, or with none (""); in seconds from the film's start."""

    start_s: float
    end_s: float
    mood: str


@dataclass(frozen=True)
class Bar:
    """A bar of the music.

    Attributes:
        number: in the whole music, from 0; `place` in its part, `of` so many.
        beats: how many, each `beat_s` long.
        chord: of CHORDS.
        energy: 0 to 1.
        is_last: the last chord, after which nothing comes; leads: the next bar is one of another mood.
    """

    start_s: float
    mood: str
    number: int
    place: int
    of: int
    beats: int
    beat_s: float
    chord: str
    energy: float
    is_last: bool
    leads: bool

    @property
    def length_s(self) -> float:
        return self.beats * self.beat_s

    @property
    def phrase(self) -> int:
        """Which phrase of four bars it belongs to."""
        return self.place // 4


def merged(parts: Sequence[Part]) -> list[Part]:
    """Neighbours of the same mood as one."""
    found: list[Part] = []
    for part in parts:
        if found and found[-1].mood == part.mood:
            found[-1] = Part(found[-1].start_s, part.end_s, part.mood)
        elif part.end_s > part.start_s:
            found.append(part)
    return found


def bars_of(parts: Sequence[Part]) -> Iterator[Bar]:
    """The bars of a music, in order; none where a part is silent."""
    parts = merged(parts)
    film_s = parts[-1].end_s if parts else 0.0
    number = 0
    for part, following in zip(parts, [*parts[1:], None], strict=True):
        if not part.mood:
            continue
        mood, length_s = MOODS[part.mood], part.end_s - part.start_s
        sizes = _bar_sizes(length_s, mood.beat_s)
        beat_s = length_s / sum(sizes)
        rng = np.random.default_rng([0, number, list(MOODS).index(part.mood)])
        ends = following is None or not following.mood
        chords = _chords(mood, len(sizes), rng, ends, MOODS[following.mood] if following and following.mood else None)
        starts = accumulate(sizes, initial=0)
        for place, (beats, chord, (before, _)) in enumerate(zip(sizes, chords, pairwise(starts), strict=True)):
            start_s = part.start_s + before * beat_s
            is_last = ends and place == len(sizes) - 1
            at_once = part.start_s > 0 or film_s < _SHORT_S
            energy = max(_energy(start_s, film_s), _AT_ONCE if at_once else 0.0)
            leads = not ends and place == len(sizes) - 1
            yield Bar(start_s, part.mood, number, place, len(sizes), beats, beat_s, chord, energy, is_last, leads)
            number += 1


def _bar_sizes(length_s: float, beat_s: float) -> list[int]:
    """How many beats each bar of a part has: four, or where the part is short, what makes them fit."""
    beats = max(1, round(length_s / beat_s))
    bars = max(1, round(length_s / (4 * beat_s)))
    if abs(length_s / beats / beat_s - 1) > _EXACT and abs(length_s / (4 * bars) / beat_s - 1) <= _BEND:
        return [4] * bars
    bars = max(1, round(beats / 4))
    return [beats * (n + 1) // bars - beats * n // bars for n in range(bars)]


def _energy(start_s: float, film_s: float) -> float:
    cycles = max(1, round(film_s / _CYCLE_S))
    turn, share = divmod(start_s / film_s * cycles, 1.0)
    shares, energies = zip(*_SHAPE, strict=True)
    energy = float(np.interp(share, shares, energies))
    return energy if turn == 0 else max(energy, 0.35)  # it begins from nothing only once


def _chords(mood: Mood, bars: int, rng: np.random.Generator, ends: bool, following: Mood | None) -> list[str]:
    chords: list[str] = []
    last = -1
    while len(chords) < bars:
        choices = [at for at in range(len(mood.phrases)) if at != last]
        last = 0 if not chords else int(rng.choice(choices))
        chords += mood.phrases[last]
    chords = chords[:bars]
    if ends:
        chords[-2:] = [mood.leading, mood.home][-min(2, bars) :]
    elif following:
        chords[-1] = {"C": "G", "A": "E", "Am": "E"}[following.home]
    return chords
