"""Tools, instruments and signs of work, play and learning: each drawn at a height of 1 around its foot."""

import math

import numpy as np

from voicekit.film.drawing.brush import mixed
from voicekit.film.drawing.palettes import Colour
from voicekit.film.drawing.sketch import Sketch

_DARK: Colour = (38, 40, 52)
_STEEL: Colour = (188, 196, 206)
_WHITE: Colour = (244, 243, 238)
_GOLD: Colour = (234, 188, 78)
_GLASS: Colour = (168, 214, 226)
_WOOD: Colour = (150, 98, 62)


def _dim(colour: Colour, share: float = 0.2) -> Colour:
    return mixed(colour, (0, 0, 0), share)


def ball(s: Sketch, colour: Colour, rng: np.random.Generator) -> None:
    """A football."""
    dark = mixed((44, 46, 58), colour, 0.1)
    s.disc(0, -0.5, 0.5, colour)

    def spot(x: float, y: float, size: float, turn: float) -> None:
        s.polygon(
            [
                (x + size * math.cos(turn + n * 0.4 * math.pi), y + size * math.sin(turn + n * 0.4 * math.pi))
                for n in range(5)
            ],
            dark,
        )

    for n in range(5):
        angle = -math.pi / 2 + n * 0.4 * math.pi
        c, d = math.cos(angle), math.sin(angle)
        s.line([(0.17 * c, -0.5 + 0.17 * d), (0.34 * c, -0.5 + 0.34 * d)], 0.022, dark)
        side = angle + 0.2 * math.pi
        s.line([(0.34 * c, -0.5 + 0.34 * d), (0.4 * math.cos(side), -0.5 + 0.4 * math.sin(side)),
                (0.34 * math.cos(side + 0.2 * math.pi),
                -0.5 + 0.34 * math.sin(side + 0.2 * math.pi))], 0.02, dark)  # fmt: skip
        s.polygon([(0.49 * math.cos(angle + a),
                   -0.5 + 0.49 * math.sin(angle + a)) for a in (-0.26, -0.13, 0, 0.13, 0.26)]
                  + [(0.36 * math.cos(angle + a),
                     -0.5 + 0.36 * math.sin(angle + a)) for a in (0.17, -0.17)], dark)  # fmt: skip
    spot(0, -0.5, 0.18, -math.pi / 2)


def goal(s: Sketch, colour: Colour, rng: np.random.Generator) -> None:
    net = (214, 220, 226)
    for n in range(17):
        x = -1.2 + 0.15 * n
        s.line([(x, -0.96), (0.9 * x, 0)], 0.008, net)
    for n in range(7):
        y = -0.96 + 0.15 * n
        s.line([(-1.2, y), (1.2, y)], 0.008, net)
    s.box(-1.24, -1.0, 1.24, -0.94, _WHITE, 0.03)
    for x in (-1.21, 1.21):
        s.box(x - 0.03, -1.0, x + 0.03, 0.0, _WHITE, 0.02)


def trophy(s: Sketch, colour: Colour, rng: np.random.Generator) -> None:
    for side in (-1, 1):
        s.arc(side * 0.3, -0.72, 0.15, 0, 360, 0.05, _dim(colour, 0.12))
    s.smooth([(-0.32, -0.96), (0.32, -0.96), (0.3, -0.7), (0.16, -0.46), (0, -0.4), (-0.16, -0.46), (-0.3, -0.7)], colour)
    s.smooth([(0.1, -0.95), (0.3, -0.95), (0.28, -0.7), (0.14, -0.47), (0.04, -0.42), (0.12, -0.66)], _dim(colour, 0.16))
    s.smooth([(-0.24, -0.9), (-0.18, -0.9), (-0.15, -0.66), (-0.18, -0.56), (-0.23, -0.7)], mixed(colour, _WHITE, 0.6))
    s.box(-0.35, -1.0, 0.35, -0.93, mixed(colour, _WHITE, 0.3), 0.03)
    s.smooth([(-0.05, -0.46), (0.05, -0.46), (0.05, -0.3), (0.16, -0.19), (-0.16, -0.19), (-0.05, -0.3)], _dim(colour, 0.1))
    s.box(-0.24, -0.18, 0.24, 0.0, _DARK, 0.025)
    s.box(-0.12, -0.13, 0.12, -0.06, colour, 0.01)


