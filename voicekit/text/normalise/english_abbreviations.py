"""Abbreviations, read by what is around them: "Dr. Smith" and "Oak Dr.", "No. 5" and "No."."""

import re

from voicekit.text.normalise.rules import any_of, rule

#: Abbreviations before a name.
TITLES = {
    "Mr": "Mister", "Mrs": "Missis", "Ms": "Miz", "Dr": "Doctor", "Prof": "Professor", "St": "Saint", "Sen": "Senator",
    "Rep": "Representative", "Gov": "Governor", "Gen": "General", "Col": "Colonel", "Lt": "Lieutenant",
    "Sgt": "Sergeant", "Capt": "Captain", "Rev": "Reverend", "Hon": "Honourable", "Mt": "Mount", "Ft": "Fort",
}  # fmt: skip
#: Abbreviations before a number; elsewhere "No." and "Art." are words.
COUNTED = {"No": "number", "Nos": "numbers", "Vol": "volume", "vol": "volume", "p": "page", "pp": "pages", "ch": "chapter",
           "Ch": "chapter", "Fig": "figure", "fig": "figure", "Art": "article", "ca": "circa", "c": "circa"}  # fmt: skip
#: Abbreviations that may appear anywhere; the point may also end the sentence.
SHORTENED = {
    "Jr": "Junior", "Sr": "Senior", "Inc": "Incorporated", "Ltd": "Limited", "Co": "Company", "Corp": "Corporation",
    "Bros": "Brothers", "Ave": "Avenue", "Blvd": "Boulevard", "Rd": "Road", "vs": "versus", "etc": "et cetera",
    "e.g": "for example", "i.e": "that is", "approx": "approximately", "est": "established", "dept": "department",
    "Dept": "Department", "min": "minimum", "max": "maximum", "cf": "compare", "al": "al", "Ph.D": "P H D",
    "M.Sc": "M S C", "B.Sc": "B S C",
    "a.m": "A M", "p.m": "P M", "Mon": "Monday", "Tue": "Tuesday", "Wed": "Wednesday", "Thu": "Thursday",
    "Fri": "Friday", "v": "versus",
}  # fmt: skip
_STREETS = {"St": "Street", "Dr": "Drive"}
#: Words that begin a sentence and are not names in spite of their capital.
STARTERS = ("The|A|An|It|He|She|They|We|You|I|This|That|These|Those|There|But|And|Then|When|What|Who|Why|How|If|In|On|At|As|"
            "For|So|My|His|Her|Our|Their|Its|No|Yes|Not|After|Before|One|Some|Now|Once")  # fmt: skip
#: "J. R. R. Tolkien", "Harry S. Truman", but not "vitamin C. Then".
INITIALS = (rf"(?:(?P<several>\b(?:[A-Z]\.\s?){{2,9}})|(?:^|\b[A-Z]\w*\.? )(?P<initials>(?:[A-Z]\.\s?){{1,9}}))"
            rf"(?=(?!(?:{STARTERS})\b)[A-Z])")  # fmt: skip
_ENDS = rf"[\"')\]]*\s*$|[\"')\]]*\s+(?:{STARTERS})\b"


def _keep_point(said: str, match: re.Match, ends: str = _ENDS) -> str:
    """What is said, with the point that also ended the sentence."""
    return said + ("." if re.compile(ends).match(match.string, match.end()) else "")


BEFORE_NUMBERS = (
    rule(rf"\b([A-Z]\w+(?:'s)?|\d+(?:st|nd|rd|th)) (St|Dr)\.(?=\s*[,;:?!]|\s+[a-z]|{_ENDS})",
         lambda m: _keep_point(f"{m[1]} {_STREETS[m[2]]}", m)),
    rule(r"\b(\d+(?: [A-Z]\w+){1,3}) (St|Dr)\.(?!\w)", lambda m: _keep_point(f"{m[1]} {_STREETS[m[2]]}", m)),
    rule(rf"\b({any_of(TITLES)})\.(?!\w)", lambda m: _keep_point(TITLES[m[1]], m, r"\s*$")),
    rule(rf"\b({any_of(COUNTED)})\.\s?(?=\d)", lambda m: f"{COUNTED[m[1]]} "),
    rule(r"#\s?(?=\d)", "number "),
    rule(r"§\s?(?=\d)", "section "),
    rule(r"\bw/o\b", "without"),
    rule(r"\bw/(?=\s)", "with"),
    rule(r"\b(?:[A-Z]\.){2,}", lambda m: _keep_point(" ".join(m[0].replace(".", "")), m)),  # "the U.S."
    rule(INITIALS, lambda m: m[0][: m.start(m.lastgroup or 0) - m.start()] + m[m.lastgroup or 0].replace(".", " ")),
)  # fmt: skip
BEHIND_NUMBERS = (
    rule(rf"(?<![\w.])({any_of(SHORTENED)})\.(?!\w)",
         lambda m: _keep_point(SHORTENED[m[1]], m, r"[\"')\]]*(?:\s*$|\s+[A-Z])" if m[1] not in ("v", "vs") else r"\s*$")),
)  # fmt: skip
