"""The passage that an engine clones from is clean, usual, whole, and of one person."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
import soundfile
from conftest import SAMPLE_RATE, buzz
from made import hiss, write

from voicekit.audio.features import N_MELS, extract
from voicekit.core.errors import DatasetError, MediaError
from voicekit.dataset.manifest import Utterance, features_path, wav_path, write_manifest
from voicekit.training import own_passage
from voicekit.training.own_passage import read_passage
from voicekit.training.passage import candidates, choose_passage, runs
from voicekit.training.utterance_measures import Measures, measure, of_another_voice

WANTED_S = (5.0, 12.0)


def utterance(n, text="The lights come on.", recording="r.wav", start_s=None, length_s=3.0, **other):
    start_s = 4.0 * n if start_s is None else start_s
    return Utterance(f"u{n}", text, "en-us", "train", recording, start_s, start_s + length_s, -20, -6, -60, **other)


def usual(**other):
    plain = Measures(40.0, 11_000.0, -10.0, 84.0, 2.0, 12.0, np.zeros(N_MELS), np.ones(8))
    return replace(plain, **other)


def scattered(n):
    """As one person differs from sentence to sentence."""
    rng = np.random.default_rng(n)
    return usual(
        level_db=-10 + rng.normal(0, 0.5), pitch_st=84 + rng.normal(0, 0.4), pace=12 + rng.normal(0, 0.6),
        spectrum_db=rng.normal(0, 1, N_MELS), embedding=1 + rng.normal(0, 0.1, 8),
    )  # fmt: skip


def best(utterances, measured, wanted_s=WANTED_S):
    return min(candidates(utterances, measured, wanted_s), key=lambda one: one.fault)


SPOILED = {
    "noisy": {"snr_db": 12.0},
    "from a telephone": {"bandwidth_hz": 3400.0},
    "shouted": {"level_db": 0.0, "pitch_st": 90.0},
    "hurried": {"pace": 24.0},
    "laughed": {"spread_st": 9.0, "pitch_st": 89.0, "pace": 6.0},
    "whispered": {"pitch_st": float("nan"), "level_db": -22.0},
    "in another room": {"spectrum_db": np.linspace(-9, 9, N_MELS)},
    "somebody else": {"embedding": -np.ones(8)},
}


@pytest.mark.parametrize("fault", SPOILED)
@pytest.mark.parametrize("share", [0.1, 0.4])
def test_what_is_spoiled_is_not_cloned_from(fault, share):
    count = 40
    bad = set(np.random.default_rng(1).permutation(count)[: round(share * count)].tolist())
    utterances = [utterance(n) for n in range(count)]
    measured = [replace(scattered(n), **SPOILED[fault]) if n in bad else scattered(n) for n in range(count)]
    assert not bad & set(best(utterances, measured).members)
    files = [replace(u, recording=f"{u.id}.wav", start_s=0.0, end_s=3.0) for u in utterances]
    assert not bad & set(best(files, measured).members), "nor where each sentence is a file"


def test_a_long_spoiled_utterance_is_not_taken_because_it_is_long_enough_alone():
    utterances = [utterance(n, recording=f"{n}.wav", start_s=0.0) for n in range(9)]
    utterances[4] = replace(utterances[4], end_s=11.0)
    measured = [scattered(n) for n in range(9)]
    measured[4] = replace(measured[4], **SPOILED["somebody else"])
    taken = best(utterances, measured)
    assert 4 not in taken.members and len(taken.members) > 1


def test_sentences_spoken_in_one_go_go_before_ones_from_everywhere():
    utterances = [utterance(n, recording=f"{n // 4}.wav") for n in range(16)]
    taken = best(utterances, [usual() for _ in utterances])
    assert list(taken.members) == list(range(taken.members[0], taken.members[-1] + 1))
    assert len({utterances[n].recording for n in taken.members}) == 1
    assert taken.pauses_s == (0.6,) * (len(taken.members) - 1), "a second between them is shortened"


def test_gaps_end_a_stretch():
    utterances = [utterance(n, start_s=30.0 * n, length_s=4.0) for n in range(6)]
    assert {"not spoken in one go"} <= best(utterances, [usual() for _ in utterances]).faults.keys()


def test_whole_sentences_go_before_halves():
    texts = ["The lights come on.", "and then the match", "begins in the rain", "Nobody moves."] * 4
    utterances = [utterance(n, text, start_s=3.2 * n) for n, text in enumerate(texts)]
    taken = best(utterances, [usual() for _ in utterances], (5.0, 7.0))
    assert texts[taken.members[0]][0].isupper() and texts[taken.members[-1]].endswith(".")


def test_texts_without_any_mark_are_not_held_against_anybody():
    utterances = [utterance(n, "the lights come on") for n in range(8)]
    assert "whole sentences" not in best(utterances, [usual() for _ in utterances]).faults


@pytest.mark.parametrize("wanted_s", [(3.0, 6.0), (5.0, 12.0), (8.0, 30.0)])
def test_every_candidate_is_as_long_as_the_engine_takes(wanted_s):
    rng = np.random.default_rng(0)
    utterances = [utterance(n, length_s=float(rng.uniform(1, 9)), start_s=10.0 * n, recording=f"{n % 3}") for n in range(30)]
    utterances.sort(key=lambda u: (u.recording, u.start_s))
    found = candidates(utterances, [scattered(n) for n in range(30)], wanted_s)
    assert found and all(wanted_s[0] <= one.duration_s <= wanted_s[1] for one in found)


def test_of_a_large_dataset_runs_from_all_over_are_measured():
    utterances = [utterance(n, recording=f"{n // 500:03d}.wav") for n in range(5000)]
    taken = runs(utterances, 240)
    assert len(taken) <= 240 and len({u.recording for u in taken}) == 10
    assert sum(b.start_s - a.start_s == 4.0 for a, b in pairwise(taken)) > 200


def test_measures_are_of_the_sound():
    loud, soft = (measure(extract(gain * buzz(3.0)), "abc def", np.zeros(4)) for gain in (1.0, 0.1))
    assert loud.level_db - soft.level_db == pytest.approx(20, abs=1)
    noisy = measure(extract(buzz(3.0) + hiss(3.0, -30)), "abc def", np.zeros(4))
    assert noisy.snr_db < loud.snr_db - 5
    high = measure(extract(buzz(3.0, 240.0)), "abc def", np.zeros(4))
    assert high.pitch_st - loud.pitch_st == pytest.approx(12, abs=1)
    nothing = measure(extract(np.zeros(SAMPLE_RATE, np.float32)), "", np.zeros(4))
    assert np.isnan(nothing.pitch_st) and np.isfinite([nothing.snr_db, nothing.pace, nothing.bandwidth_hz]).all()


def test_one_voice_is_one():
    assert of_another_voice([scattered(n) for n in range(20)]) == set()


@pytest.fixture
def dataset(tmp_path):
    folder = tmp_path / "datasets" / "me"
    (folder / "wavs").mkdir(parents=True)
    (folder / "features").mkdir()
    utterances = []
    for n in range(8):
        waveform = buzz(2.0 + 0.2 * (n % 3), seed=n)
        soundfile.write(wav_path(folder, f"u{n}"), waveform, SAMPLE_RATE)
        extract(waveform).save(features_path(folder, f"u{n}"))
        utterances.append(utterance(n, start_s=3.0 * n, length_s=len(waveform) / SAMPLE_RATE))
    write_manifest(folder, utterances)
    return folder, utterances


def test_the_choice_has_its_sound_text_and_reasons(dataset):
    folder, _ = dataset
    choice = choose_passage(folder, WANTED_S)
    taken = choice.passage
    assert WANTED_S[0] <= taken.duration_s <= WANTED_S[1] and taken.waveform.dtype == np.float32
    assert taken.text.count("The lights come on.") == len(taken.origin["passage"]) == round(taken.duration_s / 2.5)
    told = " ".join(choice.told)
    for word in ("s of r.wav", "dB above its noise", "kHz", "pitch", "pace", "best of"):
        assert word in told
    assert np.array_equal(choose_passage(folder, WANTED_S).passage.waveform, taken.waveform), "the same each time"


def test_doubtful_texts_other_speakers_and_clipped_recordings_are_left_out(dataset):
    folder, utterances = dataset
    changed = [replace(u, sureness=0.2) if n < 2 else u for n, u in enumerate(utterances)]
    changed[2] = replace(changed[2], treatment=("restore: clipping at -0.1 dB",))
    changed[7] = replace(changed[7], speaker="somebody")
    write_manifest(folder, changed)
    choice = choose_passage(folder, WANTED_S)
    assert not {"u0", "u1", "u2", "u7"} & set(choice.passage.origin["passage"])
    assert "3 guessed or clipped" in choice.told[-1]


@pytest.mark.parametrize("case", ["too little", "no texts", "no features", "only long ones"])
def test_a_dataset_that_nothing_can_be_cloned_from_says_what_to_do(dataset, case):
    folder, utterances = dataset
    wanted_s = WANTED_S
    if case == "too little":
        write_manifest(folder, utterances[:2])
    elif case == "no texts":
        write_manifest(folder, [replace(u, text=" ") for u in utterances])
    elif case == "no features":
        features_path(folder, "u3").unlink()
    else:
        wanted_s = (0.5, 1.0)
    with pytest.raises(DatasetError, match="voicekit prepare"):
        choose_passage(folder, wanted_s)


# ------------------------------------------------------------------------------------------------ one's own passage


@pytest.fixture
def loud_is_speech(monkeypatch):
    from made import loud_is_speech

    monkeypatch.setattr(
        own_passage, "decode_and_analyse", lambda path, scratch, **rest: analysed(path, scratch, loud_is_speech)
    )


def analysed(path, scratch, finder):
    from voicekit.dataset.recording import decode_and_analyse

    return decode_and_analyse(path, scratch, finder)


class Notes:
    def __init__(self):
        self.lines = []

    def __getattr__(self, name):
        from voicekit.core.reporter import SILENT

        return getattr(SILENT, name)

    def note(self, line):
        self.lines.append(line)


def test_ones_own_passage_comes_with_the_text_beside_it(tmp_path, loud_is_speech):
    path = write(tmp_path / "me.wav", np.concatenate([hiss(1.0), 0.5 * buzz(7.0), hiss(1.0)]))
    notes = Notes()
    taken = read_passage(path, WANTED_S, notes)
    assert taken.text == "" and "me.txt" in notes.lines[-1]
    (tmp_path / "me.txt").write_text("The lights\ncome on.")
    assert read_passage(path, WANTED_S).text == "The lights come on."
    assert 6 < taken.duration_s < 8.9 and taken.origin["passage"] == ["me.wav"]


@pytest.mark.parametrize(
    ("waveform", "told"),
    [
        (lambda: np.concatenate([hiss(1), buzz(1.0), hiss(1)]), "record more"),
        (lambda: buzz(20.0), "Cut it"),
        (lambda: np.zeros(8 * SAMPLE_RATE, np.float32), "hardly any speech"),
        (lambda: hiss(8.0), "hardly any speech"),
    ],
)
def test_a_passage_that_is_none_is_refused(tmp_path, loud_is_speech, waveform, told):
    path = write(tmp_path / "me.wav", waveform())
    with pytest.raises(DatasetError, match=told):
        read_passage(path, WANTED_S)


def test_a_passage_that_is_no_sound_is_refused(tmp_path):
    (tmp_path / "me.wav").write_text("nothing")
    with pytest.raises(MediaError):
        read_passage(tmp_path / "me.wav", WANTED_S)
    with pytest.raises(MediaError):
        read_passage(tmp_path / "nowhere.wav", WANTED_S)


def test_noise_in_a_passage_is_told(tmp_path, loud_is_speech):
    path = write(tmp_path / "me.wav", np.concatenate([hiss(1, -46), 0.1 * buzz(7.0) + hiss(7.0, -46), hiss(1, -46)]))
    notes = Notes()
    read_passage(path, WANTED_S, notes)
    assert any("voicekit denoise" in line for line in notes.lines)
