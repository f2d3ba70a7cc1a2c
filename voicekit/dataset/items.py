"""The recordings of a folder, and what their utterances are called."""

import re
from collections import defaultdict
from dataclasses import dataclass, replace
from pathlib import Path

from voicekit.core.errors import DatasetError
from voicekit.core.files import as_text, digest

# fmt: off
SOUND_SUFFIXES = frozenset((
    ".3gp", ".aac", ".aif", ".aiff", ".amr", ".ape", ".avi", ".caf", ".flac", ".flv", ".m4a", ".m4b", ".m4v", ".mka", ".mkv",
    ".mov", ".mp3", ".mp4", ".mpeg", ".mpg", ".oga", ".ogg", ".opus", ".ts", ".w64", ".wav", ".webm", ".wma", ".wmv", ".wv",
))
# fmt: on
#: Of one recording in several formats the first of these is taken, because it has lost nothing.
_LOSSLESS = (".wav", ".flac", ".aiff", ".aif", ".w64", ".caf", ".wv", ".ape")
#: Disks take names of 255 bytes, a letter takes up to four, and a file's name is longer than its id.
_LONGEST_NAME = 50


@dataclass(frozen=True)
class Item:
    """A recording and what is known of it before it is heard.

    Attributes:
        name: its path relative to the recordings folder, with forward slashes.
        text: what is said in it; None when nobody wrote that down.
        problem: why it cannot be used, found before it was opened.
        id: what its utterance is called; several get "-0001" and so on behind it.
        listener: the transcriber that is asked what is said where there is no text, and whether the text is what is said
            where there is one; "" where nobody can tell.
    """

    path: Path
    name: str
    text: str | None = None
    speaker: str = ""
    problem: str | None = None
    id: str = ""
    listener: str = ""

    @property
    def key(self) -> str:
        """The name without its suffix: what a table of texts calls it."""
        return str(Path(self.name).with_suffix("").as_posix())


def find_recordings(folder: Path, besides: Path | None = None) -> list[Item]:
    """All files below `folder` with a name that says sound, sorted by name.

    Raises:
        DatasetError: the folder is missing, cannot be listed, or holds no sound.
    """
    if not folder.exists():
        raise DatasetError(f"the folder {folder} does not exist; check the name")
    if not folder.is_dir():
        raise DatasetError(f"{folder} is a file; give the folder that the recordings lie in")
    paths = [path for path in files_below(folder, besides) if path.suffix.lower() in SOUND_SUFFIXES]
    if not paths:
        raise DatasetError(f"{folder} holds no sound; put recordings there (WAV, FLAC, MP3, M4A, Ogg, MP4 …)")
    return [_item(path, path.relative_to(folder).as_posix()) for path in paths]


def files_below(folder: Path, besides: Path | None) -> list[Path]:
    """What is not hidden below `folder`, sorted."""
    left_out = None
    if besides is not None and folder.resolve() in besides.resolve().parents:
        left_out = folder / besides.resolve().relative_to(folder.resolve())
    return [
        path
        for path in sorted(folder.rglob("*"))
        if not any(part.startswith(".") for part in path.relative_to(folder).parts)
        and not (left_out and path.is_relative_to(left_out))
        and path.is_file()
    ]


def _item(path: Path, name: str) -> Item:
    """Whatever bytes a file is called by, the name of its item is text."""
    text = as_text(name)
    return Item(path, text, problem=None if text == name else "its name is not UTF-8; rename it")


def safe_name(name: str) -> str:
    """`name` with only letters, digits, "-", "_" and "." left, as the ids of files must be; short enough to add to."""
    return re.sub(r"[^\w.-]+", "-", name).strip("-.")[:_LONGEST_NAME] or "recordings"


def unique_ids(items: list[Item]) -> list[str]:
    """An id for each item: its bare name; where two share it, the path to it; where that is shared too, the suffix."""
    candidates = [
        [safe_name(Path(item.key).name), safe_name(item.key.replace("/", "-")), safe_name(item.name.replace("/", "-"))]
        for item in items
    ]
    ids = [""] * len(items)
    for level in range(3):
        # Compared without case: some disks do not tell "A.wav" from "a.wav".
        counts: dict[str, int] = {}
        for names in candidates:
            counts[names[level].lower()] = counts.get(names[level].lower(), 0) + 1
        for index, names in enumerate(candidates):
            if not ids[index] and counts[names[level].lower()] == 1:
                ids[index] = names[level]
    taken: set[str] = set()
    for index, names in enumerate(candidates):
        if not ids[index] or ids[index].lower() in taken:
            ids[index] = f"{names[2]}-{digest(items[index].name)[:6]}"
        taken.add(ids[index].lower())
    return ids


def one_of_each_name(items: list[Item]) -> list[Item]:
    """Of recordings that differ in their suffix alone one is taken, unless each has a text of its own."""
    alike: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        if item.problem is None:
            alike[item.key].append(item)
    left_out = {}
    for group in alike.values():
        if len(group) > 1 and len({item.text for item in group if item.text}) < 2:
            taken = min(group, key=_rank)
            for item in group:
                left_out[item.name] = f"it is called as {taken.name}, which is taken; if it is not the same, rename it"
            del left_out[taken.name]
    return [replace(item, problem=left_out.get(item.name, item.problem)) for item in items]


def _rank(item: Item) -> tuple:
    """The one with a text, that is not empty, and has lost nothing."""
    suffix = item.path.suffix.lower()
    order = _LOSSLESS.index(suffix) if suffix in _LOSSLESS else len(_LOSSLESS)
    return item.text is None, not item.path.stat().st_size, order, item.name
