"""What appears on the screen as subtitles, and for how long: broken into lines where a reader would pause."""

import math
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from voicekit.media.direction import starts_leftward
from voicekit.narration.subtitles.breaks import Break, Piece, breaks, pieces, width
from voicekit.speech.engine import Word

#: The usual limits of subtitles on a film. A full-width character counts as two.
LINE_LENGTH = 42
CHARACTERS_A_SECOND = 17
SHORTEST_S, LONGEST_S = 5 / 6, 7.0
#: Two frames: a shorter gap between two captions would flicker.
GAP_S = 0.08
_DIRECTION_MARK = "\u200f"


@dataclass(frozen=True)
class Heard:
    """One line of the narration, as it is written, with when it is heard on the film's clock.

    Attributes:
        words: in the order spoken; may be empty, or other words than those written ("doctor" for "Dr.").
        speaker: who says it; "" where nobody is named.
    """

    text: str
    start_s: float
    end_s: float
    words: tuple[Word, ...] = ()
    speaker: str = ""


@dataclass(frozen=True)
class Caption:
    """What stands on the screen at one time.

    Attributes:
        lines: one or two; right-to-left text in the order it is read.
        words: the pieces of the lines one after the other, each with when it is heard while the caption stands.
        speaker: who says it; "" where nobody is named.
    """

    start_s: float
    end_s: float
    lines: tuple[str, ...]
    words: tuple[Word, ...]
    speaker: str = ""

    @property
    def timed(self) -> tuple[float, float, str]:
        """Start, end and text, as `voicekit.media.muxing` takes subtitles."""
        return self.start_s, self.end_s, "\n".join(self.lines)


def captions(heard: Sequence[Heard]) -> tuple[Caption, ...]:
    """Breaks what is heard into captions: two lines at most, each long enough on the screen to be read.

    Where speech is faster than one reads, a caption stays on into the silence behind it, never into the next one.
    """
    heard = sorted((one for one in heard if one.text.strip()), key=lambda one: one.start_s)
    drafts: list[Caption] = []
    for number, one in enumerate(heard, start=1):
        drafts += _split(one, heard[number].start_s if number < len(heard) else math.inf)
    found: list[Caption] = []
    for number, draft in enumerate(drafts, start=1):
        # Two lines heard at the very same time are not shown at the same time.
        start_s = max(draft.start_s, found[-1].end_s) if found else draft.start_s
        next_s = max(drafts[number].start_s, start_s + GAP_S) if number < len(drafts) else math.inf
        end_s = _end_s(draft, start_s, next_s)
        edges_s = np.clip([(word.start_s, word.end_s) for word in draft.words], start_s, end_s)
        words = tuple(Word(word.text, float(a), float(b)) for word, (a, b) in zip(draft.words, edges_s, strict=True))
        found.append(Caption(start_s, end_s, draft.lines, words, draft.speaker))
    return tuple(found)


def named(shown: Sequence[Caption]) -> tuple[Caption, ...]:
    """Captions with who speaks in front of the first words of each: “ANNA: Who is there?”"""
    found, before = [], ""
    for one in shown:
        if one.speaker and one.speaker != before:
            one = replace(one, lines=(f"{one.speaker}: {one.lines[0]}", *one.lines[1:]))
        before = one.speaker
        found.append(one)
    return tuple(found)


def _end_s(draft: Caption, start_s: float, next_s: float) -> float:
    to_read_s = width(" ".join(draft.lines)) / CHARACTERS_A_SECOND
    end_s = min(max(draft.end_s, start_s + max(SHORTEST_S, to_read_s)), start_s + LONGEST_S, next_s)
    if 0 < next_s - end_s < GAP_S:
        return next_s if next_s <= start_s + LONGEST_S else next_s - GAP_S
    return end_s


def _split(heard: Heard, next_s: float) -> list[Caption]:
    """The captions of one line, for as long as their words are heard: those that cost least altogether."""
    text = " ".join(heard.text.split())
    parts = pieces(text, LINE_LENGTH)
    between = breaks(text, parts)
    times_s = _character_times_s(text, heard)
    starts_s = [float(times_s[part.begin]) for part in parts] + [next_s]
    ends_s = [float(times_s[part.end]) for part in parts]

    best = [0.0] + [math.inf] * len(parts)  # what the first n pieces cost
    way: list[tuple[int, int]] = [(0, 0)] * (len(parts) + 1)  # where their last caption and its second line start
    for begin in range(len(parts)):
        for end in range(begin + 1, len(parts) + 1):
            layout = _layout(text, parts, between, begin, end)
            if layout is None:
                break
            cost, second = layout
            cost += best[begin] + _cost(between, begin, end, starts_s, ends_s)
            cost += _reading_cost(_width(text, parts, begin, end), starts_s[end] - starts_s[begin])
            if cost < best[end]:
                best[end], way[end] = cost, (begin, second)

    found: list[Caption] = []
    end = len(parts)
    rtl = _is_rtl(text)
    while end:
        begin, second = way[end]
        lines = [(begin, second), (second, end)] if second > begin else [(begin, end)]
        written = (text[parts[a].begin : parts[b - 1].end] for a, b in lines)
        words = (Word(text[parts[n].begin : parts[n].end], starts_s[n], ends_s[n]) for n in range(begin, end))
        # Players take a line's direction from its first letter.
        marked = tuple(_DIRECTION_MARK + line if rtl and not starts_leftward(line) else line for line in written)
        found.append(Caption(starts_s[begin], ends_s[end - 1], marked, tuple(words), heard.speaker))
        end = begin
    return found[::-1]


