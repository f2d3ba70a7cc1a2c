"""Directions in a script: what is for the cutter, the musician or the actor, and not for the voice.

“(beat)”, “[SFX: door slams]”, “CUT TO:”, “SUPER: Berlin, 1989”, “Page 2 of 3”. A sentence (with words in parentheses), a
heading in capitals and “Note: this is said.” are none.
"""

import re
from collections.abc import Iterable

from voicekit.core.patterns import lazy_pattern
from voicekit.text.script.brackets import is_sound
from voicekit.text.script.markup import TONES
from voicekit.text.script.speakers import ROLES
from voicekit.text.script.strip_markup import NOTHING, PAUSE

#: Labels that nobody but a maker of films writes, in any case.
_MAKERS = (
    r"sfx|s/fx|fx|vfx|gfx|b-?roll|broll|lower[ -]thirds?|l3|title cards?|supers?|cg|chyron|bauchbinde|"
    r"on[- ]?screen(?: text)?|"
    r"text on screen|screen text|einblendung|"
    r"end cards?|logo|shots?(?: list)?|cutaways?|montage|sot|nats?(?: sound| sot)?|sound ?bite|music (?:cue|bed|in|"
    r"out|up|under)|bgm|cut to|"
    r"fade (?:in|out|to)|dissolve to|visual cue|camera direction|director'?s note|note to (?:editor|vo|talent)|"
    r"editor'?s? note|regie(?:anweisung)?"
)
#: Labels that begin sentences as well: in capitals, or beside others.
_PLAIN = (
    r"video|visuals?|picture|image|camera|sound(?: effects?)?|music|audio|graphics?|animation|caption|text|title|"
    r"titles|location|"
    r"setting|action|direction|transition|bild|ton|musik|geräusche?|kamera|grafik|schnitt|atmo"
)
_LABEL = lazy_pattern(
    rf"(?P<lead>[\s{NOTHING}]*+[*_]{{0,3}})(?P<name>(?i:{_MAKERS})|"
    rf"(?i:{_PLAIN}))(?P<number>[ #]*\d{{1,2}})?(?:[ ]?\([^()\n]{{1,40}}\))?"
    r"[*_]{0,3}[ ]?[:：][*_]{0,3}(?=\s|$)"
)
_IS_MAKERS = lazy_pattern(_MAKERS, re.IGNORECASE)
#: A label in the middle of a line, in capitals.
_INNER = lazy_pattern(
    rf"(?<=[\s{NOTHING}])(?:{_MAKERS.upper()}|VIDEO|VISUALS?|SOUND|MUSIC|AUDIO|GRAPHICS?|MUSIK|TON|BILD|"
    rf"(?P<voice>(?:{ROLES.upper()})(?![^\W_])))"
    r"(?: ?\([^()\n]{1,30}\))?[:：](?=\s)"
)
#: A name in capitals before what is said: “ANNA:”, “NARRATOR (V.O.):”.
_NAME = r"[A-ZÀ-ÖØ-Þ][A-ZÀ-ÖØ-Þ0-9 ./'’-]{0,30}(?:\([^()\n]{1,30}\))?:"
_TRANSITION = lazy_pattern(
    r"(?:[A-Z][A-Z' ]{1,30} (?:TO|ON|AUF):|(?:SMASH |HARD |JUMP |MATCH |QUICK |FLASH )?CUT(?:S|TO| TO(?: BLACK|"
    r" WHITE)?)?[:.]|FADE(?: ?(?:IN|OUT|UP|TO BLACK|"
    r"TO WHITE|FROM BLACK))[:.]?|CUT TO (?:BLACK|WHITE)[:.]?|DISSOLVE[:.]|INTERCUT[:.]|(?:QUICK|JUMP|MATCH|"
    r"SMASH) CUTS?[:.]|(?:ROLL|END) CREDITS[:.]?|"
    r"(?:ABBLENDE|AUFBLENDE|SCHWARZBLENDE|ÜBERBLENDUNG|BLENDE|SCHNITT)[:.]?|"
    r"(?:INTRO|OUTRO|THEME|OPENING|CLOSING|END) (?:MUSIC|TITLES?|CREDITS|SEQUENCE|CARD)[:.]?|MUSIC (?:UP|IN|OUT|"
    r"UNDER|FADES?(?: IN| OUT)?)[:.]?)"
)
_MUSIC = r"(?:MUSIC|SFX|SOUND|THEME(?: SONG)?|JINGLE|SCORE|AMBIENCE|CROWD|APPLAUSE|MUSIK|ATMO)"
_MOVES = (
    r"(?:UP|IN|OUT|UNDER|DOWN|FULL|FADES?|FADING|SWELLS?|STOPS?|ENDS?|BEGINS?|STARTS?|PLAYS?|CONTINUES?|RISES?|BUILDS?|"
    r"STINGS?|STING|BED|HITS?|CUTS?|DUCKS?|RETURNS?|DROPS?|SNEAKS?|LOUDER|SOFTER|THROUGHOUT|EIN|AUS|HOCH|WEG|SETZT|ENDET|BLENDET)"
)
#: What music does: “MUSIC UP AND UNDER”, “SOFT PIANO MUSIC FADES OUT”.
_MUSIC_CUE = (
    rf"(?:[A-ZÄÖÜ][A-ZÄÖÜ-]{{1,20}} ){{0,3}}{_MUSIC} {_MOVES}"
    rf"(?:,? (?:{_MOVES}|AND|THEN|TO|FOR|SLOWLY|GENTLY|QUICKLY|BACK|BACKGROUND|END|UND|LANGSAM)(?![\w'’])){{0,6}}(?![\w'’])"
)
_MUSIC_LINE = lazy_pattern(rf"{_MUSIC_CUE}[.!…]?")
#: Such words among others that are not in capitals: where a line or sentence begins, up to a name or the end.
_MUSIC_INSIDE = lazy_pattern(
    rf"(?:^[\s*_{NOTHING}]*+|(?<=[.!?…”\"’)*])[\s{NOTHING}]++){_MUSIC_CUE}(?:\.(?=\s|$)|(?=[*_\s]*$|[,;]?\s+{_NAME}))"
)
#: What stands around the text on a page.
_FURNITURE = lazy_pattern(
    r"page \d{1,4}(?: ?(?:of|/) ?\d{1,4})?|seite \d{1,4}(?: ?(?:von|/) ?\d{1,4})?|[-–—] ?\d{1,4} ?[-–—]|"
    r"(?:total |total: |~)?\d{1,6} (?:words|wörter)|(?:word count|words|wordcount|wörter|trt|total running time|"
    r"run ?time|total time|est\.? time|"
    r"gesamtlänge)[:=] ?[~\d].{0,20}|(?:end|ende|end of (?:script|text|vo|page|narration))|-30-|#{3,}|"
    r"\(?continued:?\)?(?: ?\(\d+\))?|\(?more\)?",
    re.IGNORECASE,
)
#: In a paragraph of its own.
_DRAFT = lazy_pattern(
    r"(?:draft|version|revision|rev|entwurf|fassung)\.? ?#?\d[\d.]{0,6}(?: ?[-–—,:|(] ?.{1,40})?|"
    r"v\d[\d.]{0,6}(?: (?:final|draft))?",
    re.IGNORECASE,
)
#: Above what is said: “Narration (EN)”.
_TITLE = lazy_pattern(
    r"(?:full |final )?(?:narration|voice[- ]?over|vo|v\.o\.|off-?text|sprechertext)(?: (?:script|text|track|copy))?"
    r"(?: ?[(\[][^()\[\]\n]{1,30}[)\]])?[*_]{0,3}:?",
    re.IGNORECASE,
)
#: Nothing is said there: “Opening shot of the stadium (no VO)”.
_SILENT = lazy_pattern(
    r"[(\[]\s*(?:(?P<sure>(?:no|without(?: a)?|kein(?:e)?|ohne) (?:vo|v\.?o\.?|v/o|voice[- ]?over|narration|"
    r"narrator|off|off-text|sprecher(?:in)?|sprechertext))|"
    r"no (?:voice|dialog(?:ue)?|speech|words|text|talking)|without words|ohne (?:text|ton|worte)|"
    r"silent|mos|music only|sfx only|nat sound only|stumm)\s*[)\]][\s.*_]*",
    re.IGNORECASE,
)
_ENDS = lazy_pattern(r"end|ende", re.IGNORECASE)
_NUMBER = r"\d{1,2}(?:[.,]\d{1,2})?"
_UNIT = r"(?:s|secs?|seconds?|ms|sek|sekunden?)\.?"
_BEAT = lazy_pattern(
    r"(?:a )?(?:(?P<long>long|dramatic|extended|lange)|short|brief|slight|tiny|quick|kurze)? ?(?:beat|pause|silence|"
    r"breath|stille)"
    rf"(?: (?:for|of) (?!{_NUMBER})[\w ]{{1,20}}|[:,]? (?:(?:for|of) )?(?P<after>{_NUMBER}) ?(?P<unit>{_UNIT}))?"
    rf"|(?P<before>{_NUMBER})[ -]?(?P<unit2>{_UNIT})[ -](?:beat|pause|silence)",
    re.IGNORECASE,
)
_REMARK = lazy_pattern(
    r"v\.? ?o\.?|o\.? ?s\.?|o\.? ?c\.?|off[- ]?(?:screen|camera)|on[- ]?camera|to (?:the )?camera|cont['’.]?d\.?|"
    r"continued|voice[- ]?over|"
    r"in die kamera|aus dem off|(?:fade|cut|dissolve|zoom|pan) (?:to|in|out|up|down|on|auf)\b.{0,60}|(?:music|musik|"
    r"sfx|fx|sound)\b[ :,–-].{0,60}|"
    r"(?:\w+ ){0,2}music|(?:drone|wide|close|aerial|establishing|tracking|medium)[- ](?:shot|up)\b.{0,60}|b-?roll\b.{0,60}",
    re.IGNORECASE,
)
#: Our own mark.
_MARK = lazy_pattern(
    rf"pause(?: ?\d.*)?|(?:say|pace|tone|voice) ?[:=].*|slow|fast|loud|soft|{'|'.join(TONES)}", re.IGNORECASE
)
#: Where it is all there is in a line.
_ALONE = lazy_pattern(r"more|off|cont|end|ende|logo(?: .{1,20})?", re.IGNORECASE)
#: How something is said, or what its speaker does: “softly”, “looking up”, “turns to Ben”.
_MANNER = lazy_pattern(
    r"(?:\w+, )?(?:\w+ly|\w{2,}ing|laughs|smiles|turns|looks|points|nods|sighs|whispers|shouts|to)\b.*", re.IGNORECASE
)
#: What says more of the words behind it, and not how they are said: “(in 2019)”, “(or so)”.
_GOES_ON = lazy_pattern(r"\d|^(?:and|or|but|not|which|who|that|if|und|oder|aber|nicht)\b", re.IGNORECASE)
_BRACKETED = lazy_pattern(
    r"(?P<stars>[*_]{1,3})?(?:\((?P<round>[^()\n]{1,80})\)|(?<!\\)\[(?P<square>[^\[\]\n]{1,400})\])(?(stars)(?P=stars))"
)
_LYRICS = lazy_pattern(r"[♪♫♬♩🎵🎶][^♪♫♬♩🎵🎶\n]*[♪♫♬♩🎵🎶]")


