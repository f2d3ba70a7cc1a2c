"""Weights as arrays, read without torch."""

from pathlib import Path

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load_file

from voicekit.core.errors import CheckpointError

#: Of a file of weights; ours have 14 MB.
MOST_BYTES = 4 << 30


def read_weights(path: Path) -> dict[str, np.ndarray]:
    """The arrays of a safetensors file in half or single precision; what its header claims is held against its size.

    Raises:
        CheckpointError: it is missing, too large or damaged, or holds numbers that are none.
    """
    try:
        if (size := path.stat().st_size) > MOST_BYTES:
            raise ValueError(f"it has {size >> 30} GB, of at most {MOST_BYTES >> 30}")
        arrays = load_file(path)
        return {name: _checked(name, array) for name, array in arrays.items()}
    except (OSError, ValueError, TypeError, KeyError, RuntimeError, SafetensorError) as error:
        raise CheckpointError(f"{path} is missing or damaged ({error}); copy it again, or train it again") from error


def _checked(name: str, array: np.ndarray) -> np.ndarray:
    if array.dtype.kind != "f":
        raise ValueError(f"{name} holds no floating-point numbers")
    with np.errstate(over="ignore"):
        single = array if array.dtype == np.float16 else array.astype(np.float32)
        # A sum is what one number of them makes it, and takes a tenth of the time; a finite one may overflow in it.
        if not (np.isfinite(single.sum(dtype=np.float32)) or np.isfinite(single).all()):
            raise ValueError(f"{name} holds infinite numbers, NaN or complex ones")
    return single
