"""The voice over the film's own sound, which makes room for it. Block by block: a mix of hours takes no memory.

The film's sound is turned down by a sidechain compressor: its gain follows the level of the voice, goes down a moment
before a word and comes back in the pauses. See Giannoulis, Massberg & Reiss 2012, "Digital dynamic range compressor
design".
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from voicekit.audio.loudness import from_db, rms_db
from voicekit.narration.cache import SpeechCache
from voicekit.narration.speak import Take
from voicekit.narration.timing.timeline import Placement

SAMPLE_RATE = 48_000
#: A block is a second.
BLOCK = SAMPLE_RATE
#: The ducking gain is worked out so often.
_HOP = SAMPLE_RATE // 100


@dataclass(frozen=True)
class Ducking:
    """How the film's sound makes room. The levels are those of a voice at −16 LUFS.

    Attributes:
        depth_db: how far it goes down at most.
        threshold_db: below this level of the voice (RMS of 10 ms) nothing happens.
        full_db: from this level on it is down by depth_db.
        attack_s, release_s: time constants of going down and of coming back.
        hold_s: it stays down so long after the voice, so that it does not pump between words.
        look_ahead_s: it starts to go down so long before the voice.
    """

    depth_db: float = 12.0
    threshold_db: float = -45.0
    full_db: float = -30.0
    attack_s: float = 0.04
    release_s: float = 0.35
    hold_s: float = 0.3
    look_ahead_s: float = 0.12


def voice_track(
    placements: Sequence[Placement],
    takes: Sequence[Take],
    cache: SpeechCache,
    n_samples: int,
    ahead_s: float = 0.0,
) -> Iterator[np.ndarray]:
    """The voice alone, float32 (samples,) in blocks of BLOCK, heard `ahead_s` too early.

    Args:
        takes: the speech of each placement.
    """
    starts = [round((placement.start_s - ahead_s) * SAMPLE_RATE) for placement in placements]
    ends = [start + math.ceil(take.duration_s * SAMPLE_RATE) + 1 for start, take in zip(starts, takes, strict=True)]
    loaded: dict[int, np.ndarray] = {}
    for begin in range(0, n_samples, BLOCK):
        block = np.zeros(min(BLOCK, n_samples - begin), dtype=np.float32)
        for n, (start, end) in enumerate(zip(starts, ends, strict=True)):
            if end <= begin or start >= begin + len(block):
                loaded.pop(n, None)
                continue
            if n not in loaded:
                loaded[n] = takes[n].waveform(cache, SAMPLE_RATE)
            piece = loaded[n][max(0, begin - start) : max(0, begin + len(block) - start)]
            at = max(0, start - begin)
            block[at : at + len(piece)] += piece
        yield block


def mix(
    film: Iterable[np.ndarray],
    voice: Iterable[np.ndarray],
    sidechain: Iterable[np.ndarray],
    film_gain_db: float,
    voice_gain_db: float,
    ducking: Ducking,
) -> Iterator[np.ndarray]:
    """The voice over the ducked sound of the film, float32 (2, samples).

    Args:
        film: (2, samples) in the same blocks as the voice.
        voice, sidechain: (samples,) in blocks; the sidechain is the voice `ducking.look_ahead_s` early.
    """
    ducker = _Ducker(ducking)
    voice_gain = np.float32(from_db(voice_gain_db))
    for film_block, voice_block, key in zip(film, voice, sidechain, strict=True):
        gain_db = film_gain_db + ducker.gains_db(key * voice_gain)
        yield film_block * from_db(gain_db).astype(np.float32) + voice_block * voice_gain


class _Ducker:
    """The gain of the film's sound, with what it must remember from block to block."""

    def __init__(self, ducking: Ducking) -> None:
        self._ducking = ducking
        self._reduction_db = 0.0
        self._held_db = 0.0
        self._hold_hops = 0

    def gains_db(self, voice: np.ndarray) -> np.ndarray:
        """The gain at each sample of a block of the voice, in dB, (samples,)."""
        d = self._ducking
        hop_s = _HOP / SAMPLE_RATE
        attack, release = (1 - math.exp(-hop_s / time_s) for time_s in (d.attack_s, d.release_s))
        knots = [self._reduction_db]
        for begin in range(0, len(voice), _HOP):
            share = (rms_db(voice[begin : begin + _HOP]) - d.threshold_db) / (d.full_db - d.threshold_db)
            wanted_db = d.depth_db * min(1.0, max(0.0, share))
            if wanted_db >= self._held_db:
                self._held_db, self._hold_hops = wanted_db, round(d.hold_s / hop_s)
            elif self._hold_hops > 0:
                self._hold_hops -= 1
            else:
                self._held_db = wanted_db
            speed = attack if self._held_db > self._reduction_db else release
            self._reduction_db += speed * (self._held_db - self._reduction_db)
            knots.append(self._reduction_db)
        return -np.interp(np.arange(len(voice)) / _HOP, np.arange(len(knots)), knots)
