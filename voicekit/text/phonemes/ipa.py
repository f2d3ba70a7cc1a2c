"""IPA as people write it in dictionaries, cut into phones as espeak-ng writes them."""

import unicodedata

from voicekit.text.phonemes.arpabet import KNOWN_PHONES

_VOWELS = "aeiouyæɑɒɐɔəɚɛɜɝɪʊʌʉɨøœɵɯɤᵻʏɞɘɶ"
_CONSONANTS = "bcdfɡhjklmnpqrstvwxzβçðɖɸɟɢɣɥɦħɧʝɭɬɫɮʟɱɯɰŋɳɲɴɹɻɾɽʀʁʂʃʈθʋⱱʍχʎʑʐʒʔʡʕʢɕʜ"
#: Every letter that stands for a sound.
SOUNDS = _VOWELS + _CONSONANTS
_TIE = "͡"
#: One phone when tied (German "Zeit"), two otherwise (English "cats").
_TIED = ("ts", "dz", "pf")
#: Habits of dictionaries: "g" for the IPA letter, ties below, syllable dots, brackets around optional sounds.
_HABITS = str.maketrans({"g": "ɡ", "'": "ˈ", ":": "ː", "͜": _TIE, ".": "", "(": "", ")": "", "-": "", "‿": ""})
_LONG = max(map(len, KNOWN_PHONES))


def is_vowel(phone: str) -> bool:
    """Whether an IPA phone, with or without its stress mark, is a vowel."""
    return phone.lstrip("ˈˌ")[:1] in _VOWELS


def phones_of(word: str) -> tuple[str, ...]:
    """The phones of an IPA word; a stress mark stands in front of the vowel of its syllable, as espeak-ng has it.

    Raises:
        ValueError: there is a sign that is no IPA, or no sound at all; the message names it.
    """
    rest = unicodedata.normalize("NFC", word).translate(_HABITS)
    phones: list[str] = []
    stress = ""
    while rest:
        if rest[0] in "ˈˌ":
            stress, rest = rest[0], rest[1:]
            continue
        if rest[1:2] == _TIE:
            rest = rest[0] + rest[2:]
            phone = rest[:2]
        else:
            phone = next((rest[:n] for n in range(_LONG, 0, -1) if _is_phone(rest[:n], rest[n : n + 1])), rest[0])
        if phone[0] not in SOUNDS:
            raise ValueError(f"“{phone}” in /{word}/ is not a sound")
        length = len(phone)
        while length < len(rest) and (rest[length] in "ːˑʰʲʷˠˤ̩̃" or unicodedata.combining(rest[length])):
            length += 1
        phone, rest = rest[:length], rest[length:]
        if stress and is_vowel(phone):
            phone, stress = stress + phone, ""
        phones.append(phone)
    if not phones:
        raise ValueError(f"there is no sound in /{word}/")
    if not any(phone[0] in "ˈˌ" for phone in phones):  # a word of one syllable is written without its stress
        first = next((n for n, phone in enumerate(phones) if is_vowel(phone)), None)
        if first is not None:
            phones[first] = "ˈ" + phones[first]
    return tuple(phones)


def _is_phone(letters: str, after: str) -> bool:
    # "ɔːɹ" and "əl" are one phone at the end of a syllable; before a vowel their consonant belongs to the next one.
    splits = len(letters) > 1 and letters[-1] in "ɹl" and after and after in _VOWELS
    return letters in KNOWN_PHONES and letters not in _TIED and not splits
