import functools

import numpy as np
import pytest
import scipy.signal

from voicekit.audio.enhance import Enhancement, enhance
from voicekit.audio.enhance.extend import find_cutoff_hz
from voicekit.audio.enhance.level import levelling
from voicekit.audio.enhance.ltass import FEMALE_DB, MALE_DB, THIRD_OCTAVES_HZ, band_levels_db
from voicekit.audio.enhance.tone import toning
from voicekit.audio.enhance.voice_profile import profile_voice
from voicekit.audio.loudness import from_db, rms_db, to_db
from voicekit.media.sound import Sound

RATE = 48_000
NOTHING = {"level": False, "tone": False, "deess": False, "extend": False}


@functools.cache
def voice(duration_s=6.0, rate=RATE, noise_db=-75.0, seed=0):
    """Four syllables a second, every second with a sibilant, a pause after eight; as loud in each band as speech is."""
    rng = np.random.default_rng(seed)
    n = round(duration_s * rate)
    t = np.arange(n) / rate
    phase = np.cumsum(130 * (1 + 0.1 * np.sin(2 * np.pi * 0.5 * t))) / rate
    pulses = np.diff(np.floor(phase), prepend=0) + 0.02 * rng.normal(size=n)
    hiss = rng.normal(size=n)
    syllable = np.clip(np.sin(2 * np.pi * 4 * t), 0, None) ** 0.5 * (t % 2.5 < 2)
    sibilant = np.clip(-np.sin(2 * np.pi * 4 * t), 0, None) * (t % 0.5 < 0.25) * (t % 2.5 < 2)
    vowels = shaped(pulses * syllable, rate, lambda hz: np.interp(hz, [3000, 6000], [0, -25]))
    sibilants = shaped(hiss * sibilant, rate, lambda hz: np.interp(hz, [3500, 5500], [-60, 0]))
    sound = vowels / vowels.std() + sibilants / sibilants.std()
    power = np.square(np.abs(np.fft.rfft(sound)))
    hz = np.fft.rfftfreq(n, 1 / rate)
    missing_db = (MALE_DB + FEMALE_DB) / 2 - band_levels_db(power, hz)
    known = rate / 2 > 1.2 * THIRD_OCTAVES_HZ
    curve = np.where(THIRD_OCTAVES_HZ < 100, -120, missing_db)
    sound = shaped(
        sound, rate, lambda hz: np.interp(np.log(np.maximum(hz, 1)), np.log(THIRD_OCTAVES_HZ[known]), curve[known])
    )
    sound = 0.08 * sound / sound.std() + from_db(noise_db) * hiss
    return sound[None].astype(np.float32)


def shaped(sound, rate, gain_db):
    """Filtered by a gain in dB over Hz, without delay."""
    spectrum = np.fft.rfft(sound)
    return np.fft.irfft(spectrum * from_db(gain_db(np.fft.rfftfreq(sound.shape[-1], 1 / rate))), sound.shape[-1])


def dull(sound, gain_db=-12.0):
    return shaped(sound, RATE, lambda hz: np.interp(hz, [800, 2500], [0, gain_db])).astype(np.float32)


def cut_off(sound, cutoff_hz):
    taps = scipy.signal.firwin(1601, cutoff_hz, fs=RATE)
    return scipy.signal.fftconvolve(sound, taps[None], "same", axes=1).astype(np.float32)


def as_sound(samples, rate=RATE, size=None):
    size = size or max(samples.shape[1], 1)
    blocks = [samples[:, start : start + size] for start in range(0, samples.shape[1], size)]
    return Sound(rate, len(samples), samples.shape[1] / rate, lambda: iter(blocks))


def enhanced(samples, rate=RATE, size=None, **settings):
    sound = as_sound(samples, rate, size)
    treatment = enhance(sound, Enhancement(**settings))
    if treatment.apply is None:
        return samples
    return np.concatenate(list(treatment.apply(sound.read())), axis=1)


def only(part, samples, **rest):
    return enhanced(samples, **{**NOTHING, part: True}, **rest)


def band_db(samples, low_hz, high_hz, rate=RATE):
    sections = scipy.signal.butter(8, [low_hz, high_hz], "band", fs=rate, output="sos")
    return rms_db(scipy.signal.sosfiltfilt(sections, samples, axis=1))


def everything_wrong():
    """A dull voice on a rumbling telephone, loud and soft by turns."""
    sound = cut_off(dull(voice(8.0)), 4000)
    t = np.arange(sound.shape[1]) / RATE
    return (sound * np.where(t % 5 < 2.5, 1.5, 0.4) + 0.01 * np.sin(2 * np.pi * 40 * t)).astype(np.float32)


