"""`voice.toml`, which makes a folder a voice. Read without torch, so that voices are listed at once."""

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, Any, get_args, get_type_hints

from voicekit.core.documents import parse_toml, read_document, shown
from voicekit.core.errors import CheckpointError, ConfigError
from voicekit.core.settings import Bounded, Range, overlay
from voicekit.model.sizes import AcousticConfig, VocoderConfig, VocosConfig

#: Raise this when the code can no longer speak with voices saved earlier.
FORMAT = 2
#: By the `kind` in [vocoder]; our own vocoder has none.
_VOCODERS: dict[Any, type[VocoderConfig | VocosConfig]] = {None: VocoderConfig, "vocos": VocosConfig}
_AGAIN = "train the voice again or copy it again"
#: The bands of a noise, evenly from the lowest to the highest of the mel.
NOISE_BANDS = 20
#: No noise is softer or louder in a band, in dB of the mel's magnitudes.
_NOISE_DB = Range(-200, 60)


@dataclass(frozen=True)
class Calibration(Bounded):
    """What brings a voice to its speaker's pace, pauses and level, measured when it was trained.

    Attributes:
        rate: how much faster its phones are said than its networks would.
        comma_from: it pauses at commas that speech.pauses gives at least this weight.
        comma_s, semicolon_s, dash_s, stop_s: how long it pauses there, at ";" and ":", at dashes, and at ".", "?" and "!"
            inside a sentence; 0 where its speaker mostly does not.
        sentence_pause: how much longer it pauses between sentences than readers usually do.
        gain_db: how much louder it is than its networks would make it.
        noise_db: how loud the voice is where it says nothing, in each of NOISE_BANDS bands, in dB of the mel's magnitudes;
            none where that is not known.
        noise_reduction_db: how far that noise is taken down at most, see model.noise_floor; 0 leaves it.
    """

    rate: Annotated[float, Range(0.5, 2)] = 1.0
    # What readers do: Kathleen, LJSpeech, LibriTTS and VCTK have 575 commas within sentences, and 20 other marks.
    comma_from: Annotated[float, Range(-30, 30)] = 3.3
    comma_s: Annotated[float, Range(0, 1)] = 0.31
    semicolon_s: Annotated[float, Range(0, 1)] = 0.46
    dash_s: Annotated[float, Range(0, 1)] = 0.28
    stop_s: Annotated[float, Range(0, 1)] = 0.5
    sentence_pause: Annotated[float, Range(0.5, 2)] = 1.0
    gain_db: Annotated[float, Range(-12, 12)] = 0.0
    noise_db: tuple[float, ...] = ()
    noise_reduction_db: Annotated[float, Range(0, 60)] = 0.0

    def __post_init__(self) -> None:
        super().__post_init__()
        if len(self.noise_db) not in (0, NOISE_BANDS) or not all(level in _NOISE_DB for level in self.noise_db):
            raise ConfigError(f"'noise_db' must be {NOISE_BANDS} levels {_NOISE_DB}, or none")

    def within(self, **changes: float) -> "Calibration":
        """The same with these values, or what of their range is nearest to them."""
        kinds = get_type_hints(Calibration, include_extras=True)
        bounds = {name: get_args(kinds[name])[1] for name in changes}
        return replace(self, **{name: min(max(v, bounds[name].least), bounds[name].most) for name, v in changes.items()})


@dataclass(frozen=True)
class VoiceInfo(Bounded):
    """What `voice.toml` says of a voice of our own engine.

    Attributes:
        name: of the voice.
        engine: the `voicekit.engines` plug-in that speaks it.
        language: an espeak language code.
        symbols: phones and boundaries, in the order of the embedding.
        acoustic, vocoder: sizes of the networks.
        calibration: how it is brought to its speaker's pace, pauses and level.
        origin: dataset, minutes, steps, licence: whatever its maker wants known.
        format: of the folder.
    """

    name: str
    language: str
    symbols: Annotated[tuple[str, ...], Range(1, 2000)]
    acoustic: AcousticConfig
    vocoder: VocoderConfig | VocosConfig
    engine: str = "native"
    calibration: Calibration = field(default_factory=Calibration)
    origin: dict[str, Any] = field(default_factory=dict)
    format: int = FORMAT

    def __post_init__(self) -> None:
        super().__post_init__()
        if len(set(self.symbols)) < len(self.symbols):
            raise ConfigError("'symbols' has one of them twice")


def read_voice_toml(folder: Path) -> dict[str, Any]:
    """`voice.toml` as it stands.

    Raises:
        CheckpointError: it is missing or damaged.
    """
    path = folder / "voice.toml"
    if not path.is_file():
        raise CheckpointError(f"{folder} is not a voice: it has no voice.toml; train one with: voicekit train")
    try:
        return read_document(path, parse_toml)
    except (OSError, ValueError) as error:
        raise CheckpointError(f"{path} is damaged ({error}); {_AGAIN}") from error


def load_info(folder: Path) -> VoiceInfo:
    """Reads the `voice.toml` of a voice of our own engine.

    Raises:
        CheckpointError: see `read_voice_toml` and `info_of`.
    """
    return info_of(read_voice_toml(folder), folder / "voice.toml")


def info_of(values: dict[str, Any], path: Path) -> VoiceInfo:
    """What `values`, read from `path`, say of a voice of our own engine.

    Raises:
        CheckpointError: it is of another version, something is missing, or it asks for sizes that no network has.
    """
    if values.get("format") != FORMAT:
        raise CheckpointError(
            f"{path} is of format {shown(values.get('format'))}, this voicekit reads format {FORMAT}; train the voice again"
        )
    if missing := [key for key in ("name", "language", "symbols", "acoustic", "vocoder") if key not in values]:
        raise CheckpointError(f"{path} has no '{missing[0]}'; {_AGAIN}")
    kind = values["vocoder"].get("kind") if isinstance(values["vocoder"], dict) else None
    if not isinstance(kind, str | None) or kind not in _VOCODERS:
        raise CheckpointError(
            f"{path} asks for a vocoder of the kind {shown(kind)}, which this voicekit lacks; update voicekit"
        )
    if isinstance(calibration := values.get("calibration"), dict):  # of voices made before pauses had lengths
        values = {**values, "calibration": {k: v for k, v in calibration.items() if k != "pause"}}
    blank = VoiceInfo("", "", ("",), AcousticConfig(), _VOCODERS[kind]())
    try:
        return overlay(blank, values, str(path))
    except ConfigError as error:
        raise CheckpointError(f"{error}; {_AGAIN}") from error
