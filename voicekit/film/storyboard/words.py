"""What a text is about: the words in it that mean something, in any language and best in English and German."""

import math
import re
from collections import Counter
from functools import cache

_STOP_WORDS = """
    a about above after again against all almost already also although always am among an and another any anyone anything
    are around as at away back be became because become becomes been before behind being below beneath beside between beyond
    both but by came can cannot come comes could did do does doing done down during each either else enough even ever every
    everyone everything few first for from gave get gets give gives go goes going gone got had has have having he her here
    hers herself him himself his how however i if in inside into is it its itself just keep kept last least less let like
    little long look looks made make makes many may me might mine more most much must my myself near never next no nobody
    none nor not nothing now of off often on once one only onto or other others our ours out outside over own perhaps put
    quite rather really said same say says see seem seems seen several shall she should since so some someone something
    soon still such take taken takes tell than that the their theirs them themselves then there these they thing things
    this those though through thus to today together told tomorrow too took toward towards two under until up upon us use
    used very want wants was way we well went were what when where whether which while who whole whom whose why will with
    within without would yes yesterday yet you your yours yourself don't doesn't didn't isn't aren't wasn't weren't won't
    can't couldn't shouldn't wouldn't it's that's there's we're they're i'm you're he's she's let's
    aber alle allem allen aller alles als also am an ander andere anderen auch auf aus bei beim bin bis bist da dabei damit
    danach dann daran darauf darin das dass davon dazu dein deine dem den denn der deren des dessen dich die dies diese
    diesem diesen dieser dieses dir doch dort du durch ein eine einem einen einer eines einmal er erst es etwas euch euer
    für gegen habe haben hat hatte hatten hier hin hinter ich ihm ihn ihnen ihr ihre ihrem ihren ihrer im immer in ins ist
    ja jede jedem jeden jeder jedes jetzt kann kein keine keinem keinen keiner können könnte machen man mehr mein meine mich
    mir mit muss müssen nach nein nicht nichts noch nun nur ob oder ohne schon sehr sein seine seinem seinen seiner seit
    selbst sich sie sind so soll sollen sollte sondern über um und uns unser unsere unter viel viele vom von vor war waren
    warum was weil wenn wer werden wie wieder wir wird wo wurde wurden zu zum zur zwar zwischen bevor während
    twice thrice past"""
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
_STOP, _DEEDS = (frozenset(words.split()) for words in (_STOP_WORDS, _DEED_WORDS))
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
