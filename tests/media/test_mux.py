"""What a film gets besides its new sound: tracks, languages, subtitles, chapters, a picture encoded anew."""

from pathlib import Path

import av
import numpy as np
import pytest
from clips import RATE, make_clip, make_sound, picture_packets, with_clicks

from voicekit.core.errors import MediaError
from voicekit.media import check_mux, left_out, load_audio, mux
from voicekit.media.languages import track_language
from voicekit.media.muxing import Extras, write
from voicekit.media.subtitle_track import in_order

SUBTITLES = ((0.5, 1.234, "Grün & <b> {x}\nzwei"), (1.234, 2.0, "次の字幕"), (2.5, 3.5, "مرحبا"))
CHAPTERS = ((0.0, 1.5, "One"), (1.5, 4.0, "Zwei"))
#: Ending → how its films are made, so that picture and sound can be copied.
KINDS = {
    "mp4": {"codec": "libx264", "sound_codec": "aac"},
    "mov": {"codec": "libx264", "sound_codec": "aac"},
    "mkv": {"codec": "libx264", "sound_codec": "aac"},
    "webm": {"codec": "libvpx", "sound_codec": "libopus"},
}


def film(folder: Path, suffix: str, duration_s: float = 4.0, **how) -> Path:
    sound = with_clicks(make_sound(duration_s, 0.02), duration_s / 2)
    return make_clip(folder / f"a.{suffix}", duration_s, sound, **(KINDS[suffix] | how))


def subtitles_of(path: Path, track: int = 0) -> list[tuple[float, float, str]]:
    found = []
    with av.open(str(path)) as container:
        for packet in container.demux(container.streams.subtitles[track]):
            start_s = float((packet.pts or 0) * packet.time_base)
            # Some of FFmpeg's decoders write "{" as "\\{", others as "{{}".
            for shown in packet.decode() if packet.size else ():
                text = (
                    shown.ass.decode()
                    .split(",", 8)[-1]
                    .replace("\\N", "\n")
                    .replace("\\{", "{")
                    .replace("{{}", "{")
                    .replace("\\}", "}")
                )
                found.append((start_s, start_s + float(packet.duration * packet.time_base), text))
    return found


def sound_packets(path: Path, track: int) -> list[tuple[bytes, float]]:
    with av.open(str(path)) as container:
        packets = container.demux(container.streams.audio[track])
        return [(bytes(p), float(p.pts * p.time_base)) for p in packets if p.size and p.pts >= 0]


# H.264 does not fit into WebM, nor VP8 into MP4: see below.
PAIRS = [(before, after) for before in KINDS for after in KINDS if (before == "webm") == (after == "webm")]


@pytest.mark.parametrize(("before", "after"), [*PAIRS, ("webm", "mkv")])
def test_tracks_languages_subtitles_and_chapters_come_back(tmp_path, before, after):
    clip, out = film(tmp_path, before, variable=True), tmp_path / f"b.{after}"
    extras = Extras(subtitles=SUBTITLES, language="de", chapters=CHAPTERS, keep_sound=True)
    mux(clip, np.array_split(with_clicks(make_sound(4.0, 0.02), 3.0), 5, axis=1), RATE, out, extras=extras)

    old, new = picture_packets(clip), picture_packets(out)
    assert [data for data, _ in old] == [data for data, _ in new]
    assert [time for _, time in new] == pytest.approx([time for _, time in old], abs=0.001)
    old, new = sound_packets(clip, 0), sound_packets(out, 0)
    assert [data for data, _ in old] == [data for data, _ in new]
    assert [time for _, time in new] == pytest.approx([time for _, time in old], abs=0.0011)

    with av.open(str(out)) as container:
        own, narration = container.streams.audio
        (track,) = container.streams.subtitles
        assert narration.language == track.language == ("ger" if after == "mov" else "deu")
        assert narration.disposition & narration.disposition.default
        assert not own.disposition & own.disposition.default
        assert "Narration" in narration.metadata.values()
        chapters = [(c["start"] * c["time_base"], c["end"] * c["time_base"], c["metadata"]) for c in container.chapters()]
    assert chapters == [(start_s, end_s, {"title": title}) for start_s, end_s, title in CHAPTERS]

    found = subtitles_of(out)
    assert [text.replace("\u2060", "") for *_, text in found] == [text for *_, text in SUBTITLES]
    assert [times for *times, _ in found] == [pytest.approx(times, abs=0.001) for *times, _ in SUBTITLES]
    loudest = [int(np.abs(sound).max(0).argmax()) / RATE for sound in (load_audio(out, RATE, 2, track=1),)]
    assert loudest == pytest.approx([2.0], abs=0.003)  # the first track is the film's own
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted({clip.name, out.name})


