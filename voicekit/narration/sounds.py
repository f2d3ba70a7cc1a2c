"""Other sounds that a word may be said in, and how a person writes them down: “her-MY-oh-nee”, or IPA."""

import re
from collections.abc import Iterator
from itertools import pairwise

from voicekit.core.errors import VoicekitError
from voicekit.recognition.sphinx import plain, pronunciations
from voicekit.text.phonemes.arpabet import KNOWN_PHONES, nearest_arpabet
from voicekit.text.phonemes.espeak import espeak_words
from voicekit.text.phonemes.ipa import is_vowel, phones_of
from voicekit.text.phonemes.lexicon import Entry, Lexicon, entry_of
from voicekit.text.phonemes.phonemise import Phonemes, phonemise

#: The phones of a word, or of the words that are said for it, with stress marks.
Sounds = tuple[tuple[str, ...], ...]


def _table(pairs: str) -> dict[str, str]:
    return dict(pair.split("=") for pair in pairs.split())


#: The phones of the CMU dictionary as the voices know them.
_IPA = _table(
    "AA=ɑː AE=æ AH=ʌ AO=ɔː AW=aʊ AY=aɪ B=b CH=tʃ D=d DH=ð EH=ɛ ER=ɚ EY=eɪ F=f G=ɡ HH=h IH=ɪ IY=iː JH=dʒ K=k L=l M=m N=n "
    "NG=ŋ OW=oʊ OY=ɔɪ P=p R=ɹ S=s SH=ʃ T=t TH=θ UH=ʊ UW=uː V=v W=w Y=j Z=z ZH=ʒ"
)  # fmt: skip
#: What is swallowed in running speech, as one says it with care.
_CAREFUL = {"ɾ": ("t",), "ʔ": ("t",), "n̩": ("ə", "n"), "əl": ("ə", "l"), "ᵻ": ("ɪ",), "iə": ("iː", "ə"), "i": ("iː",)}
#: How sounds are spelt in plain words, as far as the rules of English read them back.
_SPELT = _table(
    "ɑː=ah æ=a ʌ=uh ə=uh ɐ=uh ɔː=aw aʊ=ow aɪ=eye ɛ=eh eɪ=ay ɪ=i ᵻ=i iː=ee i=ee oʊ=oh ɔɪ=oy ʊ=uu uː=oo ɚ=er ɜː=er ɑːɹ=ar "
    "ɔːɹ=or b=b tʃ=ch d=d ð=th f=f ɡ=g h=h dʒ=j k=k l=l m=m n=n ŋ=ng p=p ɹ=r s=s ʃ=sh t=t θ=th v=v w=w j=y z=z ʒ=zh"
)  # fmt: skip
#: Letters that tell which language a name is of.
_LETTERS = {"fr": "éèêëçàâîïôûœ", "de": "äöüß", "es": "ñáíóú", "pl": "łżźćńśęą", "pt": "ãõ", "nb": "åø", "cs": "čšžřěů",
            "tr": "ğşı", "hu": "őű", "ro": "ăâșț"}  # fmt: skip
#: Consonants that begin a syllable together.
_BEGINNINGS = frozenset(
    f"{first} {second}"
    for firsts, second in (
        ("pbtdkɡfθʃ", "ɹ"),
        ("pbkɡfs", "l"),
        ("kmhfpbv", "j"),
        ("tks", "w"),
        ("s", "p"),
        ("s", "t"),
        ("s", "k"),
    )
    for first in firsts
)


def ways_to_sound(word: str, language: str, lexicon: Lexicon | None, few: int = 0) -> Iterator[Sounds]:
    """Other sounds for a word than the voice says it in, the nearest first.

    Args:
        few: a word in small letters of at most so many phones has none.

    Raises:
        ScriptError: there is nothing to pronounce in it.
    """
    own = _sounds(phonemise(word, language, lexicon))
    told = {_bare(own)}
    if word.islower() and len(own) == 1 and len(own[0]) <= few:
        return
    for sounds in _guesses(word, own, language):
        heard = _bare(sounds)
        if heard not in told and all(phone.strip("ˈˌ") in KNOWN_PHONES for one in sounds for phone in one):
            told.add(heard)
            yield sounds


def _guesses(word: str, own: Sounds, language: str) -> Iterator[Sounds]:
    yield tuple(_careful(one) for one in own)
    if language.startswith("en"):
        found = pronunciations([plain(word)], language).get(plain(word), [])
        yield from ((_from_dictionary(entry, own[0]),) for entry in found if len(own) == 1)
    for code, letters in _LETTERS.items():
        if not language.startswith(code) and set(letters) & set(word.lower()):
            yield tuple(espeak_words(word, code))
    if language.startswith("en"):
        yield tuple(espeak_words(word, "en-gb" if language.startswith("en-us") else "en-us"))
    if re.fullmatch(r"[A-Z]{2,5}", word):  # letter by letter
        yield tuple(phones for letter in word for phones in espeak_words(f"{letter}.", language))
    if len(own) == 1:
        syllables = _syllables(_careful(own[0]))
        if len(syllables) > 1:
            yield syllables
        vowels = [n for n, phone in enumerate(own[0]) if is_vowel(phone) and "ˈ" not in phone]
        yield from ((_stressed(own[0], vowel),) for vowel in vowels[:2])


