"""Reads what language models answer: a storyboard in their talk, or some clips that take the place of others."""

import re
from collections.abc import Callable, Sequence

from voicekit.core.errors import ScriptError
from voicekit.film.storyboard.storyboard_writer import Block, blocks, with_seconds
from voicekit.text.script.storyboard import Part, is_storyboard

_FENCE = re.compile(r"^\s*(?:```|~~~)[^\n]*$", re.MULTILINE)
_HEADING = re.compile(r"^\s{0,3}#{1,6}\s|^\s*\*\*(?:clip|scene|shot|szene)\b", re.IGNORECASE | re.MULTILINE)
_LABELLED = re.compile(r"\s*(?:[-*+•>#]|\d+[.)]|\*\*)|\s*\w+:\s")
_CLIP_NUMBER = re.compile(r"^(\s*(?:#{1,6}\s+)?(?:\*\*)?\s*(?:clip|scene|shot|szene)\s*#?\s*)(\d+)([a-z]?)\b", re.IGNORECASE)
_REMOVED = re.compile(r"\bREMOVED\b")

LengthOf = Callable[[str], float]


def storyboard_in(answer: str, length_s: LengthOf) -> str:
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
    return with_seconds(text, "the answer", lambda part: part.clip.duration_s or length_s(_narration(part)))


def merged(storyboard: str, answer: str, length_s: LengthOf) -> str:
    """A storyboard with the clips of an answer in place of its own of the same numbers; all others stay as they are.

    Raises:
        ScriptError: the answer holds no clips, or some without a number or with one that is not there.
    """
    head, own = blocks(storyboard, "the storyboard")
    _, changed = blocks(_without_talk(answer), "the answer")
    if not changed:
        raise ScriptError("there is no clip in it under a heading “## Clip 3: … (6 seconds)”")
    places = _places(own)
    timed = any(block.part.clip.duration_s is not None for block in own)
    new: list[str] = [block.text for block in own]
    behind: dict[int, list[str]] = {}
    for block in changed:
        place, inserted = _place(block.text, places)
        if _REMOVED.search(block.part.clip.title) and not block.part.cues:
            new[place] = ""
        elif inserted or block.text.split() != own[place].text.split():
            text = _timed(block, timed, length_s)
            ending = "\r\n" if "\r\n" in own[place].text else "\n"
            text = ending.join(text.rstrip().splitlines()) + ending
            if inserted:
                behind.setdefault(place, []).append(text)
            else:
                new[place] = text
    if behind or not all(new):
        return head + _numbered(new, behind, [block.tail for block in own])
    return head + "".join(text + block.tail for text, block in zip(new, own, strict=True))


def _without_talk(answer: str) -> str:
    text = _FENCE.sub("", "\n".join(answer.splitlines()))
    if begin := _HEADING.search(text):
        text = text[begin.start() :]
    kept = text.rstrip().split("\n\n")
    # A last word to the user would be narration, as would any line below one.
    while len(kept) > 1 and not _LABELLED.match(kept[-1]) and re.search(r"\w[^\n]*:[^\n]*\w[^\n]*$", kept[-2].rstrip()):
        kept.pop()
    return "\n\n".join(kept).strip() + "\n"


def _places(own: Sequence[Block]) -> dict[str, int]:
    """Where the clip of a number is: that in its heading, else, where not all have one of their own, by counting."""
    labels = [found[2] + found[3].lower() if (found := _CLIP_NUMBER.match(block.text)) else "" for block in own]
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
    raise ScriptError(f"there is no clip {number}{letter}, only {known}; a new one behind clip 4 is “Clip 4b”")


def _timed(block: Block, timed: bool, length_s: LengthOf) -> str:
    if timed and block.part.clip.duration_s is None:
        return with_seconds(block.text, "the answer", lambda part: part.clip.duration_s or length_s(_narration(part)))
    if not timed and block.part.clip.duration_s is not None:
        raise ScriptError("no clip of the storyboard has a duration, so these cannot have one either; leave them out")
    return block.text


def _numbered(new: Sequence[str], behind: dict[int, list[str]], tails: Sequence[str]) -> str:
    """Clips put together, with new numbers from 1 on where they have some."""
    texts, number = [], 0
    for place, text in enumerate(new):
        for one in [*([text] if text else []), *behind.get(place, [])]:
            number += 1
            if texts and texts[-1].strip():
                texts.append("\n")
            texts.append(_CLIP_NUMBER.sub(lambda found, number=number: f"{found[1]}{number}", one, count=1))
        texts.append(tails[place])
    if not number:
        raise ScriptError("then there would be no clip left; leave one")
    return "".join(texts)


def _narration(part: Part) -> str:
    return " ".join(cue.text for cue in part.cues)