def medal(s: Sketch, colour: Colour, rng: np.random.Generator) -> None:
    s.polygon([(-0.32, -1.0), (-0.14, -1.0), (0.08, -0.52), (-0.08, -0.5)], (196, 66, 66))
    s.polygon([(0.32, -1.0), (0.14, -1.0), (-0.08, -0.52), (0.08, -0.5)], (58, 100, 172))
    s.disc(0, -0.3, 0.29, _dim(colour, 0.12))
    s.disc(0, -0.3, 0.24, colour)
    star = [
        ((0.16, 0.07)[n % 2] * math.sin(n * math.pi / 5), -0.3 - (0.16, 0.07)[n % 2] * math.cos(n * math.pi / 5))
        for n in range(10)
    ]
    s.polygon(star, mixed(colour, _WHITE, 0.55))


def whistle(s: Sketch, colour: Colour, rng: np.random.Generator) -> None:
    s.line([(-0.34, -0.66), (-0.6, -0.9), (-0.3, -1.0), (0.1, -0.92)], 0.03, (196, 66, 66))
    s.polygon([(-0.1, -0.74), (0.78, -0.74), (0.78, -0.52), (-0.1, -0.4)], colour)
    s.disc(-0.14, -0.38, 0.36, colour)
    s.disc(-0.14, -0.38, 0.2, _dim(colour, 0.3))
    s.disc(-0.06, -0.32, 0.1, (240, 220, 170))
    s.polygon([(0.2, -0.74), (0.34, -0.74), (0.24, -0.6)], _DARK)


def computer(s: Sketch, colour: Colour, rng: np.random.Generator) -> None:
    """A laptop, open."""
    s.box(-0.72, -1.0, 0.72, -0.1, _DARK, 0.06)
    s.box(-0.65, -0.93, 0.65, -0.18, mixed(colour, (24, 34, 56), 0.72))
    s.box(-0.65, -0.93, 0.65, -0.83, mixed(colour, _WHITE, 0.2))
    for n in range(3):
        s.disc(-0.58 + 0.08 * n, -0.88, 0.022, _WHITE)
    s.box(-0.56, -0.75, -0.2, -0.27, mixed(colour, (24, 34, 56), 0.4), 0.03)
    for n, long in enumerate((0.6, 0.46, 0.56, 0.3, 0.5)):
        s.box(-0.1, -0.74 + 0.1 * n, -0.1 + long, -0.69 + 0.1 * n, mixed(_WHITE, colour, 0.25 + 0.1 * n), 0.02)
    s.polygon([(-0.72, -0.1), (0.72, -0.1), (0.9, 0.0), (-0.9, 0.0)], _STEEL)
    s.polygon([(-0.6, -0.085), (0.6, -0.085), (0.66, -0.05), (-0.66, -0.05)], _dim(_STEEL, 0.35))
    s.box(-0.9, -0.015, 0.9, 0.025, _dim(_STEEL, 0.2), 0.02)


def phone(s: Sketch, colour: Colour, rng: np.random.Generator) -> None:
    s.box(-0.27, -1.0, 0.27, 0.0, _DARK, 0.08)
    s.box(-0.235, -0.96, 0.235, -0.04, mixed(colour, _WHITE, 0.25), 0.055)
    s.box(-0.08, -0.955, 0.08, -0.925, _DARK, 0.015)
    s.box(-0.19, -0.84, 0.19, -0.56, mixed(colour, _DARK, 0.4), 0.04)
    for row in range(3):
        for column in range(3):
            x, y = -0.14 + 0.14 * column, -0.44 + 0.14 * row
            s.box(
                x - 0.045,
                y - 0.045,
                x + 0.045,
                y + 0.045,
                (_WHITE, mixed(colour, _DARK, 0.25), _GOLD)[(row + column) % 3],
                0.02,
            )


