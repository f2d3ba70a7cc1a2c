import numpy as np
import pytest

from voicekit.audio.loudness import analyse
from voicekit.media.sound import Sound
from voicekit.postproduction import dialogue
from voicekit.recognition.speech import FRAME_LENGTH


@pytest.mark.parametrize(("rate", "channels"), [(8_000, 1), (44_100, 6), (48_000, 2)])
def test_dialogue_is_found_where_it_is(monkeypatch, rate, channels):
    """Loud frames stand for speech: what counts is that they are found at their time, and in the front channels."""

    def find_loud(blocks):
        for block in blocks:
            yield (np.abs(block.reshape(-1, FRAME_LENGTH)).max(axis=1) > 0.02).astype(np.float32)

    monkeypatch.setattr(dialogue, "find_speech", find_loud)
    samples = np.zeros((channels, 5 * rate), dtype=np.float32)
    samples[min(2, channels - 1), rate : 3 * rate] = 0.3 * np.sin(2 * np.pi * 440 * np.arange(2 * rate) / rate)
    if channels == 6:
        samples[3:] = 0.5  # behind and below
    sound = Sound(rate, channels, 5.0, lambda: iter(np.split(samples, [777, 3 * rate], axis=1)))
    spoken = np.flatnonzero(dialogue.find_dialogue(sound)) * 0.01
    assert (spoken[0], spoken[-1]) == pytest.approx((1, 3), abs=0.05)
    assert analyse(sound.read(), rate).measured(dialogue.find_dialogue(sound)).dialogue_share == pytest.approx(0.4, abs=0.02)
