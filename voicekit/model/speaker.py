"""Who speaks: the figures a voice is normalised by, and an embedding of what they leave over.

Shapes: B voices, E embedding channels, R frames of reference.
"""

from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from voicekit.audio.features import N_MELS, Features
from voicekit.errors import DatasetError

#: Frames of a reference passage, about two seconds.
REFERENCE_FRAMES = 192


class Statistics(NamedTuple):
    """A voice's means and deviations: its long-term spectrum, pitch and level. The networks see and make normalised values.

    Attributes:
        mel_mean, mel_std: (B, N_MELS).
        log_f0_mean, log_f0_std, energy_mean, energy_std: (B,).
    """

    mel_mean: Tensor
    mel_std: Tensor
    log_f0_mean: Tensor
    log_f0_std: Tensor
    energy_mean: Tensor
    energy_std: Tensor

    @classmethod
    def unknown(cls) -> "Statistics":
        """Those of a voice that nothing was measured of, B = 1."""
        one = torch.ones(1)
        return cls(torch.full((1, N_MELS), -5.0), 2 * torch.ones(1, N_MELS), 5 * one, 0.25 * one, -5 * one, 2 * one)

    @classmethod
    def stack(cls, rows: list["Statistics"]) -> "Statistics":
        return cls(*(torch.cat(column) for column in zip(*rows, strict=True)))


def measure(features: list[Features]) -> Statistics:
    """The statistics of a voice, B = 1, from some of its utterances.

    Raises:
        DatasetError: none of them is voiced.
    """
    mel = np.concatenate([f.mel for f in features], axis=1)
    f0 = np.concatenate([f.f0[f.f0 > 0] for f in features])
    if len(f0) == 0:
        raise DatasetError("no voice was found in the recordings; are they of speech?")
    log_f0, energy = np.log(f0), mel.mean(0)
    values = (
        mel.mean(1), mel.std(1).clip(0.1), log_f0.mean(), max(log_f0.std(), 0.05), energy.mean(), max(energy.std(), 0.1)
    )  # fmt: skip
    return Statistics(*(torch.as_tensor(value, dtype=torch.float32)[None] for value in values))


class SpeakerEncoder(nn.Module):
    """A passage of someone's speech to an embedding: (B, N_MELS, R) log-mel to (B, E).

    Convolutions and the mean and deviation of what they find (Snyder et al. 2018, "X-vectors", much smaller). It is taught
    by nothing but the acoustic model's losses: what helps to speak like the passage.
    """

    def __init__(self, embedding_channels: int, channels: int = 192, layers: int = 3) -> None:
        super().__init__()
        self.layers = nn.ModuleList(
            nn.Conv1d(channels if layer else N_MELS, channels, 5, stride=1 + layer % 2, padding=2) for layer in range(layers)
        )
        self.out = nn.Linear(2 * channels, embedding_channels)

    def forward(self, mel: Tensor) -> Tensor:
        x = mel / 2.5 + 2
        for layer in self.layers:
            x = functional.gelu(layer(x))
        x = self.out(torch.cat((x.mean(2), x.std(2)), 1))
        return functional.layer_norm(x, x.shape[1:])
