"""Markup: the parts of a text that say how its words are spoken.

    [calm] Tomorrow's game begins in silence. [pause 0.8s] [excited] Then the lights come on!
    He *never* says [slow]very much[/slow] about [say: SQL|sequel].

    [pause], [pause 0.8s], [pause 800ms]    silence behind the word before
    [slow] [fast] [loud] [soft] [pace 0.9]  up to [/slow] and so on
    [voice: anna]                           who speaks: up to the next one, [/voice], or the end of the cue
    [calm] or [tone: calm]                  up to the next tone, [/calm], or the end of the cue; [neutral] ends it as well
    *emphasis* _emphasis_ **strong**
    [say: SQL|sequel] [say: GIF|/dʒɪf/]     the first is shown, the second is heard

Anything else in brackets is prose: “[the president] said” (see `brackets`). A backslash in front of "[", "*", "_" or "<"
makes it an ordinary character. The elements of SSML that voicekit knows are read as well (see `ssml`).
"""

import re
from array import array
from collections.abc import Sequence

from voicekit.core.errors import ScriptError
from voicekit.core.patterns import lazy_pattern
from voicekit.core.wording import cut
from voicekit.text.normalise.english_words import english_words
from voicekit.text.phonemes.lexicon import entry_of
from voicekit.text.script import ssml
from voicekit.text.script.brackets import without_brackets
from voicekit.text.script.marks import Marks, ProsodyStyle, SpokenBy
from voicekit.text.script.reading import EMPHASIS, STRONG, Reading, Turn
from voicekit.text.script.source import Source, nearest
from voicekit.text.script.strip_markup import NOTHING, PAUSE, STOP

TONES: dict[str, ProsodyStyle] = {
    "neutral": ProsodyStyle(),
    "calm": ProsodyStyle(0.9, -1.0, 0.75, -2.0),
    "serious": ProsodyStyle(0.93, -1.5, 0.8, 0.0),
    "warm": ProsodyStyle(0.95, -0.5, 1.15, -1.0),
    "excited": ProsodyStyle(1.12, 2.5, 1.45, 3.0),
    "happy": ProsodyStyle(1.05, 1.5, 1.3, 1.5),
    "sad": ProsodyStyle(0.85, -2.0, 0.65, -3.0),
    "urgent": ProsodyStyle(1.18, 1.0, 1.1, 3.0),
}

_SPANS = {
    "slow": ProsodyStyle(pace=0.8),
    "fast": ProsodyStyle(pace=1.2),
    "loud": ProsodyStyle(level_db=4.0),
    "soft": ProsodyStyle(level_db=-4.0),
}
_STARS = {"*": EMPHASIS, "_": EMPHASIS, "**": STRONG, "***": STRONG}
_KNOWN = (*TONES, *_SPANS, "pause", "pace", "tone", "say", "voice")
_PAUSE_S = 0.5
#: A voice may be a folder.
_LONGEST_NAME = 300
#: The beginning of a mark that says who speaks; “[voice over]” is none.
VOICE = lazy_pattern(r"\s*+voice\s*+:", re.IGNORECASE)

_TOKEN = lazy_pattern(
    rf"""
    \\(?P<literal>[\[\]*_<])
    | \[\s*+(?P<closing>/?)\s*+(?P<tag>(?P<name>[^\W\d_]\w*+)\s*+:?+\s*+(?P<value>[^\[\]]*+))\]
    | (?P<stars>\*+|_+)
    | (?P<blank>\n[^\S\n]*\n\s*)
    | (?P<beat>{PAUSE})
    | (?P<element>{ssml.ELEMENT})
    """,
    re.VERBOSE,
)
# What stands for something else while a text is read; nobody writes these.
_OURS = lazy_pattern(f"[{NOTHING}-\ue004\ue006-\ue00f]")


def marked(text: str, name: str = "script", line: int = 1) -> tuple[str, Marks]:
    """A text without its markup, its lines and paragraphs as they are, and the marks of its words.

    Args:
        name: stands in the messages.
        line: what its first line counts as in the messages.

    Raises:
        ScriptError: a mark is unknown, not closed or wrong in another way; the message says where.
    """
    reading = read_markup(Source(text, name, line), text)
    return reading.text, reading.marks()


