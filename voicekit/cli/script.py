"""voicekit script"""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from voicekit.cli.failing import failing_with
from voicekit.cli.quick import quick_start
from voicekit.cli.terminal import Terminal

if TYPE_CHECKING:
    from voicekit.narration.estimate import Estimate


@click.group()
def command() -> None:
    """Look at a script before it is spoken."""


@command.command()
@click.argument("script", type=click.Path(path_type=Path))
@click.option("--video", type=click.Path(path_type=Path), required=True, help="The clip to narrate.")
@click.option("--voice", help="Name or folder of the voice; without it, the newest.")
@click.option("--lexicon", type=click.Path(path_type=Path), help="A file of words and how they are said.")
@click.option("--device", default="auto", show_default=True, help="auto, cpu or cuda.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")
def check(script: Path, video: Path, voice: str | None, lexicon: Path | None, device: str, as_json: bool) -> None:
    """Say which lines of SCRIPT will not fit the film, by how much, and how many words to cut. Nothing is spoken.

    Exit code 1 when a line does not fit, 2 when that cannot be told.

    \b
    Example: voicekit script check script.txt --video clip.mp4
    """
    import sys

    with Terminal() as reporter, failing_with(2), quick_start():
        from voicekit.narration.estimate import estimate
        from voicekit.narration.job import look
        from voicekit.speech.voices import speaking

        job = look(script, video)
        job.tell(reporter)
        _, engine = speaking(voice, device, lexicon, script, reporter)
        estimates = estimate(job, engine, reporter)
    late = [one for one in estimates if one.placement.overrun_s]
    if as_json:
        _print_json(estimates)
    else:
        _print_table(estimates)
        do = "does" if len(late) == 1 else "do"
        outcome = "every line fits" if not late else f"{len(late)} of {len(estimates)} lines {do} not fit"
        fastest = max(one.placement.compression.speed for one in estimates)
        click.echo(f"{script}: {outcome}; the voice speaks up to {fastest:.2f} times as fast as by itself")
    if late:
        sys.exit(1)


def _print_json(estimates: "list[Estimate]") -> None:
    import json

    lines = [
        {
            "number": one.number,
            "line": one.placement.cue.line,
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
    click.echo(
        json.dumps({"fits": not any(line["overrun_s"] for line in lines), "lines": lines}, indent=2, ensure_ascii=False)
    )


def _print_table(estimates: "list[Estimate]") -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from voicekit.text.script.cue import clock

    table = Table("", "line", "heard", "until", "speed", "too long by", "words to cut", "text", box=None, pad_edge=False)
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
            Text(placement.cue.text, overflow="ellipsis", no_wrap=True),
        )
    Console(highlight=False).print(table)
