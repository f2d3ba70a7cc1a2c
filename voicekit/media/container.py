"""Sound and film files from outside: opens them, finds what they hold, and tells whether they are whole or cut off."""

import struct
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from voicekit.core.errors import MediaError
from voicekit.media.clock import JOINABLE, demuxed, lacks_pts, on_one_clock, unpacked, with_pts
from voicekit.media.extent import Extent, extent, is_cover
from voicekit.media.layout import in_order
from voicekit.media.sound import Layout
from voicekit.media.tracks import SoundTrack, Wanted, choose, look

if TYPE_CHECKING:
    import av

#: Formats that are opened. Playlists and the like are not: they name other files, even on the network.
_DEMUXERS = (
    "wav,w64,aiff,caf,au,flac,mp3,aac,ac3,eac3,amr,ogg,matroska,mov,avi,asf,flv,mpeg,mpegts,ape,wv,tta,dsf,rm,"
    "mxf,nut,dv,ivf,gif,apng,h264,hevc,mpegvideo,vc1,obu,yuv4mpegpipe"
)
#: The most pixels of a picture of a film, 8K both ways: a decoder holds many of them at once.
_MOST_PIXELS = 8192 * 8192
#: Told to FFmpeg, which opens some pictures to see what a file holds, and in a damaged film meets others later.
_LIMITS = {"max_pixels": str(_MOST_PIXELS)}
#: A film that lasts longer has wrong times, and its sound would fill any disk.
_LONGEST_H = 100
#: Formats of uncompressed sound alone, whose size says how long they are.
_BARE_SOUND = ("wav", "w64", "aiff", "caf", "au", "dsf")
#: The first bytes of a file made of chunks → the first chunk's offset, a chunk's header (name, length), and its padding.
_CHUNKS = {
    b"RIFF": (12, struct.Struct("<4sI"), 2),
    b"riff": (40, struct.Struct("<4s12xQ"), 8),
    b"caff": (8, struct.Struct(">4sq"), 1),
}
#: Programs that write to a pipe leave a length near 2 or 4 GiB in a WAV's header.
_PLACEHOLDER = 0x7FFF0000
#: A header that promises less than this too much only counts something else as sound, such as itself; if it promises more,
#: the end of the file is missing.
_TOLD_AS_CUT_S = 0.1
#: A larger gap between the ends of picture and sound is reported.
_APART_S = 1.0
#: An hour or more of sound, even of silence, has at least this many bytes a second; with fewer, the times are wrong.
_LEAST_BYTES_A_SECOND, _LONG_S = 10, 3600.0


@dataclass(frozen=True)
class MediaInfo:
    """What a file holds.

    Attributes:
        duration_s: of the longest stream, from the start of the presentation.
        sample_rate, channels, layout, audio_codec: of the sound that is heard; 0, 0, () and None without sound.
        tracks, heard: all of the file's sound tracks, and those of them that are heard, mixed where there are several.
        width, height, fps: of the picture (a cover image is none); None without.
        notes: a line for each thing that is not as the file says and that the person has to know before any work.
    """

    path: Path
    duration_s: float
    sample_rate: int = 0
    channels: int = 0
    layout: Layout = ()
    audio_codec: str | None = None
    tracks: tuple[SoundTrack, ...] = ()
    heard: tuple[SoundTrack, ...] = ()
    width: int | None = None
    height: int | None = None
    fps: float | None = None
    notes: tuple[str, ...] = ()

    @property
    def has_audio(self) -> bool:
        return bool(self.heard)

    @property
    def has_video(self) -> bool:
        return self.width is not None

    def tracks_told(self, copied: Collection[int] = ()) -> tuple[str, ...]:
        """What becomes of the sound tracks, where there is more than one to speak of, for the person before any work.

        Args:
            copied: the numbers of those that come along as they are.
        """
        if len(self.tracks) == len(self.heard) == 1 or not self.tracks:
            return ()
        used = "used" if len(self.heard) == 1 else "mixed"
        fates: dict[str, list[SoundTrack]] = {}
        for track in self.tracks:
            fate = " and ".join([used] * (track in self.heard) + ["copied"] * (track.number in copied)) or "left out"
            fates.setdefault(fate, []).append(track)
        told = "; ".join(f"{', '.join(map(str, tracks))} {_are(tracks)} {fate}" for fate, tracks in fates.items())
        choice = any(not track.fault for track in fates.get("left out", ())) and self.heard
        hint = " (--audio-track N takes another, --audio-track all mixes them)" if choice else ""
        return (f"{self.path}: {told}{hint}",)


