"""Which written words each spoken word belongs to."""

import re
from difflib import SequenceMatcher


def align_words(written: list[str], spoken: list[str]) -> list[list[int]]:
    """For each spoken word the places of the written ones it stands for.

    Words that were not changed on the way find themselves; where others were put for some ("five dollars" for "$5"), what is
    written belongs to the first of them, and those behind it have none.

    Args:
        written: the words of a text, with their punctuation.
        spoken: the words that are said; one may hold several ("of the"), or none ("").
    """
    tokens = [(n, token) for n, words in enumerate(spoken) for token in words.split()]
    places = [place for place, word in enumerate(written) if _plain(word)]
    matcher = SequenceMatcher(
        None, [_plain(written[place]) for place in places], [_plain(token) for _, token in tokens], autojunk=False
    )
    owned: list[list[int]] = [[] for _ in spoken]
    for _, begin, end, first, last in matcher.get_opcodes():
        for number, place in enumerate(places[begin:end] if tokens else ()):
            same_length = end - begin == last - first
            heir = first + number if same_length else first if first < last else max(first - 1, 0)
            owned[tokens[heir][0]].append(place)
    return owned


def _plain(word: str) -> str:
    return "".join(re.findall(r"\w+", word)).casefold()


def trim(word: str) -> str:
    """Without the punctuation around it, but not without "$" or "%"."""
    return word.strip(".,;:?!…—–\"“”„«»()[]{}'‘’*_`")
