"""When each phone of an utterance is heard: forced alignment with pocketsphinx, whose weights lie in its wheel.

The aligner knows the phones of English only. Each of ours is given the nearest of them, one for one, so that any language
espeak-ng speaks can be aligned and every token gets a duration.
"""

import logging
from dataclasses import dataclass

import numpy as np

from voicekit.audio.features import HOP_LENGTH, SAMPLE_RATE
from voicekit.text.phonemes.arpabet import nearest_arpabet
from voicekit.text.phonemes.phonemise import BOUNDARIES, Phonemes

#: pocketsphinx's rates.
_ALIGNER_RATE = 16_000
_FRAMES_PER_S = 100
_PADDING_FRAMES = 20


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
        import pocketsphinx

        logging.getLogger("pocketsphinx").setLevel(logging.CRITICAL)
        self._decoder = pocketsphinx.Decoder(  # without its lattice search, which loses one sentence in ten
            lm=None, dict=None, loglevel="FATAL", bestpath=False, beam=1e-60, wbeam=1e-48, pbeam=1e-60
        )
        self._known: set[str] = set()

    def align(self, waveform: np.ndarray, phonemes: Phonemes) -> Alignment | None:
        """Aligns a 24 kHz mono waveform (samples,); None where sound and phones cannot be brought together."""
        import soxr

        samples = soxr.resample(waveform, SAMPLE_RATE, _ALIGNER_RATE)
        samples *= 0.5 / max(np.abs(samples).max(initial=0.0), 1e-4)
        # Utterances are cut close to the words; the aligner wants a silence to start and end in.
        samples = np.pad(samples, _PADDING_FRAMES * _ALIGNER_RATE // _FRAMES_PER_S)
        samples += np.random.default_rng(0).normal(0, 1e-4, len(samples))
        pcm = (samples * 32767).astype(np.int16).tobytes()
        decoder = self._decoder
        names = [self._word(phonemes.symbols[start:end]) for _, start, end in phonemes.words]
        try:
            decoder.set_align_text(" ".join(names))
            self._decode(pcm)
            if decoder.hyp() is None:
                return None
            decoder.set_alignment()
            self._decode(pcm)
            # Read at once: its iterator frees each word when it goes on to the next.
            words = [
                _Word(
                    word.name,
                    word.start,
                    word.duration,
                    word.score,
                    [(p.start, p.start + p.duration) for p in word],
                )
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

    def _decode(self, pcm: bytes) -> None:
        self._decoder.start_utt()
        self._decoder.process_raw(pcm, no_search=False, full_utt=True)
        self._decoder.end_utt()

    @staticmethod
    def _collect(words: list[_Word], names: list[str], phonemes: Phonemes, n_frames: int) -> Alignment | None:
        phones, score = [], 0.0
        spoken = iter(zip(names, phonemes.words, strict=True))
        for word in words:
            score += word.score
            if word.name.startswith(("<", "[", "(")):
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
        seconds = (edges - _PADDING_FRAMES) / _FRAMES_PER_S
        frames = np.clip(np.round(seconds * SAMPLE_RATE / HOP_LENGTH), 0, n_frames).astype(np.int64)
        frames[0], frames[-1] = 0, n_frames
        total = words[-1].start + words[-1].duration
        return Alignment(np.diff(frames), score / max(total, 1))
