"""The only door to PyAV: what a sound or film file holds, its sound and pictures, and new files of them.

Everything streams: a file of ten hours takes no more memory than one of ten seconds.
"""

import importlib
from typing import TYPE_CHECKING, Any

#: Each name and the module that holds it: FFmpeg is loaded when a file is to be read or written, not before a voice speaks.
_MODULES = {
    "Extras": "voicekit.media.muxing",
    "MediaInfo": "voicekit.media.container",
    "check_format": "voicekit.media.write",
    "check_mux": "voicekit.media.muxing",
    "default_out": "voicekit.media.muxing",
    "left_out": "voicekit.media.muxing",
    "load_audio": "voicekit.media.read",
    "mux": "voicekit.media.muxing",
    "open_sound": "voicekit.media.read",
    "probe": "voicekit.media.container",
    "read_audio": "voicekit.media.read",
    "write_sound": "voicekit.media.write",
    "write_wav": "voicekit.media.wav",
}

__all__ = [
    "Extras",
    "MediaInfo",
    "check_format",
    "check_mux",
    "default_out",
    "left_out",
    "load_audio",
    "mux",
    "open_sound",
    "probe",
    "read_audio",
    "write_sound",
    "write_wav",
]

if TYPE_CHECKING:
    from voicekit.media.container import MediaInfo, probe
    from voicekit.media.muxing import Extras, check_mux, default_out, left_out, mux
    from voicekit.media.read import load_audio, open_sound, read_audio
    from voicekit.media.wav import write_wav
    from voicekit.media.write import check_format, write_sound


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module 'voicekit.media' has no attribute {name!r}")
    return getattr(importlib.import_module(_MODULES[name]), name)
