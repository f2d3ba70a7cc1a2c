"""One film, from its brief to its narration.

    brief ─ storyboard ─▶ storyboard.md ─ stills ─▶ pictures ─ animate ─▶ clips ─ assemble, enhance, narrate ─▶ film.mp4

Everything that a stage makes lies in a folder beside the film under the digest of what it was made from: what did not change
is not made again, and a clip that fails takes nothing else with it.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from voicekit.core.errors import ConfigError, PluginError, ScriptError, VoicekitError
from voicekit.core.files import alone, atomic, check_writable, claimed
from voicekit.core.reporter import SILENT, NotesOnce, Reporter
from voicekit.film.pictures.description import description_of
from voicekit.film.pictures.origin import ADVICE, closing_note, origin
from voicekit.film.pictures.sheet import Shown, takes_sheet, write_sheet
from voicekit.film.pictures.user_images import match
from voicekit.film.pipeline.clip_lengths import clip_lengths_s
from voicekit.film.pipeline.drafts import Drafts, lengths_s, source_of
from voicekit.film.pipeline.finish import expected as finish_tasks
from voicekit.film.pipeline.finish import finish
from voicekit.film.pipeline.heard import check_music, sound_files
from voicekit.film.pipeline.settings import ProductionSettings, has_option
from voicekit.film.pipeline.stage_run import StageRun, Store, names_file
from voicekit.film.pipeline.untold import guessed, untold
from voicekit.film.stage import Context
from voicekit.media import probe
from voicekit.narration.cache import SpeechCache, writable
from voicekit.narration.estimate import estimated
from voicekit.narration.job import NarrationOptions, check_only
from voicekit.narration.narrate import expected as narration_tasks
from voicekit.narration.narrate import narrate
from voicekit.narration.report.report import Report
from voicekit.narration.speak import Speakers
from voicekit.narration.timing.timeline import TURN_GAP_S
from voicekit.narration.turns import in_turns
from voicekit.recognition.transcribe import find_checker
from voicekit.speech.cast import Role
from voicekit.speech.company import Company
from voicekit.speech.engine import Engine
from voicekit.speech.voices import Voice, speaking
from voicekit.text.read import read_text
from voicekit.text.script.cue import Clip, Cue, Script, has_word
from voicekit.text.script.storyboard import Storyboard, is_storyboard

#: The camera's movement over a drawn scene, as a share of that over a picture, so that the drawing stays in sight.
_CARD_AMOUNT = 0.6
#: A stage's clip may be this much longer or shorter than planned.
_OFF_S = 0.25
_ASSEMBLING, _ENHANCING, _SHEET = "assembling", "enhancing", "drawing the contact sheet"
#: What a megapixel takes on two CPU cores, about: of a still, and of the pictures of a clip and of a film.
_STILL_S, _CLIP_S, _ASSEMBLING_S, _ENHANCING_S, _SHEET_S = 0.8, 0.06, 0.033, 0.06, 0.5
_THERE, _TO_DO = "there already", "to be made"


@dataclass(frozen=True)
class Planned:
    """A piece of work, for people: what is made by which stage, how long it lasts, and what of it is there already."""

    what: str
    stage: str
    seconds: float | None
    state: str


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


def produce(
    source: Path | str,
    out: Path | str,
    engine: Engine | None = None,
    settings: ProductionSettings | None = None,
    options: NarrationOptions | None = None,
    device: str = "auto",
    reporter: Reporter = SILENT,
) -> Report:
    """Makes a film of a brief, a storyboard, or a folder of pictures with a script in it.

    What is made on the way lies in a folder beside the film: edit its storyboard.md, and call this again; only what changed
    is made again.

    Args:
        out: the film to write, an .mp4.
        engine: the voice, as `load_voice` gives it; None for the one that the settings name, which is loaded where something
            is said.
        settings: which stages make it, and how.
        options: how it is narrated.

    Raises:
        VoicekitError: see `Production` and `Production.run`.

    Example:
        >>> produce("brief.txt", "film.mp4", load_voice("me"))  # doctest: +SKIP
    """
    return Production(Path(source), Path(out), settings or ProductionSettings(), engine, options, device, reporter).run()


class Production:
    """One film on its way: its folder, its stages, and what they have to say."""

    def __init__(
        self,
        source: Path,
        out: Path,
        settings: ProductionSettings,
        engine: Engine | None = None,
        options: NarrationOptions | None = None,
        device: str = "auto",
        reporter: Reporter = SILENT,
    ) -> None:
        """Checks what can be checked before anything is made.

        Raises:
            VoicekitError: a stage, an option, the music or the brief is unusable, or `out` cannot be written.
        """
        self.brief, beside = source_of(Path(source))
        self.out, self.settings, self.device = Path(out), settings, device
        self._engine = engine
        self.narrator: Voice | None = None
        self.reporter = NotesOnce(reporter)
        self.options = options or NarrationOptions(subtitles="soft", chapters=True, overrun="film")
        self.pictures = settings.pictures or beside
        settings.check()
        if self.out.suffix.lower() != ".mp4":
            raise ConfigError(f"{self.out}: a produced film is an .mp4; let its name end in .mp4")
        self.folder = self.out.with_suffix("")
        if self.pictures and self.folder.exists() and self.folder.samefile(self.pictures):
            raise ConfigError(f"{self.folder}, where this film would be made, is your own; choose another name with -o")
        check_writable(self.out)
        self._check_inputs()
        self.drafts = Drafts(self.folder, self.brief)
        self.store = Store(self.folder / "made")
        edited = self.drafts.edited(self.reporter.note)
        self.is_edited = edited is not None
        if edited is not None:
            shown = self.drafts.shown
            self.reporter.note(f"{shown} was edited, and is used as it is; delete it to start again from {self.brief}")
        self.text = read_text(self.brief, self.reporter.note) if edited is None else edited
        if not self.text.strip():
            raise ScriptError(f"{self.brief} is empty; write what the film is to be about")
        self.is_silent = is_storyboard(self.text) and Storyboard.parse(self.text, str(self.brief)).is_silent
        if self.is_silent:
            self.reporter.note(f"{self.brief} has no narration: the film is one without words, and needs no voice")
        elif self.options.verify and self.engine.language:
            find_checker(None, self.engine.language, self.options.asr_model)  # a folder without weights is told now

    @cached_property
    def engine(self) -> Engine:
        """The voice."""
        if self._engine:
            return self._engine
        name, lexicon = self.settings.voice or self.options.cast.narrator.voice or None, self.settings.lexicon
        self.narrator, engine = speaking(name, self.device, lexicon, self.brief, self.reporter)
        return engine

    @cached_property
    def company(self) -> Company:
        """Whoever speaks."""
        return Company(self.engine, self.options.cast, self.narrator)

    def _check_inputs(self) -> None:
        """Raises VoicekitError where what the film is made of is unusable, or would be overwritten by it."""
        music = check_music(self.settings.music)
        values = [value for options in self.settings.options.values() for value in options.values()]
        inputs = [self.brief, music, *(Path(value) for value in values if names_file(value))]
        for ending in (".mp4", ".srt", ".vtt", ".ass", ".report.json", ".report.html", ".sheet.png", ".takes.png"):
            path = self.out.with_suffix(ending)
            if any(given and given.exists() and path.exists() and path.samefile(given) for given in inputs):
                raise ConfigError(f"{path} is what the film is made of, and stays as it is; choose another name with -o")

    def plan(self) -> list[Planned]:
        """What there is to do, and what of it is there already; makes nothing but the storyboard, which tells the clips."""
        board = self.board()
        film_s, cues = _length_s(board), board.script().cues
        drafted = "" if is_storyboard(self.text) else self.settings.storyboard
        planned = [Planned("storyboard", drafted, None, _THERE)]
        clips: list[Path | None] = []
        for plan in self._clip_plans(board):
            still = plan.picture
            if not still:
                stills = [self._there(one) for one in self._still_runs(plan)]
                still = stills[self._pick(plan)] if all(stills) else None
                planned.append(Planned(f"still of clip {plan.number}", self.settings.stills, None, _state(still)))
            clips.append(self._there(self._clip_run(plan, still)) if still else None)
            what = f"clip {plan.number}: {plan.clip.title}"
            planned.append(Planned(what, self.settings.animate, plan.clip.duration_s, _state(clips[-1])))
        made = [clip for clip in clips if clip]
        has_sounds = all(sound is None or sound.is_file() for sound in self._sounds(board, make=False))
        film = self._there(self._film_run(board, made)) if has_sounds and len(made) == len(clips) else None
        planned.append(Planned("film", self.settings.assemble, film_s, _state(film)))
        if self.settings.enhance:
            better = self._there(self._better_run(film)) if film else None
            planned.append(Planned("better film", self.settings.enhance, film_s, _state(better)))
        if not cues:
            return [*planned, Planned("finished film", "", film_s, _state(self.out.exists()))]
        with writable(self.options.cache_folder, self.reporter) as folder:
            turns, roles = self._in_turns(board.script())
            speakers = Speakers(roles, self.company, SpeechCache(folder))
            spoken, cues = sum(speakers.of(cue).has_spoken(cue) for cue in turns), turns
        return [*planned, Planned("narrated film", "narrate", film_s, f"{spoken} of {len(cues)} lines are spoken already")]

    def run(self) -> Report:
        """Makes the film, its subtitles, report and contact sheet.

        Raises:
            PluginError: a stage failed; the message names it and the clip, and all else that could be made is kept.
        """
        with claimed(self.out), alone(self.folder):
            return self._run()

    @property
    def _is_a_persons(self) -> bool:
        """Whether the storyboard is one that a person has edited, in the film's folder."""
        return self.is_edited or self.drafts.is_source

    def _run(self) -> Report:
        board = self.board()
        check_only(self.options.only, len(self._in_turns(board.script())[0]), self.drafts.shown)
        self.reporter.expect(self._expected(board))
        film = self._film(board)
        script = self.drafts.kept("storyboard.md", board.to_markdown())
        if board.is_silent:
            outcome = finish(film, board, self.out, self.options, self.reporter)
        else:
            outcome = narrate(script, film, self.out, self.engine, self.options, self.reporter, self.narrator)
        origins = self._origins(board)
        shown = [
            Shown(part.start_s, part.end_s, scene.clip.title, scene.narration, told)
            for part, scene, told in zip(outcome.clips, board.scenes, origins, strict=True)
        ]
        note = closing_note(origins)
        with self.reporter.during(_SHEET):
            write_sheet(self.out.with_suffix(".sheet.png"), self.out, shown, ADVICE if note else "")
        if note:
            self.reporter.note(note)
        return outcome

    def _origins(self, board: Storyboard) -> list[str]:
        """Where each clip's picture is from."""
        plans = list(self._clip_plans(board))
        made = [plan.picture or self.store.path(self._still_runs(plan)[self._pick(plan)]) for plan in plans]
        return [origin(path, bool(plan.picture), self.settings.stills) for plan, path in zip(plans, made, strict=True)]

    def board(self) -> Storyboard:
        """The storyboard, in which each scene has its length; what a stage has written is shown to people."""
        text, name = self.text, str(self.drafts.shown if self.is_edited else self.brief)
        by_voice = False
        if not is_storyboard(text):
            brief = self.brief
            if brief.suffix.lower() not in self.settings.stage("storyboard").takes:  # a .docx, of which the words are wanted
                brief = self.drafts.kept("brief.txt", text)
            writing = self.settings.stage_run("storyboard", [brief])
            text = read_text(self._made(writing, "writing the storyboard"), self.reporter.note)
            by_voice = has_option(writing.stage, "voice")
        board = Storyboard.parse("\n".join(text.splitlines()) + "\n", name)
        for note in guessed(board):
            self.reporter.note(note)
        voice = "" if board.is_silent else self._fingerprint(board)
        is_theirs = self._is_a_persons and not board.is_silent
        given_s = self.drafts.given_s(board, voice, self.reporter.note) if is_theirs else lengths_s(board)
        lengths = clip_lengths_s(board, given_s, self._needed_s(board), self.settings, self.reporter.note)
        board = board.with_durations(lengths)
        if not self._is_a_persons:
            of_voice = frozenset(n for n, seconds in enumerate(given_s) if by_voice or not seconds)
            self.drafts.draft(board, of_voice, voice, self.reporter.note)
        script = board.script()
        for note in (*script.notes, *untold(board, _length_s(board))):
            self.reporter.note(note)
        if script.cues:
            cues, roles = self._in_turns(script)
            self.company.tell(((cue.text, cue.marks, roles[cue]) for cue in cues), self.reporter)
        return board

    def _in_turns(self, script: Script) -> tuple[tuple[Cue, ...], dict[Cue, Role]]:
        """What is said, in one voice each, and how; `narrate` tells what is to be told of it."""
        turns, roles = in_turns(script, self.options.cast, str(self.drafts.shown if self.is_edited else self.brief))
        return turns.cues, roles

    def _fingerprint(self, board: Storyboard) -> str:
        """Of all voices that speak."""
        cues, roles = self._in_turns(Script(tuple(cue for scene in board.scenes for cue in scene.cues)))
        return " ".join(dict.fromkeys(self.company.engine(roles[cue]).fingerprint for cue in cues))

    def _film(self, board: Storyboard) -> Path:
        """The film without its narration. First all stills, then all clips: two models need not be in memory at once."""
        plans = list(self._clip_plans(board))
        failures: dict[int, VoicekitError] = {}
        stills = {plan.number: plan.picture for plan in plans}
        for plan in plans:
            if not plan.picture:
                with _kept(failures, plan):
                    made = [self._made(one, _still_task(plan)) for one in self._still_runs(plan)]
                    stills[plan.number] = made[self._pick(plan)]
                if len(failures) > 1 and len({str(error) for error in failures.values()}) == 1:
                    break  # a model that is not there, a key that is refused: it is asked no more
        if self.settings.takes > 1:
            self._takes_sheet(plans)
        clips = []
        for plan in plans:
            if still := stills[plan.number]:
                with _kept(failures, plan):
                    clips.append(self._made(self._clip_run(plan, still), _clip_task(plan), plan.clip.duration_s))
        if failures:
            number, error = min(failures.items())
            more = f" (and {', '.join(str(n) for n in sorted(failures)[1:])})" if failures.keys() - {number} else ""
            kept = "the other clips are kept: correct this one and run the same command again"
            raise PluginError(f"clip {number}{more}: {error} ({kept})") from error
        film_s = _length_s(board)
        film = self._made(self._film_run(board, clips), _ASSEMBLING, film_s)
        return self._made(self._better_run(film), _ENHANCING, film_s) if self.settings.enhance else film

    def _expected(self, board: Storyboard) -> Iterator[tuple[str, float]]:
        """The tasks of `_run`; see `Reporter.expect`. What is there already takes no time."""
        film_s, clips = _length_s(board), []
        megapixels = self.settings.width * self.settings.height / 1e6
        per_s = megapixels * self.settings.fps
        for plan in self._clip_plans(board):
            still = plan.picture
            if not still:
                stills = [self._there(one) for one in self._still_runs(plan)]
                still = stills[self._pick(plan)]
                yield from ((_still_task(plan), _STILL_S * megapixels) for there in stills if not there)
            if not still or not self._there(self._clip_run(plan, still)):
                clips.append((_clip_task(plan), _CLIP_S * per_s * (plan.clip.duration_s or 0.0)))
        yield from clips
        yield "composing the music", 0.03 * film_s
        yield "making the effects", 0.02 * film_s
        yield _ASSEMBLING, _ASSEMBLING_S * per_s * film_s
        if self.settings.enhance:
            yield _ENHANCING, _ENHANCING_S * per_s * film_s
        if not board.is_silent:
            cues, roles = self._in_turns(board.script())
            with writable(self.options.cache_folder, self.reporter) as folder:
                speakers = Speakers(roles, self.company, SpeechCache(folder))
                yield from narration_tasks(cues, film_s, per_s * film_s, self.options, speakers)
        else:
            yield from finish_tasks(film_s)
        yield _SHEET, _SHEET_S * len(board.scenes)

    def _needed_s(self, board: Storyboard) -> list[float]:
        """For what is said in each scene; the voice is not asked for where nothing is."""
        needed_s = []
        for scene in self.reporter.track(board.scenes, "reading the narration", len(board.scenes)):
            cues, roles = self._in_turns(Script(scene.cues))
            spoken = [estimated(cue, self.company.engine(roles[cue])) for cue in cues]
            gaps_s = TURN_GAP_S * sum(cue.turn > 0 for cue in cues)
            needed_s.append(sum(one.speech_s + one.pauses_s for one in spoken) + gaps_s)
        return needed_s

    def _clip_plans(self, board: Storyboard) -> Iterator[ClipPlan]:
        clips = [scene.clip for scene in board.scenes]
        for number in self.settings.picks:
            if not 1 <= number <= len(clips):
                raise ConfigError(f"a take of clip {number} is picked, but there are {len(clips)} clips; see --pick")
        context = Context(self.device, reporter=self.reporter)
        own = match(self.pictures, clips, context) if self.pictures else {}
        drawn = self.settings.stage("stills").carries_title
        film = board.head if has_word(board.head) else clips[0].title  # of prose, that is the film's
        same: Counter[tuple[str, str]] = Counter()
        for number, clip in enumerate(clips, start=1):
            nth = number if drawn else same[clip.title, clip.visual]
            same[clip.title, clip.visual] += 1
            yield ClipPlan(number, clip, own.get(number), 100 * nth, film if drawn else "")

    def _still_runs(self, plan: ClipPlan) -> list[StageRun]:
        """The takes of a clip's still."""
        words = self.drafts.kept(f"clip-{plan.number:03d}.txt", description_of(plan.clip, plan.film))
        seeds = range(plan.seed, plan.seed + self.settings.takes)
        # A title that is set while the picture moves is no part of it.
        moving = self.settings.stage("stills").carries_title and has_option(self.settings.stage("animate"), "title")
        title = False if moving else None
        return [self.settings.stage_run("stills", [words], seed, title=title) for seed in seeds]

    def _pick(self, plan: ClipPlan) -> int:
        return self.settings.picks.get(plan.number, 1) - 1

    def _clip_run(self, plan: ClipPlan, still: Path) -> StageRun:
        clip, is_card = plan.clip, self.settings.stage("stills").carries_title and not plan.picture
        amount, title = (_CARD_AMOUNT, clip.title) if is_card else (None, None)
        known: dict[str, Any] = {"move": clip.visual, "prompt": clip.visual, "amount": amount, "title": title}
        return self.settings.stage_run("animate", [still], seconds=clip.duration_s, **known)

    def _sounds(self, board: Storyboard, *, make: bool) -> tuple[Path | None, Path | None]:
        """The film's music and effects."""
        beside = [self.folder] if self.drafts.is_source else [self.brief.parent, self.folder]
        return sound_files(board, self.settings, beside, self.store.folder, self.reporter, make=make)

    def _film_run(self, board: Storyboard, clips: list[Path]) -> StageRun:
        music, effects = self._sounds(board, make=True)
        return self.settings.stage_run("assemble", clips, music=music, effects=effects)

    def _better_run(self, film: Path) -> StageRun:
        return self.settings.stage_run("enhance", [film])

    def _there(self, work: StageRun) -> Path | None:
        path = self.store.path(work)
        return path if path.exists() else None

    def _made(self, work: StageRun, task: str, seconds: float | None = None) -> Path:
        """What a stage makes. Raises PluginError where that does not last `seconds`: nothing would fit any more."""
        made = self.store.make(work, Context(self.device, work.seed, self.reporter, task))
        if seconds is not None and abs((lasts_s := probe(made).duration_s) - seconds) > _OFF_S:
            raise PluginError(
                f"the stage '{work.stage.name}' made {lasts_s:.1f} s of picture instead of {seconds:.1f} s; "
                "leave its options for length and rate out, or choose another one"
            )
        return made

    def _takes_sheet(self, plans: list[ClipPlan]) -> None:
        takes = {
            f"clip {plan.number}, take {take}": path
            for plan in plans
            if not plan.picture
            for take, work in enumerate(self._still_runs(plan), start=1)
            if (path := self._there(work))
        }
        if takes:
            sheet = self.out.with_suffix(".takes.png")
            with atomic(sheet) as partial:
                takes_sheet(list(takes.values()), list(takes)).save(partial)
            self.reporter.note(f"{sheet}: pick takes with --pick CLIP=TAKE")


@contextmanager
def _kept(failures: dict[int, VoicekitError], plan: ClipPlan) -> Iterator[None]:
    """What fails is told at the end, when all else is made."""
    try:
        yield
    except VoicekitError as error:
        failures[plan.number] = error


def _still_task(plan: ClipPlan) -> str:
    return f"still {plan.number}"


def _clip_task(plan: ClipPlan) -> str:
    return f"clip {plan.number}"


def _length_s(board: Storyboard) -> float:
    return sum(scene.clip.duration_s or 0.0 for scene in board.scenes)


def _state(there: object) -> str:
    return _THERE if there else _TO_DO
