"""voicekit voices"""

import click


@click.command()
def command() -> None:
    """List the voices there are, the one that speaks by default first.

    \b
    Example: voicekit voices
    """
    from rich.console import Console
    from rich.table import Table

    from voicekit.cli.terminal import Terminal
    from voicekit.speech.voices import list_voices

    table = Table("voice", "language", "made from", "base", "trained", "where", box=None)
    with Terminal() as reporter:
        voices = list_voices(reporter=reporter)
    for voice in voices:
        origin = voice.origin
        made_from = f"{origin['minutes']} min of {origin['dataset']}" if origin.keys() >= {"minutes", "dataset"} else "–"
        where = "comes with voicekit" if voice.built_in else str(voice.folder)
        table.add_row(
            voice.name,
            _cell(voice.language),
            _cell(made_from),
            _cell(origin.get("base", "–")),
            _cell(origin.get("trained", "–")),
            where,
        )
    Console().print(table, markup=False)


def _cell(value: object) -> str:
    """What a voice's maker wrote, which may be long."""
    text = " ".join(str(value).split())
    return text if len(text) <= 60 else f"{text[:60]}…"
