"""Matches a long text with a long recording: which words are said in which stretch.

Each stretch is recognised on its own (so that many can run at once), the transcripts are matched with the text, and words
that were not recognised go to the stretch in which forced alignment finds them.
"""

import bisect
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from functools import partial
from itertools import pairwise
from pathlib import Path

from voicekit.dataset.recording import Segment, read_segment
from voicekit.recognition import sphinx
from voicekit.recognition.sphinx import plain

#: A stretch where a smaller share of the words is as written was read from another text.
LEAST_AGREEMENT = 0.5
#: This many words more or fewer in one place than are written were added or left out by the reader.
_SKIPPED_WORDS = 4
_NOT_IN_TEXT = "its words are not in the text"
#: Forced alignment of longer speech is neither quick nor reliable.
_LONGEST_PLACEMENT_S = 60.0
_ANCHOR_WORDS = 3
#: The language model takes stretches of at most this many words; it knows no sentences, only neighbouring words.
_LINE_WORDS = 40


@dataclass(frozen=True)
class Stretch:
    """A segment and the words of the text said in it, `words[first:last]`.

    Attributes:
        agreement: share of the words heard and of the words written that are the same, the lower of both.
        problem: why the words are not to be trusted.
    """

    segment: Segment
    first: int
    last: int
    agreement: float = 1.0
    problem: str | None = None


@dataclass(frozen=True)
class Chapter:
    """A long text, and the recogniser that knows it.

    Attributes:
        words: with their punctuation.
        names: of each word, what the recogniser calls it; "" where it cannot be pronounced.
        folder: where the recogniser keeps what it learned of the text.
    """

    words: list[str]
    names: list[str]
    folder: Path

    @property
    def can_be_heard(self) -> bool:
        return any(self.names)

    @classmethod
    def learn(cls, text: str, language: str, folder: Path) -> "Chapter":
        """Teaches a recogniser the words of `text`."""
        words = written_words(text)
        spoken = [plain(word) for word in words]
        lines = [spoken[n : n + _LINE_WORDS + 2] for n in range(0, len(spoken), _LINE_WORDS)]
        names = sphinx.learn_text(lines, language, folder)
        return cls(words, [names.get(word, "") for word in spoken], folder)

    def align(self, scratch: Path, segments: list[Segment], heard: list[list[str]]) -> list[Segment]:
        """Gives each segment the words that are said in it; behind them, those of the text that are said in none.

        Args:
            scratch: the file of the sound.
            heard: of each segment; see `hear`.
        """
        place = partial(self._place, scratch)
        stretches = assign(segments, match(self.names, heard), heard, len(self.words), place)
        found = [replace(s.segment, text=self._text(s.first, s.last), problem=s.problem) for s in stretches]
        # Where the text says something that is not heard there is no sound to drop, but the person should know.
        for first, last in _unheard(stretches, len(self.words)):
            at_s = max((s.segment.end_s for s in stretches if 0 < s.last <= first), default=0.0)
            found.append(Segment(at_s, at_s, self._text(first, last), "these words of the text were not heard"))
        return found

    def _place(self, scratch: Path, segment: Segment, first: int, last: int) -> list[float] | None:
        """When each of these words is heard, in seconds of the recording; None where that is not to be known."""
        names = self.names[first:last]
        if segment.duration_s > _LONGEST_PLACEMENT_S or not all(names):
            return None
        middles = sphinx.place(read_segment(scratch, segment), names, self.folder)
        return middles and [segment.start_s + middle for middle in middles]

    def _text(self, first: int, last: int) -> str:
        return " ".join(self.words[first:last])


def hear(folder: Path, scratch: Path, segment: Segment) -> list[str]:
    """The names of the words that are heard in a segment by the recogniser in `folder`."""
    return sphinx.hear(read_segment(scratch, segment), folder)


def written_words(text: str) -> list[str]:
    """The words of `text` with their punctuation; a dash on its own goes with the word before it."""
    words: list[str] = []
    waiting = ""
    for token in text.split():
        if plain(token):
            words.append(waiting + token)
            waiting = ""
        elif words:
            words[-1] += f" {token}"
        else:
            waiting = f"{token} "
    return words