def with_attachment(path: Path) -> Path:
    """A film in Matroska, with subtitles and an attachment."""
    clip = make_clip(path.with_name("plain.mkv"), 1.0, make_sound(1.0))
    mux(clip, [make_sound(1.0)], RATE, path.with_name("titled.mkv"), extras=Extras(subtitles=SUBTITLES[:1]))
    with av.open(str(path.with_name("titled.mkv"))) as film, av.open(str(path), "w") as out:
        copies = {stream: out.add_stream_from_template(stream) for stream in film.streams}
        out.add_attachment("font.ttf", "font/ttf", b"glyphs")
        for packet in film.demux():
            if packet.dts is not None:
                packet.stream = copies[packet.stream]
                out.mux(packet)
    return path


def test_what_does_not_come_along_is_told(tmp_path):
    film = with_attachment(tmp_path / "film.mkv")
    assert left_out(film, tmp_path / "out.mkv") == ""
    mux(film, [make_sound(1.0)], RATE, tmp_path / "out.mkv")
    with av.open(str(tmp_path / "out.mkv")) as out:
        (font,) = out.streams.attachments
        assert (font.name, font.mimetype, bytes(font.data)) == ("font.ttf", "font/ttf", b"glyphs")
        assert len(out.streams.subtitles) == 1
    said = left_out(film, tmp_path / "out.mp4")
    assert "1 subtitle track and 1 attachment" in said and "end the film's name in .mkv" in said


def test_subtitles_are_in_order_and_none_is_empty_or_over_another():
    mixed = [(3.0, 4.0, "c"), (1.0, 2.5, " b\n"), (0.0, 1.5, "a"), (5.0, 6.0, " \n"), (7.0, 7.0, "d")]
    assert in_order(mixed) == [(0.0, 1.0, "a"), (1.0, 2.5, "b"), (3.0, 4.0, "c")]
    assert in_order([]) == []


@pytest.mark.parametrize("suffix", ["mp4", "mkv"])
def test_captions_past_the_end_of_a_short_film_without_sound(tmp_path, suffix):
    clip, out = make_clip(tmp_path / "a.mp4", 0.5, codec="libx264"), tmp_path / f"b.{suffix}"
    extras = Extras(subtitles=((0.1, 0.4, "in"), (5.0, 6.0, "past")), keep_sound=True)
    mux(clip, [make_sound(0.5)], RATE, out, extras=extras)
    assert picture_packets(out) == [(data, pytest.approx(time, abs=0.001)) for data, time in picture_packets(clip)]
    assert [text for *_, text in subtitles_of(out)] == ["in", "past"]
    with av.open(str(out)) as container:
        assert len(container.streams.audio) == 1


def test_what_a_container_cannot_hold_is_said_before_any_work(tmp_path):
    clip = film(tmp_path, "mp4", 0.5)
    with pytest.raises(MediaError, match=r"b\.webm: a \.webm file cannot hold h264 video.*\.mkv.*--reencode"):
        check_mux(clip, tmp_path / "b.webm")
    check_mux(clip, tmp_path / "b.webm", reencode=True)
    with pytest.raises(MediaError, match=r"cannot hold the film's own aac sound.*\.mkv.*--track replace"):
        mux(clip, [], RATE, tmp_path / "b.webm", extras=Extras(keep_sound=True), reencode=True)
    with pytest.raises(MediaError, match="choose one of these endings"):
        check_mux(clip, tmp_path / "b.avi", reencode=True)
    opus = film(tmp_path, "mkv", 0.5, sound_codec="libopus")
    with pytest.raises(MediaError, match=r"a \.mov file cannot hold the film's own opus sound"):
        check_mux(opus, tmp_path / "b.mov", keep_sound=True)  # its muxer says so only when it writes the header
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.mkv", "a.mp4"]


