"""Food, and what lies about at home: each drawn at a height of 1 around its foot."""

import math

import numpy as np

from voicekit.film.drawing.brush import mixed
from voicekit.film.drawing.palettes import Colour
from voicekit.film.drawing.sketch import Sketch

_DARK: Colour = (40, 40, 50)
_WHITE: Colour = (246, 244, 238)
_GOLD: Colour = (234, 188, 78)
_GREEN: Colour = (96, 148, 88)
_SKIN: tuple[Colour, ...] = ((240, 200, 168), (206, 150, 110), (150, 100, 72))


def _dim(colour: Colour, share: float = 0.2) -> Colour:
    return mixed(colour, (0, 0, 0), share)


def _steam(s: Sketch, x: float, top: float) -> None:
    for n in (-1, 0, 1):
        wave = [(x + 0.16 * n + 0.035 * math.sin(7 * t + n), top - 0.28 * t) for t in np.linspace(0, 1, 12).tolist()]
        s.line(wave, 0.03, mixed(_WHITE, (200, 206, 214), 0.4))


def bread(s: Sketch, colour: Colour, rng: np.random.Generator) -> None:
    s.smooth(
        [(-0.9, -0.1), (-0.95, -0.5), (-0.5, -0.9), (0.0, -1.0), (0.5, -0.9), (0.95, -0.5), (0.9, -0.1), (0.0, 0.0)], colour
    )
    s.smooth([(-0.9, -0.12), (-0.5, -0.16), (0.5, -0.16), (0.9, -0.12), (0.0, 0.02)], _dim(colour, 0.25))
    for x in (-0.48, -0.06, 0.36):
        s.smooth([(x - 0.08, -0.44), (x + 0.14, -0.82), (x + 0.24, -0.84), (x + 0.04, -0.42)], mixed(colour, _WHITE, 0.6))


def cup(s: Sketch, colour: Colour, rng: np.random.Generator) -> None:
    s.disc(0, -0.02, 0.62, _dim(_WHITE, 0.1), 0.05)
    s.arc(0.42, -0.36, 0.15, -90, 100, 0.06, colour)
    s.smooth([(-0.4, -0.62), (0.4, -0.62), (0.38, -0.28), (0.2, -0.05), (-0.2, -0.05), (-0.38, -0.28)], colour)
    s.disc(0, -0.62, 0.4, mixed(colour, _WHITE, 0.45), 0.07)
    s.disc(0, -0.615, 0.34, (84, 52, 36), 0.05)
    _steam(s, 0, -0.7)


def bowl(s: Sketch, colour: Colour, rng: np.random.Generator) -> None:
    s.polygon([(0.2, -0.62), (0.56, -1.0), (0.64, -0.95), (0.34, -0.58)], (176, 128, 84))
    s.smooth([(-0.7, -0.62), (0.7, -0.62), (0.6, -0.26), (0.26, -0.03), (-0.26, -0.03), (-0.6, -0.26)], colour)
    s.box(-0.26, -0.06, 0.26, 0.0, _dim(colour, 0.25), 0.02)
    s.disc(0, -0.62, 0.71, mixed(colour, _WHITE, 0.5), 0.12)
    s.disc(0, -0.61, 0.62, (240, 224, 190), 0.085)
    s.smooth([(-0.62, -0.44), (0.62, -0.44), (0.56, -0.34), (-0.56, -0.34)], mixed(colour, _WHITE, 0.3))


def plate(s: Sketch, colour: Colour, rng: np.random.Generator) -> None:
    """Noodles on a plate, seen from the side, with a fork."""
    s.disc(0, -0.12, 0.9, colour, 0.12)
    s.disc(0, -0.14, 0.62, _dim(colour, 0.1), 0.08)
    noodle = (238, 200, 116)
    s.smooth([(-0.52, -0.14), (-0.4, -0.42), (0, -0.62), (0.4, -0.42), (0.52, -0.14), (0, -0.08)], noodle)
    for n in range(5):
        s.arc(-0.3 + 0.15 * n, -0.2, 0.16 + 0.03 * (n % 2), 190, 340, 0.03, _dim(noodle, 0.2))
    s.smooth([(-0.2, -0.5), (0, -0.7), (0.22, -0.52), (0.1, -0.42), (-0.1, -0.4)], (200, 70, 52))
    s.smooth([(0.02, -0.66), (0.16, -0.78), (0.2, -0.66)], _GREEN)


def cake(s: Sketch, colour: Colour, rng: np.random.Generator) -> None:
    s.disc(0, -0.03, 0.72, _WHITE, 0.05)
    s.box(-0.56, -0.4, 0.56, -0.04, (206, 150, 96), 0.04)
    s.box(-0.56, -0.26, 0.56, -0.2, (244, 226, 200))
    s.box(-0.58, -0.52, 0.58, -0.36, colour, 0.06)
    for n, long in enumerate((0.12, 0.05, 0.15, 0.08, 0.14, 0.06)):
        s.limb([(-0.47 + 0.19 * n, -0.38, 0.055), (-0.47 + 0.19 * n, -0.36 + long, 0.05)], colour)
    for x in (-0.3, 0.0, 0.3):
        s.box(x - 0.025, -0.8, x + 0.025, -0.5, (120, 170, 206), 0.01)
        s.smooth([(x, -0.98), (x + 0.045, -0.86), (x, -0.8), (x - 0.045, -0.86)], (255, 196, 84))


