"""voicekit script"""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from voicekit.cli.failing import failing_with
from voicekit.cli.options import Commands, script_language
from voicekit.cli.options import cast as cast_option
from voicekit.cli.quick import quick_start
from voicekit.cli.terminal import Terminal
from voicekit.core.wording import quoted

if TYPE_CHECKING:
    from voicekit.narration.estimate import Estimate
    from voicekit.speech.roll import Roll
    from voicekit.text.book.book import Book
    from voicekit.text.script.cue import Script


@click.group(cls=Commands)
def command() -> None:
    """Look at a script before it is spoken."""


@command.command()
@click.argument("script", type=click.Path(path_type=Path))
@click.option("--video", type=click.Path(path_type=Path), required=True, help="The clip to narrate.")
@click.option("--voice", help="Name or folder of the voice, or of the narrator's; without it, the newest.")
@cast_option
@click.option("--lexicon", type=click.Path(path_type=Path), help="A file of words and how they are said.")
@script_language
@click.option("--device", default="auto", show_default=True, help="auto, cpu or cuda.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")
def check(
    script: Path,
    video: Path,
    voice: str | None,
    cast: Path | None,
    lexicon: Path | None,
    language: str,
    device: str,
    as_json: bool,
) -> None:
    """Say how SCRIPT is read, and which of its lines will not fit the film, by how much, and how many words to cut.

    Nothing is spoken.

    Exit code 1 when a line does not fit, 2 when that cannot be told.

    \b
    Example: voicekit script check script.txt --video clip.mp4
    """
    import sys

    with Terminal() as reporter, failing_with(2), quick_start():
        from voicekit.narration.estimate import estimate
        from voicekit.narration.job import NarrationOptions, look
        from voicekit.speech.cast import load_cast
        from voicekit.speech.voices import find_voice, speaking, tell_unasked

        who = load_cast(cast, device, lexicon, script)
        voice = voice or who.narrator.voice or None
        chosen = find_voice(voice, reporter=reporter)
        job = look(script, video, options=NarrationOptions(language=language or chosen.language, cast=who))
        if not as_json:
            reporter.say(_how_read(job.script, script))
        job.tell(reporter)
        if voice is None:
            tell_unasked(chosen, reporter)
        _, engine = speaking(chosen, device, lexicon, script, reporter)
        estimates = estimate(job, engine, reporter, chosen)
    late = [one for one in estimates if one.placement.overrun_s]
    if as_json:
        _print_json(job.script, estimates)
    else:
        _print_table(estimates)
        do = "does" if len(late) == 1 else "do"
        outcome = "every line fits" if not late else f"{len(late)} of {len(estimates)} lines {do} not fit"
        fastest = max(one.placement.compression.speed for one in estimates)
        click.echo(f"{script}: {outcome}; the voice speaks up to {fastest:.2f} times as fast as by itself")
    if late:
        sys.exit(1)


@command.command()
@click.argument("book", type=click.Path(path_type=Path))
@click.option("--whole", is_flag=True, help="Title pages, imprint, contents, notes and index as well.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")
def chapters(book: Path, whole: bool, as_json: bool) -> None:
    """List the chapters of BOOK as `voicekit say` reads them, how long each is, and what of it is not read out.

    BOOK is an EPUB, a Word or OpenDocument file, HTML, Markdown or plain text. Nothing is spoken.

    \b
    Example: voicekit script chapters book.epub
    """
    from voicekit.text.book.read import read_book
    from voicekit.text.script.cue import clock

    with Terminal() as reporter:
        read = read_book(book, whole)
        for note in read.notes:
            reporter.note(note)
    if as_json:
        _print_chapters_as_json(read)
        return
    by = f" by {', '.join(read.authors)}" if read.authors else ""
    click.echo(f"{read.title or book}{by}{'' if read.cover else ', without a cover'}")
    for number, chapter in enumerate(read.chapters, start=1):
        click.echo(f"{number:4} {chapter.n_words:7} words  about {clock(round(chapter.duration_s)):>8}  {chapter.title}")
    total_s = sum(chapter.duration_s for chapter in read.chapters)
    n = len(read.chapters)
    click.echo(f"{n} {'chapter' if n == 1 else 'chapters'}, {read.n_words} words, about {clock(round(total_s))} of speech")


def _print_chapters_as_json(book: "Book") -> None:
    import json

    listed = [
        {"number": number, "title": one.title, "words": one.n_words, "about_s": round(one.duration_s)}
        for number, one in enumerate(book.chapters, start=1)
    ]
    told = {
        "title": book.title,
        "authors": book.authors,
        "language": book.language,
        "has_cover": book.cover is not None,
        "chapters": listed,
        "notes": book.notes,
    }
    click.echo(json.dumps(told, indent=2, ensure_ascii=False))


