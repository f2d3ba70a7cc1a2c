"""Several devices that train one network: a process for each, which does what the others do on its rows of every batch.

The process that asks for them is the first device's. It alone writes, speaks to the person and decides; the others begin
where it does, are told what it decides, and end with it. Losses are of the whole batch, and so are random numbers, so that
the network becomes what one device would have made of it, up to rounding.

They are processes of our own, and not the command started again, as torchrun and Fabric would have it: that works from a
notebook too, and nothing is run twice. They talk with one another inside this machine alone.
"""

import os
import pickle
import signal
import socket
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Any, TypeVar

import torch
import torch.distributed
from torch import Tensor, nn
from torch.distributed import TCPStore  # type: ignore[attr-defined]
from torch.nn import functional
from torch.overrides import TorchFunctionMode

from voicekit.core.errors import ConfigError, VoicekitError

Made = TypeVar("Made")
Batch = TypeVar("Batch")

_HERE = "127.0.0.1"
#: The first may be at work alone for hours. Nobody waits so long for one that has ended: its connections break.
_PATIENCE = timedelta(days=30)
#: When a connection broke, the process at its other end has this long to say why.
_LAST_WORDS_S = 5.0
#: What the command line tells in a line; anything else is a bug, and keeps its traceback.
_MENDED = (VoicekitError, OSError, ImportError)
#: The paths come first: what is to be done may lie anywhere on them.
_SERVE = "import pickle, sys; sys.path[:] = pickle.load(sys.stdin.buffer); import voicekit.training.devices as d; d.serve()"


def count() -> int:
    """How many devices train together."""
    return torch.distributed.get_world_size() if _are_joined() else 1


def number() -> int:
    """Which of them this process has, from 0."""
    return torch.distributed.get_rank() if _are_joined() else 0


def is_first() -> bool:
    """Whether this process is the one that writes and decides."""
    return number() == 0


def shared(make: Callable[[], Made]) -> Made:
    """What `make` gives on the first device, where alone it is called; the others wait for it."""
    made: list[Any] = [make() if is_first() else None]
    if count() > 1:
        torch.distributed.broadcast_object_list(made, src=0, device=torch.device("cpu"))
    return made[0]


def total(values: Tensor) -> Tensor:
    """The sum over all devices, for each of them: a loss made of it is the whole batch's, and so are its gradients once
    they are averaged.
    """
    return values if count() == 1 else _Total.apply(values)


def mean(values: Tensor, n: Tensor | None = None) -> Tensor:
    """The sum of all devices' values by their number, or by that of those that count, `n` here: one may have more than
    another.
    """
    dtype = torch.promote_types(values.dtype, torch.float32)
    n = values.new_tensor(values.numel(), dtype=dtype) if n is None else n.to(dtype)
    summed, n = total(torch.stack((values.sum(dtype=dtype), n))).unbind()
    return summed / n.clamp(min=1)


@torch.no_grad()
def average_gradients(parameters: Iterable[nn.Parameter]) -> None:
    """Gives every device the mean of all devices' gradients; one that a device has none of counts as zero there."""
    if count() == 1:
        return
    trained = [p for p in parameters if p.requires_grad]
    given = torch.tensor([float(p.grad is not None) for p in trained], device=trained[0].device)
    every = [torch.zeros_like(p) if p.grad is None else p.grad for p in trained]
    flat = torch.cat((given, *(gradient.flatten() for gradient in every)))
    torch.distributed.all_reduce(flat)
    given, *means = flat.div_(count()).split([len(trained), *(p.numel() for p in trained)])
    for parameter, gradient, somewhere in zip(trained, means, given.tolist(), strict=True):
        if somewhere:  # what no device has a gradient of, the optimizer leaves alone
            parameter.grad = gradient.view_as(parameter).to(parameter.dtype)


