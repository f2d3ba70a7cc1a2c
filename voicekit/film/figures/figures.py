"""Figures in a picture: which drawing each name has, and where several stand together, away from the title."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from voicekit.film.drawing.brush import Canvas, Dice, Point, mixed
from voicekit.film.drawing.palettes import Colour, Palette
from voicekit.film.drawing.sketch import Sketch, shadow, sketched
from voicekit.film.figures import household, nature, tools, vehicles
from voicekit.film.figures.people import POSTURES, look_of, person, robot
from voicekit.film.vocabulary.mentions import COLOURS, Mention
from voicekit.text.function_words import word_set

_Draw = Callable[[Sketch, Colour, np.random.Generator], None]
_RED, _BLUE, _GOLD, _GREEN = (196, 76, 64), (58, 112, 150), (234, 188, 78), (92, 142, 92)
_BROWN, _CREAM, _GREY, _WHITE = (150, 104, 70), (236, 226, 204), (150, 158, 168), (242, 242, 240)


@dataclass(frozen=True)
class Drawing:
    """How a thing is drawn.

    Attributes:
        left, right: how far it goes to the sides of its foot, in its heights.
        tall: its height beside a grown person's, not to scale: small things are larger than they are.
        colour: where none is said.
        flies: whether it is in the air.
    """

    draw: _Draw
    left: float
    right: float
    tall: float
    colour: Colour
    flies: bool = False


def _even(draw: _Draw, wide: float, tall: float, colour: Colour, flies: bool = False) -> Drawing:
    return Drawing(draw, wide / 2, wide / 2, tall, colour, flies)


DRAWINGS = {
    "ball": _even(tools.ball, 1.0, 0.16, _WHITE),
    "goal": _even(tools.goal, 2.5, 0.95, _GREY),
    "trophy": _even(tools.trophy, 1.0, 0.6, _GOLD),
    "medal": _even(tools.medal, 0.7, 0.5, _GOLD),
    "whistle": Drawing(tools.whistle, 0.7, 0.8, 0.3, _GOLD),
    "car": Drawing(vehicles.car, 1.36, 1.4, 0.62, _RED),
    "bus": _even(vehicles.bus, 2.6, 0.85, _GOLD),
    "train": Drawing(vehicles.train, 2.82, 1.32, 0.8, _RED),
    "tram": _even(vehicles.tram, 2.6, 0.85, _RED),
    "bicycle": _even(vehicles.bicycle, 1.7, 0.62, _RED),
    "plane": Drawing(vehicles.plane, 1.5, 1.4, 0.6, _BLUE, True),
    "rocket": _even(vehicles.rocket, 0.6, 1.3, _RED),
    "boat": Drawing(vehicles.boat, 0.5, 0.58, 1.0, _BROWN),
    "computer": _even(tools.computer, 1.84, 0.6, _BLUE),
    "phone": _even(tools.phone, 0.58, 0.6, _BLUE),
    "hands": _even(household.hands, 1.6, 0.6, _BLUE),
    "bread": _even(household.bread, 2.0, 0.34, (206, 140, 74)),
    "cup": Drawing(household.cup, 0.64, 0.64, 0.4, _BLUE),
    "bowl": _even(household.bowl, 1.46, 0.42, _BLUE),
    "plate": _even(household.plate, 1.84, 0.38, _WHITE),
    "cake": _even(household.cake, 1.46, 0.5, (226, 132, 150)),
    "apple": _even(household.apple, 0.92, 0.34, _RED),
    "tomato": _even(household.tomato, 1.12, 0.3, (212, 74, 58)),
    "egg": _even(household.egg, 0.78, 0.3, _CREAM),
    "cat": Drawing(nature.cat, 0.56, 0.4, 0.42, (214, 140, 76)),
    "dog": Drawing(nature.dog, 0.66, 0.9, 0.5, _BROWN),
    "bird": Drawing(nature.bird, 0.84, 0.84, 0.3, _BLUE, True),
    "horse": Drawing(nature.horse, 0.58, 0.64, 1.1, _BROWN),
    "cow": Drawing(nature.cow, 0.7, 0.9, 0.75, (74, 60, 56)),
    "sheep": Drawing(nature.sheep, 0.64, 0.76, 0.5, _WHITE),
    "camel": Drawing(nature.camel, 0.54, 0.76, 1.15, (206, 160, 104)),
    "fish": Drawing(nature.fish, 1.0, 0.92, 0.36, (236, 146, 70), True),
    "butterfly": _even(nature.butterfly, 1.3, 0.34, (232, 146, 62), True),
    "tree": _even(nature.tree, 0.86, 1.4, _GREEN),
    "flower": _even(nature.flower, 0.62, 0.6, (220, 96, 108)),
    "house": _even(vehicles.house, 1.26, 1.15, (184, 92, 74)),
    "castle": Drawing(vehicles.castle, 0.58, 0.64, 1.5, (176, 170, 180)),
    "turbine": _even(vehicles.turbine, 0.74, 1.9, _WHITE),
    "book": _even(tools.book, 1.98, 0.44, (150, 62, 58)),
    "clock": _even(tools.clock, 1.0, 0.5, _BROWN),
    "microphone": _even(tools.microphone, 0.56, 0.6, _RED),
    "camera": _even(tools.camera, 1.42, 0.46, _BROWN),
    "heart": _even(household.heart, 1.1, 0.55, (208, 66, 74)),
    "coins": Drawing(household.coins, 0.64, 0.6, 0.45, _GOLD),
    "chart": _even(tools.chart, 1.6, 0.7, _BLUE),
    "bulb": _even(tools.bulb, 0.7, 0.55, (255, 232, 160), True),
    "flask": Drawing(tools.flask, 0.52, 0.5, 0.6, (88, 176, 150)),
    "pills": Drawing(tools.pills, 0.52, 0.6, 0.5, _GOLD),
    "guitar": _even(tools.guitar, 0.58, 0.85, (206, 130, 66)),
    "piano": _even(tools.piano, 1.76, 0.85, (70, 46, 42)),
    "globe": Drawing(tools.globe, 0.46, 0.5, 0.6, _BLUE),
    "suitcase": _even(household.suitcase, 1.24, 0.46, (168, 98, 62)),
    "umbrella": _even(household.umbrella, 1.28, 0.6, _RED),
    "letter": _even(household.letter, 1.54, 0.4, _CREAM),
    "key": Drawing(household.key, 0.24, 0.26, 0.45, _GOLD),
    "crown": _even(household.crown, 1.6, 0.35, _GOLD),
    "magnet": _even(tools.magnet, 0.78, 0.5, _RED),
    "atom": _even(tools.atom, 1.04, 0.6, _BLUE, True),
    "baby": _even(household.baby, 0.88, 0.4, (150, 186, 206)),
}
#: Things that are drawn in their own colours, whatever is said.
OWN_COLOURS = word_set("goal globe")
#: Several people under one name: how many of whom.
_GROUPS = {
    "people": ("person",) * 3,
    "couple": ("woman", "man"),
    "family": ("man", "woman", "child"),
    "team": ("player",) * 3,
}
#: How far people in a posture reach to a side, in their heights.
_REACH = {"stand": 0.17, "read": 0.19, "walk": 0.26, "hold": 0.2, "sing": 0.26, "wave": 0.24, "point": 0.3}
_PEOPLE_REACH = 0.36
_OWN_POSTURE = {
    "goalkeeper": "save", "referee": "whistle", "runner": "run", "singer": "sing", "player": "run", "team": "stand",
}  # fmt: skip
#: What can be held up, how large it is then, how far below its foot the hands are, and how high, in a person's heights.
_HELD_THINGS = word_set("trophy medal crown ball book letter heart key apple cup cake guitar baby flask")
_HELD, _GRIP, _HELD_AT = 0.8, 0.01, 1.12
#: The most figures of a kind on a picture with one, two or three kinds: "eleven players" are some.
_MOST_ALIKE = (7, 4, 3)


@dataclass(frozen=True)
class _Placed:
    """Something to draw: its size beside a grown person's, and how far it reaches from its foot."""

    name: str
    colour: Colour | None
    tall: float
    left: float
    right: float
    posture: str = ""
    flies: bool = False
    holds: "_Placed | None" = None

    @property
    def reach_up(self) -> float:
        """How high it goes, with what it holds up."""
        return self.tall * _HELD_AT + self.holds.tall * _HELD if self.holds else self.tall


