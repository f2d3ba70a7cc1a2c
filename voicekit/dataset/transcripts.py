"""The texts that people already have for their recordings: in tables, and in files beside them."""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from difflib import get_close_matches
from functools import partial
from pathlib import Path

from voicekit.core.errors import DatasetError, ScriptError
from voicekit.core.reporter import SILENT, Reporter
from voicekit.core.wording import some
from voicekit.dataset.items import SOUND_SUFFIXES, Item, files_below, find_recordings, one_of_each_name
from voicekit.dataset.names import Names
from voicekit.dataset.tables import Row, Table, first_name, read_columns, recognise
from voicekit.text.read import Note, decode, read_bytes

_TABLE_SUFFIXES = frozenset((".csv", ".tsv", ".psv", ".txt", ".list", ".jsonl", ".ndjson", ".json"))
#: Names that people and programs give to a table of texts.
_TABLE_NAME = re.compile(
    r"(^|[_.-])(metadata|transcripts?|transcriptions?|filelists?|manifest|train|val|valid|validated|validation|dev|test|eval"
    r"|texts?|prompts|sentences|lines|list|line_index)([_.-]|$)"
)
#: Those of them that can hardly be anything else.
_SURELY_TABLE = re.compile(r"(metadata|transcripts?|transcriptions?)$")
_SPREADSHEETS = (".xlsx", ".xls", ".ods", ".numbers")
#: A table of 500,000 recordings, which are a thousand hours, has as much; it is read into memory.
_MOST_BYTES = 50_000_000

#: A name in a table → the recordings it may mean.
Meant = Callable[[str], tuple[str, ...]]
#: Gives the text of a file, and reports what it guessed.
Read = Callable[[Path, Note], str]


def find_items(
    folder: Path, besides: Path | None = None, language: str | None = None, reporter: Reporter = SILENT
) -> list[Item]:
    """All recordings below `folder`, sorted by name, with their texts from tables, or a `.txt` beside them.

    Args:
        besides: a folder to leave out, should it lie inside: the one that datasets are written to.
        language: of the texts, where it is known; it helps to tell their encoding.
        reporter: told where the texts are from, and what was guessed or is left out.

    Raises:
        DatasetError: no folder, no sound in it, or a table of texts (metadata.csv …) that fits none of it.
    """
    items = find_recordings(folder, besides)
    read = partial(read_text, language=language)
    items = _with_tables(items, folder, besides, read, reporter)
    return one_of_each_name(_with_text_files(items, folder, read, reporter))


def read_table(path: Path, id_column: int = 0, text_column: int = 1, delimiter: str = "|") -> dict[str, str]:
    """The texts of a table whose columns are known, by the name that it gives the recording.

    Raises:
        DatasetError: the file is no text, or no row has both columns.
    """
    rows = read_columns(read_text(path), id_column, text_column, delimiter)
    if not rows:
        raise _no_rows(path)
    return rows


def with_texts(items: Sequence[Item], texts: dict[str, str]) -> list[Item]:
    """The items with the texts that `texts` has for a name that means each of them alone."""
    names = Names((item.name for item in items), SOUND_SUFFIXES)
    by_name: dict[str, str] = {}
    for called, text in texts.items():
        meant = names.meant(called)
        by_name |= dict.fromkeys(meant, text) if _is_one(meant) else {}
    return [replace(item, text=by_name.get(item.name) or item.text) for item in items]


def _is_one(meant: Iterable[str]) -> bool:
    """Whether names are of one recording, though maybe in several kinds."""
    return len({Path(name).with_suffix("") for name in meant}) == 1


