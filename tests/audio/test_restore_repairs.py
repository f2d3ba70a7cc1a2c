"""restore on a made-up voice: each damage is found and mended, and nothing else is touched."""

import numpy as np
import pytest
import scipy.signal

from voicekit.audio.restore import ALL, find_repairs, restore
from voicekit.audio.restore.echo import without_late_echo
from voicekit.core.errors import ConfigError
from voicekit.media.sound import Sound

RATE = 16_000


def voice(duration_s=6.0, rate=RATE, seed=0):
    """Vowels of a gliding pitch in syllables with pauses, and a little noise; float32 (1, samples) at half scale."""
    rng = np.random.default_rng(seed)
    time_s = np.arange(round(duration_s * rate)) / rate
    pulses = np.diff(np.floor(np.cumsum(115 + 25 * np.sin(2 * np.pi * 0.7 * time_s)) / rate), prepend=0)
    excitation = pulses + 0.01 * rng.standard_normal(len(time_s))
    for formant_hz, width_hz in ((600, 80), (1200, 100), (2500, 150)):
        radius, angle = np.exp(-np.pi * width_hz / rate), 2 * np.pi * formant_hz / rate
        excitation = scipy.signal.lfilter([1], [1, -2 * radius * np.cos(angle), radius**2], excitation)
    syllables = np.interp(time_s % 0.4, [0, 0.03, 0.2, 0.25, 0.4], [0, 1, 1, 0, 0])
    speech = excitation * syllables
    speech = speech / np.abs(speech).max() + 3e-4 * rng.standard_normal(len(time_s))
    return (0.5 * speech).astype(np.float32)[None]


def clicks(speech, per_s=5, seed=1):
    rng = np.random.default_rng(seed)
    damaged = speech.copy()
    for start in rng.integers(200, speech.shape[1] - 200, round(per_s * speech.shape[1] / RATE)):
        length = int(rng.integers(1, 12))
        damaged[0, start : start + length] += 0.5 * rng.choice([-1, 1], length) * np.exp(-np.arange(length) / 4)
    return damaged


def clipping(speech, share=0.1):
    ceiling = np.quantile(np.abs(speech), 1 - share)
    return np.clip(speech, -ceiling, ceiling)


def hum(speech, mains_hz=50.0, level=0.02, rate=RATE):
    time_s = np.arange(speech.shape[1]) / rate
    return (speech + level * sum(np.sin(2 * np.pi * mains_hz * n * time_s + n) / n for n in range(1, 7))).astype(np.float32)


def dropouts(speech, length_s=0.02):
    damaged = speech.copy()
    for start in range(round(0.1 * RATE), speech.shape[1], round(0.8 * RATE)):  # amid every other syllable
        damaged[:, start : start + round(length_s * RATE)] = 0
    return damaged


def room(speech, rt60_s=0.7):
    time_s = np.arange(round(rt60_s * RATE)) / RATE
    response = np.random.default_rng(3).standard_normal(len(time_s)) * 10 ** (-3 * time_s / rt60_s)
    response /= np.sqrt(np.square(response).sum())
    response[0] = 1
    wet = scipy.signal.fftconvolve(speech[0], response)[: speech.shape[1]]
    return (0.5 * wet / np.abs(wet).max()).astype(np.float32)[None]


DAMAGES = {"clicks": clicks, "clipping": clipping, "hum": hum, "dropouts": dropouts}


def sound(samples, rate=RATE, size=10_000):
    def read():
        return (samples[:, start : start + size] for start in range(0, samples.shape[1], size))

    return Sound(rate, len(samples), samples.shape[1] / rate, read)


def restored(samples, rate=RATE, repairs=ALL):
    treatment = restore(sound(samples, rate), repairs)
    return samples if treatment.apply is None else np.concatenate(list(treatment.apply([samples])), axis=1)


def si_sdr(speech, result):
    speech, result = (x.astype(np.float64).ravel() for x in (speech, result))
    target = speech * (result @ speech) / (speech @ speech)
    return 10 * np.log10((target @ target) / np.square(result - target).sum())


