"""voicekit doctor"""

import click


@click.command()
def command() -> None:
    """Say what is installed, what is missing, which device is used, and what to do about it.

    Every part does one small thing. Where one does not, the line below it is the command that mends it. Exit code 1 when
    something that voicekit cannot do without does not work.

    \b
    Example: voicekit doctor
    """
    import sys
    import warnings

    from rich.console import Console
    from rich.markup import escape

    from voicekit.cli.paste import pasteable
    from voicekit.onboarding.doctor import examine

    warnings.simplefilter("ignore")  # of parts that are about to change: what matters is whether they work
    marks = {"ok": "[green]ok       [/]", "optional": "[yellow]not there[/]", "missing": "[red]broken   [/]"}
    console = Console(soft_wrap=True)  # a command that is broken into lines cannot be pasted
    broken = False
    for finding in examine():
        console.print(f"{marks[finding.state]}  {escape(f'{finding.what:<20}  {finding.found}')}", highlight=False)
        if finding.advice:
            console.print(f"           {escape(pasteable(finding.advice))}", style="bold", highlight=False)
        broken |= finding.state == "missing"
    if broken:
        sys.exit(1)
