"""Text to phones with stress, and the places between words where a voice may pause.

espeak-ng, which comes inside its wheel, speaks the phones of more than a hundred languages. The sequence that the models
see alternates between words and boundaries:

    ^ h e l l o  ,  w o r l d  .

Every boundary (one of `BOUNDARIES`) is a token of its own with a duration that may be zero, so that pauses are learned
where people make them and no phone ever has to swallow a silence.
"""

import itertools
import re
from dataclasses import dataclass

from voicekit.errors import ScriptError
from voicekit.text.espeak import check_language as check_language  # part of what this module offers
from voicekit.text.espeak import espeak_words
from voicekit.text.normalise import normalise

#: Start of speech, plain word boundary, and the punctuation that shapes pauses and melody.
BOUNDARIES = ("^", " ", ",", ";", ":", "—", ".", "?", "!")

_STRESS = {"ˈ": 1, "ˌ": 2}
# A mark ends a chunk only where no letter or digit follows: "3.5", "voicekit.py" and "e.g" stay whole.
_CHUNK = re.compile(r"(.*?)([.,;:?!—…]+(?=[\s\"')\]]|$)|\s[-–—]+\s|[—…]|[()\[\]\"]|$)", re.DOTALL)
_MARKS = {"…": ".", "(": ",", ")": ",", "[": ",", "]": ",", "-": "—", "–": "—"}
_SENTENCE_END = re.compile(r"(?<=[.?!…])[\"')\]]*\s+(?=\S)")


@dataclass(frozen=True)
class Phonemes:
    """A phone sequence with its boundaries; all fields but `words` have one entry a token.

    Attributes:
        symbols: IPA phones as espeak-ng writes them, and BOUNDARIES; starts with "^" and ends with a boundary.
        stresses: 1 on primary, 2 on secondary stressed phones, else 0.
        words: (text, first token, token after the last) of each spoken word; two texts that espeak-ng runs together
            ("of the") are one word.
    """

    symbols: tuple[str, ...]
    stresses: tuple[int, ...]
    words: tuple[tuple[str, int, int], ...]


def split_sentences(text: str) -> list[str]:
    """The sentences of `text`, without the white space between them."""
    return [sentence for part in text.splitlines() for sentence in _SENTENCE_END.split(part.strip()) if sentence]


def phonemise(text: str, language: str = "en-us") -> Phonemes:
    """The phones of one sentence.

    Raises:
        ScriptError: nothing in `text` can be pronounced.
        ConfigError: espeak-ng does not know the language.
    """
    chunks = _chunks(normalise(text, language))
    symbols, stresses, words = ["^"], [0], []
    for chunk, mark in chunks:
        pronounced = espeak_words(chunk, language)
        if not pronounced:
            continue
        for written, word in zip(_group(chunk.split(), len(pronounced)), pronounced, strict=True):
            start = len(symbols)
            for phone in word:
                symbols.append(phone.strip("ˈˌ"))
                stresses.append(_STRESS.get(phone[0], 0))
            words.append((written, start, len(symbols)))
            symbols.append(" ")
            stresses.append(0)
        symbols[-1] = mark
    if not words:
        raise ScriptError(f"there is nothing to pronounce in “{_shorten(text)}”; write words")
    return Phonemes(tuple(symbols), tuple(stresses), tuple(words))


def _chunks(text: str) -> list[tuple[str, str]]:
    """(words, boundary mark that follows) pairs; the last mark ends the sentence."""
    chunks = []
    for match in _CHUNK.finditer(text):
        words, mark = match[1].strip(), match[2].strip()
        if re.search(r"\w", words):
            chunks.append((words, _mark(mark)))
        elif chunks and mark and _rank(_mark(mark)) > _rank(chunks[-1][1]):
            chunks[-1] = (chunks[-1][0], _mark(mark))
    if chunks and chunks[-1][1] not in ".?!":
        chunks[-1] = (chunks[-1][0], ".")
    return chunks


def _mark(marks: str) -> str:
    known = [_MARKS.get(mark, mark) for mark in marks if _MARKS.get(mark, mark) in BOUNDARIES]
    return max(known, key=_rank, default=" ")


def _rank(mark: str) -> int:
    return BOUNDARIES.index(mark)


def _group(written: list[str], count: int) -> list[str]:
    """Spreads written words over `count` spoken ones: espeak-ng joins some ("of the") and splits others ("1984")."""
    edges = [round(i * len(written) / count) for i in range(count + 1)]
    return [" ".join(written[a:b]) for a, b in itertools.pairwise(edges)]


def _shorten(text: str, limit: int = 60) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"
