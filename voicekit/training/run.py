"""The folder of a training run, in which it can be stopped and taken up again."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Annotated, Any

import torch
from torch import Tensor, nn

from voicekit.core.documents import parse_json, read_document
from voicekit.core.errors import CheckpointError, ConfigError
from voicekit.core.files import write_text
from voicekit.core.settings import Bounded, Range, overlay
from voicekit.model.checkpoint import load_tensors, part, prefixed, save_tensors
from voicekit.training.devices import is_first, shared
from voicekit.training.losslog import drop_after
from voicekit.training.settings import RunConfig

DONE = "done"


@dataclass
class TrainerState(Bounded):
    """Where a run is.

    Attributes:
        task: what is being trained; "" before the first, DONE after the last.
        step, elapsed_s: for how many steps and seconds.
        best: the task's lowest held-out loss; None before the first check.
        checks_since_best: how often the held-out loss has been taken since.
        plateau_s: when the held-out loss had stopped getting better; None as long as it has not.
        lr_halved: the learning rate has been halved, because training came apart.
        steps: of the tasks that are over, by their names.
        ran_s, waited_s: processor time of the whole run; see training.processor.
    """

    task: str = ""
    step: Annotated[int, Range(0, 1e12)] = 0
    elapsed_s: Annotated[float, Range(0, 1e9)] = 0.0
    best: float | None = None
    checks_since_best: Annotated[int, Range(0, 1e12)] = 0
    plateau_s: Annotated[float | None, Range(0, 1e9)] = None
    lr_halved: bool = False
    steps: dict[str, Any] = field(default_factory=dict)
    ran_s: Annotated[float, Range(0, 1e12)] = field(default=0.0, compare=False)
    waited_s: Annotated[float, Range(0, 1e12)] = field(default=0.0, compare=False)


class Run:
    """A run on disk: `state.safetensors`, `run.json`, `losses.csv`, `losses.png`, `samples/`.

    Attributes:
        state: where it is.
        networks: what it makes, by the names that stand before those of their weights.
        of_task: tensors that the task at hand needs to go on: weights and moments of its optimizers, its best weights.
    """

    def __init__(
        self, folder: Path, config: RunConfig, data_fingerprint: dict[str, str], networks: dict[str, nn.Module]
    ) -> None:
        """Takes up the run that lies in `folder`, whose weights go into the networks; begins again where there is none.

        An unfinished run may go on for more or fewer minutes than it was begun with, and on other devices; a finished one
        begins again with other minutes.

        Args:
            data_fingerprint: what it learns from, and which state of it, by a hash: a run on other data is another run.

        Raises:
            CheckpointError: what lies there is damaged.
        """
        self.folder, self.config, self.networks = folder, config, networks
        self.state = TrainerState()
        self.of_task: dict[str, Tensor] = {}
        if is_first():
            self._take_up(data_fingerprint)
        self.state = shared(lambda: self.state)

    def _take_up(self, data_fingerprint: dict[str, str]) -> None:
        settings: dict[str, Any] = {"data": data_fingerprint, **asdict(self.config)}
        del settings["devices"]
        minutes = [settings[task].pop("minutes") for task in self.config.tasks]
        begun_with = self._read_description()
        write_text(self.folder / "run.json", json.dumps({"settings": settings, "minutes": minutes}, indent=2))
        self._restore(begun_with.get("settings") == settings, begun_with.get("minutes") == minutes)

    def _read_description(self) -> dict[str, Any]:
        try:
            described = read_document(self.folder / "run.json", parse_json)
            described["settings"].pop("devices", None)  # up to 0.2.0
            return {"settings": described["settings"], "minutes": described["minutes"]}
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return {}

    def _restore(self, same_settings: bool, same_minutes: bool) -> None:
        path = self.folder / "state.safetensors"
        try:
            tensors = load_tensors(path) if path.is_file() and same_settings else None
            state = self._state_in(tensors.pop("state")) if tensors else None
            if tensors is None or state is None or (state.task == DONE and not same_minutes):
                (self.folder / "losses.csv").unlink(missing_ok=True)
                path.unlink(missing_ok=True)
                return
            for name, network in self.networks.items():
                network.load_state_dict(part(tensors, name))
        except (CheckpointError, ConfigError, KeyError, TypeError, ValueError, RuntimeError) as error:
            raise CheckpointError(
                f"{path} is damaged, or does not fit this dataset or version; remove {self.folder} to start again"
            ) from error
        self.state, self.of_task = state, tensors
        drop_after(self.folder / "losses.csv", state.task, state.step)

    def _state_in(self, stored: Tensor) -> TrainerState:
        state = overlay(TrainerState(), parse_json(bytes(stored.tolist())), "state")
        if state.task not in ("", *self.config.tasks, DONE):
            raise ValueError(f"there is no task '{state.task}'")
        if not all(isinstance(n, int) and n >= 0 for n in state.steps.values()):
            raise ValueError("its steps are no numbers")
        return state

    def save(self) -> None:
        """Writes everything needed to go on, whole or not at all; the first device does."""
        if not is_first():
            return
        tensors = dict(self.of_task)
        for name, network in self.networks.items():
            tensors |= prefixed({key: value.detach().cpu() for key, value in network.state_dict().items()}, name)
        tensors["state"] = torch.tensor(list(json.dumps(asdict(self.state)).encode()), dtype=torch.uint8)
        save_tensors(self.folder / "state.safetensors", {name: tensor.contiguous() for name, tensor in tensors.items()})

    def enter(self, task: str) -> None:
        """Goes on to a task, from its start."""
        over = self.state
        steps = over.steps | ({over.task: over.step} if over.step else {})
        self.state, self.of_task = TrainerState(task, steps=steps, ran_s=over.ran_s, waited_s=over.waited_s), {}
        self.save()
