"""A cast: who of a script is spoken by which voice, at what pace and in what tone.

    # cast.toml
    [ANNA]
    voice = "anna"          # as `voicekit voices` has it, or a folder, seen from here or from this file
    pace = 0.95             # 1.2 is 20 % faster
    tone = "calm"

    [narrator]              # what stands behind nobody's name
    voice = "me"

Names are the same whatever their case and accents: “ANNA:” in the script is [Anna].
"""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from functools import cached_property
from itertools import islice, pairwise
from pathlib import Path
from re import finditer, search
from typing import Annotated

from voicekit.core.documents import shown
from voicekit.core.errors import ConfigError, ScriptError, VoicekitError
from voicekit.core.settings import Bounded, Range, overlay, read_tables
from voicekit.core.wording import some
from voicekit.speech.voices import find_voice
from voicekit.text.phonemes.lexicon import Lexicon, find_lexicon
from voicekit.text.script.cue import has_word
from voicekit.text.script.marks import NEUTRAL, Marks, SpokenBy
from voicekit.text.script.markup import TONES

#: The name under which a table has the voice of all that stands behind nobody's name.
NARRATOR = "narrator"
#: What scripts call whoever that is.
_NARRATORS = ("narrator", "narration", "narr", "voiceover", "vo", "v o", "v/o", "erzahler", "erzahlerin", "off", "kommentar")
#: A table of more is none that a person has written.
_MOST_ROLES = 1000
_LONGEST_NAME = 300
#: So many names that nobody knows are told one by one.
_MOST_TOLD = 20


@dataclass(frozen=True)
class Role(Bounded):
    """How somebody is spoken.

    Attributes:
        voice: its name or folder; "" for the narrator's.
        engine: that the voice is of, as a table may have it; what is read has it in front of the name: "kokoro:af_heart".
        pace: 1.2 is 20 % faster.
        tone: one of `markup.TONES`; "" for none.
    """

    voice: Annotated[str, Range(0, _LONGEST_NAME)] = ""
    engine: Annotated[str, Range(0, 100)] = ""
    pace: Annotated[float, Range(0.5, 2.0)] = 1.0
    tone: str = ""

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.tone and self.tone not in TONES:
            near = get_close_matches(self.tone[:100].lower(), TONES, n=1)
            hint = f"did you mean '{near[0]}'?" if near else f"known are {', '.join(TONES)}"
            raise ConfigError(f"there is no tone {shown(self.tone)}; {hint}")
        if self.engine and not self.voice:
            raise ConfigError(f"'engine' is {shown(self.engine)}, but no 'voice' of it is named")

    @property
    def is_plain(self) -> bool:
        """Whether it is spoken as the voice speaks by itself."""
        return self.pace == 1.0 and self.tone in ("", "neutral")


@dataclass(frozen=True)
class Part:
    """Somebody who speaks in a script, by the name it has there, "" for the narrator, and how that is spoken."""

    name: str = ""
    role: Role = Role()


@dataclass(frozen=True)
class Cast:
    """Who is spoken how.

    Attributes:
        roles: by the names that the table has.
        path: of the table; None without one: then only “[voice: …]” says who speaks.
        device: "auto", "cpu", "cuda", … for the voices that are loaded.
        lexicon: how every voice says some words.
        commercial: what is said is to be sold: a voice whose licence forbids that does not speak.
    """

    roles: Mapping[str, Role] = field(default_factory=dict)
    path: Path | None = None
    device: str = "auto"
    lexicon: Lexicon | None = None
    commercial: bool = False

    @property
    def narrator(self) -> Role:
        """How all that stands behind nobody's name is spoken."""
        name = self.name_of(NARRATOR)
        return self.roles[name] if name else Role()

    def name_of(self, name: str) -> str | None:
        """What the table calls somebody; None where it does not know them."""
        return self._names.get(folded(name))

    def like(self, name: str) -> str | None:
        """What the table calls somebody whose name is written nearly so."""
        near = get_close_matches(folded(name), self._names, n=1) if len(name) <= _LONGEST_NAME else []
        return self._names[near[0]] if near else None

    @cached_property
    def _names(self) -> dict[str, str]:
        return {folded(name): name for name in self.roles}


NO_CAST = Cast()


def folded(name: str) -> str:
    """A name without its case, accents and spare spaces."""
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", name) if not unicodedata.combining(sign))
    return " ".join(plain.casefold().replace("_", " ").split())


