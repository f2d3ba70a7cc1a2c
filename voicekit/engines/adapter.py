"""Makes an Engine of a model that others trained: what such a model cannot do is done around it, where that is honest.

A text goes through in these steps, a sentence at a time: numbers and abbreviations are written out and the lexicon's words
respelled, as for our own voice; the model speaks; silence around is cut; the times of words are its own or found by an
aligner; pauses are put in, levels moved, and what it cannot of the pace is made by stretching.
"""

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from voicekit.audio.stretch import at_tempo
from voicekit.core.errors import PluginError, ScriptError
from voicekit.core.files import digest
from voicekit.core.wording import some
from voicekit.engines.words import Insert, heard_span, spread_words, with_inserts, word_edges
from voicekit.recognition.sphinx import Aligner
from voicekit.speech.engine import Engine, Speech, Word
from voicekit.speech.prosody import pause_s
from voicekit.text.normalise.normalise import normalise
from voicekit.text.phonemes.lexicon import PLACEHOLDER, Lexicon
from voicekit.text.phonemes.phonemise import Phonemes, check_scripts, phonemise
from voicekit.text.script.marks import NEUTRAL, NO_MARKS, Marks, places
from voicekit.text.sentences import Sentence, sentences

#: Raise this when the same model is made to sound different: cached speech is then spoken again.
_VERSION = 1
#: Silence that is left around a sentence.
_BEFORE_S, _AFTER_S = 0.02, 0.08
#: Another take of a model that knows no chance differs in pace by at most this.
_STRAY_PACE = 0.04
#: A level is moved over this long at a word's edges.
_LEVEL_RAMP_S = 0.03


@dataclass(frozen=True)
class Ability:
    """What a model does by itself.

    Attributes:
        slowest, fastest: the paces it can speak at; both 1 where it has one of its own.
        chance: another seed is another take.
        phones: it reads the phones of a request, and so every pronunciation; else only its text.
        words: it tells when its words are heard.
    """

    slowest: float = 1.0
    fastest: float = 1.0
    chance: bool = False
    phones: bool = False
    words: bool = False


@dataclass(frozen=True)
class Request:
    """A sentence for a model.

    Attributes:
        text: in plain words: numbers written out, the lexicon's words respelled.
        phonemes: the same as phones.
        pace: 1.2 is 20 % faster; within what the model can.
        seed: of the take; 0 … 2⁶³ − 1.
    """

    text: str
    phonemes: Phonemes
    pace: float
    seed: int


@dataclass(frozen=True)
class Reply:
    """What a model said.

    Attributes:
        waveform: float32 (samples,), with whatever silence around.
        word_edges: (words, 2) start and end of each of `phonemes.words`, in seconds; None where it does not tell.
        notes: see Speech.
    """

    waveform: np.ndarray
    word_edges: np.ndarray | None = None
    notes: tuple[str, ...] = ()


class Model(ABC):
    """A public model, loaded, with one voice. An adapter makes an Engine of it.

    Attributes:
        sample_rate: in Hz.
        language: an espeak language code.
        fingerprint: of its weights, its voice and its settings.
    """

    sample_rate: int
    language: str
    fingerprint: str
    ability: Ability = Ability()

    @abstractmethod
    def speak(self, request: Request) -> Reply:
        """One sentence.

        Raises:
            PluginError: the model failed; the message says of which engine, and what to do.
        """


