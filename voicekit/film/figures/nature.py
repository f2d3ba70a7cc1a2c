"""Animals and plants: each drawn at a height of 1 around its foot, looking to the right."""

import math

import numpy as np

from voicekit.film.drawing.brush import mixed
from voicekit.film.drawing.palettes import Colour
from voicekit.film.drawing.sketch import Sketch

_DARK: Colour = (36, 34, 40)
_WHITE: Colour = (244, 242, 236)


def _dim(colour: Colour, share: float = 0.2) -> Colour:
    return mixed(colour, (0, 0, 0), share)


def cat(s: Sketch, colour: Colour, rng: np.random.Generator) -> None:
    """Sitting, its tail around it."""
    s.line([(-0.26, -0.1), (-0.46, -0.12), (-0.5, -0.32), (-0.42, -0.46)], 0.085, _dim(colour, 0.12))
    s.disc(-0.42, -0.46, 0.042, _dim(colour, 0.12))
    s.smooth([(-0.32, 0.0), (-0.34, -0.26), (-0.16, -0.56), (0.1, -0.62), (0.2, -0.4), (0.2, 0.0)], colour)
    s.limb([(0.1, -0.4, 0.07), (0.14, -0.05, 0.055)], _dim(colour, 0.08))
    s.disc(0.17, -0.04, 0.06, _WHITE, 0.045)
    s.disc(-0.16, -0.05, 0.15, _dim(colour, 0.1), 0.06)
    s.polygon([(-0.03, -0.8), (-0.04, -1.0), (0.1, -0.9)], colour)
    s.polygon([(0.2, -0.9), (0.32, -1.0), (0.33, -0.78)], _dim(colour, 0.15))
    s.disc(0.15, -0.74, 0.2, colour, 0.175)
    s.disc(0.24, -0.68, 0.085, _WHITE, 0.06)
    s.disc(0.17, -0.77, 0.026, _DARK)
    s.disc(0.29, -0.77, 0.024, _DARK)
    s.disc(0.27, -0.71, 0.022, (206, 120, 120))


def _legs(s: Sketch, places: tuple[float, ...], top: float, thick: float, colour: Colour, hoof: Colour) -> None:
    for n, x in enumerate(places):
        tone = _dim(colour, 0.25) if n % 2 else colour
        s.limb([(x, top, 1.25 * thick), (x + (0.02 if n > 1 else -0.02), 0.5 * top, thick), (x, -0.03, 0.8 * thick)], tone)
        s.box(x - 0.9 * thick, -0.06, x + 1.2 * thick, 0.0, hoof, 0.01)


def dog(s: Sketch, colour: Colour, rng: np.random.Generator) -> None:
    s.line([(-0.46, -0.58), (-0.62, -0.72), (-0.6, -0.9)], 0.07, colour)
    _legs(s, (-0.38, -0.26, 0.26, 0.38), -0.4, 0.055, colour, _dim(colour, 0.35))
    s.smooth([(-0.5, -0.62), (-0.1, -0.64), (0.36, -0.7), (0.48, -0.55), (0.4, -0.32), (0.0, -0.36), (-0.44, -0.32)], colour)
    s.smooth([(0.26, -0.6), (0.34, -0.86), (0.56, -0.9), (0.56, -0.66), (0.44, -0.46)], colour)
    s.smooth([(0.34, -0.86), (0.46, -0.99), (0.62, -0.94), (0.84, -0.8), (0.84, -0.72), (0.6, -0.68), (0.42, -0.7)], colour)
    s.smooth([(0.36, -0.96), (0.46, -0.95), (0.46, -0.7), (0.36, -0.62), (0.31, -0.76)], _dim(colour, 0.35))
    s.disc(0.83, -0.79, 0.036, _DARK)
    s.disc(0.6, -0.87, 0.026, _DARK)
    s.line([(0.3, -0.64), (0.46, -0.56)], 0.05, (202, 62, 58))


def horse(s: Sketch, colour: Colour, rng: np.random.Generator) -> None:
    mane = _dim(colour, 0.55)
    s.smooth([(-0.36, -0.58), (-0.5, -0.52), (-0.54, -0.2), (-0.44, -0.24), (-0.38, -0.44)], mane)
    _legs(s, (-0.3, -0.2, 0.14, 0.24), -0.4, 0.034, colour, _DARK)
    s.smooth(
        [(-0.38, -0.6), (-0.1, -0.58), (0.16, -0.62), (0.3, -0.52), (0.24, -0.36), (-0.06, -0.36), (-0.34, -0.34)], colour
    )
    s.smooth([(0.12, -0.56), (0.24, -0.76), (0.34, -0.9), (0.42, -0.84), (0.36, -0.66), (0.28, -0.46)], colour)
    s.smooth([(0.3, -0.9), (0.42, -0.94), (0.6, -0.76), (0.58, -0.68), (0.5, -0.7), (0.36, -0.76)], colour)
    s.smooth([(0.32, -0.97), (0.2, -0.84), (0.06, -0.6), (0.16, -0.6), (0.26, -0.74), (0.36, -0.88)], mane)
    s.polygon([(0.34, -0.9), (0.36, -1.0), (0.42, -0.92)], colour)
    s.disc(0.43, -0.85, 0.014, _DARK)


