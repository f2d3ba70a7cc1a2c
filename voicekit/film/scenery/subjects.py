"""Which scenery and which palette the words of a clip call for, and which it gets where they leave it open."""

from collections.abc import Sequence

from voicekit.film.scenery.palettes import mood_of, said
from voicekit.film.storyboard.words import stem

#: That call for a scenery: English, then German, then signs of Chinese and Japanese. A German word counts at the end of a
#: longer one, too: "Fischerboot".
_WORDS = {
    "lighthouse": ("lighthouse beacon", "leuchtturm leuchtfeuer", "灯"),
    "harbour": (
        "harbour harbor port pier quay dock boat ship sail sailor sailing fisherman fishermen trawler ferry yacht captain",
        "hafen boot schiff fischer fähre segel segler kapitän kai",
        "港 船 舟",
    ),
    "sea": (
        "sea ocean wave coast beach island shore tide surf swim dive gull storm",
        "meer küste strand insel welle ufer brandung ozean sturm",
        "海 波 島 岛",
    ),
    "lake": ("lake river pond water reflection", "fluss teich wasser bergsee", "湖 川 河"),
    "village": (
        "village town house home street neighbour neighbor family roof church door",
        "dorf stadt haus heimat straße gasse nachbar familie dach kirche",
        "村 町 家",
    ),
    "skyline": (
        "city skyline metropolis skyscraper downtown building traffic subway metro office",
        "großstadt hochhaus wolkenkratzer verkehr büro metropole",
        "都市 城",
    ),
    "room": (
        "room kitchen table desk window lamp coffee tea breakfast bedroom chair cup letter homework diary cook",
        "zimmer küche tisch fenster lampe kaffee tee frühstück stuhl tasse stube tagebuch",
        "室 窓 窗",
    ),
    "library": (
        "library book shelf read reader novel story study school teacher university archive history",
        "bibliothek bücherei buch bücher regal lesen roman geschichte schule lehrer universität archiv",
        "書 书 本",
    ),
    "field": (
        "field meadow farm farmer barn harvest wheat corn crop cow sheep tractor soil countryside plough",
        "feld wiese bauernhof bauer scheune ernte weizen acker kuh schaf traktor landwirtschaft",
        "畑 田 農 农",
    ),
    "road": (
        "road journey travel drive car truck bus highway path suitcase arrive departure walk bicycle ride trip tour",
        "weg reise auto autobahn landstraße koffer ankunft abschied wanderung fahrrad",
        "道 路 旅",
    ),
    "space": (
        "space planet orbit galaxy rocket astronaut universe cosmos spaceship satellite mars saturn star asteroid comet",
        "weltraum weltall planet rakete raumschiff galaxie universum satellit stern komet",
        "星 宇",
    ),
    "stage": (
        "stage concert music band singer song theatre theater dance dancer audience microphone festival show comedy actor",
        "bühne konzert musik sänger theater tanz publikum mikrofon auftritt schauspieler",
        "舞 歌 音",
    ),
    "stadium": (
        "stadium football soccer match kickoff goal player championship referee athlete league floodlight",
        "stadion fußball spiel anpfiff tor mannschaft spieler meisterschaft flutlicht",
        "球",
    ),
    "factory": (
        "factory industry mill worker smoke chimney steel production coal",
        "fabrik industrie arbeiter schornstein stahl produktion kohle zeche",
        "工",
    ),
    "machine": (
        "machine motor engine robot gear mechanic mechanism workshop clockwork clock technology computer invention engineer",
        "maschine motor roboter getriebe zahnrad mechanik werkstatt uhrwerk technik computer erfindung ingenieur",
        "機 机",
    ),
    "forest": (
        "forest tree wood jungle leaf deer moss fox wolf hunter garden",
        "wald baum bäume reh fuchs wolf jäger garten",
        "森 木 林",
    ),
    "peaks": (
        "mountain summit peak alps climb climber cliff rock glacier valley hike hiker",
        "berg gipfel alpen klettern bergsteiger fels gletscher tal",
        "山 峰",
    ),
    "dunes": ("desert dune sand camel oasis caravan", "wüste düne sand kamel oase karawane", "砂"),
    "volcano": ("volcano lava eruption magma", "vulkan lava ausbruch", "火山"),
}
#: What has to be seen where it is named: it counts for more than what is around it, a town or the sea.
_LANDMARKS = frozenset(("lighthouse", "stadium", "volcano", "library", "space", "factory", "machine"))
_FROM_TITLE, _FROM_VISUAL, _LANDMARK = 3, 2, 2
#: A German word of which so many letters stand before a known one is made with it.
_SHORTEST, _LEAST_BEFORE = 4, 3
_ENGLISH, _GERMAN = (
    {name: frozenset(stem(word) for word in words[language].split()) for name, words in _WORDS.items()}
    for language in (0, 1)
)
_ENDS = {name: tuple(w for w in words[1].split() if len(w) >= _SHORTEST) for name, words in _WORDS.items()}
_SIGNS = {name: words[2].split() for name, words in _WORDS.items()}

