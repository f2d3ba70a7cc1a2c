"""Our phones as Kokoro spells them: one sign a token, with capitals for diphthongs.

What it was trained on is documented in its makers' EN_PHONES.md: American and British English each have an inventory of
their own, and the other languages are espeak-ng's phones with the affricates and diphthongs as one sign.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from voicekit.text.phonemes.phonemise import BOUNDARIES, Phonemes

#: The first letter of a voice's name → the language it was trained on. Japanese (j) and Chinese (z) voices want phones that
#: espeak-ng does not make.
LANGUAGES = {"a": "en-us", "b": "en-gb", "e": "es", "f": "fr-fr", "h": "hi", "i": "it", "p": "pt-br"}
UNSPOKEN = {"j": "Japanese", "z": "Chinese"}
#: More tokens than this make no sentence.
MOST_TOKENS = 510
#: The signs that Kokoro knows, by their tokens.
_VOCABULARY = {
    1: ";", 2: ":", 3: ",", 4: ".", 5: "!", 6: "?", 9: "—", 10: "…", 11: '"', 12: "(", 13: ")", 14: "“", 15: "”", 16: " ",
    17: "\u0303", 18: "ʣ", 19: "ʥ", 20: "ʦ", 21: "ʨ", 22: "ᵝ", 23: "ꭧ", 24: "A", 25: "I", 31: "O", 33: "Q", 35: "S", 36: "T",
    39: "W", 41: "Y", 42: "ᵊ", 43: "a", 44: "b", 45: "c", 46: "d", 47: "e", 48: "f", 50: "h", 51: "i", 52: "j", 53: "k",
    54: "l", 55: "m", 56: "n", 57: "o", 58: "p", 59: "q", 60: "r", 61: "s", 62: "t", 63: "u", 64: "v", 65: "w", 66: "x",
    67: "y", 68: "z", 69: "ɑ", 70: "ɐ", 71: "ɒ", 72: "æ", 75: "β", 76: "ɔ", 77: "ɕ", 78: "ç", 80: "ɖ", 81: "ð", 82: "ʤ",
    83: "ə", 85: "ɚ", 86: "ɛ", 87: "ɜ", 90: "ɟ", 92: "ɡ", 99: "ɥ", 101: "ɨ", 102: "ɪ", 103: "ʝ", 110: "ɯ", 111: "ɰ",
    112: "ŋ", 113: "ɳ", 114: "ɲ", 115: "ɴ", 116: "ø", 118: "ɸ", 119: "θ", 120: "œ", 123: "ɹ", 125: "ɾ", 126: "ɻ", 128: "ʁ",
    129: "ɽ", 130: "ʂ", 131: "ʃ", 132: "ʈ", 133: "ʧ", 135: "ʊ", 136: "ʋ", 138: "ʌ", 139: "ɣ", 140: "ɤ", 142: "χ", 143: "ʎ",
    147: "ʒ", 148: "ʔ", 156: "ˈ", 157: "ˌ", 158: "ː", 162: "ʰ", 164: "ʲ", 169: "↓", 171: "→", 172: "↗", 173: "↘", 177: "ᵻ",
}  # fmt: skip
TOKENS = {sign: token for token, sign in _VOCABULARY.items()}
#: Sounds of other languages that it has no sign for → the nearest that it has one for.
_NEAREST = {
    "g": "ɡ", "ʏ": "y", "ɬ": "l", "ɫ": "l", "ɭ": "l", "ɮ": "l", "ʟ": "l", "ħ": "h", "ɦ": "h", "ɧ": "ʃ", "ʕ": "ʔ", "ʡ": "ʔ",
    "ʢ": "ʔ", "ʑ": "ʒ", "ʐ": "ʒ", "ʀ": "ʁ", "ɺ": "ɾ", "ɱ": "m", "ʙ": "b", "ɵ": "ə", "ɘ": "ə", "ɝ": "ɜ", "ɞ": "ɜ", "ɶ": "œ",
    "ʉ": "u", "ʍ": "w", "ⱱ": "v", "ɢ": "ɡ", "ʜ": "h", "ɓ": "b", "ɗ": "d", "ɠ": "ɡ", "r.": "ɽ",
}  # fmt: skip
_AFFRICATES = {"dʒ": "ʤ", "tʃ": "ʧ"}
_DIPHTHONGS = {"aɪ": "I", "aʊ": "W", "eɪ": "A", "ɔɪ": "Y"}
_FOREIGN = _AFFRICATES | _DIPHTHONGS | {"oʊ": "O", "əʊ": "Q", "dz": "ʣ", "ts": "ʦ", "ss": "S"}
_ENGLISH = _AFFRICATES | _DIPHTHONGS | {
    "əl": "ᵊl", "n̩": "ᵊn", "m̩": "ᵊm", "l̩": "ᵊl", "ɹ̩": "ᵊɹ", "r": "ɹ", "ɐ": "ə", "ɚ": "əɹ", "x": "k", "ç": "k", "ʔ": "t",
    "e": "A", "ʲ": "", "\u0303": "",
}  # fmt: skip
_AMERICAN = _ENGLISH | {
    "oʊ": "O", "əʊ": "O", "o": "ɔ", "ɜːɹ": "ɜɹ", "ɜː": "ɜɹ", "ɪə": "iə", "ɾ": "T", "ɒ": "ɑ", "a": "ɑ", "ː": "",
}  # fmt: skip
_BRITISH = _ENGLISH | {"oʊ": "Q", "əʊ": "Q", "o": "ɔ", "eə": "ɛː", "iə": "ɪə", "ɾ": "t", "ᵻ": "ɪ", "æ": "a"}
_SPELLINGS = {"en-us": _AMERICAN, "en-gb": _BRITISH}
_MARKS = ("", "ˈ", "ˌ")


@dataclass(frozen=True)
class Spelling:
    """A sentence, or a part of one, as Kokoro reads it.

    Attributes:
        text: one sign a token.
        first: the symbol of the sentence that it begins with.
        edges: where in `text` each symbol begins, and at last where the last one ends.
    """

    text: str
    first: int
    edges: tuple[int, ...]

    @property
    def tokens(self) -> list[int]:
        """With the silence around it, token 0."""
        return [0, *(TOKENS[sign] for sign in self.text), 0]


def spellings(phonemes: Phonemes, language: str) -> list[Spelling]:
    """A sentence spelled, cut where it pauses most where it has more than MOST_TOKENS."""
    spelled = [
        _spelled_boundary(symbol, number == len(phonemes.symbols) - 1)
        if symbol in BOUNDARIES
        else (_MARKS[stress] + spelled_phone(symbol, language))[:MOST_TOKENS]
        for number, (symbol, stress) in enumerate(zip(phonemes.symbols, phonemes.stresses, strict=True))
    ]
    found, first = [], 0
    while first < len(spelled):
        after = first
        length = 0
        while after < len(spelled) and length + len(spelled[after]) <= MOST_TOKENS:
            length += len(spelled[after])
            after += 1
        if after < len(spelled):
            after = _pause_before(phonemes.symbols, first, after)
        edges = [0]
        for text in spelled[first:after]:
            edges.append(edges[-1] + len(text))
        found.append(Spelling("".join(spelled[first:after]), first, tuple(edges)))
        first = after
    return found


@cache
def spelled_phone(phone: str, language: str) -> str:
    """A phone as espeak-ng writes it, without its stress, in Kokoro's signs."""
    table = _SPELLINGS.get(language, _FOREIGN)
    pattern = "|".join(map(re.escape, sorted({*table, *_NEAREST}, key=len, reverse=True)))
    # As two signs, a vowel and its tilde, but not ç.
    parts = unicodedata.normalize("NFD", phone).replace("c\u0327", "ç")
    spelled = re.sub(pattern, lambda match: table.get(match[0], _NEAREST.get(match[0], "")), parts)
    return "".join(sign for sign in spelled if sign in TOKENS and sign not in BOUNDARIES)


def _spelled_boundary(mark: str, is_last: bool) -> str:
    if mark == "^":
        return ""
    return mark if mark == " " or is_last else f"{mark} "


def _pause_before(symbols: tuple[str, ...], first: int, limit: int) -> int:
    """The symbol behind the strongest pause in the later half of what fits, else the last; `limit` where there is none."""
    pauses = [n for n in range(first + 1, limit) if symbols[n] in BOUNDARIES]
    later = [n for n in pauses if n > (first + limit) // 2] or pauses
    return max(later, key=lambda n: (BOUNDARIES.index(symbols[n]), n)) + 1 if later else limit
