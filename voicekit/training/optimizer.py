"""A network and the optimizer that trains it."""

import torch
from lightning_fabric import Fabric
from torch import Tensor, nn

from voicekit.model.checkpoint import part
from voicekit.training.devices import average_gradients
from voicekit.training.settings import TaskConfig


class OptimizedNetwork:
    """A network on its device, and its AdamW."""

    def __init__(self, fabric: Fabric, module: nn.Module, config: TaskConfig) -> None:
        adam = torch.optim.AdamW(module.parameters(), lr=config.learning_rate, betas=(0.8, 0.99), weight_decay=0.01)
        self.fabric, self.module = fabric, module
        self.network, self.optimizer = fabric.setup(module, adam)

    def step(self, loss: Tensor, learning_rate: float, max_norm: float = float("inf")) -> bool:
        """One step down the loss; none, and False, where the gradients are not finite."""
        for group in self.optimizer.param_groups:
            group["lr"] = learning_rate
        self.optimizer.zero_grad()
        self.fabric.backward(loss)
        average_gradients(p for group in self.optimizer.param_groups for p in group["params"])
        norm = self.fabric.clip_gradients(self.network, self.optimizer, max_norm=max_norm, error_if_nonfinite=False)
        # In float16 the losses are scaled up until the gradients overflow: such steps the scaler leaves out itself.
        fit = norm is None or bool(norm.isfinite()) or getattr(self.fabric.strategy.precision, "scaler", None) is not None
        if fit:
            self.optimizer.step()
        return fit

    def state(self) -> dict[str, Tensor]:
        """Weights and the optimizer's moments by name, so that they need no pickle: copies, on the CPU."""
        tensors = {f"weights.{key}": tensor for key, tensor in self.module.state_dict().items()}
        for index, moments in self.optimizer.state_dict()["state"].items():
            tensors |= {f"adam.{index}.{key}": torch.as_tensor(value) for key, value in moments.items()}
        return copies(tensors)

    def restore(self, state: dict[str, Tensor]) -> None:
        """Puts back what `state` gave, which the optimizer goes on in; weights that are not in it stay as they are.

        Raises:
            LookupError, ValueError, RuntimeError: it is the state of another network.
        """
        self.module.load_state_dict({**self.module.state_dict(), **part(state, "weights")})
        moments: dict[int, dict[str, Tensor]] = {}
        parameters = list(self.module.parameters())
        for name, tensor in part(state, "adam").items():
            index, key = name.split(".", 1)
            if key != "step" and tensor.shape != parameters[int(index)].shape:
                raise ValueError(f"{name} is of the shape {tuple(tensor.shape)}")
            moments.setdefault(int(index), {})[key] = tensor
        if any(state.keys() != {"step", "exp_avg", "exp_avg_sq"} for state in moments.values()):
            raise ValueError("a moment of the optimizer is missing")
        self.optimizer.load_state_dict({**self.optimizer.state_dict(), "state": moments})


def copies(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """On the CPU, and not touched by what training goes on to do."""
    return {name: tensor.detach().to("cpu", copy=True) for name, tensor in tensors.items()}


def fits(module: nn.Module, state: dict[str, Tensor]) -> bool:
    """Whether the state is one of such a module."""
    own = module.state_dict()
    return own.keys() == state.keys() and all(own[name].shape == state[name].shape for name in own)
