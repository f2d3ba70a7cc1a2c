"""Written German to spoken words: dates, times, money, years, ordinals, measures and abbreviations.

Plain numbers and decimals are left to espeak-ng, which reads them right.
"""

import re
from collections.abc import Iterable

from voicekit.core.patterns import lazy_pattern
from voicekit.text.normalise.rules import any_of, rule, speak

_MONTHS = ("Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November",
           "Dezember")  # fmt: skip
#: Abbreviations whose point never ends a sentence.
ABBREVIATIONS = {
    "z. B.": "zum Beispiel", "d. h.": "das heißt", "u. a.": "unter anderem", "u. U.": "unter Umständen",
    "i. d. R.": "in der Regel", "v. a.": "vor allem", "s. o.": "siehe oben", "s. u.": "siehe unten",
    "Dr.": "Doktor", "Prof.": "Professor", "Hr.": "Herr", "Fr.": "Frau", "St.": "Sankt", "Nr.": "Nummer",
    "ca.": "zirka", "bzw.": "beziehungsweise", "evtl.": "eventuell", "ggf.": "gegebenenfalls", "inkl.": "inklusive",
    "exkl.": "exklusive", "vgl.": "vergleiche", "Bd.": "Band", "Kap.": "Kapitel", "Abb.": "Abbildung",
    "S.": "Seite", "v. Chr.": "vor Christus", "n. Chr.": "nach Christus", "sog.": "sogenannt", "Tel.": "Telefon",
    "Mio.": "Millionen", "Mrd.": "Milliarden", "geb.": "geboren", "gest.": "gestorben", "Jh.": "Jahrhundert",
}  # fmt: skip
#: Abbreviations whose point may also end the sentence.
_SHORTENED = {"usw.": "und so weiter", "etc.": "et cetera", "u. Ä.": "und Ähnliches", "Str.": "Straße", "str.": "straße"}
_UNITS = {
    "km/h": "Kilometer pro Stunde", "m/s²": "Meter pro Sekunde zum Quadrat", "m/s": "Meter pro Sekunde",
    "km²": "Quadratkilometer", "m²": "Quadratmeter", "m³": "Kubikmeter", "km": "Kilometer",
    "cm": "Zentimeter", "mm": "Millimeter", "m": "Meter", "kg": "Kilogramm", "mg": "Milligramm", "g": "Gramm",
    "l": "Liter", "ml": "Milliliter", "kWh": "Kilowattstunden", "kW": "Kilowatt", "W": "Watt", "GHz": "Gigahertz",
    "MHz": "Megahertz", "kHz": "Kilohertz", "Hz": "Hertz", "ms": "Millisekunden", "dB": "Dezibel", "GB": "Gigabyte",
    "MB": "Megabyte", "°C": "Grad Celsius", "°": "Grad", "%": "Prozent", "‰": "Promille",
}  # fmt: skip
_CURRENCIES = {"€": "Euro", "$": "Dollar", "£": "Pfund", "EUR": "Euro", "USD": "Dollar", "CHF": "Franken"}
_SMALL = ("null", "ein", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun", "zehn", "elf", "zwölf",
          "dreizehn", "vierzehn", "fünfzehn", "sechzehn", "siebzehn", "achtzehn", "neunzehn")  # fmt: skip
_TENS = ("", "", "zwanzig", "dreißig", "vierzig", "fünfzig", "sechzig", "siebzig", "achtzig", "neunzig")
_ORDINALS = {1: "ers", 3: "drit", 7: "sieb", 8: "ach"}
#: Words after which an ordinal ends in "-en": am dritten, im dritten, but der dritte.
_BENDING = "am|dem|den|des|im|zum|vom|beim|seit|bis|ab|vor|nach|einem|einen|jedem|jeden|diesem|diesen|Am|Im|Vom|Zum|Seit|Den"
_ENDS = lazy_pattern(r"\s*$|\s+[A-ZÄÖÜ]")
_AMOUNT = r"\d+(?:\.\d{3}){0,9}(?:,\d+)?"
_SCALE = r" (?:Tausend|Millionen?|Milliarden?|Mio\.|Mrd\.)"
_MONTH = "|".join(_MONTHS)


def spoken_german(text: str) -> str:
    """`text` in words."""
    return speak(_RULES, text)


