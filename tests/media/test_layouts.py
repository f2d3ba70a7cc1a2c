"""Sounds of one to 64 channels, named and not, through reading, writing and the chain: nothing lost, no signal."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile
from clips import RATE, make_clip, make_sound
from reporters import Told

from voicekit.audio.treatment import Treatment
from voicekit.core.errors import MediaError
from voicekit.media import check_format, load_audio, mux, open_sound, probe
from voicekit.media.write import FORMATS, encoder_word, write_sound
from voicekit.postproduction.chain import run_chain

COUNTS = (1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 16, 24, 60, 64)
NAMED = {
    "5.1": ("FL", "FR", "FC", "LFE", "BL", "BR"),
    "5.1(side)": ("FL", "FR", "FC", "LFE", "SL", "SR"),
    "7.1": ("FL", "FR", "FC", "LFE", "BL", "BR", "SL", "SR"),
    "5.1.2": ("FL", "FR", "FC", "LFE", "SL", "SR", "TFL", "TFR"),
    "7.1.4": ("FL", "FR", "FC", "LFE", "BL", "BR", "SL", "SR", "TFL", "TFR", "TBL", "TBR"),
    "quad": ("FL", "FR", "BL", "BR"),
    "LFE alone beside": ("FL", "FR", "LFE"),
}


def tones(channels: int, duration_s: float = 0.5) -> np.ndarray:
    """A tone of its own for each channel, so that none is mistaken for another."""
    t = np.arange(round(duration_s * RATE)) / RATE
    return np.stack([0.1 * np.sin(2 * np.pi * 100 * (n + 2) * t) for n in range(channels)]).astype(np.float32)


def tone_of(channel: np.ndarray) -> int:
    """Which of `tones` is the loudest in a channel."""
    middle = channel[RATE // 10 : RATE // 10 + RATE // 5]
    return round(np.abs(np.fft.rfft(middle)).argmax() * 5 / 100) - 2


def halved(sound) -> Treatment:
    return Treatment(("halved",), lambda blocks: (block * np.float32(0.5) for block in blocks))


def read(path) -> np.ndarray:
    return np.concatenate(list(open_sound(path).read()), axis=1)


def everything(channels: int, folder) -> None:
    """What a sound of so many channels goes through in the product."""
    waveform = tones(channels)
    soundfile.write(folder / "in.wav", waveform.T, RATE, subtype="FLOAT", format="WAV")
    np.testing.assert_allclose(read(folder / "in.wav"), waveform, atol=1e-6)
    assert load_audio(folder / "in.wav", 24_000).shape == (1, RATE // 4)
    assert load_audio(folder / "in.wav", 24_000, 2).shape == (2, RATE // 4)
    run_chain(folder / "in.wav", folder / "out.wav", {"half": halved})
    np.testing.assert_allclose(read(folder / "out.wav"), 0.5 * waveform, atol=1e-6)
    film = make_clip(folder / "clip.mp4", 0.5, make_sound(0.5))
    try:
        mux(film, [waveform], RATE, folder / "film.mkv", channels)
        assert probe(folder / "film.mkv").channels == channels
    except MediaError as error:
        assert str(channels) in str(error) and "\n" not in str(error)
    for suffix in FORMATS:
        try:
            check_format(folder / f"out{suffix}", channels, RATE, open_sound(folder / "in.wav").layout)
        except MediaError as error:
            assert f"{suffix} cannot hold {channels} channels at {RATE} Hz; choose the ending .wav" in str(error)
            continue
        run_chain(folder / "in.wav", folder / f"out{suffix}", {"half": halved})
        assert [tone_of(channel) for channel in read(folder / f"out{suffix}") if channel.any()] == list(range(channels))


def test_any_count_of_channels_without_names_and_no_signal(tmp_path):
    """In a process of its own: what went wrong here ended it."""
    code = (
        "import sys, pathlib; sys.path[:0] = sys.argv[2:]; import test_layouts as t\n"
        "for n in t.COUNTS:\n"
        "    folder = pathlib.Path(sys.argv[1]) / str(n); folder.mkdir()\n"
        "    t.everything(n, folder); print(n, flush=True)"
    )
    here = Path(__file__).parent
    command = [sys.executable, "-c", code, tmp_path, here, here.parent]
    result = subprocess.run(command, capture_output=True, text=True)
    assert result.returncode == 0, (result.returncode, result.stdout, result.stderr)
    assert result.stdout.split() == [str(count) for count in COUNTS]


def test_more_than_64_channels_are_refused_in_a_line(tmp_path):
    soundfile.write(tmp_path / "in.wav", np.zeros((4800, 65)), RATE)
    with pytest.raises(MediaError, match=r"in\.wav.*of 65 channels; at most 64 are read") as caught:
        open_sound(tmp_path / "in.wav")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("layout", NAMED.values(), ids=NAMED)
@pytest.mark.parametrize("suffix", [".wav", ".flac", ".m4a", ".opus"])
def test_channels_with_names_keep_them_and_their_sound(tmp_path, layout, suffix):
    n = len(layout)
    codec = FORMATS[suffix][1]
    write_sound(tmp_path / "in.wav", [tones(n)], RATE, layout)
    assert open_sound(tmp_path / "in.wav").layout == layout
    out = tmp_path / f"out{suffix}"
    if encoder_word(codec, layout, RATE) is None:
        with pytest.raises(MediaError, match=f"cannot hold {n} channels.*choose the ending"):
            run_chain(tmp_path / "in.wav", out, {"half": halved})
        assert not out.exists()
        return
    run_chain(tmp_path / "in.wav", out, {"half": halved})
    got = open_sound(out).layout
    # Back and side are the same two loudspeakers of 5.1.
    assert sorted(name.replace("SL", "BL").replace("SR", "BR") for name in got) == sorted(
        name.replace("SL", "BL").replace("SR", "BR") for name in layout
    )
    heard = {name: tone_of(channel) for name, channel in zip(got, read(out), strict=True)}
    low = {name for name in layout if name.startswith("LFE")}  # of which lossy codecs keep the lowest tones only
    assert [heard[name] for name in got if name not in low] == [n for n, name in enumerate(layout) if name not in low]


@pytest.mark.parametrize("layout", ["7.1", "5.1(side)", "hexadecagonal"])
def test_a_film_keeps_its_channels(tmp_path, layout):
    import av

    n = av.AudioLayout(layout).nb_channels
    names = tuple(channel.name for channel in av.AudioLayout(layout).channels)
    film = make_clip(tmp_path / "clip.mp4", 0.5)
    mux(film, [tones(n)], RATE, tmp_path / "in.mkv", n, layout=names)
    run_chain(tmp_path / "in.mkv", tmp_path / "out.mkv", {"half": halved})
    got = read(tmp_path / "out.mkv")
    assert len(got) == n
    low = names.index("LFE") if "LFE" in names else None  # of which AAC keeps the lowest tones only
    assert [tone_of(channel) for place, channel in enumerate(got) if place != low] == [m for m in range(n) if m != low]


def test_channels_that_get_a_loudspeaker_they_did_not_have_are_told(tmp_path):
    soundfile.write(tmp_path / "in.wav", tones(4).T, RATE)
    said = []
    run_chain(tmp_path / "in.wav", tmp_path / "out.flac", {"half": halved}, reporter=Told(said))
    assert "out.flac: .flac gives each of 4 channels a loudspeaker, which they did not have; .wav does not" in said[0]
    said.clear()
    run_chain(tmp_path / "in.wav", tmp_path / "out.wav", {"half": halved}, reporter=Told(said))
    assert said == ["half: halved"]
