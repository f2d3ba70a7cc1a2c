"""A film at a glance: a picture of each clip, with its title and what is spoken; and takes to choose from."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from voicekit.core.errors import ConfigError
from voicekit.core.files import as_text, atomic
from voicekit.film.pictures.pictures import read_picture
from voicekit.film.pictures.typeset import Lettering, plain
from voicekit.media.film import pictures_at
from voicekit.media.fonts import font
from voicekit.text.script.cue import clock

if TYPE_CHECKING:
    from PIL import Image

_PAPER, _CARD, _INK, _QUIET, _MARK = "#141518", "#1f2125", "#f2f2f4", "#a5a7b0", "#ffc857"
#: The most clips on a sheet → its columns, and the width of a picture.
_GRIDS = ((1, 1, 960), (4, 2, 720), (9, 3, 560), (24, 4, 460), (10**9, 6, 380))
#: Characters that a sheet always needs, beside those of its texts.
_ALWAYS = "0123456789 :.–·…□s"
_MARGIN, _GAP, _PAD = 32, 20, 14
#: Letter sizes in pixels, of titles and of narrations.
_TITLE, _TEXT = 19, 16
_LEADING = 1.35
#: A longer narration is cut off and ends in "…".
_MOST_LINES = 8


@dataclass(frozen=True)
class Shown:
    """A clip as the sheet shows it; `origin` says where its picture is from."""

    start_s: float
    end_s: float
    title: str = ""
    narration: str = ""
    origin: str = ""


def write_sheet(path: Path, film: Path, clips: Sequence[Shown], foot: str = "") -> None:
    """Writes the contact sheet of a film as PNG, whole or not at all. Raises as `contact_sheet`."""
    sheet = contact_sheet(film, clips, foot)
    with atomic(path) as partial:
        sheet.save(partial, format="PNG")


def contact_sheet(film: Path, clips: Sequence[Shown], foot: str = "") -> "Image.Image":
    """A picture from the middle of each clip, with its number, title, times, origin and narration; many clips, smaller ones.

    Args:
        foot: a line below them all.

    Raises:
        MediaError: the file is no film.
        ConfigError: there is no clip.
    """
    if not clips:
        raise ConfigError(f"{film}: there is no clip to show; name at least one")
    columns, width = _grid(len(clips))
    # Made small one by one: pictures of a film in 4K are never in memory together.
    middles = [(clip.start_s + clip.end_s) / 2 for clip in clips]
    pictures = [_scaled(pixels, width) for pixels in pictures_at(Path(film), middles)]
    whole = f"{len(clips)} clip{'s' * (len(clips) != 1)}, {clock(clips[-1].end_s)}"
    name = as_text(Path(film).stem)
    lettering = Lettering(
        plain(text)
        for text in (_ALWAYS, whole, name, foot, *(f"{clip.title} {clip.narration} {clip.origin}" for clip in clips))
    )
    cards = [
        _card(lettering, picture, str(number), clip.title, _when(clip), clip.narration, clip.origin)
        for number, (picture, clip) in enumerate(zip(pictures, clips, strict=True), start=1)
    ]
    return _laid_out(lettering, cards, columns, name, whole, foot)


def takes_sheet(pictures: Sequence[Path], labels: Sequence[str]) -> "Image.Image":
    """Pictures to choose from, each upright and with its label.

    Raises:
        MediaError: see `read_picture`.
        ConfigError: there is no picture, or there are not as many labels.
    """
    if not pictures or len(pictures) != len(labels):
        raise ConfigError(
            f"{len(pictures)} pictures and {len(labels)} labels; give at least one picture, and a label for each"
        )
    columns, width = _grid(len(pictures))
    lettering = Lettering(plain(text) for text in (_ALWAYS, *labels))
    cards = [
        _card(lettering, _scaled(read_picture(picture), width), "", label)
        for picture, label in zip(pictures, labels, strict=True)
    ]
    return _laid_out(lettering, cards, columns)


def _grid(count: int) -> tuple[int, int]:
    """(columns, width of a picture)."""
    return next((columns, width) for most, columns, width in _GRIDS if count <= most)


def _when(clip: Shown) -> str:
    return f"{clock(clip.start_s)} – {clock(clip.end_s)}  ·  {clip.end_s - clip.start_s:.1f} s"


def _scaled(pixels: np.ndarray, width: int) -> "Image.Image":
    """As wide as a card; a picture that stands is as high as the card is wide, on black."""
    from PIL import Image

    picture = Image.fromarray(np.ascontiguousarray(pixels))
    high = max(1, round(width * picture.height / picture.width))
    if high <= width:
        return picture.resize((width, high), Image.Resampling.LANCZOS)
    inner = picture.resize((max(1, round(width * width / high)), width), Image.Resampling.LANCZOS)
    square = Image.new("RGB", (width, width))
    square.paste(inner, ((width - inner.width) // 2, 0))
    return square


def _card(
    lettering: Lettering,
    picture: "Image.Image",
    mark: str,
    title: str,
    when: str = "",
    narration: str = "",
    origin: str = "",
) -> "Image.Image":
    """A picture with its words below it."""
    from PIL import Image, ImageDraw

    inner = picture.width - 2 * _PAD
    rows = [(line, _TITLE, _INK) for line in lettering.wrapped(title, _TITLE, inner, 2)]
    rows += [(when, _TEXT - 2, _QUIET)] if when else []
    rows += [(line, _TEXT - 2, _MARK) for line in lettering.wrapped(origin, _TEXT - 2, inner, 2)]
    spoken = [(line, _TEXT, _INK) for line in lettering.wrapped(narration, _TEXT, inner, _MOST_LINES)]
    height = sum(round(size * _LEADING) for _, size, _ in rows + spoken) + (_PAD // 2 if spoken else 0)
    card = Image.new("RGB", (picture.width, picture.height + 2 * _PAD + height), _CARD)
    card.paste(picture)
    draw = ImageDraw.Draw(card)
    if mark:
        letters = font(mark, 22)
        wide = round(letters.getlength(mark)) + 20
        draw.rounded_rectangle((10, 10, 10 + wide, 44), 8, fill=_PAPER)
        draw.text((10 + wide / 2, 27), mark, _MARK, letters, "mm")
    top = picture.height + _PAD
    for number, (line, size, colour) in enumerate(rows + spoken):
        top += _PAD // 2 if spoken and number == len(rows) else 0
        lettering.write(draw, line, size, colour, _PAD, top, inner)
        top += round(size * _LEADING)
    return card


def _laid_out(
    lettering: Lettering, cards: "list[Image.Image]", columns: int, title: str = "", more: str = "", foot: str = ""
) -> "Image.Image":
    """Cards in rows, those of a row as high as its highest."""
    from PIL import Image, ImageDraw

    columns = min(columns, len(cards))
    rows = [cards[start : start + columns] for start in range(0, len(cards), columns)]
    heights = [max(card.height for card in row) for row in rows]
    width = cards[0].width
    head = 56 if title else 0
    wide = columns * width + (columns - 1) * _GAP
    below = lettering.wrapped(foot, _TEXT, wide, 3)
    step = round(_TEXT * _LEADING)
    size = (
        2 * _MARGIN + wide,
        2 * _MARGIN + head + sum(heights) + (len(rows) - 1) * _GAP + (_GAP + step * len(below)) * bool(below),
    )
    sheet = Image.new("RGB", size, _PAPER)
    draw = ImageDraw.Draw(sheet)
    if title:
        room = size[0] - 2 * _MARGIN - round(font(more, 18).getlength(more)) - _GAP
        for line in lettering.wrapped(title, 28, room, 1):
            lettering.write(draw, line, 28, _INK, _MARGIN, _MARGIN - 6, room)
        draw.text((size[0] - _MARGIN, _MARGIN + 24), more, _QUIET, font(more, 18), "rs")
    top = _MARGIN + head
    for row, height in zip(rows, heights, strict=True):
        for number, card in enumerate(row):
            left = _MARGIN + number * (width + _GAP)
            sheet.paste(_CARD, (left, top, left + width, top + height))
            sheet.paste(card, (left, top))
        top += height + _GAP
    for line in below:
        lettering.write(draw, line, _TEXT, _QUIET, _MARGIN, top, wide)
        top += step
    return sheet
