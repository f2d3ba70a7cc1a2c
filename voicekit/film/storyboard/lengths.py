"""How long a voice needs to say a text, without saying it."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from voicekit.core.errors import CheckpointError, ConfigError, PluginError, ScriptError
from voicekit.core.wording import decimal
from voicekit.film.stage import Context
from voicekit.film.storyboard.words import spaceless
from voicekit.text.script.marks import NO_MARKS, Marks

if TYPE_CHECKING:
    from voicekit.speech.engine import Engine

#: The speed of calm narration; in languages without an alphabet a character takes about as long as a syllable.
_PHONES_A_SECOND, _SIGN_S, _LETTERS_A_SECOND = 12.0, 0.2, 14.0
_BREAK_S = 0.25
#: Longer texts are estimated, because the voice would take too long over every sentence.
MOST_EXACT = 20_000
_SAMPLE = (
    "The ferry leaves at seven, long before the shops are open. Nobody on board says much. By noon the whole island smells "
    "of bread and salt, and the children have come down to the water to look for whatever the night has left there."
)

#: The time around the words of a clip, and the length of a clip without words.
AROUND_S, SILENT_S = 1.0, 4.0


def clip_s(spoken_s: float) -> float:
    """How long a clip is in which somebody speaks for so long: whole halves of seconds."""
    return math.ceil(2 * (spoken_s + AROUND_S) - 1e-6) / 2


def lengths_within(given_s: Sequence[float | None], needed_s: Sequence[float], total_s: float | None) -> list[float]:
    """How long each clip is: as it is given, else as what is said in it needs.

    Args:
        needed_s: for what is said in each clip, 0 where nothing is.
        total_s: of the whole film; clips whose length is not given share what is left of it, if there is that much.
    """
    least_s = [given or clip_s(needed) for given, needed in zip(given_s, needed_s, strict=True)]
    usual_s = [
        given or (least if needed else SILENT_S) for given, needed, least in zip(given_s, needed_s, least_s, strict=True)
    ]
    free_s = sum(usual for given, usual in zip(given_s, usual_s, strict=True) if not given)
    left_s = (total_s or 0.0) - (sum(usual_s) - free_s)
    if not free_s or left_s <= 0:
        return usual_s
    return [
        given or max(least, usual * left_s / free_s) for given, least, usual in zip(given_s, least_s, usual_s, strict=True)
    ]


def check_seconds(seconds: float) -> None:
    """Raises ConfigError where no clip is so long."""
    if not 1 <= seconds <= 600:
        raise ConfigError(f"clips cannot be {decimal(seconds)} s long; choose seconds from 1 to 600")


@dataclass(frozen=True)
class Lengths:
    """What a voice needs.

    Attributes:
        engine: None where no voice tells.
        slower: than the estimate the voice is, so many times.
    """

    language: str
    engine: "Engine | None" = None
    slower: float = 1.0

    def seconds(self, text: str, marks: Marks = NO_MARKS) -> float:
        """How long `text` is heard; an estimate where the voice cannot speak it."""
        if self.engine and not spaceless(text):
            try:
                words = self.engine.timing(text, marks=marks)
                return words[-1].end_s - words[0].start_s if words else 0.0
            except ScriptError:
                pass
        return self.slower * _estimated(text, self.language) + sum(marks.pauses_s)


def lengths_of(voice: str, language: str, characters: int, context: Context) -> Lengths:
    """The lengths of what a voice says.

    Args:
        voice: name or folder; "" for the default, and an estimate where that does not load.
        language: "" for that of the voice.
        characters: of the whole text.

    Raises:
        ConfigError, CheckpointError, PluginError: the voice that was asked for is not there or does not load.
    """
    from voicekit.speech.voices import find_voice, load_engine

    try:
        found = find_voice(voice or None, reporter=context.reporter)
        engine = load_engine(found, context.device)
    except (ConfigError, CheckpointError, PluginError) as error:
        if voice:
            raise
        context.note(f"lengths are estimated: no voice loads ({error})")
        return Lengths(language or "en-us")
    if language and language.split("-")[0] != found.language.split("-")[0]:
        context.note(f"lengths are estimated: the voice '{found.name}' speaks {found.language}, not {language}")
        return Lengths(language)
    if characters <= MOST_EXACT:
        return Lengths(language or found.language, engine)
    context.note("lengths are estimated: the text is long; the narration measures each clip exactly")
    return Lengths(language or found.language, slower=_slower(engine))


def _slower(engine: "Engine") -> float:
    words = engine.timing(_SAMPLE)
    return (words[-1].end_s - words[0].start_s) / _estimated(_SAMPLE, "en-us")


def _estimated(text: str, language: str) -> float:
    from voicekit.text.sentences import sentences

    if spaceless(text):
        return _SIGN_S * sum(map(str.isalnum, text)) + _BREAK_S * len(re.findall(r"[。！？，、；：,.!?]", text))
    total_s = 0.0
    for sentence in sentences(text, language):
        total_s += _sentence_s(sentence.text, language, sentence.goes_on)
    return max(0.0, total_s - _BREAK_S)  # none behind the last word


@lru_cache(maxsize=4096)  # each is asked for by itself, and again in the clip that it comes to stand in
def _sentence_s(text: str, language: str, goes_on: bool) -> float:
    from voicekit.text.phonemes.phonemise import BOUNDARIES, phonemise

    try:
        symbols = phonemise(text, language, goes_on=goes_on).symbols
    except (ScriptError, ConfigError):
        return len(text) / _LETTERS_A_SECOND
    breaks = sum(symbol in BOUNDARIES[2:] for symbol in symbols)
    return (len(symbols) - breaks - symbols.count(" ")) / _PHONES_A_SECOND + breaks * _BREAK_S
