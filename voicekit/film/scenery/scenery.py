"""What can be drawn behind a title, by name."""

from PIL import Image

from voicekit.film.scenery import coasts, countryside, interiors, landscapes, shows, towns
from voicekit.film.scenery.brush import Canvas, Dice
from voicekit.film.scenery.palettes import Palette
from voicekit.film.scenery.skies import falling

_WITHIN = ("room", "library", "space", "stage", "machine")
SCENERIES = {
    **{one.__name__: one for one in (landscapes.hills, landscapes.peaks, landscapes.lake, landscapes.forest)},
    **{one.__name__: one for one in (landscapes.dunes, landscapes.volcano, countryside.field, countryside.road)},
    **{one.__name__: one for one in (coasts.sea, coasts.lighthouse, coasts.harbour)},
    **{one.__name__: one for one in (towns.skyline, towns.village, towns.factory, towns.machine)},
    **{one.__name__: one for one in (interiors.room, interiors.library, shows.space, shows.stage, shows.stadium)},
}


def drawn(scenery: str, palette: Palette, width: int, height: int, dice: Dice) -> Image.Image:
    """A picture of this size, in pixels; the same dice make the same one. Its left is quiet, for a title."""
    canvas = Canvas(width, height)
    SCENERIES[scenery](canvas, palette, dice)
    if scenery not in _WITHIN:
        falling(canvas, palette, dice)
    return canvas.finished(dice.rng)
