"""How the isolator is trained: the settings, and their defaults."""

from dataclasses import dataclass, field
from typing import Annotated

from voicekit.core.settings import Range
from voicekit.model.sizes import SpeechSeparatorConfig
from voicekit.training.settings import RunConfig, TaskConfig


@dataclass(frozen=True)
class IsolatorTraining(RunConfig):
    """How the network that takes speech out of a mixture is trained.

    Attributes:
        isolator: its only stage.
        isolator_network: its sizes.
        seconds: length of a mixture.
    """

    isolator: TaskConfig = field(default_factory=lambda: TaskConfig(120, 10, 2e-3, check_every_s=120))
    isolator_network: SpeechSeparatorConfig = field(default_factory=SpeechSeparatorConfig)
    seconds: Annotated[float, Range(1, 60)] = 3.4
