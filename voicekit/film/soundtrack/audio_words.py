"""What is to be heard in a clip, out of the words for it, English or German: "Epische Musik, Jubel, ein Pfiff".

A line is read phrase by phrase. A phrase asks for music, for effects that can be made, for neither music nor sound, or for
something that is kept to be told.
"""

import re
from dataclasses import dataclass
from functools import cache

#: Words of the moods that there is music for. "*" stands for any ending.
MOODS = {
    "epic": "epic* episch* heroic heroisch* grand* triumphant* triumphal* majestic majestätisch* cinematic orchestral orchester* "
    "orchestra powerful kraftvoll* dramatic dramatisch* bombastic bombastisch* fanfare* anthem* hymn* rousing mächtig*",
    "tense": "tense tension angespannt* spannend* spannung* suspense* thriller dark düster* ominous bedrohlich* menacing "
    "threatening urgent driving hektisch* pulsing pulsierend* nervous nervös*",
    "playful": "playful* verspielt* fun* happy fröhlich* cheerful* upbeat bouncy quirky lively lebhaft* heiter* light-hearted "
    "lighthearted lustig* energetic energisch* groov* pizzicato ukulele jazz* funk* pop* bright positive beschwingt*",
    "calm": "calm* ruhig* quiet* leise* soft* sanft* gentle gently peaceful* friedlich* relax* entspann* serene dreamy "
    "verträumt* slow* langsam* warm* tender zart* meditative meditativ* inspiring inspirierend* hopeful* hoffnungsvoll* "
    "uplifting acoustic akustisch* minimal* lofi lo-fi",
}
#: Moods that there is no music of, and the nearest that there is.
NEAREST = {
    "sad": ("calm", "sad traurig* melanchol* sorrowful mournful wehmütig* nostalgic nostalgisch* bittersweet"),
    "romantic": ("calm", "romantic romantisch* love*"),
    "mysterious": ("tense", "myster* geheimnisvoll* rätselhaft* eerie spooky unheimlich* gruselig* haunting horror scary"),
    "festive": ("playful", "festiv* festlich* feierlich* celebrat* party* weihnacht* christmas carnival joyful joyous"),
    "aggressive": ("epic", "aggressiv* heavy metal rock* battle* kampf*"),
    "techno": ("tense", "techno* electronic* elektronisch* futurist* synthwave edm house cyber*"),
}
_MUSIC = (
    "music* musik* *musik soundtrack* track tracks score melod* song* lied tune* theme thema bed jingle piano* klavier* guitar* gitarre* string* "
    "streicher* violin* geige* synth* drum beat* beats bass bassline orchest* choir* chor harp* harfe* flute* flöte* "
    "trumpet* trompete* brass* bläser* chord* akkord* pad* rhythm* rhythmus arpeggi* percussion* schlagzeug* cello*"
)
#: Words of the effects that can be made.
EFFECTS = {
    "cheer": "cheer* jubel* jubelt jubeln roar* ovation* hooray hurra* erupt* goal torjubel* crowd-cheer*",
    "crowd": "crowd* menge* menschenmenge* murmur* gemurmel chatter* stimmengewirr audience publikum people leute spectators "
    "zuschauer* babble walla hubbub restaurant café cafe market* markt* stadium stadion* bustle",
    "applause": "applau* clap* klatsch* beifall*",
    "wind": "wind winds windy windig* windgeräusch* windböe* windrauschen breeze* brise gust* böe* böen sturm storm* *wind howling",
    "rain": "rain* regen* *regen drizzle* niesel* downpour* platzregen",
    "thunder": "thunder* donner* gewitter* lightning blitz*",
    "waves": "wave* wellen welle sea meer meeres* ocean* ozean* surf brandung* shore* küste* beach strand* lapping",
    "whistle": "whistl* pfiff* pfeif* trillerpfeife* *pfeife",
    "click": "click* klick* *klick mouse-click* tick keyboard tastatur* typing tippen switch schalter* shutter* button* knopf*",
    "whoosh": "whoosh* swoosh* swish* wusch* *wusch rauscht vorbeirauschen fly-by flyby transition* riser* sweep*",
    "footsteps": "footstep* steps step schritt* *schritte walking marching marsch*",
    "clock": "clock* uhr* *uhr ticking ticken tickt ticks",
    "bell": "bell* glocke* *glocke *glocken chime* glöckchen gong* läuten läutet ding klingel* church-bell*",
    "heartbeat": "heartbeat* heart herzschlag* herzklopfen herz pulse puls",
    "fire": "fire* feuer* *feuer flame* flamme* crackl* knister* prasseln* campfire* fireplace kamin* burning",
    "engine": "engine* motor* *motor whir* surr* hum hums humming brumm* summ* machine* maschine* server* drone drones generator* truck* "
    "traktor* car cars auto autos vehicle* spaceship* raumschiff* rocket* rakete* helicopter* hubschrauber* lkw ventilator* fan fans",
    "silence": "none nothing nichts silence silent stille stumm schweigen",
}
#: Words that add nothing of their own: how, where and when something is heard.
_NEUTRAL = frozenset(
    """a an the of in on at to from with over under into as and or then while by is are it its some one two three first single
    short long low loud distant faint far near nearby away background softly loudly slightly sound sounds noise noises effect
    effects sfx fx ambience ambient atmo atmosphere atmosphäre build builds building rises rising rise swell swells swelling fade
    fades fading out begins begin starts start ends end continues continue plays play playing through throughout whole all big
    huge large deep high steady constant slow slowly fast sudden suddenly sharp blows blow final last opening closing room tone
    der die das den dem des ein eine einen einem einer eines im am vom zum zur mit aus von über unter in und oder dann kurz kurzer
    kurze lang langer lange laut laute lauter leiser ferne fern ferner fernes entfernt entferntes entfernte hintergrund geräusch
    geräusche klang klänge ton töne setzt ein beginnt endet spielt schwillt an anschwellend anschwellende ausblenden einblenden aus
    groß große großer tief tiefe tiefer hoch hohe plötzlich plötzlicher langsam schnell schnelle stetig leicht leichter leichte
    heavy light strong starker starke starkes sanftes sanfter quiet soft gentle steadily builds-up dramatic dramatically tense
    referee schiedsrichter stadium stadion erupts erupt goes wild full arena howls howl falls fall crashes crash crashing old
    wooden metal metallic pours pour roll rolls rolling heavy-ish passing passes pass by happily same before continues continuing weiter wie zuvor bisher goes on
    moved throughout narrator sprecher echo echoes echoing music musik
    """.split()
)
_NO = re.compile(r"\b(?:no|without|kein|keine|keinen|keinerlei|ohne)\b", re.IGNORECASE)
_STOPS = re.compile(r"\b(?:stops?|cuts? out|ceases?|verstummt|bricht ab|hört auf|setzt aus)\b", re.IGNORECASE)
_ONLY = re.compile(r"\b(?:only|just|nur|lediglich)\b", re.IGNORECASE)
_PHRASES = re.compile(r"[,;.!?/|+&–—()\[\]:]+|\s-\s|\b(?:and|und|then|dann|plus|sowie|followed by|gefolgt von)\b", re.IGNORECASE)
_TOKEN = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_QUOTED = re.compile(r"[\"“„«][^\"“”»]{1,300}[\"”“»]")


