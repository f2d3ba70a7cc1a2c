"""What choosing the passage brings: how like a speaker's held-out speech the chosen seconds are, beside all others of the
same length. The judge is resemblyzer, which the choice knows nothing of.

    python benchmarks/passage.py DATASET…
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soxr

from voicekit.dataset.manifest import Utterance, read_manifest
from voicekit.evaluation.metrics import METRICS_RATE, _load_encoder
from voicekit.training.data import read_wav
from voicekit.training.passage import Candidate, candidates, runs
from voicekit.training.utterance_measures import measure_all

#: Of the other passages, so many are drawn.
OTHERS = 60
SPLITS = 2


@dataclass(frozen=True)
class Judged:
    """Similarities to the held-out half: of the chosen passage, and of random ones."""

    chosen: float
    others: np.ndarray
    faults: np.ndarray

    @property
    def beaten(self) -> float:
        return float((self.others <= self.chosen).mean())


class Judge:
    def __init__(self, dataset: Path) -> None:
        self.dataset, self._encoder = dataset, _load_encoder()
        self._waveforms: dict[str, np.ndarray] = {}

    def _waveform(self, utterance: Utterance) -> np.ndarray:
        if utterance.id not in self._waveforms:
            self._waveforms[utterance.id] = soxr.resample(read_wav(self.dataset, utterance.id), 24_000, METRICS_RATE)
        return self._waveforms[utterance.id]

    def embedding(self, utterances: Sequence[Utterance]) -> np.ndarray:
        from resemblyzer import preprocess_wav

        return self._encoder.embed_utterance(preprocess_wav(np.concatenate([self._waveform(u) for u in utterances])))


def judge(dataset: Path, wanted_s: tuple[float, float], seed: int) -> Judged | None:
    rng = np.random.default_rng(seed)
    ordered = runs(read_manifest(dataset), 240)
    # Whole runs are held out, so that consecutive utterances stay together.
    block = np.arange(len(ordered)) // max(len(ordered) // 8, 1)
    out = set(rng.permutation(block.max() + 1)[: (block.max() + 1) // 2].tolist())
    pool = [u for u, b in zip(ordered, block, strict=True) if b not in out]
    held = [u for u, b in zip(ordered, block, strict=True) if b in out]
    if sum(u.duration_s for u in pool) < wanted_s[0]:
        return None
    measured = measure_all(dataset, pool)
    found = candidates(pool, measured, wanted_s)
    judge_ = Judge(dataset)
    mean = np.mean([judge_.embedding([u]) for u in held[:60]], axis=0)
    mean /= np.linalg.norm(mean)

    def similarity(members: Sequence[int]) -> float:
        return float(judge_.embedding([pool[n] for n in members]) @ mean)

    best = min(found, key=lambda one: one.fault)
    drawn = _others(found, best, pool, rng)
    return Judged(
        similarity(best.members),
        np.array([similarity(members) for members in drawn]),
        np.zeros(0),
    )


def _others(found: list[Candidate], best: Candidate, pool: list[Utterance], rng: np.random.Generator) -> list[list[int]]:
    """Random passages about as long as the chosen one: stretches where there are some, else random utterances joined."""
    stretches = [list(one.members) for one in found if abs(one.duration_s / best.duration_s - 1) < 0.25 and len(found) > 12]
    if len(stretches) >= 8:
        return [stretches[n] for n in rng.permutation(len(stretches))[:OTHERS]]
    drawn = []
    for _ in range(OTHERS):
        members, duration_s = [], 0.0
        for n in rng.permutation(len(pool)).tolist():
            members.append(n)
            duration_s += pool[n].duration_s
            if duration_s >= 0.9 * best.duration_s:
                break
        drawn.append(members)
    return drawn


def main() -> None:
    wanted_s = (5.0, 12.0)
    rows = []
    print("dataset | chosen | random: mean | median | worst | best | better than")
    for name in sys.argv[1:]:
        for seed in range(SPLITS):
            found = judge(Path(name), wanted_s, seed)
            if found is None:
                continue
            others = found.others
            rows.append((found.chosen, others.mean(), np.median(others), others.min(), others.max(), found.beaten))
            told = " | ".join(f"{value:.3f}" for value in rows[-1][:-1])
            print(f"{name} ({seed}) | {told} | {found.beaten:.0%}", flush=True)
    if rows:
        print("mean | " + " | ".join(f"{value:.3f}" for value in np.mean(rows, axis=0)))
        print("worst | " + " | ".join(f"{value:.3f}" for value in np.min(rows, axis=0)))
        above = np.array([row[0] > row[2] for row in rows])
        print(f"above the median in {above.mean():.0%} of {len(rows)}, above the worst in "
              f"{np.mean([row[0] > row[3] for row in rows]):.0%}")  # fmt: skip


if __name__ == "__main__":
    main()
