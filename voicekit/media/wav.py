"""Sound files out."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np

from voicekit.core.files import atomic


def write_wav(path: Path | str, blocks: Iterable[np.ndarray], sample_rate: int) -> None:
    """Writes blocks (channels, samples) or (samples,) in [−1, 1] as 16-bit WAV, whole or not at all.

    Raises:
        VoicekitError: the disk is full, the folder cannot be written to.
    """
    import wave

    # The standard library's module and not soundfile: a full disk reaches us as the OSError that it is.
    with atomic(path) as partial, partial.open("wb") as file, wave.open(file) as wav:
        wav.setsampwidth(2)
        wav.setframerate(sample_rate)
        wav.setnchannels(1)
        for n, block in enumerate(blocks):
            block = np.atleast_2d(block)
            if n == 0:
                wav.setnchannels(len(block))
            samples = np.clip(np.round(block.T * 32768.0), -32768, 32767).astype("<i2")
            wav.writeframesraw(samples.tobytes())
