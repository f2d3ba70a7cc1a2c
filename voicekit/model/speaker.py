"""Who speaks: the figures that normalise a voice, and an embedding of everything else about it.

Shapes: B voices, E embedding channels, R frames of reference.
"""

from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from voicekit.audio.features import N_MELS, SAMPLE_RATE, Features
from voicekit.core.errors import DatasetError

#: Of the N_MELS bands, which reach up to 12 kHz, these lie below 8 kHz.
HEARD_BANDS = 84
MEL_TOP = 2595 * np.log10(1 + SAMPLE_RATE / 2 / 700)

#: The frames of a reference passage: about two seconds.
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
        mel_mean, mel_std = torch.full((1, N_MELS), -5.0), torch.full((1, N_MELS), 2.0)
        return cls(mel_mean, mel_std, *(torch.full((1,), value) for value in (5.0, 0.25, -5.0, 2.0)))

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
    """A passage of someone's speech to an embedding: (B, N_MELS, R) log-mel to (B, E), of length √E.

    Convolutions, and the mean and deviation of what they find (Snyder et al. 2018, "X-vectors", much smaller), taught by
    `speaker_loss` alone. It listens below 8 kHz, where every recording has something, and not to how loud it is.
    """

    def __init__(self, embedding_channels: int, channels: int = 192, layers: int = 4) -> None:
        super().__init__()
        self.layers = nn.ModuleList(
            nn.Conv1d(channels if layer else HEARD_BANDS, channels, 5, stride=1 + layer % 2, padding=2)
            for layer in range(layers)
        )
        self.out = nn.Linear(2 * channels, embedding_channels)
        self.scale = nn.Parameter(torch.tensor(10.0))  # of the loss's cosines

    def forward(self, mel: Tensor) -> Tensor:
        x = mel[:, :HEARD_BANDS]
        x = (x - x.mean((1, 2), keepdim=True)) / 2
        for layer in self.layers:
            x = functional.gelu(layer(x))
        x = self.out(torch.cat((x.mean(2), (x.var(2) + 1e-4).sqrt()), 1))
        return functional.normalize(x, dim=1) * x.shape[1] ** 0.5


def speaker_loss(encoder: SpeakerEncoder, passages: Tensor) -> tuple[Tensor, Tensor]:
    """How well passages (speakers, utterances, N_MELS, R) are told apart: the loss, and the share of right guesses.

    Each passage is to be nearer to the mean of its speaker's others than to any other speaker's (Wan et al. 2018, "GE2E").
    """
    speakers, said = passages.shape[:2]
    e = functional.normalize(encoder(passages.flatten(0, 1)), dim=1).view(speakers, said, -1)
    centroids = functional.normalize(e.sum(1), dim=1)  # (speakers, E)
    others = functional.normalize(e.sum(1, keepdim=True) - e, dim=2)  # without the passage itself
    cosines = torch.einsum("sue,ke->suk", e, centroids)
    own = torch.eye(speakers, device=e.device, dtype=torch.bool)[:, None].expand_as(cosines)
    cosines = torch.where(own, (e * others).sum(2, keepdim=True), cosines)
    target = torch.arange(speakers, device=e.device).repeat_interleave(said)
    logits = (cosines * encoder.scale.clamp(min=1)).flatten(0, 1)
    return functional.cross_entropy(logits, target), (logits.argmax(1) == target).float().mean()


def vtlp(mel: np.ndarray, warp: float, rng: np.random.Generator) -> np.ndarray:
    """A passage (N_MELS, R) as someone with a throat so much shorter (> 1) would have said it, through another microphone.

    The spectrum is stretched along the frequencies (Jaitly & Hinton 2013) and slowly tilted and bent by some decibels.
    """
    hz = 700 * (10 ** (np.linspace(0, MEL_TOP, N_MELS + 2)[1:-1] / 2595) - 1)
    at = np.interp(hz / warp, hz, np.arange(N_MELS))
    low = at.astype(int).clip(max=N_MELS - 2)
    part = (at - low)[:, None]
    mel = mel[low] * (1 - part) + mel[low + 1] * part
    bends = np.cos(np.pi * np.arange(1, 5)[:, None] * np.arange(N_MELS) / N_MELS) * rng.normal(0, 0.25, (4, 1))
    return (mel + bends.sum(0)[:, None]).astype(np.float32)