def book(s: Sketch, colour: Colour, rng: np.random.Generator) -> None:
    """Open."""
    s.polygon([(-0.92, -0.7), (0.92, -0.7), (0.98, -0.04), (-0.98, -0.04)], colour)
    for side in (-1, 1):
        page = [(0, -0.66), (side * 0.28, -0.84), (side * 0.62, -0.86), (side * 0.88, -0.76), (side * 0.92, -0.14),
                (side * 0.6, -0.2),
                (side * 0.28, -0.18), (0, -0.04)]  # fmt: skip
        s.polygon(page, _WHITE if side < 0 else _dim(_WHITE, 0.08))
        for n in range(5):
            y = -0.68 + 0.1 * n
            s.line([(side * 0.14, y + 0.02), (side * 0.45, y - 0.04), (side * 0.76, y)], 0.018, mixed(_WHITE, _DARK, 0.3))
    s.line([(0, -0.66), (0, -0.04)], 0.02, _dim(_WHITE, 0.35))
    s.polygon([(0.2, -0.82), (0.3, -0.84), (0.3, -0.5), (0.25, -0.56), (0.2, -0.48)], (204, 70, 64))


def clock(s: Sketch, colour: Colour, rng: np.random.Generator) -> None:
    s.disc(0, -0.5, 0.5, colour)
    s.disc(0, -0.5, 0.42, _WHITE)
    for n in range(12):
        c, d = math.cos(n * math.pi / 6), math.sin(n * math.pi / 6)
        s.line([(0.34 * c, -0.5 + 0.34 * d), (0.38 * c, -0.5 + 0.38 * d)], 0.03 if n % 3 == 0 else 0.014, _DARK)
    s.line([(0, -0.5), (-0.14, -0.68)], 0.04, _DARK)
    s.line([(0, -0.5), (0.17, -0.76)], 0.028, _DARK)
    s.line([(-0.02, -0.46), (0.06, -0.28)], 0.012, (204, 66, 58))
    s.disc(0, -0.5, 0.03, (204, 66, 58))


def microphone(s: Sketch, colour: Colour, rng: np.random.Generator) -> None:
    """On a table stand."""
    s.box(-0.26, -0.05, 0.26, 0.0, _DARK, 0.02)
    s.box(-0.018, -0.34, 0.018, -0.04, _STEEL)
    s.arc(0, -0.56, 0.26, 0, 180, 0.035, _STEEL)
    s.box(-0.19, -1.0, 0.19, -0.4, _STEEL, 0.19)
    s.box(-0.19, -0.72, 0.19, -0.66, colour)
    for n in range(5):
        s.line([(-0.15, -0.94 + 0.045 * n), (0.15, -0.94 + 0.045 * n)], 0.014, _dim(_STEEL, 0.4))
    s.box(-0.19, -0.66, 0.19, -0.5, _dim(_STEEL, 0.5))
    s.box(-0.13, -0.62, -0.09, -0.52, _WHITE, 0.02)


def camera(s: Sketch, colour: Colour, rng: np.random.Generator) -> None:
    s.box(-0.3, -0.96, 0.26, -0.7, _dim(_STEEL, 0.15), 0.06)
    s.box(-0.7, -0.8, 0.7, -0.02, _DARK, 0.08)
    s.box(-0.7, -0.64, 0.7, -0.2, colour)
    s.box(0.36, -0.88, 0.54, -0.8, (204, 66, 58), 0.02)
    s.disc(0, -0.42, 0.34, _STEEL)
    s.disc(0, -0.42, 0.28, _DARK)
    s.disc(0, -0.42, 0.19, (58, 84, 124))
    s.disc(-0.06, -0.48, 0.07, (190, 216, 240))
    s.box(-0.16, -0.92, 0.12, -0.78, _GLASS, 0.03)


def chart(s: Sketch, colour: Colour, rng: np.random.Generator) -> None:
    """Bars that rise, and the line over them."""
    s.box(-0.78, -1.0, 0.78, 0.0, _WHITE, 0.05)
    for n in range(4):
        s.line([(-0.62, -0.26 - 0.16 * n), (0.66, -0.26 - 0.16 * n)], 0.006, _dim(_WHITE, 0.18))
    tops = (0.18, 0.3, 0.26, 0.46, 0.6)
    for n, tall in enumerate(tops):
        x = -0.54 + 0.26 * n
        s.box(x - 0.075, -0.12 - tall, x + 0.075, -0.12, mixed(colour, _WHITE, 0.4 - 0.1 * n), 0.02)
    line = [(-0.54 + 0.26 * n, -0.22 - tall) for n, tall in enumerate(tops)]
    s.line(line, 0.03, (226, 134, 62))
    for x, y in line:
        s.disc(x, y, 0.035, (226, 134, 62))
    s.line([(-0.66, -0.9), (-0.66, -0.12), (0.68, -0.12)], 0.018, _DARK)


