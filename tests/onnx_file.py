"""ONNX files, written byte by byte: that takes no other package. Numbers of fields are those of onnx.proto."""

from collections.abc import Iterable

import numpy as np

FLOAT, INT64 = 1, 7
_KINDS = {np.dtype(np.float32): FLOAT, np.dtype(np.int64): INT64}


def number(value: int) -> bytes:
    made = b""
    while True:
        value, low = value >> 7, value & 127
        made += bytes([low | (128 if value else 0)])
        if not value:
            return made


def field(tag: int, value: int | bytes | str) -> bytes:
    """A field of a protobuf message."""
    if isinstance(value, int):
        return number(tag << 3) + number(value)
    value = value.encode() if isinstance(value, str) else value
    return number(tag << 3 | 2) + number(len(value)) + value


def node(kind: str, inputs: str, output: str, **attributes: int) -> bytes:
    """`inputs`: names with blanks between; an attribute is a whole number."""
    named = b"".join(field(5, field(1, name) + field(3, value) + field(20, 2)) for name, value in attributes.items())
    return field(1, b"".join(field(1, name) for name in inputs.split()) + field(2, output) + field(4, kind) + named)


def constant(name: str, values: object, kind: type = np.float32) -> bytes:
    array = np.asarray(values, kind)
    dims = b"".join(field(1, n) for n in array.shape)
    return field(5, dims + field(2, _KINDS[array.dtype]) + field(8, name) + field(9, array.tobytes()))


def value(tag: int, name: str, kind: int, shape: Iterable[int | str]) -> bytes:
    """An input (tag 11) or an output (12); a length may have a name."""
    dims = b"".join(field(1, field(1, n) if isinstance(n, int) else field(2, n)) for n in shape)
    return field(tag, field(1, name) + field(2, field(1, field(1, kind) + field(2, dims))))


def model(*parts: bytes, opset: int = 17) -> bytes:
    """A file of the nodes, constants, inputs and outputs of a graph."""
    return field(1, 8) + field(7, b"".join(parts) + field(2, "graph")) + field(8, field(2, opset))
