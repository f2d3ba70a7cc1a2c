"""WAVs whose header and size do not agree: what is there is read, and what matters is told."""

import struct

import numpy as np
import pytest
import soundfile
from reporters import Told

from voicekit.audio.treatment import Treatment
from voicekit.core.errors import MediaError
from voicekit.media import load_audio, probe
from voicekit.postproduction.chain import run_chain

RATE, N = 16_000, 16_000


def untouched(sound) -> Treatment:
    return Treatment(())


def wav(path, length: int | None = None, riff: int | None = None, extra: bytes = b"", cut: int = 0) -> np.ndarray:
    """A second of noise in 16 bits; `length` is what the header says of its bytes, `cut` so many are missing."""
    waveform = np.random.default_rng(0).uniform(-0.5, 0.5, N)
    soundfile.write(path, waveform, RATE, subtype="PCM_16")
    data = bytearray(path.read_bytes())
    at = data.index(b"data") + 4
    if length is not None:
        data[at : at + 4] = struct.pack("<I", length)
    if riff is not None:
        data[4:8] = struct.pack("<I", riff)
    path.write_bytes(bytes(data[: len(data) - cut]) + extra)
    return waveform


@pytest.mark.parametrize(
    ("header", "told"),
    [
        ({}, ""),
        ({"length": 2 * N + 44}, "the header promises 44 bytes more than there are; all 1.0 s there are used"),
        ({"length": 0, "riff": 0}, ""),
        ({"length": 0x7FFFFFFF}, ""),
        ({"length": 0xFFFFFFFF, "riff": 0xFFFFFFFF}, ""),
        ({"length": 0x80000000}, ""),
        ({"extra": b"\0"}, ""),
        ({"extra": b"LIST\x04\0\0\0INFO"}, ""),
    ],
    ids=["right", "off by 44", "zero", "2 GiB", "4 GiB", "half of 4 GiB", "a byte more", "a list behind"],
)
def test_what_is_there_is_read_whatever_the_header_says(tmp_path, header, told):
    waveform = wav(tmp_path / "a.wav", **header)
    info = probe(tmp_path / "a.wav")
    assert info.duration_s == pytest.approx(1, abs=1e-3)
    assert [told] * bool(told) == [note.partition(": ")[2] for note in info.notes]
    got = load_audio(tmp_path / "a.wav", RATE)[0]
    assert len(got) in (N, N + 1)
    np.testing.assert_allclose(got[:N], waveform, atol=1e-4)


@pytest.mark.parametrize("cut", [1, 3])
def test_half_a_sample_at_the_end_is_dropped(tmp_path, cut):
    waveform = wav(tmp_path / "a.wav", cut=cut)
    got = load_audio(tmp_path / "a.wav", RATE)[0]
    assert len(got) in range(N - 2, N)
    np.testing.assert_allclose(got, waveform[: len(got)], atol=1e-4)


def test_a_wav_that_was_cut_off_is_used_and_told_before_any_work(tmp_path):
    wav(tmp_path / "a.wav", cut=N)
    said = []
    run_chain(tmp_path / "a.wav", tmp_path / "b.wav", {"a": untouched}, reporter=Told(said))
    assert said[0] == f"{tmp_path}/a.wav is cut off: 0.5 of 1.0 s are there, and are used"
    assert soundfile.info(tmp_path / "b.wav").frames == N // 2


@pytest.mark.parametrize(
    ("suffix", "format"), [("w64", "W64"), ("aiff", "AIFF"), ("caf", "CAF"), ("au", "AU"), ("wav", "RF64")]
)
@pytest.mark.parametrize("share", [1.0, 0.5])
def test_the_relatives_of_wav(tmp_path, suffix, format, share):
    path = tmp_path / f"a.{suffix}"
    waveform = np.random.default_rng(0).uniform(-0.5, 0.5, (N, 2))
    soundfile.write(path, waveform, RATE, format=format, subtype="PCM_16")
    data = path.read_bytes()
    path.write_bytes(data[: len(data) - round(4 * N * (1 - share))])
    info = probe(path)
    assert info.duration_s == pytest.approx(share, abs=0.07)  # the header counts where the end is missing
    got = load_audio(path, RATE, 2).T
    assert len(got) == pytest.approx(N * share, rel=0.05)
    np.testing.assert_allclose(got, waveform[: len(got)], atol=1e-4)
    assert len(info.notes) == (share < 1)
    assert share == 1 or "is cut off: 0.5 of 1.0 s are there" in info.notes[0]


@pytest.mark.parametrize("keep", [4, 12, 20, 44])
def test_a_header_and_nothing_else_is_refused_in_a_line(tmp_path, keep):
    wav(tmp_path / "a.wav")
    (tmp_path / "a.wav").write_bytes((tmp_path / "a.wav").read_bytes()[:keep])
    with pytest.raises(MediaError, match=r"a\.wav") as caught:
        load_audio(tmp_path / "a.wav", RATE)
    assert "\n" not in str(caught.value)
