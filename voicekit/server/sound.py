"""Speech as the bytes of a format, a sentence at a time."""

from collections.abc import Iterator
from dataclasses import replace
from typing import IO

import numpy as np

from voicekit.audio.stretch import at_tempo
from voicekit.core.reporter import Reporter
from voicekit.media.sound import resampled
from voicekit.media.write import stream_sound
from voicekit.server.request import Format
from voicekit.speech.engine import Engine, Speech
from voicekit.speech.say import as_pcm, spoken, wav_header

#: Raw samples tell no rate; OpenAI's have this one.
PCM_HZ = 24_000
#: What an engine takes for a pace; what is left of a speed is played faster or slower.
_LEAST_PACE, _MOST_PACE = 0.5, 2.0


def speak(text: str, engine: Engine, speed: float, reporter: Reporter) -> Iterator[Speech]:
    """A text as `voicekit say` speaks it.

    Args:
        speed: in [0.25, 4].
        reporter: told what of the text is not spoken, or may be spoken wrongly.

    Raises:
        ScriptError: there is nothing to pronounce, or markup is wrong.
    """
    pace = min(max(speed, _LEAST_PACE), _MOST_PACE)
    for speech in spoken(text, engine, pace, "the input", reporter, None):
        yield replace(speech, waveform=at_tempo(speech.waveform, speech.sample_rate, speed / pace))


class Pipe:
    """A file that is written at one end and taken from the other, and cannot seek."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._pieces.append(bytes(data))
        return len(data)

    def take(self) -> bytes:
        """What was written since the last call."""
        data, self._pieces = b"".join(self._pieces), []
        return data


def write(speeches: Iterator[Speech], format_: Format, sample_rate: int, file: IO[bytes] | Pipe) -> Iterator[None]:
    """Writes speech into `file` and yields after each sentence. Headers tell how long it is where `file` can seek."""
    if format_ == "wav":
        return _wav(speeches, sample_rate, file)
    blocks = (speech.waveform[None] for speech in speeches)
    if format_ == "pcm":
        return _pcm(resampled(blocks, sample_rate, PCM_HZ) if sample_rate != PCM_HZ else blocks, file)
    return stream_sound(file, f".{format_}", blocks, sample_rate)


def _pcm(blocks: Iterator[np.ndarray], file: IO[bytes] | Pipe) -> Iterator[None]:
    for block in blocks:
        file.write(as_pcm(block[0].clip(-1, 1)))
        yield


def _wav(speeches: Iterator[Speech], sample_rate: int, file: IO[bytes] | Pipe) -> Iterator[None]:
    n_bytes = 0
    for speech in speeches:
        if not n_bytes:
            file.write(wav_header(sample_rate))
        n_bytes += file.write(as_pcm(speech.waveform))
        yield
    if not isinstance(file, Pipe):
        file.seek(0)
        file.write(wav_header(sample_rate, n_bytes))
        file.seek(0, 2)
