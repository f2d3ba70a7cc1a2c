"""What an evaluation means, in a few sentences that anybody understands: the voice beside the person."""

from collections.abc import Callable
from dataclasses import dataclass

from voicekit.evaluation.compare import HUMAN, Evaluation
from voicekit.evaluation.figures import FEW_SENTENCES, Row


@dataclass(frozen=True)
class Finding:
    """A sentence about one side of a voice.

    Attributes:
        text: what is so.
        loss: how bad it is: 0 for as good as the person, 1 where it stands out.
        help: what would help; "" where nothing is to be done.
    """

    text: str
    loss: float
    help: str


def verdict(evaluation: Evaluation) -> list[str]:
    """Lines for the person: how the voice is beside their own recordings, if there are some, what would help most, and
    whether too few sentences were judged to be sure.
    """
    n_sentences = len(evaluation.rows[-1].scores)
    lines = _beside_the_person(evaluation)
    if n_sentences < FEW_SENTENCES:
        said = "1 sentence says" if n_sentences == 1 else f"{n_sentences} sentences say"
        lines.append(f"{said} little of a voice: judge it on {FEW_SENTENCES} or more.")
    return lines


def _beside_the_person(evaluation: Evaluation) -> list[str]:
    rows = {row.name: row for row in evaluation.rows}
    human, voice = rows.get(HUMAN), evaluation.rows[-1]
    if human is None or voice is human:
        return []
    findings = [found for judge in _JUDGES if (found := judge(human, voice))]
    if not findings:
        return []
    lines = [" ".join(finding.text for finding in findings)]
    worst = max(findings, key=lambda finding: finding.loss)
    if worst.loss > 0.5:
        lines.append(f"What would help most: {worst.help}.")
    return lines


def _likeness(human: Row, voice: Row) -> Finding | None:
    own, its = _means(human, voice, "similarity")
    if own is None or its is None:
        return None
    lost = own - its
    how = _graded(lost, ((0.02, "very much"), (0.05, "well"), (0.1, "fairly"), (1.0, "hardly")))
    return Finding(
        f"Sounds like you: {how} ({its:.2f}; you with yourself {own:.2f}).",
        lost / 0.08,
        "more recordings, ten minutes or more",
    )


def _words(human: Row, voice: Row) -> Finding | None:
    own, its = _means(human, voice, "wer")
    if own is None or its is None:
        return None
    more = its - own
    if more <= 0.02:
        text = "Understood: as well as you."
    else:
        text = f"Understood: worse than you, {100 * its:.0f} words of 100 are misheard ({100 * own:.0f} of yours)."
    return Finding(text, more / 0.08, "right texts beside your recordings: correct them, then prepare and train again")


def _pace(human: Row, voice: Row) -> Finding | None:
    own, its = _means(human, voice, "phone_rate")
    if not own or not its:
        return None
    faster = its / own - 1
    if abs(faster) < 0.03:
        return Finding("As fast as you.", 0.0, "")
    text = f"{abs(100 * faster):.0f} % {'faster' if faster > 0 else 'slower'} than you."
    return Finding(text, abs(faster) / 0.15, "recordings in the pace that you want, with their right texts")


def _noise(human: Row, voice: Row) -> Finding | None:
    own, its = _means(human, voice, "bak")
    if own is None or its is None:
        return None
    lost = own - its
    how = _graded(lost, ((0.1, "No more"), (0.35, "A little more"), (9.0, "More")))
    return Finding(
        f"{how} noise than your recordings.", lost / 0.5, "recordings in a quieter room, nearer to the microphone"
    )


def _melody(human: Row, voice: Row) -> Finding | None:
    own, its = _means(human, voice, "f0_spread")
    if not own or its is None or its > 0.8 * own:
        return None
    return Finding("Flatter in its melody than you.", (1 - its / own) / 0.4, "more recordings of lively speech")


_JUDGES: tuple[Callable[[Row, Row], Finding | None], ...] = (_likeness, _words, _pace, _noise, _melody)


def _means(human: Row, voice: Row, key: str) -> tuple[float | None, float | None]:
    own, its = human.estimate(key), voice.estimate(key)
    return own.value if own else None, its.value if its else None


def _graded(lost: float, grades: tuple[tuple[float, str], ...]) -> str:
    return next((word for most, word in grades if lost <= most), grades[-1][1])
