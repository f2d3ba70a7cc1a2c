"""How the words of a text are to be said, beside what they say."""

from bisect import bisect
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate

from voicekit.text.phonemes.lexicon import Entry


@dataclass(frozen=True)
class Manner:
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

    def __and__(self, other: "Manner") -> "Manner":
        """Both at once, as far as a voice goes."""
        return Manner(
            min(max(self.pace * other.pace, 0.5), 2.0),
            min(max(self.pitch_st + other.pitch_st, -12.0), 12.0),
            min(max(self.liveliness * other.liveliness, 0.0), 3.0),
            min(max(self.level_db + other.level_db, -12.0), 12.0),
        )


PLAIN = Manner()


@dataclass(frozen=True)
class Marks:
    """The marks of a text, by its words: those of `text.split()`.

    Attributes:
        manners: one a word; empty where all are PLAIN.
        pauses_s: how long it is to be silent after each word, at least; empty where that is left to the voice.
        said: (first word, word after the last, how they are said) in their order.
    """

    manners: tuple[Manner, ...] = ()
    pauses_s: tuple[float, ...] = ()
    said: tuple[tuple[int, int, Entry], ...] = ()

    def part(self, begin: int, end: int) -> "Marks":
        """Those of the words begin … end − 1, as a text of their own."""
        said = tuple((a - begin, b - begin, entry) for a, b, entry in self.said if begin <= a and b <= end)
        return Marks(self.manners[begin:end], self.pauses_s[begin:end], said)


NO_MARKS = Marks()


def joined(parts: Iterable[tuple[Marks, int]]) -> Marks:
    """The marks of texts one behind the other, each with how many words it has."""
    manners: list[Manner] = []
    pauses_s: list[float] = []
    said: list[tuple[int, int, Entry]] = []
    n_words = 0
    for marks, n in parts:
        manners += marks.manners or [PLAIN] * n
        pauses_s += marks.pauses_s or [0.0] * n
        said += [(first + n_words, after + n_words, entry) for first, after, entry in marks.said]
        n_words += n
    return Marks(tuple(manners) if set(manners) - {PLAIN} else (), tuple(pauses_s) if any(pauses_s) else (), tuple(said))


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
