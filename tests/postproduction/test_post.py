"""The chain from file to file: every kind of input, nothing lost, nothing half done."""

from pathlib import Path

import numpy as np
import pytest
import soundfile
from clips import make_clip, make_sound, picture_packets
from reporters import Told

from voicekit.audio.denoise.filters import afftdn, noisereduce
from voicekit.audio.treatment import Separation, Treatment
from voicekit.core.errors import ConfigError, MediaError, PluginError, VoicekitError
from voicekit.core.plugins import with_model
from voicekit.media import open_sound, probe
from voicekit.media.write import FORMATS, write_sound
from voicekit.postproduction.chain import run_chain, spooled
from voicekit.postproduction.separate import separate
from voicekit.postproduction.steps import USUAL, find_steps


def noise(channels: int, samples: int) -> np.ndarray:
    return np.random.default_rng(0).uniform(-0.5, 0.5, (channels, samples)).astype(np.float32)


def read(path) -> np.ndarray:
    return np.concatenate(list(open_sound(path).read()), 1)


def times(gain):
    return lambda sound: Treatment(
        (f"{sound.channels} channels times {gain}",), lambda bs: (b * np.float32(gain) for b in bs)
    )


def untouched(sound):
    return Treatment(("nothing to do",))


@pytest.mark.parametrize("suffix", FORMATS)
@pytest.mark.parametrize("channels", [1, 2])
def test_what_is_written_is_read(tmp_path, suffix, channels):
    waveform = 0.3 * np.sin(np.arange(48000) / 20).astype(np.float32) * np.ones((channels, 1), np.float32)
    path = tmp_path / f"out{suffix}"
    write_sound(path, [waveform[:, :1000], waveform[:, 1000:1001], waveform[:, 1001:]], 48000)
    got = read(path)
    assert len(got) == channels
    assert abs(got.shape[1] - 48000) <= (0 if suffix in (".wav", ".flac") else 1024)
    middle = slice(5000, 40000)
    atol = 2e-7 if suffix in (".wav", ".flac") else 0.02
    np.testing.assert_allclose(got[:, middle], waveform[:, middle], atol=atol)


@pytest.mark.parametrize("last", [times(2), untouched])
def test_all_that_is_done_is_expected_and_told(tmp_path, last):
    write_sound(tmp_path / "in.wav", [noise(1, 48000)], 48000)
    told = Told()
    run_chain(tmp_path / "in.wav", tmp_path / "out.wav", {"denoise": times(0.5), "other": last}, reporter=told)
    assert {*told.shares} >= {"denoise", "writing out.wav"} and not told.unexpected
    assert all(shares[-1] == 1 for shares in told.shares.values())


