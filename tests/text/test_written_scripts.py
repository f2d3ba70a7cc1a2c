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


@pytest.mark.parametrize(
    ("seconds", "starts_s"),
    [
        (("(0s)", "(1s)", "(2s)"), [0, 1, 2]),  # nothing lasts no time
        (("(3s)", "(6s)", "(9s)"), [3, 6, 9]),
        (("(3s)", "(4s)", "(9s)"), [None] * 3),  # a second is too short for what is said from 3 s on
        (("(0-3s)", "(3-6s)", "(6-9s)"), [0, 3, 6]),
        (("(2-3s)", "(3-4s)", "(4-5s)"), [None] * 3),
        (("(5s)", "(4s)", "(9s)"), [None] * 3),
    ],
)
def test_seconds_at_the_ends_of_lines_are_starts_where_they_leave_time_to_speak(seconds, starts_s):
    lines = "The storm rises over the sea.", "The old keeper climbs the stairs.", "He lights the lamp at last."
    text = "\n\n".join(f"{line} {one}" for line, one in zip(lines, seconds, strict=True))
    script = parse(text, "s.txt")
    assert [cue.text for cue in script.cues] == list(lines)
    assert [cue.start_s for cue in script.cues] == starts_s
    told = "\n".join(script.notes)
    assert ("taken for how long" in told) == (seconds[0] in ("(3s)", "(2-3s)") and starts_s[0] is None)
    assert ("say when each begins" in told) == (seconds == ("(3s)", "(6s)", "(9s)"))
    assert ("not spoken (3)" in told) == (starts_s[0] is None)


def test_seconds_behind_a_paragraph_of_several_lines_leave_time_for_all_of_it():
    long = "The storm rises over the northern sea,\nand all the fishing boats turn home\nbefore the night has come."
    script = parse(f"{long} (3s)\n\nHe lights the lamp. (7s)\n\nIt is morning. (12s)", "s.txt")
    assert [cue.start_s for cue in script.cues] == [None] * 3 and "from 3 to 7 s" in script.notes[0]


@pytest.mark.parametrize("title", ["NARRATION", "NARRATOR", "VOICEOVER"])
@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_a_text_below_one_role_in_capitals_is_spoken_in_full(title, gap):
    """A screenplay has more of its own than the word NARRATION above a text."""
    paragraphs = ["The storm rises over the sea.", "The keeper climbs the stairs.", "He lights the lamp."]
    script = parse(title + gap + "\n\n".join(paragraphs), "s.txt")
    assert [cue.text for cue in script.cues] == paragraphs and script.kind == "text"
    assert len(script.notes) == 1 and title in script.notes[0] and "line 1" in script.notes[0]


def test_a_sentence_that_begins_with_a_role_in_capitals_is_spoken_in_full():
    text = "It was late.\n\nNARRATION\nis the art of telling.\n\nNobody came."
    assert [cue.text for cue in parse(text, "s.txt").cues] == [
        "It was late.",
        "NARRATION is the art of telling.",
        "Nobody came.",
    ]


@pytest.mark.parametrize("more", ["NARRATOR (V.O.)\nIt begins.", "NARRATOR\nIt begins.\n\nANNA\nNo.\n\nNARRATOR\nIt ends."])
def test_a_role_with_more_of_a_screenplay_has_action_beside_it(more):
    script = parse(f"{more}\n\nA drone rises over the field.", "s.txt")
    assert script.kind == "screenplay" and "A drone" not in " ".join(cue.text for cue in script.cues)
