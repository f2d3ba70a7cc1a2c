"""Subtitles with the times at which the words are heard."""

import re
import textwrap
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from voicekit.engines.base import Word
from voicekit.narrate.timeline import Placement

#: The usual limits of subtitles on a film.
LINE_LENGTH = 42
MAX_LINES = 2
_SENTENCE = re.compile(r"\S.*?(?:[.!?…]+[\"'”’)\]]*(?=\s|$)|$)")


def srt(placements: Sequence[Placement], words: Sequence[tuple[Word, ...]]) -> str:
    """SubRip text of cues, in the order they are heard.

    Args:
        words: of each placement, timed from its start; may be empty.
    """
    entries = []
    for placement, spoken in zip(placements, words, strict=True):
        times_s = _character_times_s(placement, spoken)
        for begin, end, lines in split(placement.cue.text):
            entries.append((times_s[begin], times_s[end], "\n".join(lines)))
    return "".join(
        f"{n}\n{_time(start_s)} --> {_time(end_s)}\n{text.replace('-->', '→')}\n\n"
        for n, (start_s, end_s, text) in enumerate(entries, start=1)
    )


def split(text: str) -> list[tuple[int, int, list[str]]]:
    """Breaks a text into subtitles: where each starts and ends in the text, and its lines of about one length.

    A text that fits is one subtitle; of a longer one, each sentence starts a new one.
    """
    subtitles = []
    whole = _balanced(text)
    sentences = [whole] if len(whole) <= MAX_LINES else [_balanced(one) for one in _SENTENCE.findall(text)]
    end = 0
    for lines in sentences:
        for first in range(0, len(lines), MAX_LINES):
            subtitle = lines[first : first + MAX_LINES]
            begin = text.index(subtitle[0], end)
            for line in subtitle:
                end = text.index(line, end) + len(line)
            subtitles.append((begin, end, subtitle))
    return subtitles


def _balanced(sentence: str) -> list[str]:
    lines = textwrap.wrap(sentence, LINE_LENGTH, break_on_hyphens=False)
    if len(lines) > 1:
        for width in range(-(-len(sentence) // len(lines)), LINE_LENGTH):
            narrower = textwrap.wrap(sentence, width, break_on_hyphens=False)
            if len(narrower) == len(lines):
                return narrower
    return lines


def _character_times_s(placement: Placement, words: tuple[Word, ...]) -> np.ndarray:
    """When each character of the cue is reached, on the film's clock, (characters + 1,)."""
    text = placement.cue.text
    marks, times_s = [0.0], [placement.start_s]
    # The engine may have its own idea of what is a word ("Dr." and "doctor"); then characters count.
    written = [match.span() for match in re.finditer(r"\S+", text)]
    if len(words) == len(written):
        spans = written
    else:
        n_spoken = sum(len(word.text) for word in words) or 1
        ends = np.cumsum([0] + [len(word.text) for word in words]) * len(text) / n_spoken
        spans = list(pairwise(ends))
    for (begin, end), word in zip(spans, words, strict=True):
        marks += [begin, end]
        times_s += [placement.start_s + word.start_s, placement.start_s + word.end_s]
    marks.append(len(text))
    times_s.append(placement.end_s)
    return np.interp(np.arange(len(text) + 1), marks, np.clip(times_s, placement.start_s, placement.end_s))


def _time(seconds: float) -> str:
    ms = round(seconds * 1000)
    return f"{ms // 3_600_000:02d}:{ms // 60_000 % 60:02d}:{ms // 1000 % 60:02d},{ms % 1000:03d}"
