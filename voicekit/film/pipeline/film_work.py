"""What is to be made for the clips of a storyboard, by which stage, with which options; made it is by `make_film`."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from voicekit.core.errors import ConfigError
from voicekit.core.reporter import Reporter
from voicekit.film.pictures.description import description_of
from voicekit.film.pictures.origin import origin
from voicekit.film.pictures.user_images import match
from voicekit.film.pipeline.drafts import Drafts
from voicekit.film.pipeline.heard import sound_files
from voicekit.film.pipeline.settings import ProductionSettings, has_option
from voicekit.film.pipeline.stage_run import StageRun, Store
from voicekit.film.stage import Context
from voicekit.text.script.cue import Clip, has_word
from voicekit.text.script.storyboard import Storyboard

#: The camera's movement over a drawn scene, as a share of that over a picture, so that the drawing stays in sight.
_CARD_AMOUNT = 0.6


@dataclass(frozen=True)
class ClipPlan:
    """What a clip is to be made of.

    Attributes:
        number: from 1.
        clip: what the storyboard says of it, its length too.
        picture: one's own of it.
        seed: of its first take. Of cards, which cost nothing, neighbours are to look other; of pictures that took long or
            cost money only those of the same words: a clip put in front lets them be.
        film: what is said of the whole film, for cards alone: it changes, and pictures that cost are not made again for it.
    """

    number: int
    clip: Clip
    picture: Path | None
    seed: int
    film: str = ""


@dataclass(frozen=True)
class FilmWork:
    """The work on a film of which the storyboard is written.

    Attributes:
        board: in which each scene has its length.
        pictures: a folder of one's own; None for none.
        device: that the stages work on.
    """

    board: Storyboard
    settings: ProductionSettings
    drafts: Drafts
    store: Store
    pictures: Path | None
    device: str
    reporter: Reporter

    @property
    def film_s(self) -> float:
        return sum(scene.clip.duration_s or 0.0 for scene in self.board.scenes)

    @cached_property
    def plans(self) -> Sequence[ClipPlan]:
        """Of each clip. Raises ConfigError where a take is picked of a clip that is not there."""
        return tuple(self._plans())

    def still_runs(self, plan: ClipPlan) -> list[StageRun]:
        """The takes of a clip's still."""
        words = self.drafts.kept(f"clip-{plan.number:03d}.txt", description_of(plan.clip, plan.film))
        seeds = range(plan.seed, plan.seed + self.settings.takes)
        # A title that is set while the picture moves is no part of it.
        moving = self.settings.stage("stills").carries_title and has_option(self.settings.stage("animate"), "title")
        title = False if moving else None
        return [self.settings.stage_run("stills", [words], seed, title=title) for seed in seeds]

    def picked(self, plan: ClipPlan) -> int:
        """Which of the takes is used, from 0."""
        return self.settings.picks.get(plan.number, 1) - 1

    def clip_run(self, plan: ClipPlan, still: Path) -> StageRun:
        clip, is_card = plan.clip, self.settings.stage("stills").carries_title and not plan.picture
        amount, title = (_CARD_AMOUNT, clip.title) if is_card else (None, None)
        known: dict[str, Any] = {"move": clip.visual, "prompt": clip.visual, "amount": amount, "title": title}
        return self.settings.stage_run("animate", [still], seconds=clip.duration_s, **known)

    def film_run(self, clips: list[Path]) -> StageRun:
        music, effects = self.sounds(make=True)
        return self.settings.stage_run("assemble", clips, music=music, effects=effects)

    def better_run(self, film: Path) -> StageRun:
        return self.settings.stage_run("enhance", [film])

    def sounds(self, *, make: bool) -> tuple[Path | None, Path | None]:
        """The film's music and effects; `make`: those that are ours are made where they are not there."""
        folder, source = self.drafts.folder, self.drafts.source
        beside = [folder] if self.drafts.is_source else [source.parent, folder]
        return sound_files(self.board, self.settings, beside, self.store.folder, self.reporter, make=make)

    def there(self, work: StageRun) -> Path | None:
        """What a stage has made before; None where it has not."""
        path = self.store.path(work)
        return path if path.exists() else None

    def origins(self) -> list[str]:
        """Where each clip's picture is from."""
        made = [plan.picture or self.store.path(self.still_runs(plan)[self.picked(plan)]) for plan in self.plans]
        return [origin(path, bool(plan.picture), self.settings.stills) for plan, path in zip(self.plans, made, strict=True)]

    def _plans(self) -> Iterator[ClipPlan]:
        clips = [scene.clip for scene in self.board.scenes]
        for number in self.settings.picks:
            if not 1 <= number <= len(clips):
                raise ConfigError(f"a take of clip {number} is picked, but there are {len(clips)} clips; see --pick")
        own = match(self.pictures, clips, Context(self.device, reporter=self.reporter)) if self.pictures else {}
        drawn = self.settings.stage("stills").carries_title
        film = self.board.head if has_word(self.board.head) else clips[0].title  # of prose, that is the film's
        same: Counter[tuple[str, str]] = Counter()
        for number, clip in enumerate(clips, start=1):
            nth = number if drawn else same[clip.title, clip.visual]
            same[clip.title, clip.visual] += 1
            yield ClipPlan(number, clip, own.get(number), 100 * nth, film if drawn else "")
