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


def quoted(words: Iterable[str | Path]) -> str:
    """Words of a command for this system's shell."""
    texts = [str(word) for word in words]
    return subprocess.list2cmdline(texts) if os.name == "nt" else shlex.join(texts)
