"""What a text is about: the words in it that mean something, in any language and best in English and German."""

import math
import re
from collections import Counter
from functools import cache

from voicekit.text.function_words import ENGLISH, GERMAN, word_set

#: They mean as little as function words do.
_VAGUE_WORDS = """
    became become becomes came come comes either few first gave get gets give gives go goes going gone got keep kept
    last least less let little long look looks made make makes many next one other others own put said same say says see seem
    seems seen several take taken takes tell things thing told took two use used want wants way went whole dies machen"""
#: Verbs whose form does not show that they are verbs: they say what is done, not what is seen.
_DEED_WORDS = """
    ate began bent bled blew bore bought bound bred broke brought built burst cast caught chose clung crept dealt drank drew
    drove dug fed fell felt fled flew fought found froze grew heard held hid hung knew laid lay leapt learnt led left lent
    lit lost meant met paid rang ran rebuilt rode rose sang sank sat sent set shook shone shot shut slept slid sold sought
    spent spoke sprang spread stood stole stuck struck swam swept swung taught thought threw torn understood woke won wore
    wrote begin begins bring brings become believe carry carries find finds follow follows grow grows happen happens hear
    hears help helps hold holds know knows learn learns leave leaves live lives mean means meet meets move moves need needs
    open opens remember reads remains runs sits sleeps smells speak speaks stand stands start starts stays tells think
    thinks turn turns wait waits walks watches works wonder write writes hunt hunts swim swims rise rises fall falls arrive
    arrives climb climbs dive dives sing sings wake wakes shine shines cross crosses enter enters gather gathers wander
    wanders pull pulls push pushes reach reaches sail sails flow flows glow glows bloom blooms burn burns laugh laughs cry
    cries wave waves dance dances lasts seek seeks send sends build builds eat eats drink drinks drive drives fly flies"""
_STOP, _DEEDS = (ENGLISH | GERMAN).every | word_set(_VAGUE_WORDS), word_set(_DEED_WORDS)
_CJK = r"\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f"
_SPACELESS = re.compile(rf"[{_CJK}\u0e00-\u0eff\u1780-\u17ff\u1000-\u109f]")
_TERM = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff々〇]+|[\u30a0-\u30ff]+|[\u0e00-\u0eff\u1780-\u17ff\u1000-\u109f]{2,12}")
_KANA = re.compile(r"[\u3040-\u30ff]")
#: Chinese characters that only join others.
_PARTICLES = re.compile(
    "[的了是在和与與及或也都就还還又着著过過吗嗎呢吧啊被把从從到向对對为為以于於而但因所之其这這那个個们們我你他她它不没沒有很一第台艘然后後下]+"
)
_URL = re.compile(r"(?:https?://|www\.)\S+|(?<!\S)[^\s@]+@\S+\.\w+")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_PART = re.compile(r"[^\s\w'’-]+")
_VERB = re.compile(r"(?:[^aeiouy]ed|[^aeiou]ied|[aeiouy]\w{0,30}ing|ly)$")
#: Endings, and how many letters of a word must remain without them.
_ENDINGS = dict.fromkeys(
    ("fulness", "ation", "ingly", "ness", "ment", "ing", "edly", "ied", "ie", "ed", "ly", "e", "n", "y"), 3
)
_ENDINGS |= dict.fromkeys(("est", "er", "en", "em"), 4)


def spaceless(text: str) -> bool:
    """Whether a text is, for the most part, in a writing that puts no spaces between words."""
    return len(_SPACELESS.findall(text)) > 0.3 * sum(map(str.isalpha, text))


@cache
def stem(word: str) -> str:
    """What a word has in common with its other forms, roughly."""
    word = word.lower().replace("’", "'").removesuffix("'s")
    if len(word) > 3 and word.endswith("s") and not word.endswith("ss"):
        word = word[:-1]
    for ending, rest in sorted(_ENDINGS.items(), key=lambda one: -len(one[0])):
        if word.endswith(ending) and len(word) - len(ending) >= rest:
            return word[: -len(ending)]
    return word


def content(text: str) -> list[str]:
    """The words of a text that mean something by themselves, as written."""
    if spaceless(text):
        return _terms(text)
    return [word for word in _WORD.findall(_URL.sub(" ", text)) if _means(word)]


def stems(text: str) -> Counter:
    """How often each stem of a content word is in a text; of Chinese and the like, each pair of signs."""
    if spaceless(text):
        return Counter(term[at : at + 2] for term in _terms(text) for at in range(max(1, len(term) - 1)))
    return Counter(map(stem, content(text)))


def likeness(one: Counter, other: Counter) -> float:
    """How much two texts are about the same, 0 to 1: the cosine of their stems."""
    norm = math.sqrt(sum(n * n for n in one.values()) * sum(n * n for n in other.values()))
    return sum(n * other[word] for word, n in one.items()) / norm if norm else 0.0


def is_meaningful(word: str) -> bool:
    """Whether a word means something by itself."""
    return _means(word)


def is_deed(word: str) -> bool:
    """Whether an English word in lower case looks like a verb, or like what says how something is done."""
    return word in _DEEDS or (len(word) > 4 and _VERB.search(word) is not None)


def _means(word: str) -> bool:
    plain = word.lower().replace("’", "'")
    return len(word) > 1 and plain not in _STOP and plain.removesuffix("'s") not in _STOP


def _terms(text: str) -> list[str]:
    if not _KANA.search(text):
        text = _PARTICLES.sub(" ", text)
    found = [term[:10] for term in _TERM.findall(text)]
    return [term for term in found if len(term) > 1] or found or _WORD.findall(text)[:3]
