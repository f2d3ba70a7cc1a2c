"""How far a film goes, on one clock, its pictures at their times: whatever its container says or does not say."""

import struct
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from clips import RATE, make_clip, make_sound

from voicekit.core.errors import MediaError
from voicekit.media import check_mux, left_out, load_audio, mux, probe
from voicekit.media.clock import Part, Parts, offsets
from voicekit.media.recode import shown_size


def grey_film(path: Path, codec="libx264", seconds=2.0, sound_s=0.0, container=None, first=0, **options) -> Path:
    """A film of 25 pictures a second, whose grey says its number, with pictures out of order."""
    with av.open(str(path), "w", format=container) as out:
        quiet = (
            {"x264-params": "log-level=none:keyint=12", "bf": "3", "crf": "8"}
            if codec == "libx264"
            else {"bf": "2", "qmin": "1", "qmax": "1"}
        )
        video = out.add_stream(codec, rate=25, options=quiet | options)
        video.width, video.height, video.pix_fmt = 96, 64, "yuv420p"
        audio = (
            out.add_stream("mp2" if path.suffix in (".ts", ".mpg") else "aac", rate=RATE, layout="stereo")
            if sound_s
            else None
        )
        for n in range(round(seconds * 25)):
            grey = np.full((96, 96), 128, np.uint8)
            grey[:64] = 20 + 2 * (first + n)
            frame = av.VideoFrame.from_ndarray(grey, format="yuv420p")
            frame.pts, frame.time_base = n, Fraction(1, 25)
            out.mux(video.encode(frame))
        out.mux(video.encode(None))
        if audio:
            tone = make_sound(sound_s)
            for start in range(0, tone.shape[1], 1152):
                frame = av.AudioFrame.from_ndarray(
                    np.ascontiguousarray(tone[:, start : start + 1152]), format="fltp", layout="stereo"
                )
                frame.sample_rate, frame.time_base, frame.pts = RATE, Fraction(1, RATE), start
                out.mux(audio.encode(frame))
            out.mux(audio.encode(None))
    return path


def shown(path: Path) -> list[tuple[float, int]]:
    """The time and the number of each picture, by time."""
    with av.open(str(path)) as film:
        return sorted(
            (round(frame.time, 3), round((float(frame.to_ndarray(format="yuv420p")[:64].mean()) - 20) / 2))
            for frame in film.decode(video=0)
        )


def copy_of(path: Path, out: Path, **how) -> list[tuple[float, int]]:
    mux(path, [make_sound(probe(path).duration_s)], RATE, out, **how)
    return shown(out)


ORDERED = [(pytest.approx(n / 25, abs=0.002), n) for n in range(50)]


@pytest.mark.parametrize(("name", "codec", "container"), [
    ("a.avi", "libx264", None), ("a.avi", "mpeg4", None), ("a.avi", "mpeg2video", None),
    ("a.h264", "libx264", "h264"), ("a.m2v", "mpeg2video", "mpeg2video"),
])  # fmt: skip
def test_pictures_without_times_are_copied_in_the_order_in_which_they_are_shown(tmp_path, name, codec, container):
    clip = grey_film(tmp_path / name, codec, container=container)
    assert copy_of(clip, tmp_path / "b.mkv") == ORDERED
    assert copy_of(clip, tmp_path / "b.mp4") == ORDERED
    assert copy_of(clip, tmp_path / "c.mp4", reencode=True) == ORDERED


def as_divx_packs(path: Path, out: Path) -> Path:
    """A film of MPEG-4 with each B picture in the packet of the one before it, and an empty one in its own place."""
    with av.open(str(path)) as film, av.open(str(out), "w") as packed:
        copy = packed.add_stream_from_template(film.streams.video[0], opaque=True)
        packets = [bytes(packet) for packet in film.demux(video=0) if packet.size]
        kinds = [data[data.find(b"\0\0\1\xb6") + 4] >> 6 for data in packets]  # 0, 1, 2: I, P, B
        assert kinds.count(2) > 10
        for number, (data, kind) in enumerate(zip(packets, kinds, strict=True)):
            if number == 0:
                data = data.replace(b"\0\0\1\xb6", b"\0\0\1\xb2DivX503b1393p\0\0\0\1\xb6", 1)
            if kinds[number + 1 : number + 2] == [2]:
                data += packets[number + 1]
            packet = av.Packet(b"\0\0\1\xb6\x50\x7f" if kind == 2 else data)
            packet.stream, packet.time_base = copy, Fraction(1, 25)
            packet.pts = packet.dts = number
            packet.is_keyframe = kind == 0
            packed.mux(packet)
    return out


