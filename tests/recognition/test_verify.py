"""The shipped voice says sentences, and faults are made in them on purpose."""

import re

import numpy as np
import pytest

from voicekit.recognition.verify import Verdict, verify
from voicekit.speech.engine import Speech
from voicekit.speech.voices import find_voice, load_engine
from voicekit.text.phonemes.lexicon import Entry, Lexicon

TEXT = "The captain carried seven heavy blankets to the northern station."


@pytest.fixture(scope="module")
def voice():
    return load_engine(find_voice("base"), "cpu")


@pytest.fixture(scope="module")
def speech(voice) -> Speech:
    return voice.synthesize(TEXT)


def spliced(speech: Speech, *spans_s: tuple[float, float]) -> Speech:
    """The stretches of a speech one after another."""
    rate = speech.sample_rate
    return Speech(np.concatenate([speech.waveform[round(a * rate) : round(b * rate)] for a, b in spans_s]), rate)


def checked(speech: Speech, text: str = TEXT, language: str = "en-us", **options) -> Verdict:
    return verify(speech.waveform, speech.sample_rate, text, language, **options)


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        "Dr. Smith paid $5 for 3 apples on May 3rd, 1987.",
        "Out of the way, said the man — the old one!",
        "The FBI met at 10:30. Nobody came; it was raining.",
        "That that is, is.",
    ],
)
def test_what_the_voice_says_passes(voice, text):
    verdict = checked(voice.synthesize(text), text)
    assert verdict.ok, verdict.describe()
    assert verdict.score == 1


@pytest.mark.parametrize("place", [1, 2, 3, 5, 8, 9])
def test_a_word_cut_out_is_named(speech, place):
    word = speech.words[place]
    verdict = checked(spliced(speech, (0, word.start_s), (word.end_s, speech.duration_s)))
    assert place in verdict.dropped
    assert word.text in verdict.describe()
    assert "not heard" in verdict.describe()
    assert not verdict.ok
    assert verdict.score < 1


def test_a_word_said_twice_is_named(speech):
    word = speech.words[5]
    verdict = checked(spliced(speech, (0, word.end_s), (word.start_s, speech.duration_s)))
    assert 5 in verdict.repeated
    assert not verdict.dropped
    assert "said twice" in verdict.describe()


def test_the_end_is_missing(speech):
    verdict = checked(spliced(speech, (0, speech.words[5].end_s)))
    assert verdict.dropped == (6, 7, 8, 9)
    assert verdict.describe() == "“to the northern station” was not heard"


def test_the_beginning_is_missing(speech):
    assert {1, 2} <= set(checked(spliced(speech, (speech.words[3].start_s, speech.duration_s))).dropped)


