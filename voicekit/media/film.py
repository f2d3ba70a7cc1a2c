"""A film from pictures and sound, and the pictures of a film."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain
from pathlib import Path

import numpy as np

from voicekit.core.errors import MediaError
from voicekit.media.container import open_input, origin_s, picture_in, timed_frames
from voicekit.media.planes import turned
from voicekit.media.write import encoded, open_output

#: The loss of coding (x264's CRF): in a film that is delivered, and in one that will be coded again.
DELIVERED, BETWEEN = 20, 14


def x264(loss: int) -> dict[str, str]:
    """The same pictures are always coded the same, and fast: x264's slower presets only make the file smaller.

    Not with `mbtree`, which spends less where a picture soon changes: done with AVX-512, of noise it comes out now one way,
    now another. Without it a CRF two higher is about as good, in a file a tenth to a half larger.
    """
    return {"crf": str(loss), "preset": "veryfast", "x264-params": "log-level=none:mbtree=0"}


@dataclass(frozen=True)
class Picture:
    """One picture of a film: (height, width, 3) uint8 RGB, upright, shown from `time_s` on."""

    pixels: np.ndarray
    time_s: float


def read_pictures(path: Path) -> Iterator[Picture]:
    """The pictures of a film, one after another, from the start of the presentation; damaged ones are left out.

    Raises:
        MediaError: the file is no film.
    """
    with open_input(path) as film:
        yield from (Picture(_upright(frame), time_s) for frame, time_s in timed_frames(film, picture_in(film, path)))


def pictures_at(path: Path, times_s: Iterable[float]) -> Iterator[np.ndarray]:
    """What a film shows at each of the times, (height, width, 3) uint8 RGB, upright; looked up, not played.

    Where it is damaged, black; behind its end, what is last.

    Args:
        times_s: in seconds from the start of the presentation.

    Raises:
        MediaError: the file is no film.
    """
    import av

    with open_input(path) as film:
        video = picture_in(film, path)
        origin, black = origin_s(film), np.zeros((9, 16, 3), np.uint8)
        for wanted_s in times_s:
            shown, frames = None, timed_frames(film, video)
            try:
                film.seek(max(0, int((wanted_s + origin) * 1e6)))
            except av.FFmpegError:  # a container that cannot: from its start, then
                frames = _from_start(path)
            for frame, time_s in frames:
                if shown is not None and time_s > wanted_s:
                    break
                shown = frame
            if shown is None:
                yield black
                continue
            black = np.zeros_like(pixels := _upright(shown))
            yield pixels


def _from_start(path: Path) -> Iterator[tuple]:
    with open_input(path) as film:
        yield from timed_frames(film, picture_in(film, path))


def _upright(frame) -> np.ndarray:
    """(height, width, 3) uint8 RGB."""
    degrees, mirrored = turned(frame)
    pixels = frame.to_ndarray(format="rgb24")
    return np.rot90(pixels[:, ::-1] if mirrored else pixels, round(degrees / 90) % 4)


def write_film(
    path: Path,
    pictures: Iterable[np.ndarray],
    fps: float | Fraction,
    sound: Iterable[np.ndarray] = (),
    sample_rate: int = 48_000,
    loss: int = DELIVERED,
) -> None:
    """Writes an MP4 (H.264 and AAC), whole or not at all; sound is taken as the pictures go on.

    Args:
        pictures: (height, width, 3) uint8 each, of one even-numbered size.
        sound: blocks (2, samples) float32 in [−1, 1]; none for a silent film.

    Raises:
        MediaError: there is no picture.
        VoicekitError: the disk is full, the folder cannot be written to.
    """
    import av

    fps = Fraction(fps).limit_denominator(1001)
    pictures = iter(pictures)
    first = next(pictures, None)
    if first is None:
        raise MediaError(f"{path} would hold no picture at all")
    with open_output(path, "mp4") as film:
        video = film.add_stream("libx264", rate=fps, options=x264(loss))
        video.pix_fmt, video.height, video.width = "yuv420p", *first.shape[:2]
        # Made from RGB, by the rules of HD: told, so that players show the same colours.
        video.codec_context.colorspace, video.codec_context.color_primaries, video.codec_context.color_trc = 1, 1, 1
        sound_packets: Iterator[av.Packet] = iter(())
        blocks = iter(sound)
        head = next(blocks, None)
        if head is not None:
            audio = film.add_stream("aac", rate=sample_rate, layout="stereo")
            sound_packets = encoded(audio, chain([head], blocks), sample_rate)
        sound_s = -1.0
        for number, picture in enumerate(chain([first], pictures)):
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="rgb24")
            frame = frame.reformat(format="yuv420p", dst_colorspace="ITU709")
            frame.pts, frame.time_base = number, 1 / fps
            film.mux(video.encode(frame))
            while sound_s < number / fps and (packet := next(sound_packets, None)):
                sound_s = float((packet.dts or 0) * packet.time_base)
                film.mux(packet)
        film.mux(video.encode(None))
        for packet in sound_packets:
            film.mux(packet)
