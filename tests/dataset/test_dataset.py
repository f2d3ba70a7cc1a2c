"""The whole way from a folder of recordings to a dataset, on sound made here."""

import json
import os
import shutil
from contextlib import nullcontext
from functools import partial

import numpy as np
import pytest
import soundfile
from made import SAMPLE_RATE, SHARED, hiss, loud_is_speech, spoken, write
from reporters import Told

from voicekit.audio.features import Features
from voicekit.audio.level import meets_rule
from voicekit.core.errors import DatasetError, VoicekitError
from voicekit.core.reporter import SILENT
from voicekit.dataset import prepare, recording, recording_job
from voicekit.dataset.items import Item, safe_name, unique_ids
from voicekit.dataset.manifest import Utterance, doubtful, features_path, read_manifest, wav_path
from voicekit.dataset.prepare import held_out_count, hold_out
from voicekit.dataset.recording_job import PrepareConfig
from voicekit.recognition import text_check, transcribe

DISAGREEMENT = text_check.disagreement


@pytest.fixture(autouse=True)
def heard(monkeypatch):
    """Lets loud sound pass for speech, and any text for what it says."""
    monkeypatch.setattr(
        recording_job, "decode_and_analyse", partial(recording.decode_and_analyse, find_speech=loud_is_speech)
    )
    monkeypatch.setattr(text_check, "disagreement", lambda *arguments: None)


@pytest.fixture
def recordings(tmp_path):
    """Four recordings of one sentence each, and their texts."""
    folder = tmp_path / "My recordings"
    for n, text in enumerate(["One.", "Two words.", "Three.", "Four."]):
        write(folder / f"take {n}.wav", spoken(1.2 + n / 10, gain=0.1 + n / 10))
        (folder / f"take {n}.txt").write_text(text)
    return folder


def made(recordings, tmp_path, name=None, jobs=1, reporter=SILENT, **settings):
    return prepare.prepare(recordings, tmp_path / "datasets", name, PrepareConfig(**settings), jobs, reporter)


def rejected(dataset):
    return [json.loads(line) for line in (dataset / "rejected.jsonl").read_text().splitlines()]