def bulb(s: Sketch, colour: Colour, rng: np.random.Generator) -> None:
    s.smooth([(0, -1.0), (0.26, -0.92), (0.33, -0.66), (0.22, -0.46), (0.13, -0.28), (-0.13, -0.28), (-0.22, -0.46),
              (-0.33, -0.66),
              (-0.26, -0.92)], colour)  # fmt: skip
    s.smooth([(-0.2, -0.86), (-0.1, -0.92), (-0.16, -0.72), (-0.22, -0.64)], mixed(colour, _WHITE, 0.7))
    s.line([(-0.06, -0.28), (-0.1, -0.56), (0, -0.5), (0.1, -0.56), (0.06, -0.28)], 0.022, (226, 140, 50))
    for n in range(3):
        s.box(
            -0.14 + 0.01 * n, -0.28 + 0.07 * n, 0.14 - 0.01 * n, -0.225 + 0.07 * n, _dim(_STEEL, 0.1 + 0.15 * (n % 2)), 0.02
        )
    s.disc(0, -0.06, 0.07, _DARK, 0.05)


def flask(s: Sketch, colour: Colour, rng: np.random.Generator) -> None:
    """A flask and a test tube."""
    s.smooth(
        [
            (-0.28, -0.9),
            (-0.08, -0.9),
            (-0.08, -0.56),
            (0.14, -0.12),
            (0.08, -0.01),
            (-0.44, -0.01),
            (-0.5, -0.12),
            (-0.28, -0.56),
        ],
        _GLASS,
    )
    s.smooth([(-0.33, -0.4), (-0.03, -0.4), (0.11, -0.13), (0.06, -0.04), (-0.42, -0.04), (-0.47, -0.13)], colour)
    s.box(-0.32, -0.96, -0.04, -0.88, mixed(_GLASS, _WHITE, 0.5), 0.03)
    for x, y, r in (
        (-0.22, -0.24, 0.045),
        (-0.06, -0.16, 0.03),
        (-0.14, -0.34, 0.026),
        (-0.16, -0.52, 0.03),
        (-0.2, -0.66, 0.02),
    ):
        s.disc(x, y, r, mixed(colour, _WHITE, 0.55))
    s.box(0.26, -0.86, 0.44, -0.02, _GLASS, 0.09)
    s.box(0.26, -0.48, 0.44, -0.02, (236, 150, 84), 0.09)
    s.box(0.23, -0.9, 0.47, -0.84, mixed(_GLASS, _WHITE, 0.5), 0.02)


def pills(s: Sketch, colour: Colour, rng: np.random.Generator) -> None:
    """A bottle with a cross on its label, and two capsules."""
    s.box(-0.5, -0.8, 0.12, 0.0, mixed(colour, (226, 140, 60), 0.7), 0.08)
    s.box(-0.46, -1.0, 0.08, -0.78, _WHITE, 0.04)
    s.box(-0.5, -0.58, 0.12, -0.16, _WHITE)
    s.box(-0.235, -0.5, -0.145, -0.24, (206, 64, 60))
    s.box(-0.32, -0.415, -0.06, -0.325, (206, 64, 60))
    for x, y in ((0.34, -0.08), (0.46, -0.24)):
        s.limb([(x - 0.1, y, 0.07), (x, y, 0.07)], (206, 64, 60))
        s.limb([(x + 0.01, y, 0.07), (x + 0.1, y, 0.07)], _WHITE)


def guitar(s: Sketch, colour: Colour, rng: np.random.Generator) -> None:
    wood = colour
    s.smooth([(0, -0.56), (0.19, -0.5), (0.16, -0.36), (0.27, -0.18), (0.2, -0.02), (0, 0.0), (-0.2, -0.02),
              (-0.27, -0.18), (-0.16, -0.36),
              (-0.19, -0.5)], _dim(wood, 0.25))  # fmt: skip
    s.smooth([(0, -0.535), (0.165, -0.485), (0.135, -0.36), (0.24, -0.18), (0.18, -0.035), (0, -0.02),
              (-0.18, -0.035), (-0.24, -0.18),
              (-0.135, -0.36), (-0.165, -0.485)], wood)  # fmt: skip
    s.disc(0, -0.36, 0.07, _DARK)
    s.box(-0.035, -0.9, 0.035, -0.36, _dim(_WOOD, 0.4))
    s.box(-0.055, -1.0, 0.055, -0.88, _dim(_WOOD, 0.2), 0.015)
    s.box(-0.09, -0.15, 0.09, -0.12, _dim(_WOOD, 0.4), 0.01)
    for x in (-0.02, 0, 0.02):
        s.line([(x, -0.9), (x, -0.13)], 0.005, _WHITE)
    for n in range(3):
        for side in (-1, 1):
            s.disc(side * 0.07, -0.975 + 0.035 * n, 0.013, _STEEL)


