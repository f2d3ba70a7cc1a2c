"""Sceneries within walls: a room with a window, a library."""

import math
from itertools import pairwise

import numpy as np

from voicekit.film.drawing.brush import Box, Canvas, Dice, mixed
from voicekit.film.drawing.palettes import Colour, Palette
from voicekit.film.scenery.skies import warm

#: Of the spines of books, mixed into the colours of a palette.
_CLOTH: tuple[Colour, ...] = ((150, 62, 52), (196, 148, 82), (62, 96, 104), (216, 196, 160), (92, 74, 110), (88, 110, 84))


def room(canvas: Canvas, palette: Palette, dice: Dice) -> None:
    """A table before a window; on it a lamp, books, a cup and a plant."""
    wall = mixed(palette.near, palette.far, 0.4)
    canvas.gradient((mixed(wall, (0, 0, 0), 0.3), wall, mixed(wall, palette.sky[-1], 0.12)), 0, 1, 0.15)
    wide = min(dice.spread(0.5, 0.64), 0.42 * canvas.wide)
    left = canvas.wide * dice.spread(0.88, 0.95) - wide
    _window(canvas, palette, dice, (left, 0.1, left + wide, 0.62), wall)
    top = 0.8
    lamp = left + wide * dice.spread(-0.22, -0.12)
    canvas.glow(lamp, top - 0.2, 0.2, warm(palette), 0.42)
    table = mixed(palette.near, (0, 0, 0), 0.2)
    with canvas.paint(table) as pen:
        pen.box(-0.1, top, canvas.wide + 0.1, 1.01)
    with canvas.paint(mixed(table, warm(palette), 0.3), 0.8) as pen:
        pen.box(-0.1, top, canvas.wide + 0.1, top + 0.008)
    with canvas.paint(warm(palette), 0.22, 0.02) as pen:
        pen.disc(lamp, top + 0.012, 0.3, 0.035)
    _plant(canvas, palette, dice, left + wide * dice.spread(0.76, 0.92), top)
    _cup(canvas, palette, left + wide * dice.spread(0.44, 0.56), top)
    _pile(canvas, palette, dice, left + wide * dice.spread(0.12, 0.22), top)
    _lamp(canvas, palette, lamp, top)


def _window(canvas: Canvas, palette: Palette, dice: Dice, box: Box, wall: Colour) -> None:
    """A window with a landscape behind it, bars, a sill and curtains."""
    from voicekit.film.scenery.landscapes import hills

    left, top, right, bottom = box
    outside = Canvas(round((right - left) * canvas.height), round((bottom - top) * canvas.height))
    hills(outside, palette, dice)
    canvas.put(outside, left, top)
    frame, middle, bar = mixed(wall, palette.light, 0.3), (left + right) / 2, 0.009
    with canvas.paint((0, 0, 0), 0.22, 0.01) as pen:
        pen.box(left - 0.05, bottom + 0.01, right + 0.05, bottom + 0.045)
    with canvas.paint(frame) as pen:
        for x in (left, middle, right):
            pen.box(x - bar, top - bar, x + bar, bottom + bar)
        for y in (top, top + 0.36 * (bottom - top), bottom):
            pen.box(left - bar, y - 0.8 * bar, right + bar, y + 0.8 * bar)
        pen.box(left - 0.04, bottom, right + 0.04, bottom + 0.02)
    cloth = mixed(mixed(palette.far, palette.sky[1], 0.5), wall, 0.35)
    for side, edge in ((1, left - 0.07), (-1, right + 0.07)):
        fall = [
            (edge, top - 0.05),
            (edge + side * 0.17, top - 0.05),
            (edge + side * 0.12, 0.4),
            (edge + side * 0.09, 0.68),
            (edge, 0.68),
        ]
        with canvas.paint(cloth) as pen:
            pen.polygon(fall)
        folds = [[(edge + side * at, top - 0.05), (edge + side * at * 0.62, 0.68)] for at in (0.04, 0.08, 0.12)]
        with canvas.paint((0, 0, 0), 0.16, 0.003) as pen:
            for fold in folds:
                pen.line(fold, 0.006)
    with canvas.paint(frame) as pen:
        pen.box(left - 0.1, top - 0.062, right + 0.1, top - 0.048, radius=0.007)