def apple(s: Sketch, colour: Colour, rng: np.random.Generator) -> None:
    s.line([(0.0, -0.74), (0.05, -0.98)], 0.05, (96, 66, 48))
    s.smooth([(0.04, -0.84), (0.24, -0.98), (0.38, -0.9), (0.2, -0.8)], _GREEN)
    s.smooth([(0, -0.72), (0.22, -0.8), (0.44, -0.62), (0.4, -0.24), (0.18, 0.0), (0.0, -0.04), (-0.18, 0.0),
              (-0.4, -0.24), (-0.44, -0.62),
              (-0.22, -0.8)], colour)  # fmt: skip
    s.smooth([(-0.3, -0.62), (-0.2, -0.68), (-0.24, -0.44), (-0.32, -0.4)], mixed(colour, _WHITE, 0.55))


def tomato(s: Sketch, colour: Colour, rng: np.random.Generator) -> None:
    s.smooth(
        [(0, -0.8), (0.34, -0.82), (0.54, -0.5), (0.4, -0.1), (0, 0.0), (-0.4, -0.1), (-0.54, -0.5), (-0.34, -0.82)], colour
    )
    for n in range(5):
        angle = math.pi * (1.1 + 0.2 * n)
        s.polygon([(-0.05, -0.8), (0.05, -0.8), (0.3 * math.cos(angle), -0.76 + 0.18 * abs(math.cos(angle)))], _GREEN)
    s.line([(0, -0.8), (0.04, -0.98)], 0.05, _GREEN)
    s.smooth([(-0.38, -0.56), (-0.28, -0.66), (-0.28, -0.44), (-0.36, -0.38)], mixed(colour, _WHITE, 0.55))


def egg(s: Sketch, colour: Colour, rng: np.random.Generator) -> None:
    s.smooth(
        [(0, -1.0), (0.26, -0.74), (0.37, -0.38), (0.24, -0.06), (0, 0.0), (-0.24, -0.06), (-0.37, -0.38), (-0.26, -0.74)],
        colour,
    )
    s.smooth([(-0.14, -0.78), (-0.06, -0.82), (-0.14, -0.5), (-0.22, -0.46)], mixed(colour, _WHITE, 0.75))


def hands(s: Sketch, colour: Colour, rng: np.random.Generator) -> None:
    """Two hands, held open."""
    skin = _SKIN[int(rng.integers(len(_SKIN)))]
    for side in (-1, 1):
        tone = skin if side > 0 else _dim(skin, 0.08)

        def at(x: float, y: float, side: int = side) -> tuple[float, float]:
            return side * (0.42 + x), y

        s.polygon([at(-0.15, -0.2), at(0.15, -0.2), at(0.19, 0.08), at(-0.19, 0.08)], colour)
        s.smooth(
            [at(-0.18, -0.56), at(0.18, -0.58), at(0.19, -0.32), at(0.11, -0.14), at(-0.11, -0.14), at(-0.19, -0.32)], tone
        )
        for n, long in enumerate((0.3, 0.38, 0.36, 0.26)):
            x = -0.135 + 0.092 * n
            s.limb([(*at(x, -0.52), 0.047), (*at(x + 0.05 * (x > 0) - 0.03 * (x < 0), -0.55 - long), 0.038)], tone)
        s.limb([(*at(-0.13, -0.34), 0.055), (*at(-0.29, -0.52), 0.046), (*at(-0.32, -0.62), 0.038)], tone)
        s.arc(side * 0.42, -0.46, 0.1, 20, 160, 0.014, _dim(tone, 0.22))


def heart(s: Sketch, colour: Colour, rng: np.random.Generator) -> None:
    points = []
    for t in np.linspace(0, 2 * math.pi, 80).tolist():
        x = 16 * math.sin(t) ** 3
        y = 13 * math.cos(t) - 5 * math.cos(2 * t) - 2 * math.cos(3 * t) - math.cos(4 * t)
        points.append((x / 30, -y / 30 - 0.57))
    s.polygon(points, colour)
    s.smooth([(-0.36, -0.78), (-0.24, -0.88), (-0.3, -0.66), (-0.38, -0.62)], mixed(colour, _WHITE, 0.55))


def coins(s: Sketch, colour: Colour, rng: np.random.Generator) -> None:
    """Two piles, and one coin upright before them."""
    for x, count in ((-0.34, 7), (0.3, 4)):
        for n in range(count):
            y = -0.04 - 0.1 * n
            s.box(x - 0.27, y - 0.07, x + 0.27, y + 0.035, _dim(colour, 0.3 if n % 2 else 0.18), 0.05)
            s.disc(x, y - 0.07, 0.27, colour, 0.055)
    s.disc(0.14, -0.22, 0.22, _dim(colour, 0.15))
    s.disc(0.14, -0.22, 0.17, mixed(colour, _WHITE, 0.25))
    s.box(0.12, -0.31, 0.16, -0.13, _dim(colour, 0.35), 0.01)


