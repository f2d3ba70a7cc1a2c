"""Fonts to draw captions with: the one that comes with Pillow, and those of the system for what it does not have."""

import os
import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from voicekit.core.errors import MediaError
from voicekit.core.patterns import lazy_pattern
from voicekit.media.direction import has_leftward

_FOLDERS = (
    *("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts"),
    *("/System/Library/Fonts", "/Library/Fonts", "~/Library/Fonts"),
    *("$WINDIR/Fonts", "$LOCALAPPDATA/Microsoft/Windows/Fonts"),
)
#: Fonts tried first; upright fonts of regular weight come next, then the others.
_PREFERRED = lazy_pattern(r"noto ?sans(cjk|arabic|hebrew)?[-_. ]|dejavusans\.|arial|segoeui\.|hiragino|msyh|yugoth", re.I)
_UNUSUAL = lazy_pattern(r"italic|oblique|bold|black|light|thin|mono|condensed|serif|emoji|symbol", re.I)
#: Unicode categories of spaces, control characters, and marks that combine with other letters.
_INVISIBLE = ("Zs", "Zl", "Zp", "Cc", "Cf", "Mn", "Me", "Mc")
#: No font has this character, so it looks like any missing one.
_MISSING = "\U0010fffe"


def font(text: str, size: float):
    """A font of this size that has every character of `text`.

    Raises:
        MediaError: there is none; or `text` reads from right to left, and Pillow cannot lay it out.
    """
    from PIL import ImageFont, features

    wanted = frozenset(c for c in text if unicodedata.category(c) not in _INVISIBLE)
    path = _path(wanted)
    if has_leftward(text) and not features.check("raqm"):
        raise MediaError(
            "captions that read from right to left cannot be drawn without the library raqm; install it (libraqm), "
            "or use a subtitle track instead of drawn captions"
        )
    return ImageFont.truetype(path, size) if path else ImageFont.load_default(size)


@cache
def _path(wanted: frozenset[str]) -> Path | None:
    """The file of a font that has all these characters; None for Pillow's own."""
    from PIL import ImageFont

    fewest = missing = _missing(ImageFont.load_default(32), wanted)
    if not missing:
        return None
    for path in _files():
        try:
            missing = _missing(ImageFont.truetype(path, 32), wanted)
        except OSError:  # of a kind that is not read
            continue
        if not missing:
            return path
        fewest = min(fewest, missing, key=len)
    raise MediaError(
        f"no font on this machine has {' '.join(sorted(fewest)[:10])} to draw captions with; install fonts that have them "
        "(such as Noto: apt install fonts-noto), or use a subtitle track instead"
    )


def _missing(font, wanted: frozenset[str]) -> set[str]:
    nothing = (_look(font, _MISSING), ((0, 0), b""))
    return {character for character in wanted if _look(font, character) in nothing}


def _look(font, character: str) -> tuple[tuple[int, int], bytes]:
    mask = font.getmask(character)
    drawn = bytes(mask)
    return (mask.size, drawn) if any(drawn) else ((0, 0), b"")


def _files() -> Iterator[Path]:
    found = []
    for folder in _FOLDERS:
        path = Path(os.path.expandvars(folder)).expanduser()
        found += [one for one in path.rglob("*") if one.suffix.lower() in (".ttf", ".otf", ".ttc")]
    return iter(sorted(found, key=lambda path: (*_rank(path.name), str(path))))


def _rank(name: str) -> tuple[bool, bool]:
    return bool(_UNUSUAL.search(name)), not _PREFERRED.match(name)