# The whole step


def test_a_good_recording_is_left_alone():
    treatment = enhance(as_sound(voice()))
    assert treatment.apply is None
    assert treatment.said == ("the voice sounds good; left as it is",)


def test_what_is_done_is_said():
    said = enhance(as_sound(everything_wrong())).said
    assert [line.split(":")[0] for line in said] == ["level", "tone", "band"]
    assert "rumble" in said[1] and "4.0 kHz" in said[2]


def test_the_cut_into_blocks_makes_no_difference():
    sound = everything_wrong()
    whole = enhanced(sound)
    assert whole.shape == sound.shape and whole.dtype == np.float32
    for size in (4_801, 100_003):
        assert rms_db(enhanced(sound, size=size) - whole) < -100


def test_nothing_is_shifted():
    sound = np.concatenate([everything_wrong(), np.zeros((1, 7), np.float32)], axis=1)
    spectra = np.fft.rfft(np.concatenate([sound, enhanced(sound)]))
    together = np.fft.irfft(spectra[0].conj() * spectra[1])
    assert together.argmax() == 0


@pytest.mark.parametrize("rate", [8_000, 11_025, 44_100, 192_000])
def test_any_rate(rate):
    sound = voice(3.0, rate)
    sound = shaped(sound, rate, lambda hz: np.interp(hz, [800, 2500], [0, -12])).astype(np.float32)
    better = enhanced(sound, rate)
    assert better.shape == sound.shape
    assert band_db(better, 2500, 3500, rate) > band_db(sound, 2500, 3500, rate) + 1


def test_channels_keep_their_balance():
    left = everything_wrong()
    sound = np.concatenate([left, 0.5 * left, np.zeros_like(left)])
    better = enhanced(sound)
    np.testing.assert_allclose(better[1], 0.5 * better[0], atol=1e-5)
    assert not better[2].any()


@pytest.mark.parametrize("samples", [0, 1, 100, 48_001])
@pytest.mark.parametrize("level", [0.0, 0.3])
def test_what_holds_no_voice_is_left_alone(samples, level):
    assert enhance(as_sound(np.full((1, samples), level, np.float32))).apply is None


def test_music_and_noise_are_left_alone():
    rng = np.random.default_rng(0)
    t = np.arange(6 * RATE) / RATE
    chords = sum(np.sin(2 * np.pi * hz * t) for hz in (220, 277, 330)) * np.exp(-(t % 1.0))
    for sound in (0.1 * chords, 0.1 * rng.normal(size=len(t))):
        treatment = enhance(as_sound(sound[None].astype(np.float32)))
        assert treatment.apply is None
        assert treatment.said == ("no voice stands out from the noise: left as it is (a noisy recording: denoise it first)",)


def test_amount():
    sound = dull(voice())
    assert enhance(as_sound(sound), Enhancement(0.0)).apply is None
    lifts_db = [band_db(enhanced(sound, amount=amount), 3000, 5000) - band_db(sound, 3000, 5000) for amount in (0.5, 1.0)]
    assert lifts_db[0] == pytest.approx(lifts_db[1] / 2, abs=0.3)


def test_peaks_stay_below_the_ceiling():
    sound = dull(voice())
    sound *= 0.9 / np.abs(sound).max()
    assert to_db(np.abs(enhanced(sound)).max()) < -0.85


# Tone


@pytest.mark.parametrize("gain_db", [-12.0, 12.0])
def test_a_spoiled_tone_comes_nearer_to_speech(gain_db):
    better = only("tone", dull(voice(), gain_db))
    change_db = band_db(better, 3000, 8000) - band_db(better, 300, 800)
    change_db -= band_db(dull(voice(), gain_db), 3000, 8000) - band_db(dull(voice(), gain_db), 300, 800)
    assert 3 < -np.sign(gain_db) * change_db < 8


def test_no_band_is_changed_by_more_than_6_db():
    tone = toning(profile_voice(as_sound(dull(voice(), -15.0))), None)
    assert np.abs(tone.gains_db).max() <= 6


def test_bands_that_are_lost_in_noise_are_not_lifted():
    clean, noisy = (toning(profile_voice(as_sound(dull(voice(noise_db=noise_db)))), None) for noise_db in (-75, -45))
    treble = (THIRD_OCTAVES_HZ > 5000) & (THIRD_OCTAVES_HZ < 12_000)
    assert (clean.gains_db[treble] > 3).all()
    assert (noisy.gains_db[treble] <= 0).all()


