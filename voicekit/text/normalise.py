"""Written English to spoken words, for what the phonemiser reads wrongly: money, years, times, units, abbreviations.

Plain numbers, ordinals and decimals are left to espeak-ng, which reads them right in every language it knows.
"""

import re
import unicodedata

_ABBREVIATIONS = {
    "Mr.": "Mister", "Mrs.": "Missis", "Ms.": "Miz", "Dr.": "Doctor", "Prof.": "Professor", "St.": "Saint",
    "Jr.": "Junior", "Sr.": "Senior", "vs.": "versus", "etc.": "et cetera", "e.g.": "for example",
    "i.e.": "that is", "approx.": "approximately", "No.": "number", "a.m.": "ay em", "p.m.": "pea em", "Ph.D.": "P H D",
}  # fmt: skip
_UNITS = {
    "km/h": "kilometres per hour", "mph": "miles per hour", "km": "kilometres", "cm": "centimetres",
    "mm": "millimetres", "kg": "kilograms", "mg": "milligrams", "kHz": "kilohertz", "Hz": "hertz", "ms": "milliseconds",
    "dB": "decibels", "°C": "degrees Celsius", "°F": "degrees Fahrenheit", "GB": "gigabytes", "MB": "megabytes",
    "m": "metres", "g": "grams", "%": "percent",
}  # fmt: skip
_SINGULAR = {"centimetres", "kilometres", "millimetres", "metres", "kilograms", "grams", "milligrams", "milliseconds",
             "gigabytes", "megabytes", "decibels"}  # fmt: skip
_CURRENCIES = {"$": ("dollar", "cent"), "€": ("euro", "cent"), "£": ("pound", "penny")}
_SYMBOLS = {"&": " and ", "@": " at ", "+": " plus ", "=": " equals ", "_": " ", "*": " ", "~": " "}

_ABBREVIATION = re.compile("|".join(rf"(?<!\w){re.escape(word)}" for word in sorted(_ABBREVIATIONS, key=len)[::-1]))
_MONEY = re.compile(r"([$€£])(\d[\d,]*)(?:\.(\d\d))?(?:\s(thousand|million|billion|trillion))?(?!\d)")
_TIME = re.compile(r"\b([01]?\d|2[0-3]):([0-5]\d)\b")
_YEAR = re.compile(r"\b(1[1-9]|20)(\d\d)\b(?![,.:]?\d)")
_MEASURE = re.compile(r"(?<![\w.])(\d[\d,.]*)\s?(" + "|".join(map(re.escape, sorted(_UNITS, key=len)[::-1])) + r")(?!\w)")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_INITIALS = re.compile(r"\b(?:[A-Z]\.){2,}")


def normalise(text: str, language: str = "en-us") -> str:
    """`text` as it is spoken, in words, on one line; only the characters are tidied in languages other than English."""
    text = unicodedata.normalize("NFC", text).translate(str.maketrans("’‘“”„«»", '\'\'"""""'))
    if language.startswith("en"):
        text = _ABBREVIATION.sub(lambda m: _expand_abbreviation(m, text), text)
        text = _INITIALS.sub(lambda m: " ".join(m[0].replace(".", "")), text)
        text = _THOUSANDS.sub("", text)
        text = _MONEY.sub(_speak_money, text)
        text = _TIME.sub(_speak_time, text)
        text = _MEASURE.sub(_speak_measure, text)
        text = _YEAR.sub(_speak_year, text)
        for symbol, word in _SYMBOLS.items():
            text = text.replace(symbol, word)
    return " ".join(text.split())


def _expand_abbreviation(match: re.Match, text: str) -> str:
    # The full stop of an abbreviation that ends the text also ends the sentence.
    ends = match.end() == len(text.rstrip())
    return _ABBREVIATIONS[match[0]] + ("." if ends else "")


def _count(number: str, singular: str) -> str:
    plural = {"penny": "pence"}.get(singular, singular + "s")
    return f"{number} {singular if number == '1' else plural}"


def _speak_money(match: re.Match) -> str:
    sign, whole, hundredths, scale = match.groups()
    major, minor = _CURRENCIES[sign]
    if scale:
        amount = f"{whole}.{hundredths}" if hundredths else whole
        return f"{amount} {scale} {major}s"
    spoken = _count(whole.replace(",", ""), major)
    if hundredths and int(hundredths):
        spoken += f" and {_count(str(int(hundredths)), minor)}"
    return spoken


def _speak_time(match: re.Match) -> str:
    hour, minute = int(match[1]), int(match[2])
    if minute == 0:
        return f"{hour} o'clock" if 1 <= hour <= 12 else f"{hour} hundred"
    return f"{hour} oh {minute}" if minute < 10 else f"{hour} {minute}"


def _speak_year(match: re.Match) -> str:
    century, rest = match[1], int(match[2])
    if century == "20" and rest < 10:
        return match[0]
    if rest == 0:
        return f"{century} hundred"
    return f"{century} oh {rest}" if rest < 10 else f"{century} {rest}"


def _speak_measure(match: re.Match) -> str:
    number, unit = match[1], _UNITS[match[2]]
    return f"{number} {unit.removesuffix('s') if number == '1' and unit in _SINGULAR else unit}"