def match(expected: list[str], heard: list[list[str]]) -> list[list[int | None]]:
    """For each word heard in each stretch, which of the expected words it is; the indices only ever rise.

    Three words in a row that occur once in the text and once in the speech are surely the same; between such anchors the
    longest common blocks are taken.
    """
    # "" is no word, so nothing is matched across the end of a stretch.
    flat = [word for words in heard for word in [*words, ""]]
    found: list[int | None] = [None] * len(flat)
    anchors = [(-1, -1), *_extended(_anchors(expected, flat), expected, flat), (len(expected), len(flat))]
    for (a, b), (next_a, next_b) in pairwise(anchors):
        if 0 <= b < len(flat):
            found[b] = a
        matcher = SequenceMatcher(None, expected[a + 1 : next_a], flat[b + 1 : next_b], autojunk=False)
        for block in matcher.get_matching_blocks():
            for offset in range(block.size):
                if expected[a + 1 + block.a + offset]:
                    found[b + 1 + block.b + offset] = a + 1 + block.a + offset
    result, position = [], 0
    for words in heard:
        result.append(found[position : position + len(words)])
        position += len(words) + 1
    return result


def _anchors(expected: list[str], heard: list[str]) -> list[tuple[int, int]]:
    """(index in expected, index in heard) pairs, both rising: the longest such row of unique word triples."""

    def unique(words: list[str]) -> dict[tuple[str, ...], int]:
        triples = [tuple(words[n : n + _ANCHOR_WORDS]) for n in range(len(words) - _ANCHOR_WORDS + 1)]
        counts = Counter(triples)
        return {triple: n for n, triple in enumerate(triples) if counts[triple] == 1 and all(triple)}

    places = unique(expected)
    pairs = [(places[triple], n) for triple, n in unique(heard).items() if triple in places]
    # Longest rising subsequence, by patience sorting.
    tops: list[int] = []
    top_pairs: list[int] = []
    before: list[int | None] = []
    for index, (a, _) in enumerate(pairs):
        pile = bisect.bisect_left(tops, a)
        before.append(top_pairs[pile - 1] if pile else None)
        tops[pile : pile + 1] = [a]
        top_pairs[pile : pile + 1] = [index]
    row: list[tuple[int, int]] = []
    last = top_pairs[-1] if top_pairs else None
    while last is not None:
        row.append(pairs[last])
        last = before[last]
    return row[::-1]


def _extended(anchors: list[tuple[int, int]], expected: list[str], heard: list[str]) -> list[tuple[int, int]]:
    """The anchors, and what is equal right before and after each: nearer evidence than a common word further away."""
    pairs = dict(anchors)
    bounds = [(-1, -1), *anchors, (len(expected), len(heard))]
    for (low_a, low_b), (a, b), (high_a, high_b) in zip(bounds[:-2], anchors, bounds[2:], strict=True):
        for step in (-1, 1):
            x, y = a + step, b + step
            while low_a < x < high_a and low_b < y < high_b and expected[x] and expected[x] == heard[y]:
                pairs[x] = y
                x, y = x + step, y + step
    # Between two anchors both may have reached for the same word: the order decides.
    row: list[tuple[int, int]] = []
    for pair in sorted(pairs.items()):
        if not row or pair[1] > row[-1][1]:
            row.append(pair)
    return row


