"""A cast: what a table may say, and what the names of a script come to."""

from pathlib import Path

import pytest
from troupe import gather

from voicekit.core.errors import ConfigError, ScriptError
from voicekit.speech.cast import NO_CAST, Part, Role, casting, folded, load_cast, read_cast
from voicekit.speech.roll import as_toml, roll_of
from voicekit.speech.voices import list_voices
from voicekit.text.script.marks import SpokenBy
from voicekit.text.script.script import parse


@pytest.fixture
def troupe(tmp_path, monkeypatch):
    return gather(tmp_path, monkeypatch)


def cast_of(text: str):
    Path("cast.toml").write_text(text, encoding="utf-8")
    return read_cast(Path("cast.toml"))


def label(name: str, line: int = 1) -> SpokenBy:
    return SpokenBy(name, "label", line)


def test_names_are_the_same_whatever_their_case_and_accents(troupe):
    cast = cast_of('["Béatrice"]\nvoice = "anna"\n["old tom"]\nvoice = "ben"\npace = 0.9\ntone = "calm"\n')
    found = casting([label("BEATRICE"), label("Old_Tom"), label("Béatrice")], cast, "script.txt")
    assert found.parts[label("BEATRICE")] == Part("BEATRICE", Role("anna"))
    assert found.parts[label("Béatrice")] == Part("BEATRICE", Role("anna"))  # one person, by the name that is there first
    assert found.parts[label("Old_Tom")].role == Role("ben", pace=0.9, tone="calm")
    assert found.notes == (
        "cast.toml: “BEATRICE” in the script is [Béatrice]",
        "cast.toml: “Old_Tom” in the script is [old tom]",
    )


@pytest.mark.parametrize("name", ["Straße", "ΆΝΝΑ", "  a  b ", "A_B"])
def test_folding_twice_changes_nothing(name):
    assert folded(folded(name)) == folded(name)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[A]\nvoise = "anna"', r"cast.toml: \[A\]: unknown key 'voise'; did you mean 'voice'"),
        ("[A]\npace = 3", r"\[A\]: 'pace' must be from 0.5 to 2"),
        ('[A]\npace = "fast"', r"\[A\]: 'pace' is a number"),
        ("[A]\npace = nan", r"\[A\]: 'pace'"),
        ('[A]\ntone = "clam"', r"\[A\]: there is no tone 'clam'; did you mean 'calm'"),
        ('[A]\nengine = "bells"', r"\[A\]: 'engine' is 'bells', but no 'voice'"),
        ('[Anna]\nvoice = "anna"\n[ANNÁ]', r'line 3: a name of other signs .* needs quotes: \["ANNÁ"\]'),
        ('[Anna]\nvoice = "anna"\n["ANNÁ"]\nvoice = "ben"', r"\[ANNÁ\] and \[Anna\] are the same name"),
        ('[Old Tom]\nvoice = "anna"', r'line 1: a name of other signs .*needs quotes: \["Old Tom"\]'),
        ('[dr.smith]\nvoice = "anna"', r'\["dr.smith"\]'),
        ('anna = "anna"', "'anna' stands by itself; write a table a name"),
        ('[" "]\nvoice = "anna"', "is no name"),
        ("[A", "is not valid TOML"),
        ("\n".join(f"[n{n}]" for n in range(1001)), "has 1001 names; a cast has at most 1000"),
    ],
)
def test_a_table_that_is_wrong(troupe, text, message):
    with pytest.raises(ConfigError, match=message):
        cast_of(text)


def test_a_table_that_is_not_there(troupe):
    with pytest.raises(ConfigError, match=r"nowhere.toml"):
        load_cast(Path("nowhere.toml"), "cpu", None, None)
    assert load_cast(None, "cpu", None, None).roles == {}


def test_a_voice_that_is_not_there_is_told_where_it_is_needed(troupe):
    cast = cast_of('[A]\nvoice = "ana"\n[B]\nvoice = "ben"\n')
    assert casting([label("B")], cast, "script.txt").parts[label("B")].role == Role("ben")
    with pytest.raises(ConfigError, match=r"cast.toml: \[A\]: there is no voice 'ana'; did you mean 'anna'"):
        casting([label("A")], cast, "script.txt")


def test_the_engine_of_a_voice(troupe):
    cast = cast_of('[A]\nvoice = "ben"\nengine = "bells"\n[B]\nvoice = "af_heart"\nengine = "kokoro"\n')
    assert cast.roles == {"A": Role("ben"), "B": Role("kokoro:af_heart")}


def test_a_folder_is_seen_from_the_table(troupe, tmp_path, monkeypatch):
    (tmp_path / "film").mkdir()
    (tmp_path / "film" / "cast.toml").write_text('[A]\nvoice = "../voices/ben"\n', encoding="utf-8")
    (tmp_path / "else").mkdir()
    monkeypatch.chdir(tmp_path / "else")
    role = load_cast(tmp_path / "film" / "cast.toml", "cpu", None, None).roles["A"]
    assert Path(role.voice).samefile(tmp_path / "voices" / "ben")


