"""What the columns of a table are for: one says when, another one what is spoken, or in which language."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from voicekit.core.patterns import lazy_pattern
from voicekit.core.wording import some
from voicekit.text.script.fields import kind_of
from voicekit.text.script.tables import Span
from voicekit.text.script.times import Times, is_length
from voicekit.text.script.two_languages import are_two, chosen, language_called

_ROLES = {
    "start": "time times timing timecode timecodes tc start in begin from timestamp timestamps starttime timein "
    "tcin zeit zeiten beginn von "
    "anfang second seconds sekunde sekunden at when",
    "end": "end out to ende bis stop endtime timeout tcout until",
    "duration": "duration length dauer länge dur len secs",
    "text": "text script narration vo voiceover dialogue dialog spoken words line lines copy transcript "
    "sprechertext offtext skript wortlaut say "
    "subtitle subtitles untertitel content",
    "speaker": "speaker character who name actor talent rolle person figur wer",
}
_BY_TITLE = {title: role for role, titles in _ROLES.items() for title in titles.split()}
#: “Sprecher” and “Narrator” are what is spoken, or who speaks it.
IS_WHO = lazy_pattern(r"(?:sprecher|speaker|narrator|voice|stimme|erzähler)(?:in)?", re.IGNORECASE)
_SECONDS = lazy_pattern(r"\d{1,5}(?:[.,]\d{1,3})?(?:\s*[-–—]\s*\d{1,5}(?:[.,]\d{1,3})?)?")


@dataclass(frozen=True)
class Grid:
    """A table: where the words of each cell of each row stand, and whether Markdown's line is below its first row."""

    rows: tuple[tuple[Span, ...], ...]
    markdown: bool = False


@dataclass(frozen=True)
class Columns:
    """What the columns of a table are for; −1 where there is none."""

    text: int
    titles: tuple[str, ...] = ()
    start: int = -1
    end: int = -1
    duration: int = -1
    audio_visual: bool = False
    note: str = ""
    speaker: int = -1


def titles_of(text: str, row: Sequence[Span]) -> list[str]:
    """The titles of columns in a row, where there are some that are known."""
    titles = [text[slice(*span)].strip("*_ ") for span in row]
    roles = [role_of(title) for title in titles]
    return (
        titles if sum(role != "" for role in roles) > 1 or (len(titles) > 1 and text_column(titles, roles)[0] >= 0) else []
    )


def role_of(title: str) -> str:
    if len(title) > 40 or not title:
        return ""
    if language_called(title):
        return "language"
    short = re.sub(r"\([^()]*\)|\[[^\[\]]*\]|[^\w]", "", title).lower()
    if role := _BY_TITLE.get(short):
        return role
    kind = kind_of(title) if len(title.split()) <= 4 else ""
    if kind == "narration":
        return "narration"
    if _language_in(title) and any(_BY_TITLE.get(word.lower()) == "text" for word in re.findall(r"\w+", title)):
        return "language"
    if kind in ("visual", "audio", "duration", "text"):
        return kind
    return "start" if kind == "times" else "" if kind in (None, "", "unknown") else "other"


def _language_in(title: str) -> str | None:
    """The language that the title of a column names: “English”, “Text (DE)”."""
    return next(filter(None, map(language_called, [title, *re.findall(r"\w+", title)])), None)


def text_column(titles: Sequence[str], roles: Sequence[str]) -> tuple[int, bool]:
    """The column that is spoken, and whether that is the audio of two columns; −1 for none."""
    spoken = [index for index, role in enumerate(roles) if role == "narration"]
    texts = [index for index, role in enumerate(roles) if role == "text"]
    vo = [index for index in texts if re.search(r"\b(?:vo|voice|narration|dialog|spoken|sprech|off)", titles[index].lower())]
    who = [index for index in spoken if IS_WHO.fullmatch(titles[index])]
    for group in ([index for index in spoken if index not in who], vo, texts, who):
        if group:
            return group[0], False
    audio = [index for index, role in enumerate(roles) if role == "audio"]
    return (audio[0], True) if audio and "visual" in roles else (-1, False)


