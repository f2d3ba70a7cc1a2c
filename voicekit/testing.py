"""What every plug-in must do, for its own tests: call these with an instance.

from voicekit.testing import check_engine

def test_my_engine():
    check_engine(MyEngine(...))

def test_my_stage(tmp_path):
    check_stage(MyStage(), [Path("still.png")], tmp_path)
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, is_dataclass
from pathlib import Path
from typing import Any

import numpy as np

from voicekit.core.errors import ScriptError
from voicekit.core.reporter import Reporter
from voicekit.film.pipeline.stage_run import StageRun, Store, content_of
from voicekit.film.stage import KINDS, Context, Stage
from voicekit.speech.engine import Engine, join
from voicekit.text.script.marks import Manner, Marks


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


class _Shares(Reporter):
    """Notes how far a stage says that it is."""

    def __init__(self, shares: list[float]) -> None:
        self.shares = shares

    def progress(
        self, task: str, share: float, left_s: float | None = None, numbers: Mapping[str, float] | None = None
    ) -> None:
        self.shares.append(share)


def check_stage(stage: Stage, inputs: Sequence[Path], folder: Path, options: Any = None) -> Path:
    """Raises AssertionError, saying what is wrong, when `stage` does not keep the contract of film.stage.Stage.

    Args:
        inputs: files that the stage takes.
        folder: an empty one to work in.
        options: without them, the stage's defaults.

    Returns:
        What the stage made.
    """
    assert isinstance(stage, Stage), "name, kind, takes, gives and run are needed; deriving from Stage gives the rest"
    assert stage.kind in KINDS, f"'{stage.kind}' is no kind of stage; there are {', '.join(KINDS)}"
    assert all(one.startswith(".") and one == one.lower() for one in (*stage.takes, stage.gives)), "endings look like .mp4"
    assert is_dataclass(stage.Options), "Options is a dataclass"
    options = options if options is not None else stage.Options()
    assert options == type(options)(**asdict(options)), "options are plain values"
    before = [content_of(path) for path in inputs]
    shares: list[float] = []
    work = StageRun(stage, tuple(inputs), options)
    made = Store(folder / "first").make(work, Context("cpu", reporter=_Shares(shares)))
    assert [content_of(path) for path in inputs] == before, "a stage does not touch its inputs"
    assert all(0 <= share <= 1 for share in shares) and shares == sorted(shares), "progress goes from 0 to 1"
    assert list((folder / "first").iterdir()) == [made], "nothing is left beside what a stage makes"
    again = Store(folder / "again").make(work, Context("cpu"))
    assert content_of(again) == content_of(made), "the same inputs, options and seed give the same, or storing would lie"
    return made
