"""Tables of texts as people and other programs write them.

These are read: delimited tables with or without a header (LJSpeech, Piper, Coqui, VITS, GPT-SoVITS, Common Voice, what
spreadsheets save), JSON lines (NeMo, Hugging Face), and lines that begin with a recording's name (Kaldi). The column of
names is the one whose values are names of recordings; the text is the column that the header calls so, else the one with the
most words.
"""

import csv
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from statistics import fmean, mode

#: Names of columns in headers, the likeliest first.
TEXT_NAMES = (
    *("text", "sentence", "transcript", "transcription", "raw_text", "raw_transcription", "original_text", "utterance"),
    *("spoken_text", "content", "prompt", "line", "words"),
)
NORMALISED_NAMES = (
    *("normalized_text", "normalised_text", "text_normalized", "normalized_transcription", "normalized", "normalised"),
    *("cleaned_text", "clean_text"),
)
SPEAKER_NAMES = ("speaker", "speaker_name", "speaker_id", "spk", "spk_id", "client_id", "narrator", "voice", "sid")
RECORDING_NAMES = (
    *("path", "file", "filename", "file_name", "filepath", "file_path", "audio", "audio_file", "audio_filepath"),
    *("audio_path", "wav", "wav_filename", "wav_path", "recording", "clip", "id", "utt_id", "utterance_id", "name"),
)
_NEVER_SPEAKERS = frozenset(
    (
        *("m", "f", "male", "female", "man", "woman", "train", "val", "dev", "test", "true", "false", "yes", "no"),
        *("neutral", "happy", "sad", "angry", "calm", "excited", "surprised", "fearful", "disgusted", "amused", "whisper"),
    )
)
_NAMES = frozenset((*TEXT_NAMES, *NORMALISED_NAMES, *SPEAKER_NAMES, *RECORDING_NAMES))
_LANGUAGE = re.compile(
    "(en|eng|zh|zho|cmn|yue|ja|jp|jpn|ko|kr|kor|de|deu|ger|fr|fra|fre|es|spa|it|ita|pt|por|br|ru|rus|uk|ukr|pl|pol|nl|nld"
    "|sv|swe|da|dan|nb|nn|fi|fin|cs|ces|sk|hu|hun|ro|ron|bg|el|tr|tur|ar|ara|he|hi|hin|bn|ta|te|th|vi|id|fa|ca|eu|all_[a-z]+)"
    "([-_][a-z]{2,4})?",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"[-+]?[\d.,:]+(e[-+]?\d+)?( ?m?s)?", re.IGNORECASE)
_PATH = re.compile(r"\S*[/\\]\S*|\S+\.(wav|flac|mp3|ogg|npy|npz|pt|pth|lab)", re.IGNORECASE)
_END = re.compile(r"[.?!…。？！][\"'”»)]?$")
#: Characters that no language is written in.
_PHONES = re.compile("[ˈˌːɪʊʌɹɡɑɐɾ]")
#: Scripts without spaces between words count by letters.
_WORD = re.compile(
    r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\W\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+"
)

#: Counts the recordings that a name may mean.
Fits = Callable[[str], int]
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


@dataclass(frozen=True)
class _Grid:
    """Cells as they were cut; `lines` has the line each row begins on."""

    lines: list[int]
    cells: list[list[str]]
    header: list[str] | None = None
    delimiter: str = ""
    problems: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Columns:
    """Which columns were taken for what.

    Attributes:
        speaker: counted from the row's end where negative.
        instead: columns with the text where `text` is empty.
        behind: how many columns lie behind the text where it was cut at delimiters within it; None where it was not.
    """

    name: int
    text: int
    speaker: int | None = None
    instead: tuple[int, ...] = ()
    behind: int | None = None


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
    grids = [_records(text, suffix)] if suffix in _JSON else [_cut(text, each, fits) for each in _delimiters(text)]
    grid = max(grids, key=lambda grid: _named(grid, fits)[1])
    if not _named(grid, fits)[1]:
        grid = _spaced(text)
        # A text may well have a first word that is a name: half of the lines have to begin with one.
        if sum(fits(row[0]) > 0 for row in grid.cells) * 2 < max(len(grid.cells), 1):
            return None
    grid = _with_header(grid, fits)
    columns = _columns_of(grid, fits)
    if columns is None:
        return None
    rows = [_row(line, row, columns, grid.delimiter) for line, row in zip(grid.lines, grid.cells, strict=True)]
    empty = [str(line) for line, row in zip(grid.lines, rows, strict=True) if row is None]
    problems = grid.problems
    if empty:
        problems = (*problems, f"no text in line {', '.join(empty[:5])}{' …' if len(empty) > 5 else ''}")
    return Table(tuple(row for row in rows if row), _layout_of(grid, columns), problems)


