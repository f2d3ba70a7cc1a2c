"""A network for super-resolution in an ONNX file, run tile by tile."""

from pathlib import Path

import numpy as np

from voicekit.core.errors import ConfigError, PluginError

_HOW_TO_INSTALL = "onnx-upscale needs ONNX Runtime: pip install 'voicekit[upscale]'"
_WANTED = "it must take one RGB picture in 0…1 as floats (1, 3, height, width) and give one a whole number of times as large"
_KINDS = {"tensor(float)": np.float32, "tensor(float16)": np.float16}
#: Networks that shrink on the way need a size that can be halved a few times.
_STEP = 8
_MOST_SCALE = 8
#: Pixels on a side of what a network of a fixed size sees; a larger one takes gigabytes for a tile.
_MOST_FIXED = 4096


class Network:
    """The network and what it says of itself.

    Attributes:
        scale: how many times as wide and as high a picture becomes.
    """

    def __init__(self, path: Path, device: str = "auto", tile: int = 256) -> None:
        """
        Args:
            tile: how many pixels it is to see at once; a network of a fixed size sees that.

        Raises:
            ConfigError: there is no such file, or it is no network of this kind.
            PluginError: ONNX Runtime is not installed, or has no such device.
        """
        self._path = path
        self._session = _session(path, device)
        inputs, outputs = self._session.get_inputs(), self._session.get_outputs()
        if len(inputs) != 1 or not outputs or inputs[0].type not in _KINDS or len(inputs[0].shape) != 4:
            takes = ", ".join(f"{i.name}: {i.type} {i.shape}" for i in inputs)
            raise ConfigError(f"{path} is not a network for super-resolution: {_WANTED}; it takes {takes}")
        self._input, self._output = inputs[0].name, outputs[0].name
        self._kind = _KINDS[inputs[0].type]
        channels, *size = inputs[0].shape[1:]
        if isinstance(channels, int) and channels != 3:
            raise ConfigError(f"{path} takes {channels} channels: {_WANTED}")
        self._fixed = tuple(length if isinstance(length, int) and length > 0 else 0 for length in size)
        if max(self._fixed) > _MOST_FIXED:
            raise ConfigError(f"{path} takes pictures of {inputs[0].shape[2:]}, of at most {_MOST_FIXED} a side: {_WANTED}")
        self._tile = tuple(length or -(-tile // _STEP) * _STEP for length in self._fixed)
        self.scale = self._measured()

    def _measured(self) -> int:
        """How many times as large the output is, found out with a small picture."""
        size = [length or 64 for length in self._fixed]
        made = self._run(np.zeros((1, 3, *size), np.float32))
        if made.ndim == 4 and made.shape[:2] == (1, 3):
            scale = made.shape[2] // size[0]
            if 1 <= scale <= _MOST_SCALE and made.shape[2:] == (scale * size[0], scale * size[1]):
                return scale
        raise ConfigError(f"{self._path} makes {made.shape} of {(1, 3, *size)}: {_WANTED}")

    def _run(self, pixels: np.ndarray) -> np.ndarray:
        try:
            made = self._session.run([self._output], {self._input: pixels.astype(self._kind)})[0].astype(np.float32)
        except Exception as error:  # ONNX Runtime's own classes have no common base
            reason = str(error).splitlines()[0]
            raise ConfigError(
                f"{self._path} cannot work on a tile of {pixels.shape[2:]}: {reason}; try another tile"
            ) from error
        if not np.isfinite(made).all():
            raise ConfigError(f"{self._path} makes of a picture what is no number: it is damaged; copy it again")
        return made

    def picture(self, pixels: np.ndarray, overlap: int) -> np.ndarray:
        """A picture (height, width, 3), uint8 or uint16, enlarged. Besides it there is one row of tiles in memory."""
        height, width = pixels.shape[:2]
        scale, top = self.scale, np.iinfo(pixels.dtype).max
        tall, wide = (
            fixed or min(tile, -(-length // _STEP) * _STEP)
            for tile, length, fixed in zip(self._tile, (height, width), self._fixed, strict=True)
        )
        rows, columns = _starts(height, tall, overlap), _starts(width, wide, overlap)
        down, across = _shares(rows, tall, height, overlap, scale), _shares(columns, wide, width, overlap, scale)
        made = np.empty((height * scale, width * scale, 3), pixels.dtype)
        band = np.zeros((3, tall * scale, width * scale), np.float32)
        for number, y in enumerate(rows):
            for x, share in zip(columns, across, strict=True):
                part = pixels[y : y + tall, x : x + wide]
                missing = tall - part.shape[0], wide - part.shape[1]
                part = np.pad(part, ((0, missing[0]), (0, missing[1]), (0, 0)), mode="edge").astype(np.float32) / top
                out = self._run(part.transpose(2, 0, 1)[None])[0]
                place = slice(x * scale, min(x + wide, width) * scale)
                band[:, :, place] += (out * down[number][:, None] * share)[:, :, : place.stop - place.start]
            following = rows[number + 1] if number + 1 < len(rows) else height
            done = (following - y) * scale  # nothing is added to these any more
            whole = np.clip(np.round(band[:, :done] * top), 0, top)
            made[y * scale : y * scale + done] = whole.transpose(1, 2, 0)
            band[:, : band.shape[1] - done] = band[:, done:].copy()
            band[:, band.shape[1] - done :] = 0
        return made


def _starts(length: int, tile: int, overlap: int) -> list[int]:
    """Where tiles begin: they cover it all, share at least `overlap`, and all lie inside if it is as long as one."""
    if length <= tile:
        return [0]
    count = -(-(length - overlap) // (tile - overlap))
    return [round(n * (length - tile) / (count - 1)) for n in range(count)]


def _shares(starts: list[int], tile: int, length: int, overlap: int, scale: int) -> list[np.ndarray]:
    """How much of the result each tile gives at each of its pixels; in all it is one. At its edges a network sees less:
    a quarter of what two share is the neighbour's alone, and in the half between one turns into the other."""
    shared = overlap * scale
    ramp = np.clip((np.arange(tile * scale) + 0.5 - shared / 4) / max(1, shared / 2), 0, 1)
    weights, total = [], np.zeros((max(length, tile)) * scale)
    for number, start in enumerate(starts):
        first, last = number == 0, number == len(starts) - 1
        weight = (np.ones_like(ramp) if first else ramp) * (np.ones_like(ramp) if last else ramp[::-1])
        total[start * scale : (start + tile) * scale] += weight
        weights.append(weight)
    return [
        (weight / total[start * scale : (start + tile) * scale]).astype(np.float32)
        for start, weight in zip(starts, weights, strict=True)
    ]


def _session(path: Path, device: str):
    try:
        import onnxruntime
    except ImportError as error:
        raise PluginError(_HOW_TO_INSTALL) from error
    if not path.is_file():
        raise ConfigError(f"{path} does not exist; set model to the path of an ONNX file for super-resolution")
    there = onnxruntime.get_available_providers()
    if device == "cuda" and "CUDAExecutionProvider" not in there:
        raise PluginError(
            "this ONNX Runtime cannot use the graphics card: pip install onnxruntime-gpu, or choose device cpu"
        )
    wanted = ["CPUExecutionProvider"] if device == "cpu" else ["CUDAExecutionProvider", "CPUExecutionProvider"]
    settings = onnxruntime.SessionOptions()
    settings.log_severity_level = 4
    try:
        return onnxruntime.InferenceSession(str(path), settings, [name for name in wanted if name in there])
    except Exception as error:  # ONNX Runtime's own classes have no common base
        raise ConfigError(f"{path} is not a readable ONNX model: {str(error).splitlines()[0]}") from error
