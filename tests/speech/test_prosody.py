import numpy as np
import pytest

from voicekit.speech.prosody import RISE_ST, final_movement, paragraph_pitch, pause_s
from voicekit.text.phonemes.phonemise import phonemise
from voicekit.text.phonemes.questions import question_ending
from voicekit.text.sentences import Sentence, sentences

SHORT, LONG = (
    phonemise("We left."),
    phonemise("We left the house early in the morning and walked along the river until noon."),
)


def test_pauses_are_longer_the_more_is_over():
    clause = pause_s(LONG, LONG, goes_on=True, opens=False)
    short = pause_s(SHORT, SHORT, goes_on=False, opens=False)
    sentence = pause_s(SHORT, LONG, goes_on=False, opens=False)
    after_long = pause_s(LONG, SHORT, goes_on=False, opens=False)
    paragraph = pause_s(SHORT, SHORT, goes_on=False, opens=True)
    assert clause < short < sentence < after_long < paragraph < pause_s(LONG, SHORT, goes_on=False, opens=True)


def test_a_paragraph_begins_higher_and_ends_lower():
    starts = [paragraph_pitch(sentence, 20)[0] for sentence in sentences("One. Two. Three. Four.")]
    assert starts == sorted(starts, reverse=True) and starts[0] > 0 > starts[-1]
    assert paragraph_pitch(Sentence("One.", 0.0), 20)[-1] == 0
    assert not paragraph_pitch(next(sentences("Alone.")), 20).any()


STRESSES, DURATIONS = (0, 0, 1, 0, 0, 0), np.array([2, 5, 10, 5, 10, 4])


def test_a_question_is_made_to_rise_from_its_last_stressed_vowel_on():
    extra = final_movement(np.full(6, 80.0), DURATIONS, STRESSES, 80.0, "rise")
    assert (np.diff(extra[2:]) > 0).all() and extra[2] > 0
    assert extra[-2] == pytest.approx(RISE_ST * 20 / 25)
    assert (extra[:2] <= 0).all()


def test_what_rises_of_itself_is_left_alone_and_what_is_high_goes_no_higher():
    rising = np.array([80.0, 80, 80, 84, 88, 90])
    assert not final_movement(rising, DURATIONS, STRESSES, 80.0, "rise")[3:].any()
    assert not final_movement(np.full(6, 95.0), DURATIONS, STRESSES, 80.0, "rise").any()


def test_other_questions_are_made_to_fall():
    extra = final_movement(np.full(6, 80.0), DURATIONS, STRESSES, 80.0, "fall")
    assert (np.diff(extra[2:]) < 0).all() and not extra[:2].any()
    falling = np.array([80.0, 80, 80, 75, 72, 70])
    assert not final_movement(falling, DURATIONS, STRESSES, 80.0, "fall")[3:].any()


def test_a_sentence_without_stress_is_left_alone():
    assert not final_movement(np.full(6, 80.0), DURATIONS, (0,) * 6, 80.0, "rise").any()


@pytest.mark.parametrize(
    ("sentence", "ending"),
    [
        ("Is it late?", "rise"),
        ("You are coming?", "rise"),
        ("Do you know what it is?", "rise"),
        ("It is late, isn't it?", "rise"),
        ('"Really?"', "rise"),
        ("What is it?", "fall"),
        ("And in which town?", "fall"),
        ("If it rains, what do we do?", "fall"),
        ("Tea or coffee?", "fall"),
        ("It is late.", None),
        ("Go!", None),
    ],
)
def test_which_questions_rise(sentence, ending):
    assert question_ending(sentence, "en-us") == ending


def test_questions_in_other_languages():
    assert question_ending("Kommst du?", "de") == "rise"
    assert question_ending("Und wo warst du?", "de") == "fall"
    assert question_ending("Tee oder Kaffee?", "de") == "fall"
    assert question_ending("¿Vienes?", "es") is None
