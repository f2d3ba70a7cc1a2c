"""Effects by synthesis: crowds, weather, small things. Each is a stream of strokes of a few seconds at most.

What goes on, such as rain, is made in pieces that differ and go over into each other, so that nothing comes again.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from voicekit.film.soundtrack.instruments import RATE, filtered

#: A piece of what goes on, and how long it goes over into the next one.
_PIECE_S, _OVER_S = 12.0, 1.5
#: What goes on comes and goes with its clip in this time.
_FADE_S = 0.35


@dataclass(frozen=True)
class Stroke:
    """A sound (2, samples) float64, and when it begins, in seconds from the start of its clip."""

    start_s: float
    waveform: np.ndarray


@dataclass(frozen=True)
class Effect:
    """An effect that can be made.

    Attributes:
        texture: makes a piece (2, samples) of what goes on; None for what is struck.
        strokes: gives what is struck in a clip of so many seconds; None for what goes on.
        level_db: of a texture its RMS, of strokes the peak of the loudest.
    """

    level_db: float
    texture: Callable[[np.random.Generator, float], np.ndarray] | None = None
    strokes: Callable[[np.random.Generator, float], Iterator[Stroke]] | None = None

    def heard(self, seconds: float, seed: int) -> Iterator[Stroke]:
        """What is heard of it in a clip, in the order in which it begins."""
        if self.strokes:
            yield from self._struck(seconds, seed)
        elif self.texture:
            yield from self._going_on(seconds, seed)

    def _struck(self, seconds: float, seed: int) -> Iterator[Stroke]:
        assert self.strokes is not None
        gain = 0.0
        for stroke in self.strokes(np.random.default_rng(seed), seconds):
            peak = float(np.abs(stroke.waveform).max(initial=0.0))
            gain = gain or 10 ** (self.level_db / 20) / max(peak, 1e-9)  # that of the first holds for all
            yield Stroke(stroke.start_s, gain * stroke.waveform)

    def _going_on(self, seconds: float, seed: int) -> Iterator[Stroke]:
        assert self.texture is not None
        start_s, number, gain = 0.0, 0, 0.0
        while start_s < seconds:
            end_s = min(seconds, start_s + _PIECE_S)
            end_s = seconds if seconds - end_s < 2 * _OVER_S else end_s
            reach_s = end_s - start_s + (_OVER_S if end_s < seconds else 0.0)
            piece = self.texture(np.random.default_rng([seed, number]), reach_s + 0.2)
            piece = piece[:, -round(reach_s * RATE) :]  # its filters have settled
            gain = gain or 10 ** (self.level_db / 20) / max(float(np.sqrt((piece**2).mean())), 1e-9)
            into = _OVER_S if number else min(_FADE_S, seconds / 4)
            out = _OVER_S if end_s < seconds else min(_FADE_S, seconds / 4)
            yield Stroke(start_s, gain * piece * window(piece.shape[1], into, out))
            start_s, number = end_s, number + 1


def window(n: int, into_s: float, out_s: float) -> np.ndarray:
    """Rises and falls as sine and cosine: two pieces that have nothing in common stay as loud while one goes over."""
    at = np.arange(n) / RATE
    share = np.minimum(np.minimum(at / into_s, 1), np.minimum((n / RATE - at) / out_s, 1)).clip(0)
    return np.sin(share * np.pi / 2)


def _time(seconds: float) -> np.ndarray:
    return np.arange(round(seconds * RATE)) / RATE


def _sides(rng: np.random.Generator, seconds: float, width: float = 0.6) -> np.ndarray:
    """White noise, (2, samples): some of it shared by both sides."""
    n = round(seconds * RATE)
    shared, own = rng.standard_normal(n), rng.standard_normal((2, n))
    return np.sqrt(1 - width**2) * shared + width * own


def _slow(rng: np.random.Generator, n: int, each_s: float) -> np.ndarray:
    """A curve in [0, 1] that wanders, with a new aim each so many seconds."""
    aims = rng.random(max(4, round(n / RATE / each_s) + 4))
    at = np.arange(n) / RATE / each_s
    low = at.astype(int)
    share = 0.5 - 0.5 * np.cos(np.pi * (at - low))
    return aims[low] * (1 - share) + aims[low + 1] * share


def _scattered(
    rng: np.random.Generator, seconds: float, a_second: float, grain: Callable[[], np.ndarray], out: np.ndarray
) -> None:
    """Adds grains at random times and places to `out` (2, samples)."""
    for _ in range(rng.poisson(a_second * seconds)):
        wave, side = grain(), rng.uniform(0.15, 0.85)
        start = int(rng.integers(0, max(1, out.shape[1] - len(wave))))
        out[0, start : start + len(wave)] += np.sqrt(1 - side) * wave[: out.shape[1] - start]
        out[1, start : start + len(wave)] += np.sqrt(side) * wave[: out.shape[1] - start]


def _wind(rng: np.random.Generator, seconds: float) -> np.ndarray:
    noise = _sides(rng, seconds, 0.4)
    gust = _slow(rng, noise.shape[1], 1.7) ** 1.5
    howl = filtered(noise, "band", 380, 620) * gust**2 * 1.6
    return filtered(noise, "band", 60, 400) * (0.35 + 0.65 * gust) + howl


def _rain(rng: np.random.Generator, seconds: float) -> np.ndarray:
    hiss = 0.55 * filtered(_sides(rng, seconds, 0.7), "band", 700, 9000, order=1)

    def drop() -> np.ndarray:
        t = _time(0.012)
        return (
            0.5 * rng.exponential(0.8) * np.sin(2 * np.pi * rng.uniform(2500, 7500) * t) * np.exp(-t * rng.uniform(300, 700))
        )

    _scattered(rng, seconds, 260, drop, hiss)
    return hiss


def _waves(rng: np.random.Generator, seconds: float) -> np.ndarray:
    noise = _sides(rng, seconds, 0.7)
    t = np.arange(noise.shape[1]) / RATE
    phase = t / rng.uniform(5.5, 7.0) + rng.random() + 0.15 * _slow(rng, len(t), 4.0)
    turn = phase % 1.0
    roll = np.where(turn < 0.35, turn / 0.35, np.exp(-(turn - 0.35) * 3.6)) ** 1.6
    foam = filtered(noise, "band", 1200, 7000) * np.roll(roll, round(0.25 * RATE)) ** 1.5
    return filtered(noise, "band", 80, 900) * (0.18 + roll) + 0.5 * foam


def _fire(rng: np.random.Generator, seconds: float) -> np.ndarray:
    bed = 0.4 * filtered(_sides(rng, seconds, 0.5), "band", 60, 500) * (0.6 + 0.4 * _slow(rng, round(seconds * RATE), 0.4))

    def crackle() -> np.ndarray:
        n = round(rng.uniform(0.002, 0.012) * RATE)
        return 4 * rng.random() ** 3 * rng.uniform(-1, 1, n) * np.exp(-np.arange(n) / n * 5) * np.hanning(n) ** 0.25

    snaps = np.zeros_like(bed)
    _scattered(rng, seconds, 22, crackle, snaps)
    return bed + filtered(snaps, "band", 900, 8000)


def _engine(rng: np.random.Generator, seconds: float) -> np.ndarray:
    n = round(seconds * RATE)
    pitch = 46 * (1 + 0.03 * _slow(rng, n, 2.0))
    phase = 2 * np.pi * np.cumsum(pitch) / RATE
    hum = sum(np.sin(k * phase + k * k) / k**0.9 for k in range(1, 14)) * (1 + 0.25 * np.sin(phase / 2))
    return hum + 0.5 * filtered(_sides(rng, seconds, 0.5), "band", 100, 900)


def _voices(rng: np.random.Generator, seconds: float, each_s: float, pitch: tuple[float, float], count: int) -> np.ndarray:
    """Many people who say nothing: buzzes with formants that wander, syllable by syllable."""
    n = round(seconds * RATE)
    out = np.zeros((2, n))
    for _ in range(count):
        f0 = rng.uniform(*pitch) * (1 + 0.12 * (_slow(rng, n, 0.35) - 0.5))
        phase = np.cumsum(f0) / RATE
        buzz = 2 * (phase % 1.0) - 1
        syllables = _slow(rng, n, each_s * rng.uniform(0.4, 0.65)) ** 1.5
        talking = np.clip(6 * (_slow(rng, n, 1.3) - 0.3), 0, 1)
        first, second = rng.uniform(350, 800), rng.uniform(1000, 2200)
        voice = filtered(buzz, "band", first * 0.8, first * 1.25, order=1) + 0.5 * filtered(
            buzz, "band", second * 0.85, second * 1.15, order=1
        )
        side = rng.uniform(0.1, 0.9)
        out += np.stack([np.sqrt(1 - side) * voice, np.sqrt(side) * voice]) * syllables * talking
    return out


def _crowd(rng: np.random.Generator, seconds: float) -> np.ndarray:
    people = _voices(rng, seconds, 0.22, (95, 230), 14)
    room = filtered(_sides(rng, seconds, 0.8), "band", 250, 1100) * (0.8 + 0.2 * _slow(rng, people.shape[1], 1.0))
    return people / np.sqrt((people**2).mean() + 1e-12) + 0.5 * room / np.sqrt((room**2).mean())


def _cheer(rng: np.random.Generator, seconds: float) -> np.ndarray:
    people = _voices(rng, seconds, 0.9, (190, 420), 14)
    noise = _sides(rng, seconds, 0.8)
    n = noise.shape[1]
    surge = 0.55 + 0.45 * _slow(rng, n, 1.5)
    roar = (filtered(noise, "band", 500, 1500) + 0.5 * filtered(noise, "band", 1800, 4200)) * surge
    return people / np.sqrt((people**2).mean() + 1e-12) + 1.3 * roar / np.sqrt((roar**2).mean())


def _applause(rng: np.random.Generator, seconds: float) -> np.ndarray:
    out = np.zeros((2, round(seconds * RATE)))

    def clap() -> np.ndarray:
        n = round(0.02 * RATE)
        noise = filtered(rng.standard_normal(n), "band", rng.uniform(700, 1100), rng.uniform(2200, 3800), order=1)
        return rng.uniform(0.3, 1.0) * noise * np.exp(-np.arange(n) / RATE * 260)

    _scattered(rng, seconds, 170, clap, out)
    return out


def _both(waveform: np.ndarray, side: float = 0.0) -> np.ndarray:
    angle = (side + 1) * np.pi / 4
    return np.stack([np.cos(angle) * waveform, np.sin(angle) * waveform]) * np.sqrt(2)


def _ends(waveform: np.ndarray, into_s: float = 0.002, out_s: float = 0.02) -> np.ndarray:
    return waveform * window(waveform.shape[-1], into_s, out_s)


def _thunder(rng: np.random.Generator, seconds: float) -> Iterator[Stroke]:
    at_s = min(0.4, seconds / 6)
    while at_s < seconds:
        t = _time(5.0)
        noise = _sides(rng, 5.0, 0.5)
        rumble = np.exp(-t * 0.9) * (0.3 + _slow(rng, len(t), 0.25) ** 2) * np.minimum(t / 0.03, 1)
        crack = np.exp(-t * 7) * (0.3 + 0.7 * _slow(rng, len(t), 0.03) ** 3)
        wave = filtered(noise, "low", 130) * 4 * rumble + filtered(noise, "band", 200, 2500) * 0.35 * crack
        yield Stroke(at_s, _ends(wave, 0.004, 1.5))
        at_s += float(rng.uniform(8, 14))


def _whistle(rng: np.random.Generator, seconds: float) -> Iterator[Stroke]:
    """A referee's: a pea makes it trill."""
    at_s = min(0.3, seconds / 8)
    for length_s in (0.22, 0.75) if seconds > 2 else (0.6,):
        t = _time(length_s)
        trill = np.sin(2 * np.pi * 38 * t)
        phase = 2 * np.pi * (2850 * t + 140 / (2 * np.pi * 38) * -np.cos(2 * np.pi * 38 * t))
        tone = np.sin(phase) + 0.35 * np.sin(1.07 * phase) + 0.12 * np.sin(2 * phase)
        tone = tone * (0.7 + 0.3 * trill) + 0.08 * filtered(rng.standard_normal(len(t)), "band", 2000, 6000)
        yield Stroke(at_s, _both(_ends(tone, 0.02, 0.05), 0.2))
        at_s += length_s + 0.12


