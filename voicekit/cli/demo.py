"""voicekit demo"""

from pathlib import Path

import click

from voicekit.cli.options import Number


@click.command()
@click.option("--folder", type=click.Path(path_type=Path), default=Path("demo"), show_default=True, help="Where to work.")
@click.option("--minutes", type=Number(min=0.01), default=1.0, show_default=True, help="Of training.")
@click.option("--device", default="auto", show_default=True, help="auto, cpu or cuda.")
def command(folder: Path, minutes: float, device: str) -> None:
    """Run the whole chain, prepare, train and narrate, on embedded defaults.

    \b
    Example: voicekit demo
    """
    from voicekit.cli.paste import tell_how_to_open
    from voicekit.cli.terminal import Terminal
    from voicekit.core.files import alone
    from voicekit.onboarding.demo import demo

    with alone(folder), Terminal() as reporter:
        film = demo(folder, device, minutes, reporter)
    click.echo(f"Done. Play it: {film.resolve()}")
    tell_how_to_open(film.resolve())
