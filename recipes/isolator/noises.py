"""Sounds that are no speech, made up: noise, machines, knocks, and music of no composer.

Recorded noise that may be shipped with a model is scarce; what is drawn here is never twice the same. Everything returns
float32 (samples,) at SAMPLE_RATE, of unit RMS.
"""

from collections.abc import Callable

import numpy as np
import scipy.fft
import scipy.signal

from voicekit.model.speech_separator import SAMPLE_RATE

Generator = np.random.Generator


def unit(waveform: np.ndarray) -> np.ndarray:
    """The same at an RMS of 1; silence stays silent."""
    return (waveform / max(float(np.sqrt(np.mean(np.square(waveform, dtype=np.float64)))), 1e-6)).astype(np.float32)


def shaped(waveform: np.ndarray, rng: Generator, spread_db: float) -> np.ndarray:
    """Through a random smooth filter: `spread_db` up or down, standard deviation, between 50 Hz and the top."""
    spectrum = scipy.fft.rfft(waveform)
    octaves = np.log2(np.linspace(0, SAMPLE_RATE / 2, len(spectrum)).clip(50) / 50)
    knots = np.linspace(0, np.log2(SAMPLE_RATE / 2 / 50), 7)
    gain_db = np.interp(octaves, knots, rng.normal(0, spread_db, 7))
    return scipy.fft.irfft(spectrum * 10 ** (gain_db / 20), len(waveform)).astype(np.float32)


def swell(samples: int, rng: Generator, rate_hz: float, depth_db: float) -> np.ndarray:
    """A gain that wanders: about `rate_hz` times a second, `depth_db` up and down."""
    points = max(int(samples / SAMPLE_RATE * rate_hz) + 2, 3)
    curve_db = rng.normal(0, depth_db, points)
    return 10 ** (np.interp(np.linspace(0, points - 1, samples), np.arange(points), curve_db) / 20)


def steady(samples: int, rng: Generator) -> np.ndarray:
    """Hiss, rumble, rain, wind: white noise through a filter, swelling now and then."""
    noise = shaped(rng.standard_normal(samples).astype(np.float32), rng, rng.uniform(2, 14))
    if rng.random() < 0.5:
        noise = noise * swell(samples, rng, 10 ** rng.uniform(-0.5, 1.3), rng.uniform(1, 8))
    return unit(noise)


def machine(samples: int, rng: Generator) -> np.ndarray:
    """Engines, rotors, fans, mains hum: a wobbling pitch with its harmonics, and some noise in the same rhythm."""
    pitch_hz = 10 ** rng.uniform(1.2, 2.6) * swell(samples, rng, rng.uniform(0.2, 3), rng.uniform(0, 0.6))
    phase = 2 * np.pi * np.cumsum(pitch_hz) / SAMPLE_RATE
    count = int(rng.integers(4, 25))
    fall = rng.uniform(0.3, 1.5)
    tone = sum(
        np.sin(k * phase + rng.uniform(0, 6.3)) * k**-fall * 10 ** (rng.normal(0, 5) / 20)
        for k in range(1, count + 1)
        if k * pitch_hz.max() < SAMPLE_RATE / 2
    )
    beat = 1 + rng.uniform(0, 1) * np.sin(phase / rng.integers(1, 4))
    hiss = steady(samples, rng) * beat
    return unit(shaped(unit(tone) + rng.uniform(0, 1.5) * unit(hiss), rng, 5))


def knocks(samples: int, rng: Generator) -> np.ndarray:
    """Ticks, crackle, keys, drops, steps: short decaying bursts, regular or not."""
    out = np.zeros(samples + SAMPLE_RATE, np.float32)
    rate_hz = 10 ** rng.uniform(0, 1.8)
    regular = rng.random() < 0.4
    count = max(int(samples / SAMPLE_RATE * rate_hz), 1)
    starts = np.arange(count) / rate_hz * SAMPLE_RATE if regular else rng.uniform(0, samples, count)
    kinds = [_burst(rng) for _ in range(3)]
    for start in starts.astype(int):
        burst = kinds[int(rng.integers(3))] * 10 ** (rng.normal(0, 2 if regular else 8) / 20)
        if start < samples:
            out[start : start + len(burst)] += burst
    return unit(out[:samples] + unit(steady(samples, rng)) * out.std() * 10 ** (rng.uniform(-50, -15) / 20))


def _burst(rng: Generator) -> np.ndarray:
    length = int(10 ** rng.uniform(-2.3, -0.6) * SAMPLE_RATE)
    t = np.arange(length) / SAMPLE_RATE
    fall = np.exp(-7 * np.arange(length) / length)
    burst = rng.standard_normal(length) * fall
    for _ in range(int(rng.integers(0, 4))):  # what is knocked at rings
        burst += rng.uniform(0, 3) * np.sin(2 * np.pi * rng.uniform(100, 6000) * t) * fall
    return shaped(burst.astype(np.float32), rng, 6)


