"""The layers that our networks are made of, in the operators of ONNX, with the weights of their torch twins.

Every size is said, and held against the weights: they may be a stranger's.
"""

from collections.abc import Mapping

import numpy as np

from voicekit.model.onnx_graph import Graph, Value


class Weights:
    """Arrays by name, put into a graph where they are used. `weights / "encoder"` is those whose names begin so.

    Each layer raises ValueError where a weight is missing or of another shape.
    """

    def __init__(
        self, graph: Graph, arrays: Mapping[str, np.ndarray], prefix: str = "", used: set[str] | None = None
    ) -> None:
        self.graph, self.arrays, self.prefix = graph, arrays, prefix
        self.used: set[str] = set() if used is None else used  #: names, of all that came of one

    def __truediv__(self, name: object) -> "Weights":
        return Weights(self.graph, self.arrays, f"{self.prefix}{name}.", self.used)

    def array(self, name: str, *shape: int) -> np.ndarray:
        name = self.prefix + name
        if name not in self.arrays:
            raise ValueError(f"it lacks {name}")
        if self.arrays[name].shape != shape:
            raise ValueError(f"{name} is of the shape {self.arrays[name].shape}, not {shape}")
        self.used.add(name)
        return self.arrays[name]

    def single(self, name: str, *shape: int) -> np.ndarray:
        """In single precision."""
        return self.array(name, *shape).astype(np.float32)

    def value(self, name: str, *shape: int) -> Value:
        return self.graph.weight(self.prefix + name, self.array(name, *shape))

    def made(self, name: str, array: np.ndarray) -> Value:
        """An array that was made of the weights."""
        return self.graph.weight(self.prefix + name, array)

    def conv(self, x: Value, before: int, after: int, kernel: int, dilation: int = 1, groups: int = 1) -> Value:
        """(1, before, T) to (1, after, T), centred."""
        pad = dilation * (kernel // 2)
        weight, bias = self.value("weight", after, before // groups, kernel), self.value("bias", after)
        return self.graph.op("Conv", x, weight, bias, dilations=[dilation], pads=[pad, pad], group=groups)

    def linear(self, x: Value, before: int, after: int) -> Value:
        """(…, before) to (…, after)"""
        return x @ self.made("weight.T", self.array("weight", after, before).T) + self.value("bias", after)

    def layer_norm(self, x: Value, channels: int, epsilon: float = 1e-5) -> Value:
        """Over the last axis."""
        weights = (self.value(name, channels) for name in ("weight", "bias"))
        return self.graph.op("LayerNormalization", x, *weights, epsilon=epsilon)

    def channel_norm(self, x: Value, channels: int) -> Value:
        """Over the channels of (1, C, T)."""
        return self.layer_norm(x.transpose(0, 2, 1), channels).transpose(0, 2, 1)

    def embedding(self, ids: Value, n: int, channels: int) -> Value:
        return self.graph.op("Gather", self.value("weight", n, channels), ids)

    def gru(self, x: Value, channels: int, hidden: int) -> Value:
        """(1, C, N) to (1, 2 · hidden, N), both ways."""

        def reordered(name: str, *shape: int) -> np.ndarray:
            """torch has reset, update, new; ONNX update, reset, new."""
            reset, update, new = np.split(self.array(name, *shape), 3)
            return np.concatenate((update, reset, new))

        ways = ("l0", "l0_reverse")
        into = np.stack([reordered(f"weight_ih_{way}", 3 * hidden, channels) for way in ways])
        back = np.stack([reordered(f"weight_hh_{way}", 3 * hidden, hidden) for way in ways])
        bias = np.stack(
            [np.concatenate([reordered(f"bias_{kind}_{way}", 3 * hidden) for kind in ("ih", "hh")]) for way in ways]
        )
        weights = (self.made(name, array) for name, array in (("W", into), ("R", back), ("B", bias)))
        out = self.graph.op(
            "GRU", x.transpose(2, 0, 1), *weights, hidden_size=hidden, direction="bidirectional", linear_before_reset=1
        )  # (N, 2, 1, hidden)
        return out.transpose(2, 1, 3, 0).reshape(1, 2 * hidden, -1)

    def conv_block(
        self, x: Value, channels: int, kernel: int, dilation: int = 1, speaker: np.ndarray | None = None
    ) -> Value:
        """acoustic.ConvBlock; the voice, an embedding (E,), is always the same: what it scales and shifts by is constant."""
        h = (self / "norm").channel_norm(x, channels)
        if speaker is not None:
            scale, shift = np.split((self / "speaker").projected(speaker, 2 * channels)[None, :, None], 2, axis=1)
            h = h * self.made("scale", 1 + scale) + self.made("shift", shift)
        return x + self.graph.op("Gelu", (self / "conv").conv(h, channels, channels, kernel, dilation))

    def projected(self, vector: np.ndarray, after: int) -> np.ndarray:
        """A linear layer on what is known already."""
        return self.single("weight", after, len(vector)) @ vector + self.single("bias", after)