def _click(rng: np.random.Generator, seconds: float) -> Iterator[Stroke]:
    at_s = min(0.3, seconds / 6)
    while at_s < seconds - 0.1:
        for delay_s, level in ((0.0, 1.0), (0.07, 0.6)):  # down, and up again
            t = _time(0.03)
            body = np.sin(2 * np.pi * rng.uniform(1700, 2300) * t) * np.exp(-t * 350)
            snap = rng.standard_normal(len(t)) * np.exp(-t * 900)
            yield Stroke(at_s + delay_s, _both(_ends(level * (body + 0.6 * snap), 0.0005, 0.005)))
        at_s += float(rng.uniform(0.9, 1.6))


def _whoosh(rng: np.random.Generator, seconds: float) -> Iterator[Stroke]:
    length_s = min(1.1, seconds)
    t = _time(length_s)
    near = np.exp(-((t / length_s - 0.5) ** 2) / 0.035)
    noise = rng.standard_normal(len(t))
    low, high = filtered(noise, "band", 250, 900), filtered(noise, "band", 900, 4500)
    wave = near * (low * (1.2 - near) + high * near)
    side = np.linspace(-0.9, 0.9, len(t))
    angle = (side + 1) * np.pi / 4
    yield Stroke(min(0.1, seconds / 10), _ends(np.stack([np.cos(angle) * wave, np.sin(angle) * wave]), 0.05, 0.05))


