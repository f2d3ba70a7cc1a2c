"""The two networks as training sees them: a batch in, losses and a made/real pair for the discriminator out.

Both stages share one form, and so one loop (train.py): `Stage.generator(batch)` returns `Made`; what is made is compared
with what is real by the stage's own losses and, later on, by its critic.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from voicekit.model.acoustic import AcousticModel, Prosody
from voicekit.model.batch import AcousticBatch, VocoderBatch
from voicekit.model.losses import (
    MultiResolutionDiscriminator,
    SpectrogramDiscriminator,
    masked_mean,
    stft_loss,
)
from voicekit.model.vocoder import Vocoder


class Made(NamedTuple):  # Fabric looks into tuples, not into frozen dataclasses
    """What a generator made of a batch: its losses by name, and two tensors of one shape for the critic."""

    losses: dict[str, Tensor]
    made: Tensor
    real: Tensor


@dataclass(frozen=True)
class Stage:
    """One network in training.

    Attributes:
        name: "acoustic" or "vocoder".
        generator: batch → Made. Holds the network.
        critic: tells made from real.
        draw: draws a training batch.
        held_out: batches never trained on; empty for small datasets.
        adversarial_weight, feature_weight: of the critic's two losses beside the generator's own.
    """

    name: str
    generator: nn.Module
    critic: nn.Module
    draw: Callable[[np.random.Generator], AcousticBatch | VocoderBatch]
    held_out: list[AcousticBatch | VocoderBatch]
    adversarial_weight: float
    feature_weight: float


def acoustic_stage(model: AcousticModel, draw, held_out) -> Stage:
    return Stage("acoustic", AcousticLosses(model), SpectrogramDiscriminator(), draw, held_out, 0.1, 0.3)


def vocoder_stage(vocoder: Vocoder, draw, held_out) -> Stage:
    return Stage("vocoder", VocoderLosses(vocoder), MultiResolutionDiscriminator(), draw, held_out, 0.1, 0.5)


class AcousticLosses(nn.Module):
    """Spoken with the durations, pitch and energy of the recording, so that frames can be compared one by one."""

    def __init__(self, model: AcousticModel) -> None:
        super().__init__()
        self.model = model

    def forward(self, batch: AcousticBatch) -> Made:
        model, mask = self.model, batch.token_mask
        encoded = model.encode(batch.symbols, batch.stresses, mask)
        predicted = model.predict_prosody(encoded, mask)
        real = measured_prosody(model, batch)
        frames, frame_mask = model.decode(encoded, mask, real)
        scale = model.mel_std[:, None]
        made_mel = (frames.mel - model.mel_mean[:, None]) / scale * frame_mask
        real_mel = (batch.mel - model.mel_mean[:, None]) / scale * frame_mask
        voiced = (batch.f0 > 0).float()
        log_f0 = batch.f0.clamp(min=1).log()
        frame_mask = frame_mask[:, 0]
        losses = {
            "mel": masked_mean((made_mel - real_mel).abs(), frame_mask[:, None]),
            # The same on differences in time, without which the spectrum wavers.
            "mel_delta": masked_mean((made_mel.diff(dim=2) - real_mel.diff(dim=2)).abs(), frame_mask[:, None, 1:]),
            "f0": masked_mean((frames.log_f0 - log_f0).abs() / model.log_f0_std, voiced * frame_mask),
            "voicing": masked_mean(
                functional.binary_cross_entropy_with_logits(frames.voiced, voiced, reduction="none"),
                frame_mask,
            ),
            "duration": masked_mean((predicted.durations - (batch.durations + 1).log()).square(), mask[:, 0]),
            "pitch": masked_mean((predicted.pitch - real.pitch).square(), mask[:, 0] * (real.pitch != 0)),
            "energy": 0.5 * masked_mean((predicted.energy - real.energy).square(), mask[:, 0]),
        }
        return Made(losses, made_mel, real_mel)


def measured_prosody(model: AcousticModel, batch: AcousticBatch) -> Prosody:
    """The recording's own prosody: mean log F0 and level over the frames of each token, normalised to the voice."""
    voiced = (batch.f0 > 0).float()
    log_f0 = (batch.f0.clamp(min=1).log() - model.log_f0_mean) / model.log_f0_std * voiced
    level = (batch.mel.mean(1) - model.energy_mean) / model.energy_std
    ends = batch.durations.cumsum(1)
    starts = ends - batch.durations

    def per_token(values: Tensor) -> Tensor:
        total = functional.pad(values.cumsum(1), (1, 0))  # (B, T + 1)
        return total.gather(1, ends) - total.gather(1, starts)

    pitch = per_token(log_f0) / per_token(voiced).clamp(min=1)
    energy = per_token(level) / batch.durations.clamp(min=1)
    return Prosody(batch.durations, pitch, energy)


class VocoderLosses(nn.Module):
    def __init__(self, model: Vocoder) -> None:
        super().__init__()
        self.model = model

    def forward(self, batch: VocoderBatch) -> Made:
        made = self.model(batch.mel, batch.f0)
        return Made({"stft": stft_loss(made, batch.waveform)}, made, batch.waveform)


@torch.no_grad()
def calibrate_durations(model: AcousticModel, batches: list[AcousticBatch]) -> None:
    """Sets `duration_scale` so that the sentences of `batches` last, together, as long as the person took for them."""
    model.eval()
    model.duration_scale.fill_(1.0)
    real = predicted = 0.0
    for batch in batches:
        encoded = model.encode(batch.symbols, batch.stresses, batch.token_mask)
        durations = model.predict_prosody(encoded, batch.token_mask).durations
        predicted += float((model.in_frames(durations) * batch.token_mask[:, 0]).sum())
        real += float(batch.durations.sum())
    model.duration_scale.fill_(min(max(real / max(predicted, 1.0), 0.8), 1.25))


@torch.no_grad()
def predicted_mels(model: AcousticModel, batch: AcousticBatch) -> Tensor:
    """The mels that the acoustic model makes of recorded sentences when told their prosody, (B, N_MELS, T).

    The vocoder is to speak these, which are smoother than recorded ones, and so it learns from them too.
    """
    mask = batch.token_mask
    encoded = model.encode(batch.symbols, batch.stresses, mask)
    return model.decode(encoded, mask, measured_prosody(model, batch))[0].mel