def test_two_pictures_in_one_packet_become_two_packets(tmp_path):
    clip = as_divx_packs(grey_film(tmp_path / "a.avi", "mpeg4", bf="1", b_strategy="0"), tmp_path / "packed.avi")
    for copy in (tmp_path / "b.mp4", tmp_path / "b.mkv"):
        assert copy_of(clip, copy) == ORDERED
        with av.open(str(copy)) as film:
            assert all(bytes(packet).count(b"\0\0\1\xb6") == 1 for packet in film.demux(video=0) if packet.size)
    assert copy_of(clip, tmp_path / "c.mp4", reencode=True) == ORDERED


@pytest.mark.parametrize(("name", "codec"), [("a.ts", "libx264"), ("a.mpg", "mpeg2video")])
def test_recordings_one_behind_the_other_are_one_film(tmp_path, name, codec):
    one = grey_film(tmp_path / name, codec, sound_s=2.0).read_bytes()
    two = grey_film(tmp_path / name, codec, sound_s=2.0, first=50).read_bytes()
    both = tmp_path / f"both{Path(name).suffix}"
    both.write_bytes(one + two)
    info = probe(both)
    assert info.duration_s == pytest.approx(4.0, abs=0.15)
    assert "2 recordings one after another" in info.notes[0]
    pictures = copy_of(both, tmp_path / "b.mkv")
    numbers = [number for _, number in pictures]
    assert numbers == sorted(numbers) and len(numbers) >= 99
    assert np.diff([time for time, _ in pictures]).max() < 0.2
    tone = load_audio(both, RATE, 2)
    assert tone.shape[1] / RATE == pytest.approx(info.duration_s, abs=0.15)
    assert np.abs(tone[:, round(2.5 * RATE) : round(3.5 * RATE)]).max() > 0.05


def test_parts_of_a_clock_that_jumps():
    def parted(times):
        parts = Parts()
        return parts, [parts.part_of(stream, at, at + 0.04) for stream, at in times]

    run = [round(n * 0.04, 2) for n in range(50)]
    both = [(stream, at) for at in run for stream in (0, 1)]
    parts, numbers = parted([*both, *both])  # starts anew: both go over together
    assert len(parts.found) == 2 and numbers == [0] * 100 + [1] * 100
    assert offsets(parts.found) == (0.0, pytest.approx(2.0))
    parts, _ = parted([*both, *((stream, 95443.7 - 1 + at) for stream, at in both)])  # jumps far ahead
    assert offsets(parts.found) == (0.0, pytest.approx(2.0 - 95442.7))
    parts, numbers = parted([*both, (0, 9999.0), *((stream, 2 + at) for stream, at in both)])  # one wrong time
    assert numbers[-4:] == [0, 0, 0, 0] and offsets(parts.found)[1] is None
    parts, _ = parted([(0, 0.0), (1, 0.0), *((1, at) for at in np.arange(0, 30, 0.04)), (0, 29.0)])  # a picture stands still
    assert len(parts.found) == 1
    assert offsets([Part(5.0, 9.0, 50)]) == (0.0,)


def with_edits(path: Path, out: Path, edits: list[tuple[float, float]]) -> Path:
    """An MP4 (index last) whose picture has such an edit list: lengths, and from when it is shown (−1: nothing)."""
    data = bytearray(path.read_bytes())

    def boxes(begin: int, end: int):
        while begin < end:
            size, name = struct.unpack(">I4s", data[begin : begin + 8])
            yield name, begin, size
            begin += size

    def find(begin: int, end: int, name: bytes) -> tuple[int, int]:
        return next((at, size) for found, at, size in boxes(begin, end) if found == name)

    moov, moov_size = find(0, len(data), b"moov")
    trak, trak_size = find(moov + 8, moov + moov_size, b"trak")
    (movie_hz,) = struct.unpack(">I", data[(at := find(moov + 8, moov + moov_size, b"mvhd")[0]) + 20 : at + 24])
    mdia, mdia_size = find(trak + 8, trak + trak_size, b"mdia")
    (hz,) = struct.unpack(">I", data[(at := find(mdia + 8, mdia + mdia_size, b"mdhd")[0]) + 20 : at + 24])
    listed = b"".join(
        struct.pack(">iiI", round(length * movie_hz), -1 if begin < 0 else round(begin * hz), 0x10000)
        for length, begin in edits
    )
    elst = struct.pack(">I4sII", len(listed) + 16, b"elst", 0, len(edits)) + listed
    edts = struct.pack(">I4s", len(elst) + 8, b"edts") + elst
    old, old_size = find(trak + 8, trak + trak_size, b"edts")
    data[old : old + old_size] = edts
    for at, size in ((trak, trak_size), (moov, moov_size)):
        data[at : at + 4] = struct.pack(">I", size + len(edts) - old_size)
    out.write_bytes(data)
    return out


