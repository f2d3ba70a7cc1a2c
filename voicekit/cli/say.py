"""voicekit say"""

from pathlib import Path

import click

from voicekit.cli.options import Number


@click.command()
@click.argument("text")
@click.option(
    "-o",
    "--out",
    type=click.Path(path_type=Path),
    required=True,
    help="The sound file to write (wav, flac, ogg).",
)
@click.option("--voice", help="Name or folder of the voice; without it, the newest.")
@click.option("--pace", type=Number(0.5, 2.0), default=1.0, show_default=True, help="1.2 is 20 % faster.")
@click.option("--device", default="auto", show_default=True, help="auto, cpu or cuda.")
def command(text: str, out: Path, voice: str | None, pace: float, device: str) -> None:
    """Speak TEXT into a sound file. With "-" the text is read from standard input.

    \b
    Example: voicekit say "The lights come on." -o lights.wav
    """
    import sys

    from voicekit.files import as_text
    from voicekit.say import say
    from voicekit.voices import find_voice, load_engine

    chosen = find_voice(voice)
    given = sys.stdin.buffer.read().decode("utf-8", "replace") if text == "-" and sys.stdin else as_text(text)
    speech = say(given, out, load_engine(chosen, device), pace)
    click.echo(f"{out}: {speech.duration_s:.1f} s in the voice '{chosen.name}'")
