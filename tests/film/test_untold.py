import pytest

from voicekit.film.pipeline.untold import untold
from voicekit.text.script.storyboard import Storyboard


def told(below: str, head: str = "") -> list[str]:
    return list(untold(Storyboard.parse(f"{head}## Clip 1: Dawn (4 s)\n{below}\n- **Narration:** Go.\n", "b.md"), 4))


@pytest.mark.parametrize(
    ("below", "wanted"),
    [
        ('- **On-screen text:** "UNIT 9"', "“UNIT 9”"),
        ("- **Visual:** a field\n- **Text overlay:** Goal!", "“Goal!”"),
        ('- **Visual:** Robots run. Title: "MARS CUP 2077" over them', "“MARS CUP 2077”"),
        ("- **Visual:** Robots run. Title: MARS CUP. They stop", "“MARS CUP”"),
        ("- **Visual:** Ein Schild, auf dem „Tor 3“ steht", "“Tor 3”"),
        ("Visual: a robot\nSUPER: UNIT 9", "“UNIT 9”"),
        ("- **Visual:** white text on black", "“white text”"),
    ],
)
def test_text_on_the_screen_is_told_in_one_line(below, wanted):
    assert told(below) == [f"clip 1: text on screen is not drawn: {wanted}"]


def test_a_fade_is_told_beside_the_text():
    assert told('- **Visual:** "THE END", then fade to black') == [
        "clip 1: text on screen is not drawn: “THE END”; not made: “fade to black”"
    ]


@pytest.mark.parametrize("visual", ["a robot with a title in its hands", "the light fades", "“Dawn”"])
def test_what_is_no_text_on_the_screen_is_not_told(visual):
    assert told(f"- **Visual:** {visual}") == []


def test_lines_above_the_clips_are_told_but_not_the_title():
    for title in ("# Mars", "**Mars**", "Mars\n===="):
        assert told("- **Visual:** sky", f"{title}\n\nA film about robots.\n<!-- hidden -->\n\n") == [
            "b.md, above the first clip: not used: A film about robots."
        ]
    assert told("- **Visual:** sky", "# Mars\n\n---\n\n") == []
