"""Title cards: a clip's title over what of its words can be drawn, here and now, without any model."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from voicekit.core.errors import ConfigError
from voicekit.core.files import atomic
from voicekit.film.pictures.description import read_description
from voicekit.film.pictures.origin import description
from voicekit.film.stage import Context, Stage

if TYPE_CHECKING:
    from PIL import Image

    from voicekit.film.scenery.subjects import Scene


@dataclass(frozen=True)
class CardsOptions:
    width: int = 1280  #: in pixels
    height: int = 720  #: in pixels
    scenery: str = ""  #: hills, lighthouse, village, room, …; plain for none; "" as the words say
    theme: str = ""  #: dusk, dawn, night, sea, forest, fire, snow, gold, desert, …; "" as the words say
    title: bool = True  #: whether the title is set on it

    def __post_init__(self) -> None:
        if not (64 <= self.width <= 7680 and 64 <= self.height <= 4320):
            raise ConfigError(f"a card of {self.width}×{self.height} pixels is not drawn; choose from 64×64 to 7680×4320")
        if self.theme or self.scenery:
            from voicekit.film.drawing.palettes import PALETTES
            from voicekit.film.scenery.scenery import SCENERIES

            for what, name, known in (("theme", self.theme, PALETTES), ("scenery", self.scenery, SCENERIES)):
                if name and name not in known:
                    raise ConfigError(f"there is no {what} '{name}'; choose one of {', '.join(known)}")


class Cards(Stage):
    """A title and what is to be seen, as a title card."""

    name, kind, version = "cards", "stills", "4"
    takes, gives = (".txt",), ".png"
    carries_title = True
    Options = CardsOptions

    def run(self, inputs: Sequence[Path], out: Path, options: CardsOptions, context: Context) -> None:
        title, visual, film = read_description(inputs[0], context.note)
        picture = card(title, visual, options, context, film)
        with atomic(out) as partial:
            picture.save(partial, format="PNG", pnginfo=description(scene_on(title, visual, options, context, film).told))
        context.progress(1.0)


def card(
    title: str, visual: str = "", options: CardsOptions = CardsOptions(), context: Context = Context(), film: str = ""
) -> "Image.Image":
    """A title card; `film` is what is said of the film it is of."""
    from PIL import Image

    from voicekit.film.drawing.brush import Dice
    from voicekit.film.pictures.title import set_title, told
    from voicekit.film.scenery.scenery import drawn
    from voicekit.media.direction import starts_leftward

    clip, take = divmod(context.seed, 100)
    dice = Dice(f"{title}\n{visual}\n{clip}", take)
    picture = drawn(scene_on(title, visual, options, context, film), options.width, options.height, dice, clip + take)
    if starts_leftward(title):  # what there is to see stands where no title is, on whichever side
        picture = picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    shown = told(title, context.note) if options.title else ""
    return set_title(picture, shown) if shown else picture


def scene_on(
    title: str, visual: str, options: CardsOptions = CardsOptions(), context: Context = Context(), film: str = ""
) -> "Scene":
    """What a card shows behind its title."""
    from voicekit.film.scenery.subjects import scene_of

    return scene_of(title, visual, context.seed, options.scenery, options.theme, film)
