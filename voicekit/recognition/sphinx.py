"""pocketsphinx: how its decoders are made and fed, and the two that know the text they listen for.

Its weights are in its wheel. It knows only the phones of English; each of our phones is mapped to the nearest of them, so
that any language espeak-ng speaks can be aligned.
"""

import logging
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from io import StringIO
from math import log
from pathlib import Path
from typing import Any

import numpy as np
import soxr

from voicekit.audio.features import HOP_LENGTH, SAMPLE_RATE
from voicekit.core.errors import ScriptError
from voicekit.core.files import write_text
from voicekit.text.phonemes.arpabet import nearest_arpabet
from voicekit.text.phonemes.phonemise import BOUNDARIES, Phonemes, phonemise

RATE = 16_000
_FRAMES_PER_S = 100
#: The peak level that the recogniser works best with, and the one below which nothing is amplified.
_PEAK, _SILENT = 0.5, 1e-4
#: An alignment from the first word to the last needs silence at both ends, which speech cut close to its words lacks, and a
#: little noise in it, because the model knows no digital silence.
PADDING_S = 0.2
_PADDING_NOISE = 1e-4
#: Scores that are rounded to 0 are taken for this.
_LEAST_SCORE = 1e-300

_DICTIONARY, _MODEL, _SEARCH = "words.dict", "words.lm", "text"
_EDGES = re.compile(r"^[^\w']+|[^\w']+$|'(?=$)|^'(?=\W)")


def new_decoder(**options: Any) -> Any:
    """A silent decoder, without the lattice search, which loses one sentence in ten; about 0.3 s to load."""
    import pocketsphinx

    logging.getLogger("pocketsphinx").setLevel(logging.CRITICAL)
    return pocketsphinx.Decoder(loglevel="FATAL", bestpath=False, **options)


def decode(decoder: Any, pcm: bytes) -> None:
    """Lets the decoder hear one utterance, all at once."""
    decoder.start_utt()
    decoder.process_raw(pcm, no_search=False, full_utt=True)
    decoder.end_utt()


def resampled(waveform: np.ndarray, sample_rate: int) -> np.ndarray:
    """A waveform (samples,) of any rate at 16 kHz, as all recognisers take it."""
    return soxr.resample(waveform.astype(np.float32, copy=False), sample_rate, RATE)


def to_pcm(waveform: np.ndarray, sample_rate: int, padding_s: float = 0.0) -> bytes:
    """A float waveform (samples,) of any rate as 16 bits at 16 kHz, at the level that pocketsphinx likes.

    Args:
        padding_s: faint noise before and behind; see PADDING_S.
    """
    samples = resampled(waveform, sample_rate)
    samples = samples * (_PEAK / max(np.abs(samples).max(initial=0.0), _SILENT))
    if padding_s:
        samples = np.pad(samples, round(padding_s * RATE))
        samples += np.random.default_rng(0).normal(0, _PADDING_NOISE, len(samples))
    return (samples * 32767).astype("<i2").tobytes()


def is_word(name: str) -> bool:
    """Whether what was heard is a word, and no silence or noise."""
    return not name.startswith(("<", "[", "("))


@dataclass(frozen=True)
class Fit:
    """How well the words that were heard fit; 0 is the best, less is worse.

    Attributes:
        sound: natural log of the acoustic score beside the best there is, a frame.
        language: natural log of the language model's score, a second of speech.
    """

    sound: float
    language: float


def fit_of_words(decoder: Any) -> Fit:
    """Of the utterance that the decoder heard last, with pauses and noises left out."""
    words = [word for word in decoder.seg() or () if is_word(word.word)]
    frames = max(sum(word.end_frame - word.start_frame + 1 for word in words), 1)
    sound = sum(log(max(word.ascore, _LEAST_SCORE)) for word in words) / frames
    language = sum(log(max(word.lscore, _LEAST_SCORE)) for word in words) / frames * _FRAMES_PER_S
    return Fit(sound, language)


# How words sound.


