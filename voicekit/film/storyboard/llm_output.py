"""Reads what language models answer: a storyboard in their talk, or some clips that take the place of others."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from voicekit.core.errors import ScriptError
from voicekit.text.script.storyboard import Scene, Storyboard, is_storyboard

_FENCE = re.compile(r"^[^\S\n]*(?:```|~~~)[^\n]*$", re.MULTILINE)
_HEADING = re.compile(r"^\s{0,3}#{1,6}\s|^[^\S\n]*\*\*(?:clip|scene|shot|szene)\b", re.IGNORECASE | re.MULTILINE)
_LABELLED = re.compile(r"\s*(?:[-*+•>#]|\d+[.)]|\*\*)|\s*\w+:\s")
_CLIP_NUMBER = re.compile(
    r"^(\s*+(?:#{1,6}\s++)?(?:\*\*\s*+)?(?:clip|scene|shot|szene)\s*+#?\s*+)(\d+)([a-z]?)\b", re.IGNORECASE
)
_REMOVED = re.compile(r"\bREMOVED\b")

LengthOf = Callable[[str], float]


def storyboard_in(answer: str, length_s: LengthOf) -> Storyboard:
    """The storyboard in an answer, without the talk around it, each clip with a duration.

    Args:
        length_s: of a clip by its narration, where the answer tells none.

    Raises:
        ScriptError: there is none, or it cannot be read.
    """
    text = _without_talk(answer)
    if not is_storyboard(text):
        raise ScriptError(
            "there is no clip in it, with a heading “## Clip 1: … (6 seconds)” and a line “- **Narration:** …”"
        )
    board = Storyboard.parse(text, "the answer")
    if not any(scene.cues for scene in board.scenes):
        raise ScriptError("there is no narration in it; write a line “- **Narration:** …” below each heading")
    return board.with_durations([scene.clip.duration_s or length_s(scene.narration) for scene in board.scenes])


def merged(storyboard: Storyboard, answer: str, length_s: LengthOf) -> Storyboard:
    """A storyboard with the clips of an answer in place of its own of the same numbers; all others stay as they are.

    Raises:
        ScriptError: the answer holds no clips, or some without a number or with one that is not there.
    """
    own = storyboard.scenes
    answered = Storyboard.parse(_without_talk(answer), "the answer").scenes
    if not answered:
        raise ScriptError("there is no clip in it under a heading “## Clip 3: … (6 seconds)”")
    places = _places(own)
    timed = any(scene.clip.duration_s is not None for scene in own)
    kept: list[Scene | None] = list(own)
    behind: dict[int, list[Scene]] = {}
    for scene in answered:
        place, inserted = _place(scene.text, places)
        if _REMOVED.search(scene.clip.title) and not scene.cues:
            kept[place] = None
        elif inserted or scene.text.split() != own[place].text.split():
            new = _fitted(scene, own[place], timed, length_s)
            if inserted:
                behind.setdefault(place, []).append(new)
            else:
                kept[place] = new
    if behind or None in kept:
        return _numbered(storyboard, kept, behind).proofread()
    return replace(storyboard, scenes=tuple(scene for scene in kept if scene)).proofread()


def _without_talk(answer: str) -> str:
    text = _FENCE.sub("", "\n".join(answer.splitlines()))
    if begin := _HEADING.search(text):
        text = text[begin.start() :]
    kept = text.rstrip().split("\n\n")
    # A last word to the user would be narration, as would any line below one.
    while len(kept) > 1 and not _LABELLED.match(kept[-1]) and _ends_with_label(kept[-2]):
        kept.pop()
    return "\n\n".join(kept).strip() + "\n"


def _ends_with_label(paragraph: str) -> bool:
    """Whether there is a colon between words in the last line."""
    words = re.search(r"\w.*\w", paragraph.rstrip().rpartition("\n")[2])
    return words is not None and ":" in words[0]


def _places(own: Sequence[Scene]) -> dict[str, int]:
    """Where the clip of a number is: that in its heading, else, where not all have one of their own, by counting."""
    labels = [found[2] + found[3].lower() if (found := _CLIP_NUMBER.match(scene.text)) else "" for scene in own]
    if "" in labels or len(set(labels)) < len(labels):
        labels = [str(number) for number in range(1, len(own) + 1)]
    return {label: place for place, label in enumerate(labels)}


def _place(text: str, places: dict[str, int]) -> tuple[int, bool]:
    """Where a clip of an answer belongs, and whether behind the one that is there."""
    found = _CLIP_NUMBER.match(text)
    if not found:
        raise ScriptError(f"“{text.splitlines()[0][:60]}” has no number; write “## Clip 3: …” with the number it had")
    number, letter = found[2], found[3].lower()
    if number + letter in places:
        return places[number + letter], False
    if letter and number in places:
        return places[number], True
    known = ", ".join(places)
    raise ScriptError(f"there is no clip {number}{letter}, only {known}; a new one after clip 4 is “Clip 4b”")


def _fitted(scene: Scene, own: Scene, timed: bool, length_s: LengthOf) -> Scene:
    """A clip of an answer as the storyboard's own are written: with or without a duration, and with their ends of lines."""
    if timed and scene.clip.duration_s is None:
        scene = scene.lasting(length_s(scene.narration))
    elif not timed and scene.clip.duration_s is not None:
        raise ScriptError("no clip of the storyboard has a duration, so these cannot have one either; leave them out")
    ending = "\r\n" if "\r\n" in own.text else "\n"
    return replace(scene, text=ending.join(scene.text.rstrip().splitlines()) + ending, tail=own.tail)


def _numbered(storyboard: Storyboard, kept: Sequence[Scene | None], behind: dict[int, list[Scene]]) -> Storyboard:
    """The scenes that are kept and those behind them, a blank line between two, with new numbers from 1 on."""
    scenes: list[Scene] = []
    gaps: list[str] = []  # what stands above each of them
    gap, last = storyboard.head, ""
    for place, scene in enumerate(kept):
        for one in [*([scene] if scene else []), *behind.get(place, [])]:
            gaps.append(gap + "\n" * bool(last.strip()))
            number = len(scenes) + 1
            text = _CLIP_NUMBER.sub(rf"\g<1>{number}", one.text, count=1)
            scenes.append(replace(one, text=text))
            gap, last = "", one.text
        last = storyboard.scenes[place].tail  # of a scene that is removed, it stays: it may be the heading of a chapter
        gap += last
    if not scenes:
        raise ScriptError("then there would be no clip left; leave one")
    head, *tails = [*gaps, gap]
    scenes = [replace(scene, tail=tail) for scene, tail in zip(scenes, tails, strict=True)]
    return Storyboard(storyboard.name, head, tuple(scenes))
