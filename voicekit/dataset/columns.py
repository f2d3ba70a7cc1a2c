"""Which column of a table names recordings, which has their texts, and which their speakers.

The column of names is the one whose values are names of recordings; the text is the column that the header calls
so, else the one with the most words.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from statistics import fmean, mode

#: No table of texts has more; what has, is cut at the commas of a text, and what is looked for stands in front of them.
MOST_COLUMNS = 100
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
_PATH = re.compile(r"(?=\S*[/\\])\S+|\S+\.(wav|flac|mp3|ogg|npy|npz|pt|pth|lab)", re.IGNORECASE)
_END = re.compile(r"[.?!…。？！][\"'”»)]?$")
#: Characters that no language is written in.
_PHONES = re.compile("[ˈˌːɪʊʌɹɡɑɐɾ]")
#: Scripts without spaces between words count by letters.
_WORD = re.compile(
    r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\W\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+"
)

#: Counts the recordings that a name may mean.
Fits = Callable[[str], int]


@dataclass(frozen=True)
class Grid:
    """Cells as they were cut; `lines` has the line each row begins on."""

    lines: list[int]
    cells: list[list[str]]
    header: list[str] | None = None
    delimiter: str = ""
    problems: tuple[str, ...] = ()


@dataclass(frozen=True)
class Columns:
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


def named(grid: Grid, fits: Fits) -> tuple[int, int]:
    """The column that names recordings, and how many it names: each once, and those first that mean one alone."""
    best = (0, 0)
    for column in range(min(max(map(len, grid.cells), default=0), MOST_COLUMNS)):
        names = {row[column].strip() for row in grid.cells if len(row) > max(column, 1)}
        count = sum({0: 0, 1: 2}.get(fits(name), 1) for name in names)
        best = max(best, (column, count), key=lambda found: found[1])
    return best


def with_header(grid: Grid, fits: Fits) -> Grid:
    if grid.header is not None or not grid.cells:
        return grid
    first = [_header_name(cell) for cell in grid.cells[0]]
    if not _NAMES.intersection(first) or fits(grid.cells[0][named(grid, fits)[0]]):
        return grid
    return Grid(grid.lines[1:], grid.cells[1:], grid.cells[0], grid.delimiter, grid.problems)


def _header_name(cell: str) -> str:
    return re.sub(r"[\s-]+", "_", cell.strip().strip('"').casefold())


def columns_of(grid: Grid, fits: Fits) -> Columns | None:
    name, count = named(grid, fits)
    if not count:
        return None
    header = [_header_name(cell) for cell in grid.header or ()]
    known = {each: column for column, each in reversed(list(enumerate(header))) if column != name}
    texts = [known[each] for each in (*TEXT_NAMES, *NORMALISED_NAMES) if each in known]
    speaker = next((known[each] for each in SPEAKER_NAMES if each in known), None)
    if texts:
        columns = Columns(name, texts[0], speaker, tuple(texts[1:]))
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
            return replace(_with_speaker(Columns(name, first.column), values), behind=behind)
    # LJSpeech has the text as it was written, and behind that the same in words; we say numbers ourselves.
    text = next((each for each in others if each.is_prose and each.tells_the_same(best)), best)
    columns = Columns(name, text.column, speaker, () if text is best else (best.column,))
    return _widened(_with_speaker(columns, values), grid, len(values) - 1 - text.column)


def _width(grid: Grid) -> int:
    """How many columns there are; where commas of a text cut it, as many as the rows with the fewest commas have."""
    widths = sorted(len(row) for row in grid.cells if len(row) > 1)
    return min(widths[len(widths) // 10] if grid.delimiter in (",", ";") else mode(widths), MOST_COLUMNS)


def _widened(columns: Columns, grid: Grid, behind: int) -> Columns:
    """The columns where some rows have more than others: the text has the delimiter in it."""
    if not any(len(row) > columns.text + 1 + behind for row in grid.cells):
        return columns
    speaker = columns.speaker
    if speaker is not None and speaker > columns.text:
        speaker -= columns.text + 1 + behind
    return replace(columns, speaker=speaker, instead=(), behind=behind)


def _with_speaker(columns: Columns, values: "list[_Values]") -> Columns:
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
    def of(cls, column: int, grid: Grid) -> "_Values":
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


def _goes_on(column: _Values, grid: Grid) -> bool:
    """Whether a blank begins the next column and not this one: the comma between them is prose."""
    pairs = [row[column.column : column.column + 2] for row in grid.cells if len(row) > column.column + 1]
    blanks = sum(b.startswith(" ") and not a.startswith(" ") for a, b in pairs)
    return not column.is_special and blanks * 2 > len(pairs)


def _is_cut(first: _Values, others: list[_Values], grid: Grid) -> bool:
    """Whether a text without quotes was cut at its commas: rows differ in width, or more prose is behind its beginning."""
    if any(len(row) > len(others) + 1 for row in grid.cells) or _goes_on(first, grid):
        return True
    behind = [each for each in others if each.column > first.column and each.is_prose]
    return grid.delimiter == "," and bool(behind) and not any(each.tells_the_same(first) for each in behind)


def _labels_at_the_end(grid: Grid, text: int) -> int:
    """How many columns lie behind a text that was cut: those that hold labels or numbers in every row."""
    rows = [row for row in grid.cells if len(row) > 1]
    count = 0
    while len(rows) > 3 and all(len(row) > text + 1 + count for row in rows):
        cells = [row[-1 - count] for row in rows]
        last = _Values.of(0, Grid([], [[cell] for cell in cells]))
        if any(cell.startswith(" ") for cell in cells) or not (last.is_special or last.is_label):
            break
        count += 1
    return count


def layout_of(grid: Grid, columns: Columns) -> str:
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
