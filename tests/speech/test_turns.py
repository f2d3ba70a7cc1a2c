"""say in several voices."""

import io
from pathlib import Path

import numpy as np
import pytest
import soundfile
from reporters import Told
from troupe import gather

from voicekit.audio.loudness import integrated_lufs
from voicekit.core.errors import ConfigError, ScriptError
from voicekit.speech.cast import Cast, Role
from voicekit.speech.company import Company, Played
from voicekit.speech.say import say, stream
from voicekit.speech.voices import find_voice, load_voice
from voicekit.testing import check_engine
from voicekit.text.script.marks import ProsodyStyle
from voicekit.text.script.markup import marked

WORDS = "one two three four five six seven eight"


@pytest.fixture
def troupe(tmp_path, monkeypatch):
    return gather(tmp_path, monkeypatch)


def part(waveform: np.ndarray, rate: int, hz: float) -> np.ndarray:
    """Where a tone of this pitch is, by the share of each 50 ms that it has."""
    length = rate // 20
    blocks = waveform[: len(waveform) // length * length].reshape(-1, length)
    t = np.arange(length) / rate
    share = np.abs(blocks @ np.exp(-2j * np.pi * hz * t)) / np.maximum(np.abs(blocks).sum(1), 1e-6)
    return blocks[share > 0.4].ravel()


def test_voices_of_three_engines_at_one_rate_and_equally_loud(troupe):
    text = f"{WORDS}\n\n[voice: anna] {WORDS} [voice: ben] {WORDS}\n\n[voice: carl] {WORDS}\n\n[voice: anna] {WORDS}"
    seconds = say(text, Path("x.wav"), load_voice("me"), narrator=find_voice("me"))
    waveform, rate = soundfile.read("x.wav", dtype="float32")
    assert rate == 48_000, "that of the best of them"
    assert len(waveform) / rate == pytest.approx(seconds, abs=0.01)
    assert troupe.names == ["me", "anna", "ben", "carl"], "each is loaded once"
    levels = [integrated_lufs([part(waveform, rate, hz)[None]], rate) for hz in (500, 1000, 1500, 2000)]
    assert max(levels) - min(levels) < 1, levels


def test_what_the_script_wants_soft_stays_soft(troupe):
    say(f"{WORDS}\n\n[voice: anna] [soft]{WORDS}[/soft]", Path("x.wav"), load_voice("me"))
    waveform, rate = soundfile.read("x.wav", dtype="float32")
    narrator, soft = (integrated_lufs([part(waveform, rate, hz)[None]], rate) for hz in (500, 1000))
    assert narrator - soft == pytest.approx(4, abs=1)


def test_only_voices_that_speak_are_loaded(troupe):
    cast = Cast({"Anna": Role("anna"), "Ben": Role("ben")}, Path("cast.toml"))
    say("ANNA: One.\n\nANNA: Two.", Path("x.wav"), load_voice("me"), cast=cast)
    assert troupe.names == ["me", "anna"]
    assert [text for text, *_ in troupe["anna"].said] == ["One.\n\nTwo."], "as one text: its paragraphs are the voice's"


def test_the_narrators_voice_in_a_role_is_not_loaded_again(troupe):
    cast = Cast({"Anna": Role("me", pace=0.8)}, Path("cast.toml"))
    say("One.\n\nANNA: Two.\n\nANNA: Three.", Path("x.wav"), load_voice("me"), cast=cast, narrator=find_voice("me"))
    assert troupe.names == ["me"]
    assert [pace for _, pace, _ in troupe["me"].said] == [1.0, 0.8]


def test_into_a_pipe(troupe):
    pipe = io.BytesIO()
    stream(f"{WORDS} [voice: carl] {WORDS}", pipe, load_voice("me"))
    assert pipe.getvalue()[24:28] == (48_000).to_bytes(4, "little")
    assert troupe["carl"].said


def test_pauses_between_voices(troupe):
    def length(text: str) -> float:
        return say(text, Path("x.wav"), load_voice("me"))

    near = length("One. [voice: anna] Two.")
    assert length("One.\n\n[voice: anna] Two.") - near == pytest.approx(0.35, abs=0.01)
    assert length("One. [pause 2s] [voice: anna] Two.") - near == pytest.approx(1.75, abs=0.01)


def test_pace_and_tone_of_a_role(troupe):
    company = Company(load_voice("me"), Cast())
    played = company.engine(Role("anna", pace=1.5, tone="sad"))
    text, marks = marked("one [pause 1s] *two*")
    list(played.stream(text, pace=1.5, marks=marks))
    [(_, pace, asked)] = troupe["anna"].said
    assert pace == 2.0, "no faster than voices go"
    assert asked.styles[0].pitch_st == -2 and asked.styles[1].pitch_st == pytest.approx(-2 + marks.styles[1].pitch_st)
    assert asked.pauses_s == marks.pauses_s
    plain = company.engine(Role("anna"))
    assert not isinstance(plain, Played) and plain.fingerprint != played.fingerprint
    assert company.engine(Role("anna", pace=1.5)).fingerprint not in (plain.fingerprint, played.fingerprint)


def test_a_role_keeps_the_contract_of_engines(tiny_voice):
    from voicekit.speech.native import load

    check_engine(Played(load(tiny_voice), Role(pace=1.1, tone="calm")))
    assert Played(load(tiny_voice), Role(tone="calm"))._marks("a b", marked("a *b*")[1]).styles[0] != ProsodyStyle()


def test_what_is_unknown_is_told_before_a_sound(troupe):
    told = Told()
    cast = Cast({"Anna": Role("anna")}, Path("cast.toml"))
    say("ANNA: One.\n\nBEN: Two.", Path("x.wav"), load_voice("me"), cast=cast, reporter=told)
    assert "“BEN” (line 3) is not in cast.toml, and the narrator's voice speaks it" in told.lines
    with pytest.raises(ScriptError, match=r"the text, line 1: \[voice: nobody\]"):
        say("One. [voice: nobody] Two.", Path("y.wav"), load_voice("me"))
    with pytest.raises(ConfigError, match=r"\[Anna\]: there is no voice 'nobody'"):
        say("ANNA: One.\n\nANNA: Two.", Path("y.wav"), load_voice("me"), cast=Cast({"Anna": Role("nobody")}, Path("c.toml")))
    assert not Path("y.wav").exists()


def test_another_language_is_told_of_the_voice_that_speaks_it(troupe):
    german = "[voice: anna] Guten Morgen, wie geht es dir heute? Das Wetter ist schön, und wir gehen in den Garten."
    told = Told()
    say(f"Good morning, everybody, and welcome to the show. {german}", Path("x.wav"), load_voice("me"), reporter=told)
    assert sum("the text is German" in line for line in told.lines) == 1
