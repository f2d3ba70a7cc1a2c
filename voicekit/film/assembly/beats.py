"""The beats of music, and cuts placed on them."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from voicekit.core.errors import ConfigError
from voicekit.media.sound import Blocks, windows

#: Music is analysed at this rate, with one spectrum for each hop of 10 ms.
_RATE, _HOP, _FFT, _BANDS = 22_050, 220, 1024, 40
#: Beats are moved to attacks, which are found in steps of 2.5 ms.
_STEP = 55
#: The time from a note's attack to the steepest rise of the spectrum: half a window less what the window's edge lets
#: through.
_LATE_S = 0.01
#: A beat is looked for within this distance of where the pulse expects it.
_REACH_S = 0.06
#: Music has a pulse if the spectrum rises on its beats by this much (decades, over all bands), and this many times as much
#: as between them. Noise stays below both, and a held chord below the first.
_RISE, _CLEAR = 0.03, 1.7
#: A beat is played where both the spectrum and the sound rise by this share of their rise on half of the beats.
_PLAYED = 0.4
#: In beats a minute.
_SLOWEST, _FASTEST, _USUAL = 50.0, 200.0, 115.0
#: How much more an uneven pulse costs than a weak beat earns.
_TIGHTNESS = 120.0
#: A cut that lies on no beat costs more than any change of length.
_OFF_BEAT = 1e6
#: The number of ways to cut that are followed at once.
_WAYS = 3000


@dataclass(frozen=True)
class _Heard:
    """What music does over time.

    Attributes:
        onset: how much the spectrum rises, in decades, a value each hop.
        attack: how much the sound itself rises, a value each step.
    """

    onset: np.ndarray
    attack: np.ndarray


@dataclass(frozen=True)
class Pulse:
    """The beats of a music.

    Attributes:
        times_s: of all beats, in order.
        is_played: of each, whether something is played on it: in a pause the pulse goes on, but there is nothing to hear.
    """

    times_s: np.ndarray
    is_played: np.ndarray


def beats_of(path: Path | str) -> np.ndarray:
    """The beats of a sound file on which something is played, in seconds, in order; none where no pulse can be heard.

    The pulse follows changes of tempo. Each beat lies on the very attack of what is played on it.

    Raises:
        MediaError: the file holds no sound.
    """
    pulse = pulse_of(path)
    return pulse.times_s[pulse.is_played]


def pulse_of(path: Path | str) -> Pulse:
    """All beats of a sound file; see `beats_of`."""
    from voicekit.media.read import read_audio

    return pulse_in(read_audio(path, _RATE))


def pulse_in(blocks: Blocks) -> Pulse:
    """The beats of mono sound (1, samples) at 22,050 Hz; see `beats_of`. Memory: 2 MB a minute."""
    heard = _listen(blocks)
    none = Pulse(np.zeros(0), np.zeros(0, bool))
    if len(heard.onset) * _HOP < 2 * _RATE or not heard.onset.any():
        return none
    at = _pulse(heard.onset)
    if len(at) < 4 or not _is_pulse(at, heard.onset):
        return none
    even_s = np.maximum(0.0, at * _HOP / _RATE - _LATE_S)
    times_s = np.array([_exact(time_s, heard.attack) for time_s in even_s])
    rises = np.array([heard.onset[max(0, hop - 3) : hop + 4].max() for hop in at])
    steps = np.round(times_s * _RATE / _STEP).astype(int)
    attacks = np.array([heard.attack[max(0, step - 4) : step + 9].max(initial=0.0) for step in steps])
    is_played = (rises >= _PLAYED * np.median(rises)) & (attacks >= _PLAYED * np.median(attacks))
    return Pulse(np.where(is_played, times_s, even_s), is_played)


def _listen(blocks: Blocks) -> _Heard:
    onsets, attacks = [np.zeros(0)], [np.zeros(0)]
    before, quiet = None, np.full(_BEFORE, 0.0)
    window = np.hanning(_FFT + 1)[:-1].astype(np.float32)
    loudest = 1e-6
    for samples, n in windows(blocks, 100 * _HOP, _FFT // 2):
        frames = np.lib.stride_tricks.sliding_window_view(samples[0], _FFT)[: 100 * _HOP : _HOP]
        power = np.abs(np.fft.rfft(frames * window, axis=1)) ** 2 @ _mel()
        loudest = max(loudest, float(power.max()))
        # Of the loudest so far 70 dB down is as good as silent: hiss has no beat.
        levels = np.log10(np.maximum(power, 1e-7 * loudest))
        before = levels[:1] if before is None else before
        rise = np.maximum(0.0, np.diff(levels, axis=0, prepend=before)).mean(axis=1)
        onsets.append(rise[: -(-n // _HOP)])
        before = levels[-1:]
        middle = samples[0, _FFT // 2 - 1 : _FFT // 2 + 100 * _HOP]
        energy = np.square(np.diff(middle)).reshape(-1, _STEP).sum(axis=1)  # the difference: highs tell when a note begins
        row = np.concatenate([quiet, energy])
        passed = np.convolve(row, np.full(_BEFORE, 1 / _BEFORE), mode="valid")[:-1]
        attacks.append(np.maximum(0.0, np.sqrt(energy) - np.sqrt(passed)))
        quiet = row[-_BEFORE:]
    return _Heard(np.concatenate(onsets), np.concatenate(attacks))


#: An attack is louder than this many steps before it.
_BEFORE = 8


@cache
def _mel() -> np.ndarray:
    """(bins, bands), float32."""
    import librosa

    return librosa.filters.mel(sr=_RATE, n_fft=_FFT, n_mels=_BANDS, fmin=30).T.astype(np.float32)


def _pulse(onset: np.ndarray) -> np.ndarray:
    """The hops on which beats fall.

    Dynamic programming (Ellis 2007, "Beat tracking by dynamic programming"), with the period that the music has around each
    hop instead of one for all.
    """
    import scipy.ndimage

    periods = _periods(onset)
    smooth = scipy.ndimage.gaussian_filter1d(onset, 1.5)
    smooth = smooth / max(float(smooth.std()), 1e-9)
    score, back = smooth.copy(), np.full(len(onset), -1)
    for hop in range(1, len(onset)):
        period = periods[hop]
        first, last = max(0, hop - int(1.8 * period)), hop - max(1, int(0.55 * period))
        if last < first:
            continue
        uneven = np.log(np.arange(hop - first, hop - last - 1, -1) / period)
        ways = score[first : last + 1] - _TIGHTNESS * uneven**2 * 0.5
        best = int(np.argmax(ways))
        if ways[best] > 0:
            score[hop] += ways[best]
            back[hop] = first + best
    period = int(np.ceil(periods[-1]))
    hop = len(onset) - period + int(np.argmax(score[-period:])) if period < len(onset) else int(np.argmax(score))
    beats = [hop]
    while back[beats[-1]] >= 0:
        beats.append(back[beats[-1]])
    return _sounding(np.array(beats[::-1]), smooth)


def _sounding(beats: np.ndarray, smooth: np.ndarray) -> np.ndarray:
    """Without those before the music begins and after it has ended."""
    strength = np.array([smooth[max(0, hop - 3) : hop + 4].max() for hop in beats])
    strong = np.flatnonzero(strength > 0.3 * np.median(strength))
    return beats[strong[0] : strong[-1] + 1] if len(strong) else beats[:0]


def _periods(onset: np.ndarray) -> np.ndarray:
    """Of the pulse around each hop, in hops.

    The onsets of 8 seconds are laid over themselves; from one window to the next the period goes on as it was, or changes if
    that explains much more (Viterbi).
    """
    per_minute = 60 * _RATE / _HOP
    lags = np.arange(int(per_minute / _FASTEST), int(np.ceil(per_minute / _SLOWEST)) + 1)
    # People tap near two beats a second (Parncutt 1994).
    usual = np.exp(-0.5 * (np.log2(per_minute / lags / _USUAL) / 0.9) ** 2)
    size, step = 800, 100
    padded = np.pad(onset - onset.mean(), size // 2)
    hann = np.hanning(size)
    votes = []
    for start in range(0, len(padded) - size + 1, step):
        part = padded[start : start + size] * hann
        spectrum = np.fft.rfft(part, 2 * size)
        alike = np.fft.irfft(np.abs(spectrum) ** 2)[:size]
        alike = np.maximum(0.0, alike / max(alike[0], 1e-9))
        # A beat comes again after two and after four of its periods.
        votes.append((alike[lags] + 0.5 * alike[2 * lags] + 0.25 * alike[np.minimum(4 * lags, size - 1)]) * usual)
    change = 4.0 * np.abs(np.log2(lags[:, None] / lags[None, :]))
    score, backs = votes[0], []
    for vote in votes[1:]:
        ways = score[None, :] - change
        backs.append(ways.argmax(axis=1))
        score = ways.max(axis=1) + vote
    path = [int(score.argmax())]
    for back in reversed(backs):
        path.append(int(back[path[-1]]))
    found = lags[path[::-1]]
    return np.interp(np.arange(len(onset)), np.arange(len(found)) * step, found)


def _exact(time_s: float, attack: np.ndarray) -> float:
    """Where the attack begins that a beat near `time_s` is; `time_s` itself where there is none."""
    step_s = _STEP / _RATE
    first = max(0, round((time_s - _REACH_S) / step_s))
    around = attack[first : round((time_s + _REACH_S) / step_s) + 1]
    if not len(around) or around.max() <= 1e-6:
        return max(0.0, time_s)
    peak = int(np.argmax(around))
    # It begins where it has come up to a third of its peak: a drum is sudden, a horn is not.
    while peak > 0 and around[peak - 1] > around[int(np.argmax(around))] / 3:
        peak -= 1
    return (first + peak) * step_s


def _is_pulse(beats: np.ndarray, onset: np.ndarray) -> bool:
    """Whether the beats are beats: some are also found in rain."""
    # Not in the middle of two, where a beat of the next lower rank lies.
    between = (beats[:-1] + np.diff(beats) * 0.37).astype(int)
    on, off = (np.mean([onset[max(0, hop - 2) : hop + 3].max() for hop in hops]) for hops in (beats, between))
    return bool(on >= _RISE and on >= _CLEAR * off)


@dataclass(frozen=True)
class _Way:
    """Clips cut so far: what it cost, and the way before it."""

    end_s: float
    cost: float
    before: "_Way | None" = None

    def lengths_s(self) -> Iterator[float]:
        """The last clip's first."""
        way = self
        while way.before is not None:
            yield way.end_s - way.before.end_s
            way = way.before


