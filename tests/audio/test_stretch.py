import numpy as np
import pytest

from voicekit.audio.stretch import at_tempo

RATE = 24_000


@pytest.mark.parametrize("tempo", [0.9, 1.03, 1.1, 1.3])
def test_pitch_level_and_times_are_kept(tempo):
    t = np.arange(3 * RATE) / RATE
    tone = (0.5 * np.sin(2 * np.pi * 220 * t)).astype(np.float32)
    made = at_tempo(tone, RATE, tempo)
    assert len(made) == round(len(tone) / tempo)
    middle = made[RATE // 2 : -RATE // 2]
    peak = np.argmax(np.abs(np.fft.rfft(middle * np.hanning(len(middle))))) * RATE / len(middle)
    assert peak == pytest.approx(220, abs=1) and middle.std() == pytest.approx(tone.std(), rel=0.02)

    bursts = np.where((t % 0.5 > 0.2) & (t % 0.5 < 0.3), np.random.default_rng(0).normal(0, 0.3, len(t)), 0).astype(
        np.float32
    )
    loud = np.convolve(np.abs(at_tempo(bursts, RATE, tempo)), np.ones(720) / 720, "same") > 0.08
    starts = np.flatnonzero(np.diff(loud.astype(int)) == 1) / RATE * tempo
    assert starts == pytest.approx(0.2 + 0.5 * np.arange(6), abs=0.015)


@pytest.mark.parametrize("samples", [0, 1, 10, 500, 3000])
def test_sound_of_any_length(samples):
    made = at_tempo(np.ones(samples, np.float32), RATE, 1.1)
    assert len(made) == round(samples / 1.1) and np.isfinite(made).all()


def test_the_same_tempo_changes_nothing():
    noise = np.random.default_rng(0).normal(0, 0.1, RATE).astype(np.float32)
    assert at_tempo(noise, RATE, 1.0) is noise
