"""Reads a brief: any text, with or without Markdown and markup, as paragraphs of sentences to be spoken."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from voicekit.core.errors import ScriptError
from voicekit.film.storyboard.storyboard_writer import is_marked, literal
from voicekit.text.script.captions import are_captions, parse_captions
from voicekit.text.script.cue import has_word
from voicekit.text.script.heading import heading_of
from voicekit.text.script.markup import TONES, marked
from voicekit.text.script.ssml import is_document
from voicekit.text.sentences import MAX_CHARACTERS, sentences, split_sentences

_BOLD_HEADING = re.compile(r"\s*(?:\*\*|__)([^*_]*[^*_.!?…:;,])(?:\*\*|__):?\s*")
_UNDERLINE = re.compile(r"\s{0,3}(?:=+|-+)\s*")
#: A line across the page, or below the header of a table.
_RULE = re.compile(r"\s*([-*_])(?:\s*\1){2,}\s*|(?=[^-]*-[^|]*\|)[|:\s-]*")
_FRONT = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)
_UNSEEN = re.compile(r"<!--(?:(?!<!--).)*?-->|^(```|~~~).*?(?:^\1[^\n]*$|\Z)|\[\^[^\[\]\n]*\]:?", re.DOTALL | re.MULTILINE)
_PICTURE = re.compile(r"!\[[^\[\]]*\]\([^()]*\)")
_LINK = re.compile(r"\[([^\[\]]*)\]\([^()\s]+(?:\s+\"[^\"\n]*\")?\)")
_CODE = re.compile(r"(?<!`)(`{1,3})(?!`)(.{1,400}?)(?<!`)\1(?!`)|~~([^~\n]{1,400})~~")
_TICK = re.compile(r"^([^\S\n]*[-*+][^\S\n]+)\[[ xX]\]\s", re.MULTILINE)
_TIME = re.compile(r"^[^\S\n]*\[\s*(?:\d+:)?\d+:\d+[^\]\n]*\]", re.MULTILINE)
_QUOTE = re.compile(r"^\s{0,3}(?:>[^\S\n]?)+", re.MULTILINE)
_HTML = re.compile(
    r"</?(?:b|i|u|em|strong|br|hr|div|span|a|img|h[1-6]|ul|ol|li|small|sup|sub(?!\s+alias))(?:\s[^<>]*)?/?>", re.I
)
_EMPHASIS = re.compile(r"(?<!\w)(\*\*\*|\*\*|__|\*|_)(?=\S)(.{1,400}?)(?<=\S)\1(?!\w)")
#: What is in one mark is spoken in one clip, and nobody looks at one for as long as this takes to say: five minutes.
_LONGEST_MARK = 5000
_TONE = "|".join(TONES)
_KNOWN = rf"(?:/?\s*(?:{_TONE}|pause|slow|fast|loud|soft|pace|tone|say)\b|\s*voice\s*:|/\s*voice\b)"
_UNKNOWN_TAG = re.compile(rf"(?<!\\)\[(?!{_KNOWN})([^\[\]\n]*)\]", re.IGNORECASE)
_KNOWN_TAG = re.compile(rf"(?<!\\)\[{_KNOWN}[^\[\]]*\]", re.IGNORECASE)
#: Markup that belongs to the word before it.
_TRAILING = re.compile(r"\s*(?:\[\s*(?:/|pause\b)[^\[\]]*\]\s*)+", re.IGNORECASE)
_TONE_TAG = re.compile(rf"(?<!\\)\[\s*+(?P<ends>/?)\s*+(?:tone\s*+:?\s*+)?(?P<tone>{_TONE}|tone)\s*\]", re.IGNORECASE)
_VOICE_TAG = re.compile(r"(?<!\\)\[\s*+voice\s*+:(?P<speaks>[^\[\]]*+)\]", re.IGNORECASE)
_MARK_IN_FORCE = re.compile(f"{_VOICE_TAG.pattern}|{_TONE_TAG.pattern}", re.IGNORECASE)
#: A voice that is over in another clip than it begins in: the narrator's begins.
_VOICE_END = re.compile(r"(?<!\\)\[\s*+/\s*+voice\s*+\]", re.IGNORECASE)


@dataclass(frozen=True)
class Unit:
    """What is spoken in one clip at any rate: a sentence, or a part of one that is very long.

    Attributes:
        text: with markup.
        plain: the same as it is heard.
        goes_on: the next unit continues the sentence.
        tone: the marks of the voice and the tone that a unit before has begun, a space behind each; "" where there are none.
    """

    text: str
    plain: str
    goes_on: bool = False
    tone: str = ""


@dataclass(frozen=True)
class Paragraph:
    """`title`: of the heading above it, or ""."""

    units: tuple[Unit, ...]
    title: str = ""


def read_brief(text: str, language: str) -> list[Paragraph]:
    """The paragraphs in which there is something to speak. Headings are not spoken, unless there is nothing else.

    Raises:
        ScriptError: markup that voicekit knows is used in a wrong way.
    """
    text = "\n".join(text.splitlines())
    if are_captions(text):
        text = literal(" ".join(cue.text for cue in parse_captions(text, "the brief").cues))
    elif is_document(text):
        text = literal(marked(text, "the brief")[0])
    found, headings = [], []
    title = ""
    for heading, body in _pieces(_without_looks(text)):
        if heading:
            title = heading
            headings.append(heading)
        elif units := tuple(_units(body, language)):
            found.append(Paragraph(units, title))
            title = ""
    if found or not headings:
        return found
    return [Paragraph(units) for heading in headings if (units := tuple(_units(heading, language)))]


def _without_looks(text: str) -> str:
    """A text without what Markdown and HTML put around its words; headings, lists and emphasis stay."""
    text = _UNSEEN.sub("", _FRONT.sub("", text))
    text = _LINK.sub(r"\1", _PICTURE.sub("", text))
    text = _CODE.sub(lambda code: code[2] or code[3], text)
    return _HTML.sub("", _TIME.sub("\n", _TICK.sub(r"\1", _QUOTE.sub("", text))))


def _pieces(text: str) -> Iterator[tuple[str, str]]:
    """(heading, "") and ("", paragraph) in their order."""
    body: list[str] = []
    for line in [*text.split("\n"), ""]:
        heading = _heading(line)
        underlined = len(body) == 1 and _UNDERLINE.fullmatch(line)
        if line.strip() and heading is None and not underlined and not _RULE.fullmatch(line):
            row = line.strip()
            body.append(", ".join(cell.strip() for cell in row.strip("|").split("|")) + "." if row[0] == "|" else line)
            continue
        if underlined:
            yield _plain(body[0]), ""
        elif has_word("\n".join(body)):
            yield "", "\n".join(body)
        body = []
        if heading and has_word(heading):
            yield _plain(heading), ""


def _heading(line: str) -> str | None:
    if heading := heading_of(line):
        return heading[1]
    bold = _BOLD_HEADING.fullmatch(line)
    return bold[1] if bold else None


def _plain(text: str) -> str:
    return _KNOWN_TAG.sub("", _EMPHASIS.sub(r"\2", text)).strip()


def _units(body: str, language: str) -> Iterator[Unit]:
    body = _UNKNOWN_TAG.sub(r"\\[\1\\]", body)
    if not is_marked(body):
        if _KNOWN_TAG.search(body):
            marked(body, "the brief")  # raises, and says what is wrong
        if not has_word(body):
            return
        body = "\n".join(literal(_EMPHASIS.sub(r"\2", line)) for line in body.split("\n"))
    body = _VOICE_END.sub("[voice: narrator]", body)
    voice = tone = ""
    for text in _whole(_attached(split_sentences(body, language))):
        if not has_word(marked(text)[0]):
            continue
        pieces = [text]
        if len(text) > MAX_CHARACTERS:
            parts = [part.text for part in sentences(text, language)]
            pieces = parts if all(map(is_marked, parts)) else pieces
        for number, piece in enumerate(pieces):
            plain = " ".join(marked(piece)[0].split())
            speaks = "" if _VOICE_TAG.match(piece) else voice
            yield Unit(piece, plain, number < len(pieces) - 1, speaks + ("" if _TONE_TAG.match(piece) else tone))
            for tag in _MARK_IN_FORCE.finditer(piece):
                if tag["tone"] is None:  # somebody else, in no tone yet
                    voice, tone = f"[voice: {tag['speaks'].strip()}] ", ""
                else:
                    tone = "" if tag["ends"] or tag["tone"].lower() == "neutral" else f"[{tag['tone'].lower()}] "


def _attached(found: list[str]) -> list[str]:
    """Sentences, with the marks at their beginnings that belong to the sentence before moved there."""
    moved: list[str] = []
    for sentence in found:
        if trailing := _TRAILING.match(sentence):
            if moved:
                moved[-1] += " " + trailing[0].strip()
            sentence = sentence[trailing.end() :]
        if sentence:
            moved.append(sentence)
    return moved


def _whole(found: list[str]) -> Iterator[str]:
    """Sentences; those in one piece over which a mark goes."""
    kept = ""
    for sentence in found:
        kept = f"{kept} {sentence}".strip()
        if len(kept) > _LONGEST_MARK and kept != sentence:
            raise ScriptError(
                f"the brief: a mark goes over more than {_LONGEST_MARK} signs from “{kept[:40]}…” on, too many for a clip; "
                "close it sooner"
            )
        if is_marked(kept) or not has_word(kept):
            yield kept
            kept = ""
    if kept:
        yield literal(_KNOWN_TAG.sub("", kept))
