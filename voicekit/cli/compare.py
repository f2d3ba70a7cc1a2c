"""voicekit compare"""

from pathlib import Path

import click

from voicekit.cli.options import audio_track


@click.command()
@click.argument("before", metavar="A", type=click.Path(path_type=Path))
@click.argument("after", metavar="B", type=click.Path(path_type=Path))
@click.option("-o", "--out", type=click.Path(path_type=Path), required=True, help="What to write: .png or .html.")
@audio_track()
def command(before: Path, after: Path, out: Path, audio_track: int | str | None) -> None:
    """Draw two versions of a sound side by side: waveform, spectrogram, loudness over time, and their figures.

    A page also has a player for each; the sounds are put into it where they are short.

    \b
    Example: voicekit compare take.wav take.mastered.wav -o take.html
    """
    from voicekit.audio.presets import FIGURES, shown
    from voicekit.cli.paste import tell_how_to_open
    from voicekit.cli.terminal import Terminal
    from voicekit.postproduction.compare import TITLE, compare

    with Terminal() as reporter:
        both = compare(before, after, out, audio_track, reporter)
    for path, measured in zip((before, after), both, strict=True):
        click.echo(f"{path}: {', '.join(f'{FIGURES[figure][0]} {shown(figure, measured)}' for figure in TITLE)}")
    click.echo(f"{'listen' if out.suffix.lower() == '.html' else 'look'}: {out}")
    tell_how_to_open(out)
