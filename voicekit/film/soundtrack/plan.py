"""What is heard in which clip of a film: music by mood, effects, a person's own sound files; and what cannot be made."""

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, groupby, pairwise
from pathlib import Path

from voicekit.film.soundtrack.audio_lexicon import HAPPENING
from voicekit.film.soundtrack.audio_words import Wish, mood_of, read_audio
from voicekit.film.soundtrack.form import MOODS, Part, merged
from voicekit.film.storyboard.words import stems
from voicekit.text.script.overall import overall
from voicekit.text.script.storyboard import Storyboard

#: Asks for the music that voicekit makes itself, of the mood that the storyboard wishes for.
BED = "bed"
#: Asks for no music, whatever the storyboard says.
NONE = ("none", "no", "off")
#: The mood where nobody has said which.
_USUAL = "calm"
SOUNDS = (".wav", ".flac", ".mp3", ".m4a", ".aac", ".ogg", ".opus", ".aiff", ".aif", ".wma")
_MUSIC_NAMES = re.compile(
    r"(?:background|hintergrund)?[\s_-]*(?:music|musik|soundtrack|score|song|theme)\b.*", re.IGNORECASE
)
_NUMBERED = re.compile(r"(?:(?:clip|scene|shot|szene)[\s_.#-]*)?0*(\d+)(?=$|[\s_.,)#–—-])", re.IGNORECASE)


@dataclass(frozen=True)
class Placed:
    """An effect that is heard from a time on, in seconds of the film.

    Attributes:
        effect: a name in `audio_words.EFFECTS`, or of a file.
        file: a person's own sound; None for one that is made.
    """

    start_s: float
    end_s: float
    effect: str
    file: Path | None = None


@dataclass(frozen=True)
class Plan:
    """What is heard of a film beside its voice.

    Attributes:
        parts: of music that is composed; () for none.
        file: a person's own music; None without.
        effects: in the order in which they begin.
        notes: what the person should know, a line each.
    """

    parts: tuple[Part, ...] = ()
    file: Path | None = None
    effects: tuple[Placed, ...] = ()
    notes: tuple[str, ...] = ()


def is_composed(music: Path | str | None) -> bool:
    """Whether a wish for music means one that voicekit makes: "bed", or a mood."""
    return music is not None and not Path(music).is_file() and (str(music) in (BED, *NONE) or mood_of(str(music))[0] != "")


def own_sounds(folder: Path | None) -> list[Path]:
    """The sound files in a folder."""
    if folder is None or not folder.is_dir():
        return []
    return sorted(
        path for path in folder.iterdir() if path.suffix.lower() in SOUNDS and path.name[0] != "." and path.is_file()
    )


def planned(board: Storyboard, music: Path | None, sounds: Sequence[Path] = (), folder: Path | None = None) -> Plan:
    """The plan of a storyboard whose clips have their lengths.

    Args:
        music: a sound file, BED, a mood, or NONE; None for what the storyboard wishes for.
        sounds: a person's own files: music by its name, else effects by their clip's number or by the words for them.
        folder: where a person is told to put such files.
    """
    edges_s = list(accumulate((scene.clip.duration_s or 0.0 for scene in board.scenes), initial=0.0))
    whole = read_audio(overall(board.head).audio)
    wishes = [read_audio(scene.clip.audio) for scene in board.scenes]
    notes: list[str] = []
    file = None if music is None or is_composed(music) else music
    for path in sounds:
        if not file and music is None and _MUSIC_NAMES.fullmatch(path.stem):
            file = path
            notes.append(f"{path} is the film's music; name another one with --music, or give it another name")
    parts = () if file or str(music) in NONE else _parts(wishes, whole, music, edges_s)
    if parts:
        notes.append(f"music: {_told(parts)}, composed for this film; --music FILE takes another one")
    is_music = [bool(_MUSIC_NAMES.fullmatch(path.stem)) or (file is not None and path.samefile(file)) for path in sounds]
    named = [path for path, is_one in zip(sounds, is_music, strict=True) if not is_one]
    own, whole = _own(0, whole, named)
    effects = [Placed(0.0, edges_s[-1], path.stem, path) for path in own]
    notes += [f"{path} is heard in the whole film; it is not, once it lies elsewhere" for path in own]
    for number, (wish, (begin_s, end_s)) in enumerate(zip(wishes, pairwise(edges_s), strict=True), start=1):
        own, wish = _own(number, wish, named)
        effects += [Placed(begin_s, end_s, path.stem, path) for path in own]
        notes += [f"{path} is heard in clip {number}; it is not, once it lies elsewhere" for path in own]
        wanted = dict.fromkeys((*wish.effects, *whole.effects))
        effects += [Placed(begin_s, end_s, name) for name in wanted]
        notes += _notes(f"clip {number}", wish, file is not None, folder)
    notes += _notes("above the first clip", whole, file is not None, folder)
    return Plan(parts, file, tuple(_joined(effects)), tuple(notes))


