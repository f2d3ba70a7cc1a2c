"""Written English to spoken words."""

from functools import cache

from voicekit.text.english import abbreviations, addresses, amounts, dates, letters, signs
from voicekit.text.rules import Rule, speak


def spoken_english(text: str, british: bool = False) -> str:
    """`text` in words. `british`: 3/4/2025 is in April."""
    return speak(_rules(british), text)


@cache
def _rules(british: bool) -> tuple[Rule, ...]:
    # Each finds what the ones before it left: a date is no range, and a year is no number of metres.
    return (
        *addresses.RULES,
        *signs.RULES,
        *abbreviations.BEFORE_NUMBERS,
        *dates.rules(british),
        *amounts.RULES,
        *abbreviations.BEHIND_NUMBERS,
        *letters.RULES,
    )
