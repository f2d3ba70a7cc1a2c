"""Subtitles as a track of their own, which the viewer turns on."""

import html
import re
import struct
from collections.abc import Iterable, Iterator
from fractions import Fraction

#: A caption's start and end, in seconds from the start of the presentation, and its text.
Timed = tuple[float, float, str]
#: FFmpeg's name of a container → its subtitle codec.
CODECS = {"mp4": "mov_text", "mov": "mov_text", "matroska": "subrip", "webm": "webvtt"}
_MS = Fraction(1, 1000)
#: The encoders make the track's header from one like this; only MP4 and MOV keep a style in it.
_STYLE = b"""[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, \
StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding
Style: Default,Arial,16,&Hffffff,&Hffffff,&H0,&H0,0,0,0,0,100,100,0,0,1,1,0,2,10,10,10,0

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
"""


def in_order(captions: Iterable[Timed]) -> list[Timed]:
    """Captions by time, none over the next one, those without text left out."""
    sorted_ones = sorted((one for one in captions if one[2].strip()), key=lambda one: one[0])
    cut = [
        (start_s, min(end_s, after[0]) if after else end_s, text.strip())
        for (start_s, end_s, text), after in zip(sorted_ones, [*sorted_ones[1:], None], strict=False)
    ]
    return [one for one in cut if one[1] > one[0]]


def add_captions(out, captions: Iterable[Timed], language: str) -> Iterator:
    """Adds a track to `out`; its packets."""
    codec = CODECS[out.format.name]
    stream = out.add_stream(codec)
    stream.codec_context.subtitle_header = _STYLE
    stream.codec_context.time_base = stream.time_base = _MS
    stream.metadata["language"] = language
    return _packets(stream, codec, in_order(captions))


def _packets(stream, codec: str, captions: Iterable[Timed]) -> Iterator:
    import av

    for start_s, end_s, text in captions:
        start_ms, end_ms = round(start_s * 1000), round(end_s * 1000)
        data = _as_written(text, codec).encode()
        if codec == "mov_text":  # in the gaps the muxer itself writes empty ones
            data = struct.pack(">H", len(data)) + data
        packet = av.Packet(data)
        packet.stream, packet.time_base = stream, _MS
        packet.pts = packet.dts = start_ms
        packet.duration = end_ms - start_ms
        yield packet


def _as_written(text: str, codec: str) -> str:
    if codec == "webvtt":
        return html.escape(text, quote=False)
    if codec == "subrip":  # knows no escapes: an invisible joiner keeps "<i>" from being taken for a command
        return re.sub(r"<(?=/?[a-zA-Z])|\{(?=\\)", "\\g<0>\u2060", text)
    return text
