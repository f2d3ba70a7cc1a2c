"""Sets a title on a picture: as large as it goes, in lines of about the same length, in any writing that fonts allow."""

import unicodedata
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from voicekit.errors import MediaError
from voicekit.media.fonts import font
from voicekit.video.words import spaceless

#: Of the width: nothing is set nearer to the edges, which some screens cut off.
MARGIN = 0.09
#: Of the width, for the title; beside it stands the sun.
_ROOM = 0.68
#: Of the height, for letters.
_LARGEST, _SMALLEST = 0.125, 0.05
_LINES, _LINE_HEIGHT = 3, 1.18


def drawable(title: str) -> tuple[str, str]:
    """A title without the signs that no font here has, and those."""
    kept, left = title, ""
    if not _has_font(kept):
        kept = "".join(sign for sign in title if _has_font(sign))
        left = "".join(sign for sign in title if sign not in kept)
    if not _has_font(kept):  # each in a font of its own: what is in the writing of the first stays
        wanted = next((_writing(sign) for sign in kept if sign.isalnum()), "")
        left += "".join(sign for sign in kept if sign.isalnum() and _writing(sign) != wanted)
        kept = "".join(sign for sign in kept if sign.isspace() or (sign.isalnum() and _writing(sign) == wanted))
    return (" ".join(kept.split()), left) if _has_font(kept) else ("", title)


def reads_leftward(title: str) -> bool:
    """Whether a title is set from the right."""
    return any(unicodedata.bidirectional(sign) in ("R", "AL") for sign in title)


def set_title(picture: Image.Image, title: str, dark: bool, accent: tuple[int, int, int]) -> Image.Image:
    """The picture with a title in the upper part of the side where reading begins, over a thin line.

    Args:
        dark: the letters; else they are light.
        accent: the colour of the line below light ones.
    """
    width, height = picture.size
    lines, face = _fitted(title, width * _ROOM, height)
    step = face.size * _LINE_HEIGHT
    top = height * 0.36 - step * len(lines) / 2
    leftward = reads_leftward(title)
    x, anchor = (width * (1 - MARGIN), "rs") if leftward else (width * MARGIN, "ls")
    letters, rule = Image.new("L", picture.size), Image.new("L", picture.size)
    draw = ImageDraw.Draw(letters)
    weight = max(1, round(face.size / 60))
    for number, line in enumerate(lines):
        draw.text((x, top + (number + 0.82) * step), line, fill=255, font=face, anchor=anchor, stroke_width=weight)
    long, y = height * 0.11, top + len(lines) * step + height * 0.025
    ImageDraw.Draw(rule).rectangle((x - long * leftward, y, x + long * (not leftward), y + max(2, height * 0.006)), fill=210)
    shadow = letters.filter(ImageFilter.GaussianBlur(height * 0.014))
    result = _laid(
        picture, shadow.point(lambda value: int(value * (0.45 if dark else 0.65))), (255,) * 3 if dark else (0,) * 3
    )
    ink = (22, 32, 50) if dark else (255, 252, 246)
    return _laid(_laid(result, letters, ink), rule, ink if dark else accent)


def _laid(picture: Image.Image, mask: Image.Image, colour: tuple[int, int, int]) -> Image.Image:
    return Image.composite(Image.new("RGB", picture.size, colour), picture, mask)


def _fitted(title: str, room: float, height: int) -> tuple[list[str], Any]:
    """The lines of a title and the largest font in which they fit; what does not fit in the smallest ends with "…"."""
    for size in np.linspace(_LARGEST, _SMALLEST, 12) * height:
        face = font(title, max(8.0, float(round(size))))
        for count in range(1, _LINES + 1):
            if lines := _lines(_words(title), count, face, room, spaceless(title)):
                return lines, face
    # A word longer than a line breaks anywhere.
    words = [piece for word in _words(title) for piece in _broken(word, face, room)]
    for count in range(1, len(words) + 1):
        if lines := _lines(words, count, face, room, spaceless(title)):
            break
    if len(lines) > _LINES:
        last = lines[_LINES - 1]
        while last and face.getlength(last + "...") > room:
            last = last[:-1]
        lines = [*lines[: _LINES - 1], last.rstrip(" ,.;:–—-") + "..."]
    return lines, face


def _words(title: str) -> list[str]:
    return list(title) if spaceless(title) else title.split()


def _lines(words: list[str], count: int, face: Any, room: float, together: bool) -> list[str]:
    """At most so many lines, the longest as short as can be; [] where that is not room enough.

    Args:
        together: words without spaces between them.
    """
    gap = "" if together else " "
    for limit in np.linspace(room / 2 if count > 1 else room, room, 8):
        lines, line = [], ""
        for word in words:
            longer = line + gap + word if line else word
            if line and face.getlength(longer) > limit:
                lines.append(line)
                line = word
            else:
                line = longer
        lines.append(line)
        if len(lines) <= count and max(map(face.getlength, lines)) <= limit:
            return lines
    return []


def _broken(word: str, face: Any, room: float) -> list[str]:
    pieces = [""]
    for sign in word:
        if pieces[-1] and face.getlength(pieces[-1] + sign + "-") > room:
            pieces[-1] += "-" * sign.isalpha()
            pieces.append("")
        pieces[-1] += sign
    return pieces


def _has_font(text: str) -> bool:
    try:
        font(text, 32)
    except MediaError:
        return False
    return True


def _writing(sign: str) -> str:
    """LATIN, CJK, …: the first word of what Unicode calls it."""
    return unicodedata.name(sign, "?").split()[0]
