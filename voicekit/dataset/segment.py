"""Where to cut a recording: utterances of 1–12 s, at pauses, never inside a word where there is a choice."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

#: One value of speech probability and level a frame; silero-vad's 512 samples at 16 kHz.
FRAME_S = 0.032

MIN_S = 1.0
MAX_S = 12.0
#: Silence kept at both ends.
MARGIN_S = 0.15
#: Where an utterance would be too short, as much as this is kept.
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


@dataclass(frozen=True)
class Span:
    """A stretch of a recording."""

    start_s: float
    end_s: float

    @property
    def duration_s(self) -> float:
        return self.end_s - self.start_s


def segment(speech: np.ndarray, level_db: np.ndarray, noise_floor_db: float) -> list[Span]:
    """Cuts a recording into spans of at most MAX_S; those below MIN_S are speech with nothing near to join.

    Args:
        speech: (frames,), probability of speech.
        level_db: (frames,), RMS.
        noise_floor_db: the level of frames without speech.
    """
    runs = speech_runs(speech, level_db, noise_floor_db)
    longest = int((MAX_S - 2 * MARGIN_S) / FRAME_S)
    pieces = [piece for run in _joined_below(runs, _PAUSE_S) for piece in _split(run, runs, level_db, longest)]
    return _with_margins(_merge_short(pieces, longest), len(speech))


def whole(speech: np.ndarray, level_db: np.ndarray, noise_floor_db: float) -> Span | None:
    """All the speech of a short recording as one span, without the silence around it; None where there is none."""
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


def _with_margins(pieces: list[tuple[int, int]], n_frames: int) -> list[Span]:
    """Adds the silence kept at both ends: never more than half the pause to the next utterance."""
    spans = []
    for index, (start, end) in enumerate(pieces):
        wish_s = MARGIN_S if (end - start) * FRAME_S >= MIN_S - 2 * MARGIN_S else _WIDE_MARGIN_S
        before = start * FRAME_S if index == 0 else (start - pieces[index - 1][1]) * FRAME_S / 2
        after = (n_frames - end) * FRAME_S if index == len(pieces) - 1 else (pieces[index + 1][0] - end) * FRAME_S / 2
        spans.append(Span(start * FRAME_S - min(wish_s, before), end * FRAME_S + min(wish_s, after)))
    return spans
