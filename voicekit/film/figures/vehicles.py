"""What one travels with, and what is built: each drawn at a height of 1 around its foot, heading to the right."""

import math

import numpy as np

from voicekit.film.drawing.brush import mixed
from voicekit.film.drawing.palettes import Colour
from voicekit.film.drawing.sketch import Sketch

_GLASS: Colour = (152, 202, 222)
_DARK: Colour = (38, 40, 50)
_STEEL: Colour = (186, 194, 204)
_LAMP: Colour = (255, 224, 140)
_WHITE: Colour = (240, 240, 236)


def _dim(colour: Colour, share: float = 0.2) -> Colour:
    return mixed(colour, (0, 0, 0), share)


def _wheel(s: Sketch, x: float, y: float, radius: float) -> None:
    s.disc(x, y, radius, _DARK)
    s.disc(x, y, 0.55 * radius, _STEEL)
    s.disc(x, y, 0.2 * radius, _DARK)


def car(s: Sketch, colour: Colour, rng: np.random.Generator) -> None:
    s.smooth([(-1.32, -0.22), (-1.3, -0.52), (-0.9, -0.6), (0.85, -0.6), (1.3, -0.48), (1.38, -0.22), (0, -0.17)], colour)
    s.smooth([(-0.98, -0.56), (-0.66, -0.95), (-0.1, -1.0), (0.4, -0.94), (0.86, -0.56), (0, -0.5)], colour)
    s.smooth([(-0.76, -0.58), (-0.55, -0.86), (-0.12, -0.9), (-0.1, -0.58)], _GLASS)
    s.smooth([(-0.02, -0.58), (-0.02, -0.9), (0.32, -0.85), (0.64, -0.58)], _GLASS)
    s.box(-1.32, -0.34, 1.36, -0.24, _dim(colour), 0.04)
    s.box(-0.2, -0.5, -0.04, -0.46, _dim(colour, 0.4), 0.02)
    s.box(1.2, -0.48, 1.36, -0.38, _LAMP, 0.04)
    s.box(-1.34, -0.5, -1.24, -0.38, (214, 70, 60), 0.03)
    for x in (-0.78, 0.8):
        s.disc(x, -0.22, 0.27, _dim(colour, 0.55))
        _wheel(s, x, -0.2, 0.21)


def bus(s: Sketch, colour: Colour, rng: np.random.Generator) -> None:
    s.box(-1.25, -1.0, 1.25, -0.14, colour, 0.1)
    s.box(-1.25, -0.42, 1.25, -0.32, _dim(colour), 0.02)
    for left in (-1.14, -0.72, -0.3, 0.12, 0.54):
        s.box(left, -0.88, left + 0.36, -0.52, _GLASS, 0.04)
    s.box(0.96, -0.88, 1.25, -0.42, _GLASS, 0.05)
    s.box(1.14, -0.28, 1.25, -0.2, _LAMP, 0.02)
    for x in (-0.78, 0.76):
        _wheel(s, x, -0.15, 0.15)


def tram(s: Sketch, colour: Colour, rng: np.random.Generator) -> None:
    s.line([(0.1, -0.86), (0.3, -0.95), (0.1, -1.04), (-0.1, -1.04)], 0.025, _DARK)
    s.line([(-1.3, -1.05), (1.3, -1.05)], 0.012, _dim(_STEEL, 0.4))
    s.box(-1.12, -0.88, 1.12, -0.12, colour, 0.12)
    s.box(-1.12, -0.36, 1.12, -0.12, _WHITE, 0.05)
    s.box(-0.9, -0.92, 0.9, -0.85, _dim(colour, 0.4), 0.03)
    for left in (-1.02, -0.6, 0.28, 0.7):
        s.box(left, -0.76, left + 0.32, -0.44, _GLASS, 0.03)
    for left in (-0.19, 0.01):
        s.box(left, -0.76, left + 0.18, -0.14, mixed(_GLASS, colour, 0.25), 0.02)
    s.box(1.0, -0.32, 1.12, -0.24, _LAMP, 0.03)
    for x in (-0.8, -0.52, 0.52, 0.8):
        _wheel(s, x, -0.09, 0.09)
    s.box(-1.3, -0.015, 1.3, 0.015, _dim(_STEEL, 0.4))


