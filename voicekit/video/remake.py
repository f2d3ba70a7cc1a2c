"""A film whose frames are changed: its sound is copied packet by packet, and all stays in step."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import numpy as np

from voicekit.errors import MediaError
from voicekit.files import atomic
from voicekit.media.container import opened, origin_s, packets, probe, url, video_stream
from voicekit.media.copy import can_copy, copied, copy_sound, copy_subtitles
from voicekit.media.mux import write
from voicekit.media.recode import PIXELS
from voicekit.media.write import writing
from voicekit.video.planes import blank, told_like, views

TAKES = (".mp4", ".mov", ".mkv", ".webm")
#: So good that the next stage finds nothing of it, and fast: x264's slower presets only make the file smaller.
_CODING = {"crf": "14", "preset": "veryfast", "x264-params": "log-level=none"}
#: Metadata that tells of the old file, not of the film.
_OF_THE_FILE = {"major_brand", "minor_version", "compatible_brands", "encoder"}
_FULL_RANGE = 2
_UNKNOWN = 2  # of the matrix of colours


def remake(
    path: Path,
    out_path: Path,
    change: Callable[[Iterator], Iterable],
    rate: int = 1,
    progress: Callable[[float], None] = lambda share: None,
) -> None:
    """Writes the film with the frames that `change` makes of its own, as H.264 in MP4, whole or not at all.

    Frames come to `change` one after another, from the start of the presentation, in the order and at the times in which
    they are shown, all of one even size, planar, 8 or 10 bits.

    Args:
        rate: how many frames it gives for one.

    Raises:
        MediaError: the file is no film, or MP4 cannot hold its sound.
        VoicekitError: the disk is full, the folder cannot be written to.
    """
    import av

    path, out_path = Path(path), Path(out_path)
    info = probe(path)
    if not info.has_video:
        raise MediaError(f"{path} has no picture; give a film")
    options = {"movflags": "+faststart"}
    with (
        atomic(out_path) as partial,
        writing(out_path),
        opened(path) as film,
        av.open(url(partial), "w", format="mp4", container_options=options) as out,
    ):
        out.metadata.update({k: v for k, v in film.metadata.items() if k.lower() not in _OF_THE_FILE})
        out.set_chapters(film.chapters())
        coded = _coded(out, path, change, rate, lambda time_s: progress(min(1.0, time_s / max(info.duration_s, 1e-3))))
        copies = {audio: _copy(out, audio, path) for audio in film.streams.audio}
        copies |= copy_subtitles(out, film)
        timed = ((float(packet.dts * packet.time_base), packet) for packet in coded)
        write(out, copied(film, copies, out) if copies else (), [timed])


def _copy(out, audio, path: Path):
    if not can_copy(copy_sound, audio, "mp4"):
        codec = audio.codec_context.name if audio.codec_context else "unknown"
        raise MediaError(f"{path}: an MP4 cannot hold its {codec} sound as it is; export the film with AAC sound")
    copy = copy_sound(out, audio)
    copy.disposition = audio.disposition
    return copy


def _coded(out, path: Path, change: Callable, rate: int, at: Callable[[float], None]) -> Iterator:
    """Adds the stream of the picture to `out`; its packets."""
    source, aspect, frames_s = _first(path)
    changed = iter(change(_frames(path, source, at)))
    first = next(changed)
    stream = out.add_stream("libx264", rate=frames_s * rate, options=_CODING)
    context = stream.codec_context
    context.width, context.height, context.pix_fmt = first.width, first.height, first.format.name
    context.time_base = stream.time_base = first.time_base
    context.sample_aspect_ratio = aspect
    context.color_range = _FULL_RANGE if source.format.name.startswith("yuvj") else source.color_range
    context.colorspace = source.colorspace or _UNKNOWN  # 0 is RGB, which it no longer is
    context.color_trc, context.color_primaries = source.color_trc, source.color_primaries
    stream.disposition = stream.disposition.default
    if source.rotation:
        stream.set_display_rotation(source.rotation)

    def made() -> Iterator:
        for frame in _chained(first, changed):
            frame.pict_type = 0  # the encoder chooses what kind it becomes
            yield from stream.encode(frame)
        yield from stream.encode(None)

    return made()


def _first(path: Path):
    with opened(path) as film:
        video = video_stream(film)
        for frame in _decoded(packets(film, video)):
            return frame, video.sample_aspect_ratio or 1, video.average_rate or 25
    raise MediaError(f"{path}: none of its picture can be decoded; it is damaged, export or copy it again")


def _frames(path: Path, first, at: Callable[[float], None]) -> Iterator:
    """Frames of the size and kind of the first, each later than the one before it."""
    kind, size, last = _kind(first), (first.width, first.height), -1
    with opened(path) as film:
        video = video_stream(film)
        video.thread_type = "AUTO"
        shift = round(origin_s(film) / video.time_base)
        for frame in _decoded(packets(film, video)):
            pts, time_base = frame.dts if frame.pts is None else frame.pts, video.time_base
            pts = max(last + 1, last + 1 if pts is None else pts - shift)
            last = pts
            frame.pts, frame.time_base = pts, time_base
            frame = _even(frame, kind, *size)
            frame.pts, frame.time_base = pts, time_base
            yield frame
            at(float(pts * time_base))


def _kind(frame) -> str:
    """The kind of pixels that is worked on: the frame's own, its range told apart from it, or the nearest."""
    name = frame.format.name
    if name in PIXELS:
        return name.replace("yuvj", "yuv")
    return PIXELS[0] if frame.format.components[0].bits == 8 else "yuv420p10le"


def _even(frame, kind: str, width: int, height: int):
    """A frame of that kind and size, an odd one less by a row or a column: H.264 wants it even."""
    full = frame.format.name.startswith("yuvj")
    if (frame.width, frame.height) != (width, height) or (not full and frame.format.name != kind):
        frame = frame.reformat(width, height, f"yuvj{kind[3:]}" if full else kind)
    if not full and width % 2 == height % 2 == 0:
        return frame
    made = blank(width // 2 * 2, height // 2 * 2, kind)
    for into, plane in zip(views(made), views(frame), strict=True):
        np.copyto(into, plane[: into.shape[0], : into.shape[1]])
    told_like(made, frame)
    made.color_range = _FULL_RANGE if full else frame.color_range
    return made


def _decoded(film_packets: Iterable) -> Iterator:
    """Frames, past damage. The last packet is empty: it brings out what the decoder still holds."""
    import av

    for packet in film_packets:
        try:
            yield from packet.decode()
        except av.FFmpegError:
            continue


def _chained(first, rest: Iterable) -> Iterator:
    yield first
    yield from rest
