import pytest

from voicekit.core.errors import ScriptError
from voicekit.text.script.cue import Cue, Script, clock
from voicekit.text.script.marks import ProsodyStyle
from voicekit.text.script.script import aloud, parse, read_script


def test_blank_lines_and_times_start_cues():
    text = "One.\nStill one.\n\n\n[00:12] Two.\nstill two\n[1:02:03.5-01:02:06,25]Three.\n[0:15 – 0:20]\nFour?"
    assert parse(text.replace("[0:15 – 0:20]", "[1:02:07 – 1:02:09]")).cues == (
        Cue("One. Still one.", None, None, 1),
        Cue("Two. still two", 12.0, None, 5),
        Cue("Three.", 3723.5, 3726.25, 7),
        Cue("Four?", 3727.0, 3729.0, 8),
    )


def test_brackets_that_are_no_time_are_text():
    assert parse("At [00:12] it rang.").cues[0] == Cue("At [00:12] it rang.", None, None, 1)
    assert parse("Notes […] and [...].").cues[0].text == "Notes […] and [...]."
    assert parse("\\[laughs] Well.").cues[0].text == "[laughs] Well."
    assert parse("\\[00:12] it rang.").cues[0] == Cue("[00:12] it rang.")
    assert parse("#1 is not a heading").cues[0].text == "#1 is not a heading"


def test_each_cue_has_its_own_marks():
    one, two = parse("[calm] Slowly\nnow.\n\n[00:12] *Two* words. [pause 2s]").cues
    assert (one.text, two.text, two.start_s) == ("Slowly now.", "Two words.", 12.0)
    assert one.marks.styles[0] == one.marks.styles[1] != ProsodyStyle()
    assert two.marks.styles[0] != two.marks.styles[1] == ProsodyStyle()
    assert two.marks.pauses_s == (0.0, 2.0)


def test_a_script_without_clips():
    assert parse("Hi.") == Script((Cue("Hi."),), ())


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "One.\n\n[00:01] Two\nthree [clam] four.",
            r"s\.txt, line 4, column 7: \[clam\] is not known; did you mean \[calm\]\?",
        ),
        ("[calm] [00:12] Late.", r"line 1, column 8: \[00:12\] comes after a mark; write it first: \[00:12\] \[calm\]"),
        ("Hi.\n\n[pause] [slow] ... [/slow]", r"line 3, column 1: \[pause\] has no word before it; give the cue a time"),
    ],
)
def test_wrong_markup_is_named_with_its_line_and_column(text, message):
    with pytest.raises(ScriptError, match=message):
        parse(text, "s.txt")


def test_an_ssml_document_is_a_script():
    text = """<?xml version="1.0"?>
<speak version="1.1" xmlns="http://www.w3.org/2001/10/synthesis" xml:lang="en">
  <prosody rate="slow">
    <p>One.</p>
    <p>[00:12] Two.</p>
  </prosody>

  Three &amp; <emphasis>four</emphasis>.
</speak>"""
    one, two, three = parse(text, "s.ssml").cues
    assert [(cue.text, cue.line, cue.start_s) for cue in (one, two, three)] == [
        ("One.", 4, None),
        ("Two.", 5, 12.0),
        ("Three & four.", 8, None),
    ]
    assert one.marks.styles == two.marks.styles == (ProsodyStyle(pace=0.8),)
    assert three.marks.styles[:2] == (ProsodyStyle(), ProsodyStyle()) != three.marks.styles[2:]


