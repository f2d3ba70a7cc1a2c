"""The moods of title cards: which words call for them, their colours, and what is drawn."""

import re
from dataclasses import dataclass

from voicekit.video.words import stem

Colour = tuple[int, int, int]


@dataclass(frozen=True)
class Palette:
    """A mood.

    Attributes:
        sky: from the top down to the horizon.
        light: of sun, moon, stars and what else shines.
        far, near: the land, with everything between them in between.
        motif: what stands on the horizon: hills, waves, trees, houses, dunes or embers.
        falls: what is in the air: "", stars, snow, rain or sparks.
    """

    sky: tuple[Colour, ...]
    light: Colour
    far: Colour
    near: Colour
    motif: str
    falls: str

    @property
    def is_light(self) -> bool:
        """Whether a title on it has to be dark."""
        red, green, blue = self.sky[1]
        return 0.3 * red + 0.59 * green + 0.11 * blue > 165


PALETTES = {
    "dusk": Palette(
        ((24, 22, 54), (88, 58, 112), (240, 142, 112)), (255, 208, 158), (112, 66, 108), (26, 18, 42), "hills", ""
    ),
    "dawn": Palette(
        ((52, 84, 140), (150, 148, 190), (255, 196, 160)), (255, 240, 210), (140, 120, 158), (44, 46, 84), "hills", ""
    ),
    "night": Palette(((6, 9, 26), (16, 26, 62), (44, 58, 110)), (236, 240, 255), (26, 34, 74), (5, 7, 20), "hills", "stars"),
    "sea": Palette(
        ((14, 52, 84), (52, 124, 156), (190, 222, 214)), (255, 246, 214), (58, 128, 150), (7, 34, 60), "waves", ""
    ),
    "forest": Palette(
        ((22, 52, 50), (78, 120, 96), (212, 220, 164)), (255, 250, 206), (88, 128, 98), (10, 30, 26), "trees", ""
    ),
    "fire": Palette(
        ((22, 8, 16), (98, 20, 24), (238, 92, 34)), (255, 200, 96), (122, 30, 26), (20, 6, 10), "embers", "sparks"
    ),
    "snow": Palette(
        ((150, 176, 204), (204, 218, 232), (240, 244, 248)),
        (255, 255, 255),
        (176, 194, 214),
        (92, 116, 146),
        "trees",
        "snow",
    ),
    "gold": Palette(
        ((58, 34, 20), (158, 98, 36), (250, 208, 110)), (255, 240, 180), (150, 92, 38), (42, 22, 14), "hills", ""
    ),
    "desert": Palette(
        ((84, 142, 176), (214, 196, 160), (246, 206, 148)), (255, 248, 222), (214, 152, 98), (112, 58, 40), "dunes", ""
    ),
    "city": Palette(
        ((18, 20, 44), (66, 52, 98), (226, 122, 132)), (255, 214, 150), (72, 54, 98), (14, 13, 30), "houses", ""
    ),
    "rain": Palette(
        ((44, 54, 66), (90, 104, 118), (158, 170, 176)), (226, 232, 234), (88, 100, 112), (26, 32, 40), "hills", "rain"
    ),
    "rose": Palette(
        ((82, 34, 72), (184, 82, 116), (252, 190, 178)), (255, 234, 220), (166, 80, 116), (58, 22, 56), "hills", ""
    ),
}
#: That call for a mood, in English and German; and signs of Chinese and Japanese.
_WORDS = {
    "dusk": """
        dusk sunset evening twilight goodbye farewell abend dämmerung sonnenuntergang 夕 黄昏""",
    "dawn": """
        dawn sunrise morning awake birth beginning hope morgen sonnenaufgang 朝 清晨 早晨""",
    "night": """
        night star stars moon midnight dark dream sleep space orbit orbital galaxy planet silence universe
        nacht stern sterne mond traum weltall 夜 星 月""",
    "sea": """
        sea ocean harbour harbor ship boat wave waves water river lake fish fisherman fishermen island coast
        beach sail trawler lighthouse tide gull gulls meer see hafen schiff fischer küste insel fluss wasser 海
        港 船 川 湖""",
    "forest": """
        forest tree trees wood woods jungle leaf leaves garden green moss deer spring meadow farm field plant
        wald baum bäume garten wiese grün frühling 森 木 林""",
    "fire": """
        fire flame flames burn burning war battle anger volcano lava rage danger red explosion blood hot feuer
        flamme krieg vulkan glut 火 炎""",
    "snow": """
        snow ice winter cold frost glacier arctic white christmas frozen antarctic schnee eis winter kälte
        gletscher weihnacht 雪 冬 冰""",
    "gold": """
        gold golden autumn harvest honey treasure wealth money award victory glory wheat medal win winner
        champion herbst ernte schatz sieg 金 秋""",
    "desert": """
        desert sand dune dunes camel drought heat dust summer sun mars wüste sand sommer sonne 砂漠 沙漠""",
    "city": """
        city town street streets building buildings tower house houses traffic neon stadium market crowd
        office factory metro skyline robot technology computer stadt straße haus häuser turm markt stadion 街 城
        都市""",
    "rain": """
        rain storm cloud clouds grey gray sad sorrow grief alone lonely tears fog mist thunder lost regen
        sturm wolke wolken traurig nebel 雨 嵐 风暴""",
    "rose": """
        love heart rose flower flowers kiss wedding family mother child baby dance music song joy happy liebe
        herz blume blumen hochzeit familie mutter kind tanz musik lied glück 花 愛 爱""",
}
_STEMS = {name: frozenset(stem(word) for word in words.split()) for name, words in _WORDS.items()}
_SIGN = re.compile(r"[\u3400-\u9fff]")


def mood_of(title: str, visual: str) -> str:
    """The name of the palette that the words of a clip call for, those of its title most; "" where they call for none."""
    points = dict.fromkeys(PALETTES, 0)
    for text, weight in ((title, 3), (visual, 2)):
        said = [stem(word) for word in re.findall(r"[^\W\d_]+", text)]
        for name in PALETTES:
            points[name] += weight * sum(word in _STEMS[name] for word in said)
            points[name] += weight * sum(sign in _WORDS[name] for sign in _SIGN.findall(text))
    best = max(points, key=lambda name: points[name])
    return best if points[best] else ""
