"""Scripts: plain text, a blank line starts a new cue, and a time in front of a line places it.

The lights come on.

[00:12] A door opens.
[00:15-00:18.5] She turns round.

Subtitles (`captions`), storyboards (`storyboard`) and SSML documents are scripts as well.
"""

import re
import shlex
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from voicekit.core.errors import ScriptError
from voicekit.text.read import Note, read_text, unheard
from voicekit.text.script.captions import are_captions, parse_captions
from voicekit.text.script.cue import LEADING_TIME, Cue, Script, check_order, has_word, seconds_of, some, with_text
from voicekit.text.script.marks import Marks, joined
from voicekit.text.script.markup import read_markup
from voicekit.text.script.pasted import as_prose
from voicekit.text.script.reading import Reading
from voicekit.text.script.source import Source
from voicekit.text.script.ssml import is_document
from voicekit.text.script.storyboard import Storyboard, is_storyboard
from voicekit.text.script.strip_markup import NOTHING, strip_markup

_TIMED_LINE = re.compile(rf"\s*(?P<time>{LEADING_TIME})(?P<rest>.*)")
_CLOCK = re.compile(r"(?:(\d+):)?(\d+):(\d+(?:[.,]\d+)?)")
#: Anything meant as a time, even if it is none; "[laughs]" is not, nor are "(1)" and "12:30" at the beginning of a line.
_SIGNS = r"[\d\s:.,–—−>→-]*+"
_NEARLY = rf"(?=[^\])\d]*\d){_SIGNS}(?i:(?:ms|se[ck]s?|seconds?|sekunden?|min|minuten?|minutes?|[hms]|to|bis)\b{_SIGNS})*+"
_MEANT_AS_TIME = re.compile(
    rf"\s*(?:\[{_NEARLY}\]|\((?![\d\s.,–—−-]*\)){_NEARLY}\)|\[\s*\d+:\d[\d:.,]*|(?:00?|\d+:\d\d):\d\d(?:[.,]\d+)?(?![\w:]))"
)


def read_script(path: Path | str) -> Script:
    """The script in a file.

    Raises:
        ScriptError: the file is missing, empty or no text, or `parse` refuses it.
    """
    notes: list[str] = []
    script = parse(read_text(path, notes.append), str(path))
    return replace(script, notes=(*notes, *script.notes))


def parse(text: str, name: str = "script") -> Script:
    """A script in any of its forms, which it is told by; `name` stands in the messages, and its suffix is a hint.

    Raises:
        ScriptError: there is nothing to speak, or it is in a form that is not read; a time cannot be read, ends before it
            starts or is given twice; given times are not in the order of the script; only some clips of a storyboard have
            a duration; or markup is wrong. The message says where.
    """
    text = strip_markup("\n".join(text.splitlines()))
    suffix = Path(name).suffix.lower()
    if suffix in (".ass", ".ssa") or text.lstrip("\ufeff\n ").startswith("[Script Info]"):
        raise ScriptError(f"{name} is an ASS file, which is not read; export it as SRT")
    if are_captions(text) or suffix in (".srt", ".vtt"):
        return parse_captions(text, name)
    if is_storyboard(text, hint=suffix in (".md", ".markdown")):
        return _narrated(Storyboard.parse(text, name).script(), name)
    return _plain(text, name)


def _narrated(script: Script, name: str) -> Script:
    """Raises ScriptError where a storyboard says nothing."""
    if not script.cues:
        film = shlex.join(["voicekit", "produce", name, "-o", "film.mp4"])
        raise ScriptError(
            f"{name} is a storyboard without narration; write “- **Narration:** …” below the headings of clips that have "
            f"one, as “## Clip 1: its title (6 seconds)”; a film without words is made of it by: {film}"
        )
    return script


def aloud(text: str, name: str = "script", note: Note = unheard) -> tuple[str, Marks]:
    """A text to be read out, and the marks of its words: each time of a script starts a paragraph and is not spoken.

    Args:
        note: is told what is not read.

    Raises:
        ScriptError: markup is wrong; the message says where in `text`.
    """
    text = strip_markup("\n".join(text.splitlines()))
    if are_captions(text):
        script = parse_captions(text, name)
        for line in script.notes:
            note(line)
        return "\n\n".join(cue.text for cue in script.cues), joined(
            (cue.marks, len(cue.text.split())) for cue in script.cues
        )
    prose, left_out = (text, []) if is_document(text) else as_prose(text, headings=True)
    edited = []
    for line in prose.split("\n"):
        timed = _TIMED_LINE.fullmatch(line)
        # As long as before, so that each sign keeps its place.
        edited.append("\n" + NOTHING * (timed.start("rest") - 1) + timed["rest"] if timed else line)
    reading = read_markup(Source(text, name), "\n".join(edited))
    for line in _notes(name, left_out, reading.sounds):
        note(line)
    return reading.text, reading.marks()


