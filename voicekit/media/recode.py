"""The picture encoded anew, frame by frame at the same times."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from voicekit.errors import MediaError
from voicekit.media.burn import burned
from voicekit.media.container import opened, origin_s, packets, video_stream
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
_LIMITED_RANGE = 1


def add_picture(out, path: Path, captions: Sequence[Timed] = ()) -> Iterator:
    """Adds a stream to `out` for the picture of `path` with captions drawn into it: of the same size (H.264: an odd one
    less by one), turned alike, of the same colours. Its packets.

    Raises:
        MediaError: none of the picture can be decoded; no font has a character.
    """
    first, video_aspect, rate = _first(path)  # only a frame tells how the picture is turned
    codec, options = CODECS[out.format.name]
    stream = out.add_stream(codec, rate=rate, options=options)
    context = stream.codec_context
    step = 2 if codec == "libx264" else 1
    context.width, context.height = first.width // step * step, first.height // step * step
    kept = {kind.name for kind in context.codec.video_formats} & set(PIXELS)
    context.pix_fmt = first.format.name if first.format.name in kept else PIXELS[0]
    context.time_base = stream.time_base = first.time_base
    context.sample_aspect_ratio = video_aspect
    context.color_range = first.color_range if context.pix_fmt == first.format.name else _LIMITED_RANGE
    context.colorspace, context.color_trc = first.colorspace, first.color_trc
    context.color_primaries = first.color_primaries
    stream.disposition = stream.disposition.default
    if first.rotation:
        stream.set_display_rotation(first.rotation)
    return _packets(stream, path, in_order(captions), first.rotation)


def _first(path: Path):
    with opened(path) as film:
        video = video_stream(film)
        for frame in _decoded(packets(film, video)):
            return frame, video.sample_aspect_ratio or 1, video.average_rate or 25
    raise MediaError(f"{path}: none of its picture can be decoded; it is damaged, export or copy it again")


def _packets(stream, path: Path, captions: Sequence[Timed], rotation: int) -> Iterator:
    context = stream.codec_context
    with opened(path) as film:
        video = video_stream(film)
        video.thread_type = "AUTO"
        shift = round(origin_s(film) / video.time_base)
        frames = _placed(_decoded(packets(film, video)), shift, (context.width, context.height, context.pix_fmt))
        if captions:
            frames = burned(frames, captions, rotation, float(context.sample_aspect_ratio or 1))
        for frame in frames:
            yield from stream.encode(frame)
        yield from stream.encode(None)


def _placed(frames: Iterable, shift: int, target: tuple[int, int, str]) -> Iterator:
    """Frames of one size and kind, each later than the one before it."""
    last = -1
    for frame in frames:
        time_base = frame.time_base
        pts = frame.dts if frame.pts is None else frame.pts
        pts = last + 1 if pts is None else pts - shift
        pts = max(pts, last + 1)  # only in a damaged film is it not later by itself
        if (frame.width, frame.height, frame.format.name) != target:
            frame = frame.reformat(*target)
        frame.pts, frame.time_base, frame.pict_type = pts, time_base, 0  # 0: the encoder chooses what kind it becomes
        last = pts
        yield frame


def _decoded(film_packets: Iterable) -> Iterator:
    """Frames, past damage. The last packet is empty: it brings out what the decoder still holds."""
    import av

    for packet in film_packets:
        try:
            yield from packet.decode()
        except av.FFmpegError:
            continue
