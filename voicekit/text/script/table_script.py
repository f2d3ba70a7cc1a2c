"""Tables as scripts: a column says when, another one what is spoken; “Visual” and “Notes” are for others.

    | Time | Visual  | Narration           |        start,end,text
    |------|---------|---------------------|        7.0,12.0,"The lights come on."
    | 0:07 | Stadium | The lights come on. |

In Markdown, with tabs (as they are copied from a sheet), commas or semicolons; with a line of titles, or times in the first
column. The script of two columns, VIDEO and AUDIO, is read by its audio. Tables of clips with durations are storyboards.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from operator import itemgetter

from voicekit.core.patterns import lazy_pattern
from voicekit.core.wording import some
from voicekit.text.script.cue import Cue, has_word
from voicekit.text.script.marks import SpokenBy
from voicekit.text.script.pasted import Prose, as_prose
from voicekit.text.script.pieces import Piece, timed_cue
from voicekit.text.script.reading import Turn
from voicekit.text.script.source import Source
from voicekit.text.script.spaced_columns import last_column, split_at_gaps
from voicekit.text.script.speakers import names_of, said_by
from voicekit.text.script.strip_markup import NOTHING
from voicekit.text.script.table_columns import IS_WHO, Columns, Grid, columns_of, is_time, role_of, text_column, titles_of
from voicekit.text.script.tables import Span, cells, table_rows
from voicekit.text.script.times import Times

#: No table is wider.
_MOST_COLUMNS = 50


@dataclass(frozen=True)
class TableScript:
    """A script in tables.

    Attributes:
        text: as long as the text it was read from, with nothing but what is spoken in it.
        pieces: its cues.
        notes: what is left out or guessed.
        kind: how it was read.
        turns: who speaks from which sign on.
    """

    text: str
    pieces: tuple[Piece, ...]
    notes: tuple[str, ...]
    kind: str
    turns: tuple[Turn, ...] = ()


def as_table_script(text: str, name: str, wanted: str | None = None) -> TableScript | None:
    """A script in the tables of a text; None where there is none in them.

    Args:
        name: of the text, in messages.
        wanted: the language to be spoken, where columns are in several.

    Raises:
        ScriptError: a time ends before it starts.
    """
    found = [(grid, columns) for grid in _grids(text) if (columns := columns_of(text, grid, wanted))]
    if not found:
        return _spaced(text, name)
    source = Source(text, name)
    times = Times(
        text[slice(*row[at])]
        for grid, columns in found
        for row in grid.rows
        for at in (columns.start, columns.end)
        if 0 <= at < len(row)
    )
    spoken: list[tuple[Cue, Span]] = []
    turns: list[Turn] = []
    for grid, columns in found:
        rows = list(_rows(source, grid, columns, times))
        spoken += [(head, span) for head, span, _ in rows]
        turns += [(span[0], _voice(who, head.line)) for head, span, who in rows]
    prose = _prose(text, spoken, any(columns.audio_visual for _, columns in found), turns)
    pieces = tuple(Piece(head, *span) for head, span in spoken if has_word(prose.text[slice(*span)]))
    if not pieces:
        return None
    first = found[0][1]
    kept = {first.text, first.start, first.end, first.duration, first.speaker}
    left = [title for index, title in enumerate(first.titles) if index not in kept and title]
    told = [*([first.note] if first.note else []), *times.notes()]
    if left:
        told.append(f"columns that are not spoken: {some(left)}")
    if _outside(text, [grid for grid, _ in found]):
        told.append("what stands outside of the table is not spoken")
    kind = "script of two columns, video and audio" if first.audio_visual else "table"
    timed = " with times" if any(one.head.start_s is not None for one in pieces) else ""
    return TableScript(prose.text, pieces, (*told, *prose.notes), kind + timed, prose.turns)


def _spaced(text: str, name: str) -> TableScript | None:
    """A script in columns that spaces keep apart, the last of which is spoken; None where it is none."""
    lines = text.split("\n")
    header, titles = next(((n, cells) for n, line in enumerate(lines) if _are_titles(cells := split_at_gaps(line))), (0, []))
    if not titles:
        return None
    roles = [role_of(title) for title in titles]
    audio_visual = text_column(titles, roles)[1]
    columns, rows = last_column(text, header)
    source, times = Source(text, name), Times(row.left[0] for row in rows)
    spoken, turns = [], []
    who = next((n for n, role in enumerate(roles[:-1]) if role == "speaker" or IS_WHO.fullmatch(titles[n])), -1)
    for row in rows:
        number = source.line(row.begin)
        turns.append((row.begin, _voice(row.left[who] if 0 <= who < len(row.left) else "", number)))
        timed = roles[0] == "start" and is_time(row.left[0])
        head = timed_cue(row.left[0], times, f"{name}, line {number}", number) if timed else Cue("", line=number)
        spoken.append((head, (row.begin, row.end)))
    prose = _prose(columns, spoken, audio_visual, turns)
    pieces = tuple(Piece(head, *span) for head, span in spoken if has_word(prose.text[slice(*span)]))
    if not pieces:
        return None
    left = [title for n, title in enumerate(titles[:-1]) if n != who]
    told = [f"columns that are not spoken: {some(left)}"] if left else []
    if has_word("\n".join(lines[:header])):
        told.append("what stands outside of the table is not spoken")
    kind = "script of two columns, video and audio" if audio_visual else "table"
    timed_kind = " with times" if any(one.head.start_s is not None for one in pieces) else ""
    return TableScript(prose.text, pieces, (*told, *times.notes(), *prose.notes), kind + timed_kind, prose.turns)


def _are_titles(cells: Sequence[str]) -> bool:
    """Whether all are titles of columns, the last of that which is spoken."""
    if not 1 < len(cells) <= _MOST_COLUMNS:
        return False
    roles = [role_of(cell) for cell in cells]
    return all(roles) and text_column(cells, roles)[0] == len(cells) - 1


def _voice(name: str, line: int) -> SpokenBy | None:
    """Who speaks, as a cell says it."""
    name = " ".join(name.strip("*_ :").split())
    return SpokenBy(name, "label", line) if has_word(name) else None


def _rows(source: Source, grid: Grid, columns: Columns, times: Times) -> Iterator[tuple[Cue, Span, str]]:
    """The time of each row, where its words are, and who speaks."""
    text, at_s = source.text, 0.0
    for row in grid.rows[1 if columns.titles else 0 :]:
        cell = {index: text[slice(*span)].strip("*_ []()") for index, span in enumerate(row)}
        line = source.line(row[0][0])
        where = f"{source.name}, line {line}"
        head = Cue("", line=line)
        if begins := cell.get(columns.start):
            ends = cell.get(columns.end, "")
            written = f"{begins} - {ends}" if ends else begins
            if times.seconds(begins)[0] is not None or re.search(r"\d", begins):
                head = timed_cue(written, times, where, line)
        elif columns.duration >= 0 and (length_s := times.seconds(cell.get(columns.duration, ""))[0]):
            head, at_s = replace(head, start_s=at_s, end_s=at_s + length_s), at_s + length_s
        if columns.text < len(row) and has_word(text[slice(*row[columns.text])]):
            yield head, row[columns.text], cell.get(columns.speaker, "")


def _prose(text: str, spoken: Sequence[tuple[Cue, Span]], audio_visual: bool, turns: Sequence[Turn]) -> Prose:
    """The text with nothing but the cells that are spoken, and they as prose; `turns`: of whole cells."""
    signs = [sign if sign == "\n" else " " for sign in text]
    words = [text[slice(*span)] for _, span in spoken]
    names = names_of(words) if audio_visual else frozenset()
    notes, mute = [], 0
    for (_, (begin, end)), cell in zip(spoken, words, strict=True):
        if names and not said_by(cell, names).end and not re.search(r"[A-Z/.]{2,}(?: ?\([^()\n]*\))?:", cell):
            mute += 1
            continue
        signs[begin:end] = cell.replace('""', f'{NOTHING}"')
    if mute:
        notes.append(f"sounds without a speaker are not spoken ({mute})")
    prose = as_prose("".join(signs), False, Times(()), in_cells=True)
    return Prose(prose.text, (*notes, *prose.notes), tuple(sorted((*turns, *prose.turns), key=itemgetter(0))))


def _outside(text: str, grids: Sequence[Grid]) -> bool:
    """Whether there are words outside of the tables."""
    end = 0
    for grid in grids:
        begin = text.rfind("\n", 0, grid.rows[0][0][0]) + 1
        if has_word(text[end:begin]):
            return True
        end = text.find("\n", grid.rows[-1][-1][1]) % (len(text) + 1)
    return has_word(text[end:])


def _grids(text: str) -> Iterator[Grid]:
    """The tables in a text."""
    lines = text.split("\n")
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    index, found = 0, False
    while index < len(lines):
        if rows := table_rows(lines, index):
            numbers = [index, *range(index + 2, index + rows)]
            grid = Grid(tuple(tuple(cells(lines[n], starts[n])) for n in numbers), True)
            index += rows
        else:
            sign = "\t" if "\t" in lines[index].strip() else "|" if "|" in lines[index].strip(" |") else ""
            end = index + 1
            while sign and end < len(lines) and (sign in lines[end] or not lines[end].strip()):
                end += 1
            numbers = [n for n in range(index, end) if sign and sign in lines[n]]
            split = cells if sign == "|" else _tabbed
            grid = Grid(tuple(tuple(split(lines[n], starts[n])) for n in numbers))
            index = end
        if len(grid.rows) > 1 and all(1 < len(row) <= _MOST_COLUMNS for row in grid.rows):
            found = True
            yield grid
    if not found:
        yield from _comma_tables(text)


def _tabbed(line: str, offset: int) -> list[Span]:
    found, begin = [], 0
    for cell in line.split("\t"):
        quoted = len(cell) > 1 and cell[0] == cell[-1] == '"'
        found.append(_trimmed(line, begin + quoted, begin + len(cell) - quoted, offset))
        begin += len(cell) + 1
    return found


def _trimmed(text: str, begin: int, end: int, offset: int = 0) -> Span:
    inner = text[begin:end]
    start = begin + len(inner) - len(inner.lstrip())
    return offset + start, offset + max(start, begin + len(inner.rstrip()))


_CSV_CELL = {
    sign: lazy_pattern(rf'[ \t]*+(?:"(?P<quoted>(?:[^"]|"")*+)"[^{sign}\n]*+|(?P<bare>[^{sign}\n]*+))') for sign in ",;"
}


def _comma_tables(text: str) -> Iterator[Grid]:
    """The whole of a text as one table with commas or semicolons, its cells in quotes where they hold those."""
    first = text.lstrip().split("\n", 1)[0]
    if not any(sign in first for sign in ",;") or not re.search(r"\d", text):
        return
    sign = ";" if first.count(";") >= first.count(",") else ","
    rows: list[tuple[Span, ...]] = []
    row: list[Span] = []
    at = 0
    while at <= len(text):
        cell = _CSV_CELL[sign].match(text, at)
        if not cell:
            return
        kind = "quoted" if cell["quoted"] is not None else "bare"
        row.append(_trimmed(text, *cell.span(kind)))
        at = cell.end()
        if text[at : at + 1] != sign:
            if len(row) > 1 or row[0][0] != row[0][1]:
                rows.append(tuple(row))
            row = []
        at += 1
    if len(rows) > 1 and len(rows[0]) <= _MOST_COLUMNS:
        # Prose has commas as well: what is no quote may run into further cells.
        timed = all(is_time(text[slice(*one[0])]) for one in rows)
        if timed and any(re.match(r"\d{3}\b", text[one[1][0] :][:4]) for one in rows if len(one) > 1):
            return  # the milliseconds of 00:00:07,500
        width = 2 if timed and not titles_of(text, rows[0]) else len(rows[0])
        if all(len(one) >= width for one in rows) and (timed or all(len(one) == width for one in rows)):
            yield Grid(tuple((*one[: width - 1], (one[width - 1][0], one[-1][1])) for one in rows))