def read_cast(path: Path, device: str = "auto", lexicon: Lexicon | None = None) -> Cast:
    """The cast in a TOML file, a table a name.

    Raises:
        ConfigError: it cannot be read, has an unknown key or a value that is none, or a name twice.
    """
    try:
        tables = read_tables(path)
    except ConfigError as error:
        raise _unquoted(path, error) from error
    if len(tables) > _MOST_ROLES:
        raise ConfigError(f"{path} has {len(tables)} names; a cast has at most {_MOST_ROLES}")
    roles: dict[str, Role] = {}
    known: dict[str, str] = {}
    for name, table in tables.items():
        where = f"{path}: [{name[:60]}]"
        if not isinstance(table, dict):
            raise ConfigError(
                f'{path}: {shown(name)} stands by itself; write a table a name: [ANNA] and below it voice = "…"'
            )
        if not folded(name) or len(name) > _LONGEST_NAME:
            raise ConfigError(f"{where} is no name; write one of 1 to {_LONGEST_NAME} signs")
        nested = next((key for key, value in table.items() if isinstance(value, dict)), None)
        if nested is not None:
            raise ConfigError(f'{where} has a table inside; put a name with a dot in quotes: ["{name}.{nested}"]')
        if before := known.get(folded(name)):
            raise ConfigError(f"{where} and [{before}] are the same name, whatever the case and accents; remove one")
        known[folded(name)] = name
        role = overlay(Role(), table, where)
        roles[name] = replace(role, voice=_called(role, path.parent), engine="")
    return Cast(roles, path, device, lexicon)


def load_cast(path: Path | None, device: str, lexicon: Path | None, script: Path | None, commercial: bool = False) -> Cast:
    """The cast in the file `path`, if there is one; with the lexicons beside `script` and at `lexicon` for all its voices.

    Raises:
        ConfigError: see `read_cast`.
        ScriptError: a lexicon cannot be read.
    """
    own = find_lexicon(lexicon, script)
    cast = read_cast(path, device, own) if path else Cast(device=device, lexicon=own)
    return replace(cast, commercial=commercial)


def _unquoted(path: Path, error: ConfigError) -> ConfigError:
    """What is wrong with a file that is no TOML, for a person who does not know that names need quotes."""
    place = search(r"at line (\d+)", str(error))
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines() if place and path.is_file() else []
    line = lines[int(place[1]) - 1].strip() if place and int(place[1]) <= len(lines) else ""
    if len(line) <= _LONGEST_NAME and line[:1] == "[" and "]" in line and '"' not in line:
        name = line[1 : line.index("]")].strip()
        return ConfigError(
            f'{path}, line {place[1] if place else 1}: a name of other signs than a–z, 0–9, - and _ needs quotes: ["{name}"]'
        )
    return error


def _called(role: Role, folder: Path) -> str:
    """What a role's voice is called: a folder as it is seen from the cast's, a name with its engine where it needs that."""
    name = role.voice
    is_way = "/" in name or "\\" in name
    if is_way and not Path(name).exists() and (folder / name).exists():
        name = str(folder / name)
    if role.engine:
        with suppress(VoicekitError):
            if find_voice(name).engine == role.engine:
                return name
        return f"{role.engine}:{name}"
    return name


@dataclass(frozen=True)
class Casting:
    """What the names of a script come to.

    Attributes:
        parts: by what the script has.
        notes: what the person has to know, a line each.
    """

    parts: Mapping[SpokenBy, Part]
    narrator: Part = Part()
    notes: tuple[str, ...] = ()

    def spoken(self, text: str, marks: Marks) -> Iterator[tuple[str, Marks, Part]]:
        """A text in the stretches that are spoken in one way each, with the marks of their words.

        Each goes up to the first word of the next: a blank line at its end is that of the text.
        """
        if not marks.voices:
            yield text, marks, self.narrator
            return
        words = [match.span() for match in finditer(r"\S+", text)]
        parts = [self.narrator] * len(words)
        for first, after, voice in marks.voices:
            parts[first:after] = [self.parts[voice]] * (after - first)
        for n, (begin, end) in enumerate(words):  # a dash between two who speak is nobody's
            if n and not has_word(text[begin:end]):
                parts[n] = parts[n - 1]
        first = next((n for n, (begin, end) in enumerate(words) if has_word(text[begin:end])), 0)
        parts[:first] = parts[first : first + 1] * first
        marks = replace(marks, voices=())
        edges = [n for n in range(1, len(parts)) if parts[n].role != parts[n - 1].role]
        for first, after in pairwise([0, *edges, len(parts)]):
            names = {part.name for part in parts[first:after]}
            part = Part(names.pop() if len(names) == 1 else "", parts[first].role if parts else self.narrator.role)
            whole = not edges
            until = words[after][0] if after < len(words) else len(text)
            piece = text if whole else text[words[first][0] : until]
            yield piece, marks if whole else _own(marks.part(first, after)), part


