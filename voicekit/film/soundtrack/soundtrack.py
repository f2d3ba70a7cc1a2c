"""A film's music and effects as sound files, each as long as the film, made once and kept by what they are made of."""

import heapq
from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from voicekit.audio.limiter import limited
from voicekit.audio.loudness import from_db, integrated_lufs
from voicekit.core.files import atomic, digest
from voicekit.core.reporter import SILENT, Reporter
from voicekit.film.assembly.music import faded
from voicekit.film.soundtrack.composer import compose
from voicekit.film.soundtrack.effects import MADE, Stroke
from voicekit.film.soundtrack.instruments import RATE
from voicekit.film.soundtrack.mixing import placed
from voicekit.film.soundtrack.plan import Placed, Plan
from voicekit.media.read import read_audio
from voicekit.media.write import write_sound

#: Another one where the same plan gives another sound.
_VERSION = 1
_CEILING_DB = -2.0
#: How loud a person's own effect is.
_OWN_LUFS = -27.0


def music_file(plan: Plan, folder: Path, reporter: Reporter = SILENT, *, make: bool = True) -> Path | None:
    """The film's music as a file: the person's own, or what is composed, in `folder`; None for none.

    Args:
        make: whether it is made where it is not there.
    """
    if plan.file or not plan.parts:
        return plan.file
    path = folder / f"music-{digest(repr((_VERSION, plan.parts)))[:24]}.flac"
    if make and not path.is_file():
        _write(path, compose(plan.parts), plan.parts[-1].end_s, "composing the music", reporter)
    return path


def effects_file(plan: Plan, film_s: float, folder: Path, reporter: Reporter = SILENT, *, make: bool = True) -> Path | None:
    """The film's effects as a file in `folder`; None for none. `make` as in `music_file`."""
    if not plan.effects:
        return None
    told = [(one.start_s, one.end_s, one.effect, one.file and (one.file.stat().st_size, one.file.stat().st_mtime_ns))
            for one in plan.effects]  # fmt: skip
    path = folder / f"effects-{digest(repr((_VERSION, film_s, told)))[:24]}.flac"
    if make and not path.is_file():
        _write(path, placed(heard(plan.effects), film_s), film_s, "making the effects", reporter)
    return path


def heard(effects: tuple[Placed, ...]) -> Iterator[Stroke]:
    """All that is heard of some effects, in the order in which it begins, in seconds of the film.

    Args:
        effects: in the order in which they begin. An effect is made only when its clip has come.
    """
    waiting = deque(enumerate(effects))
    coming: list[tuple[float, int, Stroke, Iterator[Stroke]]] = []
    while waiting or coming:
        if waiting and (not coming or waiting[0][1].start_s <= coming[0][0]):
            number, one = waiting.popleft()
            stream = _strokes(one, number)
        else:
            _, number, stroke, stream = heapq.heappop(coming)
            yield stroke
        if following := next(stream, None):
            heapq.heappush(coming, (following.start_s, number, following, stream))


def _strokes(one: Placed, number: int) -> Iterator[Stroke]:
    length_s = one.end_s - one.start_s
    own = _own(one.file, length_s) if one.file else MADE[one.effect].heard(length_s, number)
    return (replace(stroke, start_s=one.start_s + stroke.start_s) for stroke in own)


def _own(file: Path, seconds: float) -> Iterator[Stroke]:
    """A person's own sound in a clip, second by second: as much of it as the clip lasts."""
    n = min(round(seconds * RATE), sum(block.shape[1] for block in _read(file, seconds)))
    lufs = integrated_lufs(_read(file, seconds), RATE) if n >= 0.4 * RATE else _OWN_LUFS  # shorter ones have no loudness
    gain, place = from_db(_OWN_LUFS - lufs) if lufs > -70 else 0.0, 0
    for block in _read(file, seconds):
        block = block[:, : n - place]
        fade = faded(place, block.shape[1], n, round(0.01 * RATE), round(min(0.2, seconds / 4) * RATE))
        yield Stroke(place / RATE, gain * fade * block)
        place += block.shape[1]


def _read(file: Path, seconds: float) -> Iterator[np.ndarray]:
    left = round(seconds * RATE)
    for block in read_audio(file, RATE, 2, block_s=1.0):
        yield block[:, :left]
        if (left := left - block.shape[1]) <= 0:
            return


def _write(path: Path, blocks: Iterator[np.ndarray], film_s: float, task: str, reporter: Reporter) -> None:
    blocks = reporter.track(blocks, task, film_s, size=lambda block: block.shape[1] / RATE)
    with atomic(path) as partial:
        write_sound(partial, limited(blocks, RATE, 0.0, _CEILING_DB), RATE)
