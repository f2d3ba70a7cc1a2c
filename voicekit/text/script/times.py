"""Times as people write them at the head or end of a line: [00:07], 0:07 –, TC 01:00:07:12, at 7 s:, Sec 7-12.

A clock in brackets is a time, and so is one that begins with 0 or has hours. “12:30 was the hour.” may be one: it is where
several lines begin so, one after the other, and they are no hours of a day. “(3s)” at the end of a line says how long it
lasts, or when it begins: that is what the lines tell that are to be spoken in between.
"""

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from voicekit.core.patterns import lazy_pattern
from voicekit.core.wording import decimal
from voicekit.text.script.cue import CLOCK, LEADING_TIME, clock, seconds_of
from voicekit.text.script.strip_markup import NOTHING

#: Hours, minutes, seconds and pictures.
_FRAMES = r"\d{1,2}:\d\d:\d\d[:;]\d\d"
_SECONDS_UNIT = r"(?:s|secs?|seconds?|sek|sekunden?)(?![^\W\d_])\.?"
_SHORT_UNIT = r"(?:s|secs?|sek)(?![^\W\d_])\.?"
_NUMBER = r"\d{1,5}(?:[.,]\d{1,3})?"
_SPAN = rf"{_NUMBER}\s?(?:{_SECONDS_UNIT})"
_MINUTES = r"\d{1,3}\s?(?:(?:m(?:ins?|inutes?|inuten?)?)\.?|['′])"
_MIXED = rf"{_MINUTES}\s?\d{{1,2}}(?:[.,]\d{{1,3}})?\s?(?:{_SECONDS_UNIT}|[\"″]|''|(?=[\])}}>\s]))"
_MOMENT = rf"(?:{_FRAMES}|{CLOCK}|{_MIXED}|{_SPAN})"
_TO = r"\s*+(?:[-–—−]+>?|→|(?:to|bis|until)(?=\s))\s*+"
_RANGE = rf"(?:{_NUMBER}{_TO}{_SPAN}|{_MOMENT}{_TO}{_MOMENT})"
_ANY = rf"(?:{_RANGE}|{_MOMENT})"
_SURE_CLOCK = rf"(?:{_FRAMES}|(?:00?:|\d{{1,2}}:\d\d:)\d\d(?:[.,]\d{{1,3}})?(?!\w|:\d)|00?['′]\d\d(?:[\"″]|''))"
_SURE_RANGE = rf"(?:(?:{_FRAMES}|{CLOCK}){_TO}(?:{_FRAMES}|{CLOCK})(?!\w|:\d))"
_NAMED = r"(?:(?:tc|time-?codes?)\b\s*+:?|(?:time|zeit|start)\s?:|@|t\s?[+=])\s*+"
_AT = r"(?:at|bei|ab)\s++"
#: Between a time and its words.
_PART = r"(?:\s*+[:|–—>=-]++(?=\s|$)|\t|\s*+$)"
_LEAD = rf"[\s{NOTHING}]*+(?:(?:>|[-*+•–]|\d{{1,3}}[.)]|#{{1,6}})\s++)*+(?P<stars>\*{{1,3}}|_{{1,2}})?"
_CLOSE = (
    rf"(?(stars)(?:(?P=stars)|(?=\s?[:–—-]?(?P=stars))))[\s{NOTHING}]*+"
    rf"(?:[:|–—>=-]++(?=[\s{NOTHING}]|$)[\s{NOTHING}]*+)?(?:(?P=stars)(?=\s))?"
)


def _head(time: str, close: str = _CLOSE) -> re.Pattern:
    return lazy_pattern(f"{_LEAD}(?P<time>{time}){close}", re.IGNORECASE)


