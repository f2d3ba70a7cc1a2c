"""Subtitles (SRT and WebVTT) as scripts: each is spoken at the time it was to be read."""

import html
import re
from dataclasses import dataclass, field, replace
from itertools import accumulate, groupby, pairwise
from operator import itemgetter

from voicekit.core.errors import ScriptError
from voicekit.core.patterns import lazy_pattern
from voicekit.core.wording import some
from voicekit.text.script.cue import Cue, Script, has_word, seconds_of, with_text
from voicekit.text.script.marks import SpokenBy, joined
from voicekit.text.script.markup import may_be_tag, read_markup
from voicekit.text.script.reading import Turn
from voicekit.text.script.source import Source
from voicekit.text.script.speakers import names_of, said_by
from voicekit.text.script.strip_markup import NOTHING
from voicekit.text.script.two_languages import are_two, chosen

# The milliseconds behind ":" as well, and YouTube's "," between two times.
_TIME = r"(?:(\d+):)?(\d+):(\d{1,2}(?:[.,]\d+|:\d{3})?)"
_ARROW = r"(?:-+>|–>|—>|→)"
_BETWEEN = rf"\s*(?:{_ARROW}|,(?=\d+:\d+:))\s*"
_MINUS = r"([-−]\s*)?"
_TIME_LINE = lazy_pattern(rf"\s*{_MINUS}{_TIME}{_BETWEEN}{_MINUS}{_TIME}(?:\s+\w+:\S*)*\s*")
_MEANT_AS_TIME = lazy_pattern(rf"\s*[-−]?\d+:[\d:.,\s]*{_ARROW}|.*-->\s*-?\d")
#: The two times of such a line may be wrong, but nothing else is in it.
_LIKE_TIME_LINE = lazy_pattern(rf"\s*{_MINUS}\d+:[\d:.,;]*\s*{_ARROW}\s*{_MINUS}\d+:[\d:.,;]*\s*")
#: Tags for the look of text, the speaker, readings above Chinese characters, and the moment each word lights up. Other tags
#: in "<>" are left to the markup.
_LOOKS = lazy_pattern(
    r"<rt>[^<\n]*</rt>|</?(?:i|b|u|s|em|strong|font|span|c|v|lang|ruby|rt|br)(?:[.\s/][^<>]*)?>|<[\d:.]+>|\{\\[^{}]*\}|\{/?[biu]\}",
    re.IGNORECASE,
)
#: Sounds at the beginning of a line: "[door slams]", "(laughs)".
_SOUND = lazy_pattern(rf"^(?:[^\S\n]|{NOTHING})*+(?:\[([^\[\]]+)\]|\(([^\W\d][^().,;:!?]*)\)):?", re.MULTILINE)
_VOICE = lazy_pattern(r"<v(?:\.[^\s<>]*)?\s(?P<name>[^<>]+)>|</v>", re.IGNORECASE)
_SENTENCE_ENDS = ".!?…。！？\"'”’»)]:"
_MUSIC = lazy_pattern(r"[♪♫♬♩～]+|(?<!\S)#(?!\S)")
#: The mark of a change of speaker.
_DASH = lazy_pattern(r"\s*(?:[-–—](?=\s|[^\W\d_]|[\"“¿¡])|>{2,})\s*")
_ENTITIES = {"&amp;": "&", "&lt;": "\\<", "&gt;": ">", "&nbsp;": " ", "&lrm;": "", "&rlm;": ""}


def are_captions(text: str) -> bool:
    """Whether a text is SRT or WebVTT."""
    return text.lstrip().startswith("WEBVTT") or any(
        _TIME_LINE.fullmatch(line) or _LIKE_TIME_LINE.fullmatch(line) for line in text.split("\n")
    )


