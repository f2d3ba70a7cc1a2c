"""How steadily the camera moves, beside FFmpeg's zoompan, and how fast its clips are made.

    python benchmarks/camera.py

A cross is drawn on a picture and its centre of mass is followed through the frames. The curve that it should go along is the
same for both: zoompan is given it as expressions. Dark is grey, lest the overshoot of a filter be cut off at black, which
moves the centre of mass by some hundredths of a pixel.
"""

import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import av
import numpy as np
from PIL import Image
from rich.console import Console
from rich.table import Table

from voicekit.film.motion.camera import Camera, CameraOptions, fitted, frames, view
from voicekit.film.motion.camera_words import Move, read_move
from voicekit.film.stage import Context
from voicekit.media.film import read_pictures

SIZE, FRAME, SECONDS, FPS = (1920, 1080), (1280, 720), 4.0, 25
TOTAL = round(SECONDS * FPS)
DARK = 64
AT = np.array([1100.5, 600.5])  #: of the cross


def cross() -> np.ndarray:
    picture = np.full((SIZE[1], SIZE[0], 3), DARK, np.uint8)
    x, y = AT.astype(int)
    picture[y - 3 : y + 4, x - 24 : x + 25] = picture[y - 24 : y + 25, x - 3 : x + 4] = 192
    return picture


def middle(pixels: np.ndarray) -> np.ndarray:
    """(x, y) of the centre of mass."""
    mass = (pixels.astype(float) - DARK).sum(2)
    mass[np.abs(mass) < 9] = 0  # what a codec makes of an even grey
    return (
        np.array([mass.sum(0) @ (np.arange(mass.shape[1]) + 0.5), mass.sum(1) @ (np.arange(mass.shape[0]) + 0.5)])
        / mass.sum()
    )


def ideal(move: Move) -> np.ndarray:
    """(frames, 2) places of the cross."""
    seen = [view(move, number / (TOTAL - 1), SIZE, FRAME) for number in range(TOTAL)]
    return np.array([(AT - (one.left, one.top)) * FRAME / (one.width, one.height) for one in seen])


def zoompan(picture: np.ndarray, move: Move, pixel_format: str) -> Iterator[np.ndarray]:
    """The same movement by FFmpeg."""
    t = f"(on/{TOTAL - 1})"
    done = f"({t}*{t}*(3-2*{t}))"
    zoom = f"{move.zoom_from}*pow({move.zoom_to / move.zoom_from},{done})"
    places = [
        f"{side}/2+({a}+({b - a})*{done})*{side}-{side}/zoom/2"
        for side, a, b in zip(("iw", "ih"), move.centre_from, move.centre_to, strict=True)
    ]
    graph = av.filter.Graph()
    source = graph.add_buffer(width=SIZE[0], height=SIZE[1], format=pixel_format, time_base="1/25")
    arguments = f"z='{zoom}':x='{places[0]}':y='{places[1]}':d={TOTAL}:s={FRAME[0]}x{FRAME[1]}:fps={FPS}"
    sink = graph.add("buffersink")
    graph.link_nodes(source, graph.add("zoompan", arguments), sink).configure()
    frame = av.VideoFrame.from_ndarray(picture, format="rgb24").reformat(format=pixel_format)
    frame.pts = 0
    source.push(frame)
    for _ in range(TOTAL):
        yield sink.pull().to_ndarray(format="rgb24")


def off(went: Iterator[np.ndarray], move: Move) -> tuple[float, float]:
    """Pixels between where the cross was and should have been: the most, and from frame to frame (root mean square)."""
    error = np.array([middle(pixels) for pixels in went]) - ideal(move)
    return float(np.hypot(*error.T).max()), float(np.sqrt(np.square(np.diff(error, axis=0)).sum(1).mean()))


def photo() -> np.ndarray:
    """Something of detail everywhere, 12 megapixels."""
    rng = np.random.default_rng(0)
    rough = Image.fromarray(rng.integers(0, 255, (300, 400, 3), dtype=np.uint8))
    fine = rng.integers(-12, 12, (3000, 4000, 1))
    return (np.asarray(rough.resize((4000, 3000), Image.Resampling.BICUBIC)) + fine).clip(0, 255).astype(np.uint8)


def main() -> None:
    picture = cross()
    table = Table("pixels off the curve, at most (tremble, RMS)", "ours", "ours in the MP4", "zoompan", "zoompan, 4:4:4")
    with TemporaryDirectory() as folder:
        source, out = Path(folder, "p.png"), Path(folder, "out.mp4")
        Image.fromarray(picture).save(source)
        for words in ("slow zoom in", "zoom out", "slow pan left", "slow zoom in, pan left"):
            options = CameraOptions(words, SECONDS, *FRAME, FPS)
            move = fitted(read_move(words), SIZE, FRAME)
            Camera().run([source], out, options, Context())
            ways = [
                frames(picture, options),
                (one.pixels for one in read_pictures(out)),
                zoompan(picture, move, "yuv420p"),
                zoompan(picture, move, "yuv444p"),
            ]
            table.add_row(words, *("{:.3f} ({:.3f})".format(*off(way, move)) for way in ways))
        Console(width=120).print(table)
        Image.fromarray(photo()).save(source.with_suffix(".jpg"), quality=90)
        options = CameraOptions("slow zoom in, pan left", SECONDS, *FRAME, FPS)
        begun, busy = time.perf_counter(), time.process_time()
        Camera().run([source.with_suffix(".jpg")], out, options, Context())
        busy, begun = time.process_time() - busy, time.perf_counter() - begun
        print(f"12 megapixels → 720p: {TOTAL / begun:.0f} frames a second, {TOTAL / busy:.0f} a second of processor time")


if __name__ == "__main__":
    main()
