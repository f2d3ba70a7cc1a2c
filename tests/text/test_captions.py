import pytest

from voicekit.errors import ScriptError
from voicekit.text.script import parse, read_script

SRT = """1
00:00:01,000 --> 00:00:02,500
The lights
come on.

2
00:01:12.250 --> 00:01:14,000
<i>A door</i> {\\an8}opens.
"""
VTT = """WEBVTT - ours
Kind: captions

STYLE
::cue { color: red }

NOTE
00:00 is not spoken

first
00:01.000 --> 00:02.000 line:0 position:20%
<v Fred>The <c.loud>lights</c> <00:01.500>come on.

REGION
id:fred

1:00:03.000 --> 1:00:04.000
Tom &amp; Jerry &lt;3
"""


def cues(text: str, name: str = "film"):
    return [(cue.text, cue.start_s, cue.end_s, cue.line) for cue in parse(text, name).cues]


def test_srt():
    assert cues(SRT) == [("The lights come on.", 1.0, None, 2), ("A door opens.", 72.25, None, 7)]


def test_webvtt():
    assert cues(VTT) == [("The lights come on.", 1.0, None, 11), ("Tom & Jerry <3", 3603.0, None, 17)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "latin-1"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_encodings_and_line_ends(tmp_path, encoding, end):
    path = tmp_path / "film.srt"
    path.write_bytes("1\n00:01,5 --> 00:02\nGrüße.\n\n2\n00:03 --> 00:04\nÜber uns.".replace("\n", end).encode(encoding))
    assert [(cue.text, cue.start_s) for cue in read_script(path).cues] == [("Grüße.", 1.5), ("Über uns.", 3.0)]


@pytest.mark.parametrize(
    "text",
    [
        "00:01 --> 00:02\nOne.\n\n00:03 --> 00:04\nTwo.",
        "1\n00:01 --> 00:02\nOne.\n2\n00:03 --> 00:04\nTwo.",
        "00:01 --> 00:02\nOne.\n00:03 --> 00:04\nTwo.",
        "\n\n7\n0:0:01,000-->0:0:02,000\nOne.\n\n\n\n9\n00:00:03.0 --> 00:00:04.0\n\nTwo.\n\n",
        "1\n00:01 --> 00:02\nOne.\n\n2\n00:02 --> 00:03\n\n3\n00:03 --> 00:04\nTwo.\n\n4\n00:05 --> 00:06\n♪ ♪",
    ],
)
def test_what_is_often_missing_or_empty(text):
    assert [cue[:2] for cue in cues(text, "film.srt")] == [("One.", 1.0), ("Two.", 3.0)]


def test_numbers_that_are_spoken_are_kept():
    assert [cue[0] for cue in cues("1\n00:01 --> 00:02\n1984\n\n2\n00:03 --> 00:04\n42\n")] == ["1984", "42"]


def test_tags_inside_words_and_line_breaks():
    assert cues("00:01 --> 00:02\nHe<b>ll</b>o<br>the&nbsp;re {b}you{/b}")[0][0] == "Hello the re you"


def test_display_times_may_overlap():
    assert [cue[1] for cue in cues("00:01 --> 00:09\nOne.\n\n00:03 --> 00:04\nTwo.")] == [1.0, 3.0]


def test_markup_is_read():
    cue = parse("00:01 --> 00:02\n[calm] One [pause 1s]\ntwo <break time='1s'/> three.").cues[0]
    assert cue.text == "One two three." and cue.marks.pauses_s == (1.0, 1.0, 0.0)
    with pytest.raises(ScriptError, match=r"film\.srt, line 3, column 12: \[clam\]"):
        parse("00:01 --> 00:02\nOne\n<i>two</i> [clam] x", "film.srt")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "nothing to speak"),
        ("Only words.", "nothing to speak; write text below a line like 00:00:12,000 --> 00:00:15,000"),
        ("1\n00:01 --> 00:02\n\n2\n00:03 --> 00:04\n<i></i>", "nothing to speak"),
        ("00:01 --> 00:02\nOne.\n\n00:99 --> 01:00\nTwo.", "line 4: “00:99 --> 01:00” is not a time"),
        ("00:01 --> 00:02\nOne.\n\n00:03 --> soon\nTwo.", "line 4: “00:03 --> soon” is not a time"),
        ("00:01 --> 00:02\nOne.\n\n-00:03 --> 00:04\nTwo.", "line 4: .* is not a time"),
        ("00:03 --> 00:02\nOne.", "line 1: .* ends before it starts; swap the times"),
        ("00:05 --> 00:06\nOne.\n\n00:01 --> 00:02\nTwo.", r"line 4: \[00:01\] comes after \[00:05\] of line 1"),
        ("00:05 --> 00:06\nOne.\n\n00:05 --> 00:07\nTwo.", r"lines 1 and 4 have the same time \[00:05\]"),
        ("00:05 --> 00:06\n[pause]", r"line 2, column 1: \[pause\] has no word before it"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(text, message):
    with pytest.raises(ScriptError, match=message) as caught:
        parse(text, "film.srt")
    assert str(caught.value).startswith("film.srt")


@pytest.mark.parametrize(
    "text",
    [
        "00:00:01.000,00:00:02.000\nOne.\n\n0:00:03.000,0:00:04.000\nTwo.",  # YouTube's
        "1\n00:00:01:000 --> 00:00:02:500\nOne.\n\n2\n00:00:03:000 --> 00:00:04:000\nTwo.",
    ],
)
def test_other_ways_to_write_times(text):
    assert [cue[:2] for cue in cues(text)] == [("One.", 1.0), ("Two.", 3.0)]


@pytest.mark.parametrize("line", ["-00:00:01,000 --> 00:00:02,000", "00:01 --> -00:02", "00:00:01:12 --> 00:00:02:10"])
def test_times_that_cannot_be_read_are_not_spoken(line):
    with pytest.raises(ScriptError, match=f"line 2: “{line}” is not a time"):
        parse(f"1\n{line}\nHi.")


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("[door slams]", []),
        ("[APPLAUSE]", []),
        ("(laughs)", []),
        ("[MUSIC] Hello.", ["Hello."]),
        ("- (laughs) Well,\n[sighs] I never.", ["Well, I never."]),
        ("[calm] Hello.", ["Hello."]),
        ("(And so it goes.)", ["(And so it goes.)"]),
    ],
)
def test_sounds_are_not_spoken(text, spoken):
    assert [cue[0] for cue in cues(f"00:01 --> 00:02\n{text}\n\n00:03 --> 00:04\nEnd.")] == [*spoken, "End."]
    with pytest.raises(ScriptError, match=r"line 2, column 1: \[clam\] is not known; did you mean \[calm\]"):
        parse("00:01 --> 00:02\n[clam] Hi.")
