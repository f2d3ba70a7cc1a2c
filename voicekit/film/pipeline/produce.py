"""One film, from its brief to its narration.

    brief ─ storyboard ─▶ storyboard.md ─ stills ─▶ pictures ─ animate ─▶ clips ─ assemble, enhance, narrate ─▶ film.mp4

Everything that a stage makes lies in a folder beside the film under the digest of what it was made from: what did not change
is not made again, and a clip that fails takes nothing else with it.
"""

from pathlib import Path

from voicekit.core.errors import ConfigError, ScriptError
from voicekit.core.files import alone, check_writable, claimed
from voicekit.core.reporter import SILENT, NotesOnce, Reporter
from voicekit.film.pictures.origin import ADVICE, closing_note
from voicekit.film.pictures.sheet import Shown, write_sheet
from voicekit.film.pipeline.clip_lengths import clip_lengths_s
from voicekit.film.pipeline.drafts import Drafts, lengths_s, source_of
from voicekit.film.pipeline.film_work import FilmWork
from voicekit.film.pipeline.finish import finish
from voicekit.film.pipeline.heard import check_music
from voicekit.film.pipeline.make_film import make_film
from voicekit.film.pipeline.narrators import Narrators
from voicekit.film.pipeline.settings import ProductionSettings, has_option
from voicekit.film.pipeline.stage_run import Store, names_file
from voicekit.film.pipeline.to_do import SHEET, Planned, expected, planned
from voicekit.film.pipeline.untold import guessed, untold
from voicekit.film.stage import Context
from voicekit.narration.job import NarrationOptions, check_only
from voicekit.narration.narrate import narrate
from voicekit.narration.report.report import Report
from voicekit.speech.engine import Engine
from voicekit.text.read import read_text
from voicekit.text.script.storyboard import Storyboard, is_storyboard

