"""Sceneries that people built: a skyline, a village at dusk, a factory, wheels of a machine."""

import math
from collections.abc import Iterator

import numpy as np

from voicekit.film.drawing.brush import Box, Canvas, Dice, Pen, mixed
from voicekit.film.drawing.palettes import Colour, Palette
from voicekit.film.scenery.countryside import crowns
from voicekit.film.scenery.landscapes import rolling
from voicekit.film.scenery.skies import haze, sky, warm

_POINTS = np.linspace(0, 1, 1024)


def skyline(canvas: Canvas, palette: Palette, dice: Dice) -> None:
    """Tall houses in four rows, lights in the windows of the near ones."""
    horizon = dice.spread(0.66, 0.72)
    sky(canvas, palette, dice, horizon)
    high = dice.spread(0.62, 0.85)
    for layer, depth in enumerate(np.linspace(0, 1, 4)):
        base = horizon + depth * (0.97 - horizon)
        colour = mixed(palette.far, palette.near, depth**0.8)
        houses = list(_blocks(canvas, dice, depth, high))
        with canvas.paint(colour) as pen:
            for house in houses:
                _block(pen, *house, base)
        if 0 < layer < 3:
            lit = mixed(warm(palette), colour, 0.25)
            with canvas.paint(lit) as pen:
                for house in houses:
                    _panes(pen, dice, *house, base)
        if layer < 3:
            haze(canvas, palette.sky[-1], horizon, 0.2 * (1 - depth))


def _blocks(canvas: Canvas, dice: Dice, depth: float, high: float) -> Iterator[tuple[float, float, float]]:
    """(x, width, height) of the houses of a row; they tower around `high`, a share of the width."""
    x = -0.03
    while x < canvas.wide:
        wide = dice.rng.uniform(0.04, 0.1)
        central = math.exp(-(((x / canvas.wide - high) / 0.24) ** 2))
        tall = 0.03 + dice.rng.uniform(0.25, 1) * (0.07 + 0.27 * central) * (1.1 - 0.7 * depth)
        yield x, wide, tall
        x += wide * dice.rng.uniform(0.9, 1.0)


def _block(pen: Pen, x: float, wide: float, tall: float, base: float) -> None:
    pen.box(x, base - tall, x + wide, 1.01)
    if tall > 0.2:  # a mast on the tallest
        pen.box(x + wide / 2 - 0.0015, base - tall - 0.06, x + wide / 2 + 0.0015, base - tall)
    if tall > 0.12:
        pen.box(x + 0.2 * wide, base - tall - 0.014, x + 0.8 * wide, base - tall)


def _panes(pen: Pen, dice: Dice, x: float, wide: float, tall: float, base: float) -> None:
    columns = int(wide / 0.014)
    for row in range(int((tall + 0.06) / 0.02)):
        for column in range(columns):
            if dice.rng.random() < 0.16:
                left, top = x + (column + 0.5) * wide / (columns + 0.5), base - tall + 0.012 + 0.02 * row
                pen.box(left, top, left + 0.005, top + 0.008, int(dice.rng.uniform(110, 230)))


def village(canvas: Canvas, palette: Palette, dice: Dice) -> None:
    """Gabled houses in three rows, light in their windows, and a church."""
    horizon = dice.spread(0.6, 0.68)
    sky(canvas, palette, dice, horizon, sun=False)
    canvas.land(palette.far, horizon - 0.03 - 0.07 * (0.6 + rolling(dice.rng)))
    haze(canvas, palette.sky[-1], horizon, 0.22)
    church = canvas.wide * dice.spread(0.62, 0.86)
    for row, (tone, size) in enumerate(((0.32, 0.62), (0.62, 0.85), (0.95, 1.2))):
        base = horizon + (0.07, 0.17, 0.31)[row] + 0.025 * rolling(dice.rng)
        wall = mixed(palette.far, palette.near, tone)
        if row == 1:
            _church(canvas, palette, wall, church, float(base[int(church / canvas.wide * 1023)]))
        _houses(canvas, palette, dice, base, size, wall)
        canvas.land(mixed(wall, (0, 0, 0), 0.18), base)
        haze(canvas, palette.sky[-1], horizon + 0.1, (0.14, 0.06, 0)[row], 0.1)


