"""A script in another language than its voice is told, with the voices there are; short and mixed ones are left alone."""

import shlex

import pytest
from clips import FakeVoice
from reporters import Told

from voicekit.speech import language
from voicekit.speech.language import tell_language
from voicekit.speech.voices import Voice, to_hear
from voicekit.text.language import language_of
from voicekit.text.language_names import espeak_code, is_other, language_name, sample_sentence, short_code

GERMAN = "Die Lichter gehen an, und dann beginnt es zu regnen."
ENGLISH = "The lights come on, and then it begins to rain."


def notes_of(text, spoken="en-us"):
    engine, told = FakeVoice(), Told()
    engine.language = spoken
    tell_language([text], engine, told)
    return [line for line in told.lines if "voice speaks" in line]


@pytest.fixture
def voices(monkeypatch, tmp_path):
    def there(**languages):
        listed = [Voice(name, tmp_path / name, "native", spoken, {}) for name, spoken in languages.items()]
        monkeypatch.setattr(language, "list_voices", lambda: listed)

    there(base="en-us")
    return there


def test_a_german_text_in_an_english_voice_is_told_with_the_voices_that_could(voices):
    voices(base="en-us", anna="de", jörg="de-at")
    (note,) = notes_of(GERMAN)
    assert "the text is German" in note and "English (en-us)" in note
    assert "anna, jörg" in note.replace("'", "") and "--voice anna" in note


def test_the_reverse_is_told_too(voices):
    (note,) = notes_of(ENGLISH, "de")
    assert "the text is English" in note and "German (de)" in note and "--voice base" in note


def test_where_no_voice_could_the_way_to_one_is_told(voices):
    (note,) = notes_of(GERMAN)
    assert "voicekit prepare RECORDINGS_DIR --language de" in note and "--voice" not in note


@pytest.mark.parametrize("text", [
    ENGLISH, "Jürgen Müller, Zürich.", "OK.", "Guten Tag!", "1984", "", "…", "Café crème, déjà vu, Schadenfreude.",
    f"{ENGLISH} {GERMAN}", "She said “Auf Wiedersehen” and left the room for the last time.",
])  # fmt: skip
def test_english_short_and_mixed_texts_are_left_alone(voices, text):
    assert notes_of(text) == []


def test_a_voice_that_does_not_tell_its_language_is_left_alone(voices):
    assert notes_of(GERMAN, "") == []


def test_a_few_lines_in_another_language_do_not_alarm(voices):
    told, engine = Told(), FakeVoice()
    tell_language([ENGLISH] * 8 + [GERMAN] * 2, engine, told)
    assert told.lines == []


@pytest.mark.parametrize(("found", "spoken", "other"), [
    ("de", "en-us", True), ("en", "en-gb", False), ("zh", "cmn", False), ("no", "nb", False), ("da", "nb", False),
    ("sk", "cs", False), (None, "de", False), ("de", "", False), ("sr", "hr", False), ("en", "hr", True), ("it", "es", True),
])  # fmt: skip
def test_which_languages_are_others(found, spoken, other):
    assert is_other(found, spoken) is other


@pytest.mark.parametrize("spoken", ["en-us", "de", "fr-fr", "es-419", "it"])
def test_a_voice_is_heard_in_its_own_language(spoken, tiny_voice, monkeypatch, tmp_path):
    sentence = sample_sentence(spoken)
    assert sentence and language_of(sentence) in (short_code(spoken), None)
    monkeypatch.setattr("voicekit.speech.voices.read_voice", lambda folder: Voice("my voice", folder, "native", spoken, {}))
    command = shlex.split(to_hear(tmp_path / "my voice"))
    assert command[:3] == ["voicekit", "say", sentence] and command[-1] == "my voice"


def test_a_language_without_a_sentence_says_so(monkeypatch, tmp_path):
    monkeypatch.setattr("voicekit.speech.voices.read_voice", lambda folder: Voice("v", folder, "native", "ka", {}))
    assert "TEXT IN GEORGIAN" in to_hear(tmp_path / "v")
    assert sample_sentence("xx") is None and language_name("xx") == "xx"


def test_codes_are_espeak_ngs():
    from voicekit.text.phonemes.phonemise import check_language

    for code in ("en", "fr", "zh", "no", "de"):
        check_language(espeak_code(code))


def test_say_tells_it_before_it_speaks(voices, tmp_path):
    from voicekit.speech.say import say

    told = Told()
    say(GERMAN, tmp_path / "a.wav", FakeVoice(), reporter=told)
    assert any("the text is German" in line for line in told.lines)
