"""The sound tracks of a file: which there are, which can be heard, and which one is."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from voicekit.core.errors import MediaError
from voicekit.media.layout import MOST_CHANNELS, layout_of, names_in, word_of
from voicekit.media.sound import Layout

#: Plausible sample rates in Hz; any other means damage, and resampling it would take hours.
_SLOWEST, _FASTEST = 100, 1_000_000
#: A sound track is given up after this many packets that cannot be decoded.
_PACKETS_TRIED = 100
#: The fault of a sound track that has no packet.
EMPTY = "empty"


@dataclass(frozen=True)
class SoundTrack:
    """One of a file's sound tracks.

    Attributes:
        number: from 1, as people count.
        language, title: as the file has them, "" where it says nothing.
        fault: why it cannot be heard; "" where it can.
    """

    number: int
    codec: str
    sample_rate: int = 0
    layout: Layout = ()
    language: str = ""
    title: str = ""
    default: bool = False
    fault: str = ""

    def __str__(self) -> str:
        about = [self.title, self.language if self.language != "und" else "", self.codec, self.fault]
        return f"sound track {self.number} ({', '.join(filter(None, about))})"


#: The sound tracks wanted: one by its number from 1; ALL, mixed; None for the default one.
Wanted = int | str | None
ALL = "all"


def look(stream, number: int, packets: Iterable) -> SoundTrack:
    """Decodes the packets of a stream until something is heard."""
    import av

    context = stream.codec_context
    track = SoundTrack(
        number=number,
        codec=context.name if context else "unknown codec",
        language=stream.metadata.get("language", ""),
        title=stream.metadata.get("title", ""),
        default=bool(stream.disposition & stream.disposition.default),
    )
    if context is None:
        return replace(track, fault="of a kind that cannot be decoded")
    layout = layout_of(context)
    if len(layout) > MOST_CHANNELS:
        return replace(track, fault=f"of {len(layout)} channels; at most {MOST_CHANNELS} are read")
    if context.sample_rate and not _SLOWEST <= context.sample_rate <= _FASTEST:
        return replace(track, fault=f"of {context.sample_rate} Hz; {_SLOWEST} to {_FASTEST} Hz are read")
    track = replace(track, sample_rate=context.sample_rate, layout=layout)
    seen = 0
    for packet in packets:
        seen += packet.size > 0
        with suppress(av.FFmpegError):
            frames = packet.decode()
            words = [word_of(frame.layout) for frame in frames]
            if frames and track.sample_rate and track.layout:
                return track
            if frames:
                return replace(track, sample_rate=frames[0].sample_rate, layout=names_in(words[0]))
        if seen > _PACKETS_TRIED:
            break
    return replace(track, fault="damaged or protected" if seen else EMPTY)


def choose(tracks: tuple[SoundTrack, ...], wanted: Wanted, path: Path) -> tuple[SoundTrack, ...]:
    """The tracks that are heard.

    Raises:
        MediaError: there is no such track, or it cannot be heard.
    """
    good = tuple(track for track in tracks if not track.fault)
    if wanted is None:
        return tuple(sorted(good, key=lambda track: not track.default)[:1])
    if wanted == ALL:
        return good
    if not isinstance(wanted, int) or not 1 <= wanted <= len(tracks):
        there = ", ".join(map(str, tracks)) or "none"
        raise MediaError(f"{path} has no sound track {wanted}; it has: {there}")
    if (track := tracks[wanted - 1]) not in good:
        raise MediaError(f"{path}: {track} cannot be heard; choose another with --audio-track")
    return (track,)
