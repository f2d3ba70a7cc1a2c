"""Phones to mel: encoder → durations, pitch and energy → decoder.

Every token is spoken for exactly the frames of its duration, so no phone can be skipped or repeated (Ren et al. 2020,
"FastSpeech 2"). The frame-level network is small and made of dense convolutions, which two CPU cores run fast.

Shapes: B sentences, N tokens, T frames, C channels.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from voicekit.audio.features import N_MELS

#: A pause shorter than this is no pause, and no phone is shorter.
MIN_FRAMES = 2


@dataclass(frozen=True)
class AcousticConfig:
    """Sizes of the network."""

    channels: int = 192  #: of the token-level encoder
    encoder_layers: int = 3
    decoder_channels: int = 256
    decoder_layers: int = 6
    kernel_size: int = 5
    dropout: float = 0.2  #: of the encoder
    prosody_dropout: float = 0.5  #: of the variance predictors: an hour of speech is little to learn a melody from


@dataclass(frozen=True)
class Prosody:
    """How each token is said; what the variance predictors predict and what a caller may change.

    Attributes:
        durations: (B, N) in frames.
        pitch: (B, N) mean log F0 of the token, normalised to the voice (mean 0, deviation 1); 0 where unvoiced.
        energy: (B, N) mean log-mel level of the token, normalised likewise.
    """

    durations: Tensor
    pitch: Tensor
    energy: Tensor


@dataclass(frozen=True)
class Frames:
    """What the decoder makes, a frame a column.

    Attributes:
        mel: (B, N_MELS, T) natural log of magnitudes.
        log_f0: (B, T) natural log of Hz, defined everywhere, meaningful where voiced.
        voiced: (B, T) logits.
    """

    mel: Tensor
    log_f0: Tensor
    voiced: Tensor


class ConvBlock(nn.Module):
    """Pre-norm residual dense convolution over time; (B, C, T) to the same. What lies beyond the mask is not looked at."""

    def __init__(self, channels: int, kernel_size: int, dilation: int = 1, dropout: float = 0.0) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(channels)
        self.conv = nn.Conv1d(channels, channels, kernel_size, padding=dilation * (kernel_size // 2), dilation=dilation)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        h = self.norm(x.transpose(1, 2)).transpose(1, 2) * mask
        return x + self.dropout(functional.gelu(self.conv(h)))


class Encoder(nn.Module):
    """Token embeddings in their context: convolutions for the neighbours, a recurrent layer for the sentence."""

    def __init__(self, n_symbols: int, config: AcousticConfig) -> None:
        super().__init__()
        channels = config.channels
        self.symbol = nn.Embedding(n_symbols, channels)
        self.stress = nn.Embedding(3, channels)
        self.dropout = nn.Dropout(config.dropout)
        self.blocks = nn.ModuleList(
            ConvBlock(channels, config.kernel_size, dropout=config.dropout) for _ in range(config.encoder_layers)
        )
        self.context = nn.GRU(channels, channels // 2, batch_first=True, bidirectional=True)

    def forward(self, symbols: Tensor, stresses: Tensor, mask: Tensor) -> Tensor:
        x = self.dropout(self.symbol(symbols) + self.stress(stresses)).transpose(1, 2) * mask  # (B, C, N)
        for block in self.blocks:
            x = block(x, mask)
        lengths = mask[:, 0].sum(1).long().cpu()
        packed = nn.utils.rnn.pack_padded_sequence(x.transpose(1, 2), lengths, batch_first=True, enforce_sorted=False)
        context, _ = nn.utils.rnn.pad_packed_sequence(self.context(packed)[0], batch_first=True, total_length=x.shape[2])
        return (x + self.dropout(context.transpose(1, 2))) * mask


class VariancePredictor(nn.Module):
    """One number a token, (B, C, N) to (B, N)."""

    def __init__(self, channels: int, dropout: float) -> None:
        super().__init__()
        self.blocks = nn.ModuleList(ConvBlock(channels, 3, dropout=dropout) for _ in range(2))
        self.out = nn.Conv1d(channels, 1, 1)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        for block in self.blocks:
            x = block(x, mask)
        return (self.out(x) * mask).squeeze(1)


class Decoder(nn.Module):
    """Frames from tokens repeated by their durations."""

    def __init__(self, config: AcousticConfig) -> None:
        super().__init__()
        channels = config.decoder_channels
        self.into = nn.Conv1d(config.channels, channels, 1)
        self.position = nn.Conv1d(3, channels, 1)
        self.blocks = nn.ModuleList(
            ConvBlock(channels, config.kernel_size, 1 + layer % 2) for layer in range(config.decoder_layers)
        )
        self.norm = nn.LayerNorm(channels)
        self.out = nn.Conv1d(channels, N_MELS + 2, 1)

    def forward(self, x: Tensor, position: Tensor, mask: Tensor) -> Tensor:
        x = self.into(x) + self.position(position)  # (B, C, T)
        for block in self.blocks:
            x = block(x, mask)
        return self.out(self.norm(x.transpose(1, 2)).transpose(1, 2)) * mask  # (B, N_MELS + 2, T)


class AcousticModel(nn.Module):
    """The whole way from tokens to frames. `symbols` are the phones and boundaries it knows, in embedding order."""

    def __init__(self, symbols: tuple[str, ...], config: AcousticConfig | None = None) -> None:
        super().__init__()
        config = config or AcousticConfig()
        self.symbols = symbols
        self.config = config
        self.encoder = Encoder(len(symbols), config)
        self.duration = VariancePredictor(config.channels, config.prosody_dropout)
        self.pitch = VariancePredictor(config.channels, config.prosody_dropout)
        self.energy = VariancePredictor(config.channels, config.prosody_dropout)
        self.prosody = nn.Conv1d(2, config.channels, 3, padding=1)
        self.decoder = Decoder(config)
        # The voice's statistics, measured on its training data: the network sees and makes normalised values.
        self.register_buffer("mel_mean", torch.zeros(N_MELS))
        self.register_buffer("mel_std", torch.ones(N_MELS))
        self.register_buffer("log_f0_mean", torch.tensor(5.0))
        self.register_buffer("log_f0_std", torch.tensor(0.25))
        self.register_buffer("energy_mean", torch.tensor(-5.0))
        self.register_buffer("energy_std", torch.tensor(2.0))
        # Durations are learned as logarithms, whose mean is that of the median: without this the voice would hurry.
        self.register_buffer("duration_scale", torch.tensor(1.0))

    def encode(self, symbols: Tensor, stresses: Tensor, mask: Tensor) -> Tensor:
        """(B, N) ids, (B, N) stresses, (B, 1, N) mask to (B, C, N)."""
        return self.encoder(symbols, stresses, mask)

    def predict_prosody(self, encoded: Tensor, mask: Tensor) -> Prosody:
        """What the voice would do of itself. Durations come as log(1 + frames), as they are learned."""
        return Prosody(self.duration(encoded, mask), self.pitch(encoded, mask), self.energy(encoded, mask))

    def in_frames(self, predicted: Tensor) -> Tensor:
        """Predicted durations in frames, of any shape."""
        return predicted.exp().sub(1).clamp(0, 200) * self.duration_scale

    def decode(self, encoded: Tensor, mask: Tensor, prosody: Prosody) -> tuple[Frames, Tensor]:
        """Frames for tokens said with `prosody` (durations in whole frames), and their mask (B, 1, T)."""
        encoded = (encoded + self.prosody(torch.stack((prosody.pitch, prosody.energy), 1))) * mask
        token_of_frame, position, frame_mask = expand(prosody.durations)
        channels = encoded.shape[1]
        x = encoded.gather(2, token_of_frame.unsqueeze(1).expand(-1, channels, -1))  # (B, C, T)
        out = self.decoder(x, position, frame_mask).float()
        mel = out[:, :N_MELS] * self.mel_std[:, None] + self.mel_mean[:, None]
        log_f0 = out[:, N_MELS] * self.log_f0_std + self.log_f0_mean
        return Frames(mel, log_f0, out[:, N_MELS + 1]), frame_mask

    @torch.inference_mode()
    def speak(
        self, symbols: Tensor, stresses: Tensor, pauses: Tensor, pace: float = 1.0, pitch: float | Tensor = 0.0
    ) -> tuple[Frames, Tensor]:
        """One sentence with its own prosody.

        Args:
            symbols, stresses: (N,) ids.
            pauses: (N,) bool, true on boundaries, which may last 0 frames.
            pace: 1.2 is 20 % faster.
            pitch: added to what the voice would do, of all tokens or of each (N,), in deviations of its log F0.

        Returns:
            Frames with B = 1, and the durations (N,) in frames.
        """
        mask = torch.ones(1, 1, len(symbols), device=symbols.device)
        encoded = self.encode(symbols[None], stresses[None], mask)
        prosody = self.predict_prosody(encoded, mask)
        durations = whole_frames(self.in_frames(prosody.durations[0]) / pace, pauses)
        frames, _ = self.decode(encoded, mask, Prosody(durations[None], prosody.pitch + pitch, prosody.energy))
        return frames, durations


def whole_frames(durations: Tensor, pauses: Tensor) -> Tensor:
    """Real-valued durations (N,) to whole frames: the fractions carry over, so that the sentence keeps its length."""
    frames, carry = [], 0.0
    for duration, pause in zip(durations.tolist(), pauses.tolist(), strict=True):
        wanted = duration + carry
        whole = max(round(wanted), MIN_FRAMES)
        if pause and wanted < MIN_FRAMES:
            whole = 0
        frames.append(whole)
        carry = min(max(wanted - whole, -2.0), 2.0)
    return torch.tensor(frames, device=durations.device)


def expand(durations: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Which token each frame belongs to, and where in it.

    Args:
        durations: (B, N) in whole frames.

    Returns:
        token of each frame (B, T); position (B, 3, T): the fraction of the token gone by, what is left of it, and its
        length in tenths of a second's log; mask (B, 1, T).
    """
    ends = durations.cumsum(1)  # (B, N)
    total = int(ends[:, -1].max())
    frame = torch.arange(total, device=durations.device)[None].expand(len(durations), -1).contiguous()
    token = torch.searchsorted(ends, frame, right=True).clamp(max=durations.shape[1] - 1)  # (B, T)
    length = durations.gather(1, token).clamp(min=1).float()
    gone = (frame - (ends - durations).gather(1, token)).float() + 0.5
    mask = (frame < ends[:, -1:]).float().unsqueeze(1)
    position = torch.stack((gone / length, 1 - gone / length, (length / 10).log()), 1)
    return token, position * mask, mask