def _are(tracks: Sequence[SoundTrack]) -> str:
    return "is" if len(tracks) == 1 else "are"


def probe(path: Path | str, track: Wanted = None) -> MediaInfo:
    """Says what a file holds, and makes sure that its end is there.

    Args:
        track: which of its sound tracks is to be heard; without it the default one of those that can be.

    Raises:
        MediaError: the file is missing, empty, cut off, or neither sound nor film; it has no such track.
    """
    path = Path(path)
    tracks = _tracks(path)
    with open_input(path) as container:
        video = video_stream(container)
        if not tracks and video is None:
            raise MediaError(f"{path} holds neither sound nor film; give it a sound or film file")
        duration_s, notes = _check_end(container, path)
        heard = choose(tracks, track, path)
        widest = max(heard, key=lambda one: len(one.layout), default=None)
        return MediaInfo(
            path=path,
            duration_s=duration_s,
            sample_rate=max((one.sample_rate for one in heard), default=0),
            channels=len(widest.layout) if widest else 0,
            layout=in_order(widest.layout) if widest else (),
            audio_codec=widest.codec if widest else None,
            tracks=tracks,
            heard=heard,
            width=video and video.codec_context.width,
            height=video and video.codec_context.height,
            fps=float(video.average_rate) if video and video.average_rate else None,
            notes=notes,
        )


def _tracks(path: Path) -> tuple[SoundTrack, ...]:
    """What the sound tracks hold, each looked at from the start of the file."""
    with open_input(path) as container:
        count = len(container.streams.audio)
    found = []
    for n in range(count):
        with open_input(path) as container:
            stream = container.streams.audio[n]
            found.append(look(stream, n + 1, packets(container, stream)))
    return tuple(found)


