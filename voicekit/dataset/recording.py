"""A recording, decoded once to a scratch file and measured on the way; pieces of it are then read from anywhere.

However long the recording is, no more than one block of it is in memory.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from voicekit.audio.features import SAMPLE_RATE
from voicekit.audio.loudness import SILENCE_DB, to_db
from voicekit.audio.restore import restore
from voicekit.audio.treatment import Treatment
from voicekit.core.files import explain_os_error
from voicekit.dataset.segment import FRAME_S, Span, speech_runs
from voicekit.media import open_sound, probe
from voicekit.media import sound as audio
from voicekit.media.tracks import Wanted
from voicekit.recognition import speech as detector

_FRAME_LENGTH = round(FRAME_S * SAMPLE_RATE)
#: A whole number of detector frames at every rate used.
_BLOCK_FRAMES = 312
#: Two samples closer than this, at the ceiling, are the flat top that clipping leaves (1.5 steps of 16 bits).
_FLAT = 5e-5
#: Clipped speech is not repaired but left out, and a room is a part of the voice that it was recorded with.
_REPAIRS = frozenset({"dropouts", "clicks", "hum"})


@dataclass(frozen=True)
class Sound:
    """Decoded sound in a scratch file, 24 kHz mono float32; cheap to send elsewhere."""

    scratch: Path

    def read(self, span: Span) -> np.ndarray:
        """The sound of a span, float32 (samples,)."""
        first = max(0, round(span.start_s * SAMPLE_RATE))
        count = max(0, round(span.end_s * SAMPLE_RATE) - first)
        return np.fromfile(self.scratch, dtype=np.float32, count=count, offset=4 * first)


@dataclass(frozen=True)
class Recording:
    """What was measured of a recording.

    Attributes:
        speech: (frames,), probability of speech.
        level_db: (frames,), RMS.
        clipped: (frames,), share of samples that are clipped.
        noise_floor_db: RMS of the frames without speech.
        speech_db: RMS of the frames with speech; SILENCE_DB where there are none.
        restored: what was damaged in it, and has been repaired.
        notes: what the person has to know of the file, a line each.
    """

    sound: Sound
    duration_s: float
    speech: np.ndarray
    level_db: np.ndarray
    clipped: np.ndarray
    noise_floor_db: float
    speech_db: float
    restored: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @staticmethod
    def within(per_frame: np.ndarray, span: Span) -> np.ndarray:
        """The values of `speech`, `level_db` or `clipped` inside a span; at least one."""
        first = min(int(span.start_s / FRAME_S), len(per_frame) - 1)
        return per_frame[first : max(first + 1, round(span.end_s / FRAME_S))]


def measure(
    path: Path, scratch: Path, find_speech: detector.SpeechFinder = detector.find_speech, track: Wanted = None
) -> Recording:
    """Decodes `path` into `scratch`, repairs what is damaged, and measures it.

    Args:
        track: which sound track, of a file that has several.

    Raises:
        MediaError: the file cannot be read or has no sound.
        VoicekitError: the disk is full.
    """
    levels, clipped = [], []
    sound = open_sound(path, channels=1, track=track if len(probe(path).tracks) > 1 else None)
    repair = restore(sound, _REPAIRS)

    def blocks() -> Iterator[np.ndarray]:
        """Writes and measures each block at 24 kHz, and passes it on at 16 kHz."""
        import soxr

        to_detector = soxr.ResampleStream(SAMPLE_RATE, detector.SAMPLE_RATE, 1, dtype="float32")
        waiting = np.zeros(0, np.float32)
        for block, clipped_share, last in _at_training_rate(sound, repair):
            _append(scratch, block)
            levels.append(_frame_levels(block))
            clipped.append(clipped_share)
            waiting = np.concatenate([waiting, to_detector.resample_chunk(block, last=last)])
            whole = len(waiting) - len(waiting) % detector.FRAME_LENGTH
            yield waiting[:whole]
            waiting = waiting[whole:]
        yield np.pad(waiting, (0, -len(waiting) % detector.FRAME_LENGTH))

    scratch.unlink(missing_ok=True)
    probabilities = np.concatenate(list(find_speech(blocks())))
    level_db = np.concatenate(levels)
    n_frames = len(level_db)
    probabilities = np.pad(probabilities, (0, 2), mode="edge")[:n_frames]  # the resampler may round a sample away
    duration_s = scratch.stat().st_size / 4 / SAMPLE_RATE
    found = _summarise(scratch, duration_s, probabilities, level_db, np.concatenate(clipped))
    return replace(found, restored=repair.said if repair.apply else (), notes=sound.notes)


def _append(scratch: Path, block: np.ndarray) -> None:
    try:
        with scratch.open("ab") as file:
            file.write(block.tobytes())  # and not tofile, which hides why a write failed
    except OSError as error:
        raise explain_os_error(error, scratch) from error


def _at_training_rate(sound: audio.Sound, repair: Treatment) -> Iterator[tuple[np.ndarray, np.ndarray, bool]]:
    """Blocks (samples,) at 24 kHz, each a whole number of frames but the last; the share of clipped samples of each of
    their frames, looked for at the recording's own rate; whether it is the last."""
    import soxr

    rate = sound.sample_rate
    blocks = repair.apply(sound.read()) if repair.apply else sound.read()
    resampler = soxr.ResampleStream(rate, SAMPLE_RATE, 1, dtype="float32")
    size = _BLOCK_FRAMES * _FRAME_LENGTH
    waiting, shares = np.zeros(0, np.float32), np.zeros(0, np.float32)
    for block in audio.regrouped(blocks, round(_BLOCK_FRAMES * FRAME_S * rate)):
        block = block.clip(-1, 1)
        shares = np.concatenate([shares, _clipped_shares(block[0], rate)])
        waiting = np.concatenate([waiting, resampler.resample_chunk(block[0])])
        while len(waiting) > size:  # never all of it: the last block is made below
            yield waiting[:size], shares[:_BLOCK_FRAMES], False
            waiting, shares = waiting[size:], shares[_BLOCK_FRAMES:]
    waiting = np.concatenate([waiting, resampler.resample_chunk(np.zeros(0, np.float32), last=True)])
    frames = -(-len(waiting) // _FRAME_LENGTH)
    yield waiting, np.pad(shares, (0, frames))[:frames], True


def _frame_levels(block: np.ndarray) -> np.ndarray:
    """RMS in dB of each frame of a block (samples,); the last frame may be short."""
    tail = len(block) % _FRAME_LENGTH
    whole = np.mean(np.square(block[: len(block) - tail].reshape(-1, _FRAME_LENGTH)), axis=1)
    last = [np.mean(np.square(block[-tail:]))] if tail else []
    return to_db(np.sqrt(np.concatenate([whole, last]).astype(np.float32)))


def _clipped_shares(block: np.ndarray, rate: int) -> np.ndarray:
    """The share of clipped samples in each frame of a block (samples,) at its own rate.

    A sample is clipped when it is at the block's ceiling and on a flat top of three or more.
    """
    frames = -(-len(block) * 1000 // round(rate * FRAME_S * 1000))
    ceiling = np.abs(block).max(initial=0.0)
    if ceiling < 0.3 or len(block) < 3:
        return np.zeros(frames, np.float32)
    at_ceiling = np.abs(block) >= 0.98 * ceiling
    same = np.abs(np.diff(block)) <= _FLAT
    middle = at_ceiling[1:-1] & same[:-1] & same[1:]
    flat = np.zeros(len(block), bool)
    for shift in (0, 1, 2):
        flat[shift : len(block) - 2 + shift] |= middle
    edges = (np.arange(frames) * rate * FRAME_S).astype(int)
    return (np.add.reduceat(flat.astype(np.float32), edges) / (rate * FRAME_S)).astype(np.float32)


def _summarise(scratch: Path, duration_s: float, speech: np.ndarray, level_db: np.ndarray, clipped: np.ndarray) -> Recording:
    # With no floor known yet, nothing is faint: the runs are what the detector is sure of.
    is_speech = np.zeros(len(level_db), bool)
    near_speech = np.zeros(len(level_db), bool)
    for start, end in speech_runs(speech, level_db, noise_floor_db=0.0):
        is_speech[start:end] = True
        near_speech[max(0, start - 6) : end + 6] = True  # echoes and faint sounds are not noise
    quiet = ~near_speech & (level_db > SILENCE_DB + 10)  # digital silence was put there by a program
    if quiet.sum() * FRAME_S >= 0.2:
        floor_db = _mean_level_db(level_db[quiet & (level_db <= np.percentile(level_db[quiet], 75))])
    else:
        floor_db = float(np.percentile(level_db, 5))
    speech_db = _mean_level_db(level_db[is_speech]) if is_speech.any() else SILENCE_DB
    return Recording(Sound(scratch), duration_s, speech, level_db, clipped, floor_db, speech_db)


def _mean_level_db(level_db: np.ndarray) -> float:
    return float(10 * np.log10(np.mean(10 ** (level_db / 10))))
