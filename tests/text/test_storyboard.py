from dataclasses import replace

import pytest

from voicekit.core.errors import ScriptError
from voicekit.text.script.markup import TONES
from voicekit.text.script.overall import overall
from voicekit.text.script.script import parse
from voicekit.text.script.storyboard import Storyboard, is_storyboard

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
    assert one.start_s is None and one.marks.styles == (TONES["calm"],) * 5 + (TONES["excited"],) * 5
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
        ("**Visual:** sky\n**Narration:** Hi.", "it has no headings; write “## Clip 1"),
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


@pytest.mark.parametrize(
    "label",
    [
        "**🎙️ Narration:**",
        "**Voiceover Script:**",
        "**Voice-over text:**",
        "**Narration script**:",
        "**Spoken text:**",
        "**Narration/VO:**",
        "**Narrator says:**",
        "**Narration [calm]:**",
        "**Narration (0:00–0:05):**",
        "**Narration** –",
        "**Speech / Narration:**",
        "**Audio / VO:**",
        "**Female narrator:**",
        "**Off-Stimme:**",
        "**Stimme:**",
        "**Off-Sprecher:**",
        "**Gesprochener Text:**",
        "**O-Ton:**",
        "Voice-over script:",
    ],
)
def test_labels_of_narrations(label):
    assert [cue.text for cue in parse(board(f"- {label} Hello there.")).cues] == ["Hello there."]


@pytest.mark.parametrize("label", ["Lyrics", "Sprechblase", "Narration EN", "Wort"])
def test_no_narration_is_lost_silently(label):
    text = board(f"- **{label}:** Hello there, all of you.") + "\n\n## Clip 2 (5 s)\n- VO: Hi."
    with pytest.raises(ScriptError, match=f"line 3: the label “{label}” is not known; call it Narration if it is to be"):
        parse(text)
    assert len(parse(text.replace("Hello there, all of you.", "pop, 90 bpm")).cues) == 1


@pytest.mark.parametrize(
    "label",
    [
        "Camera", "Music", "SFX", "On-screen text", "Text (on screen)", "Transition", "Mood", "Location", "Notes", "Purpose",
        "Voice tone", "Übergang", "Bildtext",
    ],
)  # fmt: skip
def test_what_is_not_spoken_may_be_a_sentence(label):
    text = board(f"- **{label}:** It goes slowly up.\n\n## Clip 2 (5 s)\n- VO: Hi.")
    assert [cue.text for cue in parse(text).cues] == ["Hi."]


@pytest.mark.parametrize(
    "text",
    [
        "| Clip | Duration | Visual | Narration |\n|:--|--:|---|---|\n"
        "| 1. Wake | 2 s | sun | Hello *there*. |\n"
        "| 2: Go | 0:02–0:05 | sky | [say: SQL|sequel] \\| you |\n| **Total** | 5 s | | |\n\nLet me know if you like!",
        "1. **Clip 1: Wake (2 s)**\n   - **Visual:** sun\n   - **Narration:** Hello there.\n"
        "2. **Go** (3 s)\n   - Visual: sky\n   - Narration: SQL | you\n\nTotal length: 5 s",
        "Clip 1: Wake (2 s)\n---\nVisual: sun\nNarration: Hello\nthere.\n\nGo (3 s)\n===\nVisual: sky\nVO: SQL | you",
        "**🎬 Clip 1: Wake (2 seconds)**\n- **Visual:** sun\n- **Narration:** Hello there.\n\n"
        "**🎬 Clip 2: Go (3 seconds)**\n- **Visual:** sky\n- **Narration:** SQL | you\n\nLet me know if you like!",
        "A film\n\nClip 1: Wake (2 s)\nVisual: sun\nNarration: Hello there.\n\nClip 2: Go (3 s)\nVisual: sky\nVO: SQL | you",
        "## Clip 1: Wake (2 s)\n\n| Element | Details |\n|---|---|\n| **Visual** | sun |\n| **Voice** | Hello there. |\n\n"
        "## 🎬 Clip 2: Go (3 s)\n#### Visual: sky\n#### 🎙️ Narration\n\nSQL | you",
        "```markdown\n## Clip 1: Wake (2 s)\n- **Visual:** sun<!-- low\nor high? -->\n- **Narration:** Hello there.\n"
        "## Clip 2: Go (3 s)\n- **Visual:** sky\n- **Narration:** SQL |<br>[you](https://x.org)\n```\nTell me if you like.",
    ],
)
def test_forms_of_storyboards(text):
    script = parse(text, "board.md")
    assert [(clip.title, clip.duration_s, clip.visual) for clip in script.clips] == [("Wake", 2, "sun"), ("Go", 3, "sky")]
    assert [(cue.text, cue.clip) for cue in script.cues] == [("Hello there.", 0), ("SQL | you", 1)]


