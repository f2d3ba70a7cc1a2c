import numpy as np
import pytest

from voicekit.audio import master
from voicekit.audio.check import check
from voicekit.audio.expand import expand
from voicekit.audio.limiter import limited
from voicekit.audio.loudness import SILENCE_DB, from_db, integrated_lufs, measure_sound, rms_db, true_peak_db
from voicekit.audio.presets import PRESETS, find_preset
from voicekit.core.errors import ConfigError
from voicekit.media.sound import Sound

RATE = 48_000


def speech_like(duration_s=6.0, level=0.1, seed=0):
    """Bursts with sharp peaks, left and right alike but for a little noise."""
    rng = np.random.default_rng(seed)
    n = round(duration_s * RATE)
    t = np.arange(n) / RATE
    wave = sum(np.sin(2 * np.pi * 130 * k * t) / k for k in range(1, 20)) * np.abs(np.sin(2 * np.pi * 1.5 * t)) ** 3
    return (level * (wave + 0.02 * rng.normal(size=(2, n)))).astype(np.float32)


def blocks(sound, size=RATE):
    return (sound[:, start : start + size] for start in range(0, sound.shape[1], size))


def applied(sound, gain_db, ceiling_db=-2.0, size=RATE):
    return np.concatenate(list(limited(blocks(sound, size), RATE, gain_db, ceiling_db)), axis=1)


@pytest.mark.parametrize("level", [0.01, 0.1, 0.6])
def test_any_level_comes_to_the_target_below_the_ceiling(level):
    sound = speech_like(level=level)
    found = master.measure(lambda: blocks(sound), RATE)
    mastered = applied(sound, found.gain_db)
    assert integrated_lufs([mastered], RATE) == pytest.approx(-16, abs=0.15)
    assert true_peak_db(mastered) < -1.9
    assert found.loudness_lufs == pytest.approx(integrated_lufs([mastered], RATE), abs=0.01)
    assert found.true_peak_db == pytest.approx(true_peak_db(mastered), abs=0.1)
    assert found.before_lufs == pytest.approx(integrated_lufs([sound], RATE), abs=0.01)


def test_what_stays_below_the_ceiling_is_only_amplified():
    sound = speech_like(level=0.02)
    np.testing.assert_allclose(applied(sound, 6.0), sound * from_db(6.0), atol=1e-6)


def test_the_cut_into_blocks_makes_no_difference():
    sound = speech_like(5.3, 0.5)
    whole = applied(sound, 6.0, size=sound.shape[1])
    assert whole.shape == sound.shape
    for size in (RATE, 4_801):
        assert np.array_equal(applied(sound, 6.0, size=size), whole)


