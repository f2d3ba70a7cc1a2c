"""How long each clip of a film lasts: as its heading says, else as its narration needs; on beats where that is wished."""

import math
from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np

from voicekit.core.errors import ScriptError
from voicekit.film.assembly.beats import on_beats
from voicekit.film.assembly.music import open_music
from voicekit.film.pipeline.settings import ProductionSettings
from voicekit.film.soundtrack.plan import is_composed, on_beats_composed
from voicekit.film.storyboard.lengths import lengths_within
from voicekit.narration.timing.section import MAX_PACE, MAX_STRETCH
from voicekit.text.script.overall import overall
from voicekit.text.script.storyboard import Storyboard

#: No camera moves over one picture for longer.
_LONGEST_S = 3600.0


def clip_lengths_s(
    board: Storyboard,
    given_s: Sequence[float | None],
    needed_s: Sequence[float],
    settings: ProductionSettings,
    note: Callable[[str], None],
) -> list[float]:
    """Of each scene, a whole number of the film's pictures.

    Args:
        given_s: as they are to be; None for as long as is needed.
        needed_s: for what is said in each, 0 where nothing is.
        note: told what does not fit into its clip, and of a music without beats.

    Raises:
        ScriptError: a clip lasts too long.
        MediaError: the music cannot be read.
    """
    wanted_s = lengths_within(given_s, needed_s, overall(board.head).seconds)
    for scene, wanted in zip(board.scenes, wanted_s, strict=True):
        if wanted > _LONGEST_S:
            raise ScriptError(
                f"the clip “{scene.clip.title}” lasts {wanted:.0f} s; split it into clips of at most {_LONGEST_S:.0f} s"
            )
    for number, (needed, wanted) in enumerate(zip(needed_s, wanted_s, strict=True), start=1):
        if (least_s := needed / (MAX_PACE * MAX_STRETCH)) > wanted:
            note(
                f"clip {number} lasts {wanted:.1f} s and what is said in it at least {least_s:.1f} s: it goes on over "
                f"what follows; write ({math.ceil(needed)} seconds) behind its title, or no length"
            )
    return _in_pictures(_on_beats(board, wanted_s, needed_s, settings, note), settings.fps)


def _on_beats(
    board: Storyboard,
    wanted_s: Sequence[float],
    needed_s: Sequence[float],
    settings: ProductionSettings,
    note: Callable[[str], None],
) -> Sequence[float]:
    path = settings.music
    if not settings.beats or path is None:
        return wanted_s
    if is_composed(path):
        return on_beats_composed(board, path, wanted_s, needed_s)
    shortest_s = [min(needed + 0.3, wanted) for needed, wanted in zip(needed_s, wanted_s, strict=True)]
    film_s = sum(wanted_s) * 1.3  # clips on beats may be longer
    music = open_music(path, film_s)  # assembling tells what is to be told
    beats_s = music.beats_s(film_s) if music else np.zeros(0)
    if not len(beats_s):
        note(f"{path}: no beats are heard in it; the cuts stay where they were")
    return on_beats(list(wanted_s), beats_s, shortest_s)


def _in_pictures(lengths_s: Sequence[float], fps: float) -> list[float]:
    edges = [0]
    total_s = 0.0
    for length_s in lengths_s:
        total_s += length_s
        edges.append(max(round(total_s * fps), edges[-1] + 1))
    return [(b - a) / fps for a, b in pairwise(edges)]
