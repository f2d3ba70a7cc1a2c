"""How well speech is fitted into a film's time: voicekit's planner beside the rules that dubbing tools use.

    python benchmarks/timing.py

Fifty plans of 5 to 60 cues, tight, loose and impossible, of sentences with the lengths that the built-in voice gives them.
The rules take each line by itself: it starts at its time and is sped up as far as its slot asks for, up to a cap; without a
cap, as far as it takes. Small plans are also tried out in every way there is, for the smallest largest speed-up.
"""

import itertools
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

from voicekit.narration.estimate import estimated
from voicekit.narration.timing.section import MAX_LEVEL, MIN_GAP_S, Line, Section, TimeCompression
from voicekit.narration.timing.timeline import Spoken, plan
from voicekit.onboarding.demo import SENTENCES
from voicekit.speech.native import load
from voicekit.speech.voices import built_in_folder
from voicekit.text.script.cue import Cue

KINDS = {"loose": (1.3, 2.2), "tight": (0.9, 1.15), "impossible": (0.55, 0.75)}
CUT_TOLERANCE_S = 0.05


@dataclass(frozen=True)
class Film:
    """A plan to be made: the cues as they are spoken, the film's length and cuts."""

    kind: str
    spoken: list[Spoken]
    film_s: float
    cuts_s: list[float]


@dataclass(frozen=True)
class Placed:
    """A cue as some rule places it."""

    cue: Cue
    start_s: float
    end_s: float
    speed: float
    overrun_s: float = 0.0


def films(spoken: Sequence[Spoken], count: int = 50) -> list[Film]:
    """Cues of which two thirds have a time, near where they would stand if all were as loose as the plan."""
    made = []
    for number in range(count):
        rng = random.Random(number)
        kind = list(KINDS)[number % 3]
        n_cues = rng.choice([5, 5, 6, 8, 12, 20, 35, 60])
        chosen = [rng.choice(spoken) for _ in range(n_cues)]
        cues, now_s = [], rng.uniform(0, 2)
        for place, item in enumerate(chosen):
            start_s = round(now_s, 2) if rng.random() < 2 / 3 else None
            cues.append(Spoken(Cue(item.cue.text, start_s, line=place + 1), item.speech_s, item.pauses_s))
            now_s += (item.speech_s + item.pauses_s) * rng.uniform(*KINDS[kind])
        shots_s = itertools.accumulate(rng.uniform(2, 9) for _ in range(1000))
        cuts_s = list(itertools.takewhile(lambda cut, film_s=now_s: cut < film_s - 1, shots_s))
        made.append(Film(kind, cues, now_s, cuts_s))
    return made


def ours(film: Film) -> list[Placed]:
    return [
        Placed(one.cue, one.start_s, one.end_s, one.compression.speed, one.overrun_s)
        for one in plan(film.spoken, film.film_s, film.cuts_s)
    ]


def by_rule(cap: float) -> Callable[[Film], list[Placed]]:
    """Each line by itself: from its time, or the end of the line before, to the next given time, up to `cap`."""

    def place(film: Film) -> list[Placed]:
        placed: list[Placed] = []
        for number, item in enumerate(film.spoken):
            free_s = placed[-1].end_s if placed else 0.0
            start_s = item.cue.start_s if item.cue.start_s is not None else free_s
            later = (other.cue.start_s for other in film.spoken[number + 1 :] if other.cue.start_s is not None)
            limit_s = next(later, film.film_s)
            n_sharing = 1 + next(
                (n for n, other in enumerate(film.spoken[number + 1 :]) if other.cue.start_s is not None),
                len(film.spoken) - number - 1,
            )
            slot_s = max((limit_s - start_s) / n_sharing, 0.05)
            natural_s = item.speech_s + item.pauses_s
            speed = min(max(natural_s / slot_s, 1.0), cap)
            end_s = start_s + natural_s / speed
            placed.append(Placed(item.cue, start_s, end_s, speed, max(end_s - limit_s, 0.0)))
        return placed

    return place


def overlap_s(placed: Sequence[Placed]) -> float:
    ordered = sorted(placed, key=lambda one: one.start_s)
    return sum(max(a.end_s - b.start_s, 0.0) for a, b in itertools.pairwise(ordered))


def crossings(placed: Sequence[Placed], film: Film) -> int:
    return sum(
        any(one.start_s + CUT_TOLERANCE_S < cut < one.end_s - CUT_TOLERANCE_S for cut in film.cuts_s) for one in placed
    )


