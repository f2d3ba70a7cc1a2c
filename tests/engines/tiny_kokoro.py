"""A network and voices in Kokoro's format, small enough to build in a blink: each token is a tone of four frames."""

from pathlib import Path

import numpy as np
from onnx_file import FLOAT, INT64, constant, model, node, value

#: Frames a token at speed 1.
FRAMES = 4


def network(tokens: str = "tokens", durations: str = "duration", audio: str = "audio", first_frames: int = 0) -> bytes:
    """The ONNX file.

    Args:
        durations: the name of what tells the frames of each token; an output where it has no "/" in it.
        first_frames: by which the durations it tells are wrong.
    """
    outputs = [value(12, audio, FLOAT, ["samples"])]
    if durations and "/" not in durations:
        outputs.append(value(12, durations, FLOAT, [1, "n"]))
    return model(
        node("Cast", tokens, "kinds", to=FLOAT),
        node("Mul", "kinds zero", "none"),
        node("Add", "none frames", "natural"),
        node("Div", "natural speed", "wanted"),
        node("Round", "wanted", "rounded"),
        node("Clip", "rounded one", "counted"),
        node("Add", "counted wrong", durations or "told"),
        node("ReduceMax", "counted", "each", keepdims=0),
        node("Mul", "each frame", "samples_each"),
        node("Cast", "samples_each", "whole_each", to=INT64),
        node("Reshape", "whole_each vector", "length"),
        node("Concat", "ones length", "shape", axis=0),
        node("Min", "kinds one", "voiced"),
        node("Unsqueeze", "voiced last", "column"),
        node("Expand", "column shape", "tokens_loud"),
        node("Reshape", "tokens_loud vector", "loud"),
        node("ReduceSum", "counted", "frames_all", keepdims=0),
        node("Mul", "frames_all frame", "samples_all"),
        node("Range", "zero samples_all one", "times"),
        node("Mul", "times tone", "phases"),
        node("Sin", "phases", "sines"),
        node("ReduceMax", "style", "level", keepdims=0),
        node("Mul", "sines level", "levelled"),
        node("Mul", "levelled loud", audio),
        *(constant(name, number) for name, number in
          {"zero": 0.0, "one": 1.0, "frames": FRAMES, "frame": 600.0, "tone": 2 * np.pi * 200 / 24_000,
           "wrong": float(first_frames)}.items()),
        constant("vector", [-1], np.int64), constant("ones", [1, 1], np.int64), constant("last", [2], np.int64),
        value(11, tokens, INT64, [1, "n"]), value(11, "style", FLOAT, [1, 256]), value(11, "speed", FLOAT, [1]),
        *outputs,
    )  # fmt: skip


def style(level: float) -> np.ndarray:
    """(510, 1, 256); the loudness of the tones, and a thousandth of the row's number."""
    rows = level + np.arange(510, dtype=np.float32)[:, None, None] / 1000 / 510
    return np.broadcast_to(rows, (510, 1, 256)).astype(np.float32)


VOICES = {"af_one": 0.3, "bm_two": 0.5, "ef_tres": 0.4, "jf_alpha": 0.4, "zf_xiaobei": 0.4}


def write_kokoro(folder: Path, **how: object) -> Path:
    """A folder of weights, as --weights takes it; `how`: see `network`."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "kokoro.onnx").write_bytes(network(**how))
    np.savez(folder / "voices.npz", **{name: style(level) for name, level in VOICES.items()})
    (folder / "voices.npz").rename(folder / "voices-v1.0.bin")
    return folder
