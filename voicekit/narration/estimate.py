"""Whether a script will fit its film, before a word is spoken: from the voice's own durations."""

from dataclasses import dataclass

from voicekit.core.progress import track
from voicekit.narration.job import Job
from voicekit.narration.speak import estimated
from voicekit.narration.timing.timeline import Placement, plan, slots_of
from voicekit.speech.engine import Engine


@dataclass(frozen=True)
class Estimate:
    """How a cue will probably be heard.

    Attributes:
        number: of the cue in the script, from 1.
        natural_s: how long it lasts at the voice's own pace.
        words_to_cut: so that it fits; 0 where it does.
    """

    number: int
    placement: Placement
    natural_s: float
    words_to_cut: int


def estimate(job: Job, engine: Engine, cuts_s: tuple[float, ...]) -> list[Estimate]:
    """What `narrate` will do with each cue, in the order heard.

    Raises:
        ScriptError: there is nothing to pronounce, or the storyboard does not fit the film.
    """
    cues, film_s = job.script.cues, job.clip.duration_s
    spoken = {cue: estimated(cue, engine) for cue in track(cues, "reading the script", total=len(cues))}
    slots = slots_of(job.script.clips, list(spoken.values()), film_s, cuts_s, str(job.path))
    numbers = {cue: number for number, cue in enumerate(cues, start=1)}
    return [
        Estimate(numbers[one.cue], one, spoken[one.cue].speech_s + spoken[one.cue].pauses_s, one.words_to_cut)
        for one in plan(list(spoken.values()), film_s, cuts_s, slots)
    ]
