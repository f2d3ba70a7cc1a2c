"""What a storyboard says and its film does not do, for people: nothing that somebody wrote is left out in silence."""

from collections.abc import Iterator

from voicekit.text.script.cue import some
from voicekit.text.script.overall import overall
from voicekit.text.script.storyboard import Storyboard

#: A film may differ from the length that its storyboard gives it by so much.
_OFF_S = 0.5


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
        yield f"{board.name} says {head.seconds:g} s above its clips, which last {film_s:g} s together: so does the film"
    if head.unread:
        yield f"{board.name}, above the first clip: not used: {some(head.unread)}"
    for number, scene in enumerate(board.scenes, start=1):
        if scene.unread:
            yield (
                f"clip {number}: not used: {some(scene.unread)}; what is seen, heard or spoken stands behind "
                "Visual, Audio or Narration"
            )
