"""Checks that every word of a text is said, and only once, by listening to speech with its text known.

Free recognition is wrong too often to tell. So pocketsphinx may only choose between ways through the text's own words: to
say each, to leave it out, to go back a few and say them again, or to say something else in its place (any sequence of
phones). Each way has its price, and a word counts as missing only where the sound pays for it. After Hazen, "Automatic
alignment and error correction of human generated transcripts for long speech recordings", Interspeech 2006.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby

import numpy as np

from voicekit.recognition import sphinx
from voicekit.recognition.text_check import Comparison, compare, log_odds
from voicekit.recognition.transcribe import Transcriber
from voicekit.text.phonemes.arpabet import KNOWN_PHONES, nearest_arpabet
from voicekit.text.phonemes.lexicon import Entry, Lexicon
from voicekit.text.phonemes.phonemise import Phonemes, phonemise

#: Loads a recogniser, which takes a while.
LoadAsr = Callable[[], Transcriber]

_SILENT = 1e-4
_FURTHEST_BACK = 4
#: The phones that unwritten speech may consist of. Half of the phones tell it from the text as well as all do, in half the
#: time.
_ELSE_PHONES = tuple("AA AE AH AY B D EH ER F HH IH IY K L M N OW R S T UW V Z".split())  # noqa: SIM905
#: The second phone of those of our vowels that pocketsphinx splits in two.
_GLIDES = {"ɹ": "R", "ɚ": "ER", "ə": "AH"}
#: Phones a second of sound without pauses, at a pace of 1. 318 sentences in English, read and synthetic, lie between 4.7 and
#: 16.7, and 150 read in German between 10 and 18.4.
_PHONES_PER_S = (4.0, 21.0)
#: A text of fewer phones may be slower, because a word or two may be drawn out.
_FEW_PHONES = 8
_AUDIBLE_BELOW_DB = 35.0
#: A word is missing if a better recogniser heard less than this share of it, unless the text without it is less likely by
#: more than this logarithm: then it is a name, spelt in some way. Of 75 words that were cut out and not heard the lowest had
#: −8.
_FOUND, _LIKELIER_THOUGH_UNHEARD = 0.5, -10.0
#: A word that was heard is still missing if the text is this much likelier without it, because recognisers write what people
#: usually say.
_LIKELIER = 1.0
#: Words were not said twice if the text with them twice is less likely by more than this logarithm. Of six false alarms on
#: readers five lay below, and of 215 words that were said twice but written once nine did.
_RULED_OUT = -9.0


@dataclass(frozen=True)
class _Prices:
    """What it costs to leave a word out, to go back, and to say something else and each phone of it, as probabilities."""

    leave_out: float
    go_back: float
    say_else: float
    else_phone: float = 1e-3


#: Chosen on speech with faults made on purpose (benchmarks/verify.py).
_ENGLISH = _Prices(1e-6, 1e-15, 1e-35)
#: English phones only approximate those of other languages, and any sequence of phones would fit better: so going back and
#: saying something else are ruled out.
_OTHER = _Prices(1e-50, 0.0, 0.0)


@dataclass(frozen=True)
class Verdict:
    """What became of the words of a text.

    Attributes:
        words: those of `text.split()`.
        dropped: the places among them of those that were not heard, or not recognised in what was.
        repeated: of those that were heard more than once.
        score: which part of the words was heard exactly once.
        length: "too short" or "too long" for the text; "" where it fits.
    """

    words: tuple[str, ...]
    dropped: tuple[int, ...] = ()
    repeated: tuple[int, ...] = ()
    score: float = 1.0
    length: str = ""

    @property
    def ok(self) -> bool:
        return not (self.dropped or self.repeated or self.length)

    @property
    def misheard(self) -> tuple[tuple[int, int], ...]:
        """(first place, place after the last) of each stretch of words that were dropped or repeated."""
        return tuple((run[0], run[-1] + 1) for run in _runs(sorted({*self.dropped, *self.repeated})))

    def describe(self) -> str:
        """For a person: “lights” was not heard; “the” was said twice."""
        if self.ok:
            return "every word was heard once"
        said = [f"“{run}” was not heard" for run in self._phrases(self.dropped)]
        said += [f"“{run}” was said twice" for run in self._phrases(self.repeated)]
        return "; ".join(said + ([f"the speech is {self.length} for its text"] if self.length else []))

    def _phrases(self, places: tuple[int, ...]) -> Iterator[str]:
        """Words that follow one another as one."""
        for run in _runs(places):
            words = [self.words[place] for place in run]
            yield " ".join(words if len(words) < 7 else [*words[:3], "…", *words[-2:]]).strip('.,;:?!"“”()')


@dataclass(frozen=True)
class _Spoken:
    """A word to listen for: its phones in ARPABET, the places of the written ones it stands for, and how it is written.

    The last is "" where no dictionary is to be asked how else it is said.
    """

    phones: tuple[str, ...]
    places: tuple[int, ...]
    written: str = ""


class _Recogniser:
    """Listens to one speech after another; keeps the acoustic model loaded (about 0.3 s to load)."""

    def __init__(self) -> None:
        self._decoder = sphinx.new_decoder(lm=None, cmn="batch", beam=1e-60, wbeam=1e-60, pbeam=1e-60, lw=1.0, wip=1.0)
        for phone in _ELSE_PHONES:
            self._decoder.add_word(_else(phone), phone, False)
        self._known: set[str] = set()

    def ways_to_say(self, word: _Spoken, language: str) -> tuple[str, ...]:
        """As the voice says it, then as a dictionary does: people say "for" and "and" in many ways, and so do voices."""
        said = [" ".join(word.phones)]
        if language.startswith("en") and word.written:
            name = sphinx.plain(word.written)
            for entry in (name, *(f"{name}({number})" for number in range(2, 6))):
                if found := self._decoder.lookup_word(entry):
                    said.append(found)
        return tuple(dict.fromkeys(said))

    def hear(self, samples: np.ndarray, words: list[tuple[str, ...]], prices: _Prices) -> list[int]:
        """Which of the words are heard, in order; none where no way leads through the sound."""
        names = self._names(words)
        numbers = {name: number for number, name in enumerate(names)}
        decoder = self._decoder
        decoder.add_fsg("text", decoder.create_fsg("text", 0, len(names), list(_ways(names, prices))))
        decoder.activate_search("text")
        sphinx.decode(decoder, sphinx.to_pcm(samples, sphinx.RATE, sphinx.PADDING_S))
        if decoder.hyp() is None:
            return []
        heard = (segment.word.partition("(")[0] for segment in decoder.seg())
        return [numbers[name] for name in heard if name in numbers]

    def _names(self, words: list[tuple[str, ...]]) -> list[str]:
        """Teaches the decoder words that are said in these ways; a name for each, also where two sound alike."""
        counts: Counter[tuple[str, ...]] = Counter()
        names = []
        for ways in words:
            counts[ways] += 1
            name = f"w_{'-'.join(ways)}.{counts[ways]}".replace(" ", "_").lower()
            if name not in self._known:
                self._known.add(name)
                for number, phones in enumerate(ways, start=1):
                    self._decoder.add_word(f"{name}({number})" if number > 1 else name, phones, False)
            names.append(name)
        return names


def verify(
    waveform: np.ndarray,
    sample_rate: int,
    text: str,
    language: str,
    lexicon: Lexicon | None = None,
    *,
    pace: float = 1.0,
    pronunciations: Sequence[tuple[int, int, Entry]] = (),
    asr: LoadAsr | None = None,
) -> Verdict:
    """Whether each word of a text is said in `waveform`, once.

    Its surest language is English. Of others it hears the nearest English sounds: of the long words that are missing it
    finds more than eight in ten, of the short ones few; words said twice, or others in their place, it does not look for.

    Args:
        waveform: float32 (samples,), mono.
        sample_rate: in Hz.
        language: an espeak language code.
        lexicon: words that are said in a way of their own.
        pace: at which it was spoken; only the length depends on it.
        pronunciations: as `phonemise` takes it.
        asr: loads a better recogniser, which is asked where a word sounds missing or said twice. Recognisers that know the
            whole language write what people usually say; alone they miss more than pocketsphinx, which can choose nothing
            but the text.

    Raises:
        ScriptError: there is nothing to pronounce in `text`.
    """
    words = tuple(text.split())
    phonemes = phonemise(text, language, lexicon, pronunciations=pronunciations)
    everything = tuple(sorted({place for places in _places(phonemes) for place in places}))
    audible_s = _audible_s(waveform, sample_rate)
    if not audible_s:
        return Verdict(words, dropped=everything, score=0.0, length="too short")
    n_phones = sum(last - first for _, first, last in phonemes.words)
    slowest = _PHONES_PER_S[0] * min(1.0, n_phones / _FEW_PHONES)
    rate = n_phones / audible_s / pace
    length = "too short" if rate > _PHONES_PER_S[1] else "too long" if rate < slowest else ""
    spoken = list(_spoken(phonemes, words, language, lexicon))
    prices = _ENGLISH if language.startswith("en") else _OTHER
    recogniser = _recogniser()
    samples = sphinx.resampled(waveform, sample_rate)
    heard = Counter(recogniser.hear(samples, [recogniser.ways_to_say(word, language) for word in spoken], prices))
    dropped = {place for number, word in enumerate(spoken) for place in word.places if not heard[number]}
    repeated = {place for number, word in enumerate(spoken) for place in word.places if heard[number] > 1} - dropped
    if asr and (dropped or repeated):
        listener = asr()
        comparison = compare(text, listener.transcribe(samples), language, lexicon, pronunciations)
        dropped = {place for place in dropped if _is_missing(place, words, comparison, samples, listener)}
        runs = _runs(sorted(repeated))
        repeated = {place for run in runs if _is_repeated(run, words, comparison, samples, listener) for place in run}
    score = 1 - (len(dropped) + len(repeated)) / max(len(everything), 1)
    return Verdict(words, tuple(sorted(dropped)), tuple(sorted(repeated)), score, length)


@cache
def _recogniser() -> _Recogniser:
    return _Recogniser()


def _runs(places: Sequence[int]) -> Iterator[list[int]]:
    """Places that follow one another, together."""
    for _, run in groupby(enumerate(places), lambda each: each[1] - each[0]):
        yield [place for _, place in run]


def _is_missing(
    place: int, words: tuple[str, ...], comparison: Comparison, samples: np.ndarray, listener: Transcriber
) -> bool:
    """Whether a better recogniser misses the word too: it heard another, heard more there, or likes the text without it."""
    n_phones = comparison.n_phones[place]
    if any(extra.after in (place, place + 1) and extra.n_phones >= max(2, n_phones // 2) for extra in comparison.extras):
        return True
    margin = _LIKELIER_THOUGH_UNHEARD if comparison.found[place] < _FOUND else _LIKELIER
    without = " ".join(words[:place] + words[place + 1 :])
    return not without or log_odds(listener, samples, without, " ".join(words)) > margin


def _is_repeated(
    run: list[int], words: tuple[str, ...], comparison: Comparison, samples: np.ndarray, listener: Transcriber
) -> bool:
    """Whether a better recogniser may have heard words twice too: it writes more there, or does not rule it out.

    It seldom writes a word twice, as people who stammer do not mean to say it twice.
    """
    if any(extra.after in range(run[0], run[-1] + 2) and extra.n_phones >= 2 for extra in comparison.extras):
        return True
    twice = " ".join(words[: run[-1] + 1] + words[run[0] :])
    return log_odds(listener, samples, twice, " ".join(words)) > _RULED_OUT


def _ways(names: list[str], prices: _Prices) -> Iterator[tuple]:
    """The grammar's transitions: state n lies before word n, and one beside each where something else is said."""
    n = len(names)
    for state, name in enumerate(names):
        beside = n + 1 + state
        yield state, state + 1, 1.0, name
        yield state, state + 1, prices.leave_out
        if prices.say_else:
            yield state, beside, prices.say_else
            yield beside, state + 1, 1.0
            yield from ((beside, beside, prices.else_phone, _else(phone)) for phone in _ELSE_PHONES)
    for state in range(1, n + 1 if prices.go_back else 1):
        yield from ((state, earlier, prices.go_back) for earlier in range(max(0, state - _FURTHEST_BACK), state))


