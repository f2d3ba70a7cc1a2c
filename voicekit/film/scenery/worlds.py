"""Sceneries of other worlds: Mars, the moon, under water, and a city to come; and a river of this one."""

import math

import numpy as np

from voicekit.film.drawing.brush import Canvas, Dice, Pen, mixed
from voicekit.film.drawing.palettes import Palette
from voicekit.film.scenery.countryside import ground_of, winding
from voicekit.film.scenery.landscapes import rolling, rugged
from voicekit.film.scenery.shows import planet, stadium
from voicekit.film.scenery.skies import haze, sky, stars
from voicekit.film.scenery.towns import skyline

_POINTS = np.linspace(0, 1, 1024)


def mars(canvas: Canvas, palette: Palette, dice: Dice) -> None:
    """Rocks under a dusty sky, and a dome with lights in it."""
    horizon = dice.spread(0.62, 0.68)
    sky(canvas, palette, dice, horizon)
    _barren(canvas, palette, dice, horizon)
    x, radius = canvas.wide * dice.spread(0.46, 0.56), dice.spread(0.1, 0.14)
    _dome(canvas, palette, x, horizon + 0.045, radius)
    for n in range(9):  # a settlement under it
        left = x - 0.7 * radius + 0.16 * radius * n
        tall = radius * float(dice.rng.uniform(0.15, 0.6)) * (1 - abs(n - 4) / 7)
        with canvas.paint(mixed(palette.near, palette.far, 0.25)) as pen:
            pen.box(left, horizon + 0.04 - tall, left + 0.12 * radius, horizon + 0.045)
        with canvas.paint(palette.light) as pen:
            for y in np.arange(horizon + 0.045 - tall, horizon + 0.035, 0.012).tolist():
                pen.box(left + 0.035 * radius, y, left + 0.07 * radius, y + 0.004)
    _stones(canvas, palette, dice, horizon)


def mars_stadium(canvas: Canvas, palette: Palette, dice: Dice) -> None:
    """A stadium under a dome on Mars."""
    stadium(canvas, palette, dice)
    middle = canvas.wide / 2
    for share, across in ((0.55, 0.62), (0.3, 0.38), (0.3, 0.14)):
        ring = [(middle + across * canvas.wide * math.cos(t), 0.66 - 0.6 * math.sin(t)) for t in np.linspace(0, math.pi, 80)]
        with canvas.paint(palette.light, share) as pen:
            pen.line(ring, 0.004)
    for high in (0.3, 0.47):
        half = 0.62 * canvas.wide * math.sqrt(1 - (high / 0.6) ** 2)
        with canvas.paint(palette.light, 0.22) as pen:
            pen.box(middle - half, 0.66 - high - 0.0015, middle + half, 0.66 - high + 0.0015)


def moon(canvas: Canvas, palette: Palette, dice: Dice) -> None:
    """Craters under a black sky, and the Earth in it."""
    horizon = dice.spread(0.64, 0.7)
    canvas.gradient(palette.sky, 0, horizon)
    stars(canvas, palette, dice, horizon, 320)
    planet(canvas, palette, canvas.wide * dice.spread(0.56, 0.66), 0.2, 0.085)
    _barren(canvas, palette, dice, horizon)
    rng = dice.rng
    for tone, share in ((palette.near, 0.5), (palette.light, 0.16)):
        craters = [(float(rng.uniform(0, canvas.wide)), float(rng.uniform(horizon + 0.06, 0.98))) for _ in range(9)]
        with canvas.paint(tone, share) as pen:
            for x, y in craters:
                size = 0.02 + 0.14 * (y - horizon)
                pen.disc(x, y, size, 0.28 * size)
    _stones(canvas, palette, dice, horizon)


def _barren(canvas: Canvas, palette: Palette, dice: Dice, horizon: float) -> None:
    for layer, tall in enumerate((0.12, 0.07)):
        canvas.land(
            mixed(palette.far, palette.near, 0.25 * layer),
            horizon + 0.02 - tall * (0.3 + 0.7 * _POINTS) * rugged(dice.rng, 5),
        )
        haze(canvas, palette.sky[-1], horizon, 0.2 - 0.08 * layer)
    canvas.land(mixed(palette.far, palette.near, 0.4), horizon + 0.02 + 0.006 * rolling(dice.rng))
    canvas.land(mixed(palette.far, palette.near, 0.62), horizon + 0.13 + 0.02 * rolling(dice.rng))
    canvas.land(mixed(palette.far, palette.near, 0.82), horizon + 0.25 + 0.02 * rolling(dice.rng))


def _stones(canvas: Canvas, palette: Palette, dice: Dice, horizon: float) -> None:
    rng = dice.rng
    with canvas.paint(palette.near, 0.7) as pen:
        for _ in range(26):
            y = float(rng.uniform(horizon + 0.06, 1.0))
            x, size = float(rng.uniform(0, canvas.wide)), (y - horizon) * float(rng.uniform(0.02, 0.06))
            pen.polygon([(x - size, y), (x - 0.5 * size, y - 0.8 * size), (x + 0.3 * size, y - 0.9 * size), (x + size, y)])


def _dome(canvas: Canvas, palette: Palette, x: float, y: float, radius: float) -> None:
    angles = np.linspace(math.pi, 2 * math.pi, 60)
    ring = [(x + radius * math.cos(t), y + radius * math.sin(t)) for t in angles]
    with canvas.paint(palette.light, 0.28) as pen:
        pen.polygon(ring)
    with canvas.paint(palette.light, 0.7) as pen:
        pen.line(ring, 0.004)
        for across in (0.3, 0.7):
            for side in (-1, 1):
                pen.line([(x + side * across * radius * math.cos(t), y + radius * math.sin(t)) for t in angles[:31]], 0.0016)