def _steps(rng: np.random.Generator, seconds: float) -> Iterator[Stroke]:
    at_s, foot = min(0.2, seconds / 8), 1
    while at_s < seconds - 0.1:
        t = _time(0.22)
        heel = np.sin(2 * np.pi * rng.uniform(75, 95) * t) * np.exp(-t * 38)
        sole = filtered(rng.standard_normal(len(t)), "band", 400, 3200) * (
            0.7 * np.exp(-t * 70) + 0.35 * np.exp(-((t - 0.09) ** 2) / 2e-4)
        )
        yield Stroke(at_s, _both(_ends(rng.uniform(0.8, 1.0) * (heel + 0.5 * sole), 0.002, 0.05), 0.15 * foot))
        at_s, foot = at_s + 0.55 + float(rng.uniform(-0.02, 0.02)), -foot


def _clock(rng: np.random.Generator, seconds: float) -> Iterator[Stroke]:
    at_s, number = 0.1, 0
    while at_s < seconds - 0.05:
        t = _time(0.06)
        f = 2900 if number % 2 == 0 else 2350
        tick = np.sin(2 * np.pi * f * t) * np.exp(-t * 160) + 0.5 * np.sin(2 * np.pi * 1.71 * f * t) * np.exp(-t * 260)
        yield Stroke(at_s, _both(_ends(tick + 0.3 * rng.standard_normal(len(t)) * np.exp(-t * 700), 0.0005), -0.2))
        at_s, number = at_s + 0.5, number + 1