def place(
    canvas: Canvas,
    palette: Palette,
    dice: Dice,
    figures: Sequence[Mention],
    posture: str,
    floats: bool,
    ground: float = 0.885,
    aside: bool = False,
) -> None:
    """Draws figures where no title stands: to the right, or, in a frame taller than wide, in its lower half.

    Args:
        posture: what people do; "" for what theirs is.
        floats: whether all of them float, in water or space.
        ground: the y of what they stand on.
        aside: whether they make room at the right for others.
    """
    crowd = [one for one in figures if one.name == "crowd"]
    placed = list(_expanded([one for one in figures if one.name not in ("crowd", "goal")], posture, dice))
    placed = _holding(placed)
    goal = any(one.name == "goal" for one in figures)
    ground -= 0.06 * bool(crowd)
    high = [one for one in placed if one.flies or floats]
    low = [one for one in placed if one not in high]
    if low or goal:
        span = _Span.of(canvas, low, goal, 0.8 if crowd else 0.7 if high else 1.0)
        if aside:
            span = replace(span, left=0.42 * canvas.wide, right=0.66 * canvas.wide, size=min(span.size, 0.3))
        if goal:
            _goal(canvas, palette, dice, span, ground, alone=not low)
        _row(canvas, palette, dice, low, span, ground)
    if high:
        _row(canvas, palette, dice, high, _Span.of(canvas, high, False, 0.6 if low else 1.0, high=True), ground, raised=True)
    if crowd:
        _crowd(canvas, palette, dice, crowd[0].colour, alone=not placed and not goal)