def test_rumble_and_offset_go_and_the_voice_stays():
    sound = voice()
    t = np.arange(sound.shape[1]) / RATE
    better = only("tone", (sound + 0.05 * np.sin(2 * np.pi * 30 * t) + 0.1).astype(np.float32))
    inside = slice(RATE, -RATE)  # at its ends the offset begins and stops
    assert rms_db(better[:, inside] - sound[:, inside]) < rms_db(sound) - 30


# Level


def test_loud_and_soft_passages_come_nearer():
    sound = voice(20.0)
    t = np.arange(sound.shape[1]) / RATE
    uneven = (sound * from_db(np.where(t < 10, 5.0, -5.0))).astype(np.float32)
    better = only("level", uneven)
    loud, soft = slice(RATE, 9 * RATE), slice(11 * RATE, -RATE)
    assert rms_db(uneven[:, loud]) - rms_db(uneven[:, soft]) == pytest.approx(10, abs=0.5)
    assert 1 < rms_db(better[:, loud]) - rms_db(better[:, soft]) < 4


def test_the_gain_stands_still_in_pauses_and_is_there_when_speech_begins():
    pause = np.random.default_rng(1).normal(0, 1e-4, (1, 4 * RATE)).astype(np.float32)
    sound = np.concatenate([voice(5.0), pause, 0.3 * voice(5.0), pause], axis=1)
    gains = to_db(levelling(profile_voice(as_sound(sound))).gains)
    assert np.abs(gains).max() <= 6
    assert np.ptp(gains[510:825]) < 0.01 and np.ptp(gains[1400:]) < 0.6
    assert gains[510] < gains[905] - 4
    assert np.ptp(gains[900:930]) < 0.5


# Sibilants


def test_sibilants_that_stick_out_come_down_and_vowels_stay():
    sound = voice(12.0)
    t = np.arange(sound.shape[1]) / RATE
    high = shaped(sound, RATE, lambda hz: np.where(hz > 4800, 0, -120))
    sharp = (t % 0.5 >= 0.125) & (t % 0.5 < 0.25) & (t // 2.5 % 2 == 1)  # the sibilants of every other phrase
    spoiled = (sound + np.where(sharp, 4.0, 0.0) * high).astype(np.float32)
    better = only("deess", spoiled)
    assert band_db(better[:, sharp], 5000, 9000) < band_db(spoiled[:, sharp], 5000, 9000) - 1.5
    vowel = (t % 0.5 > 0.3) & (t % 0.5 < 0.45)
    assert np.array_equal(better[:, vowel], spoiled[:, vowel])


# Band


@pytest.mark.parametrize("cutoff_hz", [3400, 4000, 6000, 8000])
def test_a_cutoff_is_found_and_an_octave_is_rebuilt(cutoff_hz):
    whole = voice()
    sound = cut_off(whole, cutoff_hz)
    assert find_cutoff_hz(profile_voice(as_sound(sound))) == pytest.approx(cutoff_hz, rel=0.05)
    better = only("extend", sound)
    assert rms_db(cut_off(better - sound, 0.9 * cutoff_hz)) < rms_db(sound) - 50  # below nothing changes
    missing = 1.1 * cutoff_hz, 1.8 * cutoff_hz
    before_db, after_db, true_db = (band_db(x, *missing) for x in (sound, better, whole))
    assert before_db < true_db - 20
    assert true_db - 12 < after_db < true_db + 6


def test_a_cutoff_of_a_gentle_filter_is_where_it_begins():
    sections = scipy.signal.butter(14, 3400, fs=RATE, output="sos")
    sound = scipy.signal.sosfilt(sections, voice()).astype(np.float32)
    assert 3300 < find_cutoff_hz(profile_voice(as_sound(sound))) < 4000


def test_sounds_that_end_where_their_rate_does_are_not_extended():
    for rate in (8_000, 16_000, 24_000, 48_000):
        assert find_cutoff_hz(profile_voice(as_sound(voice(rate=rate), rate))) is None
    assert find_cutoff_hz(profile_voice(as_sound(dull(voice())))) is None


def test_a_few_words_of_full_band_among_telephone_are_not_doubled():
    whole = voice(12.0)
    mixed = np.concatenate([cut_off(whole, 4000)] * 3 + [whole[:, :RATE]], axis=1)
    better = only("extend", mixed)
    assert rms_db((better - mixed)[:, -RATE // 2 :]) < rms_db(mixed) - 35
