"""What a person reads first of an evaluation."""

from pathlib import Path

import pytest

from voicekit.evaluation.compare import Evaluation
from voicekit.evaluation.figures import Figure, Row, Score
from voicekit.evaluation.verdict import verdict

AS_YOU = {"similarity": 0.93, "wer": 0.04, "phone_rate": 12.0, "bak": 3.8, "f0_spread": 3.0}


def evaluated(human: dict[str, float] | None, voice: dict[str, float], n_sentences: int = 12) -> Evaluation:
    def row(name: str, figures: dict[str, float]) -> Row:
        made = {key: Figure(value) for key, value in figures.items()}
        return Row(name, tuple(Score(str(n), made, None, f"{n}.wav") for n in range(n_sentences)))

    rows = ([row("human", human)] if human is not None else []) + [row("me", voice)]
    return Evaluation("me", "mine", "en-us", None, Path("there"), (), tuple(rows), (), ())


def test_as_good_as_the_person():
    (line,) = verdict(evaluated(AS_YOU, AS_YOU))
    assert line == (
        "Sounds like you: very much (0.93; you with yourself 0.93). Understood: as well as you. As fast as you. "
        "No more noise than your recordings."
    )


@pytest.mark.parametrize(
    ("worse", "said", "helps"),
    [
        ({"similarity": 0.84}, "Sounds like you: fairly (0.84; you with yourself 0.93).", "more recordings"),
        ({"similarity": 0.6}, "Sounds like you: hardly", "more recordings"),
        ({"wer": 0.17}, "worse than you, 17 words of 100 are misheard (4 of yours)", "right texts"),
        ({"phone_rate": 10.0}, "17 % slower than you.", "pace"),
        ({"phone_rate": 12.8}, "7 % faster than you.", ""),
        ({"bak": 3.6}, "A little more noise", ""),
        ({"bak": 3.2}, "More noise", "quieter room"),
        ({"f0_spread": 1.5}, "Flatter in its melody", "lively"),
    ],
)
def test_what_is_worse_is_said_and_what_would_help(worse, said, helps):
    first, *more = verdict(evaluated(AS_YOU, AS_YOU | worse))
    assert said in first
    assert [helps in line for line in more] == ([True] if helps else [])


def test_the_worst_of_all_is_what_would_help():
    lines = verdict(evaluated(AS_YOU, AS_YOU | {"similarity": 0.86, "wer": 0.5}))
    assert "right texts" in lines[1]


def test_few_sentences_are_too_few_to_be_sure():
    assert verdict(evaluated(AS_YOU, AS_YOU, 1))[-1] == "1 sentence says little of a voice: judge it on 5 or more."
    assert verdict(evaluated(None, AS_YOU, 3)) == ["3 sentences say little of a voice: judge it on 5 or more."]
    assert len(verdict(evaluated(AS_YOU, AS_YOU, 5))) == 1


def test_without_the_person_nothing_can_be_said():
    assert verdict(evaluated(None, AS_YOU)) == [] == verdict(evaluated({}, {}))
