"""What can be drawn behind a title, by name."""

from dataclasses import replace

import numpy as np
from PIL import Image

from voicekit.film.drawing.brush import Canvas, Dice, mixed
from voicekit.film.drawing.palettes import PALETTES, Palette
from voicekit.film.figures.figures import DRAWINGS, place
from voicekit.film.scenery import coasts, countryside, interiors, landscapes, shows, towns, worlds
from voicekit.film.scenery.plain import backdrop, ground, plain
from voicekit.film.scenery.skies import falling, stars
from voicekit.film.scenery.subjects import PLAIN, WITHIN, Scene

_DRAWN = (
    landscapes.hills, landscapes.peaks, landscapes.lake, landscapes.forest, landscapes.dunes, landscapes.volcano,
    countryside.field, countryside.road, coasts.sea, coasts.beach, coasts.lighthouse, coasts.harbour, towns.skyline,
    towns.village, towns.factory, towns.machine, interiors.room, interiors.library, shows.space, shows.stage, shows.stadium,
    worlds.mars, worlds.mars_stadium, worlds.moon, worlds.underwater, worlds.metropolis, worlds.river,
)  # fmt: skip
_BY_NAME = {one.__name__: one for one in _DRAWN}
SCENERIES = (*_BY_NAME, PLAIN)
_FLOATING = ("space", "underwater")
#: Whose palette is of the place, not of the hour.
_RED_WORLDS = ("mars", "mars_stadium")
_WET = ("sea", "harbour", "lake", "river", "lighthouse", "beach")
#: What is on the water there, rather than on a jetty before it.
_AFLOAT = frozenset(("boat",))


def drawn(scene: Scene, width: int, height: int, dice: Dice, motif: int = 0) -> Image.Image:
    """A picture of this size, in pixels; the same dice make the same one. Its left is quiet, for a title.

    Args:
        motif: of a plain card: neighbours in a film have different ones.
    """
    canvas = Canvas(width, height)
    palette = PALETTES[scene.palette]
    if scene.weather is not None:
        palette = replace(palette, falls=scene.weather)
        if scene.weather == "stars" and scene.scenery in _RED_WORLDS:
            palette = _at_night(palette)
    if scene.scenery == PLAIN:
        _card(canvas, palette, dice, motif, bool(scene.figures), {one.name for one in scene.figures} == {"crowd"})
    else:
        _BY_NAME[scene.scenery](canvas, palette, dice)
    wet, floats = scene.scenery in _WET, scene.scenery in _FLOATING
    afloat = [one for one in scene.figures if wet and scene.scenery != "river" and one.name in _AFLOAT]
    rest = [one for one in scene.figures if one not in afloat and not (scene.scenery == "harbour" and one.name in _AFLOAT)]
    if afloat and scene.scenery != "harbour":
        place(canvas, palette, dice, afloat, "", False, 0.76 if rest else 0.8, aside=bool(rest))
    if rest:
        if wet and scene.scenery != "beach" and not all(one.name in DRAWINGS and DRAWINGS[one.name].flies for one in rest):
            (_jetty if scene.scenery == "harbour" else _bank)(canvas, palette)
        place(canvas, palette, dice, rest, scene.posture, floats)
    if scene.scenery not in WITHIN:
        falling(canvas, palette, dice)
    return canvas.finished(dice.rng)


def _at_night(palette: Palette) -> Palette:
    """A land's own colours under a night sky."""
    night = PALETTES["night"]
    far, near = (mixed(own, (0, 0, 0), 0.45) for own in (palette.far, palette.near))
    sky = (*night.sky[:-1], mixed(night.sky[-1], palette.far, 0.35))
    return replace(palette, sky=sky, light=night.light, far=far, near=near)


def _card(canvas: Canvas, palette: Palette, dice: Dice, motif: int, figures: bool, crowd: bool) -> None:
    """A card without a scenery: a motif, or, for figures, a shape behind them and something to stand on."""
    if not figures and not palette.falls:
        plain(canvas, palette, dice, motif)
        return
    ground(canvas, palette, dice)
    if palette.falls == "stars":
        stars(canvas, palette, dice, 1.0, 260)
    if figures and not crowd:
        backdrop(canvas, palette, motif)
        canvas.land(mixed(palette.far, palette.near, 0.62), 0.86 + 0.012 * np.cos(np.linspace(0, 3, 64)))


def _jetty(canvas: Canvas, palette: Palette) -> None:
    """Planks along the lower edge, to stand on before water."""
    top, wood = 0.87, mixed(mixed((120, 84, 62), palette.near, 0.45), palette.far, 0.15)
    left = 0.5 * canvas.wide if canvas.wide >= 1.15 else -0.1
    with canvas.paint(wood) as pen:
        pen.polygon([(left, top), (canvas.wide + 0.1, top), (canvas.wide + 0.1, 1.01), (left - 0.2, 1.01)])
    with canvas.paint(mixed(wood, (0, 0, 0), 0.35)) as pen:
        for y in np.linspace(0, 1, 6)[1:] ** 1.4:
            pen.box(left - 0.2 * y, top + 0.13 * y, canvas.wide + 0.1, top + 0.13 * y + 0.003)
        pen.polygon([(left, top), (left - 0.2, 1.01), (left - 0.22, 1.01), (left - 0.014, top)])


def _bank(canvas: Canvas, palette: Palette) -> None:
    """Land along the lower edge, higher to the right, to stand on before water."""
    at = np.linspace(0, 1, 128)
    for tone, lower in ((0.72, 0.0), (0.9, 0.035)):
        canvas.land(mixed(palette.far, palette.near, tone), 1.0 + lower - 0.15 / (1 + np.exp(-14 * (at - 0.5))))
