"""A text after its markup has been read: what is shown and spoken, and how each word is said."""

import re
from array import array
from bisect import bisect_left, bisect_right, insort
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from operator import itemgetter
from typing import TypeVar

from voicekit.text.phonemes.lexicon import Entry
from voicekit.text.script.marks import NEUTRAL, Marks, ProsodyStyle, SpokenBy
from voicekit.text.script.source import Source

EMPHASIS = ProsodyStyle(0.87, 2.0, 1.2, 2.5)
STRONG = ProsodyStyle(0.82, 3.0, 1.35, 4.0)

#: Marks and elements one inside the other; what is damaged opens thousands, and people two or three.
MOST_OPEN = 100
_CLOSING_PUNCTUATION = ".,;:!?…"
_OPENING_PUNCTUATION = "“„«‘¿¡("


#: From a place on, who speaks; None where nobody says.
Turn = tuple[int, SpokenBy | None]
_Placed = TypeVar("_Placed", bound=tuple)


def _between(found: list[_Placed], begin: int, end: int) -> list[_Placed]:
    """Those of `found` whose first part is at least `begin` and less than `end`; they are in its order."""
    return found[bisect_left(found, begin, key=itemgetter(0)) : bisect_left(found, end, key=itemgetter(0))]


def _at(turns: Sequence[Turn], place: int) -> SpokenBy | None:
    """Who speaks at a place."""
    index = bisect_right(turns, place, key=itemgetter(0))
    return turns[index - 1][1] if index else None


