"""Two columns and more that only spaces or several tabs keep apart, as they are copied from a page or typed.

VIDEO                 AUDIO

WIDE: hill at dawn    NARRATOR:
                      Far below, the forest is asleep.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from voicekit.core.patterns import lazy_pattern
from voicekit.text.script.cue import has_word

_GAP = lazy_pattern(r"(?<=\S)(?: {3,}| *\t[ \t]*)(?=\S)")


@dataclass(frozen=True)
class Row:
    """A row: what stands in front of its last column in its first line, and where in the text the row begins and ends."""

    left: tuple[str, ...]
    begin: int
    end: int


def split_at_gaps(line: str) -> list[str]:
    """The cells of a line that gaps part."""
    return _GAP.split(line.strip())


def last_column(text: str, header: int) -> tuple[str, list[Row]]:
    """`text`, as long as before, with nothing but the last column below a header; and its rows.

    Blank lines part the rows; where there are none, a row begins at each line with a word in front of its last column.

    Args:
        header: the number of its line.
    """
    lines = text.split("\n")
    gaps = list(_GAP.finditer(lines[header]))
    place = gaps[-1].end()
    kept = [" " * len(line) for line in lines[: header + 1]]
    lefts = [""] * (header + 1)
    for line in lines[header + 1 :]:
        at = _begin(line, place, len(gaps))
        kept.append(" " * at + line[at:])
        lefts.append(line[:at].strip())
    starts = [0, *accumulate(len(line) + 1 for line in kept)]
    rows = [
        Row(tuple(split_at_gaps(lefts[numbers[0]])), starts[numbers[0]], starts[numbers[-1] + 1] - 1)
        for numbers in _rows(lines, lefts, header + 1)
        if any(has_word(kept[number]) for number in numbers)
    ]
    return "\n".join(kept), rows


def _begin(line: str, place: int, n_gaps: int) -> int:
    """Where in a line the last column begins: below its title, or else behind the gaps; at its end where it is empty."""
    if line[place - 2 : place].isspace() and line[place : place + 1].strip():
        return place
    found = list(_GAP.finditer(line))
    if found:
        return found[min(n_gaps, len(found)) - 1].end()
    indent = len(line) - len(line.lstrip())
    return indent if 2 * indent > place or line.startswith("\t") else len(line)


def _rows(lines: Sequence[str], lefts: Sequence[str], first: int) -> Iterator[list[int]]:
    """The numbers of the lines of each row."""
    filled = [number for number in range(first, len(lines)) if lines[number].strip()]
    parted = any(not lines[number].strip() for number in range(filled[0], filled[-1])) if filled else False
    row: list[int] = []
    for number in filled:
        begins = not lines[number - 1].strip() if parted else bool(lefts[number])
        if row and begins:
            yield row
            row = []
        row.append(number)
    if row:
        yield row