def _plain(text: str, name: str) -> Script:
    source = Source(text, name)
    left_out: list[str] = []
    sounds: list[str] = []
    silent: list[int] = []
    if is_document(text):  # its elements may go over several cues
        whole = read_markup(source, text)
        spoken = whole.text
        pieces = _pieces(spoken, lambda index: source.line(whole.offset(index)), name)
        cues = [with_text(head, spoken[begin:end], whole.marks(begin, end), name) for head, begin, end in pieces]
    else:
        prose, left_out = as_prose(text, headings=False)
        if not has_word(prose):  # nothing but headings
            prose, left_out = as_prose(text, headings=True)
        cues = []
        for head, begin, end in _pieces(prose, source.line, name):
            reading = read_markup(source, prose[begin:end], begin)
            sounds += reading.sounds
            if has_word(reading.text):
                cues.append(with_text(head, reading.text, reading.marks(), name))
                _check_start(cues[-1], reading)
            else:
                silent.append(head.line)
    if not cues:
        what = "has no word to speak" if text.strip() else "is empty"
        raise ScriptError(f"{name} {what}; write what is to be spoken, with a blank line between cues")
    check_order(cues, name)
    return Script(tuple(cues), notes=_notes(name, left_out, sounds, silent))


def _notes(name: str, left_out: Sequence[str], sounds: Sequence[str], silent: Sequence[int] = ()) -> tuple[str, ...]:
    """What a person should know before a text is spoken."""
    notes = [*left_out]
    if sounds:
        notes.append(f"sounds in brackets are not spoken ({len(sounds)}): {some(sounds)}")
    if silent:
        lines = "line" if len(silent) == 1 else "lines"
        notes.append(f"there is no word to speak in {lines} {some(map(str, silent))}, left out")
    return tuple(f"{name}: {note}" for note in notes)


def _check_start(cue: Cue, reading: Reading) -> None:
    """Raises ScriptError where a time stands behind markup, which would be spoken."""
    source, at = reading.source, reading.offset(len(reading.text) - len(reading.text.lstrip()))
    if (late := _TIMED_LINE.match(cue.text)) and source.text[at - 1 : at] != "\\":
        time = late["time"]
        raise source.error(at, f"{time} comes after a mark; write it first: {time} [calm] …")


def _pieces(text: str, line_at: Callable[[int], int], name: str) -> Iterator[tuple[Cue, int, int]]:
    """The time and line of each cue, and where in `text` its words begin and end."""
    head: Cue | None = None
    begin = end = offset = 0
    for line in [*text.split("\n"), ""]:
        timed = _TIMED_LINE.fullmatch(line)
        if not timed and (wrong := _MEANT_AS_TIME.match(line)):
            raise _no_time(wrong[0].strip(), f"{name}, line {line_at(offset)}")
        if head and (timed or not line.strip()):
            if text[begin:end].strip():
                yield head, begin, end
            elif head.start_s is not None:
                raise ScriptError(f"{name}, line {head.line}: there is a time but nothing to speak; write the text after it")
            head = None
        if timed or line.strip():
            number = line_at(offset + len(line) - len(line.lstrip()))
            if timed:
                head = _timed_cue(timed, f"{name}, line {number}", number)
                begin = offset + timed.start("rest")
            elif not head:
                head, begin = Cue("", line=number), offset
            end = offset + len(line)
        offset += len(line) + 1


def _timed_cue(timed: re.Match, where: str, number: int) -> Cue:
    wrong, clocks = timed["time"], [clock.groups() for clock in _CLOCK.finditer(timed["time"])]
    start_s, end_s = (seconds_of(*clocks[0]), seconds_of(*clocks[-1]) if len(clocks) > 1 else None)
    if start_s is None or (len(clocks) > 1 and end_s is None):
        raise ScriptError(f"{where}: {wrong} is not a time; minutes and seconds go up to 59")
    if end_s is not None and end_s <= start_s:
        raise ScriptError(f"{where}: {wrong} ends before it starts; swap the times")
    return replace(Cue("", start_s, end_s), line=number)


def _no_time(wrong: str, where: str) -> ScriptError:
    if re.match(r"[\[(]\s*[-–—−]\s*\d+:", wrong):
        return ScriptError(f"{where}: {wrong} lies before the film begins; write a time from [00:00] on")
    return ScriptError(f"{where}: {wrong} is not a time; write it as [00:12] or [00:12.5-00:18]")
