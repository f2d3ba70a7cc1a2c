"""Text to sound, sentence by sentence: into a file, or into a pipe while it is being spoken."""

import struct
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

from voicekit.core.errors import ConfigError
from voicekit.core.files import atomic, claimed
from voicekit.core.reporter import SILENT, Reporter
from voicekit.speech.engine import Engine, Speech
from voicekit.speech.language import tell_language
from voicekit.text.script.script import aloud
from voicekit.text.sentences import sentences

#: suffix → the format that soundfile writes.
FORMATS = {".wav": "WAV", ".flac": "FLAC", ".ogg": "OGG"}
#: More sentences than this take long enough for a progress bar.
_QUICK = 20


def check_out(out: Path) -> None:
    """Raises ConfigError where the suffix of `out` names no format it can be written in."""
    if out.suffix.lower() not in FORMATS:
        raise ConfigError(f"cannot write {out}: name it {', '.join('*' + suffix for suffix in FORMATS)}")


def say(
    text: str, out: Path, engine: Engine, pace: float = 1.0, name: str = "the text", reporter: Reporter = SILENT
) -> float:
    """Speaks `text`, which may hold markup, into the file `out`, whole or not at all; a sentence at a time is in memory.

    Args:
        name: of the text, in messages.
        reporter: told what of it is not spoken, before anything is.

    Returns:
        How long the speech is, in seconds.

    Raises:
        ConfigError: the suffix of `out` names no format it can be written in.
        ScriptError: there is nothing to pronounce, or markup is wrong.
        VoicekitError: `out` cannot be written.

    Example:
        >>> say("The lights come on.", Path("lights.wav"), load_voice("base"))  # doctest: +SKIP
    """
    import soundfile

    check_out(out)
    seconds = 0.0
    # First, so that a folder that takes nothing is told before the work.
    with claimed(out), atomic(out) as partial, partial.open("w+b") as file:
        sink = _Sink(file)
        writing = {"samplerate": engine.sample_rate, "channels": 1, "format": FORMATS[out.suffix.lower()]}
        with soundfile.SoundFile(sink, "w", **writing) as sound:
            for speech in _spoken(text, engine, pace, name, reporter):
                sink.check()
                sound.write(speech.waveform)
                sink.check()
                seconds += speech.duration_s
        sink.check()
    return seconds


def stream(
    text: str, out: IO[bytes], engine: Engine, pace: float = 1.0, name: str = "the text", reporter: Reporter = SILENT
) -> float:
    """Speaks `text` into an open pipe or file as 16-bit WAV, each sentence as soon as it is spoken; as `say` otherwise."""
    seconds = 0.0
    for speech in _spoken(text, engine, pace, name, reporter):
        if not seconds:
            out.write(wav_header(speech.sample_rate))
        out.write((speech.waveform * 32767).round().astype("<i2").tobytes())
        out.flush()
        seconds += speech.duration_s
    return seconds


def wav_header(sample_rate: int) -> bytes:
    """Of a mono 16-bit WAV whose length nobody knows yet: as players and FFmpeg take it, the largest there is."""
    endless = 0xFFFFFFFF
    about = struct.pack("<IHHIIHH", 16, 1, 1, sample_rate, 2 * sample_rate, 2, 16)
    return struct.pack("<4sI8s", b"RIFF", endless, b"WAVEfmt ") + about + struct.pack("<4sI", b"data", endless)


def _spoken(text: str, engine: Engine, pace: float, name: str, reporter: Reporter) -> Iterator[Speech]:
    text, marks = aloud(text, name, reporter.note)
    tell_language([text], engine, reporter)
    n_sentences = sum(1 for _ in sentences(text))
    speeches = engine.stream(text, pace=pace, marks=marks)
    return reporter.track(speeches, "speaking", total=n_sentences) if n_sentences > _QUICK else speeches


class _Sink:
    """A file for soundfile to write to, which keeps the reason why it failed: the library prints it, and goes on."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._error: OSError | None = None
        self.read, self.flush = file.read, file.flush

    def write(self, data: bytes) -> int:
        return self._unless_failed(self._file.write, data) or len(data)

    def seek(self, offset: int, whence: int = 0) -> int:  # what is still to be written is written first
        return self._unless_failed(self._file.seek, offset, whence)

    def tell(self) -> int:
        return self._unless_failed(self._file.tell)

    def _unless_failed(self, function: Callable[..., int], *arguments: Any) -> int:
        try:
            return 0 if self._error else function(*arguments)
        except OSError as error:
            self._error = error
            return 0

    def check(self) -> None:
        """Raises the OSError that was met."""
        if self._error:
            raise self._error
