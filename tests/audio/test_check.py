from dataclasses import replace

import numpy as np
import pytest

from voicekit.audio.check import check
from voicekit.audio.loudness import analyse
from voicekit.audio.presets import find_preset

RATE = 44_100


def chapter():
    """Room tone at -65 dB, a tone of -20 dB RMS from 1 s to 9 s, room tone."""
    sound = np.random.default_rng(0).normal(0, 10 ** (-65 / 20), (1, 11 * RATE))
    sound[0, RATE : 9 * RATE] += 0.15 * np.sin(2 * np.pi * 440 * np.arange(8 * RATE) / RATE)
    return analyse([sound.astype(np.float32)], RATE).measured()


def failed(measured, preset="acx"):
    return [row.rule for row in check(measured, find_preset(preset)) if row.passed is False]


def test_an_audiobook_as_it_should_be():
    rows = check(chapter(), find_preset("acx"))
    assert all(row.passed for row in rows)
    assert (rows[0].rule, rows[0].wanted) == ("RMS", "-23 to -18 dB")
    assert rows[0].measured == f"{chapter().rms_db:.1f} dB"


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"rms_db": -17.5}, "RMS"),
        ({"rms_db": -23.5}, "RMS"),
        ({"sample_peak_db": -2.5}, "peak"),
        ({"noise_floor_db": -55.0}, "noise floor"),
        ({"lead_s": 0.1}, "room tone at the start"),
        ({"tail_s": 7.0}, "room tone at the end"),
        ({"sample_rate": 48_000}, "sample rate"),
        ({"channels": 6}, "channels"),
    ],
)
def test_each_rule_of_an_audiobook(change, rule):
    assert failed(replace(chapter(), **change)) == [rule]


@pytest.mark.parametrize(
    ("preset", "lufs", "peak_db", "expected"),
    [
        ("podcast", -16.9, -1.1, []),
        ("podcast", -18, -0.5, ["loudness", "true peak"]),
        ("ebu", -23.4, -1.0, []),
        ("ebu", -22.4, -1.0, ["loudness"]),
        ("youtube", -14, -0.9, ["true peak"]),
        ("film", -24, -2.5, []),  # nobody speaks in it
    ],
)
def test_loudness_and_true_peak(preset, lufs, peak_db, expected):
    assert failed(replace(chapter(), integrated_lufs=lufs, true_peak_db=peak_db), preset) == expected


def test_film_goes_by_its_dialogue():
    film = replace(chapter(), integrated_lufs=-20.0, dialogue_lufs=-27.0, dialogue_share=0.5, true_peak_db=-3.0)
    assert failed(film, "film") == []
    assert failed(replace(film, dialogue_lufs=-22.0), "film") == ["dialogue loudness"]


def test_what_is_good_to_know_is_no_rule():
    rows = {row.rule: row for row in check(chapter(), find_preset("ebu"))}
    assert rows["loudness range"].passed is None and rows["loudest 3 s"].passed is None
