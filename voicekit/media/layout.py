"""Where the channels of a stream belong, and frames of any number of channels, avoiding two faults of PyAV 18.

PyAV counts a frame's planes wrongly from eight channels on, so that to_ndarray and from_ndarray of planar frames crash: all
frames here are packed. And it frees a layout with a custom order twice, which ends the process: such a layout is never freed
here.
"""

import ctypes
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from voicekit.media.sound import Layout

if TYPE_CHECKING:
    import av

#: FFmpeg's resampler takes no more.
MOST_CHANNELS = 64
#: FFmpeg's order of the named channels.
_ORDER = (
    "FL", "FR", "FC", "LFE", "BL", "BR", "FLC", "FRC", "BC", "SL", "SR", "TC", "TFL", "TFC", "TFR", "TBL", "TBC", "TBR",
    "DL", "DR", "WL", "WR", "SDL", "SDR", "LFE2", "TSL", "TSR", "BFC", "BFL", "BFR", "SSL", "SSR", "TTL", "TTR", "BIL",
    "BIR",
)  # fmt: skip


def layout_of(context) -> Layout:
    """The names of the channels that a decoder gives.

    Ask before anything is decoded with it, and once: a layout that cannot be freed is taken away from it.
    """
    layout = context.layout
    word, names = word_of(layout), tuple(channel.name for channel in layout.channels)
    if word != layout.name:
        context.layout = word
    return _known(names)


def word_of(layout: "av.AudioLayout") -> str:
    """FFmpeg's word for a layout; for one in an order of its own, which is never freed from here on, "12 channels"."""
    word = layout.name
    if re.match(r"\d+ channels \(", word):
        ctypes.pythonapi.Py_IncRef(ctypes.py_object(layout))
        return word.partition(" (")[0]
    return word


def names_in(word: str) -> Layout:
    """The names of the channels in what FFmpeg calls `word`."""
    import av

    return _known(tuple(channel.name for channel in av.AudioLayout(word).channels))


def _known(names: Layout) -> Layout:
    """Names that say where each channel belongs; all or none."""
    if len(names) <= 2 and "NONE" in names:
        return ("FC",) if len(names) == 1 else ("FL", "FR")
    placed = all(name in _ORDER for name in names) or all(re.fullmatch(r"AMBI\d+", name) for name in names)
    return names if placed and len(set(names)) == len(names) else ("",) * len(names)


def in_order(layout: Layout) -> Layout:
    """The same channels in FFmpeg's order, the only one in which sound is written."""
    return tuple(sorted(layout, key=_ORDER.index)) if set(layout) <= set(_ORDER) else layout


def words_for(layout: Layout) -> list[str]:
    """FFmpeg's words for a layout, the exact one first, then those that a codec may know instead."""
    n = len(layout)
    if not any(layout):
        # None of these has a channel for low frequencies, which players leave out in stereo.
        near = {3: ("3.0",), 4: ("4.0", "quad"), 5: ("5.0",), 6: ("hexagonal", "6.0"), 7: ("7.0",), 8: ("octagonal",)}
        return [f"{n} channels", *near.get(n, ())]
    if layout[0].startswith("AMBI"):
        return [f"ambisonic {round(n**0.5) - 1}", f"{n} channels"]
    # What one format calls back, another calls side: of 5.1 they are the same two loudspeakers.
    swapped = tuple({"SL": "BL", "SR": "BR", "BL": "SL", "BR": "SR"}.get(name, name) for name in layout)
    words = ["+".join(names) for names in dict.fromkeys((layout, swapped)) if names == in_order(names)]
    return words + {1: ["mono"], 2: ["stereo"]}.get(n, [])


def add_sound_stream(out: "av.container.OutputContainer", codec: str, rate: int, word: str | None) -> "av.AudioStream":
    """Adds a stream of sound to a container.

    Args:
        word: FFmpeg's, for the layout; None leaves it to the encoder.

    Raises:
        ValueError: it is not a sound codec.
    """
    import av

    stream = out.add_stream(codec, rate=rate, layout=word)
    if not isinstance(stream, av.AudioStream):
        raise ValueError(f"{codec} is not a sound codec")
    return stream


def as_frame(block: np.ndarray, word: str, sample_rate: int) -> "av.AudioFrame":
    """A frame of (channels, samples)."""
    import av

    packed = np.ascontiguousarray(block.T, np.float32).reshape(1, -1)
    frame = av.AudioFrame.from_ndarray(packed, format="flt", layout=word)
    frame.sample_rate = sample_rate
    return frame


def as_block(frame: "av.AudioFrame", channels: int) -> np.ndarray:
    """(channels, samples) of a frame in FFmpeg's format "flt"."""
    word_of(frame.layout)
    return frame.to_ndarray().reshape(-1, channels).T


class Resampler:
    """Frames of one kind to blocks (channels, samples) at `sample_rate`, channel by channel."""

    def __init__(self, sample_rate: int, channels: int) -> None:
        import av

        self._resampler = av.AudioResampler("flt", None, sample_rate)
        self._channels = channels

    def blocks(self, frame: "av.AudioFrame | None") -> Iterator[np.ndarray]:
        """What comes out for a frame; for None the rest."""
        for out in self._resampler.resample(frame):
            yield as_block(out, self._channels)
