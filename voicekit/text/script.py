"""Scripts: plain text, a blank line starts a new cue, and a time in front of a line places it.

The lights come on.

[00:12] A door opens.
[00:15-00:18.5] She turns round.
"""

import re
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

from voicekit.errors import ScriptError
from voicekit.text.marks import NO_MARKS, Marks
from voicekit.text.read import read_text

_TIME = r"(?:(\d+):)?(\d+):(\d+(?:[.,]\d+)?)"
_TIMED_LINE = re.compile(rf"\[\s*{_TIME}\s*(?:[-–—]\s*{_TIME}\s*)?\](.*)")
#: Digits in brackets are meant as a time, even if they are none; "[laughs]" is not.
_MEANT_AS_TIME = re.compile(r"\[[\d\s:.,–—-]*\d[\d\s:.,–—-]*\]")


@dataclass(frozen=True)
class Cue:
    """A line to be spoken.

    Attributes:
        text: in one line.
        start_s: when it is to be heard, from the start of the film; None where voicekit may choose.
        end_s: when it is to be over; None where only what follows limits it.
        line: of the script, from 1.
        marks: how its words are said.
        clip: of the storyboard, which one it belongs to, from 0; None in scripts that have no clips.
    """

    text: str
    start_s: float | None = None
    end_s: float | None = None
    line: int = 1
    marks: Marks = NO_MARKS
    clip: int | None = None


@dataclass(frozen=True)
class Clip:
    """A clip of a storyboard.

    Attributes:
        title: what the heading says, without its number and duration.
        duration_s: None where the heading says none.
        visual, audio: what is to be seen and heard; "" where nothing is said.
        line: of its heading.
    """

    title: str
    duration_s: float | None = None
    visual: str = ""
    audio: str = ""
    line: int = 1


@dataclass(frozen=True)
class Script:
    """What is to be spoken; `clips` in a storyboard only."""

    cues: tuple[Cue, ...]
    clips: tuple[Clip, ...] = ()


def read_script(path: Path | str) -> tuple[Cue, ...]:
    """The cues of a script file, in its order.

    Raises:
        ScriptError: the file is missing, empty or no text, or `parse` refuses it.
    """
    return parse(read_text(path), str(path))


def parse(text: str, name: str = "script") -> tuple[Cue, ...]:
    """The cues of a script; `name` stands in the messages.

    Raises:
        ScriptError: there is nothing to speak, a time cannot be read, ends before it starts or is given twice, or
            given times are not in the order of the script.
    """
    cues: list[Cue] = []
    head: Cue | None = None  # the cue being read: its times and first line
    words: list[str] = []

    def finish() -> None:
        nonlocal head
        if head and words:
            cue = replace(head, text=" ".join(words))
            if not re.search(r"[^\W_]", cue.text):
                raise ScriptError(
                    f"{name}, line {cue.line}: there is no word to speak in “{cue.text[:60]}”; write one or remove it"
                )
            cues.append(cue)
        elif head and head.start_s is not None:
            raise ScriptError(f"{name}, line {head.line}: there is a time but nothing to speak; write the text behind it")
        head = None
        words.clear()

    for number, raw in enumerate(text.splitlines(), start=1):
        line = raw.strip()
        if timed := _TIMED_LINE.fullmatch(line):
            finish()
            head = _timed_cue(timed, line, f"{name}, line {number}", number)
            line = timed[7]
        elif _MEANT_AS_TIME.match(line):
            wrong = line[: line.index("]") + 1]
            raise ScriptError(f"{name}, line {number}: {wrong} is not a time; write it as [00:12] or [00:12.5-00:18]")
        elif not line:
            finish()
            continue
        head = head or Cue("", line=number)
        words.extend(line.split())
    finish()
    if not cues:
        raise ScriptError(f"{name} is empty; write what is to be spoken, with a blank line between cues")
    _check_order([cue for cue in cues if cue.start_s is not None], name)
    return tuple(cues)


def clock(seconds: float) -> str:
    """1 h 2 min 3.5 s as 1:02:03.5, as a script writes it."""
    tenths = round(seconds * 10)
    hours, minutes, rest = tenths // 36000, tenths // 600 % 60, tenths % 600 / 10
    tail = f"{rest:04.1f}".removesuffix(".0")
    return f"{hours}:{minutes:02d}:{tail}" if hours else f"{minutes:02d}:{tail}"


def without_times(text: str) -> str:
    """A script as a text to be read out: each time starts a paragraph and is not spoken."""
    lines = ((_TIMED_LINE.fullmatch(line.strip()), line) for line in text.splitlines())
    return "\n".join(f"\n{timed[7].strip()}" if timed else line for timed, line in lines)


def _timed_cue(timed: re.Match, line: str, where: str, number: int) -> Cue:
    start_s, end_s = _seconds(timed.groups()[0:3]), _seconds(timed.groups()[3:6])
    wrong = line[: line.index("]") + 1]
    if start_s is None or (timed[6] is not None and end_s is None):
        raise ScriptError(f"{where}: {wrong} is not a time; minutes and seconds go up to 59")
    if end_s is not None and end_s <= start_s:
        raise ScriptError(f"{where}: {wrong} ends before it starts; swap the times")
    return Cue("", start_s, end_s, number)


def _seconds(parts: tuple[str | None, ...]) -> float | None:
    """(hours, minutes, seconds) as seconds; None where there is no such time."""
    hours, minutes, seconds = (float((part or "0").replace(",", ".")) for part in parts)
    absent = parts[2] is None
    if absent or seconds >= 60 or (parts[0] is not None and minutes >= 60):
        return None
    return hours * 3600 + minutes * 60 + seconds


def _check_order(timed: list[Cue], name: str) -> None:
    for before, cue in pairwise(timed):
        here, there = f"[{clock(cue.start_s)}]", f"[{clock(before.start_s)}]"
        if cue.start_s == before.start_s:
            raise ScriptError(f"{name}, lines {before.line} and {cue.line} have the same time {here}; change one")
        if cue.start_s < before.start_s:
            raise ScriptError(
                f"{name}, line {cue.line}: {here} comes after {there} in the script; put the cues in order of time"
            )
        if before.end_s is not None and before.end_s > cue.start_s:
            raise ScriptError(
                f"{name}, line {before.line}: its end {clock(before.end_s)} lies behind {here} of line {cue.line}; "
                "make it shorter"
            )
