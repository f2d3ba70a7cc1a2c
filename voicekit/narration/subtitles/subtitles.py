"""Captions as SubRip, WebVTT and Advanced SubStation files."""

import html
from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise

from voicekit.narration.subtitles.captions import Caption

_NO_WORD = (None, "")
_ASS = """[Script Info]
ScriptType: v4.00+
PlayResX: {width}
PlayResY: {height}
WrapStyle: 0
ScaledBorderAndShadow: yes

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, \
StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding
Style: Default,Arial,{size},&H00FFFFFF,&H00C8C8C8,&H00000000,&H80000000,0,0,0,0,100,100,0,0,1,{outline},{shadow},2,\
{side},{side},{bottom},1

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
"""


def srt(captions: Sequence[Caption]) -> str:
    """SubRip: plain text, without the times of words."""
    return "".join(
        f"{n}\n{_clock(one.start_s, ',')} --> {_clock(one.end_s, ',')}\n{_text(one).replace('-->', '→')}\n\n"
        for n, one in enumerate(captions, start=1)
    )


def vtt(captions: Sequence[Caption]) -> str:
    """WebVTT, with the time of every word, and who says it."""
    cues = []
    for one in captions:
        text = _marked(one, _stamps(one), partial(html.escape, quote=False), "\n")
        voice = f"<v {html.escape(one.speaker, quote=False)}>" if one.speaker else ""
        cues.append(f"{_clock(one.start_s, '.')} --> {_clock(one.end_s, '.')}\n{voice}{text}\n\n")
    return "WEBVTT\n\n" + "".join(cues)


def _stamps(caption: Caption) -> list[str]:
    """WebVTT's time of each word; "" where it is not later than the one before, which players do not take."""
    latest_ms, end_ms = round(caption.start_s * 1000), round(caption.end_s * 1000)
    stamps = []
    for word in caption.words:
        at_ms = round(word.start_s * 1000)
        is_later = latest_ms < at_ms < end_ms
        stamps.append(f"<{_clock(word.start_s, '.')}>" if is_later else "")
        latest_ms = at_ms if is_later else latest_ms
    return stamps


def ass(captions: Sequence[Caption], width: int, height: int) -> str:
    """Advanced SubStation Alpha for a picture of this size, word after word lit up as in karaoke."""
    size = round(min(height, width * 9 / 16) / 15)
    header = _ASS.format(
        width=width,
        height=height,
        size=size,
        outline=max(1, round(size / 16)),
        shadow=max(1, round(size / 30)),
        side=round(width / 20),
        bottom=round(height / 18),
    )
    events = []
    for one in captions:
        start, end = round(one.start_s * 100), round(one.end_s * 100)
        edges = [start, *(min(max(round(word.start_s * 100), start), end) for word in one.words[1:]), end]
        tags = [f"{{\\k{after - before}}}" for before, after in pairwise(edges)]
        text = _marked(one, tags, _ass_text, "\\N")
        name = _ass_text(one.speaker).replace(",", " ")
        events.append(f"Dialogue: 0,{_ass_clock(start)},{_ass_clock(end)},Default,{name},0,0,0,,{text}\n")
    return header + "".join(events)


def _text(caption: Caption) -> str:
    return "\n".join(caption.lines)


def _marked(caption: Caption, marks: Sequence[str], escape: Callable[[str], str], new_line: str) -> str:
    """The lines of a caption with its mark before each word."""
    words, lines = iter(zip(caption.words, marks, strict=True)), []
    word, mark = next(words, _NO_WORD)
    for line in caption.lines:
        marked, place = "", 0
        while word is not None and (at := line.find(word.text, place)) >= 0:
            marked += escape(line[place:at]) + mark + escape(word.text)
            place = at + len(word.text)
            word, mark = next(words, _NO_WORD)
        lines.append(marked + escape(line[place:]))
    return new_line.join(lines)


def _ass_text(text: str) -> str:
    # An invisible joiner behind a backslash: else it makes a command of the letter behind it.
    return text.replace("\\", "\\\u2060").replace("{", "\\{").replace("}", "\\}")


def _clock(seconds: float, point: str) -> str:
    ms = round(seconds * 1000)
    return f"{ms // 3_600_000:02d}:{ms // 60_000 % 60:02d}:{ms // 1000 % 60:02d}{point}{ms % 1000:03d}"


def _ass_clock(hundredths: int) -> str:
    return f"{hundredths // 360_000}:{hundredths // 6000 % 60:02d}:{hundredths // 100 % 60:02d}.{hundredths % 100:02d}"