def _with_tables(items: list[Item], folder: Path, besides: Path | None, read: Read, reporter: Reporter) -> list[Item]:
    """The items with the texts and speakers of all tables that name some of them."""
    names = Names((item.name for item in items), SOUND_SUFFIXES)
    used: list[Path] = []
    misfits: list[tuple[Path, str]] = []
    for path in _tables(folder, besides, {item.path.with_suffix("") for item in items}):
        if used and not _is_called_table(path):
            continue  # called otherwise; read only where there is no other
        told: list[str] = []
        try:
            text = read(path, told.append)
        except DatasetError as error:
            if _is_surely_table(path):
                raise
            reporter.note(str(error))
            continue
        place = path.parent.relative_to(folder).as_posix() if path.is_relative_to(folder) else ""
        inside = place if any(item.name.startswith(f"{place}/") for item in items) else ""
        meant = partial(names.meant, inside=inside)
        table = recognise(text, path.suffix.lower(), partial(_count, meant))
        if table is None:
            misfits.append((path, text))
            continue
        before, items = items, _with_table(items, path, table, meant, reporter)
        if items != before:
            used.append(path)
            for line in told:
                reporter.note(line)
    for path, text in misfits:
        if path.parent == folder and not used and _is_surely_table(path) and path.suffix != ".txt":
            raise _fits_nothing(path, text, items)
        if path.is_relative_to(folder) and _is_called_table(path) and len(items) > 1:
            reporter.note(f"{path} names none of the {len(items)} recordings; it is not used")
    for path in sorted(folder.iterdir()) if not used else ():
        if path.suffix.lower() in _SPREADSHEETS:
            reporter.note(f"{path} is not read; if it has the texts, save it as CSV, and run the same command again")
    without = [item.name for item in items if item.text is None and item.problem is None]
    if used and without:
        reporter.note(f"no row for {len(without)} of {len(items)} recordings: {_some(without)}")
    return _with_one_voice(items, reporter)


def _is_called_table(path: Path) -> bool:
    return _TABLE_NAME.search(path.stem.lower()) is not None


def _is_surely_table(path: Path) -> bool:
    return _SURELY_TABLE.match(path.stem.lower()) is not None


def _tables(folder: Path, besides: Path | None, recordings: set[Path]) -> list[Path]:
    """Files that may be tables of texts, the likeliest first: what is called so below or beside `folder`, and any in it."""
    found = [path for path in files_below(folder, besides) if path.parent == folder or _is_called_table(path)]
    found += [path for path in sorted((folder / "..").resolve().glob("*")) if _is_surely_table(path) and path.is_file()]
    return sorted(
        (
            path
            for path in found
            if (path.suffix.lower() in _TABLE_SUFFIXES or path.name == "text")
            # A text that is called as the recording beside it is that one's.
            and not (path.suffix.lower() == ".txt" and path.with_suffix("") in recordings)
        ),
        key=lambda path: (not path.is_relative_to(folder), not _is_surely_table(path), not _is_called_table(path), path),
    )


def _count(meant: Meant, name: str) -> int:
    """How many recordings a name can mean."""
    return len({Path(each).with_suffix("") for each in meant(name)})


def _with_table(items: list[Item], path: Path, table: Table, meant: Meant, reporter: Reporter) -> list[Item]:
    """Gives each recording its row's text; what fits none, fits several or is there twice is told."""
    rows: dict[str, list[Row]] = defaultdict(list)
    strangers, unclear = [], []
    for row in table.rows:
        fitting = meant(row.name)
        if not fitting:
            strangers.append(row)
        elif not _is_one(fitting):
            unclear.append(f"{row.name} (line {row.line}) can mean {' or '.join(fitting[:3])}")
        else:
            for name in fitting:
                rows[name].append(row)
    found, given, others = [], 0, 0
    for item in items:
        its = rows.get(item.name, [])
        texts = {_plain(row.text) for row in its}
        if item.problem or not its:
            found.append(item)
        elif item.text is not None:
            others += _plain(item.text) not in texts
            found.append(item)
        elif len(texts) > 1:
            lines = " and ".join(str(row.line) for row in its[:3])
            problem = f"{path.name} has different texts for it, in lines {lines}; leave one"
            found.append(replace(item, text=its[0].text, problem=problem))
        else:
            given += 1
            found.append(replace(item, text=its[0].text, speaker=its[0].speaker))
    if given:
        reporter.note(f"{path}: texts of {given} of {len(items)} recordings from {table.layout}")
    if others:
        reporter.note(f"{path}: {others} of its texts differ from those of the table before, which are used")
    if found != items:
        for problem in table.problems:
            reporter.note(f"{path}: {problem}")
        if unclear:
            reporter.note(f"{path}: {_some(unclear)}; given to none; write the folder before the name")
        if strangers:
            named = _some([f"{row.name} (line {row.line})" for row in strangers])
            reporter.note(f"{path}: {len(strangers)} of {len(table.rows)} rows name no recording: {named}")
    return found


