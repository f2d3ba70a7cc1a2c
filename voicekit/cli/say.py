"""voicekit say"""

from functools import partial
from pathlib import Path
from typing import IO, Any

import click

from voicekit.cli.audiobook import LONG_SIGNS, book_options, file_meant, is_book, speak_book
from voicekit.cli.options import Number, commercial, script_language
from voicekit.cli.options import cast as cast_option
from voicekit.cli.quick import quick_start
from voicekit.cli.terminal import Terminal
from voicekit.core.reporter import Reporter


@click.command()
@click.argument("text", required=False)
@click.option(
    "--file",
    "file",
    type=click.Path(path_type=Path),
    help="Speak this file: text, docx, odt, epub, html, fountain, fdx.",
)
@click.option(
    "-o",
    "--out",
    type=click.Path(path_type=Path),
    required=True,
    help='The sound file to write (wav, flac, mp3, m4a, m4b, ogg), a folder for a file a chapter, or "-": WAV to a pipe.',
)
@click.option("--voice", help="Name or folder of the voice, or of the narrator's; without it, the newest.")
@cast_option
@click.option("--lexicon", type=click.Path(path_type=Path), help="A TOML file of words and how they are said.")
@script_language
@commercial
@book_options
@click.option("--pace", type=Number(0.5, 2.0), default=1.0, show_default=True, help="1.2 is 20 % faster.")
@click.option("--device", default="auto", show_default=True, help="auto, cpu or cuda.")
def command(
    text: str | None,
    file: Path | None,
    out: Path,
    voice: str | None,
    cast: Path | None,
    lexicon: Path | None,
    language: str,
    commercial: bool,
    pace: float,
    device: str,
    **of_book: Any,
) -> None:
    """Speak TEXT, or the file of that name, into a sound file. With "-" the text is read from standard input.

    A blank line ends a paragraph. A book becomes an audiobook with chapters: an EPUB, or Word, OpenDocument, HTML, Markdown
    or plain text into .m4b or a folder. What was spoken of a long text is kept: run the same command again to go on.

    A lexicon has a word a line: Nguyen = "win" or GIF = "/dʒɪf/". One called lexicon.toml is used without being asked for
    where it lies beside the text file or in the voice's folder.

    \b
    Examples: voicekit say "The lights come on." -o lights.wav
              voicekit say book.epub -o book.m4b --for acx
              voicekit say manuscript.docx -o chapters/ --for acx --author "Ada Quill"
              voicekit say --file story.txt -o - | ffplay -nodisp -
    """
    if (text is None) == (file is None):
        raise click.UsageError("Give either TEXT or --file.")
    if text and file_meant(text, out):
        file, text = Path(text), None
    to_pipe, piped_in = str(out) == "-", str(file) == "-"
    name = str(file) if file and not piped_in else "the text"
    with Terminal() as reporter:
        with quick_start():
            from voicekit.core.errors import ConfigError
            from voicekit.speech.cast import load_cast
            from voicekit.speech.say import say, stream
            from voicekit.speech.voices import check_may_be_sold, find_voice, speaking

            as_book = is_book(file, out, of_book)
            if not to_pipe and not as_book:
                from voicekit.media import check_format

                check_format(out)
            given = "" if as_book else _read(text, file, reporter)
            beside = None if piped_in else file
            who = load_cast(cast, device, lexicon, beside, commercial)
            wanted = voice or who.narrator.voice or None
            if commercial:
                check_may_be_sold(find_voice(wanted))
            chosen, engine = speaking(wanted, device, lexicon, beside, reporter)
        if as_book and file:
            if cast:
                raise ConfigError("a book is read by one voice; leave out --cast")
            speak_book(file, out, engine, chosen.name, pace, of_book, reporter)
            return
        if not to_pipe and len(given) > LONG_SIGNS:
            from voicekit.narration.recital import say_long

            say = say_long
        speak = partial(stream, given, _pipe()) if to_pipe else partial(say, given, out)
        seconds = speak(engine, pace, name, reporter, language, who, chosen)
    click.echo(f"{out}: {seconds:.1f} s in the voice '{chosen.name}'", err=to_pipe)


def _read(text: str | None, file: Path | None, reporter: Reporter) -> str:
    import sys

    from voicekit.core.files import as_text
    from voicekit.text.read import at_most, decode, read_text

    if file and str(file) != "-":
        return read_text(file, reporter.note)
    if text is None or text == "-":
        return decode(at_most(sys.stdin.buffer, "standard input"), "standard input", reporter.note) if sys.stdin else ""
    return as_text(text)


def _pipe() -> IO[bytes]:
    import sys

    from voicekit.core.errors import ConfigError

    if sys.stdout.isatty():
        raise ConfigError("standard output is a terminal; pipe the sound into a player, or name a file with -o")
    return sys.stdout.buffer
