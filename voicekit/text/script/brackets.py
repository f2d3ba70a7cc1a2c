"""Square brackets that are not our markup: an editor's words, which are read; notes and sounds, which are not."""

import re
from collections.abc import Callable

from voicekit.core.patterns import lazy_pattern
from voicekit.text.script.strip_markup import NOTHING

_BRACKETS = lazy_pattern(r"(?<!\\)\[(\s*+/?\s*+[^\W\d_][^\[\]]*)\]")
#: Remarks for the reader's eye: “[sic]”, “[citation needed]”, “[note 3]”.
_ASIDE = lazy_pattern(
    r"(?:sic!?|edit(?: source)?|citation needed|(?:clarification|verification|page|full citation|quotation|better source) "
    r"needed|"
    r"according to whom\?|by whom\?|who\?|when\?|where\?|which\?|why\?|how\?|clarify|update|failed verification|dead link|"
    r"disputed(?: – discuss)?|original research\?|dubious(?: – discuss)?|vague|nb \d+|n(?:ote)?\.? ?\d+|notes?|"
    r"ref(?:erence)?s?|"
    r"bearbeiten(?: \| quelltext bearbeiten)?|anm\. d\. .{1,20}|toc|hide|show|!\w+)",
    re.IGNORECASE,
)
#: Matches in “the lake[a] was” and “so it was.[ii]”, but not in “[a] lake” or “boy[s]”.
_LETTER = lazy_pattern(r"[a-ce-rt-zA-Z]|[ivx]{1,4}")
_SOUND = lazy_pattern(
    r"(?:(?:loud|soft|nervous|scattered|audience|crowd|dramatic|upbeat|gentle|sad|tense|background|theme|long|brief|"
    r"heavy|light)\W+)*"
    r"(?:laugh(?:s|ter|ing)?|chuckl(?:es|ing)|giggl(?:es|ing)|applau(?:se|ds|ding)|clap(?:s|ping)|cheer(?:s|ing)|"
    r"music(?: playing)?|"
    r"singing|sings|sigh(?:s|ing)?|cough(?:s|ing)?|sneezes|gasp(?:s|ing)?|groan(?:s|ing)?|cries|crying|sob(?:s|bing)|"
    r"scream(?:s|ing)?|"
    r"whisper(?:s|ing)?|shout(?:s|ing)?|crosstalk|cross talk|inaudible|unintelligible|indistinct(?: \w+)?|"
    r"foreign(?: language)?|silence|"
    r"beep(?:s|ing)?|bleep|static|noise|clears (?:his |her )?throat|footsteps|phone rings?|door (?:opens|closes|slams)|"
    r"gunshots?|"
    r"gelächter|lachen|lacht|applaus|beifall|musik|seufzt|hustet)\b(?:\W+\w+(?:['’]\w+)*+){0,4}\W*",
    re.IGNORECASE,
)

#: What is longer is a sentence.
_LONGEST_SOUND = 100


def is_sound(body: str) -> bool:
    """Whether what stands in brackets is a sound: “laughs”, “door slams”."""
    return len(body) <= _LONGEST_SOUND and _SOUND.fullmatch(body) is not None


def without_brackets(text: str, is_mark: Callable[[str], bool]) -> tuple[str, list[str]]:
    """`text`, as long as before, without the brackets around words; and the sounds that are left out, with theirs.

    Args:
        is_mark: whether what stands in a pair is one of our marks, or meant as one; those stay.
    """
    if "[" not in text:
        return text, []
    sounds: list[str] = []

    def read(found: re.Match) -> str:
        body = " ".join(found[1].split())
        if is_mark(body):
            return found[0]
        begin = found.start()
        while begin and text[begin - 1] == NOTHING:
            begin -= 1
        before, after = text[max(begin - 1, 0) : begin], text[found.end() : found.end() + 1]
        attached = before not in ("", " ", "\n", "[", "(", "“", '"') and not after.isalnum()
        if is_sound(body):
            sounds.append(f"[{body[:40]}]")
        elif not (_ASIDE.fullmatch(body) or (attached and _LETTER.fullmatch(body)) or body.startswith("/")):
            return f"{NOTHING}{found[1]}{NOTHING}"
        return re.sub(r"[^\n]", NOTHING, found[0])

    return _BRACKETS.sub(read, text), sounds
