"""A text as paragraphs of sentences.

A blank line ends a paragraph. Inside one, a line that had room for the next line's first word was ended on purpose (a
heading, a verse, an item of a list): it ends a sentence as well. Any other line was only wrapped.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from voicekit.core.patterns import lazy_pattern
from voicekit.text.normalise.english_abbreviations import COUNTED, INITIALS, SHORTENED, TITLES
from voicekit.text.normalise.german import ABBREVIATIONS
from voicekit.text.normalise.rules import any_of

#: Longer sentences are spoken clause by clause, so that memory stays bounded and no network meets lengths it never learned.
MAX_CHARACTERS = 220
#: No word is longer. espeak-ng loses what goes beyond some 160 characters.
MAX_WORD = 60
#: Nobody wraps lines to fewer characters; shorter lines are verse.
_NARROWEST = 40
_CLOSING = "\"'”’»)\\]"
_END = lazy_pattern(rf"(?<=[.?!…])[{_CLOSING}]*\s+(?=\S)|(?<=[。！？])")
_ITEM = lazy_pattern(r"\s*(?:[-*•–—]|\(?\d{1,2}[.)]|#{1,6})\s+")
_NEVER = {
    "en": rf"\b(?:{any_of(TITLES)})\.|\b(?:{any_of(COUNTED)})\.(?=\s*\d)|\b(?:{any_of(SHORTENED)})\.(?=\s+[^A-Z\"'(])"
    rf"|\b(?:[A-Z]\.){{2,9}}(?=\s+[a-z])|{INITIALS}|…(?=\s+[a-z])|[?!][{_CLOSING}]+(?=\s+[a-z])",
    "de": rf"(?<!\w)(?:{any_of(ABBREVIATIONS)})|\b\d{{1,2}}\.|\b\w\.(?=\s?\w\.)|(?:usw|etc)\.(?=\s+[a-zäöü])"
    rf"|…(?=\s+[a-zäöü])|[?!][{_CLOSING}]+(?=\s+[a-zäöü])",
}


@dataclass(frozen=True)
class Sentence:
    """What is spoken in one go.

    Attributes:
        text: on one line.
        place: where in its paragraph, 0 for the first sentence, 1 for the last; None where there is only one.
        opens: it is the first of its paragraph.
        goes_on: it is a part of a longer sentence, which the next one continues.
    """

    text: str
    place: float | None = None
    opens: bool = True
    goes_on: bool = False


def sentences(text: str, language: str = "en-us") -> Iterator[Sentence]:
    """The sentences of a text, long ones broken at clauses; what holds no letter or digit is left out."""
    for paragraph in re.split(r"\n\s*\n", text.replace("\r\n", "\n").replace("\r", "\n")):
        whole = [one for one in split_sentences(paragraph, language) if re.search(r"[^\W_]", one)]
        for index, sentence in enumerate(whole):
            place = index / (len(whole) - 1) if len(whole) > 1 else None
            pieces = _break(sentence)
            for number, piece in enumerate(pieces):
                yield Sentence(piece, place, opens=index == number == 0, goes_on=number < len(pieces) - 1)


def split_sentences(paragraph: str, language: str = "en-us") -> list[str]:
    """The sentences of one paragraph, without the white space between them."""
    never = re.compile(_NEVER.get(language.split("-")[0], r"(?!)"))
    found = []
    for line in _lines(paragraph):
        # Where the marks are that look like the end of a sentence and are none.
        spans = [match.span(match.lastgroup or 0) for match in never.finditer(line)]
        spared = {place for begin, end in spans for place in range(begin + 1, end + 1)}
        ends = [match for match in _END.finditer(line) if match.start() not in spared]
        edges = [0, *(match.end() for match in ends), len(line)]
        found += [line[begin:end].strip() for begin, end in pairwise(edges)]
    return [sentence for sentence in found if sentence]


def _lines(paragraph: str) -> list[str]:
    """The paragraph's lines, those put together that were only wrapped."""
    written = [line.rstrip() for line in paragraph.splitlines() if line.strip()]
    width = max([_NARROWEST, *map(len, written)])
    lines: list[list[str]] = []
    before = ""
    for line in written:
        words = line.split()
        item = _ITEM.match(line)
        had_room = len(before) + 1 + len(words[0]) <= width and not words[0][0].islower()
        if not lines or item or had_room:
            lines.append(line[item.end() if item else 0 :].split())
        else:
            lines[-1] += words
        before = line
    return [" ".join(words) for words in lines]


def _break(sentence: str) -> list[str]:
    """Pieces of at most about MAX_CHARACTERS: broken at clauses, else between words, else anywhere."""
    sentence = re.sub(rf"\S{{{MAX_WORD}}}(?=\S)", r"\g<0> ", sentence)
    pieces, begin = [], 0
    while len(sentence) - begin > MAX_CHARACTERS:
        head = sentence[begin : begin + MAX_CHARACTERS]
        cut = max(head.rfind(mark) for mark in (", ", "; ", ": ", " — ")) + 1 or head.rfind(" ") + 1 or len(head)
        pieces.append(head[:cut].strip())
        begin += cut
    return [*pieces, sentence[begin:].strip()]
