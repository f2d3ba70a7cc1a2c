"""Long texts, passage by passage: what is kept, what is silent between them, and what cannot be pronounced."""

import numpy as np
import pytest
from clips import FakeVoice
from reporters import Told

from voicekit.core.errors import ScriptError
from voicekit.narration.cache import SpeechCache
from voicekit.narration.recital import (
    HEADING_PAUSE_S,
    LONGEST,
    SCENE_PAUSE_S,
    Recital,
    paragraphs,
    passages_of,
    say_long,
)
from voicekit.narration.speak import Speaker
from voicekit.speech.prosody import PARAGRAPH_PAUSE_S
from voicekit.text.book.book import HEADING, SCENE, Block
from voicekit.text.script.markup import marked


def recital(folder, engine=None, pace=1.0, reporter=None):
    return Recital.of(Speaker(engine or FakeVoice(), SpeechCache(folder)), pace, reporter or Told())


def test_pauses_follow_what_was_said():
    blocks = [Block("One", HEADING), Block("Two two."), Block("", SCENE), Block("Three."), Block("—"), Block("Four.")]
    passages = passages_of(blocks, "en-us")
    assert [passage.cue.text for passage in passages] == ["One", "Two two.", "Three.", "Four."]
    assert [passage.pause_s for passage in passages] == [HEADING_PAUSE_S, SCENE_PAUSE_S, PARAGRAPH_PAUSE_S, 0.0]


def test_a_pause_that_was_asked_for_at_the_end_of_a_paragraph():
    text, marks = marked("One two. [pause 4s]\n\nThree.")
    passages = passages_of(paragraphs(text, marks), "en-us")
    assert passages[0].pause_s == pytest.approx(3.9) and passages[0].cue.marks.pauses_s == (0.0, 4.0)


def test_marks_stay_with_their_words():
    text, marks = marked("One *two*.\n\nThree [slow]four[/slow].\n\nFive.")
    passages = passages_of(paragraphs(text, marks), "en-us")
    assert [len(passage.cue.marks.styles) for passage in passages] == [2, 2, 1]
    assert [passage.cue.marks.styles[-1].pace for passage in passages] == [0.87, 0.8, 1.0]


def test_a_long_paragraph_is_parted_between_sentences_and_no_word_is_lost():
    text = " ".join(f"This is sentence number {n} of a paragraph that never ends." for n in range(200))
    passages = passages_of([Block(text)], "en-us")
    assert len(passages) > 5 and max(len(passage.cue.text) for passage in passages) < LONGEST * 1.2
    assert " ".join(passage.cue.text for passage in passages) == text
    assert all(passage.cue.text.endswith(".") for passage in passages)


def test_a_sentence_without_an_end_is_parted_all_the_same():
    text = "and then " * 2000
    passages = passages_of([Block(text)], "en-us")
    assert max(len(passage.cue.text) for passage in passages) < LONGEST * 1.2
    assert " ".join(passage.cue.text for passage in passages).split() == text.split()


def test_what_was_spoken_is_not_spoken_again(tmp_path):
    passages = passages_of([Block("One two."), Block("Three.")], "en-us")
    first, engine = list(recital(tmp_path).blocks(passages)), FakeVoice()
    again = list(recital(tmp_path, engine).blocks(passages))
    assert engine.said == [] and all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))


def test_silence_between_passages_follows_the_pace(tmp_path):
    passages = passages_of([Block("One."), Block("Two.")], "en-us")
    silences = []
    for pace in (1.0, 2.0):
        waveform = recital(tmp_path, pace=pace).waveform(passages[0])
        silences.append((len(waveform) - np.flatnonzero(np.abs(waveform) > 0.01)[-1]) / 24_000 - 0.08)
    assert silences == pytest.approx([PARAGRAPH_PAUSE_S, PARAGRAPH_PAUSE_S / 2], abs=0.03)


def test_what_was_spoken_before_costs_no_time(tmp_path):
    passages = passages_of([Block("One two."), Block("Three."), Block("Four four four.")], "en-us")
    recital(tmp_path).waveform(passages[0])
    told = Told()
    list(recital(tmp_path, reporter=told).tracked(passages, told))
    assert told.lines == ["1 of 3 passages were spoken before, and are kept"]
    assert told.shares["speaking"][1] < 0.1, "the share is of what is still to be spoken"


class Picky(FakeVoice):
    def stream(self, text, **how):
        if "ᏣᎳᎩ" in text:
            raise ScriptError("nobody can pronounce “ᏣᎳᎩ”; write it otherwise")
        yield from super().stream(text, **how)


def test_a_sentence_that_cannot_be_pronounced_is_left_out_and_told_once(tmp_path):
    told, engine = Told(), Picky()
    speaking = recital(tmp_path, engine, reporter=told)
    passages = passages_of([Block("One two. Here is ᏣᎳᎩ. Three four."), Block("ᏣᎳᎩ"), Block("Five.")], "en-us")
    for _ in range(2):
        waveforms = list(speaking.blocks(passages))
    assert [len(one[0]) > 24_000 * 0.3 for one in waveforms] == [True, False, True]
    assert [text for text, _ in engine.said] == ["One two.", "Three four.", "Five."]
    assert len(told.lines) == 2 and "“Here is ᏣᎳᎩ.”: nobody can pronounce" in told.lines[0]


def test_what_was_misheard_is_told_once(tmp_path):
    class Misheard:
        ok, score = False, 0.5

        def describe(self):
            return "“two” is missing"

    told, engine = Told(), FakeVoice()
    listener = Speaker(engine, SpeechCache(tmp_path), lambda speech, cue, pace: Misheard())
    speaking = Recital.of(listener, 1.0, told)
    for _ in range(2):
        speaking.waveform(passages_of([Block("One two.")], "en-us")[0])
    assert len(engine.said) == 3 and told.lines == ["misheard in “One two.”: “two” is missing"]


def test_a_long_text_goes_on_where_it_was_stopped(tmp_path):
    text = "\n\n".join(f"Paragraph number {n} is." for n in range(60))

    class Killed(FakeVoice):
        def stream(self, text, **how):
            if "number 40 " in text:
                raise KeyboardInterrupt
            yield from super().stream(text, **how)

    with pytest.raises(KeyboardInterrupt):
        say_long(text, tmp_path / "a.wav", Killed(), cache_folder=tmp_path / "cache")
    assert not (tmp_path / "a.wav").exists()
    told, engine = Told(), FakeVoice()
    seconds = say_long(text, tmp_path / "a.wav", engine, reporter=told, cache_folder=tmp_path / "cache")
    assert len(engine.said) == 20 and told.lines == ["40 of 60 passages were spoken before, and are kept"]
    assert say_long(text, tmp_path / "b.wav", FakeVoice(), cache_folder=tmp_path / "other") == seconds
    assert (tmp_path / "a.wav").read_bytes() == (tmp_path / "b.wav").read_bytes()


def test_nothing_to_pronounce(tmp_path):
    with pytest.raises(ScriptError, match=r"nothing to pronounce in story\.txt"):
        say_long("— … —\n\n***", tmp_path / "a.wav", FakeVoice(), name="story.txt", cache_folder=tmp_path)