@pytest.mark.parametrize("suffix", ["mp4", "mkv", "webm"])
def test_the_films_own_subtitles_and_chapters_come_along(tmp_path, suffix):
    clip, once, twice = film(tmp_path, suffix), tmp_path / f"b.{suffix}", tmp_path / f"c.{suffix}"
    mux(clip, [make_sound(4.0)], RATE, once, extras=Extras(((0.5, 1.5, "own"),), "fr", CHAPTERS))
    mux(once, [make_sound(4.0)], RATE, twice, extras=Extras(((1.0, 2.0, "new"),), "de"))
    with av.open(str(twice)) as container:
        assert [track.language for track in container.streams.subtitles] == ["fra", "deu"]
        assert [chapter["metadata"]["title"] for chapter in container.chapters()] == ["One", "Zwei"]
    assert subtitles_of(twice) == [(pytest.approx(0.5, abs=0.001), pytest.approx(1.5, abs=0.001), "own")]
    assert subtitles_of(twice, 1) == [(pytest.approx(1.0, abs=0.001), pytest.approx(2.0, abs=0.001), "new")]


def frame_times(path: Path) -> list[float]:
    with av.open(str(path)) as container:
        return [frame.time for frame in container.decode(video=0)]


@pytest.mark.parametrize("after", KINDS)
def test_a_picture_encoded_anew_keeps_its_frames_and_their_times(tmp_path, after):
    clip, out = film(tmp_path, "mp4", 2.0, variable=True, rotation=90), tmp_path / f"b.{after}"
    mux(clip, [make_sound(2.0)], RATE, out, extras=Extras(keep_sound=after != "webm"), reencode=True)
    assert frame_times(out) == pytest.approx(frame_times(clip), abs=0.001)
    with av.open(str(out)) as container, av.open(str(clip)) as before:
        new, old = next(container.decode(video=0)), next(before.decode(video=0))
        assert (new.width, new.height, new.rotation) == (old.width, old.height, old.rotation)
        assert container.streams.video[0].codec_context.name == ("vp9" if after == "webm" else "h264")
        difference = np.abs(new.to_ndarray(format="gray").astype(int) - old.to_ndarray(format="gray")).mean()
    assert difference < 12  # of noise, which is as hard as it gets


def test_colours_and_a_late_start(tmp_path):
    path, out = tmp_path / "a.mp4", tmp_path / "b.mp4"
    with av.open(str(path), "w") as container:
        video = container.add_stream("libx264", rate=25, options={"x264-params": "log-level=none"})
        video.width, video.height, video.pix_fmt = 66, 48, "yuv420p"
        context = video.codec_context
        context.colorspace = context.color_primaries = context.color_trc = 1
        context.color_range = 2
        context.sample_aspect_ratio = 2
        for number in range(10):
            frame = av.VideoFrame.from_ndarray(np.full((72, 66), 20 * number, np.uint8), format="yuv420p")
            frame.pts = number + 50
            container.mux(video.encode(frame))
        container.mux(video.encode(None))
    mux(path, [make_sound(0.4)], RATE, out, reencode=True)
    with av.open(str(out)) as container:
        context = container.streams.video[0].codec_context
        assert (context.colorspace, context.color_primaries, context.color_trc, context.color_range) == (1, 1, 1, 2)
        assert context.sample_aspect_ratio == 2
    assert frame_times(out) == pytest.approx([number / 25 for number in range(10)], abs=0.001)


@pytest.mark.parametrize("after", ["mp4", "webm"])
def test_a_picture_in_rgb_is_encoded_anew_in_yuv_and_says_so(tmp_path, after):
    path, out, red = tmp_path / "a.mkv", tmp_path / f"b.{after}", (200, 40, 90)
    with av.open(str(path), "w") as container:
        video = container.add_stream("libx264rgb", rate=25, options={"crf": "0", "x264-params": "log-level=none"})
        video.width, video.height, video.pix_fmt = 64, 48, "rgb24"
        for number in range(5):
            frame = av.VideoFrame.from_ndarray(np.full((48, 64, 3), red, np.uint8), format="rgb24")
            frame.pts = number
            container.mux(video.encode(frame))
        container.mux(video.encode(None))
    mux(path, [make_sound(0.2)], RATE, out, reencode=True)
    with av.open(str(out)) as container:
        frame = next(container.decode(video=0))
        assert frame.format.name == "yuv420p" and frame.colorspace != 0
        assert np.abs(frame.to_ndarray(format="rgb24")[24, 32] - np.array(red)).max() < 15


