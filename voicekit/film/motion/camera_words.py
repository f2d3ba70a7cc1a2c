"""What a camera does, out of the words for it, English or German: "slow push in, pan left", "langsamer Schwenk nach rechts".

A word for a movement is looked for its direction: inside it ("Linksschwenk"), behind it in the same clause, and right before
it ("left pan"). Directions that belong to no movement say nothing: a door to the left is a door.
"""

import math
import re
from dataclasses import dataclass

#: The size of a movement whose words say nothing of its speed: things grow by e to the power of this, and …
_ZOOM = 0.18
#: … this is how far the camera travels, in widths or heights of what is seen without zoom.
_TRAVEL = 0.2
#: A hand lets the picture drift by this much, in widths of it.
_DRIFT = 0.006
_SLOW, _FAST = 0.6, 1.8
_MOST_ZOOM, _MOST_TRAVEL = math.log(2.5), 0.6
#: A movement's direction is looked for within this many words after it, and before it.
_AHEAD, _BEFORE = 6, 2
#: A movement without a direction counts only where at most this many words are said: "slow pan", but not "a frying pan on
#: the stove".
_FEW = 3


@dataclass(frozen=True)
class Move:
    """A camera movement over a flat picture, from its first moment to its last.

    The picture is seen through a frame. At zoom 1 it is the largest frame of its shape that lies in the picture; widths and
    heights of that one are the units here.

    Attributes:
        zoom_from, zoom_to: how many times larger things are than at zoom 1.
        centre_from, centre_to: of the frame, (right, down) from the middle of the picture. A camera that turns left moves
            its frame to the left: the content moves to the right.
        drift: how far the frame strays from there at most, as in a hand.
    """

    zoom_from: float = 1.0
    zoom_to: float = 1.0
    centre_from: tuple[float, float] = (0.0, 0.0)
    centre_to: tuple[float, float] = (0.0, 0.0)
    drift: float = 0.0


#: The direction that words give: (right, down, forward).
_DIRECTIONS = [
    ((-1, 0, 0), re.compile(r"left(?:wards?)?|links|linke[nrs]?")),
    ((1, 0, 0), re.compile(r"right(?:wards?)?|rechts|rechte[nrs]?")),
    ((0, -1, 0), re.compile(r"up(?:wards?|per)?|oben|obere[nrs]?|hoch|aufwärts|hinauf|herauf|rauf|empor")),
    ((0, 1, 0), re.compile(r"down(?:wards?)?|lower|unten|untere[nrs]?|abwärts|hinab|herab|hinunter|herunter|runter")),
    ((0, 0, 1), re.compile(r"inwards?|forwards?|closer|towards?|hinein|herein|rein|heran|ran|vorwärts|vorne?|näher")),
    ((0, 0, -1), re.compile(r"outwards?|backwards?|back|away|heraus|hinaus|raus|weg|zurück|rückwärts")),
]
#: Prefixes that only a German verb has.
_PREFIXES = {"ein": (0, 0, 1), "aus": (0, 0, -1), "auf": (0, 0, -1), "rück": (0, 0, -1)}
#: Words that mostly say where something is: they count right after a movement to or fro, with at most words of pace between.
_PREPOSITIONS = {"in": (0, 0, 1), "out": (0, 0, -1)}

#: What moves, as a whole word in English and inside a word in German; the ways it goes, "x" right and left, "y" up and down,
#: "z" forward and back; and where it goes when nothing says so, None for words that also mean other things.
_MOVEMENTS = [
    (re.compile(r"(.*)zoom\w*"), "z", (0, 0, 1)),
    (re.compile(r"()doll(?:y|ying|ies)"), "zx", (0, 0, 1)),
    (re.compile(r"()(?:push|pull)(?:e?s|ing)?"), "z", None),
    (re.compile(r"()pan(?:s|ned|ning)?"), "xy", (1, 0, 0)),
    (re.compile(r"(.*)schwenk\w*"), "xy", (1, 0, 0)),
    (re.compile(r"()tilt(?:s|ed|ing)?"), "y", (0, -1, 0)),
    (re.compile(r"()neig(?:t|en|ung)"), "xy", None),
    (re.compile(r"()(?:truck|track)(?:s|ing)?|()(?:slid|glid|mov)(?:e|es|ing|ement)"), "xyz", None),
    (re.compile(r"()(?:crane[sd]?|craning|(?:boom|jib|pedestal)s?|kran\w*)"), "y", None),
    (re.compile(r"(.*)(?:fahrt(?:en)?|bewegung)|()(?:fährt|fahren|gleitet|gleiten|bewegt)"), "xyz", None),
]
_STATIC = re.compile(
    r"\b(?:static|still|locked|lock-off|motionless|fixed|stationary|tripod|stati(?:sch|v)\w*|unbewegt\w*|standbild|starr\w*"
    r"|feste[rn]? kamera|fest ?stehend\w*)\b"
)
_NEGATED = re.compile(r"(?:no|not|without|never|kein|keine|keinen|keinerlei|ohne|nicht)")
_HANDHELD = re.compile(r"\bhand-?\s?held\b|\bhand-?kamera|aus der hand\b|\bwackel|\bshaky\b")
_SLOW_WORDS = r"(?:slow|gentl|subtl|slight|soft|langsam|sanft|leicht|behutsam|gemächlich|ruhig)\w*"
_FAST_WORDS = r"(?:fast|quick|rapid|swift|schnell|rasch|zügig|flott)\w*"
_VERY = r"(?:very|extremely|sehr|ganz)"
_PACES = [(re.compile(rf"\b({_VERY} )?{_SLOW_WORDS}"), _SLOW), (re.compile(rf"\b({_VERY} )?{_FAST_WORDS}"), _FAST)]
_PACE = re.compile(f"{_VERY}|{_SLOW_WORDS}|{_FAST_WORDS}")
#: "From left to right" goes right, a close-up goes nowhere, and a zoom lens is not a zoom.
_ASIDE = re.compile(r"\b(?:from|von) (?:the )?\w+ (?=(?:to|nach|bis)\b)|\bclose-?\s?ups?\b|\bzoom ?(?:lens|objektiv)\w*")


