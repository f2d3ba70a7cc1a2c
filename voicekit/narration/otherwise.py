"""Other ways to say words of a cue that were misheard: as other words, in other sounds, or in another manner.

Each is markup that a person can write into the script, and leaves what is shown as it is.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice, zip_longest

from voicekit.core.errors import VoicekitError
from voicekit.core.wording import decimal
from voicekit.narration.sounds import spelt, ways_to_sound
from voicekit.text.normalise.numerals import cardinal
from voicekit.text.phonemes.labels import trim
from voicekit.text.phonemes.lexicon import Lexicon, entry_of
from voicekit.text.script.cue import Cue
from voicekit.text.script.marks import NEUTRAL, Marks
from voicekit.text.script.markup import marked

#: The pause before words that are to stand out.
_PAUSE_S = 0.3
#: Words of no more phones are said in no other sounds: “the” and “of” have none.
_FEW_PHONES = 2
#: Ways to stress words, the mildest first.
_STRONG = "**{}**"
_MANNERS = ("*{}*", _STRONG, "[loud]**{}**[/loud]", "[slow]{}[/slow]")
_TIME = re.compile(r"(?<![\w:.,])(\d{1,2}):([0-5]\d)(?:\s?([ap])\.?m\b\.?)?(?![\w:])", re.IGNORECASE)
_HALF = re.compile(r"(?<![\w.,:$€£#-])(\d{1,3})\.(5|25|75)(?![\w%]|[.,]\d)")
_YEAR = re.compile(r"(?<![\w.,:$€£#-])(1[1-9]\d\d|20\d\d)(?![\w%]|[.,:]\d)")
_WHOLE = re.compile(r"(?<![\w.,:#-])([1-9]\d\d|[1-9]\d{0,2}(?:,\d{3}){1,3})(?![\w%]|[.,:]\d)")
_MIXED = re.compile(r"(?<![\w.-])(?=\w*\d)(?=\w*[A-Z])([A-Z0-9]{2,6})(?![\w-])")


@dataclass(frozen=True)
class Way:
    """A way to say some words of a cue.

    Attributes:
        words: as they are written.
        at: where they begin in the cue's text.
        markup: what to write in their place.
        marks: of the cue that says them so.
        lexicon: the line of a lexicon that has the same effect; "" where there is none.
    """

    words: str
    at: int
    markup: str
    marks: Marks
    lexicon: str = ""


def ways(cue: Cue, first: int, after: int, language: str, lexicon: Lexicon | None = None) -> Iterator[Way]:
    """Other ways to say the words `first` … `after` − 1 of a cue, the likeliest to be understood first.

    Args:
        language: of the voice.
        lexicon: how the voice says words of its own.
    """
    if language.startswith("en"):
        yield from _in_other_words(cue, first, after)
    written = cue.text.split()
    manners = _in_another_manner(cue, first, after)
    yield from _one(manners)
    sounds = [_in_other_sounds(cue, place, written[place], language, lexicon) for place in range(first, after)]
    yield from (way for turn in zip_longest(*sounds) for way in turn if way)
    yield from manners


def _one(manners: Iterator[Way]) -> Iterator[Way]:
    """The mildest."""
    yield from (way for way in (next(manners, None),) if way)


def _in_other_words(cue: Cue, first: int, after: int) -> Iterator[Way]:
    """Times and numbers that lie in a stretch of words, as people say them, too."""
    spans = [match.span() for match in re.finditer(r"\S+", cue.text)]
    for pattern, spoken in _SPOKEN:
        for match in pattern.finditer(cue.text):
            begin = next(n for n, span in enumerate(spans) if span[1] > match.start())
            end = next(n for n, span in enumerate(spans) if span[1] >= match.end()) + 1
            if begin < after and end > first:
                yield from (_said(cue, begin, end, match[0], said, in_lexicon=False) for said in spoken(match))


def _in_other_sounds(cue: Cue, place: int, written: str, language: str, lexicon: Lexicon | None) -> Iterator[Way]:
    word = re.sub(r"['’]s$|['’]$", "", trim(written))
    if not re.search(r"[^\W\d_]", word) or re.search(r"[\[\]|\\]", word):
        return
    known = {entry.said for begin, end, entry in cue.marks.pronunciations if begin <= place < end}
    try:
        for phones in ways_to_sound(word, language, lexicon, _FEW_PHONES):
            for said in spelt(phones, language):
                if said not in known:
                    yield _said(cue, place, place + 1, word, said, in_lexicon=True)
    except VoicekitError:  # nothing that can be said
        return


def _said(cue: Cue, first: int, after: int, word: str, said: str, in_lexicon: bool) -> Way:
    others = [one for one in cue.marks.pronunciations if one[1] <= first or one[0] >= after]
    own = (first, after, entry_of(word, said, "a way to say it"))
    marks = replace(cue.marks, pronunciations=tuple(sorted([*others, own], key=lambda one: one[0])))
    key = word if re.fullmatch(r"[A-Za-z0-9_-]+", word) else f'"{word}"'
    return Way(
        word,
        _at(cue, first, word),
        f"[say: {word}|{said}]",
        marks,
        f'{key} = "{said}"' if in_lexicon and '"' not in word else "",
    )


def _in_another_manner(cue: Cue, first: int, after: int) -> Iterator[Way]:
    words = " ".join(cue.text.split()[first:after])
    core = words
    while (shorter := trim(core).strip()) != core:
        core = shorter
    if not core or re.search(r"[\[\]*_\\]", words):
        return
    at, n_words = _at(cue, first, words), len(cue.text.split())
    for manner in _MANNERS:
        markup = words.replace(core, manner.format(core), 1)
        marks = _styled(cue, first, after, markup)
        yield Way(words, at, markup, marks)
        if first and manner is _STRONG:
            pause = f"[pause {decimal(_PAUSE_S)}s] "
            yield Way(words, at, pause + words, _paused(cue.marks, first, n_words))
            yield Way(words, at, pause + markup, _paused(marks, first, n_words))


def _at(cue: Cue, place: int, words: str) -> int:
    """Where words begin in a cue's text, the first of which stands at `place`."""
    begin = next(islice(re.finditer(r"\S+", cue.text), place, None)).start()
    return max(cue.text.find(words, begin), begin)


