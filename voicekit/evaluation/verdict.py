"""What an evaluation means, in a few sentences that anybody understands: the voice beside the person."""

from collections.abc import Callable, Iterator
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
    """Lines for the person: how the voice is beside their own recordings, if there are some, how sure that is, what would
    help most, and what to know of how it was made.
    """
    return [*_beside_the_person(evaluation), *evaluation.caveats]


def _beside_the_person(evaluation: Evaluation) -> list[str]:
    rows = {row.name: row for row in evaluation.rows}
    voice = evaluation.rows[-1]
    human = rows.get(HUMAN) if rows.get(HUMAN) is not voice else None
    n_sentences = len(voice.scores)
    is_sure = n_sentences >= FEW_SENTENCES
    beside = [judge(human, voice) for judge in _JUDGES] if human else []
    findings = [found for found in (_likeness(evaluation, human, voice, is_sure), *beside) if found]
    if not findings:
        said = "1 sentence says" if n_sentences == 1 else f"{n_sentences} sentences say"
        return [] if is_sure else [f"{said} little of a voice: judge it on {FEW_SENTENCES} or more."]
    lines = [" ".join((*_measured_on(evaluation, n_sentences, is_sure), *(finding.text for finding in findings)))]
    worst = max(findings, key=lambda finding: finding.loss)
    if worst.loss > 0.5:
        lines.append(f"What would help most: {worst.help}.")
    return lines


def _measured_on(evaluation: Evaluation, n_sentences: int, is_sure: bool) -> Iterator[str]:
    """How far the findings can be believed, where that is not far."""
    taught = bool(evaluation.sentences) and all(sentence.taught for sentence in evaluation.sentences)
    if is_sure and not taught:
        return
    said = "1 sentence" if n_sentences == 1 else f"{n_sentences} sentences"
    only = said if is_sure else f"{said} only, of {FEW_SENTENCES} that tell more"
    yield f"Measured on {only}{', and on what it was trained on: it says anything else less well' if taught else ''}."


def _likeness(evaluation: Evaluation, human: Row | None, voice: Row, is_sure: bool) -> Finding | None:
    """Of a few sentences the person's own likeness is by chance; that of their recordings with one another is not."""
    measured = human.estimate("similarity") if human else None
    own = measured.value if measured else None
    if evaluation.self_similarity is not None and (own is None or not is_sure):
        own = evaluation.self_similarity
    its = voice.estimate("similarity")
    if own is None or its is None:
        return None
    lost = own - its.value
    how = _graded(lost, ((0.02, "very much"), (0.05, "well"), (0.1, "fairly"), (1.0, "hardly")))
    return Finding(
        f"Sounds like you: {how} ({its.value:.2f}; you with yourself {own:.2f}).",
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


_JUDGES: tuple[Callable[[Row, Row], Finding | None], ...] = (_words, _pace, _noise, _melody)


def _means(human: Row, voice: Row, key: str) -> tuple[float | None, float | None]:
    own, its = human.estimate(key), voice.estimate(key)
    return own.value if own else None, its.value if its else None


def _graded(lost: float, grades: tuple[tuple[float, str], ...]) -> str:
    return next((word for most, word in grades if lost <= most), grades[-1][1])
