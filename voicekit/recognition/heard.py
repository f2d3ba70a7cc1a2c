"""Which words of a text are in what a recogniser heard.

They are compared by their phones. Recognisers spell numbers, names, homophones and contractions in their own way, run words
together and take them apart; said aloud, all of that is nearly the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from voicekit.core.errors import VoicekitError
from voicekit.text.phonemes.arpabet import nearest_arpabet
from voicekit.text.phonemes.lexicon import Entry, Lexicon
from voicekit.text.phonemes.phonemise import Phonemes, phonemise

#: Phones that recognisers take for one another; what the text and a voice make of one word differs as much.
_ALIKE = (
    "AA AE AH AO AW AY EH ER EY IH IY OW OY UH UW", "IY Y", "UW OW W L", "R ER L W", "B P", "D DH T TH", "G K",
    "F V TH", "S Z SH ZH TH", "CH JH SH ZH T D", "M N NG", "HH F",
)  # fmt: skip
_ALIKE_COST, _OTHER_COST, _GAP_COST = 0.4, 1.0, 0.7
_PHONES = sorted({phone for group in _ALIKE for phone in group.split()})


@dataclass(frozen=True)
class Extra:
    """Something heard that the text does not say: so many phones, behind so many words of the text."""

    after: int
    n_phones: int


@dataclass(frozen=True)
class Comparison:
    """A text beside what was heard.

    Attributes:
        n_phones: of each word of `text.split()`; 0 for what is not spoken, as a dash.
        found: which part of them was heard, 0 to 1.
        extras: what else was heard, in order.
    """

    n_phones: tuple[int, ...]
    found: tuple[float, ...]
    extras: tuple[Extra, ...]

    @property
    def recall(self) -> float:
        """Which part of the text's phones was heard."""
        found = sum(n * found for n, found in zip(self.n_phones, self.found, strict=True))
        return found / max(sum(self.n_phones), 1)

    @property
    def agreement(self) -> float:
        """Which part of all phones, of the text and of what was heard, is in both."""
        n_phones = sum(self.n_phones)
        return self.recall * n_phones / max(n_phones + sum(each.n_phones for each in self.extras), 1)


def compare(
    text: str,
    heard: str,
    language: str,
    lexicon: Lexicon | None = None,
    said: Sequence[tuple[int, int, Entry]] = (),
) -> Comparison:
    """The words of `text`, spoken as `phonemise` has it, beside `heard`, which may be "".

    Raises:
        ScriptError: there is nothing to pronounce in `text`.
    """
    owners, phones = _phones(phonemise(text, language, lexicon, said=said))
    try:
        _, others = _phones(phonemise(heard, language))
    except VoicekitError:  # nothing that can be said
        others = []
    n_phones, kept = np.zeros(len(text.split())), np.zeros(len(text.split()))
    extras: list[Extra] = []
    last = 0
    for mine, other in _aligned(phones, others):
        if mine is None:
            if extras and extras[-1].after == last:
                extras[-1] = Extra(last, extras[-1].n_phones + 1)
            else:
                extras.append(Extra(last, 1))
            continue
        places = owners[mine]
        if places:
            last = max(places) + 1
        share = 0.0 if other is None else 1 - _COSTS[phones[mine], others[other]]
        for place in places:
            n_phones[place] += 1
            kept[place] += share
    found = np.divide(kept, n_phones, out=np.ones_like(kept), where=n_phones > 0)
    return Comparison(tuple(map(int, n_phones)), tuple(map(float, found)), tuple(extras))


def log_odds(ears: Any, waveform: np.ndarray, other: str, text: str) -> float:
    """The natural logarithm of how much likelier `other` is than `text` to be what is said in a 16 kHz waveform.

    0 where the recogniser cannot tell.
    """
    try:
        one, two = ears.log_probabilities(waveform, (other, text))
    except (AttributeError, ValueError):  # it does not weigh texts, or not in so long an utterance
        return 0.0
    return one - two


def _phones(phonemes: Phonemes) -> tuple[list[tuple[int, ...]], list[int]]:
    """Of each phone, the places of the written words it belongs to, and its number among _PHONES."""
    owners, phones = [], []
    places: tuple[int, ...] = ()
    for (_, first, last), written in zip(phonemes.words, phonemes.written, strict=True):
        places = written or places[-1:]  # "dollars" of "$5" stands for "$5" too
        for symbol in phonemes.symbols[first:last]:
            owners.append(places)
            phones.append(_PHONES.index(nearest_arpabet(symbol)))
    return owners, phones


def _aligned(mine: list[int], other: list[int]) -> list[tuple[int | None, int | None]]:
    """Pairs of places in the two rows, None where one has nothing; with the lowest sum of costs (Needleman-Wunsch 1970)."""
    cost = np.zeros((len(mine) + 1, len(other) + 1))
    cost[:, 0] = np.arange(len(mine) + 1) * _GAP_COST
    cost[0] = np.arange(len(other) + 1) * _GAP_COST
    for i, phone in enumerate(mine, start=1):
        across = np.minimum(cost[i - 1, :-1] + _COSTS[phone, other], cost[i - 1, 1:] + _GAP_COST) if other else ()
        for j, best in enumerate(across, start=1):
            cost[i, j] = min(best, cost[i, j - 1] + _GAP_COST)
    pairs: list[tuple[int | None, int | None]] = []
    i, j = len(mine), len(other)
    while i or j:
        if i and j and np.isclose(cost[i, j], cost[i - 1, j - 1] + _COSTS[mine[i - 1], other[j - 1]]):
            i, j = i - 1, j - 1
            pairs.append((i, j))
        elif i and np.isclose(cost[i, j], cost[i - 1, j] + _GAP_COST):
            i -= 1
            pairs.append((i, None))
        else:
            j -= 1
            pairs.append((None, j))
    return pairs[::-1]


def _costs() -> np.ndarray:
    costs = np.full((len(_PHONES), len(_PHONES)), _OTHER_COST)
    for group in _ALIKE:
        numbers = [_PHONES.index(phone) for phone in group.split()]
        costs[np.ix_(numbers, numbers)] = _ALIKE_COST
    np.fill_diagonal(costs, 0.0)
    return costs


_COSTS = _costs()
