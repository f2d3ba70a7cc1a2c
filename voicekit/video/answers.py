"""Reads what language models answer: a storyboard in their talk, or some clips that take the place of others."""

import re
from collections.abc import Callable

from voicekit.errors import ScriptError
from voicekit.text.storyboard import Part, is_storyboard
from voicekit.video.board import blocks, with_seconds

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
    return with_seconds(text, "the answer", lambda part: length_s(_narration(part)))


def merged(storyboard: str, answer: str, length_s: LengthOf) -> str:
    """A storyboard with the clips of an answer in place of its own of the same numbers; all others stay as they are.

    Raises:
        ScriptError: the answer holds no clips, or some without a number or with one that is not there.
    """
    head, own = blocks(storyboard, "the storyboard")
    text = _without_talk(answer)
    _, changed = blocks(text, "the answer")
    if not changed:
        raise ScriptError("there is no clip in it under a heading “## Clip 3: … (6 seconds)”")
    timed = any(part.clip.duration_s is not None for part, _ in own)
    new = [block for _, block in own]
    behind: dict[int, list[str]] = {}
    for part, block in changed:
        number, letter = _number(block, len(own))
        if _REMOVED.search(part.clip.title) and not part.cues:
            new[number - 1] = ""
            continue
        if not letter and _same(block, own[number - 1][1]):
            continue
        if timed and part.clip.duration_s is None:
            block = with_seconds(block, "the answer", lambda one: length_s(_narration(one)))
        elif not timed and part.clip.duration_s is not None:
            raise ScriptError("no clip of the storyboard has a duration, so these cannot have one either; leave them out")
        if letter:
            behind.setdefault(number, []).append(block)
        else:
            new[number - 1] = _like(block, own[number - 1][1])
    if not behind and all(new):
        return head + "".join(new)
    return head + _numbered(new, behind)


def _without_talk(answer: str) -> str:
    text = _FENCE.sub("", "\n".join(answer.splitlines()))
    if begin := _HEADING.search(text):
        text = text[begin.start() :]
    kept = text.rstrip().split("\n\n")
    # A last word to the user would be narration, as would any line below one.
    while len(kept) > 1 and not _LABELLED.match(kept[-1]) and re.search(r"\w[^\n]*:[^\n]*\w[^\n]*$", kept[-2].rstrip()):
        kept.pop()
    return "\n\n".join(kept).strip() + "\n"


def _number(block: str, count: int) -> tuple[int, str]:
    found = _CLIP_NUMBER.match(block)
    if not found:
        raise ScriptError(f"“{block.splitlines()[0][:60]}” has no number; write “## Clip 3: …” with the number it had")
    number = int(found[2])
    if not 1 <= number <= count:
        raise ScriptError(f"there is no clip {number}; they go from 1 to {count}; a new one at the end is “Clip {count}b”")
    return number, found[3]


def _same(one: str, other: str) -> bool:
    return one.split() == other.split()


def _like(block: str, old: str) -> str:
    """`block` with as much space behind it as what it takes the place of."""
    ending = old[len(old.rstrip()) :]
    newline = "\r\n" if "\r\n" in old else "\n"
    return newline.join(block.rstrip().splitlines()) + ending


def _numbered(new: list[str], behind: dict[int, list[str]]) -> str:
    """Clips put together, with numbers from 1 on where they have some."""
    every = []
    for at, block in enumerate(new, start=1):
        every += ([block] if block else []) + behind.get(at, [])
    if not every:
        raise ScriptError("then there would be no clip left; leave one")
    texts = []
    for at, block in enumerate(every, start=1):
        block = block.rstrip() + "\n\n" if at < len(every) else block.rstrip() + "\n"
        texts.append(_CLIP_NUMBER.sub(lambda found, at=at: f"{found[1]}{at}", block, count=1))
    return "".join(texts)


def _narration(part: Part) -> str:
    return " ".join(cue.text for cue in part.cues)
