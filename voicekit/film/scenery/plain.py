"""Title cards that show nothing: colours and plain shapes, for what cannot be drawn."""

import math
from collections.abc import Callable

import numpy as np

from voicekit.film.drawing.brush import Canvas, Dice, mixed
from voicekit.film.drawing.palettes import Palette


def ground(canvas: Canvas, palette: Palette, dice: Dice) -> None:
    """Only the colours of a palette, from one corner to the other, with light to the right."""
    deep = mixed(palette.sky[0], palette.near, 0.45)
    tones = [deep, mixed(palette.sky[0], palette.sky[1], 0.55), mixed(palette.sky[1], palette.far, 0.4)]
    if palette.falls == "snow":  # flakes are light
        tones = [mixed(tone, palette.near, 0.75) for tone in tones]
    canvas.gradient(tones, -0.1, 1.2, 0.7)
    canvas.glow(canvas.wide * dice.spread(0.78, 0.95), dice.spread(0.2, 0.8), 0.42, palette.sky[-1], 0.4)


def backdrop(canvas: Canvas, palette: Palette, motif: int) -> None:
    """A shape behind figures: a disc, an arch, slanting boards or rays, in turn."""
    lying = canvas.wide >= 1.15
    x, y, r = (0.81 * canvas.wide, 0.52, 0.36) if lying else (0.5 * canvas.wide, 0.68, 0.38 * canvas.wide)
    pale, light = mixed(palette.sky[1], palette.sky[-1], 0.5), mixed(palette.sky[1], palette.sky[-1], 0.8)
    if motif % 4 == 0:
        for radius, colour, share in ((r, pale, 0.55), (0.78 * r, light, 0.3)):
            with canvas.paint(colour, share) as pen:
                pen.disc(x, y, radius)
    elif motif % 4 == 1:
        for half, top, colour, share in ((0.8 * r, y - r, pale, 0.55), (0.58 * r, y - 0.76 * r, light, 0.3)):
            with canvas.paint(colour, share) as pen:
                pen.box(x - half, top, x + half, 1.2, radius=half)
    elif motif % 4 == 2:
        for n, (left, wide) in enumerate(((-0.9, 0.5), (-0.32, 0.62), (0.4, 0.42))):
            with canvas.paint((pale, light, pale)[n], (0.5, 0.38, 0.3)[n]) as pen:
                a, b, lean = x + left * r, x + (left + wide) * r, 0.3 * r
                pen.polygon([(a + lean, -0.02), (b + lean, -0.02), (b - lean, 1.02), (a - lean, 1.02)])
    else:
        with canvas.paint(light, 0.28, fade=(x, 0.9, 0.75)) as pen:
            for n in range(9):
                angle = math.pi * (1 + (n + 0.25) / 9)
                there = [(x + 2 * math.cos(angle + a), 0.9 + 2 * math.sin(angle + a)) for a in (0.0, math.pi / 18)]
                pen.polygon([(x, 0.9), *there])
        with canvas.paint(pale, 0.6) as pen:
            pen.disc(x, 0.9, 0.9 * r)


def _arcs(canvas: Canvas, palette: Palette, dice: Dice) -> None:
    """Rings around a corner."""
    y = 1.02 if dice.spread(0, 1) < 0.5 else -0.02
    for n, radius in enumerate(np.linspace(0.72, 0.16, 5).tolist()):
        colour = mixed(palette.sky[1], palette.sky[-1], 0.16 + 0.2 * n) if n % 2 else mixed(palette.far, palette.sky[1], 0.4)
        with canvas.paint(colour, 0.55 + 0.1 * n) as pen:
            pen.disc(canvas.wide, y, radius * min(1, canvas.wide))


def _discs(canvas: Canvas, palette: Palette, dice: Dice) -> None:
    """Large discs, one over the other."""
    x, y, unit = canvas.wide * dice.spread(0.8, 0.87), dice.spread(0.42, 0.58), min(1, canvas.wide)
    turn = dice.spread(0, 2 * math.pi)
    for n, (far, radius) in enumerate(((0.0, 0.3), (0.2, 0.17), (0.27, 0.1), (0.3, 0.035))):
        angle = turn + 2.3 * n
        colour = (mixed(palette.sky[1], palette.sky[-1], 0.5), palette.far, palette.sky[-1], palette.light)[n]
        with canvas.paint(colour, (0.5, 0.62, 0.7, 0.95)[n]) as pen:
            pen.disc(x + far * unit * math.cos(angle), y + far * unit * math.sin(angle), radius * unit)


