import pytest

from voicekit.core.errors import ScriptError
from voicekit.text.script.script import parse, read_script

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
        ("00:01 --> 00:02\nOne.\n\n-00:03 --> -00:01\nTwo.", "line 4: .* is not a time"),
        ("00:03 --> 00:02\nOne.", "line 1: .* ends before it starts; swap the times"),
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


@pytest.mark.parametrize("line", ["-00:00:03,000 --> -00:00:02,000", "00:01 --> -00:02", "00:00:01:12 --> 00:00:02:10"])
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


def spoken(text: str, name: str = "film.srt"):
    script = parse(text, name)
    return [(cue.start_s, cue.text) for cue in script.cues], script.notes


def rolling(lines: list[str]) -> str:
    """As YouTube has it: each line while its words light up, alone for 10 ms, and above the next one."""
    blocks, before = ["WEBVTT\nKind: captions\nLanguage: en\n"], " "
    for n, line in enumerate(lines):
        words = line.split()
        timed = words[0] + "".join(f"<00:00:0{3 * n}.{i}00><c> {word}</c>" for i, word in enumerate(words[1:], 1))
        blocks += [f"00:00:0{3 * n}.400 --> 00:00:0{3 * n + 3}.000 align:start position:0%\n{before}\n{timed}\n"]
        blocks += [f"00:00:0{3 * n + 3}.000 --> 00:00:0{3 * n + 3}.010 align:start position:0%\n{line}\n \n"]
        before = line
    return "\n".join(blocks)


def test_captions_that_roll_up_are_said_once_in_time():
    lines = ["welcome to the small garden", "where the roses bloom", "and bees are near"]
    found, notes = spoken(rolling(lines), "auto.en.vtt")
    assert found == [(3.0 * n + 0.4, line) for n, line in enumerate(lines)]
    assert notes == ("auto.en.vtt: lines that are shown again are said once (5)",)
    # What a converter makes of them: two lines at a time, the times overlap.
    srt = "1\n00:01 --> 00:05\na b\n\n2\n00:03 --> 00:07\na b\nc d\n\n3\n00:05 --> 00:09\nc d\ne f\n"
    assert spoken(srt)[0] == [(1.0, "a b"), (3.0, "c d"), (5.0, "e f")]


def test_a_refrain_is_said_each_time():
    srt = "1\n00:01 --> 00:02\nYes.\n\n2\n00:03 --> 00:04\nYes.\n\n3\n00:05 --> 00:06\nYes.\nNo.\n"
    assert [text for _, text in spoken(srt)[0]] == ["Yes.", "Yes.", "Yes. No."]


def test_the_names_of_a_meeting_are_not_spoken():
    zoom = (
        "WEBVTT\n\n1\n00:01.000 --> 00:03.000\nJane Doe: Hello.\n\n2\n00:05.000 --> 00:08.000\nJohn O'Neil: 10:30 it is.\n"
    )
    teams = "WEBVTT\n\n0f4d1c2a/12-0\n00:01.000 --> 00:03.000\n<v Jane Doe>Hello.</v>\n\n"
    teams += "00:05.000 --> 00:08.000\n<v John O'Neil>10:30 it is.</v>\n"
    for text in (zoom, teams):
        found, notes = spoken(text, "m.vtt")
        assert found == [(1.0, "Hello."), (5.0, "10:30 it is.")]
        assert notes == ("m.vtt: names of speakers are not spoken: Jane Doe, John O'Neil",)


def test_words_with_a_colon_are_no_names():
    srt = (
        "1\n00:01 --> 00:02\nNote: this is said.\n\n2\n00:03 --> 00:04\nWarning: hot.\n\n3\n00:05 --> 00:06\n10:30 it is.\n"
    )
    assert [text for _, text in spoken(srt)[0]] == ["Note: this is said.", "Warning: hot.", "10:30 it is."]


def test_subtitles_out_of_order_and_at_one_time():
    found, notes = spoken("00:05 --> 00:07\nThe second.\n\n00:01 --> 00:03\nThe first.\n")
    assert found == [(1.0, "The first."), (5.0, "The second.")]
    assert notes == ("film.srt: subtitles out of order are put in the order of their times (1)",)
    found, notes = spoken(
        "00:01 --> 00:03\nHello there.\n\n00:01 --> 00:03\n[calm] Good evening.\n\n00:08 --> 00:09\nBye.\n"
    )
    assert found == [(1.0, "Hello there. Good evening."), (8.0, "Bye.")]
    assert notes == ("film.srt: subtitles at one time are said one after the other (1)",)


def test_music_sounds_and_dots_are_left_out_and_told():
    lines = ["♪", "...", "♪ Over the hills ～♪", "[MUSIC PLAYING]", "😀", "- Who's there?\n- >> Me."]
    text = "\n".join(f"{n}\n00:0{n} --> 00:0{n + 1}\n{line}\n" for n, line in enumerate(lines, 1))
    found, notes = spoken(text)
    assert found == [(3.0, "Over the hills"), (6.0, "Who's there? >> Me.")] or found[1] == (6.0, "Who's there? Me.")
    assert notes == (
        "film.srt: sounds in brackets are not spoken (1): [MUSIC PLAYING]",
        "film.srt: subtitles without a word to speak are left out (3)",
    )


def test_a_time_before_the_film_is_its_beginning():
    assert spoken("-00:00:01,000 --> 00:00:02,000\nHi.")[0] == [(0.0, "Hi.")]
