"""Reports the result of a narration, for the person who made it and for programs."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType

from voicekit.audio.master import Mastering
from voicekit.core.files import name_in
from voicekit.narration.job import Job
from voicekit.narration.mend import Mending
from voicekit.narration.mix import SAMPLE_RATE, Mix
from voicekit.narration.speak import RenderedCue, Rendering
from voicekit.speech.cast import Role
from voicekit.speech.voices import Credit
from voicekit.text.script.cue import Cue


@dataclass(frozen=True)
class CueReport:
    """How a cue was spoken, in the order heard. See `Placement` and `Take` for what the figures mean.

    Attributes:
        number: of the cue in the script, from 1.
        speed: how much faster than the voice's own pace the words are heard: pace × stretch.
        words_to_cut: so that it would fit; 0 where it does.
        faults: what was misheard; "" for nothing, None where nobody listened.
        note: all there is to say of it, for people.
        take, takes: which take of its text is heard, from 1, of how many that there have been.
        mending: what can be written into the script so that it is understood; None where nothing was misheard.
        speaker: who says it, as the script has the name; "" for the narrator.
        voice: that speaks it; "" for the narrator's.
        gain_db: by how much it was made louder, so that all who speak are equally loud.
    """

    number: int
    line: int
    text: str
    given_start_s: float | None
    given_end_s: float | None
    start_s: float
    end_s: float
    pace: float
    stretch: float
    speed: float
    pauses_shortened_s: float
    overrun_s: float
    words_to_cut: int
    late_s: float
    crosses_cut: bool
    was_cached: bool
    tries: int
    faults: str | None
    note: str
    take: int = 1
    takes: int = 1
    mending: Mending | None = None
    speaker: str = ""
    voice: str = ""
    gain_db: float = 0.0

    @property
    def fits_until_s(self) -> float:
        """From when on it is heard longer than it should be."""
        return max(self.end_s - self.overrun_s, self.start_s)


@dataclass(frozen=True)
class Stretch:
    """A shot of the film, or a clip of the storyboard."""

    start_s: float
    end_s: float
    title: str = ""


@dataclass(frozen=True)
class Report:
    """What a narration became.

    Attributes:
        film, subtitles, report: the files written; others lie beside them (.vtt, .ass, .report.html). No subtitles where
            nothing is said.
        film_s, narrated_s: the length of the film, and of what was written, which is longer if speech goes on.
        film_lufs: of the clip's own sound; None without.
        mix_lufs, loudness_lufs, true_peak_db: before mastering, and after; the coding comes later.
        shots, clips: of the film, and of the storyboard.
        notes: what the person has to know of the clip, and of what of it is not in the film; a line each.
        credits: whose voices are heard, as far as that is known.
    """

    film: Path
    subtitles: Path | None
    report: Path
    voice_fingerprint: str
    film_s: float
    narrated_s: float
    film_lufs: float | None
    mix_lufs: float
    loudness_lufs: float
    true_peak_db: float
    shots: tuple[Stretch, ...]
    clips: tuple[Stretch, ...]
    cues: tuple[CueReport, ...]
    notes: tuple[str, ...] = ()
    credits: tuple[Credit, ...] = ()

    @property
    def n_spoken(self) -> int:
        """How many cues were not in the cache."""
        return sum(not cue.was_cached for cue in self.cues)

    def to_json(self) -> str:
        return json.dumps(_rounded(asdict(self), self.report.parent), indent=2, ensure_ascii=False) + "\n"


def report(
    job: Job,
    rendering: Rendering,
    mix: Mix,
    mastering: Mastering,
    mended: Mapping[Cue, Mending] = MappingProxyType({}),
    credits: tuple[Credit, ...] = (),
) -> Report:
    """Puts together what is known of a narration; `mended` as `mendings` has it."""
    numbers = {cue: number for number, cue in enumerate(job.script.cues, start=1)}
    edges_s = [0.0, *rendering.cuts_s, job.clip.duration_s]
    slots = zip(rendering.slots, job.script.clips, strict=True)
    return Report(
        job.film,
        job.files["srt"],
        job.files["report"],
        voice_fingerprint=_fingerprint(job, rendering),
        film_s=job.clip.duration_s,
        narrated_s=mix.voice.n_samples / SAMPLE_RATE,
        film_lufs=mix.film_lufs,
        mix_lufs=mastering.before_lufs,
        loudness_lufs=mastering.loudness_lufs,
        true_peak_db=mastering.true_peak_db,
        shots=tuple(Stretch(a, b) for a, b in pairwise(edges_s)),
        clips=tuple(Stretch(slot.start_s, slot.end_s, clip.title) for slot, clip in slots),
        cues=tuple(_cue_report(numbers[one.cue], one, mended.get(one.cue), job.roles[one.cue]) for one in rendering.cues),
        notes=tuple(note.replace(str(job.clip.path), name_in(job.film.parent, job.clip.path)) for note in job.notes),
        credits=credits,
    )


def _fingerprint(job: Job, rendering: Rendering) -> str:
    """Of the narrator's voice; of who speaks first where that says nothing."""
    of_narrator = (one for one in rendering.cues if not job.roles[one.cue].voice)
    return next(of_narrator, rendering.cues[0]).take.key.fingerprint


def _cue_report(number: int, rendered: RenderedCue, mending: Mending | None, role: Role) -> CueReport:
    placement, take = rendered.placement, rendered.take
    cue, cut = placement.cue, placement.words_to_cut
    notes = []
    if placement.late_s > 0.05:
        notes.append(f"starts {placement.late_s:.1f} s late: the cue before was still being spoken")
    if placement.overrun_s:
        words = "1 word" if cut == 1 else f"{cut} words"
        pauses = ", or shorten its pauses" if cue.marks.pauses_s else ""
        notes.append(f"did not fit: it is {placement.overrun_s:.1f} s too long; cut about {words}{pauses}")
    if take.is_anew:
        first = take.takes - take.tries + 1
        new = (
            f"take {first} is new"
            if take.tries == 1
            else f"takes {first} to {take.takes} are new, and {take.seed + 1} is heard"
        )
        notes.append(f"{new}, but sounds like the one before: the voice has no other" if take.is_the_same else new)
    if take.faults:
        tries = f", the best of {take.tries} takes" if take.tries > 1 else ""
        anew = f"speak it again with --only {number}"
        notes.append(f"{take.faults}{tries}; {mending.describe() if mending else 'listen to it'}, or {anew}")
    return CueReport(
        number=number,
        line=cue.line,
        text=cue.text,
        given_start_s=cue.start_s,
        given_end_s=cue.end_s,
        start_s=placement.start_s,
        end_s=placement.end_s,
        pace=take.pace,
        stretch=take.stretch,
        speed=take.pace * take.stretch,
        pauses_shortened_s=take.shortened * take.pauses_s,
        overrun_s=placement.overrun_s,
        words_to_cut=cut,
        late_s=placement.late_s,
        crosses_cut=placement.crosses_cut,
        was_cached=take.was_cached,
        tries=take.tries,
        take=take.seed + 1,
        takes=take.takes,
        faults=take.faults,
        mending=mending,
        note="; ".join(notes),
        speaker=cue.speaker,
        voice=role.voice,
        gain_db=rendered.gain_db,
    )


def _rounded(value, folder: Path):
    """JSON values with times to the millisecond, and paths as text, as seen from the folder."""
    if isinstance(value, float):
        return round(value, 3)
    if isinstance(value, Path):
        return name_in(folder, value)
    if isinstance(value, dict):
        return {key: _rounded(item, folder) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(item, folder) for item in value]
    return value
