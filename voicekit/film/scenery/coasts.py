"""Sceneries by the sea: waves, a lighthouse, a harbour."""

import numpy as np

from voicekit.film.drawing.brush import Canvas, Dice, Pen, mixed
from voicekit.film.drawing.palettes import Colour, Palette
from voicekit.film.scenery.landscapes import rolling
from voicekit.film.scenery.skies import haze, sky, warm

_POINTS = np.linspace(0, 1, 1024)


def sea(canvas: Canvas, palette: Palette, dice: Dice) -> None:
    """Swell under a low sun."""
    horizon = dice.spread(0.56, 0.68)
    sun = sky(canvas, palette, dice, horizon)
    water(canvas, palette, dice, horizon)
    for depth in (0.35, 0.62, 0.92):
        edge = horizon + depth * (0.97 - horizon) + 0.016 * depth * rolling(dice.rng)
        canvas.land(mixed(palette.far, palette.near, 0.45 + 0.5 * depth), edge, 0.6)
        swell = list(zip((_POINTS * canvas.wide).tolist(), edge.tolist(), strict=True))
        with canvas.paint(mixed(palette.far, palette.light, 0.35), 0.3) as pen:
            pen.line(swell, 0.003)
    glitter(canvas, palette, dice, horizon, sun)
    gulls(canvas, palette, dice, sun, horizon - 0.26)


def beach(canvas: Canvas, palette: Palette, dice: Dice) -> None:
    """Sand before the sea, and the foam between them."""
    sea(canvas, palette, dice)
    edge = 0.86 - 0.03 * _POINTS + 0.012 * rolling(dice.rng)
    sand = mixed(mixed((232, 204, 158), palette.sky[-1], 0.3), palette.near, 0.22)
    canvas.land(mixed(palette.light, palette.sky[-1], 0.3), edge - 0.012, 0.55)
    canvas.land(mixed(sand, palette.near, 0.3), edge)
    canvas.land(sand, edge + 0.022)


def water(canvas: Canvas, palette: Palette, dice: Dice, horizon: float) -> None:
    """Still water down from the horizon."""
    _, y = canvas.grid()
    depth = np.clip((y - horizon) / (1 - horizon), 0, 1)
    below = (y > horizon) * np.ones((1, canvas.width))
    canvas.lay(mixed(palette.far, palette.sky[-1], 0.35), below)
    canvas.lay(palette.near, below * depth**0.7 * 0.95)
    with canvas.paint(mixed(palette.far, palette.sky[-1], 0.6), 0.5) as pen:
        for n in range(40):
            down = (n / 40) ** 1.3
            x, long = dice.rng.uniform(0, canvas.wide), dice.rng.uniform(0.03, 0.12) * (0.4 + down)
            low = horizon + 0.01 + down * (0.97 - horizon)
            pen.box(x - long, low, x + long, low + 0.001 + 0.002 * down, 110, 0.001)


def glitter(canvas: Canvas, palette: Palette, dice: Dice, horizon: float, sun: float) -> None:
    """On the water, the light of what shines at x = `sun`."""
    with canvas.paint(palette.light, 0.8) as pen:
        for n in range(64):
            down = (n / 64) ** 1.4
            x, long = sun + dice.rng.normal(0, 0.025 + 0.06 * down), dice.rng.uniform(0.015, 0.06) * (0.4 + 1.3 * down)
            low, thick = horizon + 0.004 + down * (0.97 - horizon), 0.0012 + 0.0035 * down
            pen.box(x - long, low, x + long, low + thick, int(235 - 170 * down), thick / 2)


def gulls(canvas: Canvas, palette: Palette, dice: Dice, x: float, y: float) -> None:
    """A few around a place."""
    with canvas.paint(mixed(palette.near, palette.far, 0.3), 0.85) as pen:
        for _ in range(dice.rng.integers(3, 6)):
            at, up = x + dice.rng.normal(0, 0.11), y + dice.rng.normal(0, 0.045)
            half = dice.rng.uniform(0.012, 0.022)
            for side in (-1, 1):
                wing = [
                    (at + side * half * t, up - 0.42 * half * np.sin(2.5 * t) + 0.1 * half * t) for t in np.linspace(0, 1, 9)
                ]
                pen.line(wing, 0.0032)


