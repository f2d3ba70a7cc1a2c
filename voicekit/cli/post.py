"""voicekit post"""

from pathlib import Path

import click

from voicekit.cli.options import audio_track, out_beside


@click.command()
@click.argument("recording", type=click.Path(path_type=Path))
@out_beside("post")
@click.option("--steps", help="What to do, in this order; without it, denoise,restore,enhance,master.")
@click.option(
    "--for", "preset", default="podcast", show_default=True, help="What it is for: podcast, ebu, youtube, acx, film."
)
@audio_track()
def command(recording: Path, out: Path | None, steps: str | None, preset: str, audio_track: int | str | None) -> None:
    """Make the sound of RECORDING right, which may be a film: its picture is copied as it is.

    Each step listens first, says what it found, and leaves alone what needs nothing.

    \b
    Example: voicekit post interview.mp4 -o interview.post.mp4 --for youtube
    """
    from voicekit.cli.paste import tell_how_to_open
    from voicekit.cli.terminal import Terminal
    from voicekit.media import default_out
    from voicekit.postproduction.post import post
    from voicekit.postproduction.steps import USUAL

    names = USUAL if steps is None else tuple(name.strip() for name in steps.split(",") if name.strip())
    with Terminal() as reporter:
        out = out or default_out(recording, "post")
        post(recording, out, preset, names, audio_track, reporter)
    click.echo(out)
    tell_how_to_open(out)
