"""What a text names as a thing that can be seen: not what it denies, compares with, or only calls something after.

"No forest", "like a river", "city council", "they train hard",
"a sea of doubts" name none; "three red robots" names robots.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from voicekit.film.drawing.palettes import Colour
from voicekit.film.vocabulary.lexicon import ANIMATE, GAME, KINDS, Entry, lexicon, signs
from voicekit.text.function_words import ENGLISH, GERMAN, word_set

_TOKEN = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*|\d+|[^\w\s]")
#: Where a statement ends: what is denied before it is not denied behind it.
_BREAKS = frozenset(',;:.!?–—()[]…"“”„»«/|')
_ENGLISH, _GERMAN = ENGLISH.every, GERMAN.every | GERMAN.numbers
#: Deny or compare what follows within a few words.
_DENYING_WORDS = (
    "no not never without neither nor like unlike resembles resembling lacks lacking instead despite except isn't "
    "aren't don't doesn't didn't wasn't weren't can't won't cannot hardly far away imagine metaphor called named "
    "nicknamed kein keine keinen keinem keiner keines nicht nie niemals ohne weder wie statt anstatt fern fernab "
    "ähnlich gleicht gleichsam außer"
)
_DENYING, _TURNING = word_set(_DENYING_WORDS), word_set("but yet however sondern aber doch und-doch")
_REACH = 4
#: The picture itself is a screen, too: one in it is somebody's, or is looked at.
_SCREENS = word_set("screen screens bildschirm bildschirme bildschirms bildschirmen")
_LOOKING = ENGLISH.possessives | GERMAN.possessives | word_set("at into before vor hinter")
#: A verb follows these, and a thing follows those.
_BEFORE_VERB = word_set("to will would can could may might must shall should i we you they don't doesn't didn't let let's")
_BEFORE_THING = (
    ENGLISH.before_noun
    | ENGLISH.prepositions
    | ENGLISH.numbers
    | word_set(
        "that several many old new young small big large great little long first last red blue green yellow white black "
        "golden fast slow wooden steam high low"
    )
)
#: Behind the name of a place they keep it: "harbour lights".
_KEEPING = word_set(
    "light lights skyline street streets view square wall walls gate gates entrance floor edge roof roofs scene shot "
    "sunrise sunset landscape horizon shore path trail background exterior interior ground grounds night morning "
    "evening dawn dusk winter summer autumn spring surface sky tower towers bay village town house houses stand "
    "stands seats tunnel final match game pitch shows show says tells sleeps sleep wakes rises rise shines glows "
    "burns burned waits lies stands begins ends grows changes appears disappears opens closes fills erupts erupted "
    "trembles shakes freezes hums cheers roars falls fell starts stops arrives leaves floats sinks sank flies lands "
    "launches reopens rests boils cools stood shone woke ahead alone awake again everywhere together"
)
_PICTURED_OF = word_set("pine pines trees fir firs birch birches oak oaks bamboo sand ice snow salt wheat corn grass the")
_NUMBERS = {
    word: number
    for number, words in enumerate(
        (
            "one single ein eine einen einem einer lone", "two zwei both pair couple paar beide beiden zweier",
            "three drei few",
            "four vier", "five fünf several mehrere einige", "six sechs", "seven sieben", "eight acht", "nine neun",
            "ten zehn",
            "eleven elf many viele vielen", "twelve zwölf dozen dozens hundreds thousands hunderte tausende",
        ),
        start=1,
    )
    for word in words.split()
}  # fmt: skip
COLOURS: dict[str, Colour] = {
    "red": (206, 58, 54), "blue": (52, 104, 196), "green": (64, 146, 88), "yellow": (240, 196, 64),
    "orange": (236, 134, 52),
    "purple": (128, 84, 168), "pink": (232, 128, 160), "white": (240, 238, 232), "black": (34, 34, 42),
    "brown": (128, 86, 58), "grey": (142, 148, 156), "golden": (232, 184, 72), "silver": (190, 198, 208),
}  # fmt: skip
_COLOUR_WORDS = {
    **{name: name for name in COLOURS},
    "gray": "grey", "gold": "golden", "violet": "purple", "rosa": "pink", "crimson": "red", "scarlet": "red",
    **{f"{stem}{ending}": name for stem, name in (
        ("rot", "red"), ("blau", "blue"), ("grün", "green"), ("gelb", "yellow"), ("weiß", "white"),
        ("schwarz", "black"),
        ("braun", "brown"), ("grau", "grey"), ("golden", "golden"), ("silbern", "silver"), ("lila", "purple"),
        ("orange", "orange"), ("goldfarben", "golden"), ("violett", "purple"))
        for ending in ("", "e", "en", "er", "es", "em", "n")},
}  # fmt: skip
#: What a colour in front of them is the colour of, though they are not drawn.
_ELSEWHERE = word_set(
    "hour carpet light lights hair eyes eye sky sun moon planet flag flags leaves clouds cloud flames glow smoke dust sand "
    "haired eyed stunde teppich licht haare haaren augen himmel sonne fahne fahnen blätter wolken"
)
_BEFORE_CLOTHES = word_set("a an the in her his their its einem einer einen dem der all bright dark pale light deep")
_CLOTHES = word_set(
    "dress shirt shirts jersey jerseys coat coats jacket jackets kit kits uniform uniforms suit suits outfit robe robes "
    "gown cloak sweater hoodie armour armor clothes kleid kleidern hemd trikot trikots mantel jacke anzug uniform rock "
    "pullover"
)
_EACH = word_set("one other another ein eine einer eines eins andere anderer anderes zweite")
_BETWEEN = word_set("and the in is und der die das ist")
_HAN = re.compile(r"[\u3400-\u9fff]")
_SIGN_DENIAL = re.compile(r"(?:没有|沒有|不是|無い|[无無非])$")


@dataclass(frozen=True)
class Mention:
    """A thing that a text names.

    Attributes:
        name: of its drawing.
        count: how many of it; 0 where it only says that there are several.
        colour: the English name of its own; "" where none is said.
        role: of a robot: what it does, by a name of people.
    """

    name: str
    count: int = 1
    colour: str = ""
    role: str = ""


@dataclass(frozen=True)
class _Token:
    word: str
    written: str
    owner: bool


def is_german(text: str) -> bool | None:
    """Whether a text is German rather than English; None where nothing tells."""
    words = [token.lower() for token in _TOKEN.findall(text)]
    german, english = (sum(word in known for word in words) for known in (_GERMAN, _ENGLISH))
    german += sum(any(sign in word for sign in "äöüß") for word in words)
    return None if german == english else german > english


def mentions(text: str, german: bool | None = None, game: bool = False, players: bool = False) -> list[Mention]:
    """What a text names, in its order, each drawing once for each of its colours.

    Args:
        german: whether it is German; None for both languages.
        game: whether it is about a ball game.
        players: whether who is in it plays one, though it may not be said here.
    """
    found = list(_of_signs(text))
    several: list[Mention] = []
    for clause in _clauses(text):
        if several and (worn := _of_each(clause)):
            found = [one for one in found if one not in several]
            found += [replace(one, count=1, colour=colour) for one in several for colour in worn]
            continue
        before = len(found)
        # Where nothing tells the language, a phrase may be of either; German things have capitals.
        for language in (german,) if german is not None else (False, True):
            found += _in_clause(clause, language, game, players)
        several = [one for one in found[before:] if one.count != 1 and not one.colour][:1]
    kept: dict[tuple[str, str], Mention] = {}
    for one in found:
        kept.setdefault((one.name, one.colour), one)
    return list(kept.values())


def about_game(text: str) -> bool:
    """Whether a text has a word of ball games."""
    words = {part for token in _TOKEN.findall(text.lower()) for part in (token, *token.split("-"))}
    return bool(words & GAME) or any(word.endswith(end) for word in words for end in ("fußballspiel", "fußball", "stürmer"))


def _clauses(text: str) -> Iterator[list[_Token]]:
    clause: list[_Token] = []
    found = _TOKEN.findall(text.replace("’", "'"))
    for at, written in enumerate(found):
        if written in _BREAKS:
            yield clause
            clause = []
        elif written == "'" and clause and at and found[at - 1].endswith("s"):
            clause[-1] = _Token(clause[-1].word, clause[-1].written, True)
        elif written[0].isalnum():
            plain = written.lower()
            owner = plain.endswith("'s")
            clause.append(_Token(plain.removesuffix("'s"), written, owner))
    yield clause


def _in_clause(clause: Sequence[_Token], german: bool, game: bool, players: bool) -> Iterator[Mention]:
    at = 0
    while at < len(clause):
        found = _entry(clause, at, german)
        if not found:
            at += 1
            continue
        entry, length = found
        if length > 1 and (longer := _entry(clause, at + length - 1, german)) and longer[1] > 1:
            at += length - 1  # "an apple", but of "an apple tree"
            continue
        start, at = at, at + length
        in_game = game or (players and (entry.in_game or entry.name) in ANIMATE)
        entry = replace(entry, name=entry.in_game) if in_game and entry.in_game else entry
        if not entry.name or (entry.game and not in_game) or _denied(clause, start):
            continue
        if clause[start].word in _SCREENS and not _is_looked_at(clause, start):
            continue
        if german:
            if clause[at - 1].word in ("uhr", "uhren") and start and clause[start - 1].word in _hours():
                continue
        elif not _is_thing(clause, start, at, entry):
            continue
        count, colour = _described(clause, start, at, german)
        yield Mention(entry.name, count or (0 if entry.plural else 1), colour)
        if german:
            yield from _in_front(clause[at - 1], entry)


def _of_each(clause: Sequence[_Token]) -> list[str]:
    """The colours of what was named before: of "two teams, one red and one blue", "two cars, one red, the other blue"."""
    words = [token.word for token in clause if token.word not in _BETWEEN]
    pairs = list(zip(words[::2], words[1::2], strict=False))
    whole = len(words) % 2 == 0 and all(one in _EACH and colour in _COLOUR_WORDS for one, colour in pairs)
    return [_COLOUR_WORDS[colour] for _, colour in pairs] if whole else []


def _hours() -> frozenset[str]:
    return frozenset((*_NUMBERS, *map(str, range(25)), "ihr", "wieviel"))


def _entry(clause: Sequence[_Token], at: int, german: bool) -> tuple[Entry, int] | None:
    """What the words from a place on name, and how many they are; the longest phrase first."""
    known = lexicon(german)
    for length in range(min(4, len(clause) - at), 0, -1):
        words = tuple(token.word for token in clause[at : at + length])
        written = clause[at + length - 1].written
        if (entry := known.words.get(words)) and (not german or not entry.name or length > 1 or written[0].isupper()):
            return entry, length
    word, written = clause[at].word, clause[at].written
    if "-" in word:  # "Roboter-Fußballspiel"
        head, last = word.rsplit("-", 1)
        if (entry := known.words.get((last,))) and len(head) > 2:
            return entry, 1
    if german and written[0].isupper():
        for length in range(min(len(word) - 3, known.longest_end), 3, -1):
            if entry := known.ends.get(word[-length:]):
                return entry, 1
        if word.startswith("roboter") and len(word) > 9:
            return known.words[("roboter",)], 1
    return None


def _in_front(token: _Token, entry: Entry) -> Iterator[Mention]:
    """What the first part of a German word names, where that is seen, too: the robots of "Roboterfußballspiel"."""
    if token.word.startswith("roboter") and entry.name != "robot":
        yield Mention("robot", 0)


def _denied(clause: Sequence[_Token], start: int) -> bool:
    """Whether words before a place deny a thing or compare with it."""
    for at in range(start - 1, max(start - _REACH, 0) - 1, -1):
        word = clause[at].word
        if word in _TURNING:
            return False
        following = clause[at + 1].word if at + 1 < len(clause) else ""
        if word in _DENYING and following not in ("only", "just", "nur"):
            return (word != "far" and word != "away") or following == "from"
        if (word == "as" and following in ("a", "an")) or (word == "als" and at == start - 1):
            return True
    return False


def _is_looked_at(clause: Sequence[_Token], start: int) -> bool:
    before = clause[max(start - _REACH, 0) : start]
    return any(token.word in _LOOKING or token.owner for token in before)


def _is_thing(clause: Sequence[_Token], start: int, end: int, entry: Entry) -> bool:
    """Whether an English word stands as a thing: neither as a verb nor in front of the thing that is meant."""
    before = clause[start - 1].word if start else ""
    after = clause[end] if end < len(clause) else None
    if entry.verb:
        if before in _BEFORE_VERB or (before not in _BEFORE_THING and before.endswith("s") and not before.endswith("ss")):
            return False
        if not before and after and after.word in ("the", "a", "an", "your", "my", "our", "their", "it", "them", "doubts"):
            return False
    if clause[end - 1].owner:
        return entry.name in ANIMATE
    if after is None:
        return True
    word = after.word
    if word == "of" and KINDS[entry.name] == "scenery":
        following = clause[end + 1] if end + 1 < len(clause) else None
        return bool(following and (following.word in _PICTURED_OF or following.written[0].isupper()))
    if word in _ENGLISH or word in _KEEPING or word.isdecimal() or _entry(clause, end, False):
        return True
    if entry.name == "robot":  # whatever is called after robots has some
        return True
    if entry.plural:
        return not entry.verb
    if entry.name in ANIMATE:
        return word.endswith(("ing", "ed", "ly", "s")) or word in ("alone", "runs")
    return word.endswith("ly") and len(word) > 4


def _described(clause: Sequence[_Token], start: int, end: int, german: bool) -> tuple[int, str]:
    """The number and the colour that words beside a thing give it: "three red", "in blue", "Team Red".

    A colour belongs to the next thing behind it: no other thing, and nothing but what describes, stands between them.
    """
    count, own = 0, True
    within = (clause[at].word for at in range(start, end) if end - start > 1)  # "red apple", "gold medal"
    colour = next((_COLOUR_WORDS[word] for word in within if word in _COLOUR_WORDS), "")
    for at in range(start - 1, max(start - 4, -1), -1):
        word = clause[at].word
        if word in _COLOUR_WORDS:
            colour = colour or (_COLOUR_WORDS[word] if own else "")
        elif word.isdecimal() and len(word) < 4:
            count = int(word)
        elif word in _NUMBERS:
            count = _NUMBERS[word]
        elif _ends_description(clause, at, german):
            break
        # What stands between describes the thing, unless it is a thing that is not drawn.
        own = own and word not in _ELSEWHERE and word not in _ENGLISH
    if not colour:
        colour = _colour_behind([token.word for token in clause[end : end + 6]])
    return count, colour


def _ends_description(clause: Sequence[_Token], at: int, german: bool) -> bool:
    """Whether a word before a thing is not of what describes it: a function word, or another thing."""
    word = clause[at].word
    if word in ("the", "a", "an", "of", "all"):
        return False
    other = _entry(clause, at, german)
    return word in _ENGLISH or word in _GERMAN or bool(other and other[0].name)


def _colour_behind(rest: Sequence[str]) -> str:
    """Of "Team Red" and "in blue", "in a red dress"; not of "in a red car"."""
    at = 0
    if rest and rest[0] in ("in", "im", "wearing", "dressed"):
        at = 1
        while at < min(len(rest), 3) and rest[at] in _BEFORE_CLOTHES:
            at += 1
    if at >= len(rest) or rest[at] not in _COLOUR_WORDS:
        return ""
    following = rest[at + 1] if at + 1 < len(rest) else ""
    ends = not following or following in _ENGLISH or following in _GERMAN or following in _COLOUR_WORDS
    return _COLOUR_WORDS[rest[at]] if ends or (at and following in _CLOTHES) else ""


def _of_signs(text: str) -> Iterator[Mention]:
    """What Chinese and Japanese signs name; a single one only where it stands alone, for it is in many words."""
    if not _HAN.search(text) and not re.search(r"[\u3040-\u30ff]", text):
        return
    left = text
    for sign, name in signs():
        at = left.find(sign)
        if at < 0:
            continue
        before, after = left[at - 1 : at] if at else "", left[at + len(sign) : at + len(sign) + 1]
        if len(sign) == 1 and (_HAN.match(before) or _HAN.match(after)):
            continue
        left = left.replace(sign, "\u3000" * len(sign))
        if not _SIGN_DENIAL.search(text[max(0, at - 2) : at]):
            yield Mention(name)
