"""Whether a script will fit its film, before a word is spoken: from the voice's own durations."""

from dataclasses import dataclass

from voicekit.core.errors import ScriptError
from voicekit.core.reporter import SILENT, Reporter
from voicekit.narration.cache import writable
from voicekit.narration.job import Job, cuts_of
from voicekit.narration.take import AFTER_S, BEFORE_S, pauses_between
from voicekit.narration.timing.timeline import Placement, Spoken, plan, slots_of
from voicekit.speech.engine import Engine
from voicekit.text.script.cue import Cue


@dataclass(frozen=True)
class Estimate:
    """How a cue will probably be heard.

    Attributes:
        number: of the cue in the script, from 1.
        natural_s: how long it lasts at the voice's own pace.
    """

    number: int
    placement: Placement
    natural_s: float


def estimate(job: Job, engine: Engine, reporter: Reporter = SILENT) -> list[Estimate]:
    """What `narrate` will do with each cue, in the order heard.

    Raises:
        ScriptError: there is nothing to pronounce, or the storyboard does not fit the film.
    """
    cues, film_s = job.script.cues, job.clip.duration_s
    with writable(job.options.cache_folder, reporter) as cache:
        cuts_s = cuts_of(job, cache, reporter)
    spoken = {cue: estimated(cue, engine) for cue in reporter.track(cues, "reading the script", total=len(cues))}
    slots = slots_of(job.script.clips, list(spoken.values()), film_s, cuts_s, str(job.script_path))
    numbers = {cue: number for number, cue in enumerate(cues, start=1)}
    return [
        Estimate(numbers[one.cue], one, spoken[one.cue].speech_s + spoken[one.cue].pauses_s)
        for one in plan(list(spoken.values()), film_s, cuts_s, slots)
    ]


def estimated(cue: Cue, engine: Engine) -> Spoken:
    """How long a cue will last, as far as the voice can tell before it speaks; see `Take.natural`.

    Raises:
        ScriptError: there is nothing to pronounce; the message names the line.
    """
    try:
        words = engine.timing(cue.text, marks=cue.marks)
    except ScriptError as error:
        raise ScriptError(f"line {cue.line} of the script: {error}") from error
    pauses_s = pauses_between(words, cue)
    return Spoken(cue, words[-1].end_s - words[0].start_s + BEFORE_S + AFTER_S - pauses_s, pauses_s)
