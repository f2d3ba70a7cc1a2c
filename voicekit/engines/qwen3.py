"""Qwen3-TTS, its base model of 1.7 billion parameters: clones from a few seconds and their text, in ten languages."""

from voicekit.engines.adapter import Ability
from voicekit.engines.host.cloner import Cloner

_CLONER = Cloner(
    engine="qwen3",
    languages={
        "de": "German", "en": "English", "es": "Spanish", "fr": "French", "it": "Italian", "ja": "Japanese",
        "ko": "Korean", "pt": "Portuguese", "ru": "Russian", "zh": "Chinese",
    },
    ability=Ability(chance=True),
    needed=("config.json", "*.safetensors", "speech_tokenizer/*.safetensors"),
)  # fmt: skip
load, prepare, clone = _CLONER.load, _CLONER.prepare, _CLONER.clone
