"""voicekit storyboard"""

from pathlib import Path

import click

from voicekit.cli.options import Commands


@click.group(cls=Commands)
def command() -> None:
    """Work on a storyboard."""


@command.command()
@click.argument("storyboard", type=click.Path(path_type=Path))
@click.argument("wish")
@click.option("-o", "--out", type=click.Path(path_type=Path), help="The file to write; without it, STORYBOARD.refined.md.")
@click.option("--set", "settings", multiple=True, metavar="KEY=VALUE", help="An option of the stage chat.")
def refine(storyboard: Path, wish: str, out: Path | None, settings: tuple[str, ...]) -> None:
    """Have a language model change STORYBOARD as WISH says; clips that are not asked to change stay as they are.

    Any OpenAI-compatible endpoint: OPENAI_BASE_URL, OPENAI_API_KEY and VOICEKIT_CHAT_MODEL say which.

    \b
    Example: voicekit storyboard refine story.md "shorter, and clip 3 at night"
    """
    from voicekit.cli.stage import pair
    from voicekit.cli.terminal import Terminal
    from voicekit.core.errors import ConfigError
    from voicekit.core.files import claimed, write_text
    from voicekit.film.pipeline.stage_run import load_stage, options_of
    from voicekit.film.providers import chat
    from voicekit.film.stage import Context
    from voicekit.text.read import read_text
    from voicekit.text.script.storyboard import Storyboard

    out = out or storyboard.with_suffix(".refined.md")
    if out.exists() and storyboard.exists() and out.samefile(storyboard):
        raise ConfigError(f"{out} is the input itself, which is never changed; choose another name with -o")
    options = options_of(load_stage("chat"), dict(pair(text) for text in settings))
    with Terminal() as reporter, claimed(out):
        board = Storyboard.parse(read_text(storyboard, reporter.note), str(storyboard))
        refined = chat.refine(board, wish, options, Context(reporter=reporter, task="refining the storyboard"))
        write_text(out, refined.to_markdown())
        reporter.say(str(out))
