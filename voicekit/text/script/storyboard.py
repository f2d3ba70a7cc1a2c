"""Storyboards in Markdown: a heading for each clip, and below it what is seen, heard and spoken.

    ## Clip 3: Kick-off at the orbital stadium (6 seconds)
    - **Visual:** wide shot, slow zoom in, neon haze
    - **Audio:** crowd, low synth
    - **Narration:** [calm] Tomorrow's game begins in silence.

People write them in many ways: with bullets or without, bold or not, in English or German; as a table with a row for each
clip, or as a numbered list. `voicekit.text.script.sections` finds where everything is, and this module what it means.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from voicekit.core.errors import ScriptError
from voicekit.core.patterns import lazy_pattern
from voicekit.core.wording import cut, decimal, some
from voicekit.text.script.cue import LEADING_TIME, Clip, Cue, Script, has_word, with_text
from voicekit.text.script.directions import Directions
from voicekit.text.script.durations import Length, check_title, cut_duration, cut_length, length_of
from voicekit.text.script.fields import UNKNOWN, is_spoken
from voicekit.text.script.heading import title_end
from voicekit.text.script.marks import SpokenBy
from voicekit.text.script.markup import read_markup
from voicekit.text.script.reading import Turn
from voicekit.text.script.sections import (
    MARGIN,
    NUMBER,
    NUMBERED,
    PICTURES,
    PLACES,
    ROW_NUMBER,
    Field,
    Section,
    columns_of,
    heading_in,
    label_in,
    sections_of,
    words_of,
)
from voicekit.text.script.source import Source
from voicekit.text.script.speakers import names_of, said_by
from voicekit.text.script.starts import START, take_bare_seconds, take_starts
from voicekit.text.script.strip_markup import NOTHING, strip_markup
from voicekit.text.script.tables import is_table
from voicekit.text.script.who import naming, spoken_in, without_names

_RULE = lazy_pattern(r"\s*([-*_])(?:\s*\1){2,}\s*")
_PICTURES = lazy_pattern(PICTURES)
#: A column or field whose bare numbers are seconds.
_SECONDS = lazy_pattern(r"\b(?:sec|sek)|\(s\)", re.IGNORECASE)
_NO_WORDS = (
    r"(?:none|n/a|nothing|silen(?:ce|t)|stille|stumm|keine?[rs]?|(?:no|without|keine?|ohne)\s+(?:spoken\s)?"
    r"(?:narration|narrator|dialog(?:ue)?|voice(?:[\s-]?over)?|vo|speech|words|text|sprecher\w*|erzähl\w*|kommentar))"
)
_MUSIC = r"(?:the\s+)?(?:background\s+)?(?:music|musik|ambien(?:ce|t sounds?)|atmo|sound effects|sfx)"
_ONLY_MUSIC = rf"(?:(?:just|only|nur)\s+{_MUSIC}|{_MUSIC}\s+only)"
#: Words that mean no narration; more may follow in brackets.
SILENT = lazy_pattern(
    rf"[*_]*(?:(?:{_NO_WORDS}(?:\s*[-–—,;:/]\s*(?:{_ONLY_MUSIC}|{_MUSIC}))?|{_ONLY_MUSIC}|[(\[]\s*(?:{_NO_WORDS}\b[^()\[\]]*"
    rf"|{_ONLY_MUSIC}\.?|{_MUSIC})[)\]])\.?|[-–—]+|…|\.{{3,}})[*_]*",
    re.IGNORECASE,
)
TIME = lazy_pattern(rf"(?:\[\s*(?:\d+:)?\d+:\d+[^\]]*\]|{LEADING_TIME})")
_PAIRS = {'"': '"', "“": "”", "„": "“”", "«": "»", "»": "«", "‘": "’", "'": "'", "*": "*", "_": "_"}
#: Text after an unknown label that may be a narration: all of it in quotes, or a sentence.
_PROSE = lazy_pattern(r"[\"“„«].*[\"”“»]|(?:\S+\s+){3}.*[.!?…][*_)]*")


@dataclass(frozen=True)
class Scene:
    """A clip of a storyboard, what is spoken in it, and how a person has written it.

    Attributes:
        clip, cues: their lines count from 1 at the scene's heading, so that a scene means the same wherever it stands.
        sounds: in its narration that are not spoken: “[whispering]”.
        text: from its heading to its last words.
        starts: its heading says when it begins, “[0:05]”, and not how long it is.
        unread: what is written in it under another label, or under none, and is neither seen, heard nor spoken.
        tail: what stands between it and the next scene: blank lines, a rule, the heading of a chapter.
    """

    clip: Clip
    cues: tuple[Cue, ...]
    sounds: tuple[str, ...]
    text: str
    tail: str
    starts: bool = False
    unread: tuple[str, ...] = ()

    @property
    def narration(self) -> str:
        """What is spoken, without markup."""
        return " ".join(cue.text for cue in self.cues)

    def lasting(self, seconds: float) -> "Scene":
        """The scene with its length, to the millisecond, in its heading; itself where it has that already.

        Raises:
            ScriptError: the heading holds another length that cannot be read.
        """
        seconds = round(seconds, 3)
        if self.clip.duration_s == seconds and not self.starts:
            return self
        line = self.text.splitlines()[0]
        if self.starts and line.startswith("|"):  # its length goes behind the row; its cells stay as they are
            heading = line.rstrip()
        else:
            bare = START.sub("", line, count=1) if self.starts else line
            heading = cut_duration(bare, "the heading of a clip")[0].rstrip()
        end = title_end(heading) - 2 * heading.endswith("**")
        edited = f"{heading[:end]} ({seconds_text(seconds)}){heading[end:]}"
        text = edited + self.text.removeprefix(line)
        return replace(self, clip=replace(self.clip, duration_s=seconds), text=text, starts=False)


@dataclass(frozen=True)
class Storyboard:
    """A storyboard as a person has written it, and what it means. Whatever is not changed stays as it was, sign by sign.

    Attributes:
        name: of its file, for messages.
        head: what stands above the first scene.
    """

    name: str
    head: str
    scenes: tuple[Scene, ...]

    @classmethod
    def parse(cls, text: str, name: str) -> "Storyboard":
        """Reads each scene, whether all is there that a film takes or not.

        Raises:
            ScriptError: there are no headings, a duration is none, a narration has a time, a label is not known whose text
                may be a narration, or markup is wrong.
        """
        lines = text.splitlines(keepends=True)
        found = _parts("\n".join(text.splitlines()), name)
        starts = [part.clip.line - 1 for part in found] + [len(lines)]
        scenes = []
        for part, (start, following) in zip(found, pairwise(starts), strict=True):
            end = min(part.last_line, following)
            while end > start + 1 and (not lines[end - 1].strip() or _RULE.fullmatch(lines[end - 1])):
                end -= 1
            cues = tuple(cue.moved(-start) for cue in part.cues)
            written = "".join(lines[start:end]), "".join(lines[end:following])
            scenes.append(Scene(replace(part.clip, line=1), cues, part.sounds, *written, part.starts, part.unread))
        return cls(name, "".join(lines[: starts[0]]), tuple(scenes))

    @property
    def is_silent(self) -> bool:
        """Whether nothing is spoken in it."""
        return not any(scene.cues for scene in self.scenes)

    def to_markdown(self) -> str:
        return self.head + "".join(scene.text + scene.tail for scene in self.scenes)

    def proofread(self) -> "Storyboard":
        """Itself, once what is written of it has been read as it is meant: a row of a table, say, is no place for all.

        Raises:
            ScriptError: it reads in another way, or not at all.
        """
        read = Storyboard.parse(self.to_markdown(), self.name)
        if [(one.clip.duration_s, one.narration) for one in read.scenes] != [
            (one.clip.duration_s, one.narration) for one in self.scenes
        ]:
            raise ScriptError(
                f"{self.name}: its clips cannot be given their lengths or words; "
                "write a heading for each, as ## Clip 1: Title"
            )
        return self

    def with_durations(self, durations_s: Sequence[float]) -> "Storyboard":
        """The storyboard whose headings say how long each scene is; those that do already stay as they are.

        Raises:
            ScriptError: its headings cannot say so.
        """
        scenes = tuple(scene.lasting(seconds) for scene, seconds in zip(self.scenes, durations_s, strict=True))
        return self if scenes == self.scenes else replace(self, scenes=scenes).proofread()

    def script(self) -> Script:
        """The clips, and a cue for each narration; none where nothing is said.

        Raises:
            ScriptError: only some clips have a duration.
        """
        clips: list[Clip] = []
        cues: list[Cue] = []
        above = len(self.head.splitlines())
        for number, scene in enumerate(self.scenes):
            clips.append(replace(scene.clip, line=above + 1))
            cues += [replace(cue.moved(above), clip=number) for cue in scene.cues]
            above += len((scene.text + scene.tail).splitlines())
        without = [clip for clip in clips if clip.duration_s is None]
        if 0 < len(without) < len(clips):
            raise ScriptError(
                f"{self.name}, line {without[0].line}: this clip has no duration but others have one; "
                "write (6 seconds) after its title, or leave all durations out"
            )
        sounds = [sound for scene in self.scenes for sound in scene.sounds]
        told = [f"sounds in brackets are not spoken ({len(sounds)}): {some(sounds)}"] if sounds else []
        names = {voice.name for cue in cues for _, _, voice in cue.marks.voices if voice.kind == "label"}
        told += [f"names of speakers are not spoken: {some(sorted(names))}"] if names else []
        return Script(tuple(cues), tuple(clips), tuple(f"{self.name}: {note}" for note in told))


@dataclass(frozen=True)
class _Part:
    """A clip as it was read, by the lines of the whole text; `last_line` is its last."""

    clip: Clip
    cues: tuple[Cue, ...]
    sounds: tuple[str, ...]
    last_line: int
    starts: bool
    unread: tuple[str, ...]


def seconds_text(seconds: float) -> str:
    """6.0 as "6 seconds"."""
    said = decimal(seconds, 3)
    return f"{said} second" + "s" * (said != "1")


def is_storyboard(text: str, hint: bool = False) -> bool:
    """Whether a text is a storyboard; `hint`: its name says that it is Markdown."""
    text = strip_markup("\n".join(text.splitlines()))
    lines = text.split("\n")
    labels = [label for line in lines if (label := label_in(line, None)) and label[1] in ("visual", "narration")]
    if any(is_table(lines, index) and columns_of(lines[index]) for index in range(len(lines))):
        return True
    headings = [heading for index in range(len(lines)) if (heading := heading_in(lines, index))]
    if headings:  # of clips that nobody has written a narration for, or of any text
        clips = any(NUMBERED.match(title) or cut_length(title, "")[1] for title, level in headings if level > 1)
        return bool(labels) or (hint and clips)
    return any(found["bold"] == "**" for found, _ in labels)


def _parts(text: str, name: str) -> list[_Part]:
    """Raises as `Storyboard.parse`."""
    text = strip_markup(text)
    source = Source(text, name)
    sections = sections_of(text)
    if not sections:
        raise ScriptError(
            f"{name} is not a storyboard: it has no headings; write “## Clip 1: its title (6 seconds)” above each clip"
        )
    pairs = list(zip(sections, [*sections[1:], None], strict=True))
    clips = [(section, following) for section, following in pairs if _is_clip(section, following)]
    take_bare_seconds([section for section, _ in clips])
    starts_s = take_starts([section for section, _ in clips], text)
    narrations = [one for section, _ in clips for one in section.of("narration", "text")]
    words = [MARGIN.sub("", text[one.begin : one.end]).lstrip() for one in narrations]
    names = names_of(words)
    # One by itself may be a word: “Narrator: it begins.” means the same wherever its clip stands.
    names = names if sum(said_by(line, names).end > 0 for word in words for line in word.split("\n")) > 1 else frozenset()
    found: list[_Part] = []
    lines = text.count("\n") + 1
    at_s: float | None = 0.0  # where the times of the clips so far end, as long as they are ranges one behind the other
    for section, following in clips:
        title, length = _length(section, text, f"{name}, line {section.line}")
        seconds = length.seconds(at_s) if length else None
        if starts_s and len(found) + 1 < len(starts_s):
            seconds = starts_s[len(found) + 1] - starts_s[len(found)]
        clip = _clip(section, title, seconds, text, len(found) + 1)
        at_s = length.high if length and length.low is not None and length.low == at_s else None
        spoken, who = spoken_in(section, text)
        _check_unknown(section, text, name)
        if section is sections[-1] and spoken and spoken[-1] is section.fields[-1] and spoken[-1].further:
            raise ScriptError(
                f"{name}, line {spoken[-1].further}: it is not clear whether this is spoken; "
                "write it after “- **Narration:**” if it is, else a line --- above it"
            )
        sounds: list[str] = []
        cues = [_cue(one, source, text, sounds, who, names) for one in spoken]
        last_line = following.line - 1 if following else lines
        said = tuple(cue for cue in cues if cue)
        unread = tuple(_unread(section, [*spoken, *naming(section, text)], text))
        found.append(_Part(clip, said, tuple(sounds), last_line, bool(starts_s), unread))
    return found


def _is_clip(section: Section, following: Section | None) -> bool:
    # Without anything below it, a clip; with headings of its own below it, a group of clips.
    is_group = following is not None and following.level > section.level
    # The sound and the length of a group are those of the film, or of a part of it.
    if section.of(*("visual", "narration", "text") if is_group else PLACES) or section.level == 8:
        return True
    timed = bool(section.fields) and cut_length(section.title, "")[1] is not None
    return (bool(NUMBERED.match(section.title)) or timed) and not is_group


def _unread(section: Section, spoken: Sequence[Field], text: str) -> Iterator[str]:
    """What is written of a clip and is no part of the film."""
    for one in section.fields:
        is_read = one in spoken or one.kind in ("visual", "audio", "duration", "times", "title")
        if not is_read and has_word(words := words_of(text, one)):
            yield f"{one.label.strip(' *_')}: {words}"
    yield from (line for line in section.loose if has_word(line))


def _length(section: Section, text: str, where: str) -> tuple[str, Length | None]:
    """The title without the duration of a clip, and that."""
    title, length = cut_length(section.title, where)
    for given in section.of("duration") if not length else ():
        if has_word(written := words_of(text, given).strip("*_ ")):
            length = length or length_of(written, f"{where}, its duration")
    for given in section.of("times") if not length else ():  # "Time: dusk" is none
        written = words_of(text, given).strip("*_ ")
        if _SECONDS.search(given.label) and re.fullmatch(r"\d+(?:[.,]\d+)?", written):
            written += " s"
        length = length or cut_length(f"- {written}", where)[1]
    if not length:
        check_title(title, where)
    return title, length


def _clip(section: Section, title: str, seconds: float | None, text: str, number: int) -> Clip:
    name = NUMBER.match(title) or (ROW_NUMBER.match(title) if section.level == 8 else None)
    rest = _without_last_pictures(title[name.end() :] if name else title)
    rest = rest.lstrip(" -–—:|,.)").rstrip(" -–—:|,.")
    given = re.sub(r"\s*#\s*", " ", name[0]) if name and name[0][:1].isalpha() else ""
    visual, audio = ("; ".join(words_of(text, one) for one in section.of(kind)) for kind in ("visual", "audio"))
    return Clip(rest or given or f"Clip {number}", seconds, visual, audio, section.line)


def _without_last_pictures(title: str) -> str:
    words = title.split()
    while words and _PICTURES.fullmatch(words[-1]):
        words.pop()
    return " ".join(words)


def _check_unknown(section: Section, text: str, name: str) -> None:
    """Raises ScriptError where a narration would be lost because its label is not known."""
    spoken = section.of("narration", "text")
    for one in section.of(UNKNOWN):
        if (not spoken or is_spoken(one.label)) and _PROSE.fullmatch(words_of(text, one)):
            raise ScriptError(
                f"{name}, line {one.line}: the label “{one.label.strip()}” is not known; "
                "call it Narration if it is to be spoken"
            )


def _cue(
    spoken: Field, source: Source, text: str, sounds: list[str], who: SpokenBy | None, names: frozenset[str]
) -> Cue | None:
    """None where the clip is silent; `sounds` gets those that are left out."""
    turns: list[Turn] = [(spoken.begin, who)] if who else []
    written = text[spoken.begin : spoken.end]
    first, newline, rest = written.partition("\n")
    rest = MARGIN.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), rest)
    plain = (
        without_names(first + newline + rest, names, spoken.begin, source, turns)
        .replace("\n", " ")
        .replace("\\|", NOTHING + "|")
    )
    edited = unwrapped(plain)
    if not edited.strip() or SILENT.fullmatch(edited.strip()) or SILENT.fullmatch(plain.strip()):
        return None
    directions = Directions(frozenset(), ())
    edited = directions.without_manner(edited)
    sounds += [*directions.left, *directions.pauses]
    at = spoken.begin + len(edited) - len(edited.lstrip())
    reading = read_markup(source, edited, spoken.begin, turns)
    sounds += reading.sounds
    if reading.sounds and not has_word(reading.text):
        return None
    if time := TIME.match(reading.text.lstrip()):
        raise source.error(
            at, f"storyboards take durations; remove {cut(time[0])} and write (6 seconds) after the clip's title"
        )
    return with_text(Cue("", line=source.line(at)), reading.text, reading.marks(), source.name)


def unwrapped(text: str) -> str:
    """`text`, as long as before, without the quotes or stars around all of it."""
    tags = len(text) - len(re.sub(r"\A(?:\s*\[[^\]]*\])*\s*", "", text))
    first, last = tags, len(text.rstrip()) - 1
    if first >= last or text[last] not in _PAIRS.get(text[first], ""):
        return text
    double = text[first] in "*_" and text[first : first + 2] == text[first] * 2 == text[last - 1 : last + 1]
    width = 2 if double else 1
    inside = text[first + width : last + 1 - width]
    if not has_word(inside) or text[first] in inside or text[last] in inside:
        return text
    return unwrapped(text[:first] + " " * width + inside + " " * width + text[last + 1 :])
