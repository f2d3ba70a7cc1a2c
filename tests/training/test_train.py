"""Training on a small dataset with small networks: it learns, resumes, and ends in a voice that speaks."""

import csv
import re
import shutil
from dataclasses import replace

import numpy as np
import pytest
import torch
from published import publish
from reporters import Steps

from voicekit.core.errors import CheckpointError, ConfigError, DatasetError
from voicekit.model.checkpoint import load_networks, load_tensors, save_tensors
from voicekit.model.sizes import AcousticConfig, VocoderConfig
from voicekit.speech.voices import load_engine, read_voice
from voicekit.speech.with_vocoder import with_vocoder
from voicekit.text.phonemes.phonemise import BOUNDARIES
from voicekit.training.data import Batches, align_dataset
from voicekit.training.losslog import LossLog, drop_after, plot_losses
from voicekit.training.run import Run
from voicekit.training.settings import TaskConfig, TrainConfig
from voicekit.training.tasks import Task
from voicekit.training.train import train
from voicekit.training.trainer import Trainer, make_fabric

SHORT = TrainConfig(
    acoustic=TaskConfig(0.02, 3, 1e-3, 0.5), prosody=TaskConfig(0.01, 3, 1e-3),
    vocoder=TaskConfig(0.02, 2, 1e-3, 0.5), segment_frames=24, save_every_s=0.2,
)  # fmt: skip