def test_a_name_that_the_cast_does_not_have_is_the_narrators(troupe):
    cast = cast_of('[Anna]\nvoice = "anna"\n[narrator]\nvoice = "me"\npace = 0.9\n')
    found = casting([label("ANA", 3), label("ANNA", 4), label("ANA", 9), label("VO", 5)], cast, "script.txt")
    assert found.narrator == Part("", Role("", pace=0.9)), "whose voice is that which narrates"
    assert found.parts[label("ANA")] == Part("ANA", found.narrator.role) == Part("ANA", found.parts[label("VO")].role)
    assert found.notes == (
        "“ANA” (lines 3, 9) is not in cast.toml, and the narrator's voice speaks it; did you mean [Anna]?",
    )


def test_a_name_of_the_cast_that_nobody_has(troupe):
    cast = cast_of('[Anna]\nvoice = "anna"\n[Zoe]\nvoice = "nobody"\n')
    assert casting([label("Anna")], cast, "s.txt").notes == ("cast.toml: nobody in s.txt is called “Zoe”",)


def test_marks_name_voices_or_those_of_the_cast(troupe):
    cast = cast_of('[Anna]\nvoice = "carl"\n')
    found = casting([SpokenBy("anna"), SpokenBy("ben")], cast, "script.txt")
    assert [part.role for part in found.parts.values()] == [Role("carl"), Role("ben")]
    with pytest.raises(ScriptError, match=r"script.txt, line 7: \[voice: bn\]: there is no voice 'bn'; did you mean 'ben'"):
        casting([SpokenBy("bn", "mark", 7)], cast, "script.txt")
    with pytest.raises(ScriptError, match=r"line 8: .*; cast.toml has \[Anna\]"):
        casting([SpokenBy("aanna", "mark", 8)], cast, "script.txt")


def test_a_voice_line_that_is_a_description(troupe):
    found = casting([SpokenBy("ben", "line", 3), SpokenBy("calm, warm", "line", 9)], NO_CAST, "board.md")
    assert [part.role for part in found.parts.values()] == [Role("ben"), Role()]
    assert found.notes == ("“calm, warm” (line 9) is the name of no voice, and the narrator's voice speaks it",)


def test_without_a_cast_names_change_nothing(troupe):
    cue = parse("It is.\nANNA: Who?\nBEN: [calm] I.").cues[0]
    found = casting([voice for *_, voice in cue.marks.voices], NO_CAST, "script.txt")
    assert not found.notes
    [(text, marks, part)] = found.spoken(cue.text, cue.marks)
    assert (text, part) == (cue.text, Part()) and not marks.voices and marks.styles == cue.marks.styles


def test_signs_between_two_who_speak_are_nobodys(troupe):
    cue = parse("[voice: anna] Oh! — [voice: ben] … [pause 1s] No. [/voice] —").cues[0]
    found = casting([voice for *_, voice in cue.marks.voices], NO_CAST, "script.txt")
    assert [(text.strip(), part.name) for text, _, part in found.spoken(cue.text, cue.marks)] == [
        ("Oh! —…", "anna"),
        ("No. —", "ben"),
    ]


SCRIPT = "It is cold.\n\nANNA: Who is there?\n\nBEN: I.\n\nANNA: Oh. [voice: carl] Me too.\n\n[voice: zoe] And me."


def test_the_roll_of_a_script(troupe):
    roll = roll_of(parse(SCRIPT), cast_of('[anna]\nvoice = "anna"\npace = 1.1\n'), "script.txt", "me")
    assert [(one.name, one.line, one.n_lines, one.n_words, one.spoken_by) for one in roll.entries] == [
        ("", 1, 1, 3, "me, the narrator's voice"),
        ("ANNA", 3, 2, 4, "anna, pace 1.1"),
        ("BEN", 5, 1, 1, "me, the narrator's voice"),
        ("carl", 7, 1, 2, "carl"),
        ("zoe", 9, 1, 2, "me, the narrator's voice"),
    ]
    assert "“zoe” (line 9) is not in cast.toml" in roll.notes[1]


def test_a_cast_to_start_from_is_read_as_it_is_spoken_now(troupe):
    script = parse(SCRIPT + '\n\n[voice: "Ö \\ 1"] Hm.')
    roll = roll_of(script, cast_of('[anna]\nvoice = "anna"\npace = 1.1\ntone = "sad"\n'), "script.txt", "me")
    text = as_toml(roll, list_voices(), "script.txt")
    assert "# Voices that are here: " in text and "anna (en-us)" in text
    cast = cast_of(text)
    assert cast.roles["ANNA"] == Role("anna", pace=1.1, tone="sad")
    assert set(cast.roles) == {"narrator", "ANNA", "BEN", "carl", "zoe", "Ö \\ 1"}
    again = roll_of(script, cast, "script.txt", "me")
    assert [one.spoken_by for one in again.entries] == [one.spoken_by for one in roll.entries]
