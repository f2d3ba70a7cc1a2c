"""Rebuilds the octave that a telephone or a low sample rate has cut off a voice, from the octave below.

The fine structure is copied up, as in spectral band replication (Dietz et al. 2002); how loud it is follows from the frame
itself: above the cutoff vowels fall off steeply, fricatives hardly do.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from voicekit.audio.enhance.frames import OVERLAP, frequencies, reshaped
from voicekit.audio.enhance.voice_profile import VoiceProfile, between
from voicekit.audio.loudness import power_db
from voicekit.media.sound import Blocks

#: Voices are cut off at the telephone's 3.4 kHz or at half of some old sample rate; above this range hardly anything is
#: missed.
CUTOFFS_HZ = (3000.0, 11_500.0)
#: A cutoff is where the spectrum falls by this much within a quarter of an octave and never rises again.
_WALL_DB, _WALL = 20.0, 2.0**0.25
#: The voice ends where its spectrum has fallen by this much.
_KNEE_DB = 6.0

#: The spectrum's slope above the cutoff, in dB per octave: no more than the average of 35 voices above 3.4 to 6 kHz.
_VOWEL_SLOPE_DB, _FRICATIVE_SLOPE_DB = -18.0, -4.0
#: A frame is all fricative, or all vowel, when its density between 100 and 800 Hz is this far above that below the cutoff.
_FRICATIVE_DB, _VOWEL_DB = 4.0, 14.0
#: Only what stands above the noise is copied: none of it at the first distance, all of it at the second.
_COPIED_ABOVE_NOISE_DB = (3.0, 12.0)


@dataclass(frozen=True)
class Extender:
    """Continues spectra above `cutoff_hz` for an octave.

    Attributes:
        noise_db: density of the noise in the half octave below the cutoff.
    """

    sample_rate: int
    cutoff_hz: float
    noise_db: float
    amount: float = 1.0

    @property
    def end_hz(self) -> float:
        return min(2 * self.cutoff_hz, self.sample_rate / 2)

    @property
    def said(self) -> str:
        return f"band: nothing is above {self.cutoff_hz / 1000:.1f} kHz; rebuilt up to {self.end_hz / 1000:.1f} kHz"

    def apply(self, blocks: Blocks) -> Iterator[np.ndarray]:
        """As many samples as come, none shifted."""
        return reshaped(blocks, self.sample_rate, self.extended)

    def extended(self, spectra: np.ndarray) -> np.ndarray:
        """Spectra as in `frames.reshaped`."""
        hz = frequencies(self.sample_rate)
        # A copy that moves by a whole number of frame rates keeps its phase from frame to frame.
        octave = OVERLAP * round(self.cutoff_hz / 2 / hz[1] / OVERLAP)
        cutoff = round(self.cutoff_hz / hz[1])
        above = np.arange(cutoff, round(self.end_hz / hz[1]))
        source = cutoff - octave + (above - cutoff) % octave
        gains = self._gains(np.square(np.abs(spectra)).mean(axis=0), hz, hz[above], hz[source])
        if not gains.any():
            return spectra
        extended = spectra.copy()
        extended[..., above] += gains * spectra[..., source]
        return extended

    def _gains(self, power: np.ndarray, hz: np.ndarray, to_hz: np.ndarray, from_hz: np.ndarray) -> np.ndarray:
        """Factors for what is copied from `from_hz` to `to_hz`, float32 (frames, len(to_hz)).

        Args:
            power: (frames, bins).
        """
        cutoff = self.cutoff_hz
        low_db = _density_db(power, hz, 100.0, 800.0)
        middle_db = _density_db(power, hz, cutoff / 2, cutoff / 2**0.5)
        top_db = _density_db(power, hz, cutoff / 2**0.5, cutoff)
        there_db = _density_db(power, hz, cutoff * _WALL, cutoff * _WALL * 2**0.25)
        vowel = np.clip((low_db - top_db - _FRICATIVE_DB) / (_VOWEL_DB - _FRICATIVE_DB), 0, 1)
        slope_db = _FRICATIVE_SLOPE_DB + vowel * (_VOWEL_SLOPE_DB - _FRICATIVE_SLOPE_DB)
        # Both lines go through the middle of the half octave below the cutoff.
        wanted_db = top_db + slope_db * _octaves(to_hz, cutoff / 2**0.25)
        copied_db = top_db + 2 * (top_db - middle_db) * _octaves(from_hz, cutoff / 2**0.25)
        low, high = _COPIED_ABOVE_NOISE_DB
        heard = np.clip((top_db - self.noise_db - low) / (high - low), 0, 1)
        missing = np.clip(1 - 10 ** ((there_db - top_db - slope_db / 2) / 10), 0, 1)
        gains_db = np.minimum(wanted_db - copied_db, 6.0)
        fade = np.clip(_octaves(np.full_like(to_hz, self.end_hz), to_hz) * 6, 0, 1)
        return (self.amount * heard * np.sqrt(missing) * fade * 10 ** (gains_db / 20)).astype(np.float32)


def extender(profile: VoiceProfile, amount: float = 1.0) -> Extender | None:
    """What rebuilds the treble of a voice; None where none is cut off."""
    cutoff_hz = find_cutoff_hz(profile)
    if cutoff_hz is None:
        return None
    hz = frequencies(profile.sample_rate)
    noise_db = _density_db(profile.pauses[None], hz, cutoff_hz / 2**0.5, cutoff_hz)
    return Extender(profile.sample_rate, cutoff_hz, float(noise_db[0, 0]), amount)


def find_cutoff_hz(profile: VoiceProfile) -> float | None:
    """Where the spectrum of all speech ends as at a wall, with room above; None where it does not."""
    from scipy.ndimage import uniform_filter1d

    hz = frequencies(profile.sample_rate)
    smooth_db = power_db(uniform_filter1d(profile.speech, 5))
    # The highest level from here up: a spectrum that rises again is no wall.
    highest_db = np.maximum.accumulate(smooth_db[::-1])[::-1]
    # Half of a sample rate is always a wall; there has to be room above.
    walls = np.flatnonzero((hz >= CUTOFFS_HZ[0] / _WALL) & (hz <= CUTOFFS_HZ[1]) & (hz * _WALL**2 < 0.95 * hz[-1]))
    drops_db = highest_db[walls] - np.interp(hz[walls] * _WALL, hz, highest_db)
    walls = walls[drops_db >= _WALL_DB]
    if len(walls) == 0:
        return None
    return float(hz[np.flatnonzero(highest_db >= highest_db[walls[0]] - _KNEE_DB)[-1]])


def _density_db(power: np.ndarray, hz: np.ndarray, from_hz: float, to_hz: float) -> np.ndarray:
    """The mean power of the bins in a band, in dB, (frames, 1)."""
    band = between(hz, (from_hz, to_hz))
    return power_db(power @ band / max(band.sum(), 1))[:, None]


def _octaves(to_hz: np.ndarray, from_hz: np.ndarray | float) -> np.ndarray:
    return np.log2(to_hz / from_hz)
