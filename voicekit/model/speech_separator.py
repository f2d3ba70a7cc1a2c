"""Speech out of a mixture: a mask over the spectrogram, drawn band by band by recurrent layers.

After the band-split RNN (Luo & Yu 2023), made small and causal, so that it runs through a file of any length: what it
remembers of the past is its whole state, and it looks LOOK_AHEAD frames into the future.

    waveform → STFT → bands ─┬→ [along time, along bands] × layers → complex mask ─┐
                             └──────────────────────── × ──────────────────────────┴→ inverse STFT → speech

Shapes: B recordings, T frames, K bands, C channels of the network.
"""

import torch
from torch import Tensor, nn

from voicekit.model.sizes import SpeechSeparatorConfig

SAMPLE_RATE = 24000
N_FFT = 1024
HOP_LENGTH = 512
BINS = N_FFT // 2 + 1
#: The network sees this many frames after the masked one, and one before it, as they are.
LOOK_AHEAD = 4
#: Spectra are compressed by this power, because quiet parts of speech carry as much of it as loud ones.
COMPRESSION = 0.3

#: The bins of each band: narrow where voices have their harmonics. Their sum is BINS.
BANDS = (5,) * 20 + (10,) * 8 + (20,) * 7 + (40,) * 4 + (33,)


State = list[Tensor]


class SpeechSeparator(nn.Module):
    """(B, BINS, T + LOOK_AHEAD + 1) complex spectra to (B, BINS, T) complex masks and the state to go on with.

    The first frame of the input lies before, the last LOOK_AHEAD after the frames that masks are made for.
    """

    def __init__(self, config: SpeechSeparatorConfig | None = None) -> None:
        super().__init__()
        self.config = config = config or SpeechSeparatorConfig()
        seen, channels = LOOK_AHEAD + 2, config.channels
        self.split = nn.ModuleList(nn.Linear(2 * seen * width, channels) for width in BANDS)
        self.layers = nn.ModuleList(Layer(channels, config.hidden) for _ in range(config.layers))
        self.norm = nn.LayerNorm(channels)
        self.masks = nn.ModuleList(
            nn.Sequential(nn.Linear(channels, 2 * channels), nn.Tanh(), nn.Linear(2 * channels, 4 * width), nn.GLU())
            for width in BANDS
        )

    def forward(self, spectrum: Tensor, state: State | None = None) -> tuple[Tensor, State]:
        x = torch.view_as_real(compressed(spectrum))  # (B, BINS, T + 5, 2)
        x = x.unfold(2, LOOK_AHEAD + 2, 1).flatten(3)  # (B, BINS, T, 2 · seen)
        x = x.transpose(1, 2)  # (B, T, BINS, 2 · seen)
        parts = zip(self.split, x.split(BANDS, 2), strict=True)
        x = torch.stack([linear(band.flatten(2)) for linear, band in parts], 1)  # (B, K, T, C)
        after: State = []
        for i, layer in enumerate(self.layers):
            x, last = layer(x, state[i] if state else None)
            after.append(last)
        x = self.norm(x)
        masks = [mask(x[:, k]) for k, mask in enumerate(self.masks)]  # (B, T, 2 · width) each
        joined = torch.cat([m.unflatten(2, (-1, 2)) for m in masks], 2)  # (B, T, BINS, 2)
        return torch.view_as_complex(joined.transpose(1, 2).float().contiguous()), after


class Layer(nn.Module):
    """(B, K, T, C) to the same: along time, which only goes forward, then along the bands, both ways."""

    def __init__(self, channels: int, hidden: int) -> None:
        super().__init__()
        self.time_norm = nn.LayerNorm(channels)
        self.time = nn.GRU(channels, hidden, batch_first=True)
        self.time_out = nn.Linear(hidden, channels)
        self.band_norm = nn.LayerNorm(channels)
        self.band = nn.GRU(channels, hidden // 2, batch_first=True, bidirectional=True)
        self.band_out = nn.Linear(hidden, channels)

    def forward(self, x: Tensor, state: Tensor | None) -> tuple[Tensor, Tensor]:
        batch, bands, frames, _ = x.shape
        along, state = self.time(self.time_norm(x).flatten(0, 1), state)
        x = x + self.time_out(along).unflatten(0, (batch, bands))
        across, _ = self.band(self.band_norm(x).transpose(1, 2).flatten(0, 1))
        return x + self.band_out(across).unflatten(0, (batch, frames)).transpose(1, 2), state


def sizes_of(weights: dict[str, Tensor]) -> SpeechSeparatorConfig:
    """The sizes of the network that the weights are of.

    Raises:
        LookupError: they are of no such network.
        ConfigError: they are of one that is larger than any.
    """
    layers = {name.split(".")[1] for name in weights if name.startswith("layers.")}
    hidden, channels = weights["layers.0.time.weight_hh_l0"].shape[1], weights["norm.weight"].shape[0]
    return SpeechSeparatorConfig(channels, hidden, len(layers))


def grown(weights: dict[str, Tensor], config: SpeechSeparatorConfig) -> SpeechSeparator:
    """A network of as many layers as `config` says, that does what the smaller one of these weights does.

    Raises:
        RuntimeError: the networks differ in more than the number of layers.
    """
    separator = SpeechSeparator(config)
    for layer in separator.layers[sizes_of(weights).layers :]:
        for out in (module for module in layer.children() if isinstance(module, nn.Linear)):  # what it adds to its input
            for parameter in out.parameters():
                nn.init.zeros_(parameter)
    separator.load_state_dict(separator.state_dict() | weights)
    return separator


def compressed(spectrum: Tensor) -> Tensor:
    """The same phases, magnitudes to the power of COMPRESSION."""
    return spectrum * (spectrum.abs().square() + 1e-10).pow((COMPRESSION - 1) / 2)