def _lamp(canvas: Canvas, palette: Palette, x: float, y: float) -> None:
    dark = mixed(palette.near, palette.far, 0.25)
    with canvas.paint(dark) as pen:
        pen.disc(x, y - 0.004, 0.05, 0.011)
        pen.box(x - 0.005, y - 0.2, x + 0.005, y)
    shade = [(x - 0.05, y - 0.29), (x + 0.05, y - 0.29), (x + 0.085, y - 0.17), (x - 0.085, y - 0.17)]
    with canvas.paint(mixed(warm(palette), (255, 255, 255), 0.15)) as pen:
        pen.polygon(shade)
    with canvas.paint((120, 50, 20), 0.25) as pen:
        pen.polygon([shade[0], shade[1], (x + 0.055, y - 0.278), (x - 0.055, y - 0.278)])


def _cup(canvas: Canvas, palette: Palette, x: float, y: float) -> None:
    white = mixed(palette.light, palette.near, 0.18)
    with canvas.paint(white) as pen:
        pen.disc(x + 0.036, y - 0.036, 0.02)
        pen.disc(x + 0.036, y - 0.036, 0.012, fill=0)
        pen.polygon([(x - 0.036, y - 0.066), (x + 0.036, y - 0.066), (x + 0.026, y - 0.004), (x - 0.026, y - 0.004)])
        pen.disc(x, y - 0.002, 0.055, 0.006)
    for at, high in ((-0.012, 0.09), (0.012, 0.12)):
        steam = [(x + at + 0.007 * math.sin(9 * t + 60 * at), y - 0.08 - high * t) for t in np.linspace(0, 1, 24)]
        with canvas.paint(white, 0.5, 0.004, (x, y - 0.08, 0.09)) as pen:
            pen.line(steam, 0.006)


def _pile(canvas: Canvas, palette: Palette, dice: Dice, x: float, y: float) -> None:
    """Books that lie on one another."""
    for n, colour in enumerate(dice.rng.permutation(len(_CLOTH))[:3]):
        wide, thick, aside = dice.rng.uniform(0.075, 0.095), 0.026, dice.rng.uniform(-0.012, 0.012)
        low = y - n * thick
        cloth = mixed(_CLOTH[colour], palette.near, 0.3)
        with canvas.paint(cloth) as pen:
            pen.box(x - wide + aside, low - thick, x + wide + aside, low - 0.001, radius=0.004)
        with canvas.paint(mixed(palette.light, palette.near, 0.25)) as pen:
            pen.box(x - wide + aside + 0.02, low - thick + 0.006, x + wide + aside + 0.001, low - 0.006)


def _plant(canvas: Canvas, palette: Palette, dice: Dice, x: float, y: float) -> None:
    leaf = mixed((64, 104, 78), palette.near, 0.45)
    with canvas.paint(leaf) as pen:
        for angle in np.linspace(-1.15, 1.15, 9) + dice.rng.normal(0, 0.06, 9):
            long = 0.2 * (1 - 0.25 * abs(angle)) * dice.rng.uniform(0.85, 1.1)
            spine = [
                (math.sin(angle) * t * long, -math.cos(angle) * t * long * (1 - 0.25 * abs(angle) * t))
                for t in np.linspace(0, 1, 9)
            ]
            half = [0.02 * math.sin(math.pi * t) ** 0.8 for t in np.linspace(0, 1, 9)]
            one, other = (
                [(x + a + side * h, y - 0.075 + b) for (a, b), h in zip(spine, half, strict=True)] for side in (1, -1)
            )
            pen.polygon(one + other[::-1])
    pot = [(x - 0.052, y - 0.09), (x + 0.052, y - 0.09), (x + 0.037, y - 0.002), (x - 0.037, y - 0.002)]
    with canvas.paint(mixed((178, 100, 70), palette.near, 0.3)) as pen:
        pen.polygon(pot)


