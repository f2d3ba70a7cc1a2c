"""The training loop on a network of three numbers: what it does when something goes wrong, and when it ends.

A step takes a second: the clock is the test's.
"""

import csv
import errno
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import NamedTuple

import pytest
import torch
from lightning_fabric import Fabric
from reporters import Step, Steps
from torch import nn
from torch.optim.optimizer import register_optimizer_step_pre_hook

from voicekit.core.errors import ConfigError, VoicekitError
from voicekit.model.checkpoint import load_tensors
from voicekit.training.losses import DiscriminatorOutput
from voicekit.training.losslog import LossLog
from voicekit.training.processor import ProcessorTime
from voicekit.training.run import Run, TrainerState
from voicekit.training.settings import TaskConfig, TrainConfig
from voicekit.training.tasks import StepOutput, Task
from voicekit.training.trainer import Trainer

MINUTE = TaskConfig(1, 8, 0.01, 1.0)
CONFIG = TrainConfig(acoustic=MINUTE, save_every_s=5, sample_every_s=1000)


@pytest.fixture(autouse=True)
def _a_step_a_second(monkeypatch):
    seconds = iter(range(1_000_000))
    monkeypatch.setattr("voicekit.training.trainer.time", SimpleNamespace(monotonic=lambda: float(next(seconds))))
    monkeypatch.setattr("voicekit.training.trainer.plot_losses", lambda *_: None)  # takes longer than all the rest


class Numbers(nn.Module):
    """What is trained, in place of an acoustic model."""

    def __init__(self) -> None:
        super().__init__()
        self.values = nn.Parameter(torch.zeros(3))


class Pull(nn.Module):
    """Pulls the numbers to those of the batch; `harm` may spoil the losses of a training step."""

    def __init__(self, model: Numbers, harm) -> None:
        super().__init__()
        self.model, self.harm, self.steps, self.sizes = model, harm, 0, []

    def forward(self, batch):
        off = (self.model.values - batch).square().mean()
        if self.training:
            self.steps += 1
            self.sizes.append(len(batch))
            off = self.harm(len(batch), self.steps, off)
        return StepOutput({"off": off}, self.model.values.expand(len(batch), -1), batch)


