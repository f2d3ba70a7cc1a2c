"""The words of a clause to phones: the lexicon's as it says, foreign ones by their language, the others by espeak-ng."""

import re
from collections.abc import Iterator
from functools import cache
from itertools import accumulate, pairwise

from voicekit.text.phonemes.espeak import espeak_words
from voicekit.text.phonemes.foreign import foreign_words
from voicekit.text.phonemes.ipa import is_vowel
from voicekit.text.phonemes.lexicon import PLACEHOLDER, Said

Word = tuple[str, tuple[str, ...]]

#: These replace words that espeak-ng must not read, so that it says those around them as it would beside a word: "a" is not
#: stressed before one, and "the" depends on whether it begins with a vowel. No language has either word.
_STAND_INS = {False: "zoizh", True: "oizh"}


def pronounce(clause: str, language: str, said: Iterator[Said]) -> list[Word]:
    """(as in the clause, phones with stress marks) of each spoken word.

    Args:
        said: gives the next word of the lexicon for each PLACEHOLDER in the clause.

    Raises:
        ScriptError: a word is in a script that no known language is written in.
    """
    plain, special = _split(clause, language, said)
    if not special:
        return _named(clause, espeak_words(clause, language), language)
    stand_ins = [_STAND_INS[is_vowel(words[0][1][0])] for words in special]
    text = "".join(f"{before} {name} " for before, name in zip(plain, stand_ins, strict=False)) + plain[-1]
    heard = espeak_words(text, language)
    places = [n for n, word in enumerate(heard) if _bare(word) in _stand_in_phones(language)]
    if len(places) == len(special):
        edges = [-1, *places, len(heard)]
        between = [heard[a + 1 : b] for a, b in pairwise(edges)]
    else:  # it ran a stand-in together with its neighbour: each stretch on its own, then
        between = [espeak_words(part, language) for part in plain]
    words = _named(plain[0], between[0], language)
    for spoken, part, phones in zip(special, plain[1:], between[1:], strict=True):
        words += spoken + _named(part, phones, language)
    return words


def _split(clause: str, language: str, said: Iterator[Said]) -> tuple[list[str], list[list[Word]]]:
    """The stretches between special words (one more than those), and how those are said."""
    foreign = {start: (end, speaker) for start, end, speaker in foreign_words(clause.replace(PLACEHOLDER, " "), language)}
    plain, special, begin = [], [], 0
    for start, character in enumerate(clause):
        if character == PLACEHOLDER:
            end, words = start + 1, _as_said(next(said), language)
        elif start in foreign:
            end, speaker = foreign[start]
            phones = [_without_tones(word) for word in espeak_words(clause[start:end], speaker)]
            words = _named(clause[start:end], phones, speaker)
        else:
            continue
        if words:
            plain.append(clause[begin:start])
            special.append(words)
            begin = end
    return [*plain, clause[begin:]], special


def _without_tones(word: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(phone for phone in (re.sub(r"[\d.]", "", phone) for phone in word) if phone.strip("ˈˌ"))


def _as_said(said: Said, language: str) -> list[Word]:
    """A word of the lexicon, with the "s" of its plural or genitive."""
    words = [list(word) for word in said.entry.ipa] or [_respelled(word, language) for word in said.entry.said.split()]
    words = [word for word in words if word]
    if words and said.ending.strip("'"):
        words[-1] += _ending(words[-1][-1], language)
    return [(PLACEHOLDER, tuple(word)) for word in words]


def _respelled(written: str, language: str) -> list[str]:
    """ "her-MY-oh-nee" as one word, stressed on the capitals, else on the first syllable; "win" as espeak-ng reads it."""
    syllables = [part for part in written.split("-") if part]
    if len(syllables) < 2:
        return [phone for word in espeak_words(written, language) for phone in word]
    stressed = next((n for n, part in enumerate(syllables) if len(part) > 1 and part.isupper()), None)
    if stressed is None:
        stressed = next((n for n, part in enumerate(syllables) if part.isupper()), 0)
    phones = []
    for number, syllable in enumerate(syllables):
        sounds = [phone.strip("ˈˌ") for word in espeak_words(syllable.lower(), language) for phone in word]
        vowel = next((n for n, phone in enumerate(sounds) if is_vowel(phone)), None)
        if number == stressed and vowel is not None:
            sounds[vowel] = "ˈ" + sounds[vowel]
        phones += sounds
    return phones


def _ending(last: str, language: str) -> list[str]:
    """The sound of "s" behind a phone: cats, dogs, horses."""
    last = last.strip("ˈˌ")
    if not language.startswith("en"):
        return ["s"]
    if last in ("s", "z", "ʃ", "ʒ", "tʃ", "dʒ"):
        return ["ᵻ", "z"]
    return ["s"] if last in ("p", "t", "k", "f", "θ") else ["z"]


def _bare(word: tuple[str, ...]) -> str:
    return "".join(phone.strip("ˈˌ") for phone in word)


@cache
def _stand_in_phones(language: str) -> frozenset[str]:
    return frozenset(_bare(word) for name in _STAND_INS.values() for word in espeak_words(name, language))


def _named(written: str, heard: list[tuple[str, ...]], language: str) -> list[Word]:
    """Spreads written words over spoken ones: espeak-ng joins some ("of the") and splits others.

    Where their numbers differ, a written word belongs to the spoken one in which its middle lies, as long as it is alone.
    """
    tokens = [token for token in written.split() if heard and re.search(r"\w", token)]
    if len(tokens) == len(heard):
        return list(zip(tokens, heard, strict=True))
    lengths = [sum(map(len, espeak_words(token, language))) or 1 for token in tokens]
    ends = list(accumulate(len(word) / sum(map(len, heard)) for word in heard))
    names: list[list[str]] = [[] for _ in heard]
    for token, length, end in zip(tokens, lengths, accumulate(lengths), strict=True):
        middle = (end - length / 2) / sum(lengths)
        names[next(n for n, edge in enumerate(ends) if middle < edge or n == len(ends) - 1)].append(token)
    return [(" ".join(name), word) for name, word in zip(names, heard, strict=True)]
