"""When the clips of a storyboard begin, where it says that rather than how long they are."""

import re
from collections.abc import Sequence
from itertools import pairwise

from voicekit.core.patterns import lazy_pattern
from voicekit.text.script.cue import seconds_of
from voicekit.text.script.durations import cut_length
from voicekit.text.script.sections import Section, words_of

#: When a clip begins, in brackets.
START = lazy_pattern(r"[(\[]\s*+(?:(\d+):)?(\d+):(\d\d(?:[.,]\d+)?)\s*+[)\]]")
#: When a clip begins, in a column or field of times.
_MOMENT = lazy_pattern(r"(?:(\d+):)?(\d+):(\d\d(?:[.,]\d+)?)|(\d{1,5}(?:[.,]\d+)?)(?:\s*s(?:ec|ek)?\.?)?", re.IGNORECASE)
#: A first clock later than this is a length rather than a start: nobody leaves a film empty for so long.
_LATEST_FIRST_S = 3.0
_BARE_SECONDS = lazy_pattern(r"\((\d{1,3}(?:[.,]\d+)?)\)")


def take_bare_seconds(clips: Sequence[Section]) -> None:
    """“(6)” is a duration where every clip has such."""
    if all(_BARE_SECONDS.search(clip.title) and not cut_length(clip.title, "")[1] for clip in clips):
        for clip in clips:
            clip.title = _BARE_SECONDS.sub(r"(\1 s)", clip.title, count=1)


def take_starts(clips: Sequence[Section], text: str) -> list[float] | None:
    """When each clip begins, in seconds, taken out of its title or its field of times; None where not all say so."""
    return _starts_in_titles(clips) or _starts_in_fields(clips, text)


def _starts_in_titles(clips: Sequence[Section]) -> list[float] | None:
    """From “[0:00]” on, each later than the one before."""
    found = [START.search(clip.title) for clip in clips]
    starts_s = [seconds_of(*one.groups()) for one in found if one]
    if len(clips) < 2 or len(starts_s) < len(clips) or starts_s[0] != 0.0 or None in starts_s:
        return None
    known = [one for one in starts_s if one is not None]
    if any(later <= earlier for earlier, later in pairwise(known)):
        return None
    for clip in clips:
        clip.title = " ".join(START.sub(" ", clip.title, count=1).split())
    return known


def _starts_in_fields(clips: Sequence[Section], text: str) -> list[float] | None:
    """When each clip begins, taken out of its field of times, where those ascend from near 0: lengths would not.

    The first clip begins the film, so that the others begin when they are said to.
    """
    if len(clips) < 2 or any(clip.of("duration") or cut_length(clip.title, "")[1] for clip in clips):
        return None
    written = [[words_of(text, one).strip("*_ []()") for one in clip.of("times")] for clip in clips]
    found = [_MOMENT.fullmatch(one[0]) if len(one) == 1 else None for one in written]
    starts_s = [float(one[4].replace(",", ".")) if one[4] else seconds_of(one[1], one[2], one[3]) for one in found if one]
    known = [one for one in starts_s if one is not None]
    if len(known) < len(clips) or any(later <= earlier for earlier, later in pairwise(known)):
        return None
    if known[0] > 0 and (known[0] > _LATEST_FIRST_S or any(one and one[4] for one in found)):
        return None
    for clip in clips:
        clip.fields = [one for one in clip.fields if one.kind != "times"]
    return [0.0, *known[1:]]
