"""voicekit stages"""

import click


@click.command()
def command() -> None:
    """List the stages that are installed: what each takes, gives, and can be told.

    \b
    Example: voicekit stages
    """
    import shutil
    from dataclasses import fields
    from textwrap import fill

    from voicekit import plugins
    from voicekit.errors import PluginError
    from voicekit.video.run import load_stage
    from voicekit.video.stage import KINDS

    found, broken = [], []
    for name in plugins.names("stages"):
        try:
            found.append(load_stage(name))
        except PluginError as error:
            broken.append(str(error))
    width = min(shutil.get_terminal_size().columns, 120)
    for kind, does in KINDS.items():
        click.echo(click.style(f"{kind}: {does}", bold=True))
        for stage in found:
            if stage.kind == kind:
                click.echo(f"  {stage.name}  ({' '.join(stage.takes)} → {stage.gives})")
                default = stage.Options()
                options = "  ".join(f"{one.name}={getattr(default, one.name)!r}" for one in fields(stage.Options))
                click.echo(fill(options, width, initial_indent="      ", subsequent_indent="      ", break_on_hyphens=False))
    for line in broken:
        click.echo(line, err=True)
