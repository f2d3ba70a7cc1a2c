"""What a storyboard says of the whole film, above its first clip: "Total length: 30 seconds", "Music: calm piano"."""

import re
from dataclasses import dataclass
from itertools import pairwise

from voicekit.core.errors import ScriptError
from voicekit.core.patterns import lazy_pattern
from voicekit.text.script.cue import has_word
from voicekit.text.script.durations import cut_length, length_of
from voicekit.text.script.fields import kind_of
from voicekit.text.script.heading import heading_of
from voicekit.text.script.strip_markup import NOTHING, strip_markup

_LABEL = lazy_pattern(r"(?:[-*+•>]\s+)?[*_]{0,3}(?P<name>[^\W\d_][^:：.!?*_]{0,40})[*_]{0,3}[:：][*_]{0,3}\s*(?P<rest>\S.*)")
_LENGTH = lazy_pattern(r"\b(?:length|duration|runtime|dauer|länge|gesamt\w*|laufzeit)\b", re.IGNORECASE)
_TITLE = lazy_pattern(r"\b(?:title|titel|film|name)\b", re.IGNORECASE)
#: The film's title in bold, as a heading is; a heading may also be underlined.
_TITLE_LINE = lazy_pattern(r"\s*(?:\*\*[^*]+\*\*|__[^_]+__)\s*")
_UNDERLINE = lazy_pattern(r"\s{0,3}(?:=+|-{2,})\s*")


@dataclass(frozen=True)
class Overall:
    """What holds for the whole film.

    Attributes:
        seconds: how long it is to be; None where nothing says so.
        audio: what is to be heard in all of it.
        unread: labels with what stands behind them, and lines without a label, that are no part of the film.
    """

    seconds: float | None = None
    audio: str = ""
    unread: tuple[str, ...] = ()


def overall(head: str) -> Overall:
    """What the text above the first clip says."""
    seconds: float | None = None
    audio, unread = [], []
    lines = strip_markup("\n".join(head.splitlines())).replace(NOTHING, "").split("\n")
    for line, following in pairwise([*lines, ""]):
        if heading := heading_of(line):
            seconds = seconds or _seconds(heading[1], is_title=True)
        elif (label := _LABEL.fullmatch(line.strip())) and len(label["name"].split()) <= 4:
            kind, words = kind_of(label["name"]), label["rest"].strip(" *_")
            if kind == "audio":
                audio.append(words)
            elif _LENGTH.search(label["name"]):
                seconds = seconds or _seconds(words)
            elif kind == "visual" or not _TITLE.search(label["name"]):
                unread.append(f"{label['name'].strip()}: {words}")
        elif not _TITLE_LINE.fullmatch(line) and not _UNDERLINE.fullmatch(following) and "|" not in line:
            unread.append(line.strip(" \t>*_"))
    return Overall(seconds, "; ".join(filter(has_word, audio)), tuple(filter(has_word, unread)))


def _seconds(words: str, is_title: bool = False) -> float | None:
    try:
        found = cut_length(words, "")[1] if is_title else length_of(words, "")
    except ScriptError:  # "as long as it takes"
        return None
    return found.seconds() if found else None
