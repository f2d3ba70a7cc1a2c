import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from clips import FakeVoice, make_clip, make_sound

import voicekit.cli
from voicekit.cli.script import command
from voicekit.speech import voices


@pytest.fixture
def desk(tmp_path, monkeypatch):
    make_clip(tmp_path / "clip.mp4", 6.0, make_sound(6.0))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VOICEKIT_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(voices, "find_voice", lambda name=None, **_: voices.Voice("fake", tmp_path, "fake", "en", {}))
    monkeypatch.setattr(voices, "load_engine", lambda voice, device="auto": FakeVoice())
    return tmp_path


def check(*more):
    return CliRunner().invoke(command, ["check", "script.txt", "--video", "clip.mp4", *more])


def test_a_script_that_fits(desk):
    Path("script.txt").write_text("One two.\n\n[00:03] Three.")
    result = check()
    assert result.exit_code == 0 and "every line fits" in result.output, result.output
    assert sorted(path.name for path in desk.iterdir()) == ["cache", "clip.mp4", "script.txt"]


def test_how_it_was_read_is_told_first(desk):
    Path("script.txt").write_text("| Time | Visual | Text |\n|---|---|---|\n| 0:01 | Sea | One. |\n| 0:03 | Sky | Two. |")
    result = check()
    assert result.stdout.startswith(
        "script.txt: read as table with times, 2 lines to speak, 2 of them at a time of their own\n"
    )
    assert "columns that are not spoken: Visual" in result.stderr
    told = json.loads(check("--json").stdout)
    assert told["kind"] == "table with times" and "Visual" in told["notes"][0] and len(told["lines"]) == 2


def test_of_two_languages_that_of_the_voice_is_spoken_or_the_one_that_is_chosen(desk):
    english, german = (
        ("The door is open now.", "Nobody was there with her."),
        ("Die Tür ist jetzt offen.", "Es war niemand bei ihr."),
    )
    Path("script.txt").write_text("\n\n".join(f"{g}\n{e}" for e, g in zip(english, german, strict=True)))
    assert [line["text"] for line in json.loads(check("--json").stdout)["lines"]] == list(english)
    told = json.loads(check("--json", "--language", "de").stdout)
    assert [line["text"] for line in told["lines"]] == list(german) and "English is not" in told["notes"][0]


def test_what_will_not_fit_by_how_much_and_how_many_words_to_cut(desk):
    Path("script.txt").write_text("[00:01] One.\n\n[00:02-00:03] one two three four five six.\n\n[00:05] End.")
    result = check()
    assert result.exit_code == 1 and "1 of 3 lines does not fit" in result.output
    outcome = json.loads(check("--json").stdout)
    assert not outcome["fits"] and [line["overrun_s"] > 0 for line in outcome["lines"]] == [False, True, False]
    line = outcome["lines"][1]
    # Six words of 0.4 s, as fast as may be, in one second.
    assert line["overrun_s"] == pytest.approx(6 * 0.4 / 1.32 - 1, abs=0.15) and line["words_to_cut"] in (3, 4)
    shorter = " ".join(["one", "two", "three", "four", "five", "six"][: 6 - line["words_to_cut"]])
    Path("script.txt").write_text(f"[00:01] One.\n\n[00:02-00:03] {shorter}.\n\n[00:05] End.")
    assert check().exit_code == 0


@pytest.mark.parametrize(
    ("script", "clip", "message"),
    [
        ("[00:30] Late.", "clip.mp4", "line 1: the time 00:30 lies past the end"),
        ("[clam] One.", "clip.mp4", "line 1, column 1: [clam] is not known"),
        ("One.", "none.mp4", "none.mp4 does not exist"),
        ("One.", "script.txt", "is not a sound or film file"),
    ],
)
def test_what_cannot_be_told_is_exit_code_2(desk, monkeypatch, capsys, script, clip, message):
    Path("script.txt").write_text(script)
    monkeypatch.setattr("sys.argv", ["voicekit", "script", "check", "script.txt", "--video", clip])
    with pytest.raises(SystemExit) as stopped:
        voicekit.cli.main()
    out, err = capsys.readouterr()
    assert stopped.value.code == 2 and out == "" and err.count("\n") == 1 and message in err
