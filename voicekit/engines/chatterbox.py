"""Chatterbox: clones from a passage, in 23 languages; English has a model of its own."""

from voicekit.engines.adapter import Ability
from voicekit.engines.host.cloner import Cloner

_LANGUAGES = "ar da de el en es fi fr he hi it ja ko ms nl no pl pt ru sv sw tr zh"
_CLONER = Cloner(
    engine="chatterbox",
    languages={code: code for code in _LANGUAGES.split()},
    ability=Ability(chance=True),
    needed=("ve.*", "s3gen.*", "t3_*.safetensors", "*.json"),
)
load, prepare, clone = _CLONER.load, _CLONER.prepare, _CLONER.clone
