"""Films that claim what no film has: they are refused in a line that names them, before memory or time is spent."""

import struct
from fractions import Fraction

import av
import numpy as np
import pytest
from clips import make_clip, make_sound

from voicekit.core.errors import MediaError
from voicekit.media import cuts, mux, open_sound, probe
from voicekit.media import recode as recoding
from voicekit.media.cuts import find_cuts
from voicekit.media.film import pictures_at, read_pictures
from voicekit.media.recode import first_frame

READERS = (first_frame, find_cuts, lambda path: list(read_pictures(path)), lambda path: list(pictures_at(path, [0.0, 0.1])))


def photographs(path, sizes) -> None:
    """Motion JPEG of pictures that hold 64 × 48 pixels and say that they hold so many."""
    with av.open(str(path), "w") as out:
        video = out.add_stream("mjpeg", rate=25)
        video.width, video.height, video.pix_fmt = 64, 48, "yuvj420p"
        for n in range(len(sizes)):
            frame = av.VideoFrame.from_ndarray(np.random.default_rng(n).integers(0, 255, (72, 64), np.uint8), "yuvj420p")
            frame.pts = n
            out.mux(video.encode(frame))
        out.mux(video.encode(None))
    data, at = bytearray(path.read_bytes()), 0
    for width, height in sizes:
        at = data.index(b"\xff\xc0", at) + 5
        data[at : at + 4] = struct.pack(">HH", height, width)
    path.write_bytes(data)


def refused(path, read) -> str:
    with pytest.raises(MediaError) as caught:
        read(path)
    assert path.name in str(caught.value) and "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("read", READERS)
def test_pictures_beyond_all_measure_are_refused_before_they_are_decoded(tmp_path, read):
    photographs(tmp_path / "a.avi", [(16_000, 16_000)] * 3)
    data = bytearray((tmp_path / "a.avi").read_bytes())
    at = data.index(b"strf") + 12
    data[at : at + 8] = struct.pack("<II", 16_000, 16_000)
    (tmp_path / "a.avi").write_bytes(data)
    screen = b"GIF89a" + struct.pack("<HHBBB", 65_535, 65_535, 0x80, 0, 0) + b"\0\0\0\xff\xff\xff"
    (tmp_path / "a.gif").write_bytes(screen + (b"," + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + b"\x02\x02D\x01\0") * 9 + b";")
    for name in ("a.avi", "a.gif"):
        assert "up to 8192 × 8192 are read: export it smaller" in refused(tmp_path / name, read)


def test_a_picture_in_the_midst_that_claims_too_much_is_damaged(tmp_path):
    photographs(tmp_path / "a.avi", [(64, 48), (64, 48), (16_000, 16_000), (64, 48)])
    assert [picture.pixels.shape for picture in read_pictures(tmp_path / "a.avi")] == [(48, 64, 3)] * 3


@pytest.mark.parametrize("last_s", [400_000, 10**9, 10**12])
def test_times_that_no_film_has(tmp_path, last_s):
    """A second picture that comes years later: no sound is made for all that time."""
    path = tmp_path / "a.mkv"
    with av.open(str(path), "w") as out:
        video = out.add_stream("mpeg4", rate=25)
        video.width, video.height, video.pix_fmt = 64, 48, "yuv420p"
        video.codec_context.time_base = video.time_base = Fraction(1, 1000)
        for n in range(3):
            frame = av.VideoFrame(64, 48, "yuv420p")
            frame.pts, frame.time_base = 40 * n, Fraction(1, 1000)
            for packet in video.encode(frame):
                if packet.pts == 80:
                    packet.pts = packet.dts = last_s * 1000
                out.mux(packet)
    for read in (probe, find_cuts):
        assert "hours, more than 100: they are wrong, or it has to be cut" in refused(path, read)


def test_a_codec_that_nobody_knows(tmp_path):
    path = make_clip(tmp_path / "a.mp4", 0.4, make_sound(0.4), codec="libx264")
    path.write_bytes(path.read_bytes().replace(b"avc1", b"zzzz"))
    assert all("its codec is unknown; export it as H.264 in MP4" in refused(path, read) for read in READERS)
    assert open_sound(path).channels == 2  # which can be heard all the same


def test_of_large_pictures_fewer_are_held(tmp_path, monkeypatch):
    """x264 holds all that it looks ahead at: of 8K nine gigabytes."""
    film, told = make_clip(tmp_path / "a.mp4", 0.4), []
    add = av.container.OutputContainer.add_stream

    class Told:
        def __init__(self, out) -> None:
            self._out, self.format = out, out.format

        def add_stream(self, codec, **how):
            told.append(how["options"].get("rc-lookahead"))
            return add(self._out, codec, **how)

    with av.open(str(tmp_path / "b.mp4"), "w") as out:
        recoding.add_picture(Told(out), film)
    for pixels, ahead in ((64 * 48 // 4, "10"), (64 * 48 // 100, "5")):
        monkeypatch.setattr(recoding, "_AHEAD_PIXELS", pixels)
        with av.open(str(tmp_path / "b.mp4"), "w") as out:
            recoding.add_picture(Told(out), film)
        assert told[-1] == ahead
    assert told[0] is None
    mux(film, [make_sound(0.4)], 48_000, tmp_path / "c.mp4", burn=[(0.1, 0.3, "Lights")])
    assert probe(tmp_path / "c.mp4").has_video


def test_cuts_are_looked_for_within_the_same_limit(tmp_path, monkeypatch):
    """A damaged film may become larger in its midst, whoever decodes it."""
    make_clip(tmp_path / "clip.mp4", 1.0, None)
    told = {}

    def spy(film, video):
        told.update(video.codec_context.options)
        return iter(())

    monkeypatch.setattr(cuts, "_scores", spy)
    find_cuts(tmp_path / "clip.mp4")
    assert told == {"max_pixels": str(8192 * 8192), "skip_loop_filter": "all"}
