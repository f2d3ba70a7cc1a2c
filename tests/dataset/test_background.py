"""What is told of recordings in which hardly anybody speaks: silence, noise or music; and of music under speech."""

import numpy as np
import pytest
from made import SAMPLE_RATE, hiss

from voicekit.dataset.background import music_below, no_voice
from voicekit.dataset.recording import FRAME_S, Recording

FRAME = round(FRAME_S * SAMPLE_RATE)


def chords(duration_s, db=-20.0):
    t = np.arange(round(duration_s * SAMPLE_RATE)) / SAMPLE_RATE
    tones = sum(np.sin(2 * np.pi * hz * k * t) / k for hz in (220, 277, 330) for k in range(1, 8))
    return (tones / tones.std() * 10 ** (db / 20)).astype(np.float32) + hiss(duration_s, db - 40)


def recording(tmp_path, waveform, speech=()):
    """The waveform (samples,) as analysed, with speech between the given seconds."""
    waveform = waveform[: len(waveform) // FRAME * FRAME]
    (tmp_path / "scratch").write_bytes(waveform.astype(np.float32).tobytes())
    level_db = 20 * np.log10(np.sqrt((waveform.reshape(-1, FRAME) ** 2).mean(axis=1)) + 1e-6)
    probability = np.zeros(len(level_db))
    for start_s, end_s in speech:
        probability[round(start_s / FRAME_S) : round(end_s / FRAME_S)] = 1
    quiet, loud = probability < 0.5, probability >= 0.5
    speech_db = float(level_db[loud].mean()) if loud.any() else -120.0
    duration_s, floor_db = len(waveform) / SAMPLE_RATE, float(level_db[quiet].mean())
    return Recording(tmp_path / "scratch", duration_s, probability, level_db, np.zeros(len(level_db)), floor_db, speech_db)


@pytest.mark.parametrize(("waveform", "told"), [
    (np.zeros(5 * SAMPLE_RATE, np.float32), "only silence"), (hiss(5, -70), "only silence"), (hiss(5, -30), "only noise"),
    (np.cumsum(hiss(5, -60)).astype(np.float32), "only noise"), (chords(5), "only music"), (chords(5, -45), "only music"),
])  # fmt: skip
def test_without_speech_it_is_said_what_there_is(tmp_path, waveform, told):
    assert told in no_voice(recording(tmp_path, waveform))


def test_music_with_a_mistaken_word_is_music(tmp_path):
    assert no_voice(recording(tmp_path, chords(40), [(3, 3.4)])) == "music, hardly any speech (0.4 s in 40 s)"
    assert no_voice(recording(tmp_path, chords(40), [(3, 4.3)])).startswith("music")


@pytest.mark.parametrize(("duration_s", "start_s", "end_s"), [(3, 0.5, 2.5), (1.2, 0.3, 0.9), (60, 5, 6.5)])
def test_speech_is_not_thrown_away(tmp_path, duration_s, start_s, end_s):
    waveform = hiss(duration_s, -65)
    waveform[round(start_s * SAMPLE_RATE) : round(end_s * SAMPLE_RATE)] *= 100
    assert no_voice(recording(tmp_path, waveform, [(start_s, end_s)])) is None


@pytest.mark.parametrize(("music_db", "told"), [(-26, True), (-50, False)])
def test_music_under_speech_is_told_where_it_is_loud(tmp_path, music_db, told):
    waveform = chords(20, music_db)
    waveform[: 12 * SAMPLE_RATE] += hiss(12, -18)
    found = music_below(recording(tmp_path, waveform, [(0, 12)]))
    assert (found is not None) is told
    assert not told or "voicekit separate" in found


def test_noise_under_speech_is_no_music(tmp_path):
    waveform = hiss(20, -30)
    waveform[: 12 * SAMPLE_RATE] += hiss(12, -18)
    assert music_below(recording(tmp_path, waveform, [(0, 12)])) is None
