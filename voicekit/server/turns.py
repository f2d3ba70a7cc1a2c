"""Requests take turns: one thread speaks, a sentence of each in its order, and so many may wait."""

import asyncio
import math
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import TypeVar

from voicekit.server.errors import Refusal

Result = TypeVar("Result")

#: Nobody is told to come back later than this.
_LONGEST_WAIT_S = 60
#: How much of what a request takes is that of the last one.
_RECENT = 0.2


class Turns:
    """One thread for everything that speaks, so that networks and espeak-ng, whose state is one, are never used by two.

    Attributes:
        waiting: requests that are worked on or wait.
    """

    def __init__(self, most_waiting: int) -> None:
        self.most_waiting = most_waiting
        self.waiting = 0
        self._request_s = 1.0
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="speaking")

    @contextmanager
    def place(self) -> Iterator[None]:
        """Holds one of the places. Raises Refusal where all are taken."""
        if self.waiting >= self.most_waiting:
            wait_s = min(math.ceil(self._request_s), _LONGEST_WAIT_S)
            raise Refusal(
                503, f"{self.waiting} requests are waiting, which is all that may; ask again in {wait_s} s", code="busy",
                headers={"retry-after": str(wait_s)},
            )  # fmt: skip
        self.waiting += 1
        began_s = time.monotonic()
        try:
            yield
        finally:
            self.waiting -= 1
            self._request_s += _RECENT * (time.monotonic() - began_s - self._request_s)

    async def run(self, job: Callable[[], Result]) -> Result:
        """What `job` returns, when its turn has come. Cancelled before, it is not begun; begun, it is done to its end."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, job)

    def later(self, job: Callable[[], object]) -> None:
        """Has `job` done behind what is being done, with nobody waiting for it."""
        with suppress(RuntimeError):  # the server has ended
            self._thread.submit(job)

    def close(self) -> None:
        """Waits for the sentence that is being spoken; no other is."""
        self._thread.shutdown(wait=True, cancel_futures=True)
