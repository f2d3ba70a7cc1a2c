"""The visible training loop, and the run that it can be stopped in and taken up again."""

import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from lightning_fabric import Fabric

from voicekit.config import StageConfig, TrainConfig
from voicekit.errors import CheckpointError, ConfigError
from voicekit.files import write_text
from voicekit.losslog import LossLog, drop_after, plot_losses
from voicekit.model.acoustic import AcousticModel
from voicekit.model.checkpoint import load_tensors, save_tensors
from voicekit.model.losses import adversarial_loss, discriminator_loss, feature_loss
from voicekit.model.stages import Stage
from voicekit.model.vocoder import Vocoder

WARMUP_STEPS = 100


@dataclass(frozen=True)
class Position:
    """Where a run is: the stage, the steps and seconds it has been trained for."""

    stage: str = "acoustic"
    step: int = 0
    elapsed_s: float = 0.0


@dataclass(frozen=True)
class Progress:
    """What a run tells whoever watches, after every step."""

    position: Position
    budget_s: float
    losses: dict[str, float]


class Run:
    """The folder of a run: its state, its losses, its samples."""

    def __init__(self, folder: Path, config: TrainConfig, dataset: Path) -> None:
        self.folder = folder
        self.config = config
        # A dataset prepared anew is another one.
        manifest = hashlib.sha1((dataset / "manifest.jsonl").read_bytes()).hexdigest()
        settings = {"dataset": str(dataset.resolve()), "manifest": manifest, **asdict(config)}
        self._minutes = [settings[stage].pop("minutes") for stage in ("acoustic", "vocoder")]
        self._settings = settings
        self._optimizers: dict[str, dict[str, torch.Tensor]] = {}

    def restore(self, acoustic: AcousticModel, vocoder: Vocoder) -> Position:
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
            for name, module in (("acoustic", acoustic), ("vocoder", vocoder)):
                module.load_state_dict(_part(tensors, name))
        except (CheckpointError, KeyError, TypeError, ValueError, RuntimeError) as error:
            raise CheckpointError(
                f"{path} is damaged, or does not fit this dataset or version; remove {self.folder} to start anew"
            ) from error
        self._optimizers = tensors
        drop_after(self.folder / "losses.csv", position.stage, position.step)
        return position

    def _described(self) -> tuple[dict | None, list | None]:
        """The settings and minutes of the run that lies in the folder; nothing where none does."""
        try:
            described = json.loads((self.folder / "run.json").read_text(encoding="utf-8"))
            return described["settings"], described["minutes"]
        except (OSError, ValueError, KeyError, TypeError):
            return None, None

    def save(self, position: Position, acoustic: AcousticModel, vocoder: Vocoder, others: dict | None = None) -> None:
        """Writes everything needed to go on, whole or not at all."""
        tensors = dict(others or {})
        for name, module in (("acoustic", acoustic), ("vocoder", vocoder)):
            tensors.update({f"{name}.{key}": value.detach().cpu() for key, value in module.state_dict().items()})
        tensors["position"] = torch.tensor(list(json.dumps(asdict(position)).encode()), dtype=torch.uint8)
        save_tensors(self.folder / "state.safetensors", {k: v.contiguous() for k, v in tensors.items()})

    def go(
        self,
        fabric: Fabric,
        stage: Stage,
        config: StageConfig,
        position: Position,
        networks: tuple[AcousticModel, Vocoder],
        watch: Callable[[Progress], None],
        sample: Callable[[str], None],
    ) -> None:
        """Trains one stage until its minutes are used up.

        The learning rate follows the time gone by: up over the first steps, then down along a cosine to nothing.
        """
        budget_s = config.minutes * 60
        generator, g_optimizer = fabric.setup(stage.generator, _adam(stage.generator, config))
        critic, c_optimizer = fabric.setup(stage.critic, _adam(stage.critic, config))
        parts = {"generator": (stage.generator, g_optimizer), "critic": (stage.critic, c_optimizer)}
        _load_optimizers(self._optimizers, parts)
        step, elapsed_s = position.step, position.elapsed_s
        saved_at, sampled_at = elapsed_s, elapsed_s
        clock = time.monotonic()
        with LossLog(self.folder / "losses.csv") as log:

            def save() -> None:
                at = Position(stage.name, step, elapsed_s)
                log.flush()
                self.save(at, *networks, others=_collect_optimizers(parts))

            try:
                while elapsed_s < budget_s:
                    rate = config.learning_rate * _schedule(step, elapsed_s / budget_s)
                    for optimizer in (g_optimizer, c_optimizer):
                        for group in optimizer.param_groups:
                            group["lr"] = rate
                    rng = np.random.default_rng((self.config.seed, len(stage.name), step, fabric.global_rank))
                    torch.manual_seed(self.config.seed + step)
                    batch = fabric.to_device(stage.draw(rng))
                    adversarial = elapsed_s / budget_s >= config.adversarial_from
                    losses = _step(fabric, stage, (generator, g_optimizer), (critic, c_optimizer), batch, adversarial)
                    if not np.isfinite(sum(losses.values())):
                        raise ConfigError(
                            f"training {self.folder.parent} came apart at step {step} ({stage.name}); run it with a recipe"
                            f" with a lower learning_rate than {config.learning_rate:g}"
                        )
                    step += 1
                    now = time.monotonic()
                    elapsed_s, clock = elapsed_s + now - clock, now
                    log.add(stage.name, step, elapsed_s, "train", losses)
                    watch(Progress(Position(stage.name, step, elapsed_s), budget_s, losses))
                    if elapsed_s - saved_at >= self.config.save_every_s and fabric.is_global_zero:
                        save()
                        saved_at = elapsed_s
                    if elapsed_s - sampled_at >= self.config.sample_every_s and fabric.is_global_zero:
                        log.add(stage.name, step, elapsed_s, "held-out", _held_out_losses(stage, fabric))
                        sample(f"{stage.name}-{step:06d}")
                        log.flush()
                        plot_losses(self.folder / "losses.csv", self.folder / "losses.png")
                        sampled_at = elapsed_s
                    clock = time.monotonic()  # saving and sampling are not training
            except KeyboardInterrupt:
                save()
                raise
            log.add(stage.name, step, elapsed_s, "held-out", _held_out_losses(stage, fabric))
        self._optimizers = {}
        plot_losses(self.folder / "losses.csv", self.folder / "losses.png")


