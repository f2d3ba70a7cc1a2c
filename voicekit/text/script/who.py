"""Who speaks in a clip of a storyboard: “Voice: anna” beside its narration, or a name in front of a line."""

import re

from voicekit.core.patterns import lazy_pattern
from voicekit.text.script.marks import SpokenBy
from voicekit.text.script.reading import Turn
from voicekit.text.script.sections import Field, Section, words_of
from voicekit.text.script.source import Source
from voicekit.text.script.speakers import said_by
from voicekit.text.script.strip_markup import NOTHING

#: A label that says who speaks where something else is spoken, and what is no sentence of somebody.
_WHO = lazy_pattern(r"(?:the\s)?(?:voice|speaker|narrator|spoken by|sprecher(?:in)?|stimme|erzähler(?:in)?)", re.IGNORECASE)
_NAME = lazy_pattern(r"(?=.{0,300}$)[^.!?…\n]*(?:[.!?…]\S[^.!?…\n]*)*")


def naming(section: Section, text: str) -> list[Field]:
    """What only says who speaks: “Voice: anna” beside a narration."""
    spoken = section.of("narration", "text")
    names = [one for one in spoken if _WHO.fullmatch(one.label.strip(" *_")) and _NAME.fullmatch(words_of(text, one))]
    return names if len(names) < len(spoken) else []


def spoken_in(section: Section, text: str) -> tuple[list[Field], SpokenBy | None]:
    """What is spoken, and who speaks."""
    who = naming(section, text)
    spoken = [one for one in section.of("narration") or section.of("text") if one not in who]
    if not spoken:
        spoken = [one for one in section.of("text") if one not in who]
    return spoken, SpokenBy(words_of(text, who[0]).strip('*_"“”„ '), "line", who[0].line) if who else None


def without_names(text: str, names: frozenset[str], begin: int, source: Source, turns: list[Turn]) -> str:
    """NOTHING in place of the names in front of lines; `turns` gets them."""
    if not names:
        return text
    lines, at = [], begin
    for line in text.split("\n"):
        label = said_by(line, names)
        if label.end:
            turns.append((at, SpokenBy(label.name, "label", source.line(at))))
        lines.append(NOTHING * label.end + line[label.end :])
        at += len(line) + 1
    return "\n".join(lines)