def cow(s: Sketch, colour: Colour, rng: np.random.Generator) -> None:
    s.line([(-0.58, -0.76), (-0.68, -0.5), (-0.66, -0.36)], 0.035, _dim(_WHITE, 0.2))
    _legs(s, (-0.46, -0.34, 0.24, 0.36), -0.36, 0.06, _WHITE, _DARK)
    s.smooth(
        [(-0.58, -0.82), (0.0, -0.84), (0.44, -0.84), (0.5, -0.6), (0.38, -0.32), (-0.1, -0.28), (-0.54, -0.34)], _WHITE
    )
    s.disc(-0.3, -0.24, 0.1, (232, 176, 172), 0.07)
    for x, y, a, b in ((-0.36, -0.66, 0.17, 0.14), (0.12, -0.5, 0.14, 0.12), (0.3, -0.76, 0.1, 0.06)):
        s.disc(x, y, a, colour, b)
    s.smooth([(0.4, -0.86), (0.56, -1.0), (0.74, -0.94), (0.86, -0.68), (0.78, -0.58), (0.62, -0.62), (0.44, -0.66)], _WHITE)
    s.smooth([(0.4, -0.92), (0.52, -0.98), (0.54, -0.86), (0.44, -0.82)], colour)
    s.disc(0.81, -0.64, 0.075, (232, 176, 172), 0.065)
    s.disc(0.67, -0.84, 0.024, _DARK)
    s.line([(0.58, -0.99), (0.6, -1.08)], 0.035, (208, 196, 170))


def sheep(s: Sketch, colour: Colour, rng: np.random.Generator) -> None:
    _legs(s, (-0.34, -0.2, 0.2, 0.32), -0.3, 0.05, _DARK, _DARK)
    wool = colour
    for x, y, r in ((-0.4, -0.56, 0.2), (-0.2, -0.74, 0.22), (0.1, -0.76, 0.22), (0.34, -0.62, 0.2),
        (-0.3, -0.4, 0.18),
                    (0.0, -0.38, 0.2), (0.26, -0.42, 0.18), (0.0, -0.58, 0.3)):  # fmt: skip
        s.disc(x, y, r, wool)
    s.smooth([(0.4, -0.86), (0.56, -0.88), (0.72, -0.68), (0.66, -0.56), (0.5, -0.6)], _DARK)
    s.disc(0.4, -0.78, 0.09, _DARK, 0.045)
    s.disc(0.44, -0.9, 0.11, wool, 0.08)
    s.disc(0.58, -0.76, 0.02, _WHITE)


def camel(s: Sketch, colour: Colour, rng: np.random.Generator) -> None:
    _legs(s, (-0.36, -0.26, 0.14, 0.24), -0.42, 0.035, colour, _dim(colour, 0.3))
    s.line([(-0.44, -0.58), (-0.5, -0.4)], 0.03, colour)
    s.smooth([(-0.46, -0.6), (-0.32, -0.66), (-0.24, -0.9), (-0.12, -0.66), (0.0, -0.66), (0.1, -0.9), (0.2, -0.64),
              (0.32, -0.52),
              (0.22, -0.38), (-0.1, -0.36), (-0.42, -0.38)], colour)  # fmt: skip
    s.line([(0.24, -0.5), (0.4, -0.48), (0.46, -0.66), (0.48, -0.88)], 0.1, colour)
    s.smooth([(0.42, -0.96), (0.54, -0.99), (0.72, -0.88), (0.7, -0.81), (0.52, -0.82), (0.43, -0.86)], colour)
    s.disc(0.54, -0.92, 0.016, _DARK)
    s.box(-0.14, -0.7, 0.02, -0.44, (188, 72, 62), 0.03)


