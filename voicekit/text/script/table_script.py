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
from itertools import pairwise

from voicekit.text.script.cue import Cue, has_word, some
from voicekit.text.script.fields import kind_of
from voicekit.text.script.pasted import as_prose
from voicekit.text.script.pieces import Piece, timed_cue
from voicekit.text.script.source import Source
from voicekit.text.script.spaced_columns import last_column, split_at_gaps
from voicekit.text.script.speakers import names_of, said_by
from voicekit.text.script.strip_markup import NOTHING
from voicekit.text.script.tables import Span, cells, table_rows
from voicekit.text.script.times import Times, is_length
from voicekit.text.script.two_languages import are_two, chosen, language_called

_ROLES = {
    "start": "time times timing timecode timecodes tc start in begin from timestamp timestamps starttime timein "
    "tcin zeit zeiten beginn von "
    "anfang second seconds sekunde sekunden at when",
    "end": "end out to ende bis stop endtime timeout tcout until",
    "duration": "duration length dauer länge dur len secs",
    "text": "text script narration vo voiceover dialogue dialog spoken words line lines copy transcript "
    "sprechertext offtext skript wortlaut say "
    "subtitle subtitles untertitel content",
    "speaker": "speaker character who name actor talent rolle person figur wer",
}
_BY_TITLE = {title: role for role, titles in _ROLES.items() for title in titles.split()}
_SECONDS = re.compile(r"\d{1,5}(?:[.,]\d{1,3})?(?:\s*[-–—]\s*\d{1,5}(?:[.,]\d{1,3})?)?")
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
    """

    text: str
    pieces: tuple[Piece, ...]
    notes: tuple[str, ...]
    kind: str


@dataclass(frozen=True)
class _Grid:
    """A table: where the words of each cell of each row stand, and whether Markdown's line is below its first row."""

    rows: tuple[tuple[Span, ...], ...]
    markdown: bool = False


@dataclass(frozen=True)
class _Columns:
    """What the columns of a table are for; −1 where there is none."""

    text: int
    titles: tuple[str, ...] = ()
    start: int = -1
    end: int = -1
    duration: int = -1
    audio_visual: bool = False
    note: str = ""


def as_table_script(text: str, name: str, wanted: str | None = None) -> TableScript | None:
    """A script in the tables of a text; None where there is none in them.

    Args:
        name: of the text, in messages.
        wanted: the language to be spoken, where columns are in several.

    Raises:
        ScriptError: a time ends before it starts.
    """
    found = [(grid, columns) for grid in _grids(text) if (columns := _columns(text, grid, wanted))]
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
    for grid, columns in found:
        spoken += _rows(source, grid, columns, times)
    prose, notes = _prose(text, spoken, any(columns.audio_visual for _, columns in found))
    pieces = tuple(Piece(head, *span) for head, span in spoken if has_word(prose[slice(*span)]))
    if not pieces:
        return None
    first = found[0][1]
    kept = {first.text, first.start, first.end, first.duration}
    left = [title for index, title in enumerate(first.titles) if index not in kept and title]
    told = [*([first.note] if first.note else []), *times.notes()]
    if left:
        told.append(f"columns that are not spoken: {some(left)}")
    if _outside(text, [grid for grid, _ in found]):
        told.append("what stands outside of the table is not spoken")
    kind = "script of two columns, video and audio" if first.audio_visual else "table"
    timed = " with times" if any(one.head.start_s is not None for one in pieces) else ""
    return TableScript(prose, pieces, (*told, *notes), kind + timed)


def _spaced(text: str, name: str) -> TableScript | None:
    """A script in columns that spaces keep apart, the last of which is spoken; None where it is none."""
    lines = text.split("\n")
    for header, line in enumerate(lines):
        titles = split_at_gaps(line)
        if not 1 < len(titles) <= _MOST_COLUMNS:
            continue
        roles = [_role(title) for title in titles]
        at, audio_visual = _text_of(titles, roles)
        if at == len(titles) - 1 and all(roles):
            break
    else:
        return None
    columns, rows = last_column(text, header)
    source, times = Source(text, name), Times(row.left[0] for row in rows)
    spoken = []
    for row in rows:
        number = source.line(row.begin)
        timed = roles[0] == "start" and _time_in(row.left[0])
        head = timed_cue(row.left[0], times, f"{name}, line {number}", number) if timed else Cue("", line=number)
        spoken.append((head, (row.begin, row.end)))
    prose, notes = _prose(columns, spoken, audio_visual)
    pieces = tuple(Piece(head, *span) for head, span in spoken if has_word(prose[slice(*span)]))
    if not pieces:
        return None
    told = [f"columns that are not spoken: {some(titles[:-1])}"]
    if has_word("\n".join(lines[:header])):
        told.append("what stands outside of the table is not spoken")
    kind = "script of two columns, video and audio" if audio_visual else "table"
    timed_kind = " with times" if any(one.head.start_s is not None for one in pieces) else ""
    return TableScript(prose, pieces, (*told, *times.notes(), *notes), kind + timed_kind)


