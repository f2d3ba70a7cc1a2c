"""How long a clip is, as people write it behind a title."""

import re

from voicekit.errors import ScriptError

_NUMBER = r"\d+(?:[.,]\d+)?"
_SECONDS = r"(?:s|secs?|seconds?|sek|sekunden?)\b\.?"
_MINUTES = r"(?:m|mins?|minutes?|minuten?)\b\.?"
_WITH_UNIT = rf"(?:({_NUMBER})\s*{_MINUTES},?\s*(?:(?:and|und)\s+)?)?({_NUMBER})[\s-]*{_SECONDS}|({_NUMBER})[\s-]*{_MINUTES}"
_CLOCK = r"(?:(\d+):)?(\d+):(\d\d(?:[.,]\d+)?)"
_LENGTH = re.compile(rf"(?:~|about\s|ca\.?\s|approx\.?\s)?\s*([-−]\s*)?(?:{_WITH_UNIT}|{_CLOCK})", re.IGNORECASE)
_RANGE = re.compile(r"\d+:\d+(?:[.,]\d+)?\s*[-–—]\s*\d+:\d+(?:[.,]\d+)?")
_IN_BRACKETS = re.compile(r"[(\[]\s*([^()\[\]]*\d[^()\[\]]*?)\s*[)\]]")
_AT_THE_END = re.compile(rf"\s[-–—:|,]\s*({_WITH_UNIT})\s*$", re.IGNORECASE)


def cut_duration(title: str, where: str) -> tuple[str, float | None]:
    """A title without the duration that is in it, and that in seconds; None where there is none.

    Raises:
        ScriptError: it is no length of time; `where` stands in the message.
    """
    for found in _IN_BRACKETS.finditer(title):
        if _LENGTH.fullmatch(found[1]) or _RANGE.fullmatch(found[1]):
            return title[: found.start()] + title[found.end() :], duration_s(found[1], where)
    if found := _AT_THE_END.search(title):
        return title[: found.start()], duration_s(found[1], where)
    return title, None


def duration_s(written: str, where: str) -> float:
    """ "6 seconds", "1 min 5 s" or "0:06" in seconds. Raises ScriptError as cut_duration."""
    found = _LENGTH.fullmatch(written.strip())
    if not found:
        raise ScriptError(f"{where}: “{written[:40]}” is not how long the clip is; write it as (6 seconds) or (0:06)")
    minus, minutes, seconds, only_minutes, *clock = (part and part.replace(",", ".") for part in found.groups())
    length = 60 * float(minutes or only_minutes or 0) + float(seconds or 0)
    if clock[1]:
        length = 3600 * int(clock[0] or 0) + 60 * int(clock[1]) + float(clock[2])
    if minus or length <= 0:
        raise ScriptError(f"{where}: “{written[:40]}” is no time at all; write how long the clip is, as (6 seconds)")
    return length