def test_from_a_base_to_a_voice_that_speaks(tiny_dataset, tiny_voice, tmp_path):
    voice = train([tiny_dataset], tmp_path / "voices" / "me", replace(SHORT, sample_every_s=0.8), tiny_voice, "cpu")
    assert load_engine(read_voice(voice), "cpu").synthesize("It begins.").duration_s > 0.1
    info, _, _ = load_networks(voice)
    assert info.origin["base"] == "tiny"
    assert set(load_networks(tiny_voice)[0].symbols) < set(info.symbols)  # phones the base did not know were added
    run = voice / "training"
    with (run / "losses.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert {row["task"] for row in rows} == {"acoustic", "prosody", "vocoder"}
    assert {row["split"] for row in rows} == {"train", "held-out"}
    assert (run / "losses.png").stat().st_size > 1000
    assert list((run / "samples").glob("*.wav"))


def test_a_published_vocoder_is_trained_further(tiny_dataset, tiny_voice, tmp_path):
    base = with_vocoder(tiny_voice, publish(tmp_path / "vocos"), tmp_path / "voices" / "start")
    config = replace(SHORT, acoustic=replace(SHORT.acoustic, minutes=0))
    voice = train([tiny_dataset], tmp_path / "voices" / "me", config, base, "cpu")
    (info, _, trained), (_, _, given) = load_networks(voice), load_networks(base)
    assert info.vocoder == given.config
    assert not torch.equal(trained.head["out"].bias, given.head["out"].bias)
    assert load_engine(read_voice(voice), "cpu").synthesize("It begins.").duration_s > 0.1


class Killed(Exception):
    """Stands for kill -9: nothing is saved on the way out."""


@pytest.mark.parametrize("task", ["acoustic", "vocoder"])
def test_a_killed_run_goes_on(tiny_dataset, tiny_voice, tmp_path, task):
    voice = tmp_path / "voices" / "me"

    def kill(step):
        if step.task == task and step.share > 0.5 and (voice / "training" / "state.safetensors").exists():
            raise Killed

    killed, again = Steps(kill), Steps()
    with pytest.raises(Killed):
        train([tiny_dataset], voice, SHORT, tiny_voice, "cpu", killed)
    train([tiny_dataset], voice, SHORT, tiny_voice, "cpu", again)
    assert again.seen[0].task == task
    lost_s = (killed.seen[-1].share - again.seen[0].share) * SHORT.tasks[task].minutes * 60
    assert again.seen[0].number > 1
    assert lost_s < SHORT.save_every_s + 0.5
    with (voice / "training" / "losses.csv").open() as file:
        steps = [int(row["step"]) for row in csv.DictReader(file) if row["task"] == task and row["name"] == "mel"]
    assert steps == sorted(steps)


def interrupt_at_3(step):
    """Stands for Ctrl-C."""
    if step.number == 3:
        raise KeyboardInterrupt


def test_ctrl_c_saves_first(tiny_dataset, tiny_voice, tmp_path):
    voice = tmp_path / "voices" / "me"

    with pytest.raises(KeyboardInterrupt):
        train([tiny_dataset], voice, replace(SHORT, save_every_s=1000), tiny_voice, "cpu", Steps(interrupt_at_3))
    again = Steps()
    train([tiny_dataset], voice, replace(SHORT, save_every_s=1000), tiny_voice, "cpu", again)
    assert again.seen[0].number == 4


def test_optimizer_moments_survive_the_resume(tiny_dataset, tiny_voice, tmp_path):
    voice = tmp_path / "voices" / "me"

    with pytest.raises(KeyboardInterrupt):
        train([tiny_dataset], voice, SHORT, tiny_voice, "cpu", Steps(interrupt_at_3))
    state = load_tensors(voice / "training" / "state.safetensors")
    moments = [t for name, t in state.items() if name.startswith("generator.adam") and name.endswith("exp_avg_sq")]
    assert moments and all(torch.isfinite(t).all() for t in moments) and any(t.abs().sum() > 0 for t in moments)


def test_other_settings_start_anew(tiny_dataset, tiny_voice, tmp_path):
    voice = tmp_path / "voices" / "me"
    train([tiny_dataset], voice, SHORT, tiny_voice, "cpu")
    steps = Steps()
    train([tiny_dataset], voice, replace(SHORT, seed=1), tiny_voice, "cpu", steps)
    assert steps.seen[0].number == 1


def test_an_unfinished_run_goes_on_for_other_minutes(tiny_dataset, tiny_voice, tmp_path):
    voice = tmp_path / "voices" / "me"

    with pytest.raises(KeyboardInterrupt):
        train([tiny_dataset], voice, SHORT, tiny_voice, "cpu", Steps(interrupt_at_3))
    longer = replace(SHORT, acoustic=replace(SHORT.acoustic, minutes=0.03))
    steps = Steps()
    train([tiny_dataset], voice, longer, tiny_voice, "cpu", steps)
    assert steps.seen[0].number == 4
    train([tiny_dataset], voice, SHORT, tiny_voice, "cpu", steps)
    assert 1 in [step.number for step in steps.seen[4:]]  # finished before: from the start


def test_a_dataset_prepared_anew_starts_anew(tiny_dataset, tiny_voice, tmp_path):
    voice = tmp_path / "voices" / "me"
    train([tiny_dataset], voice, SHORT, tiny_voice, "cpu")
    manifest = tiny_dataset / "manifest.jsonl"
    manifest.write_text("".join(line + "\n" for line in manifest.read_text().splitlines()[:-1]))
    steps = Steps()
    train([tiny_dataset], voice, SHORT, tiny_voice, "cpu", steps)
    assert steps.seen[0].number == 1


def test_from_nothing_in_the_sizes_of_the_recipe(tiny_dataset, tmp_path):
    config = replace(SHORT, acoustic=replace(SHORT.acoustic, minutes=0.001), vocoder=replace(SHORT.vocoder, minutes=0.001))
    small = AcousticConfig(channels=24, decoder_channels=32, decoder_layers=2, prosody_channels=32)
    config = replace(config, acoustic_network=small, vocoder_network=VocoderConfig(channels=32, layers=2))
    voice = train([tiny_dataset], tmp_path / "voices" / "new", config, None, "cpu")
    info, acoustic, vocoder = load_networks(voice)
    assert info.origin["base"] == "none"
    assert acoustic.encoder.symbol.weight.shape[1] == 24
    assert len(vocoder.blocks) == 2


def test_a_clone_has_the_sizes_of_its_base(tiny_dataset, tiny_voice, tmp_path):
    config = replace(SHORT, vocoder_network=VocoderConfig(layers=2))
    with pytest.raises(ConfigError, match=r"sizes of its base 'tiny': leave out \[vocoder_network\]"):
        train([tiny_dataset], tmp_path / "voices" / "me", config, tiny_voice, "cpu")


def test_a_damaged_state_is_named(tiny_dataset, tiny_voice, tmp_path):
    voice = tmp_path / "voices" / "me"
    train([tiny_dataset], voice, SHORT, tiny_voice, "cpu")
    state = voice / "training" / "state.safetensors"
    state.write_bytes(state.read_bytes()[:1000])
    with pytest.raises(CheckpointError, match=r"state\.safetensors"):
        train([tiny_dataset], voice, SHORT, tiny_voice, "cpu")


@pytest.mark.parametrize("state", [
    b"[" * 100_000, b'{"step": ' + b"9" * 5000 + b"}", b'{"task": "none"}', b'{"step": "many"}', b'{"step": -1}',
    b'{"stap": 1}', b'{"elapsed_s": 1e300}', b'{"plateau_s": NaN}', b"3", b"\xff",
])  # fmt: skip
def test_a_state_that_makes_no_sense_is_named(tmp_path, state):
    networks = {"one": torch.nn.Linear(2, 2)}
    Run(tmp_path, SHORT, {"data": "x"}, networks).enter("acoustic")
    assert Run(tmp_path, SHORT, {"data": "x"}, networks).state.task == "acoustic"
    path = tmp_path / "state.safetensors"
    save_tensors(path, load_tensors(path) | {"state": torch.tensor(list(state), dtype=torch.uint8)})
    with pytest.raises(CheckpointError, match=r"state\.safetensors is damaged, .*; remove .* to start again"):
        Run(tmp_path, SHORT, {"data": "x"}, networks)


@pytest.mark.parametrize("change", [
    {"generator.adam.0.exp_avg": torch.zeros(3)}, {"generator.adam.99.exp_avg": torch.zeros(3)},
    {"generator.adam.x.exp_avg": torch.zeros(3)}, {"generator.adam.0.exp_avg": torch.zeros(2, 2)},
    {"best.x": torch.zeros(3)},
])  # fmt: skip
def test_moments_of_another_network_are_named(tmp_path, change):
    run = Run(tmp_path, TrainConfig(acoustic=TaskConfig(1, 2, 1e-3)), {"data": "x"}, {"acoustic": torch.nn.Linear(2, 2)})
    run.of_task = change
    module = torch.nn.Linear(2, 2)
    task = Task("acoustic", module, None, lambda rng, size: None, [], 0.0, 0.0)
    with pytest.raises(CheckpointError, match=r"is of other networks .*; remove it to start again"):
        Trainer(make_fabric(run.config, "cpu"), run, task)


@pytest.mark.parametrize("text", ["[" * 100_000, "3", "", '{"settings": ' + "9" * 5000 + "}", "\0"])
def test_a_description_that_makes_no_sense_starts_anew(tmp_path, text):
    (tmp_path / "run.json").write_text(text)
    assert Run(tmp_path, SHORT, {"data": "x"}, {}).state.step == 0


@pytest.mark.parametrize("change", [
    '"durations": [], "x": [', '"durations": [-1, ', '"durations": [0.5, ', '"stresses": [7, ', '"symbols": [3, ',
    "[" * 100_000,
])  # fmt: skip
def test_damaged_alignments_are_made_again_or_told(tiny_dataset, change):
    whole = align_dataset(tiny_dataset)
    path = tiny_dataset / "alignments.jsonl"
    start = change.partition("[")[0] + "["
    changed = path.read_text().replace(start, change) if start != "[" else change
    path.write_text(changed)
    assert align_dataset(tiny_dataset) == whole


def test_alignments_of_other_sound_are_told(tiny_dataset):
    align_dataset(tiny_dataset)
    path = tiny_dataset / "alignments.jsonl"
    path.write_text(re.sub(r'"durations": \[\d+', '"durations": [1000000000', path.read_text()))
    examples = align_dataset(tiny_dataset)
    with pytest.raises(DatasetError, match=r"delete .*alignments\.jsonl"):
        Batches(examples, tuple({symbol for example in examples for symbol in example.symbols}))


def test_a_network_that_nobody_can_train_is_not_built(tiny_dataset, tmp_path):
    sizes = AcousticConfig(channels=4096, encoder_layers=64, decoder_channels=4096, decoder_layers=64, kernel_size=63)
    with pytest.raises(ConfigError, match=r"million parameters, of at most 500; choose fewer layers or channels"):
        train([tiny_dataset], tmp_path / "v", replace(SHORT, acoustic_network=sizes), None, "cpu")


def test_nothing_to_train_on(tiny_dataset, tiny_voice, tmp_path):
    manifest = tiny_dataset / "manifest.jsonl"
    manifest.write_text("\n".join(line for line in manifest.read_text().splitlines() if '"held-out"' in line))
    with pytest.raises(DatasetError, match="of speech to learn from"):
        train([tiny_dataset], tmp_path / "v", SHORT, tiny_voice, "cpu")


def test_a_dataset_that_is_none(tmp_path, tiny_voice):
    with pytest.raises(DatasetError, match="not a prepared dataset"):
        train([tmp_path], tmp_path / "v", SHORT, tiny_voice, "cpu")


def test_a_base_that_is_damaged(tiny_dataset, tiny_voice, tmp_path):
    base = shutil.copytree(tiny_voice, tmp_path / "base")
    (base / "model.safetensors").write_bytes(b"")
    with pytest.raises(CheckpointError, match="damaged"):
        train([tiny_dataset], tmp_path / "v", SHORT, base, "cpu")


@pytest.mark.parametrize("file", ["wavs", "features", "manifest.jsonl"])
def test_a_dataset_with_a_damaged_file(tiny_dataset, tiny_voice, tmp_path, file):
    path = tiny_dataset / file
    path = sorted(path.iterdir())[0] if path.is_dir() else path
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(DatasetError, match=f"{path.name}.* damaged.*; run voicekit prepare again"):
        train([tiny_dataset], tmp_path / "v", SHORT, tiny_voice, "cpu")


@pytest.mark.parametrize("change", ['"id": "../../x"', '"id": 5', '"text": null'])
def test_a_manifest_that_nobody_should_trust(tiny_dataset, tiny_voice, tmp_path, change):
    key = change.split(":")[0]
    manifest = tiny_dataset / "manifest.jsonl"
    manifest.write_text(re.sub(f'{key}: "[^"]*"', change, manifest.read_text(), count=1))
    with pytest.raises(DatasetError, match="line 1 is damaged"):
        train([tiny_dataset], tmp_path / "v", SHORT, tiny_voice, "cpu")


def test_a_device_or_precision_that_is_not_there(tiny_dataset, tiny_voice, tmp_path):
    with pytest.raises(ConfigError, match="no device 'tpu'"):
        train([tiny_dataset], tmp_path / "v", SHORT, tiny_voice, "tpu")
    with pytest.raises(ConfigError, match="cannot train on 1 x cpu in precision '3-magic'"):
        train([tiny_dataset], tmp_path / "v", replace(SHORT, precision="3-magic"), tiny_voice, "cpu")


def test_training_that_comes_apart_stops(tiny_dataset, tiny_voice, tmp_path):
    config = replace(SHORT, acoustic=replace(SHORT.acoustic, learning_rate=1000, minutes=1))
    with pytest.raises(ConfigError, match=r"came apart at step .*lower learning_rate"):
        train([tiny_dataset], tmp_path / "v", config, tiny_voice, "cpu")
    assert not (tmp_path / "v" / "voice.toml").exists()


def test_losses_cut_off_by_a_kill_are_read_again(tmp_path):
    losses = tmp_path / "losses.csv"
    with LossLog(losses) as log:
        log.add("acoustic", 20, 1.0, "train", {"mel": 0.5})
        log.add("acoustic", 40, 2.0, "train", {"mel": 0.4})
    whole = losses.read_text().splitlines(keepends=True)
    for length in range(len(losses.read_text())):
        losses.write_text("".join(whole)[:length])
        drop_after(losses, "acoustic", 30)
        with LossLog(losses) as log:
            log.add("acoustic", 60, 3.0, "train", {"mel": 0.3})
        rows = csv.DictReader(losses.read_text().splitlines())
        assert [row["step"] for row in rows] in (["60"], ["20", "60"])
    plot_losses(losses, tmp_path / "losses.png")


def test_a_batch_of_long_utterances_is_smaller(tiny_dataset, monkeypatch):
    examples = align_dataset(tiny_dataset)
    batches = Batches(examples, BOUNDARIES + tuple(sorted({s for e in examples for s in e.symbols} - set(BOUNDARIES))))
    sizes = {len(batches.acoustic(np.random.default_rng(seed), 4).durations) for seed in range(10)}
    assert max(sizes) == 4
    longest = max(sum(e.durations) for e in examples)
    monkeypatch.setattr("voicekit.training.data.USUAL_FRAMES", longest // 2)
    for seed in range(10):
        batch = batches.acoustic(np.random.default_rng(seed), 4)
        assert 1 <= len(batch.durations) < 4
        assert batch.mel.shape[0] * batch.mel.shape[2] <= 4 * (longest // 2)
