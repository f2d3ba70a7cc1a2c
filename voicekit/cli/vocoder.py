"""voicekit vocoder"""

from pathlib import Path

import click

from voicekit.cli.options import Name
from voicekit.cli.paste import pasteable


@click.command()
@click.argument("vocos", type=click.Path(path_type=Path))
@click.option("--voice", help="Name or folder of the voice; without it, the newest.")
@click.option("--name", type=Name(), help="Name of the new voice; without it, NAME-vocos.")
def command(vocos: Path, voice: str | None, name: str | None) -> None:
    """Make of a voice another one, whose vocoder is the Vocos in the folder VOCOS.

    VOCOS is a download of vocos-mel-24khz or of another in its layout: config.yaml and pytorch_model.bin or
    model.safetensors. The voice itself is not changed. Train the new one further to fit the two to each other.

    \b
    Example: voicekit vocoder vocos-mel-24khz/ --voice me --name me-vocos
    """
    from voicekit.cli.terminal import Terminal
    from voicekit.speech.voices import VOICES_FOLDER, find_voice, remember, to_hear
    from voicekit.speech.with_vocoder import with_vocoder

    with Terminal() as reporter:
        chosen = find_voice(voice, reporter=reporter)
    made = with_vocoder(chosen.folder, vocos, VOICES_FOLDER / (name or f"{chosen.name}-vocos"))
    remember(made)
    click.echo(f"{made}: the voice '{chosen.name}' with the vocoder of {vocos}")
    click.echo(pasteable(f"Hear it:  {to_hear(made)}"))
