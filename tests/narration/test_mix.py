import numpy as np
import pytest
from clips import FakeVoice

from voicekit.narration.cache import SpeechCache
from voicekit.narration.job import Ducking
from voicekit.narration.mix import BLOCK, SAMPLE_RATE, Mix, VoiceTrack, mix
from voicekit.narration.speak import RenderedCue, Speaker
from voicekit.narration.take import Take
from voicekit.narration.timing.timeline import Placement
from voicekit.text.script.cue import Cue


def ducked_gain_db(voice, ducking):
    """What becomes of a constant film under a voice, in dB per sample."""
    film = np.full((2, len(voice)), 0.1, dtype=np.float32)

    def blocks(sound):
        return (sound[..., start : start + BLOCK] for start in range(0, len(voice), BLOCK))

    mixed = np.concatenate(list(mix(blocks(film), blocks(voice), 0.0, 0.0, ducking)), axis=1)
    return 20 * np.log10((mixed[0] - voice) / 0.1)


def at(gain_db, time_s):
    return gain_db[round(time_s * SAMPLE_RATE)]


def voice_between(start_s, end_s, level, duration_s=6.0):
    t = np.arange(round(duration_s * SAMPLE_RATE)) / SAMPLE_RATE
    return np.where((t >= start_s) & (t < end_s), level * np.sin(2 * np.pi * 500 * t), 0).astype(np.float32)


def test_the_film_makes_room_for_the_voice_and_comes_back():
    gain_db = ducked_gain_db(voice_between(2, 3, 0.2), Ducking(depth_db=12))
    assert at(gain_db, 1.8) == pytest.approx(0, abs=0.01)  # not before its time
    assert at(gain_db, 2.0) < -10  # down when the first word comes
    np.testing.assert_allclose(gain_db[2 * SAMPLE_RATE + 4800 : 3 * SAMPLE_RATE], -12, atol=0.5)
    assert at(gain_db, 3.1) < -11  # held between words
    assert at(gain_db, 5.5) == pytest.approx(0, abs=0.2)
    assert np.abs(np.diff(gain_db)).max() < 0.02  # no step that would click


def test_the_gain_follows_the_level_of_the_voice():
    depths = [-ducked_gain_db(voice_between(1, 4, level), Ducking()).min() for level in (0.003, 0.012, 0.03, 0.2)]
    assert depths[0] == 0
    assert 0 < depths[1] < depths[2] < depths[3] < 12.001
    assert -ducked_gain_db(voice_between(1, 4, 0.2), Ducking(depth_db=0)).min() == pytest.approx(0, abs=1e-4)


@pytest.mark.parametrize("look_ahead_s", [0.0, 0.12, 1.5])
def test_the_gain_looks_ahead_over_blocks_of_any_length(look_ahead_s):
    """What the ducking hears early is the same voice, however it is cut into blocks."""
    voice, ducking = voice_between(2, 3, 0.2), Ducking(look_ahead_s=look_ahead_s)
    gain_db = ducked_gain_db(voice, ducking)
    down = np.flatnonzero(gain_db < -1)[0] / SAMPLE_RATE
    assert 2 - look_ahead_s <= down < 2.03 - look_ahead_s


def test_each_take_is_rendered_once_a_round(tmp_path, monkeypatch):
    cache, voice = SpeechCache(tmp_path), FakeVoice()
    takes = [Speaker(voice, cache).speak(Cue(text)) for text in ("one two three", "four", "five six")]
    cues = [
        RenderedCue(Placement(t.cue, at_s, at_s + t.duration_s), t) for t, at_s in zip(takes, (0.5, 2.8, 4), strict=True)
    ]
    rendered, render = [], Take.waveform
    monkeypatch.setattr(Take, "waveform", lambda take, *how: rendered.append(take.cue.text) or render(take, *how))
    made = Mix.levelled(VoiceTrack(cues, cache, 6 * SAMPLE_RATE), None, Ducking())
    assert rendered == ["one two three", "four", "five six"]
    assert sum(block.shape[1] for block in made.blocks()) == 6 * SAMPLE_RATE
    assert rendered == ["one two three", "four", "five six"] * 2