def _styled(cue: Cue, first: int, after: int, markup: str) -> Marks:
    """The marks of a cue with those that `markup` gives some of its words."""
    own = marked(markup)[1].styles
    styles = list(cue.marks.styles or (NEUTRAL,) * len(cue.text.split()))
    styles[first:after] = [old & style for old, style in zip(styles[first:after], own, strict=True)]
    return replace(cue.marks, styles=tuple(styles))


def _paused(marks: Marks, first: int, n_words: int) -> Marks:
    pauses_s = list(marks.pauses_s or (0.0,) * n_words)
    pauses_s[first - 1] = max(pauses_s[first - 1], _PAUSE_S)
    return replace(marks, pauses_s=tuple(pauses_s))


def _time(match: re.Match) -> Iterator[str]:
    """6:45 a.m. as “quarter to seven in the morning”; 19:30 as “half past seven in the evening”."""
    hour, minute, half = int(match[1]), int(match[2]), (match[3] or "").lower()
    if hour > 23 or (half and not 1 <= hour <= 12):
        return
    is_known = bool(half) or hour > 12
    hour24 = hour % 12 + 12 * (half == "p") if half else hour
    part = "in the morning" if hour24 < 12 else "in the afternoon" if hour24 < 18 else "in the evening"
    behind = f" {part if hour24 < 21 else 'at night'}" if is_known and (minute or hour24 % 12) else ""
    this, following = (cardinal(one % 12 or 12) for one in (hour24, hour24 + 1))
    if not minute:
        special = {0: "midnight", 12: "noon"}.get(hour24) if half else None
        yield special or f"{this} o'clock{behind}"
    elif minute in (15, 30, 45):
        yield {15: f"quarter past {this}", 30: f"half past {this}", 45: f"quarter to {following}"}[minute] + behind
    else:
        yield f"{this} {'oh ' if minute < 10 else ''}{cardinal(minute)}{behind}"


def _half(match: re.Match) -> Iterator[str]:
    part = {"5": "a half", "25": "a quarter", "75": "three quarters"}[match[2]]
    yield part if match[1] == "0" else f"{cardinal(int(match[1]))} and {part}"


def _year(match: re.Match) -> Iterator[str]:
    year = int(match[1])
    century, rest = divmod(year, 100)
    if century == 20 and rest:
        yield f"two thousand and {cardinal(rest)}"
    elif rest:
        yield f"{cardinal(century)} hundred and {cardinal(rest)}"


def _whole(match: re.Match) -> Iterator[str]:
    """With the “and” that many people say."""
    number = int(match[1].replace(",", ""))
    head, rest = number - number % 100, number % 100
    if rest and head:
        yield f"{cardinal(head)} and {cardinal(rest)}"


def _mixed(match: re.Match) -> Iterator[str]:
    """X5 as “X five”."""
    parts = re.findall(r"\d+|[A-Z]", match[1])
    yield " ".join(cardinal(int(part)) if part.isdigit() else part for part in parts)


_SPOKEN = ((_TIME, _time), (_HALF, _half), (_YEAR, _year), (_WHOLE, _whole), (_MIXED, _mixed))
