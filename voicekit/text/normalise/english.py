"""Written English to spoken words."""

from functools import cache

from voicekit.text.normalise import (
    english_abbreviations,
    english_addresses,
    english_amounts,
    english_dates,
    english_letters,
    english_signs,
)
from voicekit.text.normalise.rules import Rule, speak


def spoken_english(text: str, british: bool = False) -> str:
    """`text` in words. `british`: 3/4/2025 is in April."""
    return speak(_rules(british), text)


@cache
def _rules(british: bool) -> tuple[Rule, ...]:
    # Each finds what the ones before it left: a date is no range, and a year is no number of metres.
    return (
        *english_addresses.RULES,
        *english_signs.RULES,
        *english_abbreviations.BEFORE_NUMBERS,
        *english_dates.rules(british),
        *english_amounts.RULES,
        *english_abbreviations.BEHIND_NUMBERS,
        *english_letters.RULES,
    )
