"""voicekit doctor"""

import click


@click.command()
def command() -> None:
    """Say what is installed, what is missing, which device is used, and what to do about it.

    Exit code 1 when something that voicekit cannot do without is missing.

    \b
    Example: voicekit doctor
    """
    import sys

    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    from voicekit.doctor import examine

    findings = examine()
    marks = {"ok": "[green]ok[/]", "optional": "[yellow]not there[/]", "missing": "[red]missing[/]"}
    table = Table("", "what", "found", "what to do", box=None)
    for finding in findings:
        table.add_row(marks[finding.state], *map(escape, (finding.what, finding.found, finding.advice)))
    Console().print(table)
    if any(finding.state == "missing" for finding in findings):
        sys.exit(1)