def _delimiters(text: str) -> tuple[str, ...]:
    """The delimiters to try; a spreadsheet may say which it is (sep=;)."""
    declared = re.match(r"\s*sep=(.)[ \t]*$", text, re.MULTILINE | re.IGNORECASE)
    return (declared[1],) if declared and declared[1] in DELIMITERS else DELIMITERS


def _lines(text: str) -> list[str]:
    """Not as str.splitlines, for which a text may have line separators of its own in it."""
    return re.split(r"\r\n|\r|\n", text)


def _cut(text: str, delimiter: str, fits: Fits) -> _Grid:
    """Cells between delimiters; quotes are a spreadsheet's where the rules for them are kept, else they are the text's."""
    lines = [(n, line) for n, line in enumerate(_lines(text), start=1) if not _is_aside(line, delimiter, fits)]
    if delimiter in ",;":
        whole = _quoted_over_lines(lines, delimiter)
        inner = (line for row in whole or () for cell in row[1] for line in cell.splitlines()[1:])
        if whole is not None and not any(fits(line.split(delimiter)[0]) for line in inner):
            return _Grid([n for n, _ in whole], [cells for _, cells in whole], delimiter=delimiter)
    cells = [_cut_line(line, delimiter) for _, line in lines]
    kept = [(n, row) for (n, _), row in zip(lines, cells, strict=True) if any(cell.strip() for cell in row)]
    return _Grid([n for n, _ in kept], [row for _, row in kept], delimiter=delimiter)


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


def _spaced(text: str) -> _Grid:
    """Lines of the form `NAME what is said` or `NAME: what is said`."""
    lines, cells = [], []
    for number, line in enumerate(_lines(text), start=1):
        name, _, rest = line.strip().partition(" ")
        if rest.strip():
            lines.append(number)
            cells.append([name.rstrip(":"), rest.lstrip("-–—: ")])
    return _Grid(lines, cells, delimiter=" ")


def _records(text: str, suffix: str) -> _Grid:
    """JSON objects, one a line or in a list; or one object that has the text of each name."""
    records, lines, problems = [], [], []
    for number, line in enumerate([text] if suffix == ".json" else _lines(text), start=1):
        try:
            found = json.loads(line) if line.strip() else []
        except (ValueError, RecursionError) as error:
            problems.append(f"line {number} is not JSON ({error})")
            continue
        if suffix == ".json" and isinstance(found, dict):
            found = [{"name": k, **(v if isinstance(v, dict) else {"text": v})} for k, v in found.items()]
        for record in found if isinstance(found, list) else [found]:
            if isinstance(record, dict):
                records.append({key: str(value) for key, value in record.items() if isinstance(value, str | int | float)})
                lines.append(number)
    header = list(dict.fromkeys(key for record in records for key in record))
    cells = [[record.get(key, "") for key in header] for record in records]
    return _Grid(lines, cells, header, problems=tuple(problems))


def _row(line: int, cells: list[str], columns: _Columns, delimiter: str) -> Row | None:
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
    quoted = re.fullmatch(r'"((?:[^"]|"")*)"', text)
    return quoted[1].replace('""', '"') if quoted else text


def first_name(text: str) -> str | None:
    """What stands in front of the first delimiter, in the first line that has one."""
    cut = (re.split(r"[|\t;,]", line)[0].strip() for line in _lines(text) if re.search(r"[|\t;,].*\S", line))
    return next(cut, None)


# Which column is which.


