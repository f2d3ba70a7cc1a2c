"""Writes the golden sound of the built-in voice anew: python tests/golden/golden_sound.py

Only where the voice is meant to sound different from before. Listen to both before you commit it.
"""

from pathlib import Path

import numpy as np

from voicekit.audio.features import log_mel
from voicekit.speech.voices import built_in_folder, load_engine, read_voice

GOLDEN = Path(__file__).with_name("base.npz")
#: Between them: a question, a pause, a number, a name, loud and soft sounds.
SENTENCES = ("Is it late? The lights come on.", "Six ships, and Joy, measure the 12 wharves.")


def spoken() -> dict[str, np.ndarray]:
    """The log-mel of each sentence, (mels, frames), as the built-in voice says it on the CPU."""
    engine = load_engine(read_voice(built_in_folder()), "cpu")
    return {sentence: log_mel(engine.synthesize(sentence).waveform) for sentence in SENTENCES}


if __name__ == "__main__":
    np.savez_compressed(GOLDEN, **{sentence: mel.astype(np.float16) for sentence, mel in spoken().items()})
    print(f"{GOLDEN}: {GOLDEN.stat().st_size / 1000:.0f} kB")
