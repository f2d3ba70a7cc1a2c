"""What every plug-in must do, for its own tests: call these with an instance.

from voicekit.testing import check_engine

def test_my_engine():
    check_engine(MyEngine(...))
"""

import numpy as np

from voicekit.engines.base import Engine, join
from voicekit.errors import ScriptError
from voicekit.text.marks import Manner, Marks


def check_engine(engine: Engine, text: str = "The lights come on. Then it begins!") -> None:
    """Raises AssertionError, saying what is wrong, when `engine` does not keep the contract of engines.base.Engine."""
    assert isinstance(engine, Engine), "sample_rate, fingerprint and stream are needed; deriving from Engine gives the rest"
    assert engine.fingerprint and isinstance(engine.fingerprint, str), "the fingerprint is a string that names the voice"

    speech = engine.synthesize(text)
    assert speech.sample_rate == engine.sample_rate, "speech comes at the engine's own rate"
    assert speech.waveform.dtype == np.float32 and speech.waveform.ndim == 1, "a waveform is float32, (samples,)"
    assert np.isfinite(speech.waveform).all(), "a waveform is finite"
    assert np.abs(speech.waveform).max() <= 1, "a waveform is in [-1, 1]"
    assert np.abs(speech.waveform).max() > 1e-3, "speech is no silence"

    spoken = " ".join(word.text for word in speech.words).lower()
    for word in ("lights", "begins"):
        assert word in spoken, f"the words name what is spoken; '{word}' is not among them"
    edges = [edge for word in speech.words for edge in (word.start_s, word.end_s)]
    assert edges == sorted(edges), "words follow each other without overlap"
    assert edges[0] >= 0 and edges[-1] <= speech.duration_s + 1e-6, "words lie within the waveform"

    pieces = list(engine.stream(text))
    streamed = join(pieces)
    assert np.array_equal(streamed.waveform, speech.waveform), "streamed sentences put together are what synthesize says"
    assert [word.text for word in streamed.words] == [word.text for word in speech.words], "and so are their words"
    assert all(len(piece.waveform) for piece in pieces), "no streamed piece is empty"

    again = engine.synthesize(text)
    assert np.array_equal(again.waveform, speech.waveform), "the same text sounds the same, or caching would lie"
    loud = Marks(manners=(Manner(level_db=3.0),) * len(text.split()))
    other = engine.synthesize(text, marks=loud, seed=1)
    assert np.isfinite(other.waveform).all() and other.words, "marks and a seed are taken, if only to be left"
    same = engine.synthesize(text, marks=loud, seed=1).waveform
    assert np.array_equal(other.waveform, same), "the same take of the same text sounds the same"
    told = engine.timing(text)
    assert [word.text for word in told] == [word.text for word in speech.words], "timing tells of the words that are spoken"
    off_s = abs(told[-1].end_s - speech.words[-1].end_s)
    assert off_s < 0.2 * speech.duration_s, "timing tells when they are, or about"
    fast, slow = engine.synthesize(text, pace=1.25), engine.synthesize(text, pace=0.8)
    assert fast.duration_s < speech.duration_s < slow.duration_s, "pace above 1 is faster"
    for nothing in ("", " \n", "…"):
        try:
            engine.synthesize(nothing)
        except ScriptError:
            continue
        raise AssertionError(f"{nothing!r} has nothing to pronounce and must raise ScriptError")