@pytest.mark.parametrize(("kind", "codec", "after", "made", "told"), [
    ("yuv444p12le", "ffv1", "mp4", "yuv444p10le", "drops 2 of the 12 bits of a colour"),
    ("yuv420p10le", "ffv1", "webm", "yuv420p", "drops 2 of the 10 bits of a colour"),
    ("yuva420p", "ffv1", "mp4", "yuv420p", "drops its transparency"),
    ("bgra", "qtrle", "mp4", "yuv420p", "drops half of the sharpness of its colours and its transparency"),
    ("gray", "ffv1", "mp4", "yuv420p", ""),
    ("yuv422p10le", "ffv1", "mp4", "yuv422p10le", ""),
])  # fmt: skip
def test_what_of_the_pixels_is_lost_when_they_are_encoded_anew_is_told(tmp_path, kind, codec, after, made, told):
    path, out = tmp_path / "a.mov", tmp_path / f"b.{after}"
    with av.open(str(path), "w", format="matroska" if codec == "ffv1" else "mov") as container:
        video = container.add_stream(codec, rate=25)
        video.width, video.height, video.pix_fmt = 64, 48, {"bgra": "argb"}.get(kind, kind)
        frame = av.VideoFrame(64, 48, video.pix_fmt)
        for plane in frame.planes:
            plane.update(bytes(plane.buffer_size))
        frame.pts = 0
        container.mux(video.encode(frame))
        container.mux(video.encode(None))
    assert left_out(path, out, reencode=True).partition("re-encoding its picture ")[2] == told
    mux(path, [make_sound(0.2)], RATE, out, reencode=True)
    with av.open(str(out)) as container:
        assert next(container.decode(video=0)).format.name == made


def test_hevc_is_marked_as_apple_wants_it(tmp_path):
    clip = make_clip(tmp_path / "a.mkv", 0.5, codec="libx265")
    mux(clip, [make_sound(0.5)], RATE, tmp_path / "b.mp4")
    with av.open(str(tmp_path / "b.mp4")) as container:
        assert container.streams.video[0].codec_context.codec_tag == "hvc1"
    assert [data for data, _ in picture_packets(tmp_path / "b.mp4")] == [data for data, _ in picture_packets(clip)]


def test_a_failure_while_encoding_anew_leaves_nothing(tmp_path):
    clip = film(tmp_path, "mp4", 1.0)

    def failing():
        yield make_sound(0.5)
        raise RuntimeError("engine fell over")

    with pytest.raises(RuntimeError):
        mux(clip, failing(), RATE, tmp_path / "b.mp4", reencode=True)
    assert [path.name for path in tmp_path.iterdir()] == ["a.mp4"]


def test_names_of_languages():
    assert [track_language(name) for name in ("eng", "en", "en-us", "de_DE", "xx", "", "klingon")] == [
        *("eng", "eng", "eng", "deu"),
        *("und", "und", "und"),
    ]
    assert track_language("de", "mov") == "ger"


def test_packets_are_taken_one_by_one_in_order_of_time():
    """Nothing is taken before its time, so that memory does not grow with the length of a film."""
    written, taken = [], []

    class Out:
        mux_one = written.append

    def source(name, *times_s):
        for time_s in times_s:
            taken.append((time_s, name))
            assert len(taken) - len(written) <= 3
            yield time_s, (time_s, name)

    picture = source("picture", *range(100))
    write(Out, picture, [source("sound", *np.arange(0, 120, 0.4)), source("captions", 30.5, 99.5, 130)])
    assert written == sorted(written, key=lambda packet: packet[0]) and len(written) == 100 + 300 + 3
    written.clear()
    taken.clear()
    write(Out, (), [source("sound", 1, 2)])
    assert written == [(1, "sound"), (2, "sound")]
