"""A prepared dataset in figures and words, and what to do next."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from voicekit.dataset.guesses import NOTHING, Guessed
from voicekit.dataset.manifest import Utterance
from voicekit.dataset.recording_job import Outcome
from voicekit.recognition import text_check

#: The base speaks as somebody from this much (train --quick).
_QUICK_MINUTES = 1
#: Professional voice cloning asks for this much.
_LEAST_MINUTES = 30
_BEST_MINUTES = 180
#: If the texts of a larger share of recordings do not match, something is wrong with all of them.
_SUSPICIOUS = 1 / 3
#: So many recordings are named where none can be used.
_MOST_NAMED = 4
_WRONG_TEXTS = "many texts do not match: is the language right (--language de, …), and each text beside its own recording?"


@dataclass(frozen=True)
class Summary:
    """A prepared dataset in figures.

    Attributes:
        minutes_recorded: of all recordings that could be opened, with their pauses.
        minutes_dropped: of speech that was found and not kept.
        rms_range_db: of the kept utterances, softest and loudest.
        speech_db, noise_floor_db: of the recordings as they came in, the median.
        clipped: share of clipped samples in the recordings.
        clipped_recordings: how many have more than a trace of it.
        reasons: (why, how many) of what was dropped from recordings that were kept in part, the most frequent first.
        unusable: (recording, why) of those of which nothing was kept.
        notes: what the person has to know, a line each.
        guessed: the texts that nobody wrote, and how sure they are.
        offer: how to get a transcriber that hears better; "" where there is none, or nothing was guessed.
    """

    dataset: Path
    recordings: int
    utterances: int
    held_out: int
    minutes_recorded: float
    minutes_kept: float
    minutes_dropped: float
    rms_range_db: tuple[float, float]
    true_peak_db: float
    speech_db: float
    noise_floor_db: float
    clipped: float
    clipped_recordings: int
    denoised: int
    reasons: tuple[tuple[str, int], ...]
    unusable: tuple[tuple[str, str], ...]
    notes: tuple[str, ...] = ()
    guessed: Guessed = NOTHING
    offer: str = ""

    @property
    def is_too_short(self) -> bool:
        """Whether not even a quick voice can be made of it."""
        return self.minutes_kept < _QUICK_MINUTES

    @property
    def how_far(self) -> str:
        """How much more the person should record, in words."""
        minutes = self.minutes_kept
        if self.is_too_short:
            return (
                f"{minutes * 60:.0f} s of speech: a quick voice takes a minute at least, a good one {_LEAST_MINUTES} minutes"
            )
        if minutes < _LEAST_MINUTES:
            return f"{minutes / _LEAST_MINUTES:.0%} of the {_LEAST_MINUTES} minutes that a professional clone takes at least"
        if minutes < _BEST_MINUTES:
            return f"enough for a professional clone; {minutes / _BEST_MINUTES:.0%} of the 3 hours that are best"
        return "all that a professional clone can use"


def summarise(
    dataset: Path,
    outcomes: Sequence[Outcome],
    utterances: Sequence[Utterance],
    notes: tuple[str, ...] = (),
    guessed: Guessed = NOTHING,
    offer: str = "",
) -> Summary:
    """The figures of a dataset, from what became of each recording."""
    opened = [outcome for outcome in outcomes if outcome.duration_s > 0]
    heard = [outcome for outcome in opened if outcome.speech_db > -100]
    levels = [u.rms_db for u in utterances] or [0.0]
    # A recording of which nothing was kept is named with its own reason; the others are counted.
    unusable = [(o.recording, o.rejected[0].problem or "") for o in outcomes if not o.utterances and o.rejected]
    reasons = Counter(_general(s.problem or "") for o in outcomes if o.utterances for s in o.rejected)
    total_s = sum(outcome.duration_s for outcome in opened)
    if sum(reason.startswith(text_check.MISMATCH) for _, reason in unusable) > _SUSPICIOUS * len(outcomes):
        notes = (*notes, _WRONG_TEXTS)
    return Summary(
        dataset=dataset,
        recordings=len(outcomes),
        utterances=len(utterances),
        held_out=sum(u.split == "held-out" for u in utterances),
        minutes_recorded=total_s / 60,
        minutes_kept=sum(u.duration_s for u in utterances) / 60,
        minutes_dropped=sum(segment.duration_s for outcome in outcomes for segment in outcome.rejected) / 60,
        rms_range_db=(min(levels), max(levels)),
        true_peak_db=max((u.true_peak_db for u in utterances), default=0.0),
        speech_db=float(np.median([r.speech_db for r in heard])) if heard else 0.0,
        noise_floor_db=float(np.median([r.noise_floor_db for r in heard])) if heard else 0.0,
        clipped=sum(r.clipped * r.duration_s for r in opened) / total_s if total_s else 0.0,
        clipped_recordings=sum(r.clipped > 1e-5 for r in opened),
        denoised=sum(any(step.startswith("denoise") for step in u.treatment) for u in utterances),
        reasons=tuple(reasons.most_common()),
        unusable=tuple(unusable),
        notes=notes,
        guessed=guessed,
        offer=offer,
    )


def _general(reason: str) -> str:
    """A reason without the figures that differ from case to case, for counting."""
    return reason.split(":")[0] if reason.startswith(("clipped", text_check.MISMATCH)) else reason


def nothing_kept(recordings: Path, summary: Summary) -> str:
    """The message where no utterance is left."""
    reasons = []
    for name, reason in summary.unusable[:_MOST_NAMED] or [("", "no speech was found")]:
        whole = str(recordings / name)
        reasons.append(reason.replace(name, whole, 1) if name and reason.startswith(name) else f"{whole}: {reason}")
    if len(summary.unusable) > _MOST_NAMED:
        reasons.append(f"and {len(summary.unusable) - _MOST_NAMED} more")
    if summary.recordings > 1:
        reasons.insert(0, f"none of the {summary.recordings} recordings can be used")
    return "; ".join((*reasons, *summary.notes))
