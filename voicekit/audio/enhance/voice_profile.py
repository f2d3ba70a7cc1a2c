"""What one reading of a recording tells about its voice: its level over time, its spectrum, and that of its pauses.

This takes eight bytes of memory for each 10 ms: 23 MB for eight hours.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from voicekit.audio.enhance.frames import HOP_S, frequencies, spectra
from voicekit.audio.enhance.ltass import FEMALE_DB, MALE_DB, THIRD_OCTAVES_HZ, band_levels_db
from voicekit.audio.loudness import SILENCE_DB, from_db, k_weighting, power_db, to_db
from voicekit.media.sound import Blocks, Sound

#: The band where sibilants have their energy.
SIBILANT_HZ = (5000.0, 9000.0)
#: Anything below this is rumble, not voice.
RUMBLE_HZ = 80.0

#: Less speech says too little about a voice.
_MIN_SPEECH_S = 0.5
#: Speech is louder than the noise around it; with a smaller spread nothing can be told about it.
_MIN_SPREAD_DB = 12.0
#: Voices, whatever the microphone, are at most 6 dB from the average of all; most instruments are further (RMS over bands).
_MAX_UNLIKE_DB = 7.0
_COMPARED_HZ = (300.0, 3200.0)
#: Speech has syllables and gaps: 34 to 61 % of the frames in a second of it are below half of its mean amplitude; in music
#: and noise fewer are (Saunders 1996).
_MIN_SOFT_SHARE = 0.28


@dataclass(frozen=True)
class VoiceProfile:
    """What was found out about a recording.

    Attributes:
        levels_db: loudness (K-weighted, above RUMBLE_HZ) of each frame, (frames,).
        sibilance_db: the same of what lies between SIBILANT_HZ, (frames,).
        threshold_db: what is louder is speech.
        speech_db: the mean loudness of the speech.
        speech, pauses: mean power of speech and pauses in each bin of a spectrum, (bins,). What lies in the pauses is also
            under the speech. Without pauses, zeros.
        peak_db: the highest sample.
        has_voice: whether this is speech at all.
    """

    sample_rate: int
    levels_db: np.ndarray
    sibilance_db: np.ndarray
    threshold_db: float
    speech_db: float
    speech: np.ndarray
    pauses: np.ndarray
    peak_db: float
    has_voice: bool

    @property
    def is_speech(self) -> np.ndarray:
        """Which frames are speech, (frames,) bool."""
        return self.levels_db > self.threshold_db


def profile_voice(sound: Sound) -> VoiceProfile:
    """Reads `sound` once."""
    hz = frequencies(sound.sample_rate)
    weights = loudness_weights(sound.sample_rate)
    sibilant = weights * between(hz, SIBILANT_HZ)
    by_level = _ByLevel(len(hz))
    levels, sibilance = [np.zeros(0, np.float32)], [np.zeros(0, np.float32)]
    peak = _Peak()
    for batch in spectra(peak.watch(sound.read()), sound.sample_rate):
        power = np.square(np.abs(batch)).mean(axis=0)
        levels.append(power_db(power @ weights))
        sibilance.append(power_db(power @ sibilant))
        by_level.add(power, levels[-1])
    levels_db = np.concatenate(levels)
    floor_db, top_db = _range_db(levels_db)
    threshold_db = float(np.clip((floor_db + top_db) / 2, top_db - 30, top_db - 10))
    speech = by_level.mean(threshold_db, np.inf)
    return VoiceProfile(
        sample_rate=sound.sample_rate,
        levels_db=levels_db,
        sibilance_db=np.concatenate(sibilance),
        threshold_db=threshold_db,
        speech_db=float(power_db(speech @ weights)),
        speech=speech,
        pauses=by_level.mean(SILENCE_DB + 1, min(floor_db + 3, threshold_db)),
        peak_db=float(to_db(peak.highest)),
        has_voice=bool(
            top_db - floor_db >= _MIN_SPREAD_DB
            and np.sum(levels_db > threshold_db) >= _MIN_SPEECH_S / HOP_S
            and _soft_share(levels_db, threshold_db) >= _MIN_SOFT_SHARE
            and _unlike_db(speech, hz) <= _MAX_UNLIKE_DB
        ),
    )


def loudness_weights(sample_rate: int) -> np.ndarray:
    """What each bin of a power spectrum counts for in its loudness (ITU-R BS.1770-4, and no rumble), float32 (bins,)."""
    import scipy.signal

    hz = frequencies(sample_rate)
    _, response = scipy.signal.sosfreqz(k_weighting(sample_rate), hz, fs=sample_rate)
    return (np.square(np.abs(response)) * (hz >= RUMBLE_HZ)).astype(np.float32)


def between(hz: np.ndarray, band_hz: tuple[float, float]) -> np.ndarray:
    """1 for the frequencies in a band, 0 for the others, float32."""
    return ((hz >= band_hz[0]) & (hz < band_hz[1])).astype(np.float32)


def _range_db(levels_db: np.ndarray) -> tuple[float, float]:
    """How loud the pauses and the vowels of a recording are; digital silence does not count."""
    heard = levels_db[levels_db > SILENCE_DB + 20]
    if len(heard) == 0:
        return SILENCE_DB, SILENCE_DB
    floor_db, top_db = np.percentile(heard, [10, 95])
    return float(floor_db), float(top_db)


def _soft_share(levels_db: np.ndarray, threshold_db: float) -> float:
    """How many frames, 0…1, are below half of the mean amplitude of their second, where there is speech in it."""
    second = round(1 / HOP_S)
    if len(levels_db) < second:
        levels_db = np.pad(levels_db, (0, second - len(levels_db)), constant_values=SILENCE_DB)
    seconds = from_db(levels_db[: len(levels_db) // second * second].reshape(-1, second))
    seconds = seconds[seconds.max(axis=1) > from_db(threshold_db)]
    return float(np.mean(seconds < seconds.mean(axis=1, keepdims=True) / 2)) if len(seconds) else 0.0


def _unlike_db(speech: np.ndarray, hz: np.ndarray) -> float:
    """How far a spectrum is from that of speech, whatever its level: RMS over third octaves."""
    compared = between(THIRD_OCTAVES_HZ, _COMPARED_HZ) > 0
    return float(np.std((band_levels_db(speech, hz) - (MALE_DB + FEMALE_DB) / 2)[compared]))


class _ByLevel:
    """Sums of power spectra by the loudness of their frames: which of them are speech is known only when all is read."""

    def __init__(self, n_bins: int) -> None:
        self._sums = np.zeros((200, n_bins))  # a row a decibel, from SILENCE_DB up
        self._counts = np.zeros(200)

    def add(self, power: np.ndarray, levels_db: np.ndarray) -> None:
        """Takes the spectra (frames, bins) of frames of these levels (frames,)."""
        rows = self._row(levels_db)
        for row in np.unique(rows):
            self._sums[row] += power[rows == row].sum(axis=0)
            self._counts[row] += np.sum(rows == row)

    def mean(self, low_db: float, high_db: float) -> np.ndarray:
        """The mean (bins,) of the frames between two levels; zeros where there is none."""
        rows = slice(self._row(low_db), self._row(high_db) + 1)
        return self._sums[rows].sum(axis=0) / max(self._counts[rows].sum(), 1)

    @staticmethod
    def _row(level_db: float | np.ndarray) -> np.ndarray:
        return np.clip(np.floor(np.subtract(level_db, SILENCE_DB)), 0, 199).astype(int)


class _Peak:
    """Watches a stream pass for its highest sample."""

    def __init__(self) -> None:
        self.highest = 0.0

    def watch(self, blocks: Blocks) -> Iterator[np.ndarray]:
        for block in blocks:
            self.highest = max(self.highest, float(np.abs(block).max(initial=0.0)))
            yield block