@dataclass(frozen=True)
class _Span:
    """Where figures stand: from x to x; how large a grown person is, and how closely they stand."""

    left: float
    right: float
    size: float
    closer: float

    @staticmethod
    def of(canvas: Canvas, placed: Sequence[_Placed], goal: bool, share: float, high: bool = False) -> "_Span":
        """For figures that stand side by side; `share` is how much of the height there is for them."""
        upright = canvas.wide < 1.15
        left, right = (0.1, 0.9) if upright else (0.63, 0.9)
        highest = share * ((0.46 if canvas.wide < 0.8 else 0.3) if upright else 0.6)
        closer = 0.84 if len(placed) > 2 else 1.08
        goal_drawing = DRAWINGS["goal"]
        long = max(
            sum(one.left + one.right for one in placed) * closer,
            goal * (goal_drawing.left + goal_drawing.right) * goal_drawing.tall * 0.72,
        )
        tallest = max([one.reach_up for one in placed], default=DRAWINGS["goal"].tall)
        # A thing by itself need not fill the height.
        room = highest if len(placed) > 1 or tallest > 0.9 else highest * (0.62 + 0.4 * tallest)
        size = min(room / tallest, (right - left) * canvas.wide / long)
        low = min(0.31 / tallest, (right - 0.08) * canvas.wide / long)
        if not upright and not high and low > 1.2 * size:  # below the title there is room for more
            size, left = low, max(right - long * low / canvas.wide, 0.08)
        return _Span(left * canvas.wide, right * canvas.wide, size, closer)


