"""A film whose frames are changed: its sound is copied packet by packet, and all stays in step."""

from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from voicekit.core.errors import MediaError
from voicekit.media.container import open_input, picture_in, probe
from voicekit.media.copy import can_copy, copied, copy_metadata, copy_sound, copy_subtitles
from voicekit.media.film import x264
from voicekit.media.muxing import timed, write
from voicekit.media.planes import FULL_RANGE, blank, told_like, views
from voicekit.media.recode import PIXELS, coded, first_frame, frames_of, show_like
from voicekit.media.write import open_output

if TYPE_CHECKING:
    from av import VideoFrame

TAKES = (".mp4", ".mov", ".mkv", ".webm")
#: x264's CRF: so good that the next stage sees no loss.
_LOSS = 16


def remake(
    path: Path,
    out_path: Path,
    change: "Callable[[Iterator[VideoFrame]], Iterable[VideoFrame]]",
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
    path, out_path = Path(path), Path(out_path)
    length_s = max(probe(path).duration_s, 1e-3)
    with open_input(path) as film:
        picture_in(film, path)
        with open_output(out_path, "mp4") as out:
            copy_metadata(out, film)
            picture = _add_picture(out, path, change, rate, lambda time_s: progress(min(1.0, time_s / length_s)))
            copies = {audio: _copy(out, audio, path) for audio in film.streams.audio}
            copies |= copy_subtitles(out, film)
            write(out, copied(film, copies, out) if copies else (), [timed(picture)])


def _copy(out, audio, path: Path):
    if not can_copy(copy_sound, audio, "mp4"):
        codec = audio.codec_context.name if audio.codec_context else "unknown"
        raise MediaError(f"{path}: an MP4 cannot hold its {codec} sound as it is; export the film with AAC sound")
    copy = copy_sound(out, audio)
    copy.disposition = audio.disposition
    return copy


def _add_picture(out, path: Path, change: Callable, rate: int, at: Callable[[float], None]) -> Iterator:
    """Adds the stream of the picture to `out`; its packets."""
    source, aspect, frames_s = first_frame(path)
    changed = iter(change(_frames(path, source, at)))
    first = next(changed)
    stream = out.add_stream("libx264", rate=frames_s * rate, options=x264(_LOSS))
    context = stream.codec_context
    context.width, context.height, context.pix_fmt = first.width, first.height, first.format.name
    context.time_base = stream.time_base = first.time_base
    context.color_range = FULL_RANGE if source.format.name.startswith("yuvj") else source.color_range
    show_like(stream, source, aspect)
    return coded(stream, chain([first], changed))


def _frames(path: Path, first, at: Callable[[float], None]) -> Iterator:
    """Frames of the size and kind of the first, each later than the one before it."""
    kind, size = _kind(first), (first.width, first.height)
    for frame in frames_of(path):
        time_s = frame.time
        yield _even(frame, kind, *size)
        at(time_s)


def _kind(frame: "VideoFrame") -> str:
    """The kind of pixels that is worked on: the frame's own, its range told apart from it, or the nearest."""
    name = frame.format.name
    if name in PIXELS:
        return name.replace("yuvj", "yuv")
    return PIXELS[0] if frame.format.components[0].bits == 8 else "yuv420p10le"


def _even(frame: "VideoFrame", kind: str, width: int, height: int) -> "VideoFrame":
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
    made.color_range = FULL_RANGE if full else frame.color_range
    return made