# The second peak is let go of across the border between two of the limiter's windows.
@pytest.mark.parametrize("peak", [RATE, 2 * RATE - RATE // 40])
def test_the_limiter_is_transparent_around_a_peak(peak):
    sound = np.full((1, 3 * RATE), 0.05, dtype=np.float32)
    sound[0, peak] = 2.0
    limited = applied(sound, 0.0)
    gain_db = 20 * np.log10(limited[0] / sound[0])
    assert gain_db[peak] == pytest.approx(-8, abs=0.1)
    assert np.abs(gain_db[: peak - RATE // 50]).max() < 1e-4  # not before the look-ahead
    assert np.abs(gain_db[peak + RATE // 5 :]).max() < 1e-4  # back within 200 ms
    assert np.abs(np.diff(gain_db)).max() < 0.1  # and no step that would click


def test_peaks_at_the_very_ends_are_caught():
    sound = np.zeros((1, RATE), dtype=np.float32)
    sound[0, [0, -1]] = 1.0
    assert true_peak_db(applied(sound, 0.0)) < -1.9


def test_a_peak_between_samples_is_caught():
    t = np.arange(RATE)
    between = np.sin(np.pi / 2 * t + np.pi / 4) * np.hanning(RATE)  # on the samples −3 dB, between them 0
    assert true_peak_db(applied(between[None].astype(np.float32), 0.0)) < -1.9


def test_silence_stays_silence():
    silent = np.zeros((2, RATE), dtype=np.float32)
    found = master.measure(lambda: blocks(silent), RATE)
    assert (found.gain_db, found.true_peak_db) == (0.0, SILENCE_DB)
    assert not applied(silent, found.gain_db).any()


def test_noise_is_not_blown_up():
    faint = speech_like(level=1e-4)
    assert master.measure(lambda: blocks(faint), RATE).gain_db <= master.MAX_GAIN_DB


def as_sound(sound, rate=RATE):
    return Sound(rate, len(sound), sound.shape[1] / rate, lambda: blocks(sound))


def with_pauses(noise_db, level=0.1):
    """Bursts with a second of noise between them, mono."""
    sound = speech_like(12, level)[:1]
    for start in (0, 4, 8, 11):
        sound[:, start * RATE : (start + 1) * RATE] = 0
    rng = np.random.default_rng(1)
    return (sound + rng.normal(0, from_db(noise_db), sound.shape)).astype(np.float32)


def treated(sound, treatment):
    return np.concatenate(list(treatment.apply(blocks(sound, 10_007))), axis=1)


@pytest.mark.parametrize("name", PRESETS)
@pytest.mark.parametrize(("level", "channels"), [(0.02, 1), (0.6, 2), (0.1, 6)])
def test_what_is_mastered_passes_the_check_and_is_left_alone(name, level, channels):
    sound = np.tile(with_pauses(-90, level), (channels, 1))
    preset = find_preset(name)
    treatment = master.master(as_sound(sound), preset)
    mastered = treated(sound, treatment)
    assert mastered.shape == sound.shape
    measured = measure_sound(as_sound(mastered))
    rules = {row.rule: row.passed for row in check(measured, preset)}
    assert all(rules[title] for title in rules if title in ("loudness", "RMS", "true peak", "peak", "noise floor")), rules
    again = master.master(as_sound(mastered), preset)
    assert again.apply is None
    assert any("left as they are" in line for line in again.said)


def test_lossy_coding_gets_its_room():
    sound = with_pauses(-90, 0.6)
    mastered = treated(sound, master.master(as_sound(sound), find_preset("youtube")))
    assert true_peak_db(mastered) == pytest.approx(-2, abs=0.1)


def test_limiting_that_may_be_heard_is_told():
    sound = speech_like(level=0.02)
    sound[:, ::RATE] = 0.9  # a click a second
    treatment = master.master(as_sound(sound), find_preset("youtube"))
    assert any("may be heard" in line for line in treatment.said)


def test_noise_between_the_words_is_lowered_for_an_audiobook():
    sound = with_pauses(-55)
    sound *= np.float32(from_db(-22 - rms_db(sound)))
    before = measure_sound(as_sound(sound))
    assert before.noise_floor_db > -60
    treatment = master.master(as_sound(sound), find_preset("acx"))
    assert any("noise between the words lowered" in line for line in treatment.said)
    after = measure_sound(as_sound(treated(sound, treatment)))
    assert after.noise_floor_db < -60
    assert -23 <= after.rms_db <= -18


def test_too_much_noise_is_for_denoise():
    sound = with_pauses(-40)
    treatment = master.master(as_sound(sound), find_preset("acx"))
    assert any("with denoise" in line for line in treatment.said)
    assert not any("lowered" in line for line in treatment.said)
    assert -23 <= rms_db(treated(sound, treatment)) <= -18


def test_the_expander_leaves_words_alone_and_knows_no_blocks():
    sound = with_pauses(-65)
    whole = np.concatenate(list(expand(blocks(sound, sound.shape[1]), RATE, -65, 9)), axis=1)
    assert whole.shape == sound.shape
    for size in (977, RATE):
        assert np.array_equal(np.concatenate(list(expand(blocks(sound, size), RATE, -65, 9)), axis=1), whole)
    later = np.concatenate([sound[:, : 77 * RATE // 100], sound], axis=1)  # falls otherwise into the windows of two seconds
    shifted = np.concatenate(list(expand(blocks(later), RATE, -65, 9)), axis=1)[:, 77 * RATE // 100 :]
    np.testing.assert_allclose(shifted[:, RATE:], whole[:, RATE:], atol=1e-7)
    pause, word = slice(round(4.3 * RATE), round(4.7 * RATE)), np.abs(sound[0]) > 0.05
    assert rms_db(sound[:, pause]) - rms_db(whole[:, pause]) == pytest.approx(9, abs=0.1)
    np.testing.assert_allclose(whole[0, word], sound[0, word], rtol=1e-5)


def test_film_goes_by_its_dialogue():
    sound = speech_like(10, 0.3)
    speaks = np.zeros(1000, dtype=bool)
    speaks[:500] = True
    sound[:, : 5 * RATE] *= np.float32(from_db(-15))
    treatment = master.master(as_sound(sound), find_preset("film"), lambda _: speaks)
    mastered = treated(sound, treatment)
    assert measure_sound(as_sound(mastered), speaks).dialogue_lufs == pytest.approx(-27, abs=0.2)
    assert "dialogue loudness" in treatment.said[0]
    little = np.arange(1000) < 100
    treatment = master.master(as_sound(sound), find_preset("film"), lambda _: little)
    assert integrated_lufs([treated(sound, treatment)], RATE) == pytest.approx(-24, abs=0.2)


@pytest.mark.parametrize(
    "sound", [np.zeros((2, RATE)), np.full((1, 1), 0.5), speech_like(0.3)], ids=["silence", "1", "0.3 s"]
)
def test_what_has_no_loudness_is_left_alone(sound):
    treatment = master.master(as_sound(sound.astype(np.float32)), find_preset("podcast"))
    assert treatment.apply is None
    assert any("left as it is" in line for line in treatment.said)


@pytest.mark.parametrize("rate", [8_000, 11_025, 192_000])
def test_any_rate(rate):
    t = np.arange(3 * rate) / rate
    sound = (0.01 * np.sin(2 * np.pi * 440 * t) * np.sin(2 * np.pi * t))[None].astype(np.float32)
    mastered = treated(sound, master.master(as_sound(sound, rate), find_preset("ebu")))
    assert mastered.shape == sound.shape
    assert integrated_lufs([mastered], rate) == pytest.approx(-23, abs=0.2)


def test_an_unknown_preset():
    with pytest.raises(ConfigError, match=r"'cassette'.*podcast, ebu, youtube, acx, film"):
        find_preset("cassette")
