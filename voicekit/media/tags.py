"""What a sound file says about itself: title, artist, cover, chapters. These are carried over into the files made from it.

Whether a format holds a tag is tested by writing it with a moment of silence and reading it back, because tables go out of
date.
"""

import base64
import io
import re
import struct
import warnings
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np

from voicekit.core.patterns import lazy_pattern
from voicekit.media.container import open_input
from voicekit.media.extent import is_cover
from voicekit.media.layout import add_sound_stream, as_frame
from voicekit.media.tracks import SoundTrack

#: Tags that describe the old file, not what is heard.
_OF_THE_FILE = lazy_pattern(
    r"encoder|encoded_by|encoding|major_brand|minor_version|compatible_brands|creation_time|handler_name|vendor_id|duration"
    r"|bps|number_of_.*|_statistics_.*|itunsmpb|itunpgap|coding_history|metadata_block_picture|tsse|tlen",
    re.IGNORECASE,
)
#: Tags that say how loud the old sound was, and would make players turn the new one up or down.
_OF_LOUDNESS = lazy_pattern(r"replaygain_.*|r128_.*|itunnorm|mp3gain_.*", re.IGNORECASE)
#: FFmpeg's names of the containers that take a cover as a stream.
_WITH_COVER = ("mp3", "mp4", "flac")
#: Tags that field recorders write into a WAV's "bext" chunk.
_BROADCAST = {"time_reference", "originator", "origination_date", "description"}


@dataclass(frozen=True)
class Tags:
    """What a file says of itself.

    Attributes:
        texts: (key, text), keys as FFmpeg calls them.
        chapters: (start, end, title) in seconds.
        covers: (codec, picture) as they are in the file.
        loudness: keys that told how loud it was.
    """

    texts: tuple[tuple[str, str], ...] = ()
    chapters: tuple[tuple[float, float, str], ...] = ()
    covers: tuple[tuple[str, bytes], ...] = ()
    loudness: tuple[str, ...] = ()


NO_TAGS = Tags()


def read_tags(path: Path | str, track: SoundTrack | None = None) -> Tags:
    """What a sound or film file says of itself, and of one of its sound tracks. See `opened` for errors."""
    with open_input(Path(path)) as container:
        return _tags(container, track.number if track else 1)


def _tags(container, number: int) -> Tags:
    texts: dict[str, str] = dict(container.metadata)
    if len(container.streams.audio) >= number:
        own = {key.lower(): value for key, value in container.streams.audio[number - 1].metadata.items()}
        if name := own.pop("title", "") or own.pop("name", ""):  # QuickTime names a track
            texts.setdefault("title", name)
        texts |= {key: value for key, value in own.items() if key != "name"}
    texts = {key.lower(): value for key, value in texts.items() if value and not _OF_THE_FILE.fullmatch(key)}
    if texts.get("language") == "und":
        del texts["language"]
    loudness = tuple(sorted(key for key in texts if _OF_LOUDNESS.fullmatch(key)))
    chapters = tuple(
        (float(one["start"] * one["time_base"]), float(one["end"] * one["time_base"]), one["metadata"].get("title", ""))
        for one in container.chapters()
    )
    covers = []
    for stream in container.streams.video:
        if _stands_for_the_file(stream):
            with suppress(StopIteration):
                packet = next(packet for packet in container.demux(stream) if packet.size)
                covers.append((stream.codec_context.name, bytes(packet)))
            with suppress(Exception):
                container.seek(0)
    kept = tuple((key, text) for key, text in texts.items() if key not in loudness)
    return Tags(kept, chapters, tuple(covers), loudness)


def _stands_for_the_file(stream) -> bool:
    return stream.codec_context is not None and is_cover(stream)


def add_tags(out, sound, tags: Tags) -> Sequence:
    """Puts tags into a container whose sound stream is `sound`, before anything is written; the packets of its covers."""
    texts = dict(tags.texts)
    if language := texts.get("language"):
        sound.metadata["language"] = language
    if out.format.name == "ogg":
        for codec, picture in tags.covers[:1]:
            texts["METADATA_BLOCK_PICTURE"] = _picture_block(codec, picture)
    in_comments = out.format.name in ("flac", "ogg")
    if in_comments:  # written here: FFmpeg writes none into FLAC, and into Ogg at times up to a second late
        texts |= _chapter_comments(tags.chapters)
    out.metadata.update(texts)
    if tags.chapters and not in_comments:
        out.set_chapters(
            [
                {
                    "id": number,
                    "start": round(start_s * 1000),
                    "end": round(end_s * 1000),
                    "time_base": Fraction(1, 1000),
                    "metadata": {"title": title},
                }
                for number, (start_s, end_s, title) in enumerate(tags.chapters, start=1)
            ]
        )
    return [_cover(out, codec, picture) for codec, picture in tags.covers] if out.format.name in _WITH_COVER else ()


