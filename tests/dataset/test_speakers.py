"""Two voices among the recordings of one person."""

from pathlib import Path

import numpy as np
import pytest
import soundfile
import soxr
from made import SHARED

from voicekit.audio.features import SAMPLE_RATE, extract
from voicekit.dataset import speakers
from voicekit.dataset.manifest import Utterance, features_path
from voicekit.dataset.speakers import _own_beginning, tell_second_voice


def utterance(n, recording, start_s=0.0, speaker="", noise_floor_db=-60.0):
    return Utterance(
        f"u{n}", "Words.", "en-us", "train", recording, start_s, start_s + 3, -20, -3, noise_floor_db, (), speaker
    )


@pytest.fixture
def split(monkeypatch):
    """Takes the given utterances for the second voice's."""

    def others(*indices):
        monkeypatch.setattr(speakers, "_second_voice", lambda paths: set(indices))

    return others


def told(utterances):
    return tell_second_voice(utterances, {u.id: Path("x") for u in utterances})


def test_the_recordings_of_the_rarer_voice_are_named_with_how_to_leave_them_out(split):
    split(6, 7)
    note = told([utterance(n, f"take {n}.wav") for n in range(8)])
    assert "one in 6 recordings, another in 2 recordings: take 6.wav, take 7.wav" in note
    assert "--without 'take 6.wav' --without 'take 7.wav'" in note and "rooms" not in note


def test_within_one_recording_the_times_are_told(split):
    split(1, 5)
    note = told([utterance(n, "interview.wav", 61.0 * n) for n in range(8)])
    assert "interview.wav at 01:01, interview.wav at 05:05" in note and "--without" not in note


def test_another_noise_may_be_another_room(split):
    split(6, 7)
    note = told([utterance(n, f"{n}.wav", noise_floor_db=-60 if n < 6 else -40) for n in range(8)])
    assert "one voice in two rooms: their noise differs by 20 dB" in note


def test_one_voice_and_corpora_of_many_are_left_alone(split):
    split()
    assert told([utterance(n, f"{n}.wav") for n in range(8)]) is None
    split(1)
    assert told([utterance(n, f"{n}.wav", speaker=f"s{n % 2}") for n in range(8)]) is None
    assert told([]) is None


@pytest.mark.skipif(not (SHARED / "arctic").is_dir(), reason="needs the recordings in /work/shared")
def test_two_real_voices_are_told_apart_and_one_is_one(tmp_path):
    (tmp_path / "features").mkdir()

    def voice(name, count):
        found = []
        for path in sorted((SHARED / "arctic" / name).glob("*.flac"))[:count]:
            waveform, rate = soundfile.read(path, dtype="float32")
            n = len(list((tmp_path / "features").iterdir()))
            extract(soxr.resample(waveform, rate, SAMPLE_RATE).astype(np.float32)).save(features_path(tmp_path, f"u{n}"))
            found.append(utterance(n, path.name + name))
        return found

    man, woman = voice("bdl", 6), voice("slt", 3)
    folders = {u.id: tmp_path for u in (*man, *woman)}
    assert tell_second_voice(man, folders) is None
    assert "another in 3 recordings" in tell_second_voice([*man, *woman], folders)


def test_recordings_that_begin_alike_are_left_out_by_a_pattern():
    assert _own_beginning(["bdl_1.wav", "bdl_2.wav"], {"bdl_1.wav", "bdl_2.wav", "slt_1.wav"}) == "bdl_"
    assert _own_beginning(["take 1.wav", "take 2.wav"], {"take 1.wav", "take 2.wav", "take 3.wav"}) == ""
    assert _own_beginning(["[a]1.wav", "[a]2.wav"], {"[a]1.wav", "[a]2.wav", "b.wav"}) == ""  # it would mean another
