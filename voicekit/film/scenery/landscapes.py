"""Sceneries without people's works: hills, peaks, a lake, a forest, dunes, a volcano."""

import math

import numpy as np

from voicekit.film.drawing.brush import Canvas, Dice, Pen, mixed
from voicekit.film.drawing.palettes import Colour, Palette
from voicekit.film.scenery.skies import haze, sky

_LAYERS = 4
_POINTS = np.linspace(0, 1, 1024)


def rolling(rng: np.random.Generator) -> np.ndarray:
    """The edge of hills, about −1 to 1, at 1024 places."""
    waves = (np.sin(2 * math.pi * (n * _POINTS * rng.uniform(0.8, 1.2) + rng.random())) / n for n in (1, 2, 3, 5))
    return sum(waves, np.zeros(len(_POINTS))) / 1.6


def rugged(rng: np.random.Generator, peaks: int) -> np.ndarray:
    """The edge of mountains, 0 to 1, at 1024 places: peaks between valleys, and roughness at every size."""
    heights = np.where(np.arange(2 * peaks + 1) % 2, rng.uniform(0.4, 1, 2 * peaks + 1), rng.uniform(0, 0.35, 2 * peaks + 1))
    places = np.linspace(0, 1, 2 * peaks + 1) + rng.uniform(-0.24, 0.24, 2 * peaks + 1) / peaks
    edge = np.interp(_POINTS, np.sort(places), heights)
    for count, rough in ((40, 0.07), (110, 0.03)):
        edge = edge + rough * np.interp(_POINTS, np.linspace(0, 1, count), rng.standard_normal(count))
    return edge


def layered(canvas: Canvas, palette: Palette, horizon: float, edges: list[np.ndarray], mist: float = 0.16) -> None:
    """Layers of land, the far ones first and in mist."""
    for layer, edge in enumerate(edges):
        depth = layer / max(len(edges) - 1, 1)
        canvas.land(mixed(palette.far, palette.near, depth**0.8), edge)
        if layer < len(edges) - 1:
            haze(canvas, palette.sky[-1], horizon, mist * (1 - depth))


def _depths(horizon: float) -> list[tuple[float, float]]:
    """(depth 0…1, y of its ground) of each layer."""
    return [(depth, horizon + depth * (0.97 - horizon)) for depth in np.linspace(0, 1, _LAYERS)]


def hills(canvas: Canvas, palette: Palette, dice: Dice) -> None:
    horizon = dice.spread(0.6, 0.72)
    sky(canvas, palette, dice, horizon)
    edges = []
    for depth, base in _depths(horizon):
        rough = 0.003 * np.interp(_POINTS, np.linspace(0, 1, 90), dice.rng.standard_normal(90)) * (1 - depth)
        edges.append(base - (0.075 - 0.03 * depth) * rolling(dice.rng) + rough)
    layered(canvas, palette, horizon, edges)


def peaks(canvas: Canvas, palette: Palette, dice: Dice) -> None:
    horizon = dice.spread(0.6, 0.7)
    sky(canvas, palette, dice, horizon)
    edges = []
    for layer, (_, base) in enumerate(_depths(horizon)):
        tall = (0.34, 0.25, 0.15, 0.06)[layer]
        # Higher to the right, where no title is.
        slope = 0.42 + 0.9 * _POINTS
        edges.append(base + 0.03 - tall * slope * rugged(dice.rng, 4 + layer))
    layered(canvas, palette, horizon, edges, 0.2)


def lake(canvas: Canvas, palette: Palette, dice: Dice) -> None:
    """Mountains, and the same upside down in the water before them."""
    shore = dice.spread(0.6, 0.7)
    sky(canvas, palette, dice, shore)
    for layer, tall in enumerate((0.3, 0.2, 0.06)):
        ridge = rugged(dice.rng, 4 + layer) if layer < 2 else 0.5 + rolling(dice.rng) / 2
        canvas.land(mixed(palette.far, palette.near, layer * 0.3), shore + 0.01 - tall * (0.45 + 0.75 * _POINTS) * ridge)
        haze(canvas, palette.sky[-1], shore, 0.24 - 0.08 * layer)
    first = round(shore * canvas.height)
    rows = np.arange(first, canvas.height)
    mirror = np.clip(2 * first - 1 - rows, 0, None)
    # Waves shift the rows, the more the nearer.
    near = (rows - first) / canvas.height
    sway = np.round(2.2e-3 * canvas.height * np.sin(near**0.6 * 160) * (0.3 + 4 * near)).astype(int)
    columns = np.clip(np.arange(canvas.width)[None, :] + sway[:, None], 0, canvas.width - 1)
    canvas.pixels[first:] = canvas.pixels[mirror[:, None], columns]
    _, y = canvas.grid()
    depth = np.clip((y - shore) / (1 - shore), 0, 1)
    canvas.lay(palette.near, np.where(y > shore, 0.18 + 0.55 * depth, 0) * np.ones((1, canvas.width)))
    with canvas.paint(palette.sky[-1], 0.5) as pen:
        pen.box(0, shore - 0.0015, canvas.wide, shore + 0.0015)
    canvas.land(
        palette.near, 1.02 - 0.1 * np.clip(_POINTS - 0.25 - 0.3 * dice.spread(0, 1), 0, 1) + 0.008 * rolling(dice.rng)
    )