def _chapter_comments(chapters: Sequence[tuple[float, float, str]]) -> dict[str, str]:
    """Chapters as comments of FLAC and Ogg, "CHAPTER001=00:01:02.345", a convention that players read."""
    comments = {}
    for number, (start_s, _, title) in enumerate(chapters):
        seconds, ms = divmod(round(start_s * 1000), 1000)
        comments[f"CHAPTER{number:03}"] = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{ms:03}"
        comments[f"CHAPTER{number:03}NAME"] = title
    return comments


def _cover(out, codec: str, picture: bytes):
    import av

    width, height = _size(codec, picture)
    stream = out.add_mux_stream(codec, width=width, height=height)
    stream.disposition = stream.disposition.attached_pic
    packet = av.Packet(picture)
    packet.stream, packet.pts, packet.dts, packet.is_keyframe = stream, 0, 0, True
    return packet


def cover_of(picture: bytes) -> tuple[str, bytes] | None:
    """A picture as a cover, (codec, bytes): JPEG and PNG as they are, others as PNG; None where it is no picture."""
    from PIL import Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # of a size that no memory holds
            with Image.open(io.BytesIO(picture)) as image:
                known = {"JPEG": "mjpeg", "PNG": "png"}.get(image.format or "")
                image.load()
                if known:
                    return known, picture
                memory = io.BytesIO()
                image.convert("RGB").save(memory, "PNG")
                return "png", memory.getvalue()
    except (OSError, ValueError, SyntaxError, Warning, Image.DecompressionBombError):
        return None


def _size(codec: str, picture: bytes) -> tuple[int, int]:
    """Width and height of a picture; some containers want to know."""
    from PIL import Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of its size: it is not decoded
            with Image.open(io.BytesIO(picture)) as image:
                return image.size
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return 1, 1


def _picture_block(codec: str, picture: bytes) -> str:
    """The FLAC picture block (RFC 9639, section 8.8) that Ogg carries in a comment, in base64."""
    kind = {"mjpeg": b"image/jpeg"}.get(codec, f"image/{codec}".encode())
    width, height = _size(codec, picture)
    head = struct.pack(">II", 3, len(kind)) + kind + struct.pack(">IIIIII", 0, width, height, 24, 0, len(picture))
    return base64.b64encode(head + picture).decode()


def held(tags: Tags, container: str, codec: str, sample_rate: int) -> Tags:
    """What of `tags` a format holds, by FFmpeg's names of it."""
    import av

    memory = io.BytesIO()
    try:
        with av.open(memory, "w", format=container, container_options=options_for(tags, container)) as out:
            sound = add_sound_stream(out, codec, sample_rate, "mono")
            covers = add_tags(out, sound, tags)
            frame = as_frame(np.zeros((1, sample_rate // 10), np.float32), sound.codec_context.layout.name, sample_rate)
            frame.pts, frame.time_base = 0, Fraction(1, sample_rate)
            for packet in (*covers, *sound.encode(frame), *sound.encode(None)):
                out.mux(packet)
        memory.seek(0)
        with av.open(memory, metadata_errors="replace") as again:
            found = _tags(again, 1)
    except (av.FFmpegError, ValueError):
        return NO_TAGS
    # Some formats give two of our keys one name, and FFmpeg joins what it finds under it.
    there = {(key, part.strip()) for key, text in found.texts for part in (text, *text.split(";"))}
    return Tags(
        texts=tuple((key, text) for key, text in tags.texts if (key, text.strip()) in there),
        chapters=tags.chapters if len(found.chapters) == len(tags.chapters) else (),
        covers=tags.covers[: len(found.covers)],
    )


def options_for(tags: Tags, container: str) -> dict[str, str]:
    """What a container of sound alone has to be told, so that it takes `tags`."""
    if container == "mp4":
        return {"brand": "M4A "}
    return {"write_bext": "1"} if container == "wav" and _BROADCAST & dict(tags.texts).keys() else {}


def lost(tags: Tags, kept: Tags) -> list[str]:
    """What of `tags` is not in `kept`, in words."""
    names = sorted({key for key, _ in tags.texts} - {key for key, _ in kept.texts})
    names += ["chapters"] * (len(kept.chapters) < len(tags.chapters))
    return names + ["the cover"] * (len(kept.covers) < len(tags.covers))
