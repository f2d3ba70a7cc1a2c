"""Several devices: two and three processes on the CPU, which make of a voice what one would."""

import os
import signal
import subprocess
import sys
from dataclasses import replace
from types import SimpleNamespace
from typing import NamedTuple

import psutil
import pytest
import torch
from reporters import Steps
from test_clone import other_dataset  # noqa: F401
from torch import nn
from torch.nn import functional

from voicekit.core.errors import ConfigError, DatasetError, VoicekitError
from voicekit.model.checkpoint import load_networks
from voicekit.speech.voices import load_engine, read_voice
from voicekit.training.devices import average_gradients, count, joined, mean, number, part_of, shared
from voicekit.training.losses import masked_mean
from voicekit.training.settings import TaskConfig, TrainConfig
from voicekit.training.train import train

STEP = 1 / 60
#: Batches of three, which two devices cannot halve; a discriminator from the first step on; a few steps of each task.
CONFIG = TrainConfig(
    speaker=TaskConfig(3 * STEP, 3, 1e-3), acoustic=TaskConfig(3 * STEP, 3, 1e-3, 0.0),
    prosody=TaskConfig(3 * STEP, 3, 1e-3), vocoder=TaskConfig(3 * STEP, 3, 1e-3, 0.0),
    segment_frames=24, stretch=0.2, predicted=0.5, sample_every_s=1000,
)  # fmt: skip
ACOUSTIC = replace(
    CONFIG, speaker=replace(CONFIG.speaker, minutes=0), prosody=replace(CONFIG.prosody, minutes=0),
    vocoder=replace(CONFIG.vocoder, minutes=0), acoustic=replace(CONFIG.acoustic, minutes=8 * STEP),
)  # fmt: skip


@pytest.fixture
def _a_step_a_second(monkeypatch):
    seconds = iter(range(1_000_000))
    monkeypatch.setattr("voicekit.training.trainer.time", SimpleNamespace(monotonic=lambda: float(next(seconds))))


def weights(voice):
    return {key: tensor for network in load_networks(voice)[1:] for key, tensor in network.state_dict().items()}


def assert_same_weights(voice, other):
    ours, theirs = weights(voice), weights(other)
    for name, tensor in ours.items():  # saved in half precision
        torch.testing.assert_close(tensor, theirs[name], rtol=2e-3, atol=2e-5, msg=name)


@pytest.mark.usefixtures("_a_step_a_second")
def test_two_devices_learn_what_one_does(tiny_dataset, other_dataset, tiny_voice, tmp_path):  # noqa: F811
    seen = {}
    for devices in (1, 2):
        steps = seen[devices] = Steps()
        config = replace(CONFIG, devices=devices)
        train([tiny_dataset, other_dataset], tmp_path / f"on-{devices}", config, tiny_voice, "cpu", steps)
    assert {step.task for step in seen[1].seen} == {"speaker", "acoustic", "prosody", "vocoder"}
    for one, two in zip(seen[1].seen, seen[2].seen, strict=True):
        assert (two.task, two.numbers) == (one.task, pytest.approx(one.numbers, rel=1e-5))
    assert_same_weights(tmp_path / "on-1", tmp_path / "on-2")
    assert {path.name for path in (tmp_path / "on-1").rglob("*")} == {path.name for path in (tmp_path / "on-2").rglob("*")}


@pytest.mark.usefixtures("_a_step_a_second")
def test_a_run_goes_on_with_other_devices(tiny_dataset, tiny_voice, tmp_path):
    def interrupt_at(number):
        def interrupt(step):
            if step.number == number:
                raise KeyboardInterrupt

        return Steps(interrupt)

    train([tiny_dataset], tmp_path / "straight", ACOUSTIC, tiny_voice, "cpu")
    resumed = Steps()
    with pytest.raises(KeyboardInterrupt):
        train([tiny_dataset], tmp_path / "me", ACOUSTIC, tiny_voice, "cpu", interrupt_at(3))
    with pytest.raises(KeyboardInterrupt):
        train([tiny_dataset], tmp_path / "me", replace(ACOUSTIC, devices=2), tiny_voice, "cpu", interrupt_at(5))
    train([tiny_dataset], tmp_path / "me", ACOUSTIC, tiny_voice, "cpu", resumed)
    assert resumed.seen[0].number == 6
    assert_same_weights(tmp_path / "straight", tmp_path / "me")


RECIPE = """
devices = 2
segment_frames = 24
[acoustic]
minutes = 0.005
batch = 3
[prosody]
minutes = 0.005
batch = 3
"""


def processes_of_devices():
    """Those that this process has begun for further devices; earlier tests leave others."""
    return [child for child in psutil.Process().children() if "devices" in " ".join(child.cmdline())]