def best_speed(lines: Sequence[Line], section: Section) -> float | None:
    """The smallest largest speed with which lines can be placed in a section, by trying every shot for every line."""
    edges = [section.start_s, *(c for c in section.cuts_s if section.start_s < c < section.limit_s), section.limit_s]
    windows = [*itertools.pairwise(edges), (section.start_s, section.limit_s)]
    best = None
    for choice in itertools.product(windows, repeat=len(lines)):
        crossed = sum(window == windows[-1] for window in choice) if len(edges) > 2 else 0

        def fits(level: float, choice=choice) -> bool:
            free_s = section.start_s
            for number, (line, (begin_s, end_s)) in enumerate(zip(lines, choice, strict=True)):
                start_s = max(free_s, begin_s)
                if section.anchored and number == 0 and start_s > section.start_s:
                    return False
                if start_s + line.length_s(level) > end_s + 0.04:
                    return False
                free_s = start_s + line.length_s(level) + MIN_GAP_S
            return free_s - MIN_GAP_S <= section.limit_s + 1e-6

        if not fits(MAX_LEVEL):
            continue
        level = next(step / 100 for step in range(301) if fits(step / 100))
        if best is None or (crossed, level) < best:
            best = (crossed, level)
    return None if best is None else TimeCompression.at(best[1]).speed


def against_brute_force(spoken: Sequence[Spoken]) -> tuple[int, float]:
    """(plans tried, the largest share by which our largest speed-up is above the best)."""
    n_tried, worst = 0, 0.0
    for seed in range(120):
        rng = random.Random(1000 + seed)
        lines = [rng.choice(spoken).line for _ in range(rng.randint(1, 4))]
        length_s = sum(line.length_s(0) for line in lines) * rng.uniform(0.75, 1.4)
        cuts = sorted(rng.uniform(0.5, length_s - 0.5) for _ in range(rng.randint(0, 3)))
        section = Section(0.0, length_s, rng.random() < 0.5, cuts)
        best, spots = best_speed(lines, section), section.fill(lines)
        if best is None or spots is None:
            assert best is None and spots is None, f"seed {seed}: only one of the two finds a plan"
            continue
        n_tried += 1
        worst = max(worst, max(TimeCompression.at(spot.level).speed for spot in spots) / best - 1)
    return n_tried, worst


def main() -> None:
    console = Console(width=110)
    engine = load(built_in_folder())
    spoken = [
        estimated(Cue(f"{a} {b}" if n % 3 == 0 else a), engine) for n, (a, b) in enumerate(itertools.pairwise(SENTENCES))
    ]
    made = films(spoken)
    rules = {
        "voicekit": ours,
        "a cap of 1.3 a line": by_rule(1.3),
        "a cap of 1.4 a line": by_rule(1.4),
        "no cap": by_rule(100.0),
    }
    for kind in KINDS:
        table = Table(
            f"{kind}: {sum(f.kind == kind for f in made)} plans",
            "overrun, s",
            "overlap, s",
            "largest speed",
            "mean speed",
            "off its time, s",
            "cross a cut",
        )
        for name, rule in rules.items():
            chosen = [film for film in made if film.kind == kind]
            results = [(film, rule(film)) for film in chosen]
            placed = [one for _, cues in results for one in cues]
            late = [abs(one.start_s - one.cue.start_s) for one in placed if one.cue.start_s is not None]
            table.add_row(
                name,
                f"{sum(one.overrun_s for one in placed):.1f}",
                f"{sum(overlap_s(cues) for _, cues in results):.1f}",
                f"{max(one.speed for one in placed):.2f}",
                f"{sum(one.speed for one in placed) / len(placed):.3f}",
                f"{max(late):.2f}",
                f"{sum(crossings(cues, film) for film, cues in results)} of {len(placed)}",
            )
        console.print(table)
    n_tried, worst = against_brute_force(spoken)
    console.print(
        f"against every plan there is, {n_tried} small ones: largest speed-up at most {100 * worst:.1f} % above the best"
    )
    rng = random.Random(0)
    many = [Spoken(Cue(str(n)), rng.uniform(1, 5), rng.uniform(0, 0.4)) for n in range(1000)]
    film_s = sum(item.speech_s for item in many) * 1.05
    cuts_s = sorted(rng.uniform(0, film_s) for _ in range(400))
    begun = time.perf_counter()
    plan(many, film_s, cuts_s)
    console.print(f"1,000 cues over 400 cuts: {time.perf_counter() - begun:.2f} s")


if __name__ == "__main__":
    main()
