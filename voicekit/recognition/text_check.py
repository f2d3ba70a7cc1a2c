"""Checks whether a text is what is said in an utterance, all of it and nothing else.

The recogniser's transcript is compared with the text by its phones. Recognisers spell numbers, names, homophones and
contractions in their own way, join words and split them; said aloud, all of these are nearly the same.
"""

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import Any

import numpy as np

from voicekit.audio.features import HOP_LENGTH
from voicekit.core.errors import ScriptError, VoicekitError
from voicekit.recognition import speech
from voicekit.recognition.sphinx import Aligner, Alignment, resampled
from voicekit.recognition.transcribe import Transcriber
from voicekit.text.phonemes.arpabet import nearest_arpabet
from voicekit.text.phonemes.labels import trim
from voicekit.text.phonemes.lexicon import Entry, Lexicon
from voicekit.text.phonemes.phonemise import Phonemes, phonemise

#: All reasons about the text begin like this.
MISMATCH = "the text does not match"

#: The lowest mean score a frame from the aligner. Over the Kathleen and Kerstin recordings the right texts score above −23
#: in English and −44 in German (whose sounds the English aligner knows less well); wrong texts of the same length mostly
#: fail to align, and score below −31 and −36 where they do. With white noise 8 dB below the speech, right texts stay above
#: −28.
_LOWEST_SCORE = {"en": -28.0}
_LOWEST_SCORE_ELSEWHERE = -50.0
#: Nobody reads aloud slower or faster than this; a short word may be drawn out.
_PHONES_PER_S = (2.0, 28.0)
#: Texts with a higher score are right whatever a recogniser hears, which may know the language badly.
_SURE_SCORE = {"en": -23.0}
_SURE_SCORE_ELSEWHERE = -34.0
#: A recogniser's transcript agrees with the right text to 0.77 and more, with wrong ones to 0.41 and less (Whisper tiny.en,
#: 37 utterances of 20 speakers).
_LOWEST_AGREEMENT = 0.55
#: A word of which a smaller share is heard is not there.
_FOUND = 0.34
#: A recogniser never adds or leaves out this many phones: it does so not at all at either end, and with up to four inside.
_FEWEST_AT_END, _FEWEST_INSIDE = 2, 6
#: Whisper sometimes stops before the last words, so the text without them must be likelier by this logarithm. It was by 7.2
#: and more where one word was added to 20 texts and by 7.9 where two were, and by 2, 4.5 and 7 for one, one and three words
#: that are said.
_LEAST_ODDS, _ODDS_A_WORD, _MOST_ODDS = 6.0, 3.5, 12.0
#: Speech goes on for at most this long after the last word of the right text, as aligned (of 60 utterances 0.12 s) ...
_LONGEST_TAIL_S = 0.25
#: ... whose longest phone lasts at least this (0.09 s; where the last word is not said, mostly 0.03 s, the aligner's least).
_SHORTEST_END_S = 0.045

#: Phones that recognisers mistake for one another; the text and a voice may differ as much over one word.
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
    pronunciations: Sequence[tuple[int, int, Entry]] = (),
) -> Comparison:
    """The words of `text`, spoken as `phonemise` has it, beside `heard`, which may be "".

    Raises:
        ScriptError: there is nothing to pronounce in `text`.
    """
    align_words, phones = _phones(phonemise(text, language, lexicon, pronunciations=pronunciations))
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
        places = align_words[mine]
        if places:
            last = max(places) + 1
        share = 0.0 if other is None else 1 - _COSTS[phones[mine], others[other]]
        for place in places:
            n_phones[place] += 1
            kept[place] += share
    found = np.divide(kept, n_phones, out=np.ones_like(kept), where=n_phones > 0)
    return Comparison(tuple(map(int, n_phones)), tuple(map(float, found)), tuple(extras))


def log_odds(asr: Any, waveform: np.ndarray, other: str, text: str) -> float:
    """The natural logarithm of how much likelier `other` is than `text` to be what is said in a 16 kHz waveform.

    0 where the recogniser cannot tell.
    """
    try:
        one, two = asr.log_probabilities(waveform, (other, text))
    except (AttributeError, ValueError):  # it does not weigh texts, or not in so long an utterance
        return 0.0
    return one - two


def _phones(phonemes: Phonemes) -> tuple[list[tuple[int, ...]], list[int]]:
    """Of each phone, the places of the written words it belongs to, and its number among _PHONES."""
    align_words, phones = [], []
    places: tuple[int, ...] = ()
    for (_, first, last), written in zip(phonemes.words, phonemes.written, strict=True):
        places = written or places[-1:]  # "dollars" of "$5" stands for "$5" too
        for symbol in phonemes.symbols[first:last]:
            align_words.append(places)
            phones.append(_PHONES.index(nearest_arpabet(symbol)))
    return align_words, phones


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