SCALES = ((0, 2, 4, 5, 7, 9, 11), (0, 2, 3, 5, 7, 8, 10), (0, 3, 5, 7, 10), (0, 2, 4, 7, 9))


def music(samples: int, rng: Generator) -> np.ndarray:
    """One to four instruments, and perhaps drums, in a random key, tempo and scale."""
    out = np.zeros(samples + 4 * SAMPLE_RATE, np.float32)
    beat_s = 60 / rng.uniform(60, 180)
    scale, root = SCALES[int(rng.integers(len(SCALES)))], rng.uniform(40, 52)
    for _ in range(int(rng.integers(1, 5))):
        _play(out, samples, rng, beat_s, scale, root + 12 * int(rng.integers(0, 4)))
    if rng.random() < 0.5:
        _drum(out, samples, rng, beat_s)
    return unit(shaped(out[:samples], rng, 3))


def _play(out: np.ndarray, samples: int, rng: Generator, beat_s: float, scale: tuple[int, ...], root: float) -> None:
    """Adds one instrument: one timbre, its own rhythm, notes or chords; it may slide, growl, or sing in one formant."""
    plucked = rng.random() < 0.5
    partials = np.arange(1, int(rng.integers(4, 16)))
    strengths = partials ** -rng.uniform(0.4, 2.0) * 10 ** (rng.normal(0, 5, len(partials)) / 20)
    stretch = rng.choice([0, 0, rng.uniform(0, 2e-4)])  # strings are not quite harmonic
    vibrato, vibrato_hz = rng.choice([0, rng.uniform(0.002, 0.008)]), rng.uniform(4, 7)
    chord = int(rng.choice([1, 1, 3]))
    slide, drive = rng.choice([0, 0, rng.uniform(0.01, 0.08)]), rng.choice([0, 0, rng.uniform(1, 8)])
    formant_hz, formant_width = rng.uniform(300, 2500), rng.choice([0, rng.uniform(0.2, 0.8)])
    attack_s = 10 ** rng.uniform(-2.5, -0.8)
    level = 10 ** (rng.normal(0, 4) / 20)
    time_s, degree = 0.0, 0
    while time_s < samples / SAMPLE_RATE:
        length_s = beat_s * float(rng.choice([0.25, 0.5, 0.5, 1, 1, 2, 4]))
        degree += int(rng.integers(-3, 4))
        if rng.random() < 0.85:
            for voice in range(chord):
                step = degree + 2 * voice
                note = root + 12 * (step // len(scale)) + scale[step % len(scale)]
                hz = 440 * 2 ** ((note - 69) / 12)
                t = np.arange(int(min(length_s * rng.uniform(0.7, 1.2), 2.5) * SAMPLE_RATE), dtype=np.float32) / SAMPLE_RATE
                bend = vibrato / vibrato_hz * np.sin(2 * np.pi * vibrato_hz * t) if vibrato else 0
                bend = bend - slide * 0.05 * np.exp(-t / 0.05)  # from below, or as a guitar's string is bent
                tone = np.zeros_like(t)
                for k, strength in zip(partials, strengths, strict=True):
                    if k * hz < SAMPLE_RATE / 2.2:
                        decay = np.exp(-t * (1 + 0.3 * k) * 2) if plucked else 1
                        if formant_width:
                            strength = strength * (0.05 + np.exp(-((np.log2(k * hz / formant_hz) / formant_width) ** 2)))
                        tone += strength * np.sin(2 * np.pi * k * np.sqrt(1 + stretch * k * k) * hz * (t + bend)) * decay
                if drive:
                    tone = np.tanh(drive * tone) / drive
                envelope = np.minimum(t / attack_s, 1) * np.minimum((t[-1:] - t) / 0.02, 1).clip(0)
                start = int(time_s * SAMPLE_RATE)
                out[start : start + len(t)] += level * tone * envelope
        time_s += length_s


def _drum(out: np.ndarray, samples: int, rng: Generator, beat_s: float) -> None:
    t = np.arange(int(0.25 * SAMPLE_RATE)) / SAMPLE_RATE
    kick = np.sin(2 * np.pi * (50 * t + 4 * (1 - np.exp(-t * 30)))) * np.exp(-t * 15)
    snare = (rng.standard_normal(len(t)) + np.sin(2 * np.pi * 190 * t)) * np.exp(-t * 20)
    hat = np.diff(rng.standard_normal(len(t) + 1)) * np.exp(-t * 60)
    level = max(float(out.std()), 0.05) * 10 ** (rng.normal(0, 4) / 20)
    for i, start in enumerate(np.arange(0, samples, beat_s / 2 * SAMPLE_RATE).astype(int)):
        hits = 0.4 * hat + (2 * kick if i % 4 == 0 else 0) + (snare if i % 4 == 2 else 0)
        out[start : start + len(t)] += (3 * level * hits).astype(np.float32)


KINDS: dict[str, Callable[[int, Generator], np.ndarray]] = {
    "steady": steady,
    "machine": machine,
    "knocks": knocks,
    "music": music,
}
