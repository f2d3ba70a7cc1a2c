"""Beats of tracks whose beats are known, and cuts on them beside all cuts that there are."""

from itertools import accumulate, pairwise, product

import numpy as np
import pytest

from voicekit.core.errors import ConfigError, MediaError
from voicekit.film.assembly.beats import beats_of, on_beats, pulse_in
from voicekit.media.write import write_sound

RATE = 22_050


def track(times_s, strengths=None, kick=False, noise=0.0):
    """Clicks or kick drums, (1, samples)."""
    rng = np.random.default_rng(0)
    t = np.arange(int(0.05 * RATE)) / RATE
    hit = np.exp(-t * 120) * (np.sin(2 * np.pi * 1500 * t) + 0.5 * rng.normal(size=len(t)))
    if kick:
        hit = np.exp(-t * 40) * np.sin(2 * np.pi * 80 * t) + 0.2 * np.exp(-t * 400) * rng.normal(size=len(t))
    sound = noise * rng.normal(size=int((times_s[-1] + 1) * RATE))
    for time_s, strength in zip(times_s, strengths if strengths is not None else np.ones(len(times_s)), strict=True):
        at = round(time_s * RATE)
        sound[at : at + len(hit)] += 0.5 * strength * hit
    return sound.astype(np.float32)[None]


def beats_in(blocks):
    pulse = pulse_in(blocks)
    return pulse.times_s[pulse.is_played]


def distances(beats_s, truth_s):
    """Of each beat from the true one nearest to it; but at the very start, where sound begins."""
    return np.array([np.abs(np.asarray(truth_s) - beat).min() for beat in beats_s if beat > 0.1])


@pytest.mark.parametrize("kick", [False, True])
@pytest.mark.parametrize("tempo", [60, 84, 117, 128, 150, 174])
def test_steady_beats(tempo, kick):
    truth = np.arange(0.5, 20, 60 / tempo)
    beats = beats_in([track(truth, kick=kick, noise=0.005 if kick else 0.0)])
    assert distances(beats, truth).max() < 0.01
    assert len(beats) >= len(truth) // 2 - 1  # a pulse of half the speed is one too


def test_swing():
    beat = 60 / 110
    truth = np.arange(0.4, 20, beat)
    times = np.sort(np.concatenate([truth, truth + beat * 2 / 3]))
    on = np.abs(times[:, None] - truth[None]).min(axis=1) < 1e-6
    beats = beats_in([track(times, np.where(on, 1.0, 0.6))])
    assert distances(beats, truth).max() < 0.04
    assert len(beats) == pytest.approx(len(truth), abs=2)


def test_tempo_changes():
    slow = np.arange(0.5, 12, 60 / 100)
    sudden = np.concatenate([slow, slow[-1] + 60 / 132 * np.arange(1, 27)])
    rising = list(accumulate(range(60), lambda time_s, _: time_s + 60 / (90 + time_s), initial=0.5))
    for truth in (sudden, np.array(rising)):
        beats = beats_in([track(truth)])
        assert distances(beats, truth).max() < 0.04
        assert len(beats) == pytest.approx(len(truth), abs=2)


def test_pauses():
    """The pulse goes on, but no cut is to lie where nothing is played."""
    every = np.arange(0.5, 24, 0.5)
    played = every[(every % 4 < 2.9) | (every > 16)]
    pulse = pulse_in([track(played, noise=1e-4)])
    assert distances(pulse.times_s[pulse.is_played], played).max() < 0.01
    assert distances(pulse.times_s, every).max() < 0.05
    assert len(pulse.times_s) > len(played) + 3 and pulse.is_played.sum() == pytest.approx(len(played), abs=1)


def test_blocks_make_no_difference():
    sound = track(np.arange(0.5, 10, 0.5))
    pieces = np.split(sound, [1, 777, 50_000, 50_001], axis=1)
    assert beats_in(pieces) == pytest.approx(beats_in([sound]))


