"""What a voice runs on."""

import os
from pathlib import Path

from voicekit.core.errors import ConfigError


def choose_device(device: str) -> str:
    """ "auto" as what it means on this machine."""
    if device == "cpu" or (device == "auto" and not _may_have_gpu()):
        return "cpu"
    import torch

    if device == "auto":
        return "cuda" if torch.cuda.is_available() else "cpu"
    if device.startswith("cuda") and not torch.cuda.is_available():
        raise ConfigError("there is no CUDA device on this machine; use --device cpu")
    try:
        torch.zeros(1, device=device).cpu()
    except RuntimeError as error:
        raise ConfigError(f"there is no device '{device}' on this machine; use auto, cpu or cuda") from error
    return device


def _may_have_gpu() -> bool:
    """Whether there is the driver of a GPU, without which torch finds none: it takes a second to say so itself."""
    import ctypes

    if Path("/dev/kfd").exists():  # AMD's
        return True
    try:
        ctypes.CDLL("nvcuda.dll" if os.name == "nt" else "libcuda.so.1")
    except OSError:
        return False
    return True
