"""What is to be heard in a clip, out of the words for it, English or German: "Epische Musik, Jubel, ein Pfiff".

A line is read phrase by phrase. A phrase asks for music, for effects that can be made, for neither music nor sound, or for
something that is kept to be told.
"""

import re
from dataclasses import dataclass
from functools import cache

from voicekit.film.soundtrack.audio_lexicon import EFFECTS, MOODS, MUSIC, NEAREST, NEUTRAL

_NEUTRAL = frozenset(NEUTRAL.split())
_NO = re.compile(r"\b(?:no|without|kein|keine|keinen|keinerlei|ohne)\b", re.IGNORECASE)
_STOPS = re.compile(r"\b(?:stops?|cuts? out|ceases?|verstummt|bricht ab|hört auf|setzt aus)\b", re.IGNORECASE)
_ONLY = re.compile(r"\b(?:only|just|nur|lediglich)\b", re.IGNORECASE)
_PHRASES = re.compile(
    r"[,;.!?/|+&–—()\[\]:]+|\s-\s|\b(?:and|und|then|dann|plus|sowie|followed by|gefolgt von)\b", re.IGNORECASE
)
_TOKEN = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_QUOTED = re.compile(r"[\"“„«][^\"“”»]{1,300}[\"”“»]")


@dataclass(frozen=True)
class Wish:
    """What is to be heard in a clip.

    Attributes:
        mood: of the music; "" where nothing is said of music, or no mood: it goes on as it is.
        meant: the mood that was asked for, where `mood` is only the nearest one to it; else "".
        music: whether music is asked for (True), or that there be none (False); None where nothing is said of it.
        effects: names in `audio_lexicon.EFFECTS`, each once, in the order of the words.
        strange: phrases of which nothing can be made.
    """

    mood: str = ""
    meant: str = ""
    music: bool | None = None
    effects: tuple[str, ...] = ()
    strange: tuple[str, ...] = ()


def read_audio(line: str) -> Wish:
    """What an Audio line asks for."""
    mood = meant = ""
    music: bool | None = None
    effects: dict[str, None] = {}
    strange = [" ".join(found.split()) for found in _QUOTED.findall(line)]  # what is said in it is not spoken
    for phrase in _PHRASES.split(_QUOTED.sub(", ", line)):
        words = [word.lower() for word in _TOKEN.findall(phrase)]
        is_music = any(_is(MUSIC, word) for word in words)
        if _NO.search(phrase):
            music = False if is_music or _says_sound(words) else music
            continue
        found = list(dict.fromkeys(name for word in words for name in EFFECTS if _is(EFFECTS[name], word)))
        felt = _mood(words)
        unknown = [word for word in words if word not in _NEUTRAL and not _is_known(word)]
        if is_music or (felt and not found and not unknown):
            music = not _STOPS.search(phrase)
            mood, meant = felt or (mood, meant)
            # "Music of a stormy sea" is music; "drum beats over crowd noise" is both.
            found = [name for name in found if name in ("crowd", "cheer", "rain", "waves", "wind")] if is_music else []
        for name in found:
            effects[name] = None
        if not is_music and ((unknown and not found) or len(unknown) > 1):
            strange.append(" ".join(phrase.split()))
    if "silence" in effects:
        effects.pop("silence")
        music = music or False
    if "cheer" in effects:
        effects.pop("crowd", None)
    if _ONLY.search(line) and music is None and effects:
        music = False
    return Wish(mood, meant, music, tuple(effects), tuple(strange))


def mood_of(word: str) -> tuple[str, str]:
    """The mood a word stands for, and the word itself where that is only the nearest; ("", "") for none."""
    return _mood([word.lower()]) or ("", "")


def _mood(words: list[str]) -> tuple[str, str] | None:
    for word in words:
        for nearest, known in NEAREST.values():
            if _is(known, word):
                return nearest, word
        for mood, known in MOODS.items():
            if _is(known, word):
                return mood, ""
    return None


def _is_known(word: str) -> bool:
    return _is(MUSIC, word) or _mood([word]) is not None or any(_is(known, word) for known in EFFECTS.values())


def _says_sound(words: list[str]) -> bool:
    return any(word in ("sound", "sounds", "audio", "ton", "sfx") for word in words)


def _is(known: str, word: str) -> bool:
    return _matcher(known).fullmatch(word) is not None


@cache
def _matcher(known: str) -> re.Pattern[str]:
    return re.compile("|".join(re.escape(word).replace(r"\*", r"\w*") for word in known.split()))