@pytest.mark.parametrize(("name", "words", "gain_db"), [
    ("clicks", "clear clicks", 8), ("clipping", "clipping at", 4),
    ("hum", "hum at 50, 100", 12), ("dropouts", "8 dropouts", 3),
])  # fmt: skip
def test_damage_is_found_and_mended(name, words, gain_db):
    speech = voice()
    damaged = DAMAGES[name](speech)
    said = restore(sound(damaged)).said
    assert len(said) == 1 and words in said[0]
    result = restored(damaged)
    assert result.shape == damaged.shape and result.dtype == np.float32
    assert si_sdr(speech, result) > si_sdr(speech, damaged) + gain_db


@pytest.mark.parametrize("seed", range(4))
def test_a_clean_voice_is_left_alone(seed):
    treatment = restore(sound(voice(seed=seed)))
    assert treatment.apply is None
    assert treatment.said == ("nothing to repair",)


def test_only_what_was_asked_for_is_mended():
    damaged = hum(clicks(voice()))
    both, one = (restore(sound(damaged), repairs) for repairs in (ALL, frozenset({"hum"})))
    assert len(both.said) == 2
    assert len(one.said) == 1 and one.said[0].startswith("hum")


def test_several_damages_at_once():
    speech = voice()
    damaged = dropouts(hum(clicks(speech)))
    assert len(restore(sound(damaged)).said) == 3
    assert si_sdr(speech, restored(damaged)) > si_sdr(speech, damaged) + 4


@pytest.mark.parametrize("name", DAMAGES)
def test_the_cut_into_blocks_makes_no_difference(name):
    damaged = DAMAGES[name](voice(5.3))
    treatment = restore(sound(damaged))
    whole = np.concatenate(list(treatment.apply([damaged])), axis=1)
    assert whole.shape == damaged.shape
    for size in (1_777, RATE):
        pieces = (damaged[:, start : start + size] for start in range(0, damaged.shape[1], size))
        assert np.array_equal(np.concatenate(list(treatment.apply(pieces)), axis=1), whole)


@pytest.mark.parametrize("name", ["clicks", "dropouts"])
def test_what_is_far_from_the_damage_is_not_touched(name):
    speech = voice()
    damaged = DAMAGES[name](speech)
    far = ~scipy.ndimage.maximum_filter1d((damaged != speech)[0], 2 * round(0.01 * RATE))
    changed = (restored(damaged) != damaged)[0]
    assert changed.any() and changed[far].mean() < 0.001


def test_rebuilt_tops_lie_beyond_the_ceiling_and_below_full_scale():
    speech = 1.9 * voice()
    damaged = np.clip(speech, -0.6, 0.6)
    result = restored(damaged)
    gain = np.median(result[0, np.abs(damaged[0]) > 0.1] / damaged[0, np.abs(damaged[0]) > 0.1])
    cut = np.abs(damaged) == np.float32(0.6)
    assert (np.abs(result[cut]) >= 0.599 * gain).all()
    assert np.array_equal(np.sign(result[cut]), np.sign(damaged[cut]))
    assert np.abs(result).max() < 1


def test_room_is_made_for_rebuilt_tops_and_said():
    damaged = np.clip(3 * voice(), -0.99, 0.99)
    treatment = restore(sound(damaged))
    assert "lowered by" in treatment.said[0]
    assert np.abs(np.concatenate(list(treatment.apply([damaged])), axis=1)).max() <= 1


def test_each_side_has_its_own_ceiling():
    speech = voice()
    damaged = np.clip(speech, -10, np.quantile(speech, 0.96))
    result = restored(damaged, repairs=frozenset({"clipping"}))
    below = damaged < 0
    scale = (result[below] @ damaged[below]) / (damaged[below] @ damaged[below])
    np.testing.assert_allclose(result[below], scale * damaged[below], atol=1e-6)
    assert si_sdr(speech, result) > si_sdr(speech, damaged) + 4


