"""The part of SSML that voicekit knows: the elements that other programs write into texts to be spoken."""

import math
import re
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from xml.parsers import expat

from voicekit.core.errors import ScriptError
from voicekit.core.patterns import lazy_pattern
from voicekit.text.phonemes.lexicon import entry_of
from voicekit.text.script.marks import NEUTRAL, ProsodyStyle, SpokenBy
from voicekit.text.script.reading import EMPHASIS, STRONG, Reading
from voicekit.text.script.source import Source, nearest

#: A longer silence is not a pause but a new cue.
LONGEST_PAUSE_S = 30.0
#: Replaces the beginning or end of an element in a text.
ELEMENT = "\ue001"
_LESS, _AND = "\ue002", "\ue003"
_ROOT = "voicekit-text"

_ATTRIBUTES = {"speak": (), "p": (), "s": (), "break": ("time", "strength"), "prosody": ("rate", "pitch", "volume"),
               "emphasis": ("level",), "sub": ("alias",), "phoneme": ("alphabet", "ph"),
               "voice": ("name",)}  # fmt: skip
_BREAKS_S = {"none": 0.0, "x-weak": 0.15, "weak": 0.3, "medium": 0.5, "strong": 0.8, "x-strong": 1.2}
_LEVELS = {"strong": STRONG, "moderate": EMPHASIS, "none": NEUTRAL, "reduced": ProsodyStyle(1.08, -0.5, 0.85, -2.0)}
_RATES = {"x-slow": 0.6, "slow": 0.8, "medium": 1.0, "default": 1.0, "fast": 1.2, "x-fast": 1.5}
_PITCHES_ST = {"x-low": -4.0, "low": -2.0, "medium": 0.0, "default": 0.0, "high": 2.0, "x-high": 4.0}
_VOLUMES_DB = {"x-soft": -8.0, "soft": -4.0, "medium": 0.0, "default": 0.0, "loud": 4.0, "x-loud": 8.0}

_NAME = r"[A-Za-z][\w:.-]*"
# What looks like an element: one that is known, however it goes on, or any name with attributes as they have to be.
_ANY = lazy_pattern(rf"(?<!\\)</?(?:(?:{'|'.join(_ATTRIBUTES)})\b[^<>]*|{_NAME}(?:\s+{_NAME}\s*=[^<>]*|\s*/?))>")
_DOCUMENT = lazy_pattern(r"\s*<(?:\?xml\b|speak\b|!DOCTYPE\b)")
# A backslash makes any "<" a plain one; so does what stands behind it, where that begins no element.
_PLAIN_LESS = lazy_pattern(r"(?<=\\)<|<(?!/?[A-Za-z]|!--|!\[CDATA\[)")
_PLAIN_AND = lazy_pattern(r"&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[\da-fA-F]+);)")
_UNSPEAKABLE = lazy_pattern(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]|\r(?!\n)")
_NUMBER = r"([+-]?\d+(?:\.\d+)?)"


@dataclass(frozen=True)
class Element:
    """The beginning or end of an element.

    Attributes:
        name: "prosody".
        attributes: of its beginning.
        offset: where its "<" stands in the source.
        is_end: this is the end.
    """

    name: str
    attributes: dict[str, str]
    offset: int
    is_end: bool = False


def is_document(text: str) -> bool:
    """Whether all of a text is one SSML document."""
    return _DOCUMENT.match(text) is not None


def has_elements(text: str) -> bool:
    """Whether there is something in a text that looks like an element; a bare "<" does not."""
    return is_document(text) or _ANY.search(text) is not None


def pause_s(text: str) -> float | None:
    """ "0.8s", "800 ms" or "0.8" in seconds; None where it is none or too long."""
    match = re.fullmatch(r"(\d+(?:[.,]\d+)?)\s*(ms|s|sec|seconds?)?", text.strip(), re.IGNORECASE)
    if not match:
        return None
    seconds = float(match[1].replace(",", ".")) / (1000 if (match[2] or "").lower() == "ms" else 1)
    return seconds if seconds <= LONGEST_PAUSE_S else None


def split(source: Source, text: str, offsets: Sequence[int]) -> tuple[str, Sequence[int], list[Element]]:
    """A text with ELEMENT in place of each element's beginning and end, where each sign stands, and those in their order.

    Raises:
        ScriptError: it is no well-formed XML, or has declarations of its own.
    """
    if match := re.search(r"<!(?:DOCTYPE|ENTITY)", text):
        raise source.error(offsets[match.start()], f"{match[0]} is not read; remove the declaration")
    text = re.sub(r"<\?[^<>]*\?>", lambda match: re.sub(r"\S", " ", match[0]), text)
    text = _UNSPEAKABLE.sub(" ", _PLAIN_AND.sub(_AND, _PLAIN_LESS.sub(_LESS, text)))
    return _Splitter(source, text, offsets).split()