def suitcase(s: Sketch, colour: Colour, rng: np.random.Generator) -> None:
    s.arc(0, -0.78, 0.2, 180, 360, 0.05, _DARK)
    s.box(-0.6, -0.8, 0.6, -0.04, colour, 0.1)
    for x in (-0.34, 0.34):
        s.box(x - 0.05, -0.8, x + 0.05, -0.04, _dim(colour, 0.35))
        s.box(x - 0.04, -0.5, x + 0.04, -0.42, _GOLD, 0.01)
        s.box(x - 0.07, -0.05, x + 0.07, 0.0, _DARK, 0.03)
    s.disc(0.02, -0.36, 0.12, _WHITE)
    s.disc(0.02, -0.36, 0.08, (98, 160, 186))


def umbrella(s: Sketch, colour: Colour, rng: np.random.Generator) -> None:
    s.line([(0, -0.98), (0, -0.1)], 0.028, _DARK)
    s.arc(0.07, -0.1, 0.07, 0, 180, 0.028, _DARK)
    s.polygon(
        [(0.62 * math.cos(a), -0.46 + 0.5 * math.sin(a)) for a in np.linspace(math.pi, 2 * math.pi, 40).tolist()], colour
    )
    s.polygon([(0.2 * math.cos(a), -0.46 + 0.5 * math.sin(a)) for a in np.linspace(math.pi, 2 * math.pi, 40).tolist()],
              mixed(colour, _WHITE, 0.25))  # fmt: skip


def letter(s: Sketch, colour: Colour, rng: np.random.Generator) -> None:
    paper = mixed(colour, _WHITE, 0.15)
    s.box(-0.75, -1.0, 0.75, 0.0, paper, 0.03)
    s.polygon([(-0.75, 0.0), (0.75, 0.0), (0.0, -0.6)], _dim(paper, 0.1))
    s.polygon([(-0.75, -0.98), (0.75, -0.98), (0.0, -0.36)], _dim(paper, 0.05))
    s.line([(-0.74, -0.98), (0, -0.38), (0.74, -0.98)], 0.018, _dim(paper, 0.28))
    s.disc(0, -0.42, 0.1, (190, 58, 54))


def key(s: Sketch, colour: Colour, rng: np.random.Generator) -> None:
    s.arc(0, -0.8, 0.15, 0, 360, 0.08, colour)
    s.box(-0.04, -0.64, 0.04, 0.0, colour, 0.02)
    for y, long in ((-0.06, 0.2), (-0.18, 0.15), (-0.28, 0.18)):
        s.box(0.0, y - 0.03, long, y + 0.04, colour, 0.01)


def crown(s: Sketch, colour: Colour, rng: np.random.Generator) -> None:
    s.polygon([(-0.6, -0.14), (-0.72, -0.8), (-0.34, -0.48), (0, -1.0), (0.34, -0.48), (0.72, -0.8), (0.6, -0.14)], colour)
    s.box(-0.6, -0.2, 0.6, 0.0, _dim(colour, 0.2), 0.03)
    for x, y, tone in ((-0.72, -0.8, _WHITE), (0, -1.0, _WHITE), (0.72, -0.8, _WHITE)):
        s.disc(x, y, 0.07, tone)
    for x, tone in ((-0.36, (90, 150, 200)), (0.0, (206, 62, 70)), (0.36, (90, 150, 200))):
        s.disc(x, -0.1, 0.06, tone)


def baby(s: Sketch, colour: Colour, rng: np.random.Generator) -> None:
    """In swaddling clothes."""
    skin = _SKIN[int(rng.integers(len(_SKIN)))]
    s.smooth([(-0.34, -0.7), (0.34, -0.7), (0.42, -0.36), (0.22, 0.0), (-0.22, 0.0), (-0.42, -0.36)], colour)
    s.disc(0, -0.72, 0.36, _dim(colour, 0.12), 0.32)
    s.disc(0, -0.7, 0.27, skin, 0.25)
    s.smooth([(-0.06, -0.92), (0.04, -0.98), (0.1, -0.9), (0.0, -0.84)], (96, 66, 48))
    for x in (-0.1, 0.1):
        s.arc(x, -0.69, 0.05, 20, 160, 0.018, _dim(skin, 0.6))
        s.disc(x * 1.7, -0.62, 0.045, mixed(skin, (230, 110, 110), 0.4))
    s.arc(0, -0.62, 0.06, 30, 150, 0.018, _dim(skin, 0.5))
    s.line([(-0.36, -0.48), (0.3, -0.14)], 0.03, _dim(colour, 0.2))
    s.line([(0.36, -0.48), (-0.3, -0.14)], 0.03, _dim(colour, 0.2))
