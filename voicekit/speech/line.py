"""A sentence on its way through our engine: how each token is to be said, and when each word is heard."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from voicekit.audio.features import HOP_LENGTH, SAMPLE_RATE
from voicekit.core.files import digest
from voicekit.speech.engine import Word
from voicekit.speech.prosody import OWN_END_S
from voicekit.text.phonemes.phonemise import Phonemes
from voicekit.text.script.marks import NEUTRAL, Marks, ProsodyStyle
from voicekit.text.sentences import Sentence

#: How far another take of a sentence varies, word by word: as natural logarithm of the pace, and in semitones.
_STRAY_PACE, _STRAY_ST = 0.03, 0.5
#: Inserted silence fades in and out over this many samples.
_FADE = round(0.005 * SAMPLE_RATE)


@dataclass(frozen=True)
class Line:
    """A sentence, how it is said, and so many samples of silence before it. `marks` are those of its own words."""

    sentence: Sentence
    phonemes: Phonemes
    marks: Marks
    pace: float
    silence: int
    seed: int

    @cached_property
    def _styles(self) -> list[ProsodyStyle]:
        """Of each token: that of its word; a boundary goes with the word before it."""
        styles, style, begin = [], None, 0
        for (_, _, end), written in zip(self.phonemes.words, self.phonemes.written, strict=True):
            if self.marks.styles and written:
                style = self.marks.styles[written[0]]
            styles += [style or NEUTRAL] * (end + 1 - begin)
            begin = end + 1
        return styles

    @cached_property
    def _strays(self) -> np.ndarray:
        """(2, tokens) random figures of deviation 1, one a word; 0 where the seed is 0."""
        n_tokens = len(self.phonemes.symbols)
        if not self.seed:
            return np.zeros((2, n_tokens))
        word_of_token = np.searchsorted([end for _, _, end in self.phonemes.words], np.arange(n_tokens))
        return np.random.default_rng(self.own_seed).normal(size=(2, len(self.phonemes.words) + 1))[:, word_of_token]

    @property
    def paces(self) -> np.ndarray:
        """(tokens,)"""
        return self.pace * np.array([style.pace for style in self._styles]) * np.exp(_STRAY_PACE * self._strays[0])

    @property
    def pitch_st(self) -> np.ndarray:
        """(tokens,) semitones up."""
        return np.array([style.pitch_st for style in self._styles]) + _STRAY_ST * self._strays[1]

    @property
    def liveliness(self) -> np.ndarray:
        """(tokens,)"""
        return np.array([style.liveliness for style in self._styles])

    @property
    def level_db(self) -> np.ndarray:
        """(tokens,)"""
        return np.array([style.level_db for style in self._styles])

    @property
    def own_seed(self) -> int:
        """The same for the same words and seed."""
        said = " ".join(self.phonemes.symbols) + (f" {self.seed}" if self.seed else "")
        return int(digest(said)[:12], 16)

    @property
    def last_pause_s(self) -> float:
        """How long it is to be silent behind the sentence, beside what the voice is itself; 0 where that is left to it."""
        return max(self.asked_pauses_s.get(len(self.phonemes.symbols) - 1, 0.0) - OWN_END_S, 0.0)

    @cached_property
    def asked_pauses_s(self) -> dict[int, float]:
        """Boundary token → how long the script wants it to be silent there."""
        pauses = {}
        if self.marks.pauses_s:
            for (_, _, end), written in zip(self.phonemes.words, self.phonemes.written, strict=True):
                longest = max((self.marks.pauses_s[place] for place in written), default=0.0)
                if longest:
                    pauses[end] = longest
        return pauses

    def schedule(self, durations: np.ndarray) -> "Schedule":
        """When its words are heard if its tokens last so many frames each."""
        edges = np.concatenate(([0], np.cumsum(durations))) * HOP_LENGTH
        inserts = []
        for token, pause_s in self.asked_pauses_s.items():
            missing = round(pause_s * SAMPLE_RATE) - int(edges[token + 1] - edges[token])
            if missing > 0 and token < len(durations) - 1:
                inserts.append((int(edges[token] + edges[token + 1]) // 2, missing))
        shifted = edges + self.silence
        for place, missing in inserts:
            shifted = shifted + missing * (edges > place)
        times_s = shifted / SAMPLE_RATE
        words: list[Word] = []
        for text, start, end in self.phonemes.words:
            if text or not words:
                words.append(Word(text, float(times_s[start]), float(times_s[end])))
            else:  # "$5" is one word that is spoken as two
                words[-1] = Word(words[-1].text, words[-1].start_s, float(times_s[end]))
        return Schedule(tuple(words), int(shifted[-1]), self.silence, tuple(inserts))


@dataclass(frozen=True)
class Schedule:
    """When the words of a line are heard, on its own clock.

    Attributes:
        samples: how long it lasts, silence included.
        silence: samples before it.
        inserts: (sample of the spoken sentence, samples of silence that are put in there), in their order.
    """

    words: tuple[Word, ...]
    samples: int
    silence: int
    inserts: tuple[tuple[int, int], ...]

    def with_silence(self, waveform: np.ndarray) -> np.ndarray:
        """The spoken sentence with the silences put in."""
        pieces, gone = [np.zeros(self.silence, np.float32)], 0
        ramp = np.linspace(0, 1, _FADE, dtype=np.float32)
        faded = waveform.copy() if self.inserts else waveform
        for place, missing in self.inserts:
            faded[place - _FADE : place] *= ramp[::-1]
            faded[place : place + _FADE] *= ramp
            pieces += [faded[gone:place], np.zeros(missing, np.float32)]
            gone = place
        return np.concatenate([*pieces, faded[gone:]])


def with_commas(phonemes: Phonemes, pauses_s: tuple[float, ...]) -> Phonemes:
    """The same with a comma behind every word that is to be followed by a pause inside the sentence."""
    symbols = list(phonemes.symbols)
    for (_, _, end), written in zip(phonemes.words, phonemes.written, strict=True):
        if symbols[end] == " " and any(pauses_s[place] for place in written):
            symbols[end] = ","
    return replace(phonemes, symbols=tuple(symbols))
