"""voicekit enhance"""

from pathlib import Path

import click

from voicekit.cli.options import Number, audio_track, out_beside


@click.command()
@click.argument("recording", type=click.Path(path_type=Path))
@out_beside("enhanced")
@click.option("--amount", type=Number(0.0, 1.0), default=1.0, show_default=True, help="How much is done: 0.5 is half.")
@audio_track()
def command(recording: Path, out: Path | None, amount: float, audio_track: int | str | None) -> None:
    """Make the voice in a RECORDING or film sound as from a studio.

    Loud and soft passages come nearer to each other, a dull, thin or boomy tone is mended, rumble and sharp sibilants are
    tamed, treble that a telephone cut off is rebuilt. What is good already is left alone.

    \b
    Examples: voicekit enhance interview.wav -o better.wav
              voicekit enhance film.mp4 -o better.mp4 --amount 0.5
    """
    from functools import partial

    from voicekit.audio.enhance import Enhancement, enhance
    from voicekit.cli.paste import tell_how_to_open
    from voicekit.cli.terminal import Terminal
    from voicekit.media import default_out
    from voicekit.postproduction.chain import run_chain

    with Terminal() as reporter:
        out = out or default_out(recording, "enhanced")
        run_chain(recording, out, {"enhance": partial(enhance, settings=Enhancement(amount))}, audio_track, reporter)
    click.echo(out)
    tell_how_to_open(out)
