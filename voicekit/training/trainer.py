"""The visible training loop, and the run that it can be stopped in and taken up again."""

import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import torch
from lightning_fabric import Fabric
from torch import Tensor, nn

from voicekit.core.errors import CheckpointError, ConfigError, VoicekitError
from voicekit.core.files import write_text
from voicekit.model.checkpoint import load_tensors, save_tensors
from voicekit.speech.voices import choose_device
from voicekit.training.learner import Learner, copies, part, train_step
from voicekit.training.losslog import LossLog, drop_after, plot_losses
from voicekit.training.settings import RunConfig, StageConfig
from voicekit.training.tasks import Stage

WARMUP_STEPS = 100

#: A stage that has settled goes on for this share of the time gone by, while its rate runs down: what a discriminator
#: taught at full rate is rough.
RUN_DOWN = 0.25

#: By what share the held-out loss must fall to count as better: less is noise.
IMPROVEMENT = 0.002


@dataclass(frozen=True)
class Position:
    """Where a run is.

    Attributes:
        stage: what is being trained; "" before the first, "done" after the last.
        step, elapsed_s: for how many steps and seconds.
        best: the stage's lowest held-out loss; None before the first check.
        stale: checks since then.
        settled_s: when the held-out loss had stopped getting better; None as long as it has not.
        calmed: the learning rate has been halved, because training came apart.
    """

    stage: str = ""
    step: int = 0
    elapsed_s: float = 0.0
    best: float | None = None
    stale: int = 0
    settled_s: float | None = None
    calmed: bool = False


@dataclass(frozen=True)
class Progress:
    """What a run tells whoever watches, after every step.

    Attributes:
        budget_s: of this stage.
        losses: of this step.
        later_s: budget of the stages that follow.
        held_out: what the last check on held-out batches gave; None before the first, and where there are none.
        note: what happened that a person should know of; mostly nothing.
    """

    position: Position
    budget_s: float
    losses: dict[str, float]
    later_s: float = 0.0
    held_out: float | None = None
    note: str = ""

    @property
    def left_s(self) -> float:
        """Until the whole run ends."""
        return max(self.budget_s - self.position.elapsed_s, 0) + self.later_s


