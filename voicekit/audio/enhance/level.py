"""A leveller: it brings loud and soft passages closer together, slowly, and ignores the pauses.

The loudness of a passage is that of its speech alone, averaged over about a second before and after; because the whole
recording was analysed before, the gain is in place when the passage begins.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from voicekit.audio.enhance.frames import hop_length
from voicekit.audio.enhance.voice_profile import VoiceProfile
from voicekit.audio.loudness import from_db, power_db, to_db
from voicekit.media.sound import Blocks

#: No passage is changed by more.
MAX_GAIN_DB = 6.0
#: The passages of an even voice differ by this much: 21 good recordings have 2.6 to 6.8 dB, with a median of 4 dB.
_EVEN_DB = 3.5
#: A voice less uneven than this is left as the speaker meant it.
_UNEVEN_DB = 5.0

#: In frames: the (Gaussian) average over a passage, how long before speech the gain begins to move, and how smoothly it
#: does.
_PASSAGE = 50.0
_AHEAD = 30
_SOFTLY = 10.0


@dataclass(frozen=True)
class Levelling:
    """Gains for a recording.

    Attributes:
        gains: factors, one for each frame, (frames,).
        spread_db, new_spread_db: how far apart the loudness of its passages is, before and after.
    """

    sample_rate: int
    gains: np.ndarray
    spread_db: float
    new_spread_db: float

    @property
    def said(self) -> str:
        return (
            f"level: loud and soft passages are {self.spread_db:.1f} dB apart; {self.new_spread_db:.1f} dB with gains from "
            f"{to_db(self.gains.min()):+.1f} to {to_db(self.gains.max()):+.1f} dB"
        )

    def apply(self, blocks: Blocks) -> Iterator[np.ndarray]:
        """As many samples as come, the same gain for all channels."""
        hop, start = hop_length(self.sample_rate), 0
        for block in blocks:
            samples = np.arange(start, start + block.shape[1])
            start += block.shape[1]
            first = samples[:1].sum() // hop  # only the gains near by are looked through
            near = self.gains[min(first, len(self.gains) - 1) : first + block.shape[1] // hop + 3]
            yield block * np.interp(samples / hop - first, np.arange(len(near)), near).astype(np.float32)


def levelling(profile: VoiceProfile, amount: float = 1.0) -> Levelling | None:
    """The gains for a recording with a voice; None where it is even already."""
    from scipy.ndimage import gaussian_filter1d

    is_speech = profile.is_speech.astype(float)
    spoken = np.flatnonzero(is_speech)
    power = is_speech * 10 ** (profile.levels_db.astype(float) / 10)
    power, share = (gaussian_filter1d(x, _PASSAGE, mode="constant")[spoken] for x in (power, is_speech))
    local_db = power_db(power / share)
    spread_db = _spread_db(local_db)
    if spread_db < _UNEVEN_DB:
        return None
    # From the middle, not the mean: gains that may go up as far as down reach more.
    away_db = local_db - np.mean(np.percentile(local_db, [10, 90]))
    taken_db = (1 - _EVEN_DB / spread_db) * away_db
    gains_db = -amount * np.clip(taken_db, -MAX_GAIN_DB, MAX_GAIN_DB)
    everywhere_db = gaussian_filter1d(gains_db[_held(profile.is_speech)], _SOFTLY, mode="nearest")
    return Levelling(profile.sample_rate, from_db(everywhere_db), spread_db, _spread_db(local_db + gains_db))


def _held(is_speech: np.ndarray) -> np.ndarray:
    """Which one of the frames of speech gives each of all frames its gain: in a pause the last, until the next is near."""
    spoken, frames = np.flatnonzero(is_speech), np.arange(len(is_speech))
    last, ahead = (np.searchsorted(spoken, frames + reach, side="right") - 1 for reach in (0, _AHEAD))
    return np.maximum(np.minimum(last + ~is_speech, ahead), 0)


def _spread_db(levels_db: np.ndarray) -> float:
    """From the 10th to the 90th percentile."""
    return float(np.ptp(np.percentile(levels_db, [10, 90])))
