"""What options are checked for before a command begins."""

import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from voicekit.core.wording import some

#: The folder of weights that speech is recognised with.
asr_model = click.option(
    "--asr-model",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="Weights of Whisper for faster-whisper.  [default: $VOICEKIT_ASR_MODEL, else the largest it has downloaded]",
)

#: Who is spoken by which voice.
cast = click.option(
    "--cast",
    type=click.Path(path_type=Path),
    help='Who speaks with which voice, a table a name: [ANNA] voice = "…"; see voicekit script cast.',
)

#: For whom a narrated film is.
film_preset = click.option(
    "--for",
    "preset",
    type=click.Choice(["podcast", "ebu", "youtube", "film"]),
    default="podcast",
    show_default=True,
    help="How loud the film becomes: podcast (-16 LUFS), ebu, youtube or film; see voicekit master.",
)


class Commands(click.Group):
    """A group that names the nearest of its commands for one that it has not; where none is near, those that there are."""

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        import difflib

        names = self.list_commands(ctx)
        if args and args[0] not in names and not args[0].startswith("-"):
            near = difflib.get_close_matches(args[0], names, n=1)
            alone = f"; '{ctx.command_path}' alone lists" if self.invoke_without_command else ""
            there_are = f"did you mean '{near[0]}'?" if near else f"there are {some(names, 8)}{alone}"
            raise click.UsageError(f"there is no command '{args[0]}'; {there_are}", ctx)
        return super().resolve_command(ctx, args)


class Name(click.ParamType):
    """What a folder can be called, and nothing that leads out of where it is to lie."""

    name = "text"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if not re.fullmatch(r"\w[\w .-]*", value):
            self.fail(f"{value!r} is not a name; use letters, digits, spaces, '-', '_' and '.'", param, ctx)
        return value


class Number(click.FloatRange):
    """A range of numbers, of which "nan" and "inf" are none."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        number = super().convert(value, param, ctx)
        if not math.isfinite(number):
            self.fail(f"{value!r} is not a number.", param, ctx)
        return number


class Numbers(click.ParamType):
    """Numbers from 1, and ranges of them: "3,7-9"."""

    name = "numbers"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> frozenset[int]:
        if isinstance(value, frozenset):
            return value
        numbers: set[int] = set()
        for part in filter(None, (part.strip() for part in value.split(","))):
            match = re.fullmatch(r"(\d{1,6})(?:\s*[-–]\s*(\d{1,6}))?", part)
            first, last = (int(match[1]), int(match[2] or match[1])) if match else (0, 0)
            if not 1 <= first <= last:
                self.fail(f"{part!r} is neither a number from 1 nor a range; write it as 3,7-9.", param, ctx)
            numbers.update(range(first, last + 1))
        return frozenset(numbers)


class Track(click.ParamType):
    """One of a file's sound tracks by its number from 1, or all of them."""

    name = "N|all"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int | str:
        if str(value).strip().lower() == "all":
            return "all"
        if not re.fullmatch(r"[1-9]\d{0,3}", str(value).strip()):
            self.fail(f"{value!r} is neither the number of a sound track, from 1, nor 'all'.", param, ctx)
        return int(value)


class Pattern(click.ParamType):
    """A text of a form, which stays as it is written."""

    def __init__(self, name: str, form: str, told: str) -> None:
        """`told`: what a text is not that has not this form, and an example."""
        self.name, self._form, self._told = name, re.compile(form, re.IGNORECASE), told

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if not self._form.fullmatch(str(value).strip()):
            self.fail(f"{value!r} {self._told}", param, ctx)
        return str(value).strip()


SIZE = Pattern("WxH", r"\d{1,4}[02468] ?[x×] ?\d{1,4}[02468]", "is not a size; write two even numbers, such as 1280x720.")
PICK = Pattern("CLIP=TAKE", r"\d{1,6} ?= ?\d{1,6}", "is not a pick; write CLIP=TAKE, such as 3=2.")
STAGE_OPTION = Pattern("STAGE.KEY=VALUE", r"[^=.]+\.[^=]+=(?s:.*)", "names no option of a stage; write STAGE.KEY=VALUE.")


#: Whether what is spoken is to be sold.
commercial = click.option(
    "--commercial/--no-commercial", help="Refuse a voice whose licence forbids to sell what it says, before it speaks."
)

#: Whether and how a film is listened to.
verify = click.option(
    "--verify/--no-verify", default=True, show_default=True, help="Check that each word is said, and speak again if not."
)


def audio_track(
    help_: str = "Which of the file's sound tracks, from 1; all mixes them. Without it, the default one.",
) -> Any:
    """The option --audio-track, for commands that listen to a file."""
    return click.option("--audio-track", type=Track(), help=help_)


def script_language(command: Any) -> Any:
    """The option --language, for commands that speak a script."""
    help_ = "The one to speak, such as de, where the script is in two side by side; without it, the voice's."
    return click.option("--language", default="", help=help_)(command)


def out_beside(word: str) -> Callable[[Any], Any]:
    """-o, which may be left out: see `media.default_out`."""
    return click.option(
        "-o",
        "--out",
        type=click.Path(path_type=Path),
        help=f"The sound or film to write; without it, NAME.{word} with the recording's ending, in the current folder.",
    )
