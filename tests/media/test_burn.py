"""Captions drawn into the picture."""

import unicodedata
from fractions import Fraction

import av
import numpy as np
import pytest
from clips import RATE, make_sound

from voicekit.core.errors import MediaError
from voicekit.media import fonts, mux, probe
from voicekit.media.burn import burned, check_fonts, render
from voicekit.media.film import read_pictures
from voicekit.media.planes import display_matrix

CAPTION = (0.4, 0.8, "A caption\nof two lines")


def grey_frames(count=25, width=320, height=180, kind="yuv420p", level=90):
    """Frames of one grey with a tint, 25 a second."""
    for number in range(count):
        frame = av.VideoFrame(width, height, kind)
        dtype = np.uint16 if frame.format.components[0].bits > 8 else np.uint8
        for index, plane in enumerate(frame.planes):
            np.frombuffer(plane, dtype)[:] = level if index == 0 else level * 3 // 2
        frame.pts, frame.time_base = number, Fraction(1, 25)
        yield frame


def planes(frame):
    dtype = np.uint16 if frame.format.components[0].bits > 8 else np.uint8
    found = []
    for plane in frame.planes:
        values = np.frombuffer(plane, dtype)[: plane.height * plane.line_size // dtype().itemsize]
        found.append(values.reshape(plane.height, -1)[:, : plane.width].copy())
    return found


@pytest.mark.parametrize("kind", ["yuv420p", "yuvj420p", "yuv422p", "yuv444p", "yuv420p10le"])
def test_only_frames_with_a_caption_change_and_only_at_the_bottom(kind):
    shown = []
    level = 360 if kind.endswith("10le") else 90
    before = planes(next(grey_frames(1, kind=kind, level=level)))
    for frame in burned(grey_frames(kind=kind, level=level), [CAPTION]):
        after = planes(frame)
        changed = [(a != b).any(1).nonzero()[0] for a, b in zip(before, after, strict=True)]
        if any(len(rows) for rows in changed):
            shown.append(frame.time)
            for rows, plane in zip(changed, after, strict=True):
                assert len(rows) and rows.min() / len(plane) > 0.6 and rows.max() / len(plane) < 0.97
            white, black = (255, 0) if "j" in kind else (235, 16)
            scale = level // 90
            assert after[0].max() == pytest.approx(white * scale, abs=2 * scale)
            assert after[0].min() == pytest.approx(black * scale, abs=4 * scale)
            columns = (before[0] != after[0]).any(0).nonzero()[0]
            assert columns.min() + columns.max() == pytest.approx(320, abs=8)  # in the middle
    assert shown == pytest.approx(np.arange(10, 20) / 25)


def test_white_is_white_and_has_no_colour():
    (frame,) = burned(grey_frames(1, 1280, 720), [(0.0, 1.0, "A caption")])
    luma, u, v = planes(frame)
    inside = luma.reshape(360, 2, 640, 2).min((1, 3)) > 230
    assert inside.any() and np.abs(u[inside].astype(int) - 128).max() <= 1 and np.abs(v[inside].astype(int) - 128).max() <= 1


@pytest.mark.parametrize(("rotation", "side"), [(0, "bottom"), (90, "left"), (-90, "right"), (180, "top")])
def test_a_turned_picture_is_drawn_on_as_it_is_seen(rotation, side):
    _, cover = render("A caption", 320, 180, rotation)
    rows, columns = cover.any(1).nonzero()[0] / 180, cover.any(0).nonzero()[0] / 320
    assert {"bottom": rows.min() > 0.6, "top": rows.max() < 0.4, "left": columns.max() < 0.4, "right": columns.min() > 0.6}[
        side
    ]
    seen = np.rot90(cover, rotation // 90)
    assert seen.any(1).nonzero()[0].min() > seen.shape[0] * 0.6
    with pytest.raises(MediaError, match="turned by 45"):
        list(burned(grey_frames(1), [CAPTION], 45))


def test_text_is_kept_inside_and_in_shape():
    _, cover = render("W" * 60, 200, 400)
    columns = cover.any(0).nonzero()[0]
    assert columns.min() > 5 and columns.max() < 195
    narrow, wide = (render("A caption", 320, 180, 0, aspect)[1].any(0).sum() for aspect in (2.0, 1.0))
    assert narrow == pytest.approx(wide / 2, rel=0.15)  # pixels twice as wide as high
    odd = next(burned(grey_frames(1, 321, 181), [(0, 1, "A caption")]))
    assert planes(odd)[0].shape == (181, 321)


def test_frames_without_captions_are_not_touched_nor_copied():
    frames = list(grey_frames(3))
    assert [id(frame) for frame in burned(iter(frames), [(0.05, 0.07, "x"), (9, 10, "y")])] == [
        id(frame) for frame in frames
    ]


def make_film(path, codec="libx264"):
    with av.open(str(path), "w") as out:
        video = out.add_stream(codec, rate=25)
        video.width, video.height, video.pix_fmt = 320, 180, "yuv420p"
        if codec == "libx264":
            video.options = {"x264-params": "log-level=none"}
        for frame in grey_frames():
            out.mux(video.encode(frame))
        out.mux(video.encode(None))
    return path


@pytest.mark.parametrize("suffix", ["mp4", "mov", "mkv", "webm"])
def test_a_film_with_captions_drawn_in(tmp_path, suffix):
    clip, out = make_film(tmp_path / "a.mp4"), tmp_path / f"b.{suffix}"
    mux(clip, [make_sound(1.0)], RATE, out, burn=[(5.0, 6.0, "past the end"), CAPTION, (0.9, 1.0, " ")])
    with av.open(str(clip)) as before, av.open(str(out)) as after:
        pairs = list(zip(before.decode(video=0), after.decode(video=0), strict=False))
        later = [frame.time for frame in after.decode(video=0)]
    assert len(pairs) == 25
    assert later == pytest.approx([5.0, 5.96], abs=0.01)  # the last picture stays for the caption past the end
    for old, new in pairs[:-1]:
        assert new.time == pytest.approx(old.time, abs=0.001)
        difference = np.abs(old.to_ndarray(format="gray").astype(int) - new.to_ndarray(format="gray"))
        assert difference[:108].max() < 12
        assert (difference[108:].max() > 100) == (0.4 <= round(old.time, 3) < 0.8)


def still_film(path, times_s=(0.0,), until_s=4.0, **how):
    """A grey film whose pictures stand still; the last up to `until_s`."""
    with av.open(str(path), "w") as out:
        video = out.add_stream("libx264", rate=25, options={"bf": "0", "x264-params": "log-level=none"})
        video.width, video.height, video.pix_fmt = 320, 180, "yuv420p"
        video.codec_context.time_base = Fraction(1, 1000)
        if "matrix" in how:
            video.set_display_matrix(how["matrix"])
        packets = []
        for time_s, frame in zip(times_s, grey_frames(len(times_s)), strict=True):
            frame.pts, frame.time_base = round(time_s * 1000), Fraction(1, 1000)
            packets += video.encode(frame)
        for packet, time_s, end_s in zip(packets + video.encode(None), times_s, [*times_s[1:], until_s], strict=True):
            packet.duration = round((end_s - time_s) / packet.time_base)
            out.mux(packet)
    return path


@pytest.mark.parametrize("suffix", ["mp4", "mkv", "webm"])
@pytest.mark.parametrize("times_s", [(0.0,), (0.0, 0.04, 0.9, 1.5)])
def test_a_caption_stands_as_long_as_it_is_said_over_a_picture_that_stands_still(tmp_path, suffix, times_s):
    clip, out = still_film(tmp_path / "a.mkv", times_s), tmp_path / f"b.{suffix}"
    mux(clip, [make_sound(4.0)], RATE, out, burn=[(1.0, 2.3, "one"), (2.5, 3.2, "two")])
    with av.open(str(out)) as film:
        frames = [(frame.time, frame.to_ndarray(format="gray")[108:].max() > 200) for frame in film.decode(video=0)]
    edges = [time for (time, shown), (_, before) in zip(frames[1:], frames, strict=False) if shown != before]
    assert edges == pytest.approx([1.0, 2.3, 2.5, 3.2], abs=0.002)
    assert probe(out).duration_s == pytest.approx(4.0, abs=0.03)
    assert frames[-1][0] == pytest.approx(3.96, abs=0.002)  # the last picture lasts as long as it did


MIRRORS = {
    "across": [-(1 << 16), 0, 0, 0, 1 << 16, 0, 0, 0, 1 << 30],
    "down": [1 << 16, 0, 0, 0, -(1 << 16), 0, 0, 0, 1 << 30],
}


@pytest.mark.parametrize("way", MIRRORS)
def test_captions_in_a_mirrored_picture_are_upright_as_players_show_it(tmp_path, way):
    clip, out = still_film(tmp_path / "a.mp4", matrix=MIRRORS[way]), tmp_path / "b.mp4"
    mux(clip, [make_sound(4.0)], RATE, out, burn=[(0.0, 4.0, "Left.......")])
    (shown, *_), (plain, *_) = read_pictures(out), read_pictures(still_film(tmp_path / "c.mp4"))
    letters, _ = render("Left.......", 320, 180)
    seen = (shown.pixels[..., 1].astype(float) - plain.pixels[..., 1]).clip(0)
    assert np.corrcoef(seen.ravel(), letters.ravel())[0, 1] > 0.9
    with av.open(str(out)) as film:
        assert list(display_matrix(next(film.decode(video=0)))[:5]) == MIRRORS[way][:5]


def test_characters_that_no_font_has_are_named(monkeypatch):
    check_fonts(["Grüße — naïve Œuvre: 5 €!\nand two lines", ""])
    with pytest.raises(MediaError, match=r"no font on this machine has \uE123.*fonts-noto.*subtitle track"):
        check_fonts(["private \ue123 use"])
    fonts._path.cache_clear()
    monkeypatch.setattr(fonts, "_FOLDERS", ())
    with pytest.raises(MediaError, match="次"):
        check_fonts(["次"])
    fonts._path.cache_clear()


def test_text_from_right_to_left_needs_its_layout(monkeypatch):
    from PIL import features

    monkeypatch.setattr(features, "check", lambda name: False)
    monkeypatch.setattr(fonts, "_path", lambda wanted: None)
    assert unicodedata.bidirectional("ש") == "R"
    with pytest.raises(MediaError, match="raqm"):
        check_fonts(["שלום"])


def test_no_font_is_no_film(tmp_path):
    clip = make_film(tmp_path / "a.mp4")
    with pytest.raises(MediaError, match="no font"):
        mux(clip, [make_sound(1.0)], RATE, tmp_path / "b.mp4", burn=[(0.0, 1.0, "\ue123")])
    assert [path.name for path in tmp_path.iterdir()] == ["a.mp4"]
