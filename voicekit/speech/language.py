"""Whether a script is in the language that its voice speaks."""

from collections.abc import Iterable

from voicekit.core.reporter import Reporter
from voicekit.core.wording import quoted
from voicekit.speech.engine import Engine
from voicekit.speech.voices import list_voices
from voicekit.text.language import language_of
from voicekit.text.language_names import espeak_code, is_other, language_name, short_code

#: No more voices than these are named.
_MOST_NAMED = 5


def tell_language(texts: Iterable[str], engine: Engine, reporter: Reporter, stated: str = "") -> None:
    """Notes that a script is in another language than its voice speaks, and which voices speak that.

    Texts that are too short or too mixed to say are left alone, as is a voice that does not tell its language.

    Args:
        texts: the script's, in any pieces.
        stated: the code of the language that the script says it is in, which holds where its words do not tell.
    """
    found = language_of("\n".join(texts)) or short_code(stated) or None if engine.language else None
    if found is None or not is_other(found, engine.language):
        return
    wanted, spoken = language_name(found), language_name(engine.language)
    names = [quoted([voice.name]) for voice in list_voices() if short_code(voice.language) == found]
    if names:
        there = f"voices that speak {wanted}: {', '.join(names[:_MOST_NAMED])}; take one with --voice {names[0]}"
    else:
        there = (
            f"there is no voice yet that speaks {wanted}; make one of such recordings with: "
            f"voicekit prepare RECORDINGS_DIR --language {espeak_code(found)}"
        )
    reporter.note(
        f"the text is {wanted}, but the voice speaks {spoken} ({engine.language}), and reads it as if it were that; {there}"
    )
