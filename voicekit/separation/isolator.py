"""Speech and background by the isolator: the separator that needs no download."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from voicekit.audio.treatment import Separation
from voicekit.core.reporter import SILENT, Reporter
from voicekit.media.sound import Blocks, Sound
from voicekit.separation.isolate import isolate, load_isolator


def separate(sound: Sound, model: Path | None = None, reporter: Reporter = SILENT) -> Separation:
    """`model`: the folder of an isolator of your own."""
    isolator = load_isolator(model)

    def apply(blocks: Blocks) -> Iterator[np.ndarray]:
        for mixture, speech in isolate(blocks, sound.sample_rate, isolator):
            yield np.stack((speech, mixture - speech))

    return Separation(("speech", "background"), apply)