@command.command()
@click.argument("script", type=click.Path(path_type=Path))
@click.option("-o", "--out", type=click.Path(path_type=Path), help="Write a cast to start from, a TOML file, here.")
@click.option("--voice", help="Name or folder of the narrator's voice; without it, the newest.")
@cast_option
@script_language
@click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")
def cast(script: Path, out: Path | None, voice: str | None, cast: Path | None, language: str, as_json: bool) -> None:
    """List who speaks in SCRIPT, how much, and what they are spoken by.

    \b
    Examples: voicekit script cast script.txt -o cast.toml
              voicekit script cast script.txt --cast cast.toml
    """
    import json

    with Terminal() as reporter, quick_start():
        from voicekit.speech.cast import load_cast
        from voicekit.speech.roll import as_toml, roll_of
        from voicekit.speech.voices import find_voice, list_voices
        from voicekit.text.script.script import read_script

        who = load_cast(cast, "cpu", None, None)
        narrator = find_voice(voice or who.narrator.voice or None)
        read = read_script(script, language or narrator.language)
        roll = roll_of(read, who, str(script), narrator.name)
        for note in (*read.notes, *roll.notes):
            reporter.note(note)
        if out:
            from voicekit.core.errors import ConfigError
            from voicekit.core.files import write_text

            if out.exists():
                raise ConfigError(f"{out} is there already, and stays as it is; choose another name with -o")
            write_text(out, as_toml(roll, list_voices(), str(script)))
    if as_json:
        click.echo(json.dumps(roll.as_json(), indent=2, ensure_ascii=False))
        return
    _print_roll(roll)
    if out:
        click.echo(f"{out}: give each a voice there, then: voicekit narrate {quoted([script, '--cast', out])} --video …")


def _print_roll(roll: "Roll") -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table("who", "lines", "words", "first in line", "spoken by", box=None, pad_edge=False)
    for one in roll.entries:
        counts = (str(one.n_lines), str(one.n_words), str(one.line))
        table.add_row(Text(one.name or "(nobody is named)"), *counts, Text(one.spoken_by))
    Console(highlight=False).print(table)


def _how_read(script: "Script", path: Path) -> str:
    """“script.txt: a table with times, 12 lines to speak, 12 of them at a time of their own”."""
    n_lines, n_timed = len(script.cues), sum(cue.start_s is not None for cue in script.cues)
    timed = f", {n_timed} of them at a time of {'its' if n_timed == 1 else 'their'} own" if n_timed else ""
    return f"{path}: read as {script.kind}, {n_lines} {'line' if n_lines == 1 else 'lines'} to speak{timed}"


def _print_json(script: "Script", estimates: "list[Estimate]") -> None:
    import json

    lines = [
        {
            "number": one.number,
            "line": one.placement.cue.line,
            "speaker": one.placement.cue.speaker,
            "text": one.placement.cue.text,
            "start_s": round(one.placement.start_s, 3),
            "end_s": round(one.placement.end_s, 3),
            "natural_s": round(one.natural_s, 3),
            "speed": round(one.placement.compression.speed, 3),
            "overrun_s": round(one.placement.overrun_s, 3),
            "late_s": round(one.placement.late_s, 3),
            "words_to_cut": one.placement.words_to_cut,
        }
        for one in estimates
    ]
    fits = not any(line["overrun_s"] for line in lines)
    told = {"fits": fits, "kind": script.kind, "notes": script.notes, "lines": lines}
    click.echo(json.dumps(told, indent=2, ensure_ascii=False))


def _print_table(estimates: "list[Estimate]") -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from voicekit.text.script.cue import clock

    has_names = any(one.placement.cue.speaker for one in estimates)
    columns = ["", "line", "heard", "until", "speed", "too long by", "words to cut", *(["who"] if has_names else []), "text"]
    table = Table(*columns, box=None, pad_edge=False)
    for one in estimates:
        placement = one.placement
        over = f"{placement.overrun_s:.1f} s" if placement.overrun_s else ""
        table.add_row(
            str(one.number),
            str(placement.cue.line),
            clock(placement.start_s),
            clock(placement.end_s),
            f"{placement.compression.speed:.2f}",
            Text(over, style="red"),
            Text(str(placement.words_to_cut or ""), style="red"),
            *([Text(placement.cue.speaker)] if has_names else []),
            Text(placement.cue.text, overflow="ellipsis", no_wrap=True),
        )
    Console(highlight=False).print(table)
