"""The sound of a production beside its voice: what storyboard, settings and the files beside it ask for, as files."""

from collections.abc import Sequence
from pathlib import Path

from voicekit.core.errors import ConfigError
from voicekit.core.reporter import Reporter
from voicekit.film.pipeline.settings import ProductionSettings, has_option
from voicekit.film.soundtrack.form import MOODS
from voicekit.film.soundtrack.plan import is_composed, own_sounds, planned
from voicekit.film.soundtrack.soundtrack import effects_file, music_file
from voicekit.media.container import probe
from voicekit.text.script.storyboard import Storyboard


def check_music(music: Path | None) -> Path | None:
    """The sound file that is to be the film's music; None for one that is composed, or for none.

    Raises:
        VoicekitError: there is no such music, or the file is no sound.
    """
    if music is None or is_composed(music):
        return None
    if not music.suffix and not music.exists():
        moods = ", ".join(MOODS)
        raise ConfigError(
            f"there is no music '{music}'; give a sound file, or bed, {moods} for one that is composed, or none"
        )
    probe(music)
    return music


def sound_files(
    board: Storyboard,
    settings: ProductionSettings,
    beside: Sequence[Path],
    made: Path,
    reporter: Reporter,
    *,
    make: bool,
) -> tuple[Path | None, Path | None]:
    """The music and the effects as files; those that are ours are made in the folder `made`. None for none.

    Args:
        beside: the folders in which a person's own sound files may lie; the first one is told as the place for more.
        reporter: is told what is composed, and what cannot be made.
        make: whether those that are ours are made where they are not there.
    """
    sounds = [path for folder in beside for path in own_sounds(folder)]
    plan = planned(board, settings.music, sounds, next(iter(beside), None))
    for line in plan.notes:
        reporter.note(line)
    if plan.effects and not has_option(settings.stage("assemble"), "effects"):
        reporter.note(
            f"the stage '{settings.assemble}' takes no effects: none are heard; leave --set and other stages out for them"
        )
    film_s = sum(scene.clip.duration_s or 0.0 for scene in board.scenes)
    return music_file(plan, made, reporter, make=make), effects_file(plan, film_s, made, reporter, make=make)
