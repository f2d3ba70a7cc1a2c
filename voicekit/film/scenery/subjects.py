"""What a clip's picture shows: the scenery, the figures and the colours that its words call for, and nothing else.

A scenery is drawn where it is what is said. Where nothing of what is said can be drawn, it is a plain title card.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from voicekit.film.drawing.palettes import mood_of, said
from voicekit.film.figures.figures import OWN_COLOURS, label
from voicekit.film.vocabulary.lettering import without_writing
from voicekit.film.vocabulary.lexicon import KINDS
from voicekit.film.vocabulary.mentions import Mention, about_game, is_german, mentions
from voicekit.film.vocabulary.vocabulary import PEOPLE
from voicekit.text.function_words import word_set

#: The scenery of a card that shows nothing.
PLAIN = "plain"
#: What has to be seen where it is named: it counts for more than what is around it, a town or the sea.
_LANDMARKS = word_set("lighthouse stadium volcano library space factory machine underwater mars moon")
_FROM_TITLE, _FROM_VISUAL, _LANDMARK = 3, 2, 2
#: Of two sceneries, the one that shows both.
_TOGETHER = {
    frozenset(("stadium", "mars")): "mars_stadium",
    frozenset(("skyline", "mars")): "mars",
    frozenset(("village", "mars")): "mars",
}
#: Of what falls: it is not seen in other colours.
_WEATHER_PALETTES = {"snow": "snow", "rain": "rain"}
#: Where nothing falls, and where no stars are seen.
WITHIN = word_set("room library space stage machine underwater mars mars_stadium moon")
_STARLESS = word_set("library stage machine underwater volcano")
#: A city is one to come where one of these is said.
_FUTURE = word_set("future futuristic tomorrow cyberpunk neon zukunft zukunftsstadt futuristisch futuristische")
#: Palettes of sceneries that have their own, and of those with some that do not suit them.
_OWN_PALETTES = {"mars": "mars", "mars_stadium": "mars", "moon": "moon", "underwater": "sea", "metropolis": "city"}
_OPEN_PALETTES = (("dusk", "sea", "gold", "summer", "night"), ("rose", "dawn", "forest", "city", "desert"))
_UNFIT = {
    "space": {"summer", "gold", "desert", "dawn", "forest"},
    "stage": {"summer", "desert", "dawn", "forest"},
    "stadium": {"gold", "rose", "desert"},
    "village": {"summer", "desert", "forest", "sea"},
    "lighthouse": {"desert", "forest"},
    "beach": {"forest", "desert"},
    "sea": {"forest", "desert"},
    "harbour": {"forest", "desert"},
    "room": {"summer", "desert"},
    "library": {"summer", "desert", "sea"},
    "lake": {"desert"},
    "road": {"night"},
    "field": {"night", "sea", "city"},
    "dunes": {"sea", "forest", "summer", "city"},
    "volcano": {"summer", "sea", "forest", "dawn"},
    "skyline": {"forest", "summer"},
    "peaks": {"desert"},
    "river": {"desert", "night"},
    "hills": {"sea", "city"},
}
#: What people are seen to do, by the words for it.
_POSTURES = {
    "run": "run runs running ran sprint sprints sprinting jogging chases chasing rennt rennen läuft laufen sprintet",
    "walk": "walk walks walking walked wander wanders strolls marches geht gehen spaziert wandert wandern marschiert",
    "sit": "sit sits sitting sat seated sitzt sitzen sitzend",
    "cheer": "cheer cheers cheering celebrate celebrates celebrating jubilant jubelt jubeln feiern feiert jubelnde",
    "kick": "kick kicks kicking shoots shooting dribbles schießt schießen dribbelt",
    "wave": "waves waving greets greeting winkt winken grüßt",
    "read": "read reads reading liest lesen lesend",
    "point": "explains explaining presents presenting points pointing teaches erklärt erklären zeigt präsentiert",
    "sing": "sings singing singt singen",
    "hold": "lift lifts lifting raise raises raising hoist hoists hoisting hebt heben stemmt stemmen reckt hochhält",
}
_DOING = {word: posture for posture, words in _POSTURES.items() for word in words.split()}
#: Words for what the camera does, in whatever language the rest is.
_CAMERA = word_set(
    "zoom pan pans tilt dolly static focus tracking drift push shot closeup close-up handheld establishing aerial overhead "
    "kamerafahrt schwenk zoomt kameraschwenk totale nahaufnahme"
)
#: What a robot may be said to be.
_ROLES = word_set("player goalkeeper referee team runner doctor cook singer")
#: Who plays: in a film of robots, a robot.
_SPORT = word_set("player goalkeeper referee team runner")
_HUMANS = word_set("human humans people mensch menschen menschlich menschliche menschlicher")
#: The most different figures on a picture.
_MOST_FIGURES = 3
_LABELS = {
    "skyline": "city", "peaks": "mountains", "dunes": "desert", "field": "farmland", "mars_stadium": "stadium on Mars",
    "mars": "Mars", "moon": "surface of the moon", "underwater": "sea, under water", "metropolis": "city to come",
    "machine": "cogwheels", "stars": "night sky", "sparks": "sparks",
}  # fmt: skip


@dataclass(frozen=True)
class Scene:
    """What a card shows.

    Attributes:
        scenery: its name; "plain" for none.
        palette: its name.
        figures: who and what is in it.
        weather: what falls in it: "", stars, snow, rain or sparks; None for what the palette has.
        posture: what people do in it; "" for what they do by themselves.
    """

    scenery: str
    palette: str
    figures: tuple[Mention, ...] = ()
    weather: str | None = None
    posture: str = ""

    @property
    def told(self) -> str:
        """The scene in words, for people."""
        parts = [_LABELS.get(self.scenery, self.scenery)] if self.scenery != PLAIN else []
        parts += [label(one, len(self.figures)) for one in self.figures]
        unseen = _STARLESS if self.weather == "stars" else WITHIN
        parts += [_LABELS.get(self.weather, self.weather)] if self.weather and self.scenery not in unseen else []
        return f"drawn: {', '.join(parts)}" if parts else "title card: nothing of it can be drawn"


def scene_of(title: str, visual: str, seed: int, scenery: str = "", theme: str = "", film: str = "") -> Scene:
    """What a clip shows.

    Where the words leave the colours open they go by the seed,
        so that the next clip (seed + 100) has others; another take
    (seed + 1) has others as well.

    Args:
        scenery, theme: what is wanted; "" as the words say.
        film: what is said of the whole film: it tells who plays, and nothing else.
    """
    title, visual = without_writing(title), without_writing(visual)
    clip, take = divmod(seed, 100)
    turn, odd = clip // 2 + take, clip % 2
    robots = _robots_play(film) and not _HUMANS & set(said(f"{title} {visual}"))
    players = about_game(film)
    named = _named(title, visual, players)
    game = players or about_game(f"{title} {visual}")
    figures = () if scenery == PLAIN else _figures([one for part in named for one in part], game, robots)
    falling = [one.name for part in named for one in part if KINDS[one.name] == "weather"]
    weather = next((name for name in falling if name != "stars"), falling[0] if falling else "")
    scenery = scenery or _scenery(named, title, visual, {one.name for one in figures})
    mood = "night" if "stars" in falling else _WEATHER_PALETTES.get(weather, "") or mood_of(title, visual)
    palette = (
        theme
        or ("" if scenery in ("mars", "mars_stadium", "moon", "underwater") else mood)
        or _OWN_PALETTES.get(scenery, "")
    )
    if not palette:
        palette = _taken([name for name in _OPEN_PALETTES[odd] if name not in _UNFIT.get(scenery, ())], turn)
    return Scene(scenery, palette, figures, None if theme else weather, _posture(title, visual))


def _robots_play(film: str) -> bool:
    """Whether those who play in a film are robots, by what is said of it."""
    told = without_writing(film)
    return any(one.name == "robot" for one in mentions(told, is_german(told))) and not _HUMANS & set(said(told))


def _named(title: str, visual: str, players: bool) -> tuple[list[Mention], list[Mention]]:
    """What title and description name."""
    shown = "; ".join(part for part in re.split("[;,]", visual) if not _CAMERA & set(said(part)))
    whole = is_german(f"{title}\n{shown}")
    game = about_game(f"{title}\n{visual}")
    found = []
    for text, telling in ((title, title), (visual, shown)):
        language = is_german(telling)
        found.append(mentions(text, whole if language is None else language, game, players))
    return found[0], found[1]


def _figures(named: Sequence[Mention], game: bool, robots: bool) -> tuple[Mention, ...]:
    """Those to draw: each once, with the number, the colour and the role that are said of it anywhere."""
    kept: dict[tuple[str, str], Mention] = {}
    for one in named:
        if KINDS[one.name] == "figure":
            one = replace(one, colour="") if one.name in OWN_COLOURS else one
            known = kept.get((one.name, one.colour))
            if not known or (known.count in (0, 1) and one.count > 1):
                kept[one.name, one.colour] = one
    coloured = {name for name, colour in kept if colour}
    left = [one for one in kept.values() if one.colour or one.name not in coloured]
    if (
        robots
        and any(one.name in _SPORT and (game or one.name != "team") for one in left)
        and not any(one.name == "robot" for one in left)
    ):
        left.append(Mention("robot"))
    if any(one.name == "robot" for one in left):
        left = _with_roles(left)
    elif not game:
        plain = [replace(one, name="people") if one.name == "team" else one for one in left]
        left = list({(one.name, one.colour): one for one in plain}.values())
    left = [replace(one, name="person") if one.name == "people" and one.count > 1 else one for one in left]
    if any(one.name == "referee" for one in left):  # who has it in the hand
        left = [one for one in left if one.name != "whistle"]
    if any(one.name in PEOPLE and one.name != "crowd" for one in left):  # whose hands they are
        left = [one for one in left if one.name != "hands"]
    for vague in ("people", "team", "person"):  # who they are is said more closely
        if any(one.name in PEOPLE and one.name not in (vague, "crowd") for one in left):
            left = [one for one in left if one.name != vague or (one.count > 1 and vague == "person")]
    before = [one for one in left if one.name != "goal"][:_MOST_FIGURES]  # a goal stands behind them
    return tuple(one for one in left if one in before or one.name == "goal")


def _with_roles(figures: Sequence[Mention]) -> list[Mention]:
    """Robots that play who is named beside them: "robot goalkeeper"."""
    roles = [one for one in figures if one.name in _ROLES]
    robots = [one for one in figures if one.name == "robot"]
    rest = [one for one in figures if one not in roles and one not in robots]
    if not roles:
        return list(figures)
    players = [replace(one, name="robot", role=one.name) for one in roles if one.name != "team"]
    if not players:  # a team of robots
        worn = sorted({one.colour for one in roles} - {one.colour for one in robots} - {""})
        if len(worn) > 1:
            robots = [replace(robots[0], count=3, colour=colour) for colour in worn]
        elif worn and not any(one.colour for one in robots):
            robots = [replace(one, colour=worn[0]) for one in robots]
        return [*(replace(one, count=one.count if one.count > 1 else 3) for one in robots), *rest]
    colour, count = robots[0].colour, robots[0].count
    players = [
        replace(one, colour=one.colour or colour, count=count if one.count == 1 and count > 1 else one.count)
        for one in players
    ]
    return [*players[:2], *rest]


def _scenery(named: Sequence[Sequence[Mention]], title: str, visual: str, figures: set[str]) -> str:
    points: dict[str, int] = {}
    for part, weight in zip(named, (_FROM_TITLE, _FROM_VISUAL), strict=True):
        for one in part:
            if KINDS[one.name] == "scenery":
                said_here = weight * (_LANDMARK if one.name in _LANDMARKS else 1)
                points[one.name] = max(points.get(one.name, 0), said_here)
    for pair, both in _TOGETHER.items():
        if pair <= points.keys():
            return both
    best = max(points, key=lambda name: points[name], default=PLAIN)
    if best == "skyline" and _FUTURE & set(said(f"{title} {visual}")):
        return "metropolis"
    return best


def _posture(title: str, visual: str) -> str:
    words = re.findall(r"[^\W\d_-]+(?:-[^\W\d_-]+)*", f"{title} {visual}".lower())  # "kick-off" is no kick
    return next((_DOING[word] for word in words if word in _DOING), "")


def _taken(names: Sequence[str], turn: int) -> str:
    return names[turn % len(names)]
