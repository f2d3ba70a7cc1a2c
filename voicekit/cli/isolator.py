"""voicekit isolator"""

import sys
from pathlib import Path

import click

from voicekit.cli.options import Number
from voicekit.cli.paste import pasteable
from voicekit.core.wording import quoted


@click.command()
@click.argument("data", type=click.Path(path_type=Path))
@click.option("-o", "--out", type=click.Path(path_type=Path), default="isolator", show_default=True, help="Where it goes.")
@click.option("--from", "start", type=click.Path(path_type=Path), help="Folder of an isolator to go on from.")
@click.option("--minutes", type=Number(min=0.01), help="How long to train.")
@click.option("--recipe", type=click.Path(path_type=Path), help="A TOML file of settings.")
@click.option("--device", default="auto", show_default=True, help="auto, cpu or cuda.")
def command(data: Path, out: Path, start: Path | None, minutes: float | None, recipe: Path | None, device: str) -> None:
    """Train the network that takes speech out of noise and music, from recordings in DATA.

    DATA holds kathleen/, kerstin/, librispeech/, vctk/, noise/ and music/ as the project's own data does; see
    recipes/isolator/corpus.py. Interrupt it whenever you like: the same command goes on where it stopped.

    \b
    Example: voicekit isolator ../shared/data -o my-isolator --device cuda
    """

    from voicekit.cli.terminal import Terminal
    from voicekit.core.files import alone, shipped
    from voicekit.core.settings import read_toml
    from voicekit.training.settings import with_minutes

    sys.path.insert(0, str(shipped("recipes")))  # how it is trained is no part of the library: it lies in recipes/isolator
    from isolator.settings import IsolatorTraining
    from isolator.train import train_isolator

    config = read_toml(recipe, IsolatorTraining()) if recipe else IsolatorTraining()
    config = with_minutes(config, minutes)
    with alone(out / "training"), Terminal() as reporter:
        train_isolator(data, out, config, device, start, reporter)
    name = quoted([out])
    use = f"use it with voicekit denoise --engine isolator --model {name}, or voicekit separate --model {name}"
    click.echo(pasteable(f"{out}: {use}"))
