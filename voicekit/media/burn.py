"""Captions drawn into the picture.

They are white, with a black outline and a soft black shadow. Letters without colour change only the brightness of the
picture under them, and remove its colour: so the planes of the picture are blended as they are, and none is converted to
RGB.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil

import numpy as np

from voicekit.core.errors import MediaError
from voicekit.media.fonts import font
from voicekit.media.planes import FULL_RANGE, copy_of, depth, views
from voicekit.media.subtitle_track import Timed

#: The letters' size as a share of the picture's height, or, in a wide picture, of the height that a usual one of this width
#: has.
SIZE = 0.055
#: In letter sizes.
LINE_HEIGHT = 1.25
#: The margins: at the bottom as a share of the height, and on both sides together of the width.
BOTTOM, SIDES = 0.06, 0.1
_SHADOW = 0.6
#: A frame that lasts longer is a still picture.
STILL_S = 0.1
#: White in HDR pictures (PQ, HLG) is as bright as paper, not as the sun.
_PAPER = {16: 0.58, 18: 0.75}


def check_fonts(texts: Iterable[str]) -> None:
    """Makes sure, before any work, that such captions can be drawn.

    Raises:
        MediaError: no font has a character.
    """
    for text in texts:
        font(text, 32)


def burned(
    frames: Iterable, captions: Sequence[Timed], rotation: int = 0, mirrored: bool = False, pixel_aspect: float = 1.0
) -> Iterator:
    """The same frames; those shown while a caption is, with it. One that stands still comes again for each caption.

    Args:
        frames: planar YUV, their times from the start of the presentation, each with how long it lasts.
        captions: in order, none over the next one.
        rotation: by how many degrees players turn the frames counterclockwise.
        mirrored: they mirror them before, left to right.
        pixel_aspect: the width of a pixel by its height.

    Raises:
        MediaError: the picture is turned by other than right angles; no font has a character.
    """
    if rotation % 90:
        raise MediaError(f"captions cannot be drawn into a picture that is turned by {rotation}°; use a subtitle track")
    ahead = iter(captions)
    caption, drawn = next(ahead, None), None
    for frame in _parted(frames, [edge_s for start_s, end_s, _ in captions for edge_s in (start_s, end_s)]):
        while caption and frame.time >= caption[1] - 1e-6:
            caption, drawn = next(ahead, None), None
        if caption and frame.time >= caption[0] - 1e-6:
            drawn = drawn or _drawn(caption[2], frame, rotation, mirrored, pixel_aspect)
            frame.make_writable()  # the decoder may need what it gave for the next ones
            for patch, plane in zip(drawn, views(frame), strict=False):  # no patches where all letters are blank
                patch.lay_on(plane)
        yield frame


def _parted(frames: Iterable, edges_s: Sequence[float]) -> Iterator:
    """The frames; one that stands still, in a frame for each stretch between two edges."""
    for frame in frames:
        end = frame.pts + (frame.duration or 0)
        starts = [frame.pts]
        if (end - frame.pts) * frame.time_base > STILL_S:
            first, last = (bisect_right(edges_s, float(tick * frame.time_base)) for tick in (frame.pts, end - 1))
            starts += sorted({ceil(edge_s / frame.time_base) for edge_s in edges_s[first:last]} - {frame.pts})
        for start, stop in pairwise([*starts, end]):
            part = frame if len(starts) == 1 else copy_of(frame)
            part.pts, part.duration = start, stop - start
            yield part


@dataclass(frozen=True)
class _Patch:
    """What becomes of a rectangle of a plane: value · keep + add."""

    top: int
    left: int
    keep: np.ndarray
    add: np.ndarray

    def lay_on(self, plane: np.ndarray) -> None:
        height, width = self.keep.shape
        under = plane[self.top : self.top + height, self.left : self.left + width]
        under[:] = under * self.keep + self.add


def _drawn(text: str, frame, rotation: int, mirrored: bool, pixel_aspect: float) -> list[_Patch]:
    """What a caption does to each plane of frames like this one."""
    white, cover = render(text, frame.width, frame.height, rotation, pixel_aspect)
    if mirrored:
        white, cover = white[:, ::-1], cover[:, ::-1]
    rows, columns = np.flatnonzero(cover.any(1)), np.flatnonzero(cover.any(0))
    if not len(rows):
        return []
    bits = depth(frame)
    one = 1 << bits - 8
    full = frame.color_range == FULL_RANGE or frame.format.name.startswith("yuvj")
    black, brightest = (0, (1 << bits) - 1) if full else (16 * one, 235 * one)
    paper = black + (brightest - black) * _PAPER.get(int(frame.color_trc), 1.0)

    patches = []
    for number, plane in enumerate(frame.planes[:3]):
        # A pixel of colour may stand for several of brightness: two by two, two in a row, or one.
        across, down = round(frame.width / plane.width), round(frame.height / plane.height)
        top, left = rows[0] // down, columns[0] // across
        bottom, right = rows[-1] // down + 1, columns[-1] // across + 1
        box = slice(top * down, bottom * down), slice(left * across, right * across)
        covered, lit = (_means(_filled(layer[box], (bottom - top) * down, (right - left) * across), down, across)
                        for layer in (cover, white))  # fmt: skip
        add = black * (covered - lit) + paper * lit if number == 0 else 128 * one * covered
        patches.append(_Patch(int(top), int(left), 1 - covered, add + 0.5))  # 0.5: numbers are cut off, not rounded
    return patches


def _filled(layer: np.ndarray, height: int, width: int) -> np.ndarray:
    """As high and wide as that: a picture of odd size ends in half a pixel of colour."""
    return np.pad(layer, ((0, height - layer.shape[0]), (0, width - layer.shape[1])), mode="edge")


def _means(layer: np.ndarray, down: int, across: int) -> np.ndarray:
    return layer.reshape(layer.shape[0] // down, down, -1, across).mean((1, 3), dtype=np.float32)


def render(
    text: str, width: int, height: int, rotation: int = 0, pixel_aspect: float = 1.0
) -> tuple[np.ndarray, np.ndarray]:
    """A caption as it lies on a frame: how much of each pixel is white, and how much is covered at all, (height, width).

    Raises:
        MediaError: no font has a character.
    """
    from PIL import Image, ImageChops, ImageDraw, ImageFilter

    seen = (round(width * pixel_aspect), height)
    seen = seen[::-1] if rotation % 180 else seen
    size = SIZE * min(seen[1], seen[0] * 9 / 16)
    widest = seen[0] * (1 - SIDES)
    letters = font(text, size)
    lines = text.split("\n")
    longest = max(letters.getlength(line) for line in lines)
    if longest > widest:
        size *= widest / longest
        letters = font(text, size)
    outline = max(1, round(size / 14))
    lowest = seen[1] * (1 - BOTTOM) - letters.getmetrics()[1]  # where the letters of the last line stand
    layers = []
    for stroke in (0, outline):
        layer = Image.new("L", seen)
        for number, line in enumerate(reversed(lines)):
            place = seen[0] / 2, lowest - number * LINE_HEIGHT * size
            ImageDraw.Draw(layer).text(place, line, 255, letters, "ms", stroke_width=stroke)
        layers.append(layer)
    white, letters_and_outline = layers
    shadow = ImageChops.offset(letters_and_outline, outline, outline).filter(ImageFilter.GaussianBlur(size / 12))
    shadow = shadow.point(lambda value: value * _SHADOW)
    cover = ImageChops.lighter(ImageChops.screen(letters_and_outline, shadow), white)
    turned = (np.rot90(np.asarray(layer), -rotation // 90) for layer in (white, cover))
    lying = (Image.fromarray(np.ascontiguousarray(layer)).resize((width, height)) for layer in turned)
    lit, covered = (np.asarray(layer, np.float32) / 255 for layer in lying)
    return lit, np.maximum(lit, covered)
