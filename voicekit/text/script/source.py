"""A text as its author wrote it, so that messages can say where something is in it."""

import re
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property, lru_cache

from voicekit.core.errors import ScriptError

#: No name of a mark or element is half as long.
_LONGEST_NAME = 40


@dataclass(frozen=True)
class Source:
    """A text and where it comes from.

    Attributes:
        text: all of it; "\\n" ends a line.
        name: stands in the messages.
        first_line: what its first line counts as.
    """

    text: str
    name: str = "script"
    first_line: int = 1

    def line(self, offset: int) -> int:
        """The number of the line in which a sign stands."""
        return self.first_line + bisect_left(self._ends, offset)

    def place(self, offset: int) -> str:
        """Where a sign stands, for a message."""
        column = offset - self.text.rfind("\n", 0, offset)
        return f"{self.name}, line {self.line(offset)}, column {column}"

    def error(self, offset: int, message: str) -> ScriptError:
        """What is wrong at a sign."""
        return ScriptError(f"{self.place(offset)}: {message}")

    @cached_property
    def _ends(self) -> list[int]:
        """Where the lines end."""
        return [found.start() for found in re.finditer("\n", self.text)]


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The one of `known` that `word` was probably meant to be; None where there is none like it."""
    return _nearest(word.lower(), tuple(known)) if len(word) <= _LONGEST_NAME else None


@lru_cache(maxsize=1024)
def _nearest(word: str, known: tuple[str, ...]) -> str | None:
    return next(iter(get_close_matches(word, known, n=1)), None)