def _expanded(figures: Sequence[Mention], posture: str, dice: Dice) -> Iterator[_Placed]:
    """Each figure by itself."""
    ball, most = any(one.name == "ball" for one in figures), _most_alike(len(figures))
    for one in sorted(figures, key=lambda each: each.name != "ball"):  # people look to the left
        colour = COLOURS.get(one.colour)
        if drawing := DRAWINGS.get(one.name):
            tall = drawing.tall
            for _ in range(1 if one.name in _SINGLE else min(one.count or 2, most)):
                yield _Placed(one.name, colour, tall, drawing.left * tall, drawing.right * tall, "", drawing.flies)
            continue
        two_sides = one.name == "team" and one.count == 2 and not colour
        names = _GROUPS.get(one.name, (one.name,) * min(one.count or 3, most))
        for worn in (COLOURS["red"], COLOURS["blue"]) if two_sides else (colour,):
            for number, name in enumerate(names):
                doing = posture or _OWN_POSTURE.get(one.role or one.name, "")
                if doing == "kick" and "goalkeeper" in (name, one.role):  # somebody else does
                    doing = "save"
                if "player" in (name, one.role) and ball and not posture and not number and one.name != "team":
                    doing = "kick"
                reach = _REACH.get(doing, _PEOPLE_REACH) if doing else _REACH["walk"]
                doing = doing or ("stand", "walk")[int(dice.rng.integers(2))]
                small = 0.72 if name == "child" else 1.0
                yield _Placed(name, worn, small, reach * small, reach * small, doing)


def _holding(placed: Sequence[_Placed]) -> list[_Placed]:
    """Who lifts something has it in the hands, rather than beside them: the first of them the first thing."""
    holder = next((one for one in placed if one.posture == "hold"), None)
    thing = next((one for one in placed if one.name in _HELD_THINGS), None)
    if not holder or not thing:
        return list(placed)
    return [replace(one, holds=thing) if one is holder else one for one in placed if one is not thing]


def _goal(canvas: Canvas, palette: Palette, dice: Dice, span: _Span, ground: float, alone: bool) -> None:
    """A goal behind who is before it."""
    drawing = DRAWINGS["goal"]
    size = span.size * drawing.tall * (1.0 if alone else 1.12)
    size = min(size, (span.right - span.left) / (drawing.left + drawing.right))
    middle = 0.5 * (span.left + span.right)
    with sketched(
        canvas, palette, (middle, ground - 0.02), size, (drawing.left + 0.05, 1.1, drawing.right + 0.05)
    ) as sketch:
        drawing.draw(sketch, drawing.colour, dice.rng)


def _row(
    canvas: Canvas,
    palette: Palette,
    dice: Dice,
    placed: Sequence[_Placed],
    span: _Span,
    ground: float,
    raised: bool = False,
) -> None:
    """Figures side by side, those behind first; `raised` in the air."""
    size, step = span.size, span.size * span.closer
    x = 0.5 * (span.left + span.right - sum(one.left + one.right for one in placed) * step)
    kind, cloth = int(dice.rng.integers(3)), dice.rng
    spots = []
    for number, one in enumerate(placed):
        y = ground - (0.018 if number % 2 and len(placed) > 2 else 0.0)
        if raised:
            room = max(ground - one.tall * size - 0.12, 0.0)  # above it
            y -= room * float(dice.rng.uniform(0.6, 0.95))
        spots.append((x + one.left * step, y))
        x += (one.left + one.right) * step
    if placed and not raised:
        feet = zip(placed, spots, strict=True)
        shadow(canvas, palette, [(at, y, (one.left + one.right) * size * 0.8) for one, (at, y) in feet])
    for number in sorted(range(len(placed)), key=lambda n: spots[n][1]):
        one, spot = placed[number], spots[number]
        if one.name in DRAWINGS:
            _thing(canvas, palette, one, spot, size, cloth)
            continue
        facing = 1 if one.posture in ("stand", "wave", "hold", "cheer", "save") and number % 2 == 0 else -1
        with sketched(canvas, palette, spot, size, (0.62, 1.36, 0.62), facing) as sketch:
            if one.name == "robot":
                joints = robot(sketch, one.colour, POSTURES[one.posture], kind if one.colour else kind + number)
            else:
                if one.posture == "sit":
                    sketch.box(-0.16, -0.2, 0.1, 0.0, mixed(palette.far, palette.near, 0.5), 0.02)
                joints = person(sketch, look_of(one.name, one.colour, cloth), POSTURES[one.posture])
        if one.holds:
            hands = [joints[f"{side} hand"] for side in ("near", "far")]
            middle = spot[0] + facing * size * sum(x for x, _ in hands) / 2
            _thing(
                canvas,
                palette,
                one.holds,
                (middle, spot[1] + size * (max(y for _, y in hands) + _GRIP)),
                _HELD * size,
                cloth,
            )


