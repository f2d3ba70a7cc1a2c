import av
import numpy as np
import pyloudnorm
import pytest
import soxr

from voicekit.audio.loudness import SILENCE_DB, analyse, integrated_lufs, measure_sound, rms_db, true_peak_db
from voicekit.media.sound import Sound

RATE = 48_000


def tone(level_db, duration_s=5.0, hz=1000.0, rate=RATE, channels=2):
    t = np.arange(round(duration_s * rate)) / rate
    return np.tile(10 ** (level_db / 20) * np.sin(2 * np.pi * hz * t), (channels, 1)).astype(np.float32)


def tones(*levels_and_durations):
    """Stereo tones one after the other."""
    return np.concatenate([tone(level_db, duration_s) for level_db, duration_s in levels_and_durations], axis=1)


def programme(rate=RATE, channels=2, duration_s=20):
    """Noise that comes and goes, with a long pause; each channel has its own."""
    rng = np.random.default_rng(0)
    swell = 0.1 + np.abs(np.sin(np.arange(duration_s * rate) / rate))
    noise = rng.normal(0, 0.1, (channels, duration_s * rate)) * swell
    noise[:, 8 * rate : 13 * rate] *= 1e-3
    return noise.astype(np.float32)


def blocks(sound, size):
    return (sound[:, start : start + size] for start in range(0, sound.shape[1], size))


def measured(sound, rate=RATE, size=50_000):
    return measure_sound(Sound(rate, len(sound), sound.shape[1] / rate, lambda: blocks(sound, size)))


def ffmpeg(sound, layout, rate=RATE):
    """What FFmpeg's ebur128 says: integrated loudness and true peak."""
    graph = av.filter.Graph()
    source = graph.add_abuffer(format="fltp", sample_rate=rate, layout=layout, time_base=av.time_base)
    meter, sink = graph.add("ebur128", "metadata=1:peak=true"), graph.add("abuffersink")
    source.link_to(meter)
    meter.link_to(sink)
    graph.configure()
    frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(sound), format="fltp", layout=layout)
    frame.sample_rate = rate
    graph.push(frame)
    graph.push(None)
    said = {}
    while True:
        try:
            said = graph.pull().metadata
        except (av.EOFError, av.BlockingIOError):
            peaks = [float(value) for key, value in said.items() if "true_peaks_ch" in key]
            return float(said["lavfi.r128.I"]), 20 * np.log10(max(peaks))


# EBU Tech 3341 (2016), table 1, signals 1 to 5. A stereo sine of 1 kHz at −23 dBFS has −23 LUFS.
@pytest.mark.parametrize(
    ("signal", "lufs"),
    [
        (tones((-23, 20)), -23),
        (tones((-33, 20)), -33),
        (tones((-36, 10), (-23, 60), (-36, 10)), -23),
        (tones((-72, 10), (-36, 10), (-23, 60), (-36, 10), (-72, 10)), -23),
        (tones((-26, 20), (-20, 20.1), (-26, 20)), -23),
    ],
    ids=["1", "2", "3", "4", "5"],
)
def test_integrated_loudness_of_the_standard_signals(signal, lufs):
    assert integrated_lufs(blocks(signal, 50_000), RATE) == pytest.approx(lufs, abs=0.1)


def test_five_channels_of_the_standard():  # signal 6
    levels_db = {"left": -28, "right": -28, "centre": -24, "back left": -30, "back right": -30}
    five = np.concatenate([tone(level_db, 20, channels=1) for level_db in levels_db.values()])
    assert integrated_lufs([five], RATE) == pytest.approx(-23, abs=0.1)
    bass = tone(0, 20, hz=60, channels=1)
    six = np.concatenate([five[:3], bass, five[3:]])
    assert integrated_lufs([six], RATE) == pytest.approx(-23, abs=0.1)


# Signals 9 to 14: the maxima do not depend on when a tone begins.
@pytest.mark.parametrize("start_s", [0.0, 0.02, 0.15, 0.38])
def test_loudest_moments_of_the_standard_signals(start_s):
    short = np.concatenate([np.zeros((2, round(start_s * RATE))), tone(-23, 3), np.zeros((2, RATE))], axis=1)
    assert measured(short).short_term_max_lufs == pytest.approx(-23, abs=0.1)
    momentary = np.concatenate([np.zeros((2, round(start_s * RATE))), tone(-23, 0.4), np.zeros((2, RATE))], axis=1)
    assert measured(momentary).momentary_max_lufs == pytest.approx(-23, abs=0.1)


# EBU Tech 3342, signals 1 to 4.
@pytest.mark.parametrize(
    ("signal", "range_lu"),
    [
        (tones((-20, 20), (-30, 20)), 10),
        (tones((-20, 20), (-15, 20)), 5),
        (tones((-40, 20), (-20, 20)), 20),
        (tones((-50, 20), (-35, 20), (-20, 20), (-35, 20), (-50, 20)), 15),
    ],
    ids=["1", "2", "3", "4"],
)
def test_loudness_range_of_the_standard_signals(signal, range_lu):
    assert measured(signal).loudness_range_lu == pytest.approx(range_lu, abs=1)


