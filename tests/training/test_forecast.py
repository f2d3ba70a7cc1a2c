"""What a person is told before a training begins."""

from dataclasses import replace

from voicekit.training.forecast import forecast
from voicekit.training.settings import TrainConfig, with_minutes


def test_the_time_and_the_speech_are_said():
    lines = forecast(45, with_minutes(TrainConfig(), 30))
    assert "30 minutes" in lines[0] and "45 minutes of speech" in lines[1]


def test_ten_seconds_promise_little():
    assert "10 seconds of speech: very little" in forecast(10 / 60, TrainConfig())[1]


def test_more_speech_promises_more():
    quick = replace(TrainConfig(), trainable="speaker")
    promises = [forecast(0.5, quick), forecast(2, quick), forecast(12, TrainConfig()), forecast(40, TrainConfig())]
    assert len({lines[1].split(": ")[1] for lines in promises}) == 4
