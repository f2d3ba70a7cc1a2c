"""What a storyboard says and its film does not do, for people: nothing that somebody wrote is left out in silence."""

import re
from collections.abc import Iterator

from voicekit.core.wording import decimal, some
from voicekit.text.script.cue import has_word
from voicekit.text.script.overall import overall
from voicekit.text.script.storyboard import Scene, Storyboard

#: A film may differ from the length that its storyboard gives it by so much.
_OFF_S = 0.5
#: Labels of what is written on the screen.
_OF_TEXT = re.compile(
    r"\b(?:text|titles?|titel|supers?|captions?|lower[ -]third|card|overlay|on-?screen|screen|subtitles?|insert|"
    r"\w*einblendung|untertitel|bildtext|bildschirm\w*)\b",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"[\"“„«]([^\"“”„«»]{1,200})[\"”“»]")
#: Text without quotes in a description: behind a label, or only spoken of.
_LABELLED = re.compile(
    r"\b(?:(?:on-?screen |overlay )?text(?: overlay| on screen)?|title(?: card)?|super|caption|lower[ -]third|"
    r"titel|einblendung|bildschirmtext|bildtext)\s?[:：]\s?([^\"“„«.;:]{1,80})",
    re.IGNORECASE,
)
_MENTIONED = re.compile(
    r"\b(?:(?:white|black|bold|big|large|small|red|gold|golden|glowing|neon) )?(?:text|letters|lettering|captions?|"
    r"title card|schriftzug|schrift|untertitel|texteinblendung)\b",
    re.IGNORECASE,
)
_FADE = re.compile(
    r"\b(?:(?:slow(?:ly)? )?(?:fad(?:e|es|ing)|cuts?|dissolv(?:e|es)) (?:to|from|into|out to) (?:black|white)|"
    r"fad(?:e|es|ing) out|auf schwarz|schwarzblende|abblende|aufblende|weißblende)\b",
    re.IGNORECASE,
)


def guessed(board: Storyboard) -> Iterator[str]:
    """A line for each thing of a storyboard, as a person has written it, that could be meant otherwise."""
    if board.scenes[-1].starts:
        yield (
            f"{board.name}: the times of its clips ascend, so they say when each clip begins; "
            "call them Duration if they say how long it is"
        )


def untold(board: Storyboard, film_s: float) -> Iterator[str]:
    """A line for each thing.

    Args:
        film_s: how long the film is.
    """
    head = overall(board.head)
    if head.seconds and abs(head.seconds - film_s) > _OFF_S:
        said_s, clips_s = decimal(head.seconds, 3), decimal(film_s, 3)
        yield f"{board.name} says {said_s} s above its clips, which last {clips_s} s together: so does the film"
    if head.unread:
        yield f"{board.name}, above the first clip: not used: {some(head.unread)}"
    for number, scene in enumerate(board.scenes, start=1):
        written, unread = _on_screen(scene)
        fades = [found[0] for found in _FADE.finditer(scene.clip.visual)]
        lines = [f"text on screen is not drawn: {some([f'“{one}”' for one in written])}"] if written else []
        lines += [f"not made: {some([f'“{one}”' for one in fades])}"] if fades else []
        if lines:
            yield f"clip {number}: {'; '.join(lines)}"
        if unread:
            yield (
                f"clip {number}: not used: {some(unread)}; what is seen, heard or spoken stands behind "
                "Visual, Audio or Narration"
            )


def _on_screen(scene: Scene) -> tuple[list[str], list[str]]:
    """What is to be written on the screen in a clip, and what else is not used of it."""
    found, unread = [], []
    for line in scene.unread:
        label, colon, words = line.partition(":")
        if colon and len(label) < 40 and _OF_TEXT.search(label):
            found.append(words.strip(' *_"“”„«»'))
        else:
            unread.append(line)
    visual = scene.clip.visual
    quoted = [one[1].strip(" .,") for one in _QUOTED.finditer(visual)]
    bare = _QUOTED.sub('"', visual)  # behind its label, a quote ends what is not quoted
    found += quoted
    labelled = [one[1].strip(" .,*_") for one in _LABELLED.finditer(bare)]
    found += filter(has_word, labelled)
    if not found and (mentioned := _MENTIONED.search(visual)):
        found.append(mentioned[0])
    return [one for one in dict.fromkeys(found) if one.casefold() != scene.clip.title.casefold()], unread
