"""A user's own pronunciations, in a text file: a word a line, and how it is said.

    # Comments and empty lines are free.
    Nguyen = win
    Hermione = her-MY-oh-nee
    GIF = /dʒɪf/
    New York = noo york

What is said is written in plain words (a hyphen joins syllables to one word, capitals stress one) or in IPA between slashes.
A word in small letters is meant however it is written; with a capital, as it is written, or all in capitals. Plurals and
possessives of it ("Nguyens", "Nguyen's") are said alike.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha1
from pathlib import Path

from voicekit.errors import ScriptError
from voicekit.text.ipa import phones_of
from voicekit.text.read import read_text

#: Stands in a text for a word that the lexicon says; a letter of no living script, so that rules take it for a word.
PLACEHOLDER = "ꙮ"
#: The file in a voice's folder, or beside a script, that is used without being asked for.
FILE_NAME = "lexicon.txt"
_TOKEN = re.compile(r"\w+|[^\w\s]")
_ENDING = r"(?P<ending>'s|s'|es'?|s|')?"


@dataclass(frozen=True)
class Entry:
    """A word and how it is said.

    Attributes:
        word: as it is written.
        said: plain words.
        ipa: phones with stress marks, a tuple a word; empty where `said` is to be read.
    """

    word: str
    said: str
    ipa: tuple[tuple[str, ...], ...] = ()

    def is_meant(self, written: str) -> bool:
        """Whether `written`, the same letters, is this word and not one like it ("Polish" and "polish")."""
        return self.word.islower() or " ".join(written.split()) in (self.word, self.word.upper())


@dataclass(frozen=True)
class Said:
    """A word of a text that the lexicon says.

    Attributes:
        entry: what it says.
        ending: "s" or "'s" or whatever was written behind it; "" for the word itself.
    """

    entry: Entry
    ending: str


@dataclass(frozen=True)
class Lexicon:
    """Words to be said in a way of their own. The later of two entries for a word holds."""

    entries: tuple[Entry, ...] = ()
    _by_first: dict[str, list[tuple[re.Pattern, Entry]]] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        latest = {entry.word: entry for entry in self.entries}
        # A phrase before the word it begins with, and "Polish" before "polish".
        for entry in sorted(latest.values(), key=lambda e: (-len(e.word), e.word.islower())):
            key = r"\s+".join(map(re.escape, entry.word.split()))
            pattern = re.compile(rf"(?P<word>{key}){_ENDING}(?!\w)", re.IGNORECASE)
            first = _TOKEN.match(entry.word.lower())
            self._by_first.setdefault(first[0] if first else "", []).append((pattern, entry))

    def __add__(self, other: "Lexicon") -> "Lexicon":
        return Lexicon(self.entries + other.entries)

    @property
    def fingerprint(self) -> str:
        """Changes with what it says; "" for an empty one."""
        spoken = sorted(f"{entry.word}={entry.said}" for entry in {e.word: e for e in self.entries}.values())
        return sha1("\n".join(spoken).encode()).hexdigest()[:8] if spoken else ""

    def mark(self, text: str) -> tuple[str, tuple[Said, ...]]:
        """`text` with PLACEHOLDER for each word that is in the lexicon, and those words in their order."""
        text = text.replace(PLACEHOLDER, " ")
        if not self._by_first:
            return text, ()
        kept, said, end = [], [], 0
        for token in _TOKEN.finditer(text):
            found = self._at(text, token) if token.start() >= end else None
            if found:
                match, entry = found
                kept += [text[end : match.start()], PLACEHOLDER]
                said.append(Said(entry, match["ending"] or ""))
                end = match.end()
        return "".join([*kept, text[end:]]), tuple(said)

    def _at(self, text: str, token: re.Match) -> tuple[re.Match, Entry] | None:
        first = token[0].lower()
        for start in (first, first.removesuffix("s"), first.removesuffix("es")):
            for pattern, entry in self._by_first.get(start, ()):
                match = pattern.match(text, token.start())
                if match and entry.is_meant(match["word"]):
                    return match, entry
        return None


def read_lexicon(path: Path | str) -> Lexicon:
    """The lexicon in a file.

    Raises:
        ScriptError: the file is missing or no text, or a line is not `word = how it is said`.
    """
    return parse_lexicon(read_text(path), str(path))


def lexicon_beside(folder: Path) -> Lexicon:
    """The lexicon called FILE_NAME in a folder; an empty one where there is none. Raises ScriptError as read_lexicon."""
    path = folder / FILE_NAME
    return read_lexicon(path) if path.is_file() else Lexicon()


def find_lexicon(path: Path | None, script: Path | None) -> Lexicon:
    """The lexicon beside `script` and the one at `path`, which goes before it. Raises ScriptError as read_lexicon."""
    beside = lexicon_beside(script.parent) if script else Lexicon()
    return beside + (read_lexicon(path) if path else Lexicon())


def parse_lexicon(text: str, name: str = "lexicon") -> Lexicon:
    """The lexicon in `text`; `name` stands in the messages. Raises ScriptError as read_lexicon."""
    entries: dict[str, tuple[int, Entry]] = {}
    for number, raw in enumerate(text.splitlines(), start=1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        entry = _entry(line, f"{name}, line {number}")
        if entry.word in entries and entries[entry.word][1] != entry:
            other = entries[entry.word][0]
            raise ScriptError(f"{name}, lines {other} and {number} say “{entry.word}” in two ways; remove one")
        entries[entry.word] = number, entry
    return Lexicon(tuple(entry for _, entry in entries.values()))


def _entry(line: str, where: str) -> Entry:
    word, equals, said = (part.strip() for part in line.partition("="))
    if not equals:
        raise ScriptError(f"{where}: there is no “=” in “{line[:60]}”; write: word = how it is said")
    if not re.search(r"[^\W_]", word):
        raise ScriptError(f"{where}: there is no word in front of “=”; write: word = how it is said")
    word = word.replace("’", "'")
    if not said.startswith("/"):
        if not re.search(r"[^\W_]", said):
            raise ScriptError(f"{where}: “{word}” is not said; write how behind “=”, in plain words or as /IPA/")
        return Entry(word, said)
    if len(said) < 3 or not said.endswith("/"):
        raise ScriptError(f"{where}: {said} has no slash at its end; write IPA as /dʒɪf/")
    return Entry(word, said, _ipa(said[1:-1].split(), where))


def _ipa(words: Iterable[str], where: str) -> tuple[tuple[str, ...], ...]:
    try:
        return tuple(phones_of(word) for word in words)
    except ValueError as error:
        raise ScriptError(f"{where}: {error}; write sounds of the International Phonetic Alphabet, e.g. /dʒɪf/") from error