def on_beats(
    lengths_s: Sequence[float],
    beats_s: Sequence[float] | np.ndarray,
    least_s: Sequence[float] | None = None,
    tolerance: float = 0.25,
) -> list[float]:
    """Lengths of clips, in order, changed as little as possible so that each cut between two lies on a beat.

    All cuts are found together: as few as possible off the beat, and among these ways the one with the least sum of
    squared changes, each as a part of its clip's length. A clip that finds no beat keeps its length. The last one ends with
    the film, not with a cut, and keeps its length too.

    Args:
        beats_s: of the music as it is heard in the film, in order; see `Music.beats_s`.
        least_s: what each clip needs, for its narration; a clip that is shorter is made as long.
        tolerance: by which part of its length a clip may become shorter or longer.

    Raises:
        ConfigError: a length is no length, or the lists are of different lengths.
    """
    least = [0.0] * len(lengths_s) if least_s is None else list(least_s)
    if len(least) != len(lengths_s):
        raise ConfigError(f"{len(lengths_s)} clips, but {len(least)} least lengths; give one for each")
    if not all(length > 0 for length in lengths_s) or not 0 <= tolerance < 1:
        raise ConfigError("clips must be longer than 0 s, and may change by 0 to 0.99 of their length")
    beats = sorted(float(beat) for beat in beats_s)
    ways = [_Way(0.0, 0.0)]
    for number, (wanted, needed) in enumerate(zip(lengths_s, least, strict=True)):
        is_last = number == len(lengths_s) - 1
        best: dict[float, _Way] = {}
        for way in ways:
            for end_s, off in _ends(way.end_s, wanted, needed, [] if is_last else beats, tolerance):
                change = (end_s - way.end_s - wanted) / wanted
                cost = way.cost + change * change + (_OFF_BEAT if off and not is_last else 0.0)
                key = round(end_s, 6)
                if key not in best or cost < best[key].cost:
                    best[key] = _Way(end_s, cost, way)
        ways = sorted(best.values(), key=lambda way: way.cost)[:_WAYS]
    return list(min(ways, key=lambda way: way.cost).lengths_s())[::-1]


def _ends(
    start_s: float, wanted_s: float, needed_s: float, beats: list[float], tolerance: float
) -> Iterator[tuple[float, bool]]:
    """When a clip that begins at `start_s` could end, and whether that is off the beat."""
    shortest = max(wanted_s * (1 - tolerance), needed_s)
    # What its narration needs may already be more than it may become longer.
    longest = max(wanted_s, needed_s) * (1 + tolerance)
    first = bisect_left(beats, start_s + shortest - 1e-9)
    for beat in beats[first : bisect_right(beats, start_s + longest + 1e-9)]:
        yield beat, False
    yield start_s + max(wanted_s, needed_s), True
