"""voicekit serve"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from voicekit.cli.terminal import Terminal

if TYPE_CHECKING:
    from voicekit.server.options import ServerOptions


@click.command()
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    help="The address to listen at; beyond this machine a token is asked for.",
)
@click.option("--port", type=click.IntRange(0, 65535), default=8484, show_default=True, help="0 takes any that is free.")
@click.option("--voice", help="Speaks where a request names no voice, or one of OpenAI's; without it, the newest.")
@click.option(
    "--token",
    envvar="VOICEKIT_TOKEN",
    default="",
    help="What a request has to bring as its API key.  [default: $VOICEKIT_TOKEN]",
)
@click.option(
    "--allow-host", "hosts", multiple=True, metavar="NAME", help="Another name that the server goes by, such as a proxy's."
)
@click.option(
    "--allow-origin",
    "origins",
    multiple=True,
    metavar="ORIGIN",
    help="A page that may ask in a browser: http://localhost:3000.",
)
@click.option("--lexicon", type=click.Path(path_type=Path), help="A TOML file of words and how they are said.")
@click.option("--device", default="auto", show_default=True, help="auto, cpu or cuda.")
@click.option(
    "--most-waiting",
    type=click.IntRange(1, 10_000),
    default=64,
    show_default=True,
    help="Requests that are worked on or wait at once.",
)
@click.option(
    "--most-characters", type=click.IntRange(1, 1_000_000), default=100_000, show_default=True, help="Of a request's text."
)
@click.option(
    "--most-voices", type=click.IntRange(1, 1000), default=4, show_default=True, help="That stay loaded, those used last."
)
def command(**given: Any) -> None:
    """Speak for other programs, in the form of OpenAI's speech API: POST /v1/audio/speech.

    Whatever speaks through that API speaks in your voices with the base URL http://127.0.0.1:8484/v1 and any API key. The
    server is reached from this machine alone, and not by pages of other sites. Ctrl-C ends it.

    \b
    Examples: voicekit serve
              voicekit serve --voice me --port 9000
    """
    from voicekit.core.errors import PluginError

    try:
        from voicekit.server.options import ServerOptions
        from voicekit.server.run import serve
    except ImportError as error:
        if (error.name or "").split(".")[0] not in ("fastapi", "starlette", "uvicorn", "pydantic"):
            raise
        raise PluginError(
            f"{error.name} is not installed, which serving takes; run: pip install 'voicekit[serve]'"
        ) from error
    options = ServerOptions(**given)
    with Terminal() as reporter:
        serve(options, reporter, lambda server, address: _tell(options, address))
        reporter.say("stopped")


def _tell(options: "ServerOptions", address: str) -> None:
    key = "the token as API key" if options.token else "any API key"
    click.echo(f"speaks at {address}/v1 (base URL, with {key}); a page to try it: {address}/docs; Ctrl-C ends it")
