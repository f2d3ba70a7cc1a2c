"""Storyboards in Markdown: a heading for each clip, and below it what is seen, heard and spoken.

    ## Clip 3: Kick-off at the orbital stadium (6 seconds)
    - **Visual:** wide shot, slow zoom in, neon haze
    - **Audio:** crowd, low synth
    - **Narration:** [calm] Tomorrow's game begins in silence.

People write them in many ways: with bullets or without, bold or not, in English or German.
"""

import re
from dataclasses import dataclass, field

from voicekit.errors import ScriptError
from voicekit.text.cue import Clip, Cue, Script, has_word, with_text
from voicekit.text.durations import cut_duration, duration_s
from voicekit.text.markup import read_markup
from voicekit.text.source import Source

_LABELS = {
    "visual": "visual visuals video picture image camera bild visuell kamera",
    "audio": "audio sound sounds sfx music ton musik geräusche",
    "narration": "narration narrator voiceover vo voice dialogue dialog speech speaker spoken "
    "sprecher sprecherin sprechertext erzähler erzählerin erzählung offtext kommentar",
    # On the screen, where something else is spoken.
    "text": "text script",
    "duration": "duration length dauer länge",
}
_KINDS = {name: kind for kind, names in _LABELS.items() for name in names.split()}

_QUOTE = r"(?:>[^\S\n]?)*"
_BULLET = r"(?:[-*+•]|\d+[.)])[^\S\n]+"
_HEADING = re.compile(r"\s{0,3}(#{1,6})\s+(.*?)(?:\s+#+)?\s*|\s*\*\*((?:clip|scene|shot|szene)\s*#?\d.*)", re.IGNORECASE)
_LABEL = re.compile(
    rf"(?P<indent>\s*){_QUOTE}(?P<bullet>{_BULLET})?(?:[\U0001f000-\U0001faff☀-➿\ufe0f\u200d]+\s*)?(?P<bold>\*\*|__|\*|_)?"
    r"(?P<name>[^\W\d_][^:：*_]{0,40}?)\s*(?(bold)(?:[:：]\s*(?P=bold)|(?P=bold)\s*[:：])|[:：])\s*(?P<rest>.*)"
)
_LIST_ITEM = re.compile(rf"(\s*){_QUOTE}{_BULLET}")
MARGIN = re.compile(rf"^\s*{_QUOTE}(?:{_BULLET})?", re.MULTILINE)
_RULE = re.compile(r"\s*([-*_])(?:\s*\1){2,}\s*")
_NUMBERED = re.compile(r"(?:clip|scene|shot|szene)\s*#?\s*\d+\w?", re.IGNORECASE)
_NUMBER = re.compile(rf"{_NUMBERED.pattern}|(?:clip|scene|shot|szene)(?=\s*[:–—-])|\d+(?=\s*[:.)–—-]\s)", re.IGNORECASE)
SILENT = re.compile(r"none\.?|n/a|[-–—]+|[(\[](?:none|no narration|silence|silent|n/a|keine)\.?[)\]]", re.IGNORECASE)
TIME = re.compile(r"\[\s*(?:\d+:)?\d+:\d+[^\]]*\]")
_PAIRS = {'"': '"', "“": "”", "„": "“”", "«": "»", "»": "«", "‘": "’", "'": "'", "*": "*", "_": "_"}


@dataclass
class _Field:
    """What stands behind a label: where in the text it begins and ends, and how far its label is indented."""

    kind: str
    begin: int
    end: int
    indent: int


@dataclass
class _Section:
    """A heading and what is below it."""

    title: str
    level: int
    line: int
    fields: list[_Field] = field(default_factory=list)

    def of(self, kind: str) -> list[_Field]:
        return [one for one in self.fields if one.kind == kind]


@dataclass(frozen=True)
class Part:
    """A clip, what is spoken in it, and the last of its lines; the first is `clip.line`."""

    clip: Clip
    cues: tuple[Cue, ...]
    last_line: int


def is_storyboard(text: str, hint: bool = False) -> bool:
    """Whether a text is a storyboard; `hint`: its name says that it is Markdown."""
    lines = text.split("\n")
    labels = [label for label in map(_LABEL.fullmatch, lines) if label and _kind(label["name"]) in ("visual", "narration")]
    if any(_HEADING.fullmatch(line) for line in lines):
        return bool(labels) or hint
    return any(label["bold"] == "**" for label in labels)


def parse_storyboard(text: str, name: str) -> Script:
    """The clips of a storyboard, and a cue for each narration.

    Raises:
        ScriptError: there is no narration; only some clips have a duration, or one is none; a narration has a time; or its
            markup is wrong.
    """
    found = parts(text, name)
    cues = tuple(cue for part in found for cue in part.cues)
    if not cues:
        raise ScriptError(
            f"{name} is a storyboard without narration; write “- **Narration:** …” below the headings of clips that have one"
        )
    clips = tuple(part.clip for part in found)
    without = [clip for clip in clips if clip.duration_s is None]
    if 0 < len(without) < len(clips):
        raise ScriptError(
            f"{name}, line {without[0].line}: this clip has no duration but others have one; "
            "write (6 seconds) behind its title, or leave all durations out"
        )
    return Script(cues, clips)


