"""Whether a given text is what is said: the shipped voice says one text, another is given; with and without a recogniser."""

import numpy as np
import pytest

from voicekit.recognition import speech
from voicekit.recognition.text_check import disagreement
from voicekit.speech.voices import find_voice, load_engine

SAID = "The forest is still asleep and nobody has seen the river for many days, Tom."
RATE = 24_000


@pytest.fixture(scope="module")
def waveform() -> np.ndarray:
    return load_engine(find_voice("base"), "cpu").synthesize(SAID).waveform


class Asr:
    """Hear one thing; `unlikely` words make a text likelier that lacks them."""

    note = None

    def __init__(self, heard=SAID, unlikely=()):
        self.heard, self.unlikely = heard, unlikely

    def transcribe(self, waveform):
        return self.heard

    def log_probabilities(self, waveform, texts):
        return [-10.0 * sum(word.strip(".,").lower() in self.unlikely for word in text.split()) for text in texts]


GIVEN = {
    "The forest is still asleep and nobody has seen the river for many days": "after “days” more is said",
    "The forest is still asleep and nobody has seen the river": "after “river” more is said",
    "and nobody has seen the river for many days, Tom.": "before “and” more is said",
    "The forest is still asleep and the river for many days, Tom.": "after “and” more is said",
    SAID + " Never again.": "“Never again” is not said",
    "Never again. " + SAID: "“Never again” is not said",
    "The forest is still asleep and deeply frozen and nobody has seen the river for many days, Tom.":
        "“frozen” is not said",
    "Then somebody yawns and stretches his legs and the day begins at last, at least in town.": "what is heard",
}  # fmt: skip


@pytest.mark.parametrize("given", GIVEN)
def test_a_text_that_is_not_what_is_heard(waveform, given):
    reason = disagreement(waveform, RATE, given, "en-us", Asr(unlikely=("never", "again", "deeply", "frozen")))
    assert reason and reason.startswith("the text does not match") and reason.endswith(GIVEN[given])
    assert "\n" not in reason


@pytest.mark.parametrize("heard", [
    SAID, SAID.lower().replace(",", ""), SAID.replace("Tom", "Thom"), SAID.replace("forest", "forrest"),
    SAID.replace("is still", "it's still"),
    SAID.removesuffix(", Tom.") + ".",  # it stopped too early, and knows that the text with the word is as likely
])  # fmt: skip
def test_what_is_misheard_a_little_is_right(waveform, heard):
    assert disagreement(waveform, RATE, SAID, "en-us", Asr(heard)) is None


def test_a_number_can_be_read_in_several_ways(waveform):
    given, heard = SAID.replace("many", "1987"), SAID.replace("many", "one thousand nine hundred and eighty seven")
    assert disagreement(waveform, RATE, given, "en-us", Asr(heard)) is None


def test_ears_that_do_not_know_the_language_do_not_overrule_what_surely_fits(waveform):
    assert disagreement(waveform, RATE, SAID, "en-us", Asr("Wo ist denn hier die Post?")) is None
    assert disagreement(waveform, RATE, SAID, "en-us", Asr("")) is None


def test_ears_find_right_what_the_aligner_does_not_know(waveform):
    """A language of which the aligner knows no sound, here made of noise that no phones fit."""
    noise = np.random.default_rng(0).normal(0, 0.1, len(waveform)).astype(np.float32)
    assert disagreement(noise, RATE, SAID, "en-us", Asr()) is None
    assert disagreement(noise, RATE, SAID, "en-us")


def test_without_ears_the_end_of_the_text_is_the_end_of_the_speech(waveform):
    assert disagreement(waveform, RATE, SAID, "en-us") is None
    given = "The forest is still asleep and nobody has seen the river for many"
    assert disagreement(waveform, RATE, given, "en-us") == "the text does not match: after its end, “many”, more is said"
    assert disagreement(waveform, RATE, SAID + " Never again, nor.", "en-us").startswith("the text does not match")


def test_silence_behind_the_last_word_is_no_speech(waveform):
    silence = np.random.default_rng(0).normal(0, 1e-4, RATE).astype(np.float32)
    assert disagreement(np.concatenate([waveform, silence]), RATE, SAID, "en-us") is None


def test_speech_behind_the_last_word_counts_where_it_is_found(waveform, monkeypatch):
    monkeypatch.setattr(speech, "find_speech", lambda blocks: iter([np.zeros(len(blocks[0]) // speech.FRAME_LENGTH)]))
    given = "The forest is still asleep and nobody has seen the river for many"
    assert disagreement(waveform, RATE, given, "en-us") is None  # nobody speaks there


def test_much_too_long_and_too_short(waveform):
    assert "too long" in disagreement(waveform, RATE, SAID * 4, "en-us", Asr())
    assert "too short" in disagreement(waveform, RATE, "Tom.", "en-us", Asr())
    assert "nothing to pronounce" in disagreement(waveform, RATE, "…", "en-us", Asr())
