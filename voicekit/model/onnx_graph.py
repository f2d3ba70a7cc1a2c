"""ONNX graphs, written as they read in the papers: `y = x * scale + shift`.

The format is Protocol Buffers with the field numbers of onnx.proto3, and small enough to be written here: a voice becomes
a graph in milliseconds and without the packages `onnx` and `torch`.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

#: IR 10 and opset 20, of 2024 and 2023, are what ONNX Runtime 1.18 and everything newer reads.
_IR_VERSION, _OPSET = 10, 20
_TYPES = {"float32": 1, "int32": 6, "int64": 7, "bool": 9, "float16": 10, "float64": 11}
_VARINT, _BYTES, _FIXED32 = 0, 2, 5
#: The kinds of attributes: float, int, string, tensor, graph, ints.
_FLOAT, _INT, _STRING, _TENSOR, _GRAPH, _INTS = 1, 2, 3, 4, 5, 7

Number = float | int


class Value:
    """What flows along an edge of a graph: its name there, and the type of its numbers."""

    def __init__(self, graph: "Graph", name: str, dtype: str) -> None:
        self.graph, self.name, self.dtype = graph, name, dtype

    def __add__(self, other: "Value | Number") -> "Value":
        return self.graph.op("Add", self, other)

    def __sub__(self, other: "Value | Number") -> "Value":
        return self.graph.op("Sub", self, other)

    def __rsub__(self, other: Number) -> "Value":
        return self.graph.op("Sub", self.graph.constant(np.array(other, self.dtype)), self)

    def __mul__(self, other: "Value | Number") -> "Value":
        return self.graph.op("Mul", self, other)

    def __truediv__(self, other: "Value | Number") -> "Value":
        return self.graph.op("Div", self, other)

    def __rtruediv__(self, other: Number) -> "Value":
        return self.graph.op("Div", self.graph.constant(np.array(other, self.dtype)), self)

    def __matmul__(self, other: "Value") -> "Value":
        return self.graph.op("MatMul", self, other)

    def __neg__(self) -> "Value":
        return self.graph.op("Neg", self)

    def __gt__(self, other: "Value | Number") -> "Value":
        return self.graph.op("Greater", self, other, dtype="bool")

    def __le__(self, other: "Value | Number") -> "Value":
        return self.graph.op("LessOrEqual", self, other, dtype="bool")

    __radd__, __rmul__ = __add__, __mul__

    def to(self, dtype: str) -> "Value":
        return self if dtype == self.dtype else self.graph.op("Cast", self, dtype=dtype, to=_TYPES[dtype])

    def reshape(self, *shape: int) -> "Value":
        """As NumPy, but a 0 keeps the size of that axis."""
        return self.graph.op("Reshape", self, self.graph.constant(np.array(shape, np.int64)))

    def transpose(self, *axes: int) -> "Value":
        return self.graph.op("Transpose", self, perm=axes)

    def clip(self, low: Number | None = None, high: Number | None = None) -> "Value":
        bounds = ["" if bound is None else self.graph.constant(np.array(bound, self.dtype)) for bound in (low, high)]
        return self.graph.op("Clip", self, *bounds)

    def slice(self, axis: int, begin: "int | Value", end: "int | Value") -> "Value":
        places = (place if isinstance(place, Value) else self.graph.ints(place) for place in (begin, end))
        return self.graph.op("Slice", self, *places, self.graph.ints(axis))

    def pad(self, axis: int, ndim: int, before: int, after: int, mode: str = "constant") -> "Value":
        pads = np.zeros((2, ndim), np.int64)
        pads[:, axis] = before, after
        return self.graph.op("Pad", self, self.graph.constant(pads.ravel()), mode=mode)

    def sum(self, axis: int, keepdims: bool = False) -> "Value":
        return self.graph.op("ReduceSum", self, self.graph.ints(axis), keepdims=int(keepdims))

    def size(self, axis: int) -> "Value":
        """(1,) int64"""
        return self.graph.op("Shape", self, dtype="int64", start=axis, end=axis + 1)


class Graph:
    """A graph that is being written. `op` adds a node; the names of nodes, attributes and their order are ONNX's."""

    def __init__(self, prefix: str = "") -> None:
        """A graph within another has a prefix: names are known to the inner one, too."""
        self._prefix = prefix
        self._nodes: list[bytes] = []
        self._initializers: dict[str, bytes] = {}
        self._inputs: list[bytes] = []
        self._outputs: list[bytes] = []
        self._constants: dict[tuple, Value] = {}
        self._count = 0

    def input(self, name: str, dtype: str, shape: Sequence[int | str], optional: int = 0) -> Value:
        """What is fed; sizes that are not known have a name. What is optional is one 1 where it is not fed."""
        self._inputs.append(_value_info(name, dtype, shape))
        if optional:
            self.weight(name, np.ones([size if isinstance(size, int) else optional for size in shape], dtype))
        return Value(self, name, dtype)

    def output(self, name: str, value: Value, shape: Sequence[int | str]) -> None:
        self._nodes.append(_node("Identity", [value.name], [name], {}))
        self._outputs.append(_value_info(name, value.dtype, shape))

    def weight(self, name: str, array: np.ndarray) -> Value:
        """An array under a name of its own. One in half precision is stored so, and reckoned with in single."""
        self._initializers[name] = _tensor(name, array)
        return (
            Value(self, name, str(array.dtype)).to("float32")
            if array.dtype == np.float16
            else Value(self, name, str(array.dtype))
        )

    def constant(self, value: np.ndarray | np.generic) -> Value:
        array = np.asarray(value)
        key = (str(array.dtype), array.shape, array.tobytes())
        if key not in self._constants:
            self._constants[key] = self.weight(f"{self._prefix}constant.{len(self._constants)}", array)
        return self._constants[key]

    def ints(self, *numbers: int) -> Value:
        return self.constant(np.array(numbers, np.int64))

    def op(self, kind: str, *inputs: "Value | Number | str", dtype: str | None = None, **attributes: Any) -> Value:
        """A node's first output, of the type of its first input unless `dtype` says otherwise; "" leaves an input out."""
        return self.ops(kind, 1, *inputs, dtype=dtype, **attributes)[0]

    def ops(
        self, kind: str, n_outputs: int, *inputs: "Value | Number | str", dtype: str | None = None, **attributes: Any
    ) -> list[Value]:
        """All outputs of a node."""
        first = next(value.dtype for value in inputs if isinstance(value, Value))
        names = []
        for value in inputs:
            if isinstance(value, float | int):
                value = self.constant(np.array(value, first))
            names.append(value if isinstance(value, str) else value.name)
        outputs = [f"{self._prefix}{kind}.{self._count + n}" for n in range(n_outputs)]
        self._count += n_outputs
        self._nodes.append(_node(kind, names, outputs, attributes))
        return [Value(self, name, dtype or first) for name in outputs]

    def serialise(self, metadata: Mapping[str, str]) -> bytes:
        """The model as the bytes of an .onnx file."""
        parts = [
            _field(1, _IR_VERSION),
            _field(2, b"voicekit"),
            _field(7, self.body("voice")),
            _field(8, _field(2, _OPSET)),
            *(_field(14, _field(1, key.encode()) + _field(2, value.encode())) for key, value in metadata.items()),
        ]
        return b"".join(parts)

    def body(self, name: str) -> bytes:
        """The graph alone, as it stands in a model or in a node of another graph."""
        parts = [(1, node) for node in self._nodes] + [(2, name.encode())]
        parts += [(5, initializer) for initializer in self._initializers.values()]
        parts += [(11, value) for value in self._inputs] + [(12, value) for value in self._outputs]
        return b"".join(_field(number, payload) for number, payload in parts)


