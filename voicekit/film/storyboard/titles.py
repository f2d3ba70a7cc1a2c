"""The title of a clip: a phrase of its text that names something ("the light at the end of the pier"), or else its opening.

English: an article and what it belongs to, and what hangs on that by "of", "at", "in" …; German: nouns, which are capital.
In other languages a title is the opening of the text, up to its first comma.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from voicekit.film.storyboard.words import content, is_deed, is_meaningful, spaceless, stems
from voicekit.text.function_words import ENGLISH, GERMAN, word_set

_KNOWN = ENGLISH | GERMAN
_ARTICLES = ENGLISH.before_noun | ENGLISH.numbers
_JOINING = ENGLISH.prepositions - ENGLISH.conjunctions
#: Nouns that name nothing one could see; alone they are no title.
_VAGUE = word_set(
    "hour hours minute minutes second seconds time times year years day days week weeks month months moment moments "
    "way ways lot lots part parts kind kinds sort end ends place places thing things side sides bit bits piece number "
    "amount breath case fact point reason matter example rest top bottom middle front back half step steps turn word "
    "words everyone something nothing somebody nobody people person man woman one ones morning evening night today "
    "degrees percent grams stunde stunden minute minuten zeit jahr jahre tag tage woche wochen monat moment weg teil "
    "art ende ort ding dinge seite stück zahl anzahl fall grund beispiel rest mal atem schritt wort worte leute "
    "mensch menschen mann frau morgen abend nacht heute grad prozent gramm"
)
_STOPPERS = _KNOWN.clause_opening - ENGLISH.auxiliaries | word_set("then dann die der das")
#: Words that no title ends with.
_LOOSE = (_KNOWN.every - _KNOWN.pronouns | _KNOWN.numbers) - word_set("one alle alles away back together today")
#: Words that end a verb of two: "light up".
_PARTICLES = ENGLISH.particles
#: These say where something is moved, and so belong to the verb.
_MOVING = word_set("into onto")
_SUBJECTS = ENGLISH.subjects | word_set("who that which")
#: Words that a text opens with and a title does not.
_OPENING = word_set(
    "then and but so now first second third next finally well oh yes however meanwhile later also dann und aber nun "
    "jetzt zuerst danach schließlich zuletzt also doch"
)
#: Not those of a way somebody goes, which belongs to the verb.
_PREPOSITIONS_DE = word_set("am im an in auf aus bei beim mit von vom zum zur unter hinter neben zwischen für gegen ohne")
_EITHER_DE = word_set("an in auf unter hinter neben zwischen")
#: Verbs of which nothing in their form tells, beside those in `words`.
_DOES = word_set(
    "appear appears explode explodes float floats twinkle fear fears drop drops rattle rattles arrange peel slice "
    "bake boil stir roll mix screw loosen pull check raise raises lift lifts roar roars blow blows kick kicks score scores"
)
_ARTICLES_DE = GERMAN.before_noun | GERMAN.numbers
#: German articles that only stand before the subject or the object of a sentence: a title may begin with them.
_NAMING_DE = word_set(
    "der die das ein eine mein meine dein deine sein seine ihr ihre unser unsere dieses diese jede jedes zwei drei "
    "vier fünf alle viele kein keine"
)
_GENITIVE_DE = word_set("des der eines einer meiner seiner ihrer")
#: English words that are written with a capital only where a sentence or a line begins.
_BREAKING = ENGLISH.every - word_set("i i'm")
#: The apostrophe of "robots' match" stays.
_TOKEN = re.compile(r"[^\W_]+(?:['’.,-][^\W_]+)*(?:(?<=s)['’](?=\s\w))?")
_CLAUSE = re.compile(r"[.,;:!?…—–()\"“”„«»\n]+|\s-\s")
#: Of an opening, and of a phrase.
_MOST_WORDS, _LONGEST = 7, 9


@dataclass(frozen=True)
class _Word:
    text: str

    @cached_property
    def plain(self) -> str:
        return self.text.lower().replace("’", "'")

    @property
    def is_noun_de(self) -> bool:
        return self.text[0].isupper() and is_meaningful(self.text)


def titles_of(plain: str, common: Counter, texts: int, language: str) -> list[str]:
    """Titles that a text can have, the best first; never none where there is a word in it.

    Args:
        common: of all texts, in how many each stem is; `texts`: how many there are.
        language: "en" or "de"; any other is taken as it stands.
    """
    opening = _opened(plain, language)
    if spaceless(plain) or not language:
        return [opening]
    phrases = [_phrase for clause in _clauses(plain) for _phrase in _phrases(clause, language)]
    here = stems(plain)

    def weight(phrase: "_Phrase") -> float:
        rare = sorted((here[one] / (1 + common[one] / texts) for one in stems(phrase.text)), reverse=True)
        score = sum(rare[:3]) * (1.25 if phrase.joined else 1.0)
        score *= 1.2 if phrase.place == 0 else 1.0
        score *= 0.3 if phrase.is_vague else 1.0
        return score * (1.0 if phrase.is_telling else 0.5)

    ranked = sorted(phrases, key=weight, reverse=True)
    good = [phrase.text for phrase in ranked if phrase.is_telling and not phrase.is_vague]
    single = [phrase.text for phrase in ranked if not phrase.is_telling and not phrase.is_vague]
    if _is_instruction(plain, language):
        return [opening, *good, *single]
    if len(opening.split()) > 2:
        return [*good, opening, *single]
    return [*good, *(one for one in single if " " in one), opening]


@dataclass(frozen=True)
class _Phrase:
    """A phrase of a text. `joined`: of two things; `place`: which of its clause it is; `is_name`: a proper noun;
    `is_bare`: one thing without an article, which may be none: "golden brown"."""

    text: str
    joined: bool
    place: int
    is_vague: bool
    is_name: bool
    is_bare: bool

    @property
    def is_telling(self) -> bool:
        """Whether it says more than one word does."""
        return self.joined or (self.is_name and " " in self.text) or (len(content(self.text)) > 1 and not self.is_bare)


def _clauses(plain: str) -> Iterator[list[_Word]]:
    for clause in _CLAUSE.split(plain):
        words: list[_Word] = []
        for word in map(_Word, _TOKEN.findall(clause)):
            # A capital that no name has begins a line of a poem.
            if words and word.text[0].isupper() and word.plain in _BREAKING:
                yield words
                words = []
            words.append(word)
        if words:
            yield words


def _phrases(words: Sequence[_Word], language: str) -> Iterator[_Phrase]:
    group = _group_de if language == "de" else _group_en
    at = number = 0
    while at < len(words):
        end = group(words, at, True)
        if end == at:
            at += 1
            continue
        start, joined, head_end = at, False, end
        for _ in range(2):
            following = _hanging(words, end, language)
            if following == end or following - start > _LONGEST:
                break
            joined, end = True, following
        head = words[head_end - 1]
        names = words[start:end]
        is_name = all(word.text[0].isupper() for word in names) and start > 0 and language == "en"
        hangs = joined and words[head_end].plain in ("of", "des", "der", "eines", "einer")
        vague = head.plain in _VAGUE and not (hangs and words[end - 1].plain not in _VAGUE)
        text = " ".join(word.text for word in names)
        no_article = words[start].plain not in (_ARTICLES if language == "en" else _ARTICLES_DE)
        bare = no_article and (language == "de" or not head.plain.endswith("s"))
        vague = vague or (no_article and words[start].plain in _VAGUE)
        yield _Phrase(text, joined, number, vague, is_name, bare and not joined and not is_name)
        number, at = number + 1, end


def _hanging(words: Sequence[_Word], at: int, language: str) -> int:
    """Where what hangs on a thing ends: "of the pier"; `at` itself where nothing does."""
    if at >= len(words) - 1:
        return at
    if language == "en":
        hangs = words[at].plain in _JOINING and words[at].plain not in _MOVING
        return _end(_group_en(words, at + 1, False), at) if hangs else at
    if words[at].plain in _PREPOSITIONS_DE:
        if words[at].plain in _EITHER_DE and words[at + 1].plain in ("die", "den", "das", "eine", "einen"):
            return at  # "stellt eine Tasse auf die Stufe": where it goes
        return _end(_group_de(words, at + 1, False), at)
    return _end(_group_de(words, at, False), at) if words[at].plain in _GENITIVE_DE else at


def _end(end: int, at: int) -> int:
    return at if end == at + 1 else end


def _group_en(words: Sequence[_Word], at: int, begins: bool) -> int:
    """Where an article and its noun end that begin at a word; `at` where none do."""
    begin = at
    has_article = words[at].plain in _ARTICLES
    if begins and not has_article and at and words[at - 1].plain in _SUBJECTS:
        return begin  # "it | weighs"
    if begins and not has_article and at and is_meaningful(words[at - 1].text):
        return begin  # the rest of a verb's words: "flowers | returns to"
    at += has_article
    start = at
    while at < len(words) and at - start < 4 and is_meaningful(words[at].text) and words[at].plain not in _JOINING:
        describes = at == start and has_article and at + 1 < len(words) and is_meaningful(words[at + 1].text)
        if (is_deed(words[at].plain) or words[at].plain in _DOES) and not describes:
            break
        if at > start and words[at].plain.endswith("s") and words[at - 1].plain.endswith("s") and not describes:
            break  # "flowers returns"
        at += 1
    singular = has_article and words[begin].plain in ("a", "an", "this", "each", "every", "another")
    acts = has_article and at < len(words) and words[at].plain in _ARTICLES  # "the captain raises the cup"
    if at - start > 1 and (singular or acts) and at < len(words) and _may_do(words, at):
        at -= 1  # "the tower hums over": what it does, no part of its name
    if at - start > 1 and at < len(words) and words[at].plain in _PARTICLES and _agree(words[at - 2], words[at - 1]):
        at -= 1  # "her blue eyes light up"
    if at == start:
        return begin
    return at


def _agree(thing: _Word, deed: _Word) -> bool:
    """Whether one word may be what does the other: only one of the two ends in -s, "eyes light", "sky lights"."""
    return thing.plain.endswith("s") != deed.plain.endswith("s")


def _may_do(words: Sequence[_Word], end: int) -> bool:
    last, before = words[end - 1].plain, words[end - 2].plain
    return last.endswith("s") and not last.endswith(("ss", "us")) and not before.endswith("s")


def _group_de(words: Sequence[_Word], at: int, begins: bool) -> int:
    begin = at
    if words[at].plain in _ARTICLES_DE:
        if begins and words[at].plain not in _NAMING_DE:
            return begin
        at += 1
    elif begins and at and (words[at - 1].plain in _ARTICLES_DE or _is_adjective_de(words[at - 1])):
        return begin
    start = at
    while at < len(words) and at - start < 2 and words[at].text[0].islower() and _is_adjective_de(words[at]):
        at += 1
    if begins and at > start and start == begin:
        return begin  # "alten Haus": half of a phrase
    nouns = at
    while at < len(words) and at - nouns < 3 and words[at].is_noun_de and words[at].plain not in _ARTICLES_DE:
        at += 1
    return at if at > nouns else begin


def _is_adjective_de(word: _Word) -> bool:
    return is_meaningful(word.text) and word.plain.endswith(("e", "er", "es", "en", "em")) and len(word.plain) > 3


def _goes_on(last: _Word, following: _Word) -> bool:
    """Whether an opening would break off in the middle of a thing: behind "my first", or before a German noun."""
    adjective = last.text[0].islower() and following.text[0].isupper() and _is_adjective_de(last)
    return last.plain in _LOOSE or adjective or not is_meaningful(last.text)


def _is_instruction(plain: str, language: str) -> bool:
    """Whether a text opens with what is to be done: "Preheat the oven"."""
    words = [_Word(word) for word in _TOKEN.findall(plain[:200])]
    while words and words[0].plain in _OPENING:
        del words[0]
    if len(words) < 2 or not is_meaningful(words[0].text):
        return False
    if language == "de" and words[1].text == "Sie":
        return True
    known = _ARTICLES if language == "en" else _ARTICLES_DE
    first, second = words[0].plain, words[1].plain
    return second in known and second not in ("no",) and not first.endswith(("s", "ed", "ing", "ly"))


def _opened(plain: str, language: str) -> str:
    """The opening of a text, in whole words: up to its first comma, or to where its first thought ends."""
    if spaceless(plain):
        first = next((part for part in re.split(r"[。！？、，；：,.!?\s]+", plain) if part), plain)
        return first[:14]
    clauses = list(_clauses(plain))
    long = [clause for clause in clauses if len(clause) > 2]
    for clause in long or clauses:
        words = clause
        while words and words[0].plain in _OPENING:
            words = words[1:]
        taken: list[_Word] = []
        is_cut = len(words) > _LONGEST
        for at, word in enumerate(words[:_LONGEST]):
            if len(taken) > 2 and language and word.plain in _STOPPERS and word.plain not in _ARTICLES_DE:
                is_cut = False
                break
            if at >= _MOST_WORDS and not _goes_on(taken[-1], word) and word.plain not in _PARTICLES:
                is_cut = True
                break
            taken.append(word)
        if len(taken) == len(words):
            trimmed = taken
        else:
            joints = [at for at, word in enumerate(taken) if at > 2 and word.plain in _JOINING]
            # What hangs on a preposition and may not be whole goes with it.
            trimmed = taken[: joints[-1]] if is_cut and joints and language == "en" else taken[:]
            kept = frozenset() if is_cut else _PARTICLES - _JOINING
            while len(trimmed) > 2 and trimmed[-1].plain in _LOOSE - kept:
                trimmed.pop()
        if len(trimmed) > 1:
            return " ".join(word.text for word in trimmed)
    return " ".join(_TOKEN.findall(plain)[:_MOST_WORDS]) or plain[:30]