class Run:
    """The folder of a run: its state, its losses, its samples.

    What its networks are called stands before the names of their weights.
    """

    def __init__(self, folder: Path, config: RunConfig, material: dict[str, str]) -> None:
        """`material`: what it learns from, and which state of it, by a hash: a run with other material is another run."""
        self.folder = folder
        self.config = config
        settings = {"material": material, **asdict(config)}
        self._minutes = [settings[stage].pop("minutes") for stage in config.stages]
        self._settings = settings
        self._others: dict[str, Tensor] = {}

    def restore(self, networks: dict[str, nn.Module]) -> Position:
        """Puts the saved weights into the networks; the start where there is no run to go on with.

        An unfinished run may go on for more or fewer minutes than it was begun with; a finished one begins anew with them.
        """
        path = self.folder / "state.safetensors"
        settings, minutes = self._described()
        write_text(self.folder / "run.json", json.dumps({"settings": self._settings, "minutes": self._minutes}, indent=2))
        try:
            tensors = load_tensors(path) if path.is_file() and settings == self._settings else None
            position = Position(**json.loads(bytes(tensors.pop("position").tolist()))) if tensors else None
            if position is None or (position.stage == "done" and minutes != self._minutes):
                (self.folder / "losses.csv").unlink(missing_ok=True)
                path.unlink(missing_ok=True)
                return Position()
            for name, module in networks.items():
                module.load_state_dict(part(tensors, name))
        except (CheckpointError, KeyError, TypeError, ValueError, RuntimeError) as error:
            raise CheckpointError(
                f"{path} is damaged, or does not fit this dataset or version; remove {self.folder} to start anew"
            ) from error
        self._others = tensors
        drop_after(self.folder / "losses.csv", position.stage, position.step)
        return position

    def _described(self) -> tuple[dict | None, list | None]:
        """The settings and minutes of the run that lies in the folder; nothing where none does."""
        try:
            described = json.loads((self.folder / "run.json").read_text(encoding="utf-8"))
            return described["settings"], described["minutes"]
        except (OSError, ValueError, KeyError, TypeError):
            return None, None

    def save(self, position: Position, networks: dict[str, nn.Module], others: dict | None = None) -> None:
        """Writes everything needed to go on, whole or not at all."""
        tensors = dict(others or {})
        for name, module in networks.items():
            tensors.update({f"{name}.{key}": value.detach().cpu() for key, value in module.state_dict().items()})
        tensors["position"] = torch.tensor(list(json.dumps(asdict(position)).encode()), dtype=torch.uint8)
        save_tensors(self.folder / "state.safetensors", {k: v.contiguous() for k, v in tensors.items()})

    def go(
        self,
        fabric: Fabric,
        stage: Stage,
        config: StageConfig,
        position: Position,
        networks: dict[str, nn.Module],
        watch: Callable[[Progress], None],
        sample: Callable[[str], None],
    ) -> None:
        """Trains one stage until its minutes are used up, or for a while after it has stopped getting better.

        The learning rate follows the time gone by: up over the first steps, then down along a cosine to nothing.

        Raises:
            ConfigError: training came apart, and again at half the learning rate.
            VoicekitError: nothing can be written there, or the GPU's memory is too small for anything.
        """
        budget_s = config.minutes * 60
        stages = list(self.config.stages)
        later_s = sum(self.config.stages[name].minutes for name in stages[stages.index(stage.name) + 1 :]) * 60
        networks_of_stage = {"generator": stage.generator, "critic": stage.critic}
        learners = {name: Learner(fabric, network, config) for name, network in networks_of_stage.items() if network}
        for name, learner in learners.items():
            learner.restore(part(self._others, name))
        best = {name: tensor for name, tensor in self._others.items() if name.startswith("best.")}
        good = {name: learner.state() for name, learner in learners.items()}
        at, size, checked, held_out, note = replace(position, stage=stage.name), config.batch, 0, None, ""

        def save() -> None:
            nonlocal good
            good = {name: learner.state() for name, learner in learners.items()}
            log.flush()
            if fabric.is_global_zero:
                others = {f"{name}.{key}": t for name, state in good.items() for key, t in state.items()}
                # Its weights are those of one of the networks.
                others = {key: t for key, t in others.items() if not key.startswith("generator.weights")}
                self.save(at, networks, others=others | best)

        def check() -> None:
            nonlocal at, checked, held_out, best, note
            losses = fabric.broadcast(_held_out_losses(stage, fabric))
            log.add(stage.name, at.step, at.elapsed_s, "held-out", losses)
            checked = at.step
            if losses:
                held_out = sum(losses.values())
                better = np.isfinite(held_out) and (at.best is None or held_out < at.best * (1 - IMPROVEMENT))
                at = replace(at, best=held_out, stale=0) if better else replace(at, stale=at.stale + 1)
                if better and stage.keep_best:
                    best = {f"best.{key}": t for key, t in copies(stage.generator.state_dict()).items()}
                if 0 < config.patience <= at.stale and at.settled_s is None:
                    at = replace(at, settled_s=at.elapsed_s)
                    waited_s = config.patience * config.check_every_s
                    note = f"settled: held out it got no better for {waited_s:.0f} s; it ends soon"

        with LossLog(self.folder / "losses.csv") as log:
            try:
                if at.step == 0:
                    check()  # what training starts from may stay the best there is
                clock = time.monotonic()
                while at.elapsed_s < (ends_s := _ends_s(at, budget_s)):
                    gone = _gone(at, budget_s)
                    rate = config.learning_rate * _schedule(at.step, gone) * (0.5 if at.calmed else 1)
                    rng = np.random.default_rng((self.config.seed, len(stage.name), at.step, fabric.global_rank))
                    torch.manual_seed(self.config.seed + at.step)
                    losses = _try_step(fabric, stage, learners, rng, size, rate, gone >= config.adversarial_from)
                    if losses is None:
                        size = _smaller(fabric, stage, size)
                        note = f"the GPU's memory is full: training goes on with batches of {size} instead of {config.batch}"
                        continue
                    before_s, now = at.elapsed_s, time.monotonic()
                    # One clock for all GPUs, or one would end the stage while another waits for it.
                    at = replace(at, step=at.step + 1, elapsed_s=fabric.broadcast(before_s + now - clock))
                    clock = now
                    if not _finite_everywhere(fabric, losses):
                        if at.calmed:
                            raise ConfigError(
                                f"training {self.folder.parent} came apart at step {at.step} ({stage.name}), for the second"
                                f" time; run it with a recipe with a lower learning_rate than {config.learning_rate / 2:g}"
                            )
                        for name, learner in learners.items():
                            learner.restore(good[name])
                        at = replace(at, calmed=True)
                        note = f"training came apart at step {at.step}: it goes on from before, at half the learning rate"
                        continue
                    log.add(stage.name, at.step, at.elapsed_s, "train", losses)
                    if _due(config.check_every_s, before_s, at.elapsed_s):
                        check()
                    watch(Progress(at, ends_s, losses, later_s, held_out, note))
                    note = ""
                    if _due(self.config.save_every_s, before_s, at.elapsed_s):
                        save()
                    if _due(self.config.sample_every_s, before_s, at.elapsed_s) and fabric.is_global_zero:
                        sample(f"{stage.name}-{at.step:06d}")
                        log.flush()
                        plot_losses(self.folder / "losses.csv", self.folder / "losses.png")
                    clock = time.monotonic()  # checking, saving and sampling are not training
            except KeyboardInterrupt:
                save()
                raise
            if checked < at.step:
                check()
        if best:
            stage.generator.load_state_dict(part(best, "best"))
        self._others = {}
        plot_losses(self.folder / "losses.csv", self.folder / "losses.png")


