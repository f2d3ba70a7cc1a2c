"""Re-encodes the picture, frame by frame at the same times."""

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import chain
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING

from voicekit.core.errors import MediaError
from voicekit.media.burn import STILL_S, burned
from voicekit.media.container import decoded, extent_of, open_input, origin_s, picture_in
from voicekit.media.planes import LIMITED_RANGE, copy_of, display_matrix, turned
from voicekit.media.subtitle_track import Timed, in_order

if TYPE_CHECKING:
    import av

_H264 = ("libx264", {"crf": "18", "preset": "medium", "x264-params": "log-level=none"})
_VP9 = ("libvpx-vp9", {"crf": "24", "deadline": "realtime", "cpu-used": "5", "row-mt": "1"})
#: x264 looks so many pictures ahead, and holds them all: of larger ones than 4K it looks at fewer, in the same memory.
_AHEAD, _AHEAD_PIXELS, _LEAST_AHEAD = 40, 3840 * 2160, 5
#: FFmpeg's name of a container → the codec of its picture, set so that no loss is visible.
CODECS = {"mp4": _H264, "mov": _H264, "matroska": _H264, "webm": _VP9}
#: Pixel formats that others are converted to: of those that the codec takes, the one that loses least.
_SMALL = ("yuv420p", "yuv420p10le")
_NEAREST = (*_SMALL, "yuv422p", "yuv444p", "yuv422p10le", "yuv444p10le")
#: Pixel formats that are kept where the codec takes them.
PIXELS = (*_NEAREST, "yuvj420p", "yuvj422p", "yuvj444p")
_UNKNOWN = 2  # of the matrix of colours
#: A property of the picture → FFmpeg's names of it.
_FACTS = {
    "that it is a 360° film": {"SPHERICAL"},
    "that it is in 3D": {"STEREO3D"},
    "its Dolby Vision": {"DOVI_RPU_BUFFER", "DOVI_METADATA"},
    "its HDR data (how bright it is meant to be)": {
        *("MASTERING_DISPLAY_METADATA", "CONTENT_LIGHT_LEVEL", "DYNAMIC_HDR_PLUS", "DYNAMIC_HDR_VIVID"),
    },
}
#: The properties that a MOV cannot state.
NOT_IN_MOV = ("that it is a 360° film", "that it is in 3D", "its Dolby Vision")
#: Pictures out of order lie less than this apart.
_LONG_S = 0.5
#: The duration of the last picture of a still film.
_LAST_S = Fraction(1, 25)