def _own(marks: Marks) -> Marks:
    """The same without what says nothing."""
    return replace(
        marks,
        styles=marks.styles if set(marks.styles) - {NEUTRAL} else (),
        pauses_s=marks.pauses_s if any(marks.pauses_s) else (),
    )


def casting(names: Iterable[SpokenBy], cast: Cast, script: str, must_be_there: bool = True) -> Casting:
    """Looks up the names of a script, in its order.

    Args:
        script: its name, for messages.
        must_be_there: a voice that a mark names and that is not there is an error; else it is noted.

    Raises:
        ScriptError: a mark names a voice that is not there; the message has the line, and the nearest name.
        ConfigError: nor is one that the cast names.
    """
    lines: dict[SpokenBy, list[int]] = {}
    for name in names:
        lines.setdefault(name, []).append(name.line)
    parts = {}
    unknown: dict[str, list[int]] = {}
    narrator = Part("", replace(cast.narrator, voice=""))
    called: dict[str, str] = {}
    for name, where in lines.items():
        shown_as = called.setdefault(folded(name.name), name.name)
        try:
            found = _role(name, cast, f"{script}, line {where[0]}", narrator.role)
        except ScriptError:
            if must_be_there:
                raise
            found = None
        if found is None:
            unknown.setdefault(shown_as, []).extend(where)
        parts[name] = Part(shown_as, found or narrator.role)
    notes = [_unknown(name, where, cast) for name, where in islice(unknown.items(), _MOST_TOLD)]
    if len(unknown) > _MOST_TOLD:
        notes.append(f"so it is with {len(unknown) - _MOST_TOLD} more names")
    used = {cast.name_of(name.name) for name in lines}
    idle = [name for name in cast.roles if name not in used and folded(name) != NARRATOR]
    if idle:
        notes.append(f"{cast.path}: nobody in {script} is called {some(f'“{name}”' for name in idle)}")
    notes += _same_names(called.values(), cast)
    return Casting(parts, narrator, tuple(notes))


def _role(name: SpokenBy, cast: Cast, where: str, narrator: Role) -> Role | None:
    """How somebody is spoken; None where nobody says, and the narrator does it."""
    if listed := cast.name_of(name.name):
        role = cast.roles[listed]
        if role.voice:
            _check(role, f"{cast.path}: [{listed}]")
        return role
    if folded(name.name) in _NARRATORS:
        return narrator
    if name.kind == "label":
        return None if cast.path else narrator
    try:
        find_voice(name.name)
    except VoicekitError as error:
        if name.kind == "line":
            return None
        near = cast.like(name.name)
        also = (
            f"; {cast.path} has [{near}]" if near else f"; or give [{name.name}] a voice in {cast.path or 'a cast, --cast'}"
        )
        raise ScriptError(f"{where}: [voice: {name.name}]: {error}{also}") from error
    return Role(name.name)


def _check(role: Role, where: str) -> None:
    """Raises ConfigError where a role's voice is not there."""
    try:
        find_voice(role.voice)
    except VoicekitError as error:
        raise ConfigError(f"{where}: {error}") from error


def _unknown(name: str, lines: list[int], cast: Cast) -> str:
    near = cast.like(name)
    hint = f"; did you mean [{near}]?" if near else ""
    which = f"line{'s' if len(lines) > 1 else ''} {some(map(str, dict.fromkeys(lines)))}"
    listed = f"is not in {cast.path}" if cast.path else "is the name of no voice"
    return f"“{name}” ({which}) {listed}, and the narrator's voice speaks it{hint}"


def _same_names(names: Iterable[str], cast: Cast) -> list[str]:
    """What the table calls otherwise than the script does, but for capitals: that is told."""
    pairs = {(name, cast.name_of(name)) for name in names}
    other = sorted((one, listed) for one, listed in pairs if listed and one.casefold() != listed.casefold())
    return [f"{cast.path}: “{one}” in the script is [{listed}]" for one, listed in other]
