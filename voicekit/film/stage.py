"""What a stage is: files in, one file out, and options.

A stage is found by its name through the entry point `voicekit.stages`, which names a class without arguments:

    @dataclass(frozen=True)
    class SepiaOptions:
        strength: float = 0.5  #: of the effect, 0 to 1

    class Sepia(Stage):
        name, kind, version = "sepia", "enhance", "1"
        takes, gives = (".mp4",), ".mp4"
        Options = SepiaOptions

        def run(self, inputs, out, options: SepiaOptions, context):
            ...

Nothing is asked of it but that it writes `out` from `inputs`, which it leaves alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from voicekit.core.reporter import SILENT, Reporter

#: What a stage of each kind takes and gives, in the order of the chain.
KINDS = {
    "storyboard": "a brief → a storyboard in Markdown",
    "stills": "what is to be seen, in words → a picture",
    "animate": "a picture → a clip",
    "assemble": "clips → a film",
    "enhance": "a film → a better film",
    "narrate": "a film and its storyboard → the narrated film",
}


@dataclass(frozen=True)
class NoOptions:
    """Of a stage that has none."""


@dataclass(frozen=True)
class Context:
    """What a stage may use beside its inputs.

    Attributes:
        device: "cpu", "cuda" or "auto".
        seed: the same gives the same result; another one another take.
        reporter: hears what the stage tells.
        task: what the stage does here, in words: its progress is told under this name.
    """

    device: str = "auto"
    seed: int = 0
    reporter: Reporter = SILENT
    task: str = ""

    def progress(self, share: float) -> None:
        """Tells the share of the work that is done, 0…1; a stage that tells nothing for long is taken to hang."""
        self.reporter.progress(self.task, share)

    def note(self, line: str) -> None:
        """Tells what a person should know before or after: cost, licence, what was left out."""
        self.reporter.note(line)


@runtime_checkable
class Stage(Protocol):
    """One step of the chain.

    Attributes:
        name: by which it is asked for.
        kind: one of KINDS.
        version: another one where the same inputs and options give another result: what is stored is made again then.
        takes: endings of the files that it reads.
        gives: ending of the file that it writes.
        carries_title: whether a stage for stills sets the clip's title on its picture. Such a picture is a card, drawn for
            its clip alone, and the camera moves less over it. Where the stage that animates it has an option `title`, that
            one sets the title, and the option `title` of this one is switched off.
        Options: a frozen dataclass of plain values with defaults; `--set` sets them. It is made before any work begins:
            in __post_init__ it may refuse what makes no sense, with a ConfigError. A dataclass with another name than this
            attribute can be named as the type of `run`'s options.
    """

    name: str
    kind: str
    version: str = "1"
    takes: tuple[str, ...]
    gives: str
    carries_title: bool = False
    Options: type = NoOptions

    def run(self, inputs: Sequence[Path], out: Path, options: Any, context: Context) -> None:
        """Writes `out` from `inputs`, which it does not change.

        Raises:
            VoicekitError: it cannot; the message says why and what to do.
        """
        ...
