"""Outputs that appear whole or not at all."""

import errno
import hashlib
import os
import secrets
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from voicekit.core.errors import VoicekitError
from voicekit.core.patterns import lazy_pattern

#: What lies beside a file that is being written: what there is of it, and the lock of whoever writes it.
_PARTIAL = lazy_pattern(r"\.(?P<name>.+)\.[0-9a-f]{8}\.partial(\.[^.]*)?")
_LOCK = lazy_pattern(r"\.(?P<name>.+)\.voicekit-lock")
#: On a disk without locks nobody knows who is still at work; what was not touched for so long is abandoned.
_ABANDONED_S = 3600
#: A small file, such as a cache's, may be wanted by several runs, and is written in a moment: the next one waits so long.
_WRITTEN_S = 2.0
#: Who only looks whether a lock is free holds it for less than this.
_LOOKED_S = 0.1
#: In bytes: a name grows while its file is written, and still fits into the 255 that most disks allow.
_LONGEST_NAME = 210
_ADVICE = {
    errno.ENOSPC: "the disk is full; free some space and run the same command again",
    errno.EDQUOT: "the disk quota is used up; free some space and run the same command again",
    errno.EROFS: "the folder is read-only; choose another one",
    errno.EACCES: "permission denied; choose a folder you may write to",
    errno.EPERM: "permission denied; choose a folder you may write to",
    errno.ENOTDIR: "a part of the path is a file, not a folder; choose another one",
    errno.EEXIST: "a part of the path is a file, not a folder; choose another one",
    errno.EISDIR: "there is a folder of that name; choose another one",
    errno.ENOENT: "no folder can be made there; choose another one",
    errno.ENAMETOOLONG: "the name is too long; choose a shorter one",
    errno.EFBIG: "this disk takes no file of that size; choose a folder on another one",
    errno.EIO: "the disk reports an error; choose a folder on another one",
}
#: What a network disk that knows no locks says.
_NO_LOCKS = (errno.ENOSYS, errno.ENOLCK, errno.EOPNOTSUPP)
#: A write into an open file may fail with these; any other error without a file's name is no failed write.
_OF_AN_OPEN_FILE = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EFBIG, errno.EIO)


def explain_os_error(error: OSError, path: Path | str) -> VoicekitError:
    """The error a person can act on, for a system error met while writing `path`."""
    reason = _ADVICE.get(error.errno or 0, error.strerror or str(error))
    return VoicekitError(f"cannot write {path}: {reason}")


def is_of_the_disk(code: int | None) -> bool:
    """Whether a system's error number is one that writing a file may meet, for which there is an advice."""
    return code in _ADVICE


def as_text(path: Path | str) -> str:
    """A path, or what else the system handed over, as UTF-8 can hold it, whatever bytes it is made of."""
    return os.fsencode(path).decode("utf-8", "replace")


def name_in(folder: Path, path: Path) -> str:
    """What a file in `folder` calls `path`: the way to it if it lies below, else its name. Where a person keeps their files
    is nobody's business who gets one of them."""
    folder, path = Path(as_text(folder)).absolute(), Path(as_text(path)).absolute()
    return path.relative_to(folder).as_posix() if path.is_relative_to(folder) else path.name


def place_in(folder: Path, path: Path) -> str:
    """Names `path` for a file in `folder` that is to know it again, both moved or not, and tells no more than its name."""
    folder, path = folder.resolve(), path.resolve()
    try:
        way = os.path.relpath(path, folder)
    except ValueError:  # on another drive
        way = str(path)
    return f"{as_text(path.name)} {digest(as_text(way))[:16]}"


@contextmanager
def atomic(path: Path | str) -> Iterator[Path]:
    """Yields a temporary path beside `path`, with its suffix; renames it to `path` when the block ends well.

    The folder is made if needed. When the block raises, the temporary file is removed and `path` is untouched, so that
    a killed or failed run never leaves a half file under a finished name. A path that is such a temporary one is written as
    it is: who yielded it takes care of it.

    Raises:
        VoicekitError: the disk is full, the folder cannot be written to, another run is writing `path`.
        OSError: one of the block's own, of another file or of a library that does not load.
    """
    path = Path(path)
    if _PARTIAL.fullmatch(path.name):
        yield path
        return
    partial = path.with_name(f".{path.name}.{secrets.token_hex(4)}.partial{path.suffix}")
    with _claimed(path, _WRITTEN_S):
        try:
            yield partial
            os.replace(partial, path)
        except OSError as error:
            if not _is_of_writing(error, path, partial):
                raise
            raise explain_os_error(error, path) from error
        finally:
            with suppress(OSError):  # nothing was made there, or the folder went away with it
                _remove(partial)


@contextmanager
def claimed(*paths: Path) -> Iterator[None]:
    """Keeps other runs from writing the files `paths` until the block or the process ends, however it ends.

    Their folders are made if needed, and what killed runs left there is removed.

    Raises:
        VoicekitError: another run is writing one of them, two are the same, or nothing can be written there.
    """
    with ExitStack() as stack:
        for number, path in enumerate(paths):
            if path in paths[:number]:
                raise VoicekitError(f"{path} would be written twice; give each its own name")
            stack.enter_context(_claimed(path, _LOOKED_S))
        yield


