"""voicekit engines"""

import sys
from pathlib import Path

import click

from voicekit.cli.options import Commands, Name
from voicekit.cli.paste import pasteable
from voicekit.cli.terminal import Terminal

_WIDEST = 1000


@click.group(cls=Commands, invoke_without_command=True)
@click.pass_context
def command(ctx: click.Context) -> None:
    """List the engines of others that can speak here, with their licences; add and remove them.

    \b
    Examples: voicekit engines
              voicekit engines add kokoro
              voicekit say "The lights come on." -o lights.wav --voice kokoro:af_heart
    """
    if ctx.invoked_subcommand is None:
        _list()


@command.command()
@click.argument("name", type=Name())
@click.option(
    "--weights",
    type=click.Path(path_type=Path),
    help="A folder, or file, of the engine's weights; without it they are fetched from where their makers publish them.",
)
@click.option("--yes", is_flag=True, help="Agree to the licence without being asked.")
def add(name: str, weights: Path | None, yes: bool) -> None:
    """Add the engine NAME: agree to its licence, install what it needs, find or fetch its weights.

    \b
    Examples: voicekit engines add kokoro --weights ~/models/kokoro
              voicekit engines add piper
    """
    from voicekit.core.errors import ConfigError
    from voicekit.engines.install import install
    from voicekit.engines.store import addable

    card = addable(name)
    click.echo(card.terms)
    if not yes:
        if not (sys.stdin and sys.stdin.isatty()):
            raise ConfigError(f"to agree without a terminal: voicekit engines add {name} --yes")
        if not click.confirm("Agree, and add it?"):
            click.echo("not added")
            raise SystemExit(1)
    with Terminal() as reporter:
        install(name, weights, reporter)
    then = f"voicekit train --engine {name}" if card.clones else f"voicekit voices --engine {name}"
    click.echo(pasteable(f"added {name}; {'make a voice' if card.clones else 'its voices'}: {then}"))


@command.command()
@click.argument("name", type=Name())
def remove(name: str) -> None:
    """Remove what was added of the engine NAME; weights that lie elsewhere stay.

    \b
    Example: voicekit engines remove kokoro
    """
    from voicekit.engines.store import card_of, remove_installed

    card_of(name)
    for path in remove_installed(name):
        click.echo(f"removed {path}")


def _list() -> None:
    from rich.console import Console
    from rich.table import Column, Table

    from voicekit.engines.catalogue import CATALOGUE
    from voicekit.engines.store import find_installed

    table = Table(
        "engine",
        "added",
        "licence",
        "films may be sold",
        "weights",
        "runs on",
        "clones",
        Column("languages", overflow="fold"),
        box=None,
    )
    for name, card in CATALOGUE.items():
        added = find_installed(name)
        table.add_row(
            name,
            added.agreed if added else "–",
            card.licence,
            "as you say" if card.may_be_sold is None else "yes" if card.may_be_sold else "no",
            f"{card.size_mb} MB" if card.size_mb else "–",
            card.devices,
            "yes" if card.clones else "–",
            card.languages,
        )
    width = None if sys.stdout.isatty() else _WIDEST
    Console(width=width).print(table, markup=False)
