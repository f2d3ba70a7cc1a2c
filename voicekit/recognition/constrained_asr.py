"""A recogniser that knows one text: it hears which of its words are said, and when.

A trigram model of the text alone makes pocketsphinx nearly sure and four times faster than with all of English. After
Moreno et al., "A recursive algorithm for the forced alignment of very long audio segments", ICSLP 1998.
"""

from functools import lru_cache
from io import StringIO
from pathlib import Path

import numpy as np

from voicekit.audio.features import SAMPLE_RATE
from voicekit.core.files import write_text
from voicekit.recognition.pronounce import pronunciations

LISTENER_RATE = 16_000
_FRAMES_PER_S = 100
_DICTIONARY, _MODEL, _SEARCH = "words.dict", "words.lm", "text"


def teach(sentences: list[list[str]], language: str, folder: Path) -> dict[str, str]:
    """Writes the dictionary and language model of a text into `folder`, for `hear` and `place`.

    Args:
        sentences: plain words (see pronounce.plain).

    Returns:
        plain word → its name in the model; words without a pronunciation are missing.
    """
    from pocketsphinx.lm import ArpaBoLM

    sounds = pronunciations((word for sentence in sentences for word in sentence), language)
    if not sounds:
        return {}
    # Names of our own: what people write may hold characters that mean something to the model's format.
    names = {word: f"w{number}" for number, word in enumerate(sorted(sounds))}
    lines = [
        f"{names[word]}{f'({n})' if n > 1 else ''} {sound}\n"
        for word in sorted(sounds)
        for n, sound in enumerate(sounds[word], start=1)
    ]
    write_text(folder / _DICTIONARY, "".join(lines))
    said = [" ".join(names[word] for word in sentence if word in names) for sentence in sentences]
    model = ArpaBoLM(text="".join(f"<s> {line} </s>\n" for line in said if line))
    model.compute()
    arpa = StringIO()
    model.write(arpa)
    write_text(folder / _MODEL, arpa.getvalue())
    return names


def hear(waveform: np.ndarray, folder: Path) -> list[str]:
    """The names of the words heard in a 24 kHz waveform (samples,), in order."""
    decoder = _decoder(folder)
    decoder.activate_search(_SEARCH)
    _decode(decoder, _pcm(waveform))
    return decoder.hyp().hypstr.split() if decoder.hyp() else []


def place(waveform: np.ndarray, names: list[str], folder: Path) -> list[float] | None:
    """When the middle of each named word is heard, in seconds; None where they do not fit the 24 kHz waveform."""
    decoder = _decoder(folder)
    try:
        decoder.set_align_text(" ".join(names))
        _decode(decoder, _pcm(waveform))
        words = [s for s in decoder.seg() or () if not s.word.startswith(("<", "[", "("))]
        middles = [(s.start_frame + s.end_frame + 1) / 2 / _FRAMES_PER_S for s in words]
    except RuntimeError:  # the search found no way through the words
        return None
    return middles if len(middles) == len(names) else None


def _decode(decoder, pcm: bytes) -> None:
    decoder.start_utt()
    decoder.process_raw(pcm, no_search=False, full_utt=True)
    decoder.end_utt()


def _pcm(waveform: np.ndarray) -> bytes:
    """24 kHz float (samples,) to what pocketsphinx takes, at a level that it likes."""
    import soxr

    samples = soxr.resample(waveform, SAMPLE_RATE, LISTENER_RATE)
    peak = max(np.abs(samples).max(initial=0.0), 1e-4)
    return (samples / peak * 0.5 * 32767).astype("<i2").tobytes()


@lru_cache(maxsize=1)
def _decoder(folder: Path):
    import pocketsphinx

    # Without the two later passes: they double the time and find 1 % more of the words.
    decoder = pocketsphinx.Decoder(
        lm=None, dict=str(folder / _DICTIONARY), loglevel="FATAL", cmn="batch", fwdflat=False, bestpath=False
    )
    decoder.add_lm_file(_SEARCH, str(folder / _MODEL))
    return decoder
