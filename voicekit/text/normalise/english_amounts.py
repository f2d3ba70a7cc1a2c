"""Telephone numbers, money, fractions, ranges, measures, Roman numerals, and the numbers that are left."""

import re

from voicekit.text.normalise.english_dates import YEAR
from voicekit.text.normalise.numerals import cardinal, digits, fraction, number, ordinal, plural, roman
from voicekit.text.normalise.rules import any_of, rule

_CURRENCIES = {"$": ("dollar", "cent"), "€": ("euro", "cent"), "£": ("pound", "penny"), "¥": ("yen", ""),
               "₹": ("rupee", "paisa"), "US$": ("US dollar", "cent"), "USD": ("US dollar", "cent"),
               "EUR": ("euro", "cent"), "GBP": ("pound", "penny")}  # fmt: skip
_SCALES = {"k": "thousand", "m": "million", "mn": "million", "b": "billion", "bn": "billion", "tn": "trillion"}
_UNITS = {
    "km/h": "kilometre per hour", "m/s²": "metre per second squared", "m/s": "metre per second",
    "km/s": "kilometre per second",
    "kg/m³": "kilogram per cubic metre", "g/cm³": "gram per cubic centimetre", "mg/l": "milligram per litre",
    "cm²": "square centimetre", "cm³": "cubic centimetre", "mm²": "square millimetre", "ft²": "square foot",
    "Mbit/s": "megabit per second", "Gbps": "gigabit per second", "rpm": "revolution per minute", "mAh": "milliampere hour",
    "Wh": "watt hour", "hPa": "hectopascal", "kPa": "kilopascal", "µm": "micrometre", "μm": "micrometre", "nm": "nanometre",
    "mph": "mile per hour", "km²": "square kilometre",
    "m²": "square metre", "m³": "cubic metre", "km": "kilometre", "cm": "centimetre", "mm": "millimetre",
    "m": "metre", "mi": "mile", "ft": "foot", "yd": "yard", "kg": "kilogram", "mg": "milligram", "g": "gram",
    "lb": "pound", "lbs": "pound", "oz": "ounce", "l": "litre", "L": "litre", "ml": "millilitre", "mL": "millilitre",
    "kWh": "kilowatt hour", "kW": "kilowatt", "MW": "megawatt", "W": "watt", "V": "volt", "GHz": "gigahertz",
    "MHz": "megahertz", "kHz": "kilohertz", "Hz": "hertz", "ms": "millisecond", "s": "second", "min": "minute",
    "h": "hour", "hrs": "hour", "dB": "decibel", "TB": "terabyte", "GB": "gigabyte", "MB": "megabyte",
    "KB": "kilobyte", "kB": "kilobyte", "Mbps": "megabit per second", "fps": "frame per second", "px": "pixel",
    "kcal": "kilocalorie", "ha": "hectare", "°C": "degree Celsius", "°F": "degree Fahrenheit", "°": "degree",
    "%": "percent", "‰": "per mille", "¢": "cent",
}  # fmt: skip
_PLURALS = {"foot": "feet", "penny": "pence", "paisa": "paise", "yen": "yen", "percent": "percent", "hertz": "hertz",
            "per mille": "per mille", "degree Celsius": "degrees Celsius",
            "degree Fahrenheit": "degrees Fahrenheit"}  # fmt: skip
_VULGAR = {"½": (1, 2), "⅓": (1, 3), "⅔": (2, 3), "¼": (1, 4), "¾": (3, 4), "⅕": (1, 5), "⅛": (1, 8), "⅜": (3, 8),
           "⅝": (5, 8), "⅞": (7, 8)}  # fmt: skip
#: Two numbers with a slash that are neither fraction nor date.
_SAID_SO = {"9/11": "nine eleven", "24/7": "twenty four seven", "50/50": "fifty fifty", "20/20": "twenty twenty"}
_PARTS = (
    "[Cc]hapter|[Pp]art|[Bb]ook|[Vv]olume|[Aa]ct|[Ss]cene|[Ss]ection|[Pp]hase|[Tt]ype|[Cc]lass|[Ll]evel|[Tt]able|"
    "[Aa]ppendix|[Tt]itle|[Ff]igure|[Ss]tage|[Ee]pisode|[Ss]eason|[Aa]rticle|[Cc]anto|[Ll]esson|World War|Bowl"
)
_RULERS = ("Henry|Louis|Elizabeth|Charles|George|James|Edward|Richard|William|John|Paul|Pius|Benedict|Francis|Frederick|"
           "Nicholas|Catherine|Peter|Philip|Ferdinand|Leo|Gregory|Alexander|Napoleon|Ramses|Otto|Innocent|Clement|"
           "Urban|Boniface|Wilhelm|Friedrich|Ivan|Haakon|Carl|Gustav|Christian|Olav|Harald|Felipe|Constantine")  # fmt: skip
_NUMBER = r"\d+(?:,\d{3}){0,9}(?:\.\d+)?"
_TO = r"\s?[-–—]\s?"
_SCALE = r"(?:\s?(?P<scale>[kKMB]|bn|mn|tn|m|b|(?<=\s)(?:thousand|million|billion|trillion)))?(?!\w)"


def _several(unit: str) -> str:
    head, per, tail = unit.partition(" per ")
    return _PLURALS.get(unit) or (_PLURALS.get(head) or head if head.endswith("hertz") else plural(head)) + per + tail


