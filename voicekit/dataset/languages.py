"""Which language recordings are in: by the texts there are, else by how badly English words fit them."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from contextlib import suppress
from itertools import islice

from voicekit.core.errors import MediaError
from voicekit.core.reporter import Reporter
from voicekit.core.wording import quoted, some
from voicekit.dataset.guesses import Guessed
from voicekit.dataset.items import Item
from voicekit.dataset.manifest import evenly
from voicekit.media import read_audio
from voicekit.recognition.transcribe import Transcriber
from voicekit.recognition.whisper import SAMPLE_RATE
from voicekit.text.language import language_of
from voicekit.text.language_names import espeak_code, is_other, language_name

DEFAULT = "en-us"
_MOST_NAMED = 8
#: So many recordings are listened to for their language, and so long.
_MOST_HEARD, _HEARD_S = 5, 30.0


def language_of_texts(items: Sequence[Item], given: str, reporter: Reporter) -> str:
    """The language of a dataset, an espeak code: `given`, else that of its texts, else English.

    Args:
        given: by the person; "" for none.
        reporter: told what was guessed, and which recordings are in another language than the rest.
    """
    texts = {item.name: item.text for item in items if item.text and not item.problem}
    found = language_of("\n".join(texts.values()))
    language = given or DEFAULT
    if not given and found and is_other(found, DEFAULT):
        language = espeak_code(found)
        reporter.note(f"the texts are {language_name(found)}, and taken as that; if they are not, name it with --language")
    others: dict[str, list[str]] = defaultdict(list)
    for name, text in texts.items():
        its = language_of(text)
        if its and is_other(its, language):
            others[its].append(name)
    for its, names in sorted(others.items()):
        reporter.note(_other(language, its, names, len(texts)))
    return language


def language_of_speech(items: Sequence[Item], listener: Transcriber, reporter: Reporter) -> str:
    """The language of recordings without texts, an espeak code: what the listener hears in most of a few, else English.

    Args:
        listener: one that does not tell languages apart hears English.
        reporter: told what was guessed.
    """
    tell = getattr(listener, "language_of", None)
    if tell is None:
        return DEFAULT
    untold, heard = [item for item in items if item.text is None and not item.problem], []
    for item in evenly(untold, _MOST_HEARD):
        with suppress(MediaError):
            heard += [tell(block[0]) for block in islice(read_audio(item.path, SAMPLE_RATE, block_s=_HEARD_S), 1)]
    found, times = Counter(heard).most_common(1)[0] if heard else (None, 0)
    if not found or times * 2 <= len(heard) or not is_other(found, DEFAULT):
        return DEFAULT
    reporter.note(f"{language_name(found)} is spoken, as Whisper hears it; if it is not, name the language with --language")
    return espeak_code(found)


def foreign_speech(guessed: Guessed, language: str) -> str | None:
    """What to know where guesses are so bad that the speech is hardly in their language; None where they are not."""
    if guessed.foreign is None:
        return None
    name = language_name(language)
    return (
        f"what is said does not sound like {name}: of the words guessed, about {guessed.foreign:.0%} seem to be right, of "
        f"clear {name} half and more. If it is another language, name it (--language de), and write the texts into "
        f"metadata.csv (id|text) beside the recordings, or let Whisper write them. If it is {name} all the same: "
        f"--language {language}"
    )


def _other(language: str, its: str, names: list[str], n_texts: int) -> str:
    wanted, spoken = language_name(its), f"{language_name(language)} ({language})"
    if len(names) * 2 > n_texts:
        return (
            f"{len(names)} of {n_texts} texts are {wanted}, and would be learned as {spoken}: --language {espeak_code(its)}"
        )
    listed = some(names, _MOST_NAMED)
    leave = " ".join(f"--without {quoted([name])}" for name in names)
    how = f"leave them out with: {leave}" if len(names) <= _MOST_NAMED else "move them to a folder of their own"
    return (
        f"two languages: of {n_texts} texts {len(names)} {'is' if len(names) == 1 else 'are'} {wanted}, not {spoken}: "
        f"{listed}; a voice speaks one: {how}"
    )