def _node(kind: str, inputs: Iterable[str], outputs: Iterable[str], attributes: Mapping[str, Any]) -> bytes:
    parts = [*(_field(1, name.encode()) for name in inputs), *(_field(2, name.encode()) for name in outputs)]
    parts += [_field(4, kind.encode()), *(_field(5, _attribute(name, value)) for name, value in attributes.items())]
    return b"".join(parts)


def _attribute(name: str, value: Any) -> bytes:
    head = _field(1, name.encode())
    if isinstance(value, float):
        return head + _tag(2, _FIXED32) + np.float32(value).tobytes() + _field(20, _FLOAT)
    if isinstance(value, int):
        return head + _field(3, value) + _field(20, _INT)
    if isinstance(value, str):
        return head + _field(4, value.encode()) + _field(20, _STRING)
    if isinstance(value, Graph):
        return head + _field(6, value.body(name)) + _field(20, _GRAPH)
    return head + b"".join(_field(8, number) for number in value) + _field(20, _INTS)


def _tensor(name: str, array: np.ndarray) -> bytes:
    parts = [*(_field(1, size) for size in array.shape), _field(2, _TYPES[str(array.dtype)]), _field(8, name.encode())]
    return b"".join([*parts, _field(9, np.ascontiguousarray(array).tobytes())])


def _value_info(name: str, dtype: str, shape: Sequence[int | str]) -> bytes:
    sizes = (_field(1, size) if isinstance(size, int) else _field(2, size.encode()) for size in shape)
    tensor = _field(1, _TYPES[dtype]) + _field(2, b"".join(_field(1, size) for size in sizes))
    return _field(1, name.encode()) + _field(2, _field(1, tensor))


def _field(number: int, payload: bytes | int) -> bytes:
    if isinstance(payload, int):
        return _tag(number, _VARINT) + _varint(payload)
    return _tag(number, _BYTES) + _varint(len(payload)) + payload


def _tag(number: int, kind: int) -> bytes:
    return _varint(number << 3 | kind)


def _varint(number: int) -> bytes:
    """Seven bits a byte, the lowest first; negative numbers as 64 bits."""
    number &= (1 << 64) - 1
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*out, number])
