"""The voice over the film's own sound, which makes room for it. Block by block: a mix of hours takes no memory.

The film's sound is turned down by a sidechain compressor: its gain follows the level of the voice, goes down a moment
before a word and comes back in the pauses. See Giannoulis, Massberg & Reiss 2012, "Digital dynamic range compressor
design".
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import tee

import numpy as np

from voicekit.audio.loudness import SILENCE_DB, from_db, integrated_lufs, rms_db
from voicekit.core.reporter import SILENT, Reporter
from voicekit.media.sound import Sound, lasting
from voicekit.narration.cache import SpeechCache
from voicekit.narration.job import Ducking
from voicekit.narration.speak import RenderedCue

SAMPLE_RATE = 48_000
#: The task of listening to the voice, and of listening to the film.
LEVELLING = "levelling voice and film"
#: A block lasts a second.
BLOCK = SAMPLE_RATE
#: The loudness of the voice, and how far below it the film's own sound is where nobody speaks.
VOICE_LUFS = -16.0
FILM_BELOW_VOICE_DB = 4.0
#: A soft film is raised by at most this: what lies deeper is mostly noise.
MAX_FILM_GAIN_DB = 18.0
#: The ducking gain is computed once a hop.
_HOP = SAMPLE_RATE // 100


@dataclass(frozen=True)
class VoiceTrack:
    """The voice alone: each cue at its time, and silence.

    Attributes:
        cues: in the order heard.
        cache: has the sound of their takes.
    """

    cues: Sequence[RenderedCue]
    cache: SpeechCache
    n_samples: int

    def blocks(self) -> Iterator[np.ndarray]:
        """float32 (samples,) in blocks of BLOCK; each take is rendered once."""
        starts = [round(cue.start_s * SAMPLE_RATE) for cue in self.cues]
        lengths = [math.ceil(cue.take.duration_s * SAMPLE_RATE) + 1 for cue in self.cues]
        rendered: dict[int, np.ndarray] = {}
        for begin in range(0, self.n_samples, BLOCK):
            block = np.zeros(min(BLOCK, self.n_samples - begin), dtype=np.float32)
            for n, (start, length) in enumerate(zip(starts, lengths, strict=True)):
                if start + length <= begin or start >= begin + len(block):
                    rendered.pop(n, None)
                    continue
                if n not in rendered:
                    rendered[n] = self.cues[n].waveform(self.cache, SAMPLE_RATE)
                piece = rendered[n][max(0, begin - start) : max(0, begin + len(block) - start)]
                at = max(0, start - begin)
                block[at : at + len(piece)] += piece
            yield block

    def cue_waveforms(self) -> Iterator[np.ndarray]:
        """The sound of each cue by itself, float32 (samples,)."""
        return (cue.waveform(self.cache, SAMPLE_RATE) for cue in self.cues)


@dataclass(frozen=True)
class Mix:
    """The voice over the film's own sound. It can be had again from its start: nothing is kept but levels.

    Attributes:
        voice: the voice alone.
        film: the sound that the voice is laid over, SAMPLE_RATE and stereo; None where it is laid over silence.
        voice_gain_db, film_gain_db: what brings both to their levels.
        film_lufs: of the film's own sound; None without.
    """

    voice: VoiceTrack
    film: Sound | None
    ducking: Ducking
    voice_gain_db: float
    film_gain_db: float = 0.0
    film_lufs: float | None = None

    @classmethod
    def levelled(cls, voice: VoiceTrack, film: Sound | None, ducking: Ducking, reporter: Reporter = SILENT) -> "Mix":
        """A mix with the voice at VOICE_LUFS and the film FILM_BELOW_VOICE_DB below it; listens to both."""
        n_blocks = math.ceil(voice.n_samples / BLOCK)
        spoken = reporter.track(voice.blocks(), LEVELLING, total=n_blocks)
        both_sides = (np.stack([block, block]) for block in spoken)  # 3 dB louder than on one
        voice_gain_db = VOICE_LUFS - integrated_lufs(both_sides, SAMPLE_RATE)
        if film is None:
            return cls(voice, None, ducking, voice_gain_db)
        heard = reporter.track(lasting(film.read(), voice.n_samples, BLOCK), LEVELLING, total=n_blocks)
        film_lufs = integrated_lufs(heard, SAMPLE_RATE)
        wanted_db = VOICE_LUFS - FILM_BELOW_VOICE_DB - film_lufs
        film_gain_db = min(wanted_db, MAX_FILM_GAIN_DB) if film_lufs > SILENCE_DB else 0.0
        return cls(voice, film, ducking, voice_gain_db, film_gain_db, film_lufs)

    def blocks(self) -> Iterator[np.ndarray]:
        """float32 (2, samples) in blocks of BLOCK."""
        film = lasting(self.film.read() if self.film else (), self.voice.n_samples, BLOCK)
        return mix(film, self.voice.blocks(), self.film_gain_db, self.voice_gain_db, self.ducking)


def mix(
    film: Iterable[np.ndarray],
    voice: Iterable[np.ndarray],
    film_gain_db: float,
    voice_gain_db: float,
    ducking: Ducking,
) -> Iterator[np.ndarray]:
    """The voice over the ducked sound of the film, float32 (2, samples).

    Args:
        film: (2, samples) in the same blocks as the voice.
        voice: (samples,) in blocks.
    """
    ducker = _Ducker(ducking)
    voice_gain = np.float32(from_db(voice_gain_db))
    look_ahead = round(ducking.look_ahead_s * SAMPLE_RATE)
    for film_block, (voice_block, sidechain) in zip(film, _with_look_ahead(voice, look_ahead), strict=True):
        gain_db = film_gain_db + ducker.gains_db(sidechain * voice_gain)
        yield film_block * np.asarray(from_db(gain_db), np.float32) + voice_block * voice_gain


def _with_look_ahead(blocks: Iterable[np.ndarray], n_ahead: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Each block of a mono sound, and as many samples from `n_ahead` later on; silence follows its end."""
    blocks, source = tee(blocks)
    rest = np.zeros(0, np.float32)  # from the start of the block on, as far as it was needed
    for block in blocks:
        while len(rest) < n_ahead + len(block) and (more := next(source, None)) is not None:
            rest = np.concatenate([rest, more])
        ahead = rest[n_ahead : n_ahead + len(block)]
        yield block, np.pad(ahead, (0, len(block) - len(ahead)))
        rest = rest[len(block) :]


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
