"""VoxCPM2: clones from a passage and its text, in 30 languages, at 48 kHz."""

from voicekit.engines.adapter import Ability
from voicekit.engines.host.cloner import Cloner

#: It finds the language in the text itself.
_LANGUAGES = (
    "ar da de el en es fi fr he hi id it ja km ko lo ms my nl no pl pt ru sv sw th tl tr vi zh"  # as its makers list them
)
_CLONER = Cloner(
    engine="voxcpm2",
    languages={code: code for code in _LANGUAGES.split()},
    ability=Ability(chance=True),
    needed=("config.json", "*.safetensors", "audiovae.*"),
)
load, prepare, clone = _CLONER.load, _CLONER.prepare, _CLONER.clone
