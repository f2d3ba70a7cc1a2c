"""voicekit export"""

from pathlib import Path

import click


@click.command()
@click.option("--voice", help="Name or folder of the voice; without it, the newest.")
@click.option("-o", "--out", type=click.Path(path_type=Path), help="The file to write; without it, NAME.onnx here.")
@click.option(
    "--format",
    type=click.Choice(["voicekit", "piper"]),
    default="voicekit",
    show_default=True,
    help="voicekit: one file, all that the voice can. piper: for Piper, Home Assistant, NVDA, sherpa-onnx.",
)
def command(voice: str | None, out: Path | None, format: str) -> None:
    """Write a voice into one file, which speaks wherever ONNX Runtime runs: without torch, and in other programs.

    \b
    Examples: voicekit export --voice me
              voicekit say "The lights come on." --voice me.onnx -o lights.wav
              voicekit export --voice me --format piper -o en_US-me-medium.onnx
    """
    from voicekit.cli.terminal import Terminal
    from voicekit.speech.export import export
    from voicekit.speech.voices import find_voice, tell_unasked

    with Terminal() as reporter:
        chosen = find_voice(voice, reporter=reporter)
        if voice is None:
            tell_unasked(chosen, reporter)
        made, *beside = export(chosen, out or Path(f"{chosen.name}.onnx"), format)
    names = "".join(f", {path.name}" for path in beside)
    click.echo(f"{made}{names}: {made.stat().st_size / 1e6:.1f} MB, the voice '{chosen.name}'")
