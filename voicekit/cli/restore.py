"""voicekit restore"""

from pathlib import Path

import click

from voicekit.cli.options import audio_track, out_beside


@click.command()
@click.argument("path", metavar="IN", type=click.Path(path_type=Path))
@out_beside("restored")
@click.option(
    "--repairs",
    help="Which repairs, separated by commas: polarity, dropouts, clipping, clicks, hum, echo; without it, all but echo.",
)
@audio_track()
def command(path: Path, out: Path | None, repairs: str | None, audio_track: int | str | None) -> None:
    """Repair the sound of IN: polarity, clicks, clipping, dropouts, mains hum and, if asked for, the echo of a room.

    What is not found is not touched. A film keeps its picture.

    \b
    Examples: voicekit restore tape.wav -o whole.wav
              voicekit restore film.mp4 -o film2.mp4 --repairs hum,clicks
    """
    from voicekit.audio.restore import USUAL, find_repairs, restore
    from voicekit.audio.treatment import Treatment
    from voicekit.cli.paste import tell_how_to_open
    from voicekit.cli.terminal import Terminal
    from voicekit.media import default_out
    from voicekit.media.sound import Sound
    from voicekit.postproduction.chain import run_chain

    chosen = USUAL if repairs is None else find_repairs(repairs)

    def step(sound: Sound) -> Treatment:
        return restore(sound, chosen)

    with Terminal() as reporter:
        out = out or default_out(path, "restored")
        run_chain(path, out, {"restore": step}, audio_track, reporter)
    click.echo(out)
    tell_how_to_open(out)
