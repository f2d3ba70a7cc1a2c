"""How a voice is trained: the settings, and their defaults."""

from dataclasses import dataclass, field, fields, replace
from typing import Annotated, Any, Literal, TypeVar

from voicekit.core.errors import ConfigError
from voicekit.core.settings import Bounded, Range
from voicekit.model.sizes import AcousticConfig, VocoderConfig


@dataclass(frozen=True)
class TaskConfig(Bounded):
    """How one network is trained.

    Attributes:
        minutes: how long at most; the learning rate runs down to nothing over it.
        batch: utterances (acoustic, prosody) or segments (vocoder) a step, of all devices together.
        learning_rate: at its highest.
        adversarial_from: from which share of the time on a discriminator teaches too; 1 for never.
        check_every_s: how often the held-out loss is taken.
        patience: after how many such checks without getting better the rate runs down early, and the task ends; 0 for
            never.
    """

    minutes: Annotated[float, Range(0, 1e6)]
    batch: Annotated[int, Range(1, 4096)]
    learning_rate: Annotated[float, Range(0, 1000)]
    adversarial_from: Annotated[float, Range(0, 1)] = 1.0
    check_every_s: Annotated[float, Range(0, 1e8)] = 60
    patience: Annotated[int, Range(0, 1e6)] = 0


@dataclass(frozen=True)
class RunConfig(Bounded):
    """What every training has. Its fields that are a TaskConfig are its tasks, one after the other.

    Attributes:
        seed: of everything random.
        save_every_s: at most so much work is lost when the run is killed.
        sample_every_s: how often a sample is made.
        precision: of Lightning Fabric; "bf16-mixed" on a GPU.
        devices: how many GPUs, or processes on the CPU, divide each batch among them; what comes out is the same.
    """

    seed: Annotated[int, Range(0, 2**32 - 1)] = 0
    save_every_s: Annotated[float, Range(0, 1e8)] = 45
    sample_every_s: Annotated[float, Range(0, 1e8)] = 300
    precision: str = "32-true"
    devices: Annotated[int, Range(1, 64)] = 1

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.minutes <= 0:
            named = " or ".join(f"[{name}]" for name in self.tasks)
            raise ConfigError(f"'minutes' must be more than 0 in {named}")

    @property
    def tasks(self) -> dict[str, TaskConfig]:
        return {f.name: getattr(self, f.name) for f in fields(self) if isinstance(getattr(self, f.name), TaskConfig)}

    @property
    def minutes(self) -> float:
        """Of all tasks."""
        return sum(task.minutes for task in self.tasks.values())


Run = TypeVar("Run", bound=RunConfig)


@dataclass(frozen=True)
class TrainConfig(RunConfig):
    """How a voice is trained.

    Attributes:
        base: the voice to start from: "base" for the built-in one, a name or folder, or "none" for nothing.
        trainable: "all" weights, or of the acoustic model only those that say who is "speaker".
        speaker, acoustic, prosody, vocoder: the tasks, one after the other; the first only where there are many speakers.
        acoustic_network, vocoder_network: sizes of what is trained from nothing; a clone has its base's.
        ewc: how strongly the weights are held where the base needs them (elastic weight consolidation); 0 for not at all.
        segment_frames: length of the vocoder's segments.
        stretch: up to how much faster or slower the vocoder's segments are played; see Batches.vocoder.
        predicted: of how many of the vocoder's segments the mel is the acoustic model's instead of the recording's, 0 to 1.
    """

    base: str = "base"
    trainable: Literal["all", "speaker"] = "all"
    speaker: TaskConfig = field(default_factory=lambda: TaskConfig(0, 32, 1e-3, check_every_s=30))
    acoustic: TaskConfig = field(default_factory=lambda: TaskConfig(12, 12, 3e-4, 0.0, check_every_s=20, patience=6))
    prosody: TaskConfig = field(default_factory=lambda: TaskConfig(2, 24, 1e-3, check_every_s=5, patience=5))
    # The base's vocoder serves voices it never heard better than one that is tuned to them for minutes: RUNS.md, run 15.
    vocoder: TaskConfig = field(default_factory=lambda: TaskConfig(0, 12, 2e-4, 0.0))
    ewc: Annotated[float, Range(0, 1e6)] = 0.003
    segment_frames: Annotated[int, Range(16, 4096)] = 64
    stretch: Annotated[float, Range(0, 1)] = 0.0
    predicted: Annotated[float, Range(0, 1)] = 0.0
    acoustic_network: AcousticConfig = field(default_factory=AcousticConfig)
    vocoder_network: VocoderConfig = field(default_factory=VocoderConfig)


def with_minutes(config: Run, minutes: float | None) -> Run:
    """The settings, `minutes` long in all: shared by the tasks in the recipe's proportion."""
    if minutes is None:
        return config
    scale = minutes / config.minutes
    tasks: dict[str, Any] = {name: replace(task, minutes=task.minutes * scale) for name, task in config.tasks.items()}
    return replace(config, **tasks)
