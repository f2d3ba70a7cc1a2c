"""The isolator as training sees it."""

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor, nn

from isolator.mixtures import MixtureBatch
from voicekit.model.speech_separator import HOP_LENGTH, LOOK_AHEAD, N_FFT, SpeechSeparator, compressed
from voicekit.training.devices import mean
from voicekit.training.losses import masked_mean
from voicekit.training.tasks import StepOutput, Task

#: Above this signal-to-noise ratio speech counts as clean: no more is to be won.
CLEAN_SNR_DB = 30.0

Draw = Callable[[np.random.Generator, int], MixtureBatch]


def separator_task(isolator: SpeechSeparator, draw: Draw, held_out: list[MixtureBatch]) -> Task:
    return Task("isolator", SeparatorLosses(isolator), None, draw, held_out, 0.0, 0.0)


class SeparatorLosses(nn.Module):
    """Distance of spectra with compressed magnitudes (Braun & Tashev 2021), and the signal-to-noise ratio.

    The first is what ears weigh, the second keeps what is loud in its place.
    """

    window: Tensor

    def __init__(self, isolator: SpeechSeparator) -> None:
        super().__init__()
        self.isolator = isolator
        self.register_buffer("window", torch.hann_window(N_FFT).sqrt(), persistent=False)

    def spectrum(self, waveform: Tensor) -> Tensor:
        return torch.stft(waveform, N_FFT, HOP_LENGTH, window=self.window, pad_mode="constant", return_complex=True)

    def forward(self, batch: MixtureBatch) -> StepOutput:
        mixture, speech = self.spectrum(batch.mixture), self.spectrum(batch.speech)
        mask, _ = self.isolator(mixture)
        heard, real = mixture[:, :, 1:-LOOK_AHEAD], speech[:, :, 1:-LOOK_AHEAD]
        made = heard * mask
        # What is quiet counts as much as what is loud: as heard at one level.
        level = heard.abs().square().mean((1, 2), keepdim=True).sqrt().clamp(min=1e-6)
        made, real = made / level, real / level
        a, b = compressed(made), compressed(real)
        magnitude = mean((a.abs() - b.abs()).square())
        phase = mean(torch.view_as_real(a - b).square()) * 2
        power = real.abs().square().sum((1, 2))
        off = (made - real).abs().square().sum((1, 2))
        spoken = power > 1e-3 * level.new_tensor(heard[0].numel())
        ratio_db = 10 * ((off + 10 ** (-CLEAN_SNR_DB / 10) * power).clamp(min=1e-6) / power.clamp(min=1e-6)).log10()
        losses = {
            "magnitude": magnitude,
            "phase": 0.5 * phase,
            "noise": 0.01 * masked_mean(ratio_db, spoken),
        }
        return StepOutput(losses, made, real)
