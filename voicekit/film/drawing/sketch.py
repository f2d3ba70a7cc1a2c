"""What figures are drawn with: flat shapes on a small sheet of their own, lit as the picture is when it is laid there.

Places are in heights of the figure around its foot: x to the right, y down, so that the top of a figure is at −1.
"""

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise

import numpy as np
from PIL import Image, ImageDraw

from voicekit.film.drawing.brush import Canvas, Point, mixed
from voicekit.film.drawing.palettes import Colour, Palette

#: How much finer a sheet is than the picture.
_FINER = 3
#: The rim that the light behind a figure gives it, in heights of the picture, and its strength.
_RIM, _RIM_SHARE = 0.0024, 0.55
#: The part of a figure's foot in shade.
_SHADE = 0.3


class Sketch:
    """A sheet for one figure.

    Args:
        unit: pixels of a height of the figure.
        origin: of the figure's foot, in pixels.
        facing: 1 or −1: where what is at positive x is drawn, right or left.
    """

    def __init__(self, image: Image.Image, unit: float, origin: Point, facing: int = 1) -> None:
        self._draw, self._unit, self._origin, self._facing = ImageDraw.Draw(image), unit, origin, facing

    def polygon(self, points: Sequence[Point], colour: Colour) -> None:
        self._draw.polygon([self._at(x, y) for x, y in points], (*colour, 255))

    def smooth(self, points: Sequence[Point], colour: Colour) -> None:
        """A closed curve through points (Catmull-Rom)."""
        self.polygon(curve([*points, *points[:3]], closed=True), colour)

    def disc(self, x: float, y: float, across: float, colour: Colour, down: float | None = None) -> None:
        """An ellipse around a place; `across` and `down` are its radii."""
        (a, b), u = self._at(x, y), self._unit
        down = across if down is None else down
        self._draw.ellipse((a - across * u, b - down * u, a + across * u, b + down * u), (*colour, 255))

    def box(self, left: float, top: float, right: float, bottom: float, colour: Colour, radius: float = 0.0) -> None:
        (a, b), (c, d) = self._at(left, top), self._at(right, bottom)
        self._draw.rounded_rectangle((min(a, c), b, max(a, c), d), radius * self._unit, (*colour, 255))

    def limb(self, joints: Sequence[tuple[float, float, float]], colour: Colour) -> None:
        """A limb along joints (x, y, half its thickness there), round at them."""
        for (x, y, r), (x2, y2, r2) in pairwise(joints):
            long = math.hypot(x2 - x, y2 - y) or 1e-6
            nx, ny = (y2 - y) / long, (x - x2) / long
            self.polygon(
                [
                    (x + nx * r, y + ny * r),
                    (x2 + nx * r2, y2 + ny * r2),
                    (x2 - nx * r2, y2 - ny * r2),
                    (x - nx * r, y - ny * r),
                ],
                colour,
            )
        for x, y, r in joints:
            self.disc(x, y, r, colour)

    def line(self, points: Sequence[Point], thick: float, colour: Colour) -> None:
        width = max(1, round(thick * self._unit))
        self._draw.line([self._at(x, y) for x, y in points], (*colour, 255), width, "curve")

    def arc(self, x: float, y: float, radius: float, start: float, end: float, thick: float, colour: Colour) -> None:
        """Part of a circle, from one angle to another, in degrees clockwise from the right."""
        angles = np.radians(np.linspace(start, end, 40)).tolist()
        self.line([(x + radius * math.cos(a), y + radius * math.sin(a)) for a in angles], thick, colour)

    def _at(self, x: float, y: float) -> Point:
        return self._origin[0] + self._facing * x * self._unit, self._origin[1] + y * self._unit


def curve(points: Sequence[Point], closed: bool = False, steps: int = 10) -> list[Point]:
    """A smooth line through points; of a closed one, the first three are given again at its end."""
    given = list(points) if closed else [points[0], *points, points[-1]]
    t = np.linspace(0, 1, steps, endpoint=False)[:, None]
    out: list[Point] = []
    for p in (np.array(given[n : n + 4], float) for n in range(len(given) - 3)):
        at = 0.5 * (
            2 * p[1] + (p[2] - p[0]) * t + (2 * p[0] - 5 * p[1] + 4 * p[2] - p[3]) * t**2
            + (3 * p[1] - 3 * p[2] + p[3] - p[0]) * t**3
        )  # fmt: skip
        out += [(float(x), float(y)) for x, y in at]
    return out if closed else [*out, points[-1]]


@contextmanager
def sketched(
    canvas: Canvas,
    palette: Palette,
    place: Point,
    size: float,
    reach: tuple[float, float, float],
    facing: int = 1,
    lit: bool = True,
) -> Iterator[Sketch]:
    """A sheet for a figure; when its block ends it is in the picture, in the picture's light.

    Args:
        place: of its foot, in heights of the picture.
        size: its height, in heights of the picture.
        reach: how far it goes to the left, up and to the right of its foot, in heights of the figure.
        lit: whether light comes from behind it.
    """
    left, up, right = reach if facing > 0 else (reach[2], reach[1], reach[0])
    height = canvas.height
    x, y = math.floor((place[0] - left * size) * height), math.floor((place[1] - up * size) * height)
    wide, tall = math.ceil((left + right) * size * height) + 2, math.ceil((up + 0.12) * size * height) + 2
    unit = size * height * _FINER
    image = Image.new("RGBA", (wide * _FINER, tall * _FINER))
    yield Sketch(image, unit, ((place[0] * height - x) * _FINER, (place[1] * height - y) * _FINER), facing)
    _lay(canvas, palette, np.asarray(image.reduce(_FINER), np.float32), x, y, place[1] - size, place[1], lit)


def _lay(
    canvas: Canvas, palette: Palette, sheet: np.ndarray, x: float, y: float, top: float, foot: float, lit: bool
) -> None:
    left, up = max(-x, 0), max(-y, 0)
    sheet = sheet[up : canvas.height - y, left : canvas.width - x]
    if 0 in sheet.shape:
        return
    x, y = max(x, 0), max(y, 0)
    pixels, cover = sheet[..., :3], sheet[..., 3] / 255
    air = np.array(mixed(palette.sky[-1], (255, 255, 255), 0.62), np.float32) / 255
    rows = (np.arange(y, y + len(sheet), dtype=np.float32) + 0.5) / canvas.height
    down = np.clip((rows - top) / max(foot - top, 1e-3), 0, 1)[:, None, None]
    dark = np.array(palette.near, np.float32)
    pixels = pixels * air
    pixels += (dark - pixels) * _SHADE * down**2
    if lit:
        step = max(1, round(_RIM * canvas.height))
        inner = np.zeros_like(cover)
        inner[step:, :-step] = cover[:-step, step:]
        rim = (_RIM_SHARE * np.clip(cover - inner, 0, 1) * (1 - 0.6 * down[..., 0]))[..., None]
        pixels += (np.array(palette.light, np.float32) - pixels) * rim
    under = canvas.pixels[y : y + sheet.shape[0], x : x + sheet.shape[1]]
    under += (pixels - under) * cover[..., None]


def shadow(canvas: Canvas, palette: Palette, feet: Sequence[tuple[float, float, float]]) -> None:
    """On the ground, below figures that stand at (x, y) and are so wide."""
    with canvas.paint(mixed(palette.near, (0, 0, 0), 0.5), 0.42, 0.006) as pen:
        for x, y, wide in feet:
            pen.disc(x, y, 0.5 * wide, 0.055 * wide + 0.004)
