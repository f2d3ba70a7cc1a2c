"""What every plug-in must do, for its own tests: call these with an instance.

from voicekit.testing import check_engine

def test_my_engine():
    check_engine(MyEngine(...))

def test_my_stage(tmp_path):
    check_stage(MyStage(), [Path("still.png")], tmp_path)

Which kinds of plug-ins there are, and the contract of each: voicekit.core.plugins.KINDS.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, is_dataclass
from pathlib import Path
from typing import Any

import numpy as np

from voicekit.audio.treatment import Denoiser, Separator
from voicekit.core.errors import ConfigError, ScriptError
from voicekit.core.reporter import SILENT, Reporter
from voicekit.engines.voice import Presets
from voicekit.film.pipeline.stage_run import StageRun, Store, content_of
from voicekit.film.stage import KINDS, Context, Stage
from voicekit.media.sound import Blocks, Sound
from voicekit.recognition.transcribe import Transcriber
from voicekit.speech.engine import Engine, join
from voicekit.speech.voices import read_voice
from voicekit.text.script.marks import Marks, ProsodyStyle


def check_engine(engine: Engine, text: str = "The lights come on. Then it begins!") -> None:
    """Raises AssertionError where an engine does not keep the contract of voicekit.speech.engine.Engine."""
    assert isinstance(engine, Engine), "sample_rate, fingerprint and stream are needed; deriving from Engine gives the rest"
    assert engine.fingerprint and isinstance(engine.fingerprint, str), "the fingerprint is a string that names the voice"

    speech = engine.synthesize(text)
    assert speech.sample_rate == engine.sample_rate, "speech comes at the engine's own rate"
    assert speech.waveform.dtype == np.float32 and speech.waveform.ndim == 1, "a waveform is float32, (samples,)"
    assert np.isfinite(speech.waveform).all(), "a waveform is finite"
    assert np.abs(speech.waveform).max() <= 1, "a waveform is in [-1, 1]"
    assert np.abs(speech.waveform).max() > 1e-3, "speech is not silence"

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
    loud = Marks(styles=(ProsodyStyle(level_db=3.0),) * len(text.split()))
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


def check_presets(presets: Presets) -> None:
    """Raises AssertionError where an engine's own voices do not keep the contract of voicekit.engines.voice.Presets.

    The engine has to be added before.
    """
    known = presets.languages()
    assert known and all(known.values()), "an engine that comes with voices names them, and the language of each"
    name = min(known)
    folder = presets.folder(name)
    assert read_voice(folder).engine == presets.engine, "the folder is a voice of this engine"
    assert read_voice(folder).language == known[name], "a voice speaks the language that is told of it"
    assert presets.folder(name) == folder, "a voice is made once"
    for wrong in ("", "no such voice", "../elsewhere", "a/b"):
        try:
            presets.folder(wrong)
        except ConfigError:
            continue
        raise AssertionError(f"{wrong!r} is no voice and must raise ConfigError")


def check_transcriber(transcriber: type[Transcriber], language: str, waveform: np.ndarray, said: str) -> None:
    """Raises AssertionError when a transcriber does not keep the contract of voicekit.recognition.transcribe.Transcriber.

    Args:
        waveform: float32 (samples,) at 16 kHz, in which `said` is said clearly in `language`.
    """
    assert transcriber.missing(language) is None, "what is missing is None when nothing is missing"
    hears = transcriber(language)
    assert hears.note is None or isinstance(hears.note, str), "a note is for a person, or None"
    heard = hears.transcribe(waveform)
    found = set(_plain_words(heard)) & set(_plain_words(said))
    assert len(found) >= len(set(_plain_words(said))) / 2, f"half of the words are heard at least; it heard {heard!r}"
    assert hears.transcribe(waveform) == heard, "the same sound is heard the same"
    assert hears.transcribe(np.zeros(16_000, np.float32)) == "", "in silence nothing is heard"
    assert hears.transcribe(np.zeros(0, np.float32)) == "", "nothing is heard in nothing"


def check_denoiser(denoiser: Denoiser, sample_rate: int = 48_000) -> None:
    """Raises AssertionError when a denoiser does not keep the contract of voicekit.audio.treatment.Denoiser."""
    for channels in (1, 2):
        noisy = _noisy_tones(sample_rate, channels)
        treatment = denoiser(_sound(noisy, sample_rate), 12.0)
        assert all(isinstance(line, str) for line in treatment.said), "what was found is said in lines"
        assert treatment.apply is not None, "12 dB of noise can be taken out of a noisy sound"
        _check_blocks(treatment.apply, noisy, (noisy.shape,))
        pauses = _pauses(sample_rate, noisy.shape[1])
        made = np.concatenate([*treatment.apply(_blocks(noisy))], axis=-1)
        assert _level(made[:, pauses]) < 0.7 * _level(noisy[:, pauses]), "the noise is softer afterwards"
    silence = np.zeros((1, sample_rate), np.float32)
    treatment = denoiser(_sound(silence, sample_rate))
    if treatment.apply:
        assert not np.concatenate([*treatment.apply(_blocks(silence))], axis=-1).any(), "silence stays silence"


def check_separator(separator: Separator, sample_rate: int = 44_100) -> None:
    """Raises AssertionError when a separator does not keep the contract of voicekit.audio.treatment.Separator."""
    for channels in (1, 2):
        mixture = _noisy_tones(sample_rate, channels)
        separation = separator(_sound(mixture, sample_rate), reporter=SILENT)
        assert len(separation.stems) >= 2 and len(set(separation.stems)) == len(separation.stems), "stems have names"
        _check_blocks(separation.apply, mixture, ((len(separation.stems), *mixture.shape),))


def _check_blocks(apply: Callable[[Blocks], Iterator[np.ndarray]], waveform: np.ndarray, shapes: tuple) -> None:
    """As many samples as came, none shifted by how they were cut into blocks, none spoilt."""
    whole = np.concatenate([*apply(_blocks(waveform))], axis=-1)
    assert whole.shape in shapes, f"as many samples as came: {shapes[0]}, not {whole.shape}"
    assert whole.dtype == np.float32 and np.isfinite(whole).all(), "samples are float32 and finite"
    cut = np.concatenate([*apply(_blocks(waveform, 7919))], axis=-1)
    assert np.allclose(whole, cut, atol=1e-4), "how a sound is cut into blocks makes no difference"


def _noisy_tones(sample_rate: int, channels: int) -> np.ndarray:
    """Two seconds of a voice-like tone that comes and goes, in noise."""
    time_s = np.arange(2 * sample_rate) / sample_rate
    harmonics = np.arange(1, 20)[:, None]
    voice = 0.1 * (np.sin(2 * np.pi * 140 * harmonics * time_s) / harmonics).sum(axis=0)
    voice[_pauses(sample_rate, len(time_s))] = 0
    noise = np.random.default_rng(0).normal(0, 0.01, (channels, len(time_s)))
    return (voice + noise).astype(np.float32)


def _pauses(sample_rate: int, n_samples: int) -> np.ndarray:
    return (np.arange(n_samples) // (sample_rate // 2)) % 2 == 1


def _sound(waveform: np.ndarray, sample_rate: int) -> Sound:
    return Sound(sample_rate, len(waveform), waveform.shape[1] / sample_rate, lambda: iter(_blocks(waveform)))


def _blocks(waveform: np.ndarray, size: int = 1 << 20) -> list[np.ndarray]:
    return [waveform[:, start : start + size] for start in range(0, waveform.shape[1], size)]


def _level(samples: np.ndarray) -> float:
    return float(np.sqrt(np.mean(np.square(samples))))


def _plain_words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.lower())


class _Shares(Reporter):
    """Notes how far a stage says that it is."""

    def __init__(self, shares: list[float]) -> None:
        self.shares = shares

    def progress(
        self, task: str, share: float, left_s: float | None = None, numbers: Mapping[str, float] | None = None
    ) -> None:
        self.shares.append(share)


def check_stage(stage: Stage, inputs: Sequence[Path], folder: Path, options: Any = None) -> Path:
    """Raises AssertionError, saying what is wrong, when `stage` does not keep the contract of voicekit.film.stage.Stage.

    Args:
        inputs: files that the stage takes.
        folder: an empty one to work in.
        options: without them, the stage's defaults.

    Returns:
        What the stage made.
    """
    assert isinstance(stage, Stage), "name, kind, takes, gives and run are needed; deriving from Stage gives the rest"
    assert stage.kind in KINDS, f"'{stage.kind}' is not a kind of stage; there are {', '.join(KINDS)}"
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
