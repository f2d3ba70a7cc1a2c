"""Who speaks in a film: loaded where something is said, and asked how long that takes."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

from voicekit.core.reporter import Reporter
from voicekit.film.pipeline.settings import ProductionSettings
from voicekit.narration.cache import SpeechCache, writable
from voicekit.narration.estimate import estimated
from voicekit.narration.job import NarrationOptions
from voicekit.narration.speak import Speakers
from voicekit.narration.timing.timeline import TURN_GAP_S
from voicekit.narration.turns import in_turns
from voicekit.recognition.transcribe import find_checker
from voicekit.speech.cast import Role
from voicekit.speech.company import Company
from voicekit.speech.engine import Engine
from voicekit.speech.voices import Voice, speaking
from voicekit.text.script.cue import Cue, Script
from voicekit.text.script.storyboard import Storyboard


class Narrators:
    """The voices of a film.

    Attributes:
        voice: the narrator's, once it is loaded; None for an engine that was given.
    """

    def __init__(
        self,
        engine: Engine | None,
        settings: ProductionSettings,
        options: NarrationOptions,
        device: str,
        source: Path,
        board_path: Path,
        reporter: Reporter,
    ) -> None:
        """Loads nothing.

        Args:
            engine: the voice; None for the one that settings or cast name.
            source: the brief or storyboard, beside which a lexicon may lie.
            board_path: the file that is read, for messages: the source, or the storyboard of it that a person has edited.
        """
        self.voice: Voice | None = None
        self._given, self._settings, self._options = engine, settings, options
        self._device, self._source, self._name, self._reporter = device, source, str(board_path), reporter

    @cached_property
    def engine(self) -> Engine:
        """The narrator's."""
        if self._given:
            return self._given
        name = self._settings.voice or self._options.cast.narrator.voice or None
        self.voice, engine = speaking(name, self._device, self._settings.lexicon, self._source, self._reporter)
        return engine

    @cached_property
    def company(self) -> Company:
        """Whoever speaks."""
        return Company(self.engine, self._options.cast, self.voice)

    def check_listener(self) -> None:
        """Raises VoicekitError where what is said is to be checked, and the weights for that are not usable."""
        if self._options.verify and self.engine.language:
            find_checker(None, self.engine.language, self._options.asr_model)

    def in_turns(self, script: Script) -> tuple[tuple[Cue, ...], dict[Cue, Role]]:
        """What is said, in one voice each, and how; `narrate` tells what is to be told of it."""
        turns, roles = in_turns(script, self._options.cast, self._name)
        return turns.cues, roles

    @contextmanager
    def speakers(self, roles: dict[Cue, Role]) -> Iterator[Speakers]:
        """Whoever speaks, with what they have said before."""
        with writable(self._options.cache_folder, self._reporter) as folder:
            yield Speakers(roles, self.company, SpeechCache(folder), reporter=self._reporter)

    def fingerprint(self, board: Storyboard) -> str:
        """Of all voices that speak; "" where nothing is said, and nobody is loaded for that."""
        if board.is_silent:
            return ""
        cues, roles = self.in_turns(Script(tuple(cue for scene in board.scenes for cue in scene.cues)))
        return " ".join(dict.fromkeys(self.company.engine(roles[cue]).fingerprint for cue in cues))

    def needed_s(self, board: Storyboard) -> list[float]:
        """For what is said in each scene; nobody is loaded where nothing is."""
        needed_s = []
        for scene in self._reporter.track(board.scenes, "reading the narration", len(board.scenes)):
            cues, roles = self.in_turns(Script(scene.cues))
            spoken = [estimated(cue, self.company.engine(roles[cue])) for cue in cues]
            gaps_s = TURN_GAP_S * sum(cue.turn > 0 for cue in cues)
            needed_s.append(sum(one.speech_s + one.pauses_s for one in spoken) + gaps_s)
        return needed_s

    def tell(self, script: Script) -> None:
        """Tells who speaks, and what they cannot."""
        if script.cues:
            cues, roles = self.in_turns(script)
            self.company.tell(((cue.text, cue.marks, roles[cue]) for cue in cues), self._reporter)