def train(s: Sketch, colour: Colour, rng: np.random.Generator) -> None:
    """A locomotive with steam, and a carriage behind it."""
    s.box(-2.6, -0.72, -0.86, -0.16, _dim(colour, 0.12), 0.05)
    s.box(-2.66, -0.8, -0.8, -0.7, _dim(colour, 0.45), 0.04)
    for left in (-2.46, -2.06, -1.66, -1.26):
        s.box(left, -0.62, left + 0.26, -0.4, _GLASS, 0.03)
    for x in (-2.3, -1.95, -1.5, -1.15):
        _wheel(s, x, -0.1, 0.1)
    for n in range(5):
        s.disc(0.62 - 0.24 * n, -1.0 - 0.06 * n, 0.1 + 0.035 * n, mixed(_WHITE, _STEEL, 0.12 * n))
    s.box(-0.78, -0.86, -0.2, -0.18, colour, 0.03)
    s.box(-0.84, -0.94, -0.14, -0.84, _dim(colour, 0.5), 0.04)
    s.box(-0.66, -0.76, -0.34, -0.5, _GLASS, 0.03)
    s.box(-0.2, -0.58, 0.86, -0.2, _dim(colour, 0.18), 0.16)
    s.box(0.02, -0.58, 0.08, -0.2, (222, 182, 96))
    s.box(0.42, -0.58, 0.48, -0.2, (222, 182, 96))
    s.polygon([(0.5, -0.56), (0.52, -0.82), (0.46, -0.9), (0.78, -0.9), (0.72, -0.82), (0.74, -0.56)], _DARK)
    s.disc(0.2, -0.58, 0.09, (222, 182, 96))
    s.disc(0.86, -0.4, 0.16, _DARK)
    s.disc(0.9, -0.44, 0.07, _LAMP)
    s.polygon([(0.82, -0.2), (0.92, -0.2), (1.12, -0.02), (0.72, -0.02)], _dim(colour, 0.4))
    s.box(-0.8, -0.24, 0.9, -0.15, _DARK, 0.02)
    for x, r in ((-0.52, 0.19), (-0.04, 0.19), (0.38, 0.12), (0.64, 0.12)):
        _wheel(s, x, -r, r)
    s.line([(-0.52, -0.17), (-0.04, -0.17)], 0.05, _STEEL)
    s.box(-2.8, -0.015, 1.3, 0.02, _dim(_STEEL, 0.4))


def bicycle(s: Sketch, colour: Colour, rng: np.random.Generator) -> None:
    for x in (-0.5, 0.5):
        s.arc(x, -0.34, 0.32, 0, 360, 0.045, _DARK)
        for angle in np.linspace(0, math.pi, 6, endpoint=False).tolist():
            a, b = 0.3 * math.cos(angle), 0.3 * math.sin(angle)
            s.line([(x - a, -0.34 - b), (x + a, -0.34 + b)], 0.008, _STEEL)
        s.disc(x, -0.34, 0.04, _STEEL)
    s.line([(-0.5, -0.34), (-0.02, -0.32), (0.32, -0.78), (-0.2, -0.76), (-0.02, -0.32)], 0.05, colour)
    s.line([(-0.5, -0.34), (-0.2, -0.76), (-0.24, -0.88)], 0.045, colour)
    s.line([(0.5, -0.34), (0.3, -0.86), (0.3, -0.96)], 0.05, colour)
    s.box(-0.38, -0.93, -0.1, -0.87, _DARK, 0.03)
    s.line([(0.3, -0.96), (0.44, -0.98), (0.46, -0.9)], 0.045, _DARK)
    s.disc(-0.02, -0.32, 0.075, _STEEL)


