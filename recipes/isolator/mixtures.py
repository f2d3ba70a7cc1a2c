"""Speech in noise, music and rooms, mixed as it is needed: what the isolator learns from."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import scipy.fft
import torch
from torch import Tensor

from isolator.noises import shaped, unit
from voicekit.model.speech_separator import SAMPLE_RATE

#: Of which kind the background is, and how often.
BACKGROUNDS = {"recorded": 0.27, "steady": 0.12, "machine": 0.11, "knocks": 0.12, "music": 0.29, "babble": 0.09}


class MixtureBatch(NamedTuple):
    """(B, samples) each: what is heard, and the speech in it."""

    mixture: Tensor
    speech: Tensor


@dataclass(frozen=True)
class Sounds:
    """Recordings at SAMPLE_RATE, float16 (samples,), by speaker, and those that are no speech.

    Attributes:
        speakers: name → recordings.
        backgrounds: kind of BACKGROUNDS → recordings; babble is made of the speakers.
    """

    speakers: dict[str, list[np.ndarray]]
    backgrounds: dict[str, list[np.ndarray]]


def draw(rng: np.random.Generator, sounds: Sounds, size: int, samples: int) -> MixtureBatch:
    pairs = [mixture(rng, sounds, samples) for _ in range(size)]
    heard, speech = (np.stack(column) for column in zip(*pairs, strict=True))
    return MixtureBatch(torch.from_numpy(heard), torch.from_numpy(speech))


def mixture(rng: np.random.Generator, sounds: Sounds, samples: int) -> tuple[np.ndarray, np.ndarray]:
    """One mixture and the speech in it, float32 (samples,) each.

    Speech keeps its room: taking rooms away is another task. One in 25 has no speech, one in 12 no background.
    """
    speech = voice(rng, sounds, samples)
    if rng.random() < 0.3:
        speech = in_room(speech, rng)
    if rng.random() < 0.5:
        speech = unit_when_speaking(shaped(speech, rng, 3))
    noise = background(rng, sounds, samples)
    if rng.random() < 0.2:
        noise = unit(in_room(noise, rng))
    snr_db = rng.uniform(-8, 22)
    chance = rng.random()
    if chance < 0.04:
        speech = np.zeros_like(speech)
    elif chance < 0.12:
        snr_db = rng.uniform(40, 80)
    noise = noise * 10 ** (-snr_db / 20)
    if rng.random() < 0.3:  # a recording, or a call, that ends at 4 to 8 kHz
        top = int(rng.uniform(4000, 8000) / (SAMPLE_RATE / 2) * (samples // 2))
        speech, noise = (_below(x, top) for x in (speech, noise))
    level = 10 ** (rng.uniform(-45, -15) / 20) / max(1.0, 10 ** (-snr_db / 20))
    return ((speech + noise) * level).astype(np.float32), (speech * level).astype(np.float32)


def voice(rng: np.random.Generator, sounds: Sounds, samples: int) -> np.ndarray:
    """Somebody speaking, at unit level while they do; sometimes with a pause of up to half the time."""
    names = list(sounds.speakers)
    takes = sounds.speakers[names[int(rng.integers(len(names)))]]
    out = np.zeros(samples, np.float32)
    at = int(rng.uniform(0, samples / 2)) if rng.random() < 0.3 else 0
    while at < samples:
        take = faster(takes[int(rng.integers(len(takes)))], 2 ** rng.uniform(-0.3, 0.3), rng, samples)
        piece = take[: samples - at]
        out[at : at + len(piece)] += piece
        at += len(piece) + int(rng.uniform(0, 0.5) * SAMPLE_RATE)
    return unit_when_speaking(out)


def faster(take: np.ndarray, rate: float, rng: np.random.Generator, samples: int) -> np.ndarray:
    """A random part of `take`, played faster by `rate`, at most `samples` long: another pitch, another vocal tract."""
    length = min(int(samples * rate), len(take) - 1)
    start = int(rng.integers(0, len(take) - length))
    part = take[start : start + length].astype(np.float32)
    kept = round(length / rate)
    # Resampled by cutting or padding the spectrum, between ends brought to zero.
    fade = min(120, length // 4)
    part[:fade] *= np.linspace(0, 1, fade)
    part[len(part) - fade :] *= np.linspace(1, 0, fade)
    spectrum = scipy.fft.rfft(part)
    bins = kept // 2 + 1
    spectrum = np.pad(spectrum, (0, max(0, bins - len(spectrum))))[:bins]
    return scipy.fft.irfft(spectrum, kept).astype(np.float32) * (kept / length)


def unit_when_speaking(speech: np.ndarray) -> np.ndarray:
    """At an RMS of 1 over the hundredths of a second that are not far below the loudest."""
    power = np.square(speech[: len(speech) // 240 * 240].reshape(-1, 240)).mean(1)
    heard = power[power > 1e-3 * power.max()]
    return speech / np.sqrt(max(float(heard.mean()) if len(heard) else 0.0, 1e-10)).astype(np.float32)


def background(rng: np.random.Generator, sounds: Sounds, samples: int) -> np.ndarray:
    """What speech is to be told from, at unit level; now and then two kinds at once."""
    kinds = list(BACKGROUNDS)
    total = np.zeros(samples, np.float32)
    for _ in range(1 + int(rng.random() < 0.25)):
        kind = str(rng.choice(kinds, p=np.array(list(BACKGROUNDS.values()))))
        if kind == "babble":
            voices = (voice(rng, sounds, samples) for _ in range(int(rng.integers(4, 9))))
            noise = sum(voices, np.zeros(samples, np.float32))
        else:
            takes = sounds.backgrounds[kind]
            take = takes[int(rng.integers(len(takes)))]
            take = faster(take, 2 ** rng.uniform(-0.5, 0.5), rng, samples)
            noise = np.resize(take, samples)
            noise = shaped(noise, rng, 3) if rng.random() < 0.5 else noise
        total += unit(noise) * 10 ** (rng.normal(0, 4) / 20)
    return unit(total)


def in_room(dry: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """As heard in a made-up room: the direct sound, a few early reflections, a tail of noise that dies away faster above."""
    rt60_s, length = rng.uniform(0.1, 0.8), int(0.5 * SAMPLE_RATE)
    t = np.arange(length) / SAMPLE_RATE
    tail = rng.standard_normal(length) * 10 ** (-3 * t / rt60_s)
    bright = rng.standard_normal(length) * 10 ** (-3 * t / (rt60_s * rng.uniform(0.3, 0.8)))
    tail = np.cumsum(tail) * 0.3 + np.diff(bright, prepend=0)
    early = np.zeros(length)
    early[rng.integers(50, 1500, 6)] = rng.normal(0, 1, 6)
    tail[:48] = 0
    response = unit(tail) * np.sqrt(length) + unit(early) * np.sqrt(length) * 0.7
    response = response / np.sqrt(np.square(response).sum()) * 10 ** (-rng.uniform(-2, 14) / 20)
    response[0] = 1
    size = scipy.fft.next_fast_len(len(dry) + length)
    wet = scipy.fft.irfft(scipy.fft.rfft(dry, size) * scipy.fft.rfft(response, size), size)[: len(dry)]
    return wet.astype(np.float32)


def _below(waveform: np.ndarray, top: int) -> np.ndarray:
    spectrum = scipy.fft.rfft(waveform)
    spectrum[top:] = 0
    return scipy.fft.irfft(spectrum, len(waveform)).astype(np.float32)
