"""Screenplays: Fountain, and what is copied from a PDF or a word processor. What is spoken is their dialogue.

    EXT. STADIUM – NIGHT            the heading of a scene

    A drone rises.                  action

    NARRATOR (V.O.)                 who speaks, in capitals on a line of their own, and below it what is said
    (beat)
    Tomorrow's game begins.

    CUT TO:

Everything else is edited out in place: a text keeps its length. Where nobody speaks, action is what the author narrates.
NARRATION once, and nothing else of a screenplay, is the title of a text; where a sentence goes on below it, a word of it.
Fountain's syntax: https://fountain.io/syntax
"""

import re
from collections import Counter
from dataclasses import dataclass
from itertools import accumulate, pairwise

from voicekit.core.patterns import lazy_pattern
from voicekit.core.wording import some
from voicekit.text.script.cue import has_word
from voicekit.text.script.directions import Directions, is_slug, label_of
from voicekit.text.script.marks import SpokenBy
from voicekit.text.script.reading import Turn
from voicekit.text.script.speakers import Label, is_role, names_of, said_by
from voicekit.text.script.strip_markup import NOTHING, PAUSE
from voicekit.text.script.times import Times

_FOUNTAIN_SUFFIXES = (".fountain", ".spmd")
#: What nobody but Fountain has.
_FORCED = lazy_pattern(r"@[A-Z]\w+|!\S|\.(?=[A-Z]{2})|~\S|> ?[A-Z ]{2,}(?:TO:| <)$|={1,2} ?\S|={3,}$")
_TITLE_PAGE = lazy_pattern(
    r"(?:title|credit|authors?|source|draft date|date|contact|copyright|notes|revision)\s*:", re.IGNORECASE
)
_EXTENSION = lazy_pattern(r"\s*\((?P<inside>[^()\n]{1,40})\)")
#: A speaker's line: a name in capitals, remarks in brackets, the mark of two who speak at once.
_CHARACTER = lazy_pattern(
    r"\s*(?P<forced>@)?(?P<name>[^\W_a-z](?:[^\n():^\[\]!?a-zß-öø-ÿ]{0,38}[^\W_a-z]|[^\n():^\[\]!?a-zß-öø-ÿ]{0,38}\.)?|(?<=@)[^\n():^]{1,38}?)"
    r"(?P<remarks>(?:\s*\([^()\n]{1,40}\)){0,3})\s*(?P<dual>\^)?\s*(?P<colon>:)?\s*"
)
_VOICE = lazy_pattern(
    r"\(\s*(?:v\.? ?o\.?|o\.? ?s\.?|o\.? ?c\.?|off|cont['’.]?d\.?|continued|voice[- ]?over)\b", re.IGNORECASE
)
_PAGE = lazy_pattern(
    r"\s*\d{1,3}[.\s]*|\s*\(?(?:CONTINUED|CONT['’]D)\)?:?(?:\s*\(\d+\))?\s*|\s*\(MORE\)\s*|\s*\d{1,3}\s+CONTINUED:.*"
)
_PARENTHETICAL = lazy_pattern(r"\s*\([^()\n]*\)\s*")


@dataclass(frozen=True)
class Screenplay:
    """A screenplay whose dialogue alone is left.

    Attributes:
        text: as long as before.
        notes: what was left out.
        kind: how it was read.
        turns: who speaks from which sign on.
    """

    text: str
    notes: tuple[str, ...]
    kind: str
    turns: tuple[Turn, ...] = ()


def as_screenplay(text: str, suffix: str = "") -> Screenplay | None:
    """A screenplay, as `suffix` or its own lines say; None for other texts."""
    hint = suffix in (*_FOUNTAIN_SUFFIXES, ".fdx")
    if not hint and not any(sign.isupper() for sign in text):
        return None
    bare, n_notes = _without_notes(text)
    reader = _Reader(bare.split("\n"), hint)
    if not reader.is_screenplay():
        return None
    if reader.lone_name is not None:
        return reader.titled(reader.lone_name)
    edited = reader.read()
    notes = [*reader.notes, *([f"notes and what is commented out are not spoken ({n_notes})"] if n_notes else [])]
    fountain = suffix in _FOUNTAIN_SUFFIXES or reader.has_forced or n_notes > 0
    kind = "screenplay (Final Draft)" if suffix == ".fdx" else "screenplay (Fountain)" if fountain else "screenplay"
    return Screenplay("\n".join(edited), tuple(notes), kind, tuple(reader.turns))


def _without_notes(text: str) -> tuple[str, int]:
    """Without notes [[…]] and what is commented out /*…*/, and how many there are."""
    count = 0
    for opening, closing in (("/*", "*/"), ("[[", "]]")):
        pieces, end = [], 0
        while (begin := text.find(opening, end)) >= 0 and (after := text.find(closing, begin)) >= 0:
            pieces += [text[end:begin], re.sub(r"[^\n]", NOTHING, text[begin : after + 2])]
            end, count = after + 2, count + 1
        text = "".join([*pieces, text[end:]])
    return text, count


