"""Splits a person's own text into the clips of a storyboard: by what it is about, and by what the voice needs to say it.

Neighbouring sentences of a paragraph are put together. How, a dynamic programme decides: clips should be near the wanted
length, and end where the words change (TextTiling: Hearst 1997, "Segmenting text into multi-paragraph subtopic passages").
"""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from voicekit.core.errors import ScriptError
from voicekit.core.files import write_text
from voicekit.film.stage import Context, Stage
from voicekit.film.storyboard.brief import Unit, read_brief
from voicekit.film.storyboard.lengths import AROUND_S, Lengths, check_seconds, clip_s, lengths_of
from voicekit.film.storyboard.scene_words import light_of, seen, setting_of
from voicekit.film.storyboard.storyboard_writer import SceneDraft, storyboard_of
from voicekit.film.storyboard.titles import titles_of
from voicekit.film.storyboard.words import likeness, spaceless, stems
from voicekit.text.language import language_of
from voicekit.text.read import read_text
from voicekit.text.script.cue import has_word
from voicekit.text.script.markup import marked
from voicekit.text.script.storyboard import Scene, Storyboard, is_storyboard

#: The approximate pause between two sentences.
_BETWEEN_S = 0.35
#: The costs of parting sentences about the same thing, and of parting a sentence; a clip e times as long as wanted costs e.
_COHESION, _CLAUSE = 0.8, 4.0
#: This many sentences before and after a place are compared.
_WINDOW = 2
_CAMERA = ("slow zoom in", "pan left", "slow zoom out", "pan right", "gentle drift up", "static, shallow focus")


@dataclass(frozen=True)
class SplitOptions:
    seconds: float = 6.0  #: wanted length of a clip
    voice: str = ""  #: name or folder of the voice that will speak; "" for the default
    language: str = ""  #: of the text, as "en-us"; "" for that of the voice

    def __post_init__(self) -> None:
        check_seconds(self.seconds)


class Split(Stage):
    """Any text, or a storyboard without durations, as a storyboard."""

    name, kind, version = "split", "storyboard", "4"
    takes, gives = (".txt", ".md"), ".md"
    Options = SplitOptions

    def run(self, inputs: Sequence[Path], out: Path, options: SplitOptions, context: Context) -> None:
        board = split(read_text(inputs[0], context.note), options, context, str(inputs[0]))
        write_text(out, board.to_markdown())


def split(
    text: str, options: SplitOptions = SplitOptions(), context: Context = Context(), name: str = "brief"
) -> Storyboard:
    """The storyboard of a text; of a storyboard itself, with a duration where it lacks one.

    Raises:
        ScriptError: there is nothing to speak, or it is a storyboard that cannot be read.
        ConfigError: the voice named in the options is not there.
    """
    if not has_word(text):
        raise ScriptError(f"{name} is empty; write what is to be told, from a few words to a whole story")
    lengths = lengths_of(options.voice, options.language, len(text), context)
    if is_storyboard(text):
        board = Storyboard.parse("\n".join(text.splitlines()) + "\n", name)
        return board.with_durations([_needed_s(scene, lengths, options.seconds) for scene in board.scenes])
    paragraphs = read_brief(text, lengths.language)
    if not paragraphs:
        raise ScriptError(f"{name} has nothing to speak; write what is to be told below its headings")
    groups, titles = [], []
    for done, paragraph in enumerate(paragraphs):
        found = _grouped(paragraph.units, [lengths.seconds(unit.plain) for unit in paragraph.units], options.seconds)
        groups += found
        titles += [paragraph.title, *[""] * (len(found) - 1)]
        context.progress(0.8 * (done + 1) / len(paragraphs))
    board = storyboard_of(_drafts(groups, titles, lengths), name)
    context.progress(1.0)
    return board


def _needed_s(scene: Scene, lengths: Lengths, silent_s: float) -> float:
    """How long a scene is, or is to be."""
    spoken_s = sum(lengths.seconds(cue.text, cue.marks) for cue in scene.cues)
    return scene.clip.duration_s or (clip_s(spoken_s) if scene.cues else max(1.0, silent_s))


def _grouped(units: Sequence[Unit], lengths_s: Sequence[float], wanted_s: float) -> list[list[Unit]]:
    """The units of a paragraph, those put together that make a clip, at the least cost."""
    bags = [stems(unit.plain) for unit in units]
    borders = [0.0] + [_border(units, bags, at) for at in range(1, len(units))]
    best, begins = [0.0], [0]
    for end in range(1, len(units) + 1):
        cheapest, begin, length_s, one = math.inf, end - 1, AROUND_S - _BETWEEN_S, True
        for start in range(end - 1, -1, -1):
            length_s += lengths_s[start] + _BETWEEN_S
            one = one and (start == end - 1 or units[start].goes_on)
            # A sentence of eight times as long costs more in one clip than parted.
            if length_s > (8 if one else 2) * wanted_s and start < end - 1:
                break
            cost = best[start] + borders[start] + max(1.0, length_s / wanted_s) * math.log(length_s / wanted_s) ** 2
            if cost < cheapest:
                cheapest, begin = cost, start
        best.append(cheapest)
        begins.append(begin)
    groups, end = [], len(units)
    while end:
        groups.append(list(units[begins[end] : end]))
        end = begins[end]
    return groups[::-1]


def _border(units: Sequence[Unit], bags: Sequence[Counter], at: int) -> float:
    """What it costs to end a clip before a unit."""
    before, behind = (sum(part, Counter()) for part in (bags[max(0, at - _WINDOW) : at], bags[at : at + _WINDOW]))
    return _COHESION * likeness(before, behind) + _CLAUSE * units[at - 1].goes_on


def _drafts(groups: Sequence[Sequence[Unit]], titles: Sequence[str], lengths: Lengths) -> list[SceneDraft]:
    plains = [_joined(unit.plain for unit in group) for group in groups]
    common = Counter(stem for plain in plains for stem in stems(plain))
    code = language_of(" ".join(plains), least_words=1)
    language = code if code in ("en", "de") else ""  # the others' titles are taken as they stand
    drafts: list[SceneDraft] = []
    used: set[str] = set()
    light = setting = ""
    for group, plain, given in zip(groups, plains, titles, strict=True):
        found = [_capital(one) for one in titles_of(plain, common, len(groups), language)]
        title = given or next((one for one in found if one.lower() not in used), found[0])
        used.add(title.lower())
        narration = _joined([group[0].tone + group[0].text, *(unit.text for unit in group[1:])])
        text, marks = marked(narration)
        light = light_of(plain, language, light)
        setting = setting_of(plain, setting)
        visual = seen(plain, title, language, setting, light, _CAMERA[len(drafts) % len(_CAMERA)])
        drafts.append(SceneDraft(_capital(title), clip_s(lengths.seconds(text, marks)), visual, "", narration))
    return drafts


def _capital(title: str) -> str:
    return title[:1].upper() + title[1:]


def _joined(texts: Iterable[str]) -> str:
    texts = list(texts)
    return ("" if spaceless("".join(texts)) else " ").join(texts)
