"""Powers, names with signs in them, and numbers that look like others: addresses of machines, grouped thousands."""

import re

from voicekit.text.normalise.numerals import cardinal, digits, roman
from voicekit.text.normalise.rules import rule

_NAMES = {"C#": "C sharp", "F#": "F sharp", "J#": "J sharp", ".NET": "dot net", "CO2": "C O two"}
_PAIRS = {
    "he/she": "he or she",
    "she/he": "she or he",
    "his/her": "his or her",
    "him/her": "him or her",
    "s/he": "she or he",
}


def _power(match: re.Match) -> str:
    exponent = match[1].replace("−", "-").lstrip("+").strip("()")
    if exponent in ("2", "3"):
        return " squared" if exponent == "2" else " cubed"
    return f" to the power of {exponent.replace('-', 'minus ')}"


def _address(match: re.Match) -> str:
    parts = match[0].split(".")
    return " dot ".join(map(digits, parts)) if all(int(part) < 256 for part in parts) else match[0]


def _listed(match: re.Match) -> str:
    return cardinal(roman(match[0]) or 1)


RULES = (
    rule(r"(?<!\w)(?:[CFJ]#|\.NET|CO2)(?!\w)", lambda m: _NAMES[m[0]]),
    rule(r"(?<=\w)\+\+(?!\w)", " plus plus"),
    rule(r"\b(?:[Hh]e/she|[Ss]he/he|[Hh]is/her|[Hh]im/her|[Ss]/he)\b", lambda m: _PAIRS[m[0].lower()]),
    rule(r"\b(\d+(?:\.\d+)?)[eE]([+−-]?)(\d{1,3})\b",
         lambda m: f"{m[1]} times ten to the power of {'minus ' if m[2] in ('-', '−') else ''}{m[3]}"),
    rule(r"(?<=[\w)])\^(\(?[+−-]?\w{1,4}\)?)", _power),
    rule(r"\b\d{1,3}(?:\.\d{1,3}){3}\b(?!\.\d)", _address),
    rule(r"(?<![\w.,])[1-9]\d{0,2}(?:\.\d{3}){2,}+(?![\w.]*\d)", lambda m: m[0].replace(".", "")),
    rule(r"(?<=\d:\d\d)\s?[-–—]\s?(?=\d{1,2}:\d\d)", " to "),
    rule(r"\b(([Cc]all|[Dd]ial)\b[^.\n]{0,40}?) (911|999|112|311|411)\b(?!-)", lambda m: f"{m[1]} {digits(m[3])}"),
    rule(r"\b([Ii]n|[Ss]ince|[Uu]ntil|[Bb]efore|[Aa]fter) 10([1-9]\d)\b(?! [a-z]+s\b|[,.:]\d|%)",
         lambda m: f"{m[1]} ten {cardinal(int(m[2]))}"),
    rule(r"\b(\d+) ?(?:ft|feet|foot) (\d+) ?in\b\.?(?=\W|$)", lambda m: f"{m[1]} feet {m[2]} inches"),
    rule(r"\b1080(?=[pi]\b)", "ten eighty "),
    rule(r"\bI(?=(?:,| and| or) II\b)|(?<=, )(?:II|III|IV|VI{1,3}|IX)\b|(?<=and )(?:II|III|IV|VI{1,3}|IX)\b", _listed),
    rule(r"(?<![\w~])~\s?(?=\d)", "about "),
)  # fmt: skip