_BRACKETS = rf"(?:\[\s*+(?:{_NAMED})?{_ANY}\s*+\]|\(\s*+(?:{_NAMED})?{_ANY}\s*+\)|<\s*+{_ANY}\s*+>|\{{\s*+{_ANY}\s*+\}})"
#: What is a time wherever it begins a line.
_SURE = (
    _head(_BRACKETS),
    _head(LEADING_TIME),
    _head(_SURE_RANGE),
    _head(_SURE_CLOCK),
    _head(rf"{_NAMED}{_ANY}(?!\w|:\d)"),
    _head(rf"(?:{_AT})?(?:{_RANGE}|{_NUMBER}\s?{_SHORT_UNIT}|{_MIXED})(?={_PART})"),
    _head(rf"(?:second|sec|sekunde|sek)\b\.?\s*+{_NUMBER}(?:{_TO}{_NUMBER})?(?={_PART})"),
)
#: What is one only beside others.
_PERHAPS = (_head(rf"(?:{_AT})?(?:{CLOCK})(?!\w|[:,.]\d)"), _head(rf"(?:{_AT})?{_SPAN}(?={_PART})"))
_TAIL = lazy_pattern(rf"(?<=[.!?…”\"'’)])\s++(?P<time>\[\s*+{_ANY}\s*+\]|\(\s*+{_ANY}\s*+\))\s*+$")
#: How long something lasts: “3s”, “~4 sec”, “3-5 s”.
_LENGTH = rf"[~≈]?\s?{_NUMBER}(?:\s?[-–]\s?{_NUMBER})?\s?-?{_SECONDS_UNIT}"
_IS_LENGTH = lazy_pattern(_LENGTH, re.IGNORECASE)
_LENGTH_TAIL = lazy_pattern(
    rf"(?<=\S)\s++[*_]*(?P<time>\[\s*+{_LENGTH}\s*+\]|\(\s*+{_LENGTH}\s*+\))[*_]*\s*+$", re.IGNORECASE
)
#: “Jane Doe  0:03” and “HOOK (0-3s)” above what is said then.
_STAMP = lazy_pattern(
    rf"[\s*_]*+(?P<name>[^\W\d_][^\d:\n!?;,.()\[\]]{{0,40}}?\d?)[*_]*\s+(?P<time>\[\s*+{_ANY}\s*+\]|"
    rf"\(\s*+{_ANY}\s*+\)|{CLOCK})[*_]*\s*",
    re.IGNORECASE,
)
_DIGIT = lazy_pattern(r"\d")
_PARTS = lazy_pattern(rf"(?P<frames>{_FRAMES})|(?P<clock>{CLOCK})|(?P<mixed>{_MIXED})|(?P<number>{_NUMBER})", re.IGNORECASE)
_CLOCK_PARTS = lazy_pattern(r"(?:(\d+):)?(\d+):(\d+(?:[.,]\d+)?)")
#: Rates of pictures a second, of which the least that fits is taken.
_RATES = (25, 30, 50, 60)
#: Letters and signs that are spoken in a second, about.
_SIGNS_PER_S = 15.0
#: From this minute on, times that all end in 0 or 5 are taken for hours of a day: “9:30 – Opening”.
_DAY_FROM_S = 5 * 60.0


@dataclass(frozen=True)
class Head:
    """A time at the beginning or end of a line.

    Attributes:
        written: as it stands there.
        begin: where in the line it does.
        end: where the words behind it begin.
        name: what stands in front of it: whose words follow.
    """

    written: str
    begin: int
    end: int
    name: str = ""


