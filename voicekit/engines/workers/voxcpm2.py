"""VoxCPM2 in its own environment. A voice: {"passage": path, "text": what is said there, "language": …}."""

import random

import numpy as np
import torch
from voxcpm import VoxCPM

_REPOSITORY = "openbmb/VoxCPM2"


class Speaker:
    def __init__(self, weights, device):
        # Compiling takes minutes and a compiler, and its denoiser is a model of its own: a passage is clean already.
        self._model = VoxCPM.from_pretrained(weights or _REPOSITORY, load_denoiser=False, optimize=False, device=device)

    def speak(self, text, pace, seed, voice):
        random.seed(seed)
        np.random.seed(seed % 2**32)
        torch.manual_seed(seed)
        waveform = self._model.generate(
            text=text,
            prompt_wav_path=voice["passage"],
            prompt_text=voice["text"],
            reference_wav_path=voice["passage"],
        )
        yield waveform, self._model.tts_model.sample_rate