def _rows(source: Source, grid: _Grid, columns: _Columns, times: Times) -> Iterator[tuple[Cue, Span]]:
    """The time of each row, and where its words are."""
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
            yield head, row[columns.text]


def _prose(text: str, spoken: Sequence[tuple[Cue, Span]], audio_visual: bool) -> tuple[str, list[str]]:
    """The text with nothing but the cells that are spoken, and they as prose; and what of them is left out."""
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
    prose, left_out = as_prose("".join(signs), False, Times(()), in_cells=True)
    return prose, [*notes, *left_out]


def _outside(text: str, grids: Sequence[_Grid]) -> bool:
    """Whether there are words outside of the tables."""
    end = 0
    for grid in grids:
        begin = text.rfind("\n", 0, grid.rows[0][0][0]) + 1
        if has_word(text[end:begin]):
            return True
        end = text.find("\n", grid.rows[-1][-1][1]) % (len(text) + 1)
    return has_word(text[end:])


def _grids(text: str) -> Iterator[_Grid]:
    """The tables in a text."""
    lines = text.split("\n")
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    index, found = 0, False
    while index < len(lines):
        if rows := table_rows(lines, index):
            numbers = [index, *range(index + 2, index + rows)]
            grid = _Grid(tuple(tuple(cells(lines[n], starts[n])) for n in numbers), True)
            index += rows
        else:
            sign = "\t" if "\t" in lines[index].strip() else "|" if "|" in lines[index].strip(" |") else ""
            end = index + 1
            while sign and end < len(lines) and (sign in lines[end] or not lines[end].strip()):
                end += 1
            numbers = [n for n in range(index, end) if sign and sign in lines[n]]
            split = cells if sign == "|" else _tabbed
            grid = _Grid(tuple(tuple(split(lines[n], starts[n])) for n in numbers))
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
    sign: re.compile(rf'[ \t]*+(?:"(?P<quoted>(?:[^"]|"")*+)"[^{sign}\n]*+|(?P<bare>[^{sign}\n]*+))') for sign in ",;"
}


def _comma_tables(text: str) -> Iterator[_Grid]:
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
        timed = all(_time_in(text[slice(*one[0])]) for one in rows)
        if timed and any(re.match(r"\d{3}\b", text[one[1][0] :][:4]) for one in rows if len(one) > 1):
            return  # the milliseconds of 00:00:07,500
        width = 2 if timed and not _titles(text, rows[0]) else len(rows[0])
        if all(len(one) >= width for one in rows) and (timed or all(len(one) == width for one in rows)):
            yield _Grid(tuple((*one[: width - 1], (one[width - 1][0], one[-1][1])) for one in rows))


def _titles(text: str, row: Sequence[Span]) -> list[str]:
    """The titles of columns in a row, where there are some that are known."""
    titles = [text[slice(*span)].strip("*_ ") for span in row]
    roles = [_role(title) for title in titles]
    return titles if sum(role != "" for role in roles) > 1 or (len(titles) > 1 and _text_of(titles, roles)[0] >= 0) else []


def _role(title: str) -> str:
    if len(title) > 40 or not title:
        return ""
    if language_called(title):
        return "language"
    short = re.sub(r"\([^()]*\)|\[[^\[\]]*\]|[^\w]", "", title).lower()
    if role := _BY_TITLE.get(short):
        return role
    kind = kind_of(title) if len(title.split()) <= 4 else ""
    if kind == "narration":
        return "narration"
    if _language_in(title) and any(_BY_TITLE.get(word.lower()) == "text" for word in re.findall(r"\w+", title)):
        return "language"
    if kind in ("visual", "audio", "duration", "text"):
        return kind
    return "start" if kind == "times" else "" if kind in (None, "", "unknown") else "other"


def _language_in(title: str) -> str | None:
    """The language that the title of a column names: “English”, “Text (DE)”."""
    return next(filter(None, map(language_called, [title, *re.findall(r"\w+", title)])), None)


def _text_of(titles: Sequence[str], roles: Sequence[str]) -> tuple[int, bool]:
    """The column that is spoken, and whether that is the audio of two columns; −1 for none."""
    spoken = [index for index, role in enumerate(roles) if role == "narration"]
    # “Sprecher” and “Narrator” are what is spoken, or who speaks it.
    texts = [index for index, role in enumerate(roles) if role == "text"]
    vo = [index for index in texts if re.search(r"\b(?:vo|voice|narration|dialog|spoken|sprech|off)", titles[index].lower())]
    who = [
        index
        for index in spoken
        if re.fullmatch(r"(?:sprecher|speaker|narrator|voice|stimme|erzähler)(?:in)?", titles[index].lower())
    ]
    for group in ([index for index in spoken if index not in who], vo, texts, who):
        if group:
            return group[0], False
    audio = [index for index, role in enumerate(roles) if role == "audio"]
    return (audio[0], True) if audio and "visual" in roles else (-1, False)


