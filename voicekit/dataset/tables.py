"""Tables of texts as people and other programs write them.

These are read: delimited tables with or without a header (LJSpeech, Piper, Coqui, VITS, GPT-SoVITS, Common Voice, what
spreadsheets save), JSON lines (NeMo, Hugging Face), and lines that begin with a recording's name (Kaldi).
"""

import csv
import re
from dataclasses import dataclass

from voicekit.core.documents import parse_json
from voicekit.dataset.columns import MOST_COLUMNS, Columns, Fits, Grid, columns_of, layout_of, named, with_header

DELIMITERS = ("|", "\t", ";", ",")
_JSON = (".json", ".jsonl", ".ndjson")


@dataclass(frozen=True)
class Row:
    """What a table says of one recording.

    Attributes:
        line: of the table, from 1.
        name: as the table calls the recording.
    """

    line: int
    name: str
    text: str
    speaker: str = ""


@dataclass(frozen=True)
class Table:
    """A table whose columns were recognised.

    Attributes:
        layout: which column was taken for what, for people.
        problems: lines that could not be read, and why.
    """

    rows: tuple[Row, ...]
    layout: str
    problems: tuple[str, ...] = ()


def read_columns(text: str, name_column: int, text_column: int, delimiter: str) -> dict[str, str]:
    """The texts of a table whose columns are known, by the name that it gives the recording."""
    grid = _cut(text, delimiter, lambda name: 0)
    last = max(name_column, text_column)
    texts = {row[name_column].strip(): " ".join(row[text_column].split()) for row in grid.cells if len(row) > last}
    return {name: text for name, text in texts.items() if text}


def recognise(text: str, suffix: str, fits: Fits) -> Table | None:
    """The table in `text`, or None where no row of it names a recording or no column has words.

    Args:
        suffix: of its file: .json and .jsonl are read as such.
        fits: told a name, how many recordings it can mean.
    """
    grids = iter([_records(text, suffix)]) if suffix in _JSON else (_cut(text, each, fits) for each in _delimiters(text))
    grid = max(grids, key=lambda grid: named(grid, fits)[1])
    if not named(grid, fits)[1]:
        grid = _spaced(text)
        # A text may well have a first word that is a name: half of the lines have to begin with one.
        if sum(fits(row[0]) > 0 for row in grid.cells) * 2 < max(len(grid.cells), 1):
            return None
    grid = with_header(grid, fits)
    columns = columns_of(grid, fits)
    if columns is None:
        return None
    rows = [_row(line, row, columns, grid.delimiter) for line, row in zip(grid.lines, grid.cells, strict=True)]
    empty = [str(line) for line, row in zip(grid.lines, rows, strict=True) if row is None]
    problems = grid.problems
    if empty:
        problems = (*problems, f"no text in line {', '.join(empty[:5])}{' …' if len(empty) > 5 else ''}")
    return Table(tuple(row for row in rows if row), layout_of(grid, columns), problems)


def _delimiters(text: str) -> tuple[str, ...]:
    """The delimiters to try; a spreadsheet may say which it is (sep=;)."""
    declared = re.match(r"\s*sep=(.)[ \t]*$", text, re.MULTILINE | re.IGNORECASE)
    return (declared[1],) if declared and declared[1] in DELIMITERS else DELIMITERS


def _lines(text: str) -> list[str]:
    """Not as str.splitlines, for which a text may have line separators of its own in it."""
    return re.split(r"\r\n|\r|\n", text)


def _cut(text: str, delimiter: str, fits: Fits) -> Grid:
    """Cells between delimiters; quotes are a spreadsheet's where the rules for them are kept, else they are the text's."""
    lines = [(n, line) for n, line in enumerate(_lines(text), start=1) if not _is_aside(line, delimiter, fits)]
    if delimiter in ",;":
        whole = _quoted_over_lines(lines, delimiter)
        inner = (line for row in whole or () for cell in row[1] for line in cell.splitlines()[1:])
        if whole is not None and not any(fits(line.split(delimiter)[0]) for line in inner):
            return Grid([n for n, _ in whole], [cells for _, cells in whole], delimiter=delimiter)
    cells = [_cut_line(line, delimiter) for _, line in lines]
    kept = [(n, row) for (n, _), row in zip(lines, cells, strict=True) if any(cell.strip() for cell in row)]
    return Grid([n for n, _ in kept], [row for _, row in kept], delimiter=delimiter)


