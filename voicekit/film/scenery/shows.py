"""Sceneries of large evenings: planets, a stage, a stadium."""

import math

import numpy as np

from voicekit.film.drawing.brush import Canvas, Dice, Pen, mixed
from voicekit.film.drawing.palettes import Colour, Palette
from voicekit.film.scenery.skies import sky, stars


def space(canvas: Canvas, palette: Palette, dice: Dice) -> None:
    """A planet to the right, with a ring or a moon, before stars."""
    deep = mixed(palette.sky[0], (4, 5, 14), 0.65)
    canvas.gradient((deep, mixed(palette.sky[0], deep, 0.35), mixed(palette.sky[1], deep, 0.55)), 0, 1, 0.6)
    for _ in range(4):
        canvas.glow(canvas.wide * dice.rng.random(), dice.rng.random(), dice.rng.uniform(0.15, 0.35), palette.sky[-1], 0.1)
    stars(canvas, palette, dice, 1.0, 300)
    x, y, radius = canvas.wide * dice.spread(0.68, 0.82), dice.spread(0.46, 0.66), dice.spread(0.2, 0.34)
    canvas.glow(x, y, 0.75 * radius, palette.sky[-1], 0.45)
    ringed, tilt = dice.spread(0, 1) < 0.55, dice.spread(-0.5, -0.2)
    ring = mixed(palette.light, palette.far, 0.35)
    if ringed:
        radius *= 0.72
        _ring(canvas, ring, (x, y), radius, tilt, behind=True)
    planet(canvas, palette, x, y, radius, tilt, dice.rng.uniform(0, 6))
    if ringed:
        _ring(canvas, ring, (x, y), radius, tilt, behind=False)
    planet(canvas, palette, x - 1.7 * radius, y - 0.95 * radius if y > 0.5 else y + 1.1 * radius, 0.14 * radius, tilt, 0.0)


def planet(
    canvas: Canvas, palette: Palette, x: float, y: float, radius: float, tilt: float = 0.0, phase: float = 0.0
) -> None:
    """A planet in bands, lit from the upper left."""
    columns, rows = canvas.grid()
    across, down = (columns - x) / radius, (rows - y) / radius
    far = np.hypot(across, down)
    out = np.sqrt(np.clip(1 - far**2, 0, 1))
    light = np.clip(-0.62 * across - 0.5 * down + 0.6 * out, 0, 1) ** 0.8
    cover = np.clip((1 - far) * radius * canvas.height + 0.5, 0, 1)
    latitude = down * math.cos(tilt) - across * math.sin(tilt)
    bands = 0.5 + 0.5 * np.sin(9 * latitude + phase + 0.8 * np.sin(5 * latitude))
    dark, bright = mixed(palette.near, (0, 0, 8), 0.4), mixed(palette.sky[-1], palette.light, 0.35)
    canvas.lay(dark, cover)
    canvas.lay(mixed(palette.far, palette.sky[-1], 0.5), cover * light)
    canvas.lay(bright, cover * light * (0.25 + 0.6 * bands))
    canvas.lay(palette.light, cover * 0.5 * light * np.clip(1 - out, 0, 1) ** 3)


def _ring(canvas: Canvas, colour: Colour, middle: tuple[float, float], radius: float, tilt: float, behind: bool) -> None:
    start = math.pi if behind else 0.0
    angles = np.linspace(start, start + math.pi, 90)

    def arc(size: float) -> list[tuple[float, float]]:
        a, b = size * radius * np.cos(angles), 0.24 * size * radius * np.sin(angles)
        return [(middle[0] + u * math.cos(tilt) - v * math.sin(tilt), middle[1] + u * math.sin(tilt) + v * math.cos(tilt))
                for u, v in zip(a.tolist(), b.tolist(), strict=True)]  # fmt: skip

    for inner, outer, share in ((1.3, 1.52, 0.5), (1.55, 1.85, 0.8), (1.89, 1.97, 0.4)):
        with canvas.paint(colour, share * (0.6 if behind else 1)) as pen:
            pen.polygon(arc(inner) + arc(outer)[::-1])


def stage(canvas: Canvas, palette: Palette, dice: Dice) -> None:
    """Beams on a microphone, and the heads of those who wait."""
    dark = mixed(palette.near, (0, 0, 0), 0.45)
    canvas.gradient((dark, mixed(dark, palette.sky[1], 0.45), mixed(dark, palette.sky[1], 0.8)), 0, 0.85)
    x, floor = canvas.wide * dice.spread(0.64, 0.8), 0.78
    canvas.glow(x, floor - 0.1, 0.3, palette.sky[-1], 0.5)
    deck = mixed(dark, palette.sky[1], 0.35)
    with canvas.paint(deck) as pen:
        pen.box(-0.1, floor, canvas.wide + 0.1, 1.01)
    lamps = [(canvas.wide * at, 0.045) for at in np.linspace(0.3, 0.98, 6)]
    for n, (lamp, top) in enumerate(lamps):
        aim = x + (lamp - x) * dice.spread(-0.35, 0.25)
        beam = [(lamp - 0.012, top), (lamp + 0.012, top), (aim + 0.13, floor + 0.02), (aim - 0.13, floor + 0.02)]
        colour = palette.light if n % 2 else mixed(palette.sky[-1], palette.light, 0.3)
        with canvas.paint(colour, 0.42, 0.005, (lamp, top, 0.5)) as pen:
            pen.polygon(beam)
    with canvas.paint(palette.light, 0.5, 0.012) as pen:
        pen.disc(x, floor + 0.035, 0.3, 0.035)
    with canvas.paint(mixed(dark, (0, 0, 0), 0.4)) as pen:
        pen.box(-0.1, 0.0, canvas.wide + 0.1, 0.03)
        for lamp, _ in lamps:
            pen.box(lamp - 0.02, 0.02, lamp + 0.02, 0.055, radius=0.006)
    with canvas.paint(palette.light) as pen:
        for lamp, _ in lamps:
            pen.disc(lamp, 0.054, 0.014, 0.006)
    with canvas.paint(mixed(dark, (0, 0, 0), 0.5)) as pen:
        _microphone(pen, x, floor + 0.04)
    for tone, base, size in ((0.25, 0.93, 0.032), (0.6, 0.99, 0.042)):
        with canvas.paint(mixed(dark, (0, 0, 0), tone)) as pen:
            _heads(pen, canvas, dice, base, size)


