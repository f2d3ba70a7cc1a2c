"""voicekit denoise"""

from pathlib import Path

import click

from voicekit.cli.options import Number, audio_track, out_beside
from voicekit.core.plugins import DENOISER


@click.command()
@click.argument("recording", type=click.Path(path_type=Path))
@out_beside("denoised")
@click.option(
    "--reduction",
    "reduction_db",
    type=Number(0, 60),
    help="How many dB the noise comes down; without it, as many as are heard.",
)
@click.option(
    "--engine",
    default=DENOISER,
    show_default=True,
    help="deepfilternet, isolator, noisereduce, afftdn, or another plug-in.",
)
@click.option("--model", type=click.Path(path_type=Path), help="The folder of an isolator of your own (--engine isolator).")
@audio_track()
def command(
    recording: Path,
    out: Path | None,
    reduction_db: float | None,
    engine: str,
    model: Path | None,
    audio_track: int | str | None,
) -> None:
    """Take the noise out of RECORDING, which may be a film: its picture is copied as it is.

    A clean recording is not changed.

    \b
    Example: voicekit denoise interview.wav -o interview.clean.wav
    """
    from voicekit.cli.paste import tell_how_to_open
    from voicekit.cli.terminal import Terminal
    from voicekit.core.plugins import load, with_model
    from voicekit.media import default_out
    from voicekit.postproduction.chain import run_chain

    denoiser = with_model(load("denoisers", engine), engine, model)
    with Terminal() as reporter:
        out = out or default_out(recording, "denoised")
        run_chain(recording, out, {"denoise": lambda sound: denoiser(sound, reduction_db)}, audio_track, reporter)
    click.echo(out)
    tell_how_to_open(out)
