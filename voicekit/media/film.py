"""A film from pictures and sound, and the pictures of a film."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np

from voicekit.errors import MediaError
from voicekit.files import atomic
from voicekit.media.container import opened, origin_s, packets, url, video_stream
from voicekit.media.write import encoded, writing

#: How much is lost in coding (x264's CRF): in a film that is delivered, and in one that will be coded again.
DELIVERED, BETWEEN = 18, 12


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
    import av

    with opened(path) as film:
        video = video_stream(film)
        if video is None:
            raise MediaError(f"{path} has no picture; give a film")
        video.thread_type = "AUTO"
        origin = origin_s(film)
        for packet in packets(film, video):
            try:
                frames = packet.decode()
            except av.FFmpegError:
                continue
            for frame in frames:
                if frame.pts is None:
                    continue
                turns = round((frame.rotation or 0) / 90) % 4
                pixels = np.rot90(frame.to_ndarray(format="rgb24"), turns)
                yield Picture(pixels, float(frame.pts * frame.time_base) - origin)


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
    options = {"movflags": "+faststart"}
    with atomic(path) as partial, writing(path), av.open(url(partial), "w", format="mp4", options=options) as film:
        coding = {"crf": str(loss), "preset": "veryfast", "x264-params": "log-level=none"}
        video = film.add_stream("libx264", rate=fps, options=coding)
        video.pix_fmt, video.height, video.width = "yuv420p", *first.shape[:2]
        # Made from RGB, by the rules of HD: told, so that players show the same colours.
        video.codec_context.colorspace, video.codec_context.color_primaries, video.codec_context.color_trc = 1, 1, 1
        sound_packets = iter(())
        blocks = iter(sound)
        head = next(blocks, None)
        if head is not None:
            audio = film.add_stream("aac", rate=sample_rate, layout="stereo")
            sound_packets = encoded(audio, _chained(head, blocks), sample_rate)
        sound_s = -1.0
        for number, picture in enumerate(_chained(first, pictures)):
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="rgb24")
            frame = frame.reformat(format="yuv420p", dst_colorspace="ITU709")
            frame.pts, frame.time_base = number, 1 / fps
            film.mux(video.encode(frame))
            while sound_s < number / fps and (packet := next(sound_packets, None)):
                sound_s = float(packet.dts * packet.time_base)
                film.mux(packet)
        film.mux(video.encode(None))
        for packet in sound_packets:
            film.mux(packet)


def _chained(first, rest) -> Iterator:
    yield first
    yield from rest