def _bell(rng: np.random.Generator, seconds: float) -> Iterator[Stroke]:
    """A church bell: hum, prime, tierce, quint, nominal and above."""
    at_s = min(0.25, seconds / 8)
    partials = ((0.5, 0.5, 0.5), (1.0, 0.8, 0.9), (1.19, 0.7, 1.2), (1.5, 0.4, 1.6), (2.0, 1.0, 1.4), (2.74, 0.4, 2.6),
                (3.0, 0.3, 3.0), (4.07, 0.25, 4.0))  # fmt: skip
    while at_s < seconds - 0.3:
        t = _time(4.0)
        tone = np.zeros(len(t))
        for k, a, d in partials:
            tone += a * np.sin(2 * np.pi * 330 * k * t + k) * np.exp(-t * d)
        yield Stroke(at_s, _both(_ends(tone, 0.003, 1.0), float(rng.uniform(-0.1, 0.1))))
        at_s += 2.2


def _heart(rng: np.random.Generator, seconds: float) -> Iterator[Stroke]:
    at_s = 0.15
    while at_s < seconds - 0.3:
        for delay_s, level, f in ((0.0, 1.0, 58), (0.29, 0.7, 72)):
            t = _time(0.25)
            beat = np.sin(2 * np.pi * (f * t + 1.2 * (1 - np.exp(-t * 30)))) * np.exp(-t * 17)
            yield Stroke(at_s + delay_s, _both(_ends(level * beat, 0.008, 0.08)))
        at_s += 0.92 + float(rng.uniform(-0.02, 0.02))


