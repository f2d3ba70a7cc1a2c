"""What is copied from a film as it is: packets, without decoding; its metadata and chapters."""

import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from fractions import Fraction
from itertools import islice
from pathlib import Path

from voicekit.media.clock import demuxed, lacks_pts
from voicekit.media.container import extent_of, open_input, origin_s, packets
from voicekit.media.extent import is_cover
from voicekit.media.layout import names_in, word_of, words_for
from voicekit.media.subtitle_track import Timed

#: Containers without negative times, except for the samples that an Opus decoder drops.
_NOT_BELOW_ZERO = ("matroska", "webm")
#: A cover's codec → the suffix of such a picture, and its MIME type.
_PICTURES = {"mjpeg": ("jpg", "image/jpeg"), "png": ("png", "image/png"), "webp": ("webp", "image/webp")}
#: A picture that lasts this much longer makes no visible difference.
_TICK_S = 0.001
#: Tags that describe the old file, not the film.
_FILE_METADATA = {"major_brand", "minor_version", "compatible_brands", "encoder"}


def copy_metadata(out, film, chapters: Sequence[Timed] = ()) -> None:
    """What a film says of itself, and its chapters or, where there are any, `chapters` in their place."""
    out.metadata.update({k: v for k, v in film.metadata.items() if k.lower() not in _FILE_METADATA})
    own = [
        {
            "id": number,
            "start": round(start_s * 1000),
            "end": round(end_s * 1000),
            "time_base": Fraction(1, 1000),
            "metadata": {"title": title},
        }
        for number, (start_s, end_s, title) in enumerate(chapters, start=1)
    ]
    out.set_chapters(own or film.chapters())


def copy_picture(out, video):
    # opaque: the decoder's name serves, for there may be no encoder of this codec and none is needed.
    copy = out.add_stream_from_template(video, opaque=True)
    copy.time_base = video.time_base
    copy.disposition = video.disposition
    copy.metadata.update({key: video.metadata[key] for key in ("language", "title", "timecode") if key in video.metadata})
    if video.codec_context.name == "hevc" and out.format.name in ("mp4", "mov"):
        copy.codec_tag = "hvc1"  # as Apple's players want it
    return copy


def copy_sound(out, audio):
    """A copy that players do not choose by themselves."""
    copy = out.add_stream_from_template(audio, opaque=True)
    copy.time_base = audio.time_base
    if context := copy.codec_context:
        word = word_of(context.layout)
        if re.fullmatch(r"[12] channels", word):  # of nowhere, which not every container takes
            context.layout = words_for(names_in(word))[0]
    copy.metadata.update({key: audio.metadata[key] for key in ("language", "title") if key in audio.metadata})
    copy.disposition = audio.disposition & ~audio.disposition.default
    return copy


def can_copy(copy: Callable, stream, container: str) -> bool:
    """Whether a container, by FFmpeg's name of it, takes what `copy_picture` or `copy_sound` makes of a stream.

    Its first packets are tried: some containers say no when they write their header, some not before their end.
    """
    import av

    out = av.open(io.BytesIO(), "w", format=container)
    try:
        one = copy(out, stream)
        out.start_encoding()
        for number, packet in enumerate(_first_packets(stream)):
            packet.stream = one
            packet.pts = packet.dts = number * max(1, packet.duration or 0)
            out.mux_one(packet)
        out.close()
        return True
    except (ValueError, av.FFmpegError):
        return False
    finally:
        with suppress(av.FFmpegError):
            out.close()


def _first_packets(stream) -> list:
    path = Path(stream.container.name.removeprefix("file:"))
    track = extent_of(stream.container).tracks.get(stream.index)
    if track is None or not track.packets:
        return []
    with open_input(path) as film:
        return list(islice((one for one in demuxed(film, film.streams[stream.index]) if one.size), 3))


def copy_subtitles(out, film) -> dict:
    """The film's own subtitles → their copies, where the container stays the same."""
    return {one: _copy_subtitle(out, one) for one in film.streams.subtitles if takes_subtitle(one, film, out.format.name)}


def takes_subtitle(subtitle, film, container: str) -> bool:
    """Whether a container, by FFmpeg's name of it, gets such a track of a film."""
    return container in film.format.name.split(",") and can_copy(_copy_subtitle, subtitle, container)


def _copy_subtitle(out, subtitle):
    copy = out.add_stream_from_template(subtitle)
    copy.metadata["language"] = subtitle.language or "und"
    return copy


def takes_cover(cover, container: str) -> bool:
    """Whether a container, by FFmpeg's name of it, gets such a cover."""
    return container == "matroska" or (container == "mp4" and can_copy(copy_picture, cover, container))