@pytest.mark.parametrize("wave", ["sine", "loud peak", "square"])
def test_what_is_no_clipping(wave):
    time_s = np.arange(4 * RATE) / RATE
    samples = {
        "sine": 0.8 * np.sin(2 * np.pi * 20 * time_s),  # flat to 16 bits at each peak
        "loud peak": np.where(np.arange(len(time_s)) == RATE, 1.0, voice(4.0)[0]),
        "square": 1e-3 * np.round(3 * np.sin(2 * np.pi * 200 * time_s)) / 3,  # a few steps of a coarse converter
    }[wave].astype(np.float32)[None]
    assert restore(sound(samples), frozenset({"clipping"})).apply is None


@pytest.mark.parametrize("mains_hz", [49.7, 50.0, 60.0, 60.3])
def test_hum_near_either_mains_frequency(mains_hz):
    speech = voice()
    assert si_sdr(speech, restored(hum(speech, mains_hz))) > si_sdr(speech, hum(speech, mains_hz)) + 10


@pytest.mark.parametrize("fundamental_hz", [49.0, 55.0, 61.7])
def test_a_held_bass_note_is_no_hum(fundamental_hz):
    assert restore(sound(hum(voice(), fundamental_hz)), frozenset({"hum"})).apply is None


def test_a_bass_note_that_dies_away_is_no_hum():
    time_s = np.arange(6 * RATE) / RATE
    note = hum(np.zeros((1, len(time_s)), np.float32), 50.0, 0.3) * 10 ** (-time_s / 2)
    assert restore(sound(note.astype(np.float32)), frozenset({"hum"})).apply is None


def test_one_tone_alone_is_no_hum():
    tone = 0.01 * np.sin(2 * np.pi * 50 * np.arange(6 * RATE) / RATE)
    assert restore(sound((voice() + tone).astype(np.float32)), frozenset({"hum"})).apply is None


@pytest.mark.parametrize("length_s", [0.005, 0.02, 0.05])
def test_dropouts_of_any_length(length_s):
    speech = voice()
    damaged = dropouts(speech, length_s)
    result = restored(damaged, repairs=frozenset({"dropouts"}))
    assert si_sdr(speech, result) > si_sdr(speech, damaged) + (2.5 if length_s < 0.05 else 0.4)


def test_a_held_value_is_a_dropout_too():
    speech = voice()
    damaged = speech.copy()
    start = round(0.1 * RATE)
    damaged[:, start : start + 300] = 0.2 * damaged[:, start - 1 : start]
    assert "1 dropout " in restore(sound(damaged)).said[0]


@pytest.mark.parametrize("pause_s", [0.03, 0.3])
def test_pauses_are_no_dropouts(pause_s):
    """Digital silence between words that fade out and in; and, longer, between any."""
    speech = voice()
    gate = np.ones(speech.shape[1], np.float32)
    for start in range(round(0.1 * RATE), len(gate) - RATE, RATE):
        fade = round(0.01 * RATE) if pause_s < 0.1 else 1
        stop = start + round(pause_s * RATE)
        gate[start : start + fade] = np.linspace(1, 0, fade)
        gate[start + fade : stop - fade] = 0
        gate[stop - fade : stop] = np.linspace(0, 1, fade)
    assert restore(sound(speech * gate), frozenset({"dropouts"})).apply is None


def test_a_few_clicks_are_how_people_speak():
    assert restore(sound(clicks(voice(), per_s=0.4)), frozenset({"clicks"})).apply is None


def test_a_room_is_heard_and_its_echo_taken_down():
    speech = voice(8.0)
    speech[:, np.arange(speech.shape[1]) % (2 * RATE) > RATE] *= 1e-3  # phrases
    wet = room(speech)
    assert restore(sound(wet)).apply is None  # a dry voice may be taken for one: it has to be asked for
    treatment = restore(sound(wet), ALL)
    assert len(treatment.said) == 1 and "echo" in treatment.said[0]
    assert si_sdr(speech, restored(wet)) > si_sdr(speech, wet) + 0.5


def test_without_echo_almost_nothing_changes():
    burst = np.zeros(RATE, np.float32)
    burst[2000:2400] = np.random.default_rng(0).normal(0, 0.1, 400)
    np.testing.assert_allclose(without_late_echo(burst, RATE, 0.3), burst, atol=0.01)


