"""The picture encoded anew, frame by frame at the same times."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from voicekit.errors import MediaError
from voicekit.media.burn import burned
from voicekit.media.container import decoded, opened, origin_s, picture_in, video_stream
from voicekit.media.planes import LIMITED_RANGE
from voicekit.media.soft import Timed, in_order

_H264 = ("libx264", {"crf": "18", "preset": "medium", "x264-params": "log-level=none"})
_VP9 = ("libvpx-vp9", {"crf": "24", "deadline": "realtime", "cpu-used": "5", "row-mt": "1"})
#: FFmpeg's name of a container → the codec of its picture, set so that the loss is not seen.
CODECS = {"mp4": _H264, "mov": _H264, "matroska": _H264, "webm": _VP9}
#: Kinds of pixels that stay as they are where the codec takes them; others become the first.
PIXELS = (
    *("yuv420p", "yuv422p", "yuv444p", "yuvj420p", "yuvj422p", "yuvj444p"),
    *("yuv420p10le", "yuv422p10le", "yuv444p10le"),
)
_UNKNOWN = 2  # of the matrix of colours


def add_picture(out, path: Path, captions: Sequence[Timed] = ()) -> Iterator:
    """Adds a stream to `out` for the picture of `path` with captions drawn into it: of the same size (H.264: an odd one
    less by one), turned alike, of the same colours. Its packets.

    Raises:
        MediaError: none of the picture can be decoded; no font has a character.
    """
    first, aspect, rate = first_frame(path)
    codec, options = CODECS[out.format.name]
    stream = out.add_stream(codec, rate=rate, options=options)
    context = stream.codec_context
    step = 2 if codec == "libx264" else 1
    context.width, context.height = first.width // step * step, first.height // step * step
    kept = {kind.name for kind in context.codec.video_formats} & set(PIXELS)
    context.pix_fmt = first.format.name if first.format.name in kept else PIXELS[0]
    context.time_base = stream.time_base = first.time_base
    context.color_range = first.color_range if context.pix_fmt == first.format.name else LIMITED_RANGE
    show_like(stream, first, aspect)
    frames = _alike(frames_of(path), (context.width, context.height, context.pix_fmt))
    if captions := in_order(captions):
        frames = burned(frames, captions, first.rotation, float(aspect))
    return coded(stream, frames)


def first_frame(path: Path) -> tuple:
    """The first frame of a film, the width of a pixel by its height, and frames a second.

    Only a frame tells how the picture is turned.

    Raises:
        MediaError: none of the picture can be decoded.
    """
    with opened(path) as film:
        video = video_stream(film)
        for frame in decoded(film, video):
            return frame, video.sample_aspect_ratio or 1, video.average_rate or 25
    raise MediaError(f"{path}: none of its picture can be decoded; it is damaged, export or copy it again")


def frames_of(path: Path) -> Iterator:
    """The frames of a film, their times from the start of the presentation, each later than the one before it."""
    with opened(path) as film:
        video = picture_in(film, path)
        shift, last = round(origin_s(film) / video.time_base), -1
        for frame in decoded(film, video):
            pts = frame.dts if frame.pts is None else frame.pts
            pts = last + 1 if pts is None else pts - shift
            last = max(pts, last + 1)  # only in a damaged film is it not later by itself
            frame.pts, frame.time_base = last, video.time_base
            yield frame


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
    if frame.rotation:
        stream.set_display_rotation(frame.rotation)


def coded(stream, frames: Iterable) -> Iterator:
    """The packets of frames."""
    for frame in frames:
        frame.pict_type = 0  # the encoder chooses what kind it becomes
        yield from stream.encode(frame)
    yield from stream.encode(None)


def _alike(frames: Iterable, target: tuple[int, int, str]) -> Iterator:
    """Frames of one size and kind."""
    for frame in frames:
        same = (frame.width, frame.height, frame.format.name) == target
        yield frame if same else frame.reformat(*target)
