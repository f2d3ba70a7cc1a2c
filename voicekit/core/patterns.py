"""Regular expressions that are compiled when they are first wanted, not when their module is imported.

There are hundreds, and a short text needs few: compiling all of them took a third of the time before a voice's first sound.
"""

import re
from typing import Any, AnyStr, cast


def lazy_pattern(written: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """What `re.compile` gives, at its first use: a mistake in it is told there too."""
    return cast("re.Pattern[AnyStr]", _Pattern(written, flags))


class _Pattern:
    """Stands for a compiled pattern, whose methods become its own as they are asked for."""

    def __init__(self, written: str | bytes, flags: int) -> None:
        self._written, self._flags = written, flags

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):  # as copying and pickling ask
            raise AttributeError(name)
        found = getattr(re.compile(self._written, self._flags), name)
        setattr(self, name, found)
        return found