def lighthouse(canvas: Canvas, palette: Palette, dice: Dice) -> None:
    """A lighthouse on a headland to the right, its lamp lit."""
    horizon = dice.spread(0.64, 0.72)
    size = dice.spread(0.9, 1.15) * min(1, canvas.wide / 1.2)
    sky(canvas, palette, dice, horizon, sun=False)
    coast = horizon - 0.05 * np.clip(1 - _POINTS / 0.42, 0, 1) * (0.8 + 0.3 * rolling(dice.rng))
    canvas.land(mixed(palette.far, palette.sky[-1], 0.3), np.minimum(coast, horizon + 0.004))
    water(canvas, palette, dice, horizon)
    x, foot = canvas.wide * dice.spread(0.7, 0.84), horizon - 0.045
    gulls(canvas, palette, dice, x - 0.26, horizon - 0.2)
    lamp = foot - 0.385 * size
    _beam(canvas, palette, x, lamp, dice.spread(-0.12, 0.04))
    _headland(canvas, palette, dice, x, foot, horizon)
    _keeper_house(canvas, palette, x + 0.12 * size, foot + 0.012, size)
    _tower(canvas, palette, x, foot, size)
    canvas.glow(x, lamp, 0.05, warm(palette), 0.75)
    canvas.land(palette.near, 1.03 - 0.05 * (1 + rolling(dice.rng)) * (0.5 + 0.5 * _POINTS))


def _beam(canvas: Canvas, palette: Palette, x: float, y: float, slope: float) -> None:
    for side, share in ((-1, 0.5), (1, 0.4)):
        far = x + side * 1.6
        wedge = [(x, y - 0.006), (far, y + slope - 0.13), (far, y + slope + 0.09), (x, y + 0.006)]
        with canvas.paint(warm(palette), share, 0.006, (x, y, 0.42)) as pen:
            pen.polygon(wedge)


def _headland(canvas: Canvas, palette: Palette, dice: Dice, x: float, foot: float, horizon: float) -> None:
    """Rock that falls to the sea on the left of the lighthouse, in two tones."""
    places = _POINTS * canvas.wide - x
    for tone, aside, drop in ((0.5, 0.0, 0.0), (0.75, 0.13, 0.07), (0.95, 0.3, 0.15)):
        knots = np.array([-0.66, -0.45, -0.36, -0.24, -0.17, -0.1, 0.25, 1.0]) + aside
        falls = (0.6, 0.14, 0.085, 0.065, 0.015, 0.0, 0.0, -0.03)
        heights = [foot + fall + drop for fall in falls]
        edge = np.interp(places, knots, heights)
        rough = 0.008 * np.interp(places, np.arange(-20, 20, 0.025), dice.rng.standard_normal(1600))
        edge = edge + rough * (places < -0.08 if not drop else 1)
        canvas.land(mixed(palette.far, palette.near, tone), edge)


def _tower(canvas: Canvas, palette: Palette, x: float, foot: float, size: float) -> None:
    white, red = mixed(palette.light, palette.far, 0.12), mixed((176, 52, 46), palette.far, 0.2)
    top = foot - 0.34 * size

    def half(y: float) -> float:
        """Half of the tower's width at a height."""
        return size * (0.024 + 0.014 * (y - top) / (foot - top))

    def ring(pen: Pen, high: float, low: float) -> None:
        pen.polygon([(x - half(high), high), (x + half(high), high), (x + half(low), low), (x - half(low), low)])

    edges = np.linspace(top, foot, 6)
    with canvas.paint(white) as pen:
        ring(pen, top, foot + 0.01)
    with canvas.paint(red) as pen:
        for n in (1, 3):
            ring(pen, edges[n], edges[n + 1])
    shade = [(x + 0.2 * half(top), top), (x + half(top), top), (x + half(foot), foot), (x + 0.2 * half(foot), foot)]
    with canvas.paint(palette.near, 0.3) as pen:
        pen.polygon(shade)
    dark, s = mixed(palette.near, palette.far, 0.15), size
    with canvas.paint(dark) as pen:
        for y in (edges[1] - 0.04 * s, edges[3] - 0.04 * s, edges[5] - 0.05 * s):
            pen.box(x - 0.005 * s, y, x + 0.005 * s, y + 0.022 * s, radius=0.004 * s)
    with canvas.paint(warm(palette)) as pen:
        pen.box(x - 0.019 * s, top - 0.062 * s, x + 0.019 * s, top - 0.008 * s)
    with canvas.paint(dark) as pen:
        pen.box(x - 0.036 * s, top - 0.01 * s, x + 0.036 * s, top + 0.004 * s)
        for at in (-0.033, 0.033):
            pen.box(x + at * s - 0.0015, top - 0.03 * s, x + at * s + 0.0015, top)
        pen.box(x - 0.036 * s, top - 0.031 * s, x + 0.036 * s, top - 0.028 * s)
        for at in (-0.019, 0.0, 0.019):
            pen.box(x + at * s - 0.0018, top - 0.064 * s, x + at * s + 0.0018, top)
        pen.polygon([(x - 0.027 * s, top - 0.06 * s), (x, top - 0.1 * s), (x + 0.027 * s, top - 0.06 * s)])
        pen.box(x - 0.002, top - 0.12 * s, x + 0.002, top - 0.09 * s)


