"""Words drawn on a picture, of any script that the fonts of the machine have."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING

from voicekit.core.errors import MediaError
from voicekit.media.direction import starts_leftward
from voicekit.media.fonts import font

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont

#: First words of the Unicode names of characters that fonts for Chinese and Japanese have.
_EAST_ASIAN = ("CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "IDEOGRAPHIC", "FULLWIDTH", "HALFWIDTH", "BOPOMOFO")
#: Invisible characters that say how the letters beside them are joined, in Persian and Indian scripts.
_JOINERS = "\u200c\u200d"
_NO_SPACES = ("CJK", "THAI", "LAO", "KHMER", "MYANMAR")


class Lettering:
    """The fonts of a sheet: one for each script that is in its texts, looked for once."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._letters: dict[str, set[str]] = {}
        self._fonts: dict[tuple[str, float], FreeTypeFont | None] = {}
        for text in ("…", *texts):
            for script, part in _by_script(text):
                self._letters.setdefault(script, set()).update(part)

    def runs(self, text: str, size: float) -> "list[tuple[str, FreeTypeFont]]":
        """The text in pieces, each with its font. What no font here has is a box: a sheet is no reason to fail."""
        return [
            (part, letters) if (letters := self._font(script, size)) else (re.sub(r"\S", "□", part), font("□", size))
            for script, part in _by_script(text)
        ]

    def length(self, text: str, size: float) -> float:
        return sum(letters.getlength(part) for part, letters in self.runs(text, size))

    def _font(self, script: str, size: float) -> "FreeTypeFont | None":
        if (script, size) not in self._fonts:
            try:
                self._fonts[script, size] = font("".join(sorted(self._letters[script])), size)
            except MediaError:
                self._fonts[script, size] = None
        return self._fonts[script, size]

    def lacks(self, text: str) -> str:
        """What of a text no font here has."""
        return "".join(part for script, part in _by_script(text) if not self._font(script, 32.0))

    def widest(self, text: str, size: float) -> float:
        """The length of the longest piece that is not to be broken."""
        return max((self.length(piece.rstrip(), size) for piece in _pieces(plain(text))), default=0.0)

    def write(
        self,
        draw: "ImageDraw",
        line: str,
        size: float,
        colour: str | int,
        left: float,
        top: float,
        width: float,
        stroke: int = 0,
        leftward: bool | None = None,
    ) -> None:
        """A line, its letters on a baseline `size` below `top`; one that reads from right to left ends at the right.

        Args:
            stroke: how much bolder the letters are, in pixels.
            leftward: whether the text of which this is a line reads from right to left; None for what the line itself says.
        """
        runs = self.runs(line, size)
        if starts_leftward(line) if leftward is None else leftward:
            runs = runs[::-1]
            left += width - sum(letters.getlength(part) for part, letters in runs)
        for part, letters in runs:
            draw.text((left, top + size), part, colour, letters, "ls", stroke_width=stroke)
            left += letters.getlength(part)

    def wrapped(self, text: str, size: float, width: float, most: int) -> list[str]:
        """Lines of at most `width` pixels; at most so many, the last one ending in "…" where there were more."""
        lines: list[str] = []
        for piece in _pieces(plain(text)):
            if lines and self.length((lines[-1] + piece).rstrip(), size) <= width:
                lines[-1] += piece
                continue
            # A word wider than the card.
            while len(piece) > 1 and len(lines) <= most and self.length(piece.rstrip(), size) > width:
                fits = next(n for n in range(1, len(piece)) if self.length(piece[: n + 1], size) > width)
                lines.append(piece[:fits])
                piece = piece[fits:]
            lines.append(piece)
            if len(lines) > most:
                break
        lines = [line.rstrip() for line in lines]
        if len(lines) <= most:
            return lines
        last = lines[most - 1]
        while last and self.length(last + "…", size) > width:
            last = last[:-1]
        return [*lines[: most - 1], last.rstrip(" ,.;:") + "…"]


def plain(text: str) -> str:
    """In one line, and without pictograms, which few fonts have, and commands that are not to be seen."""
    kept = (
        one for one in text if one in _JOINERS or unicodedata.category(one) not in ("So", "Cf", "Cn", "Cc") or one.isspace()
    )
    return " ".join("".join(kept).split())


def _by_script(text: str) -> Iterator[tuple[str, str]]:
    """Pieces of one script each. Signs go with Latin, spaces with what is on both sides of them."""
    script, part = "", ""
    for letter in text:
        follows = letter in _JOINERS or letter == " " or unicodedata.category(letter)[0] == "M"
        kind = script or "LATIN" if follows else _script(letter)
        if part and kind != script:
            yield script, part.rstrip(" ")
            if part.endswith(" "):  # a piece of its own: at the end of one from right to left it would stand on its left
                yield "LATIN", " "
            part = ""
        script, part = kind, part + letter
    if part:
        yield script, part


@cache
def _script(letter: str) -> str:
    name = unicodedata.name(letter, "").split(" ")[0]
    if name in _EAST_ASIAN:
        return "CJK"
    return name if unicodedata.category(letter)[0] == "L" or unicodedata.bidirectional(letter) in ("R", "AL") else "LATIN"


def _pieces(text: str) -> Iterator[str]:
    """Words with the space after them; of scripts without spaces, letters."""
    piece = ""
    for letter, following in zip(text, f"{text[1:]} ", strict=False):
        piece += letter
        no_spaces = _script(letter) in _NO_SPACES and following != " " and unicodedata.category(following)[0] not in "MP"
        if letter == " " or no_spaces:
            yield piece
            piece = ""
    if piece:
        yield piece
