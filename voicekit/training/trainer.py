"""The training loop. Everything a Trainer is in the middle of stands in its fields."""

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from lightning_fabric import Fabric
from torch import Tensor

from voicekit.core.errors import CheckpointError, ConfigError, VoicekitError
from voicekit.core.reporter import SILENT, Reporter
from voicekit.core.wording import decimal
from voicekit.model.checkpoint import part, prefixed
from voicekit.speech.device import choose_device
from voicekit.training.devices import count, is_first, number, part_of, shared, total
from voicekit.training.losses import adversarial_loss, discriminator_loss, feature_loss
from voicekit.training.losslog import LossLog, plot_losses
from voicekit.training.optimizer import OptimizedNetwork, copies, fits
from voicekit.training.processor import ProcessorTime, processor_time, told_meanwhile
from voicekit.training.run import Run
from voicekit.training.settings import RunConfig
from voicekit.training.tasks import Task

WARMUP_STEPS = 100

#: A task on a plateau goes on for this share of the time gone by, while its rate runs down: what a discriminator taught at
#: full rate is rough.
RUN_DOWN = 0.25

#: By what share the held-out loss must fall to count as better: less is noise.
IMPROVEMENT = 0.002

#: Of the generator. The discriminator's gradients are not clipped.
MAX_GRADIENT_NORM = 5.0