def make_fabric(config: RunConfig, device: str) -> Fabric:
    """Lightning Fabric on `device`, "auto" for what there is.

    Raises:
        ConfigError: the machine has no such devices, or they no such precision.
    """
    device = choose_device(device)
    try:
        return Fabric(accelerator=device, devices=config.devices, precision=config.precision)
    except (ValueError, RuntimeError, ImportError) as error:  # Lightning's ways to say no
        raise ConfigError(
            f"cannot train on {config.devices} x {device} in precision '{config.precision}': {str(error).splitlines()[0]}"
        ) from error


def _try_step(fabric: Fabric, stage: Stage, learners, rng, size: int, rate: float, adversarial: bool) -> dict | None:
    """The losses of a step, or None where the GPU's memory was too small for it. Its tensors are gone on return."""
    try:
        return train_step(stage, learners, fabric.to_device(stage.draw(rng, size)), rate, adversarial)
    except torch.OutOfMemoryError:
        return None


@torch.no_grad()
def _held_out_losses(stage: Stage, fabric: Fabric) -> dict[str, float]:
    stage.generator.eval()
    torch.manual_seed(0)
    rows = [stage.generator(fabric.to_device(batch)).losses for batch in stage.held_out]
    return {name: float(np.mean([float(row[name]) for row in rows])) for name in rows[0]} if rows else {}


def _finite_everywhere(fabric: Fabric, losses: dict[str, float]) -> bool:
    """On all GPUs, so that they go back together."""
    return float(fabric.all_reduce(float(np.isfinite(sum(losses.values()))))) == 1


def _smaller(fabric: Fabric, stage: Stage, size: int) -> int:
    """Half the batch, and the GPU's memory free again."""
    torch.cuda.empty_cache()
    if fabric.world_size > 1:  # the other GPUs wait for this one in the middle of a step
        raise ConfigError(f"the GPU's memory is full ({stage.name}); run it with a recipe with a smaller batch than {size}")
    if size == 1:
        raise VoicekitError(
            f"the GPU's memory is too small even for batches of one ({stage.name}); close other programs that use the GPU,"
            " or train with --device cpu"
        )
    return size // 2


def _due(every_s: float, before_s: float, now_s: float) -> bool:
    """Whether a multiple of `every_s` lies between the two: the same ones after a resume."""
    return every_s == 0 or before_s // every_s < now_s // every_s


def _ends_s(at: Position, budget_s: float) -> float:
    return budget_s if at.settled_s is None else min(at.settled_s * (1 + RUN_DOWN), budget_s)


def _gone(at: Position, budget_s: float) -> float:
    """Which share of the stage is over; the rest goes by faster once it has settled."""
    if at.settled_s is None:
        return at.elapsed_s / budget_s
    settled, left_s = at.settled_s / budget_s, _ends_s(at, budget_s) - at.settled_s
    return settled + (1 - settled) * (at.elapsed_s - at.settled_s) / left_s


def _schedule(step: int, gone: float) -> float:
    return min((step + 1) / WARMUP_STEPS, 1.0) * (0.02 + 0.98 * 0.5 * (1 + np.cos(np.pi * min(gone, 1.0))))
