"""What training leaves behind for those who start from its voice: the discriminators, and what the weights are needed for.

A fine-tuning with an untaught discriminator gets worse before it gets better, and one on little data forgets what the
data does not show. The base therefore ships its discriminators, and the diagonal of its Fisher information for elastic
weight consolidation (Kirkpatrick et al. 2017): λ Σ Ωᵢ (θᵢ − θᵢ*)².
"""

from collections.abc import Callable, Iterable
from pathlib import Path

import torch
from torch import Tensor, nn

from voicekit.core.errors import CheckpointError
from voicekit.model.checkpoint import load_tensors, part, save_tensors
from voicekit.training.optimizer import fits
from voicekit.training.tasks import Task

FILE = "training.safetensors"
#: What the discriminators' weights are called in FILE, since before they were called so here.
_DISCRIMINATOR = "critic"


def fisher_diagonal(task: Task, batches: Iterable) -> dict[str, Tensor]:
    """Ω of each of the generator's parameters: the mean square of its gradient over small batches, scaled to mean 1."""
    total = {name: torch.zeros_like(p) for name, p in task.generator.named_parameters()}
    task.generator.eval()
    for batch in batches:
        task.generator.zero_grad()
        sum(task.generator(batch).losses.values()).backward()
        for name, parameter in task.generator.named_parameters():
            if parameter.grad is not None:
                total[name] += parameter.grad.square()
    task.generator.zero_grad()
    used = {name: omega for name, omega in total.items() if omega.any()}
    mean = sum(omega.sum() for omega in used.values()) / sum(omega.numel() for omega in used.values())
    return {name: omega / mean for name, omega in used.items()}


def consolidation(
    generator: nn.Module, fisher: dict[str, Tensor], start: dict[nn.Parameter, Tensor], weight: float
) -> Callable[[], Tensor]:
    """The penalty for leaving the weights of the base: weight · Σ Ω (θ − θ*)², summed over all weights.

    `start` holds θ* of each parameter, which a resumed run has long left.
    """
    held = [
        (parameter, start[parameter], _grown(fisher[name], parameter.shape))
        for name, parameter in generator.named_parameters()
        if name in fisher and parameter.requires_grad
    ]

    def penalty() -> Tensor:
        return weight * torch.stack([(o.to(p.device) * (p - p0.to(p.device)).square()).sum() for p, p0, o in held]).sum()

    return penalty


def _grown(omega: Tensor, shape: torch.Size) -> Tensor:
    """With zeros for the rows of phones that the base did not know: those may become what they like."""
    rows = torch.zeros(shape)
    rows[: len(omega)] = omega
    return rows


def save_fine_tuning(folder: Path, task: Task, fisher: dict[str, Tensor]) -> None:
    """Adds what one task learned to the FILE in `folder`, in half precision."""
    path = folder / FILE
    tensors = load_tensors(path) if path.is_file() else {}
    tensors |= {f"{task.name}.fisher.{name}": omega.clamp(max=6e4).half() for name, omega in fisher.items()}
    if task.discriminator:
        weights = task.discriminator.state_dict()
        tensors |= {f"{task.name}.{_DISCRIMINATOR}.{name}": t.detach().cpu().half() for name, t in weights.items()}
    save_tensors(path, {name: tensor.contiguous() for name, tensor in tensors.items()})


def load_fine_tuning(folder: Path | None, task: Task) -> dict[str, Tensor]:
    """Puts the base's discriminator into the task, gives its generator's Fisher diagonal; {} where a base left none.

    Raises:
        CheckpointError: the file is damaged, or of other networks.
    """
    if folder is None or not (folder / FILE).is_file():
        return {}
    tensors = {name: tensor.float() for name, tensor in load_tensors(folder / FILE).items()}
    discriminator, fisher = (part(tensors, f"{task.name}.{of}") for of in (_DISCRIMINATOR, "fisher"))
    shapes = {name: parameter.shape for name, parameter in task.generator.named_parameters()}
    for name, omega in fisher.items():
        shape = shapes.get(name, omega.shape)  # which may have more rows: see _grown
        if not omega.ndim == len(shape) > 0 or omega.shape[1:] != shape[1:] or len(omega) > shape[0]:
            raise CheckpointError(f"{folder / FILE} does not fit the voice beside it ({name}); copy both again")
    if task.discriminator and fits(task.discriminator, discriminator):
        task.discriminator.load_state_dict(discriminator)
    return fisher