def read_markup(source: Source, text: str, begin: int = 0, turns: Sequence[Turn] = ()) -> Reading:
    """A stretch of a source, read.

    Args:
        text: as it stands in the source from `begin` on, but for signs that were put in the place of others: NOTHING for
            what is not to be read.
        turns: who speaks from which sign of the source on.

    Raises:
        ScriptError: as `marked`.
    """
    text, sounds = without_brackets(text, _is_mark)
    offsets: Sequence[int] = range(begin, begin + len(text))
    if _OURS.search(text):
        kept, places = [], array("q")
        for index, meant in enumerate(text):
            for sign in ".\n" if meant == STOP else meant:
                if not _OURS.match(sign):
                    kept.append(sign)
                    places.append(begin + index)
        text, offsets = "".join(kept), places
    elements: list[ssml.Element] = []
    if ssml.has_elements(text):
        text, offsets, elements = ssml.split(source, text, offsets)
    reading = _Reader(source, text, offsets, elements, turns).read()
    reading.sounds += sounds
    return reading


def _is_mark(body: str) -> bool:
    """Whether what stands in brackets is a mark, or one that is spelt wrong; what else stands there is prose.

    “[clam]” and “[puase 1s]” are wrong; “[sad to say]”, “[calm down]” and “[said]” are words.
    """
    found = re.fullmatch(r"(/?)\s*(\w+)\s*(:?)\s*(.*)", body, re.DOTALL)
    if not found:
        return False
    closing, name, colon, value = found.groups()
    name = name.lower()
    is_amount = re.match(r"[-+]?\d", value) is not None
    if name == "voice":
        return bool(colon or closing)
    if name in _KNOWN:
        known = name == "pause" or colon or closing or not value or is_amount or "|" in value
        return bool(known or (name == "tone" and (value.lower() in TONES or nearest(value, TONES))))
    near = nearest(name, _KNOWN)
    if not near or near[0] != name[0] or (value and not is_amount and not colon):
        return False
    return bool(closing) or sorted(near) == sorted(name) or is_amount or name not in english_words()


def may_be_tag(body: str) -> bool:
    """Whether what stands in brackets is a mark, or one that is spelt wrong; a sound (“door slams”) is not."""
    name, *others = re.findall(r"\w+", body) or [""]
    near = nearest(name, _KNOWN)
    if name.lower() in ("pause", "pace", "tone", "say"):
        return True
    if name.lower() == "voice":
        return VOICE.match(body) is not None
    return not others and near is not None and near[0] == name[0].lower()


