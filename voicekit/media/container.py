"""Sound and film files from outside: opened, asked what they hold, and found whole or cut off."""

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from voicekit.errors import MediaError

if TYPE_CHECKING:
    import av

#: What is opened. Playlists and the like are not: they name other files, even on the network.
_DEMUXERS = "wav,w64,aiff,caf,flac,mp3,aac,ac3,eac3,amr,ogg,matroska,mov,avi,asf,flv,mpeg,mpegts,ape,wv,tta,dsf,rm"
#: Demuxers whose duration stands in the file; the others guess it from the size, so that it proves nothing.
_STATED_DURATION = {"flac", "mov", "matroska"}


@dataclass(frozen=True)
class MediaInfo:
    """What a file holds.

    Attributes:
        duration_s: of the longest stream, from the start of the presentation.
        sample_rate, channels: of the first sound stream; None without sound.
        width, height, fps: of the picture (a cover image is none); None without.
        notes: a line for each thing that is not as the file says and that the person has to know before any work.
    """

    path: Path
    duration_s: float
    sample_rate: int | None = None
    channels: int | None = None
    audio_codec: str | None = None
    width: int | None = None
    height: int | None = None
    fps: float | None = None
    notes: tuple[str, ...] = ()

    @property
    def has_audio(self) -> bool:
        return self.sample_rate is not None

    @property
    def has_video(self) -> bool:
        return self.width is not None


def probe(path: Path | str) -> MediaInfo:
    """Says what a file holds, and makes sure that its end is there.

    Raises:
        MediaError: the file is missing, empty, cut off, or neither sound nor film.
    """
    path = Path(path)
    with opened(path) as container:
        audio, video = audio_stream(container), video_stream(container)
        if audio is None and video is None:
            raise MediaError(f"{path} holds neither sound nor film; give it a sound or film file")
        duration_s, notes = _check_end(container, path)
        return MediaInfo(
            path=path,
            duration_s=duration_s,
            sample_rate=audio and audio.codec_context.sample_rate,
            channels=audio and audio.codec_context.channels,
            audio_codec=audio and audio.codec_context.name,
            width=video and video.codec_context.width,
            height=video and video.codec_context.height,
            fps=float(video.average_rate) if video and video.average_rate else None,
            notes=notes,
        )


@contextmanager
def opened(path: Path) -> Iterator["av.container.InputContainer"]:
    """The container of `path`, with FFmpeg's errors put in words."""
    import av

    try:
        if path.stat().st_size == 0:
            raise MediaError(f"{path} is empty (0 bytes); record or copy it again")
        options = {"format_whitelist": _DEMUXERS, "protocol_whitelist": "file"}
        container = av.open(url(path), options=options, metadata_errors="replace")
    except FileNotFoundError as error:
        raise MediaError(f"{path} does not exist; check the name") from error
    except IsADirectoryError as error:
        raise MediaError(f"{path} is a folder; name a sound or film file in it") from error
    except av.FFmpegError as error:
        if _is_film_without_index(path):
            raise MediaError(f"{path} is cut off: its index is missing; copy or export it again") from error
        raise MediaError(f"{path} is not a sound or film file that can be read; export it as WAV, MP3 or MP4") from error
    except OSError as error:
        raise MediaError(f"cannot read {path}: {error.strerror}") from error
    with container:
        yield container


def url(path: Path) -> str:
    """What FFmpeg calls a file. Without "file:", a name as "12:30.mp4" is the address "30.mp4" of protocol "12"."""
    return f"file:{path}"


def _is_film_without_index(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(8)[4:] == b"ftyp"


def audio_stream(container):
    return next(iter(container.streams.audio), None)


def video_stream(container):
    """The picture, not a cover image."""
    return next((s for s in container.streams.video if not s.disposition & s.disposition.attached_pic), None)


def picture_in(container, path: Path | str) -> "av.VideoStream":
    """The picture of the film at `path`, which may be decoded by several threads.

    Raises:
        MediaError: there is none.
    """
    video = video_stream(container)
    if video is None:
        raise MediaError(f"{path} has no picture; give a film")
    video.thread_type = "AUTO"
    return video


def origin_s(container) -> float:
    """When the presentation starts, on the container's clock. Before zero lies what decoders drop."""
    return max(0.0, (container.start_time or 0) / 1e6)


def _check_end(container, path: Path) -> tuple[float, tuple[str, ...]]:
    """The duration in seconds, after looking whether the packets go as far as the file says; and what is to be told.

    Raises:
        MediaError: they do not.
    """
    import av

    cut_off = MediaError(f"{path} is cut off: its end is missing; copy or export it again")
    demuxer = container.format.name.split(",")[0]
    if demuxer == "wav" and _wav_is_cut(path):
        raise cut_off
    if container.duration is None:  # a recording from a browser: nobody wrote how long it became
        return _last_end_s(container), ()
    duration_s = container.duration / 1e6
    if demuxer == "matroska":  # states when it ends
        duration_s -= origin_s(container)
    if demuxer in _STATED_DURATION or (demuxer == "mp3" and container.start_time):  # an MP3 with a LAME header
        tolerance_s = max(0.2, 0.01 * duration_s)
        try:
            container.seek(int(1e6 * max(0, duration_s - 2 * tolerance_s)) + max(0, container.start_time or 0))
            end_s = _last_end_s(container)
        except av.FFmpegError:  # a short FLAC without a seek table will not go to its end; and then it is lost altogether
            with opened(path) as again:
                end_s = _last_end_s(again)
        if end_s < duration_s - tolerance_s:
            raise cut_off
    return duration_s, ()


def _last_end_s(container) -> float:
    """When the last packet from here on ends, from the start of the presentation."""
    return max((_end_s(packet) for packet in packets(container)), default=0.0) - origin_s(container)


def _wav_is_cut(path: Path) -> bool:
    """Whether a WAV's header promises more bytes than there are; FFmpeg does not tell."""
    with path.open("rb") as file:
        size = path.stat().st_size
        if file.read(4) != b"RIFF":
            return False
        file.seek(12)
        while len(header := file.read(8)) == 8:
            name, length = struct.unpack("<4sI", header)
            if name == b"data":  # programs that write to a pipe leave a placeholder near 2 or 4 GiB
                return length < 0x7FFF0000 and file.tell() + length > size + 1
            file.seek(length + length % 2, 1)
    return True


def packets(container, *streams) -> Iterator["av.Packet"]:
    """Demuxes past damage, as long as reading goes on."""
    import av

    failures = 0
    while failures < 100:
        try:
            for packet in container.demux(*streams):
                failures = 0
                yield packet
            return
        except av.FFmpegError:
            failures += 1


def decoded(container, stream) -> Iterator:
    """The frames of a stream, past damage. The last packet is empty: it brings out what the decoder still holds."""
    import av

    for packet in packets(container, stream):
        try:
            yield from packet.decode()
        except av.FFmpegError:  # damaged: players skip it too
            continue


def timed_frames(container, stream) -> Iterator[tuple]:
    """The frames of a stream that have a time, each with it, in seconds from the start of the presentation."""
    origin = origin_s(container)
    for frame in decoded(container, stream):
        if frame.pts is not None:
            yield frame, float(frame.pts * frame.time_base) - origin


def _end_s(packet) -> float:
    if packet.pts is None:
        return 0.0
    return float((packet.pts + (packet.duration or 0)) * packet.time_base)