def on_beats_composed(
    board: Storyboard, music: Path | None, lengths_s: Sequence[float], needed_s: Sequence[float]
) -> list[float]:
    """Lengths of clips, each a whole number of beats of the music that is composed for it, and no shorter than it needs."""
    whole = read_audio(overall(board.head).audio)
    wishes = [read_audio(scene.clip.audio) for scene in board.scenes]
    ends = list(range(len(wishes) + 1))
    parts = _parts(wishes, whole, music, ends)
    found = []
    for number, (length_s, least_s) in enumerate(zip(lengths_s, needed_s, strict=True)):
        mood = next((part.mood for part in parts if part.start_s <= number < part.end_s), "") or _USUAL
        beat_s = MOODS[mood].beat_s
        found.append(beat_s * max(1, round(length_s / beat_s), math.ceil(least_s / beat_s)))
    return found


def _parts(wishes: Sequence[Wish], whole: Wish, music: Path | None, edges_s: Sequence[float]) -> tuple[Part, ...]:
    """The moods of the clips; () where nobody asks for music."""
    asked, _ = mood_of(str(music)) if music else ("", "")
    if not (music or whole.music or any(wish.music for wish in wishes)):
        return ()
    default = asked or whole.mood or next((wish.mood for wish in wishes if wish.mood), _USUAL)
    playing = bool(music or whole.music)  # from the first clip that asks for it, or from the film's start
    mood = default
    parts = []
    for wish, (begin_s, end_s) in zip(wishes, pairwise(edges_s), strict=True):
        playing = playing or bool(wish.music)
        mood = asked or wish.mood or mood
        parts.append(Part(begin_s, end_s, mood if playing and wish.music is not False else ""))
    return tuple(merged(parts)) if any(part.mood for part in parts) else ()


def _told(parts: Sequence[Part]) -> str:
    named = [part.mood for part, _ in groupby(part for part in parts if part.mood)]
    return ", then ".join(named[:6]) + (" …" if len(named) > 6 else "")


def _own(number: int, wish: Wish, sounds: Sequence[Path]) -> tuple[list[Path], Wish]:
    """A person's own files for a clip (0: the whole film), and what else is wished for."""
    found: list[Path] = []
    effects, strange = list(wish.effects), list(wish.strange)
    for path in sounds:
        at = _NUMBERED.match(path.stem)
        name = re.sub(r"[_.\d-]+", " ", path.stem[at.end() :] if at else path.stem)
        words, known = stems(name).keys(), read_audio(name).effects
        if at and int(at[1]) != number:
            continue
        replaced = [one for one in effects if one in known or words & stems(one).keys()]
        told = [phrase for phrase in strange if words & stems(phrase).keys()]
        if at or replaced or told:
            found.append(path)
            effects = [one for one in effects if one not in replaced]
            strange = [phrase for phrase in strange if phrase not in told]
    return found, replace(wish, effects=tuple(effects), strange=tuple(strange))


def _notes(where: str, wish: Wish, has_file: bool, folder: Path | None) -> Iterator[str]:
    if wish.meant and not has_file:
        kinds = ", ".join(MOODS)
        yield f"{where}: no music is composed that is “{wish.meant}”: {wish.mood} is the nearest (there are {kinds})"
    for phrase in wish.strange:
        name = "-".join(re.findall(r"\w+", phrase.lower())[-3:]) or "sound"
        file = folder / f"{name}.wav" if folder else f"{name}.wav"
        yield f"{where}: “{phrase}” cannot be made; put a sound file of it beside the storyboard, such as {file}"


def _joined(effects: Sequence[Placed]) -> list[Placed]:
    """Effects in their order; one that goes on in the next clip does so without a seam."""
    found: list[Placed] = []
    going_on: dict[tuple[str, float], int] = {}
    for one in effects:
        goes_on = one.file is None and one.effect not in HAPPENING
        before = going_on.pop((one.effect, one.start_s), None) if goes_on else None
        if before is None:
            found.append(one)
        else:
            found[before] = replace(found[before], end_s=one.end_s)
        if goes_on:
            going_on[one.effect, one.end_s] = len(found) - 1 if before is None else before
    return sorted(found, key=lambda one: one.start_s)
