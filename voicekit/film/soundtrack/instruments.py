"""Instruments by synthesis: each note a waveform, deterministic, at RATE; kept, so that a note played often is made once."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import lru_cache, wraps
from typing import ParamSpec

import numpy as np

Note = ParamSpec("Note")

RATE = 48_000
#: So much of the notes that were played last is kept, of all instruments together: a note has 100 kB to 1.5 MB.
_MOST_BYTES = 64_000_000
#: The samples of a table that holds one period.
_PERIOD = 4096


class _Notes:
    """The notes that were played last."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, np.ndarray] = OrderedDict()
        self._bytes = 0

    def get(self, key: Hashable, make: Callable[[], np.ndarray]) -> np.ndarray:
        if key not in self._kept:
            self._kept[key] = make()
            self._bytes += self._kept[key].nbytes
        self._kept.move_to_end(key)
        note = self._kept[key]
        while self._bytes > _MOST_BYTES:
            self._bytes -= self._kept.popitem(last=False)[1].nbytes
        return note

    def clear(self) -> None:
        self._kept.clear()
        self._bytes = 0


_NOTES = _Notes()


def _kept(play: Callable[Note, np.ndarray]) -> Callable[Note, np.ndarray]:
    """A note that is played again with the same arguments is not made again."""

    @wraps(play)
    def played(*args: Note.args, **kwargs: Note.kwargs) -> np.ndarray:
        return _NOTES.get((play, args, *sorted(kwargs.items())), lambda: play(*args, **kwargs))

    return played


def forget() -> None:
    """Frees the memory of the notes that were played."""
    _NOTES.clear()


def hertz(note: float) -> float:
    """Of a MIDI number."""
    return float(440 * 2 ** ((note - 69) / 12))


def _time(seconds: float) -> np.ndarray:
    return np.arange(round(seconds * RATE)) / RATE


def _edges(t: np.ndarray, attack_s: float, release_s: float) -> np.ndarray:
    """A gain that rises from 0 and falls to 0, without a corner."""
    end = len(t) / RATE
    share = np.minimum(np.minimum(t / attack_s, 1), np.minimum((end - t) / release_s, 1)).clip(0)
    return np.sin(share * np.pi / 2) ** 2


