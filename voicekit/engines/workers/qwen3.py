"""Qwen3-TTS in its own environment. A voice: {"passage": path, "text": what is said there, "language": its English name}."""

import random

import numpy as np
import soundfile
import torch
from qwen_tts import Qwen3TTSModel

_REPOSITORY = "Qwen/Qwen3-TTS-12Hz-1.7B-Base"


class Speaker:
    def __init__(self, weights, device):
        dtype = torch.float32 if device == "cpu" else torch.bfloat16
        self._model = Qwen3TTSModel.from_pretrained(weights or _REPOSITORY, device_map=device, dtype=dtype)
        self._prompts = {}

    def speak(self, text, pace, seed, voice):
        key = voice["passage"], voice["text"]
        if key not in self._prompts:
            waveform, rate = soundfile.read(voice["passage"], dtype="float32")
            self._prompts[key] = self._model.create_voice_clone_prompt(ref_audio=(waveform, rate), ref_text=voice["text"])
        random.seed(seed)
        np.random.seed(seed % 2**32)
        torch.manual_seed(seed)
        waveforms, rate = self._model.generate_voice_clone(
            text=text, language=voice["language"], voice_clone_prompt=self._prompts[key]
        )
        yield waveforms[0], rate
