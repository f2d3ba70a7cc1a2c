"""A quick start."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def quick_start() -> Iterator[None]:
    """Runs imports and loads weights without the garbage collector.

    Nothing of theirs is garbage, but looking for it takes a sixth of the time that torch needs to be imported, and once more
    twice that when the process ends.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
