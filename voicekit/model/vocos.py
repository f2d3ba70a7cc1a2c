"""Vocos (Siuzdak 2023): a mel spectrogram to the waveform's own spectrum, frame by frame, and that to the waveform.

    mel → embedding → ConvNeXt blocks → log-magnitude and phase → inverse STFT → waveform

The mel frames of the public `vocos-mel-24khz` are ours (see audio.features), so that a vocoder others trained on thousands
of voices can speak what our acoustic model makes. Its own mels are floored at 1e-7, ours at 1e-5: only silence differs.

Shapes: B segments, T frames, S = T · HOP_LENGTH samples.
"""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

from voicekit.audio.features import HOP_LENGTH, N_FFT, N_MELS
from voicekit.model.sizes import MAX_MAGNITUDE, VocosConfig


class Vocos(nn.Module):
    """(B, N_MELS, T) log-mel to (B, S) waveform, with what `Vocoder` is asked for: pitch and noise it has from the mel.

    Modules and weights are called as in the public checkpoints.
    """

    window: Tensor

    def __init__(self, config: VocosConfig | None = None) -> None:
        super().__init__()
        config = config or VocosConfig()
        self.config = config
        self.backbone = Backbone(config)
        self.head = nn.ModuleDict({"out": nn.Linear(config.channels, N_FFT + 2)})
        for module in self.modules():
            if isinstance(module, nn.Conv1d | nn.Linear):
                nn.init.trunc_normal_(module.weight, std=0.02)
                if module.bias is not None:
                    nn.init.zeros_(module.bias)
        # On the CPU even where the weights are still to come (checkpoint.with_weights): it does not come with them.
        self.register_buffer("window", torch.hann_window(N_FFT, device="cpu"), persistent=False)

    def forward(self, mel: Tensor, f0: Tensor | None = None, noise: Tensor | None = None) -> Tensor:
        return torch.istft(
            self.spectrum(mel),
            N_FFT,
            HOP_LENGTH,
            window=self.window,
            center=True,
            length=mel.shape[2] * HOP_LENGTH,
        )

    def spectrum(self, mel: Tensor) -> Tensor:
        """(B, N_MELS, T) to the complex STFT (B, bins, T); frame n is centred on sample n · HOP_LENGTH."""
        # float(): spectra need it where the network runs in half precision.
        x = self.head["out"](self.backbone(mel)).float()  # (B, T, 2 · bins)
        log_magnitude, phase = x.transpose(1, 2).chunk(2, 1)
        return torch.polar(log_magnitude.clamp(max=math.log(MAX_MAGNITUDE)).exp(), phase)


class Backbone(nn.Module):
    """(B, N_MELS, T) to (B, T, channels)."""

    def __init__(self, config: VocosConfig) -> None:
        super().__init__()
        self.embed = nn.Conv1d(N_MELS, config.channels, 7, padding=3)
        self.norm = nn.LayerNorm(config.channels, eps=1e-6)
        self.convnext = nn.ModuleList(ConvNeXtBlock(config) for _ in range(config.layers))
        self.final_layer_norm = nn.LayerNorm(config.channels, eps=1e-6)

    def forward(self, mel: Tensor) -> Tensor:
        x = self.norm(self.embed(mel).transpose(1, 2))
        for block in self.convnext:
            x = block(x)
        return self.final_layer_norm(x)


class ConvNeXtBlock(nn.Module):
    """Depthwise convolution over time, two dense layers over channels (Liu et al. 2022); (B, T, C) to the same."""

    def __init__(self, config: VocosConfig) -> None:
        super().__init__()
        self.dwconv = nn.Conv1d(config.channels, config.channels, 7, padding=3, groups=config.channels)
        self.norm = nn.LayerNorm(config.channels, eps=1e-6)
        self.pwconv1 = nn.Linear(config.channels, config.hidden_channels)
        self.pwconv2 = nn.Linear(config.hidden_channels, config.channels)
        # A block begins as a small correction, so that deep stacks train.
        self.gamma = nn.Parameter(torch.full((config.channels,), 1 / config.layers))

    def forward(self, x: Tensor) -> Tensor:
        h = self.dwconv(x.transpose(1, 2)).transpose(1, 2)
        h = self.pwconv2(functional.gelu(self.pwconv1(self.norm(h))))
        return x + self.gamma * h
