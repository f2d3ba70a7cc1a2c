"""Room echo: the reverberation of the sound of a moment ago, estimated and lowered.

Late echo is the power of the sound a moment ago, less the room's decay in that moment (Lebart, Boucher and Denbigh 2001, "A
new method based on spectral subtraction for speech dereverberation"). On one channel this gains as much as weighted
prediction error (Nakatani et al. 2010) with thirty taps in a hundredth of its time: in a simulated room of 0.6 s PESQ goes
from 1.30 to 1.47, against 1.41. It costs dry speech more (PESQ 3.8), so a room must be detected first.
"""

from collections.abc import Iterator

import numpy as np

from voicekit.audio.restore.finder import hop_samples, mended
from voicekit.audio.treatment import Treatment
from voicekit.media.sound import Blocks

#: Decays are measured in the band where voices are loudest: how far the level falls over this many hops, from where it is
#: within this much of the loudest.
_BAND_HZ = (300.0, 4000.0)
_LOUD_DB, _FALL_HOPS = 10.0, 9
#: The steepest falls (percentiles) of a dry voice are steeper than these; in a room with more than about half a second of
#: reverberation no fall is.
_STEEP, _STEEPEST = 95, 99
_DRY_STEEP_DB, _DRY_STEEPEST_DB = 16.8, 21.0
#: Where half of the falls are smaller than this, nobody speaks, in whatever room: music holds its notes.
_HELD_DB = 2.0
#: Nothing can be told where noise hides the falls, or in fewer hops than this.
_MIN_RANGE_DB, _MIN_HOPS = 22.0, 200
_MOST_LEVELS = 100_000

#: Reverberation this old counts as late. Its estimate is subtracted with this strength, and at least this share of
#: everything is left.
_LATE_HOPS = 3
_STRENGTH, _LEFT = 2.0, 0.3
_SMOOTHING = 0.5


class EchoFinder:
    """Listens to how fast the sound can fall; see `Finder`."""

    def __init__(self, sample_rate: int, channels: int) -> None:
        self.sample_rate = sample_rate
        self.levels: list[np.ndarray] = []
        self.every, self.n_windows = 1, 0

    def hear(self, window: np.ndarray, middle: slice) -> None:
        self.n_windows += 1
        if self.n_windows % self.every:
            return
        self.levels.append(self._levels_db(window, middle))
        if len(self.levels) * len(self.levels[0]) > _MOST_LEVELS:  # hours: every other window will do
            self.levels = self.levels[::2]
            self.every *= 2

    def _levels_db(self, window: np.ndarray, middle: slice) -> np.ndarray:
        import scipy.signal

        band_hz = (_BAND_HZ[0], min(_BAND_HZ[1], 0.45 * self.sample_rate))
        band = scipy.signal.butter(2, band_hz, "band", fs=self.sample_rate, output="sos")
        heard = scipy.signal.sosfilt(band, window[:, : middle.stop].mean(axis=0))[middle.start :]
        hop = hop_samples(self.sample_rate)
        hops = heard[: len(heard) // hop * hop].reshape(-1, hop)
        return 10 * np.log10(np.square(hops).mean(axis=1) + 1e-12)

    def verdict(self) -> Treatment:
        falls_db = self._falls_db()
        if not len(falls_db):
            return Treatment(())
        middling_db, steep_db, steepest_db = np.percentile(falls_db, [50, _STEEP, _STEEPEST])
        if middling_db < _HELD_DB or steep_db > _DRY_STEEP_DB or steepest_db > _DRY_STEEPEST_DB:
            return Treatment(())
        hop_s = hop_samples(self.sample_rate) / self.sample_rate
        self.rt60_s = float(60 * _FALL_HOPS * hop_s / steep_db)
        return Treatment((f"echo of a room, about {self.rt60_s:.1f} s to fall by 60 dB: lowered",), self.apply)

    def _falls_db(self) -> np.ndarray:
        """By how much the sound falls over _FALL_HOPS from where it is loud; empty where that says nothing."""
        levels = [window for window in self.levels if len(window) > _FALL_HOPS]
        every = np.concatenate([np.zeros(0), *levels])
        every = every[every > -100]
        if len(every) < _MIN_HOPS:
            return np.zeros(0)
        floor_db, loud_db = np.percentile(every, [5, 95])
        if loud_db - floor_db < _MIN_RANGE_DB:
            return np.zeros(0)
        before = np.concatenate([window[:-_FALL_HOPS] for window in levels])
        after = np.concatenate([window[_FALL_HOPS:] for window in levels])
        return (before - after)[before > loud_db - _LOUD_DB]

    def apply(self, blocks: Blocks) -> Iterator[np.ndarray]:
        return mended(blocks, self.sample_rate, self._mend)

    def _mend(self, window: np.ndarray) -> None:
        for channel in window:
            channel[:] = without_late_echo(channel, self.sample_rate, self.rt60_s)


def without_late_echo(samples: np.ndarray, sample_rate: int, rt60_s: float) -> np.ndarray:
    """(samples,) with the late echo of a room taken down, by spectral subtraction.

    Args:
        rt60_s: time in which the room's echo falls by 60 dB.
    """
    import scipy.fft
    import scipy.signal

    hop = hop_samples(sample_rate)
    size, n_hops = 2 * hop, -(-len(samples) // hop)
    taper = np.sqrt(np.hanning(size + 1)[:-1]).astype(np.float32)
    padded = np.pad(samples, (hop, n_hops * hop - len(samples) + hop))
    frames = np.lib.stride_tricks.sliding_window_view(padded, size)[::hop]
    spectra = scipy.fft.rfft(frames * taper, axis=1)
    power = spectra.real**2 + spectra.imag**2
    smooth = scipy.signal.lfilter([1 - _SMOOTHING], [1, -_SMOOTHING], power, axis=0)
    decay = 10 ** (-6 * _LATE_HOPS * hop / sample_rate / rt60_s)
    late = _STRENGTH * decay * np.pad(smooth, ((_LATE_HOPS, 0), (0, 0)))[: len(smooth)]
    gain = np.sqrt(np.maximum(1 - late / np.maximum(power, 1e-12), _LEFT**2))
    treated = scipy.fft.irfft(spectra * gain, size, axis=1) * taper
    halves = treated.reshape(-1, 2, hop)
    return (halves[:-1, 1] + halves[1:, 0]).reshape(-1)[: len(samples)]
