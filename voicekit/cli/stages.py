"""voicekit stages"""

from typing import TYPE_CHECKING

import click

from voicekit.cli.paste import pasteable
from voicekit.core.wording import decimal

if TYPE_CHECKING:
    from voicekit.film.stage import Stage


@click.command()
@click.argument("name", required=False)
def command(name: str | None) -> None:
    """List the stages that are installed, or tell what the stage NAME takes, gives and can be told.

    \b
    Examples: voicekit stages
              voicekit stages camera
    """
    from voicekit.core import plugins
    from voicekit.core.errors import PluginError
    from voicekit.film.pipeline.stage_run import load_stage
    from voicekit.film.stage import KINDS

    if name:
        stage = load_stage(name)
        takes = f"takes {' '.join(stage.takes)}, gives {stage.gives}"
        click.echo(click.style(f"{stage.name}  ({stage.kind}: {KINDS[stage.kind]}; {takes})", bold=True))
        click.echo(_about(stage))
        for option, default, text in _options(stage):
            click.echo(f"  --set {option}={default}  {text}".rstrip())
        return
    found, broken = [], []
    for known in plugins.names("stages"):
        try:
            found.append(load_stage(known))
        except PluginError as error:
            broken.append(str(error))
    for kind, does in KINDS.items():
        click.echo(click.style(f"{kind}: {does}", bold=True))
        for stage in found:
            if stage.kind == kind:
                click.echo(f"  {stage.name:16}  {_about(stage)}")
    click.echo(pasteable("\nOptions of one of them: voicekit stages NAME"))
    for line in broken:
        click.echo(line, err=True)


def _about(stage: "Stage") -> str:
    import inspect

    return (inspect.getdoc(type(stage)) or "").partition("\n")[0]


def _options(stage: "Stage") -> list[tuple[str, str, str]]:
    """Name, default and, where the source is there and has it, the comment `#:` of each option."""
    import inspect
    import re
    from dataclasses import MISSING, fields

    try:
        source = inspect.getsource(stage.Options)
    except (OSError, TypeError):
        source = ""
    said = dict(re.findall(r"^\s+(\w+)\s*:[^#\n]*#:\s*(.*)$", source, re.MULTILINE))
    default = stage.Options()
    return [
        # What comes from the environment may hold what is nobody's business.
        (
            one.name,
            _as_typed(getattr(default, one.name)) if one.default_factory is MISSING else "…",
            said.get(one.name, ""),
        )
        for one in fields(stage.Options)
    ]


def _as_typed(value: object) -> str:
    """A default as one would write it behind --set."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = decimal(value) if isinstance(value, float) else str(value)
    return f"'{text}'" if " " in text else text