# Signals 15 to 19: the samples never hit the crest of the wave.
@pytest.mark.parametrize(
    ("divisor", "phase", "amplitude", "peak_db"),
    [(4, 0, 0.5, -6), (4, 45, 0.5, -6), (6, 60, 0.5, -6), (8, 67.5, 0.5, -6), (4, 45, 1.41, 3)],
    ids=["15", "16", "17", "18", "19"],
)
def test_true_peaks_of_the_standard_signals(divisor, phase, amplitude, peak_db):
    t = np.arange(5 * RATE)
    wave = amplitude * np.sin(2 * np.pi * t / divisor + np.radians(phase))
    wave[:480] *= np.linspace(0, 1, 480)  # the signals fade in and out
    wave[-480:] *= np.linspace(1, 0, 480)
    assert measured(np.stack([wave, wave]).astype(np.float32)).true_peak_db == pytest.approx(peak_db, abs=0.2)


# In the manner of signals 20 to 23, which are made at four times the rate: the peak falls between two samples.
@pytest.mark.parametrize("offset", [0, 1, 2, 3])
def test_true_peak_of_a_burst_between_samples(offset):
    t = np.arange(-4 * RATE, 4 * RATE)
    fine = 0.5 * np.cos(2 * np.pi * t / 24) * (1 + np.exp(-((t / 200) ** 2)))
    wave = fine[offset::4].astype(np.float32)
    assert measured(np.stack([wave, wave])).true_peak_db == pytest.approx(0, abs=0.2)


@pytest.mark.parametrize("rate", [24_000, 44_100, 48_000])
@pytest.mark.parametrize("channels", [1, 2, 5])
def test_agrees_with_pyloudnorm(rate, channels):
    sound = programme(rate, channels)
    reference = pyloudnorm.Meter(rate).integrated_loudness(sound.T.astype(np.float64))
    assert measured(sound, rate, size=7_777).integrated_lufs == pytest.approx(reference, abs=0.1)


@pytest.mark.parametrize("rate", [8_000, 11_025, 22_050, 44_100, 96_000, 192_000])
def test_every_rate_gives_the_same_figures(rate):
    sound = soxr.resample(programme(8_000, duration_s=15).T, 8_000, RATE)
    reference = measured(sound.T)
    found = measured(soxr.resample(sound, RATE, rate).T, rate)
    for name in ("integrated_lufs", "true_peak_db", "rms_db", "noise_floor_db", "momentary_max_lufs"):
        assert getattr(found, name) == pytest.approx(getattr(reference, name), abs=0.2), name


@pytest.mark.parametrize(("layout", "channels"), [("mono", 1), ("stereo", 2), ("5.1", 6)])
def test_agrees_with_ffmpeg(layout, channels):
    sound = programme(channels=channels)
    lufs, peak_db = ffmpeg(sound, layout)
    found = measured(sound)
    assert found.integrated_lufs == pytest.approx(lufs, abs=0.1)
    assert found.true_peak_db == pytest.approx(peak_db, abs=0.2)


def test_the_cut_into_blocks_makes_no_difference():
    sound = programme(duration_s=14)
    whole = measured(sound, size=sound.shape[1])
    for size in (977, RATE):
        assert measured(sound, size=size) == whole


def test_what_is_amplified_need_not_be_listened_to_again():
    sound = programme(duration_s=14)
    louder = analyse([sound], RATE).amplified(6).measured()
    heard = measured(sound * np.float32(10 ** (6 / 20)))
    for name in vars(heard):
        assert getattr(louder, name) == pytest.approx(getattr(heard, name), abs=1e-3), name


def test_silence_and_snippets_have_no_loudness():
    assert integrated_lufs([], RATE) == SILENCE_DB
    assert integrated_lufs([np.zeros((2, RATE))], RATE) == SILENCE_DB
    assert integrated_lufs([tone(-20, 0.3)], RATE) == SILENCE_DB
    one_sample = measured(np.full((1, 1), 0.5, dtype=np.float32))
    assert one_sample.integrated_lufs == one_sample.short_term_max_lufs == SILENCE_DB
    assert one_sample.sample_peak_db == pytest.approx(-6, abs=0.1)


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


def test_noise_floor_and_room_tone():
    rng = np.random.default_rng(0)
    sound = rng.normal(0, 10 ** (-65 / 20), (1, 10 * RATE))
    sound[0, RATE : 4 * RATE] += tone(-20, 3)[0]
    sound[0, 5 * RATE : 8 * RATE] += tone(-20, 3)[0]
    found = measured(sound.astype(np.float32))
    assert found.noise_floor_db == pytest.approx(-65, abs=0.3)
    assert found.rms_db == pytest.approx(-23.01 + 10 * np.log10(0.6), abs=0.1)
    assert (found.lead_s, found.tail_s) == pytest.approx((1, 2), abs=0.02)


def test_dc_offset_is_that_of_the_worse_channel():
    sound = tone(-20)
    sound[1] += 0.1
    assert measured(sound).dc_offset == pytest.approx(0.1, abs=1e-4)


def test_dialogue_is_measured_where_somebody_speaks():
    music_and_speech = tones((-15, 10), (-25, 5), (-15, 10))
    speaks = np.zeros(2500, dtype=bool)
    speaks[1000:1500] = True
    found = analyse([music_and_speech], RATE).measured(speaks)
    assert found.dialogue_lufs == pytest.approx(-25, abs=0.1)
    assert found.dialogue_share == pytest.approx(0.2, abs=0.01)
    nobody = analyse([music_and_speech], RATE).measured()
    assert (nobody.dialogue_lufs, nobody.dialogue_share) == (SILENCE_DB, 0)
