"""One clock for a whole film: for joined recordings, whose clocks start again, and for pictures without times."""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import av

#: Formats (demuxers) whose files can simply be joined, so that the clock jumps where the next one begins.
JOINABLE = ("mpegts", "mpeg", "flv")
#: On one clock no stream goes back further than the first, whatever the order of its pictures, nor runs further ahead of all
#: others than the second.
_BACK_S, _AHEAD_S = 0.5, 10.0
#: Picture and sound of one recording begin at most this far apart.
_APART_S = 5.0
#: Fewer packets are not a recording of their own, but have wrong times.
_FEWEST = 4
#: No codec delays a picture by more pictures between decoding and display.
_DEEPEST = 32
#: Formats that give at most the decoding time of a picture, and codecs that show pictures in another order.
_WITHOUT_TIMES = ("avi", "h264", "hevc", "mpegvideo", "vc1", "obu")
_REORDERING = ("h264", "hevc", "vvc", "mpeg4", "mpeg1video", "mpeg2video", "vc1", "wmv3")


@dataclass
class Part:
    """A stretch of a file on one clock: from when to when it goes, in seconds of that clock, and its packets."""

    start_s: float
    end_s: float
    packets: int = 0


@dataclass
class _Place:
    """Where a stream is: the part, the time of its last packet, where it would go on; and where it was before."""

    part: int
    last_s: float
    next_s: float
    before: tuple[int, float] = (-1, 0.0)


@dataclass
class Parts:
    """Tells the parts of a file from each other, packet by packet, each in its stream's own order."""

    found: list[Part] = field(default_factory=list)
    _places: dict[int, _Place] = field(default_factory=dict)

    def part_of(self, stream: int, start_s: float, end_s: float) -> int:
        """The number of the part that a packet with such times belongs to."""
        place = self._places.get(stream)
        if place is None:
            if not self.found:
                self.found.append(Part(start_s, end_s))
            place = self._places[stream] = _Place(len(self.found) - 1, start_s, start_s)
        elif not self._goes_on(place, start_s):
            place.part, place.before = self._entered(place, start_s), (place.part, place.last_s)
        part = self.found[place.part]
        part.start_s, part.end_s = min(part.start_s, start_s), max(part.end_s, end_s)
        part.packets += 1
        place.last_s, place.next_s = start_s, end_s
        return place.part

    def next_s(self, stream: int) -> float:
        """Where the stream would go on, on its own clock."""
        return self._places[stream].next_s

    def _goes_on(self, place: _Place, start_s: float) -> bool:
        return place.last_s - _BACK_S <= start_s <= max(place.last_s, self.found[place.part].end_s) + _AHEAD_S

    def _entered(self, place: _Place, start_s: float) -> int:
        """The part that a stream enters whose time jumps to that."""
        number, last_s = place.before
        if number >= 0 and last_s - _BACK_S <= start_s <= last_s + _AHEAD_S and self.found[place.part].packets < _FEWEST:
            return number  # only a wrong time lay between
        for number in range(place.part + 1, len(self.found)):
            if self.found[number].start_s - _APART_S <= start_s <= self.found[number].end_s + _APART_S:
                return number
        self.found.append(Part(start_s, start_s))
        return len(self.found) - 1


def offsets(parts: Sequence[Part]) -> tuple[float | None, ...]:
    """What is added to the times of each part, so that it begins where the one before ends; None: its times are wrong."""
    found: list[float | None] = []
    end_s = None
    for number, part in enumerate(parts):
        if number and part.packets < _FEWEST:
            found.append(None)
            continue
        added_s = 0.0 if end_s is None else end_s - part.start_s
        found.append(added_s)
        end_s = part.end_s + added_s
    return tuple(found)


def on_one_clock(packets: Iterable, added_s: Sequence[float | None]) -> Iterator:
    """The packets of all streams of a file with the times of one clock.

    Args:
        added_s: see `offsets`.
    """
    parts = Parts()
    ends: dict[int, int] = {}  # stream → where it would go on, on the one clock, in its ticks
    for packet in packets:
        if (times := times_of(packet)) is None:
            yield packet
            continue
        if packet.stream.type in ("video", "audio"):
            number = parts.part_of(packet.stream_index, *times)
        else:  # where they begin again cannot be told: there are few of them
            number = max(0, len(parts.found) - 1)
        shift_s = added_s[number] if number < len(added_s) else 0.0
        if shift_s is None:
            packet.dts = packet.pts = ends.get(packet.stream_index, 0)
        elif shift_s:
            shift = round(shift_s / packet.time_base)
            packet.pts = None if packet.pts is None else packet.pts + shift
            packet.dts = None if packet.dts is None else packet.dts + shift
        ends[packet.stream_index] = (packet.pts if packet.dts is None else packet.dts) + (packet.duration or 1)
        yield packet


