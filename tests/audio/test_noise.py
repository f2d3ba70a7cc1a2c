"""How loud speech and noise are, and by how much the noise comes down."""

import numpy as np
import pytest

from voicekit.audio.denoise.noise import Reduction, denoised, levels, listen
from voicekit.media.sound import Sound


def test_levels_of_speech_and_noise():
    """A voice at −20 dB for three quarters of the time, noise at −50 dB all of the time, all of it taken."""
    spoken = np.repeat([1e-2, 1e-9], [75, 25])
    found = levels(spoken + 1e-5, spoken, np.full(100, 1e-5))
    assert found.speech_db == pytest.approx(-20, abs=0.1)
    assert found.noise_db == pytest.approx(-50, abs=0.1)


def test_noise_between_the_words_counts_where_nobody_pauses():
    spoken = np.full(100, 1e-2)
    assert levels(spoken + 1e-4, spoken, np.full(100, 1e-4)).noise_db == pytest.approx(-43, abs=0.1)


def test_nothing_spoken():
    nothing = np.full(100, 1e-12)
    assert levels(nothing, nothing, nothing) is None
    assert levels(np.zeros(0), np.zeros(0), np.zeros(0)) is None


def test_a_knock_in_a_pause_is_not_the_noise():
    """It was taken, and so it counts by what it adds to the whole; the other pauses say how quiet the room is."""
    spoken = np.repeat([1e-2, 1e-9], [70, 30])
    heard = spoken + 1e-6
    heard[80:82] = 1e-4
    assert levels(heard, spoken, heard - spoken).noise_db == pytest.approx(-58, abs=1)


@pytest.mark.parametrize(("snr_db", "wanted_db"), [(40, 0), (26, 0), (20, 15), (-40, 30)])
def test_the_noise_comes_down_the_more_the_nearer_it_is(snr_db, wanted_db):
    assert Reduction(clean_snr_db=26, slope=2.5, max_db=30).wanted_db(snr_db) == wanted_db


def halves(blocks, sample_rate):
    """A network that takes a half of all it hears for speech."""
    for block in blocks:
        yield block, block / 2


def as_sound(waveform: np.ndarray) -> Sound:
    return Sound(1000, len(waveform), waveform.shape[1] / 1000, lambda: iter([waveform]))


def test_what_is_asked_for_is_done_whatever_there_is():
    waveform = np.ones((2, 5000), np.float32)
    treatment = denoised(as_sound(waveform), halves, Reduction(26, 2.5, 20), 20.0)
    assert treatment.said == ("noise, and any music in it, lowered by 20 dB",)
    np.testing.assert_allclose(np.concatenate(list(treatment.apply([waveform])), 1), 0.55, atol=1e-6)


def test_nothing_is_asked_for():
    treatment = denoised(as_sound(np.ones((1, 5000), np.float32)), halves, Reduction(26, 2.5, 20), 0.0)
    assert treatment.apply is None and "left as it is" in treatment.said[0]


def test_no_more_of_a_long_recording_is_listened_to_than_tells():
    heard_s = []

    def network(blocks, sample_rate):
        for block in blocks:
            heard_s.append(block.shape[1] / sample_rate)
            yield block, block

    hour = Sound(100, 1, 3600.0, lambda: (np.full((1, 1000), 0.1, np.float32) for _ in range(360)))
    assert listen(hour, network).speech_db == pytest.approx(-20, abs=0.1)
    assert sum(heard_s) == 120