def parse_captions(text: str, name: str, language: str | None = None) -> Script:
    """The cues of subtitles in the order of their times; those without words are left out, and what else is not said told.

    Raises:
        ScriptError: a time cannot be read, markup is wrong, or nothing is to be spoken.
    """
    source, lines = Source(text, name), text.split("\n")
    starts = [0, *accumulate(len(line) + 1 for line in lines)]
    heads = [
        (number, start_s)
        for number, line in enumerate(lines, 1)
        if (start_s := _start_s(line, f"{name}, line {number}")) is not None
    ]
    web = text.lstrip().startswith("WEBVTT")
    blocks = []
    for (number, start_s), following in zip(heads, [*(number - 1 for number, _ in heads[1:]), len(lines)], strict=False):
        begin, end = starts[number], starts[_end(lines, number, following, web)]
        blocks.append(_Block(start_s, number, begin, text[begin:end]))
    if not blocks:
        raise _nothing(name)
    told = _Told()
    blocks = _in_one_language(blocks, language, told)
    blocks = _once(_in_time(blocks, told), told)
    names = names_of(_plain(block.text) for block in blocks)
    cues: list[Cue] = []
    for block in blocks:
        n_sounds = len(told.sounds)
        turns = [*_goes_on(cues, block), *_tagged(block, told)]
        edited = _without_names(_without_looks(block.text), names, told, block, turns)
        edited = _SOUND.sub(lambda found: _without_sound(found, told), edited)
        if not has_word(edited):
            told.silent += bool(_plain(block.text)) and n_sounds == len(told.sounds)
            continue
        turns.sort(key=itemgetter(0))
        reading = read_markup(source, _MUSIC.sub(lambda found: NOTHING * len(found[0]), edited), block.begin, turns)
        told.sounds += reading.sounds
        if not has_word(reading.text):
            told.silent += n_sounds == len(told.sounds)
            continue
        cue = with_text(Cue("", block.start_s, line=block.line), reading.text, reading.marks(), name)
        if not cues or (cues[-1].start_s, cues[-1].text) != (cue.start_s, cue.text):
            cues.append(cue)
    if not cues:
        raise _nothing(name)
    together = [list(group) for _, group in groupby(cues, key=lambda cue: cue.start_s)]
    told.together = len(cues) - len(together)
    return Script(tuple(map(_as_one, together)), notes=told.notes(name), kind="subtitles")


@dataclass(frozen=True)
class _Block:
    """A subtitle as it is written: its time, the line that says it, where its text begins, and that."""

    start_s: float
    line: int
    begin: int
    text: str


@dataclass
class _Told:
    """What of the subtitles is not said as it stands there, for the person to know."""

    unsorted: int = 0
    together: int = 0
    rolled: int = 0
    silent: int = 0
    language: str = ""
    sounds: list[str] = field(default_factory=list)
    names: set[str] = field(default_factory=set)

    def notes(self, name: str) -> tuple[str, ...]:
        found = [self.language] if self.language else []
        if self.unsorted:
            found.append(f"subtitles out of order are put in the order of their times ({self.unsorted})")
        if self.together:
            found.append(f"subtitles at one time are said one after the other ({self.together})")
        if self.rolled:
            found.append(f"lines that are shown again are said once ({self.rolled})")
        if self.names:
            found.append(f"names of speakers are not spoken: {some(sorted(self.names))}")
        if self.sounds:
            found.append(f"sounds in brackets are not spoken ({len(self.sounds)}): {some(self.sounds)}")
        if self.silent:
            found.append(f"subtitles without a word to speak are left out ({self.silent})")
        return tuple(f"{name}: {note}" for note in found)


def _nothing(name: str) -> ScriptError:
    return ScriptError(f"{name} has nothing to speak; write text below a line like 00:00:12,000 --> 00:00:15,000")


