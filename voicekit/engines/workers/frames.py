"""The messages between voicekit and a worker, on its pipes: a header in JSON, and sound behind it.

A frame is `_MARK`, the length of its header and of its body (both unsigned, little-endian: 4 and 8 bytes), the header as
UTF-8 JSON, and the body: float32 samples, little-endian. Both ends read this file, each in its own environment, so it
needs nothing but Python.

What voicekit says                                   what a worker answers
                                                     {"kind": "hello", "protocol": 1}
{"kind": "load", "id": 2, "weights": …,              {"kind": "ready", "id": 2}
 "device": …}
{"kind": "speak", "id": 3, "text": …, "pace": …,     {"kind": "sound", "id": 3, "sample_rate": 24000} and samples, any number
 "seed": …, "voice": {…}}                            of times, then {"kind": "done", "id": 3, "signs": [["a", 0.1, 0.2], …]}
                                                     {"kind": "failed", "id": 3, "error": …} instead, of either
                                                     {"kind": "alive"} every second while it is at work
                                                     {"kind": "bye"} where it ends because nobody wants anything
"""

import json
import struct
from dataclasses import dataclass
from typing import IO, Any

#: Raise this when the messages change.
PROTOCOL = 1
_MARK = b"VKw\n"
_LENGTHS = struct.Struct("<IQ")
#: More than any text or voice's settings; and 5 minutes at 48 kHz, in one piece.
MOST_HEADER_BYTES, MOST_BODY_BYTES = 1 << 20, 1 << 26


@dataclass(frozen=True)
class Frame:
    """A message. `body`: float32 samples, little-endian."""

    header: dict[str, Any]
    body: bytes = b""


def write_frame(pipe: IO[bytes], frame: Frame) -> None:
    """Raises ValueError where it is larger than the other end takes, OSError where that is gone."""
    header = json.dumps(frame.header).encode()
    if len(header) > MOST_HEADER_BYTES or len(frame.body) > MOST_BODY_BYTES:
        raise ValueError(f"a message of {len(header)} + {len(frame.body)} bytes is too long")
    pipe.write(_MARK + _LENGTHS.pack(len(header), len(frame.body)) + header + frame.body)
    pipe.flush()


def read_frame(pipe: IO[bytes]) -> "Frame | None":
    """The next message; None where there are no more.

    Raises:
        ValueError: what comes is no message, or larger than any.
        EOFError: it ends in the middle.
    """
    start = pipe.read(len(_MARK) + _LENGTHS.size)
    if not start:
        return None
    if start[: len(_MARK)] != _MARK[: len(start)]:
        raise ValueError(f"no message: {start!r}")
    if len(start) < len(_MARK) + _LENGTHS.size:
        raise EOFError("a message broke off")
    n_header, n_body = _LENGTHS.unpack_from(start, len(_MARK))
    if n_header > MOST_HEADER_BYTES or n_body > MOST_BODY_BYTES or n_body % 4:
        raise ValueError(f"a message says that it has {n_header} + {n_body} bytes")
    text, body = _exactly(pipe, n_header), _exactly(pipe, n_body)
    try:
        header = json.loads(text)
    except RecursionError as error:
        raise ValueError("a message's header is nested too deep") from error
    if not isinstance(header, dict) or not isinstance(header.get("kind"), str):
        raise ValueError(f"a message without a kind: {text[:60]!r}")
    return Frame(header, body)


def _exactly(pipe: IO[bytes], n_bytes: int) -> bytes:
    data = pipe.read(n_bytes)
    if len(data) < n_bytes:
        raise EOFError(f"a message broke off after {len(data)} of {n_bytes} bytes")
    return data