def forest(canvas: Canvas, palette: Palette, dice: Dice) -> None:
    horizon = dice.spread(0.58, 0.7)
    sky(canvas, palette, dice, horizon)
    for layer, (depth, base) in enumerate(_depths(horizon)):
        colour = mixed(palette.far, palette.near, depth**0.8)
        ground = base - 0.04 * rolling(dice.rng)
        canvas.land(colour, ground)
        _firs(canvas, colour, dice, ground, depth)
        if layer < _LAYERS - 1:
            haze(canvas, palette.sky[-1], horizon, 0.2 * (1 - depth))


def _firs(canvas: Canvas, colour: Colour, dice: Dice, ground: np.ndarray, depth: float) -> None:
    rng = dice.rng
    with canvas.paint(colour) as pen:
        for _ in range(int((80 - 52 * depth) * canvas.wide / 1.78)):
            at = rng.random()
            fir(pen, at * canvas.wide, float(ground[int(at * 1023)]) + 0.01, rng.uniform(0.05, 0.1) * (0.6 + 1.3 * depth))


def fir(pen: Pen, x: float, y: float, tall: float) -> None:
    """A fir whose foot is at (x, y): four skirts, each narrower than the one below."""
    for skirt in range(4):
        low, wide = y - tall * (0.06 + 0.2 * skirt), tall * (0.23 - 0.045 * skirt)
        pen.polygon([(x - wide, low), (x, low - tall * 0.36), (x + wide, low)])


def dunes(canvas: Canvas, palette: Palette, dice: Dice) -> None:
    horizon = dice.spread(0.6, 0.7)
    sky(canvas, palette, dice, horizon)
    edges = []
    for depth, base in _depths(horizon):
        crest = 1 - np.abs(np.sin(math.pi * (dice.rng.uniform(1.2, 2.2) * _POINTS + dice.rng.random())))
        edges.append(base - (0.05 + 0.03 * depth) * crest - 0.02 * rolling(dice.rng))
    layered(canvas, palette, horizon, edges)


def volcano(canvas: Canvas, palette: Palette, dice: Dice) -> None:
    horizon = dice.spread(0.66, 0.72)
    canvas.gradient(palette.sky, 0.0, horizon)
    at, tall = dice.spread(0.66, 0.8), dice.spread(0.32, 0.42)
    x = at * canvas.wide
    canvas.glow(x, horizon - tall, 0.16, palette.light, 0.75)
    canvas.land(mixed(palette.far, palette.sky[-1], 0.25), horizon - 0.09 * rugged(dice.rng, 6))
    far = np.abs(_POINTS - at) * canvas.wide
    cone = horizon + 0.02 - tall * np.clip(np.exp(-np.clip(far - 0.045, 0, None) / 0.24), 0, 1)
    cone = cone + 0.003 * np.interp(_POINTS, np.linspace(0, 1, 160), dice.rng.standard_normal(160))
    canvas.land(mixed(palette.far, palette.near, 0.35), cone)
    with canvas.paint(palette.light, 0.85, fade=(x, horizon - tall, 0.2)) as pen:
        _lava(pen, dice, x, horizon - tall + 0.014)
    for depth, base in _depths(horizon)[1:]:
        haze(canvas, palette.sky[-1], base, 0.12 * (1 - depth), 0.08)
        canvas.land(mixed(palette.far, palette.near, 0.45 + 0.55 * depth), base + 0.04 - 0.07 * rugged(dice.rng, 6))


def _lava(pen: Pen, dice: Dice, x: float, y: float) -> None:
    """What runs down from a crater at (x, y)."""
    pen.polygon([(x - 0.045, y), (x + 0.045, y), (x + 0.03, y + 0.012), (x - 0.03, y + 0.012)])
    for start, slope in ((-0.025, -0.3), (0.004, 0.1), (0.026, 0.45)):
        points = [
            (x + start + slope * t + 0.008 * math.sin(30 * t + dice.rng.random()), y + t) for t in np.linspace(0, 0.26, 14)
        ]
        pen.line(points, 0.009)
