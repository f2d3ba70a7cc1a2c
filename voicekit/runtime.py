"""A voice that was exported speaks, with numpy, onnxruntime and espeakng-loader alone.

    from voicekit.runtime import load

    speech = load("me.onnx").synthesize("The lights come on.")

or, into a sound file: python -m voicekit.runtime me.onnx "The lights come on." lights.wav
"""

import sys
import wave
from pathlib import Path

from voicekit.core.errors import VoicekitError
from voicekit.speech.engine import Engine, Speech
from voicekit.speech.native import load_exported


def load(path: Path | str) -> Engine:
    """The voice in a file that `voicekit export` made, ready to speak.

    Raises:
        CheckpointError: it is missing, damaged, of another version, or holds no voice of ours.
        ScriptError: the lexicon in it is damaged.
    """
    return load_exported(Path(path))


def write_wav(speech: Speech, path: Path) -> None:
    """As 16-bit WAV."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(speech.sample_rate)
        file.writeframes((speech.waveform * 32767).round().astype("<i2").tobytes())


def main(arguments: list[str]) -> int:
    if len(arguments) != 3:
        print("usage: python -m voicekit.runtime VOICE.onnx TEXT OUT.wav", file=sys.stderr)
        return 2
    voice, text, out = arguments
    try:
        write_wav(load(voice).synthesize(text), Path(out))
    except (VoicekitError, OSError) as error:
        print(f"voicekit.runtime: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
