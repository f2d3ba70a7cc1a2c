"""voicekit stage"""

from pathlib import Path

import click


@click.command()
@click.argument("name")
@click.argument("inputs", metavar="IN...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("-o", "--out", type=click.Path(path_type=Path), required=True, help="The file to write.")
@click.option("--set", "settings", multiple=True, metavar="KEY=VALUE", help="An option of the stage; see voicekit stages.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Another one gives another take.")
@click.option("--device", default="auto", show_default=True, help="auto, cpu or cuda.")
def command(name: str, inputs: tuple[Path, ...], out: Path, settings: tuple[str, ...], seed: int, device: str) -> None:
    """Run one stage alone.

    \b
    Example: voicekit stage camera still.png -o clip.mp4 --set move="slow zoom in" --set seconds=5
    """
    from voicekit.cli.terminal import Terminal
    from voicekit.core.errors import ConfigError
    from voicekit.film.pipeline.stage_run import StageRun, load_stage, options_of, run
    from voicekit.film.stage import Context

    stage = load_stage(name)
    given = dict(pair(text) for text in settings)
    for path in inputs:
        if not path.exists():
            raise ConfigError(f"{path} does not exist; check the name")
        if out.exists() and out.samefile(path):
            raise ConfigError(f"{out} is the input itself, which is never changed; choose another name with -o")
    if out.suffix.lower() != stage.gives:
        raise ConfigError(f"the stage '{name}' gives {stage.gives}; give {out} that ending")
    work = StageRun(stage, inputs, options_of(stage, given), seed)
    with Terminal() as reporter:
        run(work, out, Context(device, seed, reporter, task=name))
        reporter.say(str(out))


def pair(text: str) -> tuple[str, str]:
    """KEY=VALUE as two.

    Raises:
        ConfigError: there is no "=".
    """
    from voicekit.core.errors import ConfigError

    key, equals, value = text.partition("=")
    if not equals or not key.strip():
        raise ConfigError(f"--set takes KEY=VALUE, not '{text}'")
    return key.strip(), value