class _Splitter:
    def __init__(self, source: Source, text: str, offsets: Sequence[int]) -> None:
        self._source, self._text, self._offsets = source, text, offsets
        self._lines = [0, *(match.end() for match in re.finditer("\n", text))]
        self._signs: list[str] = []
        self._places = array("q")
        self._elements: list[Element] = []
        self._inside: list[Element] = []
        # expat itself, not ElementTree on top of it, because it tells where each element stands.
        self._parser = expat.ParserCreate("utf-8")
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters

    def split(self) -> tuple[str, Sequence[int], list[Element]]:
        try:
            self._parser.Parse(f"<{_ROOT}>{self._text}</{_ROOT}>".encode(), True)
        except expat.ExpatError as error:
            raise self._unreadable(error) from error
        return "".join(self._signs), self._places, self._elements

    def _unreadable(self, error: expat.ExpatError) -> ScriptError:
        index = self._index(error.lineno, error.offset)
        if error.code != expat.errors.codes[expat.errors.XML_ERROR_TAG_MISMATCH]:
            return self._source.error(
                self._offset(index),
                f"the SSML cannot be read ({expat.ErrorString(error.code)}); put attributes in quotes, "
                "and write \\< for a “<” that begins no tag",
            )
        if self._inside:
            element = self._inside[-1]
            return self._source.error(element.offset, f"<{element.name}> is not closed; write </{element.name}> after it")
        name = re.split(r"[\s<>]", self._text[index:], maxsplit=1)[0]  # expat stands behind the "</"
        return self._source.error(self._offset(index - 2), f"</{name}> has no beginning; remove it")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if name != _ROOT:
            element = Element(name, attributes, self._here())
            self._inside.append(element)
            self._put(element)

    def _end(self, name: str) -> None:
        if name != _ROOT:
            self._inside.pop()
            self._put(Element(name, {}, self._here(), is_end=True))

    def _put(self, element: Element) -> None:
        self._elements.append(element)
        self._signs.append(ELEMENT)
        self._places.append(element.offset)

    def _characters(self, data: str) -> None:
        index = self._index(self._parser.CurrentLineNumber, self._parser.CurrentColumnNumber)
        self._signs.extend(data.replace(_LESS, "<").replace(_AND, "&"))
        self._places.extend(self._offset(index + n) for n in range(len(data)))

    def _here(self) -> int:
        return self._offset(self._index(self._parser.CurrentLineNumber, self._parser.CurrentColumnNumber))

    def _offset(self, index: int) -> int:
        return self._offsets[min(index, len(self._offsets) - 1)]

    def _index(self, line: int, column: int) -> int:
        return self._lines[line - 1] + column - (len(_ROOT) + 2 if line == 1 else 0)


def apply(element: Element, reading: Reading, inside: list[tuple[Element, int]]) -> None:
    """What an element does to what is read behind it.

    Args:
        inside: the elements that are open, and where in `reading` each began; changed here.

    Raises:
        ScriptError: the element, or what it says of itself, is not known.
    """
    if element.is_end:
        begun, begin = inside.pop()
        reading.end(f"<{element.name}>")
        if element.name in ("sub", "phoneme"):
            _say(begun, reading, begin)
        elif element.name == "voice":
            reading.end_element_voice()
    else:
        _check(element, reading.source)
        inside.append((element, len(reading)))
        reading.begin(f"<{element.name}>", _style(element, reading.source), element.offset)
        if element.name == "break":
            _pause(element, reading)
        elif element.name == "voice":
            reading.begin_element_voice(_voice(element, reading.source))
    if element.name == "p":
        reading.paragraph(element.offset)
    reading.tag(parts=element.name in ("break", "s", "voice"))


def _check(element: Element, source: Source) -> None:
    known = _ATTRIBUTES.get(element.name)
    if known is None:
        near = nearest(element.name, _ATTRIBUTES)
        hint = f"did you mean <{near}>?" if near else f"known are {', '.join(f'<{name}>' for name in _ATTRIBUTES)}"
        advice = f"{hint} (write \\<{element.name}> to have it spoken)"
        raise source.error(element.offset, f"<{element.name}> is not known; {advice}")
    for name in element.attributes:
        # What a document says of itself, such as its version and language, changes nothing.
        if known and name not in known and ":" not in name:
            raise source.error(element.offset, f"<{element.name}> has no “{name}”; it has {' and '.join(known)}")


