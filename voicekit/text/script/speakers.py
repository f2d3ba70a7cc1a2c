"""Names of speakers before what they say: “JANE: Hello.” in a play, “Jane Doe: Hello.” at a meeting."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from voicekit.core.patterns import lazy_pattern

#: A name in front of words, and the remark that may follow it.
_LABEL = lazy_pattern(
    r"(?P<lead>\s*(?:(?:[-–—]|>{2,})\s*)?)(?P<stars>[*_]{1,3})?(?P<name>[^\W\d_][^:\n!?;,“”\"\[\]()*]{0,40}?)"
    r"(?P<remark>(?:\s?[(\[][^()\[\]\n]{1,40}[)\]]){0,2})"
    r"(?(stars)(?:\s?[:：]\s?(?P=stars)|(?P=stars)\s?[:：])|\s?[:：])(?=\s+\S|\s*$)\s*"
)
_WORD = lazy_pattern(
    r"(?:[A-ZÀ-ÖØ-ÞĀ-ſА-ЯΑ-Ω][\w'’.-]*|de|da|van|von|der|den|del|la|le|el|al|bin|ter|#?\d{1,2}|[A-Z]{2,}_\d+)"
)
#: Who speaks in films that are about something; in capitals as well.
ROLES = (
    "narrator|narration|narr|speaker|host|co-host|guest|interviewer|interviewee|moderator|reporter|announcer|anncr|"
    "ann|presenter|"
    "chorus|unknown|voice[- ]?over(?: artist)?|voice|[mf]?vo|v/o|v[.] ?o[.]|talent|commentator|sprecher(?:in)?|"
    "erzähler(?:in)?|"
    "moderator(?:in)?|off|off-text|kommentar"
)
_NUMBERED = r"(?:[ _#]*(?:\d+|[a-zA-Z]))?(?![^\W_])"
_ROLE = lazy_pattern(rf"(?:{ROLES}){_NUMBERED}", re.IGNORECASE)
_EXTENSION = r"\((?:V\.? ?O\.?|O\.? ?S\.?|O\.? ?C\.?|OFF|CONT['’.]?D\.?|\d[^()\n]{0,20})\)"
#: A role that stands in front of words without a colon: “NARRATOR – Hello.”, “NARRATOR (V.O.) Hello.”, “(ANNOUNCER) Hello.”
_ROLE_ALONE = lazy_pattern(rf"\s*(?P<name>(?:{ROLES})[ _#]*\d+)\s*", re.IGNORECASE)
_BARE_ROLE = lazy_pattern(
    rf"\s*(?:(?P<name>(?:{ROLES.upper()}){_NUMBERED})(?:(?P<remark>(?: ?{_EXTENSION}){{1,2}})\s+|\s?[–—-]\s+)"
    rf"|[(\[](?P<name2>(?:{ROLES.upper()}){_NUMBERED})[)\]]\s*:?\s+)(?=\S)"
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
        "video",
        "visuals",
        "sfx",
        "music",
        "sound",
        "sounds",
        "camera",
        "graphic",
        "graphics",
        "super",
        "supers",
        "text",
        "caption",
        "animation",
        "shot",
        "cut",
        "picture",
        "image",
        "bild",
        "ton",
        "musik",
        "kamera",
        "logo",
        "on",
        "screen",
        "lower",
        "card",
        "b-roll",
        "broll",
        "vfx",
        "gfx",
        "cg",
        "client",
        "length",
        "draft",
        "version",
        "product",
        "agency",
        "writer",
        "author",
        "job",
        "duration",
        "trt",
        "runtime",
        "contact",
        "copyright",
        "credit",
    ]
)


@dataclass(frozen=True)
class Label:
    """Whose words a line has.

    Attributes:
        name: of the speaker; "" where the line says nothing of it.
        end: how many signs in front of it only say that.
        remark: where in the line something in brackets about it stands: “(whispering)”.
    """

    name: str = ""
    end: int = 0
    remark: tuple[int, int] = (0, 0)


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


def said_by(line: str, names: frozenset[str]) -> Label:
    """Whose words a line has, if it says so."""
    label = _LABEL.match(line)
    name = label["name"].strip() if label else ""
    if label and name in names:
        return Label(name, label.end(), label.span("remark"))
    if bare := _BARE_ROLE.match(line):
        return Label(bare["name"] or bare["name2"], bare.end(), bare.span("remark") if bare["remark"] else (0, 0))
    if alone := _ROLE_ALONE.fullmatch(line):  # “Speaker 1” above what is said
        return Label(alone["name"], len(line))
    return Label()


def is_role(name: str) -> bool:
    """Whether a name is what a speaker does: “NARRATOR”, “Speaker 1”."""
    return _ROLE.fullmatch(name) is not None


def _may_be_name(name: str) -> bool:
    words = name.split()
    if not words or len(words) > 4 or all(word.strip(".").lower() in _WORDS for word in words):
        return False
    if words[0].strip(".").lower() in _WORDS and not _ROLE.fullmatch(name):
        return False
    return all(_WORD.fullmatch(word) for word in words) or _ROLE.fullmatch(name) is not None
