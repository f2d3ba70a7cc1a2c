from itertools import pairwise

import numpy as np
import pytest
from clips import FakeVoice

from voicekit.narration.cache import SpeechCache
from voicekit.narration.speak import Speaker
from voicekit.text.script.cue import Cue
from voicekit.text.script.marks import NO_MARKS, Marks


class Slow(FakeVoice):
    """Rests between its words."""

    PAUSE_S = 0.5


@pytest.fixture
def spoken(tmp_path):
    """Four words of 0.3 s with three pauses of 0.5 s, and where its sound is kept."""
    cache = SpeechCache(tmp_path)
    return Speaker(Slow(), cache).speak(Cue("a b c d")), cache


def bursts_s(waveform, rate):
    """(start, end) of each word."""
    quiet = np.convolve(np.abs(waveform), np.ones(rate // 100) * 100 / rate, "same") < 0.02
    edges = np.flatnonzero(np.diff(quiet.astype(int)))
    return [(a / rate, b / rate) for a, b in edges.reshape(-1, 2)]


def test_left_alone_where_there_is_room(spoken):
    take, _ = spoken
    assert take.fitted(10.0) == take and take.duration_s == pytest.approx(2.7 + 0.09, abs=0.02)
    assert take.pauses_s == pytest.approx(3 * 0.41, abs=0.03)


@pytest.mark.parametrize("length_s", [2.4, 2.0, 1.6, 1.45, 1.4])
def test_pauses_give_way_first_and_words_stay_whole(spoken, length_s):
    take, cache = spoken
    fitted = take.fitted(length_s)
    assert fitted.duration_s == pytest.approx(length_s, abs=0.01)
    waveform = fitted.waveform(cache, 24_000)
    assert len(waveform) / 24_000 == pytest.approx(length_s, abs=0.025)
    heard = bursts_s(waveform, 24_000)
    words_s = 0.3 / fitted.stretch
    assert [b - a for a, b in heard] == pytest.approx([words_s] * 4, abs=0.02)
    assert all(b.start_s - a.end_s >= 0.08 - 1e-3 for a, b in pairwise(fitted.words_from()))
    assert fitted.stretch == 1 or take.fitted(length_s).shortened == 1
    for (start_s, end_s), word in zip(heard, fitted.words_from(), strict=True):
        assert (word.start_s, word.end_s) == pytest.approx((start_s, end_s), abs=0.02)


def test_there_is_an_end_to_stretching(spoken):
    take, _ = spoken
    assert take.fitted(0.5).stretch == pytest.approx(1.122) and take.fitted(0.5).duration_s > 1.2


def test_pauses_that_were_asked_for_stay(tmp_path):
    cue = Cue("a b c d", marks=Marks(pauses_s=(0.0, 0.5, 0.0, 0.0)))
    take = Speaker(Slow(), SpeechCache(tmp_path)).speak(cue)
    assert len(take.pauses) == 2
    fitted = take.fitted(1.5)
    gaps = [b.start_s - a.end_s for a, b in pairwise(fitted.words_from())]
    assert gaps[1] > 0.4 and gaps[0] < 0.12 and gaps[2] < 0.12
    assert Cue("a b c d").marks == NO_MARKS