DELAY_S = 2 / 25  # of pictures out of order


def test_edit_lists_leave_picture_and_sound_in_step(tmp_path):
    plain = grey_film(tmp_path / "a.mp4", sound_s=2.0)
    late = with_edits(plain, tmp_path / "late.mp4", [(1.0, -1), (2.0, DELAY_S)])
    assert probe(late).duration_s == pytest.approx(3.0, abs=0.03)
    for suffix in ("mp4", "mkv", "mov"):
        assert copy_of(late, tmp_path / f"b.{suffix}") == [(pytest.approx(1 + n / 25, abs=0.002), n) for n in range(50)]
    trimmed = with_edits(plain, tmp_path / "trimmed.mp4", [(1.0, DELAY_S + 0.2)])  # from the midst of a group of pictures
    wanted = [(pytest.approx(n / 25, abs=0.002), n + 5) for n in range(25)]
    assert copy_of(trimmed, tmp_path / "b.mp4")[:25] == wanted
    assert copy_of(trimmed, tmp_path / "c.mp4", reencode=True) == wanted
    with pytest.raises(MediaError, match=r"trimmed\.mp4 hides the pictures before its start .*--reencode"):
        check_mux(trimmed, tmp_path / "b.mkv")
    assert copy_of(trimmed, tmp_path / "d.mkv", reencode=True) == wanted
    parts = with_edits(plain, tmp_path / "parts.mp4", [(0.5, DELAY_S + 0.2), (0.5, DELAY_S + 1.2)])
    with pytest.raises(MediaError, match=r"hides pictures in its midst .*--reencode"):
        check_mux(parts, tmp_path / "b.mp4")
    assert [n for _, n in copy_of(parts, tmp_path / "e.mp4", reencode=True)][:3] == [5, 6, 7]


def test_a_picture_of_an_unknown_codec_is_none(tmp_path):
    clip = make_clip(tmp_path / "a.mp4", 0.4, make_sound(0.4), codec="libx264")
    clip.write_bytes(clip.read_bytes().replace(b"avc1", b"zzzz"))
    assert probe(clip).has_audio and not probe(clip).has_video
    with pytest.raises(MediaError, match=r"has no picture that can be read: its codec is unknown; export it as H\.264"):
        check_mux(clip, tmp_path / "b.mp4", reencode=True)


def test_late_subtitles_do_not_lengthen_a_film(tmp_path):
    from voicekit.media.muxing import Extras

    clip = grey_film(tmp_path / "a.mp4", sound_s=2.0)
    for suffix in ("mp4", "mkv"):
        out = tmp_path / f"b.{suffix}"
        mux(clip, [make_sound(2.0)], RATE, out, extras=Extras(subtitles=((60.0, 61.0, "late"),), chapters=((0, 90, "One"),)))
        assert probe(out).duration_s == pytest.approx(2.0, abs=0.05) and probe(out).notes == ()


def test_picture_and_sound_of_different_lengths_are_told(tmp_path):
    long_sound = probe(grey_film(tmp_path / "a.mp4", sound_s=4.0))
    assert long_sound.duration_s == pytest.approx(4.0, abs=0.05)
    assert "its picture ends at 2.0 s, its sound at 4.0 s; the last picture stays" in long_sound.notes[0]
    long_picture = probe(grey_film(tmp_path / "b.mkv", seconds=4.0, sound_s=2.0))
    assert long_picture.duration_s == pytest.approx(4.0, abs=0.05)
    assert "its sound ends at 2.0 s, its picture at 4.0 s; the rest is silent" in long_picture.notes[0]


