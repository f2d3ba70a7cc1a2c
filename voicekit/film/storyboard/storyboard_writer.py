"""Writes storyboards in Markdown, so that `voicekit.text.script.storyboard` reads back what was written."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from voicekit.core.errors import ScriptError
from voicekit.text.script.cue import has_word
from voicekit.text.script.durations import cut_duration
from voicekit.text.script.markup import marked
from voicekit.text.script.sections import MARGIN
from voicekit.text.script.storyboard import SILENT, TIME, Part, parts, unwrapped

_BRACKETS = re.compile(r"[(\[][^()\[\]]*[)\]]")
_RULE = re.compile(r"\s*([-*_])(?:\s*\1){2,}\s*")
#: A time in front of a narration, which clips do not have.
_TIMED = re.compile(rf"^((?:\[/?[^\W\d][^\]]*\]\s*)*)\\?{TIME.pattern}")
_PLAIN_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
#: After so many rounds of writing and reading nothing changes any more.
_MOST_ROUNDS = 6
_EDGES = " -–—:|,.)*#"
#: What a reader of Markdown or of our markup would not take for a letter.
_SIGNS = re.compile(r"[\[\]*_<]")


@dataclass(frozen=True)
class Shot:
    """A clip that is to be written.

    Attributes:
        seconds: how long it is; None to leave that out, in all clips or in none.
        narration: with markup; `literal` makes plain words safe.
    """

    title: str
    seconds: float | None = None
    visual: str = ""
    audio: str = ""
    narration: str = ""


@dataclass(frozen=True)
class Block:
    """A clip in the text of a storyboard.

    Attributes:
        text: from its heading to its last words.
        tail: what stands between it and the next clip: blank lines, a rule, the heading of a chapter.
    """

    part: Part
    text: str
    tail: str


def storyboard_text(shots: Sequence[Shot]) -> str:
    """A storyboard in Markdown; what no storyboard can hold (see `tidy`) is left out."""
    return "\n".join(_written(number, tidy(shot)) for number, shot in enumerate(shots, start=1))


def tidy(shot: Shot) -> Shot:
    """A clip as the format holds it: each field on one line, without bullets, quotes or stars around all of it.

    What is written of it and read again is the same, which is tried. A title loses durations in brackets, and signs at its
    edges.
    """
    narration = _settled(shot.narration, _narration)
    if not has_word(narration):
        narration = ""
    if SILENT.fullmatch(narration):  # a word, and not what stands for none
        word = re.search(r"[^\W_]+(?:/[^\W_]+)?", narration)[0]
        narration = narration.replace(word, f"[say: {word}|{word.replace('/', ' ')}]")
    seconds = None if shot.seconds is None else round(shot.seconds, 3)
    visual, audio = (_settled(text, lambda one: MARGIN.sub("", _one_line(one))) for text in (shot.visual, shot.audio))
    return _as_read(Shot(_settled(shot.title, _title), seconds, visual, audio, narration))


def _as_read(shot: Shot) -> Shot:
    """A clip with what a reader makes of its fields; a title or narration that it does not take for one is made plain."""
    for _ in range(_MOST_ROUNDS):
        try:
            (part,) = parts(_written(1, shot), "the clip.md")
        except (ScriptError, ValueError):  # no clip, or several
            part = None
        said = " ".join(cue.text for cue in part.cues) if part else None
        wanted = " ".join(marked(shot.narration)[0].split()) if is_marked(shot.narration) else ""
        if said is None or (part.clip.duration_s or shot.seconds) != shot.seconds:
            plain = _settled(" ".join(_PLAIN_WORD.findall(shot.title)), _title)
            shot = replace(shot, title=plain if plain != shot.title else "", narration=_worded(shot.narration))
        elif said != wanted:
            shot = replace(shot, narration=_worded(shot.narration))
        else:
            untitled = not shot.title or part.clip.title == "Clip 1"
            title = "" if untitled else _settled(part.clip.title, _title)  # what stood before it may have been a tag
            read = replace(shot, title=title, visual=part.clip.visual, audio=part.clip.audio)
            if read == shot:
                return shot
            shot = read
    return shot


def _worded(narration: str) -> str:
    """The words of a narration and what parts sentences, without anything that could be markup."""
    try:
        text = marked(narration)[0]
    except ScriptError:
        text = narration
    return _settled(" ".join(re.findall(r"[\w'’.,!?-]+", text.replace("_", " "))).lstrip(" .,!?-"), _narration)


def literal(text: str) -> str:
    """A text whose signs are all to be spoken or shown, and none is markup."""
    return _SIGNS.sub(lambda sign: "\\" + sign[0], text.replace("\\", "/"))


def is_marked(text: str) -> bool:
    """Whether what looks like markup in a text is."""
    try:
        return has_word(marked(text)[0])
    except ScriptError:
        return False


def with_seconds(text: str, name: str, seconds_of: Callable[[Part], float]) -> str:
    """A storyboard whose headings say how long each clip is; those that do already stay as they are.

    Args:
        seconds_of: how long a `Part` is to be, to the millisecond.

    Raises:
        ScriptError: `text` is no storyboard that can be read, or has no heading for each clip.
    """
    lines, wanted = text.splitlines(), []
    for part in parts("\n".join(lines), name):
        wanted.append(round(seconds_of(part), 3))
        if part.clip.duration_s != wanted[-1]:
            heading = cut_duration(lines[part.clip.line - 1], f"line {part.clip.line}")[0].rstrip()
            closing = re.search(r"(?:\s+#+|\*\*)?$", heading)
            lines[part.clip.line - 1] = f"{heading[: closing.start()]} ({_seconds_text(wanted[-1])}){closing[0]}"
    text = "\n".join(lines) + "\n"
    if [part.clip.duration_s for part in parts(text, name)] != wanted:
        raise ScriptError(f"{name}: its clips cannot be given their lengths; write a heading for each, as ## Clip 1: Title")
    return text


def blocks(text: str, name: str) -> tuple[str, list[Block]]:
    """What stands above the first clip, and the clips, which together are the whole.

    Raises:
        ScriptError: `text` is no storyboard that can be read.
    """
    lines = text.splitlines(keepends=True)
    found = parts("\n".join(text.splitlines()), name)
    starts = [part.clip.line - 1 for part in found]
    blocks = []
    for part, start, following in zip(found, starts, [*starts[1:], len(lines)], strict=True):
        end = min(part.last_line, following)
        while end > start + 1 and (not lines[end - 1].strip() or _RULE.fullmatch(lines[end - 1])):
            end -= 1
        blocks.append(Block(part, "".join(lines[start:end]), "".join(lines[end:following])))
    return "".join(lines[: starts[0] if starts else len(lines)]), blocks


def _seconds_text(seconds: float) -> str:
    """6.0 as "6 seconds"."""
    number = f"{seconds:.3f}".rstrip("0").rstrip(".")
    return f"{number} second" + "s" * (number != "1")


def _written(number: int, shot: Shot) -> str:
    heading = f"## Clip {number}" + (f": {shot.title}" if shot.title else "")
    lines = [heading + (f" ({_seconds_text(shot.seconds)})" if shot.seconds is not None else "")]
    fields = (("Visual", shot.visual), ("Audio", shot.audio), ("Narration", shot.narration))
    lines += [f"- **{label}:** {value}" for label, value in fields if value]
    return "\n".join(lines) + "\n"


def _one_line(text: str) -> str:
    # Signs that no file holds or that a reader keeps for itself: commands, half characters, private ones.
    kept = (sign if unicodedata.category(sign) not in ("Cc", "Cs", "Co") else " " for sign in text)
    return " ".join("".join(kept).split())


def _narration(text: str) -> str:
    return _TIMED.sub(r"\1", MARGIN.sub("", unwrapped(_one_line(text))))


def _title(text: str) -> str:
    def shown(found: re.Match) -> str:
        try:
            return found[0] if cut_duration(found[0], "")[1] is None else ""
        except ScriptError:
            return ""

    return _one_line(_BRACKETS.sub(shown, text.replace("**", ""))).strip(_EDGES)


def _settled(text: str, change: Callable[[str], str]) -> str:
    """What is left of `text` when `change` changes nothing more."""
    while (changed := change(text).strip()) != text:
        text = changed
    return text