def contents(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_dataset_holds_all_that_training_needs(recordings, tmp_path):
    summary = made(recordings, tmp_path)
    assert summary.dataset == tmp_path / "datasets" / "My-recordings"
    utterances = read_manifest(summary.dataset)
    assert [(u.id, u.text) for u in utterances] == [
        ("take-0", "One."), ("take-1", "Two words."), ("take-2", "Three."), ("take-3", "Four."),
    ]  # fmt: skip
    assert (summary.dataset / "metadata.csv").read_text().splitlines()[1] == "take-1|Two words."
    for each in utterances:
        waveform, rate = soundfile.read(wav_path(summary.dataset, each.id), dtype="float32")
        assert rate == SAMPLE_RATE and waveform.ndim == 1
        assert meets_rule(waveform)
        assert len(waveform) == pytest.approx(each.duration_s * SAMPLE_RATE, abs=30)
        assert Features.load(features_path(summary.dataset, each.id)).mel.shape[1] == 1 + len(waveform) // 256
        assert each.language == "en-us" and each.noise_floor_db < -60
        assert any(step.startswith("gain") for step in each.treatment)
    assert summary.utterances == summary.recordings == 4
    assert summary.minutes_kept == pytest.approx(sum(u.duration_s for u in utterances) / 60)


def test_recordings_are_never_changed(recordings, tmp_path):
    before = contents(recordings)
    made(recordings, tmp_path)
    assert contents(recordings) == before


def test_a_second_run_prepares_only_what_is_new(recordings, tmp_path, monkeypatch):
    made(recordings, tmp_path)
    asked = []
    real = prepare.prepare_recording
    monkeypatch.setattr(prepare, "prepare_recording", lambda item, *a: asked.append(item.name) or real(item, *a))
    made(recordings, tmp_path)
    assert asked == []
    write(recordings / "take 4.wav", spoken(2))
    (recordings / "take 4.txt").write_text("Five.")
    (recordings / "take 0.txt").write_text("One, corrected.")
    summary = made(recordings, tmp_path)
    assert asked == ["take 0.wav", "take 4.wav"]
    assert [u.text for u in read_manifest(summary.dataset)][::4] == ["One, corrected.", "Five."]


def test_a_removed_recording_leaves_the_dataset(recordings, tmp_path):
    made(recordings, tmp_path)
    (recordings / "take 1.wav").unlink()
    dataset = made(recordings, tmp_path).dataset
    assert [u.id for u in read_manifest(dataset)] == ["take-0", "take-2", "take-3"]
    assert not wav_path(dataset, "take-1").exists() and not features_path(dataset, "take-1").exists()


@pytest.mark.parametrize("killed_at", ["_write", "_publish", "write_manifest", "_place"])
def test_a_killed_run_leaves_nothing_that_looks_finished_and_the_same_command_goes_on(
    recordings, tmp_path, monkeypatch, killed_at
):
    calls = []
    module = recording_job if killed_at == "_write" else prepare

    def kill(*arguments):
        calls.append(arguments)
        if len(calls) >= (3 if killed_at in ("_write", "_place") else 1):
            raise KeyboardInterrupt
        return real(*arguments)

    real = getattr(module, killed_at)
    monkeypatch.setattr(module, killed_at, kill)
    with pytest.raises(KeyboardInterrupt):
        made(recordings, tmp_path)
    dataset = tmp_path / "datasets" / "My-recordings"
    assert not (dataset / "manifest.jsonl").exists() and not (dataset / "metadata.csv").exists()
    monkeypatch.setattr(module, killed_at, real)
    assert made(recordings, tmp_path).utterances == 4
    assert not list(dataset.rglob("*.partial*")) and not list(dataset.rglob("scratch*"))


def test_killed_while_it_replaces_an_older_dataset_no_mixture_looks_finished(recordings, tmp_path, monkeypatch):
    dataset = made(recordings, tmp_path).dataset
    write(recordings / "take 0.wav", spoken(4))
    monkeypatch.setattr(prepare, "_place", lambda *a: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        made(recordings, tmp_path)
    assert not (dataset / "manifest.jsonl").exists()


def test_work_done_before_the_kill_is_not_done_again(recordings, tmp_path, monkeypatch):
    monkeypatch.setattr(prepare, "_publish", lambda *a: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        made(recordings, tmp_path)
    monkeypatch.undo()
    monkeypatch.setattr(prepare, "prepare_recording", lambda *a: pytest.fail("prepared again"))
    assert made(recordings, tmp_path).utterances == 4


def test_a_process_that_outlived_its_run_works_in_a_folder_of_its_own(recordings, tmp_path, monkeypatch):
    real, folders = prepare.prepare_recording, []

    def twice(item, folder, *arguments):
        folders.append(folder)
        if len(folders) == 1:  # the run was killed, this process was not, and the same command is given again
            monkeypatch.setattr(prepare, "alone", lambda folder: nullcontext())
            assert made(recordings, tmp_path).utterances == 4
            folder.mkdir()  # it was cleared away
        return real(item, folder, *arguments)

    monkeypatch.setattr(prepare, "prepare_recording", twice)
    summary = made(recordings, tmp_path)
    assert summary.utterances == 4
    assert len(set(folders)) == len(folders) == 8
    assert not any(folder.exists() for folder in folders)


def test_lost_files_are_made_again(recordings, tmp_path):
    dataset = made(recordings, tmp_path).dataset
    for path in (dataset / ".work").glob("*/wavs/*.wav"):
        path.unlink()
    shutil.rmtree(dataset / "wavs")
    assert made(recordings, tmp_path).utterances == 4
    assert wav_path(dataset, "take-2").is_file()


def test_one_bad_recording_among_others_is_told_and_the_others_are_kept(recordings, tmp_path):
    whole = (recordings / "take 0.wav").read_bytes()
    (recordings / "cut.wav").write_bytes(whole[: len(whole) // 2])
    (recordings / "empty.wav").write_bytes(b"")
    (recordings / "text.wav").write_text("remember to buy milk")
    write(recordings / "silence.wav", np.zeros(3 * SAMPLE_RATE, np.float32))
    write(recordings / "noise.wav", hiss(3, -60))
    for name in ("cut", "empty", "text", "silence", "noise"):
        (recordings / f"{name}.txt").write_text("Words.")
    summary = made(recordings, tmp_path)
    assert summary.utterances == 4
    reasons = {row["recording"]: row["reason"] for row in rejected(summary.dataset)}
    assert dict(summary.unusable) == reasons
    told = {"cut": "shorter than 1 s", "empty": "empty", "text": "not a sound", "silence": "no speech", "noise": "no speech"}
    for name, said in told.items():
        assert said in reasons[f"{name}.wav"]


def test_nothing_usable_is_an_error_that_names_a_file_and_leaves_no_dataset(tmp_path):
    write(tmp_path / "r" / "a.wav", np.zeros(SAMPLE_RATE, np.float32))
    (tmp_path / "r" / "a.txt").write_text("Hello.")
    with pytest.raises(DatasetError, match=r"a\.wav: no speech was found"):
        made(tmp_path / "r", tmp_path)
    assert not (tmp_path / "datasets" / "r" / "manifest.jsonl").exists()


def test_clipped_utterances_are_dropped_with_the_reason(recordings, tmp_path):
    write(recordings / "loud.wav", np.clip(spoken(3, gain=1) * 8, -0.99, 0.99))
    (recordings / "loud.txt").write_text("Too loud.")
    summary = made(recordings, tmp_path)
    (row,) = rejected(summary.dataset)
    assert row["recording"] == "loud.wav" and row["reason"].startswith("clipped") and row["text"] == "Too loud."
    assert summary.clipped_recordings == 1 and summary.minutes_dropped > 0.04


def test_many_texts_that_do_not_match_point_to_the_language(recordings, tmp_path, monkeypatch):
    monkeypatch.setattr(text_check, "disagreement", lambda w, r, text, *others: "the text does not match what is said")
    with pytest.raises(DatasetError, match="--language"):
        made(recordings, tmp_path)


def test_a_text_that_does_not_match_is_dropped_with_the_reason(recordings, tmp_path, monkeypatch):
    monkeypatch.setattr(
        text_check, "disagreement", lambda w, r, text, *others: "the text does not match" if "Two" in text else None
    )
    summary = made(recordings, tmp_path)
    (row,) = rejected(summary.dataset)
    assert (row["text"], row["reason"]) == ("Two words.", "the text does not match")
    assert summary.utterances == 3


def test_without_texts_someone_listens_and_the_person_is_told(recordings, tmp_path, monkeypatch):
    for path in recordings.glob("*.txt"):
        path.unlink()
    write(recordings / "long.wav", spoken(5, 6, 5))

    class Parrot:
        note = "a parrot wrote these"

        def __init__(self, language):
            pass

        @staticmethod
        def missing(language):
            return None

        def transcribe(self, waveform):
            return f"{len(waveform) / 16_000:.0f} seconds."

    monkeypatch.setattr(transcribe.plugins, "load", lambda kind, name: Parrot)
    transcribe.load.cache_clear()
    summary = made(recordings, tmp_path)
    transcribe.load.cache_clear()
    texts = {u.id: u.text for u in read_manifest(summary.dataset)}
    assert texts["long-0002"] == "6 seconds." and len(texts) == 7
    assert "5 recordings" in summary.notes[0] and "parrot" in summary.notes[0]
    assert len(doubtful(read_manifest(summary.dataset))) == 7
    Parrot.note = None  # one that can be trusted
    assert doubtful(read_manifest(summary.dataset)) == []


def test_a_noisy_recording_is_denoised_and_says_so(recordings, tmp_path):
    noisy = spoken(3, pause_s=1.5)
    write(recordings / "noisy.wav", noisy + hiss(len(noisy) / SAMPLE_RATE, -48))
    (recordings / "noisy.txt").write_text("Noise.")
    summary = made(recordings, tmp_path)
    treated = {u.id: u.treatment for u in read_manifest(summary.dataset)}
    assert any(step.startswith("denoise") for step in treated["noisy"])
    assert doubtful(read_manifest(summary.dataset)) == []
    assert not any(step.startswith("denoise") for step in treated["take-3"])
    assert summary.denoised == 1


def test_hum_is_taken_out_of_a_recording_and_said(recordings, tmp_path):
    speech = spoken(3, 3, 3)
    t = np.arange(len(speech)) / SAMPLE_RATE
    hum = sum(0.01 / k * np.sin(2 * np.pi * 50 * k * t) for k in range(1, 6))
    write(recordings / "humming.wav", (speech + hum).astype(np.float32))
    (recordings / "humming.txt").write_text("One. Two. Three.")
    made_of = {u.id: u for u in read_manifest(made(recordings, tmp_path).dataset)}
    hummed = [u for name, u in made_of.items() if name.startswith("humming")]
    assert hummed and all("restore: hum" in u.treatment[0] for u in hummed)
    assert all(u.noise_floor_db < -55 for u in hummed)
    assert not any("restore" in step for step in made_of["take-3"].treatment)


def test_several_processes_do_the_same(recordings, tmp_path, monkeypatch):
    """With joblib's processes replaced by a loop: the path through them, not their start-up."""
    import joblib

    monkeypatch.setattr(joblib, "Parallel", lambda **options: lambda calls: (f(*a, **k) for f, a, k in calls))
    monkeypatch.setattr(prepare, "_LONG_S", 4.0)
    told = Told()
    assert made(recordings, tmp_path, jobs=2, reporter=told).utterances == 4
    shares = told.shares["preparing recordings"]
    assert shares == sorted(shares) and (shares[0], shares[-1]) == (0, 1)
    assert told.unexpected == ["looking at the recordings"]  # which tells how long they are, and so what to expect


def test_another_folder_cannot_take_the_name(recordings, tmp_path):
    made(recordings, tmp_path)
    other = tmp_path / "other" / "My recordings"
    shutil.copytree(recordings, other)
    with pytest.raises(DatasetError, match="--name"):
        made(other, tmp_path)
    assert made(other, tmp_path, name="second").utterances == 4


def test_a_full_disk_is_one_clear_error_and_no_dataset(recordings, tmp_path, monkeypatch):
    import wave

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(wave.Wave_write, "writeframesraw", full)
    with pytest.raises(VoicekitError, match="disk is full"):
        made(recordings, tmp_path)
    dataset = tmp_path / "datasets" / "My-recordings"
    assert not (dataset / "manifest.jsonl").exists()
    assert not list(dataset.rglob("*.wav")) and not list(dataset.rglob("scratch*"))
    monkeypatch.undo()


def test_a_disk_full_at_the_very_end_keeps_the_work(recordings, tmp_path, monkeypatch):
    real = os.replace

    def full(source, target):
        if str(target).endswith("manifest.jsonl"):
            raise OSError(28, "No space left on device")
        return real(source, target)

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(VoicekitError, match="disk is full"):
        made(recordings, tmp_path)
    monkeypatch.setattr(os, "replace", real)
    monkeypatch.setattr(prepare, "prepare_recording", lambda *a: pytest.fail("prepared again"))
    assert made(recordings, tmp_path).utterances == 4


def test_an_output_folder_that_cannot_be_written_is_told_before_any_work(recordings, tmp_path, monkeypatch):
    (tmp_path / "datasets").write_text("a file where the folder should be")
    monkeypatch.setattr(prepare, "prepare_recording", lambda *a: pytest.fail("worked before looking"))
    with pytest.raises(VoicekitError, match="cannot write"):
        made(recordings, tmp_path)


def test_disks_without_links_get_copies(recordings, tmp_path, monkeypatch):
    monkeypatch.setattr(os, "link", lambda *a: (_ for _ in ()).throw(OSError(95, "not supported")))
    assert made(recordings, tmp_path).utterances == 4


@pytest.mark.parametrize(("n", "held"), [(0, 0), (19, 0), (20, 1), (49, 2), (50, 5), (200, 10), (1000, 50), (5000, 50)])
def test_how_many_are_held_out(n, held):
    assert held_out_count(n) == held


def test_no_text_is_in_both_splits_and_the_choice_is_stable():
    texts = [f"Sentence number {n % 80}" + ("!" if n >= 80 else ".") for n in range(160)]
    utterances = [Utterance(str(n), text, "en-us", "train", "r", 0, 2, -20, -4, -60) for n, text in enumerate(texts)]
    first, again = hold_out(utterances), hold_out(utterances[::-1])
    assert {u.id for u in first if u.split == "held-out"} == {u.id for u in again if u.split == "held-out"}
    plain = {split: {u.text.strip(".!") for u in first if u.split == split} for split in ("train", "held-out")}
    assert plain["train"].isdisjoint(plain["held-out"]) and len(plain["held-out"]) == 8


def test_ids_are_unique_whatever_the_names(tmp_path):
    names = ["a.wav", "b/a.wav", "x.wav", "x.mp3", "X.flac", "ü ß.wav", "b-a.wav", "…….wav"]
    ids = unique_ids([Item(tmp_path / name, name) for name in names])
    assert len({i.lower() for i in ids}) == len(names)
    assert all(i == safe_name(i) for i in ids)


@pytest.mark.skipif(not SHARED.is_dir(), reason="needs the shared recordings")
def test_a_chapter_of_real_speech_gets_its_sentences(tmp_path, monkeypatch):
    monkeypatch.undo()
    rows = [line.split("|") for line in (SHARED / "kathleen/metadata.csv").read_text().splitlines()[:8]]
    sounds = [soundfile.read(SHARED / f"kathleen/wavs/{name}.flac", dtype="float32")[0] for name, _ in rows]
    write(tmp_path / "r/chapter.wav", np.concatenate([part for s in sounds for part in (s, hiss(0.8))]))
    # One sentence in the text is not in the recording, one in the recording is not in the text.
    told = [text for n, (_, text) in enumerate(rows) if n != 5]
    told.insert(2, "The quick brown fox jumps over the lazy dog and is never seen again.")
    (tmp_path / "r/chapter.txt").write_text("\n".join(told))
    summary = made(tmp_path / "r", tmp_path)
    kept = " ".join(u.text for u in read_manifest(summary.dataset))
    assert sum(text in kept for n, (_, text) in enumerate(rows) if n != 5) >= 6
    assert "quick brown fox" not in kept
    assert any("quick brown fox" in row["text"] for row in rejected(summary.dataset))


@pytest.mark.skipif(not SHARED.is_dir(), reason="needs the shared recordings")
def test_a_wrong_text_for_real_speech_is_found():
    waveform, _ = soundfile.read(SHARED / "kathleen/wavs/arctic_a0003.flac", dtype="float32")
    right = "For the twentieth time that evening the two men shook hands."
    wrong = {
        "Not at this particular case, Tom, apologized Whittemore.": "does not match",
        " ".join([right] * 3): "too long",
        "For.": "too short",
        "…": "nothing to pronounce",
    }
    assert DISAGREEMENT(waveform, SAMPLE_RATE, right, "en-us") is None
    for text, said in wrong.items():
        assert said in DISAGREEMENT(waveform, SAMPLE_RATE, text, "en-us")


def test_a_folder_that_voicekit_did_not_make_is_left_as_it_is(tmp_path):
    mine = tmp_path / "datasets" / "mine"
    write(mine / "wavs" / "a.wav", spoken(2.0))
    (mine / "metadata.csv").write_text("a|One.\n")
    before = contents(mine)
    for folder, options in ((mine, {}), (mine, {"corpus": "ljspeech"}), (mine / "wavs", {"name": "mine"})):
        with pytest.raises(DatasetError, match="mine exists, and voicekit did not make it; give the dataset another --name"):
            made(folder, tmp_path, **options)
    assert contents(mine) == before


def test_names_of_any_length(tmp_path):
    for name in ("a" * 250, "é" * 120, "a" * 249 + "b"):
        write(tmp_path / "recordings" / f"{name}.wav", spoken(1.5))
    (tmp_path / "recordings" / "metadata.csv").write_text(
        "".join(f"{n}|One.\n" for n in ("a" * 250, "é" * 120, "a" * 249 + "b"))
    )
    assert made(tmp_path / "recordings", tmp_path).utterances == 3


def test_the_file_is_named_whatever_its_folder_is_called(tmp_path):
    write(tmp_path / "silence" / "a.wav", hiss(2.0))
    (tmp_path / "silence" / "a.txt").write_text("One.")
    with pytest.raises(DatasetError, match=r"silence/a.wav: no speech was found in it, only silence"):
        made(tmp_path / "silence", tmp_path)


def test_an_unknown_language_is_said_before_the_work(recordings, tmp_path):
    with pytest.raises(VoicekitError, match="espeak-ng does not know the language 'xx'"):
        made(recordings, tmp_path, language="xx")
    assert not (tmp_path / "datasets").exists()
