"""What a still is to show, as stages for stills get it: a text file with the title, and below it the description.

Its last line may say what film it is of, "Film: Robots' football", for stages that draw: a clip's words seldom say again who
plays.
"""

from pathlib import Path
from typing import NamedTuple

from voicekit.core.errors import ScriptError
from voicekit.text.read import Note, read_text, unheard
from voicekit.text.script.cue import Clip, has_word

_FILM = "Film: "
_MOST_OF_FILM = 1000


class Description(NamedTuple):
    """What a still is to show; `film` is "" where nothing is said of it."""

    title: str
    visual: str
    film: str = ""


def description_of(clip: Clip, film: str = "") -> str:
    """The text of such a file.

    Args:
        film: what is said of the film as a whole; as much of it as fits is written.
    """
    film = " ".join(film.split())[:_MOST_OF_FILM]
    return f"{clip.title}\n{clip.visual}\n" + (f"{_FILM}{film}\n" if film else "")


def read_description(path: Path, note: Note = unheard) -> Description:
    """The title and the description in a text file, which stand on its first line and below.

    Raises:
        ScriptError: there is neither, or the file cannot be read.
    """
    first, _, rest = read_text(path, note).partition("\n")
    lines = rest.splitlines()
    film = lines.pop().removeprefix(_FILM) if lines and lines[-1].startswith(_FILM) else ""
    title, visual = " ".join(first.split()), " ".join(" ".join(lines).split())
    if not has_word(title + visual):
        raise ScriptError(f"{path} is empty; write the clip's title, and below it what is to be seen")
    return Description(title, visual, film)
