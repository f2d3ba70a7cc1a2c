import math

import numpy as np
import pytest
import scipy.special
import torch
from conftest import buzz

from voicekit.audio.features import HOP_LENGTH, N_FFT, N_MELS, log_mel
from voicekit.model.sizes import VocosConfig
from voicekit.model.vocos import Vocos

TINY = VocosConfig(channels=16, hidden_channels=24, layers=2)


def tiny_vocos(seed: int = 0) -> Vocos:
    """Of random weights, none of them at the value it is born with."""
    torch.manual_seed(seed)
    vocos = Vocos(TINY).eval()
    with torch.no_grad():
        for parameter in vocos.parameters():
            parameter.add_(0.1 * torch.randn_like(parameter))
    return vocos


def by_hand(weights: dict[str, np.ndarray], mel: np.ndarray) -> np.ndarray:
    """Siuzdak 2023, section 3, in plain NumPy: the STFT (bins, T) of a log-mel (N_MELS, T)."""

    def norm(x, name):
        x = (x - x.mean(0)) / np.sqrt(x.var(0) + 1e-6)
        return x * weights[f"{name}.weight"][:, None] + weights[f"{name}.bias"][:, None]

    def dense(x, name):
        return weights[f"{name}.weight"] @ x + weights[f"{name}.bias"][:, None]

    def convolution(x, name):
        kernel, bias = weights[f"{name}.weight"], weights[f"{name}.bias"]  # (out, in or 1, 7)
        columns = np.stack([np.pad(x, ((0, 0), (3, 3)))[:, k : k + x.shape[1]] for k in range(7)])  # (7, in, T)
        y = np.einsum("oik,kit->ot" if kernel.shape[1] > 1 else "oik,kot->ot", kernel, columns)
        return y + bias[:, None]

    x = norm(convolution(mel, "backbone.embed"), "backbone.norm")
    for layer in range(TINY.layers):
        block = f"backbone.convnext.{layer}"
        h = dense(norm(convolution(x, f"{block}.dwconv"), f"{block}.norm"), f"{block}.pwconv1")
        h = h * 0.5 * (1 + scipy.special.erf(h / math.sqrt(2)))
        x = x + weights[f"{block}.gamma"][:, None] * dense(h, f"{block}.pwconv2")
    x = dense(norm(x, "backbone.final_layer_norm"), "head.out")
    return np.exp(x[: N_FFT // 2 + 1]) * np.exp(1j * x[N_FFT // 2 + 1 :])


def test_it_is_the_network_of_the_paper():
    vocos, mel = tiny_vocos(), torch.from_numpy(log_mel(buzz(0.3)))
    weights = {name: t.double().numpy() for name, t in vocos.state_dict().items()}
    with torch.inference_mode():
        spectrum = vocos.spectrum(mel[None])[0].numpy()
    assert np.abs(spectrum - by_hand(weights, mel.double().numpy())).max() < 1e-4


def test_frames_lie_where_the_features_have_them(monkeypatch):
    """With the recording's own spectrum in place of the network's, the recording comes out, to its last sample."""
    waveform = torch.from_numpy(buzz(0.5))[None]
    frames = waveform.shape[1] // HOP_LENGTH
    waveform = waveform[:, : frames * HOP_LENGTH]
    mel = torch.from_numpy(log_mel(waveform[0].numpy())[None, :, :frames])
    vocos = tiny_vocos()
    monkeypatch.setattr(
        vocos, "spectrum",
        lambda mel: torch.stft(waveform, N_FFT, HOP_LENGTH, window=vocos.window, return_complex=True)[:, :, : mel.shape[2]],
    )  # fmt: skip
    made = vocos(mel, torch.zeros(1, frames))
    assert made.shape == waveform.shape == (1, frames * HOP_LENGTH)
    assert torch.allclose(made, waveform, atol=1e-5)


def test_a_click_stays_at_its_sample(monkeypatch):
    frames, at = 30, 12
    spectrum = torch.zeros(1, N_FFT // 2 + 1, frames, dtype=torch.complex64)
    spectrum[:, :, at] = torch.exp(1j * math.pi * torch.arange(N_FFT // 2 + 1))  # an impulse at the window's centre
    vocos = tiny_vocos()
    monkeypatch.setattr(vocos, "spectrum", lambda mel: spectrum)
    assert vocos(torch.zeros(1, N_MELS, frames)).abs().argmax().item() == at * HOP_LENGTH


@pytest.mark.parametrize("frames", [1, 2, 3, 30])
def test_as_many_samples_as_frames_ask_for(frames):
    with torch.inference_mode():
        made = tiny_vocos()(torch.full((2, N_MELS, frames), -4.0), torch.zeros(2, frames))
    assert made.shape == (2, frames * HOP_LENGTH)
    assert made.isfinite().all()


def test_loud_mels_stay_finite():
    with torch.inference_mode():
        assert tiny_vocos()(torch.full((1, N_MELS, 8), 1e4)).isfinite().all()


def test_it_learns():
    """A few steps, from new weights, bring the made spectrum closer to the real one."""
    from voicekit.training.losses import stft_loss

    torch.manual_seed(0)
    waveform = buzz(0.8)[: 64 * HOP_LENGTH]
    mel, real = torch.from_numpy(log_mel(waveform)[None, :, :64]), torch.from_numpy(waveform[None])
    vocos = Vocos(TINY)
    optimizer = torch.optim.Adam(vocos.parameters(), lr=1e-2)
    losses = []
    for _ in range(80):
        loss = stft_loss(vocos(mel), real)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert all(parameter.grad.isfinite().all() for parameter in vocos.parameters())
    assert losses[-1] < 0.5 * losses[0]
