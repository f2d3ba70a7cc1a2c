"""What a text is about: its telling words and phrases, without a model, in any language and best in English and German."""

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
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
#: Nouns that nobody can picture.
_VAGUE_WORDS = (
    "hour hours minute minutes time times year years day days week weeks moment moments way ways lot part kind end place"
)
_SEASONS = ("spring", "summer", "autumn", "fall", "winter")
_STOP, _DEEDS, _VAGUE = (frozenset(words.split()) for words in (_STOP_WORDS, _DEED_WORDS, _VAGUE_WORDS))
#: Words that come before the name of a thing.
_ANNOUNCING = (
    "a an the this that these those my your his her its our their of in into at on by with from for to under over every "
    "each through between along across behind der die das den dem des ein eine einen einem einer eines im am vom zum zur"
)
_BEFORE_NOUN = frozenset(_ANNOUNCING.split())
#: A noun phrase begins with one of the first, and a verb follows one of the second.
_DETERMINING_WORDS, _DOING_WORDS = (
    "a an the this these those my your his her its our their",
    "i you he she it we they who to",
)
_DETERMINING, _DOING = frozenset(_DETERMINING_WORDS.split()), frozenset(_DOING_WORDS.split())
_GERMAN, _ENGLISH = (
    frozenset(("der", "die", "das", "und", "den", "dem", "ein", "eine", "ist")),
    frozenset(("the", "and", "of", "to", "a", "is")),
)
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


def phrases(text: str) -> list[str]:
    """What may be things in a text, in its order, each once: "orbital stadium", "kick-off"."""
    found = _terms(text) if spaceless(text) else list(_named(text))
    return list({phrase.lower(): phrase for phrase in reversed(found)}.values())[::-1]


def telling(text: str, common: Counter, texts: int) -> list[str]:
    """Its phrases, the most telling first: often in this text and in few others.

    Args:
        common: of all texts, in how many each stem is.
        texts: how many there are.
    """
    here = stems(text)
    order = phrases(text)
    places = {phrase: place for place, phrase in enumerate(order)}
    first = text.lstrip("\"“'‘„»« ")[: max(map(len, order), default=0)]
    named = None if spaceless(text) else frozenset(phrase.lower() for phrase in _named(text, behind=True))

    def weight(phrase: str) -> float:
        parts = list(stems(phrase))
        rare = [here[part] * math.log(1 + (1 + texts) / (1 + common[part])) for part in parts]
        # Two words say more than one, and three hardly more than two.
        score = sum(sorted(rare, reverse=True)[:2]) + 0.2 * (len(parts) > 2)
        score *= 1.0 if named is None or phrase.lower() in named else 0.5
        words = phrase.lower().split()
        if words[-1] in _VAGUE or (len(words) > 1 and _might_be_deed(words)):
            score *= 0.6
        if phrase[:1].isupper() and not first.startswith(phrase):
            score *= 1.4  # a name, or in German a noun
        # Long words say more: a lighthouse is seen in fewer places than a town.
        return score + 0.03 * max(map(len, words)) - 0.01 * places[phrase]

    return sorted(order, key=weight, reverse=True)


def with_article(phrase: str, text: str) -> str:
    """An English phrase as it stands in the text: "the lighthouse"."""
    found = re.search(rf"\b(the|an?|our|my|your) {re.escape(phrase)}\b", text, re.IGNORECASE) if phrase else None
    return found[0] if found else phrase


def is_meaningful(word: str) -> bool:
    """Whether a word means something by itself."""
    return _means(word)


def is_deed(word: str) -> bool:
    """Whether an English word in lower case looks like a verb, or like what says how something is done."""
    return word in _DEEDS or (len(word) > 4 and _VERB.search(word) is not None)


def _means(word: str) -> bool:
    plain = word.lower().replace("’", "'")
    return len(word) > 1 and plain not in _STOP and plain.removesuffix("'s") not in _STOP


def _might_be_deed(words: Sequence[str]) -> bool:
    """Whether the last word may be what the one before does: "tower hums", but also "harbour lights"."""
    return words[-1].endswith("s") and not words[-1].endswith(("ss", "us")) and not words[-2].endswith("s")


def _terms(text: str) -> list[str]:
    if not _KANA.search(text):
        text = _PARTICLES.sub(" ", text)
    found = [term[:10] for term in _TERM.findall(text)]
    return [term for term in found if len(term) > 1] or found or _WORD.findall(text)[:3]


def _named(text: str, behind: bool = False) -> Iterator[str]:
    """Runs of content words; `behind`: only those with a word before them that announces a thing."""
    words = text.lower().split()
    german = sum(word in _GERMAN for word in words) > sum(word in _ENGLISH for word in words)
    for part in _PART.split(_URL.sub(" . ", text)):
        run: list[str] = []
        before = ""
        for token in [*part.split(), ""]:
            if before == "in" and not run and token.lower() in _SEASONS:  # "in summer children dive"
                yield token
                before = ""
                continue
            if _WORD.fullmatch(token) and _means(token):
                run.append(token)
                continue
            announced = before in _BEFORE_NOUN
            if not german and before in _DOING:
                run = run[1:]
            if not german and token.lower() in _DETERMINING and (len(run) > 1 or not announced):
                run = run[:-1]  # "the referee throws the coin": no two things stand side by side
            phrase = _trimmed(run, announced, german)
            if phrase and (announced or not behind):
                yield phrase
            run, before = [], token.lower()


def _trimmed(run: Sequence[str], announced: bool, german: bool) -> str:
    """A run of words without what is done in it: "fishermen" of "fishermen mended nets quietly"."""
    if german:  # which writes things with a capital
        nouns = dict.fromkeys(at for at, word in enumerate(run) if word[0].isupper())
        first_end = next((at for at in nouns if at + 1 not in nouns), -1)
        return " ".join(run[: first_end + 1][-3:])
    for at, word in enumerate(run):
        described = at == 0 and announced and len(run) > 1  # "the painted wall"
        if word.lower() in _DEEDS or (_VERB.search(word) and len(word) > 4 and not described):
            run = run[:at] if at else run[1:]
            break
    return " ".join(run[:3])