class AdaptedEngine(Engine):
    """A public model that speaks as the contract `voicekit.speech.engine.Engine` asks."""

    def __init__(self, model: Model, lexicon: Lexicon | None = None) -> None:
        self.model = model
        self.sample_rate = model.sample_rate
        self.language = model.language
        self.lexicon = lexicon or Lexicon()

    @cached_property
    def fingerprint(self) -> str:  # type: ignore[override]
        known = repr((_VERSION, type(self.model).__name__, self.model.fingerprint, self.language))
        return hashlib.sha1(known.encode()).hexdigest()[:16] + self.lexicon.fingerprint

    @cached_property
    def _aligner(self) -> Aligner:
        return Aligner()

    def with_lexicon(self, lexicon: Lexicon) -> "AdaptedEngine":
        return AdaptedEngine(self.model, self.lexicon + lexicon)

    def leaves(self, marks: Marks = NO_MARKS) -> tuple[str, ...]:
        left = []
        if any(style.pitch_st or style.liveliness != 1 for style in marks.styles):
            left.append("tones: a higher, lower or livelier voice")
        if not self.model.ability.phones:
            asked = [*self.lexicon.entries, *(entry for _, _, entry in marks.pronunciations)]
            if words := sorted({entry.word for entry in asked if entry.ipa}):
                left.append(f"pronunciations in IPA ({some(words)}); write them in plain words")
        return tuple(left)

    def stream(self, text: str, *, pace: float = 1.0, marks: Marks = NO_MARKS, seed: int = 0) -> Iterator[Speech]:
        check_scripts(text, self.language, self.lexicon, marks.pronunciations)
        parts = list(sentences(text, self.language))
        before: tuple[Sentence, Phonemes, float] | None = None
        for sentence, (begin, end) in zip(parts, places((part.text for part in parts), text), strict=True):
            own = marks.part(begin, end) if end - begin == len(sentence.text.split()) else NO_MARKS
            phonemes = None
            with suppress(ScriptError):  # nothing but signs
                phonemes = phonemise(
                    sentence.text, self.language, self.lexicon, goes_on=sentence.goes_on, pronunciations=own.pronunciations
                )
            if phonemes is None:
                continue
            silence_s = 0.0
            if before:
                natural_s = pause_s(before[1], phonemes, before[0].goes_on, sentence.opens) / pace
                silence_s = max(natural_s, before[2])
            yield self._say(sentence, phonemes, own, pace, seed, silence_s)
            before = sentence, phonemes, own.pauses_s[-1] if own.pauses_s else 0.0
        if before is None:
            raise ScriptError(f"there is nothing to pronounce in “{text[:60]}”; write words")

    def _say(self, sentence: Sentence, phonemes: Phonemes, marks: Marks, pace: float, seed: int, silence_s: float) -> Speech:
        ability = self.model.ability
        # A model has one pace a sentence: that of its words on average.
        wanted = pace * float(np.mean([style.pace for style in marks.styles] or [1.0]))
        own_seed = int(digest(f"{sentence.text} {seed}")[:12], 16)
        if seed and not ability.chance:
            wanted *= 1 + _STRAY_PACE * float(np.random.default_rng(own_seed).uniform(-1, 1))
        wanted = min(max(wanted, 0.4), 2.5)
        asked = min(max(wanted, ability.slowest), ability.fastest)
        text = respelled(sentence.text, self.language, self.lexicon, marks)
        reply = self.model.speak(Request(text, phonemes, asked, own_seed))
        waveform = _checked(reply.waveform, sentence.text)
        edges = reply.word_edges
        if edges is None:
            edges = word_edges(self._aligner, waveform, self.sample_rate, phonemes)
        if edges is None:
            edges = spread_words(waveform, self.sample_rate, phonemes)
        start_s, end_s = heard_span(waveform, self.sample_rate)
        start_s, end_s = max(start_s - _BEFORE_S, 0.0), min(end_s + _AFTER_S, len(waveform) / self.sample_rate)
        waveform = waveform[round(start_s * self.sample_rate) : round(end_s * self.sample_rate)]
        edges = np.clip(edges - start_s, 0.0, len(waveform) / self.sample_rate)
        if wanted != asked:
            tempo = min(max(wanted / asked, 0.5), 2.0)
            waveform, edges = at_tempo(waveform, self.sample_rate, tempo), edges / tempo
        waveform = _with_levels(waveform, self.sample_rate, edges, phonemes, marks)
        inserts = _pauses(edges, phonemes, marks)
        waveform, edges = with_inserts(waveform, self.sample_rate, edges, inserts)
        silence = round(silence_s * self.sample_rate)
        waveform = np.pad(waveform, (silence, 0))
        edges = np.clip(edges + silence / self.sample_rate, 0.0, len(waveform) / self.sample_rate)
        return Speech(waveform.astype(np.float32), self.sample_rate, _words(phonemes, edges), reply.notes)


