"""A base that has heard several speakers, and what clones take from it."""

import json
import shutil
from dataclasses import replace

import pytest
import torch
from reporters import Steps
from test_train import SHORT

from voicekit.core.errors import CheckpointError
from voicekit.model.checkpoint import load_networks
from voicekit.model.sizes import AcousticConfig, VocoderConfig
from voicekit.training.data import align_dataset
from voicekit.training.ewc import FILE
from voicekit.training.settings import TaskConfig
from voicekit.training.train import train

STEPS = replace(
    SHORT,
    speaker=TaskConfig(0.005, 2, 1e-3),
    acoustic=TaskConfig(0.01, 3, 1e-3, 0.0),
    vocoder=TaskConfig(0.01, 2, 1e-3, 0.0),
    stretch=0.2,
    predicted=0.5,
)

NEW = replace(
    STEPS,
    acoustic_network=AcousticConfig(channels=32, decoder_channels=32, decoder_layers=2, prosody_channels=32),
    vocoder_network=VocoderConfig(channels=32, layers=1),
)


@pytest.fixture
def other_dataset(tiny_dataset, tmp_path):
    """Two more speakers in one dataset."""
    other = shutil.copytree(tiny_dataset, tmp_path / "datasets" / "other")
    rows = [json.loads(line) for line in (other / "manifest.jsonl").read_text().splitlines()]
    for number, row in enumerate(rows):
        row["speaker"] = f"s{number % 2}"
    (other / "manifest.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return other


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """Where the base lies once it was trained: that takes as long as all else here."""
    return tmp_path_factory.mktemp("trained") / "base"


@pytest.fixture
def base(trained, tiny_dataset, other_dataset, tmp_path):
    if not trained.exists():
        train([tiny_dataset, other_dataset], trained, NEW, None, "cpu")
    return shutil.copytree(trained, tmp_path / "voices" / "base")


def weights(voice):
    return dict(load_networks(voice)[1].named_parameters())


def test_a_base_hears_many_and_leaves_them_a_start(base):
    info, acoustic, _ = load_networks(base)
    assert info.origin["dataset"] == "tiny" and info.origin["heard"] == ["other"]
    assert acoustic.embedding.norm().item() == pytest.approx(acoustic.config.speaker_channels**0.5, rel=0.01)
    assert (base / FILE).stat().st_size > 1000
    assert (base / "training" / "losses.csv").read_text().count("speaker,")


def test_a_clone_is_held_by_its_base_and_leaves_the_speaker_encoder_alone(base, tiny_dataset, tmp_path):
    steps = Steps()
    config = replace(STEPS, ewc=1.0)
    voice = train([tiny_dataset], tmp_path / "voices" / "me", config, base, "cpu", steps)
    assert {step.task for step in steps.seen if "ewc" in step.numbers} == {"acoustic", "prosody", "vocoder"}
    start = weights(base)
    assert torch.equal(weights(voice)["speaker_encoder.out.weight"], start["speaker_encoder.out.weight"])


def test_a_quick_clone_changes_only_what_says_who_speaks(base, tiny_dataset, tmp_path):
    voice = train([tiny_dataset], tmp_path / "voices" / "quick", replace(STEPS, trainable="speaker"), base, "cpu")
    start, changed = weights(base), set()
    for name, parameter in weights(voice).items():
        if not torch.equal(parameter, start[name]):
            changed.add(name)
    assert "embedding" in changed and "decoder.blocks.0.speaker.weight" in changed
    assert not changed & {"encoder.symbol.weight", "decoder.blocks.0.conv.weight", "predictor.context.weight_ih_l0"}


def test_a_dataset_of_another_name_is_the_same_voice(tiny_dataset, tmp_path):
    align_dataset(tiny_dataset)
    moved = tiny_dataset.rename(tmp_path / "datasets" / "moved")
    with (moved / "manifest.jsonl").open() as file:
        rows = [json.loads(line) for line in file]
    rows.append({**rows[0], "id": "u1", "text": "One more."})
    (moved / "manifest.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    assert {example.speaker for example in align_dataset(moved)} == {"moved/"}


def test_a_second_voice_is_told(base, tiny_dataset, tmp_path, monkeypatch):
    monkeypatch.setattr("voicekit.training.train.second_voice", lambda embeddings: torch.tensor([1, 3]))
    steps = Steps()
    train([tiny_dataset], tmp_path / "voices" / "two", STEPS, base, "cpu", steps)
    assert any("2 of 7 utterances" in line and "u2, u4" in line for line in steps.notes)


def test_a_damaged_start_is_named(base, tiny_dataset, tmp_path):
    (base / FILE).write_bytes(b"")
    with pytest.raises(CheckpointError, match=FILE):
        train([tiny_dataset], tmp_path / "voices" / "me", STEPS, base, "cpu")


def test_a_base_that_left_none_will_do(tiny_voice, tiny_dataset, tmp_path):
    voice = train([tiny_dataset], tmp_path / "voices" / "me", replace(STEPS, ewc=1.0), tiny_voice, "cpu")
    assert (voice / "voice.toml").is_file()
