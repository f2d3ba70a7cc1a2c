"""Written text to spoken words."""

import unicodedata

from voicekit.core.patterns import lazy_pattern
from voicekit.text.normalise.english import spoken_english
from voicekit.text.normalise.german import spoken_german

#: Letters and digits in special forms: full-width, bold, circled, sub- and superscript, ligatures.
_DISGUISED = lazy_pattern("[\uff01-\uff5e\U0001d400-\U0001d7ff\u2460-\u24ff\u2070-\u209c\ufb00-\ufb06]")
#: An exponent; "²" and "³" on their own belong to units.
_RAISED = lazy_pattern(r"(?<=[\w)])(?:[⁺⁻][¹²³⁰⁴-⁹]+|[¹²³⁰⁴-⁹]{2,}|[¹⁰⁴-⁹])")
_QUOTES = str.maketrans("’‘“”„«»‟‚‐‑′″", '\'\'""""""\'--\'"')
#: Spaces between the thousands of a number; plain ones only where there is no doubt.
_THIN = lazy_pattern("(?<=\\d)[\u00a0\u2007\u2008\u2009\u202f](?=\\d{3}(?!\\d))")
_GROUPED = lazy_pattern(r"(?<![\w.,-])[1-9]\d{0,2}(?:(?: \d{3}){2,9}| 000)(?![\w]|[.,-]\d| \d)")
#: Characters that are not spoken: soft hyphens, joiners, direction marks, byte order marks, and emoji with their modifiers.
_SILENT = lazy_pattern(
    "[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff]|[\U000e0000-\U000e007f\U0001f3fb-\U0001f3ff]"
)


def normalise(text: str, language: str = "en-us") -> str:
    """`text` as it is spoken, in words, on one line. English and German; elsewhere the characters are only tidied."""
    text = tidy(text)
    if language.startswith("en"):
        text = spoken_english(text, british=not language.startswith("en-us"))
    elif language.startswith("de"):
        text = spoken_german(text)
    return " ".join(without_pictures(text).split())


def tidy(text: str) -> str:
    """The same text in the characters that the rules know."""
    text = _RAISED.sub(lambda m: "^" + unicodedata.normalize("NFKC", m[0]).replace("−", "-"), text)
    text = _GROUPED.sub(lambda m: m[0].replace(" ", ""), _THIN.sub("", text))
    text = _DISGUISED.sub(lambda m: unicodedata.normalize("NFKC", m[0]), unicodedata.normalize("NFC", text))
    return _SILENT.sub("", text).translate(_QUOTES)


def without_pictures(text: str) -> str:
    """Emoji and ornaments are silent: they are looked at, not said."""
    return "".join(" " if unicodedata.category(c) in ("So", "Co", "Cn", "Cs", "Cc") else c for c in text)
