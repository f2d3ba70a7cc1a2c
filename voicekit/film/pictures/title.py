"""A title over a picture: as large as it goes, in lines of about the same length, in any writing that fonts allow.

It is a layer of its own, drawn once; over a film it comes and goes while the picture below it moves.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from voicekit.film.pictures.typeset import Lettering, plain
from voicekit.media.direction import starts_leftward
from voicekit.text.script.cue import has_word

#: A share of the width: titles keep away from the edges, which some screens cut off.
MARGIN = 0.08
#: A title's width, as a share of the frame's.
_ROOM = 0.56
#: Letter sizes, as a share of the height, or of the width where a frame is taller than wide.
_LARGEST, _SMALLEST = 0.1, 0.046
_LINES, _LINE_HEIGHT = 3, 1.2
#: At most this many characters of a title are read, more than fit.
_LONGEST = 400
#: The middle of the title, as a share of the height: above subtitles, and in the sky of most landscapes. The second is for
#: frames taller than wide.
_MIDDLE, _MIDDLE_UPRIGHT = 0.36, 0.2
_LIGHT, _DARK = (255, 252, 246), (22, 32, 50)
#: The darkest ground on which dark letters, and the lightest on which light letters, are readable, as greys (0 to 1, sRGB):
#: a contrast of 3 to 1, as WCAG 2.2 (1.4.3) asks for large letters.
_DARKEST_FOR_DARK, _LIGHTEST_FOR_LIGHT = 0.43, 0.57
#: Light letters are chosen even where they need this much more shade, because titles of films have them.
_RATHER_LIGHT = 0.18
#: When the title begins, how long it fades in, stands and fades out, and how long before the end it is gone: a dissolve of
#: half a second shows no title.
_BEGIN_S, _IN_S, _STAND_S, _OUT_S, _GONE_S = 0.5, 0.3, 3.0, 0.5, 0.6


@dataclass(frozen=True)
class Layer:
    """A title as it lies over a picture.

    Attributes:
        image: RGBA, as large as the title and the shade around it.
        place: of its upper left corner, in pixels.
    """

    image: Image.Image
    place: tuple[int, int]

    def over(self, pixels: np.ndarray, strength: float = 1.0) -> np.ndarray:
        """A picture (height, width, 3) uint8 with the title on it; at 0 it is not seen, at 1 fully."""
        picture = Image.fromarray(pixels)
        alpha = self.image.getchannel("A").point(lambda value: round(value * strength))
        picture.paste(self.image.convert("RGB"), self.place, alpha)
        return np.asarray(picture)


def drawable(title: str) -> tuple[str, str]:
    """A title without the signs that no font here has, and those."""
    title = " ".join(title.split())
    kept = plain(title)
    if lacking := set(Lettering([kept]).lacks(kept)) - {" "}:
        # Of a script that no one font has whole, what is in some font may stay if that one has the rest.
        missing = {sign for sign in lacking if Lettering([sign]).lacks(sign)}
        kept = "".join(sign for sign in kept if sign not in missing)
        kept = "".join(sign for sign in kept if sign not in set(Lettering([kept]).lacks(kept)) - {" "})
    left = "".join(sign for sign in title if sign not in kept and not sign.isspace())
    return (" ".join(kept.split()), left) if has_word(kept) else ("", title)


def told(title: str, say: Callable[[str], None]) -> str:
    """What of a title is drawn; what is not is said."""
    if not has_word(title):
        return ""
    shown, left = drawable(title)
    if left.strip():
        signs = " ".join(dict.fromkeys(re.sub(r"\s", "", left)))
        say(f"no font on this machine has {signs[:40]} of the title “{title[:40]}”: left out")
    return shown


def set_title(picture: Image.Image, title: str) -> Image.Image:
    """The picture with a title on it."""
    pixels = np.asarray(picture)
    return Image.fromarray(title_layer(title, pixels).over(pixels))


def titled(frames: Iterable[np.ndarray], layer: Layer, fps: float, total: int) -> Iterator[np.ndarray]:
    """Frames (height, width, 3) uint8, `total` of them, with a title over the first seconds, which stays in its place."""
    for number, pixels in enumerate(frames):
        strength = strength_at(number / fps, total / fps)
        yield layer.over(pixels, strength) if strength > 0 else pixels


def title_frames(total: int, fps: float) -> list[int]:
    """The numbers of the frames by which to judge what is behind a title: from the first to the last with it."""
    begin, end = _span_s(total / fps)
    return [min(round(time_s * fps), total - 1) for time_s in np.linspace(begin, end, 4)]


def strength_at(time_s: float, clip_s: float) -> float:
    """How much of a title is seen at a time of its clip, 0 to 1."""
    begin, end = _span_s(clip_s)
    shorter = min((end - begin) / (2 * (_IN_S + _OUT_S)), 1.0)
    share = min((time_s - begin) / (_IN_S * shorter), (end - time_s) / (_OUT_S * shorter), 1.0)
    return share * share * (3 - 2 * share) if share > 0 else 0.0


def _span_s(clip_s: float) -> tuple[float, float]:
    """When a title comes and when it is gone; in a short clip it has its share of what there is."""
    begin, gone = min(_BEGIN_S, 0.2 * clip_s), min(_GONE_S, 0.24 * clip_s)
    return begin, min(begin + _IN_S + _STAND_S + _OUT_S, clip_s - gone)


def title_layer(title: str, pixels: np.ndarray) -> Layer:
    """A title for a picture (height, width, 3) uint8, or for several of one size, (n, height, width, 3).

    It stands over a thin line in the upper part of the side where reading begins. The letters are light or dark, whichever
    needs less shade around them to be read on what is behind them.
    """
    height, width = pixels.shape[-3:-1]
    lettering = Lettering([plain(title)])
    lines, size = _fitted(lettering, title, width * _ROOM, min(height, width))
    long = max(lettering.length(line, size) for line in lines)
    margin = round(2.2 * size)
    letters = _written(lettering, lines, size, long, margin, starts_leftward(title))
    left = width * (1 - MARGIN) - long if starts_leftward(title) else width * MARGIN
    middle = height * (_MIDDLE if width >= height else _MIDDLE_UPRIGHT)
    top = max(middle - size * _LINE_HEIGHT * len(lines) / 2, 0.06 * height)
    place = round(left) - margin, round(top) - margin
    x, y = max(place[0] + margin, 0), max(place[1] + margin, 0)
    behind = pixels[..., y : place[1] + letters.height - margin, x : place[0] + letters.width - margin, :]
    return Layer(*_inside(_inked(letters, behind, size, margin), place, (width, height)))


def _written(lettering: Lettering, lines: list[str], size: float, long: float, margin: int, leftward: bool) -> Image.Image:
    """A mask of the lines and the thin line below them, with a margin around, in pixels."""
    step, thick = size * _LINE_HEIGHT, max(2.0, 0.06 * size)
    low = margin + step * len(lines) + 0.35 * size
    letters = Image.new("L", (round(long) + 2 * margin, round(low + thick) + margin))
    draw = ImageDraw.Draw(letters)
    for number, line in enumerate(lines):
        top = margin + number * step - 0.08 * size
        lettering.write(draw, line, size, 255, margin, top, long, max(1, round(size / 60)), leftward)
    start = margin + (long - 1.1 * size) * leftward
    draw.rectangle((start, low, start + 1.1 * size, low + thick), 215)
    return letters


def _inked(letters: Image.Image, behind: np.ndarray, size: float, margin: int) -> Image.Image:
    """Letters (a mask) in their colour, with a soft shadow, and a shade below them where what is behind them asks for it."""
    darkest, lightest = np.percentile(behind @ np.array([0.299, 0.587, 0.114]) / 255, [4, 96])
    for_light = max(1 - _LIGHTEST_FOR_LIGHT / max(lightest, 1e-3), 0.0)
    for_dark = max((_DARKEST_FOR_DARK - darkest) / (1 - min(darkest, 0.99)), 0.0)
    light = for_light <= for_dark + _RATHER_LIGHT
    ink, ground, shade = (_LIGHT, (8, 10, 18), for_light) if light else (_DARK, (255, 255, 255), for_dark)
    cover = Image.new("L", letters.size)
    edge = 0.5 * size
    box = (margin - edge, margin - edge, letters.width - margin + edge, letters.height - margin + edge)
    ImageDraw.Draw(cover).rounded_rectangle(box, edge, round(255 * shade))
    shadow = letters.filter(ImageFilter.GaussianBlur(0.12 * size)).point(lambda value: min(round(value * 0.75), 255))
    layer = Image.new("RGBA", letters.size, (*ground, 0))
    for colour, mask in ((ground, cover.filter(ImageFilter.GaussianBlur(0.6 * size))), (ground, shadow), (ink, letters)):
        part = Image.new("RGBA", letters.size, (*colour, 0))
        part.putalpha(mask)
        layer = Image.alpha_composite(layer, part)
    return layer


def _inside(image: Image.Image, place: tuple[int, int], frame: tuple[int, int]) -> tuple[Image.Image, tuple[int, int]]:
    """What of a layer lies in the frame, and where."""
    left, top = max(-place[0], 0), max(-place[1], 0)
    right, bottom = min(image.width, frame[0] - place[0]), min(image.height, frame[1] - place[1])
    return image.crop((left, top, right, bottom)), (place[0] + left, place[1] + top)


def _fitted(lettering: Lettering, title: str, room: float, height: float) -> tuple[list[str], float]:
    """The lines of a title and the largest size at which they fit; what does not fit at the smallest ends with "…"."""
    title, size = title[:_LONGEST], max(8.0, float(round(_SMALLEST * height)))
    for share in np.linspace(_LARGEST, _SMALLEST, 10):
        larger = max(8.0, float(round(share * height)))
        if lettering.widest(title, larger) <= room and len(lettering.wrapped(title, larger, room, _LINES + 1)) <= _LINES:
            size = larger
            break
    lines = lettering.wrapped(title, size, room, _LINES)
    if lines[-1].endswith("…"):
        return lines, size
    # As narrow as so many lines allow: then they are of about the same length.
    for limit in np.linspace(min(max(room / 2, lettering.widest(title, size)), room), room, 12):
        even = lettering.wrapped(title, size, float(limit), len(lines) + 1)
        if len(even) <= len(lines):
            return even, size
    return lines, size
