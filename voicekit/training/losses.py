"""What training asks of a spectrogram: distances, and discriminators that tell made from real.

Means and sums are over the rows of all devices.
"""

from itertools import pairwise
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.utils.parametrizations import weight_norm

from voicekit.audio.features import LOG_FLOOR, mel_magnitude
from voicekit.training.devices import mean, total

#: Windows of the multi-resolution STFT loss (Yamamoto et al. 2020), in samples.
RESOLUTIONS = (2048, 1024, 512, 256)


def magnitude(waveform: Tensor, n_fft: int, hop_length: int) -> Tensor:
    """(B, S) to the STFT's magnitudes (B, bins, frames)."""
    window = torch.hann_window(n_fft, device=waveform.device)
    spectrum = torch.stft(waveform, n_fft, hop_length, window=window, return_complex=True, pad_mode="constant")
    # The square root has no gradient at 0.
    return (spectrum.real.square() + spectrum.imag.square() + 1e-9).sqrt()


def stft_loss(made: Tensor, real: Tensor) -> Tensor:
    """Distance of two waveforms (B, S) in linear and logarithmic magnitude, mean over RESOLUTIONS."""
    summed = made.new_zeros(())
    for n_fft in RESOLUTIONS:
        a, b = (magnitude(waveform, n_fft, n_fft // 4) for waveform in (made, real))
        linear = _norm(a - b) / _norm(b).clamp(min=1e-3)
        log = mean(functional.l1_loss(a.clamp(min=1e-3).log(), b.clamp(min=1e-3).log(), reduction="none"))
        summed = summed + linear + log
    return summed / len(RESOLUTIONS)


def mel_loss(made: Tensor, real: Tensor) -> Tensor:
    """Mean distance of the log-mels of two waveforms (B, S), in nepers: the vocoder is to sound what it was given."""
    a, b = (mel_magnitude(waveform).clamp(min=LOG_FLOOR).log() for waveform in (made, real))
    return mean(functional.l1_loss(a, b, reduction="none"))


def _norm(values: Tensor) -> Tensor:
    return total(values.square().sum()).clamp(min=1e-12).sqrt()  # the square root has no gradient at 0


def masked_mean(values: Tensor, mask: Tensor) -> Tensor:
    """Mean of `values` where `mask`, of a shape that it broadcasts to, is 1."""
    mask = mask.expand_as(values)
    return mean(values * mask, mask.sum())


class DiscriminatorOutput(NamedTuple):
    """What a discriminator says of a batch.

    Attributes:
        scores: a tensor of any shape each; 1 for real, 0 for made.
        maps: its inner layers, in which made and real are compared as well.
    """

    scores: list[Tensor]
    maps: list[Tensor]


class SpectrogramDiscriminator(nn.Module):
    """Judges small patches of a spectrogram (B, bins, frames): strided 2-D convolutions, a score a patch.

    Patches, not whole sentences, because over-smoothing and buzz are local (Isola et al. 2017).
    """

    def __init__(self, channels: int = 32, layers: int = 4, kernel: tuple[int, int] = (5, 3)) -> None:
        super().__init__()
        padding = (kernel[0] // 2, kernel[1] // 2)
        self.layers = nn.ModuleList(
            weight_norm(nn.Conv2d(channels if layer else 1, channels, kernel, (2, 1 + layer % 2), padding))
            for layer in range(layers)
        )
        self.out = weight_norm(nn.Conv2d(channels, 1, 3, padding=1))

    def forward(self, spectrogram: Tensor) -> DiscriminatorOutput:
        x, maps = spectrogram.unsqueeze(1), []
        for layer in self.layers:
            x = functional.leaky_relu(layer(x), 0.1)
            maps.append(x)
        return DiscriminatorOutput([self.out(x)], maps)


class PeriodDiscriminator(nn.Module):
    """Judges every period-th sample of a waveform (B, S) by themselves (Kong et al. 2020): what a spectrogram cannot show,
    the shape of the pulses. Its layers are not compared, because made pulses do not fall where the real ones did.
    """

    def __init__(self, period: int, channels: tuple[int, ...] = (16, 32, 64)) -> None:
        super().__init__()
        self.period = period
        sizes = (1, *channels)
        self.layers = nn.ModuleList(weight_norm(nn.Conv1d(before, after, 5, 3, 2)) for before, after in pairwise(sizes))
        self.out = weight_norm(nn.Conv1d(sizes[-1], 1, 3, padding=1))

    def forward(self, waveform: Tensor) -> DiscriminatorOutput:
        length = waveform.shape[1] // self.period
        x = waveform[:, : length * self.period].reshape(-1, length, self.period)
        x = x.transpose(1, 2).reshape(-1, 1, length)  # (B · period, 1, length)
        for layer in self.layers:
            x = functional.leaky_relu(layer(x), 0.1)
        return DiscriminatorOutput([self.out(x)], [])


class WaveformDiscriminator(nn.Module):
    """A SpectrogramDiscriminator for each of several STFTs of a waveform (B, S) (Jang et al. 2021), and period ones."""

    def __init__(
        self,
        channels: int = 16,
        resolutions: tuple[int, ...] = (2048, 1024, 512),
        periods: tuple[int, ...] = (2, 5, 11),
    ) -> None:
        super().__init__()
        self.resolutions = resolutions
        self.spectrograms = nn.ModuleList(SpectrogramDiscriminator(channels, kernel=(9, 3)) for _ in resolutions)
        self.periods = nn.ModuleList(PeriodDiscriminator(period) for period in periods)

    def forward(self, waveform: Tensor) -> DiscriminatorOutput:
        judged = [period(waveform) for period in self.periods]
        for n_fft, discriminator in zip(self.resolutions, self.spectrograms, strict=True):
            # Compressed as loudness is: else the discriminator hears only the loudest harmonics. Half a window apart,
            # where the losses take a quarter: judging costs more than all the rest.
            judged.append(discriminator(magnitude(waveform, n_fft, n_fft // 2).pow(0.3)))
        return DiscriminatorOutput([s for j in judged for s in j.scores], [m for j in judged for m in j.maps])


def discriminator_loss(real: DiscriminatorOutput, made: DiscriminatorOutput) -> Tensor:
    """Least squares (Mao et al. 2017): the scores of real patches to 1, of made ones to 0."""
    scores = zip(real.scores, made.scores, strict=True)
    return torch.stack([mean((1 - r).square()) + mean(m.square()) for r, m in scores]).mean()


def adversarial_loss(made: DiscriminatorOutput) -> Tensor:
    return torch.stack([mean((1 - score).square()) for score in made.scores]).mean()


def feature_loss(real: DiscriminatorOutput, made: DiscriminatorOutput) -> Tensor:
    """Mean distance of the discriminator's feature maps, relative to their size (Larsen et al. 2016)."""
    pairs = [(r.detach(), m) for r, m in zip(real.maps, made.maps, strict=True)]
    return torch.stack(
        [mean(functional.l1_loss(m, r, reduction="none")) / mean(r.abs()).clamp(min=1e-3) for r, m in pairs]
    ).mean()
