"""How a film is made: which stages, with which options."""

from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from voicekit.core.errors import ConfigError
from voicekit.film.pipeline.stage_run import StageRun, load_stage, options_of
from voicekit.film.soundtrack.plan import NONE
from voicekit.film.stage import Stage


@dataclass(frozen=True)
class ProductionSettings:
    """How a film is made.

    Attributes:
        storyboard, stills, animate, assemble, enhance: names of stages; enhance may be "".
        options: stage → option → value, as text.
        pictures: a folder of one's own, taken where their names say which clip they are of.
        music: a sound file for under the film, "bed" for one that is composed for it, or the mood of that; None for what the
            storyboard wishes for. beats: whether cuts are placed on its beats.
        takes: how many stills are made of each clip; picks: clip → which of them, from 1.
        width, height, fps: of the film.
        voice: its name or folder; "" for the newest.
        lexicon: a file of words and how they are said.
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
    lexicon: Path | None = None

    def __post_init__(self) -> None:
        if self.beats and (not self.music or str(self.music) in NONE):
            raise ConfigError("cuts can lie on beats only where there is music; name it with --music, or leave --beats out")
        if not all(64 <= side <= 8192 and side % 2 == 0 for side in (self.width, self.height)):
            raise ConfigError(f"a film is 64 to 8192 pixels wide and high, in even numbers, not {self.width}x{self.height}")
        if not 1 <= self.takes <= 16:
            raise ConfigError(f"there can be 1 to 16 takes, not {self.takes}")
        for clip, take in self.picks.items():
            if not 1 <= take <= self.takes:
                raise ConfigError(f"take {take} of clip {clip} is picked, but --takes is {self.takes}")

    @property
    def stages(self) -> dict[str, str]:
        """The names of the stages by their kinds, in the order of the chain; narration comes last and is no choice."""
        named = {"storyboard": self.storyboard, "stills": self.stills, "animate": self.animate, "assemble": self.assemble}
        return named | ({"enhance": self.enhance} if self.enhance else {})

    def check(self) -> None:
        """Raises PluginError or ConfigError where a stage or an option is not known, or none of this film."""
        for kind in self.stages:
            self.stage_run(kind, [])
        if unused := set(self.options) - set(self.stages.values()):
            raise ConfigError(f"options are set for the stage '{min(unused)}', which this film does not use")

    def stage(self, kind: str) -> Stage:
        """The stage of a kind."""
        return load_stage(self.stages[kind], kind)

    def stage_run(self, kind: str, inputs: list[Path], seed: int = 0, **known: Any) -> StageRun:
        """The stage of a kind with its options: those that the production knows, where the stage has them, and those that
        are set. The size of the film is known to all."""
        stage = self.stage(kind)
        known = {"width": self.width, "height": self.height, "fps": self.fps, "voice": self.voice} | known
        given = {key: str(value) for key, value in known.items() if has_option(stage, key) and value is not None}
        return StageRun(stage, tuple(inputs), options_of(stage, given | self.options.get(stage.name, {})), seed)


def has_option(stage: Stage, name: str) -> bool:
    return any(option.name == name for option in fields(stage.Options))