def test_a_row_may_be_given_a_duration():
    script = parse("| Clip | Narration |\n|---|---|\n| Wake | Hi. | (6 seconds)")
    assert (script.clips[0].title, script.clips[0].duration_s, script.cues[0].text) == ("Wake", 6, "Hi.")


def test_markdown_that_is_no_storyboard_is_a_text_like_any_other():
    for text in ("# A title\n\nProse.", "A title\n===\n\nProse."):
        assert [cue.text for cue in parse(text, "notes.md").cues] == ["Prose."]
    assert [cue.text for cue in parse("| a | b |\n|---|---|\n| 1 | 2 |", "notes.md").cues] == ["a, b.", "1, 2."]
    for text in ("## Clip 1: The sea\n\nProse.", "# Film\n\n## The sea (6 seconds)\n\n## The sky (4 s)\n"):
        with pytest.raises(ScriptError, match=r"storyboard without narration; write “.*“?## Clip 1: its title"):
            parse(text, "notes.md")


@pytest.mark.parametrize(
    "remark", ["Let me know if you would like more.", "Total length: 5 s", "Tell me:\n- shorter?", "```"]
)
def test_a_closing_remark_is_not_spoken(remark):
    for narration in ("- **Narration:** Hello there.", "Narration: Hello\nthere.", "**Narration:**\n> Hello there.\n"):
        assert [cue.text for cue in parse(board(f"{narration}\n\n{remark}")).cues] == ["Hello there."]


def test_paragraphs_of_a_narration():
    one, two = "Hello there.", "And so on."
    assert parse(board(f"- **Narration:** {one}\n\n  {two}")).cues[0].text == f"{one} {two}"
    assert parse(board(f"**Narration:** “{one}”\n\n“{two}”\n\nBye.")).cues[0].text == f"“{one}” “{two}”"
    block = board(f"**Narration:**\n\n{one}\n\n{two}\n")
    assert parse(f"{block}\n## Clip 2 (3 s)\n").cues[0].text == parse(f"{block}\n---\nBye.").cues[0].text == f"{one} {two}"
    with pytest.raises(ScriptError, match=r"line 7: it is not clear whether this is spoken; .* else a line --- above it"):
        parse(block)


@pytest.mark.parametrize(
    "nothing",
    [
        "*No narration, music only.*", "No narration.", "(music only)", "(No dialogue)", "N/A – music", "Keine", "*Stille*",
        "Silence.", "…", "...", "(none)", "None", "*(no narration – just the wind)*", "Nur Musik.", "*[No voice-over]*",
    ],
)  # fmt: skip
def test_ways_to_say_that_nothing_is_spoken(nothing):
    script = parse(board(f"- **Narration:** {nothing}\n\n## Clip 2 (5 s)\n- **Narration:** Hi."))
    assert [cue.clip for cue in script.cues] == [1]


@pytest.mark.parametrize(
    "something", ["No voice, no light.", "Nothing is as it was.", "Silence fell.", "Music!", "None of us."]
)
def test_ways_to_speak_of_nothing(something):
    assert parse(board(f"- **Narration:** {something}")).cues[0].text == something


