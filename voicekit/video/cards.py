"""Title cards: a clip's title over a landscape in the colours of its words, drawn here and now, without any model."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from voicekit.errors import ConfigError, ScriptError
from voicekit.files import atomic
from voicekit.text.cue import has_word
from voicekit.text.read import read_text
from voicekit.video.stage import Context, Stage

if TYPE_CHECKING:
    from PIL import Image


@dataclass(frozen=True)
class Options:
    width: int = 1280  #: in pixels
    height: int = 720  #: in pixels
    theme: str = ""  #: dusk, dawn, night, sea, forest, fire, snow, gold, desert, city, rain or rose; "" as the words say
    title: bool = True  #: whether the title is set on it


class Cards(Stage):
    """A title and what is to be seen, as a title card."""

    name, kind, version = "cards", "stills", "1"
    takes, gives = (".txt",), ".png"
    Options = Options

    def run(self, inputs: Sequence[Path], out: Path, options: Options, context: Context) -> None:
        title, visual = read_still(inputs[0])
        picture = card(title, visual, options, context)
        with atomic(out) as partial:
            picture.save(partial, format="PNG")
        context.progress(1.0)


def read_still(path: Path) -> tuple[str, str]:
    """The title and the description in a text file, which stand on its first line and below.

    Raises:
        ScriptError: there is neither, or the file cannot be read.
    """
    first, _, rest = read_text(path).lstrip("\ufeff").partition("\n")
    title, visual = " ".join(first.split()), " ".join(rest.split())
    if not has_word(title + visual):
        raise ScriptError(f"{path} is empty; write the clip's title, and below it what is to be seen")
    return title, visual


def card(title: str, visual: str = "", options: Options = Options(), context: Context = Context()) -> "Image.Image":  # noqa: B008
    """A title card.

    Raises:
        ConfigError: the size or the theme is none.
    """
    import numpy as np
    from PIL import Image

    from voicekit.video.lettering import drawable, reads_leftward, set_title
    from voicekit.video.palettes import PALETTES, mood_of
    from voicekit.video.scenery import landscape

    if not (64 <= options.width <= 7680 and 64 <= options.height <= 4320):
        raise ConfigError(f"a card of {options.width}×{options.height} pixels is not drawn; choose from 64×64 to 7680×4320")
    if options.theme and options.theme not in PALETTES:
        raise ConfigError(f"there is no theme '{options.theme}'; choose one of {', '.join(PALETTES)}")
    palette = PALETTES[options.theme or mood_of(title, visual) or "dusk"]
    told = f"{title}\n{visual}\n{context.seed}".encode("utf-8", "replace")
    rng = np.random.default_rng(int.from_bytes(hashlib.blake2b(told, digest_size=8).digest()))
    picture = landscape(palette, options.width, options.height, rng)
    if not options.title or not has_word(title):
        return picture
    shown, left = drawable(title)
    if left.strip():
        context.say(
            f"no font on this machine has {' '.join(dict.fromkeys(left))[:40]} of the title “{title[:40]}”: left out"
        )
    if not has_word(shown):
        return picture
    if reads_leftward(shown):  # the sun stands where no title is
        picture = picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    return set_title(picture, shown, palette.is_light, palette.light)
