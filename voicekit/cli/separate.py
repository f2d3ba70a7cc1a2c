"""voicekit separate"""

from pathlib import Path

import click

from voicekit.cli.options import audio_track


@click.command()
@click.argument("recording", type=click.Path(path_type=Path))
@click.option(
    "-o", "--out", type=click.Path(path_type=Path), help="The folder to write the parts to; without it, NAME.parts."
)
@click.option("--engine", default="isolator", show_default=True, help="isolator, demucs, or another plug-in.")
@click.option("--model", type=click.Path(path_type=Path), help="Weights of your own for the engine.")
@click.option("--format", "suffix", default=".wav", show_default=True, help="Ending of the files: .wav, .flac, .mp3 ...")
@audio_track()
def command(
    recording: Path, out: Path | None, engine: str, model: Path | None, suffix: str, audio_track: int | str | None
) -> None:
    """Take RECORDING apart into speech and everything else, which together are what it was.

    With --engine demucs (its weights are a download at first use) into vocals, drums, bass and other.

    \b
    Example: voicekit separate clip.mp4 -o parts/
    """
    from voicekit.cli.terminal import Terminal
    from voicekit.core.plugins import load, with_model
    from voicekit.postproduction.separate import separate

    separator = with_model(load("separators", engine), engine, model)
    suffix = suffix if suffix.startswith(".") else f".{suffix}"
    out = out or Path(f"{recording.stem}.parts")
    with Terminal() as reporter:
        files = separate(recording, out, separator, suffix, audio_track, reporter)
    for file in files:
        click.echo(file)
