"""Music under a film: as long as the film, as loud as wanted, and looped where nobody notices."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from voicekit.audio.loudness import from_db, integrated_lufs, power_db
from voicekit.core.errors import MediaError
from voicekit.core.wording import length_of_time
from voicekit.film.assembly.beats import Pulse, pulse_of
from voicekit.media.container import probe
from voicekit.media.read import read_audio
from voicekit.media.sound import lasting

RATE = 48_000
#: Longer music is not looped, because a loop takes memory: 23 MB a minute.
LONGEST_LOOP_S = 600.0
#: Music below this counts as silence.
_SILENT_LUFS = -60.0
#: The crossfade of a loop's end into its beginning: with beats it is the second, or half a beat, just before a beat.
_OVERLAP_S, _OVERLAP_ON_BEAT_S = 2.0, 0.25
#: Music is never switched on or off, however short a fade is asked for.
_LEAST_IN_S, _LEAST_OUT_S = 0.02, 1.0
#: A loop begins in this first part of the music, and ends in this last part.
_EDGE = 0.3
#: Loops are a multiple of this many beats long, and this many beats after both ends are compared.
_BAR = 4
#: The start and the end of a loop may be moved by this much, so that their waveforms match.
_SHIFT_S = 0.008
#: Music starts and ends where it is less than this below its loudest second.
_SOUNDING_DB = 25.0


@dataclass(frozen=True)
class Loop:
    """A music is heard up to `end`, then again from `start`; over the `overlap` before, one goes over into the other.

    All in samples at RATE.
    """

    start: int
    end: int
    overlap: int

    @property
    def length(self) -> int:
        return self.end - self.start


@dataclass(frozen=True)
class Music:
    """A music to be laid under a film.

    Attributes:
        n_samples: its length at RATE, as far as the film needs it.
        lufs: its loudness.
        is_enough: it lasts as long as the film; else it is looped.
    """

    path: Path
    n_samples: int
    lufs: float
    is_enough: bool

    @cached_property
    def pulse(self) -> Pulse:
        """The beats of the file."""
        return pulse_of(self.path)

    @cached_property
    def waveform(self) -> np.ndarray:
        """(2, samples), at most LONGEST_LOOP_S."""
        return np.concatenate(list(_first(self.path, round(LONGEST_LOOP_S * RATE))), axis=1)

    @cached_property
    def loop(self) -> Loop:
        """On beats, where there are any."""
        return find_loop(self.waveform, self.pulse.times_s)

    def beats_s(self, film_s: float) -> np.ndarray:
        """The beats as they are heard under a film of this length, in order; those on which something is played."""
        own_s = self.pulse.times_s[self.pulse.is_played]
        if self.is_enough:
            return own_s[own_s < film_s]
        start_s, end_s = self.loop.start / RATE, self.loop.end / RATE
        heard = [own_s[own_s < end_s - _SHIFT_S]]
        again = own_s[(own_s >= start_s - _SHIFT_S) & (own_s < end_s - _SHIFT_S)]
        for number in range(int(np.ceil(max(0.0, film_s - end_s) / (end_s - start_s)))):
            heard.append(again - start_s + end_s + number * (end_s - start_s))
        beats = np.concatenate(heard)
        return beats[beats < film_s]

    def bed(
        self, n_samples: int, level_lufs: float, fade_in_s: float = 0.0, fade_out_s: float = 0.0
    ) -> Iterator[np.ndarray]:
        """The music at its level, float32 (2, samples) in blocks of a second, `n_samples` in all.

        Args:
            fade_in_s, fade_out_s: at least a moment in, and a second out.
        """
        blocks = _first(self.path, n_samples) if self.is_enough else _looped(self.waveform, self.loop, n_samples)
        gain = np.float32(from_db(level_lufs - self.lufs))
        into = round(max(fade_in_s, _LEAST_IN_S) * RATE)
        out = round(max(fade_out_s, min(_LEAST_OUT_S, n_samples / RATE / 4)) * RATE)
        place = 0
        for block in lasting(blocks, n_samples, RATE):  # silence: the file may have become shorter since it was measured
            yield block * gain * faded(place, block.shape[1], n_samples, into, out)
            place += block.shape[1]


def faded(place: int, count: int, total: int, into: int, out: int) -> np.ndarray:
    """The gain (count,) from sample `place` on of a sound of `total` that comes in `into` samples and goes in `out`."""
    at = np.arange(place, place + count) + 0.5
    share = np.minimum(at / max(into, 1), (total - at) / max(out, 1))
    return np.sin(np.clip(share, 0, 1) * np.pi / 2).astype(np.float32)


def open_music(path: Path, film_s: float, say: Callable[[str], None] = lambda line: None) -> Music | None:
    """The music in a sound or film file, for a film of so many seconds; None where it is silent, which is told.

    Raises:
        MediaError: the file is missing or damaged, or holds no sound.
    """
    if not probe(path).has_audio:
        raise MediaError(f"{path} has no sound to be the film's music; choose a sound file")
    needed, count = round(film_s * RATE), 0

    def counted() -> Iterator[np.ndarray]:
        nonlocal count
        for block in _first(path, needed):
            count += block.shape[1]
            yield block

    # Loudness is of 400 ms at least: what is shorter is heard several times.
    lufs = integrated_lufs(counted(), RATE)
    if 0 < count < 0.4 * RATE:
        lufs = integrated_lufs(list(_first(path, needed)) * int(np.ceil(0.8 * RATE / count)), RATE)
    if lufs < _SILENT_LUFS:
        say(f"{path} is silent and was left out; choose another music")
        return None
    music = Music(Path(path), count, lufs, is_enough=count >= needed)
    if not music.is_enough:
        more = "" if count <= LONGEST_LOOP_S * RATE else f" (its first {length_of_time(LONGEST_LOOP_S)})"
        say(f"{path} lasts {count / RATE:.1f} s and the film {film_s:.1f} s: the music is looped{more}")
    return music


def find_loop(waveform: np.ndarray, beats_s: np.ndarray) -> Loop:
    """Where music (2, samples) at RATE goes back, and to where.

    Of all pairs of beats, whole bars of four apart, that one after whose two beats the music is most alike; without beats,
    its whole length with its end laid over its beginning.
    """
    levels, bands = _levels(waveform), _bands(waveform)
    loud = np.flatnonzero(levels > levels.max(initial=-200.0) - _SOUNDING_DB)
    begin, end = (loud[0] * RATE // 10, min((loud[-1] + 1) * RATE // 10, waveform.shape[1])) if len(loud) else (0, 0)
    beats = np.round(np.asarray(beats_s) * RATE).astype(int)
    beats = beats[(beats >= begin) & (beats <= end)]
    pairs = [
        (_unlike(bands, one, other, _bar(beats)) + 0.3 * (1 - (other - one) / (end - begin)), int(one), int(other))
        for place, one in enumerate(beats)
        for other in beats[place + _BAR :: _BAR]
        if one - begin <= _EDGE * (end - begin) and end - other <= _EDGE * (end - begin) and one >= _overlap(beats)
    ]
    if pairs:
        _, start, end = min(pairs)
        overlap = _overlap(beats)
        return Loop(start, _in_phase(waveform, start, end, overlap), overlap)
    overlap = min(round(_OVERLAP_S * RATE), (end - begin) // 4)
    return Loop(begin + overlap, end, overlap)


def _overlap(beats: np.ndarray) -> int:
    return min(round(_OVERLAP_ON_BEAT_S * RATE), int(np.median(np.diff(beats))) // 2) if len(beats) > 1 else 0


def _bar(beats: np.ndarray) -> int:
    return int(np.median(np.diff(beats))) * _BAR


def _levels(waveform: np.ndarray) -> np.ndarray:
    """Of each tenth of a second, in dB."""
    tenth = RATE // 10
    padded = np.pad(waveform, ((0, 0), (0, -waveform.shape[1] % tenth)))
    return power_db(np.square(padded).mean(axis=0).reshape(-1, tenth).mean(axis=1))


def _bands(waveform: np.ndarray) -> np.ndarray:
    """What sounds, (tenths of a second / 4, 32): log powers of bands, wider ones higher up."""
    size, hop = 4096, RATE // 40
    mono = np.pad(waveform.mean(axis=0), (0, size))
    edges = np.geomspace(4, size // 4, 33).astype(int)
    window = np.hanning(size).astype(np.float32)
    rows = []
    for start in range(0, len(mono) - size, 400 * hop):  # ten seconds at once
        part = mono[start : start + 400 * hop + size - hop]
        frames = np.lib.stride_tricks.sliding_window_view(part, size)[::hop]
        power = np.abs(np.fft.rfft(frames * window, axis=1)) ** 2
        rows.append(np.log10(np.add.reduceat(power, edges[:-1], axis=1) + 1e-3))
    return np.concatenate(rows).astype(np.float32) if rows else np.zeros((0, 32), np.float32)


def _unlike(bands: np.ndarray, one: int, other: int, size: int) -> float:
    """How the music differs after two samples, for so many; what lies behind its end counts as other."""
    hop = RATE // 40
    a, b, n = one // hop, other // hop, max(1, size // hop)
    there = min(n, len(bands) - b)
    if there < n // 4:  # the last beat: what goes before must do
        a, b, there = a - n, b - n, n
        if a < 0:
            return np.inf
    return float(np.abs(bands[a : a + there] - bands[b : b + there]).mean())


def _in_phase(waveform: np.ndarray, start: int, end: int, overlap: int) -> int:
    """`end`, moved by a few milliseconds to where the waves before it are most like those before `start`."""
    reach = min(round(_SHIFT_S * RATE), end - overlap, waveform.shape[1] - end)
    if reach <= 0:
        return end
    wanted = waveform[:, start - overlap : start].mean(axis=0)
    around = waveform[:, end - overlap - reach : end + reach].mean(axis=0)
    size = 1 << (len(around) - 1).bit_length()
    like = np.fft.irfft(np.fft.rfft(around, size) * np.conj(np.fft.rfft(wanted, size)), size)[: 2 * reach + 1]
    energy = np.cumsum(np.concatenate([[0.0], np.square(around, dtype=np.float64)]))
    energy = energy[overlap : overlap + 2 * reach + 1] - energy[: 2 * reach + 1]
    return end - reach + int(np.argmax(like / np.sqrt(energy + 1e-9)))


def _looped(waveform: np.ndarray, loop: Loop, n_samples: int) -> Iterator[np.ndarray]:
    """At least `n_samples` of the music, looped."""
    yield waveform[:, : loop.end - loop.overlap]
    again: tuple[np.ndarray, ...] = (_seam(waveform, loop), waveform[:, loop.start : loop.end - loop.overlap])
    if loop.length < RATE:  # many times at once: nobody wants blocks of a few samples
        again = (np.tile(np.concatenate(again, axis=1), RATE // loop.length + 1),)
    given = loop.end - loop.overlap
    while given < n_samples:
        yield from again
        given += sum(piece.shape[1] for piece in again)


def _seam(waveform: np.ndarray, loop: Loop) -> np.ndarray:
    """The overlap (2, samples): as loud as both, however alike they are."""
    going = waveform[:, loop.end - loop.overlap : loop.end]
    coming = waveform[:, loop.start - loop.overlap : loop.start]
    energy = np.sqrt(np.vdot(going, going) * np.vdot(coming, coming))
    alike = max(0.0, float(np.vdot(going, coming) / energy)) if energy > 0 else 0.0
    angle = (np.arange(loop.overlap) + 0.5) / max(loop.overlap, 1) * np.pi / 2
    out, into = np.cos(angle), np.sin(angle)
    return ((going * out + coming * into) / np.sqrt(1 + 2 * alike * out * into)).astype(np.float32)


def _first(path: Path, n_samples: int) -> Iterator[np.ndarray]:
    """The first samples of a file, stereo, at RATE."""
    for block in read_audio(path, RATE, 2, block_s=1.0):
        if block.shape[1] >= n_samples:
            yield block[:, :n_samples]
            return
        yield block
        n_samples -= block.shape[1]
