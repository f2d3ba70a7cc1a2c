"""A voice judged from end to end, and what stands in the way of it."""

import json
import shutil

import numpy as np
import pytest
import soundfile
from fake_metrics import FakeMetrics

from voicekit.core.errors import CheckpointError, ConfigError, DatasetError, PluginError, ScriptError, VoicekitError
from voicekit.core.files import alone
from voicekit.evaluation import evaluate as orchestrator
from voicekit.evaluation.evaluate import default_folder, evaluate, own_dataset
from voicekit.speech.engine import Speech
from voicekit.speech.voices import built_in_folder, read_voice


@pytest.fixture(autouse=True)
def quick(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(orchestrator, "Metrics", FakeMetrics)


@pytest.fixture
def voice(tiny_voice, tmp_path):
    return shutil.copytree(tiny_voice, tmp_path / "voices" / "tiny")


def change(voice, old, new):
    toml = voice / "voice.toml"
    assert old in toml.read_text()
    toml.write_text(toml.read_text().replace(old, new))


def test_a_voice_beside_the_human(voice, tiny_dataset):
    (voice / "training").mkdir()
    (voice / "training" / "losses.png").write_bytes(b"losses")
    evaluation = evaluate(voice, tiny_dataset, 5, device="cpu")
    assert evaluation.folder == voice / "evaluation"
    assert [row.name for row in evaluation.rows] == ["human", "copy-synthesis", "voice tiny"]
    assert {"mcd", "rtf", "ovrl"} <= set(evaluation.rows[1].scores[0].figures)
    content = json.loads((evaluation.folder / "evaluation.json").read_text())
    assert (content["voice"], content["dataset"], len(content["sentences"])) == ("tiny", "tiny", 3)
    page = (evaluation.folder / "evaluation.html").read_text()
    assert "The lights come on." in page and "losses.png" in page and "pictures/u0.png" in page
    for sentence in content["sentences"]:
        assert soundfile.info(evaluation.folder / sentence["wav"]).samplerate == 24_000
    human, copied = (soundfile.info(evaluation.folder / f"wavs/u0.{row}.wav") for row in ("human", "copy-synthesis"))
    assert copied.duration == pytest.approx(human.duration, abs=0.02)


def test_again_is_the_same(voice, tiny_dataset, tmp_path):
    first, second = (evaluate(voice, tiny_dataset, 5, tmp_path / out, "cpu") for out in "ab")
    for before, after in zip(first.rows, second.rows, strict=True):
        for a, b in zip(before.scores, after.scores, strict=True):
            assert {k: v for k, v in a.figures.items() if k != "rtf"} == {k: v for k, v in b.figures.items() if k != "rtf"}


def test_sentences_nobody_recorded(voice, tmp_path):
    (tmp_path / "lines.txt").write_text("It begins.\n🎉\n")
    evaluation = evaluate(voice, None, tmp_path / "lines.txt", device="cpu")
    assert [row.name for row in evaluation.rows] == ["voice tiny"]
    assert [left.text for left in evaluation.left_out] == ["🎉"]
    assert any("nobody recorded" in note for note in evaluation.notes)


def test_sentences_it_was_taught_are_noted(voice, tiny_dataset, tmp_path):
    (tmp_path / "lines.txt").write_text("Is it late?\nIt begins.\n")
    evaluation = evaluate(voice, tiny_dataset, tmp_path / "lines.txt", device="cpu")
    assert [len(row.scores) for row in evaluation.rows] == [1, 1, 2]
    assert any(note.startswith("1 of the sentences are among those to train on") for note in evaluation.notes)


def test_another_persons_dataset_is_noted(voice, tiny_dataset):
    change(voice, 'dataset = "none"', 'dataset = "me"')
    assert any("made from the dataset 'me'" in note for note in evaluate(voice, tiny_dataset, device="cpu").notes)


def test_an_engine_that_is_not_ours_has_no_copy_synthesis(voice, tiny_dataset, monkeypatch):
    class Engine:
        sample_rate, fingerprint = 16_000, "x"

        def synthesize(self, text, **how):
            return Speech(np.random.default_rng(0).normal(0, 0.1, 16_000).astype(np.float32), 16_000)

    change(voice, 'engine = "native"', 'engine = "theirs"')
    monkeypatch.setattr(orchestrator, "load_engine", lambda voice, device: Engine())
    evaluation = evaluate(voice, tiny_dataset, device="cpu")
    assert [row.name for row in evaluation.rows] == ["human", "voice tiny"]
    assert any("copy-synthesis is left out: the engine 'theirs'" in note for note in evaluation.notes)


def test_the_built_in_voice_is_not_written_into():
    assert default_folder(read_voice(built_in_folder())).as_posix() == "evaluation/base"


def test_the_dataset_a_voice_was_made_from_comes_first(voice, tiny_dataset, tmp_path):
    assert own_dataset(read_voice(voice), 40).name == "tiny"  # the only one
    shutil.copytree(tiny_dataset, tmp_path / "datasets" / "newer")
    shutil.copytree(tiny_dataset, tmp_path / "datasets" / "older")
    change(voice, 'dataset = "none"', 'dataset = "older"')
    assert own_dataset(read_voice(voice), 40).name == "older"
    assert own_dataset(read_voice(voice), tmp_path / "lines.txt").name == "older"


def test_sentences_of_a_file_are_not_judged_by_a_stranger(voice, tiny_dataset, tmp_path):
    assert own_dataset(read_voice(voice), tmp_path / "lines.txt") is None


def test_no_dataset_at_all(voice):
    with pytest.raises(DatasetError, match="there is no dataset"):
        own_dataset(read_voice(voice), 40)


def test_a_voice_of_another_language(voice, tiny_dataset):
    change(voice, 'language = "en-us"', 'language = "de"')
    with pytest.raises(DatasetError, match="the voice speaks 'de'"):
        evaluate(voice, tiny_dataset)


def _fails_before_the_work(monkeypatch, voice, dataset, out, complaint):
    monkeypatch.setattr(orchestrator, "load_engine", lambda *_: pytest.fail("the voice was loaded"))
    with pytest.raises(VoicekitError, match=complaint):
        evaluate(voice, dataset, out=out)


def test_a_folder_that_cannot_be_written_to(voice, tiny_dataset, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    _fails_before_the_work(monkeypatch, voice, tiny_dataset, tmp_path / "file" / "out", "cannot write")


def test_a_folder_that_another_run_is_in(voice, tiny_dataset, tmp_path, monkeypatch):
    with alone(tmp_path / "out"):
        _fails_before_the_work(monkeypatch, voice, tiny_dataset, tmp_path / "out", "another run of voicekit is at work")


@pytest.mark.parametrize(("damage", "error"), [
    (lambda voice: (voice / "model.safetensors").write_bytes(b"x"), CheckpointError),
    (lambda voice: change(voice, 'engine = "native"', 'engine = "nobodys"'), PluginError),
    (lambda voice: (voice / "voice.toml").unlink(), CheckpointError),
])  # fmt: skip
def test_a_voice_that_cannot_be_loaded(voice, tiny_dataset, damage, error):
    damage(voice)
    with pytest.raises(error):
        evaluate(voice, tiny_dataset, device="cpu")
    assert not (voice / "evaluation" / "evaluation.json").exists()


def test_a_device_that_is_not_there(voice, tiny_dataset):
    with pytest.raises(ConfigError, match="no device 'tpu'"):
        evaluate(voice, tiny_dataset, device="tpu")


def test_an_empty_file_of_sentences(voice, tiny_dataset, tmp_path):
    (tmp_path / "lines.txt").write_text("\n")
    with pytest.raises(ScriptError, match="is empty"):
        evaluate(voice, tiny_dataset, tmp_path / "lines.txt")