def _houses(canvas: Canvas, palette: Palette, dice: Dice, base: np.ndarray, size: float, wall: Colour) -> None:
    """A row of houses whose feet are on an edge."""
    rng, places, x = dice.rng, [], -0.05
    while x < canvas.wide:
        wide = size * rng.uniform(0.09, 0.15)
        foot = float(base[int(np.clip((x + wide / 2) / canvas.wide, 0, 1) * 1023)])
        places.append((x, x + wide, foot - size * rng.uniform(0.055, 0.1), foot + 0.04, rng.random() < 0.45))
        x += wide * (1.02 + (rng.random() < 0.3) * rng.uniform(0.1, 0.6))
    roof, lit = mixed(wall, (0, 0, 0), 0.3), mixed(warm(palette), wall, 0.08)
    with canvas.paint(roof) as pen:
        for place in places:
            _roof(pen, *place, size)
    with canvas.paint(wall) as pen:
        for place in places:
            _wall(pen, *place, size)
    windows = [one for place in places for one in _windows(dice, *place, size)]
    with canvas.paint(lit, 0.45, 0.008) as pen:
        for one in windows:
            pen.box(*one)
    with canvas.paint(lit) as pen:
        for one in windows:
            pen.box(*one)
    with canvas.paint(wall) as pen:
        for one in windows:
            _bars(pen, *one)


def _roof(pen: Pen, left: float, right: float, top: float, _: float, gable: bool, size: float) -> None:
    over, high = 0.008 * size, 0.5 * (right - left)
    middle, inset = (left + right) / 2, 0.0 if gable else 0.3 * (right - left)
    pen.polygon(
        [(left - over, top + over), (middle - inset, top - high), (middle + inset, top - high), (right + over, top + over)]
    )
    x = left + 0.72 * (right - left)
    pen.box(x, top - 0.78 * high, x + 0.016 * size, top)


def _wall(pen: Pen, left: float, right: float, top: float, foot: float, gable: bool, size: float) -> None:
    pen.box(left, top, right, foot)
    if gable:
        pen.polygon(
            [
                (left + 0.004, top + 0.001),
                ((left + right) / 2, top - 0.5 * (right - left) + 0.014 * size),
                (right - 0.004, top + 0.001),
            ]
        )


def _windows(dice: Dice, left: float, right: float, top: float, foot: float, gable: bool, size: float) -> Iterator[Box]:
    """(left, top, right, bottom) of those that are lit."""
    across, down = 0.017 * size, 0.024 * size
    count = max(int((right - left) / (2.3 * across)), 1)
    for n in range(count):
        if dice.rng.random() < 0.55:
            x = left + (n + 0.5) * (right - left) / count
            yield x - across / 2, top + 0.012 * size, x + across / 2, top + 0.012 * size + down
    if gable and dice.rng.random() < 0.5:
        x = (left + right) / 2
        yield x - across / 2, top - 1.1 * down, x + across / 2, top - 0.3 * down


def _bars(pen: Pen, left: float, top: float, right: float, bottom: float) -> None:
    x, y = (left + right) / 2, (top + bottom) / 2
    pen.box(x - 0.0008, top, x + 0.0008, bottom)
    pen.box(left, y - 0.0008, right, y + 0.0008)


def _church(canvas: Canvas, palette: Palette, wall: Colour, x: float, foot: float) -> None:
    with canvas.paint(wall) as pen:
        pen.box(x - 0.032, foot - 0.26, x + 0.032, foot + 0.05)
    spire = [(x - 0.04, foot - 0.255), (x, foot - 0.43), (x + 0.04, foot - 0.255)]
    with canvas.paint(mixed(wall, (0, 0, 0), 0.3)) as pen:
        pen.polygon(spire)
    with canvas.paint(warm(palette), 0.9) as pen:
        pen.box(x - 0.008, foot - 0.235, x + 0.008, foot - 0.2, radius=0.008)