#: What is taken in turn where the words leave it open: by clips of even numbers from the first, by the others from the
#: second, so that two clips in a row differ.
_OPEN_SCENERIES = (("hills", "lake", "field"), ("peaks", "sea", "road"))
_OPEN_PALETTES = (("dusk", "sea", "gold", "summer", "night"), ("rose", "dawn", "forest", "city", "desert"))
#: Sceneries that suit a palette which the words call for, for even and odd clips again.
_SUITING = {
    "snow": (("forest", "lake"), ("peaks", "village")),
    "fire": (("volcano",), ("hills",)),
    "city": (("skyline",), ("village",)),
    "desert": (("dunes",), ("road", "peaks")),
    "forest": (("forest", "lake"), ("hills", "peaks")),
    "rain": (("lake", "hills"), ("sea", "road")),
    "sea": (("lake", "harbour"), ("sea",)),
}
#: Palettes that do not suit a scenery where the words leave them open.
_UNFIT = {
    "space": {"summer", "gold", "desert", "dawn", "forest"},
    "stage": {"summer", "desert", "dawn", "forest"},
    "stadium": {"gold", "rose", "desert"},
    "village": {"summer", "desert", "forest", "sea"},
    "lighthouse": {"desert", "forest"},
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
}


def scenery_of(title: str, visual: str) -> str:
    """The name of the scenery that the words of a clip call for, those of its title most; "" where they call for none."""
    points = dict.fromkeys(_WORDS, 0)
    for name in points:
        counted: dict[str, int] = {}
        for text, weight in ((visual, _FROM_VISUAL), (title, _FROM_TITLE)):
            counted |= {word: weight for word in said(text) if _calls(word, name)}
            counted |= {sign: weight for sign in _SIGNS[name] if sign in text}
        points[name] = sum(counted.values()) * (_LANDMARK if name in _LANDMARKS else 1)
    best = max(points, key=lambda name: points[name])
    return best if points[best] else ""


def _calls(word: str, name: str) -> bool:
    if stem(word) in _ENGLISH[name] or stem(word) in _GERMAN[name]:
        return True
    return any(word.endswith(end) and len(word) >= len(end) + _LEAST_BEFORE for end in _ENDS[name])


def chosen(title: str, visual: str, seed: int, scenery: str = "", theme: str = "") -> tuple[str, str]:
    """The names of a clip's scenery and palette.

    Where the words leave one of them open it goes by the seed, so that the next clip (seed + 100) has another one; another
    take (seed + 1) has another one as well.

    Args:
        scenery, theme: what is wanted; "" as the words say.
    """
    clip, take = divmod(seed, 100)
    turn, odd = clip // 2 + take, clip % 2
    scenery, palette = scenery or scenery_of(title, visual), theme or mood_of(title, visual)
    if not scenery:
        scenery = _taken(_SUITING.get(palette, _OPEN_SCENERIES)[odd], turn)
    if not palette:
        palette = _taken([name for name in _OPEN_PALETTES[odd] if name not in _UNFIT.get(scenery, ())], turn)
    return scenery, palette


def _taken(names: Sequence[str], turn: int) -> str:
    return names[turn % len(names)]