def _noise(n: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal(n)


def filtered(noise: np.ndarray, kind: str, *edges_hz: float, order: int = 2) -> np.ndarray:
    """Butterworth: "low", "high" or "band"."""
    from scipy.signal import butter, sosfilt

    edges = edges_hz[0] if len(edges_hz) == 1 else list(edges_hz)
    return sosfilt(butter(order, edges, kind, fs=RATE, output="sos"), noise)


@_kept
def keys(note: int, seconds: float) -> np.ndarray:
    """A soft piano: partials a little sharp, the high ones gone first."""
    t, f0 = _time(seconds), hertz(note)
    decay = 0.8 + f0 / 300
    tone = sum(
        np.sin(2 * np.pi * k * f0 * np.sqrt(1 + 3e-4 * k * k) * t + k) / k**1.7 * np.exp(-t * decay * (0.6 + 0.5 * k))
        for k in range(1, 9)
        if k * f0 < 12_000
    )
    return tone * _edges(t, 0.006, 0.1)


@_kept
def pluck(note: int, seconds: float) -> np.ndarray:
    """A string plucked with a finger: short and round."""
    t, f0 = _time(seconds), hertz(note)
    tone = sum(
        np.sin(2 * np.pi * k * f0 * t + 1.7 * k) / k**1.3 * np.exp(-t * (5 + 2.2 * k))
        for k in range(1, 10)
        if k * f0 < 12_000
    )
    return tone * _edges(t, 0.003, 0.05)


@_kept
def marimba(note: int, seconds: float) -> np.ndarray:
    """A wooden bar: the fundamental, and its fourth and tenth partial, which are soon gone."""
    t, f0 = _time(seconds), hertz(note)
    partials = ((1, 1.0, 6.0), (3.93, 0.35, 16.0), (9.6, 0.12, 40.0))
    tone = sum(a * np.sin(2 * np.pi * f0 * k * t) * np.exp(-t * d) for k, a, d in partials if k * f0 < 15_000)
    return tone * _edges(t, 0.002, 0.05)


@_kept
def glockenspiel(note: int, seconds: float) -> np.ndarray:
    t, f0 = _time(seconds), hertz(note)
    partials = ((1, 1.0, 2.5), (2.76, 0.4, 5.0), (5.4, 0.2, 9.0))
    tone = sum(a * np.sin(2 * np.pi * f0 * k * t) * np.exp(-t * d) for k, a, d in partials if k * f0 < 15_000)
    return tone * _edges(t, 0.002, 0.2)


@lru_cache(128)
def _period(amplitudes: tuple[float, ...]) -> np.ndarray:
    """One period of a tone with these harmonics, and the sample after it."""
    at = np.arange(_PERIOD + 1) / _PERIOD
    harmonics = np.arange(1, len(amplitudes) + 1)[:, None]
    waves = np.sin(2 * np.pi * harmonics * at + 1.3 * harmonics**2)
    return (np.array(amplitudes)[:, None] * waves).sum(axis=0).astype(np.float32)


def _tone(phase: np.ndarray, amplitudes: tuple[float, ...]) -> np.ndarray:
    """A tone of harmonics; `phase` in periods. Read from a table: a sine for each harmonic would take six times as long."""
    table = _period(amplitudes)
    at = phase * _PERIOD
    whole = at.astype(np.int64)
    low = table[whole % _PERIOD]
    return low + (at - whole).astype(np.float32) * (table[whole % _PERIOD + 1] - low)


def _harmonics(f0: float, most: int, slope: float, top_hz: float, fall: float = 1.0) -> tuple[float, ...]:
    return tuple(fall ** (k - 1) / k**slope for k in range(1, most + 1) if k == 1 or k * f0 < top_hz)


@_kept
def staccato(note: int, seconds: float) -> np.ndarray:
    """Strings, short: a bow that bites, several players a little apart."""
    t, f0 = _time(seconds), hertz(note)
    bite = np.exp(-t * 9)
    dark, bright = _harmonics(f0, 5, 1.4, 10_000), _harmonics(f0, 12, 1.0, 10_000)
    tone = np.zeros(len(t))
    for player, cents in enumerate((-7, 0, 6)):
        phase = f0 * 2 ** (cents / 1200) * t + player / 3
        tone += (1 - bite) * _tone(phase, dark) + bite * _tone(phase, bright)
    return tone / 3 * np.exp(-t * 3.5) * _edges(t, 0.015, 0.08)


def strings(notes: tuple[int, ...], seconds: float, bright: float = 1.0) -> np.ndarray:
    """A pad of strings, (2, samples): each note several times, a little out of tune, each side its own."""
    return sum((_desk(note, seconds, bright) for note in notes), np.zeros(1)) / len(notes)


@_kept
def _desk(note: int, seconds: float, bright: float) -> np.ndarray:
    """The strings that play one note, (2, samples) float32."""
    t = _time(seconds)
    vibrato = 0.02 * np.sin(2 * np.pi * (4.6 + 0.3 * (note % 4)) * t + note)
    sides = np.zeros((2, len(t)), np.float32)
    for side, cents in ((0, -6.0), (0, 3.0), (1, 6.0), (1, -3.0)):
        f = hertz(note) * 2 ** (cents / 1200)
        sides[side] += _tone(f * t + vibrato + (note % 5) / 5 + cents / 40 + 1, _harmonics(f, 7, 1.6, 8000, bright))
    return sides * _edges(t, min(0.5, seconds / 3), min(0.9, seconds / 3)).astype(np.float32)


@_kept
def brass(note: int, seconds: float) -> np.ndarray:
    """Horns: the louder, the brighter."""
    t, f0 = _time(seconds), hertz(note)
    swell = _edges(t, min(0.12, seconds / 4), min(0.35, seconds / 3))
    dark, bright = _harmonics(f0, 3, 1.5, 7000), _harmonics(f0, 10, 0.9, 7000)
    tone = np.zeros(len(t))
    for cents in (-4, 5):
        phase = f0 * 2 ** (cents / 1200) * t + 0.015 * np.sin(2 * np.pi * 5 * t) + 1
        tone += (1 - swell) * _tone(phase, dark) + swell**2 * _tone(phase, bright)
    return tone / 2 * swell


@_kept
def flute(note: int, seconds: float) -> np.ndarray:
    t, f0 = _time(seconds), hertz(note)
    vibrato = 0.35 * np.sin(2 * np.pi * 5.1 * t) * np.minimum(t / 0.4, 1)
    tone = sum(a * np.sin(2 * np.pi * k * f0 * t + k * vibrato) for k, a in ((1, 1.0), (2, 0.28), (3, 0.1)))
    breath = 0.015 * filtered(_noise(len(t), note), "band", f0, min(4 * f0, 15_000.0))
    return (tone + breath) * _edges(t, 0.07, min(0.2, seconds / 3))


@_kept
def bass(note: int, seconds: float) -> np.ndarray:
    t, f0 = _time(seconds), hertz(note)
    tone = sum(np.sin(2 * np.pi * k * f0 * t) / k**1.6 for k in range(1, 6))
    return tone * np.exp(-t * 1.6) * _edges(t, 0.012, 0.08)


@_kept
def taiko(size: float) -> np.ndarray:
    """A big drum: its pitch falls as its skin comes to rest. `size`: 1 is the largest, 0.5 sounds an octave higher."""
    t = _time(0.9)
    f = 52 / size
    tone = np.sin(2 * np.pi * (f * t + f / 11 * (1 - np.exp(-t * 28)))) * np.exp(-t * 6)
    stick = 0.35 * filtered(_noise(len(t), 3), "low", 900 / size) * np.exp(-t * 45)
    return (tone + stick) * _edges(t, 0.002, 0.2)


@_kept
def brush(kind: str) -> np.ndarray:
    """Small percussion: "shaker", "tick" or "clap"."""
    t = _time(0.22)
    noise = _noise(len(t), {"shaker": 11, "tick": 12, "clap": 13}[kind])
    if kind == "shaker":
        return filtered(noise, "band", 3500, 9000) * _edges(t, 0.03, 0.1) * np.exp(-t * 28) * 1.5
    if kind == "tick":
        return filtered(noise, "band", 3000, 9000) * np.exp(-t * 130) * _edges(t, 0.001, 0.1)
    bursts = sum(np.where(t >= at, np.exp(-(t - at).clip(0) * 90), 0) for at in (0.0, 0.011, 0.023))
    return filtered(noise, "band", 900, 4500) * bursts * _edges(t, 0.001, 0.1)


@_kept
def swell(seconds: float) -> np.ndarray:
    """A cymbal that comes up to a stroke, (2, samples): what leads from one part into the next."""
    t = _time(seconds + 1.2)
    up = np.where(t < seconds, np.exp(3.5 * (t / seconds - 1)), np.exp(-(t - seconds).clip(0) * 3.2))
    sides = np.stack([filtered(_noise(len(t), seed), "band", 2500, 12_000) for seed in (21, 22)])
    return sides * up * _edges(t, seconds / 2, 0.4)


@lru_cache(1)
def room() -> np.ndarray:
    """The response of a hall, (2, samples): 1.8 s, darker as it dies away."""
    t = _time(1.8)
    late = np.stack([_noise(len(t), seed) for seed in (31, 32)])
    bright, dark = filtered(late, "band", 200, 7000), filtered(late, "band", 150, 2000)
    tail = bright * np.exp(-t * 7) + dark * np.exp(-t * 3.2)
    tail *= _edges(t, 0.02, 0.5)
    return tail / np.sqrt((tail**2).sum(axis=1, keepdims=True))


def stereo(waveform: np.ndarray, side: float) -> np.ndarray:
    """A mono sound at a place from −1 (left) to 1, (2, samples), equally loud everywhere."""
    angle = (side + 1) * np.pi / 4
    return np.stack([np.cos(angle) * waveform, np.sin(angle) * waveform]) if waveform.ndim == 1 else waveform