def assign(
    segments: list[Segment],
    matches: list[list[int | None]],
    heard: list[list[str]],
    n_words: int,
    place: Callable[[Segment, int, int], list[float] | None],
) -> list[Stretch]:
    """The words of each segment, from what was recognised in it and, between them, from `place`.

    Args:
        matches: of each segment, the expected word that each heard word is.
        place: (segment, first, last) → when each of these words is heard, or None.
    """
    stretches = [_recognised(segment, found) for segment, found in zip(segments, matches, strict=True)]
    sure = [n for n, stretch in enumerate(stretches) if stretch.problem is None]
    if not sure:
        return stretches
    # Words before the first and after the last sure stretch belong to it only as far as something was heard there.
    head, tail = sure[0], sure[-1]
    lead = min(stretches[head].first, _reach(_unmatched(matches[head])))
    trail = min(n_words - stretches[tail].last, _reach(_unmatched(matches[tail][::-1])))
    stretches[head] = replace(stretches[head], first=stretches[head].first - lead)
    stretches[tail] = replace(stretches[tail], last=stretches[tail].last + trail)
    for a, b in pairwise(sure):
        gap = stretches[b].first - stretches[a].last
        after_a, before_b = _unmatched(matches[a][::-1]), _unmatched(matches[b])
        between = sum(len(words) for words in heard[a + 1 : b])
        if 0 < gap <= _reach(after_a + between + before_b):
            _share(stretches, a, b, after_a, before_b, place)
    return [_judged(stretch, found) for stretch, found in zip(stretches, matches, strict=True)]


def _recognised(segment: Segment, found: list[int | None]) -> Stretch:
    known = [index for index in found if index is not None]
    # One or two words far from the others are there by chance.
    for _ in range(2):
        if len(known) > 3 and known[1] - known[0] > len(found):
            del known[0]
        if len(known) > 3 and known[-1] - known[-2] > len(found):
            del known[-1]
    if not known or len(known) / len(found) < LEAST_AGREEMENT / 2:
        return Stretch(segment, 0, 0, 0.0, _NOT_IN_TEXT)
    return Stretch(segment, known[0], known[-1] + 1)


def _unmatched(found: list[int | None]) -> int:
    """How many words were heard before the first that is known."""
    return next((n for n, index in enumerate(found) if index is not None), len(found))


def _reach(heard: int) -> int:
    """How many written words a number of misheard ones may stand for; short words are easily missed."""
    return 2 * heard + 1


def _share(
    stretches: list[Stretch],
    a: int,
    b: int,
    after_a: int,
    before_b: int,
    place: Callable[[Segment, int, int], list[float] | None],
) -> None:
    """Shares the words between two sure stretches among them and what lies between, by when they are heard."""
    first, last = stretches[a].first, stretches[b].last
    times = place(Segment(stretches[a].segment.start_s, stretches[b].segment.end_s), first, last)
    if times is None:  # then by how many words were heard on each side
        gap = stretches[b].first - stretches[a].last
        split = stretches[a].last + round(gap * (after_a + 0.5) / (after_a + before_b + 1))
        stretches[a] = replace(stretches[a], last=split)
        stretches[b] = replace(stretches[b], first=split)
        return
    start = first
    for n in range(a, b + 1):
        # A stretch has what is said until half-way to the next one.
        until_s = (stretches[n].segment.end_s + stretches[n + 1].segment.start_s) / 2 if n < b else float("inf")
        upto = start + bisect.bisect_left(times, until_s)
        if upto > first:
            stretches[n] = replace(stretches[n], first=first, last=upto, problem=None)
        first = upto


def _judged(stretch: Stretch, found: list[int | None]) -> Stretch:
    """The stretch with its agreement, and a problem where words were left out, added or changed."""
    if stretch.problem:
        return stretch
    inside = [index for index in found if index is not None and stretch.first <= index < stretch.last]
    agreement = len(inside) / max(len(found), stretch.last - stretch.first, 1)
    problem = None
    if agreement < LEAST_AGREEMENT:
        problem = "the text does not match what is said"
    else:
        heard_at = [n for n, index in enumerate(found) if index is not None]
        steps = zip(inside, inside[1:], heard_at, heard_at[1:], strict=False)
        if any(abs((b - a) - (later - earlier)) >= _SKIPPED_WORDS for a, b, earlier, later in steps):
            problem = "the text does not match what is said: words were left out or added"
    return replace(stretch, agreement=agreement, problem=problem)


def _unheard(stretches: list[Stretch], n_words: int) -> list[tuple[int, int]]:
    """(first, last) of the words that are in no stretch."""
    ranges = sorted((s.first, s.last) for s in stretches if s.last > s.first)
    edges = [0, *(edge for pair in ranges for edge in pair), n_words]
    return [(a, b) for a, b in zip(edges[::2], edges[1::2], strict=True) if b > a]
