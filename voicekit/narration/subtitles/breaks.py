"""Where a line of subtitles may end, and how good a place it is."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from voicekit.text.sentences import split_sentences


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: Words that begin a clause: conjunctions, relatives, question words.
_CLAUSE_OPENING = _words(
    "and but or nor so yet because that which who whom whose where when while as if though although whether how why "
    "what und aber oder sondern denn weil dass daß ob wenn als wie wo wobei obwohl damit nachdem bevor et mais ou "
    "donc car que qui dont où quand y e o pero porque ma perché"
)  # fmt: skip
#: Words that say whose or which: what they begin belongs to the noun before, more than a verb that follows it does.
_OF = _words("of von vom de du des del di")
#: Words that begin a phrase: prepositions.
_PREPOSITIONS = _words(
    "with without in on at to by for from into onto over under about against between through during than since until "
    "before after bis während mit ohne aus bei beim nach seit zu zum zur für gegen um durch über unter vor hinter "
    "neben zwischen auf im ins am ans avec sans dans sur sous pour par chez en vers con sin por para sobre entre "
    "desde hasta senza da nel nella su per tra fra"
)  # fmt: skip
#: Words that begin what is said of the subject.
_VERBS = _words(
    "is are was were am will would can could shall should may might must has have had does did do ist sind war waren "
    "hat haben hatte hatten wird werden wurde wurden kann können konnte muss müssen soll sollte"
)
_ARTICLES = _words("a an the der die das den dem des ein eine einen einem einer eines le la les un une el los las il gli")
#: Words that belong to the next one: articles, numbers and the like, and all that begins something.
_CLINGING = _CLAUSE_OPENING | _OF | _PREPOSITIONS | _VERBS | _ARTICLES | _words(
    "this these those my your his her its our their no every each some any very more most too not be been i we they "
    "he she it you both two three four five six seven eight nine ten first second third last next kein keine keinen "
    "keiner dieser diese dieses diesen diesem mein meine dein deine sein seine ihr ihre unser unsere sehr mehr nicht "
    "zwei drei vier fünf ersten zweiten dritten letzten ce cet cette ces mon ma mes son sa ses lo una unos unas mi tu "
    "uno"
)  # fmt: skip
#: What it costs to end a line before each of them, where a comma costs 1 and any other word 4.
_BEFORE = ((_CLAUSE_OPENING, 2.0), (_PREPOSITIONS, 2.0), (_VERBS, 3.0), (_OF, 4.5))
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
    usual = 5.0 if prior.lower() in _ARTICLES or word[:1].isdigit() else 4.0  # "the old | tower", "in the year | 2077"
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