def _else(phone: str) -> str:
    return f"else_{phone}"


def _places(phonemes: Phonemes) -> list[tuple[int, ...]]:
    """The places of the written words that each spoken one stands for; "dollars" of "$5" stands for "$5" too."""
    owned: list[tuple[int, ...]] = []
    for places in phonemes.written:
        owned.append(places or (owned[-1][-1:] if owned else ()))
    return owned


def _spoken(phonemes: Phonemes, words: tuple[str, ...], language: str, lexicon: Lexicon | None) -> Iterator[_Spoken]:
    """The words to listen for; those that espeak-ng runs together ("of the") one by one where their phones tell."""
    spoken = Counter(place for places in _places(phonemes) for place in places)

    def said_otherwise(place: int) -> bool:
        """Not as a dictionary would: as the lexicon does, or in several words."""
        return spoken[place] > 1 or bool(lexicon and lexicon.mark(words[place])[1])

    for (_, first, last), places in zip(phonemes.words, _places(phonemes), strict=True):
        symbols = phonemes.symbols[first:last]
        lengths = [len(symbols)]
        if len(places) > 1:
            alone = [phonemise(words[place], language, lexicon).words for place in places]
            lengths = [sum(end - start for _, start, end in each) for each in alone]
        if sum(lengths) != len(symbols) or len(lengths) != len(places):
            yield _Spoken(_arpabet(symbols), places)
            continue
        for place, length in zip(places, lengths, strict=True):
            own = said_otherwise(place)
            yield _Spoken(_arpabet(symbols[:length]), (place,), "" if own else words[place])
            symbols = symbols[length:]


def _arpabet(phones: Iterable[str]) -> tuple[str, ...]:
    """The nearest phones that pocketsphinx knows; unlike the aligner's not one for one: "ɛɹ" is two."""
    found: list[str] = []
    for phone in phones:
        body, end = phone[:-1], phone[-1]
        found += (
            [nearest_arpabet(body), _GLIDES[end]] if body in KNOWN_PHONES and end in _GLIDES else [nearest_arpabet(phone)]
        )
    return tuple(found)


def _audible_s(waveform: np.ndarray, sample_rate: int) -> float:
    """How long there is sound, pauses left out."""
    hop = max(1, sample_rate // 100)
    whole = waveform[: len(waveform) // hop * hop].astype(np.float64)
    power = np.square(whole).reshape(-1, hop).mean(axis=1)
    loudest = power.max(initial=0.0)
    return float(np.sum(power > loudest * 10 ** (-_AUDIBLE_BELOW_DB / 10)) / 100) if loudest > _SILENT**2 else 0.0
