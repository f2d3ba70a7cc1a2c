"""voicekit: clone your own voice and let it narrate your film, on your own machine.

    from pathlib import Path
    from voicekit import load_voice, narrate, prepare, say, train

    prepare(Path("recordings"), name="me")
    train([Path("datasets/me")], Path("voices/me"))
    voice = load_voice("me")
    say("Hello, this is my voice.", Path("hello.wav"), voice)
    narrate(Path("script.txt"), Path("clip.mp4"), Path("film.mp4"), voice)

Those that work take a Reporter, which is told what happens. What other commands do is in the packages.
"""

import importlib
import os
from typing import TYPE_CHECKING, Any

__version__ = "0.2.0"

# ONNX Runtime gives the machine a number, keeps in ~/.cache/Microsoft what is done with it, and can send that to Microsoft.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")

#: Each name and the module that holds it: imported when it is asked for, so that `voicekit --help` loads nothing heavy.
_MODULES = {
    "prepare": "voicekit.dataset.prepare",
    "train": "voicekit.training.train",
    "say": "voicekit.speech.say",
    "narrate": "voicekit.narration.narrate",
    "make_audiobook": "voicekit.narration.audiobook.make",
    "convert": "voicekit.conversion.convert",
    "produce": "voicekit.film.pipeline.produce",
    "post": "voicekit.postproduction.post",
    "load_voice": "voicekit.speech.voices",
    "Reporter": "voicekit.core.reporter",
    "VoicekitError": "voicekit.core.errors",
}

__all__ = [
    "Reporter",
    "VoicekitError",
    "convert",
    "load_voice",
    "make_audiobook",
    "narrate",
    "post",
    "prepare",
    "produce",
    "say",
    "train",
]

if TYPE_CHECKING:
    from voicekit.conversion.convert import convert
    from voicekit.core.errors import VoicekitError
    from voicekit.core.reporter import Reporter
    from voicekit.dataset.prepare import prepare
    from voicekit.film.pipeline.produce import produce
    from voicekit.narration.audiobook.make import make_audiobook
    from voicekit.narration.narrate import narrate
    from voicekit.postproduction.post import post
    from voicekit.speech.say import say
    from voicekit.speech.voices import load_voice
    from voicekit.training.train import train


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module 'voicekit' has no attribute {name!r}")
    return getattr(importlib.import_module(_MODULES[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *_MODULES})