def _columns(text: str, grid: _Grid, wanted: str | None) -> _Columns | None:
    """What the columns of a table are for; None where it is not a script of its own."""
    titles = _titles(text, grid.rows[0])
    body = grid.rows[1:] if titles else grid.rows
    width = max(map(len, grid.rows))

    def column(index: int) -> list[str]:
        return [text[slice(*row[index])] for row in body if index < len(row) and row[index][0] < row[index][1]]

    if not titles:
        return _untitled([column(index) for index in range(width)], len(body), wanted)
    roles = [_role(title) for title in titles]
    start, end, duration = (roles.index(role) if role in roles else -1 for role in ("start", "end", "duration"))
    at, audio_visual = _text_of(titles, roles)
    languages = [index for index, role in enumerate(roles) if role == "language"]
    found = _Columns(at, tuple(titles), start, end, duration, audio_visual)
    if len(languages) > 1 and (at < 0 or roles[at] != "narration"):
        codes = [_language_in(titles[index]) or "" for index in languages]
        index, note = chosen(codes, wanted)
        return replace(found, text=languages[index], note=note)
    if at < 0 and len(languages) == 1:
        at, found = languages[0], replace(found, text=languages[0])
    if at < 0 or not column(at):
        return None
    starts = column(found.start) if found.start >= 0 else []
    timed = bool(starts) and all(map(_time_in, starts))
    if grid.markdown and not audio_visual:
        return found if timed and not _are_clips(starts, roles, found) else None
    if found.start >= 0 and not timed:
        found = replace(found, start=-1)
    return found if timed or audio_visual or found.duration >= 0 else None


def _untitled(columns: Sequence[list[str]], n_rows: int, wanted: str | None) -> _Columns | None:
    """What columns without titles are for: one has times or lengths in every row, and that with most words is spoken."""
    full = [index for index, cells in enumerate(columns) if n_rows and len(cells) == n_rows]
    lengths = [index for index in full if all(map(is_length, columns[index]))]
    timed = 0 in full and all(map(_time_in, columns[0])) and not (0 in lengths and not _ascend(columns[0]))
    timed = timed and not (lengths and [cell.strip(".)#") for cell in columns[0]] == [str(n + 1) for n in range(n_rows)])
    if not timed and not lengths:
        return None
    others = [index for index in range(len(columns)) if index not in lengths and not (timed and index == 0)]
    if not others:
        return None
    at = max(others, key=lambda index: sum(map(len, columns[index])))
    if not timed:
        found = _Columns(at, duration=lengths[0])
    else:
        second_end = at > 1 and 1 not in lengths and all(map(_time_in, columns[1]))
        found = _Columns(at, start=0, end=1 if second_end else -1)
    texts = [index for index in others if len(" ".join(columns[index]).split()) >= 2 * n_rows]
    if in_one := _of_languages(found, texts, [columns[index] for index in texts], wanted):
        return in_one
    wordy = [str(index + 1) for index in texts if index != at]
    return (
        replace(found, note=f"columns that are not spoken: {some(wordy)}; column {at + 1} is, as the longest")
        if wordy
        else found
    )


def _ascend(cells: Sequence[str]) -> bool:
    starts = [Times(cells).seconds(cell)[0] or 0.0 for cell in cells]
    return all(before < after for before, after in pairwise(starts))


def _of_languages(
    found: _Columns, indices: Sequence[int], columns: Sequence[list[str]], wanted: str | None
) -> _Columns | None:
    if len(columns) != 2 or not (languages := are_two(columns[0], columns[1])):
        return None
    index, note = chosen(languages, wanted)
    return replace(found, text=indices[index], note=note)


def _time_in(cell: str) -> bool:
    cell = cell.strip("*_ []()")
    if not cell or _SECONDS.fullmatch(cell) or re.fullmatch(r"\d{1,3}:\d\d", cell):
        return bool(cell)
    head = Times([cell]).head(cell)
    return head is not None and head.end == len(cell)


def _are_clips(starts: Sequence[str], roles: Sequence[str], columns: _Columns) -> bool:
    """Whether the times are lengths of clips, or one behind the other from 0 on: then a storyboard says more."""
    times = Times(starts)
    known = [times.seconds(start.strip("*_ []()")) for start in starts]
    begins = [start_s for start_s, _, _ in known if start_s is not None]
    if any(after <= before for before, after in pairwise(begins)):
        return True
    follows = all(before[1] == after[0] for before, after in pairwise(known) if before[2])
    return begins[:1] == [0.0] and follows and all(one[2] for one in known) and {"visual", "other", ""} & set(roles) != set()