def plain(written: str) -> str:
    """A written word without case and the punctuation around it; "" for a dash or a bracket alone."""
    word = _EDGES.sub("", written.lower().replace("’", "'").replace("_", " ").strip())
    return word if re.search(r"\w", word) else ""


def pronunciations(words: Iterable[str], language: str) -> dict[str, list[str]]:
    """Each distinct plain word to its pronunciations in ARPABET; words that cannot be pronounced are left out.

    They are the CMU dictionary's where it has the word, else espeak-ng's guess. A number or an abbreviation is one word
    with the sounds of all it stands for.
    """
    wanted = set(words)
    found = _from_dictionary(wanted) if language.startswith("en") else {}
    for word in wanted - found.keys():
        if sounds := _from_espeak(word, language):
            found[word] = [sounds]
    return found


def _from_dictionary(wanted: set[str]) -> dict[str, list[str]]:
    import pocketsphinx

    found: dict[str, list[str]] = {}
    with Path(pocketsphinx.get_model_path("en-us/cmudict-en-us.dict")).open(encoding="utf-8") as lines:
        for line in lines:
            name, _, sounds = line.rstrip().partition(" ")
            word = name.split("(")[0]
            if word in wanted:
                found.setdefault(word, []).append(sounds)
    return found


@cache
def _from_espeak(word: str, language: str) -> str:
    try:
        symbols = phonemise(word, language).symbols
    except ScriptError:
        return ""
    return " ".join(nearest_arpabet(symbol) for symbol in symbols if symbol not in BOUNDARIES)


# Constrained recognition: which words of one text are heard, and when.


def learn_text(sentences: list[list[str]], language: str, folder: Path) -> dict[str, str]:
    """Writes the dictionary and a trigram model of one text into `folder`, for `hear` and `place`.

    The model of the text alone makes pocketsphinx nearly sure and four times faster than with all of English. After
    Moreno et al., "A recursive algorithm for the forced alignment of very long audio segments", ICSLP 1998.

    Args:
        sentences: plain words (see `plain`).

    Returns:
        plain word → its name in the model; words without a pronunciation are missing.
    """
    from pocketsphinx.lm import ArpaBoLM

    sounds = pronunciations((word for sentence in sentences for word in sentence), language)
    if not sounds:
        return {}
    # Names of our own: what people write may hold characters that mean something to the model's format.
    names = {word: f"w{number}" for number, word in enumerate(sorted(sounds))}
    lines = [
        f"{names[word]}{f'({n})' if n > 1 else ''} {sound}\n"
        for word in sorted(sounds)
        for n, sound in enumerate(sounds[word], start=1)
    ]
    write_text(folder / _DICTIONARY, "".join(lines))
    spoken = [" ".join(names[word] for word in sentence if word in names) for sentence in sentences]
    model = ArpaBoLM(text="".join(f"<s> {line} </s>\n" for line in spoken if line))
    model.compute()
    arpa = StringIO()
    model.write(arpa)
    write_text(folder / _MODEL, arpa.getvalue())
    return names


def hear(waveform: np.ndarray, folder: Path) -> list[str]:
    """The names of the words heard in a 24 kHz waveform (samples,), in order."""
    decoder = _text_decoder(folder)
    decoder.activate_search(_SEARCH)
    decode(decoder, to_pcm(waveform, SAMPLE_RATE))
    return decoder.hyp().hypstr.split() if decoder.hyp() else []


def place(waveform: np.ndarray, names: list[str], folder: Path) -> list[float] | None:
    """When the middle of each named word is heard, in seconds; None where they do not fit the 24 kHz waveform."""
    decoder = _text_decoder(folder)
    try:
        decoder.set_align_text(" ".join(names))
        decode(decoder, to_pcm(waveform, SAMPLE_RATE))
        middles = [(s.start_frame + s.end_frame + 1) / 2 / _FRAMES_PER_S for s in decoder.seg() or () if is_word(s.word)]
    except RuntimeError:  # the search found no way through the words
        return None
    return middles if len(middles) == len(names) else None


