"""Words in a script that the voice's own language does not use, and the language that speaks them instead.

On its own espeak-ng would name their letters ("Chinese letter") or leave them out.
"""

import unicodedata
from functools import cache

from voicekit.core.errors import ScriptError
from voicekit.core.patterns import lazy_pattern

#: A script, by the first word of its letters' Unicode names → the languages written in it; the first is the default.
_LANGUAGES = {
    "CYRILLIC": "ru uk bg sr mk be kk ky tt ba cv nog",
    "GREEK": "el grc",
    "HEBREW": "he",
    "ARABIC": "ar fa ur ug sd ku",
    "DEVANAGARI": "hi mr ne kok",
    "BENGALI": "bn as bpy",
    "GURMUKHI": "pa",
    "GUJARATI": "gu",
    "ORIYA": "or",
    "TAMIL": "ta",
    "TELUGU": "te",
    "KANNADA": "kn",
    "MALAYALAM": "ml",
    "SINHALA": "si",
    "THAI": "th",
    "MYANMAR": "my shn",
    "GEORGIAN": "ka",
    "ARMENIAN": "hy hyw",
    "ETHIOPIC": "am ti",
    "HANGUL": "ko",
    "HIRAGANA": "ja",
    "KATAKANA": "ja",
    "CJK": "cmn yue hak ja ko",
}
#: Letters other than Latin, IPA and related ones.
_NOT_LATIN = lazy_pattern(
    r"[^\W\d_a-zA-Z\u00aa-\u024f\u0250-\u02ff\u1d00-\u1dbf\u1e00-\u1eff\u2c60-\u2c7f\ua720-\ua7ff\ufb00-\ufb06]"
)


def foreign_words(text: str, language: str) -> list[tuple[int, int, str]]:
    """(start, end, language) of each word in another script than `language` is written in.

    Raises:
        ScriptError: no language is known that is written in a word's script; the message names the word.
    """
    if not _NOT_LATIN.search(text):
        return []
    found: list[tuple[int, int, str]] = []
    begin = 0
    while match := _NOT_LATIN.search(text, begin):
        begin, end = match.start(), match.end()
        script = _script(match[0])
        while end < len(text) and (
            _script(text[end]) == script or unicodedata.category(text[end]) in ("Mn", "Mc", "Cf", "Lm")
        ):
            end += 1
        is_sign = script == "GREEK" and end - begin == 1  # π and Ω have names in every language
        speaker = _speaker(script, language)
        if speaker is None:
            raise ScriptError(
                f"no language is known that “{text[begin:end]}” ({script.lower()}) is written in; write it in Latin letters"
            )
        if speaker != language and not is_sign:
            found.append((begin, end, speaker))
        begin = end
    return found


@cache
def _script(character: str) -> str:
    return unicodedata.name(character, "").split(" ")[0].split("-")[0]


def _speaker(script: str, language: str) -> str | None:
    """The language that speaks `script` where `language` is spoken; `language` itself if it is written in it."""
    known = _LANGUAGES.get(script, "").split()
    if language.split("-")[0] in known:
        return language
    return known[0] if known else None
