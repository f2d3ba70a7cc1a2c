"""OmniVoice in its own environment. A voice: {"passage": path, "text": what is said there, "language": an ISO 639 code}."""

import random

import numpy as np
import torch
from omnivoice import OmniVoice

_REPOSITORY = "k2-fsa/OmniVoice"


class Speaker:
    def __init__(self, weights, device):
        dtype = torch.float32 if device == "cpu" else torch.float16
        self._model = OmniVoice.from_pretrained(weights or _REPOSITORY, device_map=device, dtype=dtype)
        self._prompts = {}

    def speak(self, text, pace, seed, voice):
        key = voice["passage"], voice["text"]
        if key not in self._prompts:
            self._prompts[key] = self._model.create_voice_clone_prompt(ref_audio=voice["passage"], ref_text=voice["text"])
        random.seed(seed)
        np.random.seed(seed % 2**32)
        torch.manual_seed(seed)
        waveforms = self._model.generate(
            text=text, language=voice["language"], voice_clone_prompt=self._prompts[key], speed=pace
        )
        yield waveforms[0], self._model.sampling_rate
