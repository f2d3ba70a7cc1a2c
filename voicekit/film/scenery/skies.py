"""What is above the land: the sky, what shines in it and what falls from it; and the haze over what is far."""

import numpy as np

from voicekit.film.drawing.brush import Canvas, Dice, mixed
from voicekit.film.drawing.palettes import Colour, Palette

_LAMP = (255, 196, 112)


def warm(palette: Palette) -> Colour:
    """The light of lamps and lit windows."""
    return mixed(palette.light, _LAMP, 0.6)


def sky(canvas: Canvas, palette: Palette, dice: Dice, horizon: float, sun: bool = True) -> float:
    """A sky down to the horizon; the x of the sun or moon, which stands to the right, where no title is.

    Args:
        sun: whether it is seen; else there is only its light.
    """
    canvas.gradient(palette.sky, 0.0, horizon, dice.rng.uniform(-0.16, 0.16))
    x, y = canvas.wide * dice.spread(0.69, 0.93), horizon * dice.spread(0.5, 0.88)
    radius = dice.spread(0.05, 0.085)
    canvas.glow(x, y, 0.22, palette.light, 0.5)
    canvas.glow(x, y, 0.06, palette.light, 0.22)
    if palette.falls == "stars":
        stars(canvas, palette, dice, horizon, 220)
    if sun:
        with canvas.paint(palette.light, 0.96) as pen:
            pen.disc(x, y, radius)
    return x


def stars(canvas: Canvas, palette: Palette, dice: Dice, lowest: float, count: int) -> None:
    rng = dice.rng
    with canvas.paint(palette.light) as pen:
        for _ in range(count):
            x, y = rng.uniform(0, canvas.wide), rng.uniform(0, lowest)
            size = (0.5 + 1.3 * rng.random() ** 4) / 720
            pen.disc(x, y, size, fill=int(rng.uniform(70, 235) * (1 - 0.6 * y)))


def haze(canvas: Canvas, colour: Colour, height: float, share: float, reach: float = 0.16) -> None:
    """Mist at a height."""
    _, y = canvas.grid()
    canvas.lay(colour, share * np.exp(-(((y - height) / reach) ** 2)) * np.ones((1, canvas.width)))


def falling(canvas: Canvas, palette: Palette, dice: Dice) -> None:
    """Snow, rain or sparks, if the palette has them."""
    count = {"snow": 170, "rain": 260, "sparks": 120}.get(palette.falls, 0)
    rng, unit = dice.rng, 1 / 720
    if count:
        with canvas.paint(palette.light, blur=0.4 * unit) as pen:
            for _ in range(count):
                x, y, light = rng.uniform(0, canvas.wide), rng.random(), rng.uniform(0.15, 0.75)
                if palette.falls == "rain":
                    long = rng.uniform(14, 40) * unit
                    pen.line([(x, y), (x - 0.22 * long, y + long)], unit, int(110 * light))
                    continue
                rising = palette.falls == "sparks"
                y = 1 - 0.75 * rng.random() ** 1.6 if rising else y
                pen.disc(x, y, unit * rng.uniform(0.8, 3.2) * (0.7 if rising else 1.0), fill=int(255 * light))
