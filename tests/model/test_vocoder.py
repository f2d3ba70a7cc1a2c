import math

import pytest
import torch

from voicekit.audio.features import HOP_LENGTH, N_MELS, SAMPLE_RATE
from voicekit.model.sizes import VocoderConfig
from voicekit.model.vocoder import Vocoder, pulse_train


def test_pulses_come_at_f0_with_unit_power():
    f0 = torch.full((1, 94), 150.0)
    pulses = pulse_train(f0)[0]
    assert pulses.shape == (94 * HOP_LENGTH,)
    assert pulses.square().mean().item() == pytest.approx(1, abs=0.05)
    spectrum = torch.fft.rfft(pulses[:SAMPLE_RATE]).abs()  # 1 Hz a bin
    assert spectrum[1:].argmax().item() % 150 == 149  # a harmonic
    off = spectrum[75 : SAMPLE_RATE // 2 : 150].mean()
    on = spectrum[150 : SAMPLE_RATE // 2 : 150].mean()
    assert 20 * math.log10(on / off) > 40


def test_the_sum_of_harmonics_is_closed_rightly():
    """Against the plain sum of cosines."""
    f0 = torch.full((1, 8), 1000.0)
    phase = 2 * math.pi * torch.cumsum(torch.full((8 * HOP_LENGTH,), 1000 / SAMPLE_RATE, dtype=torch.double), 0)
    plain = sum(torch.cos(k * phase) for k in range(1, 13)) * math.sqrt(2 / 12)
    assert torch.allclose(pulse_train(f0)[0].double(), plain, atol=1e-3)


def test_the_pitch_is_held_where_none_was_found():
    gap = torch.full((1, 60), 150.0)
    gap[:, 20:40] = 0
    assert torch.equal(pulse_train(gap), pulse_train(torch.full((1, 60), 150.0)))
    assert pulse_train(torch.zeros(1, 20)).isfinite().all()


def test_the_harmonic_filter_has_two_sides():
    """One coefficient at time +1 delays a pulse's energy, the same at −1 brings it forward."""
    vocoder = Vocoder(VocoderConfig(channels=16, layers=1)).eval()
    f0 = torch.full((1, 40), 100.0)
    causal, opening = torch.zeros(1, 160, 40), torch.zeros(1, 32, 40)
    causal[:, 1] = 0.9
    late = vocoder._harmonic(causal, torch.zeros(1, 32, 40), f0)
    opening[:, 0] = 0.9
    early = vocoder._harmonic(torch.zeros(1, 160, 40), opening, f0)
    middle = slice(10 * HOP_LENGTH, 30 * HOP_LENGTH)
    pulse = pulse_train(f0)[0, middle].argmax()
    late, early = late[0, middle], early[0, middle]
    assert late[pulse + 1] > 3 * late[pulse - 1].abs()
    assert early[pulse - 1] > 3 * early[pulse + 1].abs()


def test_as_many_samples_as_frames_ask_for_and_the_noise_that_is_given():
    torch.manual_seed(0)
    vocoder = Vocoder(VocoderConfig(channels=16, layers=1)).eval()
    mel, f0 = torch.full((2, N_MELS, 30), -4.0), torch.full((2, 30), 120.0)
    noise, another = torch.randn(2, 2, 30 * HOP_LENGTH)
    with torch.inference_mode():
        first, second, other = vocoder(mel, f0, noise), vocoder(mel, f0, noise), vocoder(mel, f0, another)
    assert first.shape == (2, 30 * HOP_LENGTH)
    assert torch.equal(first, second)
    assert not torch.equal(first, other)


@pytest.mark.slow
def test_it_learns_one_vowel():
    """A few steps bring the made spectrum close to the real one."""
    from conftest import buzz

    from voicekit.audio.features import extract
    from voicekit.training.losses import stft_loss

    torch.manual_seed(0)
    waveform = buzz(1.0)[: 90 * HOP_LENGTH]
    features = extract(waveform)
    mel, f0 = torch.from_numpy(features.mel[None, :, :90]), torch.from_numpy(features.f0[None, :90])
    real = torch.from_numpy(waveform[None])
    vocoder = Vocoder(VocoderConfig(channels=32, layers=2))
    optimizer = torch.optim.Adam(vocoder.parameters(), lr=3e-3)
    losses = []
    for _ in range(60):
        loss = stft_loss(vocoder(mel, f0), real)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < 0.5 * losses[0]
