"""Public corpora: one TOML file for each says where to get it, its licence, and how its sound and texts are laid out.

Adding a corpus is adding a file to `datasets/`. For example:

    description = "One US-English female speaker reading CMU ARCTIC prompts, 55 minutes"
    url = "https://github.com/rhasspy/dataset-voice-kathleen"
    licence = "CC0-1.0"
    language = "en-us"
    audio = "wavs/*.flac"                      # a glob, below the folder that is given
    speaker = '(?P<speaker>p\\d+)_'             # optional: searched for in the path, where there are many

    [texts]
    layout = "table"                           # one of LAYOUTS
    file = "metadata.csv"
"""

import re
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from difflib import get_close_matches
from pathlib import Path
from string import Formatter
from typing import Annotated

from voicekit.core.documents import shown
from voicekit.core.errors import ConfigError, DatasetError
from voicekit.core.files import shipped
from voicekit.core.settings import Bounded, Range, read_toml
from voicekit.dataset.items import Item, find_recordings
from voicekit.dataset.transcripts import read_table, read_text, with_text_of, with_texts

_REQUIRED = ("description", "url", "licence", "language", "audio")


@dataclass(frozen=True)
class Texts(Bounded):
    """How the texts of a corpus are laid out.

    Attributes:
        layout: a key of LAYOUTS; "" where nobody wrote down what is said.
        file: a glob of the files that hold the texts; for "sibling", the path of the text that belongs to a recording,
            with {folder}, {stem} and the names that `key` captures filled in.
        delimiter, id_column, text_column: of a "table".
        lowercase: the texts are in capitals, which is not how people write.
    """

    layout: str = ""
    file: str = ""
    delimiter: Annotated[str, Range(1, 1)] = "|"
    id_column: Annotated[int, Range(0, 1000)] = 0
    text_column: Annotated[int, Range(0, 1000)] = 1
    lowercase: bool = False


@dataclass(frozen=True)
class Corpus:
    """A descriptor.

    Attributes:
        audio: glob of the recordings, below the corpus's folder.
        speaker: regular expression with a group `speaker`, searched for in a recording's path without suffix; "" where
            there is one.
        key: regular expression with a group `key`, searched for in the same: what the texts call the recording; "" where
            that is its bare name.
    """

    name: str
    description: str = ""
    url: str = ""
    licence: str = ""
    language: str = ""
    audio: str = ""
    texts: Texts = field(default_factory=Texts)
    speaker: str = ""
    key: str = ""


def folder() -> Path:
    """Where the descriptors lie: inside the installed package, or at the top of a checkout."""
    return shipped("corpora", in_checkout="datasets")


def names() -> list[str]:
    """The corpora there is a descriptor for."""
    return sorted(path.stem for path in folder().glob("*.toml"))


def load(name: str) -> Corpus:
    """The descriptor called `name`.

    Raises:
        ConfigError: there is none, or it is wrong.
    """
    if name not in names():
        near = get_close_matches(name, names(), n=1, cutoff=0.4)
        hint = f"did you mean '{near[0]}'? " if near else ""
        raise ConfigError(f"no corpus named '{name}'; {hint}known: {', '.join(names())}")
    return read(folder() / f"{name}.toml")


def read(path: Path) -> Corpus:
    """Reads and checks a descriptor.

    Raises:
        ConfigError: it is no TOML, a key is unknown or missing, or a value is of the wrong kind.
    """
    corpus = read_toml(path, Corpus(path.stem))
    values = asdict(corpus)
    if missing := [key for key in _REQUIRED if not values[key]]:
        raise ConfigError(f"{path}: '{missing[0]}' is missing")
    if corpus.texts != Texts() and corpus.texts.layout not in LAYOUTS:
        raise ConfigError(f"{path}: unknown layout '{corpus.texts.layout}'; known: {', '.join(LAYOUTS)}")
    for expression, group in ((corpus.speaker, "speaker"), (corpus.key, "key")):
        try:
            if expression and group not in re.compile(expression).groupindex:
                raise ConfigError(f"{path}: '{expression}' has no group (?P<{group}>…)")
        except re.error as error:
            raise ConfigError(f"{path}: '{expression}' is not a regular expression: {error}") from error
    try:
        for pattern in filter(None, (corpus.audio, corpus.texts.file)):
            if ".." in Path(pattern).parts:
                raise ValueError(f"{shown(pattern)} leads out of the corpus's folder")
            next(Path("nowhere").glob(pattern), None)
        if corpus.texts.layout == "sibling":
            known = {"folder", "stem", *re.compile(corpus.key).groupindex}
            parts = [part for _, *part in Formatter().parse(corpus.texts.file) if part[0] is not None]
            asked = {":".join(filter(None, part)) for part in parts}  # with how it is to be filled in
            if unknown := asked - known:
                raise ValueError(f"{{{min(unknown)}}} in {shown(corpus.texts.file)} is none of {', '.join(sorted(known))}")
    except (ValueError, NotImplementedError) as error:
        raise ConfigError(f"{path}: {error}") from error
    return corpus