def copy_attachments(out, film, path: Path) -> Iterator[tuple[float, object]]:
    """The film's covers, and its attachments (fonts of its subtitles) where both containers are Matroska, as no other has.

    Returns:
        The packets of the covers that are streams, each with a time before all others.
    """
    matroska = out.format.name == "matroska"
    for one in film.streams.attachments if matroska else ():
        out.add_attachment(one.name or "attachment", one.mimetype or "application/octet-stream", one.data or b"")
    import av

    packets = []
    for number, data in _covers(path).items():
        cover = film.streams[number]
        if matroska:
            ending, mimetype = _PICTURES.get(cover.codec_context.name, (cover.codec_context.name, "image/*"))
            name = cover.metadata.get("filename", f"cover.{ending}")
            out.add_attachment(name, cover.metadata.get("mimetype", mimetype), data)
        elif takes_cover(cover, out.format.name):
            packet = av.Packet(data)
            packet.stream = copy_picture(out, cover)
            packet.pts = packet.dts = 0
            packet.is_keyframe = True
            packets.append((float("-inf"), packet))
    return iter(packets)


def _covers(path: Path) -> dict[int, bytes]:
    """The covers of a film, by the numbers of their streams: they come before all other packets."""
    found: dict[int, bytes] = {}
    with open_input(path) as film:
        covers = [stream for stream in film.streams.video if is_cover(stream)]
        for packet in demuxed(film, *covers) if covers else ():
            if packet.size:
                found[packet.stream_index] = bytes(packet)
            if len(found) == len(covers):
                break
    return found


def copied(film, copies: dict, out) -> Iterator[tuple[float, object]]:
    """The packets of the streams in `copies`, for their copies, each with its time from the start of the presentation.

    What stands behind the last packet that is shown is left out, and the last picture lasts as long as it did.
    """
    origin, found = origin_s(film), extent_of(film)
    places = {}
    for stream, copy in copies.items():
        early = stream.type == "audio" and out.format.name in _NOT_BELOW_ZERO and stream.codec_context.name != "opus"
        track = found.tracks.get(stream.index)
        last, until_s = 0, 0.0
        if track and track.packets and stream.type == "video" and not lacks_pts(film, stream):
            last = track.packets
            if found.until(stream.index) > track.end_s + _TICK_S:
                until_s = found.until(stream.index) - origin
        places[stream.index] = _Place(copy, stream, round(origin / stream.time_base), early, last, until_s)
    source = packets(film, *copies)
    if not film.format.name.startswith("mov"):  # these always have it
        source = with_dts(source)
    # Of long films there are millions of packets: this loop does nothing that can be done before it.
    for packet in source:
        dts = packet.dts
        if dts is None or not packet.size:  # empty: the end of a stream
            continue
        place = places[packet.stream_index]
        packet.stream = place.copy
        if place.shift or packet.pts is None:
            packet.pts = dts - place.shift if packet.pts is None else packet.pts - place.shift
            packet.dts = dts = dts - place.shift
        if place.early and (dts < 0 or packet.is_discard):  # only warms up the decoder, and would make the whole film late
            continue
        if place.last:
            place.count += 1
            if place.count > place.last:
                continue
            if place.count == place.last and place.until:
                packet.duration = max(packet.duration or 0, place.until - packet.pts)
        yield dts * place.tick, packet


class _Place:
    """Where the packets of a stream go, and what is done to their times, in its ticks.

    Attributes:
        early: none goes before the start of the presentation.
        last: the number of the last one that is shown; 0 where all are.
        until: when the picture ends, where that one does not say it; else 0.
    """

    def __init__(self, copy, stream, shift: int, early: bool, last: int, until_s: float) -> None:
        self.copy, self.shift, self.early, self.last = copy, shift, early, last
        self.tick = float(stream.time_base)
        self.until = round(until_s / stream.time_base)
        self.count = 0


def with_dts(all_packets: Iterable) -> Iterator:
    """The packets that hold data, each with a decoding time.

    Matroska stores none. FFmpeg works them out, but for the first few of a film with pictures out of order.
    """
    waiting: dict = {}  # stream → packets without a time
    for packet in all_packets:
        if packet.dts is not None and not waiting and packet.size:
            yield packet
            continue
        early = waiting.setdefault(packet.stream, [])
        if packet.size and packet.dts is None:
            early.append(packet)
            continue
        if early:
            step = max(1, early[0].duration or 0)
            end = packet.dts if packet.size else early[-1].pts + step
            for n, late in enumerate(early):
                late.dts = end - (len(early) - n) * step
                yield late
        del waiting[packet.stream]
        if packet.size:
            yield packet