def times_of(packet) -> tuple[float, float] | None:
    """From when to when a packet lasts, by its decoding time where it has one: in order within a stream."""
    start = packet.pts if packet.dts is None else packet.dts
    if start is None or not packet.size:
        return None
    tick = float(packet.time_base)
    shown = start if packet.pts is None else packet.pts
    return start * tick, (max(start, shown) + (packet.duration or 0)) * tick


def demuxed(container, *streams) -> Iterator["av.Packet"]:
    """Packets as they are stored, past damage, as long as reading goes on."""
    import av

    failures = 0
    while failures < 100:
        try:
            for packet in container.demux(*streams):
                failures = 0
                yield packet
            return
        except (av.FFmpegError, IndexError):  # the latter for a packet of a stream that was not there at the start
            failures += 1


def unpacked(packets: Iterable, video) -> Iterator["av.Packet"]:
    """Packets, with one picture in each of those of a stream of MPEG-4.

    DivX put two into one packet and an empty one behind it, for AVI; no other container may hold that.
    """
    from av import FFmpegError
    from av.bitstream import BitStreamFilterContext

    divide = BitStreamFilterContext("mpeg4_unpack_bframes", video)
    for packet in packets:
        if packet.stream_index != video.index or not packet.size:
            yield packet
            continue
        tick = packet.time_base
        try:
            divided = divide.filter(packet)
        except FFmpegError:  # damaged
            continue
        for one in divided:
            one.stream, one.time_base = video, tick
            yield one


def lacks_pts(container, video) -> bool:
    """Whether it has to be found out when the pictures of a stream are shown."""
    return container.format.name in _WITHOUT_TIMES and video.codec_context.name in _REORDERING


def with_pts(packets: Iterable, stream) -> Iterator:
    """Packets, those of one stream of pictures that have decoding times alone with when they are shown.

    AVI and bare streams do not say it. The pictures are decoded to see in which order they come out; the first that comes
    out is shown at the first time, and so on. Packets of other streams come as they are.
    """
    order = _Order(stream)
    ahead = order.shown(packets)
    first = list(islice(ahead, 2 * _DEEPEST))
    late = max((one.dts - one.pts for one in first if one.stream_index == stream.index and one.size), default=0)
    late = max(late, order.step * stream.codec_context.reorder_depth)
    for packet in chain(first, ahead):
        if packet.stream_index == stream.index and packet.size:
            packet.dts -= late
            packet.pts = max(packet.pts, packet.dts)
        yield packet


class _Order:
    """Finds out when the pictures of a stream are shown."""

    def __init__(self, stream) -> None:
        from av import CodecContext

        self._decoder = CodecContext.create(stream.codec_context.name, "r")
        self._decoder.extradata = stream.codec_context.extradata
        # Else H.264's decoder learns only from pictures that come too late how many it has to wait for.
        self._decoder.options = {"strict": "strict", "skip_loop_filter": "all"}
        self._stream = stream
        self.step = 1
        self._number = 0
        self._waiting: dict[int, av.Packet] = {}  # number → packet that is not shown yet, in the order of decoding
        self._known: dict[int, av.Packet] = {}  # number → packet that is
        self._free: deque[int] = deque()  # times at which nothing is shown yet
        self._next = 0

    def shown(self, packets: Iterable) -> Iterator:
        """The packets, in the order in which they came, with `pts` set."""
        end = None  # the empty packet that brings out what a decoder still holds
        rate = self._stream.average_rate or self._stream.base_rate or 25
        self.step = max(1, round(1 / (rate * self._stream.time_base)))
        for packet in packets:
            if packet.stream_index != self._stream.index:
                yield packet
            elif packet.size:
                self._take(packet)
                yield from self._done()
            else:
                end = packet
        self._decoded(None)
        self._give_up(self._number)
        yield from self._done()
        if end:
            yield end

    def _take(self, packet) -> None:
        if packet.dts is None:
            packet.dts = self._number * self.step if packet.pts is None else packet.pts
        packet.duration = packet.duration or self.step
        self._waiting[self._number] = packet
        self._free.append(packet.dts)
        packet.pts = self._number
        self._decoded(packet)
        self._number += 1
        self._give_up(self._number - _DEEPEST)

    def _decoded(self, packet) -> None:
        from av import FFmpegError

        try:
            frames = self._decoder.decode(packet)
        except (FFmpegError, EOFError):
            return
        for frame in frames:
            if (found := self._waiting.pop(frame.pts, None)) is not None:
                found.pts = self._free.popleft()
                self._known[frame.pts] = found

    def _give_up(self, before: int) -> None:
        """What came so long ago is not shown at all: it is damaged, or the second half of a picture."""
        for number in [number for number in self._waiting if number < before]:
            packet = self._waiting.pop(number)
            packet.pts = packet.dts
            if packet.dts is not None and packet.dts in self._free:
                self._free.remove(packet.dts)
            self._known[number] = packet

    def _done(self) -> Iterator:
        while self._next in self._known:
            yield self._known.pop(self._next)
            self._next += 1
