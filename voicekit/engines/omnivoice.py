"""OmniVoice: clones from a few seconds and their text, in more than 600 languages."""

from voicekit.engines.adapter import Ability
from voicekit.engines.host.cloner import Cloner

_CLONER = Cloner(
    engine="omnivoice",
    languages={},
    ability=Ability(slowest=0.7, fastest=1.5, chance=True),
    needed=("config.json", "*.safetensors", "audio_tokenizer/*.safetensors"),
)
load, prepare, clone = _CLONER.load, _CLONER.prepare, _CLONER.clone
