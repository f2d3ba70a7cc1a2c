"""How long a clip is, as people write it after a title."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from voicekit.core.errors import ScriptError
from voicekit.core.patterns import lazy_pattern

_WORDS = {
    word: number
    for words in (
        "one two three four five six seven eight nine ten eleven twelve",
        "eine zwei drei vier fünf sechs sieben acht neun zehn elf zwölf",
    )
    for number, word in enumerate(words.split(), start=1)
} | {"fifteen": 15, "twenty": 20, "thirty": 30, "fünfzehn": 15, "zwanzig": 20, "dreißig": 30}
_UNITS_S = {
    r"ms|msecs?|milliseconds?|millisekunden?": 0.001,
    r"s|secs?|seconds?|sek|sekunden?|[\"″]|''": 1.0,
    r"m|mins?|minutes?|minuten?|['′]": 60.0,
}
_NUMBER = rf"(?:\d+(?:[.,]\d+)?|(?:{'|'.join(_WORDS)})(?![^\W_]))"
_UNIT = rf"(?:{'|'.join(_UNITS_S)})(?![^\W\d_])\.?"
# "1980s" is no length.
_PART = rf"(?<!\d)(?!\d{{3}}0s)({_NUMBER})[\s-]*({_UNIT})"
_PARTS = lazy_pattern(rf"{_PART}(?:[\s,]*(?:(?:and|und)\s+)?{_PART})?", re.IGNORECASE)
_CLOCK = lazy_pattern(r"(?:(\d+):)?(\d+):(\d\d(?:[.,]\d+)?)")
_TO = r"\s*(?:-+>|[-–—−]+|→|to(?=\s)|bis(?=\s))\s*"
_CLOCKS = r"(?:\d+:)?\d+:\d\d(?:[.,]\d+)?"
_RANGE = lazy_pattern(rf"(?P<low>{_CLOCKS}|{_NUMBER}(?:[\s-]*{_UNIT})?){_TO}(?P<high>.+)", re.IGNORECASE)
_LABEL = r"(?:duration|length|runtime|time|dauer|länge|zeit)"
_ABOUT = r"(?:[~≈<≤]|about|around|approx(?:imately)?\.?|circa|ca\.?|etwa|rund|ungefähr|max(?:imum|imal)?\.?|up\sto|bis\szu)"
_AROUND = lazy_pattern(
    rf"\s*(?:{_LABEL}\s*:\s*)?(?:{_ABOUT}\s*)?(?P<length>.+?)(?:\s+(?:long|lang|max\.?))?\s*", re.IGNORECASE
)
_IN_BRACKETS = lazy_pattern(r"[(\[]([^()\[\]]+)[)\]]")
_TAIL = lazy_pattern(r"(?:\s|[-–—:|,])(?=[~≈\d])")
_SECONDS_BEHIND = lazy_pattern(r".*\d\s*(?:s|secs?|seconds?|sek|sekunden?)\.?\s*", re.IGNORECASE)
_CLOCK_RANGE = lazy_pattern(rf"(?<![\d:]){_CLOCKS}{_TO}{_CLOCKS}(?![\d:])")
_MEANT = lazy_pattern(
    rf".*(?:{_PART}|\d:\d\d)|{_LABEL}\s*:|.*\b(?:sec(?:ond)?s?|sekunden?|minutes?|minuten?)\.?$", re.IGNORECASE
)

#: What is longer is no length of time.
_LONGEST = 100
#: No clip lasts longer.
_MOST_S = 24 * 3600.0


@dataclass(frozen=True)
class Length:
    """What stands for the length of a clip.

    Attributes:
        written: the words.
        high: how long it is, in seconds, or when it ends.
        low: the other end of a range; None where it is none.
        clock: a range from one time to another, as 0:06–0:12.
    """

    written: str
    high: float
    low: float | None = None
    clock: bool = False

    def seconds(self, begin_s: float | None = None) -> float:
        """How long: of “6–8 s” the longer, unless the times so far end at 6 s (`begin_s`): then it lasts from there on."""
        return self.high - self.low if self.low is not None and (self.clock or self.low == begin_s) else self.high


def cut_duration(title: str, where: str) -> tuple[str, float | None]:
    """A title without the duration that is in it, and that in seconds; None where there is none.

    Raises:
        ScriptError: it is no length of time, or looks like one and cannot be read; `where` stands in the message.
    """
    title, length = cut_length(title, where)
    if not length:
        check_title(title, where)
    return title, length.seconds(0.0) if length else None


def cut_length(title: str, where: str) -> tuple[str, Length | None]:
    """As cut_duration, but what cannot be read stays in the title."""
    for begin, end, written, left in _candidates(title):
        if length := _read(written):
            _check(length, where)
            before, behind = title[:begin].rstrip(), title[end:].lstrip()
            gap = " " if before and behind and (left or behind[0] not in ":.,;*|") else ""
            return f"{title[:begin]}{left} {behind}".rstrip() if left else before + gap + behind, length
    return title, None


def check_title(title: str, where: str) -> None:
    """Raises ScriptError where something in brackets looks like a duration; one that can be read has been cut out."""
    for found in _IN_BRACKETS.finditer(title):
        if len(found[1]) <= _LONGEST and _MEANT.match(found[1].strip()):
            raise _unreadable(found[1], where)


def length_of(written: str, where: str) -> Length:
    """ "6 seconds", "1 min 5 s", "0:06", or just "6" for seconds. Raises ScriptError as cut_duration."""
    written = written.strip().removeprefix("(").removesuffix(")")
    length = _read(written) or (_read(f"{written} s") if re.fullmatch(_NUMBER, written) else None)
    if not length:
        raise _unreadable(written, where)
    _check(length, where)
    return length


def _candidates(title: str) -> Iterator[tuple[int, int, str, str]]:
    """What may be a duration: where it begins and ends, its words, and what is to stay in its place."""
    for found in _IN_BRACKETS.finditer(title):
        yield *found.span(), found[1], ""
    for found in _IN_BRACKETS.finditer(title):  # one of several remarks
        remarks = re.split(r" ?[,;|] | [–—|/] ", " ".join(found[1].split()))
        length = next(filter(_read, remarks), None) if len(remarks) > 1 else None
        if length is not None:
            remarks.remove(length)
            yield *found.span(), length, f"{found[0][0]}{', '.join(remarks)}{found[0][-1]}"
    for found in _TAIL.finditer(title, max(0, len(title) - _LONGEST)):
        before, tail = title[: found.end()].rstrip(), title[found.end() :]
        if before[-1:] in tuple("-–—:|,") or _SECONDS_BEHIND.fullmatch(tail):
            yield len(before.rstrip(" -–—:|,")), len(title), tail, ""
    for found in _CLOCK_RANGE.finditer(title):
        yield *found.span(), found[0], ""


def _read(written: str) -> Length | None:
    around = _AROUND.fullmatch(" ".join(written.split())) if len(written) <= _LONGEST else None
    if not around:
        return None
    length = around["length"]
    if (high := _single(length)) is not None:
        return Length(written, high)
    if length[0] in "-−" and (high := _single(length[1:].strip())) is not None:
        return Length(written, -high)
    span = _RANGE.fullmatch(length)
    if not span or (high := _single(span["high"])) is None:
        return None
    low, clock = _single(span["low"]), _CLOCK.fullmatch(span["high"]) is not None
    if low is None and (parts := _PARTS.fullmatch(span["high"])):  # “1–2 minutes”: the unit is that of the other
        low = _single(span["low"] + " " + parts[2])
    if low is None or clock != (_CLOCK.fullmatch(span["low"]) is not None):
        return None
    return Length(written, high, low, clock)


def _single(written: str) -> float | None:
    if clock := _CLOCK.fullmatch(written):
        return 3600 * int(clock[1] or 0) + 60 * int(clock[2]) + float(clock[3].replace(",", "."))
    if parts := _PARTS.fullmatch(written):
        return sum(_number(number) * _unit_s(unit) for number, unit in (parts.group(1, 2), parts.group(3, 4)) if number)
    return None


def _number(written: str) -> float:
    return _WORDS.get(written.lower()) or float(written.replace(",", "."))


def _unit_s(written: str) -> float:
    return next(seconds for unit, seconds in _UNITS_S.items() if re.fullmatch(unit, written.rstrip("."), re.IGNORECASE))


def _check(length: Length, where: str) -> None:
    if length.seconds() > _MOST_S:
        raise ScriptError(
            f"{where}: “{length.written[:40]}” is longer than a day; write how long the clip is, as in (6 seconds)"
        )
    if length.high <= 0 or length.seconds() <= 0:
        raise ScriptError(
            f"{where}: “{length.written[:40]}” is no time at all; write how long the clip is, as in (6 seconds)"
        )


def _unreadable(written: str, where: str) -> ScriptError:
    shown = " ".join(written[:40].split())
    return ScriptError(f"{where}: “{shown}” is not how long the clip is; write it as (6 seconds) or (0:06)")