def columns_of(text: str, grid: Grid, wanted: str | None) -> Columns | None:
    """What the columns of a table are for; None where it is not a script of its own."""
    titles = titles_of(text, grid.rows[0])
    body = grid.rows[1:] if titles else grid.rows
    width = max(map(len, grid.rows))

    def column(index: int) -> list[str]:
        return [text[slice(*row[index])] for row in body if index < len(row) and row[index][0] < row[index][1]]

    if not titles:
        return _untitled([column(index) for index in range(width)], len(body), wanted)
    roles = [role_of(title) for title in titles]
    start, end, duration = (roles.index(role) if role in roles else -1 for role in ("start", "end", "duration"))
    at, audio_visual = text_column(titles, roles)
    languages = [index for index, role in enumerate(roles) if role == "language"]
    who = [
        index for index, role in enumerate(roles) if index != at and (role == "speaker" or IS_WHO.fullmatch(titles[index]))
    ]
    found = Columns(at, tuple(titles), start, end, duration, audio_visual, speaker=who[0] if who else -1)
    if len(languages) > 1 and (at < 0 or roles[at] != "narration"):
        codes = [_language_in(titles[index]) or "" for index in languages]
        index, note = chosen(codes, wanted)
        return replace(found, text=languages[index], note=note)
    if at < 0 and len(languages) == 1:
        at, found = languages[0], replace(found, text=languages[0])
    if at < 0 or not column(at):
        return None
    starts = column(found.start) if found.start >= 0 else []
    timed = bool(starts) and all(map(is_time, starts))
    is_dialogue = found.speaker >= 0 and len(column(found.speaker)) > 1 and not {"visual", "duration"} & {*roles}
    if grid.markdown and not audio_visual:
        return found if (timed and not _are_clips(starts, roles, found)) or (is_dialogue and not starts) else None
    if found.start >= 0 and not timed:
        found = replace(found, start=-1)
    return found if timed or audio_visual or found.duration >= 0 or is_dialogue else None


def _untitled(columns: Sequence[list[str]], n_rows: int, wanted: str | None) -> Columns | None:
    """What columns without titles are for: one has times or lengths in every row, and that with most words is spoken."""
    full = [index for index, cells in enumerate(columns) if n_rows and len(cells) == n_rows]
    lengths = [index for index in full if all(map(is_length, columns[index]))]
    timed = 0 in full and all(map(is_time, columns[0])) and not (0 in lengths and not _ascend(columns[0]))
    timed = timed and not (lengths and [cell.strip(".)#") for cell in columns[0]] == [str(n + 1) for n in range(n_rows)])
    if not timed and not lengths:
        return None
    others = [index for index in range(len(columns)) if index not in lengths and not (timed and index == 0)]
    if not others:
        return None
    at = max(others, key=lambda index: sum(map(len, columns[index])))
    if not timed:
        found = Columns(at, duration=lengths[0])
    else:
        second_end = at > 1 and 1 not in lengths and all(map(is_time, columns[1]))
        found = Columns(at, start=0, end=1 if second_end else -1)
    texts = [index for index in others if len(" ".join(columns[index]).split()) >= 2 * n_rows]
    if in_one := _of_languages(found, texts, [columns[index] for index in texts], wanted):
        return in_one
    wordy = [str(index + 1) for index in texts if index != at]
    return (
        replace(found, note=f"columns that are not spoken: {some(wordy)}; column {at + 1} is, as the longest")
        if wordy
        else found
    )


def _ascend(cells: Sequence[str]) -> bool:
    times = Times(cells)
    starts = [times.seconds(cell)[0] or 0.0 for cell in cells]
    return all(before < after for before, after in pairwise(starts))


def _of_languages(
    found: Columns, indices: Sequence[int], columns: Sequence[list[str]], wanted: str | None
) -> Columns | None:
    if len(columns) != 2 or not (languages := are_two(columns[0], columns[1])):
        return None
    index, note = chosen(languages, wanted)
    return replace(found, text=indices[index], note=note)


def is_time(cell: str) -> bool:
    cell = cell.strip("*_ []()")
    if not cell or _SECONDS.fullmatch(cell) or re.fullmatch(r"\d{1,3}:\d\d", cell):
        return bool(cell)
    head = Times([cell]).head(cell)
    return head is not None and head.end == len(cell)


def _are_clips(starts: Sequence[str], roles: Sequence[str], columns: Columns) -> bool:
    """Whether the times are lengths of clips, or one behind the other from 0 on: then a storyboard says more."""
    times = Times(starts)
    known = [times.seconds(start.strip("*_ []()")) for start in starts]
    begins = [start_s for start_s, _, _ in known if start_s is not None]
    if any(after <= before for before, after in pairwise(begins)):
        return True
    follows = all(before[1] == after[0] for before, after in pairwise(known) if before[2])
    return begins[:1] == [0.0] and follows and all(one[2] for one in known) and {"visual", "other", ""} & set(roles) != set()
