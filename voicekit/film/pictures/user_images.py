"""A person's own pictures: which of them belongs to which clip, by the numbers or the words in their names."""

import re
from collections import defaultdict
from collections.abc import Sequence, Set
from pathlib import Path

from voicekit.core.errors import MediaError
from voicekit.film.pictures.pictures import ENDINGS, check_picture
from voicekit.film.stage import Context
from voicekit.film.storyboard.words import stems
from voicekit.text.script.cue import Clip

#: Suffixes of pictures that people may have but that cannot be read.
_UNREAD = (".heic", ".heif", ".raw", ".dng", ".cr2", ".nef", ".arw", ".svg", ".psd", ".pdf")
_NUMBER = re.compile(
    r"(?:(?:clip|scene|shot|szene|bild|image|picture|foto|photo)[\s_.#-]*)?0*(\d+)(?=$|[\s_.,)#–—-]|[^\W\d_])", re.IGNORECASE
)


def match(folder: Path, clips: Sequence[Clip], context: Context = Context()) -> dict[int, Path]:
    """The picture of each clip that has one, by the clip's number from 1 on.

    A number in front of a name goes before words: "3.jpg", "03_stadium.png", "clip 3 - kick-off.png". Else the words of the
    name have to be in one title rather than in any other, or, where no title has one, in what is to be seen in one clip.
    What belongs to no clip, or to several, is told and left out.

    Raises:
        MediaError: the folder is missing or holds no picture.
    """
    if not folder.is_dir():
        raise MediaError(f"there is no folder {folder}; name the one with your pictures")
    files = sorted(path for path in folder.iterdir() if path.suffix.lower() in ENDINGS and path.name[0] != ".")
    strange = sorted(path.name for path in folder.iterdir() if path.suffix.lower() in _UNREAD)
    if strange:
        context.note(f"{', '.join(strange[:5])}: pictures of this kind cannot be read; save them as JPEG or PNG")
    if not files:
        raise MediaError(f"there is no readable picture in {folder}; put some there, named after the clips: 1.jpg, 2.png, …")
    candidates: dict[int, list[Path]] = defaultdict(list)
    for path in files:
        try:
            check_picture(path)
        except MediaError as error:
            context.note(f"{path.name} is left out: {error}")
            continue
        numbers = _numbers(path.stem, clips)
        if len(numbers) == 1:
            candidates[numbers[0]].append(path)
        elif numbers:
            several = " or ".join(str(number) for number in numbers[:5])
            context.note(
                f"{path.name} is left out: it could belong to clip {several}; put the clip's number before its name"
            )
        else:
            context.note(f"{path.name} is left out: it belongs to no clip; put the clip's number before its name")
    found = {}
    for number, paths in sorted(candidates.items()):
        ranked = sorted(paths, key=lambda path: -_likeness(path.stem, clips[number - 1].title))
        found[number] = ranked[0]
        for path in ranked[1:]:
            context.note(f"{path.name} is left out: clip {number} has {ranked[0].name} already")
    if without := [str(number) for number in range(1, len(clips) + 1) if number not in found]:
        context.note(f"no picture of your own for clip{'s' * (len(without) > 1)} {', '.join(without)}")
    return found


def _numbers(stem: str, clips: Sequence[Clip]) -> list[int]:
    """The clips that a picture may belong to."""
    number = _NUMBER.match(stem)
    if number and 1 <= int(number[1]) <= len(clips):
        return [int(number[1])]
    likeness = [_likeness(stem, clip.title) for clip in clips]
    if not any(likeness):
        likeness = [len(_named(stem) & stems(clip.visual).keys()) for clip in clips]
    best = max(likeness, default=0.0)
    return [number for number, like in enumerate(likeness, start=1) if like == best] if best else []


def _likeness(stem: str, title: str) -> float:
    """How many of a name's words are in a title, and of the title's in the name."""
    named, titled = _named(stem), stems(title.replace("-", " ")).keys()
    return len(named & titled) / len(named | titled) if named & titled else 0.0


def _named(stem: str) -> Set[str]:
    """The words of a file's name."""
    return stems(re.sub(r"[_.\d-]+", " ", stem)).keys()
