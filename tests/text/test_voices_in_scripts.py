"""Who says what, as scripts of all kinds say it."""

import pytest

from voicekit.core.errors import ScriptError
from voicekit.text.script.marks import Marks, SpokenBy, joined
from voicekit.text.script.markup import marked
from voicekit.text.script.script import aloud, parse


def who(text: str, name: str = "script.txt") -> list[list[tuple[str, str]]]:
    """Of each cue, who says which words; "" for the narrator."""
    return [said(cue.text, cue.marks) for cue in parse(text, name).cues]


def said(text: str, marks: Marks) -> list[tuple[str, str]]:
    words, found, at = text.split(), [], 0
    for first, after, voice in marks.voices:
        found += [("", " ".join(words[at:first]))] if first > at else []
        found.append((voice.name, " ".join(words[first:after])))
        at = after
    return [*found, ("", " ".join(words[at:]))] if at < len(words) else found


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("[voice: anna] Hello there.", [[("anna", "Hello there.")]]),
        ("He said: [voice: anna] Hello. [/voice] And left.", [[("", "He said:"), ("anna", "Hello."), ("", "And left.")]]),
        ("[voice: kokoro:af_heart] Hi. [voice: ./voices/me] Oh.", [[("kokoro:af_heart", "Hi."), ("./voices/me", "Oh.")]]),
        ('[voice: "Old Tom"] Hi.\n\nThe end.', [[("Old Tom", "Hi.")], [("", "The end.")]]),
        ("[VOICE : Anna] *Hello* there.", [[("Anna", "Hello there.")]]),
        ("[voice: anna]\n\nOne.\n\nTwo.\n\n[/voice]\n\nThree.", [[("anna", "One.")], [("anna", "Two.")], [("", "Three.")]]),
        (
            "[voice: anna]\n\nOne.\n\n[voice: ben] Two.\n\nThree.",
            [[("anna", "One.")], [("ben", "Two.")], [("anna", "Three.")]],
        ),
        (
            "[00:01] [voice: anna] One. [voice: ben] Two.\n[00:04] Three.",
            [[("anna", "One."), ("ben", "Two.")], [("", "Three.")]],
        ),
        (
            "It is.\n\nANNA: Who?\nReally?\nBEN: I.\n\nIt was.",
            [[("", "It is.")], [("ANNA", "Who? Really?"), ("BEN", "I.")], [("", "It was.")]],
        ),
        (
            "**Host:** Welcome.\n\n**Guest:** Thanks.\n\n**Host:** So?",
            [[("Host", "Welcome.")], [("Guest", "Thanks.")], [("Host", "So?")]],
        ),
        (
            "[00:01] ANNA: One.\n[00:02] It rains.\n[00:03] BEN: Two.",
            [[("ANNA", "One.")], [("", "It rains.")], [("BEN", "Two.")]],
        ),
        ("Jane Doe  0:03\nHello there.\n\nBen Roe  0:08\nHi.\n", [[("Jane Doe", "Hello there.")], [("Ben Roe", "Hi.")]]),
        (
            "<speak>It is. <voice name='anna'>Hello <p>you.</p></voice> Bye.</speak>",
            [[("", "It is."), ("anna", "Hello")], [("anna", "you.")], [("", "Bye.")]],
        ),
        (
            "| Speaker | Line |\n|---|---|\n| Anna | Hello, you. |\n| Ben | Hi. |\n",
            [[("Anna", "Hello, you.")], [("Ben", "Hi.")]],
        ),
        ("Speaker\tText\nAnna\tHello.\nBen\tHi.\n", [[("Anna", "Hello.")], [("Ben", "Hi.")]]),
        (
            "| Time | Who | Text |\n|--|--|--|\n| 0:01 | Anna | Hi. |\n| 0:04 | | It rained. |",
            [[("Anna", "Hi.")], [("", "It rained.")]],
        ),
    ],
)
def test_plain_texts_and_tables(text, wanted):
    assert who(text) == wanted


def test_subtitles():
    srt = "{}\n00:00:0{},000 --> 00:00:0{},500\n{}\n\n".format
    captions = [
        "ANNA: I never thought that",
        "this would happen.",
        "It rained.",
        "- BEN: Hi.\n- ANNA: Hello.",
        "BEN: Well.\n- Who is that?",
    ]
    text = "".join(srt(n, n, n, line) for n, line in enumerate(captions, start=1))
    assert who(text, "x.srt") == [
        [("ANNA", "I never thought that")],
        [("ANNA", "this would happen.")],  # the sentence goes on
        [("", "It rained.")],
        [("BEN", "Hi."), ("ANNA", "Hello.")],
        [("BEN", "Well."), ("", "Who is that?")],  # a dash is somebody else
    ]
    assert [voice.line for cue in parse(text, "x.srt").cues for _, _, voice in cue.marks.voices] == [3, 3, 15, 16, 20]