#: What a film has beside it.
_BESIDE = (".mp4", ".srt", ".vtt", ".ass", ".report.json", ".report.html", ".sheet.png", ".takes.png")


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
    """One film on its way: its folder, its text, and who speaks it."""

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
        self.folder = self.out.with_suffix("")
        self.pictures = settings.pictures or beside
        self.options = options or NarrationOptions(subtitles="soft", chapters=True, overrun="film")
        self.reporter = NotesOnce(reporter)
        self._check_settings()
        self.drafts = Drafts(self.folder, self.brief)
        self.store = Store(self.folder / "made")
        self.text, self.is_edited = self._read()
        self.board_path = self.drafts.shown if self.is_edited else self.brief
        self.narrators = Narrators(engine, settings, self.options, device, self.brief, self.board_path, self.reporter)
        self.is_silent = is_storyboard(self.text) and Storyboard.parse(self.text, str(self.brief)).is_silent
        if self.is_silent:
            self.reporter.note(f"{self.brief} has no narration: the film is one without words, and needs no voice")
        else:
            self.narrators.check_listener()  # a folder without weights is told now

    def plan(self) -> list[Planned]:
        """What there is to do, and what of it is there already; makes nothing but the storyboard, which tells the clips."""
        work = self.work(self.board())
        return planned(work, self.narrators, "" if is_storyboard(self.text) else self.settings.storyboard, self.out)

    def run(self) -> Report:
        """Makes the film, its subtitles, report and contact sheet.

        Raises:
            PluginError: a stage failed; the message names it and the clip, and all else that could be made is kept.
        """
        with claimed(self.out), alone(self.folder):
            board = self.board()
            check_only(self.options.only, len(self.narrators.in_turns(board.script())[0]), self.drafts.shown)
            work = self.work(board)
            self.reporter.expect(expected(work, self.narrators, self.options))
            film = make_film(work, self.out.with_suffix(".takes.png"))
            outcome = self._with_its_sound(film, board)
            self._draw_sheet(outcome, work)
        return outcome

    def board(self) -> Storyboard:
        """The storyboard, in which each scene has its length; what a stage has written is shown to people."""
        text, by_voice = self._storyboard_text()
        board = Storyboard.parse(text, str(self.board_path))
        for note in guessed(board):
            self.reporter.note(note)
        board = self._with_lengths(board, by_voice)
        script = board.script()
        for note in (*script.notes, *untold(board, sum(scene.clip.duration_s or 0.0 for scene in board.scenes))):
            self.reporter.note(note)
        self.narrators.tell(script)
        return board

    def work(self, board: Storyboard) -> FilmWork:
        """What is to be made of a storyboard in which each scene has its length."""
        return FilmWork(board, self.settings, self.drafts, self.store, self.pictures, self.device, self.reporter)

    def _check_settings(self) -> None:
        """Raises VoicekitError where a setting is unusable, or what the film is made of would be overwritten by it."""
        self.settings.check()
        if self.out.suffix.lower() != ".mp4":
            raise ConfigError(f"{self.out}: a produced film is an .mp4; let its name end in .mp4")
        if self.pictures and self.folder.exists() and self.folder.samefile(self.pictures):
            raise ConfigError(f"{self.folder}, where this film would be made, is your own; choose another name with -o")
        check_writable(self.out)
        music = check_music(self.settings.music)
        values = [value for options in self.settings.options.values() for value in options.values()]
        inputs = [self.brief, music, *(Path(value) for value in values if names_file(value))]
        for path in (self.out.with_suffix(ending) for ending in _BESIDE):
            if any(given and given.exists() and path.exists() and path.samefile(given) for given in inputs):
                raise ConfigError(f"{path} is what the film is made of, and stays as it is; choose another name with -o")

    def _read(self) -> tuple[str, bool]:
        """What the film is made of, and whether it is a storyboard that a person has edited in the film's folder."""
        edited = self.drafts.edited(self.reporter.note)
        if edited is not None:
            shown = self.drafts.shown
            self.reporter.note(f"{shown} was edited, and is used as it is; delete it to start again from {self.brief}")
        text = read_text(self.brief, self.reporter.note) if edited is None else edited
        if not text.strip():
            raise ScriptError(f"{self.brief} is empty; write what the film is to be about")
        return text, edited is not None

    def _storyboard_text(self) -> tuple[str, bool]:
        """The storyboard as it is written, by a stage where it is a brief; whether its lengths are those of a voice."""
        text, by_voice = self.text, False
        if not is_storyboard(text):
            brief = self.brief
            if brief.suffix.lower() not in self.settings.stage("storyboard").takes:  # a .docx, of which the words are wanted
                brief = self.drafts.kept("brief.txt", text)
            writing = self.settings.stage_run("storyboard", [brief])
            made = self.store.make(writing, Context(self.device, writing.seed, self.reporter, "writing the storyboard"))
            text, by_voice = read_text(made, self.reporter.note), has_option(writing.stage, "voice")
        return "\n".join(text.splitlines()) + "\n", by_voice

    def _with_lengths(self, board: Storyboard, by_voice: bool) -> Storyboard:
        """The storyboard with the length of each scene: as it says, else as its narration needs.

        Args:
            by_voice: the lengths that it says are those of a voice.
        """
        voice = self.narrators.fingerprint(board)
        is_a_persons = self.is_edited or self.drafts.is_source
        remembers = is_a_persons and not board.is_silent
        given_s = self.drafts.given_s(board, voice, self.reporter.note) if remembers else lengths_s(board)
        needed_s = self.narrators.needed_s(board)
        board = board.with_durations(clip_lengths_s(board, given_s, needed_s, self.settings, self.reporter.note))
        if not is_a_persons:
            of_voice = frozenset(n for n, seconds in enumerate(given_s) if by_voice or not seconds)
            self.drafts.draft(board, of_voice, voice, self.reporter.note)
        return board

    def _with_its_sound(self, film: Path, board: Storyboard) -> Report:
        """Writes the finished film: narrated, or mastered where nothing is said."""
        script = self.drafts.kept("storyboard.md", board.to_markdown())
        if board.is_silent:
            return finish(film, board, self.out, self.options, self.reporter)
        engine = self.narrators.engine
        return narrate(script, film, self.out, engine, self.options, self.reporter, self.narrators.voice)

    def _draw_sheet(self, outcome: Report, work: FilmWork) -> None:
        """The contact sheet, which tells where each picture is from."""
        origins = work.origins()
        shown = [
            Shown(part.start_s, part.end_s, scene.clip.title, scene.narration, told)
            for part, scene, told in zip(outcome.clips, work.board.scenes, origins, strict=True)
        ]
        note = closing_note(origins)
        with self.reporter.during(SHEET):
            write_sheet(self.out.with_suffix(".sheet.png"), self.out, shown, ADVICE if note else "")
        if note:
            self.reporter.note(note)
