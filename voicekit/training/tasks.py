"""The networks as training sees them: a batch in, losses and a made/real pair for the discriminator out.

All tasks share one form, and so one loop (trainer.py): `Task.generator(batch)` returns `StepOutput`; what is made is
compared with what is real by the task's own losses and, later on, by its discriminator.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from voicekit.model.acoustic import AcousticModel, Prosody
from voicekit.model.speaker import SpeakerEncoder, Statistics, speaker_loss
from voicekit.model.vocoder import Vocoder
from voicekit.model.vocos import Vocos
from voicekit.text.phonemes.phonemise import BOUNDARIES
from voicekit.training.data import AcousticBatch, SpeakerBatch, VocoderBatch
from voicekit.training.losses import SpectrogramDiscriminator, WaveformDiscriminator, masked_mean, mel_loss, stft_loss

#: Melodies are not made livelier than this, however flat the predicted ones are: errors grow with them.
MAX_PITCH_SCALE = 1.6


class StepOutput(NamedTuple):  # Fabric looks into tuples, not into frozen dataclasses
    """What a generator made of a batch: its losses by name, and two tensors of one shape for the discriminator."""

    losses: dict[str, Tensor]
    made: Tensor
    real: Tensor


@dataclass(frozen=True)
class Task:
    """One network in training.

    Attributes:
        name: one of TITLES, or what others call theirs.
        generator: batch → StepOutput. Holds the network.
        discriminator: tells made from real; None where there is nothing to be told.
        draw: draws a training batch of so many.
        held_out: batches never trained on; empty for small datasets.
        adversarial_weight, feature_weight: of the discriminator's two losses beside the generator's own.
        penalty: one more loss, for how far the weights have gone from where they should stay; None for none.
        keep_best: end with the weights that did best on `held_out`, not with the last ones.
        divided: several devices divide a batch among them; where its rows are told from one another, each takes them all.
    """

    name: str
    generator: nn.Module
    discriminator: nn.Module | None
    draw: Callable[[np.random.Generator, int], NamedTuple]
    held_out: Sequence[NamedTuple]
    adversarial_weight: float
    feature_weight: float
    penalty: Callable[[], Tensor] | None = None
    keep_best: bool = False
    divided: bool = True

    @property
    def title(self) -> str:
        """What is learned now, for the person who waits."""
        return TITLES.get(self.name, self.name)


#: What each task learns, in words.
TITLES = {
    "speaker": "learning to tell voices apart",
    "acoustic": "learning the sound of the voice",
    "prosody": "learning its pace and melody",
    "vocoder": "learning the fine detail of its sound",
}


def speaker_task(encoder: SpeakerEncoder, draw, held_out) -> Task:
    return Task("speaker", SpeakerLosses(encoder), None, draw, held_out, 0.0, 0.0, divided=False)


def acoustic_task(model: AcousticModel, own: bool, draw, held_out) -> Task:
    """`own`: all utterances are by the voice that the model has made its own."""
    return Task("acoustic", AcousticLosses(model, own), SpectrogramDiscriminator(), draw, held_out, 0.1, 0.3)


def prosody_task(model: AcousticModel, own: bool, draw, held_out) -> Task:
    return Task("prosody", ProsodyLosses(model, own), None, draw, held_out, 0.0, 0.0, keep_best=True)


def vocoder_task(vocoder: Vocoder | Vocos, draw, held_out) -> Task:
    return Task("vocoder", VocoderLosses(vocoder), WaveformDiscriminator(), draw, held_out, 0.1, 0.5)


class SpeakerLosses(nn.Module):
    def __init__(self, encoder: SpeakerEncoder) -> None:
        super().__init__()
        self.model = encoder

    def forward(self, batch: SpeakerBatch) -> StepOutput:
        loss, _ = speaker_loss(self.model, batch.passages)
        return StepOutput({"speaker": loss}, batch.passages, batch.passages)


class AcousticLosses(nn.Module):
    """Spoken with the durations, pitch and energy of the recording, so that frames can be compared one by one."""

    def __init__(self, model: AcousticModel, own: bool) -> None:
        super().__init__()
        self.model = model
        self.own = own

    def forward(self, batch: AcousticBatch) -> StepOutput:
        model, mask, voice = self.model, batch.token_mask, batch.statistics
        embedding = embeddings(model, batch, self.own)
        encoded = model.encoder(batch.symbols, batch.stresses, mask)
        frames, frame_mask = model.decode(encoded, mask, measured_prosody(batch), voice, embedding, batch.mel.shape[2])
        made_mel = (frames.mel - voice.mel_mean.unsqueeze(2)) / voice.mel_std.unsqueeze(2) * frame_mask
        real_mel = (batch.mel - voice.mel_mean.unsqueeze(2)) / voice.mel_std.unsqueeze(2) * frame_mask
        voiced = (batch.f0 > 0).float()
        off = (frames.log_f0 - batch.f0.clamp(min=1).log()).abs() / voice.log_f0_std.unsqueeze(1)
        frame_mask = frame_mask[:, 0]
        losses = {
            "mel": masked_mean((made_mel - real_mel).abs(), frame_mask[:, None]),
            # The same on differences in time, without which the spectrum wavers.
            "mel_delta": masked_mean((made_mel.diff(dim=2) - real_mel.diff(dim=2)).abs(), frame_mask[:, None, 1:]),
            "f0": masked_mean(off, voiced * frame_mask),
            "voicing": masked_mean(
                functional.binary_cross_entropy_with_logits(frames.voiced, voiced, reduction="none"),
                frame_mask,
            ),
        }
        return StepOutput(losses, *_window(made_mel, real_mel, batch.durations.sum(1)))


#: Frames of each utterance that the discriminator judges: a whole one would cost four times as much as all the rest.
DISCRIMINATED_FRAMES = 128


def _window(made: Tensor, real: Tensor, lengths: Tensor) -> tuple[Tensor, Tensor]:
    """The same random JUDGED_FRAMES of each, (B, N_MELS, T) to (B, N_MELS, JUDGED_FRAMES), within the (B,) lengths."""
    width = min(DISCRIMINATED_FRAMES, made.shape[2])
    starts = (torch.rand(len(lengths), device=lengths.device) * (lengths - width).clamp(min=0)).long()
    index = (starts[:, None] + torch.arange(width, device=lengths.device))[:, None].expand(-1, made.shape[1], -1)
    return made.gather(2, index), real.gather(2, index)


class ProsodyLosses(nn.Module):
    """How far the predicted durations, pitch and energy are from those of the recording."""

    def __init__(self, model: AcousticModel, own: bool) -> None:
        super().__init__()
        self.model = model
        self.own = own

    def forward(self, batch: AcousticBatch) -> StepOutput:
        mask, real = batch.token_mask[:, 0], measured_prosody(batch)
        embedding = embeddings(self.model, batch, self.own).detach()
        durations, pitch, energy = self.model.predictor(batch.symbols, batch.stresses, batch.token_mask, embedding).unbind(1)
        losses = {
            "duration": masked_mean((durations - (batch.durations + 1).log()).square(), mask),
            "pitch": masked_mean((pitch - real.pitch).square(), mask * (real.pitch != 0)),
            "energy": masked_mean((energy - real.energy).square(), mask),
        }
        return StepOutput(losses, pitch, real.pitch)


def embeddings(model: AcousticModel, batch: AcousticBatch, own: bool) -> Tensor:
    """(B, E): the model's own for every utterance, or what it hears in each one's reference."""
    return model.embedding.expand(len(batch.symbols), -1) if own else model.speaker_encoder(batch.reference)


def measured_prosody(batch: AcousticBatch) -> Prosody:
    """The recording's own prosody: mean log F0 and level over the frames of each token, normalised to the voice."""
    voice = Statistics(*(value.unsqueeze(1) for value in batch.statistics))
    voiced = (batch.f0 > 0).float()
    log_f0 = (batch.f0.clamp(min=1).log() - voice.log_f0_mean) / voice.log_f0_std * voiced
    level = (batch.mel.mean(1) - voice.energy_mean) / voice.energy_std
    ends = batch.durations.cumsum(1)
    starts = ends - batch.durations

    def per_token(values: Tensor) -> Tensor:
        total = functional.pad(values.cumsum(1), (1, 0))  # (B, T + 1)
        return total.gather(1, ends) - total.gather(1, starts)

    pitch = per_token(log_f0) / per_token(voiced).clamp(min=1)
    energy = per_token(level) / batch.durations.clamp(min=1)
    return Prosody(batch.durations, pitch, energy)


