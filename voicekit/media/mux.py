"""New sound under an old picture: the picture's packets stay the same bytes."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np

from voicekit.errors import MediaError
from voicekit.files import atomic
from voicekit.media.container import opened, origin_s, packets, url, video_stream
from voicekit.media.write import LAYOUTS, encoded, writing

SAMPLE_RATE = 48_000
BIT_RATE = 192_000
#: suffix → FFmpeg's name of the container, and the sound codec written into it.
CONTAINERS = {
    ".mp4": ("mp4", "aac"),
    ".m4v": ("mp4", "aac"),
    ".mov": ("mov", "aac"),
    ".mkv": ("matroska", "aac"),
    ".webm": ("webm", "libopus"),
}
#: What tells of the old file, not of the film.
_FILE_METADATA = {"major_brand", "minor_version", "compatible_brands", "encoder"}


def check_mux(video_path: Path | str, out_path: Path | str) -> None:
    """Makes sure, before any work, that a file named `out_path` can hold the picture of `video_path`.

    Raises:
        MediaError: there is no picture, the ending is unknown, or its container cannot hold the codec.
    """
    import av

    out_path = Path(out_path)
    suffix = out_path.suffix.lower()
    if suffix not in CONTAINERS:
        raise MediaError(f"{out_path}: a film can be written as {', '.join(CONTAINERS)}; choose one of these endings")
    with opened(Path(video_path)) as film:
        video = video_stream(film)
        if video is None:
            raise MediaError(f"{video_path} has no picture; give a film")
        codec = video.codec_context.codec.name
    with av.open(url(out_path), "w", format=CONTAINERS[suffix][0]) as container:  # nothing is written yet
        if codec not in container.supported_codecs:
            raise MediaError(f"{out_path}: a {suffix} file cannot hold {codec} video; let the output end in .mkv")


def mux(
    video_path: Path | str, audio_blocks: Iterable[np.ndarray], sample_rate: int, out_path: Path | str, channels: int = 2
) -> None:
    """Writes the picture of a film with new sound, whole or not at all.

    The packets of the picture are copied with their times (only MPEG-TS frames them otherwise). A film
    that starts late on its container's clock starts at zero in the copy. Rotation, metadata and chapters come
    along, and subtitles where the container stays the same. The sound becomes 48 kHz AAC (WebM: Opus).

    Args:
        audio_blocks: float32 (channels, samples) in [−1, 1], from the start of the presentation; taken one by
            one while the picture is copied.
        sample_rate: of the blocks, in Hz.
        channels: of the blocks.

    Raises:
        MediaError: see `check_mux`.
        VoicekitError: the disk is full, the folder cannot be written to.
    """
    import av

    video_path, out_path = Path(video_path), Path(out_path)
    check_mux(video_path, out_path)
    format_name, sound_codec = CONTAINERS[out_path.suffix.lower()]
    options = {"movflags": "+faststart"} if format_name in ("mp4", "mov") else {}
    with (
        atomic(out_path) as partial,
        writing(out_path),
        opened(video_path) as film,
        av.open(url(partial), "w", format=format_name, container_options=options) as out,
    ):
        copies = _copied_streams(film, out)
        sound = out.add_stream(sound_codec, rate=SAMPLE_RATE, layout=LAYOUTS[channels])
        sound.bit_rate = BIT_RATE // 2 * channels
        sound_packets = encoded(sound, audio_blocks, sample_rate)
        sound_s = -1.0
        for packet in _with_dts(packets(film, *copies)):
            shift = round(origin_s(film) / packet.time_base)
            packet.dts -= shift
            packet.pts = packet.dts if packet.pts is None else packet.pts - shift
            # Sound is written as far as the picture is: the muxer, which sorts by time, has little to keep.
            while sound_s < packet.dts * packet.time_base and (sound_packet := next(sound_packets, None)):
                sound_s = float(sound_packet.dts * sound_packet.time_base)
                out.mux(sound_packet)
            packet.stream = copies[packet.stream]
            out.mux(packet)
        for sound_packet in sound_packets:
            out.mux(sound_packet)


def _copied_streams(film, out) -> dict:
    """The film's streams that come along → their copies in `out`."""
    video = video_stream(film)
    # opaque: the decoder's name serves, for there may be no encoder of this codec and none is needed.
    copies = {video: out.add_stream_from_template(video, opaque=True)}
    copies[video].time_base = video.time_base
    out.metadata.update({k: v for k, v in film.metadata.items() if k.lower() not in _FILE_METADATA})
    if out.format.name in film.format.name.split(","):
        for subtitles in film.streams.subtitles:
            with suppress(ValueError):  # a kind that this container does not take
                copies[subtitles] = out.add_stream_from_template(subtitles)
                copies[subtitles].metadata["language"] = subtitles.language or "und"
    out.set_chapters(film.chapters())
    return copies


def _with_dts(all_packets: Iterable) -> Iterator:
    """The packets that hold data, each with a decoding time.

    Matroska stores none. FFmpeg works them out, but for the first few of a film with pictures out of order.
    """
    waiting: dict = {}  # stream → packets without a time
    for packet in all_packets:
        early = waiting.setdefault(packet.stream, [])
        if packet.size and packet.dts is None:
            early.append(packet)
        elif packet.size or early:
            step = max(1, (early or [packet])[0].duration or 0)
            end = packet.dts if packet.size else early[-1].pts + step
            for n, late in enumerate(early):
                late.dts = end - (len(early) - n) * step
                yield late
            early.clear()
            if packet.size:
                yield packet
