"""The stage "onnx-upscale": a larger picture by a network that the person has as an ONNX file."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from voicekit.core.errors import ConfigError
from voicekit.film.enhancement.network import Network
from voicekit.film.enhancement.tile_cache import Skipping
from voicekit.film.enhancement.transcode import TAKES, remake
from voicekit.film.stage import Context, Stage
from voicekit.media.planes import FULL_RANGE, LIMITED_RANGE, depth, of_pixels, told_like

if TYPE_CHECKING:
    from av import VideoFrame

_LEAST_TILE, _MOST_TILE = 32, 2048
#: The matrix of BT.709. Where a film names none, that of BT.601 is used both ways.
_BT709, _BT601 = 1, 5


@dataclass(frozen=True)
class OnnxUpscaleOptions:
    """What the network is, and how much of the picture it sees at once."""

    model: str = ""  #: the ONNX file: RGB in 0…1 as (1, 3, height, width) in and, a whole number of times as large, out
    tile: int = 256  #: pixels: smaller takes less memory
    overlap: int = 16  #: pixels that neighbouring tiles share, over which one turns into the other
    skip: bool = True  #: what lies still is not done again

    def __post_init__(self) -> None:
        if not _LEAST_TILE <= self.tile <= _MOST_TILE:
            raise ConfigError(f"tile = {self.tile}: choose a number between {_LEAST_TILE} and {_MOST_TILE}")
        if not 0 <= self.overlap <= self.tile // 4:
            raise ConfigError(f"overlap = {self.overlap}: choose a number between 0 and a quarter of the tile")


class OnnxUpscale(Stage):
    """A network for super-resolution that you have, tile by tile, and only where the picture changes."""

    name, kind, version = "onnx-upscale", "enhance", "1"
    takes, gives = TAKES, ".mp4"
    Options = OnnxUpscaleOptions

    def run(self, inputs: Sequence[Path], out: Path, options: OnnxUpscaleOptions, context: Context) -> None:
        if not options.model:
            raise ConfigError("onnx-upscale needs a network: set model to the path of an ONNX file for super-resolution")
        network = Network(Path(options.model), context.device, options.tile)
        context.note(f"{options.model}: {network.scale} times as wide and as high")
        remake(inputs[0], out, lambda frames: _larger(frames, network, options), progress=context.progress)


def _larger(frames: "Iterable[VideoFrame]", network: Network, options: OnnxUpscaleOptions) -> "Iterator[VideoFrame]":
    def step(frame: "VideoFrame") -> "VideoFrame":
        return enlarged(frame, network, options.overlap)

    reach = max(8, -(-options.overlap // 8) * 8)
    skipping = Skipping(step, reach, network.scale, options.skip)
    for frame in frames:
        yield skipping(frame)


def enlarged(frame: "VideoFrame", network: Network, overlap: int) -> "VideoFrame":
    """A frame through the network, of the same kind and colours."""
    kind = "rgb24" if depth(frame) == 8 else "rgb48le"
    matrix = _BT709 if frame.colorspace == _BT709 else _BT601
    limits = FULL_RANGE if frame.color_range == FULL_RANGE else LIMITED_RANGE
    pixels = frame.reformat(format=kind, src_colorspace=matrix, src_color_range=limits, dst_color_range=FULL_RANGE)
    made = of_pixels(network.picture(pixels.to_ndarray(), overlap), kind)
    made = made.reformat(format=frame.format.name, dst_colorspace=matrix, src_color_range=FULL_RANGE, dst_color_range=limits)
    return told_like(made, frame)
