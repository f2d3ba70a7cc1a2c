"""voicekit evaluate"""

from pathlib import Path
from typing import Any

import click

from voicekit.cli.options import asr_model
from voicekit.cli.paste import tell_how_to_open


class Sentences(click.ParamType):
    """How many, or a file with one a line."""

    name = "n|file"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int | Path:
        if isinstance(value, int):
            return value
        if not value.lstrip("+-").isdecimal():
            return Path(value)
        if int(value) < 1:
            self.fail(f"{value!r} is not a number of sentences; give 1 or more, or a file", param, ctx)
        return int(value)


@click.command()
@click.option("--voice", help="Name or folder of the voice; without it, the newest.")
@click.option(
    "--dataset", type=click.Path(path_type=Path), help="The person's dataset; without it, the one the voice was made from."
)
@click.option(
    "--sentences",
    type=Sentences(),
    default=40,
    show_default=True,
    help="Held-out sentences, or a text file with one a line.",
)
@click.option("--out", type=click.Path(path_type=Path), help="Folder to write to.  [default: evaluation/ beside the voice]")
@click.option("--device", default="auto", show_default=True, help="auto, cpu or cuda.")
@asr_model
def command(
    voice: str | None, dataset: Path | None, sentences: int | Path, out: Path | None, device: str, asr_model: Path | None
) -> None:
    """Judge a voice on sentences it was not taught, beside the person saying them.

    Others' models judge words, quality and likeness; melody, rate and pauses are measured against the recordings. Beside the
    voice stands copy-synthesis, the recordings through the voice's vocoder, which shows which part loses what.

    \b
    Example: voicekit evaluate --voice me
    """
    from rich.console import Console

    from voicekit.cli.terminal import Terminal
    from voicekit.dataset.manifest import find_dataset
    from voicekit.evaluation.evaluate import evaluate, own_dataset
    from voicekit.evaluation.report import tables
    from voicekit.evaluation.verdict import verdict
    from voicekit.speech.voices import find_voice

    with Terminal() as reporter:
        chosen = find_voice(voice, reporter=reporter)
        dataset = find_dataset(dataset) if dataset else own_dataset(chosen, sentences)
        evaluation = evaluate(chosen.folder, dataset, sentences, out, device, asr_model, reporter)

    console = Console(highlight=False)
    console.print(evaluation.title, markup=False)
    for line in verdict(evaluation):
        console.print(line, markup=False, soft_wrap=True)
    for table in tables(evaluation):
        console.print()
        console.print(table, markup=False)
    console.print()
    for note in evaluation.notes:
        console.print(f"note: {note}", markup=False, soft_wrap=True)
    for left in evaluation.left_out:
        console.print(f"left out: “{left.text}”: {left.reason}", markup=False, soft_wrap=True)
    console.print(f"listen: {evaluation.folder / 'evaluation.html'}", markup=False, soft_wrap=True)
    tell_how_to_open(evaluation.folder / "evaluation.html")
