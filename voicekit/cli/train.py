"""voicekit train"""

from pathlib import Path

import click

from voicekit.cli.options import Name, Number


@click.command()
@click.argument("dataset", required=False, type=click.Path(path_type=Path))
@click.option("--name", type=Name(), help="Name of the voice; without it, that of the dataset.")
@click.option("--minutes", type=Number(min=0.1), help="How long to train in all, shared by the two networks.")
@click.option("--base", help="The voice to start from: a name, a folder, or none.")
@click.option("--recipe", type=click.Path(path_type=Path), help="A TOML file of settings; see recipes/.")
@click.option("--device", default="auto", show_default=True, help="auto, cpu or cuda.")
def command(dataset: Path | None, name: str | None, minutes: float | None, base: str | None, recipe: Path | None,
            device: str) -> None:  # fmt: skip
    """Turn a prepared DATASET into a voice; without DATASET, the newest.

    Interrupt it whenever you like: the same command goes on where it stopped.

    \b
    Example: voicekit train --minutes 30
    """
    from voicekit.cli.watch import TrainingWatch
    from voicekit.config import TrainConfig, read_toml, with_minutes
    from voicekit.dataset.manifest import find_dataset
    from voicekit.files import alone
    from voicekit.train import train
    from voicekit.voices import VOICES_FOLDER, find_voice

    dataset = find_dataset(dataset)
    config = read_toml(recipe, TrainConfig()) if recipe else TrainConfig()
    config = with_minutes(config, minutes, base)
    start = None if config.base == "none" else find_voice(config.base)
    voice = VOICES_FOLDER / (name or dataset.name)
    click.echo(
        f"Training the voice '{voice.name}' on {dataset}, from {f'the voice {start.name!r}' if start else 'nothing'}: "
        f"{config.acoustic.minutes:g} + {config.vocoder.minutes:g} minutes. Ctrl-C stops it; the same command goes on."
    )
    with alone(voice / "training"), TrainingWatch() as watch:
        train(dataset, voice, config, start.folder if start else None, device, watch)
    click.echo(f"{voice}: the voice is ready. Its losses: {voice / 'training' / 'losses.png'}")
    click.echo(f'Hear it:  voicekit say "Hello, this is my voice." -o hello.wav --voice {voice.name}')
