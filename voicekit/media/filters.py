"""FFmpeg's sound filters on a stream."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import chain

import numpy as np

from voicekit.media.layout import as_block, as_frame
from voicekit.media.sound import Blocks


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
    channels, word = len(first), f"{len(first)} channels"  # wherever they belong: filters treat each by itself
    graph = av.filter.Graph()
    source = graph.add_abuffer(sample_rate=sample_rate, format="flt", layout=word, time_base=Fraction(1, sample_rate))
    nodes = [source, graph.add(name, arguments), graph.add("aformat", "sample_fmts=flt"), graph.add("abuffersink")]
    graph.link_nodes(*nodes).configure()

    def made() -> Iterator[np.ndarray]:
        while True:
            try:
                frame = nodes[-1].pull()
            except (av.BlockingIOError, av.EOFError):  # it wants more; it has given all
                return
            if isinstance(frame, av.AudioFrame):  # as all are that such a graph gives
                yield as_block(frame, channels)

    came, to_drop, given = 0, delay, 0

    def in_time() -> Iterator[np.ndarray]:
        """What was made, without the delay at its start and what rings on past the end."""
        nonlocal to_drop, given
        for out in made():
            kept = out[:, to_drop : to_drop + came - given]
            to_drop = max(0, to_drop - out.shape[1])
            given += kept.shape[1]
            if kept.shape[1]:
                yield kept

    def push(block: np.ndarray, at: int) -> None:
        frame = as_frame(block, word, sample_rate)
        frame.pts, frame.time_base = at, Fraction(1, sample_rate)
        source.push(frame)

    for block in chain((first,), blocks):
        if block.shape[1]:
            push(block, came)
            came += block.shape[1]
            yield from in_time()
    if delay:
        push(np.zeros((channels, delay), np.float32), came)
        yield from in_time()
    source.push(None)
    yield from in_time()
