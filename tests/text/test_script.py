import pytest

from voicekit.errors import ScriptError
from voicekit.text.script import Cue, clock, parse, read_script


def test_blank_lines_and_times_start_cues():
    text = "One.\nStill one.\n\n\n[00:12] Two.\nstill two\n[1:02:03.5-01:02:06,25]Three.\n[0:15 – 0:20]\nFour?"
    assert parse(text.replace("[0:15 – 0:20]", "[1:02:07 – 1:02:09]")) == (
        Cue("One. Still one.", None, None, 1),
        Cue("Two. still two", 12.0, None, 5),
        Cue("Three.", 3723.5, 3726.25, 7),
        Cue("Four?", 3727.0, 3729.0, 8),
    )


def test_brackets_that_are_no_time_are_text():
    assert parse("[laughs] Well.")[0].text == "[laughs] Well."
    assert parse("At [00:12] it rang.")[0] == Cue("At [00:12] it rang.", None, None, 1)
    assert parse("# is not a comment")[0].text == "# is not a comment"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", r"s\.txt is empty"),
        (" \n\t\n", r"s\.txt is empty"),
        ("Hi.\n\n[0:99] Late.", r"line 3: \[0:99\] is not a time"),
        ("[1:75:00] Late.", r"line 1: \[1:75:00\] is not a time"),
        ("[12] Late.", r"line 1: \[12\] is not a time; write it as \[00:12\]"),
        ("[00:12-] Late.", r"line 1: .* is not a time"),
        ("[00:12-00:99] Late.", r"line 1: .* is not a time"),
        ("[00:12-00:11] Late.", r"line 1: .* ends before it starts"),
        ("[00:12]\n\nText.", r"line 1: .*nothing to speak"),
        ("[00:12] A.\n\n[00:12.0] B.", r"lines 1 and 3 have the same time \[00:12\]"),
        ("[00:12] A.\n[00:05] B.", r"line 2: \[00:05\] comes after \[00:12\]"),
        ("[00:12-00:18] A.\n[00:15] B.", r"line 1: its end 00:18 lies behind \[00:15\] of line 2"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(text, message):
    with pytest.raises(ScriptError, match=message):
        parse(text, "s.txt")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings_and_line_ends(tmp_path, encoding):
    path = tmp_path / "s.txt"
    path.write_bytes("Grüße – “so”.\r\n\r\nÉté.\r\n".encode(encoding))
    assert [cue.text for cue in read_script(path)] == ["Grüße – “so”.", "Été."]


def test_files_that_are_no_script(tmp_path):
    (tmp_path / "binary").write_bytes(bytes(range(256)))
    for name, message in [("missing.txt", "does not exist"), (".", "is a folder"), ("binary", "not a text file")]:
        with pytest.raises(ScriptError, match=message) as caught:
            read_script(tmp_path / name)
        assert str(tmp_path / name) in str(caught.value)


def test_clock():
    assert [clock(s) for s in (0, 12, 12.46, 59.97, 3600)] == ["00:00", "00:12", "00:12.5", "01:00", "1:00:00"]


@pytest.mark.parametrize("text", ["Hello.\n\n!!! ...", "Hello.\n\n[00:01] \U0001f600", "Hello.\n\n___"])
def test_a_cue_without_a_word_is_named_with_its_line(text):
    with pytest.raises(ScriptError, match=r"film.txt, line 3: there is no word to speak in “.*”; write one or remove it"):
        parse(text, "film.txt")
