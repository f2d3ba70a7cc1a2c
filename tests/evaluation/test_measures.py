"""Distances and manners of speech whose values are known beforehand."""

import numpy as np
import pytest
from conftest import SAMPLE_RATE, buzz

from voicekit.audio.features import FRAME_RATE, N_MELS
from voicekit.audio.loudness import integrated_lufs
from voicekit.dataset.recording import FRAME_S
from voicekit.evaluation import measures
from voicekit.evaluation.measures import Acoustics, analyse, distance, loudness_lufs, manner, mel_cepstra
from voicekit.recognition import speech


def sound(cepstra=None, f0=None, frames=50) -> Acoustics:
    cepstra = np.zeros((13, frames), np.float32) if cepstra is None else cepstra
    return Acoustics(cepstra, np.full(cepstra.shape[1], 200.0) if f0 is None else f0, 1.0, (), -20.0)


@pytest.fixture
def loud_is_speech(monkeypatch):
    """silero-vad knows no buzz; level does."""

    def find(blocks):
        for block in blocks:
            frames = block.reshape(-1, speech.FRAME_LENGTH)
            yield (np.sqrt(np.mean(frames**2, axis=1)) > 10 ** (-45 / 20)).astype(np.float32)

    monkeypatch.setattr(speech, "find_speech", find)


def test_cepstral_distance_is_that_of_the_smoothed_spectra_in_db():
    mel = np.random.default_rng(0).normal(0, 1, (N_MELS, 5))
    ripple = 0.7 * np.cos(np.pi * 3 * (np.arange(N_MELS) + 0.5) / N_MELS)[:, None]
    rms_db = np.sqrt(np.mean((20 / np.log(10) * ripple) ** 2))
    apart = np.linalg.norm(mel_cepstra(mel + ripple) - mel_cepstra(mel), axis=0)
    assert apart == pytest.approx(np.full(5, rms_db), rel=1e-4)


def test_level_and_fine_structure_are_no_distortion():
    mel = np.random.default_rng(0).normal(0, 1, (N_MELS, 5))
    pitch = np.cos(np.pi * 40 * (np.arange(N_MELS) + 0.5) / N_MELS)[:, None]
    assert mel_cepstra(mel + 2 + pitch) == pytest.approx(mel_cepstra(mel), abs=1e-3)


def _warp(ours: np.ndarray, theirs: np.ndarray) -> float:
    """The mean distance along the best path, by the book: D(i, j) = d + min of three (Sakoe & Chiba 1978)."""
    cost = np.linalg.norm(ours[:, :, None] - theirs[:, None], axis=0)
    n, m = cost.shape
    best = np.full((n + 1, m + 1), np.inf)
    best[0, 0] = 0
    steps = np.zeros((n + 1, m + 1), int)
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            before = min(((i - 1, j - 1), (i - 1, j), (i, j - 1)), key=lambda cell: best[cell])
            best[i, j] = cost[i - 1, j - 1] + best[before]
            steps[i, j] = steps[before] + 1
    return best[n, m] / steps[n, m]


@pytest.mark.parametrize("seed", range(3))
def test_the_alignment_is_the_books(seed):
    rng = np.random.default_rng(seed)
    ours, theirs = rng.normal(0, 3, (13, 40)), rng.normal(0, 3, (13, 31))
    assert distance(sound(ours), sound(theirs))["mcd"].value == pytest.approx(_warp(ours, theirs), rel=1e-6)


def test_slower_is_no_distortion_and_other_is():
    cepstra = np.cumsum(np.random.default_rng(0).normal(0, 1, (13, 60)), axis=1)
    slower = sound(np.repeat(cepstra, 2, axis=1))
    assert distance(slower, sound(cepstra))["mcd"].value == pytest.approx(0, abs=1e-6)
    assert distance(sound(cepstra[::-1].copy()), sound(cepstra))["mcd"].value > 1


def test_pitch_a_semitone_up_is_100_cents():
    cepstra = np.cumsum(np.random.default_rng(0).normal(0, 1, (13, 40)), axis=1)
    f0 = np.where(np.arange(40) < 30, 200.0, 0)
    figures = distance(sound(cepstra, f0 * 2 ** (1 / 12)), sound(cepstra, f0))
    assert figures["f0_error"].value == pytest.approx(100)
    assert figures["voicing_error"].value == 0