def _thing(canvas: Canvas, palette: Palette, one: _Placed, spot: Point, size: float, rng: np.random.Generator) -> None:
    drawing = DRAWINGS[one.name]
    with sketched(canvas, palette, spot, one.tall * size, (drawing.left + 0.06, 1.12, drawing.right + 0.06)) as sketch:
        drawing.draw(sketch, one.colour or drawing.colour, rng)


def _crowd(canvas: Canvas, palette: Palette, dice: Dice, colour: str, alone: bool) -> None:
    """Those in front, seen from behind: heads and raised arms in rows."""
    rng = dice.rng
    own = COLOURS.get(colour)
    rows = ((0.74, 0.026), (0.82, 0.034), (0.91, 0.044), (1.01, 0.056)) if alone else ((0.91, 0.03), (1.0, 0.042))
    for row, (base, size) in enumerate(rows):
        depth = (row + 1) / len(rows)
        back = mixed(own or mixed(palette.sky[1], palette.sky[-1], 0.8), palette.far, 0.2)
        for part, shift in enumerate((0.0, 0.16)):
            with canvas.paint(mixed(back, palette.near, min(0.35 + 0.5 * depth + shift, 1.0))) as pen:
                x = -size + part * 1.3 * size
                while x < canvas.wide + size:
                    y = base + float(rng.uniform(-0.5, 0.5)) * size
                    pen.disc(x, y - size, 0.6 * size, 0.74 * size)
                    pen.box(x - 1.2 * size, y + 0.05 * size, x + 1.2 * size, 1.1, radius=0.7 * size)
                    if rng.random() < 0.3:
                        for side in (-1, 1) if rng.random() < 0.5 else (1,):
                            hand = x + side * 1.5 * size, y - 2.3 * size
                            pen.line([(x + side * 0.95 * size, y + 0.4 * size), hand], 0.42 * size)
                            pen.disc(*hand, 0.3 * size)
                    x += size * float(rng.uniform(2.5, 3.4))


#: What is one drawing whatever its number.
_SINGLE = word_set("goal hands coins pills flask chart globe piano")
_NUMBERS = ("", "", "two", "three", "four", "five", "six", "seven")
_PLURALS = {
    "woman": "women", "man": "men", "child": "children", "baby": "babies", "person": "people", "bus": "buses",
    "trophy": "trophies",
    "butterfly": "butterflies", "tomato": "tomatoes", "princess": "princesses", "fish": "fish", "sheep": "sheep",
}  # fmt: skip


def _most_alike(kinds: int) -> int:
    return _MOST_ALIKE[min(max(kinds, 1), len(_MOST_ALIKE)) - 1]


def label(one: Mention, kinds: int = 1) -> str:
    """A figure in words, as it is drawn beside others: "two red robots", "robot goalkeeper"; without a number where more
    of them are said than are drawn."""
    word = f"robot {one.role}" if one.role and one.role != "team" else one.name
    several = one.count != 1 and one.name not in (*_SINGLE, *_GROUPS, "crowd")
    number = _NUMBERS[one.count] if several and one.count <= _most_alike(kinds) else ""
    word = _PLURALS.get(word, f"{word}s") if several else word
    return " ".join(part for part in (number, one.colour, word) if part)