def _is_aside(line: str, delimiter: str, fits: Fits) -> bool:
    """An empty line, a comment, or what tells a spreadsheet the delimiter."""
    line = line.strip()
    if line.startswith("#"):
        return not fits(line.split(delimiter)[0])
    return not line or re.fullmatch(r"sep=.", line, re.IGNORECASE) is not None


def _quoted_over_lines(lines: list[tuple[int, str]], delimiter: str) -> list[tuple[int, list[str]]] | None:
    """Rows as a spreadsheet writes them, where a quoted cell may go over several lines; None where the quotes are others."""
    reader = csv.reader((line + "\n" for _, line in lines), delimiter=delimiter, strict=True)
    rows, first = [], 0
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                rows.append((lines[first][0], row))
            first = reader.line_num
    except csv.Error:
        return None
    return rows


def _cut_line(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter, strict=True))
    except (csv.Error, StopIteration):
        return line.split(delimiter)


def _spaced(text: str) -> Grid:
    """Lines of the form `NAME what is said` or `NAME: what is said`."""
    lines, cells = [], []
    for number, line in enumerate(_lines(text), start=1):
        name, _, rest = line.strip().partition(" ")
        if rest.strip():
            lines.append(number)
            cells.append([name.rstrip(":"), rest.lstrip("-–—: ")])
    return Grid(lines, cells, delimiter=" ")


def _records(text: str, suffix: str) -> Grid:
    """JSON objects, one a line or in a list; or one object that has the text of each name."""
    records, lines, problems = [], [], []
    for number, line in enumerate([text] if suffix == ".json" else _lines(text), start=1):
        try:
            found = parse_json(line) if line.strip() else []
        except ValueError as error:
            problems.append(f"line {number} is not JSON ({error})")
            continue
        if suffix == ".json" and isinstance(found, dict):
            found = [{"name": k, **(v if isinstance(v, dict) else {"text": v})} for k, v in found.items()]
        for record in found if isinstance(found, list) else [found]:
            if isinstance(record, dict):
                records.append({key: str(value) for key, value in record.items() if isinstance(value, str | int | float)})
                lines.append(number)
    header = list(dict.fromkeys(key for record in records for key in record))
    if len(header) > MOST_COLUMNS:
        problems.append(f"there are {len(header)} different keys; the first {MOST_COLUMNS} are read")
        header = header[:MOST_COLUMNS]
    cells = [[record.get(key, "") for key in header] for record in records]
    return Grid(lines, cells, header, problems=tuple(problems))


def _row(line: int, cells: list[str], columns: Columns, delimiter: str) -> Row | None:
    if len(cells) <= max(columns.name, columns.text):
        return None
    texts = [cells[column] for column in (columns.text, *columns.instead) if len(cells) > column]
    if columns.behind is not None:
        end = max(columns.text + 1, len(cells) - columns.behind)
        texts = [(delimiter if delimiter in ",;" else " ").join(cells[columns.text : end])]
    text = next((" ".join(_unquoted(text.strip()).split()) for text in texts if text.strip()), "")
    speaker = ""
    if columns.speaker is not None and -len(cells) <= columns.speaker < len(cells):
        speaker = cells[columns.speaker].strip()
    return Row(line, cells[columns.name].strip(), text, speaker) if text else None


def _unquoted(text: str) -> str:
    quoted = re.fullmatch(r'"([^"]*(?:""[^"]*)*+)"', text)
    return quoted[1].replace('""', '"') if quoted else text


def first_name(text: str) -> str | None:
    """What stands in front of the first delimiter, in the first line that has one."""
    cut = (re.split(r"[|\t;,]", line)[0].strip() for line in _lines(text) if re.search(r"[|\t;,].*\S", line))
    return next(cut, None)