def _named(grid: _Grid, fits: Fits) -> tuple[int, int]:
    """The column that names recordings, and how many it names: each once, and those first that mean one alone."""
    best = (0, 0)
    for column in range(max(map(len, grid.cells), default=0)):
        names = {row[column].strip() for row in grid.cells if len(row) > max(column, 1)}
        count = sum({0: 0, 1: 2}.get(fits(name), 1) for name in names)
        best = max(best, (column, count), key=lambda found: found[1])
    return best


def _with_header(grid: _Grid, fits: Fits) -> _Grid:
    if grid.header is not None or not grid.cells:
        return grid
    first = [_header_name(cell) for cell in grid.cells[0]]
    if not _NAMES.intersection(first) or fits(grid.cells[0][_named(grid, fits)[0]]):
        return grid
    return _Grid(grid.lines[1:], grid.cells[1:], grid.cells[0], grid.delimiter, grid.problems)


def _header_name(cell: str) -> str:
    return re.sub(r"[\s-]+", "_", cell.strip().strip('"').casefold())


def _columns_of(grid: _Grid, fits: Fits) -> _Columns | None:
    name, count = _named(grid, fits)
    if not count:
        return None
    header = [_header_name(cell) for cell in grid.header or ()]
    known = {each: column for column, each in reversed(list(enumerate(header))) if column != name}
    texts = [known[each] for each in (*TEXT_NAMES, *NORMALISED_NAMES) if each in known]
    speaker = next((known[each] for each in SPEAKER_NAMES if each in known), None)
    if texts:
        columns = _Columns(name, texts[0], speaker, tuple(texts[1:]))
        return _widened(columns, grid, len(header) - 1 - texts[0])
    values = [_Values.of(column, grid) for column in range(_width(grid))]
    others = [each for each in values if each.column != name]
    if all(each.is_special for each in others):
        return None
    best = max(others, key=lambda each: each.rank)
    if grid.delimiter in (",", ";"):
        first = next(each for each in others if each is best or each.is_prose or _goes_on(each, grid))
        if _is_cut(first, others, grid):
            behind = _labels_at_the_end(grid, first.column)
            return replace(_with_speaker(_Columns(name, first.column), values), behind=behind)
    # LJSpeech has the text as it was written, and behind that the same in words; we say numbers ourselves.
    text = next((each for each in others if each.is_prose and each.tells_the_same(best)), best)
    columns = _Columns(name, text.column, speaker, () if text is best else (best.column,))
    return _widened(_with_speaker(columns, values), grid, len(values) - 1 - text.column)


