import zipfile

import numpy as np
import pytest
from conftest import SAMPLE_RATE, buzz

from voicekit.audio.features import HOP_LENGTH, LOG_FLOOR, N_MELS, N_MFCC, Features, extract, f0, log_mel, mfcc
from voicekit.core.errors import DatasetError


def test_all_features_lie_on_the_same_frames():
    features = extract(buzz(1.0))
    frames = 1 + SAMPLE_RATE // HOP_LENGTH
    assert features.mel.shape == (N_MELS, frames)
    assert features.mfcc.shape == (N_MFCC, frames)
    assert features.f0.shape == (frames,)


def test_f0_of_a_known_pitch():
    t = np.arange(SAMPLE_RATE) / SAMPLE_RATE
    wave = sum(np.sin(2 * np.pi * 150 * k * t) / k for k in range(1, 10)).astype(np.float32) * 0.1
    track = f0(wave)
    assert np.median(track[track > 0]) == pytest.approx(150, rel=0.01)
    assert (track > 0).mean() > 0.9


def test_f0_comes_when_the_voice_does():
    wave = np.concatenate([np.zeros(SAMPLE_RATE // 2, np.float32), buzz(0.5)])
    track = f0(wave)
    onset_s = np.argmax(track > 0) * HOP_LENGTH / SAMPLE_RATE
    assert onset_s == pytest.approx(0.5, abs=0.05)


@pytest.mark.parametrize("samples", [0, 1, 255, 256, 5000])
def test_short_and_silent_waveforms(samples):
    track = f0(np.zeros(samples, np.float32))
    assert track.shape == (1 + samples // HOP_LENGTH,)
    assert not track.any()


def test_mel_follows_the_convention():
    """Magnitude, natural log, floor; a second implementation of the filter bank: librosa's."""
    import librosa

    wave = buzz(0.5)
    reference = librosa.feature.melspectrogram(
        y=wave, sr=SAMPLE_RATE, n_fft=1024, hop_length=256, n_mels=100, power=1, htk=True, norm=None, pad_mode="reflect"
    )
    assert np.allclose(log_mel(wave), np.log(np.maximum(reference, LOG_FLOOR)), atol=1e-3)
    assert log_mel(np.zeros(5000, np.float32)).max() == pytest.approx(np.log(LOG_FLOOR))


def test_mfcc_is_an_invertible_transform_cut_short():
    import scipy.fft

    mel = log_mel(buzz(0.3))
    smooth = scipy.fft.idct(np.pad(mfcc(mel), ((0, N_MELS - N_MFCC), (0, 0))), axis=0, norm="ortho")
    assert np.corrcoef(smooth.ravel(), mel.ravel())[0, 1] > 0.9


def test_what_is_saved_comes_back(tmp_path):
    features = extract(buzz(0.3))
    features.save(tmp_path / "f.npz")
    back = Features.load(tmp_path / "f.npz")
    assert np.allclose(back.mel, features.mel, atol=0.01)
    assert np.array_equal(back.f0, features.f0)


def broken(path, **change):
    """What `Features.save` writes, with some arrays changed."""
    features = extract(buzz(0.3))
    arrays = {"mel": features.mel, "mfcc": features.mfcc, "f0": features.f0} | change
    np.savez(path, **{name: array for name, array in arrays.items() if array is not None})


@pytest.mark.parametrize("change", [
    {"f0": None}, {"mel": np.zeros((3, 29))}, {"mel": np.zeros((N_MELS, 5))}, {"f0": np.zeros(0)}, {"f0": np.zeros((29, 1))},
    {"f0": np.full(29, np.nan)}, {"mfcc": np.full((N_MFCC, 29), np.inf)}, {"f0": np.array(["x"] * 29)},
    {"f0": np.array([None] * 29)},
])  # fmt: skip
def test_arrays_that_are_no_features_are_refused(tmp_path, change):
    broken(tmp_path / "f.npz", **change)
    with pytest.raises(DatasetError, match=r"f\.npz is .*damaged.*; run voicekit prepare again"):
        Features.load(tmp_path / "f.npz")


def test_a_file_that_unpacks_to_more_than_it_is_is_refused(tmp_path):
    np.savez_compressed(tmp_path / "f.npz", mel=np.zeros((N_MELS, 10**5)), mfcc=np.zeros(1), f0=np.zeros(1))
    assert (tmp_path / "f.npz").stat().st_size < 10**6
    with pytest.raises(DatasetError, match="missing or damaged"):
        Features.load(tmp_path / "f.npz")


@pytest.mark.parametrize("shape", ["(10**13,)", "(1, 10000000000000)", "(-1,)", "((((((((((((3,)"])
def test_a_shape_that_the_file_cannot_hold_is_refused(tmp_path, shape):
    header = f"{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}, }}\n".encode()
    with zipfile.ZipFile(tmp_path / "f.npz", "w") as archive:
        for name in ("mel", "mfcc", "f0"):
            archive.writestr(f"{name}.npy", b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header + b"\0" * 64)
    with pytest.raises(DatasetError, match="missing or damaged"):
        Features.load(tmp_path / "f.npz")


@pytest.mark.parametrize("content", [b"", b"PK", b"PK\x03\x04" + b"\0" * 50, b"\x93NUMPY\x01\x00", b"x" * 1000])
def test_what_is_no_archive_is_refused(tmp_path, content):
    (tmp_path / "f.npz").write_bytes(content)
    with pytest.raises(DatasetError, match="missing or damaged"):
        Features.load(tmp_path / "f.npz")