def spelt(sounds: Sounds, language: str) -> Iterator[str]:
    """How a person writes such sounds: in plain words where the voice reads those so, else as IPA."""
    if language.startswith("en"):
        words = " ".join(_plainly(one) for one in sounds)
        if words.strip() and _is_read_as(words, sounds, language):
            yield words
            return
    ipa = ["".join(one) for one in sounds]
    try:
        if tuple(phones_of(one) for one in ipa):
            yield f"/{' '.join(ipa)}/"
    except ValueError:  # of a language that IPA of dictionaries does not cover
        return


def _is_read_as(words: str, sounds: Sounds, language: str) -> bool:
    """Whether plain words are read in the sounds that they were spelt for, stress and all."""
    try:
        own: tuple[int, int, Entry] = (0, 1, entry_of("word", words, "the way"))
        read = _sounds(phonemise("word", language, pronunciations=[own]))
    except VoicekitError:
        return False
    wanted = [(nearest_arpabet(phone.strip("ˈˌ")), "ˈ" in phone) for one in sounds for phone in one]
    return wanted == [(nearest_arpabet(phone.strip("ˈˌ")), "ˈ" in phone) for one in read for phone in one]


def _sounds(phonemes: Phonemes) -> Sounds:
    marks = ("", "ˈ", "ˌ")
    return tuple(
        tuple(marks[phonemes.stresses[n]] + phonemes.symbols[n] for n in range(begin, end))
        for _, begin, end in phonemes.words
    )


def _bare(sounds: Sounds) -> tuple[tuple[str, ...], ...]:
    """What tells sounds apart: secondary stress does not."""
    return tuple(tuple(phone.replace("ˌ", "") for phone in one) for one in sounds)


def _careful(phones: tuple[str, ...]) -> tuple[str, ...]:
    found: list[str] = []
    for phone in phones:
        stress, bare = phone[: len(phone) - len(phone.lstrip("ˈˌ"))], phone.lstrip("ˈˌ")
        first, *others = _CAREFUL.get(bare, (bare,))
        found += [stress + first, *others]
    return tuple(found)


def _from_dictionary(entry: str, own: tuple[str, ...]) -> tuple[str, ...]:
    """The CMU dictionary's phones, which come without stress: it lies on the vowel on which the voice has it."""
    names = entry.split()
    vowels = [n for n, name in enumerate(names) if is_vowel(_IPA[name])]
    nth = next((n for n, phone in enumerate(p for p in own if is_vowel(p)) if "ˈ" in phone), 0)
    stressed = vowels[min(nth, len(vowels) - 1)] if vowels else -1
    phones = []
    for n, name in enumerate(names):
        unstressed = name == "AH" and n != stressed
        phones.append(("ˈ" if n == stressed else "") + ("ə" if unstressed else _IPA[name]))
    return tuple(phones)


def _syllables(phones: tuple[str, ...]) -> Sounds:
    """Cut before each vowel's consonant, or the two that begin a syllable together."""
    vowels = [n for n, phone in enumerate(phones) if is_vowel(phone)]
    edges = [0]
    for before, vowel in pairwise(vowels):
        start = vowel
        if vowel - before > 1:
            pair = " ".join(phones[vowel - 2 : vowel])
            start = vowel - 2 if vowel - before > 2 and pair in _BEGINNINGS else vowel - 1
        edges.append(start)
    edges.append(len(phones))
    return tuple(phones[a:b] for a, b in pairwise(edges))


def _stressed(phones: tuple[str, ...], vowel: int) -> tuple[str, ...]:
    return tuple(("ˈ" if n == vowel else "") + phone.lstrip("ˈˌ") for n, phone in enumerate(phones))


def _plainly(phones: tuple[str, ...]) -> str:
    """“her-MY-oh-nee”; "" where a sound has no spelling."""
    syllables = _syllables(phones)
    if not all(phone.lstrip("ˈˌ") in _SPELT for phone in phones):
        return ""
    written = ["".join(_SPELT[phone.lstrip("ˈˌ")] for phone in one) for one in syllables]
    if len(syllables) < 2:
        return written[0]
    return "-".join(
        text.upper() if any("ˈ" in phone for phone in one) else text for one, text in zip(syllables, written, strict=True)
    )
