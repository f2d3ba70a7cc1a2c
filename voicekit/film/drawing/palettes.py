"""The moods of title cards: their colours, what is in the air, and which words call for them."""

import re
from dataclasses import dataclass

from voicekit.film.storyboard.words import stem

Colour = tuple[int, int, int]


@dataclass(frozen=True)
class Palette:
    """A mood.

    Attributes:
        sky: from the top down to the horizon.
        light: of sun, moon, stars and what else shines.
        far, near: the land, with everything between them in between.
        falls: what is in the air: "", stars, snow, rain or sparks.
    """

    sky: tuple[Colour, ...]
    light: Colour
    far: Colour
    near: Colour
    falls: str


PALETTES = {
    "dusk": Palette(((24, 22, 54), (88, 58, 112), (240, 142, 112)), (255, 208, 158), (112, 66, 108), (26, 18, 42), ""),
    "dawn": Palette(((52, 84, 140), (150, 148, 190), (255, 196, 160)), (255, 240, 210), (140, 120, 158), (44, 46, 84), ""),
    "night": Palette(((6, 9, 26), (16, 26, 62), (44, 58, 110)), (236, 240, 255), (26, 34, 74), (5, 7, 20), "stars"),
    "sea": Palette(((14, 52, 84), (52, 124, 156), (190, 222, 214)), (255, 246, 214), (58, 128, 150), (7, 34, 60), ""),
    "forest": Palette(((22, 52, 50), (78, 120, 96), (212, 220, 164)), (255, 250, 206), (88, 128, 98), (10, 30, 26), ""),
    "fire": Palette(((22, 8, 16), (98, 20, 24), (238, 92, 34)), (255, 200, 96), (122, 30, 26), (20, 6, 10), "sparks"),
    "snow": Palette(
        ((150, 176, 204), (204, 218, 232), (240, 244, 248)),
        (255, 255, 255),
        (176, 194, 214),
        (92, 116, 146),
        "snow",
    ),
    "gold": Palette(((58, 34, 20), (158, 98, 36), (250, 208, 110)), (255, 240, 180), (150, 92, 38), (42, 22, 14), ""),
    "desert": Palette(
        ((84, 142, 176), (214, 196, 160), (246, 206, 148)), (255, 248, 222), (214, 152, 98), (112, 58, 40), ""
    ),
    "city": Palette(((18, 20, 44), (66, 52, 98), (226, 122, 132)), (255, 214, 150), (72, 54, 98), (14, 13, 30), ""),
    "rain": Palette(((44, 54, 66), (90, 104, 118), (158, 170, 176)), (226, 232, 234), (88, 100, 112), (26, 32, 40), "rain"),
    "summer": Palette(
        ((58, 122, 182), (128, 182, 214), (226, 238, 224)), (255, 250, 222), (126, 164, 140), (30, 66, 62), ""
    ),
    "mars": Palette(((96, 52, 44), (184, 112, 82), (238, 190, 150)), (255, 236, 208), (176, 92, 62), (64, 26, 24), ""),
    "moon": Palette(((4, 5, 12), (12, 14, 26), (34, 38, 54)), (238, 240, 246), (126, 128, 138), (34, 36, 46), ""),
    "rose": Palette(((82, 34, 72), (184, 82, 116), (252, 190, 178)), (255, 234, 220), (166, 80, 116), (58, 22, 56), ""),
}
#: That call for a mood, in English and German; and signs of Chinese and Japanese. What is a place rather than a mood, as a
#: harbour, calls for a scenery instead: see `voicekit.film.scenery.subjects`.
_WORDS = {
    "dusk": """
        dusk sunset evening twilight goodbye farewell abend dämmerung sonnenuntergang 夕 黄昏""",
    "dawn": """
        dawn sunrise morning awake birth beginning hope morgen sonnenaufgang 朝 清晨 早晨""",
    "night": """
        night stars moon midnight dark dream sleep orbit orbital galaxy planet silence universe
        nacht sterne mond traum weltall 夜 星 月""",
    "sea": """
        sea ocean wave waves underwater meer ozean welle 海""",
    "forest": """
        forest jungle garden green moss spring wald garten grün frühling 森 林""",
    "fire": """
        fire flame flames burn burning war battle anger volcano lava rage danger explosion blood feuer
        flamme krieg vulkan glut 火 炎""",
    "snow": """
        snow ice winter cold frost glacier arctic christmas frozen antarctic schnee eis winter kälte
        gletscher weihnacht 雪 冬 冰""",
    "gold": """
        gold golden autumn harvest honey treasure wealth money award victory glory wheat medal win winner
        champion herbst ernte schatz sieg 金 秋""",
    "desert": """
        desert sand dune dunes camel drought heat dust wüste sand 砂漠 沙漠""",
    "city": """
        neon nightlife party disco nachtleben 霓虹""",
    "rain": """
        rain storm cloud clouds grey gray sad sorrow grief alone lonely tears fog mist thunder lost regen
        sturm wolke wolken traurig nebel 雨 嵐 风暴""",
    "summer": """
        summer holiday noon sunny picnic meadow sommer ferien urlaub mittag wiese 夏""",
    "rose": """
        love heart rose flower flowers kiss wedding baby joy happy liebe herz blume blumen hochzeit
        glück 花 愛 爱""",
}
_STEMS = {name: frozenset(stem(word) for word in words.split()) for name, words in _WORDS.items()}
_SIGN = re.compile(r"[\u3400-\u9fff]")


def said(text: str) -> list[str]:
    """The words of a text, in small letters."""
    return [word.lower() for word in re.findall(r"[^\W\d_]+", text)]


def mood_of(title: str, visual: str) -> str:
    """The name of the palette that the words of a clip call for, those of its title most; "" where they call for none."""
    points = dict.fromkeys(_WORDS, 0)
    for text, weight in ((title, 3), (visual, 2)):
        stems = [stem(word) for word in said(text)]
        for name in _WORDS:
            points[name] += weight * sum(word in _STEMS[name] for word in stems)
            points[name] += weight * sum(sign in _WORDS[name] for sign in _SIGN.findall(text))
    best = max(points, key=lambda name: points[name])
    return best if points[best] else ""
