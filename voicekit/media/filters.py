"""FFmpeg's sound filters on a stream."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import chain

import numpy as np

from voicekit.audio.sound import Blocks
from voicekit.media.write import LAYOUTS


def filtered(blocks: Blocks, sample_rate: int, name: str, arguments: str, delay: int = 0) -> Iterator[np.ndarray]:
    """Blocks (channels, samples) through an FFmpeg filter: as many samples as came, none shifted.

    Args:
        arguments: as FFmpeg's command line takes them, "nr=12:nf=-50".
        delay: samples by which the filter itself is late.
    """
    import av

    blocks = iter(blocks)
    first = next(blocks, None)
    if first is None:
        return
    channels = len(first)
    graph = av.filter.Graph()
    source = graph.add_abuffer(
        sample_rate=sample_rate, format="fltp", layout=LAYOUTS[channels], time_base=Fraction(1, sample_rate)
    )
    nodes = [source, graph.add(name, arguments), graph.add("aformat", "sample_fmts=fltp"), graph.add("abuffersink")]
    graph.link_nodes(*nodes).configure()

    def made() -> Iterator[np.ndarray]:
        while True:
            try:
                yield nodes[-1].pull().to_ndarray()
            except (av.BlockingIOError, av.EOFError):  # it wants more; it has given all
                return

    came = gone = 0
    for block in chain((first,), blocks, (np.zeros((channels, delay), np.float32),)):
        if not block.shape[1]:
            continue
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(block, np.float32), format="fltp", layout=LAYOUTS[channels])
        frame.sample_rate, frame.pts, frame.time_base = sample_rate, came, Fraction(1, sample_rate)
        source.push(frame)
        came += block.shape[1]
        for out in made():
            gone += out.shape[1]
            yield out[:, max(0, out.shape[1] - max(0, gone - delay)) :]
    source.push(None)
    for out in made():
        gone += out.shape[1]
        yield out[:, max(0, out.shape[1] - max(0, gone - delay)) :]
