"""A voice on disk: weights as safetensors, everything else as TOML. Nothing is ever unpickled.

voices/NAME/
  model.safetensors    `acoustic.*` and `vocoder.*`
  voice.toml           what the voice is: language, phones, sizes, origin
  README.md            its model card
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar

import tomli_w
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from voicekit.core.errors import CheckpointError, ConfigError
from voicekit.core.files import atomic, write_text
from voicekit.model.acoustic import AcousticModel
from voicekit.model.sizes import VocoderConfig, VocosConfig
from voicekit.model.vocoder import Vocoder
from voicekit.model.vocos import Vocos
from voicekit.model.voice_file import VoiceInfo, load_info
from voicekit.model.weights import MOST_BYTES

#: Of a network that is made anew; that of recipes/large.toml has 43 million.
MOST_PARAMETERS = 500_000_000
Network = TypeVar("Network", bound=nn.Module)


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


def make_vocoder(config: VocoderConfig | VocosConfig) -> Vocoder | Vocos:
    """The network with these sizes, its weights new."""
    return Vocos(config) if isinstance(config, VocosConfig) else Vocoder(config)


def load_networks(folder: Path) -> tuple[VoiceInfo, AcousticModel, Vocoder | Vocos]:
    """The voice in `folder`, in float32 on the CPU.

    Raises:
        CheckpointError: a file is missing, truncated, of another version, or does not fit the sizes it declares.
    """
    info, path = load_info(folder), folder / "model.safetensors"
    tensors = load_tensors(path)
    try:
        acoustic = with_weights(lambda: AcousticModel(info.symbols, info.acoustic), part(tensors, "acoustic"))
        vocoder = with_weights(lambda: make_vocoder(info.vocoder), part(tensors, "vocoder"))
    except RuntimeError as error:
        raise CheckpointError(f"{path} does not fit its voice.toml; train the voice again or copy both again") from error
    return info, acoustic.eval(), vocoder.eval()


def part(tensors: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    """Those whose names begin with `prefix` and a dot, without it."""
    return {k.removeprefix(prefix + "."): v for k, v in tensors.items() if k.startswith(prefix + ".")}


def prefixed(tensors: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    """The same with `prefix` and a dot before each name."""
    return {f"{prefix}.{name}": tensor for name, tensor in tensors.items()}


class _NoValues(TorchFunctionMode):
    """Leaves out what gives weights their first values: without memory they have none, and torch would load code for a
    second to find that out."""

    def __torch_function__(self, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if function.__name__ in ("normal_", "uniform_", "erfinv_", "mul_", "add_", "clamp_"):
            return args[0] if args else kwargs["tensor"]
        return function(*args, **(kwargs or {}))


@contextmanager
def without_memory() -> Iterator[None]:
    """In it, networks are made of shapes alone: a stranger's sizes may be of any size."""
    with torch.device("meta"), _NoValues():
        yield


def with_weights(make: Callable[[], Network], weights: dict[str, Tensor]) -> Network:
    """The network that `make` gives, with these weights, in float32. It takes no more memory than they do, whatever sizes
    somebody has asked for.

    Raises:
        RuntimeError: they are not of such a network.
    """
    with without_memory():
        network = make()
    network.load_state_dict({name: tensor.float() for name, tensor in weights.items()}, assign=True)
    return network


def new_network(make: Callable[[], Network]) -> Network:
    """The network that `make` gives, its weights new.

    Raises:
        ConfigError: it would have more than MOST_PARAMETERS.
    """
    with without_memory():
        count = sum(parameter.numel() for parameter in make().parameters())
    if count > MOST_PARAMETERS:
        raise ConfigError(
            f"a network of these sizes has {count / 1e6:.0f} million parameters, of at most {MOST_PARAMETERS / 1e6:.0f};"
            " choose fewer layers or channels"
        )
    return make()


def save_tensors(path: Path, tensors: dict[str, Tensor]) -> None:
    with atomic(path) as partial:
        # Written by us: the library's own writer makes files that only their owner can read, and hides a full disk.
        partial.write_bytes(save(tensors))


def load_tensors(path: Path, advice: str = "copy it again, or train it again") -> dict[str, Tensor]:
    """The tensors of a safetensors file; what its header claims is held against its size.

    Args:
        advice: what to do about one that is refused.

    Raises:
        CheckpointError: it is missing, too large or damaged, or holds numbers that are none.
    """
    try:
        if (size := path.stat().st_size) > MOST_BYTES:
            raise ValueError(f"it has {size >> 30} GB, of at most {MOST_BYTES >> 30}")
        tensors = load_file(path)
        for name, tensor in tensors.items():
            if tensor.is_complex() or not is_finite(tensor):
                raise ValueError(f"{name} holds infinite numbers, NaN or complex ones")
    except (OSError, ValueError, RuntimeError, SafetensorError) as error:
        raise CheckpointError(f"{path} is missing or damaged ({error}); {advice}") from error
    return tensors


def is_finite(tensor: Tensor) -> bool:
    """Whether it holds no NaN and nothing infinite, nor gets there in float32."""
    # A sum is what one number of them makes it, and takes a tenth of the time; a finite one may overflow in it.
    numbers = tensor.float()
    return bool(numbers.sum().isfinite()) or bool(numbers.isfinite().all())
