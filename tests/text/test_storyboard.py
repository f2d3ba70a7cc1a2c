import pytest

from voicekit.errors import ScriptError
from voicekit.text.markup import TONES
from voicekit.text.script import parse

BOARD = """# The orbital league (60 seconds)

A film about sport. Narrator: nobody yet.

## Clip 1: Dawn (6 seconds)
- **Visual:** wide shot,
  slow zoom in
- **Audio:** crowd, low synth
- **Narration:** [calm] Tomorrow's game begins
  in silence. [excited] Then the lights come on!

## Clip 2 — The lull (0:05)
- **Visual:** nobody

---

## Clip 3: Kick-off (1 min 5 s)
* Visual: the ball
* Voice-over: "It *begins*."
"""


def board(narration: str, heading: str = "## Clip 1: One (6 seconds)") -> str:
    return f"{heading}\n- **Visual:** sky\n{narration}"


def test_a_storyboard():
    script = parse(BOARD)
    assert [(clip.title, clip.duration_s, clip.line) for clip in script.clips] == [
        ("Dawn", 6.0, 5),
        ("The lull", 5.0, 12),
        ("Kick-off", 65.0, 17),
    ]
    assert script.clips[0].visual == "wide shot, slow zoom in" and script.clips[0].audio == "crowd, low synth"
    one, two = script.cues
    assert (one.text, one.clip, one.line) == ("Tomorrow's game begins in silence. Then the lights come on!", 0, 9)
    assert one.start_s is None and one.marks.manners == (TONES["calm"],) * 5 + (TONES["excited"],) * 5
    assert (two.text, two.clip, two.line) == ("It begins.", 2, 19)


@pytest.mark.parametrize(
    ("heading", "title", "seconds"),
    [
        ("# Scene 4 - Kick-off (6s)", "Kick-off", 6),
        ("###### SHOT 12b — Kick-off (0:06)", "Kick-off", 6),
        ("## Kick-off (1:02:03)", "Kick-off", 3723),
        ("## 3. Kick-off [5.5 sec]", "Kick-off", 5.5),
        ("## Clip 3: Kick-off — 6 seconds", "Kick-off", 6),
        ("## **Clip 3: Kick-off** (1 min 5 s)", "Kick-off", 65),
        ("## Clip 3 (2 minutes): Kick-off ##", "Kick-off", 120),
        ("## Clip #3 – (1 minute and 5 seconds)", "Clip 3", 65),
        ("## Szene 3: Anstoß (6,5 Sekunden)", "Anstoß", 6.5),
        ("## The year (2024) in review", "The year (2024) in review", None),
        ("## 2024 in review", "2024 in review", None),
        ("**Clip 3: Kick-off (6 s)**", "Kick-off", 6),
        ("## Shot in the dark", "Shot in the dark", None),
    ],
)
def test_headings(heading, title, seconds):
    clip = parse(board("- **Narration:** Hi.", heading)).clips[0]
    assert (clip.title, clip.duration_s) == (title, seconds)


@pytest.mark.parametrize(
    "narration",
    [
        "- **Narration:** Hello there.",
        "* Narration: Hello there.",
        "+ **Narrator**: “Hello there.”",
        "**Voiceover (warm voice):** *Hello there.*",
        'VO: "Hello there."',
        "- __Voice-over:__\n  - Hello\n  - there.",
        "**Dialogue:**\n> Hello\n> there.",
        "- **Sprecher:** „Hello there.“",
        "### Narration\n\nHello there.",
        "- 🎙️ **Narration:** Hello\nthere.\n- **Camera:** pan\n- Text: on the screen",
        "- Text: Hello there.\n\n---\nNotes.",
    ],
)
def test_narrations_as_people_write_them(narration):
    cues = parse(board(narration)).cues
    assert [(cue.text, cue.clip) for cue in cues] == [("Hello there.", 0)]


def test_quotes_of_a_part_are_kept():
    assert parse(board('VO: "Hi," she said, "come."')).cues[0].text == '"Hi," she said, "come."'


@pytest.mark.parametrize("nothing", ["", " none", " (no narration)", " —", " n/a"])
def test_a_clip_without_narration_is_silent(nothing):
    script = parse(board(f"- **Narration:**{nothing}\n\n## Clip 2 (5 s)\n- **Narration:** Hi.\n\n## Clip 3 (4 s)"))
    assert [clip.duration_s for clip in script.clips] == [6, 5, 4]
    assert [cue.clip for cue in script.cues] == [1]


def test_durations_may_stand_below_the_heading_or_nowhere():
    assert parse(board("- **Duration:** 6 s\n- VO: Hi.", "## One")).clips[0].duration_s == 6
    assert parse(board("- VO: Hi.", "## One")).clips[0].duration_s is None


def test_groups_and_titles_are_no_clips():
    script = parse("# Film (20 s)\n## Scene 1\n### Clip 1 (6 s)\n- VO: Hi.\n### Notes\nNone.")
    assert [clip.line for clip in script.clips] == [3]


def test_two_narrations_of_a_clip_are_two_cues():
    cues = parse(board("- VO: One.\n- **Audio:** wind\n- VO: Two.")).cues
    assert [(cue.text, cue.clip, cue.line) for cue in cues] == [("One.", 0, 3), ("Two.", 0, 5)]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (BOARD.replace(" (0:05)", ""), r"line 12: this clip has no duration but others have one; write \(6 seconds\)"),
        (board("- **Audio:** wind"), "without narration; write “- "),
        ("# Title\n\nProse.", "without narration"),
        ("**Visual:** sky\n**Narration:** Hi.", "without headings; write “## Clip 1"),
        (board("- VO: Hi.", "## Clip 1 (0 seconds)"), "line 1: “0 seconds” is no time at all"),
        (board("- VO: Hi.", "## Clip 1 (-6 s)"), "line 1: “-6 s” is no time at all"),
        (board("- VO: Hi.", "## Clip 1 (0:06–0:02)"), "line 1: “0:06–0:02” is no time at all"),
        (board("- VO: Hi.\n- Duration: soon", "## Clip 1"), "line 1, its duration: “soon” is not how long"),
        (board("- VO: [00:12] Hi."), r"line 3, column 7: storyboards take durations; remove \[00:12\]"),
        (board("- VO: Hi,\n  [clam] you."), r"line 4, column 3: \[clam\] is not known; did you mean \[calm\]"),
        (board("- VO: !!!"), r"line 3: there is no word to speak in “!!!”"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(text, message):
    with pytest.raises(ScriptError, match=message) as caught:
        parse(text, "board.md")
    assert str(caught.value).startswith("board.md")


def test_plain_text_is_no_storyboard():
    assert parse("The narrator: nobody.\n\n# is not a heading here", "s.txt").clips == ()