class _Reader:
    def __init__(
        self, source: Source, text: str, offsets: Sequence[int], elements: list[ssml.Element], turns: Sequence[Turn]
    ) -> None:
        self._source, self._text, self._offsets = source, text, offsets
        self._elements = iter(elements)
        self._inside: list[tuple[ssml.Element, int]] = []
        self._reading = Reading(source, turns)

    def read(self) -> Reading:
        tokens = list(_TOKEN.finditer(self._text))
        begins = _pairs(tokens, self._text)
        end = 0
        for token in tokens:
            self._add(end, token.start())
            end = token.end()
            if token["literal"]:
                self._add(end - 1, end)
            elif token["tag"]:
                self._tag(token)
            elif token["blank"]:
                self._reading.close()
                self._add(token.start(), end)
            elif token["beat"]:
                self._reading.pause(_PAUSE_S)
                self._reading.tag(parts=True)
            elif token["element"]:
                ssml.apply(next(self._elements), self._reading, self._inside)
            elif token.start() not in begins:
                self._add(token.start(), end)
            elif begins[token.start()]:
                self._reading.begin(token["stars"], _STARS[token["stars"]], self._offsets[token.start()])
            else:
                self._reading.end(token["stars"])
        self._add(end, len(self._text))
        self._reading.close()
        return self._reading

    def _add(self, begin: int, end: int) -> None:
        if end > begin:
            self._reading.add(self._text[begin:end], self._offsets[begin:end])

    def _tag(self, token: re.Match) -> None:
        offset = self._offsets[token.start()]
        body = " ".join(token["tag"].split())
        name, value = token["name"].lower(), " ".join(token["value"].split())
        if name == "tone" and value.lower() in TONES and not token["closing"]:
            name, value = value.lower(), ""
        if name not in _KNOWN or (value and name in (*TONES, *_SPANS)):
            raise self._unknown(token["closing"] + body, name, offset)
        if token["closing"]:
            self._close(name, value, offset)
        elif name == "pause":
            self._pause(value, offset)
        elif name == "say":
            self._say(value, offset)
        elif name == "voice":
            self._reading.voice(voice_of(value, self._source, offset))
        elif name == "tone":
            near = nearest(value, TONES)
            hint = f"did you mean [tone: {near}]?" if near else f"known are {', '.join(TONES)}"
            raise self._source.error(offset, f"the tone “{cut(value)}” is not known; {hint}")
        elif name in TONES:
            self._reading.tone(name, TONES[name])
        else:
            self._reading.begin(
                name, _SPANS[name] if name in _SPANS else ProsodyStyle(pace=self._pace(value, offset)), offset
            )
        if name != "say":
            self._reading.tag(parts=name in ("pause", "tone", "voice", *TONES))

    def _unknown(self, body: str, name: str, offset: int) -> ScriptError:
        short = body if len(body) <= 40 else body[:39] + "…"
        near = nearest(name, _KNOWN)
        known = ", ".join(f"[{one}]" for one in _KNOWN)
        hint = f"did you mean [{'/' * body.startswith('/')}{near}]?" if near else f"known are {known}"
        return self._source.error(offset, f"[{short}] is not known; {hint} (write \\[{short}] to have it spoken)")

    def _close(self, name: str, value: str, offset: int) -> None:
        if name in ("pause", "say"):
            raise self._source.error(offset, f"[{name}] has no end; remove [/{name}]")
        if name == "voice":
            ended = self._reading.end_voice()
        elif name == "tone" or name in TONES:
            ended = self._reading.end_tone(None if name == "tone" else name)
        else:
            ended = self._reading.end(name)
        if value or not ended:
            opening = "voice: anna" if name == "voice" else name
            raise self._source.error(offset, f"[/{name}] ends nothing; write [{opening}] before it, or remove it")

    def _pause(self, value: str, offset: int) -> None:
        seconds = ssml.pause_s(value) if value else _PAUSE_S
        if not seconds:
            raise self._source.error(
                offset,
                f"[pause {cut(value)}] is not a pause; write [pause 0.8s] or [pause 800ms], up to "
                f"{ssml.LONGEST_PAUSE_S:.0f} s",
            )
        if not self._reading.pause(seconds):
            raise self._source.error(
                offset, "[pause] has no word before it; give the cue a time instead, or move it after a word"
            )

    def _pace(self, value: str, offset: int) -> float:
        number = float(value.replace(",", ".")) if re.fullmatch(r"\d+(?:[.,]\d+)?", value) else 0.0
        if not 0.5 <= number <= 2:
            raise self._source.error(
                offset, f"[pace {cut(value)}] is not a pace; write a number from 0.5 to 2, as in [pace 0.9]"
            )
        return number

    def _say(self, value: str, offset: int) -> None:
        shown, bar, said = (part.strip() for part in value.partition("|"))
        if not bar or not shown or not said or "|" in said:
            raise self._source.error(
                offset, f"[say: {cut(value)}] does not say how; write [say: SQL|sequel] or [say: SQL|/ɛs/]"
            )
        entry = entry_of(shown, said, self._source.place(offset))
        self._reading.add(shown, [offset] * len(shown))
        self._reading.say(len(self._reading) - len(shown), entry, offset)


def voice_of(name: str, source: Source, offset: int) -> SpokenBy:
    """Who speaks, as a mark at a sign says it. Raises ScriptError where it names nobody."""
    name = name.strip(" \"'“”„")
    if not re.search(r"[^\W_]", name):
        raise source.error(offset, "[voice:] does not say who speaks; write [voice: anna]")
    if len(name) > _LONGEST_NAME:
        raise source.error(offset, f"[voice: {name[:40]}…] is too long; a name has at most {_LONGEST_NAME} signs")
    return SpokenBy(name, "mark", source.line(offset))


def _pairs(tokens: list[re.Match], text: str) -> dict[int, bool]:
    """Where the stars and underscores stand that come in pairs around words, and whether each begins its pair."""
    found: dict[int, bool] = {}
    open_at: dict[str, int] = {}
    for token in tokens:
        stars = token["stars"]
        if token["blank"]:
            open_at.clear()
        if stars not in _STARS:
            continue
        before, after = text[max(token.start() - 1, 0) : token.start()], text[token.end() : token.end() + 1]
        if before.strip() and not _in_word(after) and stars in open_at:
            found[open_at.pop(stars)], found[token.start()] = True, False
        elif after.strip() and not _in_word(before):
            open_at[stars] = token.start()
    return found


def _in_word(sign: str) -> bool:
    return sign.isalnum() or sign == "_"