def _width(grid: _Grid) -> int:
    """How many columns there are; where commas of a text cut it, as many as the rows with the fewest commas have."""
    widths = sorted(len(row) for row in grid.cells if len(row) > 1)
    return widths[len(widths) // 10] if grid.delimiter in (",", ";") else mode(widths)


def _widened(columns: _Columns, grid: _Grid, behind: int) -> _Columns:
    """The columns where some rows have more than others: the text has the delimiter in it."""
    if not any(len(row) > columns.text + 1 + behind for row in grid.cells):
        return columns
    speaker = columns.speaker
    if speaker is not None and speaker > columns.text:
        speaker -= columns.text + 1 + behind
    return replace(columns, speaker=speaker, instead=(), behind=behind)


def _with_speaker(columns: _Columns, values: "list[_Values]") -> _Columns:
    """The first column of labels in front of the text, or the first behind it, where the header named none."""
    if columns.speaker is not None:
        return columns
    in_order = sorted(values, key=lambda each: (each.column > columns.text, each.column))
    in_order = [each for each in in_order if each.column not in (columns.name, columns.text, *columns.instead)]
    names = values[columns.name].values
    found = (e.column for e in in_order if e.can_be_speakers(e.column < columns.text) or e.are_part_of(names))
    return replace(columns, speaker=next(found, None))


@dataclass(frozen=True)
class _Values:
    """What is in a column.

    Attributes:
        words: in a row, on average.
        is_special: numbers, times, paths, phones, or nothing.
        is_code: what languages are called by.
        is_label: the same few words again and again.
    """

    column: int
    values: list[str]
    words: float
    is_special: bool
    is_code: bool
    is_label: bool

    @classmethod
    def of(cls, column: int, grid: _Grid) -> "_Values":
        every = [row[column].strip() if len(row) > column else "" for row in grid.cells]
        values = [value for value in every if value]
        if not values:
            return cls(column, every, 0.0, True, False, False)
        special = any(all(kind.fullmatch(value) for value in values) for kind in (_NUMBER, _PATH))
        special |= sum(bool(_PHONES.search(value)) for value in values) * 2 > len(values)
        counts = [len(_WORD.findall(value)) for value in values]
        code = all(_LANGUAGE.fullmatch(value) for value in values)
        few = len(values) > 3 and len(set(values)) * 2 <= len(values)
        label = max(counts) <= (3 if few else 1) and (few or len(values) <= 3) and not any(_END.search(v) for v in values)
        return cls(column, every, fmean(counts) * len(values) / len(every), special, code, label)

    @property
    def rank(self) -> tuple:
        """The text is where this is greatest."""
        return not self.is_special, not self.is_code, self.words, len(set(self.values)), self.column

    @property
    def is_prose(self) -> bool:
        return not self.is_special and not self.is_label and self.words > 1

    def can_be_speakers(self, numbers_too: bool) -> bool:
        values = {value.casefold() for value in self.values if value}
        numbers = numbers_too and all(value.isdigit() for value in values)
        return self.is_label and not self.is_code and (numbers or not self.is_special) and not values <= _NEVER_SPEAKERS

    def are_part_of(self, names: list[str]) -> bool:
        """Whether the recordings are called by these values: p225/p225_001."""
        parts = (re.split(r"[\W_]+", name) for name in names)
        return not self.is_code and all(value in its for value, its in zip(self.values, parts, strict=True))

    def tells_the_same(self, other: "_Values") -> bool:
        """Whether half of the words, or more, are in both: the one is the other, put into words."""
        shares = []
        for a, b in zip(self.values, other.values, strict=True):
            ours, theirs = (set(_WORD.findall(value.casefold())) for value in (a, b))
            if ours and theirs:
                shares.append(len(ours & theirs) / min(len(ours), len(theirs)))
        return bool(shares) and fmean(shares) >= 0.5


def _goes_on(column: _Values, grid: _Grid) -> bool:
    """Whether a blank begins the next column and not this one: the comma between them is prose."""
    pairs = [row[column.column : column.column + 2] for row in grid.cells if len(row) > column.column + 1]
    blanks = sum(b.startswith(" ") and not a.startswith(" ") for a, b in pairs)
    return not column.is_special and blanks * 2 > len(pairs)


def _is_cut(first: _Values, others: list[_Values], grid: _Grid) -> bool:
    """Whether a text without quotes was cut at its commas: rows differ in width, or more prose is behind its beginning."""
    if any(len(row) > len(others) + 1 for row in grid.cells) or _goes_on(first, grid):
        return True
    behind = [each for each in others if each.column > first.column and each.is_prose]
    return grid.delimiter == "," and bool(behind) and not any(each.tells_the_same(first) for each in behind)


def _labels_at_the_end(grid: _Grid, text: int) -> int:
    """How many columns lie behind a text that was cut: those that hold labels or numbers in every row."""
    rows = [row for row in grid.cells if len(row) > 1]
    count = 0
    while len(rows) > 3 and all(len(row) > text + 1 + count for row in rows):
        cells = [row[-1 - count] for row in rows]
        last = _Values.of(0, _Grid([], [[cell] for cell in cells]))
        if any(cell.startswith(" ") for cell in cells) or not (last.is_special or last.is_label):
            break
        count += 1
    return count


def _layout_of(grid: _Grid, columns: _Columns) -> str:
    """ "column 3 of path | speaker | text"."""
    if grid.delimiter == " ":
        return "what follows the name in each line"
    if columns.behind is not None:
        until = f" but the last {columns.behind}" if columns.behind else ""
        return f"all columns from {columns.text + 1} on{until}: texts have '{grid.delimiter}' in them without quotes"
    roles = {columns.name: "recording", columns.text: "text", columns.speaker: "speaker"}
    width = max(columns.text, columns.name, *map(len, grid.cells[:1])) if grid.header is None else len(grid.header)
    names = grid.header or [roles.get(column, "…") for column in range(width)]
    return f"column {columns.text + 1} of {' | '.join(name.strip() for name in names)}"
