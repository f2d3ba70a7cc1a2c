"""Speaks a script so that it fits its film: speak, plan, speak faster what has to be, and fit what is left."""

from dataclasses import dataclass, replace
from math import ceil

from voicekit.core.progress import track
from voicekit.narration.job import Job
from voicekit.narration.speak import Speaker, as_spoken
from voicekit.narration.take import Take
from voicekit.narration.timing.timeline import Placement, Slot, plan, slots_of
from voicekit.text.script.cue import Cue

#: A cue is spoken anew at most so often until it has the length it should.
_MAX_ROUNDS = 3
#: The voice is asked for whole hundredths: a plan that changes a little finds its speech in the cache.
_PACE_STEP = 0.01
#: A cue that turned out longer than planned moves the next one no nearer than this.
_LEAST_GAP_S = 0.04


@dataclass(frozen=True)
class Rendering:
    """Spoken cues and when they are heard, in that order.

    Attributes:
        cuts_s: of the film.
        slots: of the clips of a storyboard.
    """

    placements: tuple[Placement, ...]
    takes: tuple[Take, ...]
    cuts_s: tuple[float, ...]
    slots: tuple[Slot, ...]


def synthesize_and_fit(
    job: Job,
    speaker: Speaker,
    cuts_s: tuple[float, ...],
    anew: frozenset[Cue] = frozenset(),
) -> Rendering:
    """Speaks every cue, lays them out, and speaks those again that have to be faster.

    Args:
        anew: cues that are to be spoken again, even if the cache has them.
    """
    cues, film_s = job.script.cues, job.clip.duration_s
    takes = {cue: speaker.speak(cue, anew=cue in anew) for cue in track(cues, "speaking", total=len(cues))}
    slots = slots_of(job.script.clips, [as_spoken(takes[cue]) for cue in cues], film_s, cuts_s, str(job.path))
    placements = plan([as_spoken(takes[cue]) for cue in cues], film_s, cuts_s, slots)
    for _ in range(_MAX_ROUNDS):
        wanted = {one.cue: _pace(one) for one in placements}
        slow = [cue for cue in cues if wanted[cue] > takes[cue].pace + _PACE_STEP / 2]
        if not slow:
            break
        for cue in track(slow, "speaking faster", total=len(slow)):
            takes[cue] = speaker.speak(cue, wanted[cue], anew=cue in anew)
        placements = plan([as_spoken(takes[cue]) for cue in cues], film_s, cuts_s, slots)
    fitted = tuple(takes[one.cue].fitted(one.end_s - one.start_s) for one in placements)
    return Rendering(_as_spoken(placements, fitted), fitted, cuts_s, slots)


def _pace(placement: Placement) -> float:
    """What the voice is asked for: in whole hundredths, never slower than planned."""
    return round(ceil(round(placement.compression.pace / _PACE_STEP, 3)) * _PACE_STEP, 2)


def _as_spoken(placements: tuple[Placement, ...], takes: tuple[Take, ...]) -> tuple[Placement, ...]:
    """The plan with the lengths that the speech really has."""
    settled: list[Placement] = []
    for one, take in zip(placements, takes, strict=True):
        start_s = max(one.start_s, settled[-1].end_s + _LEAST_GAP_S) if settled else one.start_s
        end_s = start_s + take.duration_s
        later_s = end_s - one.end_s
        overrun_s = max(one.overrun_s + later_s, 0.0) if one.overrun_s else 0.0
        settled.append(replace(one, start_s=start_s, end_s=end_s, overrun_s=overrun_s))
    return tuple(settled)
