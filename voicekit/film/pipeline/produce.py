"""One film, from its brief to its narration.

    brief ─ storyboard ─▶ storyboard.md ─ stills ─▶ pictures ─ animate ─▶ clips ─ assemble, enhance, narrate ─▶ film.mp4

Everything that a stage makes lies in a folder beside the film under the digest of what it was made from: what did not change
is not made again, and a clip that fails takes nothing else with it.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import numpy as np

from voicekit.core.errors import ConfigError, PluginError, ScriptError, VoicekitError
from voicekit.core.files import alone, atomic, check_writable
from voicekit.core.progress import bar, steps
from voicekit.film.assembly.beats import on_beats
from voicekit.film.assembly.bed import write_bed
from voicekit.film.assembly.music import open_music
from voicekit.film.pictures.sheet import Shown, takes_sheet, write_sheet
from voicekit.film.pictures.user_images import match
from voicekit.film.pipeline.drafts import Drafts
from voicekit.film.pipeline.recipe import BED, Recipe
from voicekit.film.pipeline.run import Step, Store, names_file
from voicekit.film.stage import Context
from voicekit.film.storyboard.lengths import SILENT_S, clip_s
from voicekit.film.storyboard.storyboard_writer import with_seconds
from voicekit.media import probe
from voicekit.narration.cache import SpeechCache, default_folder
from voicekit.narration.estimate import estimated
from voicekit.narration.job import NarrationOptions, check
from voicekit.narration.narrate import narrate
from voicekit.narration.report.report import Report
from voicekit.narration.speak import Speaker
from voicekit.recognition.transcribe import find_checker
from voicekit.speech.engine import Engine
from voicekit.text.read import read_text
from voicekit.text.script.cue import Clip, Script
from voicekit.text.script.script import parse
from voicekit.text.script.storyboard import Part, is_storyboard, parts

#: How far the camera moves over a drawn scene, as a part of how far it moves over a picture: what is drawn stays in sight.
_CARD_AMOUNT = 0.6
#: So much longer or shorter than planned may what a stage makes be.
_OFF_S = 0.25
#: No camera moves over one picture for longer.
_LONGEST_S = 3600.0
_THERE, _TO_DO = "there already", "to be made"
#: Names of a script or storyboard in a folder of pictures, in the order in which they are looked for.
_SCRIPTS = ("storyboard.md", "script.md", "script.txt", "brief.txt")


@dataclass(frozen=True)
class Planned:
    """A piece of work, for people: what is made by which stage, how long it lasts, and what of it is there already."""

    what: str
    stage: str
    seconds: float | None
    state: str


@dataclass(frozen=True)
class Scene:
    """A clip on its way.

    Attributes:
        number: from 1.
        clip: what the storyboard says of it.
        seconds: its length.
        picture: one's own of it.
        seed: of its first take. Of cards, which cost nothing, neighbours are to look other; of pictures that took long or
            cost money only those of the same words: a clip put in front lets them be.
    """

    number: int
    clip: Clip
    seconds: float
    picture: Path | None
    seed: int


def source_of(source: Path) -> tuple[Path, Path | None]:
    """The brief or storyboard that `source` is or holds, and the folder of pictures if it is one.

    Raises:
        ScriptError: there is none.
    """
    if not source.is_dir():
        return source, None
    for name in _SCRIPTS:
        if (source / name).is_file():
            return source / name, source
    raise ScriptError(f"{source} holds no {' or '.join(_SCRIPTS)}; put your text beside the pictures")


class Production:
    """One film on its way: its folder, its stages, and what they have to say."""

    def __init__(
        self,
        source: Path,
        out: Path,
        recipe: Recipe,
        engine: Engine,
        context: Context,
        wishes: NarrationOptions | None = None,
    ) -> None:
        """Checks what can be checked before anything is made.

        Raises:
            VoicekitError: a stage, an option, the music or the brief is unusable, or `out` cannot be written.
        """
        self.brief, beside = source_of(Path(source))
        self.out, self.recipe, self.engine = Path(out), recipe, engine
        self.context = replace(context, say=_once(context.say))
        self.wishes = wishes or NarrationOptions(subtitles="soft", chapters=True)
        self.pictures = recipe.pictures or beside
        recipe.check()
        if self.wishes.verify and engine.language:
            find_checker(None, engine.language, self.wishes.asr_model)  # a folder without weights is told now
        if self.out.suffix.lower() != ".mp4":
            raise ConfigError(f"{self.out}: a produced film is an .mp4; let the name end so")
        self.folder = self.out.with_suffix("")
        if self.pictures and self.folder.exists() and self.folder.samefile(self.pictures):
            raise ConfigError(f"{self.folder}, where this film would be made, is your own; choose another name with -o")
        check_writable(self.out)
        self.music = self.folder / "words" / "bed.flac" if recipe.music == BED else recipe.music
        self._check_inputs()
        self.drafts = Drafts(self.folder, self.brief)
        self.store = Store(self.folder / "made")
        self.text = self.drafts.edited(self.context.say)
        self.is_edited = self.text is not None
        if self.text is None:
            self.text = read_text(self.brief, self.context.say)
        else:
            self.context.say(
                f"{self.drafts.shown} was edited, and is used as it is; delete it to begin anew from {self.brief}"
            )
        if not self.text.strip():
            raise ScriptError(f"{self.brief} is empty; write what the film is to be about")

    def _check_inputs(self) -> None:
        """Raises VoicekitError where what the film is made of is unusable, or would be overwritten by it."""
        if self.music and self.recipe.music != BED:
            probe(self.music)
        values = [value for options in self.recipe.options.values() for value in options.values()]
        inputs = [self.brief, self.music, *(Path(value) for value in values if names_file(value))]
        for ending in (".mp4", ".srt", ".vtt", ".ass", ".report.json", ".report.html", ".sheet.png", ".takes.png"):
            written = self.out.with_suffix(ending)
            if any(given and given.exists() and written.exists() and written.samefile(given) for given in inputs):
                raise ConfigError(f"{written} is what the film is made of, and stays as it is; choose another name with -o")

    def plan(self) -> list[Planned]:
        """What there is to do, and what of it is there already; makes nothing but the storyboard, which tells the clips."""
        _, script, lengths_s = self.board()
        film_s = sum(lengths_s)
        drafted = "" if is_storyboard(self.text) else self.recipe.storyboard
        planned, clips = [Planned("storyboard", drafted, None, _THERE)], []
        for scene in self._scenes(script, lengths_s):
            still = scene.picture
            if not still:
                stills = [self._there(step) for step in self._still_steps(scene)]
                still = stills[self._pick(scene)] if all(stills) else None
                planned.append(Planned(f"still of clip {scene.number}", self.recipe.stills, None, _state(still)))
            clips.append(self._there(self._clip_step(scene, still)) if still else None)
            what = f"clip {scene.number}: {scene.clip.title}"
            planned.append(Planned(what, self.recipe.animate, scene.seconds, _state(clips[-1])))
        film = self._there(self._film_step(clips)) if all(clips) else None
        planned.append(Planned("film", self.recipe.assemble, film_s, _state(film)))
        if self.recipe.enhance:
            better = self._there(self._better_step(film)) if film else None
            planned.append(Planned("better film", self.recipe.enhance, film_s, _state(better)))
        speaker = Speaker(self.engine, SpeechCache(self.wishes.cache_folder or default_folder()))
        spoken = sum(speaker.has_spoken(cue) for cue in script.cues)
        return [*planned, Planned("narrated film", "narrate", film_s, f"{spoken} of {len(script.cues)} lines are spoken")]

    def run(self) -> Report:
        """Makes the film, its subtitles, report and contact sheet.

        Raises:
            PluginError: a stage failed; the message names it and the clip, and all else that could be made is kept.
        """
        with alone(self.folder):
            return self._run()

    def _run(self) -> Report:
        board, script, lengths_s = self.board()
        film = self._film(script, lengths_s)
        outcome = narrate(check(board, film, self.out, self.wishes), self.engine)
        said = [[cue.text for cue in script.cues if cue.clip == number] for number in range(len(script.clips))]
        shown = [
            Shown(part.start_s, part.end_s, clip.title, " ".join(lines))
            for part, clip, lines in zip(outcome.clips, script.clips, said, strict=True)
        ]
        write_sheet(self.out.with_suffix(".sheet.png"), self.out, shown)
        return outcome

    def board(self) -> tuple[Path, Script, list[float]]:
        """The storyboard with the length of each clip, as a file; what it says; the lengths, in s."""
        text, name = self.text, str(self.drafts.shown if self.is_edited else self.brief)
        if not is_storyboard(text):
            with bar(f"writing the storyboard: {self.recipe.storyboard}") as progress:
                made = self._made(self.recipe.step("storyboard", [self.brief]), progress)
                text = read_text(made, self.context.say)
        text = "\n".join(text.splitlines())
        lengths_s = self._lengths_s(parts(text, name))
        wanted = iter(lengths_s)
        text = with_seconds(text, name, lambda part: next(wanted))
        if not self.is_edited:
            self.drafts.draft(text)
        script = parse(text, name)
        for note in script.notes:
            self.context.say(note)
        return self.drafts.kept("storyboard.md", text), script, lengths_s

    def _film(self, script: Script, lengths_s: list[float]) -> Path:
        """The film without its narration. First all stills, then all clips: two models need not be in memory at once."""
        scenes = list(self._scenes(script, lengths_s))
        n_stills = sum(self.recipe.takes for scene in scenes if not scene.picture)
        failures: dict[int, VoicekitError] = {}
        with steps(self.out.name, n_stills + len(scenes) + 1 + bool(self.recipe.enhance)) as step:
            stills = {scene.number: scene.picture for scene in scenes}
            for scene in scenes:
                if not scene.picture:
                    with _noted(failures, scene):
                        made = [self._made(one, step(f"still {scene.number}")) for one in self._still_steps(scene)]
                        stills[scene.number] = made[self._pick(scene)]
                    if len(failures) > 1 and len({str(error) for error in failures.values()}) == 1:
                        break  # a model that is not there, a key that is refused: it is asked no more
            if self.recipe.takes > 1:
                self._takes_sheet(scenes)
            clips = []
            for scene in scenes:
                if still := stills[scene.number]:
                    with _noted(failures, scene):
                        clip = self._clip_step(scene, still)
                        clips.append(self._made(clip, step(f"clip {scene.number}"), scene.seconds))
            if failures:
                number, error = min(failures.items())
                more = f" (and {', '.join(str(n) for n in sorted(failures)[1:])})" if failures.keys() - {number} else ""
                kept = "the other clips are kept: mend it and run the same again"
                raise PluginError(f"clip {number}{more}: {error} ({kept})") from error
            film = self._made(self._film_step(clips), step("assembling"), sum(lengths_s))
            return self._made(self._better_step(film), step("enhancing"), sum(lengths_s)) if self.recipe.enhance else film

    def _lengths_s(self, clips: Sequence[Part]) -> list[float]:
        """Of each clip: as its heading says, else as its narration needs; on beats where that is wished; whole pictures."""
        spoken = [[estimated(cue, self.engine) for cue in part.cues] for part in clips]
        needed_s = [sum(cue.speech_s + cue.pauses_s for cue in cues) for cues in spoken]
        wanted_s = [
            part.clip.duration_s or (clip_s(needed) if needed else SILENT_S)
            for part, needed in zip(clips, needed_s, strict=True)
        ]
        for part, wanted in zip(clips, wanted_s, strict=True):
            if wanted > _LONGEST_S:
                raise ScriptError(
                    f"the clip “{part.clip.title}” lasts {wanted:.0f} s; make several of it, of {_LONGEST_S:.0f} s at most"
                )
        if self.recipe.beats:
            least_s = [min(needed + 0.3, wanted) for needed, wanted in zip(needed_s, wanted_s, strict=True)]
            film_s = sum(wanted_s) * 1.3  # clips on beats may be longer
            music = open_music(self._music(), film_s, lambda line: None)  # assembling tells what is to be told
            beats_s = music.beats_s(film_s) if music else np.zeros(0)
            if not len(beats_s):
                self.context.say(f"{self.music}: no beats are heard in it; the cuts stay where they were")
            wanted_s = on_beats(wanted_s, beats_s, least_s)
        edges = [0]
        total_s = 0.0
        for wanted in wanted_s:
            total_s += wanted
            edges.append(max(round(total_s * self.recipe.fps), edges[-1] + 1))
        return [(b - a) / self.recipe.fps for a, b in pairwise(edges)]

    def _scenes(self, script: Script, lengths_s: list[float]) -> Iterator[Scene]:
        for number in self.recipe.picks:
            if not 1 <= number <= len(script.clips):
                raise ConfigError(f"a take of clip {number} is picked, but there are {len(script.clips)} clips; see --pick")
        own = match(self.pictures, script.clips, self.context) if self.pictures else {}
        same: Counter[tuple[str, str]] = Counter()
        for number, (clip, seconds) in enumerate(zip(script.clips, lengths_s, strict=True), start=1):
            nth = number if self.recipe.stills == "cards" else same[clip.title, clip.visual]
            same[clip.title, clip.visual] += 1
            yield Scene(number, clip, seconds, own.get(number), 100 * nth)

    def _still_steps(self, scene: Scene) -> list[Step]:
        """The takes of a clip's still."""
        words = self.drafts.kept(f"clip-{scene.number:03d}.txt", f"{scene.clip.title}\n{scene.clip.visual}\n")
        # A title that the camera sets is no part of the picture.
        title = {"title": False} if self.recipe.stills == "cards" and self.recipe.has("animate", "title") else {}
        seeds = range(scene.seed, scene.seed + self.recipe.takes)
        return [self.recipe.step("stills", [words], seed, **title) for seed in seeds]

    def _pick(self, scene: Scene) -> int:
        return self.recipe.picks.get(scene.number, 1) - 1

    def _clip_step(self, scene: Scene, still: Path) -> Step:
        is_card = self.recipe.stills == "cards" and not scene.picture
        card = {"amount": _CARD_AMOUNT, "title": scene.clip.title} if is_card else {}
        words = scene.clip.visual
        return self.recipe.step("animate", [still], move=words, prompt=words, seconds=scene.seconds, **card)

    def _film_step(self, clips: list[Path]) -> Step:
        return self.recipe.step("assemble", clips, music=self._music())

    def _music(self) -> Path | None:
        """The sound file for under the film; made now where it is ours."""
        if self.recipe.music == BED and not self.music.is_file():
            write_bed(self.music)
        return self.music

    def _better_step(self, film: Path) -> Step:
        return self.recipe.step("enhance", [film])

    def _there(self, step: Step) -> Path | None:
        path = self.store.path(step)
        return path if path.exists() else None

    def _made(self, step: Step, progress: Callable[[float], None], seconds: float | None = None) -> Path:
        """What a step makes. Raises PluginError where that lasts another time than `seconds`: nothing would fit any more."""
        made = self.store.make(step, Context(self.context.device, step.seed, progress, self.context.say))
        if seconds is not None and abs((lasts_s := probe(made).duration_s) - seconds) > _OFF_S:
            raise PluginError(
                f"the stage '{step.stage.name}' made {lasts_s:.1f} s of picture instead of {seconds:.1f} s; "
                "leave its options for length and rate out, or choose another one"
            )
        return made

    def _takes_sheet(self, scenes: list[Scene]) -> None:
        takes = {
            f"clip {scene.number}, take {take}": path
            for scene in scenes
            if not scene.picture
            for take, step in enumerate(self._still_steps(scene), start=1)
            if (path := self._there(step))
        }
        if takes:
            sheet = self.out.with_suffix(".takes.png")
            with atomic(sheet) as partial:
                takes_sheet(list(takes.values()), list(takes)).save(partial)
            self.context.say(f"{sheet}: pick takes with --pick CLIP=TAKE")


@contextmanager
def _noted(failures: dict[int, VoicekitError], scene: Scene) -> Iterator[None]:
    """What fails is told at the end, when all else is made."""
    try:
        yield
    except VoicekitError as error:
        failures[scene.number] = error


def _once(say: Callable[[str], None]) -> Callable[[str], None]:
    """Says the same thing once, whatever number of clips it holds for."""
    said: set[str] = set()

    def once(line: str) -> None:
        if line not in said:
            said.add(line)
            say(line)

    return once


def _state(there: object) -> str:
    return _THERE if there else _TO_DO