@contextmanager
def part_of(batch: Batch, *, divided: bool = True) -> Iterator[Batch]:
    """Yields this device's rows of a batch, a tensor or named tuple of tensors (B, …), which all devices have drawn.

    Inside, dropout, `torch.rand` and `torch.randn` draw for the whole batch, of which the rows get theirs. Where the batch
    has fewer rows than there are devices, or is not to be divided, each takes all of it: their mean is the same.
    """
    size, devices = len(_first_tensor(batch)), count()
    if devices == 1 or size < devices or not divided:
        yield batch
        return
    rows = slice(size * number() // devices, size * (number() + 1) // devices)
    with _Rows(rows, size):
        yield _rows(batch, rows)


@contextmanager
def joined(devices: int, device: str, work: Callable[..., object], *arguments: object) -> Iterator[None]:
    """Inside, this process has the first of several devices; for each other one a new process calls work(*arguments).

    Args:
        device: "cpu", or of which kind they are, "cuda".
        work: what is done inside, too: all devices have to do the same.

    Raises:
        ConfigError: there are fewer devices of that kind.
        Exception: what ended one of the others.
    """
    if devices == 1:
        yield
        return
    there = devices if device == "cpu" else torch.get_device_module(device).device_count()
    if there < devices:
        raise ConfigError(f"this machine has {there} devices '{device}', not {devices}; set devices = {there} in the recipe")
    threads, hook = torch.get_num_threads(), sys.excepthook
    torch.set_num_threads(max(threads // devices, 1))
    others = _Others()
    try:
        with socket.create_server((_HERE, 0)) as server:
            port = server.getsockname()[1]
            store = TCPStore(_HERE, port, devices, True, wait_for_workers=False, master_listen_fd=server.detach())
        others.start(devices, (devices, device, port, torch.get_num_threads(), work, arguments))
        _join(store, 0, devices, device)
        yield
    except RuntimeError as error:  # so torch says that a connection broke
        if cause := others.why():
            raise cause from error
        raise
    finally:
        others.end()
        if _are_joined():
            torch.distributed.destroy_process_group()
        torch.set_num_threads(threads)
        sys.excepthook = hook  # torch would write [rank0] before every line of later errors


def serve() -> None:
    """What the process of a further device does: the work it is given, in silence, for as long as the first one lives."""
    told = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    try:
        rank, devices, device, port, threads, work, arguments = pickle.load(sys.stdin.buffer)
        threading.Thread(target=_end_with_the_first, daemon=True).start()
        torch.set_num_threads(threads)
        _tell(told, None)
        _join(TCPStore(_HERE, port, devices), rank, devices, device)
        work(*arguments)
    except BaseException as error:
        _tell(told, error if isinstance(error, _MENDED) else RuntimeError("".join(traceback.format_exception(error))))
        os._exit(1)
    threading.Event().wait()


class _Total(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, values: Tensor) -> Tensor:
        summed = values.clone()
        torch.distributed.all_reduce(summed)
        return summed

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> Tensor:
        return gradient * count()  # each device makes the same of the sum, and gradients are averaged


class _Rows(TorchFunctionMode):
    """Random numbers for some rows of a batch: those that they would get in the whole batch."""

    def __init__(self, rows: slice, size: int) -> None:
        super().__init__()
        self.rows, self.size = rows, size

    def __torch_function__(self, function: Callable, types: Any, args: tuple = (), kwargs: dict | None = None) -> Any:
        kwargs = kwargs or {}
        if function is functional.dropout and kwargs["training"]:
            return args[0] * self._drawn(args[0].shape, lambda whole: function(args[0].new_ones(whole), **kwargs))
        if function in (torch.rand, torch.randn):
            shape = args if isinstance(args[0], int) else args[0]
            return self._drawn(shape, lambda whole: function(whole, **kwargs))
        return function(*args, **kwargs)

    def _drawn(self, shape: tuple[int, ...], draw: Callable[[tuple[int, ...]], Tensor]) -> Tensor:
        """Of what is drawn for all rows, those of this device; a row of the batch may be several here."""
        each = shape[0] // (self.rows.stop - self.rows.start)
        return draw((self.size * each, *shape[1:]))[self.rows.start * each : self.rows.stop * each]


class _Others:
    """The processes of the further devices. They hold nothing that would be lost with them."""

    def __init__(self) -> None:
        self.processes: list[subprocess.Popen] = []
        self.watchers: list[threading.Thread] = []
        self.failures: list[Exception] = []  # as they come
        self.ending = False

    def start(self, devices: int, task: tuple) -> None:
        for rank in range(1, devices):
            process = subprocess.Popen(
                [sys.executable, "-c", _SERVE],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=True,  # Ctrl-C is for the first, who ends them
            )
            self.processes.append(process)
            with suppress(BrokenPipeError):  # it has ended, and is asked why
                _tell(process.stdin, sys.path)
                _tell(process.stdin, (rank, *task))
        for process in self.processes:  # before one waits for them where it hears no Ctrl-C
            if error := self._heard(process):
                raise error
            self.watchers.append(threading.Thread(target=self._watch, args=(process,), daemon=True))
            self.watchers[-1].start()

    def why(self) -> Exception | None:
        """What ended one of them, if one has ended: what a person can mend rather than what followed from it."""
        deadline_s = time.monotonic() + _LAST_WORDS_S
        while len(self.failures) < len(self.processes) and time.monotonic() < deadline_s:
            time.sleep(0.05)
        return min(self.failures, key=lambda error: not isinstance(error, _MENDED), default=None)

    def end(self) -> None:
        self.ending = True
        for process in self.processes:
            process.kill()
        for process in self.processes:
            process.wait()
        for watcher in self.watchers:
            watcher.join()
        for process in self.processes:
            process.communicate()  # closes its pipes

    def _watch(self, process: subprocess.Popen) -> None:
        error = self._heard(process)
        if error and not self.ending:
            self.failures.append(error)
            if group := torch.distributed.group.WORLD:
                group.abort()  # a GPU would wait for the one that has ended

    def _heard(self, process: subprocess.Popen) -> Exception | None:
        """What a process tells: None when it has begun, else what ended it."""
        assert process.stdout
        try:
            return pickle.load(process.stdout)
        except (EOFError, pickle.UnpicklingError):
            code = process.wait()
            how = f"was killed ({signal.Signals(-code).name})" if code < 0 else f"ended with code {code}"
            which = self.processes.index(process) + 2
            return VoicekitError(f"the process of device {which} {how}; the same command goes on from what was saved last")


def _join(store: Any, rank: int, devices: int, device: str) -> None:
    own = torch.distributed.get_default_backend_for_device(device)
    backend = own if device == "cpu" else f"cpu:gloo,{device}:{own}"
    before = os.environ.get("GLOO_SOCKET_IFNAME")
    os.environ["GLOO_SOCKET_IFNAME"] = _loopback()  # it would listen on the network
    try:
        torch.distributed.init_process_group(backend, store=store, rank=rank, world_size=devices, timeout=_PATIENCE)
    finally:
        if before is None:
            del os.environ["GLOO_SOCKET_IFNAME"]
        else:
            os.environ["GLOO_SOCKET_IFNAME"] = before


def _loopback() -> str:
    import psutil

    return next(name for name, addresses in psutil.net_if_addrs().items() if any(a.address == _HERE for a in addresses))


def _are_joined() -> bool:
    return torch.distributed.is_available() and torch.distributed.is_initialized()


def _end_with_the_first() -> None:
    sys.stdin.buffer.read()  # until it is gone, however it ended
    os._exit(0)


def _tell(pipe: Any, what: object) -> None:
    pickle.dump(what, pipe)
    pipe.flush()


def _first_tensor(batch: Any) -> Tensor:
    return batch if isinstance(batch, Tensor) else batch[0]


def _rows(batch: Any, rows: slice) -> Any:
    return batch[rows] if isinstance(batch, Tensor) else type(batch)(*(_rows(field, rows) for field in batch))
