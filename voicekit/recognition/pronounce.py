"""How the words of a text sound to pocketsphinx: the CMU dictionary where it has them, espeak-ng's guess elsewhere."""

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from voicekit.core.errors import ScriptError

_EDGES = re.compile(r"^[^\w']+|[^\w']+$|'(?=$)|^'(?=\W)")


def plain(written: str) -> str:
    """A written word without case and the punctuation around it; "" for a dash or a bracket alone."""
    word = _EDGES.sub("", written.lower().replace("’", "'").replace("_", " ").strip())
    return word if re.search(r"\w", word) else ""


def pronunciations(words: Iterable[str], language: str) -> dict[str, list[str]]:
    """Each distinct plain word to its ways of being said, in ARPABET; words that cannot be pronounced are left out.

    A number or an abbreviation is one word with the sounds of all it stands for. In languages other than English each
    sound is given the nearest English one, the only ones that the acoustic model knows.
    """
    wanted = set(words)
    found = _from_dictionary(wanted) if language.startswith("en") else {}
    for word in wanted - found.keys():
        sounds = _from_espeak(word, language)
        if sounds:
            found[word] = [sounds]
    return found


def _from_dictionary(wanted: set[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    with _dictionary().open(encoding="utf-8") as lines:
        for line in lines:
            name, _, sounds = line.rstrip().partition(" ")
            word = name.split("(")[0]
            if word in wanted:
                found.setdefault(word, []).append(sounds)
    return found


def _dictionary() -> Path:
    import pocketsphinx

    return Path(pocketsphinx.get_model_path("en-us/cmudict-en-us.dict"))


@cache
def _from_espeak(word: str, language: str) -> str:
    from voicekit.recognition.align import nearest_arpabet
    from voicekit.text.phonemes.phonemise import BOUNDARIES, phonemise

    try:
        symbols = phonemise(word, language).symbols
    except ScriptError:
        return ""
    return " ".join(nearest_arpabet(symbol) for symbol in symbols if symbol not in BOUNDARIES)
