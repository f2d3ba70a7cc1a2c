"""What sceneries are drawn with: a canvas, shapes with smooth edges, light that fades.

All places and lengths are in heights of the picture: x runs from 0 to `Canvas.wide`, y from 0 at the top to 1 at the bottom.
"""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from voicekit.film.drawing.palettes import Colour

Point = tuple[float, float]
#: Left, top, right, bottom.
Box = tuple[float, float, float, float]
_GOLDEN = 0.618034


def mixed(one: Colour, other: Colour, share: float) -> Colour:
    """`share` of the way from one colour to another."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


class Dice:
    """The chances of one picture: the same words and seed give the same.

    Attributes:
        rng: for what is many and small.
    """

    def __init__(self, told: str, take: int = 0) -> None:
        self.rng = np.random.default_rng(_number(f"{told}\n{take}"))
        self._shared = np.random.default_rng(_number(told))
        self._take = take

    def spread(self, low: float, high: float) -> float:
        """For what is large: takes of one picture get values far from each other (a sequence by the golden ratio)."""
        return low + (high - low) * ((self._shared.random() + self._take * _GOLDEN) % 1)


def _number(told: str) -> int:
    return int.from_bytes(hashlib.blake2b(told.encode("utf-8", "replace"), digest_size=8).digest())


class Pen:
    """Draws on a mask that is several times finer than the picture, so that edges are smooth."""

    def __init__(self, mask: Image.Image, unit: float) -> None:
        self._draw, self._unit = ImageDraw.Draw(mask), unit

    def polygon(self, points: Sequence[Point], fill: int = 255) -> None:
        self._draw.polygon([(x * self._unit, y * self._unit) for x, y in points], fill=fill)

    def box(self, left: float, top: float, right: float, bottom: float, fill: int = 255, radius: float = 0.0) -> None:
        u = self._unit
        self._draw.rounded_rectangle((left * u, top * u, right * u, bottom * u), radius * u, fill)

    def disc(self, x: float, y: float, across: float, down: float | None = None, fill: int = 255) -> None:
        """An ellipse around a place; `across` and `down` are its radii."""
        u, down = self._unit, across if down is None else down
        self._draw.ellipse(((x - across) * u, (y - down) * u, (x + across) * u, (y + down) * u), fill)

    def line(self, points: Sequence[Point], thick: float, fill: int = 255) -> None:
        width = max(1, round(thick * self._unit))
        self._draw.line([(x * self._unit, y * self._unit) for x, y in points], fill, width, "curve")


class Canvas:
    """A picture that is being painted.

    Attributes:
        pixels: (height, width, 3) float32, 0 to 255.
        wide: its width in heights.
    """

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height, self.wide = width, height, width / height
        self.pixels = np.zeros((height, width, 3), np.float32)
        self._finer = 4 if height <= 1200 else 2

    def grid(self) -> tuple[np.ndarray, np.ndarray]:
        """The middles of the pixels: x (1, width) and y (height, 1)."""
        x, y = (np.arange(n, dtype=np.float32) + 0.5 for n in (self.width, self.height))
        return x[None, :] / self.height, y[:, None] / self.height

    def gradient(self, colours: Sequence[Colour], top: float, bottom: float, slant: float = 0.0) -> None:
        """Colours from the top down, over everything; `slant` is how much lower they are at the right."""
        x, y = self.grid()
        at = np.clip((y - top) / (bottom - top) - slant * (x / self.wide - 0.5), 0, 1)
        stops = np.linspace(0, 1, len(colours)) ** 1.15
        self.pixels[:] = np.stack([np.interp(at, stops, [colour[c] for colour in colours]) for c in range(3)], -1)

    def lay(self, colour: Colour, cover: np.ndarray, rows: slice = slice(None), columns: slice = slice(None)) -> None:
        """A colour over a part of the picture, as much of it as `cover` (height, width) says, 0 to 1."""
        under = self.pixels[rows, columns]
        under += (np.array(colour, np.float32) - under) * np.clip(cover, 0, 1)[..., None].astype(np.float32)

    def glow(self, x: float, y: float, reach: float, colour: Colour, share: float) -> None:
        """Light around a place; at `reach` from it a third is left."""
        columns, rows = self.grid()
        self.lay(colour, share * np.exp(-np.hypot(columns - x, rows - y) / reach))

    @contextmanager
    def paint(
        self, colour: Colour, share: float = 1.0, blur: float = 0.0, fade: tuple[float, float, float] | None = None
    ) -> Iterator[Pen]:
        """A pen for shapes of one colour; they are on the canvas when its block ends.

        Args:
            share: how much of what is behind they cover.
            blur: of their edges.
            fade: a place (x, y) from which they fade out, and the distance at which a third is left.
        """
        finer = self._finer
        mask = Image.new("L", (self.width * finer, self.height * finer))
        yield Pen(mask, self.height * finer)
        bounds = mask.getbbox()
        if not bounds:
            return
        margin = round(3 * blur * self.height) + 1
        left, top = (max(edge // finer - margin, 0) for edge in bounds[:2])
        right, bottom = (
            min(-(-edge // finer) + margin, most) for edge, most in zip(bounds[2:], (self.width, self.height), strict=True)
        )
        small = mask.reduce(finer, (left * finer, top * finer, right * finer, bottom * finer))
        if blur:
            small = small.filter(ImageFilter.GaussianBlur(blur * self.height))
        cover = share / 255 * np.asarray(small, np.float32)
        if fade:
            x, y = self.grid()
            cover *= np.exp(-np.hypot(x[:, left:right] - fade[0], y[top:bottom] - fade[1]) / fade[2])
        self.lay(colour, cover, slice(top, bottom), slice(left, right))

    def land(self, colour: Colour, edge: np.ndarray, share: float = 1.0) -> None:
        """Everything below an edge: its y at places evenly spread over the width."""
        xs = np.linspace(0, self.wide, len(edge))
        ground = [(self.wide, 1.01), (0, 1.01)]
        with self.paint(colour, share) as pen:
            pen.polygon([*zip(xs.tolist(), edge.tolist(), strict=True), *ground])

    def put(self, other: "Canvas", left: float, top: float) -> None:
        """Another picture at a place."""
        x, y = round(left * self.height), round(top * self.height)
        room = self.pixels[y : y + other.height, x : x + other.width]
        room[:] = other.pixels[: room.shape[0], : room.shape[1]]

    def finished(self, rng: np.random.Generator) -> Image.Image:
        """Darker towards the corners, and with a grain that hides the steps of the gradients."""
        rows, columns = np.ogrid[-1 : 1 : self.height * 1j, -1 : 1 : self.width * 1j]
        shade = 1 - 0.16 * np.clip((rows**2 + columns**2) / 2, 0, 1) ** 1.5
        grain = rng.normal(0, 1.3, (self.height, self.width, 1))
        pixels = self.pixels * shade[..., None] + grain
        return Image.fromarray(np.clip(pixels + 0.5, 0, 255).astype(np.uint8))
