"""The only door to PyAV: what a sound or film file holds, its sound and pictures, and new files of them.

Everything streams: a file of ten hours takes no more memory than one of ten seconds.
"""

from voicekit.media.container import MediaInfo, probe
from voicekit.media.mux import Extras, check_mux, default_out, left_out, mux
from voicekit.media.read import load_audio, open_sound, read_audio
from voicekit.media.wav import write_wav
from voicekit.media.write import check_format, write_sound

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
