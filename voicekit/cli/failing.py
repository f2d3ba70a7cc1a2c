"""Exit codes that tell a fault from an answer."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

from voicekit.cli.paste import pasteable
from voicekit.core.errors import VoicekitError


@contextmanager
def failing_with(code: int) -> Iterator[None]:
    """What a person can mend becomes one line on stderr, as ever, but with this exit code: 1 is an answer of the command."""
    try:
        yield
    except VoicekitError as error:
        click.echo(f"voicekit: {pasteable(str(error))}", err=True)
        sys.exit(code)
