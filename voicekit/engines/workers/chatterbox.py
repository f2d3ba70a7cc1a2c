"""Chatterbox in its own environment. A voice: {"passage": path, "language": an ISO 639-1 code}; it needs no text.

English has a model of its own; all other languages share one. Each is loaded when it is first asked for.
"""

import random
from pathlib import Path

import numpy as np
import torch
from chatterbox.mtl_tts import ChatterboxMultilingualTTS
from chatterbox.tts import ChatterboxTTS

#: What the folder of a person's weights has of the English model.
_ENGLISH = "t3_cfg.safetensors"


class Speaker:
    def __init__(self, weights, device):
        self._weights, self._device = weights, device
        self._models, self._voices = {}, {}
        self._model(ChatterboxTTS if not weights or (Path(weights) / _ENGLISH).is_file() else ChatterboxMultilingualTTS)

    def speak(self, text, pace, seed, voice):
        is_english = voice["language"] == "en" and (not self._weights or (Path(self._weights) / _ENGLISH).is_file())
        kind = ChatterboxTTS if is_english else ChatterboxMultilingualTTS
        model = self._model(kind)
        key = kind, voice["passage"]
        if key not in self._voices:
            model.prepare_conditionals(voice["passage"])
            self._voices[key] = model.conds
        model.conds = self._voices[key]
        random.seed(seed)
        np.random.seed(seed % 2**32)
        torch.manual_seed(seed)
        waveform = model.generate(text) if is_english else model.generate(text, language_id=voice["language"])
        yield waveform.squeeze(0).cpu().numpy(), model.sr

    def _model(self, kind):
        if kind not in self._models:
            weights = self._weights
            self._models[kind] = kind.from_local(weights, self._device) if weights else kind.from_pretrained(self._device)
        return self._models[kind]