def test_half_is_silent(speech):
    waveform = speech.waveform.copy()
    waveform[len(waveform) // 2 :] = 0
    assert {8, 9} <= set(checked(Speech(waveform, speech.sample_rate)).dropped)


def test_something_else_is_said(speech):
    verdict = checked(speech, "Nobody has ever explained how those mountains became an island.")
    assert verdict.score < 0.5


def test_another_word_is_said(voice):
    said = voice.synthesize(TEXT.replace("blankets", "umbrellas"))
    assert 5 in checked(said).dropped


def test_silence_and_noise():
    noise = np.random.default_rng(0).normal(0, 0.1, 72_000).astype(np.float32)
    for waveform in (np.zeros(72_000, np.float32), np.zeros(0, np.float32)):
        verdict = checked(Speech(waveform, 24_000))
        assert verdict.dropped == tuple(range(10))
        assert verdict.score == 0
    assert not checked(Speech(noise, 24_000)).ok


def test_words_of_a_lexicon(voice):
    lexicon, text = Lexicon((Entry("WWC", "wildlife council"),)), "Mister Smith sent the WWC another letter."
    said = voice.with_lexicon(lexicon).synthesize(text)
    assert checked(said, text, lexicon=lexicon).ok
    assert not checked(said, text).ok


def test_german(speech):
    """The length alone tells where a text is much too long or short."""
    text = "Entsprechend bewertet die Denkmalbehörde die Liebfrauenkirche als herausragendes Bauwerk."
    short = spliced(speech, (0, 1.2))
    assert checked(short, text, "de").length == "too short"
    assert not checked(speech, "Ja.", "de").ok


def test_a_long_text(voice):
    text = " ".join([TEXT, "Nobody knew what was in them.", "Then it began to snow, and the road was lost."] * 4)
    said = voice.synthesize(text)
    assert said.duration_s > 25
    assert checked(said, text).ok
    word = said.words[40]
    cut = spliced(said, (0, word.start_s), (word.end_s, said.duration_s))
    assert not checked(cut, text).ok


def test_what_it_says_to_people():
    words = ("The", "lights", "of", "the", "town.")
    assert Verdict(words).describe() == "every word was heard once"
    verdict = Verdict(words, dropped=(1, 4), repeated=(3,), length="too short")
    assert verdict.describe() == (
        "“lights” was not heard; “town” was not heard; “the” was said twice; the speech is too short for its text"
    )


class Asr:
    """Hear one thing; to them a text with an unlikely word is less likely than one without."""

    note = None

    def __init__(self, heard, unlikely=""):
        self.heard, self.unlikely, self.asked = heard, unlikely, 0

    def __call__(self):
        self.asked += 1
        return self

    def transcribe(self, waveform):
        return self.heard

    def log_probabilities(self, waveform, texts):
        return [-9.0 * (bool(re.search(self.unlikely, text)) if self.unlikely else -len(text)) for text in texts]


def without(speech: Speech, place: int) -> Speech:
    word = speech.words[place]
    return spliced(speech, (0, word.start_s), (word.end_s, speech.duration_s))


def test_better_ears_are_asked_only_where_something_sounds_wrong(speech):
    asr = Asr("nothing")
    assert checked(speech, TEXT, asr=asr).ok and not asr.asked
    checked(without(speech, 3), TEXT, asr=asr)
    assert asr.asked == 1


def test_what_better_ears_hear_is_not_missing(speech):
    verdict = checked(without(speech, 3), TEXT, asr=Asr(TEXT.lower().rstrip(".")))
    assert verdict.ok and verdict.score == 1


@pytest.mark.parametrize(("heard", "unlikely"), [
    (TEXT.replace("seven ", ""), ""),  # they do not hear it either
    (TEXT.replace("seven", "heavy"), "seven"),  # another word
    (TEXT, "seven"),  # they write what people usually say, and know better
    ("", "seven"),
])  # fmt: skip
def test_a_word_that_better_ears_miss_too(speech, heard, unlikely):
    verdict = checked(without(speech, 3), TEXT, asr=Asr(heard, unlikely or "seven"))
    assert 3 in verdict.dropped


def test_a_name_that_they_spell_in_some_way_is_not_missing(speech):
    heard = TEXT.replace("seven", "zhau al")
    assert checked(without(speech, 3), TEXT, asr=Asr(heard)).ok  # the text is far likelier with it


def test_a_word_said_twice_though_better_ears_do_not_write_it(speech):
    assert 5 in checked(said_twice(speech, 5), TEXT, asr=Asr(TEXT)).repeated  # recognisers leave such things out


def test_a_word_was_not_said_twice_where_better_ears_rule_it_out(speech):
    asr = Asr(TEXT, "blankets( to)? blankets")  # how far the voice is heard to go back does not matter
    assert checked(said_twice(speech, 5), TEXT, asr=asr).ok
    asr.heard = TEXT.replace("blankets", "blankets blankets")  # they wrote it twice themselves
    assert 5 in checked(said_twice(speech, 5), TEXT, asr=asr).repeated


def said_twice(speech: Speech, place: int) -> Speech:
    word = speech.words[place]
    return spliced(speech, (0, word.end_s), (word.start_s, speech.duration_s))