def disagreement(
    waveform: np.ndarray, sample_rate: int, text: str, language: str, asr: Transcriber | None = None
) -> str | None:
    """Why `text` cannot be what is said in a 24 kHz mono `waveform` (samples,); None when it may well be.

    Args:
        asr: a recogniser of the language that hears well, if not perfectly. Without one, what English phones can tell has
            to do: whether the text fits on the whole, and whether it ends where the speech does.
    """
    try:
        phonemes = phonemise(text, language)
    except ScriptError as error:
        return str(error)
    n_phones = sum(end - start for _, start, end in phonemes.words)
    rate = n_phones / max(len(waveform) / sample_rate - 0.3, 0.3)  # without the margins
    if rate > _PHONES_PER_S[1]:
        return f"{MISMATCH}: it is too long for {len(waveform) / sample_rate:.1f} s of speech"
    if rate < _PHONES_PER_S[0]:
        return f"{MISMATCH}: it is too short for {len(waveform) / sample_rate:.1f} s of speech"
    alignment = _aligner().align(waveform, phonemes)
    code = language.split("-")[0]
    if asr:
        samples = resampled(waveform, sample_rate)
        comparison = compare(text, asr.transcribe(samples), language)
        surely = _SURE_SCORE.get(code, _SURE_SCORE_ELSEWHERE)
        is_sure = alignment is not None and alignment.log_likelihood >= surely
        return _misread(text, comparison, lambda other: log_odds(asr, samples, other, text), is_sure)
    if alignment is None or not fits(alignment, language):
        return f"{MISMATCH} what is said"
    return _unfinished(alignment, phonemes, waveform, sample_rate)


def fits(alignment: Alignment, language: str) -> bool:
    """Whether the words of an alignment may be what is said; those of another text, or language, mostly fit worse."""
    return alignment.log_likelihood >= _LOWEST_SCORE.get(language.split("-")[0], _LOWEST_SCORE_ELSEWHERE)


def _unfinished(alignment: Alignment, phonemes: Phonemes, waveform: np.ndarray, sample_rate: int) -> str | None:
    """Why the speech does not end where the text does, as far as the alignment tells."""
    word, first, last = phonemes.words[-1]
    durations_s = alignment.durations * HOP_LENGTH / sample_rate
    if durations_s[first:last].max() < _SHORTEST_END_S:
        return f"{MISMATCH}: its end, “{word}”, is not said"
    tail_s = durations_s[last:].sum()
    if tail_s > _LONGEST_TAIL_S and tail_s - _silence_behind_s(waveform, sample_rate) > _LONGEST_TAIL_S:
        return f"{MISMATCH}: after its end, “{word}”, more is said"
    return None


def _silence_behind_s(waveform: np.ndarray, sample_rate: int) -> float:
    """How long nobody speaks at the end."""
    samples = resampled(waveform, sample_rate)
    padded = np.pad(samples, (0, -len(samples) % speech.FRAME_LENGTH))
    (probabilities,) = speech.find_speech([padded])
    spoken = np.flatnonzero(probabilities > 0.5)
    end_s = (spoken[-1] + 1) * speech.FRAME_LENGTH / speech.SAMPLE_RATE if len(spoken) else 0.0
    return max(0.0, len(waveform) / sample_rate - end_s)


def _misread(text: str, comparison: Comparison, odds: Callable[[str], float], is_sure: bool) -> str | None:
    """Why the text is not what was heard.

    Args:
        odds: the logarithm of how much likelier another text is to be what is said.
        is_sure: the text's phones are surely found in the sound.
    """
    if comparison.agreement < _LOWEST_AGREEMENT:
        if not is_sure:
            return f"{MISMATCH} what is heard"
        if comparison.recall < _LOWEST_AGREEMENT:
            return None  # the recogniser knows less of this language than the aligner, which never heard it
    words = text.split()
    for after, n_phones in ((extra.after, extra.n_phones) for extra in comparison.extras):
        near = words[max(0, after - 1) : after + 1]
        if n_phones < (_FEWEST_AT_END if after in (0, len(words)) else _FEWEST_INSIDE) or _is_written_otherwise(near):
            continue
        where = f"after “{trim(words[after - 1])}”" if after else f"before “{trim(words[0])}”"
        return f"{MISMATCH}: {where} more is said"
    for first, last in _lost(comparison, words):
        without = " ".join([*words[:first], *words[last:]])
        if odds(without) > min(max(_LEAST_ODDS, _ODDS_A_WORD * (last - first)), _MOST_ODDS):
            return f"{MISMATCH}: “{' '.join(map(trim, words[first:last]))}” is not said"
    return None


def _lost(comparison: Comparison, words: list[str]) -> Iterator[tuple[int, int]]:
    """(first word, word after the last) of each stretch of the text that was not heard and is too long for a mishearing."""
    numbers = range(len(words))
    for is_lost, run in groupby(numbers, lambda number: comparison.found[number] < _FOUND):
        places = list(run)
        first, last = places[0], places[-1] + 1
        n_phones = sum(comparison.n_phones[first:last])
        fewest = _FEWEST_AT_END if first == 0 or last == len(words) else _FEWEST_INSIDE
        if is_lost and n_phones >= fewest and not _is_written_otherwise(words[first:last]):
            yield first, last


def _is_written_otherwise(words: list[str]) -> bool:
    """Whether they are not written as they are said: "1987" and "&" can be read in several ways."""
    return any(unicodedata.category(sign)[0] in "NS" or sign in "&@%#/" for word in words for sign in word)


@cache
def _aligner() -> Aligner:
    return Aligner()