@pytest.mark.parametrize(
    ("written", "title", "seconds"),
    [
        ("(3–4 seconds)", "Kick-off", 4),
        ("(6-8 seconds)", "Kick-off", 8),
        ("(1–2 minutes)", "Kick-off", 120),
        ("(0–6s)", "Kick-off", 6),
        ("(0:00–0:05)", "Kick-off", 5),
        ("[0:06 to 0:12]", "Kick-off", 6),
        ("| 0:06–0:12", "Kick-off", 6),
        ("(≈6s)", "Kick-off", 6),
        ("(max. 6s)", "Kick-off", 6),
        ("(Duration: 6s)", "Kick-off", 6),
        ("(Dauer: ca. 6 Sekunden)", "Kick-off", 6),
        ("(6 seconds, wide shot)", "Kick-off (wide shot)", 6),
        ("(night) (6 s)", "Kick-off (night)", 6),
        ("(6 s) at dawn", "Kick-off at dawn", 6),
        ('(6")', "Kick-off", 6),
        ("(6)", "Kick-off", 6),
        ("(1m5s)", "Kick-off", 65),
        ("(1 min, 5 s)", "Kick-off", 65),
        ("(six seconds)", "Kick-off", 6),
        ("(sechs Sekunden)", "Kick-off", 6),
        ("(6000ms)", "Kick-off", 6),
        ("6 Sekunden", "Kick-off", 6),
        ("⏱️ 6s", "Kick-off", 6),
        ("(1980s)", "Kick-off (1980s)", None),
        ("(2024)", "Kick-off (2024)", None),
    ],
)
def test_durations(written, title, seconds):
    clip = parse(board("- VO: Hi.", f"## Clip 1: Kick-off {written}")).clips[0]
    assert (clip.title, clip.duration_s) == (title, seconds)


@pytest.mark.parametrize("written", ["6-second shot", "half a minute", "10 secs or so", "0:05-10", "Duration: short"])
def test_durations_that_cannot_be_read(written):
    with pytest.raises(ScriptError, match=f"line 1: “{written}” is not how long the clip is; write it as"):
        parse(board("- VO: Hi.", f"## Clip 1: Kick-off ({written})"))
    assert parse(board("- VO: Hi.\n- Duration: 6", f"## Clip 1: Kick-off ({written})")).clips[0].duration_s == 6


def test_durations_of_several_clips():
    def seconds(*titles: str, below: str = "") -> list[float | None]:
        return [clip.duration_s for clip in parse("".join(f"## {title}\n- VO: Hi.\n{below}" for title in titles)).clips]

    assert seconds("A (0–6 s)", "B (6–12 s)", "C (12–20 s)") == [6, 6, 8]
    assert seconds("A (4–6 s)", "B (6–8 s)") == [6, 8]
    assert seconds("A (6)", "B (8)") == [6, 8] and seconds("A (6)", "B") == [None, None]
    assert seconds("A", below="- **Time:** 0:06–0:12\n") == seconds("A", below="- **Duration:** 0:06–0:12\n") == [6]
    assert seconds("A", below="- **Time:** dusk\n- **Total length:** 5 s\n") == [None]


def test_clips_without_a_title():
    script = parse("# (5 s)\n- VO: Hi.\n# Szene 7 (5 s)\n- VO: Hi.\n# 12. (5 s)\n- VO: Hi.")
    assert [clip.title for clip in script.clips] == ["Clip 1", "Szene 7", "Clip 3"]


def test_sounds_in_a_narration_are_left_out_and_told():
    script = parse(board("- **Narration:** [whispering] The sea.\n\n## Clip 2 (5 s)\n- **Narration:** [laughs]"), "s.md")
    assert [(cue.text, cue.clip) for cue in script.cues] == [("The sea.", 0)]
    assert script.notes == ("s.md: sounds in brackets are not spoken (2): [whispering], [laughs]",)


TABLE = """| # | Visual | Narration |
|---|---|---|
| Dawn (6 s) | sky | Hello there. |
| Noon (5 s) | sea | Good bye now. |
"""


