"""Subtitles (SRT and WebVTT) as scripts: each is spoken from when it was to be read."""

import re
from itertools import accumulate

from voicekit.errors import ScriptError
from voicekit.text.cue import Cue, Script, check_order, has_word, seconds_of, with_text
from voicekit.text.looks import NOTHING
from voicekit.text.markup import may_be_tag, read_markup
from voicekit.text.source import Source

# The milliseconds behind ":" as well, and YouTube's "," between two times.
_TIME = r"(?:(\d+):)?(\d+):(\d{1,2}(?:[.,]\d+|:\d{3})?)"
_ARROW = r"(?:-+>|–>|—>|→)"
_BETWEEN = rf"\s*(?:{_ARROW}|,(?=\d+:\d+:))\s*"
_MINUS = r"([-−]\s*)?"
_TIME_LINE = re.compile(rf"\s*{_MINUS}{_TIME}{_BETWEEN}{_MINUS}{_TIME}(?:\s+\w+:\S*)*\s*")
_MEANT_AS_TIME = re.compile(rf"\s*[-−]?\d+:[\d:.,\s]*{_ARROW}|.*-->\s*-?\d")
#: These two times may be wrong, but nothing else stands in such a line.
_LIKE_TIME_LINE = re.compile(rf"\s*[-−]?\s*\d+:[\d:.,;]*\s*{_ARROW}\s*[-−]?\s*\d+:[\d:.,;]*\s*")
#: How text looks on the screen, who says it, readings over Chinese signs, and when each word lights up. What else stands
#: in "<>" is left to the markup.
_LOOKS = re.compile(
    r"<rt>.*?</rt>|</?(?:i|b|u|s|em|strong|font|span|c|v|lang|ruby|rt|br)(?:[.\s/][^<>]*)?>|<[\d:.]+>|\{\\[^{}]*\}|\{/?[biu]\}",
    re.IGNORECASE,
)
#: Sounds at the beginning of a line: "[door slams]", "(laughs)".
_SOUND = re.compile(r"^(?:\s*[-–—])?\s*(?:\[([^\[\]]+)\]|\(([^\W\d][^().,;:!?]*)\)):?", re.MULTILINE)
_ENTITIES = {"&amp;": "&", "&lt;": "\\<", "&gt;": ">", "&nbsp;": " ", "&lrm;": "", "&rlm;": ""}


def are_captions(text: str) -> bool:
    """Whether a text is SRT or WebVTT."""
    return text.startswith("WEBVTT") or any(
        _TIME_LINE.fullmatch(line) or _LIKE_TIME_LINE.fullmatch(line) for line in text.split("\n")
    )


def parse_captions(text: str, name: str) -> Script:
    """The cues of subtitles; those without words are left out.

    Raises:
        ScriptError: a time cannot be read, is not in order or given twice, markup is wrong, or nothing is to be spoken.
    """
    source, lines = Source(text, name), text.split("\n")
    starts = [0, *accumulate(len(line) + 1 for line in lines)]
    heads = [head for index, line in enumerate(lines) if (head := _head(line, f"{name}, line {index + 1}", index + 1))]
    cues = []
    for head, following in zip(heads, [*(head.line - 1 for head in heads[1:]), len(lines)], strict=False):
        begin, end = starts[head.line], starts[_end(lines, head.line, following, text.startswith("WEBVTT"))]
        edited = _SOUND.sub(_without_sound, _without_looks(text[begin:end]))
        if has_word(edited):
            reading = read_markup(source, edited, begin)
            cues.append(with_text(head, reading.text, reading.marks(), name))
    if not cues:
        raise ScriptError(f"{name} has nothing to speak; write text below a line like 00:00:12,000 --> 00:00:15,000")
    check_order(cues, name)
    return Script(tuple(cues))


def _head(line: str, where: str, number: int) -> Cue | None:
    """The cue that a line with a time begins; None for other lines."""
    timed = _TIME_LINE.fullmatch(line)
    if not timed and not _MEANT_AS_TIME.match(line):
        return None
    if timed and (timed[1] or timed[5]):
        raise ScriptError(f"{where}: “{line.strip()[:60]}” is not a time: it lies before the film begins")
    start_s, end_s = (seconds_of(*timed.groups()[n : n + 3]) for n in (1, 5)) if timed else (None, None)
    if start_s is None or end_s is None:
        raise ScriptError(
            f"{where}: “{line.strip()[:60]}” is not a time; "
            "write it as 00:00:12,000 --> 00:00:15,000, and the words below it"
        )
    if end_s < start_s:
        raise ScriptError(f"{where}: “{line.strip()[:60]}” ends before it starts; swap the times")
    # The silence behind a subtitle may be used: speaking takes longer than reading.
    return Cue("", start_s, line=number)


def _end(lines: list[str], begin: int, following: int, web: bool) -> int:
    """The line behind the last one of a cue's text, which starts at `begin`; the next time stands at `following`."""
    if web:  # blocks that are no cues, and names of cues, stand behind a blank line
        return next((index for index in range(begin, following) if not lines[index].strip()), following)
    numbered = begin < following < len(lines) and re.fullmatch(r"\s*\d+\s*", lines[following - 1])
    return following - 1 if numbered else following


def _without_looks(text: str) -> str:
    """`text`, as long as before, with NOTHING in place of what only says how it looks."""
    text = _LOOKS.sub(lambda found: (" " if found[0][:3].lower() == "<br" else "").ljust(len(found[0]), NOTHING), text)
    return re.sub("|".join(_ENTITIES), lambda found: _ENTITIES[found[0]].ljust(len(found[0]), NOTHING), text)


def _without_sound(found: re.Match) -> str:
    """NOTHING in place of a sound; marks stay, and so does what is long enough to be said."""
    is_sound = not may_be_tag(found[1]) if found[1] else len(found[2].split()) <= 4
    return re.sub(r"\S", NOTHING, found[0]) if is_sound else found[0]
