"""A network in training: its optimizer, its state, and one step of it and its critic."""

import torch
from lightning_fabric import Fabric
from torch import Tensor, nn

from voicekit.training.losses import adversarial_loss, discriminator_loss, feature_loss
from voicekit.training.settings import StageConfig
from voicekit.training.tasks import Stage


class Learner:
    """A network and its optimizer."""

    def __init__(self, fabric: Fabric, module: nn.Module, config: StageConfig) -> None:
        adam = torch.optim.AdamW(module.parameters(), lr=config.learning_rate, betas=(0.8, 0.99), weight_decay=0.01)
        self._fabric, self._module = fabric, module
        self.network, self._optimizer = fabric.setup(module, adam)

    def learn(self, loss: Tensor, rate: float, max_norm: float = float("inf")) -> bool:
        """One step down the loss; none, and False, where the gradients are not finite."""
        for group in self._optimizer.param_groups:
            group["lr"] = rate
        self._optimizer.zero_grad()
        self._fabric.backward(loss)
        norm = self._fabric.clip_gradients(self.network, self._optimizer, max_norm=max_norm, error_if_nonfinite=False)
        # In float16 the losses are scaled up until the gradients overflow: such steps the scaler leaves out itself.
        fit = bool(norm.isfinite()) or getattr(self._fabric.strategy.precision, "scaler", None) is not None
        if fit:
            self._optimizer.step()
        return fit

    def state(self) -> dict[str, Tensor]:
        """Weights and the optimizer's moments by name, so that they need no pickle: copies, on the CPU."""
        tensors = {f"weights.{key}": tensor for key, tensor in self._module.state_dict().items()}
        for index, moments in self._optimizer.state_dict()["state"].items():
            tensors |= {f"adam.{index}.{key}": torch.as_tensor(value) for key, value in moments.items()}
        return copies(tensors)

    def restore(self, state: dict[str, Tensor]) -> None:
        """Puts back what `state` gave, which the optimizer goes on in; weights that are not in it stay as they are."""
        self._module.load_state_dict({**self._module.state_dict(), **part(state, "weights")})
        moments: dict[int, dict[str, Tensor]] = {}
        for name, tensor in part(state, "adam").items():
            index, key = name.split(".", 1)
            moments.setdefault(int(index), {})[key] = tensor
        self._optimizer.load_state_dict({**self._optimizer.state_dict(), "state": moments})


def train_step(stage: Stage, learners: dict[str, Learner], batch, rate: float, adversarial: bool) -> dict[str, float]:
    """One step of both networks; the losses as numbers, and a "gradient" among them if that was not finite."""
    generator, critic = learners["generator"], learners.get("critic")
    generator.network.train()
    out = generator.network(batch)
    losses, fit = dict(out.losses), True
    if stage.penalty:
        losses["ewc"] = stage.penalty()
    if adversarial and critic:
        real = critic.network(out.real)
        judged = discriminator_loss(real, critic.network(out.made.detach()))
        fit = critic.learn(judged, rate)
        made = critic.network(out.made)
        losses["adversarial"] = stage.adversarial_weight * adversarial_loss(made)
        losses["feature"] = stage.feature_weight * feature_loss(real, made)
    fit &= generator.learn(sum(losses.values()), rate, max_norm=5.0)
    if adversarial and critic:
        losses["critic"] = judged
    numbers = {name: float(value.detach()) for name, value in losses.items()}
    return numbers if fit else {**numbers, "gradient": float("nan")}


def copies(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """On the CPU, and not touched by what training goes on to do."""
    return {name: tensor.detach().to("cpu", copy=True) for name, tensor in tensors.items()}


def part(tensors: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    """Those whose names begin with `prefix` and a dot, without it."""
    return {k.removeprefix(prefix + "."): v for k, v in tensors.items() if k.startswith(prefix + ".")}