def _kick(rng: np.random.Generator, seconds: float) -> Iterator[Stroke]:
    """A ball that is hit: a low thud that falls, under a short slap of leather."""
    t = _time(0.3)
    thud = np.sin(2 * np.pi * (75 * t + 2.2 * (1 - np.exp(-t * 28)))) * np.exp(-t * 20)
    slap = filtered(rng.standard_normal(len(t)), "band", 500, 2200) * np.exp(-t * 90)
    yield Stroke(min(0.3, seconds / 6), _both(_ends(thud + 0.35 * slap, 0.002, 0.08)))


def _burst(rng: np.random.Generator, length_s: float, decay: float) -> np.ndarray:
    """A low burst, and the room that it rolls away in."""
    t, noise = _time(length_s), _sides(rng, length_s, 0.5)
    low = filtered(noise, "low", 140) * 5 * np.exp(-t * decay)
    blast = filtered(noise, "band", 140, 1800) * 0.5 * np.exp(-t * decay * 4)
    return _ends(low + blast, 0.004, length_s / 3)


def _boom(rng: np.random.Generator, seconds: float) -> Iterator[Stroke]:
    yield Stroke(min(0.3, seconds / 6), _burst(rng, 2.5, 2.2))


def _fireworks(rng: np.random.Generator, seconds: float) -> Iterator[Stroke]:
    """Shells: a boom, and a little later the crackle of what falls."""
    at_s = min(0.3, seconds / 6)
    while at_s < seconds - 0.3:
        wave, t = _burst(rng, 2.2, 5.0), _time(2.2)
        crackle = np.zeros_like(wave)

        def snap() -> np.ndarray:
            n = round(0.006 * RATE)
            return rng.exponential(0.5) * rng.standard_normal(n) * np.exp(-np.arange(n) / n * 5)

        _scattered(rng, 2.2, 60, snap, crackle)
        shape = np.minimum(t / 0.4, 1) * np.exp(-t * 1.2)
        both = wave / np.abs(wave).max() + 1.5 * filtered(crackle, "band", 1500, 9000) * shape
        yield Stroke(at_s, _ends(both, 0.004, 0.4))
        at_s += float(rng.uniform(0.9, 1.7))


#: Those that can be made, by the names in `audio_words.EFFECTS`. Levels beside a music of −22 LUFS.
MADE = {
    "cheer": Effect(-28, texture=_cheer),
    "crowd": Effect(-29, texture=_crowd),
    "applause": Effect(-31, texture=_applause),
    "wind": Effect(-28, texture=_wind),
    "rain": Effect(-32, texture=_rain),
    "waves": Effect(-30, texture=_waves),
    "fire": Effect(-29, texture=_fire),
    "engine": Effect(-29, texture=_engine),
    "thunder": Effect(-8, strokes=_thunder),
    "whistle": Effect(-17, strokes=_whistle),
    "click": Effect(-10, strokes=_click),
    "whoosh": Effect(-11, strokes=_whoosh),
    "footsteps": Effect(-13, strokes=_steps),
    "clock": Effect(-13, strokes=_clock),
    "bell": Effect(-15, strokes=_bell),
    "heartbeat": Effect(-9, strokes=_heart),
    "kick": Effect(-10, strokes=_kick),
    "boom": Effect(-8, strokes=_boom),
    "fireworks": Effect(-11, strokes=_fireworks),
}
