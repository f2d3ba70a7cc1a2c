"""Names of speakers before what they say: “JANE: Hello.” in a play, “Jane Doe: Hello.” at a meeting."""

import re
from collections import Counter
from collections.abc import Iterable

#: A name in front of words, and the remark that may follow it.
_LABEL = re.compile(
    r"(?P<lead>\s*(?:(?:[-–—]|>{2,})\s*)?)(?P<name>[^\W\d_][^:\n!?;,“”\"\[\]()]{0,40}?)(?P<remark>\s*[(\[][^()\[\]\n]{1,40}[)\]])?"
    r"\s?[:：](?=\s+\S|\s*$)\s*"
)
_WORD = re.compile(
    r"(?:[A-ZÀ-ÖØ-ÞĀ-ſА-ЯΑ-Ω][\w'’.-]*|de|da|van|von|der|den|del|la|le|el|al|bin|ter|#?\d{1,2}|[A-Z]{2,}_\d+)"
)
_ROLE = re.compile(
    r"(?:narrator|narration|speaker|host|co-host|guest|interviewer|interviewee|moderator|reporter|announcer|presenter|chorus|"
    r"unknown|voice[- ]?over|voice|sprecher(?:in)?|erzähler(?:in)?|moderator(?:in)?)(?:[ _#]*(?:\d+|[a-z]))?",
    re.IGNORECASE,
)
#: Words that begin a sentence with a colon but are nobody's name.
_WORDS = frozenset(
    [
        "note",
        "notes",
        "warning",
        "caution",
        "danger",
        "tip",
        "tips",
        "hint",
        "important",
        "remember",
        "attention",
        "example",
        "examples",
        "step",
        "chapter",
        "part",
        "section",
        "act",
        "scene",
        "title",
        "subtitle",
        "subject",
        "date",
        "time",
        "place",
        "location",
        "question",
        "answer",
        "result",
        "results",
        "summary",
        "conclusion",
        "introduction",
        "update",
        "reminder",
        "fact",
        "facts",
        "myth",
        "reason",
        "problem",
        "solution",
        "first",
        "second",
        "third",
        "finally",
        "also",
        "however",
        "ps",
        "p.s",
        "todo",
        "faq",
        "q",
        "a",
        "re",
        "from",
        "to",
        "cc",
        "bcc",
        "fwd",
        "source",
        "sources",
        "translation",
        "pro",
        "pros",
        "con",
        "cons",
        "before",
        "after",
        "today",
        "tomorrow",
        "yesterday",
        "now",
        "then",
        "here",
        "there",
        "one",
        "two",
        "three",
        "why",
        "what",
        "who",
        "how",
        "when",
        "where",
        "yes",
        "no",
        "ok",
        "okay",
        "rule",
        "rules",
        "goal",
        "goals",
        "task",
        "tasks",
        "day",
        "week",
        "month",
        "year",
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "breaking",
        "news",
        "ingredients",
        "instructions",
        "materials",
        "method",
        "total",
        "price",
        "address",
        "phone",
        "email",
        "e-mail",
        "website",
        "hinweis",
        "achtung",
        "warnung",
        "wichtig",
        "tipp",
        "beispiel",
        "schritt",
        "kapitel",
        "teil",
        "frage",
        "antwort",
        "ergebnis",
        "fazit",
        "datum",
        "ort",
        "zeit",
        "betreff",
        "merke",
        "visual",
        "audio",
    ]
)


def names_of(units: Iterable[str]) -> frozenset[str]:
    """Who speaks, by the lines or cues of a text: names that come again, or in front of most that is said.

    “Note: this is said.” and “10:30 it is.” are words: what has a colon is a name only where it looks like one and is one of
    several, or comes more than once.
    """
    units = [unit for unit in units if unit.strip()]
    found = [label["name"].strip() for unit in units for line in unit.split("\n") if (label := _LABEL.match(line))]
    counts = Counter(name for name in found if _may_be_name(name))
    names = {name for name in counts if _ROLE.fullmatch(name)}
    capitals = {name for name in counts if name.isupper()}
    if len(capitals) > 1 or any(counts[name] > 1 for name in capitals) or (capitals and names):
        names |= capitals
    others = set(counts) - names
    n_labelled = sum(counts.values())
    if n_labelled > 1 and 2 * n_labelled >= len(units):
        several = len(set(counts)) > 1
        names |= {name for name in others if counts[name] > 1 or (several and (" " in name or names or len(units) > 2))}
    return frozenset(names)


def said_by(line: str, names: frozenset[str]) -> tuple[str, int]:
    """Whose words a line has, and how many signs in front of it only say that; "" and 0 where it says nothing of it."""
    label = _LABEL.match(line)
    name = label["name"].strip() if label else ""
    return (name, label.end()) if label and name in names else ("", 0)


def _may_be_name(name: str) -> bool:
    words = name.split()
    if not words or len(words) > 4 or all(word.strip(".").lower() in _WORDS for word in words):
        return False
    if words[0].strip(".").lower() in _WORDS and not _ROLE.fullmatch(name):
        return False
    return all(_WORD.fullmatch(word) for word in words) or _ROLE.fullmatch(name) is not None
