"""Finds when somebody speaks in a film."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import numpy as np

from voicekit.audio.loudness import hop_samples
from voicekit.media.channels import mixed, usual
from voicekit.media.sound import Sound, regrouped, resampled
from voicekit.recognition.speech import FRAME_LENGTH, SAMPLE_RATE, find_speech

#: Frames with at least this probability of speech count as speech.
_LIKELY = 0.5


def find_dialogue(sound: Sound) -> np.ndarray:
    """Whether somebody speaks in each hop (`loudness.HOP_S`) of a sound, bool (hops,)."""
    frames = (_padded(block[0]) for block in regrouped(_for_detector(sound), 1000 * FRAME_LENGTH))
    is_speech = np.concatenate([np.zeros(0, bool), *(likely >= _LIKELY for likely in find_speech(frames))])
    hop_s = hop_samples(sound.sample_rate) / sound.sample_rate
    frame_s = FRAME_LENGTH / SAMPLE_RATE
    n_hops = int(len(is_speech) * frame_s / hop_s)
    return is_speech[((np.arange(n_hops) + 0.5) * hop_s / frame_s).astype(int)]


def _for_detector(sound: Sound) -> Iterator[np.ndarray]:
    """The sound at the detector's rate, (1, samples): of 5.1 and its like the front, where people speak."""
    layout = sound.layout or usual(sound.channels)
    front = [channel for channel, name in enumerate(layout) if name in ("FL", "FR", "FC")]
    if front and len(front) < sound.channels:
        names = tuple(layout[channel] for channel in front)
        sound = replace(sound, channels=len(front), layout=names, read=partial(_read_channels, sound, front))
    return resampled(mixed(sound, 1).read(), sound.sample_rate, SAMPLE_RATE)


def _read_channels(sound: Sound, channels: list[int]) -> Iterator[np.ndarray]:
    for block in sound.read():
        yield block[channels]


def _padded(block: np.ndarray) -> np.ndarray:
    """The last block becomes whole frames."""
    return np.pad(block, (0, -len(block) % FRAME_LENGTH))
