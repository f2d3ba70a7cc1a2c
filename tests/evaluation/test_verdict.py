"""What a person reads first of an evaluation."""

from dataclasses import replace
from pathlib import Path

import pytest

from voicekit.evaluation.compare import Evaluation
from voicekit.evaluation.figures import Figure, Row, Score
from voicekit.evaluation.material import Sentence
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


def test_few_sentences_have_a_verdict_that_says_how_few_they_are():
    (line,) = verdict(evaluated(AS_YOU, AS_YOU, 1))
    assert line.startswith("Measured on 1 sentence only, of 5 that tell more. Sounds like you: very much")
    assert verdict(evaluated(None, AS_YOU, 3)) == ["3 sentences say little of a voice: judge it on 5 or more."]
    assert verdict(evaluated(AS_YOU, AS_YOU, 5))[0].startswith("Sounds like you")


def test_of_few_sentences_the_recordings_tell_how_alike_the_person_is():
    few = replace(evaluated(AS_YOU | {"similarity": 0.7}, AS_YOU | {"similarity": 0.8}, 2), self_similarity=0.92)
    assert "hardly (0.80; you with yourself 0.92)" in verdict(few)[0]
    many = replace(evaluated(AS_YOU, AS_YOU), self_similarity=0.5)
    assert "you with yourself 0.93" in verdict(many)[0]


def test_without_the_person_saying_them_their_recordings_tell_of_the_likeness():
    (line,) = verdict(replace(evaluated(None, AS_YOU), self_similarity=0.94))
    assert line == "Sounds like you: very much (0.93; you with yourself 0.94)."


def test_what_a_voice_was_taught_is_no_proof():
    taught = tuple(Sentence(str(n), "One.", None, taught=True) for n in range(6))
    line = verdict(replace(evaluated(AS_YOU, AS_YOU, 6), sentences=taught))[0]
    assert line.startswith("Measured on 6 sentences, and on what it was trained on: it says anything else less well.")


def test_what_to_know_of_its_making_comes_last():
    lines = verdict(replace(evaluated(AS_YOU, AS_YOU | {"wer": 0.5}), caveats=("3 of 5 texts are guesses",)))
    assert lines[-1] == "3 of 5 texts are guesses" and len(lines) == 3


def test_without_the_person_nothing_can_be_said():
    assert verdict(evaluated(None, AS_YOU)) == [] == verdict(evaluated({}, {}))
