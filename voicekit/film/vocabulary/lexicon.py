"""The words of `vocabulary`, ready to be looked up in all their forms."""

import re
from dataclasses import dataclass, replace
from functools import cache, cached_property

from voicekit.film.vocabulary.idioms import IDIOMS
from voicekit.film.vocabulary.things import THINGS
from voicekit.film.vocabulary.vocabulary import PEOPLE, SCENERIES, WEATHER
from voicekit.text.function_words import word_set

#: Of ball games: they tell what "goal" and "player" mean.
_GAME_WORDS = (
    "soccer football footballer stadium striker goalkeeper goalie referee penalty kickoff kick-off kick offside "
    "midfielder dribble dribbles league halftime half-time whistle fußball fußballspiel stadion stürmer torwart "
    "torhüter schiedsrichter elfmeter anpfiff anstoß schlusspfiff abpfiff bundesliga halbzeit fußballstadion"
)
KINDS = {
    **dict.fromkeys(SCENERIES, "scenery"),
    **dict.fromkeys(PEOPLE, "figure"),
    **dict.fromkeys(THINGS, "figure"),
    **dict.fromkeys(WEATHER, "weather"),
}
#: What acts by itself: behind it stands what it does, rather than what it belongs to.
ANIMATE = frozenset((*PEOPLE, "cat", "dog", "bird", "horse", "cow", "sheep", "camel", "fish"))
_IRREGULAR = ("men", "women", "children", "people", "sheep", "fish", "salmon")
_GERMAN_ENDINGS = ("", "e", "en", "n", "s", "es")


GAME = word_set(_GAME_WORDS)


@dataclass(frozen=True)
class Entry:
    """What a word names.

    Attributes:
        name: of a drawing; "" for an idiom.
        plural: whether there are several of it.
        verb: whether the word is a verb, too.
        game: whether it counts only beside a word for a ball game.
        in_game: what it names beside one, where that is something else: a captain.
    """

    name: str
    plural: bool = False
    verb: bool = False
    game: bool = False
    in_game: str = ""


@dataclass(frozen=True)
class Lexicon:
    """Words and phrases of a language, in small letters, and German words at the end of which others may stand."""

    words: dict[tuple[str, ...], Entry]
    ends: dict[str, Entry]

    @cached_property
    def longest_end(self) -> int:
        return max(map(len, self.ends), default=0)


@cache
def lexicon(german: bool) -> Lexicon:
    """The words of one of the two languages."""
    words: dict[tuple[str, ...], Entry] = {}
    ends: dict[str, Entry] = {}
    given = [
        (name, marked.strip(), marked.strip().lstrip("!*+="))
        for table in (WEATHER, THINGS, PEOPLE, SCENERIES)
        for name, (english, deutsch, _) in table.items()
        for marked in (deutsch if german else english).split(", ")
    ]
    itself = {tuple(word.split()) for _, _, word in given}  # goes before another word's form: "Fischer", "Fisch"
    for name, marked, word in given:
        marks = marked[: -len(word)]
        for form, plural in _german_forms(word, "=" in marks) if german else _english_forms(word):
            if form != word and tuple(form.split()) in itself:
                continue
            entry = Entry(name, plural, "!" in marks, "+" in marks)
            known = words.setdefault(tuple(form.split()), entry)
            if entry.game and not known.game:
                words[tuple(form.split())] = replace(known, in_game=name)
            if "*" in marks:
                ends.setdefault(form, entry)
    words |= {tuple(idiom.split()): Entry("") for idiom in IDIOMS.split(", ")}
    return Lexicon(words, ends)


def _english_forms(word: str) -> list[tuple[str, bool]]:
    last = word.split()[-1]
    if last in _IRREGULAR or (last.endswith("s") and not last.endswith(("ss", "us"))):
        return [(word, True)]
    if re.search("[^aeiou]y$", word):
        return [(word, False), (word[:-1] + "ies", True)]
    return [(word, False), (word + ("es" if word.endswith(("s", "x", "ch", "sh", "ss")) else "s"), True)]


def _german_forms(word: str, alone: bool) -> list[tuple[str, bool]]:
    return [(word + ending, ending in ("e", "en", "n")) for ending in _GERMAN_ENDINGS[: 1 if alone else None]]


@cache
def signs() -> tuple[tuple[str, str], ...]:
    """(signs, name), the longest first."""
    tables = (SCENERIES, PEOPLE, THINGS, WEATHER)
    found = [(sign, name) for table in tables for name, words in table.items() for sign in words[2].split()]
    return tuple(sorted(found, key=lambda one: -len(one[0])))
