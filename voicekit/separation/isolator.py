"""Speech and background by the isolator: the separator that needs no download."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from voicekit.audio.treatment import Separation
from voicekit.core.reporter import SILENT, Reporter
from voicekit.media.sound import Blocks, Sound
from voicekit.separation.speech_separator import load_speech_separator, separated_speech


def separate(sound: Sound, model: Path | None = None, reporter: Reporter = SILENT) -> Separation:
    """`model`: the folder of an isolator of your own."""
    separator = load_speech_separator(model)

    def apply(blocks: Blocks) -> Iterator[np.ndarray]:
        for mixture, speech in separated_speech(blocks, sound.sample_rate, separator):
            yield np.stack((speech, mixture - speech))

    return Separation(("speech", "background"), apply)
