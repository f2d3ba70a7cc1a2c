"""voicekit voices"""

import sys

import click

from voicekit.cli.options import Commands, Name

_WIDEST = 1000


@click.group(cls=Commands, invoke_without_command=True)
@click.option("--engine", type=Name(), help="List those that this engine comes with.")
@click.pass_context
def command(ctx: click.Context, engine: str | None) -> None:
    """List the voices there are, the one that speaks by default first; add, remove and rename them.

    \b
    Examples: voicekit voices
              voicekit voices --engine kokoro
    """
    if engine and ctx.invoked_subcommand is not None:
        raise click.UsageError(f"--engine lists voices; leave it out before '{ctx.invoked_subcommand}'.")
    if engine:
        _list_presets(engine)
    elif ctx.invoked_subcommand is None:
        _list()


@command.command()
@click.argument("name", type=Name())
@click.option("--engine", type=click.Choice(["openai"]), required=True, help="openai: a server with POST /v1/audio/speech.")
@click.option("--url", required=True, help="The base of the server's API, such as http://127.0.0.1:8880/v1.")
@click.option("--server-voice", required=True, help="The voice, as the server calls it.")
@click.option("--model", default="tts-1", show_default=True, help="The model, as the server calls it.")
@click.option("--key-variable", default="", metavar="NAME", help="The environment variable that holds the server's key.")
@click.option("--language", default="en-us", show_default=True, help="The one that it speaks, such as de.")
@click.option("--instructions", default="", help="How it is to speak, for models that take that.")
@click.option(
    "--may-be-sold/--not-to-be-sold",
    default=None,
    help="Whether you have the right to sell what the server says.  [default: asked in a terminal, else not]",
)
def add(
    name: str, engine: str, url: str, server_voice: str, model: str, key_variable: str, language: str, instructions: str,
    may_be_sold: bool | None,
) -> None:  # fmt: skip
    """Add the voice NAME, which a server speaks; it says a sentence first.

    \b
    Example: voicekit voices add heart --engine openai --url http://127.0.0.1:8880/v1 --server-voice af_heart
    """
    from voicekit.cli.terminal import Terminal
    from voicekit.engines.openai_server import ServerSettings, make_voice
    from voicekit.speech.voices import to_hear

    wanted = ServerSettings(url, server_voice, model, key_variable, instructions=instructions)
    if may_be_sold is None and sys.stdin and sys.stdin.isatty():
        may_be_sold = click.confirm("Do you have the right to sell what this server says (--commercial asks for it)?")
    with Terminal() as reporter:
        folder = make_voice(name, wanted, language, reporter, bool(may_be_sold))
        if not may_be_sold:
            reporter.note("--commercial refuses this voice, as nobody has said that what it says may be sold")
    click.echo(f"{folder}: hear it with: {to_hear(folder)}")


@command.command()
@click.argument("name", type=Name())
@click.option("--yes", is_flag=True, help="Do not ask.")
def remove(name: str, yes: bool) -> None:
    """Remove the voice NAME, and what its training left, for good.

    \b
    Example: voicekit voices remove nick
    """
    from voicekit.speech.voices import check_own, find_voice, remove_voice

    voice = find_voice(name)
    check_own(voice)  # before a question that has only one answer
    if not yes and not click.confirm(f"Remove {voice.folder} for good?"):
        click.echo("not removed")
        raise SystemExit(1)
    remove_voice(voice)
    click.echo(f"removed {voice.folder}")


@command.command()
@click.argument("name", type=Name())
@click.argument("new", type=Name())
def rename(name: str, new: str) -> None:
    """Give the voice NAME another name.

    \b
    Example: voicekit voices rename me nick
    """
    from voicekit.speech.voices import find_voice, rename_voice

    click.echo(rename_voice(find_voice(name), new))


def _list_presets(engine: str) -> None:
    from voicekit.core import plugins

    presets = plugins.load("presets", engine)
    for name, language in sorted(presets.languages().items()):
        click.echo(f"{engine}:{name}  {language}")
    if left := presets.left_out():
        click.echo(f"note: {left}", err=True)


def _list() -> None:
    from rich.console import Console
    from rich.table import Column, Table

    from voicekit.cli.terminal import Terminal
    from voicekit.speech.voices import list_voices

    table = Table("voice", "language", "made from", "base", "trained", Column("where", overflow="fold"), box=None)
    with Terminal() as reporter:
        voices = list_voices(reporter=reporter)
    for voice in voices:
        origin = voice.origin
        made_from = (
            f"{origin['minutes']} min of {origin['dataset']}"
            if origin.keys() >= {"minutes", "dataset"}
            else origin.get("made_by", "–")
        )
        where = "comes with voicekit" if voice.built_in else str(voice.folder)
        table.add_row(
            voice.name,
            _cell(voice.language),
            _cell(made_from),
            _cell(origin.get("base", "–")),
            _cell(origin.get("trained", "–")),
            where,
        )
    width = None if sys.stdout.isatty() else _WIDEST  # another program wants whole lines
    Console(width=width).print(table, markup=False)


def _cell(value: object) -> str:
    """What a voice's maker wrote, which may be long."""
    text = " ".join(str(value).split())
    return text if len(text) <= 60 else f"{text[:60]}…"
