"""What a still is to show, as stages for stills get it: a text file with the title, and below it the description."""

from pathlib import Path

from voicekit.core.errors import ScriptError
from voicekit.text.read import Note, read_text, unheard
from voicekit.text.script.cue import Clip, has_word


def description_of(clip: Clip) -> str:
    """The text of such a file."""
    return f"{clip.title}\n{clip.visual}\n"


def read_description(path: Path, note: Note = unheard) -> tuple[str, str]:
    """The title and the description in a text file, which stand on its first line and below.

    Raises:
        ScriptError: there is neither, or the file cannot be read.
    """
    first, _, rest = read_text(path, note).partition("\n")
    title, visual = " ".join(first.split()), " ".join(rest.split())
    if not has_word(title + visual):
        raise ScriptError(f"{path} is empty; write the clip's title, and below it what is to be seen")
    return title, visual