@contextmanager
def open_input(path: Path) -> Iterator["av.container.InputContainer"]:
    """The container of `path`, with FFmpeg's errors put in words."""
    import av

    try:
        if path.stat().st_size == 0:
            raise MediaError(f"{path} is empty (0 bytes); record or copy it again")
        options = _LIMITS | {"format_whitelist": _DEMUXERS, "protocol_whitelist": "file"}
        container = av.open(url(path), options=options, metadata_errors="replace")
    except FileNotFoundError as error:
        raise MediaError(f"{path} does not exist; check the name") from error
    except IsADirectoryError as error:
        raise MediaError(f"{path} is a folder; name a sound or film file in it") from error
    except av.FFmpegError as error:
        if _is_film_without_index(path):
            raise MediaError(
                f"{path} is cut off: its index is missing, as in a recording that was interrupted; copy or export it again, "
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


def video_stream(container):
    """The first picture of a known codec, not a cover image."""
    return next((stream for stream in container.streams.video if stream.codec_context and not is_cover(stream)), None)


def picture_in(container, path: Path | str) -> "av.VideoStream":
    """The picture of the film at `path`, which may be decoded by several threads.

    Raises:
        MediaError: there is none, or none of a known codec, or a larger one than is read.
    """
    video = video_stream(container)
    if video is None and all(map(is_cover, container.streams.video)):
        raise MediaError(f"{path} has no picture; give a film")
    if video is None:
        raise MediaError(f"{path} has no picture that can be read: its codec is unknown; export it as H.264 in MP4")
    width, height = video.codec_context.width, video.codec_context.height
    if not 0 < width * height <= _MOST_PIXELS:
        size = f"has {width} × {height} pixels" if width * height else "says no size or too large a one"
        raise MediaError(f"{path}: its picture {size}; up to 8192 × 8192 are read: export it smaller, as H.264 in MP4")
    video.codec_context.options = _LIMITS
    video.thread_type = "AUTO"
    return video


def check_picture(path: Path) -> None:
    """Raises MediaError where `picture_in` does."""
    with open_input(path) as container:
        picture_in(container, path)


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
    if demuxer in _BARE_SOUND and container.duration is not None:
        return bare_end(container, path)
    found = extent_of(container)
    tracks = [track for track in found.tracks.values() if not track.is_empty]
    if not tracks and container.duration:
        raise cut_off
    duration_s = found.until_s - origin_s(container) if tracks else 0.0
    if container.streams.audio and duration_s > max(_LONG_S, path.stat().st_size / _LEAST_BYTES_A_SECOND):
        raise MediaError(f"{path} is damaged: {duration_s:.0f} s of sound cannot be in so small a file; export it again")
    if duration_s > 3600 * _LONGEST_H:
        hours = f"{duration_s / 3600:.0f} hours, more than {_LONGEST_H}"
        raise MediaError(f"{path}: its times say that it lasts {hours}: they are wrong, or it has to be cut")
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
            f"{path}: {found.parts} recordings one after another, each with its own clock; they are treated as one "
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
    with open_input(path) as container:
        return extent(container, path)


def bare_end(container, path: Path) -> tuple[float, tuple[str, ...]]:
    """How many seconds of a file of uncompressed sound are there, whatever its header says; and what is to be told of it."""
    duration_s, size = container.duration / 1e6, path.stat().st_size
    contexts = [stream.codec_context for stream in container.streams.audio]
    bytes_a_second = (contexts[0].bit_rate or 0) / 8 if contexts and contexts[0] else 0
    missing = _missing_from_chunk(path)
    if (
        bytes_a_second and (too_many := duration_s * bytes_a_second - size) > 0
    ):  # FFmpeg itself finds this out of a RIFF only
        missing, duration_s = max(missing, round(too_many)), size / bytes_a_second
    if not missing:
        return duration_s, ()
    missing_s = missing / bytes_a_second if bytes_a_second else 0.0
    if missing_s < _TOLD_AS_CUT_S:
        said = f"{path}: the header promises {missing} bytes more than there are; all {duration_s:.1f} s there are used"
    else:
        said = f"{path} is cut off: {duration_s:.1f} of {duration_s + missing_s:.1f} s are there, and are used"
    return duration_s, (said,)


def _missing_from_chunk(path: Path) -> int:
    """How many bytes the header of a WAV, W64 or CAF promises of sound that are not there; FFmpeg does not tell."""
    with path.open("rb") as file:
        size = path.stat().st_size
        magic = file.read(4)
        if magic not in _CHUNKS:
            return 0
        at, chunk, align = _CHUNKS[magic]
        file.seek(at)
        while len(header := file.read(chunk.size)) == chunk.size:
            name, length = chunk.unpack(header)
            length -= chunk.size if magic == b"riff" else 0  # which counts its own head
            if name == b"data":
                missing = file.tell() + length - size
                return missing if missing > 1 and (chunk.size > 8 or length < _PLACEHOLDER) else 0
            behind = file.tell() + length + -length % align
            if length < 0 or behind > size:
                return 0
            file.seek(behind)
    return 0


def packets(container, *streams) -> Iterator["av.Packet"]:
    """Demuxes past damage, on one clock, pictures with the times at which they are shown."""
    source = demuxed(container, *streams)
    if container.format.name in JOINABLE and len(added_s := extent_of(container).added_s) > 1:
        wanted = {stream.index for stream in streams}
        everything = on_one_clock(demuxed(container), added_s)
        source = (packet for packet in everything if not wanted or packet.stream_index in wanted)
    for video in streams:
        if video.type == "video" and video.codec_context.name == "mpeg4":
            source = unpacked(source, video)
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