@pytest.mark.parametrize("text", [BOARD, BOARD.replace("\n", "\r\n"), BOARD.rstrip(), TABLE, "# A title\n\nProse.\n"])
def test_what_a_person_wrote_is_written_again(text):
    story = Storyboard.parse(text, "board.md")
    assert story.to_markdown() == text and story.proofread() == story
    assert story.with_durations([scene.clip.duration_s for scene in story.scenes]) is story


@pytest.mark.parametrize("text", [BOARD, BOARD.replace("\n", "\r\n"), TABLE])
def test_only_the_headings_change_with_the_lengths(text):
    story = Storyboard.parse(text, "board.md")
    longer = story.with_durations([7.25 + number for number in range(len(story.scenes))])
    assert Storyboard.parse(longer.to_markdown(), "board.md") == longer
    assert [clip.duration_s for clip in longer.script().clips] == [7.25, 8.25, 9.25][: len(story.scenes)]
    changed = [one for one, other in zip(text.splitlines(), longer.to_markdown().splitlines(), strict=True) if one != other]
    assert len(changed) == len(story.scenes) and longer.script().cues == story.script().cues
    assert longer.to_markdown().count("\r\n") == text.count("\r\n")


def test_a_scene_means_the_same_wherever_it_stands():
    story = Storyboard.parse(BOARD, "board.md")
    first, second, third = story.scenes
    turned = replace(story, scenes=(second, replace(third, text=third.text + "\n"), first)).proofread()
    assert turned.script() == parse(turned.to_markdown())
    assert next((cue.clip, cue.text) for cue in turned.script().cues) == (1, "It begins.")


def test_what_would_be_read_as_something_else_is_not_written():
    bare = BOARD.replace("(6 seconds)", "(6)").replace("(0:05)", "(5)").replace("(1 min 5 s)", "(65)")
    story = Storyboard.parse(bare, "board.md")
    with pytest.raises(ScriptError, match=r"board\.md: its clips cannot be given their lengths"):
        story.with_durations([7.0, 5.0, 65.0])


SILENT = [
    ("#### Clip 1: A (3 seconds)\n- **Visual:** sky\n\n#### Clip 2: B (4 s)\n- **Audio:** wind\n", [3, 4]),
    ("# Scene 1 - A [0:00-0:03]\nVisual: sky\n\n# Scene 2 - B [0:03-0:07]\nVisual: sea\n", [3, 4]),
    ("###### Shot 1: A [0:00]\nVisual: sky\n###### Shot 2: B [0:03]\nVisual: sea\n", [3, None]),
    ("**Clip 1** A (3s)\nVisual: sky\n\n**Clip 2** B (4s)\nVisual: sea\n", [3, 4]),
    ("1. **A** (3 s)\n   - Visual: sky\n2. **B** (4 s)\n   - Visual: sea\n", [3, 4]),
    ("1. A (3 s)\n   - Visual: sky\n2. B (4 s)\n   - Visual: sea\n", [3, 4]),
    ("| Clip | Visual | Audio | Seconds |\n|---|---|---|---|\n| 1 A | sky | wind | 3 |\n| 2 B | sea | rain | 4 |\n", [3, 4]),
    (
        "## Szene 1: A (3 Sekunden)\n- **Bild:** Himmel\n- **Ton:** Wind\n\n## Szene 2: B (4 Sek.)\n- **Bild:** Meer\n",
        [3, 4],
    ),
    ("## Bild 1: A\nBild: Himmel\nTon: Wind\n\n## Bild 2: B\nBild: Meer\n", [None, None]),
    ("Einstellung 1: A\nBild: Himmel\n\nEinstellung 2: B\nBild: Meer\n", [None, None]),
]


@pytest.mark.parametrize(("text", "seconds"), SILENT)
def test_a_storyboard_in_which_nothing_is_said(text, seconds):
    assert is_storyboard(text)
    story = Storyboard.parse(text, "board.md")
    assert story.is_silent and [scene.clip.title for scene in story.scenes] == ["A", "B"]
    assert [scene.clip.duration_s for scene in story.scenes] == seconds
    longer = story.with_durations([3.5, 8.0])
    assert [clip.duration_s for clip in longer.script().clips] == [3.5, 8.0]
    assert Storyboard.parse(longer.to_markdown(), "board.md") == longer