@pytest.mark.parametrize("rate", [8_000, 11_025, 22_050, 48_000, 192_000])
def test_any_rate(rate):
    speech = voice(4.0, rate)
    assert restore(sound(speech, rate)).apply is None
    damaged = hum(speech, rate=rate)
    result = restored(damaged, rate)
    assert result.shape == speech.shape
    assert si_sdr(speech, result) > si_sdr(speech, damaged) + 6


def test_channels_are_mended_each_for_itself():
    speech = np.concatenate([voice(seed=seed) for seed in range(6)])
    damaged = speech.copy()
    damaged[2:3] = clicks(speech[2:3], per_s=8)
    result = restored(damaged)
    assert result.shape == speech.shape
    assert np.array_equal(np.delete(result, 2, 0), np.delete(damaged, 2, 0))
    assert si_sdr(speech[2], result[2]) > si_sdr(speech[2], damaged[2]) + 6


@pytest.mark.parametrize("samples", [
    np.zeros((1, 0)), np.zeros((1, 1)), np.ones((1, 1)), np.ones((1, RATE)),
    np.zeros((2, 5 * RATE)), np.full((1, 5 * RATE), 0.3), np.full((1, 5 * RATE), 1e-30),
    np.tile([1.0, -1.0], (6, 2 * RATE)), np.random.default_rng(0).normal(0, 5, (1, 4 * RATE)),
])  # fmt: skip
def test_odd_sounds_pass(samples):
    samples = samples.astype(np.float32)
    assert np.array_equal(restored(samples), samples)


@pytest.mark.parametrize("name", DAMAGES)
def test_an_offset_does_no_harm(name):
    speech = voice()
    result = restored((DAMAGES[name](speech) + 0.1).astype(np.float32), repairs=frozenset({name}))
    assert si_sdr(speech - speech.mean(), result - result.mean()) > si_sdr(speech, DAMAGES[name](speech)) + 2.5


@pytest.mark.parametrize("offset, noise, length_s", [(0.0, 0.0, 6.0), (0.1, 0.003, 6.0), (0.0, 0.003, 2.0)])
def test_a_side_that_is_wired_the_wrong_way_round_is_turned(offset, noise, length_s):
    speech = voice(length_s)
    hiss = noise * np.random.default_rng(5).standard_normal((2, speech.shape[1]))
    damaged = (np.concatenate([speech, -0.8 * speech]) + hiss + offset).astype(np.float32)
    assert "right side cancels the left side" in restore(sound(damaged), frozenset({"polarity"})).said[0]
    assert np.array_equal(restored(damaged, repairs=frozenset({"polarity"})), damaged * [[1], [-1]])


@pytest.mark.parametrize("sides", [
    lambda one, other: [one, one], lambda one, other: [one, other], lambda one, other: [one, 0 * one],
    lambda one, other: [one + other, other - one],  # wide
    lambda one, other: [one, np.where(np.arange(one.size) % (2 * RATE) < 1.5 * RATE, -one, one)],  # an effect
    lambda one, other: [0.001 * one, -0.001 * one],  # nobody hears it
])  # fmt: skip
def test_sides_that_differ_are_wired_well(sides):
    samples = np.stack(sides(voice()[0], voice(seed=4)[0])).astype(np.float32)
    assert restore(sound(samples), frozenset({"polarity"})).apply is None


def test_damage_at_the_very_ends_breaks_nothing():
    damaged = clicks(voice())
    damaged[:, [0, -1]] = 1.0
    damaged[:, 1:200] = 0
    result = restored(damaged)
    assert result.shape == damaged.shape and np.isfinite(result).all()


def test_repairs_by_name():
    assert find_repairs("hum, Clicks,") == {"hum", "clicks"}
    for names in ("hmu", "hum,hiss", "", " , "):
        with pytest.raises(ConfigError, match="polarity, dropouts, clipping, clicks, hum, echo"):
            find_repairs(names)
    with pytest.raises(ConfigError, match="hiss"):
        restore(sound(voice(1.0)), frozenset({"hiss"}))