def _layout(text: str, parts: Sequence[Piece], between: Sequence[Break], begin: int, end: int) -> tuple[float, int] | None:
    """What a caption of these pieces costs as one or two lines, and where the second starts; None if it does not fit."""
    if _width(text, parts, begin, end) <= LINE_LENGTH:
        return 0.0, begin
    found = []
    has_end = any(between[n].sentence for n in range(begin + 1, end))
    for second in range(end - 1, begin, -1):
        lower = _width(text, parts, second, end)
        upper = _width(text, parts, begin, second)
        if lower > LINE_LENGTH:
            break
        if upper <= LINE_LENGTH:
            # Lines of about one length; rather the lower one longer, which covers less of the picture.
            unlike = (lower - upper) * 3 if lower > upper else (upper - lower) * 5
            mixed = 4.0 if has_end and not between[second].sentence else 0.0  # two sentences, torn elsewhere
            found.append((between[second].cost + mixed + unlike / LINE_LENGTH, second))
    return min(found, default=None)


def _cost(between: Sequence[Break], begin: int, end: int, starts_s: Sequence[float], ends_s: Sequence[float]) -> float:
    """What it costs that a caption ends here: what it tears apart and how long it would stand."""
    cost = 5.0  # few captions rather than many
    if end < len(between):
        pause_s = max(0.0, starts_s[end] - ends_s[end - 1])
        cost += 3 * between[end].cost / (1 + 3 * pause_s)  # a pause is a good place, whatever the words
        if not between[end].sentence and any(between[n].sentence for n in range(begin + 1, end)):
            cost += 4  # the end of one sentence with the start of another
    pauses = (starts_s[n] - ends_s[n - 1] for n in range(begin + 1, end))
    cost += 3 * sum(pause_s - 1 for pause_s in pauses if pause_s > 1)
    return cost + 50 * max(0.0, ends_s[end - 1] - starts_s[begin] - LONGEST_S)


def _reading_cost(characters: int, on_screen_s: float) -> float:
    """What it costs that there is less time to read than it takes."""
    to_read_s = max(SHORTEST_S, characters / CHARACTERS_A_SECOND)
    return 8 * max(0.0, 1 - on_screen_s / to_read_s)


def _width(text: str, parts: Sequence[Piece], begin: int, end: int) -> int:
    inside = parts[end - 1].edge - parts[begin].edge
    return inside + parts[end - 1].width


def _character_times_s(text: str, heard: Heard) -> np.ndarray:
    """When each character is reached, on the film's clock, (characters + 1,)."""
    marks, times_s = [0.0], [heard.start_s]
    for (begin, end), word in zip(_spans(text, heard.words), heard.words, strict=True):
        marks += [begin, end]
        times_s += [word.start_s, word.end_s]
    marks.append(len(text))
    times_s.append(heard.end_s)
    in_order_s = np.maximum.accumulate(np.clip(times_s, heard.start_s, max(heard.start_s, heard.end_s)))
    return np.interp(np.arange(len(text) + 1), marks, in_order_s)


def _spans(text: str, words: tuple[Word, ...]) -> Sequence[tuple[float, float]]:
    """Which characters of `text` each word stands for."""
    spoken = ["".join(word.text.split()) for word in words]
    letters = [place for place, character in enumerate(text) if not character.isspace()]
    if all(spoken) and "".join(spoken) == "".join(text.split()):  # also of text without spaces
        edges = np.cumsum([0, *map(len, spoken)])
        return [(letters[begin], letters[end - 1] + 1) for begin, end in pairwise(edges)]
    written = [match.span() for match in re.finditer(r"\S+", text)]
    if len(written) == len(words):
        return written
    # The engine may have its own idea of what is a word ("Dr." and "doctor"); then characters count.
    edges = np.cumsum([0, *map(len, spoken)]) * len(text) / (sum(map(len, spoken)) or 1)
    return list(pairwise(edges))


def _is_rtl(text: str) -> bool:
    """Whether most of the letters are read from right to left."""
    kinds = [unicodedata.bidirectional(character) for character in text]
    return sum(kind in ("R", "AL") for kind in kinds) > kinds.count("L")
