"""When words are heard, where an engine tells when its phones are: both have them from espeak-ng, but not always alike."""

import unicodedata
from dataclasses import replace

import numpy as np

from voicekit.engines.host.host import Sign
from voicekit.text.phonemes.phonemise import Phonemes

#: What is written among phones, but is no sound of its own.
_STRESSES, _LENGTH = "ˈˌ", "ː"
_SILENT = frozenset(" .,;:!?¡¿…—-\"'«»“”()^$_̩̯̃" + _STRESSES + _LENGTH)
#: In the time of a space the next word is heard already, unless it is longer or a comma goes before: that is a pause. In ten
#: sentences of a real voice words began 61 ms after an aligner's without this, and begin 12 ms after them with it.
_LONGEST_SPACE_S = 0.1
#: A sentence of a thousand signs is read in a second.
_MOST_CELLS = 1 << 20
#: Where fewer of the words are found, something else was said.
_LEAST_FOUND = 0.8


def edges_of_words(phonemes: Phonemes, signs: tuple[Sign, ...]) -> np.ndarray | None:
    """(words, 2) start and end in seconds of each of `phonemes.words`; None where the signs are of other words."""
    ours = [(letter, number) for number, word in enumerate(phonemes.words) for letter in _letters(phonemes, word)]
    theirs = _sounds(signs)
    if not theirs or len(ours) * len(theirs) > _MOST_CELLS:
        return None
    found: list[list[Sign]] = [[] for _ in phonemes.words]
    for row, column in _matched([letter for letter, _ in ours], [sign.text for sign in theirs]):
        found[ours[row][1]].append(theirs[column])
    if sum(map(bool, found)) < _LEAST_FOUND * len(found):
        return None
    edges, before_s = [], theirs[0].start_s
    for word in found:
        start_s, end_s = (word[0].start_s, word[-1].end_s) if word else (before_s, before_s)
        edges.append((start_s, end_s))
        before_s = end_s
    return np.array(edges)


def _sounds(signs: tuple[Sign, ...]) -> list[Sign]:
    """Those that are heard; a space and stress are a part of what follows, length of what goes before."""
    sounds: list[Sign] = []
    start_s: float | None = None
    pauses = False
    for sign in signs:
        if sign.text and sign.text in _STRESSES:
            start_s = sign.start_s if start_s is None else start_s
        elif sign.text == " ":
            start_s = None if pauses else max(sign.start_s, sign.end_s - _LONGEST_SPACE_S)
        elif sign.text == _LENGTH and sounds:
            sounds[-1] = replace(sounds[-1], end_s=sign.end_s)
        elif sign.text not in _SILENT:
            sounds.append(sign if start_s is None else replace(sign, start_s=start_s))
            start_s, pauses = None, False
        elif unicodedata.category(sign.text[-1]).startswith("P"):
            start_s, pauses = None, True
    return sounds


def _letters(phonemes: Phonemes, word: tuple[str, int, int]) -> list[str]:
    _, first, last = word
    text = unicodedata.normalize("NFD", "".join(phonemes.symbols[first:last]))
    return [letter for letter in text if letter not in _SILENT]


def _matched(ours: list[str], theirs: list[str]) -> list[tuple[int, int]]:
    """The places that belong together in two sequences of which one becomes the other by the fewest changes."""
    size = len(theirs) + 1
    costs = np.zeros((len(ours) + 1, size), np.int32)
    costs[0], costs[:, 0] = np.arange(size), np.arange(len(ours) + 1)
    signs = np.array(theirs)
    for row, letter in enumerate(ours, start=1):
        above = costs[row - 1]
        # A change costs more than leaving one out, and less than both: what differs at the same place belongs together.
        best = np.minimum(above[1:] + 1, above[:-1] + np.where(signs == letter, 0, 1))
        costs[row, 1:] = np.minimum.accumulate(np.minimum(best, row + np.arange(1, size)) - np.arange(1, size)) + np.arange(
            1, size
        )
    pairs, row, column = [], len(ours), len(theirs)
    while row and column:
        changed = int(ours[row - 1] != theirs[column - 1])
        if costs[row, column] == costs[row - 1, column - 1] + changed:
            row, column = row - 1, column - 1
            pairs.append((row, column))
        elif costs[row, column] == costs[row - 1, column] + 1:
            row -= 1
        else:
            column -= 1
    return pairs[::-1]
