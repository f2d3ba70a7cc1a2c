"""Scripts: plain text, a blank line starts a new cue, and a time in front of a line places it.

The lights come on.

[00:12] A door opens.
[00:15-00:18.5] She turns round.

Subtitles (`captions`), storyboards (`storyboard`) and SSML documents are scripts as well.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from operator import itemgetter
from pathlib import Path

from voicekit.core.errors import ScriptError
from voicekit.core.wording import quoted, some
from voicekit.text.read import Note, read_text, unheard
from voicekit.text.script.captions import are_captions, parse_captions
from voicekit.text.script.cue import LEADING_TIME, Cue, Script, check_order, has_word, with_text
from voicekit.text.script.marks import Marks, joined
from voicekit.text.script.markup import read_markup
from voicekit.text.script.pasted import Prose, as_prose
from voicekit.text.script.pieces import pieces_of
from voicekit.text.script.reading import Reading, Turn
from voicekit.text.script.screenplay import as_screenplay
from voicekit.text.script.sections import label_in, sections_of
from voicekit.text.script.source import Source
from voicekit.text.script.ssml import is_document
from voicekit.text.script.storyboard import Storyboard, is_storyboard
from voicekit.text.script.strip_markup import NOTHING, strip_markup
from voicekit.text.script.table_script import TableScript, as_table_script
from voicekit.text.script.times import Times
from voicekit.text.script.two_languages import in_one_language


def read_script(path: Path | str, language: str | None = None) -> Script:
    """The script in a file; see `parse`.

    Raises:
        ScriptError: the file is missing, empty or no text, or `parse` refuses it.
    """
    notes: list[str] = []
    script = parse(read_text(path, notes.append), str(path), language)
    return replace(script, notes=(*notes, *script.notes))


def parse(text: str, name: str = "script", language: str | None = None) -> Script:
    """A script in any of its forms, which it is told by; `name` stands in the messages, and its suffix is a hint.

    Args:
        language: the one to be spoken where the script is in two side by side, by its code; without it, the first.

    Raises:
        ScriptError: there is nothing to speak, or it is in a form that is not read; a time cannot be read, ends before it
            starts or is given twice; given times are not in the order of the script; only some clips of a storyboard have
            a duration; or markup is wrong. The message says where.
    """
    raw = "\n".join(text.splitlines())
    return _structured(raw, name, language) or _plain(_prose(raw, name, language))


def aloud(text: str, name: str = "script", note: Note = unheard, language: str | None = None) -> tuple[str, Marks]:
    """A text to be read out, and the marks of its words: each time of a script starts a paragraph and is not spoken.

    Args:
        note: is told what is not read.
        language: as in `parse`.

    Raises:
        ScriptError: markup is wrong; the message says where in `text`.
    """
    raw = "\n".join(text.splitlines())
    if script := _structured(raw, name, language, aloud=True):
        for line in script.notes:
            note(line)
        words = "\n\n".join(cue.text for cue in script.cues)
        return words, joined((cue.marks, len(cue.text.split())) for cue in script.cues)
    prose = _prose(raw, name, language)
    edited = prose.edited(headings=True)
    left_out = [*edited.notes]
    lines, times_told = [], []
    for line in edited.text.split("\n"):
        head, tail = prose.times.head(line), prose.times.tail(line)
        times_told += [one.written for one in (head, tail) if one]
        begin, end = head.end if head else 0, tail.begin if tail and not head else len(line)
        # As long as before, so that each sign keeps its place.
        lines.append("\n" * (begin > 0) + NOTHING * (begin - 1) + line[begin:end] + NOTHING * (len(line) - end))
    if times_told:
        left_out.append(f"times are not spoken ({len(times_told)}): {some(times_told, 3)}")
    reading = read_markup(prose.source, "\n".join(lines), turns=edited.turns)
    for line in _notes(name, left_out, reading.sounds):
        note(line)
    return reading.text, reading.marks()


def _structured(raw: str, name: str, language: str | None, aloud: bool = False) -> Script | None:
    """Subtitles, a table or a storyboard; None for text.

    Args:
        aloud: a storyboard that cannot be read as one is a text.
    """
    text, suffix = strip_markup(raw), Path(name).suffix.lower()
    if suffix in (".ass", ".ssa") or text.lstrip("\ufeff\n ").startswith("[Script Info]"):
        raise ScriptError(f"{name} is an ASS file, which is not read; export it as SRT")
    if are_captions(text) or (suffix in (".srt", ".vtt") and not aloud):
        return parse_captions(text, name, language)
    if is_document(text):
        return None
    if table := as_table_script(text, name, language):
        return _of_pieces(table, name)
    if is_storyboard(text, hint=suffix in (".md", ".markdown") and not aloud) and not _only_labels(text):
        try:
            return replace(_narrated(Storyboard.parse(text, name).script(), name), kind="storyboard")
        except ScriptError:
            if not aloud:
                raise
    return None


def _narrated(script: Script, name: str) -> Script:
    """Raises ScriptError where a storyboard says nothing."""
    if not script.cues:
        film = quoted(["voicekit", "produce", name, "-o", "film.mp4"])
        raise ScriptError(
            f"{name} is a storyboard without narration; write “- **Narration:** …” below the headings of clips that have "
            f"one, as “## Clip 1: its title (6 seconds)”; a film without words is made of it by: {film}"
        )
    return script


def _only_labels(text: str) -> bool:
    """Whether what looks like the fields of clips are labels of what is spoken: “**Narrator:** It begins.”"""
    labels = [label[1] for line in text.split("\n") if (label := label_in(line, None))]
    return set(labels) in ({"narration"}, {"visual", "audio"}) and not sections_of(text)


@dataclass(frozen=True)
class _Prose:
    """A text in paragraphs: a screenplay's dialogue, one of two languages, or just what stands there.

    Attributes:
        text: as long as the text it was read from.
        notes: what has been left out of it.
        turns: who speaks from which sign on.
    """

    source: Source
    text: str
    times: Times
    notes: tuple[str, ...] = ()
    kind: str = "text"
    turns: tuple[Turn, ...] = ()

    def edited(self, headings: bool) -> Prose:
        """As `as_prose`."""
        if is_document(self.text):
            return Prose(self.text)
        prose = as_prose(self.text, headings, self.times)
        turns = sorted((*self.turns, *prose.turns), key=itemgetter(0))
        return Prose(prose.text, (*self.notes, *prose.notes), tuple(turns))


def _prose(raw: str, name: str, language: str | None) -> _Prose:
    text, notes, kind = strip_markup(raw), [], "text"
    turns: tuple[Turn, ...] = ()
    if not is_document(text):
        if play := as_screenplay(raw, Path(name).suffix.lower()):
            text, notes, kind, turns = strip_markup(play.text), [*play.notes], play.kind, play.turns
        text, told = in_one_language(text, language, Times(text.split("\n")))
        notes += [told] if told else []
    times = Times(text.split("\n"))
    return _Prose(Source(text, name), text, times, (*notes, *times.notes()), kind, turns)


def _plain(prose: _Prose) -> Script:
    source, name = prose.source, prose.source.name
    left_out: list[str] = []
    sounds: list[str] = []
    silent: list[int] = []
    if is_document(prose.text):  # its elements may go over several cues
        whole = read_markup(source, prose.text)
        spoken, kind = whole.text, "SSML"
        pieces = pieces_of(spoken, lambda index: source.line(whole.offset(index)), name, prose.times)
        cues = [with_text(one.head, spoken[one.begin : one.end], whole.marks(one.begin, one.end), name) for one in pieces]
    else:
        edited = prose.edited(headings=False)
        if not has_word(edited.text):  # nothing but headings
            edited = prose.edited(headings=True)
        left_out, cues = [*edited.notes], []
        for piece in pieces_of(edited.text, source.line, name, prose.times):
            reading = read_markup(source, edited.text[piece.begin : piece.end], piece.begin, edited.turns)
            sounds += reading.sounds
            if has_word(reading.text):
                cues.append(with_text(piece.head, reading.text, reading.marks(), name))
                _check_start(cues[-1], reading)
            else:
                silent.append(piece.head.line)
        kind = prose.kind + (" with times" if any(cue.start_s is not None for cue in cues) else "")
    if not cues:
        what = "has no word to speak" if prose.text.strip() or prose.notes else "is empty"
        raise ScriptError(f"{name} {what}; write what is to be spoken, with a blank line between cues")
    check_order(cues, name)
    return Script(tuple(cues), notes=_notes(name, left_out, sounds, silent), kind=kind)


def _of_pieces(table: TableScript, name: str) -> Script:
    source = Source(table.text, name)
    cues, sounds = [], []
    for piece in table.pieces:
        reading = read_markup(source, table.text[piece.begin : piece.end], piece.begin, table.turns)
        sounds += reading.sounds
        if has_word(reading.text):
            cues.append(with_text(piece.head, reading.text, reading.marks(), name))
    if not cues:
        raise ScriptError(f"{name} has no word to speak; write what is to be spoken into the column of the text")
    check_order(cues, name)
    return Script(tuple(cues), notes=_notes(name, table.notes, sounds), kind=table.kind)


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
    if (late := re.match(LEADING_TIME, cue.text)) and source.text[at - 1 : at] != "\\":
        time = late[0]
        raise source.error(at, f"{time} comes after a mark; write it first: {time} [calm] …")
