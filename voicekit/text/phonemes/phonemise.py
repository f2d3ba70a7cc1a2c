"""Turns text into phones with stress, and marks the places between words where a voice may pause.

espeak-ng, which comes inside its wheel, speaks the phones of more than a hundred languages. The sequence that the models
see alternates between words and boundaries:

    ^ h e l l o  ,  w o r l d  .

Every boundary (one of `BOUNDARIES`) is a token of its own with a duration that may be zero, so that pauses are learned
where people make them and no phone ever has to swallow a silence.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from voicekit.core.errors import ScriptError
from voicekit.core.patterns import lazy_pattern
from voicekit.text.normalise.normalise import normalise, tidy
from voicekit.text.phonemes.espeak import check_language as check_language  # a part of what this module offers
from voicekit.text.phonemes.foreign import foreign_words
from voicekit.text.phonemes.labels import align_words, trim
from voicekit.text.phonemes.lexicon import PLACEHOLDER, Entry, Lexicon
from voicekit.text.phonemes.pronounce import pronounce

#: The start of speech, the plain word boundary, and the punctuation that shapes pauses and melody.
BOUNDARIES = ("^", " ", ",", ";", ":", "—", ".", "?", "!")

_STRESS = {"ˈ": 1, "ˌ": 2}
# A mark ends a chunk only where no letter or digit follows: "3.5", "voicekit.py" and "e.g" stay whole.
_ENDS = ".,;:?!—…。！？，、；："
_CHUNK = lazy_pattern(
    rf"(.*?)((?<![{_ENDS}])[{_ENDS}]++(?=[\s\"')\]]|$)|[。！？，、；：]|\s[-–—]+\s|[—…]|[()\[\]\"]|$)",
    re.DOTALL,
)
_MARKS = {"…": ".", "(": ",", ")": ",", "[": ",", "]": ",", "-": "—", "–": "—",
          "。": ".", "！": "!", "？": "?", "，": ",", "、": ",", "；": ";", "：": ":"}  # fmt: skip


@dataclass(frozen=True)
class Phonemes:
    """A phone sequence with its boundaries; `symbols` and `stresses` have one entry a token.

    Attributes:
        symbols: IPA phones as espeak-ng writes them, and BOUNDARIES; starts with "^" and ends with a boundary.
        stresses: 1 on primary, 2 on secondary stressed phones, else 0.
        words: (text, first token, token after the last) of each spoken word. The text is what is written: two words that
            espeak-ng runs together ("of the") are one; of the words that "$5" or "FBI" become, all but the first have "".
        written: for each of `words` the places, among those of the text, of the words it stands for.
    """

    symbols: tuple[str, ...]
    stresses: tuple[int, ...]
    words: tuple[tuple[str, int, int], ...]
    written: tuple[tuple[int, ...], ...] = ()


def phonemise(
    text: str,
    language: str = "en-us",
    lexicon: Lexicon | None = None,
    *,
    goes_on: bool = False,
    pronunciations: Sequence[tuple[int, int, Entry]] = (),
) -> Phonemes:
    """The phones of one sentence.

    Args:
        lexicon: words to be said in a way of their own.
        goes_on: the text is the beginning of a longer sentence; it ends with a comma rather than a full stop.
        pronunciations: (first word, word after the last, how they are said here), which goes before the lexicon.

    Raises:
        ScriptError: nothing in `text` can be pronounced, or a word is in a script that no known language is written in.
        ConfigError: espeak-ng does not know the language.
    """
    marked, special = (lexicon or Lexicon()).mark(text, pronunciations)
    chunks = _chunks(normalise(marked, language), "," if goes_on else ".")
    symbols, stresses, spoken = ["^"], [0], []
    remaining: Iterator = iter(special)
    for chunk, mark in chunks:
        for heard, phones in pronounce(chunk, language, remaining):
            start = len(symbols)
            symbols += [phone.strip("ˈˌ") for phone in phones]
            stresses += [_STRESS.get(phone[0], 0) for phone in phones]
            spoken.append((heard, start, len(symbols)))
            symbols.append(" ")
            stresses.append(0)
        if len(symbols) > 1:
            symbols[-1] = mark
    if not spoken:
        raise ScriptError(f"there is nothing to pronounce in “{_shorten(text)}”; write words")
    written = text.split()
    places = align_words(written, [heard for heard, _, _ in spoken])
    names = [" ".join(trim(written[place]) for place in own) for own in places]
    words = tuple((name, start, end) for name, (_, start, end) in zip(names, spoken, strict=True))
    return Phonemes(tuple(symbols), tuple(stresses), words, tuple(map(tuple, places)))


def check_scripts(text: str, language: str, lexicon: Lexicon, pronunciations: Sequence[tuple[int, int, Entry]] = ()) -> None:
    """Makes sure that each word of a text is in a script that can be spoken, without speaking any.

    Raises:
        ScriptError: one is not; the message names it.
    """
    foreign_words(tidy(lexicon.mark(text, pronunciations)[0]).replace(PLACEHOLDER, " "), language)


def _chunks(text: str, ending: str) -> list[tuple[str, str]]:
    """(words, boundary mark that follows) pairs; the last mark ends the sentence."""
    chunks = []
    for match in _CHUNK.finditer(text):
        words, mark = match[1].strip(), match[2].strip()
        if re.search(r"\w", words):
            chunks.append((words, _mark(mark)))
        elif chunks and mark and _rank(_mark(mark)) > _rank(chunks[-1][1]):
            chunks[-1] = (chunks[-1][0], _mark(mark))
    if chunks and chunks[-1][1] not in ".?!":
        chunks[-1] = (chunks[-1][0], ending)
    return chunks


def _mark(marks: str) -> str:
    known = [_MARKS.get(mark, mark) for mark in marks if _MARKS.get(mark, mark) in BOUNDARIES]
    return max(known, key=_rank, default=" ")


def _rank(mark: str) -> int:
    return BOUNDARIES.index(mark)


def _shorten(text: str, limit: int = 60) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"