def _in_one_language(blocks: list[_Block], wanted: str | None, told: _Told) -> list[_Block]:
    """Subtitles without their translation: the lower lines of each, or every other one, or those of the second half."""
    numbers = [[n for n, line in enumerate(block.text.split("\n")) if _plain(line)] for block in blocks]
    if all(len(one) % 2 == 0 for one in numbers) and any(numbers):
        upper, lower = ([one[: len(one) // 2] for one in numbers], [one[len(one) // 2 :] for one in numbers])
        halves = [[_kept(block, keep) for block, keep in zip(blocks, half, strict=True)] for half in (upper, lower)]
        if found := _chosen(halves, wanted, told):
            return found
    half = len(blocks) // 2
    turns = all(first.start_s == second.start_s for first, second in zip(blocks[::2], blocks[1::2], strict=False))
    again = all(first.start_s == second.start_s for first, second in zip(blocks, blocks[half:], strict=False))
    if len(blocks) % 2 == 0 and (turns or again):
        return _chosen([blocks[::2], blocks[1::2]] if turns else [blocks[:half], blocks[half:]], wanted, told) or blocks
    return blocks


def _chosen(halves: list[list[_Block]], wanted: str | None, told: _Told) -> list[_Block] | None:
    texts = [[_plain(block.text) for block in half if _plain(block.text)] for half in halves]
    languages = are_two(texts[0], texts[1])
    if not languages:
        return None
    index, told.language = chosen(languages, wanted)
    return halves[index]


def _kept(block: _Block, numbers: list[int]) -> _Block:
    """A subtitle with some of its lines."""
    keep = set(numbers)
    lines = [line if n in keep else NOTHING * len(line) for n, line in enumerate(block.text.split("\n"))]
    return replace(block, text="\n".join(lines))


def _in_time(blocks: list[_Block], told: _Told) -> list[_Block]:
    ordered = sorted(blocks, key=lambda block: block.start_s)
    told.unsorted = sum(before.start_s > after.start_s for before, after in pairwise(blocks))
    return ordered


def _once(blocks: list[_Block], told: _Told) -> list[_Block]:
    """Captions that roll up: each line stands where it comes first, and not again where it stays on the screen.

    YouTube shows a line in three cues: while its words light up, alone for 10 ms, and above the next line.
    """
    if not _is_rolling(blocks):
        return blocks
    found: list[_Block] = []
    shown: set[str] = set()
    for block in blocks:
        edited, now = [], set()
        for line in block.text.split("\n"):
            words = _plain(line)
            again = words in shown
            if words:
                now.add(words)
                told.rolled += again
            edited.append(re.sub(r".", NOTHING, line) if again else line)
        if now:
            shown = now
        text = "\n".join(edited)
        if has_word(text):
            found.append(replace(block, text=text))
    return found


def _is_rolling(blocks: list[_Block]) -> bool:
    """Whether most cues show a line of the one before them again."""
    lines = [[words for line in block.text.split("\n") if (words := _plain(line))] for block in blocks]
    lines = [one for one in lines if one]
    again = sum(before[-1] in after and (len(after) > 1 or len(before) > 1) for before, after in pairwise(lines))
    return (again >= 2 and 2 * again >= len(lines) - 1) or (len(lines) == 2 and again == 1 and len(lines[1]) > 1)


def _plain(text: str) -> str:
    """The words of a line, as it is compared with others."""
    return " ".join(_LOOKS.sub("", text).replace(NOTHING, "").split())


def _as_one(cues: list[Cue]) -> Cue:
    """The subtitles at one time as one cue."""
    marks = joined((cue.marks, len(cue.text.split())) for cue in cues)
    return replace(cues[0], text=" ".join(cue.text for cue in cues), marks=marks)


def _goes_on(cues: list[Cue], block: _Block) -> list[Turn]:
    """Whoever spoke before goes on where the sentence does."""
    before = cues[-1] if cues else None
    if before and before.marks.voices and before.text[-1] not in _SENTENCE_ENDS:
        _, after, voice = before.marks.voices[-1]
        return [(block.begin, voice)] if after == len(before.text.split()) else []
    return []


def _tagged(block: _Block, told: _Told) -> list[Turn]:
    """Who speaks, as WebVTT says it: “<v Anna>”."""
    turns: list[Turn] = []
    for tag in _VOICE.finditer(block.text):
        name = " ".join(html.unescape(tag["name"] or "").replace(NOTHING, "").split())
        turns.append((block.begin + tag.start(), SpokenBy(name, "label", _line(block, tag.start())) if name else None))
        told.names.update({name} - {""})
    return turns


def _line(block: _Block, at: int) -> int:
    """The number of the line in which a sign of a subtitle stands."""
    return block.line + 1 + block.text.count("\n", 0, at)


def _without_names(text: str, names: frozenset[str], told: _Told, block: _Block, turns: list[Turn]) -> str:
    """NOTHING in place of who speaks, and of the dash or arrows in front of a line; `turns` gets who that is."""
    edited, at = [], 0
    tagged = {block.text.count("\n", 0, place - block.begin) for place, _ in turns}
    for number, line in enumerate(text.split("\n")):
        clean = line.replace(NOTHING, "")
        speaker = said_by(clean, names)
        dash = _DASH.match(clean[speaker.end :])
        if speaker.name:
            told.names.add(speaker.name)
            turns.append((block.begin + at, SpokenBy(speaker.name, "label", _line(block, at))))
        elif dash and number not in tagged:
            turns.append((block.begin + at, None))
        at += len(line) + 1
        left = speaker.end + (dash.end() if dash else 0)
        signs = list(line)
        for index, sign in enumerate(signs):
            if not left:
                break
            left -= sign != NOTHING
            signs[index] = NOTHING
        edited.append("".join(signs))
    return "\n".join(edited)


def _start_s(line: str, where: str) -> float | None:
    """When the subtitle below a line with a time is to be read; None for other lines."""
    timed = _TIME_LINE.fullmatch(line)
    if not timed and not _MEANT_AS_TIME.match(line):
        return None
    start_s, end_s = (_seconds(*timed.groups()[n : n + 4]) for n in (0, 4)) if timed else (None, None)
    if start_s is None or end_s is None:
        raise ScriptError(
            f"{where}: “{line.strip()[:60]}” is not a time; "
            "write it as 00:00:12,000 --> 00:00:15,000, and the words below it"
        )
    if end_s < 0:
        raise ScriptError(f"{where}: “{line.strip()[:60]}” is not a time: it lies before the film begins")
    if end_s < start_s:
        raise ScriptError(f"{where}: “{line.strip()[:60]}” ends before it starts; swap the times")
    # The silence behind a subtitle may be used: speaking takes longer than reading.
    return max(start_s, 0.0)


def _seconds(minus: str | None, hours: str | None, minutes: str, seconds: str) -> float | None:
    found = seconds_of(hours, minutes, seconds)
    return -found if found is not None and minus else found


def _end(lines: list[str], begin: int, following: int, web: bool) -> int:
    """The line behind the last one of a cue's text, which starts at `begin`; the next time stands at `following`."""
    if web:  # blocks that are no cues, and names of cues, stand behind an empty line; one with a blank in it is a line
        first = next((index for index in range(begin, following) if lines[index].strip()), following)
        if first >= following - 1:  # that is the name of the next cue
            first = begin
        return next((index for index in range(first, following) if not lines[index]), following)
    numbered = begin < following < len(lines) and re.fullmatch(r"\s*\d+\s*", lines[following - 1])
    return following - 1 if numbered else following


def _without_looks(text: str) -> str:
    """`text`, as long as before, with NOTHING in place of what only says how it looks."""
    text = _LOOKS.sub(lambda found: (" " if found[0][:3].lower() == "<br" else "").ljust(len(found[0]), NOTHING), text)
    return re.sub("|".join(_ENTITIES), lambda found: _ENTITIES[found[0]].ljust(len(found[0]), NOTHING), text)


def _without_sound(found: re.Match, told: _Told) -> str:
    """NOTHING in place of a sound; marks stay, and so does what is long enough to be said."""
    is_sound = not may_be_tag(found[1]) if found[1] else len(found[2].split()) <= 4
    if not is_sound:
        return found[0]
    told.sounds.append(" ".join(found[0].replace(NOTHING, "").split()).strip("-–— :")[:40])
    return re.sub(r"\S", NOTHING, found[0])
