"""What a field's label in a storyboard means: “Voice-over (calm)” for narration, “Camera” for something else."""

import re
from typing import Literal, overload

from voicekit.core.patterns import lazy_pattern


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


#: A field that is neither spoken nor shown.
OTHER = "other"
UNKNOWN = "unknown"

_NAMES = {
    "visual": "visual visuals video picture image camera bild visuell kamera",
    "audio": "audio sound sounds sfx music ton musik geräusche",
    "narration": "off offtext offton",
    # On the screen, where something else is spoken.
    "text": "text script",
    "duration": "duration length dauer länge",
    # Of a table's column or a field, where they are lengths or ranges of time.
    "times": "time times timing timecode timecodes timestamp timestamps zeit zeiten seconds sekunden",
    "title": "clip scene shot szene einstellung title titel name no nr number nummer",
}
_KINDS = {name: kind for kind, names in _NAMES.items() for name in names.split()}
_SPOKEN = lazy_pattern(
    r"(?:off)?(?:narrat(?:ions?|ors?|ed)|voice|voice-?overs?|vo|speech|speaker|spoken|dialog(?:ue|ues|e|s|text)?|monolog(?:ue)?|"
    r"commentary|kommentar(?:text)?|\w*stimme|sprech(?:er|erin|ertext|text)|erzähl(?:er|erin|ung|text)|gesprochen\w*|oton)"
)
#: Words that add nothing to the words before them: “Voice-over script”.
_NEUTRAL = _set("text script skript words word lines line says said track over copy content description prompt")
#: Last words of labels whose field is never spoken; one of five letters or more may also end a longer word.
_HARMLESS = _set(
    "fx vfx effect effects effekt effekte screen onscreen overlay overlays caption captions subtitle subtitles untertitel "
    "bildschirm transition transitions übergang schnitt cut mood stimmung atmosphäre atmosphere vibe location locations "
    "ort schauplatz setting note notes notiz notizen hinweis hinweise anmerkung purpose zweck ziel goal style stil tone "
    "color colors colour colours palette farbe farben light lighting licht beleuchtung description beschreibung prompt "
    "action actions aktion handlung movement motion bewegung framing composition angle perspective perspektive lens "
    "objektiv focus fokus character characters figur figuren personen props requisiten emotion emotions pace pacing tempo "
    "speed volume gender accent language sprache graphic graphics grafik animation asset assets reference references format "
    "ratio theme thema logo direction directions regie subject background hintergrund foreground weather wetter texture "
    "details type ambience ambient atmo bildtext bildschirmtext einblendung"
) | (_KINDS.keys() - _set(_NAMES["narration"]))
_WHOLE = _set("total overall whole full gesamt gesamte film video")


@overload
def kind_of(label: str, sure: Literal[True] = True) -> str: ...
@overload
def kind_of(label: str, sure: bool) -> str | None: ...
def kind_of(label: str, sure: bool = True) -> str | None:
    """A kind in _NAMES, OTHER or UNKNOWN; `sure`: it is a label at any rate, else None where it may be none."""
    words, parts = _words(label), [_words(part) for part in re.split(r"[/&+,|]|\s(?:and|und|or|oder)\s", _plain(label))]
    exact = _KINDS.get("".join(words))
    if exact:
        return OTHER if exact == "text" and re.search("screen|overlay|bildschirm", label.lower()) else exact
    if sure:
        heads = [_head(part) for part in parts]
    else:
        heads = [_head(part) if all(map(_is_known, part)) else None for part in parts]
    if any(head and _SPOKEN.fullmatch(head) for head in heads):
        return "narration"
    if not sure:
        return None
    head = _head(words)
    if head is None:
        return OTHER
    kind = _KINDS.get(head)
    if kind == "duration":
        return OTHER if _WHOLE & set(words) else kind
    if kind in ("visual", "audio"):
        return kind
    return OTHER if _is_harmless(head) else UNKNOWN


def is_spoken(label: str) -> bool:
    """Whether there is a word in a label that narrations have in theirs."""
    return any(map(_SPOKEN.fullmatch, _words(label)))


def _plain(label: str) -> str:
    label = re.sub(r"\([^()]*\)|\[[^\[\]]*\]|[*_`]|['’]s\b", " ", label).lower()
    return re.sub(r"\b(\w)[-./](?=\w\b|ton\b)", r"\1", label)  # “O-Ton”, “V.O.”


def _words(label: str) -> list[str]:
    return [word for word in re.split(r"[\W\d]+", _plain(label)) if word]


def _head(words: list[str]) -> str | None:
    """The word that says what a label is: “Spoken” in “Spoken text”, “text” not being it."""
    return next((word for word in reversed(words) if word not in _NEUTRAL), None)


def _is_known(word: str) -> bool:
    return word in _NEUTRAL or _SPOKEN.fullmatch(word) is not None or _KINDS.get(word, "title") not in ("title", "times")


def _is_harmless(word: str) -> bool:
    return word in _HARMLESS or any(word.endswith(one) for one in _HARMLESS if len(one) >= 5)
