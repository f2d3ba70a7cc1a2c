"""The only door to PyAV: what a sound or film file holds, its sound in blocks, new sound to an old film.

Everything streams: a file of ten hours takes no more memory than one of ten seconds.
"""

from voicekit.media.container import MediaInfo, probe
from voicekit.media.mux import check_mux, mux
from voicekit.media.read import load_audio, read_audio
from voicekit.media.wav import write_wav

__all__ = ["MediaInfo", "check_mux", "load_audio", "mux", "probe", "read_audio", "write_wav"]
