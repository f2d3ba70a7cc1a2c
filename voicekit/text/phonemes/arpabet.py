"""The English phone nearest to a phone of any language, for models that know English only."""

_ARPABET = {
    "AA": "ɑː ɑ ɒ a aː ɑ̃ ɑːɹ", "AE": "æ", "AH": "ʌ ə ɐ", "AO": "ɔː ɔ ɔːɹ ɔ̃ oːɹ", "AW": "aʊ", "AY": "aɪ aɪə aɪɚ ai",
    "B": "b β", "CH": "tʃ tɕ", "D": "d ɖ", "DH": "ð", "EH": "ɛ ɛː e ɛɹ eə ɛ̃ œ̃ œ", "ER": "ɚ ɜː ɜ ɝ øː ø ɵ", "EY": "eɪ eː",
    "F": "f ɸ pf", "G": "ɡ ɣ g", "HH": "h ç x ħ χ", "IH": "ɪ ᵻ ɪɹ ɨ ʏ ɪː", "IY": "iː i iə y yː", "JH": "dʒ dʑ",
    "K": "k q c", "L": "l əl ɫ ɭ ʎ l̩", "M": "m m̩", "N": "n n̩ ɲ ɳ", "NG": "ŋ", "OW": "oʊ əʊ o oː", "OY": "ɔɪ ɔø ɔʏ", "P": "p",
    "R": "ɹ r ɾ̃ ʁ ɻ ʀ", "S": "s ʂ", "SH": "ʃ ɕ", "T": "t ɾ ʔ ʈ", "TH": "θ", "UH": "ʊ ʊɹ ʊɐ ʊə", "UW": "uː u ɯ",
    "V": "v ʋ", "W": "w ʍ ɥ", "Y": "j", "Z": "z ts dz ʐ", "ZH": "ʒ ʑ",
}  # fmt: skip
_NEAREST = {ipa: arpabet for arpabet, ipas in _ARPABET.items() for ipa in ipas.split()}

#: Every phone that has a nearest English one.
KNOWN_PHONES = frozenset(_NEAREST)


def nearest_arpabet(phone: str) -> str:
    """The English phone nearest to an IPA phone; "AH", the neutral vowel, where none is near."""
    for length in range(len(phone), 0, -1):  # "ɔːɹ" before "ɔː" before "ɔ"
        if phone[:length] in _NEAREST:
            return _NEAREST[phone[:length]]
    return "AH"
