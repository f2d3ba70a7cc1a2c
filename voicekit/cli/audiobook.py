"""voicekit say, where what it speaks is a book"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from voicekit.cli.options import Numbers

if TYPE_CHECKING:
    from voicekit.core.reporter import Reporter
    from voicekit.speech.engine import Engine

#: A longer text is kept passage by passage while it is spoken: two minutes of it.
LONG_SIGNS = 2_000
#: The endings of what is a text in a file where a file of that name is there.
_TEXTS = (
    ".txt",
    ".text",
    ".md",
    ".markdown",
    ".docx",
    ".docm",
    ".odt",
    ".epub",
    ".html",
    ".htm",
    ".xhtml",
    ".fdx",
    ".fountain",
)


def book_options(command: Callable[..., None]) -> Callable[..., None]:
    """The options of a book."""
    options = (
        click.option("--for", "preset", help="For whom an audiobook is: acx, podcast …; see voicekit master."),
        click.option("--title", help="Of a book, in place of its own."),
        click.option("--author", help="Of a book, in place of its own."),
        click.option("--narrator", help="Who reads a book: said before and after it, and written into the file."),
        click.option("--cover", type=click.Path(path_type=Path), help="The picture of a book, in place of its own."),
        click.option("--chapters", type=Numbers(), help="Only these of a book, such as 1,3-5: voicekit script chapters."),
        click.option("--whole", is_flag=True, help="Read title pages, imprint, contents, notes and index as well."),
        click.option("--verify", is_flag=True, help="Check that each word of a book is said, and speak again if not."),
    )
    for option in reversed(options):
        command = option(command)
    return command


def file_meant(text: str, out: Path) -> bool:
    """Whether TEXT is the name of a file.

    Raises:
        UsageError: it is the name of one that is not there.
    """
    if "\n" in text or len(text) > 1000 or not text.lower().endswith(_TEXTS):
        return False
    if Path(text).is_file():
        return True
    if " " not in text or out.suffix.lower() == ".m4b":
        raise click.UsageError(
            f"There is no file {text}; check its name, or end the text with a full stop to have it spoken."
        )
    return False


def is_book(file: Path | None, out: Path, of_book: Mapping[str, Any]) -> bool:
    """Whether what is given is read as a book: an EPUB, or a file that is to have chapters.

    Raises:
        UsageError: an option is given that only a book has, and it is none.
    """
    given = any(of_book.values())
    if given and (file is None or str(file) == "-"):
        raise click.UsageError("--for, --title and the other options of a book want one, which is read from a file.")
    if given and str(out) == "-":
        raise click.UsageError(
            "--for, --title and the other options of a book go into a file or a folder; name one with -o."
        )
    if file is None or str(file) == "-" or str(out) == "-":
        return False
    has_chapters = out.suffix.lower() == ".m4b" or not out.suffix or out.is_dir()
    return given or has_chapters or file.suffix.lower() == ".epub"


def speak_book(
    file: Path, out: Path, engine: "Engine", voice: str, pace: float, of_book: Mapping[str, Any], reporter: "Reporter"
) -> None:
    """Speaks a book, and says what came of it. Exit code 1 where a chapter does not meet the rules it was made for."""
    import sys

    from voicekit.cli.paste import tell_how_to_open
    from voicekit.narration.audiobook.job import AudiobookOptions
    from voicekit.narration.audiobook.make import make_audiobook
    from voicekit.text.script.cue import clock

    chosen = {name: value for name, value in of_book.items() if value}
    made = make_audiobook(file, out, engine, AudiobookOptions(pace=pace, **chosen), reporter)
    for start_s, end_s, title in made.chapters:
        click.echo(f"{clock(start_s) if len(made.files) == 1 else clock(end_s):>9}  {title}")
    for line in made.failing:
        click.echo(f"voicekit: {line}", err=True)
    n = len(made.chapters)
    click.echo(f"{out}: {n} {'chapter' if n == 1 else 'chapters'}, {clock(made.duration_s)} in the voice '{voice}'")
    tell_how_to_open(out)
    if made.failing:
        sys.exit(1)