def respelled(text: str, language: str, lexicon: Lexicon, marks: Marks = NO_MARKS) -> str:
    """A sentence for a model that reads text: numbers written out, and the lexicon's words as they are said in plain words.

    What is given in IPA stays as it is written.
    """
    marked, special = lexicon.mark(text, marks.pronunciations)
    pieces = normalise(marked, language).split(PLACEHOLDER)
    said = [(each.entry.word if each.entry.ipa else each.entry.said) + each.ending for each in special]
    assert len(pieces) == len(said) + 1, "each word of the lexicon has its place"
    return "".join(piece + word for piece, word in zip(pieces, [*said, ""], strict=True))


def _checked(waveform: np.ndarray, text: str) -> np.ndarray:
    """float32 (samples,) in [−1, 1]; what is louder is made softer as a whole."""
    waveform = np.asarray(waveform, np.float32).reshape(-1)
    if not np.isfinite(waveform).all():
        raise PluginError(f"the model made no valid sound of “{text[:60]}”; say it in other words, or take another voice")
    peak = float(np.abs(waveform).max(initial=0.0))
    if peak < 1e-4:
        raise PluginError(f"the model stayed silent at “{text[:60]}”; say it in other words, or take another voice")
    return waveform / peak if peak > 1 else waveform


def _with_levels(waveform: np.ndarray, sample_rate: int, edges: np.ndarray, phonemes: Phonemes, marks: Marks) -> np.ndarray:
    """Words louder or softer as the marks want; the whole softer where that would clip."""
    if not any(style.level_db for style in marks.styles):
        return waveform
    times, levels, last = [0.0], [0.0], NEUTRAL
    for (start_s, end_s), written in zip(edges, phonemes.written, strict=True):
        last = marks.styles[written[0]] if written else last
        times += [start_s, end_s]
        levels += [last.level_db, last.level_db]
    levels[0] = levels[1]
    at = np.arange(len(waveform)) / sample_rate
    ramp = max(round(_LEVEL_RAMP_S * sample_rate), 1)
    track = np.convolve(
        np.pad(np.interp(at, times, levels), ramp, mode="edge"), np.full(2 * ramp + 1, 1 / (2 * ramp + 1)), "valid"
    )
    louder = waveform * 10 ** (track / 20)
    return (louder / max(float(np.abs(louder).max(initial=0.0)), 1.0)).astype(np.float32)


def _pauses(edges: np.ndarray, phonemes: Phonemes, marks: Marks) -> list[Insert]:
    """The silences that are missing between words, as far as the marks ask for them."""
    if not any(marks.pauses_s):
        return []
    inserts = []
    for number, written in enumerate(phonemes.written[:-1]):
        asked_s = max((marks.pauses_s[place] for place in written), default=0.0)
        gap_s = float(edges[number + 1, 0] - edges[number, 1])
        if asked_s > gap_s:
            inserts.append(Insert(number + 1, asked_s - gap_s))
    return inserts


def _words(phonemes: Phonemes, edges: np.ndarray) -> tuple[Word, ...]:
    """The words as they are written; those that "$5" becomes are one."""
    words: list[Word] = []
    for (text, _, _), (start_s, end_s) in zip(phonemes.words, edges.tolist(), strict=True):
        if text or not words:
            words.append(Word(text, max(start_s, words[-1].end_s if words else 0.0), end_s))
        else:
            words[-1] = Word(words[-1].text, words[-1].start_s, end_s)
    return tuple(words)
