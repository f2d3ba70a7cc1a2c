"""Mains hum: a series of steady tones at the exact multiples of 50 or 60 Hz, and what is left when they are taken away.

A steady tone is measured best in the pauses. So it is not notched out but measured around every moment, with the most weight
on quiet ones, and subtracted: what a voice has at the same frequency stays.
"""

import heapq
from collections.abc import Iterator

import numpy as np

from voicekit.audio.loudness import to_db
from voicekit.audio.treatment import Treatment
from voicekit.media.sound import Blocks, windows

_MAINS_HZ = (50.0, 60.0)
#: Mains hum lies this close to its nominal frequency, also on tapes recorded beside it.
_TOLERANCE_HZ = 0.5
_HIGHEST_HZ = 2000.0
#: The quietest stretches are analysed: their length, their number, and the percentile of their spectra that counts as steady
#: (a mains tone is in nine of ten).
_STRETCH_S, _STRETCHES, _STEADY = 1.0, 32, 10
#: The steady level of at least one tone lies within this of its median: a note is held, but not for ever.
_STEADY_DB = 2.0
_MIN_STRETCHES = 5
#: Hum this far below the whole is not heard.
_INAUDIBLE_DB = -45.0
#: How far a tone stands out of its surroundings; then for a series: the fewest and the most tones, and how far they stand
#: out together.
_MIN_PROMINENCE_DB, _MIN_TONES, _MAX_TONES, _MIN_TOTAL_DB = 8.0, 2, 20, 50.0
#: All tones of a series lie this close to the multiples.
_EXACT_HZ = 0.6
_ZERO_PADDING = 4
#: Tones are followed this far to both sides, and removed in windows of this length.
_REACH_S, _WINDOW_S = 1.0, 4.0