class _Reader:
    """The lines of a text that may be a screenplay."""

    def __init__(self, lines: list[str], hint: bool) -> None:
        self._lines, self._hint = lines, hint
        self._bare = [line.replace(NOTHING, "").strip() for line in lines]
        written = [index for index, line in enumerate(self._bare) if line]
        self._times = Times(lines)
        self._is_time = [
            bool(bare) and (head := self._times.head(bare)) is not None and head.end >= len(bare) for bare in self._bare
        ]
        self._directions = Directions(frozenset({"speaker"}), ())
        self._slugs = {index for index in written if self._slug(index)}
        #: Copied without its blank lines; or with one behind every line.
        self._is_dense = len(written) > 4 and len(lines) - len(written) < len(written) / 8
        self._is_double = len(written) > 2 and not any(after - before == 1 for before, after in pairwise(written))
        sure = bool(self._slugs) or hint
        # “NARRATOR:” is a label of a text that is read as such.
        candidates = {n: found for n in written if (found := self._character(n)) and (sure or not found["colon"])}
        counts = Counter(_name(found) for found in candidates.values())
        self._characters = {
            index: found
            for index, found in candidates.items()
            if found["forced"]
            or is_role(_name(found))
            or _VOICE.search(found["remarks"])
            or counts[_name(found)] > 1
            # Where blank lines do not part who speaks from other words in capitals, a name is short.
            or (sure and (not (self._is_dense or self._is_double) or re.fullmatch(r"\S+(?: \S+)?(?<!\.)", _name(found))))
        }
        self.has_forced = (bool(self._slugs) or hint) and any(_FORCED.match(self._bare[index]) for index in written)
        self.notes: list[str] = []
        self._starts = [0, *accumulate(len(line) + 1 for line in lines)]
        self.turns: list[Turn] = []
        self._left: dict[str, list[str]] = {}

    @property
    def lone_name(self) -> int | None:
        """The line of a role's name that is all there is of a screenplay; None where there is more."""
        if len(self._characters) != 1 or self._slugs or self._hint:
            return None
        ((index, found),) = self._characters.items()
        return None if found["forced"] or found["remarks"] or found["dual"] else index

    def titled(self, index: int) -> Screenplay:
        """The text below its title, a role's name: all of it is spoken but that."""
        edited = [*self._lines]
        edited[index] = self._speaker(index)
        note = f"“{self._bare[index]}” in line {index + 1} is taken for who speaks, and not spoken; all else is"
        return Screenplay("\n".join(edited), (note,), "text", tuple(self.turns))

    def is_screenplay(self) -> bool:
        lone = self.lone_name
        if lone is not None and self._next(lone, 1)[:1].islower():
            return False  # “NARRATION / is the art of telling.”
        voices = [found for found in self._characters.values() if not found["forced"]]
        named = [found for found in voices if is_role(_name(found)) or _VOICE.search(found["remarks"])]
        return self._hint or bool(self._slugs) or bool(named) or (len(voices) > 2 and self._mostly_dialogue())

    def read(self) -> list[str]:
        edited = list(self._lines)
        title_end = self._title_end()
        labelled = names_of(line for index, line in enumerate(self._bare) if index not in self._slugs)
        speaking = awaiting = False
        actions: list[int] = []
        n_dialogue = 0
        for index, bare in enumerate(self._bare):
            line = self._lines[index]
            if not bare and speaking and line == "  " and self._hint:  # Fountain's blank line within what is said
                edited[index] = PAUSE + NOTHING
                continue
            if not bare:
                if not (awaiting and self._is_double):
                    speaking = speaking and self._is_dense
                continue
            if not speaking and self.turns and self.turns[-1][1]:
                self.turns.append((self._starts[index], None))
            kind = "lines of the title page" if index < title_end else self._outside(index)
            if kind:
                edited[index] = self._without(kind, index)
                speaking = awaiting = False
            elif index in self._characters:
                edited[index] = self._speaker(index)
                speaking = awaiting = True
            elif self._is_time[index]:
                # Below a name, or in brackets within what is said, it is when that is said.
                speaking = awaiting or (speaking and bare[0] == "(")
            elif speaking and bare[0] == "~":
                edited[index] = self._without("lyrics", index)
            elif speaking:
                n_dialogue += not _PARENTHETICAL.fullmatch(line)
                if _PARENTHETICAL.fullmatch(line):
                    edited[index] = self._parenthetical(line)
                else:
                    awaiting = False
            elif self._label(index, labelled).end:
                n_dialogue += 1
            elif not _PARENTHETICAL.fullmatch(line) and not self._directions.is_whole(line):
                actions.append(index)
                if bare[0] in "!~":
                    edited[index] = line.replace(bare[0], NOTHING, 1)
        self._tell(edited, actions, n_dialogue)
        return edited

    def _tell(self, edited: list[str], actions: list[int], n_dialogue: int) -> None:
        if n_dialogue:
            for index in actions:
                edited[index] = self._without("action", index)
        elif any(has_word(self._bare[index]) for index in actions):
            self.notes.append("nobody speaks in this screenplay: the paragraphs of action are spoken")
        if self._directions.left:
            self._left["parentheticals"] = self._directions.left
        if pauses := self._directions.pauses:
            self.notes.append(f"pauses that are written out are silent ({len(pauses)}): {some(pauses, 3)}")
        for kind, words in self._left.items():
            shown = some((f"“{word[:40]}”" for word in words), 2)
            n = len(words) if kind != "action" else self._paragraphs(actions)
            self.notes.append(f"{kind} {'is' if kind == 'action' else 'are'} not spoken ({n}): {shown}")

    def _paragraphs(self, indices: list[int]) -> int:
        return sum(before is None or after != before + 1 for before, after in zip([None, *indices], indices, strict=False))

    def _outside(self, index: int) -> str:
        """What a line is that stands outside of action and dialogue; "" for others."""
        bare = self._bare[index]
        if index in self._slugs:
            return "headings of scenes"
        if bare[0] == ">" or (self._directions.is_whole(bare) and bare[-1:] in ":."):
            return "transitions and titles"
        if _PAGE.fullmatch(self._lines[index]):
            return "page numbers"
        if re.match(r"#{1,6}\s|={1,2}\s?[^\s=]|={3,}$", bare):
            return "sections and synopses"
        return ""

    def _slug(self, index: int) -> bool:
        bare = re.sub(r"(?<=\S)\s{2,}\d{1,4}[A-Z]?\.?$", "", self._bare[index])
        forced = self._hint and re.match(r"\.[^.\s]", bare) is not None
        return is_slug(bare, any_case=self._hint) or forced or re.match(r"\.(?=[A-Z]{2})[^a-z]{3,}$", bare) is not None

    def _character(self, index: int) -> re.Match | None:
        bare = self._bare[index]
        found = _CHARACTER.fullmatch(bare) if len(bare) < 80 else None
        if not found or index in self._slugs or self._is_time[index] or label_of(bare) or self._directions.is_whole(bare):
            return None
        if not any(sign.isalpha() for sign in found["name"]) or bare.endswith("TO:"):
            return None
        before, after = self._next(index, -1), self._next(index, 1)
        if not after or (
            _CHARACTER.fullmatch(after) and not found["forced"] and not _PARENTHETICAL.fullmatch(after) and self._is_dense
        ):
            return None
        apart = not before or self._is_dense
        return found if apart else None

    def _next(self, index: int, step: int) -> str:
        """The line beside a line, "" where that is blank or a time; in a text of double lines, the one behind that."""
        at = index + step
        if self._is_double and step > 0:
            at += step
        inside = 0 <= at < len(self._bare)
        if not inside or (step < 0 and (self._is_time[at] or at in self._slugs)):
            return ""
        return self._bare[at]

    def _speaker(self, index: int) -> str:
        """NOTHING but the time that may stand beside the name, and a tone."""
        line = self._lines[index]
        self._left.setdefault("names of speakers", [])
        name = _name(self._characters[index])
        self.turns.append((self._starts[index], SpokenBy(name, "label", index + 1)))
        if name not in self._left["names of speakers"]:
            self._left["names of speakers"].append(name)
        for remark in _EXTENSION.finditer(line):
            if self._times.head(remark[0].strip()):
                begin = remark.end() - len(remark[0].strip())
                return " " * begin + line[begin : remark.end()] + " " * (len(line) - remark.end())
        return " " * len(line)

    def _parenthetical(self, line: str) -> str:
        """A pause or a tone; what else is said of how somebody speaks is left out, and told."""
        edited = self._directions.take(line)
        if edited == line and not self._times.head(line):
            edited = self._directions.without(line)
        return edited

    def _label(self, index: int, names: frozenset[str]) -> Label:
        line = self._lines[index]
        head = self._times.head(line)
        label = said_by(line[head.end if head else 0 :], names)
        # Beside speakers on lines of their own, “INSERT: a letter” is action.
        return label if not self._characters or is_role(label.name) else Label()

    def _title_end(self) -> int:
        first = next((index for index, line in enumerate(self._bare) if line), 0)
        if not self._bare or not _TITLE_PAGE.match(self._bare[first]):
            return 0
        return next((index for index in range(first, len(self._bare)) if not self._bare[index]), len(self._bare))

    def _mostly_dialogue(self) -> bool:
        return 3 * len(self._characters) >= sum(1 for line in self._bare if line)

    def _without(self, kind: str, index: int) -> str:
        self._left.setdefault(kind, []).append(re.sub(r"^[.!>~#=@]+\s*|\s*<$", "", self._bare[index]))
        return " " * len(self._lines[index])


def _name(found: re.Match) -> str:
    return " ".join(found["name"].split())