@pytest.mark.parametrize("suffix", ["mp4", "mkv", "mov"])
def test_the_last_picture_lasts_as_long_as_it_did(tmp_path, suffix):
    clip = make_clip(tmp_path / "a.mkv", 1.0, codec="libx264")
    with av.open(str(clip)) as film, av.open(str(tmp_path / "still.mkv"), "w") as out:
        copy = out.add_stream_from_template(film.streams.video[0])
        packet = next(packet for packet in film.demux(video=0) if packet.size)
        packet.stream, packet.duration = copy, round(5 / packet.time_base)
        out.mux(packet)
    assert probe(tmp_path / "still.mkv").duration_s == pytest.approx(5.0, abs=0.01)
    mux(tmp_path / "still.mkv", [make_sound(5.0)], RATE, tmp_path / f"b.{suffix}")
    mux(tmp_path / f"b.{suffix}", [], RATE, tmp_path / f"c.{suffix}")  # no sound: the picture says how long it is
    assert probe(tmp_path / f"c.{suffix}").duration_s == pytest.approx(5.0, abs=0.05)


def test_a_film_of_fragments_that_broke_off_goes_as_far_as_it_goes(tmp_path):
    whole = grey_film(tmp_path / "a.mp4", seconds=4.0, sound_s=4.0)
    with (
        av.open(str(whole)) as film,
        av.open(str(tmp_path / "b.mp4"), "w", options={"movflags": "frag_keyframe+empty_moov"}) as out,
    ):
        copies = {stream: out.add_stream_from_template(stream) for stream in film.streams}
        for packet in film.demux():
            if packet.size:
                packet.stream = copies[packet.stream]
                out.mux(packet)
    data = (tmp_path / "b.mp4").read_bytes()
    (tmp_path / "c.mp4").write_bytes(data[: len(data) * 6 // 10])
    info = probe(tmp_path / "c.mp4")
    assert 1.0 < info.duration_s < 3.5 and "c.mp4 is cut off after" in info.notes[0]
    pictures = copy_of(tmp_path / "c.mp4", tmp_path / "d.mp4")
    assert [n for _, n in pictures] == list(range(len(pictures))) and len(pictures) > 20


@pytest.mark.parametrize(("before", "after"), [("mp4", "mp4"), ("mp4", "mkv"), ("mkv", "mkv"), ("mkv", "mp4")])
def test_a_cover_comes_along(tmp_path, before, after):
    with av.open(str(tmp_path / "c.jpg"), "w", format="image2") as out:
        stream = out.add_stream("mjpeg", rate=1)
        stream.width, stream.height, stream.pix_fmt = 32, 32, "yuvj420p"
        frame = av.VideoFrame.from_ndarray(np.full((48, 32), 99, np.uint8), format="yuvj420p")
        out.mux(stream.encode(frame) + stream.encode(None))
    picture = (tmp_path / "c.jpg").read_bytes()
    clip = grey_film(tmp_path / "a.mp4", sound_s=2.0)
    film = tmp_path / f"film.{before}"
    with av.open(str(clip)) as source, av.open(str(film), "w") as out:
        copies = {stream: out.add_stream_from_template(stream) for stream in source.streams}
        if before == "mkv":
            out.add_attachment("cover.jpg", "image/jpeg", picture)
        else:
            with av.open(str(tmp_path / "c.jpg")) as image:
                cover = out.add_stream_from_template(image.streams.video[0])
                cover.disposition = cover.disposition.attached_pic
        for packet in source.demux():
            if packet.size:
                packet.stream = copies[packet.stream]
                out.mux(packet)
        if before == "mp4":
            packet = av.Packet(picture)
            packet.stream, packet.pts, packet.dts = cover, 0, 0
            out.mux(packet)
    assert left_out(film, tmp_path / f"b.{after}") == ""
    mux(film, [make_sound(2.0)], RATE, tmp_path / f"b.{after}")
    with av.open(str(tmp_path / f"b.{after}")) as out:
        (cover,) = [s for s in out.streams.video if s.disposition & s.disposition.attached_pic]
        assert picture in [bytes(packet) for packet in out.demux(cover)]
    assert "1 cover" in left_out(film, tmp_path / "b.webm", reencode=True)


def test_the_size_of_a_film_is_what_players_show(tmp_path):
    assert shown_size(make_clip(tmp_path / "a.mp4", 0.2, codec="libx264", rotation=90)) == (48, 64)
    wide = make_clip(tmp_path / "b.mp4", 0.2, codec="libx264")
    assert shown_size(wide) == (64, 48)
