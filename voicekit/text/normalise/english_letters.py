"""Capitals: which are letters and which are shouted words; and the symbols that are left."""

import re

from voicekit.text.normalise.rules import any_of, rule

#: Abbreviations that are spelt letter by letter, where espeak-ng would say a word.
_SPELLED = (
    "LED",
    "VIP",
    "FAQ",
    "UX",
    "LAX",
    "EPA",
    "QA",
    "RIP",
    "ETA",
    "AKA",
    "GUI",
    "ASL",
    "IPA",
    "ER",
    "IP",
    "ISP",
    "ESL",
)
#: Abbreviations that stay in a heading of capitals; other capitals there are words.
_INITIALS = {"FBI", "CIA", "BBC", "CNN", "USA", "UK", "EU", "UN", "TV", "DNA", "NBA", "NFL", "CEO", "PC", "CD", "DVD", "GPS",
             "AI", "UFO", "ATM", "IBM", "HTML", "URL", "USB", "CPU", "GPU", "API", "PDF", "OK", *_SPELLED}  # fmt: skip
_SYMBOLS = {
    "&": " and ", "@": " at ", "+": " plus ", "=": " equals ", "±": " plus or minus ", "×": " times ", "÷": " divided by ",
    "≈": " is about ", "≠": " is not ", "≤": " is at most ", "≥": " is at least ", "<": " is less than ",
    ">": " is more than ", "√": " root of ", "²": " squared ", "³": " cubed ", "→": " to ", "©": " copyright ", "®": " ",
    "™": " ", "§": " section ", "№": " number ", "°": " degrees ", "%": " percent ", "$": " dollars ", "€": " euros ",
    "£": " pounds ", "#": " ", "_": " ", "*": " ", "~": " ", "^": " ", "|": ", ", "\\": " ", "`": " ", "{": ", ", "}": ", ",
    "•": ", ", "·": " ",
}  # fmt: skip


def _heading(match: re.Match) -> str:
    return re.sub(r"[^\W\d_]{2,}", _word, match[0])


def _word(match: re.Match) -> str:
    letters = match[0] in _INITIALS or not re.search("[AEIOUY]", match[0])
    return match[0] if letters else match[0].capitalize()


def _letter(match: re.Match) -> str:
    """The capital A where it is a letter ("6 A M", "the A team", "vitamin A"), as espeak-ng reads that; else the article."""
    begin, end = match.span()
    before = match.string[max(begin - _NEAR, 0) : begin]
    after = match.string[end : end + _NEAR]
    if re.match(r"-\w", after):  # "A-level", but "A-ha!"
        return match[0] if re.match(r"-ha\b", after) else _LETTER_A
    before = "".join(re.findall(r"(\w+) \Z", before))
    after = "".join(re.findall(r"\A (\w+)", after))
    if any(len(word) == 1 and word.isupper() for word in (before, after)):
        return _LETTER_A
    is_shouted = any(len(word) > 1 and word.isupper() for word in (before, after))
    is_title = before[:1].isupper() and after[:1].isupper()
    return _LETTER_A if before and not is_shouted and not is_title else match[0]


#: The words beside a lone A are looked for within so many signs.
_NEAR = 40
#: What espeak-ng reads as the name of the letter A; a lone "A" is always the article to it.
_LETTER_A = "eigh"

RULES = (
    rule(r"\b[A-Z]{2,}\b(?:[^\w.?!]+(?:[A-Z]+\b|'[A-Z]+\b))+", _heading),
    rule(rf"\b({any_of(_SPELLED)})(s?)\b", lambda m: " ".join(m[1]) + ("'s" if m[2] else "")),
    rule(r"\b([A-Z]{2,5})s\b", lambda m: f"{m[1]}'s"),  # "CDs"
    rule(r"(?<=\d|\w) - (?=\w)", " — "),
    rule(r"(?<=[^\W\d_])/(?=[^\W\d_])", " "),
    rule(f"[{re.escape(''.join(_SYMBOLS))}]", lambda m: _SYMBOLS[m[0]]),
    rule(r"(?<![\w'’.-])A(?![\w'’])", _letter),
)
