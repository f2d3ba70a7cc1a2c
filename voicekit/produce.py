"""From an idea to the finished film: storyboard, stills, clips, film, narration, a chain of stages.

    brief ─ storyboard ─▶ storyboard.md ─ stills ─▶ pictures ─ animate ─▶ clips ─ assemble, enhance, narrate ─▶ film.mp4

Everything that a stage makes lies in a folder beside the film under the digest of what it was made from: what did not change
is not made again, and a clip that fails takes nothing else with it.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

from voicekit.engines.base import Engine
from voicekit.errors import ConfigError, PluginError, ScriptError, VoicekitError
from voicekit.files import atomic, check_writable, write_text
from voicekit.media import probe
from voicekit.narrate.cache import SpeechCache, default_folder
from voicekit.narrate.job import Wishes
from voicekit.narrate.narrate import narrate
from voicekit.narrate.report import Report
from voicekit.narrate.speak import Speaker, estimated
from voicekit.progress import bar
from voicekit.text.durations import cut_duration
from voicekit.text.read import read_text
from voicekit.text.script import Script, parse
from voicekit.text.storyboard import is_storyboard
from voicekit.video.beats import on_beats
from voicekit.video.board import seconds_text
from voicekit.video.music import open_music
from voicekit.video.own import match
from voicekit.video.run import Step, Store, load_stage, options_of
from voicekit.video.sheet import Shown, takes_sheet, write_sheet
from voicekit.video.stage import Context

#: A clip lasts so much longer than its narration, at least, and a silent one of no said length so long.
_AROUND_S, _SILENT_S = 1.0, 4.0
#: How far the camera moves over a title card, as a part of how far it moves over a picture.
_CARD_AMOUNT = 0.4
_THERE = "there already"
#: Names of a script or storyboard in a folder of pictures, in the order in which they are looked for.
_SCRIPTS = ("storyboard.md", "script.md", "script.txt", "brief.txt")


@dataclass(frozen=True)
class Recipe:
    """How a film is made.

    Attributes:
        storyboard, stills, animate, assemble, enhance: names of stages; enhance may be "".
        options: stage → option → value, as text.
        pictures: a folder of one's own, taken where their names say which clip they are of.
        music: a sound file for under the film; beats: whether cuts are placed on its beats.
        takes: how many stills are made of each clip; picks: clip → which of them, from 1.
        width, height, fps: of the film.
        voice: its name or folder, for stages that ask how long it speaks; "" for the newest.
    """

    storyboard: str = "split"
    stills: str = "cards"
    animate: str = "camera"
    assemble: str = "cut"
    enhance: str = ""
    options: dict[str, dict[str, str]] = field(default_factory=dict)
    pictures: Path | None = None
    music: Path | None = None
    beats: bool = False
    takes: int = 1
    picks: dict[int, int] = field(default_factory=dict)
    width: int = 1280
    height: int = 720
    fps: float = 25.0
    voice: str = ""

    def __post_init__(self) -> None:
        if self.beats and not self.music:
            raise ConfigError("cuts can lie on beats only where there is music; name it with --music, or leave --beats out")
        if not 1 <= self.takes <= 16:
            raise ConfigError(f"there can be 1 to 16 takes, not {self.takes}")
        for clip, take in self.picks.items():
            if not 1 <= take <= self.takes:
                raise ConfigError(f"of clip {clip} take {take} is picked, but there are {self.takes}; see --takes")

    def step(self, name: str, kind: str, inputs: list[Path], seed: int = 0, **known: Any) -> Step:
        """A stage with its options: those that the production knows, where the stage has them, and those that are set."""
        stage = load_stage(name, kind)
        fields = stage.Options.__dataclass_fields__
        given = {key: str(value) for key, value in known.items() if key in fields and value is not None}
        return Step(stage, tuple(inputs), options_of(stage, given | self.options.get(name, {})), seed)


@dataclass(frozen=True)
class Planned:
    """A piece of work, for people: what is made by which stage, how long it lasts, and what of it is there already."""

    what: str
    stage: str
    seconds: float | None
    state: str


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
        self, source: Path, out: Path, recipe: Recipe, engine: Engine, context: Context, wishes: Wishes | None = None
    ) -> None:
        """Checks what can be checked before anything is made.

        Raises:
            VoicekitError: a stage, an option, the music or the brief is unusable, or `out` cannot be written.
        """
        self.brief, beside = source_of(Path(source))
        self.out, self.recipe, self.engine, self.context = Path(out), recipe, engine, context
        self.wishes = wishes or Wishes(subtitles="soft", chapters=True)
        self.pictures = recipe.pictures or beside
        self.text = read_text(self.brief)
        if not self.text.strip():
            raise ScriptError(f"{self.brief} is empty; write what the film is to be about")
        for kind in ("storyboard", "stills", "animate", "assemble", "enhance"):
            if name := getattr(recipe, kind):
                options_of(load_stage(name, kind), recipe.options.get(name, {}))
        unused = set(recipe.options) - {recipe.storyboard, recipe.stills, recipe.animate, recipe.assemble, recipe.enhance}
        if unused:
            raise ConfigError(f"options are set for the stage '{min(unused)}', which this film does not use")
        if recipe.music:
            probe(recipe.music)
        if self.out.suffix.lower() != ".mp4":
            raise ConfigError(f"{self.out}: a produced film is an .mp4; let the name end so")
        check_writable(self.out)
        self.folder = self.out.with_suffix("")
        self.store = Store(self.folder / "made")

    def plan(self) -> list[Planned]:
        """What there is to do, and what of it is there already; makes nothing but the storyboard, which tells the clips."""
        _, script, lengths_s = self.board()
        planned = [Planned("storyboard", "" if is_storyboard(self.text) else self.recipe.storyboard, None, _THERE)]
        own = self._own(script)
        clips: list[Path | None] = []
        for number, (clip, seconds) in enumerate(zip(script.clips, lengths_s, strict=True), start=1):
            still = own.get(number)
            steps = [] if still else self._still_steps(number, clip.title, clip.visual)
            if not still:
                made = all(self.store.path(step).exists() for step in steps)
                planned.append(Planned(f"still of clip {number}", self.recipe.stills, None, _state(made)))
                still = self.store.path(steps[self.recipe.picks.get(number, 1) - 1]) if made else None
            clips.append(self._there(self._clip_step(still, clip.visual, seconds)) if still else None)
            planned.append(Planned(f"clip {number}: {clip.title}", self.recipe.animate, seconds, _state(clips[-1])))
        film = self._there(self._film_step(clips)) if all(clips) else None
        planned.append(Planned("film", self.recipe.assemble, sum(lengths_s), _state(film)))
        if self.recipe.enhance:
            better = self._there(self._better_step(film)) if film else None
            planned.append(Planned("better film", self.recipe.enhance, sum(lengths_s), _state(better)))
        speaker = Speaker(self.engine, SpeechCache(self.wishes.cache_folder or default_folder()))
        spoken = sum(speaker.has_spoken(cue) for cue in script.cues)
        state = f"{spoken} of {len(script.cues)} lines are spoken"
        return [*planned, Planned("narrated film", "narrate", sum(lengths_s), state)]

    def run(self) -> Report:
        """Makes the film, its subtitles, report and contact sheet.

        Raises:
            PluginError: a stage failed; the message names it and the clip, and all else that could be made is kept.
        """
        board, script, lengths_s = self.board()
        own = self._own(script)
        clips, failures = [], []
        for number, (clip, seconds) in enumerate(zip(script.clips, lengths_s, strict=True), start=1):
            share = (number - 1) / len(script.clips)
            try:
                still = own.get(number) or self._still(number, clip.title, clip.visual, share, len(script.clips))
                step = self._clip_step(still, clip.visual, seconds)
                clips.append(self._made(step, f"clip {number} of {len(script.clips)}", share, 1 / len(script.clips)))
            except VoicekitError as error:
                failures.append((number, error))
        if self.recipe.takes > 1:
            self._takes_sheet(script)
        if failures:
            number, error = failures[0]
            more = f" (and {', '.join(str(n) for n, _ in failures[1:])})" if failures[1:] else ""
            kept = "the other clips are kept: mend it and run the same again"
            raise PluginError(f"clip {number}{more}: {error} ({kept})") from error
        film = self._made(self._film_step(clips), "assembling")
        if self.recipe.enhance:
            film = self._made(self._better_step(film), "enhancing")
        outcome = narrate(board, film, self.out, self.engine, self.wishes)
        said = [[cue.text for cue in script.cues if cue.clip == number] for number in range(len(script.clips))]
        shown = [
            Shown(part.start_s, part.end_s, clip.title, " ".join(lines))
            for part, clip, lines in zip(outcome.clips, script.clips, said, strict=True)
        ]
        write_sheet(self.out.with_suffix(".sheet.png"), self.out, shown)
        return outcome

    def board(self) -> tuple[Path, Script, list[float]]:
        """The storyboard with the length of each clip, as a file to look at and edit; what it says; the lengths, in s."""
        text = self.text
        if not is_storyboard(text):
            step = self.recipe.step(self.recipe.storyboard, "storyboard", [self.brief], voice=self.recipe.voice)
            text = read_text(self._made(step, "writing the storyboard"))
        script = parse(text, str(self.brief))
        lengths_s = self._lengths_s(script)
        text = with_durations(text, script, lengths_s)
        board = self.folder / "storyboard.md"
        if not board.is_file() or read_text(board) != text:
            write_text(board, text)
        return board, parse(text, str(board)), lengths_s

    def _lengths_s(self, script: Script) -> list[float]:
        """Of each clip: as its heading says, else as its narration needs; on beats where that is wished; whole pictures."""
        needed_s = [0.0] * len(script.clips)
        for cue in script.cues:
            spoken = estimated(cue, self.engine)
            needed_s[cue.clip] += spoken.speech_s + spoken.pauses_s
        wanted_s = [
            clip.duration_s or (needed + _AROUND_S if needed else _SILENT_S)
            for clip, needed in zip(script.clips, needed_s, strict=True)
        ]
        if self.recipe.beats:
            least_s = [min(needed + 0.3, wanted) for needed, wanted in zip(needed_s, wanted_s, strict=True)]
            film_s = sum(wanted_s) * 1.3  # clips on beats may be longer
            music = open_music(self.recipe.music, film_s, lambda line: None)  # the assembling tells what is to be told
            wanted_s = on_beats(wanted_s, music.beats_s(film_s), least_s) if music else wanted_s
        edges = [0]
        total_s = 0.0
        for wanted in wanted_s:
            total_s += wanted
            edges.append(max(round(total_s * self.recipe.fps), edges[-1] + 1))
        return [(b - a) / self.recipe.fps for a, b in pairwise(edges)]

    def _own(self, script: Script) -> dict[int, Path]:
        """Pictures of one's own by the number of their clip, from 1."""
        if not self.pictures:
            return {}
        return match(self.pictures, script.clips, self.context)

    def _still_steps(self, number: int, title: str, visual: str) -> list[Step]:
        """The takes of a clip's still."""
        words = self.folder / "words" / f"clip-{number:03d}.txt"
        text = f"{title}\n{visual}\n"
        if not words.is_file() or words.read_text(encoding="utf-8") != text:
            write_text(words, text)
        size = {"width": self.recipe.width, "height": self.recipe.height}
        # Other clips of the same words look other.
        seeds = [100 * number + take for take in range(self.recipe.takes)]
        return [self.recipe.step(self.recipe.stills, "stills", [words], seed, **size) for seed in seeds]

    def _still(self, number: int, title: str, visual: str, share: float, n_clips: int) -> Path:
        made = [self._made(step, f"still {number} of {n_clips}", share) for step in self._still_steps(number, title, visual)]
        return made[self.recipe.picks.get(number, 1) - 1]

    def _clip_step(self, still: Path, visual: str, seconds: float) -> Step:
        recipe = self.recipe
        size = {"width": recipe.width, "height": recipe.height, "fps": recipe.fps}
        # The words on a card are to stay in the picture.
        amount = _CARD_AMOUNT if still.name.startswith("cards-") else None
        known = {"move": visual, "prompt": visual, "seconds": seconds, "amount": amount}
        return recipe.step(recipe.animate, "animate", [still], **known, **size)

    def _film_step(self, clips: list[Path]) -> Step:
        recipe = self.recipe
        size = {"width": recipe.width, "height": recipe.height, "fps": recipe.fps}
        return recipe.step(recipe.assemble, "assemble", clips, music=recipe.music, **size)

    def _better_step(self, film: Path) -> Step:
        return self.recipe.step(self.recipe.enhance, "enhance", [film])

    def _there(self, step: Step) -> Path | None:
        path = self.store.path(step)
        return path if path.exists() else None

    def _takes_sheet(self, script: Script) -> None:
        pictures, labels = [], []
        for number, clip in enumerate(script.clips, start=1):
            for take, step in enumerate(self._still_steps(number, clip.title, clip.visual), start=1):
                if self.store.path(step).exists():
                    pictures.append(self.store.path(step))
                    labels.append(f"clip {number}, take {take}")
        if not pictures:
            return
        sheet = self.out.with_suffix(".takes.png")
        with atomic(sheet) as partial:
            takes_sheet(pictures, labels).save(partial)
        self.context.say(f"{sheet}: pick takes with --pick CLIP=TAKE")

    def _made(self, step: Step, title: str, begun: float = 0.0, part: float = 1.0) -> Path:
        with _progress(f"{title}: {step.stage.name}", begun, part) as progress:
            context = Context(self.context.device, step.seed, progress, self.context.say)
            return self.store.make(step, context)


def _state(there: object) -> str:
    return _THERE if there else "to be made"


def with_durations(text: str, script: Script, lengths_s: list[float]) -> str:
    """A storyboard whose headings say these lengths.

    Raises:
        ScriptError: it has no heading for each clip.
    """
    lines = text.splitlines()
    for clip, seconds in zip(script.clips, lengths_s, strict=True):
        heading, _ = cut_duration(lines[clip.line - 1], f"line {clip.line}")
        heading = heading.rstrip()
        closing = re.search(r"(?:\s+#+|\*\*)?$", heading)
        lines[clip.line - 1] = f"{heading[: closing.start()]} ({seconds_text(seconds)}){closing[0]}"
    text = "\n".join(lines) + "\n"
    if [clip.duration_s for clip in parse(text).clips] != [round(seconds, 3) for seconds in lengths_s]:
        raise ScriptError(
            "the storyboard's clips cannot be given their lengths; write a heading for each, as ## Clip 1: Title"
        )
    return text


@contextmanager
def _progress(title: str, begun: float, part: float) -> Iterator[Callable[[float], None]]:
    """A bar for the whole, of which this is a part."""
    with bar(title) as update:
        yield lambda share: update(begun + part * share)