def _style(element: Element, source: Source) -> ProsodyStyle:
    if element.name == "emphasis":
        level = element.attributes.get("level", "moderate").strip().lower()
        if level not in _LEVELS:
            raise _wrong(element, source, "level", f"one of {', '.join(_LEVELS)}")
        return _LEVELS[level]
    if element.name != "prosody":
        return NEUTRAL
    if not element.attributes:
        raise source.error(element.offset, "<prosody> says nothing; give it a rate, pitch or volume")
    rate, pitch, volume = (_amount(element, source, name) for name in _AMOUNTS)
    return ProsodyStyle(pace=rate, pitch_st=pitch, level_db=volume)


def _amount(element: Element, source: Source, name: str) -> float:
    words, read, (least, most), advice = _AMOUNTS[name]
    written = element.attributes.get(name, "medium").strip().lower()
    amount = words[written] if written in words else read(written)
    if amount is None or not least <= amount <= most:
        raise _wrong(element, source, name, f"one of {', '.join(words)}, or {advice}")
    return amount


def _rate(written: str) -> float | None:
    match = re.fullmatch(_NUMBER + "(%?)", written)
    signed = written[:1] in ("+", "-")
    if not match or (signed and not match[2]):
        return None
    number = float(match[1]) / (100 if match[2] else 1)
    return 1 + number if signed else number


def _pitch(written: str) -> float | None:
    match = re.fullmatch(_NUMBER + "(st|%)", written)
    if not match or written[0] not in "+-":
        return None
    number = float(match[1])
    if match[2] == "st":
        return number
    return 12 * math.log2(1 + number / 100) if number > -100 else None


def _volume(written: str) -> float | None:
    match = re.fullmatch(_NUMBER + "db", written)
    return float(match[1]) if match and written[0] in "+-" else None


_AMOUNTS = {
    "rate": (_RATES, _rate, (0.5, 2.0), "from 50% to 200%"),
    "pitch": (_PITCHES_ST, _pitch, (-12.0, 12.0), "like +2st or -10%, up to 12 semitones"),
    "volume": (_VOLUMES_DB, _volume, (-12.0, 12.0), "like +3dB, up to 12 dB"),
}


def _pause(element: Element, reading: Reading) -> None:
    given = element.attributes
    if "time" in given:
        seconds = pause_s(given["time"])
        if seconds is None:
            raise _wrong(element, reading.source, "time", f"a time like 800ms or 0.8s, up to {LONGEST_PAUSE_S:.0f} s")
    else:
        seconds = _BREAKS_S.get(given.get("strength", "medium").strip().lower())
        if seconds is None:
            raise _wrong(element, reading.source, "strength", f"one of {', '.join(_BREAKS_S)}")
    if not reading.pause(seconds):
        raise reading.source.error(element.offset, "<break> has no word before it; give the cue a time instead")


def _voice(element: Element, source: Source) -> SpokenBy:
    name = element.attributes.get("name", "").strip()
    if not re.search(r"[^\W_]", name):
        raise source.error(element.offset, '<voice> does not say who speaks; write <voice name="anna">')
    return SpokenBy(name, "mark", source.line(element.offset))


def _say(element: Element, reading: Reading, begin: int) -> None:
    source, given = reading.source, element.attributes
    shown = " ".join(reading.behind(begin).split())
    if not shown:
        raise source.error(element.offset, f"<{element.name}> is empty; write the word that is shown inside it")
    attribute = "alias" if element.name == "sub" else "ph"
    said = given.get(attribute, "").strip().strip("/").strip()
    if not said:
        raise source.error(element.offset, f'<{element.name}> does not say how; write <{element.name} {attribute}="…">')
    if element.name == "phoneme":
        if given.get("alphabet", "ipa").lower() != "ipa":
            raise _wrong(element, source, "alphabet", "ipa, and write the sounds in it")
        said = f"/{said}/"
    reading.say(begin, entry_of(shown, said, source.place(element.offset)), element.offset)


def _wrong(element: Element, source: Source, attribute: str, advice: str) -> ScriptError:
    written = element.attributes[attribute]
    return source.error(element.offset, f'{attribute}="{written}" of <{element.name}> is not known; write {advice}')
