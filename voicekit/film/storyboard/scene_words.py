"""What is seen in a clip, as a sentence that a person or an image model can draw from: the passage's own words, the light,
and a move of the camera. The time of day holds until another one is told."""

import re
from collections.abc import Sequence

from voicekit.film.storyboard.words import content, spaceless

#: Words of a time or a weather, English and German, and the light that belongs to it in each language.
_LIGHTS = (
    (
        "dawn|sunrise|daybreak|morgengrauen|sonnenaufgang",
        "in the pale light of dawn",
        "im blassen Licht der Dämmerung",
    ),
    (
        "dusk|sunset|twilight|evening|abends?|sonnenuntergang|abenddämmerung",
        "in warm evening light",
        "im warmen Abendlicht",
    ),
    (
        "midnight|nights?|moon|moonlight|starlight|starry|nachts?|mitternacht|mond|mondlicht|sternenhimmel",
        "at night, lit by a few soft lights",
        "bei Nacht, von wenigen sanften Lichtern erhellt",
    ),
    (
        "storm|thunder|lightning|sturm|gewitter|donner",
        "under a dark and stormy sky",
        "unter einem dunklen Sturmhimmel",
    ),
    (
        "rain|rainy|drizzle|regen|regnet",
        "in grey rain",
        "im grauen Regen",
    ),
    (
        "fog|mist|foggy|nebel",
        "in thin fog and soft light",
        "in dünnem Nebel und weichem Licht",
    ),
    (
        "snow|snowy|ice|schnee|eis|verschneite?[nrs]?",
        "in cold, clear winter light",
        "in kaltem, klarem Winterlicht",
    ),
    (
        "morning|breakfast|morgens?|vormittags?|frühstück",
        "in fresh morning light",
        "im frischen Morgenlicht",
    ),
    (
        "noon|midday|sunny|sun|summer|mittags?|sonne|sonnig|sommer",
        "in bright sunlight",
        "in hellem Sonnenlicht",
    ),
)
_PATTERNS = tuple((re.compile(rf"\b(?:{words})\b", re.IGNORECASE), english, german) for words, english, german in _LIGHTS)
#: Places, for the setting of a passage that names none.
_PLACES = (
    "harbou?r|port|pier|quay|lighthouse|tower|kitchen|room|street|city|town|village|house|garden|forest|woods?|fields?|meadow|"
    "beach|shore|sea|coast|lake|river|mountains?|hills?|valley|station|train|bridge|market|shop|office|factory|workshop|school|"
    "garage|farm|church|castle|desert|island|bay|park|stadium|hall|museum|library|hospital|laboratory|square|café|ship|boat|"
    "hafen|steg|leuchtturm|turm|küche|zimmer|straße|stadt|dorf|haus|garten|wald|feld|wiese|strand|ufer|meer|küste|see|fluss|"
    "berge?n?|tal|bahnhof|zug|brücke|markt|laden|büro|fabrik|werkstatt|schule|hof|kirche|schloss|wüste|insel|bucht|stadion|"
    "halle|bibliothek|krankenhaus|labor|platz|schiff|boot"
)
_PLACE = re.compile(rf"\b(?:{_PLACES})(?:s|es|n)?\b", re.IGNORECASE)
_SETTING = re.compile(
    r"\b(?:in|at|on|under|beside|beneath|near|inside|by|am|im|auf|bei|neben|unter)\s(?:the\s)?"
    r"(?:(?:end|edge|foot|middle|top|heart|ende|rand|fuß)\s(?:of|des|der)\s)?"
    r"(?:(?:the|an?|our|my|his|her|their|dem|der|den)\s)?"
    rf"(?:[^\W\d_]{{1,20}}\s)?(?:{_PLACES})(?:s|es)?\b(?:\s(?:of|on|in|von|auf|am)\s(?-i:[A-ZÄÖÜ])\w{{1,20}})?",
    re.IGNORECASE,
)
#: A place is another one on another world.
_WORLD = re.compile(
    r"\b(?:[Oo]n|[Oo]f|[Aa]uf)\s(?P<name>(?:Mercury|Venus|Mars|Jupiter|Saturn|Uranus|Neptune|Pluto|Titan|Europa|Merkur|Neptun)\b"
    r"|the\s(?:[Mm]oon|[Rr]ed [Pp]lanet)\b|dem\s(?:Mond|Mars)\b)"
)
_USUAL = ("in soft natural daylight", "in weichem Tageslicht")
_SENTENCES = re.compile(r"(?<=[.!?…])[\"”“’»]*\s+")
#: What is said aloud is not seen.
_SPEECH = re.compile(r"[\"“„«][^\"“”»]{1,400}[\"”“»],?")
_MOST_WORDS, _LEAST_WORDS = 34, 7


def light_of(text: str, language: str, before: str = "") -> str:
    """The light of a passage; `before`: of the one before, which goes on. "" in languages that it has no words for."""
    if not language:
        return ""
    for pattern, english, german in _PATTERNS:
        if pattern.search(text):
            return german if language == "de" else english
    return before or _USUAL[language == "de"]


def setting_of(text: str, before: str = "") -> str:
    """Where a passage is set, in its words ("on the pier"); `before`: where the one before is, which goes on."""
    found = _SETTING.search(text)
    if not found:
        return before
    setting, world = " ".join(found[0].split()), _WORLD.search(text)
    return f"{setting} {world[0][0].lower()}{world[0][1:]}" if world and world["name"] not in setting else setting


def seen(plain: str, title: str, language: str, setting: str, light: str, camera: str) -> str:
    """A description of what is seen in a passage; `camera` stands behind the last semicolon."""
    if spaceless(plain):
        return f"{plain.strip(' 。')[:120]}; {camera}"
    sentences = [one.strip() for one in _SENTENCES.split(plain) if one.strip()]
    if not sentences:
        return camera
    chosen = _fullest(sentences, title)
    words = " ".join(chosen.replace(";", ",").split()).strip(' .!?…,:"“”„«»')
    scene = f"{words[:1].upper()}{words[1:]}"
    where = setting if not _PLACE.search(scene) else ""
    return f"{', '.join(filter(None, (scene, where[:1].lower() + where[1:], light)))}; {camera}"


def _fullest(sentences: Sequence[str], title: str) -> str:
    """The sentence that the title is of, and the one beside it where it is short; not longer than a picture holds."""
    bare = [stripped if len(content(stripped := _SPEECH.sub("", one))) > 2 else one for one in sentences]
    at = next((n for n, one in enumerate(bare) if title.lower() in one.lower()), None)
    if at is None:
        at = max(range(len(bare)), key=lambda n: len(content(bare[n])))
    chosen = bare[at]
    for near in (at + 1, at - 1):
        if 0 <= near < len(bare) and len(chosen.split()) < _LEAST_WORDS:
            first, second = (chosen, bare[near]) if near > at else (bare[near], chosen)
            chosen = f"{first.rstrip(' .!?…')}, {second[:1].lower() + second[1:] if near > at else second}"
    return _within(chosen)


def _within(sentence: str) -> str:
    """A sentence cut at a comma, where it is too long."""
    words = sentence.split()
    if len(words) <= _MOST_WORDS:
        return sentence
    commas = [n for n, word in enumerate(words[:_MOST_WORDS], start=1) if word[-1] in ",;:–—" and n > _LEAST_WORDS]
    return " ".join(words[: commas[-1] if commas else _MOST_WORDS])
