"""Mel and F0 to waveform: a harmonic and a noise source, shaped by filters that a small network draws.

The source-filter idea of WORLD (Morise et al. 2016) and of neural source-filter models (Wang et al. 2019), with the
filters drawn at frame rate and applied by multiplying spectra, so that nothing runs at sample rate but FFTs.

    mel, F0 → dense convolutions → cepstra ─┬→ mixed-phase filter × pulse train at F0 ─┐
                                            └→ zero-phase filter × white noise ────────┴→ inverse STFT → waveform

The pulses never stop: the network decides how far a frame is voiced, so that a creak that the pitch tracker took for
unvoiced is not whispered. The harmonic filter has a maximum-phase part beside the minimum-phase one, because the opening of
the vocal folds has (Doval, d'Alessandro & Henrich 2006).

Shapes: B segments, T frames, S = T · HOP_LENGTH samples.
"""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

from voicekit.audio.features import HOP_LENGTH, N_FFT, N_MELS, SAMPLE_RATE
from voicekit.model.acoustic import ConvBlock
from voicekit.model.sizes import NOISE_FFT, VocoderConfig

NOISE_HOP = HOP_LENGTH // 2


class Vocoder(nn.Module):
    """(B, N_MELS, T) log-mel, (B, T) F0 in Hz, 0 where unvoiced, (B, S) white noise, to (B, S) waveform.

    Without noise it takes some from torch's generator.
    """

    window: Tensor
    noise_window: Tensor

    def __init__(self, config: VocoderConfig | None = None) -> None:
        super().__init__()
        config = config or VocoderConfig()
        self.config = config
        self.into = nn.Conv1d(N_MELS + 2, config.channels, config.kernel_size, padding=config.kernel_size // 2)
        self.blocks = nn.ModuleList(ConvBlock(config.channels, config.kernel_size) for _ in range(config.layers))
        self.norm = nn.LayerNorm(config.channels)
        self._parts = (config.harmonic_cepstrum, config.opening_cepstrum, 2 * config.noise_cepstrum)
        self.out = nn.Conv1d(config.channels, sum(self._parts), 1)
        nn.init.normal_(self.out.weight, std=0.01)
        # The first cepstral coefficients set the level. Noise starts far below the pulses: were both equal, noise would
        # be the safer guess everywhere, and harmonics, once buried, have hardly a gradient to come back by.
        bias = torch.zeros(sum(self._parts))
        bias[:1] = -3.0
        bias[sum(self._parts[:2]) :: config.noise_cepstrum] = -8.0
        self.out.bias = nn.Parameter(bias)
        # On the CPU even where the weights are still to come (checkpoint.with_weights): these do not come with them.
        self.register_buffer("window", torch.hann_window(N_FFT, device="cpu"), persistent=False)
        self.register_buffer("noise_window", torch.hann_window(NOISE_FFT, device="cpu"), persistent=False)

    def forward(self, mel: Tensor, f0: Tensor, noise: Tensor | None = None) -> Tensor:
        voiced = (f0 > 0).float()
        pitch = torch.where(f0 > 0, f0.clamp(min=1).log() - 5, 0.0)
        x = torch.cat((mel / 4 + 1, pitch[:, None], voiced[:, None]), 1)  # (B, N_MELS + 2, T)
        x = self.into(x)
        mask = torch.ones_like(x[:, :1])
        for block in self.blocks:
            x = block(x, mask)
        # float(): spectra need it where the convolutions run in half precision.
        x = self.out(self.norm(x.transpose(1, 2)).transpose(1, 2)).float()  # (B, cepstra, T)
        harmonic, opening, noisy = x.split(self._parts, 1)
        if noise is None:
            noise = torch.randn(len(mel), mel.shape[2] * HOP_LENGTH, device=mel.device)
        return self._harmonic(harmonic, opening, f0) + self._noise(noisy, noise)

    def _harmonic(self, cepstrum: Tensor, opening: Tensor, f0: Tensor) -> Tensor:
        """A pulse train at F0 through filters with the cepstra (B, coefficients, T): at times 0, 1, … and −1, −2, …"""
        samples = f0.shape[1] * HOP_LENGTH
        spectrum = _stft(pulse_train(f0), self.window, HOP_LENGTH, f0.shape[1])
        # A cepstrum with nothing at negative times is the logarithm of a minimum-phase filter, one with nothing at
        # positive times that of a maximum-phase one (Oppenheim & Schafer).
        log_filter = torch.fft.rfft(cepstrum, n=N_FFT, dim=1)  # (B, bins, T)
        log_filter = log_filter + torch.fft.rfft(functional.pad(opening, (0, 0, 1, 0)), n=N_FFT, dim=1).conj()
        return _istft(spectrum * _exp(log_filter), self.window, HOP_LENGTH, samples)

    def _noise(self, cepstrum: Tensor, white: Tensor) -> Tensor:
        """White noise through zero-phase filters; two a frame, their cepstra (B, 2 · coefficients, T)."""
        batch, _, frames = cepstrum.shape
        half = cepstrum.reshape(batch, 2, -1, frames).permute(0, 2, 3, 1).reshape(batch, -1, 2 * frames)
        samples = frames * HOP_LENGTH
        # Of one magnitude everywhere, with phases as they come: the mel already says how the noise of this very recording
        # rose and fell, and other ups and downs on top of those would only blur it.
        phase = _stft(white, self.noise_window, NOISE_HOP, 2 * frames).angle()
        spectrum = torch.polar(torch.full_like(phase, _noise_magnitude(self.noise_window)), phase)
        log_magnitude = torch.fft.rfft(half, n=NOISE_FFT, dim=1).real
        return _istft(spectrum * log_magnitude.clamp(max=8).exp(), self.noise_window, NOISE_HOP, samples)


def _noise_magnitude(window: Tensor) -> float:
    """Of white noise of unit power, in a spectrum seen through the window."""
    return float(window.square().sum().sqrt())


def _exp(log_filter: Tensor) -> Tensor:
    return torch.polar(log_filter.real.clamp(max=8).exp(), log_filter.imag)


def _stft(waveform: Tensor, window: Tensor, hop_length: int, frames: int) -> Tensor:
    """(B, S) to (B, bins, frames); frame n is centred on sample n · hop_length, as in the features."""
    spectrum = torch.stft(
        waveform,
        len(window),
        hop_length,
        window=window,
        center=True,
        pad_mode="constant",
        return_complex=True,
    )
    return spectrum[:, :, :frames]


def _istft(spectrum: Tensor, window: Tensor, hop_length: int, samples: int) -> Tensor:
    # One frame more, a copy of the last: the inverse wants the frame that is centred on the end.
    spectrum = torch.cat((spectrum, spectrum[:, :, -1:]), 2)
    return torch.istft(spectrum, len(window), hop_length, window=window, center=True, length=samples)


def pulse_train(f0: Tensor) -> Tensor:
    """Band-limited pulses of unit power at F0 (B, T), (B, T · HOP_LENGTH). Where it is 0 the nearest pitch is held.

    All harmonics up to the Nyquist frequency as one closed sum, the Dirichlet kernel: Σ cos kφ, k = 1…K, is
    (sin((K + ½)φ) / sin(φ/2) − 1) / 2.
    """
    track = _upsample(_hold(f0))
    # float64: an angle of thousands of radians has no decimals left in float32.
    phase = 2 * math.pi * torch.cumsum(track.double() / SAMPLE_RATE, 1)
    phase = torch.remainder(phase, 2 * math.pi)
    harmonics = torch.floor(SAMPLE_RATE / 2 / track.clamp(min=20)).double()
    denominator = torch.sin(phase / 2)
    near = denominator.abs() < 1e-4
    ratio = torch.sin((harmonics + 0.5) * phase) / torch.where(near, torch.ones_like(phase), denominator)
    # sin((K+½)φ)/sin(φ/2) tends to 2K + 1 at φ = 0, and to −(2K + 1) · cos terms at 2π, which is the same pulse.
    ratio = torch.where(near, 2 * harmonics + 1, ratio)
    pulses = (ratio - 1) / 2 * torch.sqrt(2 / harmonics)
    return pulses.float()


def _hold(f0: Tensor) -> Tensor:
    """Fills zeros with the last voiced value before them, or the first after them; 100 Hz where all is unvoiced."""
    frames = torch.arange(f0.shape[1], device=f0.device).expand_as(f0)
    before = torch.where(f0 > 0, frames, -1).cummax(1).values
    after = torch.where(f0 > 0, frames, f0.shape[1]).flip(1).cummin(1).values.flip(1)
    index = torch.where(before >= 0, before, after.clamp(max=f0.shape[1] - 1))
    held = f0.gather(1, index)
    return torch.where(held > 0, held, 100.0)


def _upsample(track: Tensor) -> Tensor:
    """(B, T) frame values to (B, T · HOP_LENGTH) samples, on lines between frame centres (frame n at n · hop)."""
    padded = functional.pad(track[:, None], (0, 1), mode="replicate")
    line = functional.interpolate(padded, size=track.shape[1] * HOP_LENGTH + 1, mode="linear", align_corners=True)
    return line[:, 0, :-1]