def test_read_out_each_time_starts_a_paragraph():
    text = "One.\n[00:12] [calm] Two.\n[00:15-00:18]Three."
    spoken, marks = aloud(text)
    assert [part.strip() for part in spoken.split("\n\n")] == ["One.", "Two.", "Three."]
    assert [style == ProsodyStyle() for style in marks.styles] == [True, False, True]
    with pytest.raises(ScriptError, match=r"s\.txt, line 3, column 9: \[clam\]"):
        aloud("One.\n[00:12] Two.\n[00:15] [clam] Three.", "s.txt")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", r"s\.txt is empty"),
        (" \n\t\n", r"s\.txt is empty"),
        ("Hi.\n\n[0:99] Late.", r"line 3: \[0:99\] is not a time"),
        (f"[{'9' * 400}:00] Late.", r"line 1: \[9{59}… is not a time; .{1,60}$"),
        ("[1:75:00] Late.", r"line 1: \[1:75:00\] is not a time"),
        ("[00:01] A.\n\n[12] Late.", r"line 3: \[12\] is not a time; write it as \[00:12\]"),
        ("[00:12-] Late.", r"line 1: .* is not a time"),
        ("[00:12-00:99] Late.", r"line 1: .* is not a time"),
        ("[00:12-00:11] Late.", r"line 1: .* ends before it starts"),
        ("[-00:12] Early.", r"line 1: \[-00:12\] lies before the film begins; write a time from \[00:00\] on"),
        ("[00:12]\n\n[00:14] Text.", r"line 1: .*nothing to speak"),
        ("[00:12] A.\n\n[00:12.0] B.", r"lines 1 and 3 have the same time \[00:12\]"),
        ("[00:12] A.\n[00:05] B.", r"line 2: \[00:05\] comes after \[00:12\] of line 1"),
        ("[00:12-00:18] A.\n[00:15] B.", r"line 1: its end 00:18 lies after \[00:15\] of line 2"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(text, message):
    with pytest.raises(ScriptError, match=message):
        parse(text, "s.txt")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings_and_line_ends(tmp_path, encoding):
    path = tmp_path / "s.txt"
    path.write_bytes("Grüße – “so”.\r\n\r\nÉté.\r\n".encode(encoding))
    assert [cue.text for cue in read_script(path).cues] == ["Grüße – “so”.", "Été."]


def test_files_that_are_no_script(tmp_path):
    (tmp_path / "binary").write_bytes(bytes(range(256)))
    for name, message in [("missing.txt", "does not exist"), (".", "is a folder"), ("binary", "not a text file")]:
        with pytest.raises(ScriptError, match=message) as caught:
            read_script(tmp_path / name)
        assert str(tmp_path / name) in str(caught.value)


def test_clock():
    assert [clock(s) for s in (0, 12, 12.46, 59.97, 3600)] == ["00:00", "00:12", "00:12.5", "01:00", "1:00:00"]


@pytest.mark.parametrize("text", ["Hello.\n\n!!! ...", "Hello.\n\n[00:01] \U0001f600", "Hello.\n\n[calm]"])
def test_a_cue_without_a_word_is_left_out_and_told(text):
    script = parse(text, "film.txt")
    assert [cue.text for cue in script.cues] == ["Hello."]
    assert script.notes == ("film.txt: there is no word to speak in line 3, left out",)


@pytest.mark.parametrize("text", ["...", "😀 ♪", "---\n\n😀"])
def test_a_text_without_a_word_is_told_in_one_line(text):
    with pytest.raises(ScriptError, match=r"^film.txt has no word to speak; write what is to be spoken, with a blank line"):
        parse(text, "film.txt")


@pytest.mark.parametrize(
    ("text", "start_s", "end_s"),
    [
        ("[00:01 --> 00:02] Hi.", 1, 2),
        ("[00:01 → 00:02]\nHi.", 1, 2),
        ("[00:01 to 00:02] Hi.", 1, 2),
        ("[00:01 bis 00:02] Hi.", 1, 2),
        ("(00:01) Hi.", 1, None),
        ("(0:01 – 0:02) Hi.", 1, 2),
        ("00:01 - 00:04 Hi.", 1, 4),
        ("00:01 – 00:04: Hi.", 1, 4),
        ("00:01 --> 00:04 Hi.", 1, 4),
    ],
)
def test_times_in_other_forms(text, start_s, end_s):
    assert parse(text).cues == (Cue("Hi.", start_s, end_s),)
    assert aloud(text)[0].strip() == "Hi."


@pytest.mark.parametrize("time", ["[00:01", "(0:99)", "00:75", "[1:75:00]"])
def test_what_is_nearly_a_time_is_not_read_aloud(time):
    with pytest.raises(ScriptError, match=r"line 1: .* is not a time; (write it as \[00:12\]|minutes)"):
        parse(f"{time} Hi.")


@pytest.mark.parametrize("text", ["12:30 was the hour.", "(1) First.", "(12, 13) and so on.", "(in 2 s) a"])
def test_numbers_that_are_no_time_are_spoken(text):
    assert parse(text).cues == (Cue(text),)


def test_what_is_for_the_eye_only_is_not_spoken(tmp_path):
    text = "```\n# A title\n\nOne<br>two<br/>three. <!-- not\n\nthis -->\n\nSee ![pic](a.png)[our *big* site](https://x.org/a_b).\n```"
    assert [(cue.text, cue.line) for cue in parse(text, "s.txt").cues] == [("One two three.", 4), ("See our big site.", 8)]
    with pytest.raises(ScriptError, match=r"column 24: \[clam\]"):
        parse("[a](http://b) <!-- --> [clam] x")
    (tmp_path / "s.txt").write_bytes(b"\x1b[1mOne\x07 t\x00wo.\x0c\x7f".replace(b"\x1b[1m", b"\x1b").replace(b"\x00", b""))
    assert read_script(tmp_path / "s.txt").cues[0].text == "One two."
    script = parse("[laughs] Well.", "s.txt")
    assert (script.cues[0].text, script.notes) == ("Well.", ("s.txt: sounds in brackets are not spoken (1): [laughs]",))


def test_an_ass_file_is_refused():
    for text, name in (("[Script Info]\nTitle: x", "s.txt"), ("x", "s.ass")):
        with pytest.raises(ScriptError, match="is an ASS file, which is not read; export it as SRT"):
            parse(text, name)