def read_move(words: str, amount: float = 1.0) -> Move:
    """The movement that words describe; a gentle zoom in where they describe none.

    Pan and truck left move the content to the right, tilt and crane up move it down, as turning or moving a camera does.
    Several movements are made at once.

    Args:
        amount: how much of it, 1 for the usual.
    """
    text = _ASIDE.sub("", " ".join(words.casefold().split()))
    pace = _pace(text, 1.0)
    right = down = forward = 0.0
    refused = False
    for clause in re.split(r"[,;.:!?()\n]", text):
        speed = amount * _pace(clause, pace)
        x, y, z, negated = _directions(re.findall(r"\w+", clause))
        refused |= negated
        right, down, forward = right or x * speed, down or y * speed, forward or z * speed
    drift = _DRIFT * amount * pace if _HANDHELD.search(text) else 0.0
    if not (right or down or forward or drift or refused or _STATIC.search(text)):
        forward = _SLOW * amount
    zoom = math.exp(min(abs(forward) * _ZOOM, _MOST_ZOOM))
    aside, below = (math.copysign(min(abs(part) * _TRAVEL, _MOST_TRAVEL) / 2, part) for part in (right, down))
    near, far = (zoom, 1.0) if forward < 0 else (1.0, zoom)
    return Move(near, far, (-aside, -below), (aside, below), drift)


def _pace(text: str, otherwise: float) -> float:
    """How fast the words say."""
    for pattern, factor in _PACES:
        if found := pattern.search(text):
            return factor**1.5 if found[1] else factor
    return otherwise


def _directions(words: list[str]) -> tuple[int, int, int, bool]:
    """Where the movements of a clause go (right, down, forward), and whether one is said not to happen."""
    found = [(place, movement) for place, word in enumerate(words) if (movement := _movement(word))]
    edges = [-1, *(place for place, _ in found), len(words)]
    x = y = z = 0
    negated = False
    for number, (place, (prefix, axes, default)) in enumerate(found, start=1):
        before = words[max(place - _BEFORE, edges[number - 1] + 1) : place]
        if any(_NEGATED.fullmatch(word) for word in before):
            negated = True
            continue
        behind = words[place + 1 : min(place + 1 + _AHEAD, edges[number + 1])]
        ways = [_PREFIXES.get(prefix) or _direction(prefix), *map(_direction, behind), *map(_direction, reversed(before))]
        if axes[0] == "z":
            first = next((word for word in behind if not _PACE.fullmatch(word)), "")
            ways.insert(1, _PREPOSITIONS.get(first))
        right, down, forward = (next((way[i] for way in ways if way and way[i]), 0) for i in range(3))
        right, down, forward = right * ("x" in axes), down * ("y" in axes), forward * ("z" in axes)
        if default and not (right or down or forward) and (axes[0] == "z" or len(words) <= _FEW):
            right, down, forward = default
        x, y, z = x or right, y or down, z or forward
    return x, y, z, negated


def _movement(word: str) -> tuple[str, str, tuple[int, int, int] | None] | None:
    """What stands before it in the word, the ways it goes, and its default; None for a word that is no movement."""
    for pattern, axes, default in _MOVEMENTS:
        if found := pattern.fullmatch(word):
            return next(part for part in found.groups() if part is not None), axes, default
    return None


def _direction(word: str) -> tuple[int, int, int] | None:
    return next((way for way, pattern in _DIRECTIONS if pattern.fullmatch(word)), None)