@lru_cache(maxsize=1)
def _text_decoder(folder: Path) -> Any:
    # Without the later passes: they double the time and find 1 % more of the words.
    decoder = new_decoder(lm=None, dict=str(folder / _DICTIONARY), cmn="batch", fwdflat=False)
    decoder.add_lm_file(_SEARCH, str(folder / _MODEL))
    return decoder


# Forced alignment: when each phone of an utterance is heard.


@dataclass(frozen=True)
class Alignment:
    """Durations in feature frames, one a token of the Phonemes it was made for; they sum to the utterance's frames.

    `log_likelihood` is the aligner's mean score a frame: the higher, the better text and sound agree.
    """

    durations: np.ndarray
    log_likelihood: float


@dataclass(frozen=True)
class _Word:
    """A word as aligned, with its phones' (start, end); times in aligner frames."""

    name: str
    start: int
    duration: int
    score: int
    phones: list[tuple[int, int]]


class Aligner:
    """Aligns utterances one after another; keeps the acoustic model loaded (about 0.3 s to load)."""

    def __init__(self) -> None:
        self._decoder = new_decoder(lm=None, dict=None, beam=1e-60, wbeam=1e-48, pbeam=1e-60)
        self._known: set[str] = set()

    def align(self, waveform: np.ndarray, phonemes: Phonemes) -> Alignment | None:
        """Aligns a 24 kHz mono waveform (samples,); None where sound and phones cannot be brought together."""
        pcm = to_pcm(waveform, SAMPLE_RATE, PADDING_S)
        decoder = self._decoder
        names = [self._word(phonemes.symbols[start:end]) for _, start, end in phonemes.words]
        try:
            decoder.set_align_text(" ".join(names))
            decode(decoder, pcm)
            if decoder.hyp() is None:
                return None
            decoder.set_alignment()
            decode(decoder, pcm)
            # Read at once: its iterator frees each word when it goes on to the next.
            words = [
                _Word(word.name, word.start, word.duration, word.score, [(p.start, p.start + p.duration) for p in word])
                for word in decoder.get_alignment() or ()
            ]
        except RuntimeError:  # its search found no path through the words
            return None
        return self._collect(words, names, phonemes, n_frames=1 + len(waveform) // HOP_LENGTH)

    def _word(self, phones: tuple[str, ...]) -> str:
        """Teaches the aligner a word with exactly these phones, once; its name."""
        pronunciation = [nearest_arpabet(phone) for phone in phones]
        name = "w_" + "_".join(pronunciation).lower()
        if name not in self._known:
            self._decoder.add_word(name, " ".join(pronunciation), True)
            self._known.add(name)
        return name

    @staticmethod
    def _collect(words: list[_Word], names: list[str], phonemes: Phonemes, n_frames: int) -> Alignment | None:
        phones, score = [], 0.0
        spoken = iter(zip(names, phonemes.words, strict=True))
        for word in words:
            score += word.score
            if not is_word(word.name):
                continue  # silence and noise lie between words, and so fall to the boundaries
            name, (_, first, last) = next(spoken, (None, ("", 0, 0)))
            if name != word.name or len(word.phones) != last - first:
                return None
            phones += word.phones
        if next(spoken, None) is not None:
            return None
        # Every token's start, in aligner frames; a boundary starts where the phone before it ends.
        edges = np.zeros(len(phonemes.symbols) + 1)
        phone = 0
        for token, symbol in enumerate(phonemes.symbols):
            if symbol in BOUNDARIES:
                edges[token] = phones[phone - 1][1] if phone else 0
            else:
                edges[token] = phones[phone][0]
                phone += 1
        seconds = (edges - round(PADDING_S * _FRAMES_PER_S)) / _FRAMES_PER_S
        frames = np.clip(np.round(seconds * SAMPLE_RATE / HOP_LENGTH), 0, n_frames).astype(np.int64)
        frames[0], frames[-1] = 0, n_frames
        total = words[-1].start + words[-1].duration
        return Alignment(np.diff(frames), score / max(total, 1))
