"""Where a clip's picture is from, for people: their own, made by a stage, or drawn, and then what of it."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.PngImagePlugin import PngInfo

#: What a film's contact sheet and its closing note say where pictures are drawn.
ADVICE = "real pictures: --pictures FOLDER takes your own, --stills images or diffusers-stills makes them"
#: PNG's own name for the field in which a drawn picture says what it shows.
_FIELD = "Description"
_LONGEST = 200


def description(text: str) -> "PngInfo":
    """What a picture shows, to be stored in its PNG file."""
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    info.add_itxt(_FIELD, text)
    return info


def origin(picture: Path, own: bool, stage: str) -> str:
    """Where a picture is from: "your picture", "made by images", or what a drawn one says of itself."""
    from PIL import Image

    if own:
        return "your picture"
    try:
        with Image.open(picture, formats=("PNG",)) as image:
            told = image.info.get(_FIELD, "")
    except (OSError, ValueError, SyntaxError):  # another format, or a stage's odd PNG: it is judged where it is used
        told = ""
    return " ".join(told.split())[:_LONGEST] if isinstance(told, str) and told.strip() else f"made by {stage}"


def closing_note(origins: list[str]) -> str:
    """What a person should know of a film's pictures at its end; "" where none is drawn."""
    drawn, plain = (sum(one.startswith(start) for one in origins) for start in ("drawn: ", "title card: "))
    if not drawn + plain:
        return ""
    told = [f"{drawn} {'is' if drawn == 1 else 'are'} drawn"] * bool(drawn)
    told += [f"{plain} {'is a plain title card' if plain == 1 else 'are plain title cards'}"] * bool(plain)
    if len(origins) == 1:
        return f"the one picture is {'drawn' if drawn else 'a plain title card'}; {ADVICE}"
    return f"of {len(origins)} pictures, {' and '.join(told)}; {ADVICE}"
