"""Which written word each spoken word belongs to."""

import re
from difflib import SequenceMatcher


def label(written: list[str], spoken: list[str]) -> list[str]:
    """For each spoken word what is written for it.

    Words that were not changed on the way find themselves; where others were put for some ("five dollars" for "$5"), what is
    written belongs to the first of them, and those behind it have "".

    Args:
        written: the words of a text, with their punctuation.
        spoken: the words that are said; one may hold several ("of the"), or none ("").
    """
    tokens = [(n, token) for n, words in enumerate(spoken) for token in words.split()]
    words = [word for word in written if _plain(word)]
    matcher = SequenceMatcher(None, [_plain(word) for word in words], [_plain(token) for _, token in tokens], autojunk=False)
    names: list[list[str]] = [[] for _ in spoken]
    for _, begin, end, first, last in matcher.get_opcodes():
        for place, word in enumerate(words[begin:end] if tokens else ()):
            same_length = end - begin == last - first
            heir = first + place if same_length else first if first < last else max(first - 1, 0)
            names[tokens[heir][0]].append(_trim(word))
    return [" ".join(name) for name in names]


def _plain(word: str) -> str:
    return "".join(re.findall(r"\w+", word)).casefold()


def _trim(word: str) -> str:
    """Without the punctuation around it, but not without "$" or "%"."""
    return word.strip(".,;:?!…—–\"“”„«»()[]{}'‘’*_`")