def piano(s: Sketch, colour: Colour, rng: np.random.Generator) -> None:
    """An upright piano."""
    wood = mixed(colour, (62, 40, 36), 0.6)
    s.box(-0.8, -1.0, 0.8, 0.0, wood, 0.03)
    s.box(-0.84, -1.0, 0.84, -0.93, _dim(wood, 0.25), 0.02)
    s.box(-0.66, -0.86, 0.66, -0.6, mixed(wood, _WHITE, 0.12), 0.02)
    s.box(-0.7, -0.34, 0.7, -0.06, _dim(wood, 0.18), 0.02)
    s.box(-0.86, -0.56, 0.86, -0.4, _dim(wood, 0.3), 0.02)
    s.box(-0.76, -0.54, 0.76, -0.43, _WHITE)
    for n in range(21):
        x = -0.76 + 1.52 * n / 21
        s.line([(x, -0.54), (x, -0.43)], 0.006, _DARK)
        if n and n % 7 not in (0, 3):
            s.box(x - 0.018, -0.54, x + 0.018, -0.475, _DARK)


def globe(s: Sketch, colour: Colour, rng: np.random.Generator) -> None:
    s.disc(0, -0.55, 0.42, (74, 140, 186))
    land = (104, 164, 104)
    s.smooth(
        [(-0.3, -0.82), (-0.08, -0.9), (-0.02, -0.74), (-0.14, -0.64), (-0.1, -0.54), (-0.24, -0.58), (-0.36, -0.68)], land
    )
    s.smooth([(-0.16, -0.5), (-0.02, -0.44), (-0.04, -0.26), (-0.12, -0.18), (-0.18, -0.34)], land)
    s.smooth(
        [(0.1, -0.8), (0.28, -0.84), (0.38, -0.68), (0.26, -0.6), (0.3, -0.44), (0.18, -0.3), (0.08, -0.5), (0.04, -0.66)],
        land,
    )
    s.arc(0, -0.55, 0.47, -70, 120, 0.035, _GOLD)
    s.box(-0.03, -0.1, 0.03, -0.03, _GOLD)
    s.box(-0.24, -0.05, 0.24, 0.0, _WOOD, 0.02)


def magnet(s: Sketch, colour: Colour, rng: np.random.Generator) -> None:
    s.arc(0, -0.62, 0.26, 180, 360, 0.22, colour)
    for x in (-0.26, 0.26):
        s.box(x - 0.11, -0.63, x + 0.11, -0.2, colour)
        s.box(x - 0.11, -0.22, x + 0.11, 0.0, _STEEL)
    for x in (-0.26, 0.26):
        for n in (-1, 0, 1):
            s.line([(x + 0.07 * n, 0.03), (x + 0.1 * n, 0.09)], 0.02, _WHITE)


def atom(s: Sketch, colour: Colour, rng: np.random.Generator) -> None:
    for n in range(3):
        turn = n * math.pi / 3 + 0.3
        ring = []
        for t in np.linspace(0, 2 * math.pi, 60).tolist():
            u, v = 0.48 * math.cos(t), 0.17 * math.sin(t)
            ring.append((u * math.cos(turn) - v * math.sin(turn), -0.5 + u * math.sin(turn) + v * math.cos(turn)))
        s.line(ring, 0.022, _WHITE)
        s.disc(*ring[(7 + 19 * n) % 60], 0.05, _GOLD)
    for x, y, tone in (
        (-0.05, -0.53, colour),
        (0.05, -0.5, (206, 84, 70)),
        (-0.02, -0.45, (206, 84, 70)),
        (0.03, -0.57, colour),
    ):
        s.disc(x, y, 0.065, tone)
