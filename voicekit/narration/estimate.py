"""Whether a script will fit its film, before a word is spoken: from the voice's own durations."""

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import shorten

from voicekit.core.errors import ScriptError
from voicekit.core.reporter import SILENT, Reporter
from voicekit.narration.cache import writable
from voicekit.narration.job import Job, cuts_of
from voicekit.narration.take import AFTER_S, BEFORE_S, pauses_between
from voicekit.narration.timing.timeline import UNHEARD_S, Placement, Spoken, plan, slots_of
from voicekit.speech.company import Company
from voicekit.speech.engine import Engine
from voicekit.speech.voices import Voice
from voicekit.text.script.cue import Cue, clock

#: So many of the lines that do not fit are named.
_NAMED = 20


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


def estimate(job: Job, engine: Engine, reporter: Reporter = SILENT, narrator: Voice | None = None) -> list[Estimate]:
    """What `narrate` will do with each cue.

    Args:
        engine: the narrator's voice; others are loaded as they are needed.
        narrator: what that voice is called.

    Raises:
        ScriptError: there is nothing to pronounce, or the storyboard does not fit the film.
    """
    cues = job.script.cues
    company = Company(engine, job.options.cast, narrator)
    company.tell(((cue.text, cue.marks, job.roles[cue]) for cue in cues), reporter)
    with writable(job.options.cache_folder, reporter) as cache:
        cuts_s = cuts_of(job, cache, reporter)
    spoken = [
        estimated(cue, company.engine(job.roles[cue])) for cue in reporter.track(cues, "reading the script", total=len(cues))
    ]
    return [
        Estimate(number, placement, item.speech_s + item.pauses_s)
        for number, (item, placement) in enumerate(zip(spoken, planned(job, spoken, cuts_s), strict=True), start=1)
    ]


def planned(job: Job, spoken: Sequence[Spoken], cuts_s: Sequence[float]) -> tuple[Placement, ...]:
    """The plan for cues that last as long as that.

    Raises:
        ScriptError: the storyboard does not fit the film.
    """
    film_s = job.clip.duration_s
    return plan(spoken, film_s, cuts_s, slots_of(job.script.clips, spoken, film_s, cuts_s, str(job.script_path)))


def check_fit(job: Job, placements: Sequence[Placement]) -> None:
    """Makes sure that every cue fits its time, and all of them the film.

    Raises:
        ScriptError: some do not; the message has the plan, and what can be done.
    """
    too_long = [one for one in placements if one.overrun_s]
    if too_long:
        do = "does" if len(too_long) == 1 else "do"
        raise ScriptError(
            f"{job.script_path}: {len(too_long)} of {len(placements)} lines {do} not fit {job.clip.path}, "
            f"however fast they are spoken:\n{_listed(too_long)}\n"
            f"Cut these words, give other times, or let it run on with --overrun film: {_effect(job, placements)}."
        )


def _listed(too_long: Sequence[Placement]) -> str:
    """A line each: which, by how much, and what to cut."""
    lines = [
        f"  line {one.cue.line}, at {clock(one.start_s)}, is {one.overrun_s:.1f} s too long; cut about "
        f"{one.words_to_cut} {'word' if one.words_to_cut == 1 else 'words'}: “{shorten(one.cue.text, 60, placeholder=' …')}”"
        for one in too_long[:_NAMED]
    ]
    if len(too_long) > _NAMED:
        lines.append(f"  and {len(too_long) - _NAMED} more")
    return "\n".join(lines)


def _effect(job: Job, placements: Sequence[Placement]) -> str:
    """What becomes of the film if it goes on all the same."""
    late_s = [one.late_s for one in placements if one.late_s > UNHEARD_S]
    longer_s = placements[-1].end_s - job.clip.duration_s
    effects = []
    if late_s:
        are = "line starts" if len(late_s) == 1 else "lines start"
        effects.append(f"{len(late_s)} {are} later than given, by up to {max(late_s):.1f} s")
    if longer_s > UNHEARD_S:
        effects.append(f"the film becomes {longer_s:.1f} s longer")
    return ", ".join(effects) or "they are heard whole, past the ends that are given"


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