def _microphone(pen: Pen, x: float, y: float) -> None:
    pen.disc(x, y, 0.05, 0.009)
    pen.box(x - 0.004, y - 0.32, x + 0.004, y)
    pen.line([(x - 0.002, y - 0.315), (x - 0.035, y - 0.345)], 0.02)
    pen.disc(x - 0.042, y - 0.351, 0.017)


def _heads(pen: Pen, canvas: Canvas, dice: Dice, base: float, size: float) -> None:
    x = -size
    while x < canvas.wide + size:
        y = base + dice.rng.uniform(-0.4, 0.4) * size
        pen.disc(x, y - size, 0.62 * size, 0.76 * size)
        pen.box(x - 0.25 * size, y - 0.6 * size, x + 0.25 * size, y + size)
        pen.box(x - 1.25 * size, y + 0.1 * size, x + 1.25 * size, 1.1, radius=0.7 * size)
        x += size * dice.rng.uniform(2.3, 3.2)


def stadium(canvas: Canvas, palette: Palette, dice: Dice) -> None:
    """The bowl of a stadium under floodlights, seen from the stands."""
    horizon = dice.spread(0.6, 0.66)
    sky(canvas, palette, dice, horizon, sun=False)
    middle, rim = canvas.wide / 2, horizon - 0.06
    masts = [canvas.wide * at for at in (dice.spread(0.6, 0.68), dice.spread(0.88, 0.95))]
    for x, top in zip(masts, (0.22, 0.12), strict=True):
        _floodlight(canvas, palette, x, top, rim)
    stand = mixed(palette.far, palette.near, 0.35)
    curve = ((np.linspace(0, canvas.wide, 256) - middle) / middle) ** 2
    canvas.land(mixed(stand, palette.near, 0.5), rim + 0.07 - 0.14 * curve)
    canvas.land(stand, rim + 0.1 - 0.12 * curve)
    rng = dice.rng
    with canvas.paint(mixed(palette.light, stand, 0.35), 0.7) as pen:
        for _ in range(round(800 * canvas.wide)):
            at, down = rng.random(), rng.random()
            edge = rim + 0.1 - 0.12 * (2 * at - 1) ** 2
            pen.disc(at * canvas.wide, edge + 0.012 + down * (0.84 - edge), 0.0026, fill=int(rng.uniform(40, 200)))
    _pitch(canvas, palette, middle)
    for x, top in zip(masts, (0.22, 0.12), strict=True):
        canvas.glow(x, top, 0.13, palette.light, 0.6)


def _pitch(canvas: Canvas, palette: Palette, middle: float) -> None:
    grass = mixed(mixed((58, 128, 78), palette.far, 0.35), palette.near, 0.12)
    half, top = 0.3 * canvas.wide, 0.76

    def at(across: float, down: float) -> tuple[float, float]:
        """A place on the pitch, −1…1 across and 0…1 towards the camera."""
        return middle + across * half * (1 + 1.25 * down), top + 0.26 * down

    def strip(a: float, b: float, far: float = 0.0, near: float = 1.0) -> list[tuple[float, float]]:
        return [at(a, far), at(b, far), at(b, near), at(a, near)]

    with canvas.paint(mixed(grass, palette.near, 0.45)) as pen:
        pen.polygon(strip(-1.15, 1.15, -0.12))
    with canvas.paint(grass) as pen:
        pen.polygon(strip(-1, 1))
    stripes = np.linspace(-1, 1, 13)
    with canvas.paint(palette.light, 0.1) as pen:
        for a, b in zip(stripes[::2], stripes[1::2], strict=False):
            pen.polygon(strip(a, b))
    white = mixed(palette.light, grass, 0.2)
    lines = (strip(-0.005, 0.005), strip(-0.96, 0.96, 0.05, 0.07), strip(-0.965, -0.955, 0.05), strip(0.955, 0.965, 0.05))
    with canvas.paint(white, 0.8) as pen:
        for line in lines:
            pen.polygon(line)
    ring = [at(0.24 * math.cos(t), 0.52 + 0.3 * math.sin(t)) for t in np.linspace(0, 2 * math.pi, 80)]
    with canvas.paint(white, 0.8) as pen:
        pen.line(ring, 0.004)


def _floodlight(canvas: Canvas, palette: Palette, x: float, top: float, foot: float) -> None:
    mast = mixed(palette.near, palette.far, 0.3)
    with canvas.paint(mast) as pen:
        pen.polygon([(x - 0.005, top), (x + 0.005, top), (x + 0.012, foot + 0.1), (x - 0.012, foot + 0.1)])
    with canvas.paint(mast) as pen:
        pen.box(x - 0.062, top - 0.04, x + 0.062, top + 0.034, radius=0.006)
    lamps = [(x + 0.027 * (a - 1.5), top - 0.022 + 0.022 * b) for a in range(4) for b in range(3)]
    with canvas.paint(mixed(palette.light, (255, 255, 255), 0.5)) as pen:
        for lamp in lamps:
            pen.disc(*lamp, 0.0085)
