"""A text beside what a recogniser heard: how it is spelt does not matter, what is said does."""

import numpy as np
import pytest

from voicekit.core.errors import ScriptError
from voicekit.recognition.text_check import Extra, compare, log_odds
from voicekit.text.phonemes.lexicon import Entry, Lexicon


@pytest.mark.parametrize(("text", "heard"), [
    ("Dr. Smith paid $5 for 3 apples.", "doctor smith paid five dollars for three apples"),
    ("The colour's grey, isn't it?", "the color's gray isn't it"),
    ("Whomsoever thou seest.", "Whom so ever, thou ceased."),
    ("Mr. O'Brien re-read the e-mail.", "Mister O'Brien reread the email."),
    ("They cannot know their way there.", "They can not know there way their"),
    ("On May 3rd, 1987, at 10:30.", "On May third, nineteen eighty seven, at ten thirty."),
])  # fmt: skip
def test_spelling_is_no_difference(text, heard):
    comparison = compare(text, heard, "en-us")
    assert min(comparison.found) > 0.8 and comparison.agreement > 0.9


def test_a_word_that_is_missing():
    comparison = compare("He carried seven heavy blankets.", "he carried seven blankets", "en-us")
    assert [round(found, 1) for found in comparison.found] == [1, 1, 1, 0, 1]
    assert comparison.n_phones[3] == 4 and comparison.extras == ()
    assert comparison.recall == comparison.agreement < 1


@pytest.mark.parametrize(("heard", "after"), [
    ("Yesterday the lights come on", 0), ("the lights suddenly come on", 2), ("the lights come on yesterday", 4),
])  # fmt: skip
def test_what_else_is_heard(heard, after):
    (extra,) = compare("The lights come on.", heard, "en-us").extras
    assert extra.after == after and extra.n_phones > 5
    assert compare("The lights come on.", heard, "en-us").recall == 1


def test_other_words_agree_little():
    comparison = compare("The captain carried seven blankets.", "Nobody has explained those mountains", "en-us")
    assert comparison.agreement < 0.5
    assert compare("The lights.", "", "en-us").found == compare("The lights.", "…", "en-us").found == (0, 0)


def test_a_dash_is_no_word_to_miss():
    comparison = compare("Come — now.", "come now", "en-us")
    assert comparison.n_phones[1] == 0 and comparison.found == (1, 1, 1)
    assert Extra(3, 3) in compare("Come — now.", "come now Tom", "en-us").extras


def test_words_that_are_said_otherwise():
    lexicon = Lexicon((Entry("WWC", "wildlife council"),))
    heard = "Smith sent the wildlife council a letter"
    assert compare("Smith sent the WWC a letter.", heard, "en-us", lexicon).agreement > 0.95
    assert compare("Smith sent the WWC a letter.", heard, "en-us").agreement < 0.85


def test_other_languages():
    assert compare("Er kommt um 7 Uhr.", "er kommt um sieben Uhr", "de").agreement == 1
    assert compare("Mañana no vengo.", "mañana vengo", "es").found[1] < 0.5


def test_nothing_to_say():
    with pytest.raises(ScriptError, match="nothing to pronounce"):
        compare("…", "the lights", "en-us")


def test_odds():
    class Asr:
        def log_probabilities(self, waveform, texts):
            if len(waveform) > 10:
                raise ValueError("too long")
            return [-3.0 * len(text) for text in texts]

    short = np.zeros(5, np.float32)
    assert log_odds(Asr(), short, "a", "aaa") == 6
    assert log_odds(Asr(), np.zeros(20, np.float32), "a", "aaa") == 0
    assert log_odds(object(), short, "a", "aaa") == 0
