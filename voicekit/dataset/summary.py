"""What came of the recordings, in figures, and how far the person is."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from voicekit.dataset.manifest import Utterance
from voicekit.dataset.recording_job import Outcome
from voicekit.recognition.text_check import MISMATCH

#: What professional voice cloning asks for.
LEAST_MINUTES = 30
BEST_MINUTES = 180


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

    @property
    def how_far(self) -> str:
        """How much more the person should record, in words."""
        minutes = self.minutes_kept
        if minutes < LEAST_MINUTES:
            return f"{minutes / LEAST_MINUTES:.0%} of the {LEAST_MINUTES} minutes that a professional clone takes at least"
        if minutes < BEST_MINUTES:
            return f"enough for a professional clone; {minutes / BEST_MINUTES:.0%} of the 3 hours that are best"
        return "all that a professional clone can use"


#: Beyond this share of recordings whose text is not theirs, something is wrong with all of them.
SUSPICIOUS = 1 / 3
WRONG_TEXTS = "many texts do not match: is the language right (--language de, …), and each text beside its own recording?"


def summarise(dataset: Path, outcomes: list[Outcome], utterances: list[Utterance], notes: tuple[str, ...] = ()) -> Summary:
    """The figures of a dataset, from what became of each recording."""
    opened = [outcome for outcome in outcomes if outcome.duration_s > 0]
    heard = [outcome for outcome in opened if outcome.speech_db > -100]
    levels = [u.rms_db for u in utterances] or [0.0]
    # A recording of which nothing was kept is named with its own reason; the others are counted.
    unusable = [(o.recording, o.rejected[0].problem or "") for o in outcomes if not o.utterances and o.rejected]
    reasons = Counter(_general(s.problem or "") for o in outcomes if o.utterances for s in o.rejected)
    total_s = sum(outcome.duration_s for outcome in opened)
    if sum(reason.startswith(MISMATCH) for _, reason in unusable) > SUSPICIOUS * len(outcomes):
        notes = (*notes, WRONG_TEXTS)
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
    )


def _general(reason: str) -> str:
    """A reason without the figures that differ from case to case, for counting."""
    return reason.split(":")[0] if reason.startswith(("clipped", MISMATCH)) else reason