def _some(what: list[str], most: int = 3) -> str:
    return some(map(_short, what), most)


def _short(name: str, most: int = 120) -> str:
    """For a message: what should be a name may be a whole file."""
    return name if len(name) <= most else f"{name[:most]}…"


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


def _with_one_voice(items: list[Item], reporter: Reporter) -> list[Item]:
    """Where the tables know one speaker it is everybody's; where they know more, the person may not know that."""
    counts = Counter(item.speaker for item in items if item.speaker)
    if len(counts) == 1:
        return [replace(item, speaker=next(iter(counts))) for item in items]
    if counts:
        named = _some([f"{speaker} ({count})" for speaker, count in counts.most_common()], 5)
        whose = "a voice becomes the first one's, and --speaker NAME takes one alone"
        reporter.note(f"{len(counts)} speakers: {named}; {whose}")
    return items


def read_text(path: Path, note: Note | None = None, language: str | None = None) -> str:
    """A text file in whatever encoding; where there is nobody to tell what was guessed, in UTF-8 alone.

    Raises:
        DatasetError: it cannot be read, or is no text.
    """
    try:
        data = read_bytes(path, _MOST_BYTES)
        return unicodedata.normalize("NFC", decode(data, path, note, language) if note else data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise DatasetError(f"{path} is not UTF-8 text; save it as UTF-8 and run the same command again") from error
    except ScriptError as error:
        raise DatasetError(str(error)) from error


def _with_text_files(items: list[Item], folder: Path, read: Read, reporter: Reporter) -> list[Item]:
    """Gives items without a text the `.txt` beside them; a lone text in a folder with a lone recording is its text."""
    found: list[Item] = []
    told: list[str] = []
    for item in items:
        if item.text is None and item.problem is None:
            beside = item.path.with_suffix(".txt")
            if not beside.is_file() and len(items) == 1:
                texts = sorted(path for path in folder.glob("*.txt") if not path.name.startswith("."))
                beside = texts[0] if len(texts) == 1 else beside
            if beside.is_file():
                item = with_text_of(item, beside, lambda path: read(path, told.append))
        found.append(item)
    for line in told[:3]:
        reporter.note(line)
    if len(told) > 3:
        reporter.note(f"and likewise for {len(told) - 3} more texts")
    return found


def with_text_of(item: Item, path: Path, read: Callable[[Path], str] = read_text) -> Item:
    """The item with the text of the file at `path`, or with what is wrong with that as its problem."""
    try:
        text = " ".join(read(path).split())
    except DatasetError as error:
        return replace(item, problem=str(error))
    if not text:
        return replace(item, problem=f"{path} is empty; write down what is said, or remove it")
    return replace(item, text=text)


def _no_rows(path: Path) -> DatasetError:
    return DatasetError(f"{path} has no rows of the form id|text; write one line a recording, e.g. take01|Hello there.")


def _fits_nothing(path: Path, text: str, items: list[Item]) -> DatasetError:
    """Says the nearest name; where a name does fit there are no words beside it."""
    first = first_name(text)
    if first is None:
        return _no_rows(path)
    near = get_close_matches(_short(Path(first).name), [Path(item.key).name for item in items], n=1, cutoff=0.0)
    return DatasetError(
        f"{path} names none of the {len(items)} recordings: its first row is for '{_short(first)}', the nearest recording is"
        f" '{near[0]}'; correct the first column or remove the file"
    )
