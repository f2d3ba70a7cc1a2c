"""voicekit master"""

from pathlib import Path

import click

from voicekit.cli.options import audio_track, out_beside


@click.command()
@click.argument("path", metavar="IN", type=click.Path(path_type=Path))
@out_beside("mastered")
@click.option("--for", "preset", required=True, help="podcast, ebu, youtube, acx or film.")
@audio_track()
def command(path: Path, out: Path | None, preset: str, audio_track: int | str | None) -> None:
    """Bring a sound or film to the loudness and the peaks that those who take it want.

    \b
    podcast  -16 LUFS, true peak at most -1 dB
    ebu      -23 LUFS (R 128), true peak at most -1 dB
    youtube  -14 LUFS, true peak at most -1 dB
    acx      audiobook: -23 to -18 dB RMS, peak at most -3 dB, noise floor below -60 dB; 44.1 kHz, room tone around it
    film     dialogue at -27 LUFS (Netflix), true peak at most -2 dB

    Peaks are limited 1 dB lower, because coding as MP3 or AAC moves them. What is right already stays as it is.

    \b
    Example: voicekit master chapter.wav -o chapter.mp3 --for acx
    """
    from voicekit.audio.presets import find_preset
    from voicekit.cli.paste import tell_how_to_open
    from voicekit.cli.terminal import Terminal
    from voicekit.media import default_out
    from voicekit.postproduction.chain import run_chain
    from voicekit.postproduction.steps import find_steps

    with Terminal() as reporter:
        out = out or default_out(path, "mastered")
        run_chain(path, out, find_steps(("master",), preset), audio_track, reporter, find_preset(preset))
    click.echo(out)
    tell_how_to_open(out)