def underwater(canvas: Canvas, palette: Palette, dice: Dice) -> None:
    """Light that falls into the sea, weed, coral and bubbles."""
    bright = mixed(palette.sky[-1], palette.sky[1], 0.35)
    canvas.gradient((bright, palette.sky[1], mixed(palette.sky[0], palette.near, 0.4)), -0.05, 1.0)
    x = canvas.wide * dice.spread(0.6, 0.8)
    for n in range(6):
        aim = x + (n - 2.5) * 0.16
        with canvas.paint(palette.light, 0.2, 0.012, (x, -0.05, 0.6)) as pen:
            pen.polygon([(x + (n - 2.5) * 0.05, -0.1), (x + (n - 2.2) * 0.05, -0.1), (aim + 0.1, 1.05), (aim - 0.02, 1.05)])
    for layer, (low, tone) in enumerate(((0.84, 0.25), (0.9, 0.55), (0.95, 0.9))):
        edge = low + 0.03 * rolling(dice.rng)
        colour = mixed(palette.far, palette.near, tone)
        canvas.land(colour, edge)
        with canvas.paint(colour) as pen:
            for _ in range(round(9 * canvas.wide)):
                at = float(dice.rng.random())
                tall = float(dice.rng.uniform(0.05, 0.13)) * (0.55 + 0.9 * at) * (0.7 + 0.3 * layer)
                _weed(pen, dice, at * canvas.wide, float(edge[int(1023 * at)]) + 0.01, tall)
    with canvas.paint(palette.light, 0.4) as pen:
        for _ in range(26):
            at, y = canvas.wide * float(dice.rng.uniform(0.5, 1.0)), float(dice.rng.uniform(0.1, 0.85))
            size = float(dice.rng.uniform(0.003, 0.011))
            pen.disc(at, y, size)
            pen.disc(at, y, 0.72 * size, fill=70)


def _weed(pen: Pen, dice: Dice, x: float, y: float, tall: float) -> None:
    turn = float(dice.rng.uniform(0, 6))
    middle = [(x + 0.12 * tall * math.sin(turn + 5 * t), y - tall * t) for t in np.linspace(0, 1, 10).tolist()]
    half = [0.09 * tall * math.sin(math.pi * (0.15 + 0.85 * n / 9)) for n in range(10)]
    left, right = ([(a + side * h, b) for (a, b), h in zip(middle, half, strict=True)] for side in (-1, 1))
    pen.polygon(left + right[::-1])


def metropolis(canvas: Canvas, palette: Palette, dice: Dice) -> None:
    """A city to come: towers with rings of light, and what flies between them."""
    skyline(canvas, palette, dice)
    base, rng = 0.98, dice.rng
    glow = mixed(palette.light, (110, 230, 255), 0.7)
    for n in range(5):
        x = canvas.wide * (0.6 + 0.085 * n) + float(rng.uniform(-0.02, 0.02))
        tall, half = float(rng.uniform(0.42, 0.74)) * (1 - 0.1 * abs(n - 2)), float(rng.uniform(0.022, 0.036))
        body = mixed(palette.near, palette.far, 0.25 + 0.1 * (n % 2))
        with canvas.paint(body) as pen:
            pen.polygon([(x - half, base), (x - 0.7 * half, base - tall), (x, base - tall - 0.08),
                         (x + 0.7 * half, base - tall),
                         (x + half, base)])  # fmt: skip
            if n % 2:
                pen.disc(x, base - 0.8 * tall, 2.3 * half, 0.5 * half)
        with canvas.paint(glow, 0.85) as pen:
            for k in range(int(tall / 0.06)):
                y = base - tall + 0.02 + 0.06 * k
                pen.box(x - 0.6 * half, y, x + (0.6 - 0.5 * (k % 3)) * half, y + 0.004)
    for _ in range(7):
        x, y = canvas.wide * float(rng.uniform(0.5, 0.98)), float(rng.uniform(0.24, 0.62))
        with canvas.paint(glow, 0.7, fade=(x, y, 0.05)) as pen:
            pen.line([(x, y), (x - 0.1, y + 0.006)], 0.003)
        with canvas.paint(mixed(glow, (255, 255, 255), 0.5)) as pen:
            pen.disc(x, y, 0.007, 0.0035)


def river(canvas: Canvas, palette: Palette, dice: Dice) -> None:
    """A river that winds through grass towards the hills."""
    horizon = dice.spread(0.56, 0.63)
    sky(canvas, palette, dice, horizon)
    ground_of(canvas, palette, dice, horizon)
    _, y = canvas.grid()
    grass = mixed((74, 118, 84), palette.near, 0.4)
    canvas.lay(grass, np.clip((y - horizon) / (1 - horizon), 0, 1) ** 0.6 * 0.75 * np.ones((1, canvas.width)))
    end, swing = canvas.wide * dice.spread(0.6, 0.76), dice.spread(0.2, 0.34)
    bank, water = winding(canvas, horizon, end, swing, 1.12), winding(canvas, horizon, end, swing, 1.0)
    with canvas.paint(mixed(grass, palette.near, 0.5)) as pen:
        pen.polygon(bank)
    with canvas.paint(mixed(mixed(palette.sky[1], palette.sky[-1], 0.45), palette.near, 0.12)) as pen:
        pen.polygon(water)
    with canvas.paint(palette.light, 0.35) as pen:
        for n in range(30):
            down = (n / 30) ** 1.6
            low = horizon + 0.02 + down * (0.98 - horizon)
            row = [at for at, b in water if abs(b - low) < 0.012]
            if row:
                x, long = float(dice.rng.uniform(min(row), max(row))), 0.01 + 0.06 * down
                pen.box(max(x - long, min(row)), low, min(x + long, max(row)), low + 0.001 + 0.003 * down)
