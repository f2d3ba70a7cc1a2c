import re
import shutil
import struct
from fractions import Fraction
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest
import soundfile
from clips import RATE, make_clip, make_sound, picture_packets, with_clicks
from PIL import Image

from voicekit.core.errors import MediaError, VoicekitError
from voicekit.media import check_mux, load_audio, mux, probe, read_audio, write_wav
from voicekit.media.tags import Tags, read_tags
from voicekit.media.write import stream_sound, told_tags
from voicekit.media.write import write_sound as write_sound_file


def click_times_s(waveform, sample_rate=RATE, n=1):
    """When the n loudest samples come, at least 50 ms apart."""
    level = np.abs(waveform).max(axis=0)
    times = []
    for _ in range(n):
        at = int(level.argmax())
        times.append(at / sample_rate)
        level[max(0, at - sample_rate // 20) : at + sample_rate // 20] = 0
    return sorted(times)


def write_sound(path, sound, codec, layout, rate):
    if path.suffix == ".wav":
        soundfile.write(path, sound.T, rate)
        return
    with av.open(str(path), "w") as out:
        stream = out.add_stream(codec, rate=rate, layout=layout)
        frame = av.AudioFrame.from_ndarray(sound, format="fltp", layout=layout)
        frame.sample_rate, frame.pts, frame.time_base = rate, 0, Fraction(1, rate)
        for packet in [*stream.encode(frame), *stream.encode(None)]:
            out.mux(packet)


@pytest.mark.parametrize(
    ("name", "codec", "layout", "rate"),
    [
        ("a.wav", "pcm_s16le", "stereo", 44_100),
        ("a.wav", "pcm_s16le", "7.1", 96_000),
        ("a.wav", "pcm_s16le", "mono", 8_000),
        ("a.flac", "flac", "mono", 44_100),
        ("a.mp3", "libmp3lame", "stereo", 44_100),
        ("a.m4a", "aac", "stereo", 48_000),
        ("a.opus", "libopus", "stereo", 48_000),
        ("a.webm", "libopus", "mono", 48_000),
        ("a.mov", "aac", "5.1", 48_000),
        ("a.mkv", "aac", "stereo", 44_100),
    ],
)
def test_any_sound_is_read_at_its_time(tmp_path, name, codec, layout, rate):
    n_channels = av.AudioLayout(layout).nb_channels
    sound = np.zeros((n_channels, 2 * rate), dtype=np.float32)
    sound[:, [rate, rate * 3 // 2]] = 0.9
    write_sound(tmp_path / name, sound, codec, layout, rate)
    waveform = load_audio(tmp_path / name, 24_000)
    assert waveform.dtype == np.float32 and waveform.shape[0] == 1
    assert waveform.shape[1] == pytest.approx(48_000, abs=24_000 * 0.05)
    assert click_times_s(waveform, 24_000, 2) == pytest.approx([1.0, 1.5], abs=0.002)
    info = probe(tmp_path / name)
    assert (info.sample_rate, info.channels, info.has_video) == (rate, n_channels, False)
    assert info.duration_s == pytest.approx(2, abs=0.05)


def test_ogg_is_read(tmp_path):
    soundfile.write(tmp_path / "a.ogg", with_clicks(make_sound(1.0, 0.02), 0.5).T, RATE)
    waveform = load_audio(tmp_path / "a.ogg", RATE, 2)
    assert waveform.shape == (2, RATE)
    assert click_times_s(waveform) == pytest.approx([0.5], abs=0.005)


def test_channels_are_mixed_within_full_scale(tmp_path):
    soundfile.write(tmp_path / "a.wav", np.ones((RATE, 6)) * 0.9, RATE)
    assert load_audio(tmp_path / "a.wav", RATE).max() == pytest.approx(0.9, abs=0.01)


def test_blocks_hold_what_the_whole_holds(tmp_path):
    sound = np.random.default_rng(0).normal(0, 0.1, (1, RATE * 3)).astype(np.float32)
    write_wav(tmp_path / "a.wav", [sound], RATE)
    blocks = list(read_audio(tmp_path / "a.wav", 24_000, block_s=0.7))
    assert [block.shape[1] for block in blocks] == [16_800] * 4 + [4_800]
    assert np.array_equal(np.concatenate(blocks, axis=1), load_audio(tmp_path / "a.wav", 24_000))


def test_sound_that_starts_late_starts_with_silence(tmp_path):
    clip = make_clip(tmp_path / "a.mp4", 2.0, with_clicks(make_sound(1.0, 0.05), 0.5), sound_start_s=0.5)
    waveform = load_audio(clip, RATE)
    assert click_times_s(waveform) == pytest.approx([1.0], abs=0.002)
    assert np.abs(waveform[:, : RATE * 4 // 10]).max() < 1e-3


def test_time_zero_is_where_the_film_starts(tmp_path):
    clip = make_clip(tmp_path / "a.mkv", 2.0, with_clicks(make_sound(2.0, 0.05), 1.5), start_ms=3000)
    assert probe(clip).duration_s == pytest.approx(2, abs=0.1)
    assert click_times_s(load_audio(clip, RATE)) == pytest.approx([1.5], abs=0.03)


def test_damage_in_the_middle_keeps_the_time(tmp_path):
    sound = np.random.default_rng(0).normal(0, 0.05, (2, RATE * 4))
    sound = with_clicks(sound.astype(np.float32), 3.5)
    write_sound(tmp_path / "a.mp3", sound, "libmp3lame", "stereo", RATE)
    data = bytearray((tmp_path / "a.mp3").read_bytes())
    data[len(data) // 3 : len(data) // 3 + 3000] = bytes(3000)
    (tmp_path / "a.mp3").write_bytes(data)
    clip = make_clip(tmp_path / "b.mp4", 4.0, sound)
    with av.open(str(clip)) as film:
        spots = [(p.pos, p.size) for p in film.demux(film.streams.audio[0]) if p.size][60:64]
    data = bytearray(clip.read_bytes())
    for pos, size in spots:
        data[pos : pos + size] = b"\xff" * size
    clip.write_bytes(data)
    assert click_times_s(load_audio(clip, RATE)) == pytest.approx([3.5], abs=0.005)
    assert load_audio(tmp_path / "a.mp3", RATE).shape[1] == pytest.approx(RATE * 4, abs=RATE * 0.2)


def test_memory_does_not_grow_with_length(tmp_path):
    import tracemalloc

    block = make_sound(10.0, channels=1)
    peaks = []
    for n in (2, 12):
        write_wav(tmp_path / "a.wav", [block] * n, RATE)
        tracemalloc.start()
        assert sum(b.shape[1] for b in read_audio(tmp_path / "a.wav", 24_000, block_s=1)) == n * 240_000
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] * 1.2


def cut(path, share=0.5):
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])


def bad_files(folder):
    sound = make_sound(2.0)
    (folder / "empty.wav").touch()
    (folder / "text.wav").write_text("This is no sound.\n" * 20)
    (folder / "text.mp4").write_text("This is no film.\n" * 20)
    (folder / "list.mp4").write_text("#EXTM3U\n#EXTINF:9,\nhttp://localhost/x.ts\n")
    write_wav(folder / "cut.wav", [sound], RATE)
    soundfile.write(folder / "cut.flac", sound.T, RATE)
    write_sound(folder / "cut.mp3", sound, "libmp3lame", "stereo", RATE)
    make_clip(folder / "cut.mp4", 2.0, sound)
    make_clip(folder / "cut.mkv", 2.0, sound)
    make_clip(folder / "long.mp4", 2.0, sound)
    mux(folder / "long.mp4", [sound], RATE, folder / "index-first.mp4")
    for name in ("cut.wav", "cut.flac", "cut.mp3", "cut.mp4", "cut.mkv", "index-first.mp4"):
        cut(folder / name)


def test_bad_files_are_named_with_what_is_wrong(tmp_path):
    bad_files(tmp_path)
    expected = {
        "missing.wav": "does not exist",
        ".": "is a folder",
        "empty.wav": "is empty",
        "text.wav": "not a sound or film",
        "text.mp4": "not a sound or film",
        "list.mp4": "not a sound or film",
        "cut.mp4": "cut off: its index is missing.*untrunc",
    }
    for name, reason in expected.items():
        for look in (probe, lambda path: load_audio(path, RATE)):
            with pytest.raises(MediaError, match=reason) as caught:
                look(tmp_path / name)
            assert str(tmp_path / name) in str(caught.value)


@pytest.mark.parametrize("name", ["cut.wav", "cut.flac", "cut.mp3", "cut.mkv", "index-first.mp4"])
def test_of_what_was_cut_off_is_taken_what_is_there_and_told(tmp_path, name):
    bad_files(tmp_path)
    info = probe(tmp_path / name)
    (note,) = info.notes
    assert re.search(rf"{name} is cut off: {info.duration_s:.1f} of 2\.\d s are there", note)
    assert 0.3 < info.duration_s < 1.8
    assert load_audio(tmp_path / name, RATE).shape[1] / RATE == pytest.approx(info.duration_s, abs=0.1)


def test_a_film_without_sound_says_so(tmp_path):
    clip = make_clip(tmp_path / "a.mp4", 1.0)
    assert not probe(clip).has_audio
    with pytest.raises(MediaError, match=r"a\.mp4 has no sound"):
        load_audio(clip, RATE)


def test_wav_of_unknown_length_is_read(tmp_path):
    write_wav(tmp_path / "a.wav", [make_sound(1.0)], RATE)
    data = bytearray((tmp_path / "a.wav").read_bytes())
    data[40:44] = struct.pack("<I", 0xFFFFFFFF)
    (tmp_path / "a.wav").write_bytes(data)
    assert load_audio(tmp_path / "a.wav", RATE).shape[1] == RATE


def test_wav_comes_back_bit_for_bit(tmp_path):
    samples = np.random.default_rng(0).integers(-32768, 32768, (2, 1000)).astype(np.int16)
    write_wav(tmp_path / "a.wav", [samples[:, :300] / 32768, samples[:, 300:] / 32768], 24_000)
    back, rate = soundfile.read(tmp_path / "a.wav", dtype="int16")
    assert rate == 24_000 and np.array_equal(back.T, samples)


FILMS = [
    ("mp4", "mp4", "libx264", {"variable": True, "rotation": 90}),
    ("mp4", "mkv", "mpeg4", {}),
    ("mkv", "mkv", "libx264", {"variable": True}),
    ("mkv", "mp4", "libx264", {"variable": True}),
    ("mov", "mov", "mpeg4", {}),
    ("webm", "webm", "libvpx", {}),
    ("avi", "mkv", "mpeg4", {}),
]


@pytest.mark.parametrize(("before", "after", "codec", "how"), FILMS)
def test_the_picture_is_copied_and_the_sound_is_in_its_place(tmp_path, before, after, codec, how):
    clip = make_clip(tmp_path / f"a.{before}", 2.0, codec=codec, **how)
    sound = with_clicks(make_sound(probe(clip).duration_s, 0.02), 0.7)
    mux(clip, np.array_split(sound, 7, axis=1), RATE, tmp_path / f"b.{after}")
    old, new = picture_packets(clip), picture_packets(tmp_path / f"b.{after}")
    assert [data for data, _ in old] == [data for data, _ in new]
    assert [time for _, time in new] == pytest.approx([time for _, time in old], abs=0.001)
    waveform = load_audio(tmp_path / f"b.{after}", RATE, 2)
    assert click_times_s(waveform) == pytest.approx([0.7], abs=0.002)
    assert waveform.shape[1] == pytest.approx(sound.shape[1], abs=RATE * 0.03)
    with av.open(str(tmp_path / f"b.{after}")) as film:
        assert next(film.decode(video=0)).rotation == how.get("rotation", 0)
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted({f"a.{before}", f"b.{after}"})


def test_a_film_that_starts_late_starts_at_zero(tmp_path):
    clip = make_clip(tmp_path / "a.mp4", 2.0, start_ms=1000)
    mux(clip, [with_clicks(make_sound(2.0, 0.02), 0.7)], RATE, tmp_path / "b.mp4")
    assert picture_packets(tmp_path / "b.mp4")[0][1] == 0
    assert click_times_s(load_audio(tmp_path / "b.mp4", RATE, 2)) == pytest.approx([0.7], abs=0.002)


def test_mono_of_another_rate_is_muxed(tmp_path):
    clip = make_clip(tmp_path / "a.mp4", 1.0)
    mux(clip, [make_sound(1.0, channels=1)[:, ::2]], RATE // 2, tmp_path / "b.mp4")
    waveform = load_audio(tmp_path / "b.mp4", RATE, 2)[:, RATE // 4 : RATE // 2]
    spectrum = np.abs(np.fft.rfft(waveform[0]))
    assert spectrum.argmax() * 4 == pytest.approx(300, abs=4)


def test_a_container_that_cannot_hold_the_picture_is_refused(tmp_path):
    clip = make_clip(tmp_path / "a.mp4", 0.5)
    with pytest.raises(MediaError, match=r"b\.webm.*cannot hold mpeg4"):
        check_mux(clip, tmp_path / "b.webm")
    with pytest.raises(MediaError, match=r"choose one of these endings"):
        mux(clip, [], RATE, tmp_path / "b.txt")
    write_wav(tmp_path / "a.wav", [make_sound(0.1)], RATE)
    with pytest.raises(MediaError, match="has no picture"):
        check_mux(tmp_path / "a.wav", tmp_path / "b.mp4")
    assert not list(tmp_path.glob("*b.*"))


def test_a_full_disk_leaves_nothing(tmp_path):
    import resource

    clip = make_clip(tmp_path / "a.mp4", 4.0)
    (tmp_path / "out").mkdir()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, limits[1]))  # as good as a full disk, for one file
    try:
        with pytest.raises(VoicekitError, match=r"cannot write .*b\.mp4"):
            mux(clip, [make_sound(1.0)] * 4, RATE, tmp_path / "out" / "b.mp4")
        with pytest.raises(VoicekitError, match=r"cannot write .*b\.wav"):
            write_wav(tmp_path / "out" / "b.wav", [make_sound(1.0)] * 4, RATE)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert list((tmp_path / "out").iterdir()) == []


def test_sound_that_fails_midway_leaves_no_film(tmp_path):
    clip = make_clip(tmp_path / "a.mp4", 2.0)
    shutil.copy(clip, tmp_path / "b.mp4")

    def failing():
        yield make_sound(1.0)
        raise RuntimeError("engine fell over")

    with pytest.raises(RuntimeError):
        mux(clip, failing(), RATE, tmp_path / "b.mp4")
    assert (tmp_path / "b.mp4").read_bytes() == clip.read_bytes()
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize("duration_s", [0.5, 1.0, 3.0])
def test_a_short_flac_at_24_khz_is_read(tmp_path, duration_s):
    """FFmpeg refuses to seek in these, which have no seek table."""
    path = tmp_path / "short.flac"
    soundfile.write(path, np.random.default_rng(0).normal(0, 0.01, round(duration_s * 24_000)), 24_000)
    assert probe(path).duration_s == pytest.approx(duration_s, abs=0.01)
    assert load_audio(path, 24_000).shape[1] == pytest.approx(duration_s * 24_000, abs=10)


def test_a_name_with_a_colon_is_a_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    make_clip(tmp_path / "12:30.mp4")
    mux(Path("12:30.mp4"), [make_sound(2.0)], RATE, Path("12:31.mp4"))
    assert picture_packets(tmp_path / "12:31.mp4") == picture_packets(tmp_path / "12:30.mp4")


def test_samples_that_are_no_numbers_are_silence(tmp_path):
    sound = make_sound(1.0, channels=1)
    sound[0, 100:200], sound[0, 300] = np.nan, np.inf
    soundfile.write(tmp_path / "nan.wav", sound.T, RATE, subtype="FLOAT")
    read = load_audio(tmp_path / "nan.wav", RATE)
    assert np.abs(read[0, 100:200]).max() == 0
    assert read[0, 300] == 0  # a click at full scale would be worse
    np.testing.assert_allclose(read[0, 400:], sound[0, 400:], atol=1e-4)


def damaged_wav(path: Path, samples: np.ndarray, *, codec: int = 3, sample_rate: int = 48_000) -> Path:
    """A WAV of float samples (n,), whose header says what it is told."""
    data = samples.astype("<f4").tobytes()
    form = struct.pack("<HHIIHH", codec, 1, sample_rate, 4 * min(sample_rate, 2**29), 4, 32)
    body = b"WAVEfmt " + struct.pack("<I", len(form)) + form + b"data" + struct.pack("<I", len(data)) + data
    path.write_bytes(b"RIFF" + struct.pack("<I", len(body)) + body)
    return path


def test_samples_beyond_all_measure_are_silence(tmp_path):
    samples = np.full(4800, 0.25)
    samples[[7, 70, 700]] = 1e30, -3e38, np.nan
    path = damaged_wav(tmp_path / "a.wav", samples)
    (read,) = load_audio(path, 48_000, channels=1)
    samples[[7, 70, 700]] = 0
    np.testing.assert_array_equal(read, samples.astype(np.float32))
    assert np.isfinite(load_audio(path, 48_000, channels=2)).all()


@pytest.mark.parametrize("sample_rate", [1, 1_073_789_824])
def test_a_rate_that_no_sound_has_is_told(tmp_path, sample_rate):
    path = damaged_wav(tmp_path / "a.wav", np.zeros(48), sample_rate=sample_rate)
    with pytest.raises(MediaError, match=rf"of {sample_rate} Hz; 100 to 1000000 Hz are read"):
        load_audio(path, 48_000)


def test_a_wav_of_an_unknown_codec_is_told(tmp_path):
    path = damaged_wav(tmp_path / "a.wav", np.zeros(4800), codec=0x1234)
    with pytest.raises(MediaError, match=r"sound track 1 \(unknown codec, of a kind that cannot be decoded\)"):
        load_audio(path, 48_000)


def test_times_that_make_hours_of_a_second_are_told(tmp_path):
    path = tmp_path / "a.mkv"
    with av.open(str(path), "w") as out:
        stream = out.add_stream("pcm_s16le", rate=48_000, layout="mono")
        for start_s in (0, 30 * 3600):
            frame = av.AudioFrame.from_ndarray(np.zeros((1, 4800), np.int16), format="s16", layout="mono")
            frame.sample_rate, frame.time_base, frame.pts = 48_000, Fraction(1, 48_000), start_s * 48_000
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    with pytest.raises(MediaError, match=r"a\.mkv is damaged: 108000 s of sound cannot be in so small a file; export it"):
        probe(path)


@pytest.mark.parametrize("suffix", ["m4a", "mp3", "flac", "ogg", "opus"])
def test_a_cover_and_its_title_are_written_and_read_again(tmp_path, suffix):
    memory = BytesIO()
    Image.new("RGB", (8, 8), "red").save(memory, "JPEG")
    tags = Tags(texts=(("title", "Morning"),), covers=(("mjpeg", memory.getvalue()),))
    path = tmp_path / f"a.{suffix}"
    assert told_tags(path, tags) == ()
    write_sound_file(path, [make_sound(0.5)], RATE, tags=tags)
    again = read_tags(path)
    assert dict(again.texts)["title"] == "Morning" and again.covers == tags.covers
    if suffix == "m4a":
        assert path.read_bytes()[8:12] == b"M4A "


@pytest.mark.parametrize(("rate", "channels"), [(16_000, 1), (22_050, 2), (44_100, 2), (48_000, 1)])
def test_an_mp3_is_as_loud_as_what_was_written(tmp_path, rate, channels):
    """LAME makes it up to 0.45 dB softer by itself."""
    tone = np.tile(0.1 * np.sin(2 * np.pi * 440 * np.arange(3 * rate) / rate), (channels, 1)).astype(np.float32)
    write_sound_file(tmp_path / "a.mp3", [tone], rate)
    inside = slice(rate, 2 * rate)
    read = load_audio(tmp_path / "a.mp3", rate, channels)
    assert 20 * np.log10(read[:, inside].std() / tone[:, inside].std()) == pytest.approx(0, abs=0.02)


@pytest.mark.parametrize("ending", [".flac", ".mp3", ".opus", ".aac"])
def test_a_stream_of_sound_is_there_while_it_is_written(ending):
    """What is heard so far can be sent on, but for what an encoder holds back."""

    class Pipe:
        n_bytes = 0

        def write(self, data):
            self.n_bytes += len(data)
            return len(data)

    second = np.random.default_rng(0).normal(0, 0.1, (1, 24_000)).astype(np.float32)
    pipe, sizes = Pipe(), []
    for _ in stream_sound(pipe, ending, [second] * 4, 24_000):
        sizes.append(pipe.n_bytes)
    assert len(sizes) == 5
    assert all(later - before > 0.7 * sizes[-1] / 4 for before, later in pairwise(sizes[:4]))
