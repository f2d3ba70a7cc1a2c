"""Text to sound, sentence by sentence: into a file, or into a pipe while it is being spoken."""

import struct
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import IO

import numpy as np

from voicekit.core.files import check_writable, claimed
from voicekit.core.reporter import SILENT, Reporter
from voicekit.speech.cast import NO_CAST, Cast, Role, casting
from voicekit.speech.company import Company
from voicekit.speech.engine import Engine, Speech, tell_left, telling
from voicekit.speech.language import tell_language
from voicekit.speech.turns import in_turns
from voicekit.speech.voices import Voice
from voicekit.text.script.script import aloud
from voicekit.text.sentences import sentences

#: More sentences than this take long enough for a progress bar.
_QUICK = 8
#: The length in the header of a WAV that goes on for nobody knows how long.
ENDLESS = 0xFFFFFFFF


def say(
    text: str,
    out: Path,
    engine: Engine,
    pace: float = 1.0,
    name: str = "the text",
    reporter: Reporter = SILENT,
    language: str | None = None,
    cast: Cast = NO_CAST,
    narrator: Voice | None = None,
) -> float:
    """Speaks `text`, which may hold markup, into the file `out`, whole or not at all; a sentence at a time is in memory.

    Args:
        out: its ending names the format: wav, flac, mp3, m4a, ogg or opus.
        name: of the text, in messages.
        reporter: told what of it is not spoken, before anything is.
        engine: the narrator's voice; others are loaded as they are needed, and all are equally loud.
        language: the one that is spoken of a text in two side by side, by its code; without it, the voice's.
        cast: who is spoken by which voice.
        narrator: what the narrator's voice is called, so that it is not loaded again for somebody else.

    Returns:
        How long the speech is, in seconds.

    Raises:
        MediaError: the ending of `out` names no format it can be written in.
        ScriptError: there is nothing to pronounce, or markup is wrong.
        VoicekitError: `out` cannot be written.

    Example:
        >>> say("The lights come on.", Path("lights.mp3"), load_voice("base"))  # doctest: +SKIP
    """
    from voicekit.media import check_format, write_sound  # FFmpeg is not loaded for a pipe

    check_format(out, sample_rate=engine.sample_rate)
    check_writable(out)  # first, so that a folder that takes nothing is told before the work
    heard = _Heard()
    with claimed(out):
        rate, speeches = _spoken(text, Company(engine, cast, narrator), cast, pace, name, reporter, language)
        write_sound(out, heard.blocks(speeches), rate)
    return heard.seconds


class _Heard:
    """How long speech is that passes by."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def blocks(self, speeches: Iterator[Speech]) -> Iterator[np.ndarray]:
        for speech in speeches:
            self.seconds += speech.duration_s
            yield speech.waveform[None]


def stream(
    text: str,
    out: IO[bytes],
    engine: Engine,
    pace: float = 1.0,
    name: str = "the text",
    reporter: Reporter = SILENT,
    language: str | None = None,
    cast: Cast = NO_CAST,
    narrator: Voice | None = None,
) -> float:
    """Speaks `text` into an open pipe or file as 16-bit WAV, each sentence as soon as it is spoken; as `say` otherwise."""
    seconds = 0.0
    for speech in _spoken(text, Company(engine, cast, narrator), cast, pace, name, reporter, language)[1]:
        if not seconds:
            out.write(wav_header(speech.sample_rate))
        out.write(as_pcm(speech.waveform))
        out.flush()
        seconds += speech.duration_s
    return seconds


def as_pcm(waveform: np.ndarray) -> bytes:
    """(samples,) as 16-bit samples, the lower byte first."""
    return (waveform * 32767).round().astype("<i2").tobytes()


def wav_header(sample_rate: int, n_bytes: int | None = None) -> bytes:
    """Of a mono 16-bit WAV.

    Args:
        n_bytes: of its samples; None where nobody knows yet: as players and FFmpeg take it, the largest there is.
    """
    length = ENDLESS if n_bytes is None else min(n_bytes, ENDLESS)
    about = struct.pack("<IHHIIHH", 16, 1, 1, sample_rate, 2 * sample_rate, 2, 16)
    begin = struct.pack("<4sI8s", b"RIFF", min(length + 36, ENDLESS), b"WAVEfmt ")
    return begin + about + struct.pack("<4sI", b"data", length)


def spoken(text: str, engine: Engine, pace: float, name: str, reporter: Reporter, language: str | None) -> Iterator[Speech]:
    """A text in one voice alone, whoever is named in it, sentence by sentence; arguments and errors as `say`.

    Others' texts name no voice that is loaded: what says which is left, and told.
    """
    text, marks = aloud(text, name, reporter.note, language or engine.language)
    if marks.voices:
        reporter.note("one voice speaks all of it; marks that name other voices are left out")
    tell_language([text], engine, reporter)
    tell_left([marks], engine, reporter)
    yield from telling(engine.stream(text, pace=pace, marks=replace(marks, voices=())), reporter)


def _spoken(
    text: str, company: Company, cast: Cast, pace: float, name: str, reporter: Reporter, language: str | None
) -> tuple[int, Iterator[Speech]]:
    """What is said, sentence by sentence, and its sample rate."""
    narrator = company.engine(Role())
    text, marks = aloud(text, name, reporter.note, language or narrator.language)
    who = casting([voice for _, _, voice in marks.voices], cast, name)
    for note in who.notes:
        reporter.note(note)
    stretches = list(who.spoken(text, marks))
    company.tell(((piece, own, part.role) for piece, own, part in stretches), reporter)
    rate = max(company.engine(part.role).sample_rate for _, _, part in stretches)
    if len(stretches) == 1:
        piece, own, part = stretches[0]
        speeches = company.engine(part.role).stream(piece, pace=pace, marks=own)
    else:
        speeches = in_turns(stretches, company, pace, rate)
    speeches = telling(speeches, reporter)
    n_sentences = sum(1 for _ in sentences(text))
    return rate, reporter.track(speeches, "speaking", total=n_sentences) if n_sentences > _QUICK else speeches
