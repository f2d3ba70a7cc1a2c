"""Sound and film files from outside: opened, asked what they hold, and found whole or cut off."""

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from voicekit.errors import MediaError
from voicekit.media.clock import JOINABLE, demuxed, lacks_pts, on_one_clock, with_pts
from voicekit.media.extent import Extent, extent, is_cover

if TYPE_CHECKING:
    import av

#: What is opened. Playlists and the like are not: they name other files, even on the network.
_DEMUXERS = (
    "wav,w64,aiff,caf,flac,mp3,aac,ac3,eac3,amr,ogg,matroska,mov,avi,asf,flv,mpeg,mpegts,ape,wv,tta,dsf,rm,"
    "mxf,nut,dv,ivf,gif,apng,h264,hevc,mpegvideo,vc1,obu,yuv4mpegpipe"
)
#: Files of sound alone that say how long they are.
_BARE_SOUND = ("wav", "w64", "aiff", "caf", "dsf")
#: Picture and sound that end so far apart are told.
_APART_S = 1.0


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
            raise MediaError(
                f"{path} is cut off: its index is missing, as of a recording that was not ended; copy or export it again, "
                "or repair it with untrunc and a whole film of the same camera"
            ) from error
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
    return next((stream for stream in container.streams.video if not is_cover(stream)), None)


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
    """The duration in seconds, after looking how far the packets go; and what is to be told.

    Raises:
        MediaError: there are none.
    """
    cut_off = MediaError(f"{path} is cut off: its end is missing; copy or export it again")
    demuxer = container.format.name.split(",")[0]
    if demuxer == "wav" and _wav_is_cut(path):
        raise cut_off
    if demuxer in _BARE_SOUND and container.duration is not None:
        return container.duration / 1e6, ()
    found = extent_of(container)
    tracks = [track for track in found.tracks.values() if not track.is_empty]
    if not tracks and container.duration:
        raise cut_off
    duration_s = found.until_s - origin_s(container) if tracks else 0.0
    notes = []
    if found.is_missing_its_end:
        stated_s = max((track.stated_s or 0.0 for track in tracks), default=0.0) - origin_s(container)
        whole = not found.is_open and stated_s > duration_s
        notes.append(
            f"{path} is cut off: {duration_s:.1f} of {stated_s:.1f} s are there, and are used"
            if whole
            else f"{path} is cut off after {duration_s:.1f} s, which are used"
        )
    if found.parts > 1:
        notes.append(
            f"{path}: {found.parts} recordings one behind the other, each with a clock of its own; they are taken as one "
            f"of {duration_s:.1f} s"
        )
    return duration_s, (*notes, *_apart(container, path, found))


def _apart(container, path: Path, found: Extent) -> Iterator[str]:
    """What is to be told where picture and sound do not end together."""
    video = video_stream(container)
    picture = found.tracks.get(video.index) if video else None
    sounds_s = [found.until(n) for n, t in found.tracks.items() if not t.is_empty and container.streams[n].type == "audio"]
    if picture is None or picture.is_empty or picture.packets < 2 or not sounds_s:
        return
    picture_s, sound_s = (end_s - origin_s(container) for end_s in (found.until(video.index), max(sounds_s)))
    if sound_s > picture_s + _APART_S:
        yield f"{path}: its picture ends at {picture_s:.1f} s, its sound at {sound_s:.1f} s; the last picture stays"
    if picture_s > sound_s + _APART_S:
        yield f"{path}: its sound ends at {sound_s:.1f} s, its picture at {picture_s:.1f} s; the rest is silent"


def extent_of(container) -> Extent:
    """What a look at every packet of the file tells that a container was opened from; it is looked at once."""
    path = Path(container.name.removeprefix("file:"))
    about = path.stat()
    return _looked_at(path, about.st_size, about.st_mtime_ns)


@lru_cache(maxsize=16)
def _looked_at(path: Path, size: int, changed_ns: int) -> Extent:
    with opened(path) as container:
        return extent(container, path)


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
    """Demuxes past damage, on one clock, pictures with the times at which they are shown."""
    source = demuxed(container, *streams)
    if container.format.name in JOINABLE and len(added_s := extent_of(container).added_s) > 1:
        wanted = {stream.index for stream in streams}
        everything = on_one_clock(demuxed(container), added_s)
        source = (packet for packet in everything if not wanted or packet.stream_index in wanted)
    for video in streams:
        if video.type == "video" and lacks_pts(container, video):
            source = with_pts(source, video)
    return source


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
