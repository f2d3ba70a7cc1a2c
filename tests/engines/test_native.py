from dataclasses import replace

import numpy as np
import pytest
import torch

from voicekit.engines.native import load
from voicekit.errors import ScriptError
from voicekit.text.lexicon import parse_lexicon
from voicekit.text.phonemise import phonemise
from voicekit.text.sentences import sentences


@pytest.fixture(scope="module")
def engine(tiny_voice):
    return load(tiny_voice)


def test_sentences_are_streamed_as_they_are_spoken(engine, monkeypatch):
    spoken = []
    frames = engine._frames
    monkeypatch.setattr(engine, "_frames", lambda symbols, *rest: spoken.append(symbols) or frames(symbols, *rest))
    pieces = engine.stream("One two. Three four. Five.")
    assert [word.text for word in next(pieces).words] == ["One", "two"]
    assert len(spoken) == 1


def test_a_blank_line_is_heard(engine):
    def gap_s(text, pace=1.0):
        one, two = engine.synthesize(text, pace=pace).words
        return two.start_s - one.end_s

    together, apart = gap_s("Yesterday. Tomorrow."), gap_s("Yesterday.\n\nTomorrow.")
    assert apart - together > 0.3
    assert gap_s("Yesterday.\n\nTomorrow.", pace=2.0) < apart


def test_the_first_sentence_of_a_paragraph_is_higher_than_the_last(engine):
    asked = []
    speak = engine.acoustic.speak
    engine.acoustic.speak = lambda *arguments: asked.append(arguments[-1]) or speak(*arguments)
    try:
        engine.synthesize("One two three. One two three. One two three.")
    finally:
        del engine.acoustic.speak
    first, middle, last = (float(pitch[0]) for pitch in asked)
    assert first > middle == 0 > last


def test_a_lexicon_changes_what_is_said_and_the_fingerprint(engine):
    other = engine.with_lexicon(parse_lexicon("begins = /ˈɛndz/"))
    assert other.fingerprint != engine.fingerprint
    assert [word.text for word in other.synthesize("Then it begins.").words] == ["Then", "it", "begins"]
    assert np.array_equal(other.synthesize("Then it begins.").waveform, engine.synthesize("Then it ends.").waveform)
    assert np.array_equal(other.synthesize("Nothing else.").waveform, engine.synthesize("Nothing else.").waveform)


def test_the_lexicon_in_a_voices_folder_is_its_own(engine, tiny_voice, tmp_path):
    import shutil

    folder = shutil.copytree(tiny_voice, tmp_path / "voice")
    (folder / "lexicon.txt").write_text("begins = /ˈɛndz/\nit = that", encoding="utf-8")
    own = load(folder)
    assert np.array_equal(own.synthesize("begins").waveform, engine.synthesize("ends").waveform)
    both = own.with_lexicon(parse_lexicon("it = she"))
    assert np.array_equal(both.synthesize("it begins").waveform, engine.synthesize("she ends").waveform)


def test_words_that_become_several_are_one(engine):
    words = engine.synthesize("It cost $5.20 in all.").words
    assert [word.text for word in words] == ["It", "cost", "$5.20", "in", "all"]
    assert words[2].end_s - words[2].start_s > 2 * (words[1].end_s - words[1].start_s)


def test_a_word_that_nobody_can_read_stops_it_before_anything_is_heard(engine):
    with pytest.raises(ScriptError, match="ᏣᎳᎩ"):
        next(engine.stream("One two three. Four five. Now ᏣᎳᎩ."))
    assert engine.with_lexicon(parse_lexicon("ᏣᎳᎩ = cherokee")).synthesize("Now ᏣᎳᎩ.").words[1].text == "ᏣᎳᎩ"


def test_signs_between_sentences_are_passed_over(engine):
    words = engine.synthesize("One.\n\n***\n\n🎉 ½. № Two.").words
    assert [word.text for word in words if word.text.isalpha()] == ["One", "Two"]


def test_a_question_rises_and_a_statement_does_not(engine):
    """The pitch that the acoustic model is asked for."""
    asked = {}
    speak = engine.acoustic.speak

    def note(symbols, stresses, pauses, pace, pitch):
        asked["last"] = pitch
        return speak(symbols, stresses, pauses, pace, pitch)

    engine.acoustic.speak = note
    try:
        rises = {
            text: next(engine.stream(text)) and asked["last"] for text in ("Is it late?", "It is late.", "Where is it?")
        }
    finally:
        del engine.acoustic.speak
    assert rises["Is it late?"][-2] > 0
    assert not rises["It is late."].any()
    assert rises["Where is it?"][-2] <= 0


@pytest.mark.parametrize(("level", "is_full_stop"), [(5.0, True), (-9.0, False)])
def test_a_mark_that_the_voice_never_met_is_spoken_as_a_full_stop(engine, monkeypatch, level, is_full_stop):
    frames = engine._frames

    def with_mark(symbols, *rest):
        made, durations = frames(symbols, *rest)
        tail = torch.full((1, made.mel.shape[1], 4), level if symbols[-1] == "!" else 0.0)
        return replace(made, mel=torch.cat((made.mel, tail), 2)), durations + 4 * (
            np.arange(len(symbols)) == len(symbols) - 1
        )

    def performed(text):
        with torch.inference_mode():
            return engine._perform(next(sentences(text)), phonemise(text), 1.0)[0].mel

    monkeypatch.setattr(engine, "_frames", with_mark)
    assert torch.equal(performed("Go on!"), performed("Go on.")) == is_full_stop


def test_the_same_text_sounds_the_same_whatever_was_said_before(engine):
    text = "Is it late? Yes! Then go on."
    first = engine.synthesize(text)
    torch.manual_seed(1)
    engine.synthesize("Something else! Is it?")
    assert np.array_equal(engine.synthesize(text).waveform, first.waveform)