@contextmanager
def _claimed(path: Path, wait_s: float) -> Iterator[None]:
    lock = _lock_of(path.parent.absolute(), path.name)
    if lock in _HELD.locks:
        yield
        return
    told = f"another run of voicekit is writing {path}; wait until it has ended, or choose another name"
    with _locked(lock, path, told, wait_s):
        yield


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Keeps other runs out of `folder`, which is made if needed, until the block or the process ends, however it ends.

    What killed runs left in it is removed.

    Raises:
        VoicekitError: another run is in it, or nothing can be written there.
    """
    told = f"another run of voicekit is at work in {folder}; wait until it has ended"
    with _locked(folder.absolute() / ".lock", folder, told, _LOOKED_S):
        for below, _, _ in os.walk(folder.absolute()):
            _remove_abandoned(Path(below))
        yield


class _Held(threading.local):
    """What a thread holds: what it has claimed it writes, and it looks once into a folder.

    Attributes:
        locks: their files, and whether the disk knows locks.
        folders: from which it has removed what killed runs left.
    """

    def __init__(self) -> None:
        self.locks: dict[Path, bool] = {}
        self.folders: set[Path] = set()


_HELD = _Held()


@contextmanager
def _locked(lock: Path, path: Path, told: str, wait_s: float) -> Iterator[None]:
    """Holds a lock, and removes what killed runs left beside it.

    Raises:
        VoicekitError: another run holds it, which is `told`, or `path` cannot be written.
    """
    with ExitStack() as stack:
        try:
            lock.parent.mkdir(parents=True, exist_ok=True)
            is_sure = stack.enter_context(_taken(lock, wait_s))
        except TimeoutError as error:
            raise VoicekitError(told) from error
        except OSError as error:
            raise explain_os_error(error, path) from error
        _HELD.locks[lock] = is_sure
        try:
            _remove_abandoned(lock.parent)
            yield
        finally:
            del _HELD.locks[lock]
            if not _HELD.locks:
                _HELD.folders.clear()


@contextmanager
def _taken(lock: Path, wait_s: float) -> Iterator[bool]:
    """Holds a lock, whose file goes away with it; whether the disk knows locks.

    Raises:
        TimeoutError: somebody else holds it.
        OSError: it cannot be written.
    """
    from filelock import FileLock

    held = FileLock(lock, timeout=wait_s, fallback_to_soft=False)  # a file alone would keep others out after a kill, too
    try:
        held.acquire()
    except OSError as error:
        if error.errno not in _NO_LOCKS:
            raise
    try:
        yield held.is_locked
    finally:
        with suppress(OSError):  # first: who waits for this very file sees that it is gone
            lock.unlink(missing_ok=True)
        held.release()


def _lock_of(folder: Path, name: str) -> Path:
    return folder / f".{name}.voicekit-lock"


def _is_of_writing(error: OSError, path: Path, partial: Path) -> bool:
    """Whether an error met while `partial` was written is of that: not of a library, nor of another file that is named."""
    if not isinstance(error.filename, (str, bytes, os.PathLike)):
        return error.errno in _OF_AN_OPEN_FILE
    if error.errno is None:
        return False
    named = Path(os.fsdecode(error.filename)).absolute()
    path, partial = path.absolute(), partial.absolute()
    return named in (path, partial, *path.parents) or partial in named.parents


def _remove(path: Path) -> None:
    """A file, or what a stage has made of a folder in its place."""
    shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)


def _remove_abandoned(folder: Path) -> None:
    """Removes what killed runs left in a folder, under whatever name they would have finished it: its lock is free."""
    if folder in _HELD.folders:
        return
    _HELD.folders.add(folder)
    left = []
    with suppress(OSError), os.scandir(folder) as entries:
        left = [(one, found) for one in entries if (found := _PARTIAL.fullmatch(one.name) or _LOCK.fullmatch(one.name))]
    for entry, found in left:
        lock = _lock_of(folder, found["name"])
        with suppress(OSError), ExitStack() as stack:  # gone already, or somebody is at work on it
            is_sure = _HELD.locks[lock] if lock in _HELD.locks else stack.enter_context(_taken(lock, 0))
            is_old = time.time() - entry.stat(follow_symlinks=False).st_ctime > _ABANDONED_S
            if _PARTIAL.fullmatch(entry.name) and (is_sure or is_old):
                _remove(Path(entry.path))


def check_writable(path: Path) -> None:
    """Makes sure, before any work, that a file can be written there; the folder is made if needed.

    Raises:
        VoicekitError: it cannot, or another run is writing it.
    """
    if path.is_dir():
        raise explain_os_error(IsADirectoryError(errno.EISDIR, "is a folder"), path)
    if len(os.fsencode(path.name)) > _LONGEST_NAME:
        raise explain_os_error(OSError(errno.ENAMETOOLONG, "name too long"), path)
    with claimed(path):
        pass


def write_text(path: Path | str, text: str) -> None:
    """Writes UTF-8 text whole or not at all."""
    with atomic(path) as partial:
        partial.write_text(text, encoding="utf-8")


def digest(told: str | bytes) -> str:
    """A name for `told`, the same on any machine: 40 hexadecimal digits (SHA-1). For caches and seeds, not for secrets."""
    return hashlib.sha1(told.encode() if isinstance(told, str) else told).hexdigest()


def shipped(name: str, in_checkout: str | None = None) -> Path:
    """The folder `name` inside the installed package; in a checkout it lies at the top, as `in_checkout` if that differs."""
    package = Path(__file__).parents[1]
    installed = package / name
    return installed if installed.is_dir() else package.parent / (in_checkout or name)
