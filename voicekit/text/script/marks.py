"""How the words of a text are to be said."""

from bisect import bisect
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import accumulate
from math import log10
from typing import Literal

from voicekit.text.phonemes.lexicon import Entry


@dataclass(frozen=True)
class ProsodyStyle:
    """How a word is said, compared with how the voice would say it by itself.

    Attributes:
        pace: 1.2 is 20 % faster.
        pitch_st: semitones up.
        liveliness: 1.3 lets the pitch move up and down by 30 % more.
        level_db: louder by so much.
    """

    pace: float = 1.0
    pitch_st: float = 0.0
    liveliness: float = 1.0
    level_db: float = 0.0

    def __and__(self, other: "ProsodyStyle") -> "ProsodyStyle":
        """Both at once, as far as a voice goes."""
        return ProsodyStyle(
            min(max(self.pace * other.pace, 0.5), 2.0),
            min(max(self.pitch_st + other.pitch_st, -12.0), 12.0),
            min(max(self.liveliness * other.liveliness, 0.0), 3.0),
            min(max(self.level_db + other.level_db, -12.0), 12.0),
        )


NEUTRAL = ProsodyStyle()


@dataclass(frozen=True)
class SpokenBy:
    """Who speaks, as a script says it.

    Attributes:
        name: as it is written.
        kind: in front of what is said (“ANNA: …”), on a line of a storyboard (“Voice: anna”), or as a mark, “[voice: anna]”.
        line: of the script, from 1.
    """

    name: str
    kind: Literal["label", "line", "mark"] = "mark"
    line: int = field(default=1, compare=False)


@dataclass(frozen=True)
class Marks:
    """The marks of a text, by its words: those of `text.split()`.

    Attributes:
        styles: one a word; empty where all are NEUTRAL.
        pauses_s: how long it is to be silent after each word, at least; empty where that is left to the voice.
        pronunciations: (first word, word after the last, how they are said) in their order.
        voices: (first word, word after the last, who says them) in their order; engines never see them.
    """

    styles: tuple[ProsodyStyle, ...] = ()
    pauses_s: tuple[float, ...] = ()
    pronunciations: tuple[tuple[int, int, Entry], ...] = ()
    voices: tuple[tuple[int, int, SpokenBy], ...] = field(default=(), repr=False)

    @property
    def level_db(self) -> float:
        """How much louder the words are wanted, on average."""
        powers = [10 ** (style.level_db / 10) for style in self.styles]
        return 10 * log10(sum(powers) / len(powers)) if powers else 0.0

    def part(self, begin: int, end: int) -> "Marks":
        """Those of the words begin … end − 1, as a text of their own."""
        own = tuple((a - begin, b - begin, entry) for a, b, entry in self.pronunciations if begin <= a and b <= end)
        voices = tuple(
            (max(a - begin, 0), min(b, end) - begin, voice) for a, b, voice in self.voices if a < end and b > begin
        )
        return Marks(self.styles[begin:end], self.pauses_s[begin:end], own, voices)


NO_MARKS = Marks()


def joined(parts: Iterable[tuple[Marks, int]]) -> Marks:
    """The marks of texts one behind the other, each with how many words it has."""
    styles: list[ProsodyStyle] = []
    pauses_s: list[float] = []
    pronunciations: list[tuple[int, int, Entry]] = []
    voices: list[tuple[int, int, SpokenBy]] = []
    n_words = 0
    for marks, n in parts:
        styles += marks.styles or [NEUTRAL] * n
        pauses_s += marks.pauses_s or [0.0] * n
        pronunciations += [(first + n_words, after + n_words, entry) for first, after, entry in marks.pronunciations]
        voices += [(first + n_words, after + n_words, voice) for first, after, voice in marks.voices]
        n_words += n
    return Marks(
        tuple(styles) if set(styles) - {NEUTRAL} else (),
        tuple(pauses_s) if any(pauses_s) else (),
        tuple(pronunciations),
        tuple(voices),
    )


def places(parts: Iterable[str], whole: str) -> Iterator[tuple[int, int]]:
    """Where each part of a text stands in it: (first word, word after the last). What lies between parts is skipped."""
    words = whole.split()
    ends = list(accumulate(map(len, words)))
    letters, gone = "".join(words), 0
    for part in parts:
        squeezed = "".join(part.split())
        begin = max(letters.find(squeezed, gone), gone)
        gone = begin + len(squeezed)
        yield bisect(ends, begin), bisect(ends, gone - 1) + 1
