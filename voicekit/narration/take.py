"""A cue as it was spoken, and how it is fitted to the time it has."""

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from voicekit.audio.stretch import at_tempo
from voicekit.core.errors import PluginError
from voicekit.narration.cache import Entry, Key, SpeechCache
from voicekit.narration.timing.section import SHORTEST_PAUSE_S, UTMOST_STRETCH
from voicekit.narration.timing.timeline import Spoken
from voicekit.speech.engine import Speech, Word
from voicekit.text.phonemes.labels import align_words
from voicekit.text.script.cue import Cue

#: Sound this far below the loudest 10 ms is not speech. Fricatives lie up to 30 dB below vowels, and a voice's own noise 40
#: dB: if it were taken for speech, a cue with a given time would be heard late.
_SILENCE_BELOW_DB = 35.0
_HOP_S = 0.01
#: The silence kept before the first sound and after the last.
BEFORE_S, AFTER_S = 0.01, 0.08
#: Sound this much earlier than the first word does not belong to it.
_BREATH_S = 0.15
#: A shorter silence is no pause: the mouth is closed that long for a "p" or "k".
_PAUSE_S = 0.12
#: A smaller change of length is not worth touching the sound for.
_UNHEARD = 0.003
#: The remaining parts of a pause are crossfaded over this long.
_JOIN_S = 0.01


@dataclass(frozen=True)
class Take:
    """A cue as it was spoken. Its sound stays in the cache until it is asked for: an hour of speech is much memory.

    Attributes:
        key: by which the cache knows it; its pace is that at which it was spoken.
        seed: which take of the text it is.
        start_s, heard_s: which part of the cached speech is heard, from when and how long; the rest is silence.
        pauses: (start, end) of those silences that may be shortened, from the start of what is heard.
        speech_words: the words, timed from the start of the cached speech; see `words_from`.
        was_cached: nothing had to be spoken.
        faults: what was misheard in it; "" for nothing, None where nobody listened.
        tries: how often it was spoken to become as it is.
        takes: how many there have been of its text, in all runs.
        is_anew: it was asked for in place of an earlier one.
        is_the_same: the earlier one sounds exactly like it: the voice has no other.
        shortened: how much is taken of what the pauses can lose, in [0, 1].
        stretch: how much faster the sound is played, pitch kept.
    """

    cue: Cue
    key: Key
    seed: int
    start_s: float
    heard_s: float
    pauses: tuple[tuple[float, float], ...]
    speech_words: tuple[Word, ...]
    was_cached: bool
    faults: str | None = None
    tries: int = 1
    takes: int = 1
    is_anew: bool = False
    is_the_same: bool = False
    shortened: float = 0.0
    stretch: float = 1.0

    @classmethod
    def of(cls, cue: Cue, key: Key, entry: Entry, was_cached: bool, tries: int = 1) -> "Take":
        """The take that `entry` of the cache is: the silence around it left out, its pauses found."""
        start_s, end_s = heard_span_s(entry.speech)
        pauses = tuple((a - start_s, b - start_s) for a, b in pauses_of(entry.speech, cue) if a > start_s and b < end_s)
        heard_s = end_s - start_s
        words, faults = entry.speech.words, entry.faults
        return cls(cue, key, entry.seed, start_s, heard_s, pauses, words, was_cached, faults, tries, entry.takes)

    @property
    def pace(self) -> float:
        return self.key.pace

    @property
    def pauses_s(self) -> float:
        """What its pauses can lose."""
        return sum(end - start - SHORTEST_PAUSE_S for start, end in self.pauses)

    @property
    def duration_s(self) -> float:
        return (self.heard_s - self.shortened * self.pauses_s) / self.stretch

    @property
    def natural(self) -> Spoken:
        """What the planner has to know: how long it lasts at the voice's own pace."""
        return Spoken(self.cue, (self.heard_s - self.pauses_s) * self.pace, self.pauses_s)

    def words_from(self, at_s: float = 0.0) -> tuple[Word, ...]:
        """The words as they are heard where the take is heard from `at_s` on. Nothing else shifts words in time."""
        return tuple(
            Word(word.text, at_s + self._heard_at(word.start_s), at_s + self._heard_at(word.end_s))
            for word in self.speech_words
        )

    def fitted(self, length_s: float) -> "Take":
        """The same made so short, as far as that goes: by its pauses first, then by stretching its sound."""
        missing_s = self.heard_s - length_s
        if missing_s <= _UNHEARD * length_s:
            return replace(self, shortened=0.0, stretch=1.0)
        shortened = min(missing_s / self.pauses_s, 1.0) if self.pauses_s > 0 else 0.0
        shorter = replace(self, shortened=shortened, stretch=1.0)
        stretch = min(shorter.duration_s / length_s, UTMOST_STRETCH)
        return replace(shorter, stretch=stretch) if stretch > 1 + _UNHEARD else shorter

    def waveform(self, cache: SpeechCache, sample_rate: int) -> np.ndarray:
        """What is heard, float32 (samples,) at `sample_rate`.

        Raises:
            PluginError: somebody emptied the cache meanwhile.
        """
        import soxr

        entry = cache.get(self.key)
        if entry is None:
            raise PluginError(f"speech vanished from {cache.folder} while it was used; run the same command again")
        rate = entry.speech.sample_rate
        start = round(self.start_s * rate)
        heard = entry.speech.waveform[start : start + round(self.heard_s * rate)]
        # Faded over the silence that was kept: noise that starts at once is heard as a click.
        times_s = np.arange(len(heard)) / rate
        heard = heard * np.clip(times_s / BEFORE_S, 0, 1) * np.clip((times_s[-1] - times_s) / AFTER_S, 0, 1)
        heard = self._with_short_pauses(heard.astype(np.float32), rate)
        heard = at_tempo(heard, rate, self.stretch)
        return soxr.resample(heard, rate, sample_rate)

    def _removed(self) -> list[tuple[float, float]]:
        """(from when, how much) is taken out of the middle of each pause."""
        lost = [(start, end, self.shortened * (end - start - SHORTEST_PAUSE_S)) for start, end in self.pauses]
        return [((start + end - less) / 2, less) for start, end, less in lost if less > 0]

    def _heard_at(self, speech_s: float) -> float:
        """When a moment of the cached speech is heard, from the start of what is heard."""
        time_s = min(max(speech_s - self.start_s, 0.0), self.heard_s)
        gone_s = sum(min(max(time_s - start, 0.0), less) for start, less in self._removed())
        return (time_s - gone_s) / self.stretch

    def _with_short_pauses(self, heard: np.ndarray, rate: int) -> np.ndarray:
        """Without the middle of each pause; what is left is faded into one another."""
        join = round(_JOIN_S * rate)
        ramp = np.linspace(0, 1, join, dtype=np.float32)
        pieces, gone = [], 0
        for start_s, less_s in self._removed():
            start, end = round(start_s * rate), round((start_s + less_s) * rate)
            if end - start < 2 * join or end + join > len(heard):
                continue
            pieces.append(heard[gone:start])
            pieces.append(heard[start : start + join] * ramp[::-1] + heard[end : end + join] * ramp)
            gone = end + join
        return np.concatenate([*pieces, heard[gone:]]) if pieces else heard