def plane(s: Sketch, colour: Colour, rng: np.random.Generator) -> None:
    """In the air, climbing."""

    def at(x: float, y: float) -> tuple[float, float]:
        return x * 0.96 - y * 0.22, x * -0.26 + y * 0.96 - 0.5

    s.polygon([at(-0.1, -0.06), at(-0.62, -0.46), at(-0.42, -0.46), at(0.32, -0.06)], _dim(_WHITE, 0.25))
    s.polygon([at(-1.1, -0.05), at(-1.36, -0.5), at(-1.12, -0.5), at(-0.72, -0.08)], colour)
    s.smooth(
        [at(-1.2, -0.06), at(-0.4, -0.17), at(0.7, -0.17), at(1.2, -0.06), at(1.26, 0.03), at(0.9, 0.11), at(-0.4, 0.13)],
        _WHITE,
    )
    s.polygon([at(-1.05, 0.01), at(1.2, 0.02), at(0.9, 0.1), at(-0.4, 0.12)], colour)
    s.polygon([at(0.3, 0.04), at(-0.5, 0.62), at(-0.22, 0.62), at(0.62, 0.04)], _dim(_WHITE, 0.12))
    s.polygon([at(-0.9, 0.0), at(-1.26, 0.22), at(-1.06, 0.22), at(-0.62, 0.02)], _dim(_WHITE, 0.18))
    for x in np.arange(-0.6, 0.8, 0.16).tolist():
        s.disc(*at(x, -0.06), 0.032, _dim(_GLASS, 0.35))
    s.polygon([at(0.92, -0.12), at(1.12, -0.06), at(1.08, -0.02), at(0.9, -0.05)], _dim(_GLASS, 0.45))


def rocket(s: Sketch, colour: Colour, rng: np.random.Generator) -> None:
    for wide, long, tone in ((0.13, 0.0, (246, 150, 60)), (0.08, -0.06, (255, 226, 140))):
        s.smooth([(-wide, -0.2), (wide, -0.2), (0.5 * wide, -0.06), (0.0, long), (-0.5 * wide, -0.06)], tone)
    for side in (-1, 1):
        s.smooth([(side * 0.12, -0.46), (side * 0.26, -0.3), (side * 0.28, -0.13), (side * 0.12, -0.22)], _dim(colour, 0.1))
    s.smooth([(0, -1.0), (0.14, -0.74), (0.155, -0.45), (0.1, -0.2), (-0.1, -0.2), (-0.155, -0.45), (-0.14, -0.74)], _WHITE)
    s.smooth([(0.02, -0.96), (0.14, -0.74), (0.155, -0.45), (0.1, -0.2), (0.04, -0.2), (0.08, -0.6)], _dim(_WHITE, 0.14))
    s.smooth([(0, -1.0), (0.1, -0.82), (0.0, -0.78), (-0.1, -0.82)], colour)
    s.disc(0, -0.62, 0.075, colour)
    s.disc(0, -0.62, 0.052, _dim(_GLASS, 0.25))
    s.box(-0.125, -0.33, 0.125, -0.28, colour, 0.01)
    s.smooth([(0, -0.42), (0.03, -0.26), (0, -0.12), (-0.03, -0.26)], _dim(colour, 0.1))


def boat(s: Sketch, colour: Colour, rng: np.random.Generator) -> None:
    s.line([(0, -0.12), (0, -1.0)], 0.022, _DARK)
    s.smooth([(0.03, -0.96), (0.16, -0.6), (0.44, -0.24), (0.03, -0.22)], _WHITE)
    s.smooth([(-0.03, -0.88), (-0.14, -0.55), (-0.38, -0.24), (-0.03, -0.22)], _dim(_WHITE, 0.16))
    s.polygon([(0, -1.0), (0.12, -0.965), (0, -0.93)], colour)
    s.polygon([(-0.5, -0.18), (0.56, -0.18), (0.4, 0.0), (-0.36, 0.0)], colour)
    s.polygon([(-0.5, -0.18), (0.56, -0.18), (0.53, -0.145), (-0.47, -0.145)], _WHITE)


