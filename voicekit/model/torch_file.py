"""What torch.save wrote, as tensors and plain values, or not at all: a pickle of a stranger's runs no code here."""

import math
import pickle
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from voicekit.core.errors import CheckpointError
from voicekit.model.checkpoint import is_finite
from voicekit.model.weights import MOST_BYTES

#: Classes that a file may name, with the name that it gives them where that is another.
Allowed = list[Callable[..., Any] | tuple[Callable[..., Any], str]]


def read_torch_file(path: Path, advice: str, allowed: Allowed | None = None) -> Any:
    """The value in a file of torch.save, on the CPU.

    Args:
        advice: what to do about a file that is refused.
        allowed: classes that may stand in it beside tensors and plain values.

    Raises:
        CheckpointError: it cannot be read, is damaged, claims more than it holds, or holds anything else.
    """
    try:
        _check_archive(path)
        with torch.serialization.safe_globals(allowed or []), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of old pickles, which are read all the same
            return torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # there is no end to the ways in which a stranger's bytes may fail
        if isinstance(error, pickle.UnpicklingError) and "global" in str(error).lower():
            raise CheckpointError(f"{path} holds more than weights, perhaps code, and was not opened; {advice}") from error
        reason = error.strerror if isinstance(error, OSError) and error.strerror else type(error).__name__
        raise CheckpointError(f"{path} is damaged or holds no weights ({reason}); {advice}") from error


def check_tensors(tensors: dict[Any, Any], path: Path, advice: str) -> None:
    """Makes sure that a file holds floating point numbers by name, and no more of them than its bytes can be.

    Raises:
        CheckpointError: it does not.
    """
    left = path.stat().st_size
    for name, tensor in tensors.items():
        if not isinstance(name, str) or not isinstance(tensor, Tensor):
            what = repr(name[:60]) if isinstance(name, str) else f"a {type(name).__name__} for a name"
            raise CheckpointError(f"{path} holds {what}, which is training state and not a weight; {advice}")
        if not tensor.is_floating_point() or tensor.layout != torch.strided or tensor.device.type != "cpu":
            raise CheckpointError(f"{path}: {name} does not hold floating point numbers; {advice}")
        left -= math.prod(tensor.shape) * tensor.element_size()
        if left < 0:  # one number, said to be thousands
            raise CheckpointError(f"{path} is damaged: {name} claims more numbers than the file holds; {advice}")
        if not is_finite(tensor):
            raise CheckpointError(f"{path} is damaged: {name} holds infinite numbers or NaN; {advice}")


def _check_archive(path: Path) -> None:
    """Raises an error of some kind where a file is too large, or would be larger unpacked: torch.save packs nothing."""
    size = path.stat().st_size
    if size > MOST_BYTES:
        raise ValueError(f"it has {size >> 30} GB")
    with path.open("rb") as file:
        if file.read(2) != b"PK":
            return  # a bare pickle, of which nothing is packed
    with zipfile.ZipFile(path) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > size:
            raise ValueError("it claims more than it holds")
