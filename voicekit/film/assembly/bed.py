"""A minute of quiet music of no composer, for under a film: a pad, plucked strings, and a soft drum on the beats."""

from pathlib import Path

import numpy as np

from voicekit.media import write_sound

RATE, BEATS_A_MINUTE, BARS = 44_100, 92, 24
#: A minor, F, C, G: the notes of the pad and of the plucked strings, as MIDI numbers.
_CHORDS = ((57, 60, 64), (53, 57, 60), (60, 64, 67), (55, 59, 62))
_PATTERN = (0, 1, 2, 1, 3, 2, 1, 2)


def write_bed(path: Path) -> None:
    """Writes it as a sound file, the same each time."""
    write_sound(path, [bed()], RATE)


def bed() -> np.ndarray:
    """(2, samples) float32 at RATE, in [−0.7, 0.7]."""
    rng = np.random.default_rng(7)
    beat = 60 / BEATS_A_MINUTE
    sound = np.zeros((2, round((BARS * 4 * beat + 3) * RATE)))

    def add(waveform: np.ndarray, seconds: float, level: float, side: float = 0.0) -> None:
        start = round(seconds * RATE)
        for channel, gain in enumerate((1 - side, 1 + side)):
            sound[channel, start : start + len(waveform)] += level * gain * waveform[: sound.shape[1] - start]

    for bar in range(BARS):
        begun, chord = bar * 4 * beat, _CHORDS[bar % 4]
        add(_pad(chord, 4 * beat + 0.8), begun, 0.05)
        for n, step in enumerate(_PATTERN if bar >= 2 else ()):
            note = (*chord, chord[0] + 12)[step] + 12
            add(_pluck(note, 1.6, rng), begun + n * beat / 2, 0.10 * rng.uniform(0.8, 1.1), 0.4 * np.sin(2.1 * n))
        for n in range(4 if bar >= 4 else 0):
            add(_drum(rng), begun + n * beat, 0.30 if n % 2 == 0 else 0.18)
    return (0.7 * sound / np.abs(sound).max()).astype(np.float32)


def _hertz(note: float) -> float:
    return 440 * 2 ** ((note - 69) / 12)


def _pluck(note: float, seconds: float, rng: np.random.Generator) -> np.ndarray:
    """A string: harmonics that die away the faster the higher they are."""
    t = np.arange(round(seconds * RATE)) / RATE
    tone = sum(
        np.sin(2 * np.pi * k * _hertz(note) * t + rng.uniform(0, 6)) / k**1.4 * np.exp(-t * (2 + 1.2 * k))
        for k in range(1, 9)
    )
    return tone * np.minimum(t / 0.004, 1)


def _pad(notes: tuple[int, ...], seconds: float) -> np.ndarray:
    """Slow strings, each note a little out of tune with itself."""
    t = np.arange(round(seconds * RATE)) / RATE
    swell = np.minimum(np.minimum(t / 0.8, 1), np.minimum((seconds - t) / 0.8, 1)).clip(0)
    voices = (
        np.sin(2 * np.pi * k * _hertz(note) * detune * t) / k**2
        for note in notes
        for k in (1, 2, 3)
        for detune in (0.998, 1.002)
    )
    return swell * sum(voices)


def _drum(rng: np.random.Generator) -> np.ndarray:
    t = np.arange(round(0.3 * RATE)) / RATE
    beat = np.sin(2 * np.pi * (48 * t + 5 * (1 - np.exp(-t * 35)))) * np.exp(-t * 14)
    return beat + 0.05 * rng.normal(size=len(t)) * np.exp(-t * 90)
