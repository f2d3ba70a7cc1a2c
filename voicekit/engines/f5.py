"""F5-TTS: clones from up to 12 s and their text; English and Chinese. Its weights may not be used for what is sold."""

from voicekit.engines.adapter import Ability
from voicekit.engines.host.cloner import Cloner

_CLONER = Cloner(
    engine="f5",
    languages={"en": "English", "zh": "Chinese"},
    ability=Ability(slowest=0.7, fastest=1.4, chance=True),
    needed=("**/model_*.safetensors", "**/pytorch_model.bin", "**/config.yaml"),  # the last two are its vocoder's
)
load, prepare, clone = _CLONER.load, _CLONER.prepare, _CLONER.clone
