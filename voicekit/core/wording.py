"""How messages say several things, and commands that can be pasted."""

import os
import shlex
import subprocess
from collections.abc import Iterable
from pathlib import Path


def some(words: Iterable[str], most: int = 5) -> str:
    """The first of some words, and how many more there are."""
    words = list(words)
    return ", ".join(words[:most]) + (f" and {len(words) - most} more" if len(words) > most else "")


def decimal(value: float, digits: int = 10) -> str:
    """A number as a person writes it: at most so many digits after the point, and never an exponent."""
    text = f"{value:.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def length_of_time(seconds: float) -> str:
    """A length of time in the units that a person thinks in: 45 seconds, 12 minutes, 2 hours 10 minutes."""
    if seconds < 90:
        return _counted(round(seconds), "second")
    minutes = round(seconds / 60)
    if minutes < 90:
        return _counted(minutes, "minute")
    hours, minutes = divmod(5 * round(minutes / 5), 60)  # of hours nobody counts single minutes
    return f"{_counted(hours, 'hour')} {_counted(minutes, 'minute')}" if minutes else _counted(hours, "hour")


def _counted(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def cut(text: str, most: int = 60) -> str:
    """The beginning of what somebody wrote, on one line, for a message that quotes it."""
    text = " ".join(text.split())
    return text if len(text) <= most else f"{text[:most]}…"


def quoted(words: Iterable[str | Path]) -> str:
    """Words of a command for this system's shell."""
    texts = [str(word) for word in words]
    return subprocess.list2cmdline(texts) if os.name == "nt" else shlex.join(texts)
