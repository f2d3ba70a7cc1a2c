"""Work in several processes, which end with the one that started them."""

import os
import threading
import time
import warnings
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import TypeVar

Result = TypeVar("Result")

#: How often a worker looks whether it is still wanted.
_LOOK_EVERY_S = 0.5


def parallel(function: Callable[..., Result], *arguments: Iterable, jobs: int, batch: int = 1) -> Iterator[Result]:
    """As `map`, in several processes where there are several jobs; results come in order.

    Args:
        jobs: processes; −1 for one a core.
        batch: calls that are handed over at once, where one takes little time.
    """
    if jobs == 1:
        return map(function, *arguments)
    import joblib

    # joblib replaces a process that has grown; nothing is lost, and nobody needs to know.
    warnings.filterwarnings("ignore", message="A worker stopped while some jobs", category=UserWarning)
    # Whoever stops in the middle says why; that some results came too late is of no use to anybody.
    warnings.filterwarnings("ignore", message=r"\d+ tasks (have been|which were)", category=UserWarning)
    calls = (joblib.delayed(_call)(os.getpid(), function, *each) for each in zip(*arguments, strict=True))
    return joblib.Parallel(n_jobs=jobs, batch_size=batch, return_as="generator")(calls)


def _call(parent: int, function: Callable[..., Result], *arguments: object) -> Result:
    if os.getpid() != parent:  # on one core joblib works right here
        _end_with(parent)
    return function(*arguments)


@cache
def _end_with(parent: int) -> None:
    """A worker whose parent was killed would wait for more work for minutes, with all its memory."""
    threading.Thread(target=_watch, args=(parent,), daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_LOOK_EVERY_S)
    os._exit(1)