def bird(s: Sketch, colour: Colour, rng: np.random.Generator) -> None:
    """In flight."""
    s.smooth([(-0.16, -0.4), (-0.42, -0.9), (-0.2, -1.0), (0.12, -0.7), (0.24, -0.44)], _dim(colour, 0.28))
    s.polygon([(-0.34, -0.36), (-0.82, -0.32), (-0.76, -0.2), (-0.3, -0.24)], _dim(colour, 0.2))
    s.smooth([(-0.5, -0.3), (0.0, -0.48), (0.4, -0.56), (0.56, -0.44), (0.36, -0.26), (0.0, -0.16)], colour)
    s.smooth([(0.02, -0.28), (0.34, -0.32), (0.3, -0.2), (0.04, -0.17)], _WHITE)
    s.disc(0.5, -0.5, 0.14, colour)
    s.polygon([(0.6, -0.56), (0.82, -0.47), (0.6, -0.43)], (240, 176, 64))
    s.disc(0.55, -0.53, 0.026, _DARK)
    s.smooth([(-0.2, -0.42), (-0.08, -0.98), (0.24, -1.0), (0.26, -0.66), (0.22, -0.4)], mixed(colour, _WHITE, 0.15))


def fish(s: Sketch, colour: Colour, rng: np.random.Generator) -> None:
    s.polygon([(-0.5, -0.5), (-0.98, -0.86), (-0.86, -0.5), (-0.98, -0.14)], _dim(colour, 0.12))
    s.smooth([(-0.2, -0.8), (0.1, -1.0), (0.34, -0.84), (0.1, -0.74)], _dim(colour, 0.22))
    s.smooth([(-0.62, -0.5), (-0.1, -0.86), (0.5, -0.82), (0.9, -0.48), (0.5, -0.18), (-0.1, -0.14)], colour)
    s.smooth([(-0.1, -0.24), (0.5, -0.3), (0.78, -0.42), (0.5, -0.2), (0.0, -0.16)], mixed(colour, _WHITE, 0.5))
    for x in (-0.12, 0.12):
        s.arc(x, -0.5, 0.26, -50, 50, 0.035, mixed(colour, _WHITE, 0.45))
    s.disc(0.62, -0.58, 0.09, _WHITE)
    s.disc(0.64, -0.58, 0.05, _DARK)
    s.smooth([(0.16, -0.4), (-0.14, -0.3), (-0.04, -0.2), (0.2, -0.28)], _dim(colour, 0.2))


def butterfly(s: Sketch, colour: Colour, rng: np.random.Generator) -> None:
    for side in (-1, 1):
        s.smooth([(side * 0.04, -0.5), (side * 0.3, -1.0), (side * 0.62, -0.92), (side * 0.56, -0.58)], colour)
        s.smooth([(side * 0.04, -0.46), (side * 0.46, -0.5), (side * 0.46, -0.16), (side * 0.18, -0.08)], _dim(colour, 0.18))
        s.disc(side * 0.42, -0.78, 0.085, _WHITE)
        s.disc(side * 0.3, -0.32, 0.06, _WHITE)
        s.line([(0, -0.74), (side * 0.06, -0.86), (side * 0.16, -0.94)], 0.02, _DARK)
    s.box(-0.035, -0.78, 0.035, -0.16, _DARK, 0.035)


def tree(s: Sketch, colour: Colour, rng: np.random.Generator) -> None:
    wood = (104, 72, 54)
    s.polygon([(-0.05, -0.5), (0.05, -0.5), (0.07, 0), (-0.07, 0)], wood)
    s.line([(0, -0.34), (0.14, -0.52)], 0.035, wood)
    s.line([(0, -0.4), (-0.14, -0.56)], 0.035, wood)
    places = (
        (0.0, -0.6, 0.24),
        (-0.22, -0.58, 0.18),
        (0.22, -0.6, 0.19),
        (-0.12, -0.76, 0.2),
        (0.14, -0.78, 0.19),
        (0.0, -0.86, 0.14),
    )
    for x, y, r in places:
        s.disc(x + 0.03, y + 0.02, r, _dim(colour, 0.2))
    for x, y, r in places:
        s.disc(x - 0.02, y - 0.015, 0.9 * r, colour)
    for x, y, r in places[3:]:
        s.disc(x - 0.04, y - 0.03, 0.6 * r, mixed(colour, (255, 250, 190), 0.1))


def flower(s: Sketch, colour: Colour, rng: np.random.Generator) -> None:
    green = (86, 140, 88)
    s.line([(0.02, 0), (-0.02, -0.3), (0.0, -0.7)], 0.035, green)
    s.smooth([(0.0, -0.16), (0.2, -0.42), (0.3, -0.4), (0.16, -0.2)], green)
    s.smooth([(0.0, -0.1), (-0.2, -0.34), (-0.3, -0.3), (-0.14, -0.12)], _dim(green))
    for n in range(8):
        angle = n * math.pi / 4
        s.disc(0.15 * math.cos(angle), -0.78 + 0.15 * math.sin(angle), 0.1, colour if n % 2 else _dim(colour, 0.12))
    s.disc(0, -0.78, 0.1, (244, 202, 92))
