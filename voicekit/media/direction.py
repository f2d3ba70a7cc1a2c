"""Which way a text reads."""

import unicodedata

_LEFTWARD = ("R", "AL")


def has_leftward(text: str) -> bool:
    """Whether any of its characters reads from right to left."""
    return any(unicodedata.bidirectional(character) in _LEFTWARD for character in text)


def starts_leftward(text: str) -> bool:
    """Whether its first letter reads from right to left: so does the whole line then (Unicode UAX #9, rules P2 and P3)."""
    kinds = (unicodedata.bidirectional(character) for character in text)
    return next((kind for kind in kinds if kind in ("L", *_LEFTWARD)), "L") != "L"