def _count(amount: str, unit: str) -> str:
    """An amount of units: "one dollar", "two pence"."""
    return f"{number(amount)} {unit if amount == '1' else _several(unit)}"


def _money(match: re.Match) -> str:
    amount, scale = match["amount"], match["scale"]
    major, minor = _CURRENCIES[match["sign"]]
    if scale:
        return f"{number(amount)} {_SCALES.get(scale.lower(), scale)} {_several(major)}"
    whole, _, hundredths = amount.partition(".")
    if len(hundredths) != 2 or not minor:
        return _count(amount, major)
    parts = [_count(whole, major)] if whole.strip("0,") or not int(hundredths) else []
    if int(hundredths):
        parts.append(_count(hundredths.lstrip("0"), minor))
    return " and ".join(parts)


def _phone(match: re.Match) -> str:
    groups = [digits(group) for group in re.findall(r"\d+", match[0])]
    return ("plus " if match[0].startswith("+") else "") + ", ".join(groups)


def _roman_part(match: re.Match) -> str:
    value = roman(match[2])
    return f"{match[1]} {cardinal(value)}" if value else match[0]


def _roman_ruler(match: re.Match) -> str:
    value = roman(match[2])
    return f"{match[1]} the {ordinal(value)}" if value else match[0]


def _fraction(match: re.Match) -> str:
    whole, above, below = match[1], int(match[2]), int(match[3])
    if match[0] in _SAID_SO:
        return _SAID_SO[match[0]]
    if above and (2 <= below <= 20 or below == 100):
        return _mixed(whole, fraction(above, below))
    return f"{whole + ' ' if whole else ''}{above} over {below}"


def _mixed(whole: str | None, said: str) -> str:
    if not whole:
        return said
    return f"{cardinal(int(whole))} and {re.sub('^one ', 'a ', said)}"


RULES = (
    # Telephone numbers first: they look like ranges.
    rule(r"(?<![\w.])(?:\+?\d{1,3}[-. ])?(?:\(\d{3}\) ?|\d{3}[-. ])\d{3}[-. ]\d{4}(?!\w)", _phone),
    rule(r"(?<![\w.])\+\d[\d ()-]{6,18}\d(?!\w)|(?<![\w.-])\d{3}-\d{4}(?![\w-])", _phone),
    rule(r"\b(\d+):(\d+)\b", lambda m: f"{m[1]} to {m[2]}"),
    rule(rf"([$€£¥₹])({_NUMBER}){_TO}\1?(?=\d)", lambda m: f"{m[2]} to {m[1]}"),
    rule(rf"(?<!\w)(?P<sign>{any_of(_CURRENCIES)})\s?(?P<amount>{_NUMBER}){_SCALE}", _money),
    rule(rf"(?<![\w.])(?P<amount>{_NUMBER})(?P<scale>)\s?(?P<sign>[€£¥₹]|EUR|USD|GBP)(?!\w)", _money),
    rule(r"\b(\d{1,15})(?:st|nd|rd|th|ST|ND|RD|TH)\b", lambda m: ordinal(int(m[1]))),
    rule(rf"\b({_PARTS}) ([IVX]+|[IVXLC]{{2,}})\b", _roman_part),
    rule(rf"\b({_RULERS}) (I(?= (?:was|is|of|and|became|died|had)\b|[,.;:')]|$)|[IVX]{{2,6}}|V|X)\b", _roman_ruler),
    rule(r"\b([A-Z][a-z]+) (X{0,2}(?:I{2,3}|I[VX]|VI{1,3})|X{1,2}V)\b", _roman_part),
    rule(r"(?:\b(\d{1,3}) )?(?<![\w./,-])(\d{1,3})/(\d{1,3})\b(?![/\d])", _fraction),
    rule(rf"(?:(?<!\w)(\d{{1,3}}) ?)?([{''.join(_VULGAR)}])", lambda m: _mixed(m[1], fraction(*_VULGAR[m[2]]))),
    rule(rf"(?<![\w.,-])({_NUMBER}){_TO}({_NUMBER})(?!-?\d)", lambda m: f"{m[1]} to {m[2]}"),
    rule(r"\b(\d)'(\d\d?)\"", lambda m: f"{m[1]} foot {m[2]}"),
    rule(r"\b(\d+)\s?[x×]\s?(?=\d)", lambda m: f"{m[1]} {'by' if len(m[1]) > 2 else 'times'} "),
    rule(r"\b(\d+)x\b", lambda m: f"{m[1]} times"),
    rule(rf"(?<![\w.])({_NUMBER})\s?({any_of(_UNITS)})(?![\w²³])", lambda m: _count(m[1], _UNITS[m[2]])),
    rule(r"(?<![\w.])(\d\d+|\d+\.\d+)K\b", lambda m: f"{m[1]} thousand"),
    rule(rf"(?<![\w.])({_NUMBER})\s?(M|bn)\b", lambda m: f"{m[1]} {_SCALES[m[2].lower()]}"),
    rule(r"(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])", " "),  # "A4", "5G"
    YEAR,
    rule(r"(?<![\d.])\d+(?:\.\d+){2,}", lambda m: " point ".join(map(number, m[0].split(".")))),  # versions
    rule(rf"(?:(?<![\w.)])[-−])?(?<![.,\d]){_NUMBER}(?![.,]?\d)", lambda m: number(m[0])),
    rule(r"\d+", lambda m: digits(m[0])),
)