class Reading:
    """Grows sign by sign; what is open, is for the signs that are added next.

    Args:
        turns: who speaks from which sign of the source on, in their order; marks say otherwise.
    """

    def __init__(self, source: Source, turns: Sequence[Turn] = ()) -> None:
        self.source = source
        self._turns = turns
        self._voices: list[Turn] = []  # from which sign on a mark says who speaks
        self._marked_voice: SpokenBy | None = None
        self._element_voices: list[SpokenBy] = []
        self.sounds: list[str] = []  #: that were left out: “[laughter]”
        self._signs: list[str] = []
        self._styles: list[ProsodyStyle] = []  # of each sign, as are the offsets; a text may have ten million
        self._offsets = array("q")
        self._pauses: list[tuple[int, float]] = []  # the sign before it, how long
        self._said: list[tuple[int, int, Entry, int]] = []  # signs begin … end − 1, how they are said, where that is written
        self._open: list[tuple[str, ProsodyStyle, int]] = []
        self._sums: list[ProsodyStyle] = []  # of the tone and all that is open up to each of `_open`
        self._tones: list[tuple[str, ProsodyStyle]] = []
        self._style = NEUTRAL
        self._follows_tag = self._parts = False
        self._last = -1  # the last sign that is no blank

    @property
    def text(self) -> str:
        return "".join(self._signs)

    def __len__(self) -> int:
        return len(self._signs)

    def behind(self, begin: int) -> str:
        """The text from a sign on."""
        return "".join(self._signs[begin:])

    def offset(self, index: int) -> int:
        """Where the sign stands in the source."""
        return self._offsets[min(index, len(self._offsets) - 1)]

    def add(self, text: str, offsets: Sequence[int]) -> None:
        """Signs that are shown, and where each stands."""
        if self._follows_tag:
            drop = self._meet(text)
            text, offsets = text[drop:], offsets[drop:]
            if not text:
                return
            self._follows_tag = self._parts = False
        if written := len(text.rstrip()):
            self._last = len(self._signs) + written - 1
        self._signs.extend(text)
        self._styles.extend([self._style] * len(text))
        self._offsets.extend(offsets)

    def tag(self, parts: bool = False) -> None:
        """A tag stood here: the white space on one of its sides is not the text's; `parts`: it keeps words apart."""
        self._follows_tag = True
        self._parts |= parts

    def paragraph(self, offset: int) -> None:
        """A paragraph ends here."""
        self.close()
        if self._signs:
            self.add("\n\n", (offset, offset))

    def pause(self, seconds: float) -> bool:
        """Silence after what was added last; False where that is nothing."""
        if self._last < 0:
            return False
        self._pauses.append((self._last, seconds))
        return True

    def begin(self, name: str, style: ProsodyStyle, offset: int) -> None:
        """What follows is said in a style, until `end`. Raises ScriptError where MOST_OPEN are open."""
        if len(self._open) == MOST_OPEN:
            called = f"[{name}]" if name.isalpha() else name
            raise self.source.error(
                offset, f"{called} stands inside {MOST_OPEN} marks that are open; close those that are over"
            )
        self._open.append((name, style, offset))
        self._sum_up(len(self._open) - 1)

    def end(self, name: str) -> bool:
        """Ends what was begun last with that name; False where that is nothing."""
        for index in range(len(self._open) - 1, -1, -1):
            if self._open[index][0] == name:
                del self._open[index]
                self._sum_up(index)
                return True
        return False

    def tone(self, name: str, style: ProsodyStyle) -> None:
        """What follows has a tone, until the next one or the end of the paragraph."""
        self._tones.append((name, style))
        self._sum_up()

    def voice(self, voice: SpokenBy) -> None:
        """Somebody else speaks what follows, in no tone yet, until the next voice or the end of the paragraph."""
        self._marked_voice = voice
        self._turn()

    def end_voice(self) -> bool:
        """Whoever spoke before goes on; False where nobody had begun."""
        ends = self._marked_voice is not None
        self._marked_voice = None
        if ends:
            self._turn()
        return ends

    def begin_element_voice(self, voice: SpokenBy) -> None:
        """Somebody else speaks what follows, until `end_element_voice`."""
        self._element_voices.append(voice)
        self._turn()

    def end_element_voice(self) -> None:
        self._element_voices.pop()
        self._turn()

    def _turn(self) -> None:
        inside = self._element_voices[-1] if self._element_voices else None
        self._voices.append((len(self._signs), self._marked_voice or inside))
        self._tones.clear()
        self._sum_up()

    def end_tone(self, name: str | None) -> bool:
        """Goes back to the tone before; False where another one than `name`, or none, is in force."""
        if not self._tones or (name and self._tones[-1][0] != name):
            return False
        self._tones.pop()
        self._sum_up()
        return True

    def say(self, begin: int, entry: Entry, offset: int) -> None:
        """The signs from `begin` on are said as `entry` says."""
        end = begin + len(self.behind(begin).rstrip())
        insort(self._said, (begin, end, entry, offset), key=itemgetter(0))  # one inside another one is over first

    def close(self) -> None:
        """The paragraph is over; elements may go on. Raises ScriptError where something in brackets is open."""
        for name, _, offset in self._open:
            if name.isalpha():
                raise self.source.error(offset, f"[{name}] is not closed; write [/{name}] after the last word it applies to")
        self._open = [one for one in self._open if one[0].startswith("<")]
        self.end_voice()
        self._tones.clear()
        self._sum_up()

    def marks(self, begin: int = 0, end: int | None = None) -> Marks:
        """Those of the signs begin … end − 1, by words. Raises ScriptError where a word would be said in two ways."""
        end = len(self) if end is None else end
        words = re.finditer(r"\S+", "".join(self._signs[begin:end]))
        spans = [(word.start() + begin, word.end() + begin) for word in words]
        starts = [start for start, _ in spans]
        styles = tuple(self._manner_of(*span) for span in spans)
        pauses = [0.0] * len(spans)
        for sign, seconds in _between(self._pauses, begin, end):
            pauses[bisect_right(starts, sign) - 1] += seconds
        said, taken = [], 0
        for first_sign, after_sign, entry, offset in _between(self._said, begin, end):
            first, after = bisect_right(starts, first_sign) - 1, bisect_left(starts, after_sign)
            if first < taken:
                raise self.source.error(offset, f"“{entry.word}” is in a word that is said in another way; part them")
            said.append((first, after, entry))
            taken = after
        styles, paused = styles if set(styles) - {NEUTRAL} else (), tuple(pauses) if any(pauses) else ()
        return Marks(styles, paused, tuple(said), self._voices_of(starts))

    def _voices_of(self, starts: Sequence[int]) -> tuple[tuple[int, int, SpokenBy], ...]:
        """Who says which of the words that start at these signs."""
        if not (self._voices or self._turns):
            return ()
        voices = [_at(self._voices, start) or _at(self._turns, self.offset(start)) for start in starts]
        edges = [0, *(n for n in range(1, len(voices)) if voices[n] != voices[n - 1]), len(voices)]
        runs = [(first, after, voices[first]) for first, after in pairwise(edges) if first < after]
        return tuple((first, after, voice) for first, after, voice in runs if voice)

    def _manner_of(self, begin: int, end: int) -> ProsodyStyle:
        """The one that most of a word's letters have."""
        styles = self._styles[begin:end]
        if styles.count(styles[0]) == len(styles):
            return styles[0]
        letters = [style for sign, style in zip(self._signs[begin:end], styles, strict=True) if sign.isalnum()]
        return Counter(letters or styles).most_common(1)[0][0]

    def _sum_up(self, begin: int = 0) -> None:
        """Anew from `begin` of what is open on: a damaged text may open thousands."""
        del self._sums[begin:]
        self._style = self._sums[-1] if self._sums else self._tones[-1][1] if self._tones else NEUTRAL
        for _, other, _ in self._open[begin:]:
            self._style = self._style & other
            self._sums.append(self._style)

    def _meet(self, text: str) -> int:
        """Joins what stands on both sides of a tag; how many of the signs behind it go."""
        before = self._signs[-1] if self._signs else "\n"
        if self._signs[-2:] in ([], ["\n", "\n"]):
            return len(text) - len(text.lstrip())
        if not before.isspace():
            if self._parts and (text[0].isalnum() or text[0] in _OPENING_PUNCTUATION):
                self._signs.append(" ")
                self._styles.append(self._style)
                self._offsets.append(self._offsets[-1])
            return 0
        blank = len(text) - len(re.sub(r"\A[^\S\n]*\n?" if before == "\n" else r"\A[^\S\n]*", "", text))
        if before == " " and text[blank : blank + 1] and text[blank] in _CLOSING_PUNCTUATION:
            while self._signs and self._signs[-1] == " ":
                del self._signs[-1], self._styles[-1], self._offsets[-1]
        return blank