def test_voicing_error_counts_frames_that_one_voices():
    cepstra = np.cumsum(np.random.default_rng(0).normal(0, 1, (13, 40)), axis=1)
    figures = distance(sound(cepstra, np.where(np.arange(40) < 30, 200.0, 0)), sound(cepstra))
    assert figures["voicing_error"].value == pytest.approx(25)
    whispered = distance(sound(cepstra, np.zeros(40)), sound(cepstra))
    assert "f0_error" not in whispered and whispered["voicing_error"].value == 100


def test_long_speech_is_thinned_not_refused(monkeypatch):
    cepstra = np.cumsum(np.random.default_rng(0).normal(0, 0.1, (13, 400)), axis=1)
    other = cepstra + np.eye(13)[:, :1] * 3
    whole = distance(sound(other), sound(cepstra))["mcd"].value
    monkeypatch.setattr(measures, "_MAX_PAIRS", 20_000)
    assert distance(sound(other), sound(cepstra))["mcd"].value == pytest.approx(whole, rel=0.1)


def test_rate_and_pauses(loud_is_speech):
    silence = np.random.default_rng(0).normal(0, 1e-4, SAMPLE_RATE).astype(np.float32)
    voice = (buzz(1.0, seed=1) + 0.3 * buzz(1.0, 210, seed=2)).astype(np.float32)
    waveform = np.concatenate([silence, voice, silence[: round(0.6 * SAMPLE_RATE)], voice, silence])
    heard = analyse(waveform)
    assert heard.pauses_s == pytest.approx((0.6,), abs=2.1 * FRAME_S)
    assert heard.span_s == pytest.approx(2.6, abs=3 * FRAME_S)
    assert heard.cepstra.shape == (13, len(heard.f0))
    assert len(heard.f0) == pytest.approx(heard.span_s * FRAME_RATE, abs=2)
    figures = manner(heard, n_phones=20)
    assert figures["pauses"].value == 1
    assert figures["phone_rate"].value == pytest.approx(10, rel=0.05)
    assert figures["pause_share"].value == pytest.approx(100 * 0.6 / 2.6, rel=0.12)
    assert figures["pause_s"].value == pytest.approx(0.6, abs=2.1 * FRAME_S)


def test_gaps_of_plosives_are_no_pauses(loud_is_speech):
    voice = (buzz(1.0, seed=1) + 0.3 * buzz(1.0, 210, seed=2)).astype(np.float32)
    heard = analyse(np.concatenate([voice, np.zeros(round(0.08 * SAMPLE_RATE), np.float32), voice]))
    assert heard.pauses_s == ()
    figures = manner(heard, 20)
    assert figures["pauses"].value == 0 and "pause_s" not in figures


def test_spread_of_a_known_melody():
    octaves = 200 * 2.0 ** (np.arange(1000) / 999 - 0.5)  # an octave, evenly
    assert manner(sound(f0=octaves, frames=1000), 1)["f0_spread"].value == pytest.approx(12 / np.sqrt(12), rel=0.01)


@pytest.mark.parametrize("samples", [4800, SAMPLE_RATE])
def test_nothing_can_be_told_of_silence(samples):
    heard = analyse(np.zeros(samples, np.float32))
    assert manner(heard, 10) == {}
    assert np.isfinite(distance(heard, sound())["mcd"].value)


@pytest.mark.parametrize("rate", [16_000, 24_000, 48_000])
@pytest.mark.filterwarnings("error")
def test_loudness_is_the_same_by_two_meters(rate):
    """Where a whole waveform fits into memory pyloudnorm measures; films of hours are measured by our own stream."""
    t = np.arange(3 * rate) / rate
    waveform = (0.2 * np.sin(2 * np.pi * 700 * t) * (0.6 + 0.4 * np.sin(2 * np.pi * t))).astype(np.float32)
    ours = integrated_lufs([waveform[None]], rate)
    assert loudness_lufs(waveform, rate) == pytest.approx(ours, abs=0.1)
    assert loudness_lufs(0.5 * waveform, rate) == pytest.approx(ours - 6.02, abs=0.1)


def test_a_sound_shorter_than_a_block_has_no_loudness():
    assert loudness_lufs(np.ones(9599, np.float32), 24_000) is None
    assert loudness_lufs(np.ones(0, np.float32), 24_000) is None
