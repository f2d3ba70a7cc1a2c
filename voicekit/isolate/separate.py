"""Speech and background by the isolator: the separator that needs no download."""

from collections.abc import Iterator

import numpy as np

from voicekit.audio.sound import Blocks, Separation, Sound
from voicekit.isolate.isolate import isolate, load_isolator


def separate(sound: Sound) -> Separation:
    isolator = load_isolator()

    def apply(blocks: Blocks) -> Iterator[np.ndarray]:
        for mixture, speech in isolate(blocks, sound.sample_rate, isolator):
            yield np.stack((speech, mixture - speech))

    return Separation(("speech", "background"), apply)
