"""Lines that can be pasted: voicekit and pip as they are called here, and what opens a file on this system.

The library writes “voicekit train” and “pip install …” in its messages; the command line, which knows how it was called,
puts in their places what works in this terminal.
"""

import os
import shutil
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import click

from voicekit.cli import COMMANDS
from voicekit.core.patterns import lazy_pattern
from voicekit.core.wording import quoted

if TYPE_CHECKING:
    from voicekit.narration.report.report import Report

_VOICEKIT = lazy_pattern(rf"(?<![\w./\\-])(?<!-m )voicekit(?= (?:{'|'.join(COMMANDS)})(?![\w-]))")
_PYTHON = lazy_pattern(r"(?<![\w./\\-])python(?= -c )")
_EXTRA = lazy_pattern(r"'(voicekit\[\w+\])'")
_PIP = lazy_pattern(r"(?<![\w./\\-])(?<!-m )pip(?= install )")


def pasteable(line: str) -> str:
    """A message whose commands work when they are pasted into this terminal."""
    if os.name == "nt":  # where single quotes quote nothing
        line = _EXTRA.sub(r'"\1"', line)
    line = _PYTHON.sub(lambda _: python(), line)
    return _PIP.sub(lambda _: pip(), _VOICEKIT.sub(lambda _: voicekit(), line))


@cache
def voicekit() -> str:
    """How voicekit is called: by its name where that finds this very one, else as it was."""
    called = Path(sys.argv[0] if sys.argv else "")
    if called.name.removesuffix(".exe") == "voicekit":
        found = shutil.which("voicekit")
        if found is None or not called.exists() or not Path(found).samefile(called):
            return quoted([str(called)]) if called.exists() else "voicekit"
        return "voicekit"
    if called.name == "__main__.py" and called.parent.name == "voicekit":
        return f"{python()} -m voicekit"
    return "voicekit"


@cache
def pip() -> str:
    """The pip of this environment; that of another one would install where voicekit does not look."""
    found = shutil.which("pip")
    if found and Path(found).parent.resolve() == Path(sys.executable or os.curdir).parent.resolve():
        return "pip"
    return f"{python()} -m pip"


def python() -> str:
    return quoted([sys.executable or "python"])


def command_line(*, without: str = "") -> str:
    """This command as it was given, but for an option and its value."""
    words, kept = iter(sys.argv[1:]), []
    for word in words:
        if without and word == without:
            next(words, None)
        elif not (without and word.startswith(f"{without}=")):
            kept.append(word)
    return f"{voicekit()} {quoted(kept)}"


def lines_to_paste(outcome: "Report", script: Path, lexicon: Path) -> Iterator[str]:
    """What mends the cues that were misheard: each as `script` is to have it, or a line of `lexicon`, and the command."""
    mended = [(cue, cue.mending) for cue in outcome.cues if cue.mending and cue.mending.offers]
    for cue, mending in mended:
        yield f"cue {cue.number}, line {cue.line}, so that it is understood:"
        if mending.text:
            yield f"  in {script}:  {mending.text}"
        else:
            yield from (f"  in {script}:  {offer.markup}  for “{offer.words}”" for offer in mending.offers)
        yield from (f"  or in {lexicon}:  {offer.lexicon}" for offer in mending.offers if offer.lexicon)
    if mended:
        yield f"then run:  {command_line(without='--only')}"


def tell_how_to_open(path: Path) -> None:
    """On a terminal, the line that opens a film, page or sound on this system; nothing where there is no way to."""
    if sys.stdout.isatty() and (opener := _opener()):
        name = str(path) if not str(path).startswith("-") else f".{os.sep}{path}"
        click.echo(f"open it:  {opener} {quoted([name])}")


def _opener() -> str:
    if os.name == "nt":
        return 'start ""'
    if sys.platform == "darwin":
        return "open"
    has_screen = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    return "xdg-open" if has_screen and shutil.which("xdg-open") else ""
