"""Outputs that appear whole or not at all."""

import errno
import hashlib
import os
import re
import secrets
import shutil
import socket
import tempfile
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from voicekit.core.errors import VoicekitError

#: The suffix tells one run's temporary files from those of others: the machine, the process, and a number.
_PARTIAL = re.compile(r"\..+\.(?P<machine>[0-9a-f]{8})-(?P<process>\d+)-[0-9a-f]{8}\.partial(\.[^.]*)?")
#: Nobody knows whether a process of another machine is still at work; a file it has not touched for this long is abandoned.
_ABANDONED_S = 3600
#: The clocks of files and of processes differ by up to this.
_TICK_S = 1.0
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


@contextmanager
def atomic(path: Path | str) -> Iterator[Path]:
    """Yields a temporary path beside `path`, with its suffix; renames it to `path` when the block ends well.

    The folder is made if needed. When the block raises, the temporary file is removed and `path` is untouched, so that
    a killed or failed run never leaves a half file under a finished name. A path that is such a temporary one is written as
    it is: who yielded it takes care of it.

    Raises:
        VoicekitError: the disk is full, the folder cannot be written to.
        OSError: one of the block's own, of another file or of a library that does not load.
    """
    path = Path(path)
    if path.name.startswith(".") and ".partial" in path.suffixes:
        yield path
        return
    run = f"{_machine()}-{os.getpid()}-{secrets.token_hex(4)}"
    partial = path.with_name(f".{path.stem}.{run}.partial{path.suffix}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _remove_abandoned(path.parent)
        yield partial
        os.replace(partial, path)
    except OSError as error:
        if not _is_of_writing(error, path, partial):
            raise
        raise explain_os_error(error, path) from error
    finally:
        with suppress(OSError):  # nothing was made there, or the folder went away with it
            _remove(partial)


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
    """Removes what killed runs left in a folder, under whatever name they would have finished it."""
    with os.scandir(folder) as entries:
        left = [(entry, found) for entry in entries if (found := _PARTIAL.fullmatch(entry.name))]
    for entry, found in left:
        with suppress(OSError):  # gone already
            if _is_abandoned(found["machine"], int(found["process"]), entry.stat(follow_symlinks=False).st_ctime):
                _remove(Path(entry.path))


def _is_abandoned(machine: str, process: int, changed_s: float) -> bool:
    """Whether the process that wrote something last at `changed_s`, in seconds of the clock, has ended since."""
    import psutil

    if machine != _machine():
        return time.time() - changed_s > _ABANDONED_S
    try:
        return psutil.Process(process).create_time() > changed_s + _TICK_S  # another one got its number
    except psutil.Error:
        return True


def _machine() -> str:
    return f"{zlib.crc32(socket.gethostname().encode()):08x}"


def check_writable(path: Path) -> None:
    """Makes sure, before any work, that a file can be written there; the folder is made if needed.

    Raises:
        VoicekitError: it cannot.
    """
    try:
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, "is a folder")
        if len(os.fsencode(path.name)) > _LONGEST_NAME:
            raise OSError(errno.ENAMETOOLONG, "name too long")
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=path.parent):
            pass
    except OSError as error:
        raise explain_os_error(error, path) from error


def write_text(path: Path | str, text: str) -> None:
    """Writes UTF-8 text whole or not at all."""
    with atomic(path) as partial:
        partial.write_text(text, encoding="utf-8")


def digest(told: str | bytes) -> str:
    """A name for `told`, the same on any machine: 40 hexadecimal digits (SHA-1). For caches and seeds, not for secrets."""
    return hashlib.sha1(told.encode() if isinstance(told, str) else told).hexdigest()


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Keeps other runs out of `folder`, which is made if needed, until the block or the process ends, however it ends.

    Raises:
        VoicekitError: another run is in it, or nothing can be written there.
    """
    from filelock import FileLock, Timeout

    path = folder / ".lock"
    lock = FileLock(path, timeout=0, fallback_to_soft=False)  # a file alone would keep others out after a kill, too
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout as error:
        raise VoicekitError(f"another run of voicekit is at work in {folder}; wait until it has ended") from error
    except OSError as error:
        if error.errno not in _NO_LOCKS:
            raise explain_os_error(error, path) from error
    try:
        yield
    finally:
        lock.release()


def shipped(name: str, in_checkout: str | None = None) -> Path:
    """The folder `name` inside the installed package; in a checkout it lies at the top, as `in_checkout` if that differs."""
    package = Path(__file__).parents[1]
    installed = package / name
    return installed if installed.is_dir() else package.parent / (in_checkout or name)