class VocoderLosses(nn.Module):
    def __init__(self, model: Vocoder | Vocos) -> None:
        super().__init__()
        self.model = model

    def forward(self, batch: VocoderBatch) -> StepOutput:
        made = self.model(batch.mel, batch.f0)
        losses = {"stft": stft_loss(made, batch.waveform), "mel": 2 * mel_loss(made, batch.waveform)}
        return StepOutput(losses, made, batch.waveform)


@torch.no_grad()
def set_scales(model: AcousticModel, batches: list[AcousticBatch], own: bool) -> None:
    """Sets `duration_scale` and `pitch_scale`: the phones of `batches` shall last, together, as long as the person took
    for them, and their melodies move as far up and down. Pauses do not count: who pauses long does not speak slowly.
    """
    boundaries = torch.tensor([symbol in BOUNDARIES for symbol in model.symbols], device=model.embedding.device)
    model.eval()
    model.duration_scale.fill_(1.0)
    model.pitch_scale.fill_(1.0)
    lasted, pitches = [], []
    for batch in batches:
        real, embedding = measured_prosody(batch), embeddings(model, batch, own)
        made = model.predict_prosody(batch.symbols, batch.stresses, batch.token_mask, embedding)
        voiced = real.pitch != 0
        phones = batch.token_mask[:, 0] * ~boundaries[batch.symbols]
        lasted.append(((real.durations * phones).sum(), (made.durations * phones).sum()))
        pitches.append((real.pitch[voiced], made.pitch[voiced]))
    real_frames, made_frames = (torch.stack(column).sum() for column in zip(*lasted, strict=True))
    model.duration_scale.fill_(float(real_frames / made_frames.clamp(min=1))).clamp_(0.8, 1.25)
    real_spread, made_spread = (torch.cat(column).std() for column in zip(*pitches, strict=True))
    model.pitch_scale.fill_(float(real_spread / made_spread.clamp(min=1e-3))).clamp_(1.0, MAX_PITCH_SCALE)


@torch.no_grad()
def predicted_mels(model: AcousticModel, batch: AcousticBatch, own: bool) -> Tensor:
    """The mels that the acoustic model makes of recorded sentences when told their prosody, (B, N_MELS, T).

    The vocoder is to speak these, which are smoother than recorded ones, and so it learns from them too.
    """
    mask, embedding = batch.token_mask, embeddings(model, batch, own)
    encoded = model.encoder(batch.symbols, batch.stresses, mask)
    return model.decode(encoded, mask, measured_prosody(batch), batch.statistics, embedding)[0].mel