def parts(text: str, name: str) -> tuple[Part, ...]:
    """Each clip and where it stands, whether all is there that a film takes or not.

    Raises:
        ScriptError: there are no headings, a duration is none, a narration has a time, or its markup is wrong.
    """
    source = Source(text, name)
    sections = _sections(text)
    if not sections:
        raise ScriptError(
            f"{name} is a storyboard without headings; write “## Clip 1: its title (6 seconds)” above each clip"
        )
    found: list[Part] = []
    lines = text.count("\n") + 1
    for section, following in zip(sections, [*sections[1:], None], strict=True):
        if not _is_clip(section, following):
            continue
        clip = _clip(section, text, name)
        cues = [_cue(spoken, source, text, len(found)) for spoken in section.of("narration") or section.of("text")]
        last_line = following.line - 1 if following else lines
        found.append(Part(clip, tuple(cue for cue in cues if cue), last_line))
    return tuple(found)


def _sections(text: str) -> list[_Section]:
    sections: list[_Section] = []
    current: _Field | None = None
    offset = 0
    for number, line in enumerate(text.split("\n"), start=1):
        end = offset + len(line)
        heading, label = _HEADING.fullmatch(line), _LABEL.fullmatch(line)
        kind = _kind(label["name"]) if label else None
        if heading and (title := (heading[2] or heading[3] or "").replace("**", "")) and not _kind(title.rstrip(": ")):
            sections.append(_Section(title, len(heading[1] or "#######"), number))
            current = None
        elif heading:  # "### Narration" is a label
            current = _Field(_kind(title.rstrip(": ")) if title else "other", end, end, 0)
            _put(current, sections)
        elif _RULE.fullmatch(line):
            current = None
        elif label and (kind or (label["bold"] and len(label["name"].split()) <= 3)):
            current = _Field(kind or "other", offset + label.start("rest"), end, len(label["indent"]))
            _put(current, sections)
        elif (item := _LIST_ITEM.match(line)) and current and len(item[1]) <= current.indent:
            current = None
        elif current:
            current.end = end
        offset = end + 1
    return sections


def _put(found: _Field, sections: list[_Section]) -> None:
    if sections:  # what stands above the first heading is about the whole film
        sections[-1].fields.append(found)


def _kind(label: str) -> str | None:
    """What a label is for: "Voice-over (calm)" for narration; None where it is none."""
    name = re.sub(r"\([^)]*\)|[\s.*_-]", "", label).lower()
    return _KINDS.get(name)


def _is_clip(section: _Section, following: _Section | None) -> bool:
    if any(one.kind != "other" for one in section.fields):
        return True
    # Without anything below it, a clip; with headings of its own below it, a group of clips.
    return bool(_NUMBERED.match(section.title)) and not (following and following.level > section.level)


def _clip(section: _Section, text: str, name: str) -> Clip:
    where = f"{name}, line {section.line}"
    title, seconds = cut_duration(section.title, where)
    for given in section.of("duration"):
        seconds = duration_s(_line(text, given), f"{where}, its duration") if seconds is None else seconds
    title = _NUMBER.sub("", title, count=1) if _NUMBER.match(title) else title
    visual, audio = ("; ".join(_line(text, one) for one in section.of(kind)) for kind in ("visual", "audio"))
    return Clip(title.strip(" -–—:|,.)"), seconds, visual, audio, section.line)


def _line(text: str, one: _Field) -> str:
    return " ".join(MARGIN.sub("", text[one.begin : one.end]).split())


def _cue(spoken: _Field, source: Source, text: str, clip: int) -> Cue | None:
    """None where the clip is silent."""
    written = text[spoken.begin : spoken.end]
    first, newline, rest = written.partition("\n")
    rest = MARGIN.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), rest)
    edited = unwrapped((first + newline + rest).replace("\n", " "))
    if not edited.strip() or SILENT.fullmatch(edited.strip()):
        return None
    at = spoken.begin + len(edited) - len(edited.lstrip())
    reading = read_markup(source, edited, spoken.begin)
    if time := TIME.match(reading.text.lstrip()):
        raise source.error(at, f"storyboards take durations; remove {time[0]} and write (6 seconds) behind the clip's title")
    return with_text(Cue("", line=source.line(at), clip=clip), reading.text, reading.marks(), source.name)


def unwrapped(text: str) -> str:
    """`text`, as long as before, without the quotes or stars around all of it."""
    tags = re.match(r"(?:\s*\[[^\]]*\])*\s*", text).end()
    first, last = tags, len(text.rstrip()) - 1
    if first >= last or text[last] not in _PAIRS.get(text[first], ""):
        return text
    double = text[first] in "*_" and text[first : first + 2] == text[first] * 2 == text[last - 1 : last + 1]
    width = 2 if double else 1
    inside = text[first + width : last + 1 - width]
    if not has_word(inside) or text[first] in inside or text[last] in inside:
        return text
    return unwrapped(text[:first] + " " * width + inside + " " * width + text[last + 1 :])