#: No direction on a line of its own is longer.
_LONGEST = 100


def label_of(line: str) -> tuple[str, int] | None:
    """A label for the film's makers in front of a line, and where the words behind it begin."""
    found = _LABEL.match(line)
    return (found["name"], found.end()) if found else None


def is_title(line: str) -> bool:
    """Whether a line only says that what is below it is spoken: “Narration (EN)”."""
    return _TITLE.fullmatch(line.strip(f" \t*_{NOTHING}")) is not None


def is_silent(line: str, in_script: bool) -> bool:
    """Whether a line says at its beginning or end that nothing is said: “Opening shot (no VO)”, in a script “(silent)”."""
    found = [one for one in _SILENT.finditer(line) if one["sure"] or in_script]
    return bool(found) and (found[-1].end() == len(line) or not line[: found[0].start()].strip(f" \t*_{NOTHING}"))


def behind_music(line: str) -> str:
    """What stands behind the music that begins a line: “MUSIC UP AND UNDER NARRATOR: It begins.”"""
    music = None if line.isupper() else _MUSIC_INSIDE.match(line)
    return line[music.end() :] if music else line


class Directions:
    """Takes the directions out of the lines of a text.

    Args:
        names: of speakers in the text.
        lines: of the text; where they are labelled VIDEO and AUDIO, the latter is spoken.

    Attributes:
        left: what was taken out.
        pauses: what is read as a pause.
    """

    def __init__(self, names: frozenset[str], lines: Iterable[str]) -> None:
        labels = {label[0].lower() for line in lines if (label := label_of(line))}
        two_columns = "audio" in labels and bool(labels & {"video", "visual", "visuals", "picture", "image"})
        #: Beside labels of what is spoken, others are not.
        self._beside_labels = bool(names) or two_columns
        self._audio_spoken = not names and two_columns
        self.left: list[str] = []
        self.pauses: list[str] = []

    def take(self, line: str, led: bool = False, apart: bool = True) -> str:
        """`line`, as long as before, with NOTHING in place of directions, and PAUSE in place of pauses.

        Args:
            led: a name, a time or a table's cell begins it: “(softly)” at its beginning says how it is said.
            apart: it is a paragraph of its own.
        """
        bare = line.replace(NOTHING, "").strip(" \t*_")
        if self.is_whole(line, apart) or is_silent(line, led or self._beside_labels):
            return self.without(line)
        if label := label_of(line):
            name, begin = label
            if name.lower() == "audio" and self._audio_spoken:
                line = NOTHING * begin + line[begin:]
            elif self._is_label(name):
                return self._inner(line, in_direction=True)
        line = self.without_music(line)
        line = _LYRICS.sub(lambda found: self.without(found[0]), line)
        return self._inner(_BRACKETED.sub(lambda found: self._bracketed(found, bare, led), line), in_direction=False)

    def is_whole(self, line: str, apart: bool = True) -> bool:
        """Whether a line is nothing but a direction or what stands around the text on a page."""
        bare = line.replace(NOTHING, "").strip(" \t*_")
        if not bare or len(bare) > _LONGEST:
            return False
        if _TRANSITION.fullmatch(bare) or _MUSIC_LINE.fullmatch(bare) or is_slug(bare):
            return True
        if self._beside_labels and _MUSIC_LINE.fullmatch(bare.upper()):
            return True
        inner = bare[1:-1].strip() if bare[0] + bare[-1] in ("[]", "()") else bare.strip("#=~<>–—- ") or bare
        if inner == bare and _ENDS.fullmatch(bare):
            return False  # “END” may be a heading
        return any(_FURNITURE.fullmatch(one) for one in (inner, bare)) or (apart and _DRAFT.fullmatch(inner) is not None)

    def without_manner(self, line: str) -> str:
        """`line` without what its beginning says in parentheses of how it is said: “(smiling) It begins.”"""
        at = len(line) - len(line.lstrip())
        found = _BRACKETED.match(line, at)
        if not found or not found["round"] or not line[found.end() :].strip():
            return line
        return line[:at] + self._bracketed(found, line.strip(" \t*_"), led=True) + line[found.end() :]

    def without_music(self, line: str) -> str:
        """`line` without what music does in it."""
        return line if line.isupper() else _MUSIC_INSIDE.sub(lambda found: self.without(found[0]), line)

    def _is_label(self, name: str) -> bool:
        return name.isupper() or _IS_MAKERS.fullmatch(name) is not None or self._beside_labels

    def _inner(self, line: str, in_direction: bool) -> str:
        """The stretches of a line that labels in it part: “SFX: crowd. VO: It begins. MUSIC: up.”"""
        found = list(_INNER.finditer(line))
        if not found and not in_direction:
            return line
        end = found[0].start() if found else len(line)
        pieces = [self.without(line[:end]) if in_direction else line[:end]]
        for label, following in zip(found, [*found[1:], None], strict=False):
            end = following.start() if following else len(line)
            if label["voice"] or (label[0].startswith("AUDIO") and self._audio_spoken):
                pieces.append(NOTHING * (label.end() - label.start()) + line[label.end() : end])
            else:
                pieces.append(self.without(line[label.start() : end]))
        return "".join(pieces)

    def _bracketed(self, found: re.Match, line: str, led: bool) -> str:
        body = " ".join((found["round"] or found["square"]).replace(NOTHING, "").split())
        written = found[0].strip(" \t*_")
        whole = written == line
        first = led and line.startswith((written, *(f"{quote}{written}" for quote in "'“„«\"")))
        if found["square"] and _MARK.fullmatch(body):
            return found[0]
        if found["round"] and (whole or first) and not found["stars"] and body.lower() in TONES:
            return f"[{found['round']}]"
        if pause := _BEAT.fullmatch(body):
            self.pauses.append(found[0].strip("*_"))
            return PAUSE * _halves(pause) + NOTHING * (len(found[0]) - _halves(pause))
        if self._is_direction(body, whole, first, bool(found["round"])):
            return self.without(found[0])
        return found[0]

    def _is_direction(self, body: str, whole: bool, first: bool, is_round: bool) -> bool:
        alone = whole or first
        label = label_of(body)
        if _REMARK.fullmatch(body) or (label and (alone or not is_round)) or (label and _IS_MAKERS.fullmatch(label[0])):
            return True
        if is_sound(body):
            return is_round or alone
        if not alone:
            return False
        if _ALONE.fullmatch(body):
            return True
        words, sure = body.split(), first or self._beside_labels or bool(self.left)
        if is_round:
            lower = body[0].islower() or (body.isupper() and len(words) > 1)
            short = len(words) <= 6 and body[-1] not in ".!?…" and not _GOES_ON.search(body)
            manner = _MANNER.fullmatch(body) is not None
            return (short and (manner if first and not lower else lower and (sure or manner))) or (
                is_sound(body.split(",")[0]) and len(words) <= 8
            )
        if not body[0].isalpha():
            return False
        if body.isupper() or (whole and len(words) > 1):
            return True
        return len(words) > 1 and body[-1] not in ".!?" and (sure or body[0].isupper())

    def without(self, written: str) -> str:
        """NOTHING in place of what is written, which is told."""
        if words := " ".join(written.replace(NOTHING, "").strip("*_ \t-•").split()):
            self.left.append(words)
        return re.sub(r"[^\n]", NOTHING, written)