class Trainer:
    """Trains one task of a run, until its minutes are used up or for a while after it has stopped getting better.

    Attributes:
        run: the folder, and in it the state: step, seconds, best held-out loss.
        generator, discriminator: the networks with their optimizers; the second is None where nothing is adversarial.
        batch_size: shrinks where a GPU's memory is full.
        learning_rate, losses: of the last step.
        held_out: what the last check gave; None before the first, and where nothing is held out.
        best_weights: of the generator, where the task keeps them.
        last_good: what the networks and optimizers were at the last save; training that comes apart goes back to it.
    """

    def __init__(
        self,
        fabric: Fabric,
        run: Run,
        task: Task,
        reporter: Reporter = SILENT,
        sample: Callable[[str], None] = lambda name: None,
    ) -> None:
        """`sample`: writes a sample of what the networks make by now, under a name."""
        self.fabric, self.run, self.task, self.reporter, self.sample = fabric, run, task, reporter, sample
        self.config = run.config.tasks[task.name]
        self.state = run.state
        self.state.task = task.name
        self.generator = OptimizedNetwork(fabric, task.generator, self.config)
        self.discriminator = OptimizedNetwork(fabric, task.discriminator, self.config) if task.discriminator else None
        try:
            for name, network in self._networks().items():
                network.restore(part(run.of_task, name))
                if count() > 1:
                    network.restore(shared(network.state))
            self.best_weights = shared(lambda: part(run.of_task, "best"))
            if self.best_weights and not fits(task.generator, self.best_weights):
                raise ValueError("the best weights")
        except (LookupError, ValueError, RuntimeError) as error:
            raise CheckpointError(f"{run.folder} is of other networks ({error}); remove it to start again") from error
        self.last_good = self._snapshot()
        self.batch_size = self.config.batch
        self.learning_rate = 0.0
        self.losses: dict[str, float] = {}
        self.held_out: float | None = None
        self._checked_step = self._checks = 0
        self._clock_s = 0.0
        self._began_s, self._began_with_s = time.monotonic(), self.state.elapsed_s
        self._told = ""
        self._used, self._is_told_busy = processor_time(), False
        self._task_number = list(run.config.tasks).index(task.name)

    def train(self) -> None:
        """
        Raises:
            ConfigError: training came apart, and again at half the learning rate.
            VoicekitError: nothing can be written there, or the GPU's memory is too small for anything.
        """
        with LossLog(self.run.folder / "losses.csv" if is_first() else Path(os.devnull)) as self.log:
            try:
                if self.state.step == 0:
                    self.check()  # what training starts from may stay the best there is
                self._clock_s = time.monotonic()
                while self.state.elapsed_s < self.ends_s:
                    self.advance()
            except KeyboardInterrupt:
                self.save()
                raise
            if self._checked_step < self.state.step:
                self.check()
        self._count_processor_time()
        if self.best_weights:
            self.task.generator.load_state_dict(self.best_weights)
        self.run.of_task = {}
        self._report(over=True)
        if is_first():
            plot_losses(self.run.folder / "losses.csv", self.run.folder / "losses.png")

    def advance(self) -> None:
        """A step, and what is due after it."""
        self.learning_rate = self.config.learning_rate * self._schedule() * (0.5 if self.state.lr_halved else 1)
        losses = self._try_step()
        if losses is None:
            self._halve_batch()
            return
        before_s = self.state.elapsed_s
        self._count_step()
        if not self._finite_everywhere(losses):
            self._go_back()
            return
        self.losses = losses
        self.log.add(self.task.name, self.state.step, self.state.elapsed_s, "train", losses)
        if _due(self.config.check_every_s, before_s, self.state.elapsed_s):
            self.check()
        self._report()
        if _due(self.run.config.save_every_s, before_s, self.state.elapsed_s):
            self.save()
        if _due(self.run.config.sample_every_s, before_s, self.state.elapsed_s) and is_first():
            self.sample(f"{self.task.name}-{self.state.step:06d}")
            self.log.flush()
            plot_losses(self.run.folder / "losses.csv", self.run.folder / "losses.png")
        self._clock_s = time.monotonic()  # checking, saving and sampling are not training

    def step(self, batch: NamedTuple) -> dict[str, float]:
        """One step of both networks; the losses as numbers, and a "gradient" among them if that was not finite."""
        self.task.generator.train()
        out = self.generator.network(batch)
        losses, fit = dict(out.losses), True
        if self.task.penalty:
            losses["ewc"] = self.task.penalty()
        taught: dict[str, Tensor] = {}
        if self.discriminator and self.progress >= self.config.adversarial_from:
            real = self.discriminator.network(out.real)
            taught["discriminator"] = discriminator_loss(real, self.discriminator.network(out.made.detach()))
            fit = self.discriminator.step(taught["discriminator"], self.learning_rate)
            made = self.discriminator.network(out.made)
            losses["adversarial"] = self.task.adversarial_weight * adversarial_loss(made)
            losses["feature"] = self.task.feature_weight * feature_loss(real, made)
        fit &= self.generator.step(torch.stack([*losses.values()]).sum(), self.learning_rate, MAX_GRADIENT_NORM)
        numbers = {name: float(value.detach()) for name, value in (losses | taught).items()}
        return numbers if fit else {**numbers, "gradient": float("nan")}

    @torch.no_grad()
    def check(self) -> None:
        """Takes the held-out loss, remembers the best, and sees a plateau."""
        self.task.generator.eval()
        torch.manual_seed(0)
        rows = [self._losses_of(batch) for batch in self.task.held_out]
        losses = {name: float(np.mean([row[name] for row in rows])) for name in rows[0]} if rows else {}
        losses = shared(lambda: losses)
        state, self._checked_step = self.state, self.state.step
        self.log.add(self.task.name, state.step, state.elapsed_s, "held-out", losses)
        if not losses:
            return
        self.held_out = sum(losses.values())
        self._checks += 1
        if np.isfinite(self.held_out) and (state.best is None or self.held_out < state.best * (1 - IMPROVEMENT)):
            state.best, state.checks_since_best = self.held_out, 0
            if self.task.keep_best:
                self.best_weights = copies(self.task.generator.state_dict())
        else:
            state.checks_since_best += 1
        if 0 < self.config.patience <= state.checks_since_best and state.plateau_s is None:
            state.plateau_s = state.elapsed_s
            waited_s = self.config.patience * self.config.check_every_s
            self._note(f"nothing better on the sentences kept back for {waited_s:.0f} s: it has settled, and ends soon")

    def save(self) -> None:
        """Writes everything needed to go on, which is what to go back to as well."""
        self.last_good = self._snapshot()
        self._count_processor_time()
        self.log.flush()
        if is_first():
            tensors = {key: t for name, state in self.last_good.items() for key, t in prefixed(state, name).items()}
            # The generator's weights are those of one of the run's networks.
            self.run.of_task = {key: t for key, t in tensors.items() if not key.startswith("generator.weights")}
            self.run.of_task |= prefixed(self.best_weights, "best")
            self.run.save()

    def _losses_of(self, batch: NamedTuple) -> dict[str, float]:
        with part_of(batch, divided=self.task.divided) as rows:
            losses = self.task.generator(self.fabric.to_device(rows)).losses
        return {name: float(value) for name, value in losses.items()}

    @property
    def ends_s(self) -> float:
        """When the task ends, in seconds of training."""
        budget_s = self.config.minutes * 60
        return budget_s if self.state.plateau_s is None else min(self.state.plateau_s * (1 + RUN_DOWN), budget_s)

    @property
    def progress(self) -> float:
        """The share of the task that is over, 0 to 1; after a plateau the rest goes by faster."""
        budget_s, plateau_s = self.config.minutes * 60, self.state.plateau_s
        if plateau_s is None:
            return self.state.elapsed_s / budget_s
        before = plateau_s / budget_s
        return before + (1 - before) * (self.state.elapsed_s - plateau_s) / (self.ends_s - plateau_s)

    def _schedule(self) -> float:
        """The learning rate's share: up over the first steps, then down along a cosine to nothing."""
        warm = min((self.state.step + 1) / WARMUP_STEPS, 1.0)
        return warm * (0.02 + 0.98 * 0.5 * (1 + np.cos(np.pi * min(self.progress, 1.0))))

    def _try_step(self) -> dict[str, float] | None:
        """The losses of a step, or None where the GPU's memory was too small for it. Its tensors are gone on return."""
        seed, step = self.run.config.seed, self.state.step
        batch = self.task.draw(np.random.default_rng((seed, self._task_number, step)), self.batch_size)
        torch.manual_seed(seed + step)
        try:
            with part_of(batch, divided=self.task.divided) as rows:
                return self.step(self.fabric.to_device(rows))
        except torch.OutOfMemoryError:
            return None

    def _halve_batch(self) -> None:
        """Frees the GPU's memory, and goes on with less in it."""
        torch.cuda.empty_cache()
        name, size = self.task.name, self.batch_size
        if count() > 1:  # the other GPUs wait for this one in the middle of a step
            raise ConfigError(f"the GPU's memory is full ({name}); run it with a recipe with a smaller batch than {size}")
        if size == 1:
            raise VoicekitError(
                f"the GPU's memory is too small even for batches of one ({name}); close other programs that use the GPU,"
                " or train with --device cpu"
            )
        self.batch_size = size // 2
        self._note(f"the GPU's memory is full: training goes on with batches of {size // 2} instead of {self.config.batch}")

    def _count_step(self) -> None:
        before_s, now_s = self._clock_s, time.monotonic()
        # One clock for all GPUs, or one would end the task while another waits for it.
        self.state.elapsed_s = shared(lambda: self.state.elapsed_s + now_s - before_s)
        self.state.step += 1
        self._clock_s = now_s

    def _count_processor_time(self) -> None:
        """Adds what came to it; tells once where other programs have much of it, as long as something can be done."""
        now = processor_time()
        new, self._used = now.since(self._used), now
        self.state.ran_s += new.ran_s
        self.state.waited_s += new.waited_s
        told = told_meanwhile(ProcessorTime(self.state.ran_s, self.state.waited_s), self.run.config.minutes)
        if told and not self._is_told_busy and self.state.elapsed_s < self.ends_s:
            self._is_told_busy = True
            self._note(told)

    def _finite_everywhere(self, losses: dict[str, float]) -> bool:
        """On all GPUs, so that they go back together."""
        finite = torch.tensor(float(np.isfinite(sum(losses.values()))), device=self.fabric.device)
        return bool(total(finite) == count())

    def _go_back(self) -> None:
        """Training came apart: once it goes on from what was saved last, at half the learning rate."""
        step, name = self.state.step, self.task.name
        if self.state.lr_halved:
            raise ConfigError(
                f"training {self.run.folder.parent} came apart at step {step} ({name}), for the second"
                f" time; run it with a recipe with a lower learning_rate than {decimal(self.config.learning_rate / 2)}"
            )
        for network, optimized in self._networks().items():
            optimized.restore(self.last_good[network])
        self.state.lr_halved = True
        self._note(f"training came apart at step {step}: it goes on from before, at half the learning rate")

    @property
    def trend(self) -> str:
        """How it goes on sentences kept back, in a word or two; "" where there are none, or before the second check."""
        if self.held_out is None or self.state.best is None or self._checks < 2:
            return ""
        settling = self.state.plateau_s is not None or self.state.checks_since_best >= 2
        return "settled" if settling else "still getting better"

    @property
    def left_s(self) -> float:
        """About how long the task still takes, with its checks and samples; and it may settle before its time."""
        left_s = max(self.ends_s - self.state.elapsed_s, 0.0)
        if self.config.patience and self.state.plateau_s is None:
            waited = self.state.checks_since_best / self.config.patience
            patient_s = (self.config.patience - self.state.checks_since_best) * self.config.check_every_s
            settled_s = patient_s + RUN_DOWN * (self.state.elapsed_s + patient_s)
            left_s += waited * min(settled_s - left_s, 0.0)
        trained_s = self.state.elapsed_s - self._began_with_s
        worked_s = time.monotonic() - self._began_s
        return left_s * (max(worked_s / trained_s, 1.0) if trained_s > 0 else 1.0)

    def _report(self, over: bool = False) -> None:
        """Under what is learned and how it goes; when that changes, the former is over."""
        task = ", ".join(filter(None, (self.task.title, self.trend)))
        if self._told and (over or task != self._told):
            self.reporter.progress(self._told, 1.0, None if over else self.left_s)
        if not over:
            numbers = {
                "step": self.state.step,
                **({} if self.held_out is None else {"held_out": self.held_out}),
                **self.losses,
            }
            self.reporter.progress(task, min(self.state.elapsed_s / self.ends_s, 0.999), self.left_s, numbers)
            self._told = task

    def _note(self, line: str) -> None:
        self.reporter.note(f"{self.task.title}: {line}")

    def _networks(self) -> dict[str, OptimizedNetwork]:
        return {"generator": self.generator} | ({"discriminator": self.discriminator} if self.discriminator else {})

    def _snapshot(self) -> dict[str, dict[str, Tensor]]:
        return {name: network.state() for name, network in self._networks().items()}


def make_fabric(config: RunConfig, device: str) -> Fabric:
    """Lightning Fabric on `device`, "auto" for what there is, for one process of those that train; what is random from here
    on begins with the settings' seed.

    Raises:
        ConfigError: the machine has no such devices, or they no such precision.
    """
    device = choose_device(device)
    torch.manual_seed(config.seed)
    try:
        precision: Any = config.precision  # Lightning tells which it knows
        devices: Any = [number()] if count() > 1 and device != "cpu" else 1
        return Fabric(accelerator=device, devices=devices, precision=precision)
    except (ValueError, RuntimeError, ImportError) as error:  # Lightning's ways to say no
        raise ConfigError(
            f"cannot train on {config.devices} x {device} in precision '{config.precision}': {str(error).splitlines()[0]}"
        ) from error


def _due(every_s: float, before_s: float, now_s: float) -> bool:
    """Whether a multiple of `every_s` lies between the two: the same ones after a resume."""
    return every_s == 0 or before_s // every_s < now_s // every_s
