"""A user's own pronunciations, in a TOML file of words and how each is said.

    # Comments and empty lines are free.
    Nguyen = "win"
    Hermione = "her-MY-oh-nee"
    GIF = "/dʒɪf/"
    "New York" = "noo york"

Pronunciations are written in plain words (a hyphen joins syllables to one word, capitals stress one) or in IPA between
slashes. An entry in lower case matches any spelling of the word; one with a capital matches only as written, or all in
capitals. Its plurals and possessives ("Nguyens", "Nguyen's") are pronounced alike.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from voicekit.core.documents import parse_toml
from voicekit.core.errors import ScriptError
from voicekit.core.files import digest
from voicekit.core.patterns import lazy_pattern
from voicekit.core.wording import cut
from voicekit.text.phonemes.ipa import phones_of
from voicekit.text.read import read_text

#: Replaces a word that the lexicon pronounces; a letter of no living script, so that rules take it for a word.
PLACEHOLDER = "ꙮ"
#: The file in a voice's folder, or beside a script, that is used without being named.
FILE_NAME = "lexicon.toml"
_OLD_NAME = "lexicon.txt"
#: A phrase of so many signs is no word, and what is said for one is no chapter.
MOST_WRITTEN, MOST_SAID = 100, 500
#: TOML takes square time for a word of many dots.
_LONGEST_LINE = 1000
_TOKEN = lazy_pattern(r"\w+|[^\w\s]")
_ENDING = r"(?P<ending>'s|s'|es'?|s|')?"
#: The beginning of an entry in TOML.
_KEY = lazy_pattern(r"[ \t]*\[?(?:\"([^\"]*)\"|'([^']*)'|([\w-]+))[ \t]*[=.\]]")
_BEHIND = lazy_pattern(rf"{_ENDING}(?!\w)", re.IGNORECASE)


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


@dataclass(frozen=True)
class Said:
    """A word of a text that the lexicon says.

    Attributes:
        entry: what it says.
        ending: "s" or "'s" or whatever was written behind it; "" for the word itself.
    """

    entry: Entry
    ending: str


@dataclass(slots=True)
class _Node:
    """The entries that begin in one way.

    Attributes:
        longer: by what follows, in lower case, with a blank before it where there is one.
        plain: the entry that ends here and is meant in any spelling.
        exact: those that are meant as they are written ("Polish", and not "polish"), by how that is.
    """

    longer: "dict[str, _Node]" = field(default_factory=dict)
    plain: Entry | None = None
    exact: dict[str, Entry] = field(default_factory=dict)


@dataclass(frozen=True)
class Lexicon:
    """Words to be said in a way of their own. The later of two entries for a word holds."""

    entries: tuple[Entry, ...] = ()
    _root: _Node = field(init=False, repr=False, compare=False, default_factory=_Node)

    def __post_init__(self) -> None:
        latest = {entry.word: entry for entry in self.entries}
        for entry in latest.values():
            node = self._root
            for token, _ in _tokens(entry.word, 0):
                node = node.longer.setdefault(token, _Node())
            if entry.word.islower():
                node.plain = entry
            else:
                node.exact.setdefault(entry.word, entry)
                node.exact.setdefault(entry.word.upper(), entry)

    def __add__(self, other: "Lexicon") -> "Lexicon":
        return Lexicon(self.entries + other.entries)

    @property
    def fingerprint(self) -> str:
        """Changes with what it says; "" for an empty one."""
        spoken = sorted(f"{entry.word}={entry.said}" for entry in {e.word: e for e in self.entries}.values())
        return digest("\n".join(spoken))[:8] if spoken else ""

    def mark(self, text: str, own: Sequence[tuple[int, int, Entry]] = ()) -> tuple[str, tuple[Said, ...]]:
        """`text` with PLACEHOLDER for each word that is in the lexicon, and those words in their order.

        Args:
            own: (first word, word after the last, how they are said) where `text` is not said as the lexicon says.
        """
        text = text.replace(PLACEHOLDER, " ")
        if not self._root.longer and not own:
            return text, ()
        text, special = _replaced(text, own)
        remaining = iter(special)
        kept, said, end = [], [], 0
        for token in _TOKEN.finditer(text):
            begin = token.start()
            if begin < end:
                continue
            if token[0] == PLACEHOLDER:
                said.append(next(remaining))
            elif found := max(self._at(text, begin), key=lambda each: len(each[0].word), default=None):
                entry, behind = found
                kept += [text[end:begin], PLACEHOLDER]
                said.append(Said(entry, behind["ending"] or ""))
                end = behind.end()
        return "".join([*kept, text[end:]]), tuple(said)

    def _at(self, text: str, begin: int) -> Iterator[tuple[Entry, re.Match]]:
        """The entries that are meant where a token begins, each with the ending behind it."""
        node = self._root
        for token, end in _tokens(text, begin):
            for ending in ("", "s", "es"):
                last = node.longer.get(token.removesuffix(ending)) if token.endswith(ending) else None
                behind = _BEHIND.match(text, end - len(ending)) if last else None
                if last and behind:
                    written = " ".join(text[begin : behind.start()].split())
                    if entry := last.exact.get(written) or last.plain:
                        yield entry, behind
            if token not in node.longer:
                return
            node = node.longer[token]


def _tokens(text: str, begin: int) -> Iterator[tuple[str, int]]:
    """The words and signs from a place on and where each ends: in lower case, a blank before those that stand behind one."""
    end = begin
    for token in _TOKEN.finditer(text, begin):
        yield " " * (token.start() > end) + token[0].lower(), token.end()
        end = token.end()


def _replaced(text: str, own: Sequence[tuple[int, int, Entry]]) -> tuple[str, list[Said]]:
    """`text` with PLACEHOLDER for stretches of words, but for the marks around and the ending behind each."""
    spans = [match.span() for match in re.finditer(r"\S+", text)]
    kept, said, end = [], [], 0
    for first, last, entry in own:
        begin, after = spans[first][0], spans[last - 1][1]
        pattern = rf"(?P<before>\W*)(?:{re.escape(entry.word)}{_ENDING}|.*?)(?P<behind>\W*)"
        match = re.fullmatch(pattern, text[begin:after], re.DOTALL)
        assert match, "the pattern takes any text"
        kept += [text[end:begin], match["before"], PLACEHOLDER, match["behind"]]
        said.append(Said(entry, match["ending"] or ""))
        end = after
    return "".join([*kept, text[end:]]), said


def read_lexicon(path: Path | str) -> Lexicon:
    """The lexicon in a file.

    Raises:
        ScriptError: the file is missing or no text, is no TOML, or an entry is not `word = "how it is said"`.
    """
    guessed: list[str] = []
    text = read_text(path, guessed.append)
    if guessed:
        raise ScriptError(f"{path} is not UTF-8, as a TOML file has to be; save it as UTF-8")
    return parse_lexicon(text, str(path))


def lexicon_beside(folder: Path) -> Lexicon:
    """The lexicon called FILE_NAME in a folder; an empty one where there is none.

    Raises:
        ScriptError: as read_lexicon, or there is one in the form that voicekit no longer reads.
    """
    path, old = folder / FILE_NAME, folder / _OLD_NAME
    if path.is_file():
        return read_lexicon(path)
    if old.is_file():
        raise ScriptError(
            f'{old} is the old form; rename it to {FILE_NAME} and put quotes around what is said: Nguyen = "win"'
        )
    return Lexicon()


def find_lexicon(path: Path | None, script: Path | None) -> Lexicon:
    """The lexicon beside `script` and the one at `path`, which goes before it. Raises ScriptError as lexicon_beside."""
    beside = lexicon_beside(script.parent) if script else Lexicon()
    return beside + (read_lexicon(path) if path else Lexicon())


def parse_lexicon(text: str, name: str = "lexicon") -> Lexicon:
    """The lexicon in `text`; `name` stands in the messages. Raises ScriptError as read_lexicon."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    lines = text.split("\n")
    for number, line in enumerate(lines, start=1):
        if len(line) > _LONGEST_LINE and not line.lstrip().startswith("#"):
            raise ScriptError(
                f'{name}, line {number}: it has more than {_LONGEST_LINE} signs; write a word a line: Nguyen = "win"'
            )
    try:
        table = parse_toml(text)
    except tomllib.TOMLDecodeError as error:
        raise _not_toml(error, text, name) from error
    except ValueError as error:  # a number or a nesting that Python has no room for
        raise ScriptError(f'{name} is not a lexicon ({error}); write lines of the form: Nguyen = "win"') from error
    if isinstance(table.get("words"), dict):
        words = table.pop("words")
        table = {**words, **table}
    keys = ((number, _KEY.match(line)) for number, line in enumerate(lines, start=1))
    places = {key[key.lastindex or 0]: f"{name}, line {number}" for number, key in keys if key}
    return Lexicon(tuple(_entry(word, said, places.get(word, name)) for word, said in table.items()))


