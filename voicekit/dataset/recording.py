"""A recording: decoded once to a scratch file, analysed, and cut into segments of 1 to 12 s.

However long the recording is, no more than one block of it is in memory; segments are then read from anywhere.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import soxr

from voicekit.audio.features import SAMPLE_RATE
from voicekit.audio.loudness import SILENCE_DB, to_db
from voicekit.audio.restore import restore
from voicekit.audio.treatment import Treatment
from voicekit.core.files import explain_os_error
from voicekit.core.reporter import SILENT, Reporter
from voicekit.media import open_sound, probe
from voicekit.media.sound import Sound, regrouped, watched
from voicekit.media.tracks import Wanted
from voicekit.recognition import speech as detector

#: Speech probability and level have one value a frame: silero-vad's 512 samples at 16 kHz.
FRAME_S = 0.032

MIN_S = 1.0
MAX_S = 12.0
#: Silence kept at both ends.
MARGIN_S = 0.15
#: The margin where an utterance would be too short otherwise.
_WIDE_MARGIN_S = 0.35
#: A pause this long ends an utterance.
_PAUSE_S = 0.4
#: Utterances shorter than this join a neighbour ...
_COMFORTABLE_S = 2.5
#: ... that is no further away than this.
_JOIN_S = 1.2
#: Speech begins above the first probability and goes on until it falls below the second.
_SPEECH_ON, _SPEECH_OFF = 0.5, 0.3
#: Weak beginnings and ends (f, th, a breathy vowel), which the detector misses, stand this far above the noise.
_FAINT_DB = 10.0
_FAINT_FRAMES = 8

_FRAME_LENGTH = round(FRAME_S * SAMPLE_RATE)
#: A whole number of detector frames at every rate used.
_BLOCK_FRAMES = 312
_BLOCK_LENGTH = _BLOCK_FRAMES * _FRAME_LENGTH
#: Neighbouring samples at the ceiling that differ by less form the flat top that clipping leaves (1.5 steps of 16 bits).
_FLAT = 5e-5
#: Clipped speech is left out, not repaired, and a room's sound belongs to the voice recorded in it.
REPAIRS = frozenset({"dropouts", "clicks", "hum"})


@dataclass(frozen=True)
class Segment:
    """A stretch of a recording, and what is said in it.

    Attributes:
        text: "" where nobody knows it yet.
        sureness: of a text that was guessed; see Utterance.
        problem: why it is not to be learned from; None where it is.
    """

    start_s: float
    end_s: float
    text: str = ""
    problem: str | None = None
    sureness: float = 1.0

    @property
    def duration_s(self) -> float:
        return self.end_s - self.start_s


@dataclass(frozen=True)
class Recording:
    """What was found of a recording. Its curves have a value every FRAME_S.

    Attributes:
        scratch: the file of its sound, 24 kHz mono float32; see `read_segment`.
        speech: (frames,), probability of speech.
        level_db: (frames,), RMS.
        clipped: (frames,), share of samples that are clipped.
        noise_floor_db: RMS of the frames without speech.
        speech_db: RMS of the frames with speech; SILENCE_DB where there are none.
        restored: what was damaged in it, and has been repaired.
        notes: what the person has to know of the file, a line each.
    """

    scratch: Path
    duration_s: float
    speech: np.ndarray
    level_db: np.ndarray
    clipped: np.ndarray
    noise_floor_db: float
    speech_db: float
    restored: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @staticmethod
    def within(per_frame: np.ndarray, segment: Segment) -> np.ndarray:
        """The values of `speech`, `level_db` or `clipped` inside a segment; at least one."""
        first = min(int(segment.start_s / FRAME_S), len(per_frame) - 1)
        return per_frame[first : max(first + 1, round(segment.end_s / FRAME_S))]


def decode_and_analyse(
    path: Path,
    scratch: Path,
    find_speech: detector.SpeechFinder = detector.find_speech,
    track: Wanted = None,
    reporter: Reporter = SILENT,
) -> Recording:
    """Decodes `path` into `scratch`, repairs what is damaged, and looks for speech, noise and clipping.

    Args:
        track: which sound track, of a file that has several.

    Raises:
        MediaError: the file cannot be read or has no sound.
        VoicekitError: the disk is full.
    """
    sound = open_sound(path, channels=1, track=track if len(probe(path).tracks) > 1 else None)
    repair = restore(sound, REPAIRS)
    decoding = watched(sound, f"{path.name}: decoding", reporter)
    return analyse(decoding, repair, scratch, f"{path.name}: finding speech", find_speech, reporter)


def analyse(
    sound: Sound,
    repair: Treatment,
    scratch: Path,
    task: str = "finding speech",
    find_speech: detector.SpeechFinder = detector.find_speech,
    reporter: Reporter = SILENT,
) -> Recording:
    """Puts a mono sound, repaired, into `scratch`, and looks for speech, noise and clipping.

    Args:
        task: what finding speech is called.

    Raises:
        VoicekitError: the disk is full.
    """
    levels, clipped = [], []
    scratch.unlink(missing_ok=True)
    for block, clipped_shares in _at_training_rate(sound, repair):
        _append(scratch, block)
        levels.append(_frame_levels(block))
        clipped.append(clipped_shares)
    level_db = np.concatenate(levels)
    probabilities = reporter.track(find_speech(_at_detector_rate(scratch)), task, len(levels))
    speech = np.concatenate(list(probabilities))
    speech = np.pad(speech, (0, 2), mode="edge")[: len(level_db)]  # the resampler may round a sample away
    noise_floor_db, speech_db = _mean_levels(speech, level_db)
    return Recording(
        scratch,
        scratch.stat().st_size / 4 / SAMPLE_RATE,
        speech,
        level_db,
        np.concatenate(clipped),
        noise_floor_db,
        speech_db,
        restored=repair.said if repair.apply else (),
        notes=sound.notes,
    )


def read_segment(scratch: Path, segment: Segment) -> np.ndarray:
    """The sound of a segment, float32 (samples,) at 24 kHz."""
    first = max(0, round(segment.start_s * SAMPLE_RATE))
    return _read(scratch, first, max(0, round(segment.end_s * SAMPLE_RATE) - first))


def _append(scratch: Path, block: np.ndarray) -> None:
    try:
        with scratch.open("ab") as file:
            file.write(block.tobytes())  # and not tofile, which hides why a write failed
    except OSError as error:
        raise explain_os_error(error, scratch) from error


def _at_training_rate(sound: Sound, repair: Treatment) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Blocks (samples,) at 24 kHz, each of _BLOCK_LENGTH but the last; and the share of clipped samples of each of their
    frames, looked for at the recording's own rate."""
    rate = sound.sample_rate
    blocks = repair.apply(sound.read()) if repair.apply else sound.read()
    resampler = soxr.ResampleStream(rate, SAMPLE_RATE, 1, dtype="float32")
    waiting, shares = np.zeros(0, np.float32), np.zeros(0, np.float32)
    for block in regrouped(blocks, round(_BLOCK_FRAMES * FRAME_S * rate)):
        block = block.clip(-1, 1)
        shares = np.concatenate([shares, _clipped_shares(block[0], rate)])
        waiting = np.concatenate([waiting, resampler.resample_chunk(block[0])])
        while len(waiting) > _BLOCK_LENGTH:  # never all of it: the last block is made below
            yield waiting[:_BLOCK_LENGTH], shares[:_BLOCK_FRAMES]
            waiting, shares = waiting[_BLOCK_LENGTH:], shares[_BLOCK_FRAMES:]
    waiting = np.concatenate([waiting, resampler.resample_chunk(np.zeros(0, np.float32), last=True)])
    frames = -(-len(waiting) // _FRAME_LENGTH)
    yield waiting, np.pad(shares, (0, frames))[:frames]


def _at_detector_rate(scratch: Path) -> Iterator[np.ndarray]:
    """Blocks (samples,) at the detector's rate, each a whole number of its frames."""
    resampler = soxr.ResampleStream(SAMPLE_RATE, detector.SAMPLE_RATE, 1, dtype="float32")
    n_samples = scratch.stat().st_size // 4
    waiting = np.zeros(0, np.float32)
    for first in range(0, n_samples, _BLOCK_LENGTH):
        block = _read(scratch, first, _BLOCK_LENGTH)
        waiting = np.concatenate([waiting, resampler.resample_chunk(block, last=first + _BLOCK_LENGTH >= n_samples)])
        whole = len(waiting) - len(waiting) % detector.FRAME_LENGTH
        yield waiting[:whole]
        waiting = waiting[whole:]
    yield np.pad(waiting, (0, -len(waiting) % detector.FRAME_LENGTH))


def _read(scratch: Path, first: int, count: int) -> np.ndarray:
    return np.fromfile(scratch, dtype=np.float32, count=count, offset=4 * first)


def _frame_levels(block: np.ndarray) -> np.ndarray:
    """RMS in dB of each frame of a block (samples,); the last frame may be short."""
    tail = len(block) % _FRAME_LENGTH
    whole = np.mean(np.square(block[: len(block) - tail].reshape(-1, _FRAME_LENGTH)), axis=1)
    last = [np.mean(np.square(block[-tail:]))] if tail else []
    return np.asarray(to_db(np.sqrt(np.concatenate([whole, last]).astype(np.float32))))


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


def _mean_levels(speech: np.ndarray, level_db: np.ndarray) -> tuple[float, float]:
    """The noise floor and the level of the speech, in dB."""
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
    return floor_db, speech_db


def _mean_level_db(level_db: np.ndarray) -> float:
    return float(10 * np.log10(np.mean(10 ** (level_db / 10))))


def segment(speech: np.ndarray, level_db: np.ndarray, noise_floor_db: float) -> list[Segment]:
    """Cuts a recording into segments of at most MAX_S, at pauses; those below MIN_S are speech with nothing near to join.

    Args:
        speech: (frames,), probability of speech.
        level_db: (frames,), RMS.
        noise_floor_db: the level of frames without speech.
    """
    runs = speech_runs(speech, level_db, noise_floor_db)
    longest = int((MAX_S - 2 * MARGIN_S) / FRAME_S)
    pieces = [piece for run in _joined_below(runs, _PAUSE_S) for piece in _split(run, runs, level_db, longest)]
    return _with_margins(_merge_short(pieces, longest), len(speech))


def whole(speech: np.ndarray, level_db: np.ndarray, noise_floor_db: float) -> Segment | None:
    """All the speech of a short recording as one segment, without the silence around it; None where there is none."""
    runs = speech_runs(speech, level_db, noise_floor_db)
    if not runs:
        return None
    return _with_margins([(runs[0][0], runs[-1][1])], len(speech))[0]


def speech_runs(speech: np.ndarray, level_db: np.ndarray, noise_floor_db: float) -> list[tuple[int, int]]:
    """(first frame, frame after the last) of each run of speech, from first to last sound of it."""
    runs, start = [], None
    for frame, probability in enumerate([*speech.tolist(), 0.0]):
        if start is None and probability >= _SPEECH_ON:
            start = frame
        elif start is not None and probability < _SPEECH_OFF:
            runs.append((start, frame))
            start = None
    faint = level_db > noise_floor_db + _FAINT_DB
    edges = [0, *(edge for run in runs for edge in run), len(speech)]
    grown = []
    for (start, end), before, after in zip(runs, edges[::2], edges[3::2], strict=False):
        first, last = start, end
        while first > max(before, start - _FAINT_FRAMES) and faint[first - 1]:
            first -= 1
        while last < min(after, end + _FAINT_FRAMES) and faint[last]:
            last += 1
        grown.append((first, last))
    return _joined_below(grown, FRAME_S)


def _joined_below(runs: list[tuple[int, int]], pause_s: float) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in runs:
        if joined and (start - joined[-1][1]) * FRAME_S < pause_s:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _split(run: tuple[int, int], speech: list[tuple[int, int]], level_db: np.ndarray, longest: int) -> list[tuple[int, int]]:
    """Halves `run` until no part is longer than `longest` frames: at its longest pause, else where it is quietest."""
    start, end = run
    if end - start <= longest:
        return [run]
    # Parts shorter than a quarter would be crumbs; and enough may be left to cut again.
    low, high = start + (end - start) // 4, end - (end - start) // 4
    pauses = [(b - a, a, b) for (_, a), (b, _) in pairwise(speech) if low <= a and b <= high and b > a]
    if pauses:
        _, before, after = max(pauses)
    else:
        smooth = np.convolve(level_db[low:high], np.ones(3) / 3, mode="same")
        before = after = low + 1 + int(np.argmin(smooth[1:-1]))
    return [
        *_split((start, before), speech, level_db, longest),
        *_split((after, end), speech, level_db, longest),
    ]


def _merge_short(pieces: list[tuple[int, int]], longest: int) -> list[tuple[int, int]]:
    """Joins each short piece with the neighbour that is nearer, as long as the result is not too long."""
    pieces = list(pieces)
    index = 0
    while index < len(pieces):
        start, end = pieces[index]
        if (end - start) * FRAME_S < _COMFORTABLE_S:
            options = []
            for first in (index - 1, index):
                if first >= 0 and first + 1 < len(pieces):
                    gap_s = (pieces[first + 1][0] - pieces[first][1]) * FRAME_S
                    if gap_s <= _JOIN_S and pieces[first + 1][1] - pieces[first][0] <= longest:
                        options.append((gap_s, first))
            if options:
                _, first = min(options)
                pieces[first : first + 2] = [(pieces[first][0], pieces[first + 1][1])]
                index = first
                continue
        index += 1
    return pieces


def _with_margins(pieces: list[tuple[int, int]], n_frames: int) -> list[Segment]:
    """Adds the silence kept at both ends: never more than half the pause to the next utterance."""
    segments = []
    for index, (start, end) in enumerate(pieces):
        wish_s = MARGIN_S if (end - start) * FRAME_S >= MIN_S - 2 * MARGIN_S else _WIDE_MARGIN_S
        before = start * FRAME_S if index == 0 else (start - pieces[index - 1][1]) * FRAME_S / 2
        after = (n_frames - end) * FRAME_S if index == len(pieces) - 1 else (pieces[index + 1][0] - end) * FRAME_S / 2
        segments.append(Segment(start * FRAME_S - min(wish_s, before), end * FRAME_S + min(wish_s, after)))
    return segments
