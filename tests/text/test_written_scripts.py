"""Scripts as people write them: read for what they are, and ordinary prose in full."""

import pytest

from tests.text.written_scripts import INNOCENT, SHAPES
from voicekit.text.script.script import aloud, parse
from voicekit.text.script.two_languages import chosen


def heard(text: str) -> str:
    return "\n".join(f"{'' if cue.start_s is None else f'{cue.start_s:g}'}|{cue.text}" for cue in parse(text, "s.txt").cues)


@pytest.mark.parametrize(("text", "spoken"), SHAPES)
def test_only_what_is_meant_is_spoken(text, spoken):
    assert heard(text) == spoken


@pytest.mark.parametrize(("text", "spoken"), [shape for shape in SHAPES if "# " not in shape[0]])
def test_the_same_is_read_aloud(text, spoken):
    assert aloud(text, "s.txt")[0].split() == [
        word for line in spoken.split("\n") for word in line.partition("|")[2].split()
    ]


@pytest.mark.parametrize("line", INNOCENT)
def test_prose_is_spoken_in_full(line):
    for text in (line, f"It was late.\n\n{line}\n\nNobody came.", f"It was late.\n{line}\nNobody came."):
        assert " ".join(cue.text for cue in parse(text, "s.txt").cues) == " ".join(text.split())
        assert aloud(text, "s.txt")[0].split() == text.split()


def test_one_time_in_a_long_text_is_no_time_of_the_film():
    """Lines without any figure count as well."""
    line = "He beat the record time. (4:02)"
    text = "\n\n".join([*(f"A paragraph that tells of {each}." for each in ("rain", "snow", "fog", "hail")), line])
    assert [cue.start_s for cue in parse(text, "s.txt").cues] == [None] * 5
    assert parse(text, "s.txt").cues[-1].text == line


def test_codes_of_one_language_are_one():
    assert chosen(["en", "no"], "nb")[0] == chosen(["en", "no"], "no")[0] == 1
    assert chosen(["en", "zh"], "cmn")[0] == 1