def house(s: Sketch, colour: Colour, rng: np.random.Generator) -> None:
    s.box(0.26, -0.94, 0.38, -0.6, _dim(colour, 0.35))
    s.box(-0.5, -0.58, 0.5, 0.0, mixed(colour, _WHITE, 0.55))
    s.polygon([(0.12, -0.58), (0.5, -0.58), (0.5, 0), (0.12, 0)], _dim(mixed(colour, _WHITE, 0.55), 0.1))
    s.polygon([(-0.62, -0.54), (-0.0, -1.0), (0.62, -0.54)], colour)
    s.polygon([(0, -1.0), (0.62, -0.54), (0.5, -0.54), (0, -0.9), (-0.5, -0.54), (-0.62, -0.54)], _dim(colour, 0.2))
    s.box(-0.1, -0.32, 0.1, 0, _dim(colour, 0.4), 0.02)
    s.disc(0.06, -0.16, 0.014, _LAMP)
    for x in (-0.3, 0.3):
        s.box(x - 0.1, -0.44, x + 0.1, -0.22, _LAMP, 0.01)
        s.line([(x, -0.44), (x, -0.22)], 0.016, _dim(colour, 0.3))
        s.line([(x - 0.1, -0.33), (x + 0.1, -0.33)], 0.016, _dim(colour, 0.3))
    s.disc(0, -0.7, 0.07, _LAMP)


def castle(s: Sketch, colour: Colour, rng: np.random.Generator) -> None:
    stone, roof = mixed(colour, (188, 186, 196), 0.75), mixed(colour, (150, 62, 70), 0.5)
    for x, wide, tall in ((-0.34, 0.09, 0.62), (0.36, 0.08, 0.7), (0.06, 0.1, 0.78)):
        s.box(x - wide, -tall, x + wide, 0, _dim(stone, 0.12))
        s.polygon([(x - wide - 0.04, -tall), (x, -tall - 0.24), (x + wide + 0.04, -tall)], roof)
        s.line([(x, -tall - 0.23), (x, -tall - 0.3)], 0.012, _DARK)
        s.polygon([(x, -tall - 0.3), (x + 0.1, -tall - 0.275), (x, -tall - 0.25)], (224, 180, 80))
        s.box(x - 0.022, -tall + 0.08, x + 0.022, -tall + 0.17, _LAMP, 0.02)
    for left, right, top in ((-0.56, -0.3, 0.4), (-0.3, 0.5, 0.34), (0.34, 0.62, 0.42)):
        s.box(left, -top, right, 0, stone if top < 0.41 else mixed(stone, _WHITE, 0.08))
        for x in np.arange(left, right - 0.03, 0.08).tolist():
            s.box(x, -top - 0.05, x + 0.045, -top + 0.01, stone)
    s.box(-0.1, -0.24, 0.14, 0, _dim(stone, 0.65), 0.1)
    s.box(-0.1, -0.12, 0.14, 0, _dim(stone, 0.65))
    for x in (-0.43, 0.46):
        s.box(x - 0.022, -0.26, x + 0.022, -0.16, _LAMP, 0.02)


def turbine(s: Sketch, colour: Colour, rng: np.random.Generator) -> None:
    s.polygon([(-0.012, -0.66), (0.012, -0.66), (0.026, 0), (-0.026, 0)], colour)
    turn = float(rng.uniform(0, 2.0))
    for n in range(3):
        a = turn + n * 2 * math.pi / 3
        c, d = math.cos(a), math.sin(a)
        s.smooth([(0, -0.66), (0.1 * c - 0.022 * d, -0.66 + 0.1 * d + 0.022 * c), (0.34 * c, -0.66 + 0.34 * d),
                  (0.1 * c + 0.008 * d, -0.66 + 0.1 * d - 0.008 * c)], colour)  # fmt: skip
    s.disc(0, -0.66, 0.028, _dim(colour, 0.2))