def library(canvas: Canvas, palette: Palette, dice: Dice) -> None:
    """Shelves full of books to the right, an armchair under a lamp to the left of them."""
    wall = mixed(palette.near, palette.far, 0.4)
    canvas.gradient((mixed(wall, (0, 0, 0), 0.35), wall), 0, 0.9, 0.2)
    left, floor = canvas.wide * dice.spread(0.54, 0.62), 0.86
    lamp = left - 0.1
    with canvas.paint(mixed(palette.near, (0, 0, 0), 0.3)) as pen:
        pen.box(-0.1, floor, canvas.wide + 0.1, 1.01)
    _shelves(canvas, palette, dice, left, floor)
    canvas.glow(lamp, 0.6, 0.22, warm(palette), 0.5)
    with canvas.paint(warm(palette), 0.25, 0.02) as pen:
        pen.disc(lamp, floor + 0.05, 0.34, 0.04)
    _armchair(canvas, palette, lamp - dice.spread(0.24, 0.36), floor + 0.05)
    dark = mixed(palette.near, (0, 0, 0), 0.3)
    with canvas.paint(dark) as pen:
        pen.box(lamp - 0.005, 0.6, lamp + 0.005, floor + 0.04)
        pen.disc(lamp, floor + 0.04, 0.055, 0.012)
    shade = [(lamp - 0.05, 0.53), (lamp + 0.05, 0.53), (lamp + 0.09, 0.64), (lamp - 0.09, 0.64)]
    with canvas.paint(mixed(warm(palette), (255, 255, 255), 0.15)) as pen:
        pen.polygon(shade)


def _shelves(canvas: Canvas, palette: Palette, dice: Dice, left: float, floor: float) -> None:
    wood = mixed(mixed((104, 66, 44), palette.near, 0.5), (0, 0, 0), 0.1)
    with canvas.paint(mixed(wood, (0, 0, 0), 0.5)) as pen:
        pen.box(left, 0.04, canvas.wide + 0.1, floor)
    rows = np.linspace(0.05, floor - 0.01, 6)
    books: list[list[Box]] = [[] for _ in _CLOTH]
    for top, low in pairwise(rows):
        x = left + 0.016
        while x < canvas.wide:
            wide, tall = dice.rng.uniform(0.012, 0.03), (low - top) * dice.rng.uniform(0.6, 0.86)
            if dice.rng.random() < 0.07:  # a gap
                x += dice.rng.uniform(0.03, 0.07)
            books[dice.rng.integers(len(_CLOTH))].append((x, low - tall, x + wide - 0.0015, low - 0.004))
            x += wide
    for cloth, those in zip(_CLOTH, books, strict=True):
        colour = mixed(mixed(cloth, palette.far, 0.3), palette.near, 0.35)
        with canvas.paint(colour) as pen:
            for book in those:
                pen.box(*book, radius=0.003)
        bands = [(a, b + 0.016, c, b + 0.02) for a, b, c, _ in those]
        with canvas.paint(mixed(colour, palette.light, 0.4), 0.7) as pen:
            for band in bands:
                pen.box(*band)
    with canvas.paint(wood) as pen:
        for y in rows:
            pen.box(left, y - 0.006, canvas.wide + 0.1, y + 0.006)
        for x in np.arange(left, canvas.wide + 0.3, 0.42):
            pen.box(x - 0.008, 0.04, x + 0.008, floor)


def _armchair(canvas: Canvas, palette: Palette, x: float, y: float) -> None:
    cloth = mixed(mixed(palette.sky[1], palette.far, 0.4), palette.near, 0.45)
    dark = mixed(cloth, (0, 0, 0), 0.25)
    with canvas.paint((0, 0, 0), 0.3, 0.01) as pen:
        pen.disc(x, y, 0.2, 0.015)
    with canvas.paint(palette.near) as pen:
        for at in (-0.13, 0.13):
            pen.box(x + at - 0.01, y - 0.04, x + at + 0.01, y)
    with canvas.paint(dark) as pen:
        pen.box(x - 0.125, y - 0.34, x + 0.125, y - 0.06, radius=0.05)
    with canvas.paint(cloth) as pen:
        pen.box(x - 0.12, y - 0.15, x + 0.12, y - 0.05, radius=0.02)
    with canvas.paint(mixed(cloth, (0, 0, 0), 0.1)) as pen:
        for at in (-0.15, 0.15):
            pen.box(x + at - 0.035, y - 0.2, x + at + 0.035, y - 0.03, radius=0.028)