def add_picture(out, path: Path, captions: Sequence[Timed] = ()) -> Iterator:
    """Adds a stream to `out` for the picture of `path` with captions drawn into it: of the same size (H.264: an odd one
    less by one), turned alike, of the same colours. Its packets.

    Raises:
        MediaError: none of the picture can be decoded; no font has a character.
    """
    first, aspect, rate = first_frame(path)
    captions = in_order(captions)
    until_s = captions[-1][1] if captions else 0.0
    codec, options = CODECS[out.format.name]
    if codec == "libx264" and _stands(path, until_s):  # MP4 says how long a picture lasts where they are in order
        options = options | {"bf": "0"}
    if codec == "libx264" and (pixels := first.width * first.height) > _AHEAD_PIXELS:
        options = options | {"rc-lookahead": str(max(_LEAST_AHEAD, _AHEAD * _AHEAD_PIXELS // pixels))}
    stream = out.add_stream(codec, rate=rate, options=options)
    context = stream.codec_context
    step = 2 if codec == "libx264" else 1
    context.width, context.height = first.width // step * step, first.height // step * step
    context.pix_fmt = _pixels(first, codec).name
    context.time_base = stream.time_base = first.time_base
    context.color_range = first.color_range if context.pix_fmt == first.format.name else LIMITED_RANGE
    show_like(stream, first, aspect)
    frames = _alike(frames_of(path, until_s), (context.width, context.height, context.pix_fmt))
    if captions:
        frames = burned(frames, captions, *turned(first), pixel_aspect=float(aspect))
    return coded(stream, ended(frames))


def _pixels(frame, codec: str):
    """The kind of pixels as which a frame is encoded."""
    from av.codec import Codec, find_best_pix_fmt_of_list

    kind, taken = frame.format, {kind.name for kind in Codec(codec, "w").video_formats or ()}
    if kind.name in taken and kind.name in PIXELS:
        return kind
    # Few players show the full sharpness of colours that RGB has.
    others = _NEAREST if _has_chroma(kind) and not kind.is_rgb else _SMALL
    return find_best_pix_fmt_of_list([name for name in others if name in taken], kind)[0]


def _has_chroma(kind) -> bool:
    return len(kind.components) > 2 or kind.has_palette


def facts(path: Path) -> list[str]:
    """What a film says of its picture beside the pixels, for people: all of it is lost when it is encoded again."""
    frame, *_ = first_frame(path)
    known = {side_data.type.name for side_data in frame.side_data}
    return [name for name, kinds in _FACTS.items() if known & kinds]


def reduced(path: Path, container: str) -> list[str]:
    """What of the pixels of a film is lost, for people, when it is encoded again for a container, by FFmpeg's name of it."""
    frame, *_ = first_frame(path)
    kind, made = frame.format, _pixels(frame, CODECS[container][0])
    bits, kept = (max(one.bits for one in each.components) for each in (kind, made))
    width = frame.width
    lost = {
        f"{bits - kept} of the {bits} bits of a colour": bits > kept,
        "half of the sharpness of its colours": _has_chroma(kind) and kind.chroma_width(width) > made.chroma_width(width),
        "its transparency": any(one.is_alpha for one in kind.components),
    }
    return [name for name, is_lost in lost.items() if is_lost]


def _stands(path: Path, until_s: float) -> bool:
    """Whether a picture of a film stands still, were the last one shown till then."""
    with open_input(path) as film:
        found, number = extent_of(film), picture_in(film, path).index
        track = found.tracks[number]
        longest_s = max(track.longest_s, found.until(number) - track.end_s, until_s + origin_s(film) - track.end_s)
    return longest_s > _LONG_S


def first_frame(path: Path) -> tuple:
    """The first frame of a film, the width of a pixel by its height, and frames a second.

    Only a frame tells how the picture is turned.

    Raises:
        MediaError: none of the picture can be decoded.
    """
    with open_input(path) as film:
        video = picture_in(film, path)
        for frame in decoded(film, video):
            tick = _tick(video)
            frame.time_base = tick / _ticks(tick)
            return frame, video.sample_aspect_ratio or 1, video.average_rate or 25
    raise MediaError(f"{path}: none of its picture can be decoded; it is damaged, export or copy it again")


def shown_size(path: Path) -> tuple[int, int]:
    """The width and height of a film's picture as players show it, turned and with square pixels.

    Raises:
        MediaError: none of the picture can be decoded.
    """
    frame, aspect, _ = first_frame(path)
    width, height = round(frame.width * aspect), frame.height
    return (height, width) if turned(frame)[0] % 180 else (width, height)


def frames_of(path: Path, until_s: float = 0.0) -> Iterator:
    """The frames of a film, their times from the start of the presentation, each later than the one before it.

    Each says how long it lasts: up to the next one, the last to the end of the picture, or to `until_s` if that is later.
    """
    with open_input(path) as film:
        video = picture_in(film, path)
        tick = _tick(video)
        shift, last, held = round(origin_s(film) / tick), -1, None
        ticks = _ticks(tick)
        for frame in decoded(film, video):
            pts = frame.dts if frame.pts is None else frame.pts
            pts = last + 1 if pts is None else (pts - shift) * ticks
            last = max(pts, last + 1)  # only in a damaged film is it not later by itself
            frame.pts, frame.time_base = last, tick / ticks
            if held is not None:
                held.duration = last - held.pts
                yield held
            held = frame
        if held is not None:
            until_s = max(until_s, extent_of(film).until(video.index) - origin_s(film))
            held.duration = max(1, round(until_s / held.time_base) - held.pts)
            yield held


def ended(frames: Iterable) -> Iterator:
    """Planar frames; the last once more where it stands still, for not every container says how long the last one lasts."""
    for frame, is_last in _with_last(frames):
        if is_last and frame.duration * frame.time_base > STILL_S:
            again = copy_of(frame)
            again.duration = round(_LAST_S / frame.time_base)
            frame.duration -= again.duration
            again.pts += frame.duration
            yield frame
            frame = again
        yield frame


def _with_last(frames: Iterable) -> Iterator[tuple]:
    """Frames, each with whether it is the last."""
    held = None
    for frame in frames:
        if held is not None:
            yield held, False
        held = frame
    if held is not None:
        yield held, True


def _tick(video: "av.VideoStream") -> Fraction:
    """A tick of the times of a stream, in seconds."""
    if video.time_base is None:  # in a stream that is still to be written
        raise ValueError("a stream without a clock")
    return video.time_base


def _ticks(time_base: Fraction) -> int:
    """Into how many a tick is divided, so that a picture that stands still can be changed at any time."""
    return max(1, ceil(time_base * 1000))


def show_like(stream, frame, aspect) -> None:
    """A stream to be encoded, in YUV, will be shown as a frame is: of its colours, turned as it is.

    Args:
        aspect: the width of a pixel by its height.
    """
    context = stream.codec_context
    context.sample_aspect_ratio = aspect
    context.colorspace = frame.colorspace or _UNKNOWN  # 0 is RGB, which it no longer is
    context.color_trc, context.color_primaries = frame.color_trc, frame.color_primaries
    stream.disposition = stream.disposition.default
    if (matrix := display_matrix(frame)) is not None:
        stream.set_display_matrix(matrix)


def coded(stream, frames: Iterable) -> Iterator:
    """The packets of frames, each as long as its frame."""
    lasting: dict[int, int] = {}  # of the frames that the encoder still holds
    for frame in chain(frames, [None]):
        if frame is not None:
            frame.pict_type = 0  # the encoder chooses what kind it becomes
            lasting[frame.pts] = frame.duration
        for packet in stream.encode(frame):
            packet.duration = lasting.pop(packet.pts, 0) or packet.duration
            yield packet


def _alike(frames: Iterable, target: tuple[int, int, str]) -> Iterator:
    """Frames of one size and kind."""
    for frame in frames:
        same = (frame.width, frame.height, frame.format.name) == target
        if not same:
            lasts = frame.duration
            frame = frame.reformat(*target)
            frame.duration = lasts
        yield frame