def factory(canvas: Canvas, palette: Palette, dice: Dice) -> None:
    """A hall with a saw-tooth roof, chimneys and what rises from them."""
    horizon = dice.spread(0.68, 0.74)
    sky(canvas, palette, dice, horizon)
    canvas.land(palette.far, horizon - 0.03 * (1 + rolling(dice.rng)))
    haze(canvas, palette.sky[-1], horizon, 0.25)
    x = canvas.wide * dice.spread(0.56, 0.68)
    back = mixed(palette.far, palette.near, 0.45)
    for at, tall, tone in ((0.12, 0.3, 0.0), (0.26, 0.4, 0.3), (0.38, 0.34, 0.1)):
        _smoke(canvas, palette, dice, x + at, horizon + 0.03 - tall)
        with canvas.paint(mixed(back, palette.near, tone)) as pen:
            _chimney(pen, x + at, horizon + 0.03, tall)
    front = mixed(palette.far, palette.near, 0.85)
    with canvas.paint(front) as pen:
        pen.box(x - 0.16, horizon - 0.1, canvas.wide + 0.1, 1)
        for n in range(12):
            left = x - 0.16 + 0.13 * n
            pen.polygon([(left, horizon - 0.099), (left, horizon - 0.17), (left + 0.13, horizon - 0.099)])
    lit = [x - 0.125 + 0.065 * n for n in range(24)]
    windows = [(left, horizon - 0.06, left + 0.036, horizon + 0.0) for left in lit if dice.rng.random() < 0.75]
    with canvas.paint(warm(palette), 0.4, 0.01) as pen:
        for one in windows:
            pen.box(*one)
    with canvas.paint(mixed(warm(palette), front, 0.12)) as pen:
        for one in windows:
            pen.box(*one)
    with canvas.paint(front) as pen:
        for a, b, _, d in windows:
            for n in (1, 2):
                pen.box(a + 0.012 * n - 0.001, b, a + 0.012 * n + 0.001, d)
    canvas.land(palette.near, horizon + 0.09 - 0.015 * rolling(dice.rng))
    trees = [(canvas.wide * at, horizon + 0.11, tall) for at, tall in ((0.06, 0.16), (0.14, 0.11), (0.3, 0.09))]
    with canvas.paint(palette.near) as pen:
        for tree in trees:
            crowns(pen, dice, *tree)


def _chimney(pen: Pen, x: float, foot: float, tall: float) -> None:
    pen.polygon([(x - 0.018, foot - tall), (x + 0.018, foot - tall), (x + 0.03, foot), (x - 0.03, foot)])
    pen.box(x - 0.022, foot - tall, x + 0.022, foot - tall + 0.012)


def _smoke(canvas: Canvas, palette: Palette, dice: Dice, x: float, y: float) -> None:
    puffs = [
        (x + 0.5 * t**1.5 + dice.rng.normal(0, 0.006), y - 0.02 - 0.26 * t, 0.016 + 0.06 * t) for t in np.linspace(0, 1, 16)
    ]
    colour = mixed(palette.sky[-1], palette.light, 0.5)
    with canvas.paint(colour, 0.55, 0.008, (x, y, 0.2)) as pen:
        for puff in puffs:
            pen.disc(*puff)


def machine(canvas: Canvas, palette: Palette, dice: Dice) -> None:
    """Cogwheels in layers, the far ones in mist."""
    canvas.gradient((palette.near, mixed(palette.near, palette.sky[1], 0.6), palette.sky[-1]), -0.3, 1.15, 0.25)
    middle = canvas.wide * dice.spread(0.78, 0.88), dice.spread(0.4, 0.58)
    canvas.glow(*middle, 0.4, palette.light, 0.45)
    for tone, wheels in (
        (0.0, ((0.14, -0.42, 0.3), (-0.42, 0.52, 0.22))),
        (0.4, ((-0.12, -0.36, 0.15), (0.27, 0.36, 0.26))),
        (0.85, ((0.0, 0.0, 0.235), (-0.27, 0.31, 0.17), (-0.02, 0.58, 0.13))),
    ):
        colour = mixed(mixed(palette.far, palette.sky[-1], 0.25), palette.near, tone)
        for right, down, radius in wheels:
            place, turn = (middle[0] + right, middle[1] + down), dice.spread(0, 1)
            with canvas.paint(colour) as pen:
                _wheel(pen, *place, radius, turn)
        haze(canvas, palette.sky[-1], 0.7, 0.16 * (1 - tone), 0.6)
    with canvas.paint(mixed(palette.light, palette.far, 0.2)) as pen:
        pen.disc(*middle, 0.03)


def _wheel(pen: Pen, x: float, y: float, radius: float, turn: float) -> None:
    """A cogwheel with five spokes."""
    teeth = round(radius / 0.0105)
    step = 2 * math.pi / teeth
    edge = []
    for n in range(teeth):
        for part, far in ((-0.3, 0.0), (-0.18, 0.026), (0.18, 0.026), (0.3, 0.0)):
            angle = (n + part + turn) * step
            edge.append((x + (radius + far) * math.cos(angle), y + (radius + far) * math.sin(angle)))
    pen.polygon(edge)
    pen.disc(x, y, radius * 0.78, fill=0)
    for n in range(5):
        angle = 2 * math.pi * (n + turn) / 5
        pen.line([(x, y), (x + 0.85 * radius * math.cos(angle), y + 0.85 * radius * math.sin(angle))], 0.13 * radius)
    pen.disc(x, y, radius * 0.26)
    pen.disc(x, y, radius * 0.1, fill=0)