def entry_of(word: str, said: str, where: str) -> Entry:
    """A word and how it is said, as a person wrote them; `where` stands in the messages.

    Raises:
        ScriptError: there is no word, nothing that is said, or IPA that is none.
    """
    word, said = word.strip().replace("’", "'"), said.strip()
    if len(word) > MOST_WRITTEN or len(said) > MOST_SAID:
        raise ScriptError(
            f"{where}: “{word[:40]}…” is too long; a word has at most {MOST_WRITTEN} signs, and how it is said {MOST_SAID}"
        )
    if not re.search(r"[^\W_]", word):
        raise ScriptError(f"{where}: there is no word in “{word}”; write the word that is shown")
    if not said.startswith("/"):
        if not re.search(r"[^\W_]", said):
            raise ScriptError(f"{where}: “{word}” is not said; write how, in plain words or as /IPA/")
        return Entry(word, said)
    if len(said) < 3 or not said.endswith("/"):
        raise ScriptError(f"{where}: {said} has no slash at its end; write IPA as /dʒɪf/")
    return Entry(word, said, _ipa(word, said[1:-1].split(), where))


def _entry(word: str, said: object, where: str) -> Entry:
    if isinstance(said, dict):
        raise ScriptError(
            f"{where}: “{word}” is a table; put quotes around a word with a dot, and words at the top or in [words]"
        )
    if not isinstance(said, str):
        raise ScriptError(f'{where}: what “{word}” is said like is not text; put it in quotes: {word} = "…"')
    return entry_of(word, said, where)


