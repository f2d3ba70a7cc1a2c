"""A de-esser: it lowers sibilants that are louder than the voice's usual ones, and leaves the others."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from voicekit.audio.enhance.frames import frequencies, reshaped
from voicekit.audio.enhance.tone import Tone
from voicekit.audio.enhance.voice_profile import SIBILANT_HZ, VoiceProfile, between, loudness_weights
from voicekit.audio.loudness import from_db, power_db, to_db
from voicekit.media.sound import Blocks

#: No sibilant is lowered by more.
MAX_REDUCTION_DB = 8.0
#: A sibilant is lowered by this share of what it has above the threshold.
_SHARE = 0.6
#: A frame is a sibilant when this much of its loudness lies within SIBILANT_HZ.
_DOMINANT_DB = -3.0
#: A voice's threshold lies this far above the median of its sibilants, but stays within this range relative to the loudness
#: of its speech: softer sibilants never hurt, louder ones always do (the medians of 11 voices lie between −13 and −2 dB).
_ABOVE_NORMAL_DB = 3.0
_THRESHOLDS_DB = (-6.0, 0.0)
#: A smaller difference is not heard.
_MIN_REDUCTION_DB = 1.5
#: The gain returns to none within this many octaves at the band's edges.
_EDGE_OCTAVES = 0.25


@dataclass(frozen=True)
class Deesser:
    """Tames what is louder than `threshold_db` between SIBILANT_HZ.

    Attributes:
        most_db: by how much the sharpest sibilants will come down.
    """

    sample_rate: int
    threshold_db: float
    amount: float = 1.0
    most_db: float = 0.0

    @property
    def said(self) -> str:
        return f"sibilants: the sharpest come down by {self.most_db:.1f} dB"

    def apply(self, blocks: Blocks) -> Iterator[np.ndarray]:
        """As many samples as come, none shifted; all channels come down together."""
        hz = frequencies(self.sample_rate)
        weights = loudness_weights(self.sample_rate)
        sibilant, edges = weights * between(hz, SIBILANT_HZ), _edges(hz)

        def tamed(spectra: np.ndarray) -> np.ndarray:
            power = np.square(np.abs(spectra)).mean(axis=0)
            reductions_db = self.reductions_db(power_db(power @ sibilant), power_db(power @ weights))
            if not reductions_db.any():
                return spectra
            return spectra * from_db(-reductions_db[:, None] * edges).astype(np.float32)

        return reshaped(blocks, self.sample_rate, tamed)

    def reductions_db(self, sibilance_db: np.ndarray, levels_db: np.ndarray) -> np.ndarray:
        """By how much each frame comes down, (frames,)."""
        over_db = np.where(_are_sibilant(sibilance_db, levels_db), sibilance_db - self.threshold_db, 0.0)
        return self.amount * np.clip(_SHARE * over_db, 0.0, MAX_REDUCTION_DB)


def deesser(profile: VoiceProfile, tone: Tone | None, amount: float = 1.0) -> Deesser | None:
    """The de-esser for a voice that comes through `tone`; None where no sibilant is too loud."""
    is_sibilant = profile.is_speech & _are_sibilant(profile.sibilance_db, profile.levels_db)
    if not is_sibilant.any():
        return None
    lift_db = to_db(tone.response(np.array(SIBILANT_HZ)).mean()) if tone else 0.0
    sibilance_db = profile.sibilance_db[is_sibilant] + lift_db
    relative_db = np.clip(np.median(sibilance_db) + _ABOVE_NORMAL_DB - profile.speech_db, *_THRESHOLDS_DB)
    deesser = Deesser(profile.sample_rate, float(profile.speech_db + relative_db), amount)
    most_db = float(np.percentile(deesser.reductions_db(sibilance_db, profile.levels_db[is_sibilant]), 98))
    return replace(deesser, most_db=most_db) if most_db >= amount * _MIN_REDUCTION_DB else None


def _are_sibilant(sibilance_db: np.ndarray, levels_db: np.ndarray) -> np.ndarray:
    return sibilance_db > levels_db + _DOMINANT_DB


def _edges(hz: np.ndarray) -> np.ndarray:
    """1 in the band, falling to 0 beside it, (bins,)."""
    low, high = np.log2(SIBILANT_HZ)
    octaves = np.log2(np.maximum(hz, 1.0))
    return np.clip(1 - np.maximum(low - octaves, octaves - high) / _EDGE_OCTAVES, 0, 1)
