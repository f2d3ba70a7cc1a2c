"""What a narration became, for the person who made it and for programs."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from voicekit.audio.master import Mastering
from voicekit.files import as_text
from voicekit.narrate.speak import Take
from voicekit.narrate.timeline import Placement
from voicekit.text.script import clock


@dataclass(frozen=True)
class CueReport:
    """How a cue was spoken, in the order heard. See `Placement` for what the figures mean; `note` is for people."""

    line: int
    text: str
    given_start_s: float | None
    given_end_s: float | None
    start_s: float
    end_s: float
    pace: float
    was_cached: bool
    overrun_s: float
    late_s: float
    moved: bool
    note: str


@dataclass(frozen=True)
class Report:
    """What a narration became.

    Attributes:
        film, subtitles, report: the files written.
        film_s, narrated_s: the length of the film, and of what was written, which is longer if speech goes on.
        film_lufs: of the clip's own sound; None without.
        mix_lufs, loudness_lufs, true_peak_db: before mastering, and after; the coding comes later.
    """

    film: Path
    subtitles: Path
    report: Path
    voice_fingerprint: str
    film_s: float
    narrated_s: float
    film_lufs: float | None
    mix_lufs: float
    loudness_lufs: float
    true_peak_db: float
    cues: tuple[CueReport, ...]

    @property
    def n_spoken(self) -> int:
        """How many cues were not in the cache."""
        return sum(not cue.was_cached for cue in self.cues)

    def to_json(self) -> str:
        return json.dumps(_rounded(asdict(self)), indent=2, ensure_ascii=False) + "\n"


def report(
    paths: tuple[Path, Path, Path],
    placements: Sequence[Placement],
    takes: Sequence[Take],
    film_s: float,
    narrated_s: float,
    film_lufs: float | None,
    mastering: Mastering,
) -> Report:
    """Puts together what is known of a narration."""
    return Report(
        *paths,
        voice_fingerprint=takes[0].fingerprint,
        film_s=film_s,
        narrated_s=narrated_s,
        film_lufs=film_lufs,
        mix_lufs=mastering.before_lufs,
        loudness_lufs=mastering.loudness_lufs,
        true_peak_db=mastering.true_peak_db,
        cues=tuple(_cue_report(*pair) for pair in zip(placements, takes, strict=True)),
    )


def _cue_report(placement: Placement, take: Take) -> CueReport:
    cue = placement.cue
    notes = []
    if placement.moved:
        notes.append("did not fit before the next given time and was moved behind it")
    if placement.late_s > 0.05:
        notes.append(f"starts {placement.late_s:.1f} s late: the cue before was still being spoken")
    if placement.overrun_s:
        until = clock(placement.end_s - placement.overrun_s)
        notes.append(f"did not fit: goes on {placement.overrun_s:.1f} s past {until}; shorten the text")
    return CueReport(
        line=cue.line,
        text=cue.text,
        given_start_s=cue.start_s,
        given_end_s=cue.end_s,
        start_s=placement.start_s,
        end_s=placement.end_s,
        pace=take.pace,
        was_cached=take.was_cached,
        overrun_s=placement.overrun_s,
        late_s=placement.late_s,
        moved=placement.moved,
        note="; ".join(notes),
    )


def _rounded(value):
    """JSON values with times to the millisecond, and paths as text."""
    if isinstance(value, float):
        return round(value, 3)
    if isinstance(value, Path):
        return as_text(value)
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(item) for item in value]
    return value
