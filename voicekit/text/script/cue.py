"""The parts of a script, whatever form it is written in."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from voicekit.core.errors import ScriptError
from voicekit.text.script.marks import NO_MARKS, Marks

#: Hours, minutes and seconds, right or wrong.
CLOCK = r"(?:\d+:)?\d+:\d+(?:[.,]\d+)?"
_RANGE = rf"{CLOCK}\s*(?:[-–—−]+>?|→|(?i:to|bis|until)(?=\s))\s*{CLOCK}"
_EITHER = rf"\s*(?:{_RANGE}|{CLOCK})\s*"
#: A time before the words to be spoken then: "[00:12]", "(00:12–00:15)", "00:12 - 00:15:".
LEADING_TIME = rf"(?:\[{_EITHER}\]|\({_EITHER}\)|{_RANGE}(?!\w|:\d)(?:\s*:(?=\s))?)"


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
        speaker: who says it, as the script has the name; "" for the narrator.
        turn: of several who speak one after another at its time, which one it is; all but the first follow at once.
    """

    text: str
    start_s: float | None = None
    end_s: float | None = None
    line: int = 1
    marks: Marks = NO_MARKS
    clip: int | None = None
    speaker: str = ""
    turn: int = 0

    def moved(self, lines: int) -> "Cue":
        """The same so many lines further down."""
        voices = tuple((a, b, replace(voice, line=voice.line + lines)) for a, b, voice in self.marks.voices)
        return replace(self, line=self.line + lines, marks=replace(self.marks, voices=voices))


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
    """What is to be spoken.

    Attributes:
        cues: in the order in which they are heard.
        clips: in a storyboard only.
        notes: what a person should know before anything is spoken, a line each: what was guessed, left out, put in order.
        kind: how it was read: "subtitles", "screenplay (Fountain)", "table with times".
    """

    cues: tuple[Cue, ...]
    clips: tuple[Clip, ...] = ()
    notes: tuple[str, ...] = ()
    kind: str = field(default="text", compare=False)


def with_text(cue: Cue, text: str, marks: Marks, name: str) -> Cue:
    """`cue`, saying `text`. Raises ScriptError where that holds no word."""
    text = " ".join(text.split())
    if not has_word(text):
        raise ScriptError(f"{name}, line {cue.line}: there is no word to speak in “{text[:60]}”; write one or remove it")
    return replace(cue, text=text, marks=marks)


def has_word(text: str) -> bool:
    """Whether there is a letter or digit to speak."""
    return re.search(r"[^\W_]", text) is not None


def clock(seconds: float) -> str:
    """1 h 2 min 3.5 s as 1:02:03.5, as a script writes it."""
    tenths = round(seconds * 10)
    hours, minutes, rest = tenths // 36000, tenths // 600 % 60, tenths % 600 / 10
    tail = f"{rest:04.1f}".removesuffix(".0")
    return f"{hours}:{minutes:02d}:{tail}" if hours else f"{minutes:02d}:{tail}"


def seconds_of(hours: str | None, minutes: str, seconds: str) -> float | None:
    """What a clock shows, as seconds; None where there is no such time."""
    if max(len(hours or ""), len(minutes), len(seconds)) > 9:
        return None
    m, s = int(minutes), float(re.sub("[,:]", ".", seconds))
    if s >= 60 or (hours and m >= 60):
        return None
    return int(hours or 0) * 3600 + m * 60 + s


def check_order(cues: Sequence[Cue], name: str) -> None:
    """Raises ScriptError where two times are the same, not in the order of the script, or overlap."""
    timed = [(cue.start_s, cue) for cue in cues if cue.start_s is not None]
    for (earlier_s, before), (start_s, cue) in pairwise(timed):
        here, there = f"[{clock(start_s)}]", f"[{clock(earlier_s)}]"
        if start_s == earlier_s:
            raise ScriptError(f"{name}, lines {before.line} and {cue.line} have the same time {here}; change one")
        if start_s < earlier_s:
            raise ScriptError(
                f"{name}, line {cue.line}: {here} comes after {there} of line {before.line}; put the cues in order of time"
            )
        if before.end_s is not None and before.end_s > start_s:
            raise ScriptError(
                f"{name}, line {before.line}: its end {clock(before.end_s)} lies after {here} of line {cue.line}; "
                "make it shorter"
            )
