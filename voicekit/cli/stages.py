"""voicekit stages"""

import click


@click.command()
def command() -> None:
    """List the stages that are installed: what each takes, gives, and can be told.

    \b
    Example: voicekit stages
    """
    from dataclasses import fields

    from rich.console import Console
    from rich.table import Table

    from voicekit import plugins
    from voicekit.errors import PluginError
    from voicekit.video.run import load_stage
    from voicekit.video.stage import KINDS

    table = Table("kind", "name", "takes", "gives", "options", box=None, pad_edge=False)
    broken = []
    found = []
    for name in plugins.names("stages"):
        try:
            found.append(load_stage(name))
        except PluginError as error:
            broken.append(str(error))
    for stage in sorted(found, key=lambda stage: (list(KINDS).index(stage.kind), stage.name)):
        default = stage.Options()
        options = ", ".join(f"{one.name}={getattr(default, one.name)!r}" for one in fields(stage.Options))
        table.add_row(stage.kind, stage.name, " ".join(stage.takes), stage.gives, options)
    Console(highlight=False).print(table)
    for line in broken:
        click.echo(line, err=True)
