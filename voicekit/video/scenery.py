"""Draws the landscape behind a title: a sky, something that shines, and layers of land in the colours of a palette."""

import math

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from voicekit.video.palettes import Colour, Palette

#: Shapes are drawn so many times as large, so that their edges are smooth.
_FINER = 2
_LAYERS = 4


def landscape(palette: Palette, width: int, height: int, rng: np.random.Generator) -> Image.Image:
    """A picture of this size; the same generator makes the same one."""
    horizon = rng.uniform(0.64, 0.72)
    picture = _sky(palette, width, height, horizon, rng)
    _shine(picture, palette, horizon, rng)
    if palette.falls == "stars":
        _stars(picture, palette, horizon, rng)
    for layer in range(_LAYERS):
        depth = layer / (_LAYERS - 1)
        _paint(picture, mixed(palette.far, palette.near, depth**0.8), _outline(palette.motif, depth, horizon, rng))
        if layer < _LAYERS - 1:
            _haze(picture, palette, horizon, 0.16 * (1 - depth))
    if palette.falls in ("snow", "rain", "sparks"):
        _falling(picture, palette, rng)
    return _finished(picture, rng)


def mixed(one: Colour, other: Colour, share: float) -> Colour:
    """`share` of the way from one colour to another."""
    return tuple(round(a + (b - a) * share) for a, b in zip(one, other, strict=True))


def _sky(palette: Palette, width: int, height: int, horizon: float, rng: np.random.Generator) -> Image.Image:
    places = np.linspace(0, 1, height) / horizon
    # A little aslant, as light is.
    slant = rng.uniform(-0.08, 0.08) * np.linspace(-1, 1, width)
    at = np.clip(places[:, None] + slant[None, :], 0, 1)
    stops = np.linspace(0, 1, len(palette.sky)) ** 1.15
    channels = [np.interp(at, stops, [colour[c] for colour in palette.sky]) for c in range(3)]
    return _from(np.stack(channels, -1))


def _from(pixels: np.ndarray) -> Image.Image:
    return Image.fromarray(np.clip(pixels + 0.5, 0, 255).astype(np.uint8))


def _shine(picture: Image.Image, palette: Palette, horizon: float, rng: np.random.Generator) -> None:
    """A sun or moon with light around it, to the right, where no title stands."""
    width, height = picture.size
    x, y = width * rng.uniform(0.84, 0.92), height * horizon * rng.uniform(0.5, 0.86)
    radius = height * rng.uniform(0.055, 0.1)
    rows, columns = np.ogrid[:height, :width]
    distance = np.sqrt((columns - x) ** 2 + (rows - y) ** 2) / height
    glow = 0.55 * np.exp(-distance / 0.22) + 0.25 * np.exp(-distance / 0.06)
    disc = np.clip(radius - distance * height + 0.5, 0, 1)
    _lay(picture, palette.light, np.maximum(glow * 0.9, disc * 0.96))


def _stars(picture: Image.Image, palette: Palette, horizon: float, rng: np.random.Generator) -> None:
    width, height = picture.size
    mask = Image.new("L", (width * _FINER, height * _FINER))
    draw = ImageDraw.Draw(mask)
    for _ in range(220):
        x, y = rng.uniform(0, width * _FINER), rng.uniform(0, height * _FINER * horizon)
        size = _FINER * height / 720 * (0.5 + 1.3 * rng.random() ** 4)
        draw.ellipse((x - size, y - size, x + size, y + size), fill=int(rng.uniform(70, 235) * (1 - 0.6 * y / mask.height)))
    _lay(picture, palette.light, np.asarray(mask.resize((width, height), Image.Resampling.LANCZOS)) / 255)


