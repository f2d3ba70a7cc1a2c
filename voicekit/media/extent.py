"""How long a film is: where its pictures and sounds end by their packets, and by what the file says."""

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from voicekit.core.patterns import lazy_pattern
from voicekit.media.clock import JOINABLE, Parts, demuxed, lacks_pts, offsets, times_of

#: A stated end is trusted if the packets reach it within this.
_TOLERANCE_S, _TOLERANCE = 0.2, 0.01
_CLOCK = lazy_pattern(r"(\d+):(\d\d):(\d\d(?:\.\d+)?)")
#: Formats whose stated length is reliable; the others guess it from the size.
_STATED = ("mov", "matroska", "avi", "asf", "flac")
#: Codecs of photographs: a single one beside a sound is its cover.
_PHOTOGRAPHS = {"mjpeg", "png", "bmp", "webp", "gif", "tiff"}


@dataclass
class Track:
    """A stream of pictures or sound. Times are on the container's clock, those of joined parts made one.

    Attributes:
        start_s, end_s: as its packets tell, without those that are hidden.
        stated_s: when it ends by what the file says; None where it says nothing.
        may_stand: its packets do not say how long they are shown: the last picture may stand up to the stated end.
        packets: how many there are, up to the last one shown.
        longest_s: how long one stands at most.
        leading: the first pictures shown need hidden ones before them.
        hidden_s: when hidden packets would be shown that stand between others.
    """

    start_s: float = float("inf")
    end_s: float = float("-inf")
    stated_s: float | None = None
    may_stand: bool = False
    packets: int = 0
    longest_s: float = 0.0
    leading: bool = False
    hidden_s: list[float] = field(default_factory=list)
    _hidden_s: list[float] = field(default_factory=list)
    _latest_s: float = float("inf")

    def take(self, packet, number: int, start_s: float, end_s: float) -> bool:
        """Counts a packet, the `number`th of its stream, of such times; whether it is shown."""
        self.longest_s = max(self.longest_s, end_s - start_s, start_s - self._latest_s)
        self._latest_s = start_s
        if packet.is_discard:
            self._hidden_s.append(start_s)
            return False
        if self.packets:
            self.hidden_s += self._hidden_s
        else:
            self.leading = bool(self._hidden_s) and not packet.is_keyframe
        self._hidden_s.clear()
        self.packets = number
        return True

    @property
    def is_empty(self) -> bool:
        return self.end_s <= self.start_s

    @property
    def until_s(self) -> float:
        """When it ends: as said, where its packets nearly go so far, or its last picture may stand."""
        if self.stated_s is None:
            return self.end_s
        near = abs(self.stated_s - self.end_s) <= _tolerance_s(self.stated_s)
        return self.stated_s if near or (self.is_short and self.may_stand) else self.end_s

    @property
    def is_short(self) -> bool:
        """Whether packets are missing at its end."""
        return self.stated_s is not None and not self.is_empty and self.end_s < self.stated_s - _tolerance_s(self.stated_s)

    @property
    def is_cut_up(self) -> bool:
        """Whether pictures are hidden in its midst."""
        return any(self.start_s <= time_s < self.end_s for time_s in self.hidden_s)


@dataclass(frozen=True)
class Extent:
    """What a look at every packet of a file tells; none is decoded.

    Attributes:
        tracks: its pictures and sounds, by the number of the stream.
        added_s: see clock.offsets; one where the clock goes through.
        is_cut: the file has fewer bytes than it says.
        is_open: nobody wrote how long it was to become.
    """

    tracks: dict[int, Track]
    added_s: tuple[float | None, ...]
    is_cut: bool
    is_open: bool

    @property
    def is_missing_its_end(self) -> bool:
        return self.is_cut or any(track.is_short and not track.may_stand for track in self.tracks.values())

    def until(self, number: int) -> float:
        """When a track ends, on the container's clock."""
        track = self.tracks[number]
        return track.end_s if self.is_missing_its_end else track.until_s

    @property
    def until_s(self) -> float:
        """When the last track ends."""
        return max(self.until(number) for number, track in self.tracks.items() if not track.is_empty)

    @property
    def parts(self) -> int:
        """How many recordings were put one behind the other."""
        return sum(added is not None for added in self.added_s)


