"""Storyboards made of words: written so that `Storyboard.parse` reads back what was meant."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from voicekit.core.errors import ScriptError
from voicekit.text.script.cue import has_word
from voicekit.text.script.durations import cut_duration
from voicekit.text.script.markup import marked
from voicekit.text.script.sections import MARGIN
from voicekit.text.script.storyboard import SILENT, TIME, Storyboard, seconds_text, unwrapped

_BRACKETS = re.compile(r"[(\[][^()\[\]]*[)\]]")
#: Times before a narration, which clips do not have.
_TIMED = re.compile(rf"^((?:\[/?[^\W\d][^\]]*\]\s*)*)(?:\\?{TIME.pattern}\s*)+")
_PLAIN_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
#: Writing and reading again changes nothing after this many rounds.
_MOST_ROUNDS = 6
#: Nobody puts a title into more brackets, or writes more bullets in front of a line.
_MOST_CHANGES = 20
_EDGES = " -–—:|,.)*#"
#: Characters that a reader of Markdown or of our markup would not take for letters.
_SIGNS = re.compile(r"[\[\]*_<]")


@dataclass(frozen=True)
class SceneDraft:
    """The words of a scene that is to be written.

    Attributes:
        seconds: how long it is; None to leave that out, in all clips or in none.
        narration: with markup; `literal` makes plain words safe.
    """

    title: str
    seconds: float | None = None
    visual: str = ""
    audio: str = ""
    narration: str = ""


def storyboard_of(drafts: Sequence[SceneDraft], name: str) -> Storyboard:
    """The storyboard of some scenes; what no storyboard can hold (see `tidy`) is left out."""
    return Storyboard.parse("\n".join(_written(number, tidy(one)) for number, one in enumerate(drafts, start=1)), name)


def tidy(draft: SceneDraft) -> SceneDraft:
    """A scene as the format holds it: each field on one line, without bullets, quotes or stars around all of it.

    What is written of it and read again is the same, which is tried. A title loses durations in brackets, and signs at its
    edges.
    """
    narration = _settled(draft.narration, _narration)
    if not has_word(narration):
        narration = ""
    if SILENT.fullmatch(narration) and (found := re.search(r"[^\W_]+(?:/[^\W_]+)?", narration)):
        word = found[0]  # a word, and not what stands for none
        narration = narration.replace(word, f"[say: {word}|{word.replace('/', ' ')}]")
    seconds = None if draft.seconds is None else round(draft.seconds, 3)
    visual, audio = (_settled(text, lambda one: MARGIN.sub("", _one_line(one))) for text in (draft.visual, draft.audio))
    return _as_read(SceneDraft(_settled(draft.title, _title), seconds, visual, audio, narration))


def _as_read(draft: SceneDraft) -> SceneDraft:
    """A scene with what a reader makes of its fields; a title or narration that it does not take for one is made plain."""
    for _ in range(_MOST_ROUNDS):
        try:
            (scene,) = Storyboard.parse(_written(1, draft), "the scene").scenes
        except (ScriptError, ValueError):  # no scene, or several
            scene = None
        wanted = " ".join(marked(draft.narration)[0].split()) if is_marked(draft.narration) else ""
        if scene is None or (scene.clip.duration_s or draft.seconds) != draft.seconds:
            plain = _settled(" ".join(_PLAIN_WORD.findall(draft.title)), _title)
            draft = replace(draft, title=plain if plain != draft.title else "", narration=_worded(draft.narration))
        elif scene.narration != wanted:
            draft = replace(draft, narration=_worded(draft.narration))
        else:
            untitled = not draft.title or scene.clip.title == "Clip 1"
            title = "" if untitled else _settled(scene.clip.title, _title)  # what stood before it may have been a tag
            read = replace(draft, title=title, visual=scene.clip.visual, audio=scene.clip.audio)
            if read == draft:
                return draft
            draft = read
    return draft


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


def _written(number: int, draft: SceneDraft) -> str:
    heading = f"## Clip {number}" + (f": {draft.title}" if draft.title else "")
    lines = [heading + (f" ({seconds_text(draft.seconds)})" if draft.seconds is not None else "")]
    fields = (("Visual", draft.visual), ("Audio", draft.audio), ("Narration", draft.narration))
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
    """What is left of `text` when `change` changes nothing more; its words alone, where it never settles."""
    for _ in range(_MOST_CHANGES):
        if (changed := change(text).strip()) == text:
            return text
        text = changed
    return " ".join(_PLAIN_WORD.findall(text))
