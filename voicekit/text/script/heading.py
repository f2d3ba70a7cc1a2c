"""Headings of Markdown: "## The lights come on ##"."""

from voicekit.core.patterns import lazy_pattern

_HEADING = lazy_pattern(r"\s{0,3}(#{1,6})\s+(.*)")


def heading_of(line: str) -> tuple[int, str] | None:
    """How deep a heading is, and what it says; None for other lines."""
    found = _HEADING.fullmatch(line)
    return (len(found[1]), line[found.start(2) : title_end(line)].strip()) if found else None


def title_end(line: str) -> int:
    """Where the title in a heading ends: before the blanks and "#" that may stand behind it."""
    line = line.rstrip()
    bare = line.rstrip("#")
    return len(bare.rstrip()) if bare[-1:].isspace() else len(line)