def _bands(canvas: Canvas, palette: Palette, dice: Dice) -> None:
    """Slanting bands."""
    x, slope = canvas.wide * dice.spread(0.7, 0.76), dice.spread(0.22, 0.4)
    for n, wide in enumerate((0.14, 0.05, 0.2, 0.03, 0.3)):
        colour = mixed(palette.far, palette.sky[-1], (0.1, 0.75, 0.3, 1.0, 0.5)[n])
        with canvas.paint(colour, (0.5, 0.85, 0.55, 0.9, 0.6)[n]) as pen:
            pen.polygon([(x + slope, -0.02), (x + slope + wide, -0.02), (x - slope + wide, 1.02), (x - slope, 1.02)])
        x += wide + 0.022


def _tiles(canvas: Canvas, palette: Palette, dice: Dice) -> None:
    """Quarters of discs in a grid."""
    columns, rows = (3, 5) if canvas.wide > 1 else (2, 5)
    size = 1 / rows if canvas.wide > 1 else 0.3 * canvas.wide / columns
    left, tones = (
        canvas.wide - columns * size,
        (palette.far, mixed(palette.sky[1], palette.sky[-1], 0.55), palette.sky[-1], palette.light),
    )
    rows = math.ceil(1 / size)
    for column in range(columns):
        for row in range(rows):
            if dice.rng.random() < 0.18 + 0.2 * (columns - 1 - column):
                continue
            x, y = left + column * size, row * size
            corner = int(dice.rng.integers(4))
            cx, cy = x + size * (corner % 2), y + size * (corner // 2)
            start = (0.0, 0.5, 1.5, 1.0)[corner] * math.pi
            angles = np.linspace(start, start + math.pi / 2, 24).tolist()
            with canvas.paint(tones[int(dice.rng.choice(4, p=(0.36, 0.32, 0.22, 0.1)))], 0.82) as pen:
                pen.polygon([(cx, cy), *((cx + size * math.cos(t), cy + size * math.sin(t)) for t in angles)])


def _dots(canvas: Canvas, palette: Palette, dice: Dice) -> None:
    """A grid of dots that grow to the right."""
    step, aim = 0.048, dice.spread(0.15, 0.85)
    with canvas.paint(mixed(palette.sky[-1], palette.light, 0.3), 0.75) as pen:
        for row in range(-1, int(1 / step) + 2):
            for column in range(int(0.62 * canvas.wide / step), int(canvas.wide / step) + 2):
                x, y = (column + 0.5 * (row % 2)) * step, row * step * 0.9
                share = (x / canvas.wide - 0.66) / 0.34 - 0.5 * abs(y - aim)
                if share > 0.03:
                    pen.disc(x, y, 0.46 * step * min(share, 1) ** 0.8)


def _ribbons(canvas: Canvas, palette: Palette, dice: Dice) -> None:
    """Ribbons that bend down the right side."""
    turn, bend = dice.spread(0, 2 * math.pi), dice.spread(0.05, 0.11)
    ys = np.linspace(-0.02, 1.02, 60).tolist()
    for n in range(6):
        left = canvas.wide * (0.71 + 0.055 * n)
        wide = canvas.wide * (0.034, 0.012, 0.045, 0.02, 0.03, 0.2)[n]
        edge = [left + bend * canvas.wide * math.sin(turn + 3.6 * y + 0.12 * n) * 0.6 for y in ys]
        colour = mixed(palette.far, palette.sky[-1], (0.15, 0.9, 0.4, 0.75, 0.25, 0.6)[n])
        with canvas.paint(colour, 0.8) as pen:
            pen.polygon([*zip(edge, ys, strict=True), *((x + wide, y) for x, y in zip(edge[::-1], ys[::-1], strict=True))])


_MOTIFS: tuple[Callable[[Canvas, Palette, Dice], None], ...] = (_arcs, _tiles, _discs, _bands, _ribbons, _dots)


def plain(canvas: Canvas, palette: Palette, dice: Dice, motif: int) -> None:
    """A card with one of some motifs; neighbours in a film have different ones."""
    ground(canvas, palette, dice)
    _MOTIFS[motif % len(_MOTIFS)](canvas, palette, dice)
    _, y = canvas.grid()
    canvas.lay(palette.near, 0.28 * np.clip(y - 0.45, 0, 1) * np.ones((1, canvas.width)))