class HumFinder:
    """Listens for hum; see `Finder`."""

    def __init__(self, sample_rate: int, channels: int) -> None:
        self.sample_rate = sample_rate
        self.quietest: list[tuple[float, int, np.ndarray]] = []
        self.stretches = 0
        self.energy = 0.0
        self.samples = 0

    def hear(self, window: np.ndarray, middle: slice) -> None:
        size = round(_STRETCH_S * self.sample_rate)
        first = middle.start - size // 2 if self.samples else middle.start  # before the recording there is silence
        self.energy += float(np.square(window[:, middle]).sum())
        self.samples += window[:, middle].size
        for start in range(first, middle.stop - size + 1, size // 2):
            stretch = window[:, start : start + size]
            power = float(np.square(stretch).mean())
            if power < 1e-12 or (len(self.quietest) == _STRETCHES and power > -self.quietest[0][0]):
                continue
            self.stretches += 1
            heapq.heappush(self.quietest, (-power, self.stretches, _spectrum_db(stretch, self.sample_rate)))
            if len(self.quietest) > _STRETCHES:
                heapq.heappop(self.quietest)

    def verdict(self) -> Treatment:
        if len(self.quietest) < _MIN_STRETCHES:
            return Treatment(())
        usual_db, steady_db = np.percentile([spectrum for _, _, spectrum in self.quietest], [50, _STEADY], axis=0)
        self.mains_hz, tones = max((_series(steady_db, mains_hz) for mains_hz in _MAINS_HZ), key=lambda found: len(found[1]))
        self.tones_hz = [number * self.mains_hz for number in tones]
        bins = [round(_ZERO_PADDING * tone_hz) for tone_hz in self.tones_hz]
        if not bins or np.min(usual_db[bins] - steady_db[bins]) > _STEADY_DB:
            return Treatment(())
        if steady_db[bins].max() - to_db((self.energy / self.samples) ** 0.5) < _INAUDIBLE_DB:
            return Treatment(())
        frequencies = ", ".join(f"{tone_hz:.0f}" for tone_hz in self.tones_hz)
        said = f"hum at {frequencies} Hz, up to {max(tones.values()):.0f} dB above its surroundings: taken away"
        return Treatment((said,), self.apply)

    def apply(self, blocks: Blocks) -> Iterator[np.ndarray]:
        """Takes the tones away; what is taken at one moment depends on _REACH_S around it."""
        hop = round(self.sample_rate / self.mains_hz)  # a whole period of every tone
        reach = round(_REACH_S * self.sample_rate / hop) * hop
        begin = 0
        for window, n_samples in windows(blocks, round(_WINDOW_S * self.sample_rate / hop) * hop, reach + hop):
            hum = np.stack([self._hum(channel, hop, begin) for channel in window.astype(np.float64)])
            middle = slice(reach + hop, reach + hop + n_samples)
            yield (window[:, middle] - hum[:, :n_samples]).astype(np.float32)
            begin += n_samples

    def _hum(self, samples: np.ndarray, hop: int, begin: int) -> np.ndarray:
        """The tones in the middle of a window (samples,) that starts at the sample `begin` of the recording."""
        import scipy.signal

        hops = samples.reshape(-1, hop)
        reach = round(_REACH_S * self.sample_rate / hop)
        power = np.square(hops).mean(axis=1)
        weight = np.where(power > 0, 1 / (power + 1e-12), 0.0)  # outside of the recording nothing is known
        nearness = np.hanning(2 * reach + 3)[1:-1]
        known = scipy.signal.convolve(weight, nearness, mode="valid", method="direct")
        time_s = (np.arange(len(samples)) + begin) / self.sample_rate
        middles = (np.arange(len(hops)) + 0.5) * hop
        hum = np.zeros(len(samples) - 2 * (reach + 1) * hop)
        inner = slice((reach + 1) * hop, len(samples) - (reach + 1) * hop)
        for tone_hz in self.tones_hz:
            turning = np.exp(-2j * np.pi * tone_hz * time_s)
            phasors = 2 * (samples * turning).reshape(-1, hop).mean(axis=1) * weight
            smooth = scipy.signal.convolve(phasors, nearness, mode="valid", method="direct") / np.maximum(known, 1e-12)
            followed = np.interp(np.arange(len(samples))[inner], middles[reach : len(hops) - reach], smooth)
            hum += (followed * turning[inner].conj()).real
        return hum


def _spectrum_db(stretch: np.ndarray, sample_rate: int) -> np.ndarray:
    """The spectrum of (channels, samples) up to _HIGHEST_HZ, in dB of a tone's amplitude, _ZERO_PADDING bins a Hz."""
    import scipy.fft

    mono = stretch.mean(axis=0) if len(stretch) > 1 else stretch[0]
    spectrum = scipy.fft.rfft(mono * np.hanning(len(mono)).astype(np.float32), _ZERO_PADDING * sample_rate)
    return to_db(4 * spectrum[: round(_ZERO_PADDING * _HIGHEST_HZ)] / len(mono))


def _series(spectrum_db: np.ndarray, mains_hz: float) -> tuple[float, dict[int, float]]:
    """The tones at the multiples of about `mains_hz`.

    Args:
        spectrum_db: as `_spectrum_db` gives it.

    Returns:
        The mains' frequency; for each tone found its number in the series, and by how many dB it stands out.
    """
    found: dict[int, tuple[float, float]] = {}
    for number in range(1, min(_MAX_TONES, int(_HIGHEST_HZ / (mains_hz + 1))) + 1):
        tone = _tone(spectrum_db, number * mains_hz, max(1.0, number * _TOLERANCE_HZ))
        if tone is not None:
            found[number] = tone
    if not found:
        return mains_hz, {}
    # The one fundamental that most tones are multiples of; those high up say best what it is.
    fundamentals = np.array([tone_hz / number for number, (tone_hz, _) in found.items()])
    numbers = np.array(list(found))
    prominences = np.array([prominence for _, prominence in found.values()])
    fitting = np.abs(fundamentals[:, None] - fundamentals) * numbers[:, None] <= _EXACT_HZ
    best = int((fitting * prominences[:, None]).sum(axis=0).argmax())
    chosen = fitting[:, best]
    fundamental = float(np.average(fundamentals[chosen], weights=prominences[chosen] ** 2 * numbers[chosen]))
    if (
        chosen.sum() < _MIN_TONES
        or prominences[chosen].sum() < _MIN_TOTAL_DB
        or abs(fundamental - mains_hz) > _TOLERANCE_HZ
        or numbers[chosen].min() > 2
    ):
        return mains_hz, {}
    return fundamental, {int(number): found[number][1] for number in numbers[chosen]}


def _tone(spectrum_db: np.ndarray, near_hz: float, within_hz: float) -> tuple[float, float] | None:
    """The line nearest to `near_hz` in frequency: where it is, in Hz, and by how many dB it stands out."""
    bins = _ZERO_PADDING
    low, high = round((near_hz - within_hz) * bins), round((near_hz + within_hz) * bins)
    peak = low + int(spectrum_db[low : high + 1].argmax())
    aside = np.concatenate(
        [spectrum_db[peak - 15 * bins : peak - 4 * bins], spectrum_db[peak + 4 * bins : peak + 15 * bins]]
    )
    prominence = float(spectrum_db[peak] - np.percentile(aside, 75))
    left, top, right = spectrum_db[peak - 1 : peak + 2]
    if prominence < _MIN_PROMINENCE_DB or top < max(left, right):
        return None
    return (peak + (left - right) / (2 * (left - 2 * top + right) - 1e-9)) / bins, prominence