def _keeper_house(canvas: Canvas, palette: Palette, x: float, y: float, size: float) -> None:
    s = size
    with canvas.paint(mixed(palette.light, palette.far, 0.35)) as pen:
        pen.box(x - 0.055 * s, y - 0.05 * s, x + 0.055 * s, y)
    roof = [
        (x - 0.066 * s, y - 0.047 * s),
        (x - 0.042 * s, y - 0.086 * s),
        (x + 0.042 * s, y - 0.086 * s),
        (x + 0.066 * s, y - 0.047 * s),
    ]
    with canvas.paint(mixed(palette.near, palette.far, 0.1)) as pen:
        pen.polygon(roof)
    with canvas.paint(warm(palette)) as pen:
        for at in (-0.035, 0.017):
            pen.box(x + at * s, y - 0.036 * s, x + (at + 0.018) * s, y - 0.015 * s)


def harbour(canvas: Canvas, palette: Palette, dice: Dice) -> None:
    """Sailing boats on still water before hills, and the piles of a pier."""
    horizon = dice.spread(0.54, 0.62)
    sun = sky(canvas, palette, dice, horizon)
    edges = [horizon + 0.005 - tall * (0.9 + rolling(dice.rng)) for tall in (0.05, 0.025)]
    for pale, edge in zip((0.35, 0.1), edges, strict=True):
        canvas.land(mixed(palette.far, palette.sky[-1], pale), edge)
    haze(canvas, palette.sky[-1], horizon, 0.3, 0.06)
    water(canvas, palette, dice, horizon)
    glitter(canvas, palette, dice, horizon, sun)
    start = dice.spread(0, 1)
    for n, (down, size) in enumerate(((0.05, 0.1), (0.1, 0.15), (0.2, 0.24), (0.4, 0.42))):
        at = 0.5 + 0.42 * ((start + 0.618 * n) % 1) if n < 3 else 0.62 + 0.2 * start
        boat(
            canvas,
            palette,
            canvas.wide * at,
            horizon + down * (1 - horizon),
            size * min(1, canvas.wide / 1.2),
            1 - 0.22 * (3 - n),
        )
    _pier(canvas, palette, dice)


def boat(canvas: Canvas, palette: Palette, x: float, y: float, tall: float, near: float) -> None:
    """A sailing boat on the water at (x, y), and what the water shows of it.

    Args:
        near: 0 far away, where it pales, to 1.
    """
    sail = mixed(mixed(palette.light, palette.far, 0.12), palette.sky[-1], 0.55 * (1 - near))
    dark = mixed(mixed(palette.near, palette.far, 0.1), mixed(palette.far, palette.sky[-1], 0.4), 0.75 * (1 - near))
    t = tall

    def shape(up: float, share: float) -> None:
        main = [(x + 0.015 * t, y - up * 0.98 * t), (x + 0.015 * t, y - up * 0.2 * t), (x + 0.4 * t, y - up * 0.2 * t)]
        fore = [(x - 0.015 * t, y - up * 0.86 * t), (x - 0.015 * t, y - up * 0.2 * t), (x - 0.32 * t, y - up * 0.2 * t)]
        hull = [(x - 0.42 * t, y - up * 0.15 * t), (x + 0.44 * t, y - up * 0.15 * t), (x + 0.34 * t, y), (x - 0.3 * t, y)]
        with canvas.paint(sail, share) as pen:
            pen.polygon(main)
        with canvas.paint(mixed(sail, dark, 0.22), share) as pen:
            pen.polygon(fore)
        with canvas.paint(dark, share) as pen:
            pen.polygon(hull)
        with canvas.paint(dark, share) as pen:
            pen.line([(x, y), (x, y - up * 1.02 * t)], 0.016 * t)

    shape(-0.55, 0.22)
    shape(1.0, 1.0)
    stripe: Colour = mixed(dark, palette.light, 0.5)
    with canvas.paint(stripe, 0.7) as pen:
        pen.box(x - 0.4 * t, y - 0.128 * t, x + 0.42 * t, y - 0.11 * t)


def _pier(canvas: Canvas, palette: Palette, dice: Dice) -> None:
    """Planks on piles, from the left edge into the picture."""
    dark = mixed(palette.near, (0, 0, 0), 0.25)
    long, top = canvas.wide * dice.spread(0.3, 0.44), 0.86
    with canvas.paint(dark) as pen:
        pen.box(-0.1, top, long, top + 0.022)
        pen.box(-0.1, top + 0.03, long - 0.02, top + 0.04)
        for x in np.arange(long - 0.03, -0.05, -0.14):
            pen.box(x - 0.012, top - 0.045, x + 0.012, 1.05, radius=0.006)