@pytest.mark.parametrize("rate", [8000, 44100, 192000])
@pytest.mark.parametrize("channels", [1, 6])
def test_any_rate_and_channels_pass_through(tmp_path, rate, channels):
    waveform = noise(channels, rate // 2 + 3)
    write_sound(tmp_path / "in.wav", [waveform], rate)
    run_chain(tmp_path / "in.wav", tmp_path / "out.wav", {"half": times(0.5), "twice": times(2)})
    assert probe(tmp_path / "out.wav").sample_rate == rate
    np.testing.assert_allclose(read(tmp_path / "out.wav"), waveform, atol=1e-6)


@pytest.mark.parametrize("subtype", ["PCM_U8", "PCM_16", "PCM_24", "FLOAT", "DOUBLE"])
def test_any_depth(tmp_path, subtype):
    waveform = noise(1, 4000)
    soundfile.write(tmp_path / "in.wav", waveform.T, 16000, subtype=subtype)
    run_chain(tmp_path / "in.wav", tmp_path / "out.wav", {"once": times(1)})
    np.testing.assert_allclose(read(tmp_path / "out.wav"), waveform, atol=0.008 if subtype == "PCM_U8" else 4e-5)


def test_samples_that_are_no_numbers_become_silence(tmp_path):
    waveform = noise(1, 4000)
    waveform[0, 100:200] = np.nan
    waveform[0, 300] = np.inf
    soundfile.write(tmp_path / "in.wav", waveform.T, 16000, subtype="FLOAT")
    run_chain(tmp_path / "in.wav", tmp_path / "out.wav", {"once": times(1)})
    got = read(tmp_path / "out.wav")
    assert not got[0, 100:200].any() and np.isfinite(got).all()


def test_one_sample(tmp_path):
    write_sound(tmp_path / "in.wav", [noise(1, 1)], 48000)
    run_chain(tmp_path / "in.wav", tmp_path / "out.wav", {"once": times(1)})
    assert read(tmp_path / "out.wav").shape == (1, 1)


def test_steps_say_what_they_do_and_may_do_nothing(tmp_path):
    write_sound(tmp_path / "in.wav", [noise(2, 4000)], 16000)
    said = []
    run_chain(
        tmp_path / "in.wav", tmp_path / "out.wav", {"a": untouched, "b": times(0.5), "c": untouched}, reporter=Told(said)
    )
    assert said == ["a: nothing to do", "b: 2 channels times 0.5", "c: nothing to do"]
    np.testing.assert_allclose(read(tmp_path / "out.wav"), 0.5 * noise(2, 4000), atol=1e-6)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["in.wav", "out.wav"]


def test_a_film_keeps_its_picture(tmp_path):
    make_clip(tmp_path / "clip.mp4", 2.0, make_sound(2.0, 0.1))
    run_chain(tmp_path / "clip.mp4", tmp_path / "out.mp4", {"half": times(0.5)})
    assert picture_packets(tmp_path / "out.mp4") == picture_packets(tmp_path / "clip.mp4")
    before, after = read(tmp_path / "clip.mp4"), read(tmp_path / "out.mp4")
    assert np.std(after[:, 20000:60000]) == pytest.approx(0.5 * np.std(before[:, 20000:60000]), rel=0.05)


def test_the_sound_of_a_film_alone(tmp_path):
    make_clip(tmp_path / "clip.mp4", 1.0, make_sound(1.0, 0.1))
    run_chain(tmp_path / "clip.mp4", tmp_path / "out.flac", {"once": times(1)})
    np.testing.assert_allclose(read(tmp_path / "out.flac"), read(tmp_path / "clip.mp4"), atol=1e-6)


def test_the_input_is_never_the_output(tmp_path):
    write_sound(tmp_path / "in.wav", [noise(1, 100)], 16000)
    before = (tmp_path / "in.wav").read_bytes()
    with pytest.raises(ConfigError, match="the input itself, which is never changed"):
        run_chain(tmp_path / "in.wav", tmp_path / "in.wav", {"half": times(0.5)})
    assert (tmp_path / "in.wav").read_bytes() == before


def test_what_cannot_be_done_is_said_before_any_work(tmp_path):
    write_sound(tmp_path / "in.wav", [noise(1, 100)], 16000)
    make_clip(tmp_path / "silent.mp4", 1.0, None)

    def never(sound):
        raise AssertionError("work was done")

    for given, out, message in (
        ("in.wav", "out.xyz", r"sound can be written as \.wav"),
        ("in.wav", "out.mp4", "has no picture"),
        ("silent.mp4", "out.mp4", "has no sound"),
        ("nothing.wav", "out.wav", "does not exist"),
    ):
        with pytest.raises(MediaError, match=message):
            run_chain(tmp_path / given, tmp_path / out, {"never": never})


def test_a_step_that_fails_leaves_nothing(tmp_path):
    write_sound(tmp_path / "in.wav", [noise(1, 40000)], 16000)

    def broken(sound):
        def apply(blocks):
            yield next(iter(blocks))
            raise RuntimeError

        return Treatment((), apply)

    with pytest.raises(RuntimeError):
        run_chain(tmp_path / "in.wav", tmp_path / "out.wav", {"broken": broken})
    assert [p.name for p in tmp_path.iterdir()] == ["in.wav"]


def test_two_readers_of_what_lies_on_the_disk(tmp_path):
    waveform = noise(2, 50000)
    write_sound(tmp_path / "in.wav", [waveform], 16000)
    with spooled([waveform[:, :7], waveform[:, 7:]], open_sound(tmp_path / "in.wav"), tmp_path) as sound:
        pairs = list(zip(sound.read(), sound.read(), strict=True))
        np.testing.assert_array_equal(np.concatenate([a for a, _ in pairs], 1), waveform)
        np.testing.assert_array_equal(np.concatenate([b for _, b in pairs], 1), waveform)


def halves(sound, reporter):
    return Separation(
        ("low", "high"), lambda blocks: (np.stack((b * np.float32(0.25), b * np.float32(0.75))) for b in blocks)
    )


def test_parts_are_files_of_their_own(tmp_path):
    waveform, told = noise(2, 40000), Told()
    write_sound(tmp_path / "in.wav", [waveform], 16000)
    files = separate(tmp_path / "in.wav", tmp_path / "parts", halves, ".flac", reporter=told)
    assert told.unexpected == ["loading the separator"]
    assert list(told.shares)[1:] == ["separating", "writing low.flac", "writing high.flac"]
    assert [f.name for f in files] == ["low.flac", "high.flac"]
    np.testing.assert_allclose(read(files[0]) + read(files[1]), waveform, atol=1e-6)
    assert sorted(p.name for p in (tmp_path / "parts").iterdir()) == ["high.flac", "low.flac"]


def test_a_part_is_never_the_input(tmp_path):
    write_sound(tmp_path / "low.wav", [noise(1, 100)], 16000)
    with pytest.raises(MediaError, match="the input itself"):
        separate(tmp_path / "low.wav", tmp_path, halves)


def test_floats_above_full_scale_are_turned_down_and_not_clipped(tmp_path):
    waveform = 3 * noise(1, 4000)
    soundfile.write(tmp_path / "in.wav", waveform.T, 16000, subtype="FLOAT")
    said = []
    run_chain(tmp_path / "in.wav", tmp_path / "out.wav", {"nothing": untouched}, reporter=Told(said))
    assert (
        said[0] == f"level: goes above full scale by {20 * np.log10(np.abs(waveform).max()):.1f} dB: turned down by as much"
    )
    np.testing.assert_allclose(read(tmp_path / "out.wav"), waveform / np.abs(waveform).max(), atol=1e-6)


@pytest.mark.parametrize(("channels", "name"), [(6, "out.mp3"), (3, "out.opus"), (9, "out.flac")])
def test_an_ending_that_holds_fewer_channels_is_said_before_any_work(tmp_path, channels, name):
    soundfile.write(tmp_path / "in.wav", noise(channels, 4000).T, 48000)
    with pytest.raises(MediaError, match=f"cannot hold {channels} channels"):
        run_chain(tmp_path / "in.wav", tmp_path / name, {"never": lambda sound: pytest.fail("work was done")})


def test_a_place_that_cannot_be_written_is_said_before_any_work(tmp_path):
    write_sound(tmp_path / "in.wav", [noise(1, 100)], 16000)
    (tmp_path / "folder.wav").mkdir()
    for out in (tmp_path / "folder.wav", tmp_path / "in.wav" / "out.wav"):
        with pytest.raises(VoicekitError, match="cannot write"):
            run_chain(tmp_path / "in.wav", out, {"never": lambda sound: pytest.fail("work was done")})


def test_blocks_of_nothing_are_no_reason_to_stop(tmp_path):
    write_sound(tmp_path / "out.wav", [noise(1, 0), noise(1, 100), noise(1, 0)], 16000)
    assert read(tmp_path / "out.wav").shape == (1, 100)


def test_a_delaying_filter_reaches_the_file(tmp_path):
    waveform = noise(1, 48000)
    write_sound(tmp_path / "in.wav", [waveform], 48000)
    run_chain(tmp_path / "in.wav", tmp_path / "out.wav", {"afftdn": lambda sound: afftdn(sound, 6.0)})
    assert read(tmp_path / "out.wav").shape == waveform.shape


@pytest.mark.parametrize("suffix", ["/../../evil.wav", "", ".xyz"])
def test_parts_stay_in_their_folder(tmp_path, suffix):
    write_sound(tmp_path / "in.wav", [noise(1, 100)], 16000)
    with pytest.raises(MediaError, match=r"is not a file's ending|can be written as"):
        separate(tmp_path / "in.wav", tmp_path / "a" / "parts", halves, suffix)
    assert not (tmp_path / "a").exists()


def test_a_model_for_an_engine_that_takes_none():
    with pytest.raises(PluginError, match="'noisereduce' takes no model"):
        with_model(noisereduce, "noisereduce", Path("own"))
    assert with_model(noisereduce, "noisereduce", None) is noisereduce


@pytest.mark.parametrize(
    ("names", "preset", "message"),
    [
        ((), "podcast", "no step to do"),
        (("denois",), "podcast", "did you mean 'denoise'"),
        (("restore", "restore"), "podcast", "given twice"),
        (("restore",), "nobody", "nobody"),
    ],
)
def test_steps_that_are_none(names, preset, message):
    with pytest.raises(ConfigError, match=message):
        find_steps(names, preset)


def test_the_usual_steps_from_file_to_file(tmp_path):
    t = np.arange(4 * 48000) / 48000
    tone = 0.05 * np.sin(2 * np.pi * 440 * t)[None].astype(np.float32)
    write_sound(tmp_path / "in.wav", [tone], 48000)
    said = []
    run_chain(tmp_path / "in.wav", tmp_path / "out.wav", find_steps(USUAL, "podcast"), reporter=Told(said))
    assert [line.split(":")[0] for line in said][:4] == ["denoise", "restore", "enhance", "master"]
    assert read(tmp_path / "out.wav").shape == tone.shape


def test_a_rate_that_the_format_does_not_know_is_said(tmp_path):
    write_sound(tmp_path / "in.wav", [noise(1, 9600)], 96000)
    said = []
    run_chain(tmp_path / "in.wav", tmp_path / "out.mp3", {"a": untouched}, reporter=Told(said))
    assert said[0].endswith(".mp3 knows no 96000 Hz; it is written at 48000 Hz") and len(said) == 2
    run_chain(tmp_path / "in.wav", tmp_path / "out.flac", {"a": untouched}, reporter=Told(said))
    assert len(said) == 3


def test_nothing_is_left_of_a_separation_that_fails(tmp_path):
    def failing(sound, reporter):
        def apply(blocks):
            yield np.zeros((2, sound.channels, 10), np.float32)
            raise VoicekitError("no more")

        return Separation(("low", "high"), apply)

    write_sound(tmp_path / "in.wav", [noise(1, 4000)], 16000)
    with pytest.raises(VoicekitError, match="no more"):
        separate(tmp_path / "in.wav", tmp_path / "parts", failing)
    assert not (tmp_path / "parts").exists()
