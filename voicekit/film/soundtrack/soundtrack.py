"""A film's music and effects as sound files, each as long as the film, made once and kept by what they are made of."""

import heapq
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from voicekit.audio.limiter import limited
from voicekit.audio.loudness import from_db, integrated_lufs
from voicekit.core.files import atomic, digest
from voicekit.film.soundtrack.composer import compose
from voicekit.film.soundtrack.effects import MADE, Stroke, window
from voicekit.film.soundtrack.form import Part
from voicekit.film.soundtrack.instruments import RATE
from voicekit.film.soundtrack.mixing import placed
from voicekit.film.soundtrack.plan import Placed, Plan
from voicekit.media.read import read_audio
from voicekit.media.write import write_sound

#: Another one where the same plan gives another sound.
_VERSION = 1
_CEILING_DB = -2.0
#: How loud a person's own effect is, and how much of it is heard at most.
_OWN_LUFS, _LONGEST_OWN_S = -27.0, 600.0


def music_file(plan: Plan, folder: Path, seed: int = 0) -> Path | None:
    """The film's music as a file: the person's own, or what is composed, in `folder`; None for none."""
    if plan.file or not plan.parts:
        return plan.file
    path = folder / f"music-{digest(repr((_VERSION, plan.parts, seed)))[:24]}.flac"
    if not path.is_file():
        _write(path, compose(plan.parts, seed))
    return path


def effects_file(plan: Plan, film_s: float, folder: Path) -> Path | None:
    """The film's effects as a file in `folder`; None for none."""
    if not plan.effects:
        return None
    told = [(one.start_s, one.end_s, one.effect, one.file and (one.file.stat().st_size, one.file.stat().st_mtime_ns))
            for one in plan.effects]  # fmt: skip
    path = folder / f"effects-{digest(repr((_VERSION, film_s, told)))[:24]}.flac"
    if not path.is_file():
        _write(path, placed(heard(plan.effects), film_s))
    return path


def heard(effects: tuple[Placed, ...]) -> Iterator[Stroke]:
    """All that is heard of some effects, in the order in which it begins, in seconds of the film."""
    streams = [_strokes(one, number) for number, one in enumerate(effects)]
    return heapq.merge(*streams, key=lambda stroke: stroke.start_s)


def _strokes(one: Placed, number: int) -> Iterator[Stroke]:
    length_s = one.end_s - one.start_s
    own = _own(one.file, length_s) if one.file else MADE[one.effect].heard(length_s, number)
    return (replace(stroke, start_s=one.start_s + stroke.start_s) for stroke in own)


def _own(file: Path, seconds: float) -> Iterator[Stroke]:
    """A person's own sound in a clip: as much of it as the clip lasts."""
    n = round(min(seconds, _LONGEST_OWN_S) * RATE)
    blocks, count = [], 0
    for block in read_audio(file, RATE, 2, block_s=1.0):
        blocks.append(block)
        if (count := count + block.shape[1]) >= n:
            break
    if count:
        sound = np.concatenate(blocks, axis=1)[:, :n]
        again = -(-RATE // sound.shape[1])  # loudness is of 400 ms at least
        lufs = integrated_lufs([np.tile(sound, again)], RATE)
        if np.isfinite(lufs) and lufs > -70:
            yield Stroke(0.0, from_db(_OWN_LUFS - lufs) * sound * window(sound.shape[1], 0.01, 0.2))


def _write(path: Path, blocks: Iterator[np.ndarray]) -> None:
    with atomic(path) as partial:
        write_sound(partial, limited(blocks, RATE, 0.0, _CEILING_DB), RATE)


def whole(film_s: float, mood: str = "calm") -> tuple[Part, ...]:
    """Music of one mood for all of a film."""
    return (Part(0.0, film_s, mood),)
