"""When the words of a sentence are heard that a model said, and silence put in between them."""

from dataclasses import dataclass

import numpy as np
import soxr

from voicekit.audio.features import HOP_LENGTH, SAMPLE_RATE
from voicekit.recognition.sphinx import Aligner
from voicekit.text.phonemes.phonemise import Phonemes

#: Sound this far below the loudest 10 ms is not speech.
_SILENCE_BELOW_DB = 40.0
_HOP_S = 0.01
#: Inserted silence fades in and out over this long.
_FADE_S = 0.005


@dataclass(frozen=True)
class Insert:
    """Silence of `length_s` to be put in before the word of that number."""

    word: int
    length_s: float


def heard_span(waveform: np.ndarray, sample_rate: int) -> tuple[float, float]:
    """From when to when there is sound in (samples,), in seconds; all of it where there is none."""
    power = _power(waveform, sample_rate)
    loud = np.flatnonzero(power > power.max(initial=0.0) * 10 ** (-_SILENCE_BELOW_DB / 10))
    if not len(loud):
        return 0.0, len(waveform) / sample_rate
    return float(loud[0]) * _HOP_S, min(float(loud[-1] + 1) * _HOP_S, len(waveform) / sample_rate)


def word_edges(aligner: Aligner, waveform: np.ndarray, sample_rate: int, phonemes: Phonemes) -> np.ndarray | None:
    """(words, 2) start and end in seconds of each of `phonemes.words`, by forced alignment; None where that fails."""
    alignment = aligner.align(soxr.resample(waveform, sample_rate, SAMPLE_RATE), phonemes)
    if alignment is None:
        return None
    edges_s = np.concatenate(([0], np.cumsum(alignment.durations))) * (HOP_LENGTH / SAMPLE_RATE)
    return np.array([(edges_s[first], edges_s[last]) for _, first, last in phonemes.words])


def spread_words(waveform: np.ndarray, sample_rate: int, phonemes: Phonemes) -> np.ndarray:
    """The same guessed: the words fill what is heard, each as long as it has phones."""
    start_s, end_s = heard_span(waveform, sample_rate)
    lengths = np.array([last - first for _, first, last in phonemes.words], np.float64)
    edges = start_s + (end_s - start_s) * np.concatenate(([0.0], np.cumsum(lengths))) / lengths.sum()
    return np.stack([edges[:-1], edges[1:]], axis=1)


def with_inserts(
    waveform: np.ndarray, sample_rate: int, edges: np.ndarray, inserts: list[Insert]
) -> tuple[np.ndarray, np.ndarray]:
    """Speech with silences put in where it is quietest between two words, and its words' times (words, 2)."""
    if not inserts:
        return waveform, edges
    fade = max(round(_FADE_S * sample_rate), 1)
    ramp = np.linspace(0, 1, fade, dtype=np.float32)
    faded, moved, pieces, gone = waveform.copy(), edges.copy(), [], 0
    for insert in inserts:
        at = _quietest(waveform, sample_rate, float(edges[insert.word - 1, 1]), float(edges[insert.word, 0]))
        at = min(max(at, gone, fade), len(waveform) - fade)
        faded[at - fade : at] *= ramp[::-1]
        faded[at : at + fade] *= ramp
        pieces += [faded[gone:at], np.zeros(round(insert.length_s * sample_rate), np.float32)]
        moved[insert.word :] += insert.length_s
        gone = at
    return np.concatenate([*pieces, faded[gone:]]), moved


def _quietest(waveform: np.ndarray, sample_rate: int, after_s: float, before_s: float) -> int:
    """The sample in the middle of the quietest hundredth of a second between two moments, a little around them included."""
    hop = max(round(_HOP_S * sample_rate), 1)
    power = _power(waveform, sample_rate)
    first = max(int(after_s / _HOP_S) - 2, 0)
    last = min(int(before_s / _HOP_S) + 3, len(power))
    if last <= first:
        return round(after_s * sample_rate)
    return (first + int(np.argmin(power[first:last]))) * hop + hop // 2


def _power(waveform: np.ndarray, sample_rate: int) -> np.ndarray:
    hop = max(round(_HOP_S * sample_rate), 1)
    padded = np.pad(waveform.astype(np.float64), (0, -len(waveform) % hop))
    return np.square(padded).reshape(-1, hop).mean(axis=1)
