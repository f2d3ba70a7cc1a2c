"""Where a voice pauses within a sentence: what makes a pause likelier, and how long it is."""

import numpy as np
import pytest

from voicekit.model.voice_file import Calibration
from voicekit.speech.pauses import inner_marks, pauses_s, with_quiet_pauses
from voicekit.text.phonemes.phonemise import phonemise

ALWAYS = Calibration(comma_from=-30.0, comma_s=0.3, semicolon_s=0.4, dash_s=0.2, stop_s=0.6)


def foreseen(symbols, comma=5.0, phone=8.0):
    return np.array([comma if symbol in ",;:—.?!^ " else phone for symbol in symbols])


def lengths_s(text, calibration=ALWAYS):
    symbols = phonemise(text).symbols
    pauses = pauses_s(symbols, foreseen(symbols), calibration)
    assert len(pauses) == len(symbols)
    return pauses[~np.isnan(pauses)].tolist()


@pytest.mark.parametrize(
    ("text", "wanted_s"),
    [
        ("One, two.", [0.3]),
        ("One (or two) came.", [0.3, 0.3]),
        ("One; two: three.", [0.4, 0.4]),
        ("One — two – three.", [0.2, 0.2]),
        ("Well… no, never!", [0.6, 0.3]),
        ("Who? me, he said.", [0.6, 0.3]),
        ("A long sentence without any marks that goes on and on until it ends at last.", []),
        ("Twenty-two boats.", []),
        ("One", []),
        ("It cost 3.5 or 1,000 of them.", []),
    ],
)
def test_each_mark_within_a_sentence_has_the_pause_of_its_kind(text, wanted_s):
    assert lengths_s(text) == wanted_s


def test_where_a_speaker_pauses_at_few_commas_it_is_between_long_phrases():
    text = "Yes, when all of the visitors had gone home in the evening, we cleaned the whole of the garden."
    weights = [mark.weight for mark in inner_marks(phonemise(text).symbols, foreseen(phonemise(text).symbols))]
    assert weights[1] > weights[0]
    assert lengths_s(text, Calibration(comma_from=float(np.mean(weights)), comma_s=0.3)) == [0.0, 0.3]


def test_a_pause_is_likelier_where_the_network_foresees_one_and_a_slow_voice_has_no_more():
    symbols = phonemise("One, two, three.").symbols
    frames = foreseen(symbols)
    _, second = (n for n, symbol in enumerate(symbols) if symbol == ",")
    plain = [mark.weight for mark in inner_marks(symbols, frames)]
    frames[second] = 12.0
    longer = [mark.weight for mark in inner_marks(symbols, frames)]
    assert longer[1] > plain[1] + 1 and longer[0] == pytest.approx(plain[0])
    assert [mark.weight for mark in inner_marks(symbols, 2 * frames)] == pytest.approx(longer)


def test_a_network_that_foresees_nothing_at_all_is_borne():
    symbols = phonemise("One, two.").symbols
    assert np.isfinite([mark.weight for mark in inner_marks(symbols, np.zeros(len(symbols)))]).all()


def test_pauses_are_quiet_without_a_click_and_nothing_else_is_touched():
    symbols, durations = ("^", "a", ",", "b", " ", "c", "."), np.array([20, 20, 40, 20, 5, 20, 30])
    t = np.arange(durations.sum() * 256) / 24_000
    murmur = np.sin(2 * np.pi * 100 * t).astype(np.float32)
    quiet = with_quiet_pauses(murmur, symbols, durations)
    pause = slice(40 * 256, 80 * 256)
    assert np.array_equal(np.delete(quiet, np.r_[pause]), np.delete(murmur, np.r_[pause]))
    assert np.abs(quiet[52 * 256 : 72 * 256]).max() < 0.11
    assert np.abs(np.diff(quiet)).max() <= np.abs(np.diff(murmur)).max() * 1.05
    assert murmur[60 * 256 : 62 * 256].max() > 0.9  # what came in is as it was
