"""Dates, times of day, decades and years."""

import re
from functools import partial

from voicekit.text.normalise.numerals import cardinal, ordinal, plural, year
from voicekit.text.normalise.rules import Rule, rule

_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
           "December")  # fmt: skip
_SHORT = {month[:3]: month for month in _MONTHS} | {"Sept": "September"}
_MONTH = rf"(?P<month>{'|'.join(_MONTHS)}|{'|'.join(_SHORT)})\.?"
#: "a.m.", whose last point stays if it also ends the sentence.
_HALF = r"(?P<half>[ap]\.m|[AP]\.M|[ap]m\b|[AP]M\b)(?:\.(?!\s*$|\s+[A-Z]))?"


def _date(match: re.Match, years: str, month: int, day: int, british: bool) -> str:
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return match[0]
    said = f"the {ordinal(day)} of {_MONTHS[month - 1]}" if british else f"{_MONTHS[month - 1]} {ordinal(day)}"
    return f"{said}, {year(int(years))}"


def _iso_date(match: re.Match, british: bool) -> str:
    return _date(match, match[1], int(match[2]), int(match[3]), british)


def _dotted_date(match: re.Match) -> str:
    """5.3.2024, as they write it where the day comes first."""
    return _date(match, match[3], int(match[2]), int(match[1]), british=True)


def _slash_date(match: re.Match, british: bool) -> str:
    first, second, years = int(match[1]), int(match[2]), match[3]
    month, day = (second, first) if first > 12 or (british and second <= 12) else (first, second)
    if len(years) == 2:
        years = ("20" if int(years) < 70 else "19") + years
    return _date(match, years, month, day, british)


def _month_day(match: re.Match) -> str:
    """March 5, 2025."""
    day, years = int(match["day"]), match["year"]
    if not 1 <= day <= 31:
        return match[0]
    return f"{_month(match)} {ordinal(day)}" + (f", {year(int(years))}" if years else "")


def _day_month(match: re.Match) -> str:
    """5 March, 5th March, the 5th of March."""
    return f"the {ordinal(int(match['day']))} of {_month(match)}"


def _month(match: re.Match) -> str:
    return _SHORT.get(match["month"], match["month"])


def _time(match: re.Match) -> str:
    hour, minute, second, half = int(match[1]), int(match[2]), match[3], match["half"]
    said = cardinal(hour)
    if minute or second:
        said += f" {'oh ' if minute < 10 else ''}{cardinal(minute)}"
    elif not half:
        said += " o'clock" if 1 <= hour <= 12 else " hundred"
    if second:
        said += f" and {cardinal(int(second))} seconds"
    return said + (f" {half[0].upper()} M" if half else "")


def _decade(match: re.Match) -> str:
    century, tens = match[1], int(match[2])
    if tens == 0:
        return plural(year(int(century or 20) * 100))
    return f"{cardinal(int(century))} {plural(cardinal(tens))}" if century else plural(cardinal(tens))


def rules(british: bool) -> tuple[Rule, ...]:
    """`british`: 3/4/2025 is in April."""
    return (
        rule(r"\b(\d{4})-(\d\d)-(\d\d)\b", partial(_iso_date, british=british)),
        rule(r"\b(\d\d?)/(\d\d?)/(\d{4}|\d\d)\b", partial(_slash_date, british=british)),
        rule(r"(?<![\d.])(\d\d?)\.\s?(\d\d?)\.\s?((?:19|20)\d\d)\b(?!\.?\d)", _dotted_date),
        rule(rf"\b(?:the )?(?P<day>[12]\d|3[01]|[1-9])(?:st|nd|rd|th)? (?:of )?{_MONTH}(?!\w)", _day_month),
        rule(rf"\b{_MONTH} (?P<day>\d\d?)(?:st|nd|rd|th)?(?:,? (?P<year>\d{{4}}))?\b(?![:,.]\d)", _month_day),
        rule(rf"\b([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?(?:\s?{_HALF})?(?!\w)", _time),
        rule(rf"\b(1[0-2]|[1-9])\s?{_HALF}(?!\w)", lambda m: f"{cardinal(int(m[1]))} {m['half'][0].upper()} M"),
        rule(r"(?:\b(1[1-9]|20)|(?<!\w)'?)(\d0)'?s\b", _decade),
    )


#: Years come after every rule that could claim the number: units, currencies, ranges.
YEAR = rule(r"(?<![\w.,])(1[1-9]\d\d|20\d\d)(?![\d%]|[,.:]\d)", lambda m: year(int(m[1])))
