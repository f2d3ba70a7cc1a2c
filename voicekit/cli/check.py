"""voicekit check"""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from voicekit.cli.options import audio_track

if TYPE_CHECKING:
    from voicekit.audio.check import Row
    from voicekit.audio.loudness import LoudnessStats
    from voicekit.audio.presets import Preset


@click.command()
@click.argument("path", metavar="IN", type=click.Path(path_type=Path))
@click.option("--for", "preset", required=True, help="podcast, ebu, youtube, acx or film; see voicekit master.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON for programs, with all figures.")
@audio_track()
def command(path: Path, preset: str, as_json: bool, audio_track: int | str | None) -> None:
    """Say whether a sound or film is what those who take it want: a row a rule.

    Exit code 1 when a rule is not met, 2 when that cannot be told.

    \b
    Example: voicekit check chapter.mp3 --for acx
    """
    import sys

    from voicekit.audio.check import check
    from voicekit.audio.loudness import measure_sound
    from voicekit.audio.presets import find_preset
    from voicekit.cli.failing import failing_with
    from voicekit.cli.terminal import Terminal
    from voicekit.media import open_sound
    from voicekit.media.sound import watched
    from voicekit.postproduction.dialogue import find_dialogue

    with failing_with(2), Terminal() as reporter:
        chosen = find_preset(preset)
        sound = open_sound(path, track=audio_track)
        for note in sound.notes:
            reporter.note(note)
        if chosen.without_dialogue:
            reporter.expect([("listening for speech", sound.duration_s / 100), ("measuring", sound.duration_s / 100)])
        speech = find_dialogue(watched(sound, "listening for speech", reporter)) if chosen.without_dialogue else None
        measured = measure_sound(watched(sound, "measuring", reporter), speech)
    rows = check(measured, chosen)
    passed = all(row.passed is not False for row in rows)
    if as_json:
        _print_json(path, chosen, measured, rows, passed)
    else:
        _print_table(path, chosen, rows, passed)
    if not passed:
        sys.exit(1)


def _print_json(path: Path, preset: "Preset", measured: "LoudnessStats", rows: "tuple[Row, ...]", passed: bool) -> None:
    import json
    from dataclasses import asdict

    from voicekit.core.files import as_text

    outcome = {
        "file": as_text(path),
        "preset": preset.name,
        "source": preset.source,
        "passed": passed,
        "rules": [asdict(row) for row in rows],
        "measured": asdict(measured),
    }
    click.echo(json.dumps(outcome, indent=2, ensure_ascii=False))


def _print_table(path: Path, preset: "Preset", rows: "tuple[Row, ...]", passed: bool) -> None:
    from rich.console import Console
    from rich.table import Table

    marks = {True: "[green]pass[/]", False: "[red]fail[/]", None: ""}
    table = Table("rule", "wanted", "measured", "", box=None)
    for row in rows:
        table.add_row(row.rule, row.wanted, row.measured, marks[row.passed])
    console = Console(highlight=False)
    console.print(table)
    outcome = "passes" if passed else "does not pass"
    console.print(f"{path} {outcome} for {preset.name} ({preset.source})", markup=False, soft_wrap=True)
