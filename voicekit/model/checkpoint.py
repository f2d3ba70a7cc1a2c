"""A voice on disk: weights as safetensors, everything else as TOML. Nothing is ever unpickled.

voices/NAME/
  model.safetensors    `acoustic.*` and `vocoder.*`
  voice.toml           what the voice is: language, phones, sizes, origin
  README.md            its model card
"""

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import tomli_w
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save
from torch import nn

from voicekit.core.errors import CheckpointError
from voicekit.core.files import atomic, write_text
from voicekit.model.acoustic import AcousticConfig, AcousticModel
from voicekit.model.vocoder import Vocoder, VocoderConfig
from voicekit.model.vocos import Vocos, VocosConfig
from voicekit.model.voice_file import read_voice_toml

#: Raise this when the code can no longer speak with voices saved earlier.
FORMAT = 2

#: By the `kind` in [vocoder] of `voice.toml`; our own vocoder has none.
VOCODERS = {None: (VocoderConfig, Vocoder), "vocos": (VocosConfig, Vocos)}


@dataclass(frozen=True)
class VoiceInfo:
    """What `voice.toml` says.

    Attributes:
        name: of the voice.
        engine: the `voicekit.engines` plug-in that speaks it.
        language: an espeak language code.
        symbols: phones and boundaries, in the order of the embedding.
        acoustic, vocoder: sizes of the networks.
        origin: dataset, minutes, steps, licence: whatever its maker wants known.
        format: of the folder.
    """

    name: str
    language: str
    symbols: tuple[str, ...]
    acoustic: AcousticConfig
    vocoder: VocoderConfig | VocosConfig
    engine: str = "native"
    origin: dict[str, Any] = field(default_factory=dict)
    format: int = FORMAT


def save_voice(folder: Path, info: VoiceInfo, acoustic: nn.Module, vocoder: nn.Module, half: bool = True) -> None:
    """Writes weights first and `voice.toml` last, so that a folder with a `voice.toml` is a whole voice.

    Args:
        half: store float16, which halves the file and is not heard.
    """
    tensors = {
        f"{part}.{name}": tensor.detach().cpu().contiguous()
        for part, module in (("acoustic", acoustic), ("vocoder", vocoder))
        for name, tensor in module.state_dict().items()
    }
    if half:
        tensors = {name: t.half() if t.is_floating_point() and t.ndim else t for name, t in tensors.items()}
    save_tensors(folder / "model.safetensors", tensors)
    write_text(folder / "voice.toml", tomli_w.dumps(asdict(info)))


def load_info(folder: Path) -> VoiceInfo:
    """Reads `voice.toml`.

    Raises:
        CheckpointError: it is missing, damaged or of another version.
    """
    path = folder / "voice.toml"
    values = read_voice_toml(folder)
    if values.get("format") != FORMAT:
        raise CheckpointError(
            f"{path} is of format {values.get('format')}, this voicekit reads format {FORMAT}; train the voice again"
        )
    try:
        return VoiceInfo(
            **{
                **values,
                "symbols": tuple(values["symbols"]),
                "acoustic": AcousticConfig(**values["acoustic"]),
                "vocoder": _vocoder_config(path, **values["vocoder"]),
            }
        )
    except (KeyError, TypeError) as error:
        raise CheckpointError(f"{path} is damaged ({error}); train the voice again or copy it again") from error


def _vocoder_config(path: Path, kind: str | None = None, **sizes: Any) -> VocoderConfig | VocosConfig:
    if kind not in VOCODERS:
        raise CheckpointError(f"{path} asks for a vocoder of the kind '{kind}', which this voicekit lacks; update voicekit")
    return VOCODERS[kind][0](**sizes)


def make_vocoder(config: VocoderConfig | VocosConfig) -> Vocoder | Vocos:
    """The network with these sizes, its weights new."""
    return VOCODERS[getattr(config, "kind", None)][1](config)


def load_networks(folder: Path) -> tuple[VoiceInfo, AcousticModel, Vocoder | Vocos]:
    """The voice in `folder`, in float32 on the CPU.

    Raises:
        CheckpointError: a file is missing, truncated, of another version, or does not fit the sizes it declares.
    """
    info = load_info(folder)
    tensors = load_tensors(folder / "model.safetensors")
    acoustic, vocoder = AcousticModel(info.symbols, info.acoustic), make_vocoder(info.vocoder)
    for part, module in (("acoustic", acoustic), ("vocoder", vocoder)):
        state = {name.removeprefix(f"{part}."): t.float() for name, t in tensors.items() if name.startswith(part)}
        try:
            module.load_state_dict(state)
        except RuntimeError as error:
            path = folder / "model.safetensors"
            raise CheckpointError(f"{path} does not fit its voice.toml; train the voice again or copy both again") from error
    return info, acoustic.eval(), vocoder.eval()


def save_tensors(path: Path, tensors: dict[str, torch.Tensor]) -> None:
    with atomic(path) as partial:
        # Written by us: the library's own writer makes files that only their owner can read, and hides a full disk.
        partial.write_bytes(save(tensors))


def load_tensors(path: Path) -> dict[str, torch.Tensor]:
    try:
        return load_file(path)
    except (OSError, SafetensorError) as error:
        raise CheckpointError(f"{path} is missing or damaged ({error}); copy it again, or train it again") from error