def _step(fabric: Fabric, stage: Stage, generator, critic, batch, adversarial: bool) -> dict[str, float]:
    """One step of both networks; the losses as numbers."""
    generator, g_optimizer = generator
    critic, c_optimizer = critic
    generator.train()
    out = generator(batch)
    losses = dict(out.losses)
    if adversarial:
        real = critic(out.real)
        judged = discriminator_loss(real, critic(out.made.detach()))
        c_optimizer.zero_grad()
        fabric.backward(judged)
        c_optimizer.step()
        made = critic(out.made)
        losses["adversarial"] = stage.adversarial_weight * adversarial_loss(made)
        losses["feature"] = stage.feature_weight * feature_loss(real, made)
    g_optimizer.zero_grad()
    fabric.backward(sum(losses.values()))
    fabric.clip_gradients(generator, g_optimizer, max_norm=5.0, error_if_nonfinite=False)
    g_optimizer.step()
    if adversarial:
        losses["critic"] = judged
    return {name: float(value.detach()) for name, value in losses.items()}


@torch.no_grad()
def _held_out_losses(stage: Stage, fabric: Fabric) -> dict[str, float]:
    stage.generator.eval()
    torch.manual_seed(0)
    rows = [stage.generator(fabric.to_device(batch)).losses for batch in stage.held_out]
    return {name: float(np.mean([float(row[name]) for row in rows])) for name in rows[0]} if rows else {}


def _schedule(step: int, gone: float) -> float:
    return min((step + 1) / WARMUP_STEPS, 1.0) * (0.02 + 0.98 * 0.5 * (1 + np.cos(np.pi * min(gone, 1.0))))


def _adam(module: torch.nn.Module, config: StageConfig) -> torch.optim.Optimizer:
    return torch.optim.AdamW(module.parameters(), lr=config.learning_rate, betas=(0.8, 0.99), weight_decay=0.01)


def _collect_optimizers(parts) -> dict[str, torch.Tensor]:
    """Critic weights and both optimizers' moments by name, so that they need no pickle."""
    tensors = {}
    for part, (module, optimizer) in parts.items():
        if part == "critic":
            tensors.update({f"critic.weights.{k}": v.detach().cpu() for k, v in module.state_dict().items()})
        for index, moments in optimizer.state_dict()["state"].items():
            tensors.update({f"{part}.adam.{index}.{k}": torch.as_tensor(v).cpu() for k, v in moments.items()})
    return tensors


def _load_optimizers(tensors: dict[str, torch.Tensor], parts) -> None:
    for part, (module, optimizer) in parts.items():
        if part == "critic" and (weights := _part(tensors, "critic.weights")):
            module.load_state_dict(weights)
        state: dict[int, dict[str, torch.Tensor]] = {}
        for name, tensor in _part(tensors, f"{part}.adam").items():
            index, key = name.split(".", 1)
            state.setdefault(int(index), {})[key] = tensor
        if state:
            optimizer.load_state_dict({**optimizer.state_dict(), "state": state})


def _part(tensors: dict[str, torch.Tensor], prefix: str) -> dict[str, torch.Tensor]:
    return {k.removeprefix(prefix + "."): v for k, v in tensors.items() if k.startswith(prefix + ".")}
