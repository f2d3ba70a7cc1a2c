"""Recordings that tests make, and a speech finder that needs no model."""

from pathlib import Path

import numpy as np
import soundfile
from conftest import SAMPLE_RATE, buzz

from voicekit.recognition import speech

SHARED = Path("/work/shared/data")


def loud_is_speech(blocks):
    """Takes for speech whatever is louder than −45 dB."""
    for block in blocks:
        frames = block.reshape(-1, speech.FRAME_LENGTH)
        yield (np.sqrt(np.mean(frames**2, axis=1)) > 10 ** (-45 / 20)).astype(np.float32)


def hiss(duration_s: float, db: float = -70.0, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return rng.normal(0, 10 ** (db / 20), round(duration_s * SAMPLE_RATE)).astype(np.float32)


def spoken(*seconds: float, pause_s: float = 0.8, gain: float = 0.3) -> np.ndarray:
    """Buzzes of these lengths with pauses of faint hiss around and between them."""
    parts = [hiss(pause_s)]
    for n, duration_s in enumerate(seconds):
        steady = buzz(duration_s, seed=n)
        # Without the gaps in which a buzz fades out, which would be pauses.
        parts += [gain * (steady + 0.3 * buzz(duration_s, 210, seed=n + 50)), hiss(pause_s, seed=n + 1)]
    return np.concatenate(parts).astype(np.float32)


def write(path: Path, waveform: np.ndarray, rate: int = SAMPLE_RATE) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, waveform.T, rate)
    return path