def extent(container, path: Path) -> Extent:
    """Looks at all packets of a file that has just been opened."""
    tracks = {
        stream.index: Track(stated_s=_stated_s(container, stream), may_stand=_may_stand(container, stream))
        for stream in container.streams
        if stream.type in ("video", "audio") and stream.codec_context and not is_cover(stream)
    }
    joinable, parts = container.format.name in JOINABLE, Parts()
    bare = {n for n in tracks if container.streams[n].type == "video" and lacks_pts(container, container.streams[n])}
    ends_s: dict[tuple[int, int], tuple[float, float]] = {}  # part and stream → from when to when it goes there
    seen = dict.fromkeys(tracks, 0)
    for packet in demuxed(container):
        number = packet.stream_index
        if number not in tracks or not packet.size:
            continue
        seen[number] += 1
        times = times_of(packet)
        part = parts.part_of(number, *times) if joinable and times else 0
        start_s, end_s = _shown(packet, container.streams[number], seen[number] - 1, number in bare)
        if tracks[number].take(packet, seen[number], start_s, end_s):
            first_s, last_s = ends_s.get((part, number), (start_s, end_s))
            ends_s[part, number] = min(first_s, start_s), max(last_s, end_s)
    added_s = offsets(parts.found) or (0.0,)
    for (part, number), (start_s, end_s) in ends_s.items():
        if (shift_s := added_s[part]) is not None:
            track = tracks[number]
            track.start_s, track.end_s = min(track.start_s, start_s + shift_s), max(track.end_s, end_s + shift_s)
    return Extent(tracks, added_s, *_bytes_missing(container, path))


def is_cover(stream) -> bool:
    """Whether a stream of pictures stands for the file, as a record's cover: marked so, or one photograph beside others."""
    if stream.type != "video":
        return False
    photograph = stream.codec_context is not None and stream.codec_context.name in _PHOTOGRAPHS and stream.frames == 1
    photograph = photograph and len(stream.container.streams) > 1  # alone, it is a film of one frame
    return bool(stream.disposition & stream.disposition.attached_pic) or photograph


def _shown(packet, stream, before: int, bare: bool) -> tuple[float, float]:
    """From when to when a packet is shown or heard; `before` it came so many.

    Args:
        bare: the stream says only when it is decoded.
    """
    tick = float(packet.time_base)
    length_s = (packet.duration or 0) * tick
    if not length_s and stream.type == "video":
        length_s = float(1 / (stream.average_rate or 25))
    start = packet.dts if bare or packet.pts is None else packet.pts
    start_s = before * length_s if start is None else start * tick
    return start_s, start_s + length_s


def _may_stand(container, stream) -> bool:
    return stream.type == "video" and container.format.name.startswith("matroska")


def _stated_s(container, stream) -> float | None:
    """When a stream ends by what the file says."""
    name = container.format.name.split(",")[0]
    if name not in _STATED and not (name == "mp3" and container.start_time):  # an MP3 with a LAME header
        return None
    if not container.format.name.startswith("matroska"):
        return float(stream.duration * stream.time_base) if stream.duration else None  # from its start or from zero
    for key, value in stream.metadata.items():  # FFmpeg and mkvmerge write such tags
        if key.upper().startswith("DURATION") and (clock := _CLOCK.match(value)):
            return int(clock[1]) * 3600 + int(clock[2]) * 60 + float(clock[3])
    alone = all(other.type in ("video", "audio", "attachment") for other in container.streams)
    return container.duration / 1e6 if alone and _may_stand(container, stream) and container.duration else None


def _tolerance_s(length_s: float) -> float:
    return max(_TOLERANCE_S, _TOLERANCE * length_s)


def _bytes_missing(container, path: Path) -> tuple[bool, bool]:
    """Whether a file has fewer bytes than it says, and whether it was written without knowing how long it would become."""
    walk = {"mov": _past_boxes, "matroska": _past_segment}.get(container.format.name.split(",")[0])
    if walk is None:
        return False, False
    with path.open("rb") as file:
        end, is_open = walk(file)
    return end > path.stat().st_size, is_open


def _past_boxes(file: BinaryIO) -> tuple[int, bool]:
    """Where the boxes of an MP4 end, and whether it is one of fragments."""
    at, fragments = 0, False
    while len(header := file.read(16)) >= 8:
        size = int.from_bytes(header[:4], "big")
        if size == 1 and len(header) == 16:
            size = int.from_bytes(header[8:], "big")
        if size < 8 or not header[4:8].isalnum():  # up to the end of the file, or no box at all
            break
        fragments = fragments or header[4:8] == b"moof"
        at += size
        file.seek(at)
    return at, fragments


def _past_segment(file: BinaryIO) -> tuple[int, bool]:
    """Where the segment of a Matroska file ends, and whether that is not said, as of one written while it was sent."""
    while first := file.read(4):
        length = file.read(1)
        if first not in (b"\x1a\x45\xdf\xa3", b"\x18\x53\x80\x67") or not length or not length[0]:
            return 0, False
        more = 8 - length[0].bit_length()
        size = int.from_bytes(bytes([length[0] & (0x7F >> more)]) + file.read(more), "big")
        if first == b"\x18\x53\x80\x67":
            is_open = size == (1 << 7 * (more + 1)) - 1
            return 0 if is_open else file.tell() + size, is_open
        file.seek(size, os.SEEK_CUR)
    return 0, False