@dataclass(frozen=True)
class Wish:
    """What is to be heard in a clip.

    Attributes:
        mood: of the music; "" where nothing is said of music, or no mood: it goes on as it is.
        meant: the mood that was asked for, where `mood` is only the nearest one to it; else "".
        music: whether music is asked for (True), or that there be none (False); None where nothing is said of it.
        effects: names in EFFECTS, each once, in the order of the words.
        strange: phrases of which nothing can be made.
    """

    mood: str = ""
    meant: str = ""
    music: bool | None = None
    effects: tuple[str, ...] = ()
    strange: tuple[str, ...] = ()


def read_audio(line: str) -> Wish:
    """What an Audio line asks for."""
    mood = meant = ""
    music: bool | None = None
    effects: dict[str, None] = {}
    strange = [" ".join(found.split()) for found in _QUOTED.findall(line)]  # what is said in it is not spoken
    for phrase in _PHRASES.split(_QUOTED.sub(", ", line)):
        words = [word.lower() for word in _TOKEN.findall(phrase)]
        is_music = any(_is(_MUSIC, word) for word in words)
        if _NO.search(phrase):
            music = False if is_music or _says_sound(words) else music
            continue
        found = list(dict.fromkeys(name for word in words for name in EFFECTS if _is(EFFECTS[name], word)))
        felt = _mood(words)
        unknown = [word for word in words if word not in _NEUTRAL and not _is_known(word)]
        if is_music or (felt and not found and not unknown):
            music = not _STOPS.search(phrase)
            mood, meant = felt or (mood, meant)
            # "Music of a stormy sea" is music; "drum beats over crowd noise" is both.
            found = [name for name in found if name in ("crowd", "cheer", "rain", "waves", "wind")] if is_music else []
        for name in found:
            effects[name] = None
        if not is_music and ((unknown and not found) or len(unknown) > 1):
            strange.append(" ".join(phrase.split()))
    if "silence" in effects:
        effects.pop("silence")
        music = music or False
    if "cheer" in effects:
        effects.pop("crowd", None)
    if _ONLY.search(line) and music is None and effects:
        music = False
    return Wish(mood, meant, music, tuple(effects), tuple(strange))


def is_mood(word: str) -> bool:
    """Whether music can be asked for by this word."""
    return _mood([word.lower()]) is not None


def mood_of(word: str) -> tuple[str, str]:
    """The mood a word stands for, and the word itself where that is only the nearest; ("", "") for none."""
    return _mood([word.lower()]) or ("", "")


def _mood(words: list[str]) -> tuple[str, str] | None:
    for word in words:
        for nearest, known in NEAREST.values():
            if _is(known, word):
                return nearest, word
        for mood, known in MOODS.items():
            if _is(known, word):
                return mood, ""
    return None


def _is_known(word: str) -> bool:
    return _is(_MUSIC, word) or _mood([word]) is not None or any(_is(known, word) for known in EFFECTS.values())


def _says_sound(words: list[str]) -> bool:
    return any(word in ("sound", "sounds", "audio", "ton", "sfx") for word in words)


def _is(known: str, word: str) -> bool:
    return _matcher(known).fullmatch(word) is not None


@cache
def _matcher(known: str) -> re.Pattern[str]:
    return re.compile("|".join(re.escape(word).replace(r"\*", r"\w*") for word in known.split()))
