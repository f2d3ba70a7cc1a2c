"""Tables in Markdown: where their cells are in a text."""

from collections.abc import Sequence

from voicekit.core.patterns import lazy_pattern

#: The start and end of a cell's words.
Span = tuple[int, int]

_UNDERLINE = lazy_pattern(r"\s*+(?:\|\s*+)?:?-++:?\s*+(?:\|\s*+:?-++:?\s*+)*+(?:\|\s*+)?")
# A bar in "[say: SQL|sequel]" or behind a backslash parts no cells.
_CELL = lazy_pattern(r"(?:[^|\\\[]+|\\\|?|\[(?:[^\[\]|]*\|[^\[\]|]*\])?)*+")


def is_table(lines: Sequence[str], index: int) -> bool:
    """Whether a line is the header of a table."""
    if index + 1 >= len(lines) or "|" not in lines[index] or "|" not in lines[index + 1]:
        return False
    return _UNDERLINE.fullmatch(lines[index + 1]) is not None


def table_rows(lines: Sequence[str], index: int) -> int:
    """How many lines the table has that begins at a line, its header and the line below it among them; 0 for no table."""
    if not is_table(lines, index):
        return 0
    return next((end for end in range(index, len(lines)) if "|" not in lines[end]), len(lines)) - index


def cells(line: str, offset: int) -> list[Span]:
    """The cells of a row that begins at `offset`; the last one is what stands behind the last bar, if anything does."""
    begin = len(line) - len(line.lstrip())
    begin += line[begin : begin + 1] == "|"
    found = []
    while begin <= len(line):
        cell_end = _CELL.match(line, begin)
        end = cell_end.end() if cell_end else begin
        cell = line[begin:end]
        start = begin + len(cell) - len(cell.lstrip())
        found.append((offset + start, offset + max(start, begin + len(cell.rstrip()))))
        begin = end + 1
    return found if found and found[-1][1] > found[-1][0] else found[:-1]