def _ipa(word: str, sounds: Iterable[str], where: str) -> tuple[tuple[str, ...], ...]:
    try:
        return tuple(phones_of(one) for one in sounds)
    except ValueError as error:
        raise ScriptError(
            f"{where}: “{word}” cannot be said: {error}; write sounds of the International Phonetic Alphabet, e.g. /dʒɪf/"
        ) from error


def _not_toml(error: tomllib.TOMLDecodeError, text: str, name: str) -> ScriptError:
    """In the words of a person who does not know TOML, where the reason can be told from the line."""
    place = re.search(r"at line (\d+), column (\d+)", str(error))
    lines = text.split("\n")
    number = int(place[1]) if place else len(lines)
    line = lines[number - 1]
    where = f"{name}, line {number}, column {place[2]}" if place else f"{name}, line {number}"
    reason = re.sub(r"\s*\(at .*\)$", "", str(error)).lower()
    word, equals, said = (part.strip() for part in line.partition("="))
    bare, plain = word.strip("\"'"), said.strip("\"'")
    if "overwrite" in reason or "twice" in reason:
        return ScriptError(f"{where}: “{cut(bare)}” is there twice; remove one of them")
    if not equals:
        return ScriptError(f'{where}: there is no “=” in “{line.strip()[:60]}”; write: Nguyen = "win"')
    if not bare:
        return ScriptError(f'{where}: there is no word before “=”; write: Nguyen = "win"')
    if said[:1] not in ('"', "'") or not re.fullmatch(r"[A-Za-z0-9_-]+|\"[^\"]*\"|'[^']*'", word):
        return ScriptError(f'{where}: quotes are missing; write: "{cut(bare)}" = "{cut(plain) or "…"}"')
    return ScriptError(f'{where}: this is not TOML ({reason}); write: "{cut(bare)}" = "…"')
