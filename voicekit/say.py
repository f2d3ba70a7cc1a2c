"""Text to a sound file."""

import io
from pathlib import Path

from voicekit.engines.base import Engine, Speech
from voicekit.errors import ConfigError
from voicekit.files import atomic

#: What soundfile writes, by suffix.
FORMATS = {".wav": "WAV", ".flac": "FLAC", ".ogg": "OGG"}


def say(text: str, out: Path, engine: Engine, pace: float = 1.0) -> Speech:
    """Speaks `text` into the file `out`, whole or not at all.

    Raises:
        ConfigError: the suffix of `out` names no format it can be written in.
        ScriptError: there is nothing to pronounce.
        VoicekitError: `out` cannot be written.
    """
    import soundfile

    container = FORMATS.get(out.suffix.lower())
    if container is None:
        raise ConfigError(f"cannot write {out}: name it {', '.join('*' + suffix for suffix in FORMATS)}")
    with atomic(out) as partial:  # first, so that a folder that cannot be written to is told before the work
        speech = engine.synthesize(text, pace=pace)
        buffer = io.BytesIO()  # written by us: the library hides why a write failed
        soundfile.write(buffer, speech.waveform, speech.sample_rate, format=container)
        partial.write_bytes(buffer.getvalue())
    return speech