def _halves(pause: re.Match) -> int:
    """How many half seconds a pause lasts: one for a beat, three for a long one."""
    for number, unit in (("after", "unit"), ("before", "unit2")):
        if pause[number]:
            seconds = float(pause[number].replace(",", ".")) / (1000 if pause[unit].lower().startswith("ms") else 1)
            return max(1, min(round(2 * seconds), len(pause[0]), 20))
    return 3 if pause["long"] else 1


_SLUG = lazy_pattern(
    r"(?:\d{1,4}[A-Z]?\.?\s+)?(?:(?:INT|EXT)\.?\s?/\s?(?:INT|EXT)|I\s?/\s?E|INT|EXT|EST|INNEN|AUSSEN|AUßEN|"
    r"INNEN\s?/\s?AUSSEN)(?:\.\s*|[:\s]\s*)(?P<place>\S.*)"
)


def is_slug(line: str, any_case: bool = False) -> bool:
    """Whether a line is the heading of a scene: “EXT. STADIUM – NIGHT”."""
    found = _SLUG.fullmatch(line.upper() if any_case else line)
    if not found:
        return False
    letters = [sign for sign in found["place"] if sign.isalpha()]
    return bool(letters) and (any_case or sum(sign.isupper() for sign in letters) >= 0.8 * len(letters))
