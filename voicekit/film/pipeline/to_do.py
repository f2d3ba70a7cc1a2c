"""What there is to do for a film, and what of it is there already: for people, and for the time left."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from voicekit.film.pipeline.film_work import ClipPlan, FilmWork
from voicekit.film.pipeline.finish import expected as finish_tasks
from voicekit.film.pipeline.make_film import ASSEMBLING, ENHANCING, clip_task, still_task
from voicekit.film.pipeline.narrators import Narrators
from voicekit.narration.job import NarrationOptions
from voicekit.narration.narrate import expected as narration_tasks

SHEET = "drawing the contact sheet"
#: What a megapixel takes on two CPU cores, about: of a still, and of the pictures of a clip and of a film.
_STILL_S, _CLIP_S, _ASSEMBLING_S, _ENHANCING_S = 0.9, 0.07, 0.033, 0.06
#: What a second of the film's music and effects takes.
_SOUNDS = (("composing the music", 0.08), ("making the effects", 0.02))
#: What a picture of the sheet takes.
_SHEET_S = 0.3
_THERE, _TO_DO = "there already", "to be made"


@dataclass(frozen=True)
class Planned:
    """A piece of work, for people: what is made by which stage, how long it lasts, and what of it is there already."""

    what: str
    stage: str
    seconds: float | None
    state: str


def planned(work: FilmWork, narrators: Narrators, drafted_by: str, out: Path) -> list[Planned]:
    """All pieces of work on a film, in their order.

    Args:
        drafted_by: the stage that wrote the storyboard; "" where a person did.
    """
    settings, film_s = work.settings, work.film_s
    pieces = [Planned("storyboard", drafted_by, None, _THERE)]
    clips: list[Path | None] = []
    for plan in work.plans:
        still = plan.picture
        if not still:
            takes = _stills(work, plan)
            still = takes[work.picked(plan)] if all(takes) else None
            pieces.append(Planned(f"still of clip {plan.number}", settings.stills, None, _state(still)))
        clips.append(work.there(work.clip_run(plan, still)) if still else None)
        what = f"clip {plan.number}: {plan.clip.title}"
        pieces.append(Planned(what, settings.animate, plan.clip.duration_s, _state(clips[-1])))
    made = [clip for clip in clips if clip]
    has_sounds = all(sound is None or sound.is_file() for sound in work.sounds(make=False))
    film = work.there(work.film_run(made)) if has_sounds and len(made) == len(clips) else None
    pieces.append(Planned("film", settings.assemble, film_s, _state(film)))
    if settings.enhance:
        better = work.there(work.better_run(film)) if film else None
        pieces.append(Planned("better film", settings.enhance, film_s, _state(better)))
    script = work.board.script()
    if not script.cues:
        return [*pieces, Planned("finished film", "", film_s, _state(out.exists()))]
    cues, roles = narrators.in_turns(script)
    with narrators.speakers(roles) as speakers:
        spoken = sum(speakers.of(cue).has_spoken(cue) for cue in cues)
    return [*pieces, Planned("narrated film", "narrate", film_s, f"{spoken} of {len(cues)} lines are spoken already")]


def expected(work: FilmWork, narrators: Narrators, options: NarrationOptions) -> Iterator[tuple[str, float]]:
    """The tasks of a production; see `Reporter.expect`. What is there already takes no time."""
    film_s, clips = work.film_s, []
    megapixels = work.settings.width * work.settings.height / 1e6
    per_s = megapixels * work.settings.fps
    for plan in work.plans:
        still = plan.picture
        if not still:
            takes = _stills(work, plan)
            still = takes[work.picked(plan)]
            yield from [(still_task(plan), _STILL_S * megapixels)] * takes.count(None)
        if not still or not work.there(work.clip_run(plan, still)):
            clips.append((clip_task(plan), _CLIP_S * per_s * (plan.clip.duration_s or 0.0)))
    yield from clips
    for (task, each_s), sound in zip(_SOUNDS, work.sounds(make=False), strict=True):
        if sound and not sound.is_file():
            yield task, each_s * film_s
    yield ASSEMBLING, _ASSEMBLING_S * per_s * film_s
    if work.settings.enhance:
        yield ENHANCING, _ENHANCING_S * per_s * film_s
    if work.board.is_silent:
        yield from finish_tasks(film_s)
    else:
        cues, roles = narrators.in_turns(work.board.script())
        with narrators.speakers(roles) as speakers:
            yield from narration_tasks(cues, film_s, per_s * film_s, options, speakers)
    yield SHEET, _SHEET_S * len(work.board.scenes)


def _stills(work: FilmWork, plan: ClipPlan) -> list[Path | None]:
    """The takes of a clip's still; None for those that are to be made."""
    return [work.there(run) for run in work.still_runs(plan)]


def _state(there: object) -> str:
    return _THERE if there else _TO_DO
