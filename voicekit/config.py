"""Settings: frozen dataclasses with defaults, a recipe's TOML over them, the command line over both."""

import difflib
import math
import tomllib
from dataclasses import dataclass, field, fields, is_dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from voicekit.errors import CheckpointError, ConfigError

Config = TypeVar("Config")


@dataclass(frozen=True)
class StageConfig:
    """How one network is trained.

    Attributes:
        minutes: how long at most; the learning rate runs down to nothing over it.
        batch: utterances (acoustic, prosody) or segments (vocoder) a step.
        learning_rate: at its highest.
        adversarial_from: from which share of the time on a discriminator teaches too; 1 for never.
        check_every_s: how often the held-out loss is taken.
        patience: after how many such checks without getting better the stage ends; 0 for never.
    """

    minutes: float
    batch: int
    learning_rate: float
    adversarial_from: float = 1.0
    check_every_s: float = 60
    patience: int = 0

    def __post_init__(self) -> None:
        _at_least(self, minutes=0, batch=1, learning_rate=0, adversarial_from=0, check_every_s=0, patience=0)


STAGES = ("speaker", "acoustic", "prosody", "vocoder")


@dataclass(frozen=True)
class TrainConfig:
    """How a voice is trained.

    Attributes:
        base: the voice to start from: "base" for the built-in one, a name or folder, or "none" for nothing.
        trainable: "all" weights, or of the acoustic model only those that say who is "speaker".
        speaker, acoustic, prosody, vocoder: the stages, one after the other; the first only where there are many speakers.
        ewc: how strongly the weights are held where the base needs them (elastic weight consolidation); 0 for not at all.
        segment_frames: length of the vocoder's segments.
        stretch: up to how much faster or slower the vocoder's segments are played; see Batches.vocoder.
        predicted: of how many of the vocoder's segments the mel is the acoustic model's instead of the recording's, 0 to 1.
        seed: of everything random.
        save_every_s: at most so much work is lost when the run is killed.
        sample_every_s: how often a sample sentence is spoken.
        precision: of Lightning Fabric; "bf16-mixed" on a GPU.
        devices: how many GPUs.
    """

    base: str = "base"
    trainable: str = "all"
    speaker: StageConfig = field(default_factory=lambda: StageConfig(0, 32, 1e-3, check_every_s=30))
    acoustic: StageConfig = field(default_factory=lambda: StageConfig(12, 12, 3e-4, 0.0))
    prosody: StageConfig = field(default_factory=lambda: StageConfig(2, 24, 1e-3, check_every_s=5, patience=5))
    # The base's vocoder serves voices it never heard better than one that is tuned to them for minutes: RUNS.md, run 15.
    vocoder: StageConfig = field(default_factory=lambda: StageConfig(0, 12, 2e-4, 0.0))
    ewc: float = 0.003
    segment_frames: int = 64
    stretch: float = 0.0
    predicted: float = 0.0
    seed: int = 0
    save_every_s: float = 45
    sample_every_s: float = 300
    precision: str = "32-true"
    devices: int = 1

    def __post_init__(self) -> None:
        _at_least(self, ewc=0, segment_frames=16, stretch=0, predicted=0, seed=0)
        _at_least(self, save_every_s=0, sample_every_s=0, devices=1)
        if self.minutes <= 0:
            raise ConfigError("'minutes' must be more than 0 in [acoustic], in [prosody] or in [vocoder]")
        if self.predicted > 1:
            raise ConfigError(f"'predicted' must be at most 1, not {self.predicted}")
        if self.trainable not in ("all", "speaker"):
            raise ConfigError(f"'trainable' must be 'all' or 'speaker', not '{self.trainable}'")

    @property
    def minutes(self) -> float:
        """Of all stages."""
        return sum(getattr(self, stage).minutes for stage in STAGES)


def _at_least(config: Any, **least: float) -> None:
    for name, lowest in least.items():
        if not getattr(config, name) >= lowest:
            raise ConfigError(f"'{name}' must be at least {lowest}, not {getattr(config, name)}")


def with_minutes(config: TrainConfig, minutes: float | None, base: str | None) -> TrainConfig:
    """What the command line says, over the recipe: `minutes` are shared by the stages in the recipe's proportion."""
    if minutes is not None:
        stages = {name: getattr(config, name) for name in STAGES}
        scale = minutes / config.minutes
        config = replace(config, **{name: replace(s, minutes=s.minutes * scale) for name, s in stages.items()})
    return config if base is None else replace(config, base=base)


def read_toml(path: Path, defaults: Config) -> Config:
    """`defaults` with what the TOML file at `path` says laid over them.

    Raises:
        ConfigError: the file is missing or no TOML, a key is unknown (the nearest known one is named), a value has
            the wrong type.
    """
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"cannot read {path}: {error.strerror}") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{path} is not valid TOML: {error}") from error
    return overlay(defaults, values, str(path))


def overlay(config: Config, values: dict[str, Any], where: str) -> Config:
    """`config` with `values` in place of its own; tables go into nested dataclasses."""
    known = {f.name: getattr(config, f.name) for f in fields(config)}
    whole = {f.name for f in fields(config) if f.type is int}
    changes = {}
    for key, value in values.items():
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1, cutoff=0.0)
            raise ConfigError(f"{where}: unknown key '{key}'; did you mean '{near[0]}'?")
        current = known[key]
        if is_dataclass(current):
            if not isinstance(value, dict):
                raise ConfigError(f"{where}: '{key}' is a table with the keys {', '.join(f.name for f in fields(current))}")
            changes[key] = overlay(current, value, f"{where}: [{key}]")
        elif isinstance(current, float | int) and not isinstance(current, bool):
            if isinstance(value, bool) or not isinstance(value, float | int) or not math.isfinite(value):
                raise ConfigError(f"{where}: '{key}' is a number, not {value!r}")
            if key in whole and value != int(value):
                raise ConfigError(f"{where}: '{key}' is a whole number, not {value!r}")
            changes[key] = type(current)(value) if isinstance(current, float) or value == int(value) else value
        elif not isinstance(value, type(current)):
            raise ConfigError(f"{where}: '{key}' is a {type(current).__name__}, not {value!r}")
        else:
            changes[key] = value
    try:
        return replace(config, **changes)
    except ConfigError as error:
        raise ConfigError(f"{where}: {error}") from error


def read_voice_toml(folder: Path) -> dict[str, Any]:
    """`voice.toml` as it stands.

    Raises:
        CheckpointError: it is missing or damaged.
    """
    path = folder / "voice.toml"
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise CheckpointError(f"{folder} is not a voice: it has no voice.toml; train one with: voicekit train") from error
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CheckpointError(f"{path} is damaged ({error}); train the voice again or copy it anew") from error