def test_what_transcribers_write():
    times = "{}\n00:00:0{},000 --> 00:00:0{},500\n".format
    srt = f"{times(1, 1, 1)}[SPEAKER_00]: Hello.\n\n{times(2, 2, 2)}[SPEAKER_01] Hi there.\n"
    assert who(srt, "x.srt") == [[("SPEAKER_00", "Hello.")], [("SPEAKER_01", "Hi there.")]]


def test_voices_of_webvtt():
    text = (
        "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Anna>Hello there\n\n"
        "00:03.000 --> 00:04.000\n<v.loud Ben Miller>Hi</v> <v Tom &amp; Co>you.</v>\n\n00:05.000 --> 00:06.000\nIt rains.\n"
    )
    assert who(text, "x.vtt") == [
        [("Anna", "Hello there")],
        [("Ben Miller", "Hi"), ("Tom & Co", "you.")],
        [("", "It rains.")],
    ]


def test_a_screenplay():
    text = "INT. KITCHEN - DAY\n\nShe pours.\n\nRUTH (V.O.)\n(calm)\nNobody came.\n\nBEN\nI did.\nReally.\n\nCUT TO:\n"
    assert who(text, "x.fountain") == [[("RUTH", "Nobody came.")], [("BEN", "I did. Really.")]]


BOARD = (
    "## Clip 1: A (5 seconds)\n- **Visual:** x\n{}\n\n## Clip 2: B (5 seconds)\n- **Visual:** y\n- **Narration:** The end.\n"
)


@pytest.mark.parametrize(
    ("fields", "first"),
    [
        ("- **Voice:** anna\n- **Narration:** Hello. [voice: ben] And me.", [("anna", "Hello."), ("ben", "And me.")]),
        ("- **Narration:** Hello.\n- **Speaker:** Old Tom", [("Old Tom", "Hello.")]),
        ("- **Voice:** Tomorrow it begins.", [("", "Tomorrow it begins.")]),  # that is the narration
        ("- **Voice:** One.\n- **Narration:** Two.", [("", "One.")]),  # a sentence is nobody's name
        ("- **Dialogue:**\n  ANNA: Hello.\n  BEN: Hi.", [("ANNA", "Hello."), ("BEN", "Hi.")]),
        ("- **Voice:** kokoro:af_heart\n- **Narration:** Hello.", [("kokoro:af_heart", "Hello.")]),
    ],
)
def test_storyboards(fields, first):
    board = BOARD.format(fields)
    assert who(board, "board.md")[0] == first
    assert [voice.line for cue in parse(board, "board.md").cues for *_, voice in cue.marks.voices][:1] in ([], [3], [4])


def test_a_column_of_voices_in_a_storyboard():
    table = "| Clip | Visual | Voice | Narration |\n|---|---|---|---|\n| 1 | a | anna | Hello. |\n| 2 | b | ben | Hi. |\n"
    assert who(table, "board.md") == [[("anna", "Hello.")], [("ben", "Hi.")]]


def test_read_aloud_as_in_cues():
    text, marks = aloud("It is.\n\nANNA: Who?\n\n[voice: ben] I. [/voice] He said.\n\n[00:04] It was.")
    assert said(text, marks) == [("", "It is."), ("ANNA", "Who?"), ("ben", "I."), ("", "He said. It was.")]


def test_somebody_else_begins_in_no_tone():
    styles = marked("[voice: anna] [calm] One. [voice: ben] Two.")[1].styles
    assert styles[0].pace < 1 and styles[1].pace == 1


def test_words_in_brackets_that_are_no_marks():
    assert parse("[voice over] Hello there, [said the voice] twice.").cues[0].marks.voices == ()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Hi [voice: ] you", "line 1, column 4: .voice:. does not say who speaks"),
        ("Hi [voice: …] you", "does not say who speaks"),
        (f"[voice: {'a' * 301}] Hi", "is too long; a name has at most 300 signs"),
        ("Hi [/voice] you", r"\[/voice\] ends nothing"),
        ("Hi [voise: anna] you", r"did you mean \[voice\]"),
        ("<speak><voice name=' '>Hi</voice></speak>", "<voice> does not say who speaks"),
    ],
)
def test_what_is_wrong_is_named(text, message):
    with pytest.raises(ScriptError, match=message):
        parse(text)


def test_parts_and_joins_keep_who_speaks():
    marks = marked("a b [voice: anna] c d [voice: ben] e")[1]
    anna, ben = SpokenBy("anna"), SpokenBy("ben")
    assert marks.part(1, 4).voices == ((1, 3, anna),)
    assert marks.part(3, 5).voices == ((0, 1, anna), (1, 2, ben))
    assert joined([(marks, 5), (marks.part(4, 5), 1)]).voices == ((2, 4, anna), (4, 5, ben), (5, 6, ben))