@pytest.mark.parametrize("kind", ["silence", "noise", "tone", "short"])
def test_where_there_is_no_pulse(kind):
    t = np.arange(15 * RATE) / RATE
    sound = {
        "silence": 0 * t,
        "noise": 0.1 * np.random.default_rng(0).normal(size=len(t)),
        "tone": 0.2 * np.sin(2 * np.pi * 220 * t),
        "short": track([0.1])[0, : RATE // 2],
    }[kind]
    assert len(beats_in([sound.astype(np.float32)[None]])) == 0


def test_of_a_file(tmp_path):
    truth = np.arange(0.5, 10, 0.5)
    write_sound(tmp_path / "click.wav", [track(truth)], RATE)
    assert distances(beats_of(tmp_path / "click.wav"), truth).max() < 0.01
    (tmp_path / "text.wav").write_text("no sound")
    with pytest.raises(MediaError, match=r"text\.wav"):
        beats_of(tmp_path / "text.wav")


def cost(lengths, wanted, beats):
    """(cuts off the beat, sum of squared changes)."""
    cuts = list(accumulate(lengths))[:-1]
    off = sum(np.abs(np.asarray(beats) - cut).min(initial=np.inf) > 1e-6 for cut in cuts)
    return off, sum(((length - one) / one) ** 2 for length, one in zip(lengths, wanted, strict=True))


def best(wanted, least, beats, tolerance):
    """The least cost, by trying every beat, or the length as it is, for every cut."""
    found = (99, 0.0)
    for choice in product([None, *beats], repeat=len(wanted) - 1):
        lengths, now = [], 0.0
        for beat, one, need in zip(choice, wanted, least, strict=False):
            lengths.append(max(one, need) if beat is None else beat - now)
            now += lengths[-1]
        lengths.append(max(wanted[-1], least[-1]))
        allowed = all(
            beat is None
            or (max(one * (1 - tolerance), need) <= length + 1e-9 and length <= max(one, need) * (1 + tolerance))
            for beat, length, one, need in zip(choice, lengths, wanted, least, strict=False)
        )
        if allowed:
            found = min(found, cost(lengths, wanted, beats))
    return found


@pytest.mark.parametrize("seed", range(40))
def test_cuts_are_the_best_there_are(seed):
    rng = np.random.default_rng(seed)
    wanted = rng.uniform(1, 4, rng.integers(2, 5)).tolist()
    least = (np.array(wanted) * rng.uniform(0.5, 1.15, len(wanted))).tolist()
    # Some music has no beats for a while.
    beats = [beat for beat in np.arange(rng.uniform(0, 0.5), 16, rng.uniform(0.25, 1.2)) if rng.random() < 0.8]
    made = on_beats(wanted, beats, least, 0.2)
    assert all(length >= need - 1e-9 for length, need in zip(made, least, strict=True))
    assert cost(made, wanted, beats) == pytest.approx(best(wanted, least, beats, 0.2))


def test_many_clips_all_lie_on_beats():
    rng = np.random.default_rng(1)
    beats = np.arange(0.3, 700, 0.5)
    wanted = rng.uniform(3, 10, 60)
    least = wanted * 0.9
    made = np.array(on_beats(wanted, beats, least))
    cuts = np.cumsum(made)[:-1]
    assert np.abs(cuts[:, None] - beats[None]).min(axis=1).max() < 1e-6
    assert (made >= least - 1e-9).all() and np.abs(made / wanted - 1).max() <= 0.25
    # None is far from what was wanted, though errors could add up.
    assert np.abs(made - wanted).max() <= 0.5


def test_what_is_needed_goes_before_the_beat():
    assert on_beats([2.0, 2.0], [1.9, 3.5], [3.0, 1.0]) == [3.5, 2.0]
    assert on_beats([2.0, 2.0], [], [3.0, 1.0]) == [3.0, 2.0]
    assert on_beats([], [1.0]) == []
    assert on_beats([2.0], [1.9]) == [2.0]


def test_without_beats_nothing_changes():
    wanted = [2.5, 3.5, 1.5]
    assert on_beats(wanted, []) == pytest.approx(wanted)
    later = on_beats([*wanted, 5.0], [7.8])  # the one beat there is
    assert list(accumulate(later))[2] == pytest.approx(7.8)


def test_bad_lengths():
    with pytest.raises(ConfigError, match="2 clips, but 1"):
        on_beats([1.0, 2.0], [], [1.0])
    with pytest.raises(ConfigError, match="longer than 0"):
        on_beats([1.0, 0.0], [])


def test_pairs_of_cuts_share_the_change():
    """Found together: the first goes to the farther beat, because the second then need not change much."""
    made = on_beats([2.0, 2.0, 2.0], [1.85, 2.2, 4.2], tolerance=0.2)
    assert [b - a for a, b in pairwise([0.0, *accumulate(made)])] == pytest.approx(made)
    assert made[:2] == pytest.approx([2.2, 2.0])
