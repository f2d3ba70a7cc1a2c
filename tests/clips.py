"""Small films and sounds made on the spot, and a stand-in for a voice."""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from voicekit.speech.engine import Engine, Speech, Word
from voicekit.text.script.marks import NO_MARKS, Marks

RATE = 48_000


def make_sound(duration_s: float, level: float = 0.1, channels: int = 2) -> np.ndarray:
    """A tone of 300 Hz, the channels alike, (channels, samples)."""
    t = np.arange(round(duration_s * RATE)) / RATE
    return np.tile(level * np.sin(2 * np.pi * 300 * t), (channels, 1)).astype(np.float32)


def with_clicks(sound: np.ndarray, *times_s: float) -> np.ndarray:
    sound = sound.copy()
    for time_s in times_s:
        sound[:, round(time_s * RATE)] = 0.9
    return sound


def make_clip(
    path: Path,
    duration_s: float = 4.0,
    sound: np.ndarray | None = None,
    *,
    codec: str = "mpeg4",
    sound_codec: str = "aac",
    layout: str = "stereo",
    variable: bool = False,
    sound_start_s: float = 0.0,
    start_ms: int = 0,
    rotation: int = 0,
) -> Path:
    """A film of noise, 64 × 48, 25 pictures a second or, if `variable`, at irregular times."""
    rng = np.random.default_rng(0)
    with av.open(str(path), "w") as out:
        video = out.add_stream(codec, rate=25)
        video.width, video.height, video.pix_fmt = 64, 48, "yuv420p"
        video.codec_context.time_base = Fraction(1, 1000)
        if codec == "libx264":
            video.options = {"x264-params": "log-level=none"}
        if rotation:
            video.set_display_rotation(rotation)
        audio = None
        if sound is not None:
            audio = out.add_stream(sound_codec, rate=RATE, layout=layout)
        time_ms = 0
        while time_ms < duration_s * 1000:
            picture = rng.integers(0, 255, (72, 64), dtype=np.uint8)
            frame = av.VideoFrame.from_ndarray(picture, format="yuv420p")
            frame.pts, frame.time_base = time_ms + start_ms, Fraction(1, 1000)
            time_ms += int(rng.integers(15, 90)) if variable else 40
            out.mux(video.encode(frame))
        out.mux(video.encode(None))
        if audio:
            for start in range(0, sound.shape[1], 1024):
                block = np.ascontiguousarray(sound[:, start : start + 1024])
                frame = av.AudioFrame.from_ndarray(block, format="fltp", layout=layout)
                frame.sample_rate, frame.time_base = RATE, Fraction(1, RATE)
                frame.pts = start + round((sound_start_s + start_ms / 1000) * RATE)
                out.mux(audio.encode(frame))
            out.mux(audio.encode(None))
    return path


def picture_packets(path: Path) -> list[tuple[bytes, float]]:
    """The bytes and the time of every packet of the picture."""
    with av.open(str(path)) as film:
        packets = film.demux(film.streams.video[0])
        return [(bytes(p), float(p.pts * p.time_base)) for p in packets if p.size]


class FakeVoice(Engine):
    """Speaks a tone burst a word, with silence around, and remembers what it was asked."""

    sample_rate = 24_000
    fingerprint = "fake"
    language = "en-us"
    SILENCE_S, WORD_S, PAUSE_S = 0.25, 0.3, 0.1

    def __init__(self) -> None:
        self.said: list[tuple[str, float]] = []

    def stream(self, text: str, *, pace: float = 1.0, marks: Marks = NO_MARKS, seed: int = 0) -> Iterator[Speech]:
        self.said.append((text, pace))
        word = 0.3 * np.sin(2 * np.pi * 1000 * np.arange(round(self.WORD_S / pace * self.sample_rate)) / self.sample_rate)
        pause = np.zeros(round(self.PAUSE_S / pace * self.sample_rate))
        silence = np.zeros(round(self.SILENCE_S * self.sample_rate))
        names = text.split()
        pieces = [silence] + [piece for _ in names for piece in (word, pause)] + [silence]
        step_s = (len(word) + len(pause)) / self.sample_rate
        words = tuple(
            Word(name, self.SILENCE_S + n * step_s, self.SILENCE_S + n * step_s + len(word) / self.sample_rate)
            for n, name in enumerate(names)
        )
        yield Speech(np.concatenate(pieces).astype(np.float32), self.sample_rate, words)