def test_the_command_trains_on_two_devices(tiny_dataset, tiny_voice, tmp_path, monkeypatch, exit_code, capfd):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "two.toml").write_text(RECIPE)
    arguments = ("--name", "me", "--base", tiny_voice, "--recipe", "two.toml", "--device", "cpu", "--judge", 0)
    assert exit_code("train", tiny_dataset, *arguments) == 0
    told = capfd.readouterr()
    assert told.out.count("the voice is ready") == 1 and told.err == ""
    assert load_engine(read_voice(tmp_path / "voices" / "me"), "cpu").synthesize("It begins.").duration_s > 0.1
    assert processes_of_devices() == []


def test_a_killed_process_ends_the_training_with_a_reason(tiny_dataset, tiny_voice, tmp_path):
    def kill(step):
        for child in processes_of_devices() if step.number == 2 else ():
            child.kill()

    config = replace(ACOUSTIC, devices=2, acoustic=replace(ACOUSTIC.acoustic, minutes=10))
    with pytest.raises(VoicekitError, match=r"the process of device 2 was killed \(SIGKILL\); the same command"):
        train([tiny_dataset], tmp_path / "me", config, tiny_voice, "cpu", Steps(kill))
    assert processes_of_devices() == []
    assert count() == 1


SCRIPT = """
import faulthandler, signal, time
faulthandler.dump_traceback_later(50, exit=True)  # where it stands, if it does not end
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell lets what it runs in the background ignore it
from voicekit.training.devices import joined
with joined(3, "cpu", time.sleep, 1000):
    print("joined", flush=True)
    while True:  # a signal that comes just before one long sleep would be heard after it
        time.sleep(0.1)
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_nothing_outlives_the_first(number):
    """And it is no file that could be run again, as a notebook is none."""
    first = subprocess.Popen([sys.executable, "-c", SCRIPT], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert first.stdout.readline() == b"joined\n"
    others = psutil.Process(first.pid).children()
    first.send_signal(number)
    _, said = first.communicate(timeout=60)
    assert (first.returncode, len(others)) == (-number, 2), said.decode()
    assert psutil.wait_procs(others, timeout=60)[1] == []


def damaged_for_the_last():
    if number() == count() - 1:
        raise DatasetError("u1 is damaged")
    shared(lambda: None)
    mean(torch.ones(1))


def test_the_others_errors_are_told():
    with pytest.raises(DatasetError, match="u1 is damaged"), joined(3, "cpu", damaged_for_the_last):
        damaged_for_the_last()


class Masked(NamedTuple):
    values: torch.Tensor
    mask: torch.Tensor


def as_one():
    """Checks what each device gets against the whole batch: where rows are left over, and where there are too few."""
    assert count() == 3
    unused = nn.Parameter(torch.ones(2))
    for size in (7, 3, 2):
        torch.manual_seed(size)
        batch, mask = torch.randn(size, 5), (torch.rand(size, 5) < 0.5).float()
        weight, reference = nn.Parameter(torch.ones(5)), nn.Parameter(torch.ones(5))
        torch.manual_seed(size)
        made = functional.dropout(batch * reference, 0.5) + torch.rand(size, 1) + torch.randn(size, 1)
        whole = (made * mask).sum() / mask.sum() + made.square().mean()
        whole.backward()
        torch.manual_seed(size)
        with part_of(Masked(batch, mask)) as rows:
            n = len(rows.values)
            assert n in ((size // 3, -(-size // 3)) if size >= 3 else (size,))
            made = functional.dropout(rows.values * weight, 0.5) + torch.rand(n, 1) + torch.randn(n, 1)
            loss = masked_mean(made, rows.mask) + mean(made.square())
        loss.backward()
        average_gradients([weight, unused])
        torch.testing.assert_close(loss, whole)
        torch.testing.assert_close(weight.grad, reference.grad)
        assert unused.grad is None
    assert shared(number) == 0
    only_first = nn.Parameter(torch.ones(2))
    if number() == 0:
        only_first.grad = torch.full((2,), 3.0)
    average_gradients([only_first])
    assert only_first.grad.tolist() == [1, 1]


def test_losses_gradients_and_chance_are_those_of_the_whole_batch():
    before = torch.get_num_threads(), sys.excepthook
    with joined(3, "cpu", as_one):
        as_one()
    assert count() == 1 and (torch.get_num_threads(), sys.excepthook) == before
    assert "GLOO_SOCKET_IFNAME" not in os.environ


def test_more_devices_than_there_are():
    with pytest.raises(ConfigError, match="devices 'cuda', not 99; set devices = "), joined(99, "cuda", as_one):
        pass
