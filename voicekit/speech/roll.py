"""Who speaks in a script, how much, and what by: a list to look at, and a cast to start from."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from voicekit.core.files import as_text
from voicekit.core.wording import decimal, some
from voicekit.speech.cast import NARRATOR, Cast, Role, casting, folded
from voicekit.speech.voices import Voice
from voicekit.text.script.cue import Script

#: No more voices than these are named.
_MOST_NAMED = 30


@dataclass(frozen=True)
class Entry:
    """Somebody who speaks in a script.

    Attributes:
        name: as it is there first; "" for all that stands behind nobody's name.
        line: where they speak first, from 1.
        n_lines, n_words: how often they speak, and how much.
        spoken_by: for people.
    """

    name: str
    line: int
    n_lines: int
    n_words: int
    spoken_by: str
    role: Role


@dataclass(frozen=True)
class Roll:
    """All who speak, in the order of the script; `notes` as `casting` has them."""

    entries: tuple[Entry, ...]
    notes: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        return {"speakers": [asdict(one) for one in self.entries], "notes": self.notes}


def roll_of(script: Script, cast: Cast, name: str, narrator: str) -> Roll:
    """Who speaks in a script.

    Args:
        name: of the script, in messages.
        narrator: what the narrator's voice is called.

    Raises:
        ScriptError, ConfigError: see `casting`.
    """
    voices = [voice for cue in script.cues for _, _, voice in cue.marks.voices]
    found = casting(voices, cast, name, must_be_there=False)
    lines: dict[str, list[tuple[int, int, str, Role]]] = {}
    for cue in script.cues:
        words = cue.text.split()
        own = [(after - first, voice.line, found.parts[voice]) for first, after, voice in cue.marks.voices]
        rest = len(words) - sum(n for n, _, _ in own)
        for n_words, line, part in [*own, *([(rest, cue.line, found.narrator)] if rest else [])]:
            lines.setdefault(folded(part.name), []).append((n_words, line, part.name, part.role))
    entries = []
    for said in lines.values():
        _, line, who, role = min(said, key=lambda one: one[1])
        entries.append(Entry(who, line, len(said), sum(one[0] for one in said), _spoken_by(role, narrator), role))
    return Roll(tuple(sorted(entries, key=lambda one: one.line)), found.notes)


def _spoken_by(role: Role, narrator: str) -> str:
    how = [f"pace {decimal(role.pace)}"] if role.pace != 1 else []
    how += [role.tone] if role.tone else []
    return ", ".join([role.voice or f"{narrator}, the narrator's voice", *how])


def as_toml(roll: Roll, voices: Sequence[Voice], script: str) -> str:
    """A cast for those who speak: as they are spoken by now, to be changed."""
    names = some((f"{one.name} ({one.language})" for one in voices), _MOST_NAMED)
    head = [
        f'# Who speaks in {as_text(script)}. Give each a voice, and if you like, pace = 0.9 (0.5 to 2) and tone = "calm".',
        f"# Voices that are here: {as_text(names)}",
        "# Without a voice, the narrator's speaks.",
    ]
    return "\n".join([*head, *_tables(roll)]) + "\n"


def _tables(roll: Roll) -> Iterator[str]:
    for one in roll.entries:
        told = f"{one.n_lines} {'line' if one.n_lines == 1 else 'lines'}, {one.n_words} words, first in line {one.line}"
        yield ""
        yield f"[{_toml(one.name or NARRATOR)}]  # {told}"
        yield f"voice = {_toml(one.role.voice, quoted=True)}" if one.role.voice else '# voice = "…"'
        if one.role.pace != 1:
            yield f"pace = {decimal(one.role.pace)}"
        if one.role.tone:
            yield f"tone = {_toml(one.role.tone, quoted=True)}"


def _toml(text: str, quoted: bool = False) -> str:
    is_bare = text.isascii() and text.replace("-", "").replace("_", "").isalnum()
    return text if is_bare and not quoted else json.dumps(as_text(text), ensure_ascii=False).replace("\x7f", "\\u007f")
