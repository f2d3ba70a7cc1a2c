"""Phones to mel: encoder → durations, pitch and energy → decoder, in the voice of a speaker embedding.

Every token is spoken for exactly the frames of its duration, so no phone can be skipped or repeated (Ren et al. 2020,
"FastSpeech 2"). The frame-level network is small and made of dense convolutions, which two CPU cores run fast.

Shapes: B sentences, N tokens, T frames, C channels.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from voicekit.audio.features import N_MELS
from voicekit.model.sizes import MAX_FRAMES, AcousticConfig
from voicekit.model.speaker import SpeakerEncoder, Statistics


@dataclass(frozen=True)
class Prosody:
    """How each token is said; what the variance predictors predict.

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
    """Pre-norm residual dense convolution over time; (B, C, T) to the same. What lies beyond the mask is not looked at.

    With `speaker_channels` an embedding (B, E) scales and shifts what is normalised (Chen et al. 2021, "AdaSpeech").
    """

    def __init__(
        self, channels: int, kernel_size: int, dilation: int = 1, dropout: float = 0.0, speaker_channels: int = 0
    ) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(channels)
        self.conv = nn.Conv1d(channels, channels, kernel_size, padding=dilation * (kernel_size // 2), dilation=dilation)
        self.dropout = nn.Dropout(dropout)
        if speaker_channels:
            self.speaker = zeroed(nn.Linear(speaker_channels, 2 * channels))

    def forward(self, x: Tensor, mask: Tensor, embedding: Tensor | None = None) -> Tensor:
        h = self.norm(x.transpose(1, 2)).transpose(1, 2)
        if embedding is not None:
            scale, shift = self.speaker(embedding).unsqueeze(2).chunk(2, 1)
            h = h * (1 + scale) + shift
        return x + self.dropout(functional.gelu(self.conv(h * mask)))


def zeroed(layer: nn.Linear) -> nn.Linear:
    """The layer, adding nothing until it is taught to."""
    nn.init.zeros_(layer.weight)
    nn.init.zeros_(layer.bias)
    return layer


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
        """(B, N) ids, (B, N) stresses, (B, 1, N) mask to (B, C, N)."""
        x = self.dropout(self.symbol(symbols) + self.stress(stresses)).transpose(1, 2) * mask  # (B, C, N)
        for block in self.blocks:
            x = block(x, mask)
        return (x + self.dropout(recur(self.context, x * mask, mask))) * mask


class ProsodyPredictor(nn.Module):
    """Durations, pitch and energy of each token, from the tokens and the speaker alone.

    It has an encoder of its own: taught together with the one that serves the frames, either it learned the melodies of its
    sentences by heart or that one learned too little.
    """

    def __init__(self, n_symbols: int, config: AcousticConfig) -> None:
        super().__init__()
        channels = config.prosody_channels
        self.symbol = nn.Embedding(n_symbols, channels)
        self.stress = nn.Embedding(3, channels)
        self.speaker = zeroed(nn.Linear(config.speaker_channels, channels))
        self.dropout = nn.Dropout(config.prosody_dropout)
        self.blocks = nn.ModuleList(ConvBlock(channels, 5, dropout=config.prosody_dropout) for _ in range(2))
        self.context = nn.GRU(channels, channels, batch_first=True, bidirectional=True)
        self.out = nn.Conv1d(2 * channels, 3, 1)

    def forward(self, symbols: Tensor, stresses: Tensor, mask: Tensor, embedding: Tensor) -> Tensor:
        """(B, N), (B, N), (B, 1, N), (B, E) to (B, 3, N): log(1 + frames), normalised pitch, normalised energy."""
        x = self.symbol(symbols) + self.stress(stresses) + self.speaker(embedding).unsqueeze(1)
        x = self.dropout(x).transpose(1, 2) * mask  # (B, C, N)
        for block in self.blocks:
            x = block(x, mask)
        return self.out(self.dropout(recur(self.context, x * mask, mask))) * mask


def recur(layer: nn.GRU, x: Tensor, mask: Tensor) -> Tensor:
    """A recurrent layer over each sentence's own length: (B, C, N) to (B, 2 · hidden, N)."""
    lengths = mask[:, 0].sum(1).long().cpu()
    packed = nn.utils.rnn.pack_padded_sequence(x.transpose(1, 2), lengths, batch_first=True, enforce_sorted=False)
    out, _ = nn.utils.rnn.pad_packed_sequence(layer(packed)[0], batch_first=True, total_length=x.shape[2])
    return out.transpose(1, 2).contiguous()


class Decoder(nn.Module):
    """Frames from tokens repeated by their durations, in the voice of an embedding."""

    def __init__(self, config: AcousticConfig) -> None:
        super().__init__()
        channels = config.decoder_channels
        self.into = nn.Conv1d(config.channels, channels, 1)
        self.position = nn.Conv1d(3, channels, 1)
        self.blocks = nn.ModuleList(
            ConvBlock(channels, config.kernel_size, 1 + layer % 2, speaker_channels=config.speaker_channels)
            for layer in range(config.decoder_layers)
        )
        self.norm = nn.LayerNorm(channels)
        self.out = nn.Conv1d(channels, N_MELS + 2, 1)

    def forward(self, x: Tensor, position: Tensor, mask: Tensor, embedding: Tensor) -> Tensor:
        x = self.into(x) + self.position(position)  # (B, C, T)
        for block in self.blocks:
            x = block(x, mask, embedding)
        return self.out(self.norm(x.transpose(1, 2)).transpose(1, 2)) * mask  # (B, N_MELS + 2, T)


class AcousticModel(nn.Module):
    """The whole way from tokens to frames. `symbols` are the phones and boundaries it knows, in embedding order.

    It serves any number of voices in training; what it says on its own it says in its own: `statistics()` and `embedding`.
    """

    # Buffers, which nn.Module cannot tell the types of.
    mel_mean: Tensor
    mel_std: Tensor
    log_f0_mean: Tensor
    log_f0_std: Tensor
    energy_mean: Tensor
    energy_std: Tensor
    duration_scale: Tensor
    pitch_scale: Tensor

    def __init__(self, symbols: tuple[str, ...], config: AcousticConfig | None = None) -> None:
        super().__init__()
        config = config or AcousticConfig()
        self.symbols = symbols
        self.config = config
        self.speaker_encoder = SpeakerEncoder(config.speaker_channels)
        self.encoder = Encoder(len(symbols), config)
        self.predictor = ProsodyPredictor(len(symbols), config)
        self.prosody = nn.Conv1d(2, config.channels, 3, padding=1)
        self.decoder = Decoder(config)
        self.embedding = nn.Parameter(torch.zeros(config.speaker_channels))
        for name, value in Statistics.unknown()._asdict().items():
            self.register_buffer(name, value)
        # Durations are learned as logarithms, whose mean is that of the median: without this the voice would hurry. And a
        # mean of possible melodies is flatter than any of them.
        self.register_buffer("duration_scale", torch.tensor(1.0))
        self.register_buffer("pitch_scale", torch.tensor(1.0))

    def statistics(self) -> Statistics:
        """Of its own voice, B = 1."""
        return Statistics(*(getattr(self, name) for name in Statistics._fields))

    def set_speaker(self, statistics: Statistics, embedding: Tensor) -> None:
        """Makes a voice its own: statistics with B = 1, embedding (E,)."""
        for name, value in statistics._asdict().items():
            getattr(self, name).copy_(value)
        with torch.no_grad():
            self.embedding.copy_(embedding)

    def predict_prosody(self, symbols: Tensor, stresses: Tensor, mask: Tensor, embedding: Tensor) -> Prosody:
        """What a voice would do of itself, durations not yet in whole frames."""
        durations, pitch, energy = self.predictor(symbols, stresses, mask, embedding).unbind(1)
        durations = (durations.exp().sub(1).clamp(0, 200) * self.duration_scale).clamp(0, MAX_FRAMES)
        return Prosody(durations, pitch * self.pitch_scale, energy)

    def decode(
        self,
        encoded: Tensor,
        mask: Tensor,
        prosody: Prosody,
        statistics: Statistics,
        embedding: Tensor,
        n_frames: int = 0,
    ) -> tuple[Frames, Tensor]:
        """Frames for tokens said with `prosody` (durations in whole frames), and their mask (B, 1, T).

        T is that of the longest sentence, but at least `n_frames`.
        """
        encoded = (encoded + self.prosody(torch.stack((prosody.pitch, prosody.energy), 1))) * mask
        token_of_frame, position, frame_mask = expand(prosody.durations, n_frames)
        channels = encoded.shape[1]
        x = encoded.gather(2, token_of_frame.unsqueeze(1).expand(-1, channels, -1))  # (B, C, T)
        out = self.decoder(x, position, frame_mask, embedding).float()
        mel = out[:, :N_MELS] * statistics.mel_std.unsqueeze(2) + statistics.mel_mean.unsqueeze(2)
        log_f0 = out[:, N_MELS] * statistics.log_f0_std.unsqueeze(1) + statistics.log_f0_mean.unsqueeze(1)
        return Frames(mel, log_f0, out[:, N_MELS + 1]), frame_mask


def expand(durations: Tensor, n_frames: int = 0) -> tuple[Tensor, Tensor, Tensor]:
    """Which token each frame belongs to, and where in it.

    Args:
        durations: (B, N) in whole frames.
        n_frames: T is at least this.

    Returns:
        token of each frame (B, T); position (B, 3, T): the fraction of the token gone by, what is left of it, and its
        length in tenths of a second's log; mask (B, 1, T).
    """
    ends = durations.cumsum(1)  # (B, N)
    total = max(int(ends[:, -1].max()), n_frames)
    frame = torch.arange(total, device=durations.device)[None].expand(len(durations), -1).contiguous()
    token = torch.searchsorted(ends, frame, right=True).clamp(max=durations.shape[1] - 1)  # (B, T)
    length = durations.gather(1, token).clamp(min=1).float()
    gone = (frame - (ends - durations).gather(1, token)).float() + 0.5
    mask = (frame < ends[:, -1:]).float().unsqueeze(1)
    position = torch.stack((gone / length, 1 - gone / length, (length / 10).log()), 1)
    return token, position * mask, mask
