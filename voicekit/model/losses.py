"""What training asks of a spectrogram: distances, and discriminators that tell made from real."""

import torch
from torch import Tensor, nn
from torch.nn import functional

#: Windows of the multi-resolution STFT loss (Yamamoto et al. 2020), in samples.
RESOLUTIONS = (2048, 1024, 512, 256)


def magnitude(waveform: Tensor, n_fft: int) -> Tensor:
    """(B, S) to the STFT's magnitudes (B, bins, frames), a quarter window apart."""
    window = torch.hann_window(n_fft, device=waveform.device)
    spectrum = torch.stft(waveform, n_fft, n_fft // 4, window=window, return_complex=True, pad_mode="constant")
    # The square root has no gradient at 0.
    return (spectrum.real.square() + spectrum.imag.square() + 1e-9).sqrt()


def stft_loss(made: Tensor, real: Tensor) -> Tensor:
    """Distance of two waveforms (B, S) in linear and logarithmic magnitude, mean over RESOLUTIONS."""
    total = made.new_zeros(())
    for n_fft in RESOLUTIONS:
        a, b = magnitude(made, n_fft), magnitude(real, n_fft)
        linear = torch.linalg.norm(a - b) / torch.linalg.norm(b).clamp(min=1e-3)
        log = functional.l1_loss(a.clamp(min=1e-3).log(), b.clamp(min=1e-3).log())
        total = total + linear + log
    return total / len(RESOLUTIONS)


def masked_mean(values: Tensor, mask: Tensor) -> Tensor:
    """Mean of `values` where `mask`, of a shape that it broadcasts to, is 1."""
    mask = mask.expand_as(values)
    return (values * mask).sum() / mask.sum().clamp(min=1)


class SpectrogramDiscriminator(nn.Module):
    """Judges small patches of a spectrogram (B, bins, frames): strided 2-D convolutions, a score a patch.

    Patches, not whole sentences, because over-smoothing and buzz are local (Isola et al. 2017).
    """

    def __init__(self, channels: int = 32, layers: int = 4, kernel: tuple[int, int] = (5, 3)) -> None:
        super().__init__()
        padding = (kernel[0] // 2, kernel[1] // 2)
        norm = nn.utils.parametrizations.weight_norm
        self.layers = nn.ModuleList(
            norm(nn.Conv2d(channels if layer else 1, channels, kernel, (2, 1 + layer % 2), padding))
            for layer in range(layers)
        )
        self.out = norm(nn.Conv2d(channels, 1, 3, padding=1))

    def forward(self, spectrogram: Tensor) -> list[Tensor]:
        """The feature maps of all layers; the last is the score."""
        x, maps = spectrogram.unsqueeze(1), []
        for layer in self.layers:
            x = functional.leaky_relu(layer(x), 0.1)
            maps.append(x)
        return [*maps, self.out(x)]


class MultiResolutionDiscriminator(nn.Module):
    """A SpectrogramDiscriminator for each of several STFTs of a waveform (B, S) (Jang et al. 2021)."""

    def __init__(self, channels: int = 16, resolutions: tuple[int, ...] = (2048, 1024, 512)) -> None:
        super().__init__()
        self.resolutions = resolutions
        self.discriminators = nn.ModuleList(SpectrogramDiscriminator(channels, kernel=(9, 3)) for _ in resolutions)

    def forward(self, waveform: Tensor) -> list[Tensor]:
        maps = []
        for n_fft, discriminator in zip(self.resolutions, self.discriminators, strict=True):
            # Compressed as loudness is: else the discriminator hears only the loudest harmonics.
            maps += discriminator(magnitude(waveform, n_fft).pow(0.3))
        return maps


def discriminator_loss(real: list[Tensor], made: list[Tensor]) -> Tensor:
    """Least squares (Mao et al. 2017): the scores of real patches to 1, of made ones to 0."""
    scores = list(zip(_scores(real), _scores(made), strict=True))
    return sum(((1 - r).square().mean() + m.square().mean()) for r, m in scores) / len(scores)


def adversarial_loss(made: list[Tensor]) -> Tensor:
    scores = _scores(made)
    return sum((1 - score).square().mean() for score in scores) / len(scores)


def feature_loss(real: list[Tensor], made: list[Tensor]) -> Tensor:
    """Mean distance of the discriminator's feature maps, relative to their size (Larsen et al. 2016)."""
    pairs = [(r.detach(), m) for r, m in zip(real, made, strict=True) if r.shape[1] > 1]
    return sum(functional.l1_loss(m, r) / r.abs().mean().clamp(min=1e-3) for r, m in pairs) / len(pairs)


def _scores(maps: list[Tensor]) -> list[Tensor]:
    return [m for m in maps if m.shape[1] == 1]
