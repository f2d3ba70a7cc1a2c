"""Which stretch of the film each clip of a storyboard is."""

from collections.abc import Sequence

import numpy as np

from voicekit.core.errors import ScriptError
from voicekit.narration.timing.timeline import Slot, Spoken
from voicekit.text.script.cue import Clip, clock

#: Durations in headings are rounded: a cut so near is where the clip really ends.
_SNAP_S = 0.5
#: What a clip is taken to want beside its narration, and all that a silent one wants.
_AROUND_S = 1.0


def slots_of(
    clips: Sequence[Clip], spoken: Sequence[Spoken], film_s: float, cuts_s: Sequence[float], name: str = "script"
) -> tuple[Slot, ...]:
    """One slot a clip, one behind the other.

    Where the headings say durations, those; else the film's cuts, of which those are chosen that leave each clip as near as
    can be to the share of the film that its narration has of all.

    Raises:
        ScriptError: the durations go past the film's end, or the film has fewer shots than the storyboard clips.
    """
    if not clips:
        return ()
    ends_s = (
        _by_durations(clips, film_s, cuts_s, name) if clips[0].duration_s else _by_cuts(clips, spoken, film_s, cuts_s, name)
    )
    return tuple(Slot(start_s, end_s) for start_s, end_s in zip([0.0, *ends_s[:-1]], ends_s, strict=True))


def _by_durations(clips: Sequence[Clip], film_s: float, cuts_s: Sequence[float], name: str) -> list[float]:
    ends_s: list[float] = []
    total_s = 0.0
    for clip in clips:
        total_s += clip.duration_s or 0.0
        if total_s > film_s + _SNAP_S:
            raise ScriptError(
                f"{name}, line {clip.line}: the clip “{clip.title}” ends at {clock(total_s)}, behind the film's end at "
                f"{clock(film_s)}; shorten the durations"
            )
        nearest_s = min(cuts_s, key=lambda cut: abs(cut - total_s), default=total_s)
        end_s = nearest_s if abs(nearest_s - total_s) <= _SNAP_S else total_s
        ends_s.append(min(max(end_s, ends_s[-1] if ends_s else 0.0), film_s))
    return ends_s


def _by_cuts(
    clips: Sequence[Clip], spoken: Sequence[Spoken], film_s: float, cuts_s: Sequence[float], name: str
) -> list[float]:
    if len(cuts_s) + 1 < len(clips):
        shots = "one shot" if not cuts_s else f"{len(cuts_s) + 1} shots"
        raise ScriptError(
            f"{name}: the storyboard has {len(clips)} clips without durations, and the film {shots}; write how long each "
            "is behind its title, e.g. (6 seconds)"
        )
    wanted_s = np.full(len(clips), _AROUND_S)
    for item in spoken:
        if item.cue.clip is not None:
            wanted_s[item.cue.clip] += item.speech_s + item.pauses_s
    wanted_s *= film_s / wanted_s.sum()
    # best[m]: the least sum of squared differences when the clips so far end at edge m, and where the last one began.
    edges_s = np.array([0.0, *cuts_s, film_s])
    lengths_s = edges_s[None, :] - edges_s[:, None]
    best = np.where(np.arange(len(edges_s)) == 0, 0.0, np.inf)
    begins = []
    for wanted in wanted_s:
        costs = best[:, None] + np.where(lengths_s > 0, (lengths_s - wanted) ** 2, np.inf)
        begins.append(costs.argmin(0))
        best = costs.min(0)
    chosen = [len(edges_s) - 1]
    for begin in reversed(begins[1:]):
        chosen.append(int(begin[chosen[-1]]))
    return [float(edges_s[edge]) for edge in reversed(chosen)]