def find_items(root: Path, corpus: Corpus) -> list[Item]:
    """The recordings of a corpus below `root`, with their texts and speakers.

    Raises:
        DatasetError: the folder is not laid out as the descriptor says.
    """
    matching = set(root.glob(corpus.audio)) if root.is_dir() else set()
    items = [item for item in find_recordings(root) if item.path in matching]
    if not items:
        raise DatasetError(
            f"{root} has no {corpus.audio}, so it is not the corpus {corpus.name}; give the folder that it was unpacked to"
            f" ({corpus.url})"
        )
    items = [replace(item, speaker=_captured(corpus.speaker, item.key, "speaker") or "") for item in items]
    if not corpus.texts.layout:
        return items
    items = LAYOUTS[corpus.texts.layout](root, corpus, items)
    if not any(item.text for item in items):
        raise DatasetError(f"{root}: none of the recordings has a text in {corpus.texts.file}; is the corpus complete?")
    if corpus.texts.lowercase:
        items = [replace(item, text=item.text and item.text.lower()) for item in items]
    # What the texts of a corpus leave out was left out for a reason; guessing the words would not make it better.
    return [item if item.text or item.problem else replace(item, problem="the corpus has no text for it") for item in items]


def _from_table(root: Path, corpus: Corpus, items: list[Item]) -> list[Item]:
    layout = corpus.texts
    texts: dict[str, str] = {}
    for path in _text_files(root, layout.file):
        texts |= read_table(path, layout.id_column, layout.text_column, layout.delimiter)
    return _by_key(corpus, items, texts)


def _from_siblings(root: Path, corpus: Corpus, items: list[Item]) -> list[Item]:
    found = []
    for item in items:
        key = Path(item.key)
        captured = re.search(corpus.key, item.key) if corpus.key else None
        if corpus.key and not captured:
            found.append(item)
            continue
        names = {"folder": key.parent.as_posix(), "stem": key.name, **(captured.groupdict() if captured else {})}
        path = root / corpus.texts.file.format_map(names)
        found.append(with_text_of(item, path) if path.is_file() else item)
    return found


def _from_festival(root: Path, corpus: Corpus, items: list[Item]) -> list[Item]:
    """Lines of the form ( arctic_a0001 "Author of the danger trail, Philip Steels, etc." )."""
    texts = {}
    for path in _text_files(root, corpus.texts.file):
        for name, text in re.findall(r'^\(\s*(\S+)\s+"(.*)"\s*\)\s*$', read_text(path), flags=re.MULTILINE):
            texts[name] = text.replace('\\"', '"')
    return _by_key(corpus, items, texts)


def _from_lines(root: Path, corpus: Corpus, items: list[Item]) -> list[Item]:
    """Lines of the form 2033-164914-0000 REPLIED HE OF A TRUTH."""
    texts = {}
    for path in _text_files(root, corpus.texts.file):
        for line in read_text(path).splitlines():
            name, _, text = line.strip().partition(" ")
            if text:
                texts[name] = text
    return _by_key(corpus, items, texts)


#: A layout of texts → the function that reads it.
LAYOUTS: dict[str, Callable[[Path, Corpus, list[Item]], list[Item]]] = {
    "table": _from_table,
    "sibling": _from_siblings,
    "festival": _from_festival,
    "lines": _from_lines,
}


def _by_key(corpus: Corpus, items: list[Item], texts: dict[str, str]) -> list[Item]:
    if not corpus.key:
        return with_texts(items, texts)
    return [replace(item, text=texts.get(_captured(corpus.key, item.key, "key") or "")) for item in items]


def _captured(expression: str, key: str, group: str) -> str | None:
    match = re.search(expression, key) if expression else None
    return match[group] if match else None


def _text_files(root: Path, pattern: str) -> list[Path]:
    paths = sorted(root.glob(pattern))
    if not paths:
        raise DatasetError(f"{root} has no {pattern}, where the texts should be; is the corpus complete?")
    return paths
