"""Elastic weight consolidation: weights stay where the base needs them, and nowhere else."""

import pytest
import torch
from torch import nn

from voicekit.core.errors import CheckpointError
from voicekit.training.ewc import consolidation, fisher_diagonal, load_fine_tuning, save_fine_tuning
from voicekit.training.losses import SpectrogramDiscriminator
from voicekit.training.tasks import StepOutput, Task


class TwoWeights(nn.Module):
    """Its data use the first weight only."""

    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(2))

    def forward(self, x):
        return StepOutput({"fit": (self.weight[0] * x - 2 * x).square().mean()}, x, x)


def task(generator, discriminator=None):
    return Task("acoustic", generator, discriminator, lambda rng, size: torch.ones(3), [], 0.0, 0.0)


def weights(module):
    return {p: p.detach().clone() for p in module.parameters()}


def test_omega_is_large_where_the_data_look():
    omega = fisher_diagonal(task(TwoWeights()), [torch.ones(3), 2 * torch.ones(3)])["weight"]
    assert omega[0] > 0 and omega[1] == 0
    assert omega.mean() == 1


def test_what_is_needed_stays_and_the_rest_goes_where_it_wants():
    def after(strength):
        generator = TwoWeights()
        penalty = consolidation(generator, {"weight": torch.tensor([2.0, 0.0])}, weights(generator), strength)
        optimizer = torch.optim.Adam(generator.parameters(), lr=0.05)
        for _ in range(300):
            loss = (generator.weight - 5).square().sum() + penalty()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        return generator.weight.tolist()

    free, held = after(0.0), after(10.0)
    assert abs(free[0] - 5) < 0.1 and abs(free[1] - 5) < 0.1
    assert held[0] < 1.5 and abs(held[1] - 5) < 0.1


def test_rows_of_new_phones_are_free():
    generator = nn.Embedding(3, 2)
    penalty = consolidation(generator, {"weight": torch.ones(2, 2)}, weights(generator), 1.0)  # the base knew two
    with torch.no_grad():
        generator.weight[2] += 1
    assert penalty() == 0
    with torch.no_grad():
        generator.weight[1] += 1
    assert float(penalty().detach()) == pytest.approx(2)


def test_lessons_come_back(tmp_path):
    torch.manual_seed(0)
    taught = task(TwoWeights(), SpectrogramDiscriminator(4, 2))
    save_fine_tuning(tmp_path, taught, {"weight": torch.tensor([2.0, 0.0])})
    new = task(TwoWeights(), SpectrogramDiscriminator(4, 2))
    assert load_fine_tuning(tmp_path, new)["weight"].tolist() == [2.0, 0.0]
    image = torch.randn(1, 20, 20)
    assert torch.allclose(new.discriminator(image).scores[0], taught.discriminator(image).scores[0], atol=1e-2)


def test_no_lessons_and_critics_of_another_size_are_no_error(tmp_path):
    assert load_fine_tuning(None, task(TwoWeights())) == {}
    assert load_fine_tuning(tmp_path, task(TwoWeights())) == {}
    save_fine_tuning(tmp_path, task(TwoWeights(), SpectrogramDiscriminator(4, 2)), {})
    load_fine_tuning(tmp_path, task(TwoWeights(), SpectrogramDiscriminator(8, 2)))


@pytest.mark.parametrize("omega", [torch.ones(3), torch.ones(2, 1), torch.tensor(1.0), torch.ones(1, 2)])
def test_weights_of_another_network_are_told(tmp_path, omega):
    save_fine_tuning(tmp_path, task(TwoWeights()), {"weight": omega})
    with pytest.raises(CheckpointError, match=r"training\.safetensors does not fit the voice beside it \(weight\)"):
        load_fine_tuning(tmp_path, task(TwoWeights()))
