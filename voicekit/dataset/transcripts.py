"""Finds the recordings in a folder, and the texts that people already have for them."""

import csv
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path

from voicekit.errors import DatasetError
from voicekit.files import as_text

# fmt: off
SOUND_SUFFIXES = frozenset((
    ".3gp", ".aac", ".aif", ".aiff", ".amr", ".ape", ".avi", ".caf", ".flac", ".flv", ".m4a", ".m4b", ".m4v", ".mka", ".mkv",
    ".mov", ".mp3", ".mp4", ".mpeg", ".mpg", ".oga", ".ogg", ".opus", ".ts", ".w64", ".wav", ".webm", ".wma", ".wmv", ".wv",
))
# fmt: on
_DELIMITERS = ("|", "\t", ";", ",")


@dataclass(frozen=True)
class Item:
    """A recording and what is known of it before it is heard.

    Attributes:
        name: its path relative to the recordings folder, with forward slashes.
        text: what is said in it; None when nobody wrote that down.
        problem: why it cannot be used, found before it was opened.
    """

    path: Path
    name: str
    text: str | None = None
    speaker: str = ""
    problem: str | None = None

    @property
    def key(self) -> str:
        """The name without its suffix: what a table of texts calls it."""
        return str(Path(self.name).with_suffix("").as_posix())


def find_items(folder: Path, besides: Path | None = None) -> list[Item]:
    """All recordings below `folder`, sorted by name, with their texts from `metadata.csv` or a `.txt` beside them.

    Args:
        besides: a folder to leave out, should it lie inside: the one that datasets are written to.

    Raises:
        DatasetError: no folder, no sound in it, or a metadata.csv that fits none of it.
    """
    items = find_recordings(folder, besides)
    for metadata in (folder / "metadata.csv", folder.parent / "metadata.csv"):
        if metadata.is_file():
            rows = read_table(metadata)
            listed = with_texts(items, rows)
            if any(item.text for item in listed):
                items = listed
                break
            if metadata.parent == folder:
                raise _no_row_fits(metadata, rows, items)
    return _with_text_files(items, folder)


def find_recordings(folder: Path, besides: Path | None = None) -> list[Item]:
    """All files below `folder` with a name that says sound, sorted by name.

    Raises:
        DatasetError: the folder is missing, cannot be listed, or holds no sound.
    """
    if not folder.exists():
        raise DatasetError(f"the folder {folder} does not exist; check the name")
    if not folder.is_dir():
        raise DatasetError(f"{folder} is a file; give the folder that the recordings lie in")
    inside = besides is not None and folder.resolve() in besides.resolve().parents
    left_out = folder / besides.resolve().relative_to(folder.resolve()) if inside else None
    paths = [
        path
        for path in sorted(folder.rglob("*"))
        if path.suffix.lower() in SOUND_SUFFIXES
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
        and not (left_out and path.is_relative_to(left_out))
        and path.is_file()
    ]
    if not paths:
        raise DatasetError(f"{folder} holds no sound; put recordings there (WAV, FLAC, MP3, M4A, Ogg, MP4 …)")
    return [_item(path, path.relative_to(folder).as_posix()) for path in paths]


def _item(path: Path, name: str) -> Item:
    """Whatever bytes a file is called by, the name of its item is text."""
    text = as_text(name)
    return Item(path, text, problem=None if text == name else "its name is not UTF-8; rename it")


def read_table(path: Path, id_column: int = 0, text_column: int = 1, delimiter: str | None = None) -> dict[str, str]:
    """The texts of a delimited table by id, the id without a sound suffix.

    LJSpeech's third column, the text in words, is left: we expand numbers ourselves, and people edit what they wrote.

    Raises:
        DatasetError: the file is no text or no row has both columns.
    """
    lines = read_text(path).splitlines()
    if delimiter is None:
        delimiter = next((d for d in _DELIMITERS if lines and d in lines[0]), "|")
    quoting = csv.QUOTE_MINIMAL if delimiter in ",;" else csv.QUOTE_NONE
    rows = {}
    reader = csv.reader(lines, delimiter=delimiter, quoting=quoting)
    try:
        for row in reader:
            if len(row) > max(id_column, text_column) and row[text_column].strip():
                rows[without_sound_suffix(row[id_column].strip())] = " ".join(row[text_column].split())
    except csv.Error as error:
        advice = "correct it, or put a long text into a .txt beside its recording"
        raise DatasetError(f"{path}, line {reader.line_num} cannot be read: {error}; {advice}") from error
    if not rows:
        raise DatasetError(f"{path} has no rows of the form id|text; write one line a recording, e.g. take01|Hello there.")
    return rows


def with_texts(items: Iterable[Item], texts: dict[str, str]) -> list[Item]:
    """The items with the texts that `texts` has for their relative path or, failing that, their bare name."""
    by_name = {Path(key).name: text for key, text in texts.items()}
    return [replace(item, text=texts.get(item.key) or by_name.get(Path(item.key).name) or item.text) for item in items]


def read_text(path: Path) -> str:
    """A text file, in UTF-8 with or without a mark at its start.

    Raises:
        DatasetError: it cannot be read, or is not UTF-8.
    """
    try:
        return unicodedata.normalize("NFC", path.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError as error:
        raise DatasetError(f"{path} is not UTF-8 text; save it as UTF-8 and run the same command again") from error
    except OSError as error:
        raise DatasetError(f"cannot read {path}: {error.strerror}") from error


def without_sound_suffix(name: str) -> str:
    """ "a/take.wav" to "a/take"; "chapter.1" stays."""
    path = Path(name.replace("\\", "/"))
    return path.with_suffix("").as_posix() if path.suffix.lower() in SOUND_SUFFIXES else path.as_posix()


def _with_text_files(items: list[Item], folder: Path) -> list[Item]:
    """Gives items without a text the `.txt` beside them; a lone text in a folder with a lone recording is its text."""
    found = []
    for item in items:
        if item.text is None and item.problem is None:
            beside = item.path.with_suffix(".txt")
            if not beside.is_file() and len(items) == 1:
                texts = sorted(path for path in folder.glob("*.txt") if not path.name.startswith("."))
                beside = texts[0] if len(texts) == 1 else beside
            if beside.is_file():
                item = with_text_of(item, beside)
        found.append(item)
    return found


def with_text_of(item: Item, path: Path) -> Item:
    """The item with the text of the file at `path`, or with what is wrong with that as its problem."""
    try:
        text = " ".join(read_text(path).split())
    except DatasetError as error:
        return replace(item, problem=str(error))
    return (
        replace(item, text=text)
        if text
        else replace(item, problem=f"{path} is empty; write down what is said, or remove it")
    )


def _no_row_fits(metadata: Path, rows: dict[str, str], items: list[Item]) -> DatasetError:
    first = next(iter(rows))
    near = get_close_matches(Path(first).name, [Path(item.key).name for item in items], n=1, cutoff=0.0)
    return DatasetError(
        f"{metadata} names none of the {len(items)} recordings: its first row is for '{first}', the nearest recording is"
        f" '{near[0]}'; correct the first column or remove the file"
    )
