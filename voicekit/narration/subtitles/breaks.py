"""Where a line of subtitles may end, and how good a place it is."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from voicekit.text.function_words import ENGLISH, FRENCH, GERMAN, ITALIAN, SPANISH, word_set
from voicekit.text.sentences import split_sentences

_KNOWN = ENGLISH | GERMAN | FRENCH | SPANISH | ITALIAN
#: Words that belong to the next one: articles, numbers and the like, and all that begins something.
_CLINGING = (
    _KNOWN.before_noun
    | _KNOWN.prepositions
    | _KNOWN.clause_opening
    | _KNOWN.auxiliaries
    | _KNOWN.subjects
    | _KNOWN.numbers
    | _KNOWN.ordinals
    | word_set("not more most too very nicht mehr sehr")
)
#: What it costs to end a line before each of them, where a comma costs 1 and any other word 4.
_BEFORE = (
    (_KNOWN.clause_opening - ENGLISH.auxiliaries, 2.0),  # German "was" is one
    (_KNOWN.prepositions - _KNOWN.of, 2.0),
    (_KNOWN.auxiliaries, 3.0),
    (_KNOWN.of, 4.5),
)
_CLOSING = "\"'”’»)]}›"
_CLAUSE = ",;:—–،؛、，；：‥"
#: Characters that no line may begin with, and those that none may end with, in text without spaces.
_NEVER_FIRST = frozenset(
    "、。，．・：；？！‼⁇⁈⁉゛゜ヽヾゝゞ々ー）］｝〕〉》」』】〙〗〟’”»›…‥～ぁぃぅぇぉっゃゅょゎゕゖァィゥェォッャュョヮヵヶ,.:;?!)]}%％℃"
)
_NEVER_LAST = frozenset("（［｛〔〈《「『【〘〖〝‘“«‹([{$￥＄£¥")
_CJK = re.compile(
    "[\u2e80-\u303f\u3040-\u30ff\u3100-\u312f\u3190-\u31ff\u3400-\u9fff\uf900-\ufaff\uff00-\uff9f\U00020000-\U0003ffff]"
)


@dataclass(frozen=True)
class Piece:
    """What no line break goes through: a word, or one character of text without spaces.

    Attributes:
        begin, end: its place in the text.
        edge: the width of the text before it.
        width: its own.
    """

    begin: int
    end: int
    edge: int
    width: int


@dataclass(frozen=True)
class Break:
    """A place before a piece. `cost`: of ending a line there, 0 at the end of a sentence."""

    cost: float
    sentence: bool = False


def width(text: str) -> int:
    """How many columns a text takes: a full-width character two, one that is laid over another none."""
    return sum(map(_columns, text))


def _columns(character: str) -> int:
    if character.isascii():
        return 1
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def pieces(text: str, longest: int) -> list[Piece]:
    """The pieces of a text with single spaces, in order. A word of more than `longest` columns is cut."""
    edges = [0]
    for character in text:
        edges.append(edges[-1] + _columns(character))
    found = []
    for word in re.finditer(r"\S+", text):
        begin = word.start()
        for place in range(word.start() + 1, word.end() + 1):
            too_long = place < word.end() and edges[place + 1] - edges[begin] > longest
            if place == word.end() or too_long or _breaks_inside(text[place - 1], text[place]):
                found.append(Piece(begin, place, edges[begin], edges[place] - edges[begin]))
                begin = place
    return found


def _breaks_inside(before: str, after: str) -> bool:
    """Whether a line may end between two characters without a space between them."""
    if before in "—–" and after.isalpha():
        return True
    if not (_CJK.match(before) or _CJK.match(after)) or not _columns(after):
        return False
    return after not in _NEVER_FIRST and before not in _NEVER_LAST


def breaks(text: str, parts: Sequence[Piece]) -> list[Break]:
    """Before each piece, how good a place it is to end the line."""
    ends = _sentence_ends(text)
    found = [Break(0.0, True)] if parts else []
    prior = ""
    for left, right in pairwise(parts):
        found.append(Break(0.0, True) if left.end in ends else Break(_tear(text, prior, left, right)))
        prior = text[left.begin : left.end]
    return found


def _tear(text: str, prior: str, left: Piece, right: Piece) -> float:
    before, after = text[left.begin : left.end], text[right.begin : right.end]
    bare = before.rstrip(_CLOSING)
    if bare and bare[-1] in _CLAUSE:
        return 1.0
    if left.end == right.begin:
        # Without a space: two letters of one word of Latin or numbers are never apart, katakana seldom.
        return 6.0 if _katakana(before[-1]) and _katakana(after[0]) else 4.0
    if before.lower().strip(_CLOSING + "“„«‚‘¿¡([") in _CLINGING or bare.endswith("."):  # "Dr. Smith"
        return 8.0
    if bare[-1:].isdigit():  # "12 men"
        return 6.0
    word = after.lower().strip(_CLAUSE + ".!?…")
    usual = 5.0 if prior.lower() in _KNOWN.articles or word[:1].isdigit() else 4.0  # "the old | tower", "in the year | 2077"
    return next((cost for words, cost in _BEFORE if word in words), usual)


def _katakana(character: str) -> bool:
    return "\u30a0" <= character <= "\u30ff"


def _sentence_ends(text: str) -> set[int]:
    """Where sentences end. A dot after a shortened word is none, whether the word is English or German."""
    ends = [_ends_of(text, split_sentences(text, language)) for language in ("en", "de")]
    marks = {match.end() for match in re.finditer(rf"[.!?…。！？؟۔][{_CLOSING}」』）]*", text)}
    spaceless = {end for end in marks if text[end - 1 : end] in "。！？」』）" or text[end - 1] in "؟۔"}
    return (ends[0] & ends[1]) | spaceless


def _ends_of(text: str, sentences: Sequence[str]) -> set[int]:
    ends, place = set(), 0
    for sentence in sentences:
        place = text.index(sentence, place) + len(sentence)
        ends.add(place)
    return ends