class Times:
    """How the times in the lines of a text are to be read, which only all of them tell."""

    def __init__(self, lines: Iterable[str]) -> None:
        all_lines = list(lines)
        written = [line for line in all_lines if line.strip()]
        lines = [line for line in written if _DIGIT.search(line)]
        sure = [head for line in lines if (head := _first(_SURE, line))]
        perhaps = [head for line in lines if not _first(_SURE, line) and (head := _first(_PERHAPS, line))]
        frames = [found for line in lines if (found := re.search(_FRAMES, line))]
        pictures = max((int(found[0][-2:]) for found in frames), default=0)
        #: Pictures a second.
        self.rate = next((rate for rate in _RATES if rate > pictures), 100)
        hours = {int(found[0].split(":")[0]) for found in frames}
        #: The first hour of a tape's timecode, which often is 1 or 10.
        self.first_hour = min(hours, default=0)
        self.has_frames = bool(frames)
        self._perhaps = len(sure) + len(perhaps) > 1 and bool(perhaps) and self._in_order(perhaps)
        stamps = [stamp for line in lines if (stamp := _stamp(line))]
        self._stamped = len(stamps) > 1 and self._in_order(stamps)
        tails = [line for line in lines if _TAIL.search(line[-60:])]
        self._tails = not sure and 2 * len(tails) > len(written) - 1
        lengths = [_length_tail(line) for line in lines]
        n_lengths = sum(length is not None for length in lengths)
        self._told: list[str] = []
        if self._tails and all(map(_length_tail, tails)):
            self._tails = n_lengths > 1 and self._are_starts(all_lines)
        many = n_lengths > 1 and 2 * n_lengths > len(written) - 1
        self._lengths = not self._tails and n_lengths > 0 and (bool(sure) or self._perhaps or self._stamped or many)

    def head(self, line: str) -> Head | None:
        """The time a line begins with, or is but for a name in front of it."""
        if self._stamped and (stamp := _stamp(line)):
            return stamp
        return _first(_SURE, line) or (_first(_PERHAPS, line) if self._perhaps else None)

    def tail(self, line: str) -> Head | None:
        """The time a line ends with."""
        found = _TAIL.search(line, max(0, len(line) - 60)) if self._tails and line[-1:] in ("]", ")", " ") else None
        return Head(found["time"], found.start(), len(line)) if found else None

    def length(self, line: str) -> Head | None:
        """How long it is, where a line ends with that: “It begins. (3s)”."""
        return _length_tail(line) if self._lengths else None

    def seconds(self, written: str) -> tuple[float | None, float | None, bool]:
        """When it begins and ends; None where that is no time, and where no end is said; whether an end is said."""
        found = list(_PARTS.finditer(written))
        moments = [self._moment(one) for one in found]
        return moments[0] if moments else None, moments[-1] if len(moments) > 1 else None, len(moments) > 1

    def notes(self) -> list[str]:
        """What is guessed about the times, for a person."""
        if not self.has_frames:
            return self._told
        begins = f", and begin at {self.first_hour:02d}:00:00:00" if self.first_hour else ""
        return [*self._told, f"timecodes are read with {self.rate} pictures a second{begins}"]

    def _moment(self, found: re.Match) -> float | None:
        if found["frames"]:
            hours, minutes, seconds, pictures = re.split("[:;]", found["frames"])
            whole = seconds_of(str(int(hours) - self.first_hour), minutes, seconds)
            return None if whole is None else whole + int(pictures) / self.rate
        if found["clock"]:
            clock = _CLOCK_PARTS.fullmatch(found["clock"])
            return seconds_of(*clock.groups()) if clock else None
        if found["mixed"]:
            minutes, seconds = re.findall(r"\d+(?:[.,]\d+)?", found["mixed"])[:2]
            return seconds_of(None, minutes, seconds)
        return float(found["number"].replace(",", "."))

    def _are_starts(self, lines: Sequence[str]) -> bool:
        """Whether the seconds at the ends of lines say when each begins: they ascend, and leave time to speak each.

        From 0 s on they do, because nothing lasts no time; else it is told for which they are taken.
        """
        heads: list[Head] = []
        needed_s: list[float] = []
        n_signs = 0
        for line in lines:
            head = _length_tail(line)
            n_signs = n_signs + (head.begin if head else len(line)) if line.strip() else 0
            if head:
                heads.append(head)
                needed_s.append(n_signs / _SIGNS_PER_S)
                n_signs = 0
        if not self._in_order(heads):
            return False
        if self.seconds(heads[0].written)[0] == 0:
            return True
        begins_s = [self.seconds(head.written)[0] or 0.0 for head in heads]
        for head, begin_s, next_s, need_s in zip(heads, begins_s, [*begins_s[1:], math.inf], needed_s, strict=True):
            over_s = min(self.seconds(head.written)[1] or math.inf, next_s)
            if over_s - begin_s < need_s:
                self._told.append(
                    f"{head.written} and the like at the ends of lines are taken for how long each lasts: from "
                    f"{decimal(begin_s)} to {decimal(over_s)} s is less than the {need_s:.1f} s that its line needs; "
                    f"for when that begins, write [{clock(begin_s)}] in front of it"
                )
                return False
        self._told.append(
            "the seconds at the ends of lines ascend, so they say when each begins; leave them out if they are lengths"
        )
        return True

    def _in_order(self, heads: Sequence[Head]) -> bool:
        starts = [self.seconds(head.written)[0] for head in heads]
        known = [start for start in starts if start is not None]
        if len(known) < len(starts) or any(after <= before for before, after in pairwise(known)):
            return False
        round_hours = all(start % 5 == 0 for start in known)
        return not (round_hours and known[0] >= _DAY_FROM_S)


def _first(patterns: Iterable[re.Pattern], line: str) -> Head | None:
    if not _DIGIT.search(line):
        return None
    for pattern in patterns:
        if found := pattern.match(line):
            return Head(found["time"], found.start("time"), found.end())
    return None


def is_length(written: str) -> bool:
    """Whether it says how many seconds something lasts: “3s”."""
    return _IS_LENGTH.fullmatch(written.strip()) is not None


def _length_tail(line: str) -> Head | None:
    found = _LENGTH_TAIL.search(line, max(0, len(line) - 60))
    return Head(found["time"], found.start(), len(line)) if found else None


def _stamp(line: str) -> Head | None:
    found = _STAMP.fullmatch(line) if len(line) < 90 else None
    return Head(found["time"], found.start("time"), len(line), found["name"].strip()) if found else None
