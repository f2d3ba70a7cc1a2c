"""What a sound file says of itself comes along as far as the format can hold it; the rest is told before any work."""

import io
import struct
import zlib

import av
import numpy as np
import pytest
from reporters import Told

from voicekit.audio.treatment import Treatment
from voicekit.media.tags import NO_TAGS, Tags, read_tags
from voicekit.media.write import encoded, write_sound
from voicekit.postproduction.chain import run_chain

RATE = 48_000
TEXTS = (
    ("title", "Kapitel 1: Übung & <b>"),
    ("artist", "Jane Doe"),
    ("album", "A Book"),
    ("track", "1/12"),
    ("date", "2026"),
)
CHAPTERS = ((0.0, 0.75, "One"), (0.75, 2.0, "Zwei"))
ALL_TAGS = (".mp3", ".m4a", ".flac", ".ogg", ".opus")


def picture(format: str) -> bytes:
    from PIL import Image

    memory = io.BytesIO()
    Image.new("RGB", (40, 30), (200, 30, 30)).save(memory, format)
    return memory.getvalue()


JPEG, PNG = ("mjpeg", picture("JPEG")), ("png", picture("PNG"))
BOOK = Tags(TEXTS, CHAPTERS, (JPEG,))


def write(path, tags: Tags, duration_s: float = 2.0):
    t = np.arange(round(duration_s * RATE)) / RATE
    write_sound(path, [0.1 * np.sin(2 * np.pi * 300 * t)[None].astype(np.float32)], RATE, tags=tags)
    return path


def chain(path, out) -> list[str]:
    """Halves the sound of a file; what is told before that."""
    said = []
    run_chain(path, out, {"half": lambda sound: Treatment(("now",), lambda bs: (b / 2 for b in bs))}, reporter=Told(said))
    return said[: said.index("half: now")]


@pytest.mark.parametrize("before", ALL_TAGS)
@pytest.mark.parametrize("after", ALL_TAGS)
def test_title_cover_and_chapters_come_along(tmp_path, before, after):
    write(tmp_path / f"in{before}", BOOK)
    assert chain(tmp_path / f"in{before}", tmp_path / f"out{after}") == []
    got = read_tags(tmp_path / f"out{after}")
    assert set(TEXTS) <= set(got.texts)
    assert got.covers == (JPEG,)
    assert [title for _, _, title in got.chapters] == ["One", "Zwei"]
    np.testing.assert_allclose([chapter[0] for chapter in got.chapters], [0, 0.75], atol=0.002)
    with av.open(str(tmp_path / f"out{after}")) as container:  # the cover is one, no film
        assert all(stream.disposition & stream.disposition.attached_pic for stream in container.streams.video)


def test_a_cover_in_png(tmp_path):
    for suffix in ALL_TAGS:
        write(tmp_path / f"in{suffix}", Tags(covers=(PNG,)))
        assert read_tags(tmp_path / f"in{suffix}").covers == (PNG,)


def test_what_a_wav_cannot_hold_is_told_and_where_it_could_go(tmp_path):
    write(tmp_path / "in.mp3", BOOK)
    (told,) = chain(tmp_path / "in.mp3", tmp_path / "out.wav")
    assert told == f"{tmp_path}/out.wav: .wav cannot hold chapters, the cover: left out; .flac keeps them"
    got = read_tags(tmp_path / "out.wav")
    assert set(TEXTS) <= set(got.texts) and got.covers == got.chapters == ()


def test_the_time_of_a_field_recorder_comes_along(tmp_path):
    tags = Tags((("time_reference", "172800000"), ("date", "2026-11-28")))
    write(tmp_path / "in.wav", tags)
    assert chain(tmp_path / "in.wav", tmp_path / "out.wav") == []
    assert set(tags.texts) <= set(read_tags(tmp_path / "out.wav").texts)


def test_how_loud_the_old_sound_was_is_left_out_and_told(tmp_path):
    loud = (("replaygain_track_gain", "-7.03 dB"), ("replaygain_track_peak", "0.9"), ("itunnorm", "00000A2B"))
    with av.open(str(tmp_path / "in.flac"), "w") as out:
        stream = out.add_stream("flac", rate=RATE, layout="mono")
        out.metadata.update(dict((*TEXTS, *loud)))
        for packet in encoded(stream, [np.zeros((1, RATE), np.float32)], RATE):
            out.mux(packet)
    told = chain(tmp_path / "in.flac", tmp_path / "out.flac")
    names = "itunnorm, replaygain_track_gain, replaygain_track_peak"
    assert told == [f"{tmp_path}/out.flac: {names} left out: they tell how loud the old sound was"]
    assert read_tags(tmp_path / "out.flac") == Tags(read_tags(tmp_path / "in.flac").texts)


def test_two_tags_under_one_name_keep_at_least_one(tmp_path):
    """Vorbis comments call what FFmpeg calls a comment DESCRIPTION."""
    write(tmp_path / "in.mp3", Tags((("comment", "first"), ("description", "second"))))
    (told,) = chain(tmp_path / "in.mp3", tmp_path / "out.flac")
    assert "cannot hold description: left out" in told
    assert dict(read_tags(tmp_path / "out.flac").texts) == {"comment": "first"}


def test_a_picture_that_is_none_and_texts_of_any_kind_end_nothing(tmp_path):
    odd = Tags((("title", "x" * 20_000), ("artist", "a\nb"), ("comment", "\N{PILE OF POO} \u202e"), ("bad=key", "v")))
    for suffix in (*ALL_TAGS, ".wav"):
        write(tmp_path / f"odd{suffix}", odd, 0.2)
        write(tmp_path / f"pic{suffix}", Tags(TEXTS, covers=(("mjpeg", b"no picture"),)), 0.2)
        assert dict(read_tags(tmp_path / f"odd{suffix}").texts)["title"] == "x" * 20_000 or suffix == ".wav"
        chain(tmp_path / f"pic{suffix}", tmp_path / f"out{suffix}")


def test_a_cover_beyond_all_measure_ends_nothing(tmp_path):
    """Only its head is looked at, whose size Pillow refuses."""
    huge = PNG[1][:16] + struct.pack(">II", 60_000, 60_000) + PNG[1][24:]
    huge = huge[:29] + struct.pack(">I", zlib.crc32(huge[12:29])) + huge[33:]
    for suffix in ALL_TAGS:
        write(tmp_path / f"in{suffix}", Tags(TEXTS, covers=(("png", huge),)), 0.2)
        chain(tmp_path / f"in{suffix}", tmp_path / f"out{suffix}")


def test_a_file_without_tags_gets_none(tmp_path):
    write(tmp_path / "in.mp3", NO_TAGS)
    assert chain(tmp_path / "in.mp3", tmp_path / "out.mp3") == []
    assert read_tags(tmp_path / "out.mp3") == NO_TAGS