class Judge(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Linear(3, 1)

    def forward(self, x):
        scores = self.layer(x)
        return DiscriminatorOutput([scores], [scores])


class Seen(NamedTuple):
    """Of the trainer after a step."""

    state: TrainerState
    losses: dict[str, float]
    held_out: float | None
    ends_s: float
    learning_rate: float


def nothing_wrong(size, step, off):
    return off


class Trained:
    """A run of one stage in `folder`, taken up again if there is one, and what was seen of it."""

    def __init__(self, folder: Path, harm=nothing_wrong, config=MINUTE, *, discriminator=None, held_out=0.0, penalty=None,
                 keep_best=False, fabric=None, stop=None, reporter=Steps) -> None:  # fmt: skip
        self.model, self.seen, self.samples, self.ways = Numbers(), [], [], []
        self.generator = Pull(self.model, harm)
        task = Task(
            "acoustic", self.generator, discriminator, lambda rng, size: torch.ones(size, 3),
            [] if held_out is None else [torch.full((2, 3), held_out)], 0.1, 0.1,
            penalty and (lambda: penalty(self.model)), keep_best,
        )  # fmt: skip
        fabric = fabric or Fabric(accelerator="cpu", devices=1)
        fabric.launch()
        run = Run(folder, replace(CONFIG, acoustic=config), {}, {"numbers": self.model})
        self.reporter = reporter(self.watch)
        self.stop = stop
        self.trainer = Trainer(fabric, run, task, self.reporter, self.samples.append)
        self.trainer.train()

    def watch(self, step: Step) -> None:
        trainer = self.trainer
        self.seen.append(
            Seen(replace(trainer.state), trainer.losses, trainer.held_out, trainer.ends_s, trainer.learning_rate)
        )
        self.ways.append(self.model.values.detach().clone())
        if step.number == self.stop:
            raise Killed

    @property
    def notes(self) -> list[str]:
        return self.reporter.notes


class Killed(Exception):
    """Stands for kill -9: nothing is saved on the way out."""


def test_a_task_trains_for_its_minutes(tmp_path):
    trained = Trained(tmp_path, held_out=None)
    assert [p.state.step for p in trained.seen] == list(range(1, 61))
    assert trained.seen[-1].losses["off"] < trained.seen[0].losses["off"]
    assert trained.notes == []


def test_without_a_discriminator_nothing_is_adversarial(tmp_path):
    trained = Trained(tmp_path, config=replace(MINUTE, adversarial_from=0.0))
    assert {name for p in trained.seen for name in p.losses} == {"off"}


def test_with_a_discriminator_both_learn_from_its_time_on(tmp_path):
    judge = Judge()
    before = judge.layer.weight.detach().clone()
    trained = Trained(tmp_path, discriminator=judge, config=replace(MINUTE, adversarial_from=0.5))
    assert [p.state.step for p in trained.seen if "discriminator" in p.losses] == list(range(31, 61))
    assert not torch.equal(judge.layer.weight, before)


def test_a_penalty_holds_the_weights(tmp_path):
    free = Trained(tmp_path / "free")
    held = Trained(tmp_path / "held", penalty=lambda model: 100 * model.values.square().sum())
    assert held.seen[-1].losses["ewc"] > 0
    assert held.model.values.abs().max() < 0.2 * free.model.values.abs().max()


@pytest.fixture
def _only_finite_gradients():
    """Weights would be put right again, but not if Ctrl-C came first."""

    def check(optimizer, *_):
        assert all(p.grad.isfinite().all() for group in optimizer.param_groups for p in group["params"])

    hook = register_optimizer_step_pre_hook(check)
    yield
    hook.remove()


def nan_at(*steps: int):
    return lambda size, step, off: off * float("nan") if step in steps else off


def overflowing_gradient_at(*steps: int):
    """A loss that is a number, but whose slope is not: that of a square root at 0."""
    return lambda size, step, off: (off * 0).sqrt() + off.detach() if step in steps else off


@pytest.mark.usefixtures("_only_finite_gradients")
@pytest.mark.parametrize("harm", [nan_at(8), overflowing_gradient_at(8)])
def test_training_that_comes_apart_goes_back_and_on_more_slowly(tmp_path, harm):
    steady, shaken = Trained(tmp_path / "steady"), Trained(tmp_path / "shaken", harm)
    assert [p.state.step for p in shaken.seen] == [*range(1, 8), *range(9, 61)]
    (note,) = shaken.notes
    assert "step 8" in note and "half the learning rate" in note
    # Step 9 starts from what was saved at step 5, and its rate is half of what it would have been.
    at = {p.state.step: way for p, way in zip(shaken.seen, shaken.ways, strict=True)}
    unshaken = {p.state.step: way for p, way in zip(steady.seen, steady.ways, strict=True)}
    moved, would_have = at[9] - at[5], unshaken[9] - unshaken[8]
    torch.testing.assert_close(moved, would_have / 2, rtol=0.1, atol=0)
    # And so does the optimizer: it has not seen steps 6 to 8.
    state = load_tensors(tmp_path / "shaken" / "state.safetensors")
    assert state["generator.adam.0.step"] == 60 - 3
    assert all(way.isfinite().all() for way in shaken.ways)


@pytest.mark.usefixtures("_only_finite_gradients")
def test_a_discriminator_that_comes_apart_goes_back(tmp_path):
    class Torn(Judge):
        calls = 0

        def forward(self, x):
            self.calls += 1
            judged = super().forward(x)
            if self.calls == 3 * 7 + 1:  # called three times a step
                judged.scores[0] = (judged.scores[0] * 0).sqrt()
            return judged

    torn = Torn()
    trained = Trained(tmp_path, discriminator=torn, config=replace(MINUTE, adversarial_from=0.0))
    assert "step 8" in trained.notes[0]
    assert torn.layer.weight.isfinite().all() and trained.model.values.isfinite().all()


def test_before_the_first_save_it_goes_back_to_the_start(tmp_path):
    trained = Trained(tmp_path, nan_at(4))
    assert trained.ways[2].abs().max() > trained.ways[3].abs().max()


def test_the_second_time_it_stops_with_the_reason(tmp_path):
    with pytest.raises(ConfigError, match=r"came apart at step 12 .*a lower learning_rate than 0\.005"):
        Trained(tmp_path, nan_at(8, 12))
    assert load_tensors(tmp_path / "state.safetensors")["numbers.values"].isfinite().all()


def test_the_second_time_may_be_after_a_resume(tmp_path):
    with pytest.raises(Killed):
        Trained(tmp_path, nan_at(8), stop=12)
    with pytest.raises(ConfigError, match="came apart at step 13"):
        Trained(tmp_path, nan_at(3))  # saved at step 10


def full_above(largest: int):
    def harm(size, step, off):
        if size > largest:
            raise torch.OutOfMemoryError("CUDA out of memory.")
        return off

    return harm


def test_a_batch_too_large_for_the_gpu_is_halved(tmp_path):
    trained = Trained(tmp_path, full_above(3))
    assert trained.generator.sizes[:4] == [8, 4, 2, 2]
    assert len(trained.seen) == 60
    assert ["memory is full" in note for note in trained.notes] == [True, True]
    assert "4 instead of 8" in trained.notes[0] and "2 instead of 8" in trained.notes[1]


def test_no_batch_is_small_enough(tmp_path):
    with pytest.raises(VoicekitError, match=r"too small even for batches of one.*--device cpu"):
        Trained(tmp_path, full_above(0))


@pytest.mark.parametrize(("code", "said"), [(errno.ENOSPC, "the disk is full"), (errno.EACCES, "permission denied")])
def test_a_state_that_cannot_be_written_leaves_the_one_before(tmp_path, monkeypatch, code, said):
    write, writes = Path.write_bytes, []

    def write_twice(path, data):
        writes.append(path)
        if len(writes) > 2:
            write(path, data[: len(data) // 2])
            raise OSError(code, "no", str(path))
        return write(path, data)

    with monkeypatch.context() as patch, pytest.raises(VoicekitError, match=f"state.safetensors: {said}"):
        patch.setattr(Path, "write_bytes", write_twice)
        Trained(tmp_path)
    assert not list(tmp_path.glob(".*"))  # no half file stays
    again = Trained(tmp_path)
    assert again.seen[0].state.step == 11
    assert again.seen[-1].state.elapsed_s == 60


def test_a_folder_that_cannot_be_written(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(VoicekitError, match="a part of the path is a file"):
        Trained(tmp_path / "file" / "training")
    with pytest.raises(VoicekitError, match="there is a folder of that name"):
        LossLog(tmp_path)


#: Held-out batches are at 0, where training starts from and leads away.
WORSE = replace(MINUTE, patience=3, check_every_s=5)


@pytest.mark.parametrize("keep_best", [True, False])
def test_a_task_on_a_plateau_ends(tmp_path, keep_best):
    trained = Trained(tmp_path, config=WORSE, keep_best=keep_best)
    assert trained.seen[-1].state.plateau_s == 15
    assert trained.seen[-1].state.step == 19  # a quarter more
    assert trained.seen[-1].ends_s == 15 * 1.25
    assert [note for note in trained.notes if "it has settled" in note] == trained.notes and len(trained.notes) == 1
    assert trained.model.values.abs().max().item() == (0 if keep_best else pytest.approx(trained.ways[-1][0].item()))


def test_after_the_plateau_the_rate_runs_down_to_nothing(tmp_path):
    # It reaches its plateau after 200 steps, and ends after 250.
    trained = Trained(tmp_path, config=replace(WORSE, minutes=60, patience=40))
    rates = [seen.learning_rate for seen in trained.seen]
    assert len(rates) == 250
    assert rates[200] == pytest.approx(WORSE.learning_rate, rel=0.02)
    assert rates[225] == pytest.approx(WORSE.learning_rate / 2, rel=0.1)
    assert rates[-1] < 0.03 * WORSE.learning_rate
    assert sorted(rates[100:], reverse=True) == rates[100:]


def test_without_patience_it_goes_on(tmp_path):
    assert len(Trained(tmp_path, config=replace(WORSE, patience=0)).seen) == 60


def test_while_it_gets_better_it_goes_on_and_ends_with_the_last(tmp_path):
    trained = Trained(tmp_path, config=WORSE, keep_best=True, held_out=1.0)
    assert len(trained.seen) == 60
    torch.testing.assert_close(trained.model.values, trained.ways[-1], rtol=0.02, atol=0)


def test_a_thousandth_better_is_no_better(tmp_path):
    crawling = replace(WORSE, learning_rate=1e-4)
    assert Trained(tmp_path, config=crawling, held_out=1.0).seen[-1].state.plateau_s == 15


def test_nothing_held_out_nothing_to_stop_for(tmp_path):
    trained = Trained(tmp_path, config=WORSE, keep_best=True, held_out=None)
    assert len(trained.seen) == 60
    assert trained.seen[-1].held_out is None


def test_patience_and_the_best_weights_survive_a_kill(tmp_path):
    # Better until step 10, where the best lies; then worse.
    config = replace(WORSE, patience=4, learning_rate=0.02)
    straight = Trained(tmp_path / "straight", config=config, keep_best=True, held_out=0.01)
    with pytest.raises(Killed):
        Trained(tmp_path / "killed", config=config, keep_best=True, held_out=0.01, stop=straight.seen[-1].state.step - 2)
    again = Trained(tmp_path / "killed", config=config, keep_best=True, held_out=0.01)
    assert again.seen[0].state.checks_since_best > 0
    assert again.seen[-1].state == straight.seen[-1].state
    assert straight.model.values.abs().max() > 0
    torch.testing.assert_close(again.model.values, straight.model.values)


def test_checks_are_no_samples(tmp_path):
    trained = Trained(tmp_path, config=replace(MINUTE, check_every_s=20))
    assert trained.samples == []
    with (tmp_path / "losses.csv").open() as file:
        rows = [(int(row["step"]), row["split"]) for row in csv.DictReader(file)]
    assert [step for step, split in rows if split == "held-out"] == [0, 20, 40, 60]
    assert [step for step, split in rows if split == "train"] == [1, 20, 40, 60]


def test_the_reporter_learns_how_long_the_whole_run_takes(tmp_path):
    trained = Trained(tmp_path, nan_at(8))
    tenth = next(step for step in trained.reporter.seen if step.number == 10)
    assert tenth.left_s == pytest.approx(3 * 50, rel=0.1)  # of three ticks of the clock, one is training
    assert tenth.share == pytest.approx(10 / 60) and tenth.task == "acoustic"
    assert list(tenth.numbers)[:2] == ["step", "held_out"] and "off" in tenth.numbers
    assert trained.notes[0].startswith("learning the sound of the voice: training came apart at step 8")


def test_float16_steps_that_overflow_are_left_out(tmp_path):
    from lightning_fabric.plugins.precision import MixedPrecision

    scaler = torch.amp.GradScaler("cpu", init_scale=2.0**127)  # overflows at first, as any scaler does now and then
    half = Fabric(accelerator="cpu", devices=1, plugins=MixedPrecision("16-mixed", "cpu", scaler))
    trained = Trained(tmp_path, lambda size, step, off: 8 * off, fabric=half)
    assert scaler.get_scale() < 2.0**127
    assert trained.notes == [] and trained.model.values.max() > 0


def test_how_it_goes_is_told_in_words(tmp_path):
    told = []
    steps = Steps.progress

    class Words(Steps):
        def progress(self, task, share, left_s=None, numbers=None):
            told.append((task, share))
            steps(self, task, share, left_s, numbers)

    trained = Trained(tmp_path, held_out=-1.0, config=replace(MINUTE, check_every_s=5, patience=4), reporter=Words)
    titles = list(dict.fromkeys(task for task, _ in told))
    sound = "learning the sound of the voice"
    assert titles == [sound, f"{sound}, still getting better", f"{sound}, settled"] and trained.trainer.trend == "settled"
    assert [share for task, share in told if task == sound][-1] == 1  # the one is over when the other begins
    assert told[-1] == (f"{sound}, settled", 1.0)
    better = Trained(tmp_path / "better", held_out=1.0, config=replace(MINUTE, check_every_s=5, patience=4))
    assert better.trainer.trend == "still getting better"


def test_the_time_left_knows_that_a_task_may_settle(tmp_path):
    trained = Trained(tmp_path, held_out=-1.0, config=replace(MINUTE, check_every_s=5, patience=4))
    left_s = {step.number: step.left_s for step in trained.reporter.seen}
    took = trained.seen[-1].state.step
    assert took < 40
    assert left_s[18] < 3 * 25  # at three ticks a step; in a minute's budget 42 steps are left


def test_a_busy_machine_is_told_once_and_remembered(tmp_path, monkeypatch):
    times = (ProcessorTime(seconds, 3 * seconds) for seconds in range(0, 100_000, 10))
    monkeypatch.setattr("voicekit.training.trainer.processor_time", lambda: next(times))
    trained = Trained(tmp_path, held_out=None)
    assert len(trained.notes) == 1 and "got 25% of the processor time" in trained.notes[0]
    state = trained.trainer.state
    assert state.waited_s == 3 * state.ran_s > 0
    trained.trainer.run.enter("prosody")
    assert trained.trainer.run.state.steps == {"acoustic": 60}
    assert trained.trainer.run.state.ran_s == state.ran_s


def test_a_run_that_goes_on_remembers_how_busy_the_machine_was(tmp_path, monkeypatch):
    times = (ProcessorTime(seconds, 3 * seconds) for seconds in range(0, 100_000, 10))
    monkeypatch.setattr("voicekit.training.trainer.processor_time", lambda: next(times))
    with pytest.raises(Killed):
        Trained(tmp_path, held_out=None, stop=30)
    monkeypatch.setattr("voicekit.training.trainer.processor_time", ProcessorTime)
    assert Trained(tmp_path, held_out=None).trainer.state.waited_s > 0
