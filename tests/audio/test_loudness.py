import av
import numpy as np
import pyloudnorm
import pytest

from voicekit.audio.loudness import SILENCE_DB, integrated_lufs, rms_db, true_peak_db

RATE = 48_000


def tone(level_db, duration_s=5.0, hz=997.0, rate=RATE, channels=2):
    t = np.arange(round(duration_s * rate)) / rate
    return np.tile(10 ** (level_db / 20) * np.sin(2 * np.pi * hz * t), (channels, 1)).astype(np.float32)


def programme(rate=RATE):
    """Noise that comes and goes, with a long pause."""
    rng = np.random.default_rng(0)
    noise = rng.normal(0, 0.1, (2, 20 * rate)) * (0.1 + np.abs(np.sin(np.arange(20 * rate) / rate)))
    noise[:, 8 * rate : 13 * rate] *= 1e-3
    return noise.astype(np.float32)


def blocks(sound, size):
    return (sound[:, start : start + size] for start in range(0, sound.shape[1], size))


def ffmpeg_lufs(sound):
    """What FFmpeg's ebur128 says."""
    graph = av.filter.Graph()
    source = graph.add_abuffer(format="fltp", sample_rate=RATE, layout="stereo", time_base=av.time_base)
    meter, sink = graph.add("ebur128", "metadata=1"), graph.add("abuffersink")
    source.link_to(meter)
    meter.link_to(sink)
    graph.configure()
    frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(sound), format="fltp", layout="stereo")
    frame.sample_rate = RATE
    graph.push(frame)
    graph.push(None)
    last = None
    while True:
        try:
            last = graph.pull().metadata["lavfi.r128.I"]
        except (av.EOFError, av.BlockingIOError):
            return float(last)


# EBU Tech 3341, signals 1 to 3; a stereo sine at −23 dBFS measures −23 LUFS.
def test_standard_tones():
    assert integrated_lufs([tone(-23, 20)], RATE) == pytest.approx(-23, abs=0.1)
    assert integrated_lufs([tone(-33, 20)], RATE) == pytest.approx(-33, abs=0.1)
    gated = np.concatenate([tone(-36, 10), tone(-23, 60), tone(-36, 10)], axis=1)
    assert integrated_lufs(blocks(gated, 50_000), RATE) == pytest.approx(-23, abs=0.1)


@pytest.mark.parametrize("rate", [24_000, 44_100, 48_000])
def test_agrees_with_pyloudnorm(rate):
    sound = programme(rate)
    reference = pyloudnorm.Meter(rate).integrated_loudness(sound.T.astype(np.float64))
    assert integrated_lufs(blocks(sound, 7_777), rate) == pytest.approx(reference, abs=0.1)


def test_agrees_with_ffmpeg():
    sound = programme()
    assert integrated_lufs([sound], RATE) == pytest.approx(ffmpeg_lufs(sound), abs=0.1)


def test_silence_and_snippets_have_no_loudness():
    assert integrated_lufs([], RATE) == SILENCE_DB
    assert integrated_lufs([np.zeros((2, RATE))], RATE) == SILENCE_DB
    assert integrated_lufs([tone(-20, 0.3)], RATE) == SILENCE_DB


def test_one_channel_is_three_decibels_less():
    both, one = integrated_lufs([tone(-20)], RATE), integrated_lufs([tone(-20)[0]], RATE)
    assert both - one == pytest.approx(3.01, abs=0.01)


def test_levels_of_a_sine():
    assert rms_db(tone(0)) == pytest.approx(-3.01, abs=0.01)
    assert rms_db(np.zeros(0)) == SILENCE_DB
    # A quarter of the rate, caught between its peaks: the samples say −3 dB, the wave says 0.
    t = np.arange(RATE)
    between = np.sin(np.pi / 2 * t + np.pi / 4) * np.hanning(RATE)
    assert true_peak_db(between) == pytest.approx(0, abs=0.1)
    assert true_peak_db(np.zeros(0)) == SILENCE_DB