def heard_span_s(speech: Speech) -> tuple[float, float]:
    """From when to when there is speech, by its level, with a little silence kept around."""
    loud = np.flatnonzero(_is_loud(speech))
    hop_s = _hop(speech) / speech.sample_rate
    start_s, end_s = float(loud[0]) * hop_s, float(loud[-1] + 1) * hop_s
    if speech.words and start_s < speech.words[0].start_s - _BREATH_S:
        start_s = speech.words[0].start_s
    return max(0.0, start_s - BEFORE_S), min(speech.duration_s, end_s + AFTER_S)


def pauses_of(speech: Speech, cue: Cue) -> tuple[tuple[float, float], ...]:
    """(start, end) of the silences between sounds that the script did not ask for."""
    hop_s = _hop(speech) / speech.sample_rate
    loud = np.flatnonzero(_is_loud(speech))
    gaps = np.flatnonzero(np.diff(loud) * hop_s > _PAUSE_S)
    silences = [(float(loud[gap] + 1) * hop_s, float(loud[gap + 1]) * hop_s) for gap in gaps]
    asked_s = asked_pauses_s(cue, speech.words)
    return tuple((a, b) for a, b in silences if not any(a - _BREATH_S < at < b + _BREATH_S for at in asked_s))


def pauses_between(words: tuple[Word, ...], cue: Cue) -> float:
    """What the silences between words, by their times alone, can lose, in seconds."""
    asked_s = asked_pauses_s(cue, words)
    gaps = [(a.end_s, b.start_s) for a, b in pairwise(words) if b.start_s - a.end_s > _PAUSE_S]
    return sum(end - start - SHORTEST_PAUSE_S for start, end in gaps if not any(start - 0.01 <= at <= end for at in asked_s))


def asked_pauses_s(cue: Cue, words: tuple[Word, ...]) -> list[float]:
    """When the pauses begin that the script asks for: those stay as long as they are."""
    if not cue.marks.pauses_s:
        return []
    written = align_words(cue.text.split(), [word.text for word in words])
    return [
        word.end_s for word, places in zip(words, written, strict=True) if any(cue.marks.pauses_s[place] for place in places)
    ]


def _hop(speech: Speech) -> int:
    return max(1, round(speech.sample_rate * _HOP_S))


def _is_loud(speech: Speech) -> np.ndarray:
    """Whether each hundredth of a second has speech."""
    hop = _hop(speech)
    n_hops = -(-len(speech.waveform) // hop)
    padded = np.pad(speech.waveform.astype(np.float64), (0, n_hops * hop - len(speech.waveform)))
    power = np.square(padded).reshape(n_hops, hop).mean(axis=1)
    return power > power.max() * 10 ** (-_SILENCE_BELOW_DB / 10)