def cardinal(number: int) -> str:
    """21 as "einundzwanzig"; below a thousand."""
    hundreds, rest = divmod(number, 100)
    if rest < 20:
        said = _SMALL[rest] if rest or not hundreds else ""
    else:
        said = (f"{_SMALL[rest % 10]}und" if rest % 10 else "") + _TENS[rest // 10]
    return (f"{_SMALL[hundreds]}hundert" if hundreds else "") + said


def ordinal(number: int, ending: str) -> str:
    """3 as "dritte" or "dritten"; below a hundred."""
    return (_ORDINALS.get(number) or cardinal(number) + ("s" if number >= 20 else "")) + "t" + ending


def year(number: int) -> str:
    """1984 as "neunzehnhundertvierundachtzig", 2025 as "zweitausendfünfundzwanzig"."""
    head, rest = divmod(number, 1000 if number >= 2000 else 100)
    scale = "tausend" if number >= 2000 else "hundert"
    return cardinal(head) + scale + ((_one(cardinal(rest))) if rest else "")


def _one(said: str) -> str:
    return said + "s" if said.endswith("ein") else said


def _ending(before: str | None) -> str:
    return "en" if before else "e"


def _date(match: re.Match) -> str:
    before, day, month, years = match["before"] or "", int(match["day"]), int(match["month"]), match["year"]
    if not (1 <= day <= 31 and 1 <= month <= 12):
        return match[0]
    if years and len(years) == 2:
        years = ("20" if int(years) < 70 else "19") + years
    said = f"{before}{ordinal(day, _ending(before))} {ordinal(month, _ending(before))}"
    return said + (f" {year(int(years))}" if years else "")


def _ordinal(match: re.Match) -> str:
    before, number = match["before"] or "", int(match["number"])
    return f"{before}{ordinal(number, _ending(before))}" if 0 < number < 100 else match[0]


def _time(match: re.Match) -> str:
    minute = int(match[2])
    return f"{match[1].removeprefix('0') or '0'} Uhr" + (f" {minute}" if minute else "")


def _money(match: re.Match) -> str:
    whole, _, cents = match["amount"].replace(".", "").partition(",")
    unit = _CURRENCIES[match["sign"]]
    if match["scale"] or (cents and len(cents) != 2):
        return f"{match['amount'].replace('.', '')}{match['scale'] or ''} {unit}"
    return f"{'ein' if whole == '1' else whole} {unit}" + (f" {int(cents)}" if int(cents or 0) else "")


def _abbreviation(match: re.Match) -> str:
    written = re.sub(r"\.\s?(?=\w)", ". ", match[0])
    return ABBREVIATIONS[written]


def _shortened(match: re.Match) -> str:
    written = re.sub(r"\.\s?(?=\w)", ". ", match[0])
    return _SHORTENED[written] + ("." if _ENDS.match(match.string, match.end()) else "")


def _loose(words: Iterable[str]) -> str:
    """With or without the space in "z. B."."""
    return any_of(words).replace(r"\ ", r"\s?")


_BEFORE = rf"(?P<before>\b(?:{_BENDING}) )?"
_RULES = (
    rule(r"\b(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)\b(?P<before>)", _date),
    rule(rf"{_BEFORE}\b(?P<day>\d\d?)\. ?(?P<month>\d\d?)\.(?: ?(?P<year>\d{{4}}|\d\d)\b)?(?!\d)", _date),
    rule(r"\b(\d\d?):([0-5]\d)(?: ?Uhr)?\b", _time),
    rule(rf"(?<!\w)(?P<amount>{_AMOUNT})(?P<scale>{_SCALE})? ?(?P<sign>{any_of(_CURRENCIES)})(?!\w)", _money),
    rule(rf"(?<!\w)(?P<sign>[€$£]) ?(?P<amount>{_AMOUNT})(?P<scale>)(?!\w)", _money),
    rule(rf"(?<![\w.])({_loose(ABBREVIATIONS)})(?!\w)", _abbreviation),
    rule(rf"(?<![\w.])({_loose(key for key in _SHORTENED if key != 'str.')})(?!\w)|(?<=[a-zäöüß])str\.(?!\w)", _shortened),
    rule(rf"{_BEFORE}\b(?P<number>\d\d?)\.(?= (?:{_MONTH}|[A-ZÄÖÜ]\w+|[a-zäöüß]))", _ordinal),
    rule(rf"(?<![\w.])({_AMOUNT}) ?[-–] ?(?={_AMOUNT}\b)", lambda m: f"{m[1]} bis "),
    rule(rf"(?<![\w.])({_AMOUNT}) ?({any_of(_UNITS)})(?![\w²³])", lambda m: f"{m[1]} {_UNITS[m[2]]}"),
    rule(r"(?<=\d)\.(?=\d{3}(?!\d))", ""),
    rule(r"(?<![\w.,])(1[1-9]\d\d|20\d\d)(?=er\b|\b(?![.,:]?\d))", lambda m: year(int(m[1]))),
    rule(r"§ ?(?=\d)", "Paragraph "),
    rule(r"(?<=\w)\^\(?([-−]?)(\w{1,4})\)?", lambda m: f" hoch {'minus ' if m[1] else ''}{m[2]}"),
    rule(r"(?<!\w)C#(?!\w)", "C Sharp"),
    rule(r"&", " und "),
    rule(r"\+", " plus "),
    rule(r"=", " gleich "),
    rule(r"[_*~#`|]", " "),
)  # fmt: skip
