"""A plain text as pieces: where the words of each cue begin and end, and when they are heard."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from voicekit.core.errors import ScriptError
from voicekit.core.patterns import lazy_pattern
from voicekit.text.script.cue import Cue
from voicekit.text.script.strip_markup import NOTHING, PAUSE
from voicekit.text.script.times import Times

#: Anything meant as a time, even if it is none; "[laughs]" is not, nor are "(1)" and "12:30" at the beginning of a line.
_SIGNS = r"[\d\s:.,–—−>→-]*+"
_NEARLY = rf"(?=[^\])\d]*\d){_SIGNS}(?i:(?:ms|se[ck]s?|seconds?|sekunden?|min|minuten?|minutes?|[hms]|to|bis)\b{_SIGNS})*+"
_MEANT_AS_TIME = lazy_pattern(
    rf"\s*(?:\[{_NEARLY}\]|\((?![\d\s.,–—−-]*\)){_NEARLY}\)|\[\s*\d+:\d[\d:.,]*|(?:00?|\d+:\d\d):\d\d(?:[.,]\d+)?(?![\w:]))"
)
_SILENT = f" \t\n{NOTHING}{PAUSE}"


@dataclass(frozen=True)
class Piece:
    """The words of a cue.

    Attributes:
        head: its time and line; its text is yet to be read.
        begin, end: where in the text its words stand.
    """

    head: Cue
    begin: int
    end: int


def pieces_of(text: str, line_at: Callable[[int], int], name: str, times: Times) -> Iterator[Piece]:
    """The pieces of a text: a blank line or a time begins one.

    Args:
        line_at: the number of the line in which a sign stands.

    Raises:
        ScriptError: what is meant as a time is none, or nothing stands behind one.
    """
    head: Cue | None = None
    begin = end = offset = at = 0
    for line in [*text.split("\n"), ""]:
        timed = times.head(line)
        if not timed and (wrong := _MEANT_AS_TIME.match(line)):
            raise _no_time(wrong[0].strip(), f"{name}, line {line_at(offset)}")
        if head and (timed or not line.strip()):
            written = text[begin:end]
            if written.strip(_SILENT):
                yield Piece(head, begin, end)
                head = None
            elif head.start_s is None or (timed and NOTHING in text[at:end]):  # a direction, which has been told
                head = None
            elif timed:
                raise _nothing_behind(head, name)
            # A time on a line of its own is that of the next paragraph.
        if timed or line.strip():
            number = line_at(offset + len(line) - len(line.lstrip()))
            if timed:
                at = offset
                head = timed_cue(timed.written, times, f"{name}, line {number}", number)
                begin = offset + timed.end
            elif not head or (head.start_s is None and not text[begin:end].strip(_SILENT)):
                head, begin = Cue("", line=number), offset
            end = offset + len(line)
            if head.start_s is None and (tail := times.tail(line)):
                yield Piece(timed_cue(tail.written, times, f"{name}, line {number}", head.line), begin, offset + tail.begin)
                head = None
        offset += len(line) + 1
    if head:
        raise _nothing_behind(head, name)


def timed_cue(written: str, times: Times, where: str, number: int) -> Cue:
    """A cue at a time as it is written. Raises ScriptError where it is none."""
    start_s, end_s, has_end = times.seconds(written)
    shown = written if len(written) <= 60 else f"{written[:60]}…"
    if start_s is None or (has_end and end_s is None):
        raise ScriptError(f"{where}: {shown} is not a time; minutes and seconds go up to 59")
    if end_s is not None and end_s <= start_s:
        raise ScriptError(f"{where}: {shown} ends before it starts; swap the times")
    return replace(Cue("", start_s, end_s), line=number)


def _nothing_behind(head: Cue, name: str) -> ScriptError:
    return ScriptError(f"{name}, line {head.line}: there is a time but nothing to speak; write the text after it")


def _no_time(wrong: str, where: str) -> ScriptError:
    if re.match(r"[\[(]\s*[-–—−]\s*\d+:", wrong):
        return ScriptError(f"{where}: {wrong} lies before the film begins; write a time from [00:00] on")
    return ScriptError(f"{where}: {wrong} is not a time; write it as [00:12] or [00:12.5-00:18]")
