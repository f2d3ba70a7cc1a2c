"""Finds speech with silero-vad, whose weights are in its wheel."""

from collections.abc import Callable, Iterable, Iterator
from functools import cache

import numpy as np

SAMPLE_RATE = 16_000
FRAME_LENGTH = 512

#: Takes blocks (samples,) at SAMPLE_RATE, each a whole number of frames long, and gives the speech probabilities (frames,)
#: of each.
SpeechFinder = Callable[[Iterable[np.ndarray]], Iterator[np.ndarray]]


def find_speech(blocks: Iterable[np.ndarray]) -> Iterator[np.ndarray]:
    """silero-vad over a stream: the detector's memory lives on from block to block."""
    import torch

    model = _model()
    model.reset_states()
    with torch.inference_mode():
        for block in blocks:
            frames = torch.from_numpy(np.ascontiguousarray(block, dtype=np.float32)).reshape(-1, FRAME_LENGTH)
            yield np.array([model(frame, SAMPLE_RATE).item() for frame in frames], dtype=np.float32)


@cache
def _model():
    import torch

    threads = torch.get_num_threads()
    import silero_vad

    torch.set_num_threads(threads)  # silero_vad leaves torch with one when it is imported
    return silero_vad.load_silero_vad(onnx=True)  # its other form, TorchScript, is about to leave torch