def test_starts_are_starts_only_where_all_say_so_in_order():
    def lengths(*clocks: str) -> list[float | None]:
        text = "\n".join(f"## Clip {n}: A [{clock}]\nVisual: sky\n" for n, clock in enumerate(clocks, 1))
        return [scene.clip.duration_s for scene in Storyboard.parse(text, "board.md").scenes]

    assert lengths("0:00", "0:05", "1:00") == [5, 55, None]
    assert lengths("0:05", "0:08") == [5, 8]  # none begins at 0: they are lengths
    for clocks in (("0:00", "0:05", "0:05"), ("0:00", "0:09", "0:05"), ("0:00",)):
        with pytest.raises(ScriptError, match="no time at all"):
            lengths(*clocks)


def test_what_is_no_part_of_the_film_is_kept_to_be_told():
    text = (
        "## Clip 1: A (3 s)\nA line of its own.\n\n- **Visual:** sky\n- **Transition:** fade\n- **Narration:** Hi.\n"
        "- **Text on screen:** HELLO\n"
    )
    (scene,) = Storyboard.parse(text, "board.md").scenes
    assert scene.unread == ("Transition: fade", "Text on screen: HELLO", "A line of its own.")
    assert scene.narration == "Hi."


def test_what_is_said_of_the_whole_film():
    found = overall(
        "# A film (60 seconds)\n\n**Music:** calm piano\n- Style: noir\nTitle: A film\nA film about sport. Enjoy it.\n"
    )
    assert (found.seconds, found.audio, found.unread) == (60, "calm piano", ("Style: noir", "A film about sport. Enjoy it."))
    assert overall("Total length: 1 min 30 s").seconds == 90 and overall("Gesamtlänge: 20 Sekunden").seconds == 20
    assert overall("Length: as long as it takes").seconds is None and overall("").seconds is None


def test_the_sound_of_the_whole_film_makes_no_clip_of_its_title():
    text = "# A film\n- **Audio:** epic music\n\n## Clip 1: A (3 s)\n- **Visual:** sky\n"
    story = Storyboard.parse(text, "board.md")
    assert [scene.clip.title for scene in story.scenes] == ["A"] and overall(story.head).audio == "epic music"


def rows(column: str, *times: str) -> Storyboard:
    head = f"| Shot | {column} | Visual | VO |\n|---|---|---|---|\n"
    return Storyboard.parse(head + "".join(f"| {n} | {one} | sky (0:05) | Go. |\n" for n, one in enumerate(times)), "b.md")


@pytest.mark.parametrize(
    ("column", "times", "wanted"),
    [
        ("Time", ("0:01", "0:08", "0:20"), [8, 12, None]),
        ("Time", ("0:00", "0:08", "0:20"), [8, 12, None]),
        ("Timecode", ("[00:00:02]", "[00:01:00]"), [60, None]),
        ("Seconds", ("0", "7.5", "9"), [7.5, 1.5, None]),
        ("Time", ("0:06", "0:08"), [6, 8]),  # no film is empty for so long: lengths
        ("Time", ("0:01", "0:08", "0:05"), [1, 8, 5]),
        ("Time (s)", ("1", "4", "6"), [1, 4, 6]),
        ("Duration", ("0:01", "0:08"), [1, 8]),
        ("Time", ("0:00-0:04", "0:04-0:09"), [4, 5]),
    ],
)
def test_times_of_a_table_that_ascend_from_near_0_are_starts(column, times, wanted):
    found = rows(column, *times)
    assert [scene.clip.duration_s for scene in found.scenes] == wanted
    edited = found.with_durations([scene.clip.duration_s or 3.0 for scene in found.scenes])
    assert [scene.clip.duration_s for scene in edited.scenes] == [one or 3 for one in wanted]
    assert edited.to_markdown().count("sky (0:05)") == len(times)


def test_a_single_time_of_nothing_is_no_length():
    with pytest.raises(ScriptError, match="no time at all"):
        rows("Time", "0:00", "0:00")
