"""The film without its narration, made of a storyboard: stills, clips, and what is assembled of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from voicekit.core.errors import PluginError, VoicekitError
from voicekit.core.files import atomic
from voicekit.film.pictures.sheet import takes_sheet
from voicekit.film.pipeline.film_work import ClipPlan, FilmWork
from voicekit.film.pipeline.stage_run import StageRun
from voicekit.film.stage import Context
from voicekit.media import probe

ASSEMBLING, ENHANCING = "assembling", "enhancing"
#: A stage's clip may be this much longer or shorter than planned.
_OFF_S = 0.25


def make_film(work: FilmWork, takes: Path) -> Path:
    """First all stills, then all clips: two models need not be in memory at once.

    Args:
        takes: the sheet to draw of the stills, where there are several takes of each.

    Raises:
        PluginError: a stage failed; the message names the clip, and all else that could be made is kept.
    """
    failures: dict[int, VoicekitError] = {}
    stills = _stills(work, failures)
    if work.settings.takes > 1:
        _draw_takes(work, takes)
    clips = _clips(work, stills, failures)
    if failures:
        raise _failed(failures)
    film = _made(work, work.film_run(clips), ASSEMBLING, work.film_s)
    return _made(work, work.better_run(film), ENHANCING, work.film_s) if work.settings.enhance else film


def still_task(plan: ClipPlan) -> str:
    return f"still {plan.number}"


def clip_task(plan: ClipPlan) -> str:
    return f"clip {plan.number}"


def _stills(work: FilmWork, failures: dict[int, VoicekitError]) -> dict[int, Path]:
    """Of each clip, by its number, where it did not fail."""
    stills = {plan.number: plan.picture for plan in work.plans if plan.picture}
    for plan in work.plans:
        if plan.picture:
            continue
        with _kept(failures, plan):
            takes = [_made(work, one, still_task(plan)) for one in work.still_runs(plan)]
            stills[plan.number] = takes[work.picked(plan)]
        if len(failures) > 1 and len({str(error) for error in failures.values()}) == 1:
            break  # a model that is not there, a key that is refused: it is asked no more
    return stills


def _clips(work: FilmWork, stills: dict[int, Path], failures: dict[int, VoicekitError]) -> list[Path]:
    clips = []
    for plan in work.plans:
        if still := stills.get(plan.number):
            with _kept(failures, plan):
                clips.append(_made(work, work.clip_run(plan, still), clip_task(plan), plan.clip.duration_s))
    return clips


def _made(work: FilmWork, run: StageRun, task: str, seconds: float | None = None) -> Path:
    """What a stage makes. Raises PluginError where that does not last `seconds`: nothing would fit any more."""
    made = work.store.make(run, Context(work.device, run.seed, work.reporter, task))
    if seconds is not None and abs((lasts_s := probe(made).duration_s) - seconds) > _OFF_S:
        raise PluginError(
            f"the stage '{run.stage.name}' made {lasts_s:.1f} s of picture instead of {seconds:.1f} s; "
            "leave its options for length and rate out, or choose another one"
        )
    return made


@contextmanager
def _kept(failures: dict[int, VoicekitError], plan: ClipPlan) -> Iterator[None]:
    """What fails is told at the end, when all else is made."""
    try:
        yield
    except VoicekitError as error:
        failures[plan.number] = error


def _failed(failures: dict[int, VoicekitError]) -> PluginError:
    number, error = min(failures.items())
    more = f" (and {', '.join(str(n) for n in sorted(failures)[1:])})" if failures.keys() - {number} else ""
    kept = "the other clips are kept: correct this one and run the same command again"
    failed = PluginError(f"clip {number}{more}: {error} ({kept})")
    failed.__cause__ = error
    return failed


def _draw_takes(work: FilmWork, sheet: Path) -> None:
    takes = {
        f"clip {plan.number}, take {take}": path
        for plan in work.plans
        if not plan.picture
        for take, run in enumerate(work.still_runs(plan), start=1)
        if (path := work.there(run))
    }
    if takes:
        with atomic(sheet) as partial:
            takes_sheet(list(takes.values()), list(takes)).save(partial)
        work.reporter.note(f"{sheet}: pick takes with --pick CLIP=TAKE")
