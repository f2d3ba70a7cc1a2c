"""What a person is told before a training begins."""

from dataclasses import replace

import pytest

from voicekit.core.errors import DatasetError
from voicekit.dataset.manifest import Utterance, write_manifest
from voicekit.training.forecast import LEAST_S, check_enough, forecast
from voicekit.training.settings import TrainConfig


def test_the_time_and_the_speech_are_said():
    lines = forecast(45, TrainConfig(), 30 * 60)
    assert "30 minutes" in lines[0] and "45 minutes of speech" in lines[1]


def test_ten_seconds_promise_little():
    assert "10 seconds of speech: very little" in forecast(10 / 60, TrainConfig(), 60.0)[1]


def test_full_from_little_names_the_quick_way():
    quick = replace(TrainConfig(), trainable="speaker")
    assert "train --quick" in forecast(0.5, TrainConfig(), 60.0)[1]
    assert not any("--quick" in line for line in (*forecast(0.5, quick, 60.0), *forecast(1.5, TrainConfig(), 60.0)))


@pytest.mark.parametrize(("seconds", "enough"), [(2.0, False), (LEAST_S - 0.1, False), (LEAST_S + 0.1, True)])
def test_too_little_is_refused_with_how_much_there_is_and_is_needed(tmp_path, seconds, enough):
    write_manifest(tmp_path, [Utterance("u", "One.", "en-us", "train", "r.wav", 0, seconds, -20, -6, -60)])
    if enough:
        check_enough([tmp_path])
    else:
        with pytest.raises(DatasetError, match=rf"holds {seconds:.1f} s of speech .* takes 10 s at least"):
            check_enough([tmp_path])


def test_sentences_kept_back_are_not_learned_from(tmp_path):
    write_manifest(tmp_path, [Utterance("u", "One.", "en-us", "held-out", "r.wav", 0, 60, -20, -6, -60)])
    with pytest.raises(DatasetError, match=r"holds 0\.0 s"):
        check_enough([tmp_path])


def test_more_speech_promises_more():
    quick = replace(TrainConfig(), trainable="speaker")
    promises = [
        forecast(0.5, quick, 60.0),
        forecast(2, quick, 60.0),
        forecast(12, TrainConfig(), 60.0),
        forecast(40, TrainConfig(), 60.0),
    ]
    assert len({lines[1].split(": ")[1] for lines in promises}) == 4
