"""Sceneries through which one drives: a road, fields with a farm."""

import math

import numpy as np

from voicekit.film.drawing.brush import Canvas, Dice, Pen, mixed
from voicekit.film.drawing.palettes import Palette
from voicekit.film.scenery.landscapes import rolling
from voicekit.film.scenery.skies import haze, sky


def ground_of(canvas: Canvas, palette: Palette, dice: Dice, horizon: float) -> None:
    """Far hills behind a plain that begins at the horizon."""
    for layer in range(2):
        edge = horizon + 0.01 - (0.075 - 0.035 * layer) * (0.75 + rolling(dice.rng))
        canvas.land(mixed(palette.far, palette.near, 0.22 * layer), edge)
        haze(canvas, palette.sky[-1], horizon, 0.2 - 0.08 * layer)
    canvas.land(mixed(palette.far, palette.near, 0.42), np.full(2, horizon))


def crowns(pen: Pen, dice: Dice, x: float, y: float, tall: float) -> None:
    """A leafy tree whose foot is at (x, y)."""
    pen.box(x - 0.03 * tall, y - 0.5 * tall, x + 0.03 * tall, y)
    for across, up, size in ((0, 0.68, 0.3), (-0.2, 0.55, 0.22), (0.21, 0.53, 0.21), (0.08, 0.84, 0.19), (-0.1, 0.8, 0.18)):
        pen.disc(x + across * tall, y - up * tall, size * tall * dice.rng.uniform(0.9, 1.1))


def road(canvas: Canvas, palette: Palette, dice: Dice) -> None:
    """A road that winds towards the horizon between grass and posts."""
    horizon = dice.spread(0.58, 0.66)
    sky(canvas, palette, dice, horizon)
    ground_of(canvas, palette, dice, horizon)
    _, y = canvas.grid()
    canvas.lay(palette.near, np.clip((y - horizon) / (1 - horizon), 0, 1) * 0.75 * np.ones((1, canvas.width)))
    end, swing = canvas.wide * dice.spread(0.56, 0.76), dice.spread(0.1, 0.26) * (-1 if dice.spread(0, 1) < 0.5 else 1)
    way = _way(canvas, horizon, end, swing)
    asphalt = mixed(mixed(palette.near, palette.far, 0.55), palette.sky[-1], 0.25)
    with canvas.paint(asphalt) as pen:
        pen.polygon(_strip(way, -1, 1))
    edge = mixed(asphalt, palette.light, 0.55)
    with canvas.paint(edge, 0.7) as pen:
        for left, right in ((-0.94, -0.88), (0.88, 0.94)):
            pen.polygon(_strip(way, left, right))
    dashes = [way[n : n + 6] for n in range(2, len(way) - 6, 14)]
    with canvas.paint(edge, 0.9) as pen:
        for dash in dashes:
            pen.polygon(_strip(dash, -0.03, 0.03))
    with canvas.paint(palette.near) as pen:
        for x, low, half in way[10::10]:
            for side in (-1.35, 1.35):
                pen.box(x + side * half - 0.02 * half, low - 0.3 * half, x + side * half + 0.02 * half, low)


def _way(canvas: Canvas, horizon: float, end: float, swing: float) -> list[tuple[float, float, float]]:
    """The middle of a road, from the camera on: (x, y, half its width); each step on the ground is as long."""
    way = []
    for far in np.arange(0, 26, 0.06):
        near = 1 / (1 + far)  # as large as it looks
        bend = swing * near**0.5 * math.sin(1.1 * far**0.75)
        way.append((end + (0.42 * canvas.wide - end) * near + bend, horizon + (1.06 - horizon) * near, 0.42 * near))
    return way


def winding(canvas: Canvas, horizon: float, end: float, swing: float, wide: float) -> list[tuple[float, float]]:
    """The outline of what winds from the camera to the horizon, as a road does; `wide` in widths of a road."""
    return _strip(_way(canvas, horizon, end, swing), -wide, wide)


def _strip(way: list[tuple[float, float, float]], left: float, right: float) -> list[tuple[float, float]]:
    return [(x + left * half, y) for x, y, half in way] + [(x + right * half, y) for x, y, half in way[::-1]]


def field(canvas: Canvas, palette: Palette, dice: Dice) -> None:
    """Furrows that run together at the horizon, and a farm there."""
    horizon = dice.spread(0.56, 0.66)
    sky(canvas, palette, dice, horizon)
    ground_of(canvas, palette, dice, horizon)
    end = canvas.wide * dice.spread(0.35, 0.75)
    furrow = mixed(palette.near, palette.far, 0.25)
    with canvas.paint(furrow, 0.75) as pen:
        for n in range(-40, 41):
            low = end + n * 0.3
            pen.polygon([(end + n * 0.02, horizon), (low - 0.075, 1.01), (low + 0.075, 1.01)])
    haze(canvas, mixed(palette.sky[-1], palette.light, 0.4), horizon, 0.35, 0.07)
    _, y = canvas.grid()
    canvas.lay(palette.near, np.clip((y - horizon) / (1 - horizon), 0, 1) ** 1.5 * 0.7 * np.ones((1, canvas.width)))
    _farm(canvas, palette, dice, canvas.wide * dice.spread(0.68, 0.82), horizon + 0.02)
    verge = 1.0 - 0.035 * (1 + rolling(dice.rng))
    canvas.land(mixed(palette.near, (0, 0, 0), 0.25), verge)


def _farm(canvas: Canvas, palette: Palette, dice: Dice, x: float, y: float) -> None:
    """A barn with a silo between trees, its ground at (x, y)."""
    dark = mixed(palette.near, palette.far, 0.2)
    with canvas.paint(dark) as pen:
        for at, tall in ((-0.2, 0.15), (0.25, 0.19), (0.33, 0.13)):
            crowns(pen, dice, x + at, y, tall)
    wall = mixed((150, 58, 48), palette.near, 0.42)
    with canvas.paint(mixed(palette.light, palette.far, 0.5)) as pen:
        pen.box(x + 0.1, y - 0.17, x + 0.145, y, radius=0.02)
    with canvas.paint(wall) as pen:
        pen.polygon(
            [
                (x - 0.09, y),
                (x - 0.09, y - 0.075),
                (x - 0.06, y - 0.115),
                (x, y - 0.14),
                (x + 0.06, y - 0.115),
                (x + 0.09, y - 0.075),
                (x + 0.09, y),
            ]
        )
    roof = [(x - 0.1, y - 0.07), (x - 0.065, y - 0.122), (x, y - 0.15), (x + 0.065, y - 0.122), (x + 0.1, y - 0.07)]
    with canvas.paint(mixed(palette.near, (0, 0, 0), 0.15)) as pen:
        pen.line(roof, 0.012)
    with canvas.paint(palette.near, 0.8) as pen:
        pen.box(x - 0.028, y - 0.062, x + 0.028, y)