def _outline(motif: str, depth: float, horizon: float, rng: np.random.Generator) -> np.ndarray:
    """The upper edge of a layer of land: its height in the picture at 1024 places, 0 at the top, 1 at the bottom."""
    x = np.linspace(0, 1, 1024)
    base = horizon + depth * (0.97 - horizon)
    if motif == "waves":
        swell = sum(np.sin(2 * math.pi * (n * x + rng.random())) / n for n in rng.integers(2, 9, 3))
        return base + (0.003 + 0.014 * depth) * swell
    hills = sum(np.sin(2 * math.pi * (n * x * rng.uniform(0.8, 1.2) + rng.random())) / n for n in (1, 2, 3, 5))
    if motif == "dunes":
        return base - 0.035 * (1 - np.abs(np.sin(math.pi * (rng.uniform(1.2, 2.2) * x + rng.random())))) - 0.02 * hills
    if motif == "trees":
        edge = base - 0.022 * hills
        for _ in range(int(90 - 45 * depth)):
            at, tall = rng.random(), rng.uniform(0.03, 0.075) * (0.55 + 0.9 * depth)
            near = np.abs(x - at) / (0.22 * tall)
            # Branches in steps, wider towards the ground.
            tree = base - tall * (1 - near) + 0.006 * tall / 0.05 * (np.floor(near * 5) % 2)
            edge = np.where(near < 1, np.minimum(edge, tree), edge)
        return edge
    if motif == "houses":
        edge = np.full_like(x, base + 0.02)
        at = -0.02
        while at < 1:
            wide, tall = rng.uniform(0.018, 0.06), rng.uniform(0.02, 0.2) * rng.random() * (1.25 - 0.75 * depth)
            edge[(x >= at) & (x < at + wide)] = base - tall
            at += wide * rng.uniform(0.9, 1.15)
        return edge
    rough = 0.004 * np.interp(x, np.linspace(0, 1, 90), rng.standard_normal(90))
    if motif == "embers":
        peaks = np.interp(x, np.linspace(0, 1, 11), rng.uniform(-1, 1, 11))
        return base - 0.05 * peaks * (1 - 0.4 * depth) + rough
    return base - (0.045 - 0.015 * depth) * hills + rough * (1 - depth)


def _paint(picture: Image.Image, colour: Colour, edge: np.ndarray) -> None:
    """Land below an edge, a little darker towards the bottom."""
    width, height = picture.size
    mask = Image.new("L", (width * _FINER, height * _FINER))
    xs = np.linspace(0, mask.width, len(edge))
    points = [(float(x), float(y) * mask.height) for x, y in zip(xs, edge, strict=True)]
    ImageDraw.Draw(mask).polygon([*points, (mask.width, mask.height), (0, mask.height)], fill=255)
    cover = np.asarray(mask.resize((width, height), Image.Resampling.LANCZOS)) / 255
    _lay(picture, colour, cover)


def _haze(picture: Image.Image, palette: Palette, horizon: float, most: float) -> None:
    rows = np.linspace(0, 1, picture.height)[:, None]
    _lay(picture, palette.sky[-1], most * np.exp(-(((rows - horizon) / 0.16) ** 2)) * np.ones((1, picture.width)))


def _falling(picture: Image.Image, palette: Palette, rng: np.random.Generator) -> None:
    width, height = picture.size
    mask = Image.new("L", (width * _FINER, height * _FINER))
    draw = ImageDraw.Draw(mask)
    unit = _FINER * height / 720
    for _ in range({"snow": 170, "rain": 260, "sparks": 120}[palette.falls]):
        x, y, light = rng.uniform(0, mask.width), rng.uniform(0, mask.height), rng.uniform(0.15, 0.75)
        if palette.falls == "rain":
            long = rng.uniform(14, 40) * unit
            draw.line((x, y, x - 0.22 * long, y + long), fill=int(110 * light), width=max(1, round(unit)))
            continue
        if palette.falls == "sparks":
            y = mask.height * (1 - 0.75 * rng.random() ** 1.6)
        size = unit * rng.uniform(0.8, 3.2) * (0.7 if palette.falls == "sparks" else 1.0)
        draw.ellipse((x - size, y - size, x + size, y + size), fill=int(255 * light))
    mask = mask.filter(ImageFilter.GaussianBlur(0.8 * unit)).resize((width, height), Image.Resampling.LANCZOS)
    _lay(picture, palette.light, np.asarray(mask) / 255)


def _finished(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Darker towards the corners, and with a grain that hides the steps of the gradients."""
    width, height = picture.size
    rows, columns = np.ogrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    shade = 1 - 0.16 * np.clip((rows**2 + columns**2) / 2, 0, 1) ** 1.5
    grain = rng.normal(0, 1.3, (height, width, 1))
    return _from(np.asarray(picture) * shade[:, :, None] + grain)


def _lay(picture: Image.Image, colour: Colour, cover: np.ndarray) -> None:
    """A colour over a picture, as much of it as `cover` (height, width) says, 0 to 1."""
    pixels = np.asarray(picture).astype(np.float32)
    share = np.clip(cover, 0, 1)[:, :, None].astype(np.float32)
    picture.paste(_from(pixels + (np.array(colour, np.float32) - pixels) * share))
