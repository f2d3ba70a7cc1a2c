"""Settings: frozen dataclasses with defaults, a recipe's TOML over them, the command line over both."""

import difflib
import sys
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
        patience: after how many such checks without getting better the rate runs down early, and the stage ends; 0 for
            never.
    """

    minutes: float
    batch: int
    learning_rate: float
    adversarial_from: float = 1.0
    check_every_s: float = 60
    patience: int = 0

    def __post_init__(self) -> None:
        _at_least(self, minutes=0, batch=1, learning_rate=0, adversarial_from=0, check_every_s=0, patience=0)


@dataclass(frozen=True)
class AcousticConfig:
    """Sizes of the acoustic model."""

    channels: int = 192  #: of the token-level encoder
    encoder_layers: int = 3
    decoder_channels: int = 256
    decoder_layers: int = 6
    kernel_size: int = 5
    dropout: float = 0.2  #: of the encoder
    speaker_channels: int = 64  #: of the speaker embedding
    prosody_channels: int = 128
    prosody_dropout: float = 0.4  #: an hour of speech is little to learn a melody from

    def __post_init__(self) -> None:
        _at_least(self, channels=2, encoder_layers=0, decoder_channels=1, decoder_layers=1, kernel_size=1)
        _at_least(self, dropout=0, speaker_channels=1, prosody_channels=2, prosody_dropout=0)


@dataclass(frozen=True)
class VocoderConfig:
    """Sizes of the vocoder."""

    channels: int = 256
    layers: int = 6
    kernel_size: int = 7
    harmonic_cepstrum: int = 160  #: minimum-phase coefficients of the harmonic filter, of at most N_FFT / 2
    opening_cepstrum: int = 32  #: its maximum-phase coefficients
    noise_cepstrum: int = 80  #: coefficients of each noise filter, of at most NOISE_FFT / 2

    def __post_init__(self) -> None:
        _at_least(self, channels=1, layers=1, kernel_size=1, harmonic_cepstrum=1, opening_cepstrum=1, noise_cepstrum=1)


@dataclass(frozen=True)
class RunConfig:
    """What every training has. Its fields that are a StageConfig are its stages, one after the other.

    Attributes:
        seed: of everything random.
        save_every_s: at most so much work is lost when the run is killed.
        sample_every_s: how often a sample is made.
        precision: of Lightning Fabric; "bf16-mixed" on a GPU.
        devices: how many GPUs.
    """

    seed: int = 0
    save_every_s: float = 45
    sample_every_s: float = 300
    precision: str = "32-true"
    devices: int = 1

    def __post_init__(self) -> None:
        _at_least(self, seed=0, save_every_s=0, sample_every_s=0, devices=1)
        if self.minutes <= 0:
            named = " or ".join(f"[{name}]" for name in self.stages)
            raise ConfigError(f"'minutes' must be more than 0 in {named}")

    @property
    def stages(self) -> dict[str, StageConfig]:
        return {f.name: getattr(self, f.name) for f in fields(self) if isinstance(getattr(self, f.name), StageConfig)}

    @property
    def minutes(self) -> float:
        """Of all stages."""
        return sum(stage.minutes for stage in self.stages.values())


@dataclass(frozen=True)
class TrainConfig(RunConfig):
    """How a voice is trained.

    Attributes:
        base: the voice to start from: "base" for the built-in one, a name or folder, or "none" for nothing.
        trainable: "all" weights, or of the acoustic model only those that say who is "speaker".
        speaker, acoustic, prosody, vocoder: the stages, one after the other; the first only where there are many speakers.
        acoustic_network, vocoder_network: sizes of what is trained from nothing; a clone has its base's.
        ewc: how strongly the weights are held where the base needs them (elastic weight consolidation); 0 for not at all.
        segment_frames: length of the vocoder's segments.
        stretch: up to how much faster or slower the vocoder's segments are played; see Batches.vocoder.
        predicted: of how many of the vocoder's segments the mel is the acoustic model's instead of the recording's, 0 to 1.
    """

    base: str = "base"
    trainable: str = "all"
    speaker: StageConfig = field(default_factory=lambda: StageConfig(0, 32, 1e-3, check_every_s=30))
    acoustic: StageConfig = field(default_factory=lambda: StageConfig(12, 12, 3e-4, 0.0, check_every_s=20, patience=6))
    prosody: StageConfig = field(default_factory=lambda: StageConfig(2, 24, 1e-3, check_every_s=5, patience=5))
    # The base's vocoder serves voices it never heard better than one that is tuned to them for minutes: RUNS.md, run 15.
    vocoder: StageConfig = field(default_factory=lambda: StageConfig(0, 12, 2e-4, 0.0))
    ewc: float = 0.003
    segment_frames: int = 64
    stretch: float = 0.0
    predicted: float = 0.0
    acoustic_network: AcousticConfig = field(default_factory=AcousticConfig)
    vocoder_network: VocoderConfig = field(default_factory=VocoderConfig)

    def __post_init__(self) -> None:
        super().__post_init__()
        _at_least(self, ewc=0, segment_frames=16, stretch=0, predicted=0)
        if self.predicted > 1:
            raise ConfigError(f"'predicted' must be at most 1, not {self.predicted}")
        if self.trainable not in ("all", "speaker"):
            raise ConfigError(f"'trainable' must be 'all' or 'speaker', not '{self.trainable}'")


@dataclass(frozen=True)
class IsolatorConfig:
    """Sizes of the isolator."""

    channels: int = 48
    hidden: int = 64  #: of the recurrent layers along time; half as many each way along the bands
    layers: int = 2

    def __post_init__(self) -> None:
        _at_least(self, channels=1, hidden=2, layers=1)


@dataclass(frozen=True)
class IsolatorTraining(RunConfig):
    """How the network that takes speech out of a mixture is trained.

    Attributes:
        isolator: its only stage.
        isolator_network: its sizes.
        seconds: length of a mixture.
    """

    isolator: StageConfig = field(default_factory=lambda: StageConfig(120, 10, 2e-3, check_every_s=120))
    isolator_network: IsolatorConfig = field(default_factory=IsolatorConfig)
    seconds: float = 3.4

    def __post_init__(self) -> None:
        super().__post_init__()
        _at_least(self, seconds=1)


def _at_least(config: Any, **least: float) -> None:
    for name, lowest in least.items():
        if not getattr(config, name) >= lowest:
            raise ConfigError(f"'{name}' must be at least {lowest}, not {getattr(config, name)}")


def with_minutes(config: Config, minutes: float | None) -> Config:
    """The settings of a RunConfig, `minutes` long in all: shared by the stages in the recipe's proportion."""
    if minutes is None:
        return config
    scale = minutes / config.minutes
    return replace(config, **{name: replace(s, minutes=s.minutes * scale) for name, s in config.stages.items()})


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
    except (ValueError, RecursionError) as error:
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
            if isinstance(value, bool) or not isinstance(value, float | int) or not abs(value) <= sys.float_info.max:
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
    except (OSError, ValueError, RecursionError) as error:
        raise CheckpointError(f"{path} is damaged ({error}); train the voice again or copy it anew") from error
